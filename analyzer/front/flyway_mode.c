#include "front/flyway_mode.h"

#include "base/ascii.h"
#include "sql/lex.h"

/* PostgreSQLParser.java, detectCanExecuteInTransaction. "?": the word may be missing. */
static const char *const patterns[][4] = {
    {"create", "?unique", "index", "concurrently"},
    {"drop", "index", "concurrently"},
    {"create", "database"},
    {"drop", "database"},
    {"create", "tablespace"},
    {"drop", "tablespace"},
    {"create", "subscription"},
    {"drop", "subscription"},
    {"alter", "system"},
    {"reindex", "?verbose", "schema"},
    {"reindex", "?verbose", "database"},
    {"reindex", "?verbose", "system"},
    {"vacuum"},
    {"discard", "all"},
};

/* The tokens of the file that are neither blank nor comment. */
struct words {
    const char *bytes;
    VEC(struct token) list;
};

/* The number of words that the pattern takes from there on; 0 when it does not fit. */
static size_t take(const struct words *words, size_t at, const char *const pattern[4]) {
    size_t start = at;

    for (size_t i = 0; i < 4 && pattern[i]; i++) {
        bool optional = pattern[i][0] == '?';
        bool fits = at < words->list.n && words->list.v[at].kind == TOKEN_WORD &&
                    token_is_word(words->bytes, &words->list.v[at], pattern[i] + optional);
        if (!fits && !optional)
            return 0;
        at += fits;
    }
    return at - start;
}

/* "CREATE INDEX CONCURRENTLY" */
static const char *name_words(struct arena *arena, const struct words *words, size_t at,
                              size_t count) {
    const char *name = "";

    for (size_t i = at; i < at + count; i++) {
        const struct token *token = &words->list.v[i];
        char *word = arena_strndup(arena, words->bytes + token->start, token->end - token->start);
        for (char *c = word; *c; c++)
            *c = ascii_toupper(*c);
        name = arena_printf(arena, "%s%s%s", name, i > at ? " " : "", word);
    }
    return name;
}

static void judge(struct arena *arena, const struct words *words, size_t at,
                  struct flyway_mode *mode) {
    size_t count = 0;

    for (size_t i = 0; !count && i < sizeof(patterns) / sizeof(*patterns); i++)
        count = take(words, at, patterns[i]);
    if (!count)
        mode->others = true;
    else if (!mode->alone)
        mode->alone = name_words(arena, words, at, count);
}

struct flyway_mode flyway_mode_of(struct arena *arena, const struct file *file) {
    struct words words = {.bytes = file->bytes};
    struct flyway_mode mode = {0};
    struct tokens tokens = {0};
    bool begins = true;

    lex(arena, file->bytes, (struct span){file->bom, file->len}, LEX_PSQL, &tokens);
    for (size_t i = 0; i < tokens.list.n; i++)
        if (!token_is_blank(&tokens.list.v[i]))
            vec_push(arena, &words.list, tokens.list.v[i]);
    for (size_t i = 0; i < words.list.n; i++) {
        bool ends = token_is_char(words.bytes, &words.list.v[i], ';');
        if (begins && !ends)
            judge(arena, &words, i, &mode);
        begins = ends;
    }
    return mode;
}
