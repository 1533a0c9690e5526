/*
 * The state of lexing a text: what lex.c (PostgreSQL's tokens) and lex_psql.c (psql's) share.
 */
#ifndef SQL_LEX_STATE_H
#define SQL_LEX_STATE_H

#include "sql/lex.h"

/* How far a statement that may be COPY ... FROM STDIN has been recognised. */
enum copy_stage { COPY_START, COPY_WORD, COPY_FROM, COPY_STDIN, COPY_NONE };

struct lexer {
    const char *bytes;
    size_t at, end;
    bool psql;
    unsigned flags;
    bool unclosed[3]; /* braces of this kind ({{, {%, {#) are not closed any more */

    enum copy_stage copy;
    size_t copy_depth;  /* of parentheses in the COPY statement */
    bool copy_data_due; /* the next line is data */

    struct token *tokens; /* on the heap, so that growing wastes nothing of the arena */
    size_t n, cap;
};

/* What a byte may begin; see lex.c. */
extern const char lexer_classes[];

static inline char class_of(char c) {
    return lexer_classes[(unsigned char)c];
}

static inline bool is_word_byte(char c) {
    return class_of(c) >= 'w';
}

static inline bool is_operator_byte(char c) {
    return class_of(c) == '+' || class_of(c) == '!';
}

/* The byte at offset i, or NUL behind the end. */
static inline char byte_at(const struct lexer *lexer, size_t i) {
    return i < lexer->end ? lexer->bytes[i] : '\0';
}

void lexer_grow(struct lexer *lexer);

/* Ends the token that began where the lexer stands. */
static inline void emit(struct lexer *lexer, enum token_kind kind, size_t end) {
    if (lexer->n == lexer->cap)
        lexer_grow(lexer);
    lexer->tokens[lexer->n++] = (struct token){
        .start = (uint32_t)lexer->at, .end = (uint32_t)end & LONGEST_TEXT, .kind = kind & 15};
    lexer->at = end;
}

/* The end of the line that i stands in. */
static inline size_t lexer_line_end(const struct lexer *lexer, size_t i) {
    while (i < lexer->end && lexer->bytes[i] != '\n' && lexer->bytes[i] != '\r')
        i++;
    return i;
}

/* The end of a ${x}, {{ x }}, {% x %}, {# x #} or %(x)s that begins at i, or 0; only of the kinds that are asked for. */
size_t lexer_placeholder_end(struct lexer *lexer, size_t i);
/* The end of a psql variable that begins at the colon where the lexer stands, or 0. */
size_t lexer_variable_end(const struct lexer *lexer);
/* A meta-command, or a stray byte where psql is not asked for. */
void lexer_backslash(struct lexer *lexer);
/* From a line's first byte: to the end of the line that holds only "\.", or to the end. */
void lexer_copy_data(struct lexer *lexer);
/* Notices COPY ... FROM STDIN; so that its data are not taken for SQL. */
void lexer_watch_copy(struct lexer *lexer, const struct token *token);

#endif
