#include "sql/statement.h"

#include "base/ascii.h"
#include "sql/parse.h"
#include "sql/placeholder.h"
#include "sql/plpgsql.h"

#include <string.h>

static struct statement *statement_of_piece(struct arena *arena, const struct text *text,
                                            const struct statements *out,
                                            const struct piece *piece) {
    struct statement *statement = arena_new(arena, struct statement);
    const struct token *tokens = out->tokens.list.v;
    size_t last = piece->last_token;

    if (token_is_char(text->bytes, &tokens[last - 1], ';'))
        last--;
    while (token_is_blank(&tokens[last - 1]) || tokens[last - 1].kind == TOKEN_META)
        last--;
    statement->text = text;
    statement->span = (struct span){piece->start, tokens[last - 1].end};
    statement->end_with_semicolon = piece->end;
    statement->tokens = &out->tokens;
    statement->first_token = piece->first_token;
    statement->last_token = last;
    return statement;
}

/* Anything may stand for a placeholder, even a whole statement: what fails then is no mistake. */
static bool fails_for_placeholders(const struct statement *statement) {
    struct span mark;

    return statement->failure == PARSE_SYNTAX && statement->text->marked &&
           placeholder_find(statement->text->bytes, statement->span.end, statement->span.start,
                            &mark);
}

static void read_piece(struct sql_parser *parser, struct statements *out, const struct text *text,
                       const struct piece *piece, unsigned ordinal) {
    struct statement *statement = statement_of_piece(parser->arena, text, out, piece);
    struct plpgsql_target inside = {parser, out, statement, 1};

    statement->ordinal = ordinal;
    parse_statement(parser, statement);
    if (fails_for_placeholders(statement)) {
        struct dynamic_sql dynamic = {text, statement->span.start,
                                      "what a placeholder stands for decides what this is"};
        vec_push(parser->arena, &out->dynamic, dynamic);
        return;
    }
    vec_push(parser->arena, &out->list, statement);
    plpgsql_read_do(&inside, statement);
}

/* Data without their end reach to the end of the text, and hide what may have been meant as SQL. */
static void check_copy_data(struct arena *arena, struct statements *out, const struct text *text,
                            const struct piece *piece) {
    struct dynamic_sql dynamic = {text, piece->start,
                                  "COPY data without \"\\.\" behind them: the rest of the text"};

    if (piece->end - piece->start < 2 || memcmp(text->bytes + piece->end - 2, "\\.", 2) != 0)
        vec_push(arena, &out->dynamic, dynamic);
}

struct statements *sql_read(struct arena *arena, const struct text *text, unsigned flags,
                            unsigned first_ordinal, const struct sql_progress *progress) {
    struct statements *out = arena_new(arena, struct statements);
    struct sql_parser parser;

    sql_parser_init(&parser, arena, progress);
    sql_cut(arena, text, flags, out);
    for (size_t i = 0; i < out->pieces.n; i++) {
        const struct piece *piece = &out->pieces.v[i];
        if (piece->kind == PIECE_STATEMENT)
            read_piece(&parser, out, text, piece, first_ordinal++);
        else if (piece->kind == PIECE_COPY_DATA)
            check_copy_data(arena, out, text, piece);
    }
    sql_parser_release(&parser);
    return out;
}

struct statements *sql_read_plpgsql(struct arena *arena, const struct text *body,
                                    const struct sql_progress *progress) {
    struct statements *out = arena_new(arena, struct statements);
    struct sql_parser parser;
    struct plpgsql_target target = {&parser, out, NULL, 1};

    sql_parser_init(&parser, arena, progress);
    plpgsql_read_body(&target, body);
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
    if (statement->text->marked)
        placeholder_unmark(out->s, out->n);
}
