#include "sql/cut.h"

#include "base/bug.h"

#include <stdlib.h>
#include <string.h>

struct cutter {
    const char *bytes;
    const struct token *tokens;
    size_t n;

    struct piece *pieces; /* on the heap, so that growing wastes nothing of the arena */
    size_t piece_count, piece_cap;
};

/* What may hold semicolons of its own. */
enum nesting { NEST_NONE, NEST_RULE, NEST_ROUTINE };

static size_t skip_blanks(const struct cutter *cutter, size_t i) {
    while (i < cutter->n && token_is_blank(&cutter->tokens[i]))
        i++;
    return i;
}

static bool is_word(const struct cutter *cutter, size_t i, const char *word) {
    return i < cutter->n && token_is_word(cutter->bytes, &cutter->tokens[i], word);
}

static bool is_char(const struct cutter *cutter, size_t i, char c) {
    return i < cutter->n && token_is_char(cutter->bytes, &cutter->tokens[i], c);
}

static enum nesting nesting_of(const struct cutter *cutter, size_t first) {
    size_t i;

    if (!is_word(cutter, first, "create"))
        return NEST_NONE;
    i = skip_blanks(cutter, first + 1);
    if (is_word(cutter, i, "or"))
        i = skip_blanks(cutter, skip_blanks(cutter, i + 1) + 1);
    if (is_word(cutter, i, "rule"))
        return NEST_RULE;
    return is_word(cutter, i, "function") || is_word(cutter, i, "procedure") ? NEST_ROUTINE
                                                                             : NEST_NONE;
}

/* Meta-commands that send or drop what was typed so far; the others leave the statement open. */
static bool meta_ends_statement(const char *bytes, const struct token *token) {
    static const char *const names[] = {"g",     "gx",    "gset", "gexec", "gdesc", "crosstabview",
                                        "watch", "reset", "r"};
    const char *name = bytes + token->start + 1;
    size_t n = 0;

    while (token->start + 1 + n < token->end && name[n] >= 'a' && name[n] <= 'z')
        n++;
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        if (strlen(names[i]) == n && memcmp(name, names[i], n) == 0)
            return true;
    return false;
}

/* Whether the statement cannot go on at token i, semicolon or not. */
static bool ends_before(const struct cutter *cutter, size_t i) {
    const struct token *token = &cutter->tokens[i];

    return token->kind == TOKEN_COPY_DATA ||
           (token->kind == TOKEN_META && meta_ends_statement(cutter->bytes, token));
}

/* The semicolon that ends the statement, or what ends it otherwise. */
static size_t plain_end(const struct cutter *cutter, size_t i) {
    while (i < cutter->n && !is_char(cutter, i, ';') && !ends_before(cutter, i))
        i++;
    return i;
}

/* CREATE RULE ... DO (one; two): depth of parentheses. */
static size_t rule_depth(const struct cutter *cutter, size_t i, size_t depth) {
    if (is_char(cutter, i, '('))
        return depth + 1;
    return depth && is_char(cutter, i, ')') ? depth - 1 : depth;
}

/* A word that stands for itself, and not for a name: "x.end", "AS end" are names. */
static bool is_keyword(const struct cutter *cutter, size_t i, const char *word) {
    size_t before = i;

    if (!is_word(cutter, i, word))
        return false;
    while (before && token_is_blank(&cutter->tokens[before - 1]))
        before--;
    return !before || !(is_char(cutter, before - 1, '.') || is_word(cutter, before - 1, "as"));
}

/* CREATE FUNCTION ... BEGIN ATOMIC one; two; END: depth of BEGIN and CASE. */
static size_t routine_depth(const struct cutter *cutter, size_t i, size_t depth) {
    if (cutter->tokens[i].kind != TOKEN_WORD)
        return depth;
    if (!depth)
        return is_keyword(cutter, i, "begin") &&
               is_word(cutter, skip_blanks(cutter, i + 1), "atomic");
    if (is_keyword(cutter, i, "case"))
        return depth + 1;
    return is_keyword(cutter, i, "end") ? depth - 1 : depth;
}

/*
 * As plain_end, over the semicolons inside. Where the inside never ends, as it does not in a broken
 * statement, the statement ends at its first semicolon, so that those behind it are seen. What
 * follows a semicolon inside is never CREATE (the server takes none in such a place): so no two
 * searches look at the same tokens.
 */
static size_t nested_end(const struct cutter *cutter, size_t first, enum nesting nesting) {
    size_t depth = 0, first_inside = cutter->n, i;

    for (i = first; i < cutter->n && !ends_before(cutter, i); i++) {
        depth =
            nesting == NEST_RULE ? rule_depth(cutter, i, depth) : routine_depth(cutter, i, depth);
        if (!is_char(cutter, i, ';'))
            continue;
        if (!depth)
            return i;
        if (first_inside == cutter->n)
            first_inside = i;
        if (is_word(cutter, skip_blanks(cutter, i + 1), "create"))
            return first_inside;
    }
    return depth && first_inside < cutter->n ? first_inside : i;
}

static size_t statement_end(const struct cutter *cutter, size_t first) {
    enum nesting nesting = nesting_of(cutter, first);

    return nesting ? nested_end(cutter, first, nesting) : plain_end(cutter, first);
}

size_t cut_statement_end(const char *bytes, const struct tokens *tokens, size_t first) {
    struct cutter cutter = {.bytes = bytes, .tokens = tokens->list.v, .n = tokens->list.n};

    return statement_end(&cutter, first);
}

static void grow_pieces(struct cutter *cutter) {
    cutter->piece_cap = cutter->piece_cap ? cutter->piece_cap * 2 : 64;
    cutter->pieces = realloc(cutter->pieces, cutter->piece_cap * sizeof(*cutter->pieces));
    if (!cutter->pieces)
        die_out_of_memory();
}

/* Adds the piece of tokens [first, last), and returns last. */
static size_t add_piece(struct cutter *cutter, enum piece_kind kind, size_t first, size_t last) {
    if (cutter->piece_count == cutter->piece_cap)
        grow_pieces(cutter);
    cutter->pieces[cutter->piece_count++] =
        (struct piece){kind, cutter->tokens[first].start, cutter->tokens[last - 1].end,
                       (uint32_t)first, (uint32_t)last};
    return last;
}

static bool is_gap(const struct cutter *cutter, size_t i) {
    return i < cutter->n && (token_is_blank(&cutter->tokens[i]) || is_char(cutter, i, ';'));
}

static size_t cut_gap(struct cutter *cutter, size_t first) {
    size_t last = first;

    while (is_gap(cutter, last))
        last++;
    return add_piece(cutter, PIECE_GAP, first, last);
}

static size_t cut_statement(struct cutter *cutter, size_t first) {
    size_t last = statement_end(cutter, first);

    if (is_char(cutter, last, ';'))
        return add_piece(cutter, PIECE_STATEMENT, first, last + 1);
    while (token_is_blank(&cutter->tokens[last - 1]) || cutter->tokens[last - 1].kind == TOKEN_META)
        last--;
    return add_piece(cutter, PIECE_STATEMENT, first, last);
}

static size_t cut_piece(struct cutter *cutter, size_t first) {
    if (is_gap(cutter, first))
        return cut_gap(cutter, first);
    if (cutter->tokens[first].kind == TOKEN_META)
        return add_piece(cutter, PIECE_META, first, first + 1);
    if (cutter->tokens[first].kind == TOKEN_COPY_DATA)
        return add_piece(cutter, PIECE_COPY_DATA, first, first + 1);
    return cut_statement(cutter, first);
}

void sql_cut(struct arena *arena, const struct text *text, unsigned flags, struct statements *out) {
    struct cutter cutter = {.bytes = text->bytes};

    lex(arena, text->bytes, (struct span){0, text->len}, flags, &out->tokens);
    cutter.tokens = out->tokens.list.v;
    cutter.n = out->tokens.list.n;
    for (size_t i = 0; i < cutter.n;)
        i = cut_piece(&cutter, i);
    out->pieces.v = arena_array(arena, struct piece, cutter.piece_count);
    if (cutter.piece_count)
        memcpy(out->pieces.v, cutter.pieces, cutter.piece_count * sizeof(struct piece));
    out->pieces.n = out->pieces.cap = cutter.piece_count;
    free(cutter.pieces);
}
