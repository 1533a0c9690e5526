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

static bool is_off(const char *word) {
    static const char *const words[] = {"off", "of", "false", "f", "no", "n", "0"};

    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
        if (ascii_casecmp(word, words[i]) == 0)
            return true;
    return false;
}

/* Whether backslashes are escapes in plain strings behind this statement, as they were before PostgreSQL 9.1. */
static bool takes_backslashes(const struct statement *statement, bool before) {
    const struct VariableSetStmt *set = node_if(VariableSetStmt, statement->tree);
    const struct A_Const *value = set && set->args.n == 1 ? node_if(A_Const, set->args.v[0]) : NULL;

    if (!set || !set->name || strcmp(set->name, "standard_conforming_strings") != 0)
        return before;
    return value &&
           ((value->sval && is_off(value->sval->sval)) || (value->ival && value->ival->ival == 0));
}

/* The first plain string of the piece that holds a backslash; NULL: none. */
static const struct token *find_backslash(const struct text *text, const struct statements *out,
                                          const struct piece *piece) {
    for (size_t i = piece->first_token; i < piece->last_token; i++) {
        const struct token *token = &out->tokens.list.v[i];
        if ((token->kind == TOKEN_STRING || token->kind == TOKEN_BROKEN) &&
            text->bytes[token->start] == '\'' &&
            memchr(text->bytes + token->start, '\\', token->end - token->start))
            return token;
    }
    return NULL;
}

/* Our lexer and the library's read strings as the standard has them: from here on, what is read may be in one. */
static bool must_stop(struct arena *arena, const struct text *text, struct statements *out,
                      const struct piece *piece) {
    const struct token *token = find_backslash(text, out, piece);

    if (token)
        vec_push(arena, &out->dynamic,
                 ((struct dynamic_sql){text, token->start,
                                       "a backslash in a string while standard_conforming_strings "
                                       "is off: the rest of the text"}));
    return token;
}

struct statements *sql_read(struct arena *arena, const struct text *text, unsigned flags,
                            unsigned first_ordinal, const struct sql_progress *progress) {
    struct statements *out = arena_new(arena, struct statements);
    struct sql_parser parser;
    bool backslashes = false;

    sql_parser_init(&parser, arena, progress);
    sql_cut(arena, text, flags, out);
    for (size_t i = 0; i < out->pieces.n; i++) {
        const struct piece *piece = &out->pieces.v[i];
        if (backslashes && piece->kind == PIECE_STATEMENT && must_stop(arena, text, out, piece))
            break;
        if (piece->kind == PIECE_STATEMENT) {
            read_piece(&parser, out, text, piece, first_ordinal++);
            if (out->list.n)
                backslashes = takes_backslashes(out->list.v[out->list.n - 1], backslashes);
        } else if (piece->kind == PIECE_COPY_DATA) {
            check_copy_data(arena, out, text, piece);
        }
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
