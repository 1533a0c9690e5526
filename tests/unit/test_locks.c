/* The locks of a transaction, and the formats of `migvet locks`. */
#include "lint/locks_held.h"
#include "source/escape.h"
#include "unit.h"
#include "write/formats.h"
#include "write/locks_formats.h"
#include "write_sample.h"

#include <jansson.h>
#include <stdlib.h>

static struct arena arena;
static struct locks_held held;
static struct schema schema;

static void set_up(void) {
    arena_init(&arena);
    schema_init(&schema, &arena, 15, false);
    locks_held_init(&held, &arena);
}

static void tear_down(void) {
    arena_release(&arena);
}

static void take(const char *name, enum lock_mode mode, size_t statement) {
    struct effect_lock lock = {{"public", name}, OBJ_TABLE, mode};

    locks_held_take(&held, &lock, NULL, false, statement);
}

/* "AE a@1, S b@2": mode, table and statement of the strongest few. */
static const char *shown(size_t most) {
    struct locks_list list = locks_held_list(&held, &schema, most);
    const char *s = "";

    for (size_t i = 0; i < list.n; i++)
        s = arena_printf(&arena, "%s%s%s %s@%zu", s, i ? ", " : "", list.v[i].mode,
                         list.v[i].relation + strlen("public."), list.v[i].since);
    return s;
}

START_TEST(the_strongest_lock_of_each_table_counts) {
    take("a", LOCK_ROW_EXCLUSIVE, 1);
    take("b", LOCK_SHARE, 2);
    take("a", LOCK_ACCESS_EXCLUSIVE, 3);
    take("a", LOCK_SHARE, 4);
    take("b", LOCK_SHARE, 5);
    ck_assert_str_eq(shown(9), "ACCESS EXCLUSIVE a@3, SHARE b@2");
    ck_assert_uint_eq(locks_held_count(&held), 2);
    ck_assert_str_eq(shown(1), "ACCESS EXCLUSIVE a@3");
    ck_assert_str_eq(shown(0), "");
}
END_TEST

START_TEST(what_is_given_back_is_as_before) {
    take("a", LOCK_SHARE, 1);
    take("b", LOCK_SHARE, 2);
    take("a", LOCK_ACCESS_EXCLUSIVE, 3);
    take("c", LOCK_EXCLUSIVE, 4);
    ck_assert_str_eq(shown(9), "ACCESS EXCLUSIVE a@3, EXCLUSIVE c@4, SHARE b@2");
    locks_held_give_back(&held, 2);
    ck_assert_str_eq(shown(9), "SHARE a@1, SHARE b@2");
    ck_assert_uint_eq(locks_held_count(&held), 2);
    take("c", LOCK_EXCLUSIVE, 5);
    take("b", LOCK_EXCLUSIVE, 6);
    ck_assert_str_eq(shown(9), "EXCLUSIVE c@5, EXCLUSIVE b@6, SHARE a@1");
    locks_held_give_back(&held, 0);
    ck_assert_str_eq(shown(9), "");
    ck_assert_uint_eq(locks_held_count(&held), 0);
}
END_TEST

START_TEST(savepoints_may_come_and_go) {
    take("a", LOCK_SHARE, 0);
    for (size_t i = 1; i < 100; i++) {
        take("a", LOCK_ACCESS_EXCLUSIVE, i);
        take("b", LOCK_ROW_SHARE, i);
        ck_assert_uint_eq(locks_held_count(&held), 2);
        locks_held_give_back(&held, 1);
        ck_assert_str_eq(shown(9), "SHARE a@0");
    }
    ck_assert_uint_eq(held.modes[LOCK_ACCESS_EXCLUSIVE].relations.n, 0);
}
END_TEST

START_TEST(what_is_untold_is_not_counted) {
    struct effect_lock lock = {{"public", "made_here"}, OBJ_TABLE, LOCK_ACCESS_EXCLUSIVE};

    locks_held_take(&held, &lock, NULL, true, 1);
    take("a", LOCK_SHARE, 2);
    ck_assert_str_eq(shown(9), "SHARE a@2");
    ck_assert_uint_eq(locks_held_count(&held), 1);
    locks_held_give_back(&held, 0);
    ck_assert_uint_eq(locks_held_count(&held), 0);
}
END_TEST

START_TEST(names_of_one_spelling_in_two_schemas_are_two) {
    struct effect_lock other = {{"s", "a"}, OBJ_TABLE, LOCK_SHARE};

    take("a", LOCK_SHARE, 1);
    locks_held_take(&held, &other, NULL, false, 2);
    ck_assert_uint_eq(locks_held_count(&held), 2);
}
END_TEST

START_TEST(a_cleared_transaction_holds_nothing) {
    take("a", LOCK_SHARE, 1);
    locks_held_clear(&held);
    ck_assert_uint_eq(locks_held_count(&held), 0);
    take("a", LOCK_ROW_SHARE, 2);
    ck_assert_str_eq(shown(9), "ROW SHARE a@2");
}
END_TEST

static struct locks_lock lock_on(const char *relation, enum lock_mode mode, size_t since) {
    return (struct locks_lock){.relation = relation,
                               .kind = "table",
                               .mode = lock_mode_name(mode),
                               .strength = mode,
                               .blocks = lock_blocks_what(mode),
                               .since = since};
}

static struct locks_list list_of(const struct locks_lock *locks, size_t n) {
    struct locks_lock *copy = arena_array(&arena, struct locks_lock, n);

    for (size_t i = 0; i < n; i++)
        copy[i] = locks[i];
    return (struct locks_list){n, copy};
}

static struct locks_names names_of(const char *name, size_t n) {
    const char **names = arena_array(&arena, const char *, n);

    for (size_t i = 0; i < n; i++)
        names[i] = name;
    return (struct locks_names){n, names};
}

static const char ddl[] = "ALTER TABLE users ADD COLUMN city text;\n"
                          "CREATE INDEX ON orders (a);\n"
                          "COMMIT;\n";

static struct locks_statement statement_at(const struct file *file, unsigned line,
                                           const char *sql) {
    return (struct locks_statement){
        .file = file,
        .start = {.line = line, .column = 1},
        .sql = sql,
        .in_transaction_ok = LOCKS_YES,
        .in_transaction = LOCKS_YES,
    };
}

/* A transaction of three statements. */
static struct locks_document *sample_document(void) {
    struct locks_document *document = arena_new(&arena, struct locks_document);
    struct file *file = file_new(&arena, "db/1.sql", ddl, strlen(ddl));
    struct locks_lock users = lock_on("public.users", LOCK_ACCESS_EXCLUSIVE, 0);
    struct locks_lock orders = lock_on("public.orders", LOCK_SHARE, 1);
    struct locks_statement alter = statement_at(file, 1, "ALTER TABLE users ADD COLUMN city text");
    struct locks_statement index = statement_at(file, 2, "CREATE INDEX ON orders (a)");

    document->report = arena_new(&arena, struct report);
    report_init(document->report, &arena);
    alter.locks = list_of(&users, 1);
    index.locks = list_of(&orders, 1);
    index.held = alter.locks;
    index.held_count = 1;
    index.scans = names_of("public.orders", 1);
    vec_push(&arena, &document->statements, alter);
    vec_push(&arena, &document->statements, index);
    vec_push(&arena, &document->statements, statement_at(file, 3, "COMMIT"));
    vec_push(&arena, &document->transactions,
             ((struct locks_transaction){
                 .last = 2, .locks = list_of((struct locks_lock[]){users, orders}, 2)}));
    vec_push(&arena, &document->migrations,
             ((struct locks_migration){.path = "db/1.sql",
                                       .transaction = "one per file",
                                       .decided_by = "goose",
                                       .target = 15,
                                       .count = 3}));
    return document;
}

static const char *written_as(const char *format, const struct locks_document *document,
                              struct write_options options) {
    struct buf buf = BUF_INIT;
    const char *copy;

    locks_writer_by_name(format)->write(&buf, document, &options);
    copy = arena_strndup(&arena, buf_str(&buf), buf.n);
    ck_assert_uint_eq(strlen(copy), buf.n);
    buf_release(&buf);
    return copy;
}

START_TEST(text_is_a_line_for_a_statement) {
    ck_assert_str_eq(written_as("text", sample_document(), sample_options()),
                     "db/1.sql  (transaction: one per file; goose)\n"
                     "\n"
                     "   1  ALTER TABLE users ADD COLUMN city text\n"
                     "      locks     ACCESS EXCLUSIVE  public.users (blocks reads and writes)\n"
                     "   2  CREATE INDEX ON orders (a)\n"
                     "      held      ACCESS EXCLUSIVE public.users (line 1)\n"
                     "      locks     SHARE  public.orders (blocks writes)\n"
                     "      scans     public.orders\n"
                     "   3  COMMIT\n"
                     "\n"
                     "    held until COMMIT (line 3):\n"
                     "      from line 1  ACCESS EXCLUSIVE public.users, blocks reads and writes\n"
                     "      from line 2  SHARE public.orders, blocks writes\n");
}
END_TEST

START_TEST(markdown_is_a_row_for_a_statement) {
    ck_assert_str_eq(
        written_as("markdown", sample_document(), sample_options()),
        "### `db/1.sql`\n"
        "\n"
        "Transaction: one per file (goose). PostgreSQL 15.\n"
        "\n"
        "| Line | Statement | Locks | Work |\n"
        "|---:|---|---|---|\n"
        "| 1 | `ALTER TABLE users ADD COLUMN city text` | **ACCESS EXCLUSIVE** on `public.users`, "
        "blocks reads and writes |  |\n"
        "| 2 | `CREATE INDEX ON orders (a)` | **SHARE** on `public.orders`, blocks writes<br>while "
        "holding ACCESS EXCLUSIVE on `public.users` (line 1) | scans `public.orders` |\n"
        "| 3 | `COMMIT` |  |  |\n"
        "\n"
        "Held until COMMIT (line 3):\n"
        "\n"
        "| From line | Lock | On | Effect |\n"
        "|---:|---|---|---|\n"
        "| 1 | **ACCESS EXCLUSIVE** | `public.users` | blocks reads and writes |\n"
        "| 2 | **SHARE** | `public.orders` | blocks writes |\n");
}
END_TEST

static const char *sql_in(const char *sql, size_t columns) {
    struct buf buf = BUF_INIT;
    const char *copy;

    locks_put_sql(&buf, sql, columns);
    copy = arena_strdup(&arena, buf_str(&buf));
    buf_release(&buf);
    return copy;
}

START_TEST(sql_is_clipped_to_its_columns) {
    ck_assert_str_eq(sql_in("SELECT 1", 8), "SELECT 1");
    ck_assert_str_eq(sql_in("SELECT 12", 8), "SELEC...");
    ck_assert_str_eq(sql_in("a\n\t  b '\r\n'", 40), "a b ' '");
    ck_assert_str_eq(sql_in("\xE9\xA1\xBE\xE5\xAE\xA2\xE9\xA1\xBE", 6),
                     "\xE9\xA1\xBE\xE5\xAE\xA2\xE9\xA1\xBE");
    ck_assert_str_eq(sql_in("\xE9\xA1\xBE\xE5\xAE\xA2\xE9\xA1\xBE", 5), "\xE9\xA1\xBE...");
    ck_assert_str_eq(sql_in("\x1b[31m\xff", 40), "\\x1B[31m\\xFF");
    ck_assert_str_eq(sql_in("a\xE9\xA1", 40), "a\\xE9\\xA1");
    ck_assert_str_eq(sql_in("", 8), "");
}
END_TEST

START_TEST(very_long_sql_is_not_read_to_its_end) {
    size_t n = (size_t)1 << 24;
    char *sql = malloc(n + 1);

    ck_assert_ptr_nonnull(sql);
    memset(sql, 'x', n);
    sql[n] = '\0';
    for (size_t i = 0; i < 100000; i++)
        ck_assert_uint_eq(strlen(sql_in(sql, 10)), 10);
    free(sql);
}
END_TEST

START_TEST(many_relations_are_counted) {
    struct locks_document *document = sample_document();
    struct locks_lock locks[30];
    const char *s;

    for (size_t i = 0; i < 30; i++)
        locks[i] = lock_on(arena_printf(&arena, "p.t%zu", i), LOCK_SHARE, 0);
    document->statements.v[0].locks = list_of(locks, 30);
    document->transactions.v[0].locks = list_of(locks, 30);
    s = written_as("text", document, sample_options());
    ck_assert_ptr_nonnull(strstr(s, "p.t7 and 22 more (blocks writes)"));
    ck_assert_ptr_null(strstr(s, "p.t20"));
    ck_assert_ptr_nonnull(strstr(s, "SHARE p.t19, blocks writes\n      and 10 more, no stronger"));
    document->statements.v[0].locks.n = document->transactions.v[0].locks.n = 9;
    s = written_as("text", document, sample_options());
    ck_assert_ptr_nonnull(strstr(s, "p.t7, p.t8 (blocks writes)"));
    ck_assert_ptr_null(strstr(s, "more"));
}
END_TEST

START_TEST(what_goes_with_its_table_is_counted) {
    struct locks_document *document = sample_document();
    struct locks_lock locks[] = {
        lock_on("p.t_id_seq", LOCK_ACCESS_EXCLUSIVE, 0), lock_on("p.t", LOCK_ACCESS_EXCLUSIVE, 0),
        lock_on("p.t_pkey", LOCK_ACCESS_EXCLUSIVE, 0), lock_on("p.t_a_idx", LOCK_SHARE, 0)};
    const char *s;

    locks[0].kind = "sequence";
    locks[2].kind = locks[3].kind = "index";
    locks[0].is_implied = locks[2].is_implied = locks[3].is_implied = true;
    document->statements.v[0].locks = list_of(locks, 4);
    s = written_as("text", document, sample_options());
    ck_assert_ptr_nonnull(
        strstr(s, "locks     ACCESS EXCLUSIVE  p.t with 1 index and 1 sequence (blocks reads"));
    ck_assert_ptr_null(strstr(s, "idx"));
    locks[0].is_implied = locks[2].is_implied = false;
    document->statements.v[0].locks = list_of(locks, 3);
    s = written_as("text", document, sample_options());
    ck_assert_ptr_nonnull(
        strstr(s, "ACCESS EXCLUSIVE  sequence p.t_id_seq, p.t, index p.t_pkey ("));
}
END_TEST

START_TEST(failures_and_doubts_are_told) {
    struct locks_document *document = sample_document();
    struct locks_statement *first = &document->statements.v[0], *second = first + 1;
    const char *s;

    first->fails = (struct locks_failure){"23502", "column \"a\" contains null values", false,
                                          "the table has rows", false};
    first->rewrites = names_of("public.users", 1);
    first->scans = names_of("public.users", 1);
    first->may_rewrite = true;
    first->unknown = names_of("the type of column a", 1);
    second->fails = (struct locks_failure){"25P02", "aborted", true, NULL, true};
    s = written_as("text", document, sample_options());
    ck_assert_ptr_nonnull(strstr(s, "      may fail  23502: column \"a\" contains null values, if "
                                    "the table has rows\n"
                                    "      locks     ACCESS EXCLUSIVE  public.users (blocks reads "
                                    "and writes)\n"
                                    "      rewrites  public.users\n"
                                    "      unknown   whether it rewrites a table; the type of "
                                    "column a\n"));
    ck_assert_ptr_nonnull(strstr(s, "      skipped   the transaction has failed before\n"));
    first->fails.certain = true;
    first->scans = names_of("public.other", 1);
    s = written_as("text", document, sample_options());
    ck_assert_ptr_nonnull(strstr(s, "      fails     23502: column \"a\" contains null values\n"));
    ck_assert_ptr_nonnull(strstr(s, "      scans     public.other\n"));
}
END_TEST

START_TEST(what_an_unknown_runner_may_hold_is_hedged) {
    struct locks_document *document = sample_document();
    const char *s;

    document->transactions.v[0].is_assumed = true;
    document->transactions.v[0].end = LOCKS_END_OF_FILE;
    s = written_as("text", document, sample_options());
    ck_assert_ptr_null(strstr(s, "      held  "));
    ck_assert_ptr_nonnull(
        strstr(s, "held until the end of the migration, if it runs in one transaction:\n"));
}
END_TEST

START_TEST(lines_keep_to_the_terminal) {
    struct write_options options = sample_options();
    struct locks_document *document = sample_document();
    struct locks_lock locks[12];

    document->statements.v[0].sql =
        "ALTER TABLE users ADD COLUMN city text, ADD COLUMN street text, ADD COLUMN number text, "
        "ADD COLUMN note text, ADD COLUMN other text, ADD COLUMN more text, ADD COLUMN last text";
    for (size_t i = 0; i < 12; i++)
        locks[i] = lock_on("public.a_rather_long_name", LOCK_SHARE_UPDATE_EXCLUSIVE, 0);
    document->statements.v[0].locks = document->statements.v[1].held = list_of(locks, 12);
    for (int width = 80; width <= 200; width += 20) {
        const char *s;
        options.width = width;
        s = written_as("text", document, options);
        for (; *s; s += strcspn(s, "\n") + 1)
            ck_assert_uint_le(strcspn(s, "\n"), (size_t)width);
    }
}
END_TEST

START_TEST(colours_change_nothing_else) {
    struct write_options plain = sample_options(), colored = plain;
    struct buf stripped = BUF_INIT;
    const char *s;

    colored.color = true;
    s = written_as("text", sample_document(), colored);
    ck_assert_ptr_nonnull(strstr(s, "\033[1;31mACCESS EXCLUSIVE\033[0m  public.users"));
    ck_assert_ptr_nonnull(strstr(s, "\033[1;33mSHARE\033[0m  public.orders"));
    for (; *s; s++)
        if (*s == '\033')
            s += strcspn(s, "m");
        else
            buf_putc(&stripped, *s);
    ck_assert_str_eq(buf_str(&stripped), written_as("text", sample_document(), plain));
    buf_release(&stripped);
    ck_assert_str_eq(written_as("markdown", sample_document(), colored),
                     written_as("markdown", sample_document(), plain));
}
END_TEST

static const char *const hostile[] = {
    "",
    "a\nb",
    "\x1b[31mred\x1b]8;;http://x\x07",
    "::error::x",
    "\n::set-output name=a::b",
    "##[error]x",
    "a|b||c\\|d",
    "`",
    "``a`` `",
    "<img src=x onerror=alert(1)> @everyone [x](http://y) #1 **b**",
    "\xff\xfe\x80",
    "\xE2\x80\xAE"
    "evil",
    "\xC2\x85\xC2\xA0::warning::x",
    "%s%n%1000d",
    "very long very long very long very long very long very long very long very long very long",
};
enum { HOSTILE = sizeof(hostile) / sizeof(hostile[0]) };

/* Every string is the given one. */
static struct locks_document *hostile_document(const char *s) {
    struct locks_document *document = sample_document();
    struct locks_lock lock = lock_on(s, LOCK_ACCESS_EXCLUSIVE, 0);
    struct file *file = file_new(&arena, *s ? s : "empty", s, strlen(s));

    document->report = hostile_report(&arena, s);
    document->report->findings.n = 0;
    for (size_t i = 0; i < document->statements.n; i++) {
        struct locks_statement *statement = &document->statements.v[i];
        statement->file = file;
        statement->sql = s;
        statement->locks = statement->held = list_of(&lock, 1);
        statement->held_count = 1;
        statement->rewrites = statement->rebuilds = statement->scans = statement->unknown =
            names_of(s, 12);
        statement->fails = (struct locks_failure){"42601", s, i == 0, s, false};
        statement->error = i == 2 ? s : NULL;
    }
    document->transactions.v[0].locks = list_of(&lock, 1);
    document->migrations.v[0].path = s;
    return document;
}

static void no_control_characters(const char *s) {
    for (const char *at = s; *at; at++)
        ck_assert_msg(((unsigned char)*at >= 0x20 && *at != 0x7F) || *at == '\n', "%s", s);
    for (const char *line = s; line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL)
        ck_assert_msg(!write_starts_command(line, strcspn(line, "\n")), "%s", line);
    ck_assert_ptr_null(strstr(s, "##["));
    ck_assert_ptr_null(strstr(s, "\xE2\x80\xAE"));
}

START_TEST(hostile_strings_do_nothing) {
    const char *s = hostile[_i];

    for (const struct locks_writer *writer = locks_writers; writer->name; writer++)
        no_control_characters(written_as(writer->name, hostile_document(s), sample_options()));
}
END_TEST

START_TEST(hostile_strings_are_in_json_as_they_were) {
    const char *s = written_as("json", hostile_document(hostile[_i]), sample_options());
    json_error_t error;
    json_t *json = json_loads(s, JSON_REJECT_DUPLICATES, &error);
    const json_t *statement = json_array_get(json_object_get(json, "statements"), 0);

    ck_assert_msg(json != NULL, "%s in %.200s", error.text, s);
    ck_assert_uint_eq(json_array_size(json_object_get(json, "statements")), 3);
    ck_assert_str_eq(json_string_value(json_object_get(statement, "sql")),
                     escape_utf8(&arena, hostile[_i]));
    json_decref(json);
}
END_TEST

/* Cells of a row as GitHub's parser cuts them: at pipes that have no backslash before them. */
static size_t count_cells(const char *row, size_t n) {
    size_t pipes = 0;

    for (size_t i = 0; i < n; i++)
        pipes += row[i] == '|' && (i == 0 || row[i - 1] != '\\');
    return pipes - 1;
}

/* Drops code spans: a run of back-ticks up to the next run as long. */
static const char *outside_code(const char *row, size_t n) {
    struct buf rest = BUF_INIT;
    const char *copy;

    for (size_t i = 0; i < n;) {
        size_t ticks = strspn(row + i, "`"), end = i + ticks;
        if (!ticks) {
            buf_putc(&rest, row[i++]);
            continue;
        }
        while (end < n && strspn(row + end, "`") != ticks)
            end += row[end] == '`' ? strspn(row + end, "`") : 1;
        ck_assert_msg(end < n, "a code span is not closed: %.*s", (int)n, row);
        i = end + ticks;
    }
    copy = arena_strndup(&arena, buf_str(&rest), rest.n);
    buf_release(&rest);
    return copy;
}

START_TEST(hostile_strings_are_code_in_markdown) {
    const char *s = written_as("markdown", hostile_document(hostile[_i]), sample_options());

    for (size_t n; *s; s += n + 1) {
        const char *rest;
        n = strcspn(s, "\n");
        rest = outside_code(s, n);
        if (*s == '|')
            ck_assert_msg(count_cells(s, n) == 4, "%.*s", (int)n, s);
        ck_assert_ptr_null(strpbrk(rest, "@[]\\"));
        ck_assert_ptr_null(strstr(rest, "<img"));
        ck_assert_ptr_null(strstr(rest, "very"));
    }
}
END_TEST

START_TEST(the_summary_counts_who_waits) {
    struct locks_document *document = sample_document();
    struct write_options options = sample_options();
    struct buf buf = BUF_INIT;

    document->report->files = 1;
    document->report->statements = 3;
    vec_push(&arena, &document->report->histories,
             ((struct history_line){"db", "goose", 15, 1, 0}));
    write_locks_summary(&buf, document, &options);
    ck_assert_str_eq(buf_str(&buf), "migvet: 1 blocks reads and writes, 1 blocks writes in 3 "
                                    "statements of 1 file (PostgreSQL 15, grammar 18.6)\n");
    buf_clear(&buf);
    document->statements.n = 0;
    write_locks_summary(&buf, document, &options);
    ck_assert_ptr_nonnull(strstr(buf_str(&buf), "nothing blocks reads or writes in 3"));
    buf_release(&buf);
}
END_TEST

static TCase *tcase_of(Suite *suite, const char *name) {
    TCase *tcase = tcase_create(name);

    tcase_add_checked_fixture(tcase, set_up, tear_down);
    suite_add_tcase(suite, tcase);
    return tcase;
}

Suite *suite_locks(void) {
    Suite *suite = suite_create("locks");
    TCase *tcase = tcase_of(suite, "held");

    tcase_add_test(tcase, the_strongest_lock_of_each_table_counts);
    tcase_add_test(tcase, what_is_given_back_is_as_before);
    tcase_add_test(tcase, savepoints_may_come_and_go);
    tcase_add_test(tcase, what_is_untold_is_not_counted);
    tcase_add_test(tcase, names_of_one_spelling_in_two_schemas_are_two);
    tcase_add_test(tcase, a_cleared_transaction_holds_nothing);
    tcase = tcase_of(suite, "text");
    tcase_add_test(tcase, text_is_a_line_for_a_statement);
    tcase_add_test(tcase, sql_is_clipped_to_its_columns);
    tcase_add_test(tcase, very_long_sql_is_not_read_to_its_end);
    tcase_add_test(tcase, many_relations_are_counted);
    tcase_add_test(tcase, what_goes_with_its_table_is_counted);
    tcase_add_test(tcase, failures_and_doubts_are_told);
    tcase_add_test(tcase, what_an_unknown_runner_may_hold_is_hedged);
    tcase_add_test(tcase, lines_keep_to_the_terminal);
    tcase_add_test(tcase, colours_change_nothing_else);
    tcase_add_test(tcase, the_summary_counts_who_waits);
    tcase = tcase_of(suite, "formats");
    tcase_add_test(tcase, markdown_is_a_row_for_a_statement);
    tcase_add_loop_test(tcase, hostile_strings_do_nothing, 0, HOSTILE);
    tcase_add_loop_test(tcase, hostile_strings_are_in_json_as_they_were, 0, HOSTILE);
    tcase_add_loop_test(tcase, hostile_strings_are_code_in_markdown, 0, HOSTILE);
    return suite;
}
