/*
 * Our own lexer for PostgreSQL's SQL: the ground under cutting, positions and suppressions. It
 * loses no byte: every byte of a text belongs to exactly one token, broken ones included. It
 * follows src/backend/parser/scan.l, plus psql's variables and meta-commands where asked.
 * Linear in the text's length; no recursion.
 */
#ifndef SQL_LEX_H
#define SQL_LEX_H

#include "base/vec.h"
#include "source/text.h"

#include <stdint.h>

enum token_kind {
    TOKEN_SPACE,         /* a run of white space */
    TOKEN_LINE_COMMENT,  /* -- up to the line's end, without it */
    TOKEN_BLOCK_COMMENT, /* nested; TOKEN_BROKEN when it does not end */
    TOKEN_WORD,          /* an unquoted identifier or keyword */
    TOKEN_QUOTED_WORD,   /* "..." and U&"..." */
    TOKEN_STRING, /* '...', E'...', B'...', X'...', N'...', U&'...', with its continuations on later lines */
    TOKEN_DOLLAR_STRING, /* $$...$$, $tag$...$tag$ */
    TOKEN_NUMBER,
    TOKEN_PARAMETER, /* $1 */
    TOKEN_OPERATOR,  /* a run of operator characters as the server cuts it; also :: := .. => */
    TOKEN_PUNCT,     /* one of ( ) [ ] , ; : . */
    TOKEN_VARIABLE, /* psql's :name, :'name', :"name", :{?name}; ${x}, {{ x }}, {% x %}, {# x #}, %(x)s */
    TOKEN_META, /* a psql meta-command: backslash up to the line's end, another backslash, or \\ (with it) */
    TOKEN_COPY_DATA, /* the lines behind COPY ... FROM stdin; up to and with "\.", or to the end */
    TOKEN_BROKEN, /* an unterminated comment, string, identifier or dollar string, to the end; or a byte that starts no token */
};

/* Eight bytes: a large file has a million. */
struct token {
    uint32_t start; /* bytes in the text */
    uint32_t end : 28;
    uint32_t kind : 4; /* enum token_kind */
};
enum { LONGEST_TEXT = (1 << 28) - 1 };

struct tokens {
    VEC(struct token) list;
};

/* The end of the placeholder (no variable of psql's) of these kinds that begins at bytes[at], in n bytes; 0: none does. */
size_t lex_placeholder_end(const char *bytes, size_t n, size_t at, unsigned flags);

enum lex_flags {
    LEX_PSQL = 1,     /* meta-commands, COPY data and variables are recognised */
    LEX_COLON = 2,    /* variables alone */
    LEX_DOLLAR = 4,   /* ${x} */
    LEX_BRACES = 8,   /* {{ x }}, {% x %}, {# x #} */
    LEX_PERCENT = 16, /* %(x)s */
    LEX_PLACEHOLDERS = LEX_COLON | LEX_DOLLAR | LEX_BRACES | LEX_PERCENT,
};

/* Appends the tokens of text[span] to out. Longer texts than LONGEST_TEXT are a BUG. */
void lex(struct arena *arena, const char *bytes, struct span span, unsigned flags,
         struct tokens *out);

/* Whether a TOKEN_WORD is this keyword (given in lower case), without regard to ASCII case. */
bool token_is_word(const char *bytes, const struct token *token, const char *keyword);

static inline bool token_is_char(const char *bytes, const struct token *token, char punct) {
    return token->kind == TOKEN_PUNCT && bytes[token->start] == punct;
}

/* Space or comment. */
static inline bool token_is_blank(const struct token *token) {
    return token->kind <= TOKEN_BLOCK_COMMENT;
}

/* A TOKEN_BROKEN that swallowed the rest of the text, and not just one stray byte. */
bool token_is_unterminated(const char *bytes, const struct token *token);

/*
 * The identifier that a TOKEN_WORD (folded to lower case, ASCII only), TOKEN_QUOTED_WORD
 * (unquoted, U& decoded) names, cut to 63 bytes at a character as the server does; the string
 * that a TOKEN_STRING or TOKEN_DOLLAR_STRING holds, escapes decoded. U& is decoded with the
 * backslash, whatever a UESCAPE behind the token says.
 */
char *token_identifier(struct arena *arena, const char *bytes, const struct token *token);
char *token_string(struct arena *arena, const char *bytes, const struct token *token);

#endif
