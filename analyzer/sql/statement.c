#include "sql/statement.h"

#include "base/ascii.h"
#include "sql/parse.h"

#include <string.h>

static struct statement *statement_of_piece(struct arena *arena, const struct text *text,
                                            const struct statements *out,
                                            const struct piece *piece) {
    struct statement *statement = arena_new(arena, struct statement);
    const struct token *tokens = out->tokens.list.v;
    size_t last = piece->last_token;

    if (token_is_char(text->bytes, &tokens[last - 1], ';'))
        last--;
    while (token_is_blank(&tokens[last - 1]))
        last--;
    statement->text = text;
    statement->span = (struct span){piece->start, tokens[last - 1].end};
    statement->end_with_semicolon = piece->end;
    statement->tokens = &out->tokens;
    statement->first_token = piece->first_token;
    statement->last_token = last;
    return statement;
}

struct statements *sql_read(struct arena *arena, const struct text *text, unsigned flags,
                            unsigned first_ordinal, const struct sql_progress *progress) {
    struct statements *out = arena_new(arena, struct statements);
    struct sql_parser parser;

    sql_parser_init(&parser, arena, progress);
    sql_cut(arena, text, flags, out);
    for (size_t i = 0; i < out->pieces.n; i++) {
        struct statement *statement;
        if (out->pieces.v[i].kind != PIECE_STATEMENT)
            continue;
        statement = statement_of_piece(arena, text, out, &out->pieces.v[i]);
        statement->ordinal = first_ordinal++;
        parse_statement(&parser, statement);
        vec_push(arena, &out->list, statement);
    }
    sql_parser_release(&parser);
    return out;
}

size_t statement_offset(const struct statement *statement, int location) {
    return location > 0 ? (size_t)location : statement->span.start;
}

void statement_normalise(struct buf *out, const struct statement *statement) {
    const char *bytes = statement->text->bytes;
    bool first = true;

    for (size_t i = statement->first_token; i < statement->last_token; i++) {
        const struct token *token = &statement->tokens->list.v[i];
        if (token_is_blank(token))
            continue;
        if (!first)
            buf_putc(out, ' ');
        first = false;
        if (token->kind != TOKEN_WORD)
            buf_add(out, bytes + token->start, token->end - token->start);
        else
            for (size_t at = token->start; at < token->end; at++)
                buf_putc(out, ascii_tolower(bytes[at]));
    }
}
