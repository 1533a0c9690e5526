#include "sql/parse.h"
#include "sql_help.h"
#include "unit.h"

#include "base/file.h"
#include "base/path.h"
#include "sql/placeholder.h"

#include <dirent.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/stat.h>

static struct arena arena;

static void setup(void) {
    arena_init(&arena);
}

static void teardown(void) {
    arena_release(&arena);
}

static const struct statement *only_statement(const char *sql) {
    struct statements *read = read_sql(&arena, sql);

    ck_assert_uint_eq(read->list.n, 1);
    return read->list.v[0];
}

/* What PostgreSQL 15 itself says of each, and where. */
START_TEST(fails_as_the_server_does) {
    static const struct {
        const char *sql, *message;
        size_t offset;
    } cases[] = {
        {"SELCT 1", "syntax error at or near \"SELCT\"", 0},
        {"/* \xc3\xa9 */ selct", "syntax error at or near \"selct\"", 9},
        {"select '\xc3\xa9' from t u v;", "syntax error at or near \"v\"", 21},
        {"select \xf0\x9f\x98\x80 +;", "syntax error at or near \";\"", 13},
        {"select 1 +", "syntax error at end of input", 10},
        {"select 1 + /* x */  ", "syntax error at end of input", 10},
        {"select 'a", "unterminated quoted string at or near \"'a\"", 7},
        {"select \"\";", "zero-length delimited identifier at or near \"\"\"\"", 7},
        {"select \"a", "unterminated quoted identifier at or near \"\"a\"", 7},
        {"select /* a", "unterminated /* comment at or near \"/* a\"", 7},
        {"select $$a", "unterminated dollar-quoted string at or near \"$$a\"", 7},
        {"selct 'a", "syntax error at or near \"selct\"", 0},
        {"select e'\\u00g'", "invalid Unicode escape", 9},
        {"select a from b limit 1, 2", "LIMIT #,# syntax is not supported", 16},
        {"select \xff\xc3\xa9 x y", "syntax error at or near \"y\"", 13},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        const struct statement *statement = only_statement(cases[i].sql);
        ck_assert_int_eq(statement->failure, PARSE_SYNTAX);
        ck_assert_ptr_null(statement->tree);
        ck_assert_str_eq(statement->message, cases[i].message);
        ck_assert_uint_eq(statement->error_offset, cases[i].offset);
    }
}
END_TEST

START_TEST(fails_at_the_place_in_the_text) {
    struct statements *read = read_sql(&arena, "select 1;\n -- \xc3\xa9\n selct;\n select 2 3;");

    ck_assert_uint_eq(read->list.n, 3);
    ck_assert_int_eq(read->list.v[0]->failure, PARSE_OK);
    ck_assert_uint_eq(read->list.v[1]->error_offset, 18);
    ck_assert_uint_eq(read->list.v[2]->error_offset, 35);
}
END_TEST

START_TEST(shortens_what_it_quotes) {
    const struct statement *statement = only_statement("select 'a\nb");

    ck_assert_str_eq(statement->message, "unterminated quoted string at or near \"'a...\"");
    statement = only_statement(
        "select 'a123456789 123456789 123456789 123456789 123456789 12345678\xc3\xa9z");
    ck_assert_str_eq(statement->message, "unterminated quoted string at or near \"'a123456789 "
                                         "123456789 123456789 123456789 123456789 12345678...\"");
}
END_TEST

START_TEST(hints_at_what_the_text_may_be) {
    static const struct {
        const char *sql, *hint;
    } cases[] = {
        {"create table `t` (a int);", "; this looks like MySQL"},
        {"create table t (a int auto_increment);", "; this looks like MySQL"},
        {"create table t (a int) engine=InnoDB;", "; this looks like MySQL"},
        {"create table t (a int unsigned);", "; this looks like MySQL"},
        {"create table t (a integer primary key autoincrement);", "; this looks like SQLite"},
        {"create table t (a Int8) engine = ReplacingMergeTree();", "; this looks like ClickHouse"},
        {"create table t (a int) engine = a b;", NULL},
        {"alter table {{ t }} add a int;", "; this looks like a template that was not rendered"},
        {"alter table ${t} add a int;", "; this looks like a template that was not rendered"},
        {"{% if a %} select 1;", "; this looks like a template that was not rendered"},
        {"create table t (a int;", "; a parenthesis is not closed"},
        {"create table t (a int,);", NULL},
        {"select {a}", NULL},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        const struct statement *statement = only_statement(cases[i].sql);
        const char *hint = strstr(statement->message, "; ");
        ck_assert_int_eq(statement->failure, PARSE_SYNTAX);
        if (cases[i].hint)
            ck_assert_str_eq(hint, cases[i].hint);
        else
            ck_assert_ptr_null(hint);
    }
}
END_TEST

/* Each parses where the grammar is new enough, and is told from a mistake where it is not. */
START_TEST(tells_newer_syntax) {
    static const struct {
        int major;
        const char *what, *sql;
    } cases[] = {
        {18, "NOT ENFORCED", "alter table t add check (a > 0) not enforced"},
        {18, "NOT ENFORCED", "create table t (a int references u not enforced)"},
        {18, "ENFORCED", "alter table t alter constraint c enforced"},
        {18, "virtual", "create table t (a int, b int generated always as (a + (1)) virtual)"},
        {18, "STORED", "create table t (a int, b int generated always as (a + (1)), c int)"},
        {18, "STORED", "alter table t add b int generated always as (a) not null"},
        {18, "NOT NULL constraint", "alter table t add constraint n not null a not valid"},
        {18, "NOT NULL constraint", "alter table t add constraint \"N\" not null a"},
        {18, "NOT NULL constraint", "alter table t add b int, add not null a"},
        {18, "NOT NULL constraint", "create table t (a int, constraint n not null a)"},
        {18, "NOT NULL constraint", "create table t (a int, not null a)"},
        {18, "WITHOUT OVERLAPS", "create table t (a int4range, primary key (a without overlaps))"},
        {18, "PERIOD", "alter table t add foreign key (a, period b) references u (a, period b)"},
        {18, "RETURNING WITH", "delete from t returning with (old as o) o.a"},
        {18, "INHERIT", "alter table t alter constraint c inherit"},
        {18, "INHERIT", "alter table t alter constraint c no inherit"},
        {17, "BY", "merge into t using s on a = b when not matched by source then delete"},
        {17, "RETURNING", "merge into t using s on a = b when matched then delete returning a"},
        {17, "SET EXPRESSION", "alter table t alter a set expression as (b + 1)"},
        {17, "SET STATISTICS", "alter table t alter a set statistics default"},
        {17, "AT LOCAL", "select a at local"},
        {17, "JSON_TABLE", "select * from json_table(a, '$[*]' columns (b int path '$.b')) x"},
        {17, "JSON_QUERY", "select json_query(a, '$' with wrapper)"},
        {17, "JSON_VALUE", "select json_value(a, '$' returning int)"},
        {17, "JSON_EXISTS", "select json_exists(a, '$' false on error)"},
        {17, "ADD NOT NULL", "alter domain d add not null"},
        {17, "ADD CONSTRAINT", "alter domain d add constraint n not null"},
        {16, "JSON_OBJECT", "select json_object('a': 1, 'b': (2))"},
        {16, "JSON_ARRAY", "select json_array(1, 2 null on null)"},
        {16, "JSON_ARRAYAGG", "select json_arrayagg(a order by b returning jsonb)"},
        {16, "JSON_OBJECTAGG", "select json_objectagg(a: b)"},
        {16, "IS JSON", "select a is json array"},
        {16, "IS NOT JSON", "select a is not json"},
        {16, "alias", "select * from (select 1)"},
        {16, "number", "select 1_000"},
        {16, "number", "select 0x1F"},
        {16, "STORAGE", "create table t (a text storage external)"},
        {16, "GRANT", "grant a to b with inherit true"},
        {16, "CREATE STATISTICS", "create statistics on a, b from t"},
        {16, "REINDEX", "reindex database;"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        const struct statement *statement = only_statement(cases[i].sql);
        if (sql_grammar_major() >= cases[i].major) {
            ck_assert_msg(statement->failure == PARSE_OK, "%s: %s", cases[i].sql,
                          statement->message);
            continue;
        }
        ck_assert_msg(statement->failure == PARSE_NEWER, "%s: %s", cases[i].sql,
                      statement->message ? statement->message : "parsed");
        ck_assert_ptr_nonnull(strstr(statement->message, cases[i].what));
        ck_assert_ptr_nonnull(strstr(statement->message, "needs the grammar of PostgreSQL 1"));
    }
}
END_TEST

START_TEST(keeps_mistakes_apart_from_newer_syntax) {
    static const char *const mistakes[] = {
        "alter table t add constraint c not nul a",
        "create table t (a int virtual)",
        "create table t (a int, primary key (a without))",
        "select 1x",
        "select (1",
        "merge into t using s on a = b when matched then x",
        "create table t (a int not)",
    };

    for (size_t i = 0; i < sizeof(mistakes) / sizeof(*mistakes); i++)
        ck_assert_int_eq(only_statement(mistakes[i])->failure, PARSE_SYNTAX);
}
END_TEST

/* 15 to 17 reject these as they stand, the server does not. */
START_TEST(takes_comments_inside_tokens_of_two_words) {
    static const char *const valid[] = {
        "select a not -- c\n in (1)",
        "select 1 order by a nulls /* c */ first",
        "select 'a' -- c'\n 'b'",
        "select u&\"d\" /* c */ uescape '!'",
        "select a::time with /*c*/ time zone",
        "select 'a' /* c */, 'b' /* c */",
    };
    static const char *const invalid[] = {"select 'a'\n/* c */\n'b'"};

    for (size_t i = 0; i < sizeof(valid) / sizeof(*valid); i++)
        ck_assert_int_eq(only_statement(valid[i])->failure, PARSE_OK);
    for (size_t i = 0; i < sizeof(invalid) / sizeof(*invalid); i++)
        ck_assert_int_eq(only_statement(invalid[i])->failure, PARSE_SYNTAX);
}
END_TEST

/* The text with all of what is in angle brackets marked as placeholders. */
static struct text *marked(const char *template) {
    const struct text *whole = text_of(&arena, template);
    struct text_builder builder;
    char mark[128];

    text_build_init(&builder, &arena, whole->file);
    for (size_t i = 0; i < whole->len; i++) {
        const char *close = template[i] == '<' ? strchr(template + i, '>') : NULL;
        size_t end = close ? (size_t)(close - template) : 0;
        if (!close) {
            text_build_copy(&builder, whole, (struct span){i, i + 1});
            continue;
        }
        placeholder_mark(template + i + 1, end - i - 1, mark, close[1] == '_');
        text_build_equal(&builder, whole, (struct span){i + 1, end}, mark);
        builder.text->marked = true;
        i = end;
    }
    return text_build_end(&builder);
}

START_TEST(takes_placeholders_for_what_may_stand_there) {
    static const char *const valid[] = {
        "select <:a>, <:'b'>, <:\"c\">, x[lo:hi];",
        "create table <:s>.t (a int default <${d}>);",
        "alter table <{{ p }}>_users add a varchar(<${n}>) <${whatever there may be}>;",
        "alter sequence s restart with <${start}>;",
        "comment on table t is <${text}>;",
        "select 1 <{{ .Where }}> limit <:n>;",
    };

    for (size_t i = 0; i < sizeof(valid) / sizeof(*valid); i++) {
        struct statements *read = sql_read(&arena, marked(valid[i]), 0, 1, NULL);
        ck_assert_uint_eq(read->list.n, 1);
        ck_assert_ptr_nonnull(read->list.v[0]->tree);
    }
}
END_TEST

static const char *table_dropped_by(const char *template) {
    const struct statements *read = sql_read(&arena, marked(template), 0, 1, NULL);
    const struct DropStmt *drop = node_as(DropStmt, read->list.v[0]->tree);
    const struct List *name = node_as(List, drop->objects.v[0]);

    return node_as(String, name->items.v[name->items.n - 1])->sval;
}

START_TEST(names_placeholders_as_the_file_does) {
    ck_assert_str_eq(table_dropped_by("drop table a_<${Px}>_b;"), "a_${Px}_b");
    ck_assert_str_eq(table_dropped_by("drop table <:t>;"), ":t");
    ck_assert_str_eq(table_dropped_by("drop table <:\"T\">;"), ":\"T\"");
    ck_assert_str_eq(table_dropped_by("drop table <%(t)s>;"), "%(t)s");
    ck_assert_str_eq(table_dropped_by("drop table <{{ x | y~z }}>;"), "{{ x | y?z }}");
    ck_assert_str_eq(table_dropped_by("drop table \"\xc3\xa9\", <${t}>;"), "\xc3\xa9");
    ck_assert_str_eq(
        table_dropped_by("drop table <{{ a name of more than forty characters in all }}>_x;"),
        "{{ a name of more than f#6d1a76}}_x");
}
END_TEST

START_TEST(does_not_blame_placeholders) {
    struct statements *read =
        sql_read(&arena, marked("select 1; <:whole_statement>; selct;"), 0, 1, NULL);

    ck_assert_uint_eq(read->list.n, 2);
    ck_assert_int_eq(read->list.v[1]->failure, PARSE_SYNTAX);
    ck_assert_uint_eq(read->list.v[1]->ordinal, 3);
    ck_assert_uint_eq(read->dynamic.n, 1);
    ck_assert_uint_eq(read->dynamic.v[0].offset, 10);
}
END_TEST

static const struct statement *repeated(const char *head, const char *unit, size_t n,
                                        const char *tail) {
    const char *middle = repeat(&arena, unit, n);

    return only_statement(arena_printf(&arena, "%s%s%s", head, middle, tail));
}

START_TEST(has_limits) {
    const struct statement *statement = repeated("select 1", "+-", 200, "1");

    ck_assert_int_eq(statement->failure, PARSE_LIMIT);
    ck_assert_uint_eq(statement->error_offset, 8);
    ck_assert_int_eq(repeated("select 1", " + - ", 200, "1")->failure, PARSE_OK);
    ck_assert_int_eq(repeated("select ", "(", 100000, "1")->failure, PARSE_LIMIT);
    ck_assert_int_eq(repeated("select ", "case when a then ", 50000, "1")->failure, PARSE_LIMIT);
    ck_assert_int_eq(repeated("select '", "x", 17 << 20, "'")->failure, PARSE_LIMIT);
    ck_assert_int_eq(repeated("select true", " and a", 50000, "")->failure, PARSE_OK);
}
END_TEST

/* The library's scanner takes time in the square of the depth: a minute for this one. */
START_TEST(takes_deep_comments) {
    ck_assert_int_eq(repeated("select 1 ", "/*", 100000, "")->failure, PARSE_SYNTAX);
    ck_assert_str_eq(repeated("select 1 ", "/*", 2, "")->message,
                     "unterminated /* comment at or near \"/*/*\"");
    ck_assert_int_eq(repeated(arena_printf(&arena, "select 1 %s", repeat(&arena, "/*", 100000)),
                              "*/", 100000, ", 2")
                         ->failure,
                     PARSE_OK);
}
END_TEST

START_TEST(refuses_nul_bytes) {
    struct statements *read = sql_read(
        &arena, text_of_bytes(&arena, "select 1;\nselect \0 2;\nselect 3;", 31), 0, 1, NULL);

    ck_assert_uint_eq(read->list.n, 3);
    ck_assert_int_eq(read->list.v[1]->failure, PARSE_SYNTAX);
    ck_assert_uint_eq(read->list.v[1]->error_offset, 17);
    ck_assert_int_eq(read->list.v[2]->failure, PARSE_OK);
}
END_TEST

struct seen {
    size_t n, offsets[8];
};

static void see(void *context, const struct text *text, size_t offset) {
    struct seen *seen = context;

    (void)text;
    seen->offsets[seen->n++] = offset;
}

static bool skip_second(void *context, const struct text *text, size_t offset,
                        const char **message) {
    (void)context;
    (void)text;
    *message = "died here";
    return offset == 10;
}

START_TEST(tells_its_progress) {
    struct seen seen = {0};
    struct sql_progress progress = {.before = see, .skip = skip_second, .context = &seen};
    struct statements *read =
        sql_read(&arena, text_of(&arena, "select 1; select 2; select 3;"), 0, 1, &progress);

    ck_assert_uint_eq(seen.n, 2);
    ck_assert_uint_eq(seen.offsets[0], 0);
    ck_assert_uint_eq(seen.offsets[1], 20);
    ck_assert_int_eq(read->list.v[1]->failure, PARSE_CRASHED);
    ck_assert_str_eq(read->list.v[1]->message, "died here");
    ck_assert_uint_eq(read->list.v[1]->error_offset, 10);
}
END_TEST

static const struct node *expression(const char *sql) {
    return sql_parse_expression(&arena, sql, strlen(sql));
}

START_TEST(parses_expressions) {
    static const char *const none[] = {
        "",  "1; select 2", "1 from t",  "* from t", "a as b",   "1 union select 2", "a,",
        "(", "'a",          "1 limit 1", "1 /*",     "1 into t", "distinct a",       "1 where true",
    };
    const struct node *node = expression("now() - interval '1 day'");

    ck_assert_str_eq(node_string(node_as(A_Expr, node)->name.v[0]), "-");
    ck_assert_int_eq(node_as(A_Expr, node)->location, 6);
    ck_assert_uint_eq(node_as(List, expression("a, b + 1, (c)"))->items.n, 3);
    for (size_t i = 0; i < sizeof(none) / sizeof(*none); i++)
        ck_assert_msg(expression(none[i]) == NULL, "%s", none[i]);
    ck_assert_ptr_null(sql_parse_expression(&arena, "1\0", 2));
}
END_TEST

START_TEST(knows_its_grammar) {
    ck_assert_int_ge(sql_grammar_major(), 15);
    ck_assert_int_le(sql_grammar_major(), 18);
    ck_assert_int_eq(atoi(sql_grammar_version()), sql_grammar_major());
}
END_TEST

/* The property: every byte in one token and one piece, and the statements are the library's. */

static void check_tiling(const struct statements *cut, size_t len, const char *path) {
    size_t at = 0, token = 0;

    for (size_t i = 0; i < cut->pieces.n; i++) {
        const struct piece *piece = &cut->pieces.v[i];
        if (piece->start != at || piece->end <= at || piece->first_token != token ||
            piece->last_token <= token ||
            cut->tokens.list.v[piece->last_token - 1].end != piece->end)
            ck_abort_msg("%s: piece %zu from byte %u", path, i, piece->start);
        at = piece->end;
        token = piece->last_token;
    }
    ck_assert_msg(at == len && token == cut->tokens.list.n, "%s: byte %zu", path, at);
    at = 0;
    for (size_t i = 0; i < cut->tokens.list.n; i++) {
        if (cut->tokens.list.v[i].start != at)
            ck_abort_msg("%s: token %zu from byte %zu", path, i, at);
        at = cut->tokens.list.v[i].end;
    }
}

/* The span without the blanks and comments around what stands in it. */
static struct span trimmed(const struct tokens *tokens, struct span span, size_t len) {
    struct span result = {0, 0};

    if (span.end == span.start)
        span.end = len;
    for (size_t i = 0; i < tokens->list.n; i++) {
        const struct token *token = &tokens->list.v[i];
        if (token->start < span.start || token->end > span.end || token_is_blank(token))
            continue;
        if (!result.end)
            result.start = token->start;
        result.end = token->end;
    }
    return result;
}

static size_t statements_at_top(const struct statements *read) {
    size_t n = 0;

    for (size_t i = 0; i < read->list.n; i++)
        n += !read->list.v[i]->parent;
    return n;
}

/* Where the library takes the text as a whole, it makes the same statements of it. */
static void check_statements(const struct text *text, const char *path) {
    struct statements *read = sql_read(&arena, text, 0, 1, NULL);
    struct span *spans = NULL;
    size_t n =
        memchr(text->bytes, '\0', text->len) ? SIZE_MAX : parse_whole(&arena, text->bytes, &spans);

    if (n == SIZE_MAX)
        return;
    ck_assert_msg(statements_at_top(read) == n, "%s: %zu statements, not %zu", path,
                  statements_at_top(read), n);
    for (size_t i = 0, k = 0; i < read->list.n; i++) {
        const struct statement *statement = read->list.v[i];
        struct span theirs;
        if (statement->parent)
            continue;
        theirs = trimmed(&read->tokens, spans[k++], text->len);
        if (statement->failure || theirs.start != statement->span.start ||
            theirs.end != statement->span.end)
            ck_abort_msg("%s: statement %u at byte %zu: %s", path, statement->ordinal,
                         statement->span.start, statement->message ? statement->message : "span");
    }
}

static void check_file(const struct file *file, void *context) {
    struct text *text = text_of_file(&arena, file);
    size_t *files = context;

    for (unsigned flags = 0; flags <= LEX_PSQL; flags++) {
        struct statements cut = {0};
        sql_cut(&arena, text, flags, &cut);
        check_tiling(&cut, text->len, file->path);
    }
    check_statements(text, file->path);
    ++*files;
}

/* Cutting at random places, and putting in what means something to the lexer. */
static char *mutated(const struct file *file, unsigned *state, size_t *len) {
    static const char *const inserts[] = {"'",   "\"", "$$",  "/*",   "*/",     "--",
                                          "\n",  ";",  "(",   ")",    "\\",     ":a",
                                          "$a$", "E'", "end", "\xc3", "begin ", ""};
    size_t at, skipped, n;
    char *out;

    *state = *state * 1103515245u + 12345u;
    at = file->len ? (*state >> 8) % file->len : 0;
    *state = *state * 1103515245u + 12345u;
    skipped = (*state >> 16) % 8;
    if (skipped > file->len - at)
        skipped = file->len - at;
    *state = *state * 1103515245u + 12345u;
    n = strlen(inserts[(*state >> 16) % (sizeof(inserts) / sizeof(*inserts))]);
    out = arena_alloc(&arena, file->len + n + 1);
    memcpy(out, file->bytes, at);
    memcpy(out + at, inserts[(*state >> 16) % (sizeof(inserts) / sizeof(*inserts))], n);
    memcpy(out + at + n, file->bytes + at + skipped, file->len - at - skipped);
    *len = file->len + n - skipped;
    return out;
}

static void check_mutations(const struct file *file, void *context) {
    unsigned *state = context;

    for (int round = 0; round < 10 && file->len < 20000; round++) {
        size_t len;
        char *bytes = mutated(file, state, &len);
        struct text *text = text_of_bytes(&arena, bytes, len);
        struct statements *read = sql_read(&arena, text, round % 2 ? LEX_PSQL : 0, 1, NULL);
        check_tiling(read, text->len, file->path);
        check_statements(text, file->path);
    }
}

static void for_each_fixture(const char *folder, void (*check)(const struct file *, void *),
                             void *context) {
    DIR *dir = opendir(folder);
    struct dirent *entry;

    ck_assert_msg(dir != NULL, "%s", folder);
    while ((entry = readdir(dir))) {
        char *path = path_join(&arena, folder, entry->d_name);
        size_t n = strlen(entry->d_name);
        struct stat info;
        if (entry->d_name[0] == '.' || stat(path, &info) != 0)
            continue;
        if (S_ISDIR(info.st_mode)) {
            for_each_fixture(path, check, context);
        } else if (n > 4 && strcmp(entry->d_name + n - 4, ".sql") == 0) {
            struct file_bytes bytes;
            const char *why = NULL;
            ck_assert_int_eq(file_read(&arena, path, 64 << 20, &bytes, &why), 0);
            check(file_new(&arena, path, bytes.bytes, bytes.n), context);
        }
    }
    closedir(dir);
}

START_TEST(reads_all_fixtures) {
    size_t files = 0;

    for_each_fixture("fixtures", check_file, &files);
    ck_assert_uint_gt(files, 20);
}
END_TEST

START_TEST(reads_mutated_fixtures) {
    unsigned state = 1;

    for_each_fixture("fixtures", check_mutations, &state);
}
END_TEST

Suite *suite_parse(void) {
    Suite *suite = suite_create("parse");
    TCase *tcase = tcase_create("statements");

    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, fails_as_the_server_does);
    tcase_add_test(tcase, fails_at_the_place_in_the_text);
    tcase_add_test(tcase, shortens_what_it_quotes);
    tcase_add_test(tcase, hints_at_what_the_text_may_be);
    tcase_add_test(tcase, tells_newer_syntax);
    tcase_add_test(tcase, keeps_mistakes_apart_from_newer_syntax);
    tcase_add_test(tcase, takes_comments_inside_tokens_of_two_words);
    tcase_add_test(tcase, takes_placeholders_for_what_may_stand_there);
    tcase_add_test(tcase, names_placeholders_as_the_file_does);
    tcase_add_test(tcase, does_not_blame_placeholders);
    tcase_add_test(tcase, has_limits);
    tcase_add_test(tcase, takes_deep_comments);
    tcase_add_test(tcase, refuses_nul_bytes);
    tcase_add_test(tcase, tells_its_progress);
    tcase_add_test(tcase, parses_expressions);
    tcase_add_test(tcase, knows_its_grammar);
    suite_add_tcase(suite, tcase);

    tcase = tcase_create("fixtures");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, reads_all_fixtures);
    tcase_add_test(tcase, reads_mutated_fixtures);
    suite_add_tcase(suite, tcase);
    return suite;
}
