#include "sql/failure.h"

#include "base/ascii.h"
#include "source/utf8.h"

#include <string.h>

/* The failed statement's tokens without blanks. */
struct failed {
    const char *bytes;
    VEC(const struct token *) words;
    size_t at; /* the word that the parser stopped at; words.n: the end */
};

/*
 * Syntax that a later PostgreSQL brought. The parser of an earlier one stops at the first word of `at`
 * (anywhere, when it is NULL), behind the words of `before`: there "*" is any one word, "()" a pair of
 * parentheses with all between, and "name(" an open call around the place. The statement starts with
 * the words of `starts`.
 */
struct construct {
    int major;
    const char *starts, *before, *at;
    const char *what;
};

static const struct construct constructs[] = {
    {18, NULL, "not", "enforced", "NOT ENFORCED"},
    {18, NULL, NULL, "enforced", "ENFORCED"},
    {18, NULL, "()", "virtual", "a virtual generated column"},
    {18, NULL, "generated always as ()", NULL, "a generated column without STORED"},
    {17, "alter domain", "add", "not null", "ALTER DOMAIN ... ADD NOT NULL"},
    {17, "alter domain", "constraint *", "not null",
     "ALTER DOMAIN ... ADD CONSTRAINT ... NOT NULL"},
    {18, NULL, "constraint *", "not null", "a NOT NULL constraint of the table"},
    {18, "alter", "add", "not null", "a NOT NULL constraint of the table"},
    {18, "create", ",", "not null", "a NOT NULL constraint of the table"},
    {18, NULL, NULL, "without overlaps", "WITHOUT OVERLAPS"},
    {18, NULL, "period", NULL, "PERIOD in a key"},
    {18, NULL, "returning", "with (", "RETURNING WITH"},
    {18, "alter", "constraint *", "inherit", "ALTER CONSTRAINT ... INHERIT"},
    {18, "alter", "constraint *", "no inherit", "ALTER CONSTRAINT ... NO INHERIT"},
    {18, "vacuum", "only", NULL, "VACUUM ONLY"},
    {18, "analyze", "only", NULL, "ANALYZE ONLY"},
    {17, "merge", "matched", "by", "WHEN NOT MATCHED BY"},
    {17, "merge", NULL, "returning", "MERGE ... RETURNING"},
    {17, "alter", "set", "expression", "ALTER COLUMN ... SET EXPRESSION"},
    {17, "alter", "statistics", "default", "SET STATISTICS DEFAULT"},
    {17, "alter", "method", "default", "SET ACCESS METHOD DEFAULT"},
    {17, NULL, "at", "local", "AT LOCAL"},
    {17, NULL, "json_table(", NULL, "JSON_TABLE"},
    {17, NULL, "json_query(", NULL, "JSON_QUERY"},
    {17, NULL, "json_value(", NULL, "JSON_VALUE"},
    {17, NULL, "json_exists(", NULL, "JSON_EXISTS"},
    {16, NULL, "json_object(", NULL, "JSON_OBJECT"},
    {16, NULL, "json_array(", NULL, "JSON_ARRAY"},
    {16, NULL, "json_objectagg(", NULL, "JSON_OBJECTAGG"},
    {16, NULL, "json_arrayagg(", NULL, "JSON_ARRAYAGG"},
    {16, NULL, "is", "json", "IS JSON"},
    {16, NULL, "is not", "json", "IS NOT JSON"},
    {16, NULL, "xmlserialize(", "indent", "XMLSERIALIZE ... INDENT"},
    {16, "create table", NULL, "storage", "STORAGE of a column"},
    {16, "grant", "with", NULL, "GRANT ... WITH"},
    {16, "create statistics", "statistics", "on", "CREATE STATISTICS without a name"},
    {16, "reindex", NULL, ";", "REINDEX of a database without its name"},
};

/* Words of a pattern are matched one by one; *pattern moves behind the word and its blank. */
static size_t pattern_word(const char **pattern, char *word, size_t size) {
    size_t n = strcspn(*pattern, " ");

    if (n < size) {
        memcpy(word, *pattern, n);
        word[n] = '\0';
    }
    *pattern += n;
    *pattern += strspn(*pattern, " ");
    return n;
}

static bool word_is(const struct failed *failed, size_t i, const char *wanted) {
    const struct token *token = i < failed->words.n ? failed->words.v[i] : NULL;

    if (!token)
        return false;
    if (strcmp(wanted, "*") == 0)
        return token->kind == TOKEN_WORD || token->kind == TOKEN_QUOTED_WORD;
    if (!wanted[1] && token->kind == TOKEN_PUNCT)
        return failed->bytes[token->start] == wanted[0];
    return token_is_word(failed->bytes, token, wanted);
}

static bool words_are(const struct failed *failed, size_t i, const char *pattern) {
    char word[16];

    while (pattern && *pattern) {
        pattern_word(&pattern, word, sizeof(word));
        if (!word_is(failed, i++, word))
            return false;
    }
    return true;
}

/* The parenthesis that opens what is closed at i, or what encloses i when it closes nothing; words.n: none. */
static size_t opener_of(const struct failed *failed, size_t i) {
    size_t depth = word_is(failed, i, ")") ? 0 : 1;

    for (i++; i-- > 0;) {
        if (word_is(failed, i, ")"))
            depth++;
        else if (word_is(failed, i, "(") && !--depth)
            return i;
    }
    return failed->words.n;
}

static bool stands_in_call(const struct failed *failed, const char *name, size_t len) {
    char word[16] = "";

    memcpy(word, name, len);
    for (size_t i = failed->at; i > 0;) {
        size_t opener = opener_of(failed, i - 1);
        if (opener == failed->words.n || !opener)
            return false;
        if (word_is(failed, opener - 1, word))
            return true;
        i = opener;
    }
    return false;
}

/* Matches the pattern's words backwards from the word before `at`. */
static bool stands_behind(const struct failed *failed, const char *pattern) {
    size_t i = failed->at, n = pattern ? strlen(pattern) : 0;
    char word[16];

    if (n > 2 && pattern[n - 1] == '(')
        return stands_in_call(failed, pattern, n - 1);
    while (n) {
        size_t start = n;
        while (start && pattern[start - 1] != ' ')
            start--;
        memcpy(word, pattern + start, n - start);
        word[n - start] = '\0';
        if (!i--)
            return false;
        if (strcmp(word, "()") == 0)
            i = word_is(failed, i, ")") ? opener_of(failed, i) : failed->words.n;
        else if (!word_is(failed, i, word))
            return false;
        if (i >= failed->words.n)
            return false;
        n = start ? start - 1 : 0;
    }
    return true;
}

static const struct construct *newer_construct(const struct failed *failed) {
    for (size_t i = 0; i < sizeof(constructs) / sizeof(*constructs); i++) {
        const struct construct *c = &constructs[i];
        if (c->major > sql_grammar_major() && words_are(failed, 0, c->starts) &&
            words_are(failed, failed->at, c->at) && stands_behind(failed, c->before))
            return c;
    }
    return NULL;
}

/* What is newer by the message alone. */
static const struct {
    int major;
    const char *message; /* how it starts */
    const char *what;
} newer_messages[] = {
    {16, "subquery in FROM must have an alias", "a subquery in FROM without alias"},
    {16, "VALUES in FROM must have an alias", "VALUES in FROM without alias"},
    {18, "ALTER CONSTRAINT statement constraints cannot be marked NO INHERIT",
     "ALTER CONSTRAINT ... NO INHERIT"},
};

/* The numbers that 16 brought: 1_000, 0x1F, 0o17, 0b1. */
static bool is_newer_number(const char *number, size_t len) {
    return memchr(number, '_', len) || (len > 2 && number[0] == '0' && strchr("xXoObB", number[1]));
}

static bool fails_at_newer_number(const struct failed *failed) {
    const struct token *token;

    if (failed->at >= failed->words.n)
        return false;
    token = failed->words.v[failed->at];
    return token->kind == TOKEN_NUMBER &&
           is_newer_number(failed->bytes + token->start, token->end - token->start);
}

/* What is newer, and in *major since when; NULL when nothing is. */
static const char *newer_syntax(const struct statement *statement, const struct failed *failed,
                                int *major) {
    const struct construct *construct = newer_construct(failed);

    for (size_t i = 0; i < sizeof(newer_messages) / sizeof(*newer_messages); i++) {
        *major = newer_messages[i].major;
        if (strcmp(statement->message, newer_messages[i].message) == 0)
            return newer_messages[i].what;
    }
    *major = 16;
    if (fails_at_newer_number(failed))
        return "a number in this notation";
    *major = construct ? construct->major : 0;
    return construct ? construct->what : NULL;
}

static bool explain_newer(struct arena *arena, struct statement *statement,
                          const struct failed *failed) {
    int major = 0;
    const char *what = newer_syntax(statement, failed, &major);

    if (!what || major <= sql_grammar_major())
        return false;
    statement->failure = PARSE_NEWER;
    statement->message =
        arena_printf(arena, "%s needs the grammar of PostgreSQL %d; this migvet has %d's", what,
                     major, sql_grammar_major());
    return true;
}

/* The server gives up on nesting as well; where it does depends on its stack. */
static bool explain_limit(struct arena *arena, struct statement *statement) {
    if (!strstr(statement->message, "memory exhausted") &&
        !strstr(statement->message, "stack depth limit exceeded"))
        return false;
    statement->failure = PARSE_LIMIT;
    statement->message = arena_strdup(arena, "nested too deeply for PostgreSQL's parser");
    return true;
}

/* What is quoted may reach to the end of the file: its first line does, and not too much of that. */
static void shorten(struct arena *arena, struct statement *statement) {
    const char *quote = strstr(statement->message, " at or near \"");
    const char *start = quote ? quote + strlen(" at or near \"") : NULL;
    size_t n = start ? strcspn(start, "\r\n") : 0;

    if (!quote || (n <= FAILURE_QUOTES && !start[n]))
        return;
    if (n > FAILURE_QUOTES)
        for (n = FAILURE_QUOTES; n && utf8_is_continuation(start[n]);)
            n--;
    statement->message = arena_printf(
        arena, "%.*s...\"", (int)((size_t)(start - statement->message) + n), statement->message);
}

static bool is_braces(const struct failed *failed, size_t i) {
    const struct token *token = failed->words.v[i], *next;
    char c = failed->bytes[token->start];

    if (token->kind != TOKEN_BROKEN || i + 1 >= failed->words.n)
        return false;
    next = failed->words.v[i + 1];
    return next->start == token->end && (c == '{' || c == '$') &&
           strchr("{%", failed->bytes[next->start]);
}

static bool looks_like_template(const struct failed *failed) {
    for (size_t i = 0; i < failed->words.n; i++)
        if (is_braces(failed, i))
            return true;
    return false;
}

static bool is_engine_of(const struct failed *failed, size_t i, const char *name) {
    return word_is(failed, i, "engine") && i + 2 < failed->words.n &&
           failed->bytes[failed->words.v[i + 1]->start] == '=' && word_is(failed, i + 2, name);
}

/* Whose SQL it is by the word i; NULL when the word tells nothing. */
static const char *dialect_of_word(const struct failed *failed, size_t i) {
    const struct token *token = failed->words.v[i];
    size_t n = token->end - token->start;

    if ((token->kind == TOKEN_OPERATOR && memchr(failed->bytes + token->start, '`', n)) ||
        word_is(failed, i, "auto_increment") || word_is(failed, i, "unsigned") ||
        is_engine_of(failed, i, "innodb") || is_engine_of(failed, i, "myisam"))
        return "; this looks like MySQL";
    if (word_is(failed, i, "autoincrement"))
        return "; this looks like SQLite";
    if (token->kind == TOKEN_WORD && n >= 9 &&
        ascii_ncasecmp(failed->bytes + token->end - 9, "mergetree", 9) == 0)
        return "; this looks like ClickHouse";
    return NULL;
}

static const char *dialect_of(const struct failed *failed) {
    const char *dialect = NULL;

    for (size_t i = 0; i < failed->words.n && !dialect; i++)
        dialect = dialect_of_word(failed, i);
    return dialect;
}

static bool has_open_parenthesis(const struct failed *failed) {
    size_t depth = 0;

    for (size_t i = 0; i < failed->words.n; i++) {
        if (word_is(failed, i, "("))
            depth++;
        else if (depth && word_is(failed, i, ")"))
            depth--;
    }
    return depth > 0;
}

static const char *hint_for(const struct failed *failed) {
    const char *dialect;

    if (looks_like_template(failed))
        return "; this looks like a template that was not rendered";
    dialect = dialect_of(failed);
    if (dialect)
        return dialect;
    if (failed->at + 1 >= failed->words.n && has_open_parenthesis(failed))
        return "; a parenthesis is not closed";
    return NULL;
}

static void find_words(struct arena *arena, const struct statement *statement,
                       struct failed *failed) {
    const struct tokens *tokens = statement->tokens;

    /* the semicolon counts, as the parser may stop at it */
    for (size_t i = statement->first_token; i < tokens->list.n; i++) {
        const struct token *token = &tokens->list.v[i];
        if (token->start >= statement->end_with_semicolon)
            break;
        if (!token_is_blank(token))
            vec_push(arena, &failed->words, token);
    }
    while (failed->at < failed->words.n &&
           failed->words.v[failed->at]->end <= statement->error_offset)
        failed->at++;
}

void failure_explain(struct arena *arena, struct statement *statement) {
    struct failed failed = {.bytes = statement->text->bytes};
    const char *hint;

    if (explain_limit(arena, statement))
        return;
    find_words(arena, statement, &failed);
    if (explain_newer(arena, statement, &failed))
        return;
    shorten(arena, statement);
    hint = hint_for(&failed);
    if (hint)
        statement->message = arena_printf(arena, "%s%s", statement->message, hint);
}
