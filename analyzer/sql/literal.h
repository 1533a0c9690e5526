/*
 * What string constants and quoted identifiers hold, part by part: runs of bytes that stand in
 * the text as they are, and bytes that an escape makes. So a string that is SQL itself (the body
 * of a DO, the argument of EXECUTE) can be analysed with positions that lead back to the file.
 */
#ifndef SQL_LITERAL_H
#define SQL_LITERAL_H

#include "sql/lex.h"

struct literal_part {
    size_t start, len; /* in the text: the bytes as they stand, or the escape that makes some */
    bool verbatim;
    char made[4]; /* not verbatim: the bytes made, made_len of them */
    size_t made_len;
};

struct literal_reader {
    const char *bytes;
    size_t at, end; /* what is left between the quotes */
    char quote;     /* \0: a dollar string */
    char escape;    /* e: of E'...', u: of U&, \0: none */
};

/* token: a TOKEN_STRING, TOKEN_DOLLAR_STRING or TOKEN_QUOTED_WORD. */
void literal_init(struct literal_reader *reader, const char *bytes, const struct token *token);
/* The next part; false behind the last. */
bool literal_next(struct literal_reader *reader, struct literal_part *part);

/* The text of what the token holds; text is the one it stands in. */
struct text *literal_text(struct arena *arena, const struct text *text, const struct token *token);
/* Appends what the token holds to the text that is built. */
void literal_append(struct text_builder *builder, const struct text *text,
                    const struct token *token);

#endif
