#include "sql/parse.h"

#include "base/ascii.h"
#include "sql/failure.h"
#include "sql/literal.h"
#include "sql/placeholder.h"

#include <pg_query.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#if PG_VERSION_NUM < 150000 || PG_VERSION_NUM >= 190000
#error "libpg_query with the grammar of PostgreSQL 15, 16, 17 or 18 is needed"
#endif

enum { MOST_TRIES = 32 }; /* of a statement with placeholders */

const struct sql_limits sql_default_limits = {
    .statement_bytes = 16 << 20,
    /* the server itself takes no operator of more than 63 bytes; its scanner needs time in the square of the run */
    .operator_run = 256,
};

const char *sql_grammar_version(void) {
    return PG_VERSION;
}

int sql_grammar_major(void) {
    return PG_VERSION_NUM / 10000;
}

void sql_parser_init(struct sql_parser *parser, struct arena *arena,
                     const struct sql_progress *progress) {
    *parser = (struct sql_parser){.arena = arena, .progress = progress};
    node_reader_init(&parser->reader, arena);
}

void sql_parser_release(struct sql_parser *parser) {
    node_reader_release(&parser->reader);
    buf_release(&parser->source);
}

static void fail(struct statement *statement, enum parse_failure failure, size_t offset,
                 const char *message) {
    statement->tree = NULL;
    statement->failure = failure;
    statement->error_offset = offset;
    statement->message = message;
}

static void blank(char *bytes, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (bytes[i] != '\n' && bytes[i] != '\r')
            bytes[i] = ' ';
}

/* The comments between the parts of a string that goes on over lines: source[start] is text byte `from`. */
static void blank_inside_string(const struct statement *statement, const struct token *token,
                                char *source) {
    size_t from = statement->span.start, behind;
    struct literal_reader reader;
    struct literal_part part;

    literal_init(&reader, statement->text->bytes, token);
    behind = reader.at;
    for (bool going = true; going; behind = part.start + part.len) {
        going = literal_next(&reader, &part);
        /* the gap is from one quote to the other */
        if (part.start > behind)
            blank(source + (behind + 1 - from), part.start - behind - 2);
    }
}

/*
 * Comments go because 15 to 17 reject valid SQL with one inside a token of two words
 * (NOT, comment, IN), and meta-commands because psql takes them out; lengths stay. A comment that does
 * not end stays as far as a message quotes it: the scanner takes time in the square of its depth.
 */
static void blank_token(const struct statement *statement, const struct token *token,
                        char *source) {
    size_t n = token->end - token->start;
    char *bytes = source + (token->start - statement->span.start);

    if (token->kind == TOKEN_LINE_COMMENT || token->kind == TOKEN_BLOCK_COMMENT ||
        token->kind == TOKEN_META)
        blank(bytes, n);
    else if (token->kind == TOKEN_STRING && memchr(bytes, '\n', n))
        blank_inside_string(statement, token, source);
    else if (token->kind == TOKEN_BROKEN && bytes[0] == '/' && n > FAILURE_QUOTES)
        blank(bytes + FAILURE_QUOTES, n - FAILURE_QUOTES);
}

/* source: where the text's first byte would be. */
static void apply_edit(const struct source_edit *edit, char *source) {
    size_t n = edit->span.end - edit->span.start;

    if (edit->with)
        memcpy(source + edit->span.start, edit->with, n);
    else
        blank(source + edit->span.start, n);
}

/*
 * Behind a string at token i: the next string, when a block comment stands between. It may not be blanked, as
 * two strings with nothing but blanks and a newline between would be one (scan.l, quotecontinue).
 */
static size_t skip_to_string(const struct statement *statement, size_t i) {
    const struct token *tokens = statement->tokens->list.v;
    bool comment = false;
    size_t next = i + 1;

    for (; next < statement->last_token && token_is_blank(&tokens[next]); next++)
        comment = comment || tokens[next].kind == TOKEN_BLOCK_COMMENT;
    return comment && next < statement->last_token && tokens[next].kind == TOKEN_STRING ? next - 1
                                                                                        : i;
}

/* The statement with its semicolon, as a string of the same length. */
static char *prepare(struct sql_parser *parser, const struct statement *statement) {
    size_t start = statement->span.start, end = statement->end_with_semicolon;
    const struct tokens *tokens = statement->tokens;

    buf_clear(&parser->source);
    buf_add(&parser->source, statement->text->bytes + start, end - start);
    for (size_t i = statement->first_token; i < tokens->list.n && tokens->list.v[i].start < end;
         i++) {
        blank_token(statement, &tokens->list.v[i], parser->source.s);
        if (tokens->list.v[i].kind == TOKEN_STRING)
            i = skip_to_string(statement, i);
    }
    for (size_t i = 0; i < parser->edits.n; i++)
        apply_edit(&parser->edits.v[i], parser->source.s - start);
    return parser->source.s;
}

/* As pg_utf_mblen counts: by the first byte alone. */
static size_t character_length(char c) {
    unsigned char byte = (unsigned char)c;

    if ((byte & 0xE0) == 0xC0)
        return 2;
    if ((byte & 0xF0) == 0xE0)
        return 3;
    return (byte & 0xF8) == 0xF0 ? 4 : 1;
}

/* The library counts characters from 1, and gives 0 where it knows no place. */
static size_t byte_of_character(const struct buf *source, int cursor) {
    size_t i = 0;

    for (int n = 1; n < cursor && i < source->n; n++)
        i += character_length(source->s[i]);
    return i < source->n ? i : source->n;
}

static void fail_in_library(struct sql_parser *parser, struct statement *statement,
                            const PgQueryError *error) {
    size_t at = byte_of_character(&parser->source, error->cursorpos);
    char *message = arena_strdup(parser->arena, error->message);

    if (statement->text->marked)
        placeholder_unmark(message, strlen(message));
    fail(statement, PARSE_SYNTAX, statement->span.start + at, message);
    failure_explain(parser->arena, statement);
}

static void parse_source(struct sql_parser *parser, struct statement *statement,
                         const char *source) {
    PgQueryParseResult result = pg_query_parse(source);
    bool more = false;

    statement->failure = PARSE_OK;
    statement->message = NULL;
    if (result.error)
        fail_in_library(parser, statement, result.error);
    else
        statement->tree = node_read(&parser->reader, result.parse_tree, source,
                                    (int)statement->span.start, &more);
    if (!result.error && (more || !statement->tree))
        fail(statement, PARSE_LIMIT, statement->span.start,
             "PostgreSQL's parser cuts this into statements otherwise than migvet does");
    pg_query_free_parse_result(result);
}

/* A mark of a placeholder, and what it is taken for. */
struct taken_mark {
    struct span span; /* in the source */
    enum placeholder_form form;
};

struct taken_marks {
    VEC(struct taken_mark) list;
};

static void find_marks(struct sql_parser *parser, struct taken_marks *marks) {
    const char *source = parser->source.s;
    struct span span = {0, 0};

    while (placeholder_find(source, parser->source.n, span.end, &span)) {
        bool string = placeholder_is_string(source + span.start, span.end - span.start);
        vec_push(parser->arena, &marks->list,
                 ((struct taken_mark){span, string ? PLACEHOLDER_STRING : PLACEHOLDER_NAME}));
    }
}

/* The last mark up to where the parser stopped, which may be taken for something else; NULL: none is left. */
static struct taken_mark *culprit_of(struct taken_marks *marks, size_t at) {
    for (size_t i = marks->list.n; i-- > 0;)
        if (marks->list.v[i].span.start <= at && marks->list.v[i].form + 1 < PLACEHOLDER_FORMS)
            return &marks->list.v[i];
    return NULL;
}

static void parse_taken(struct sql_parser *parser, struct statement *statement,
                        const struct taken_marks *marks) {
    prepare(parser, statement);
    for (size_t i = 0; i < marks->list.n; i++) {
        struct span span = marks->list.v[i].span;
        placeholder_take_form(parser->source.s + span.start, span.end - span.start,
                              marks->list.v[i].form);
    }
    parse_source(parser, statement, parser->source.s);
}

/*
 * A placeholder may stand for a name, a string, a number or a whole clause: each is tried, where the parser
 * stops at it. What fails with all of them, fails as it did at first.
 */
static void parse_with_marks(struct sql_parser *parser, struct statement *statement) {
    struct taken_marks marks = {0};
    struct statement first;
    struct taken_mark *culprit;
    int tries = 0;

    prepare(parser, statement);
    find_marks(parser, &marks);
    parse_taken(parser, statement, &marks);
    for (first = *statement; statement->failure == PARSE_SYNTAX && tries < MOST_TRIES; tries++) {
        culprit = culprit_of(&marks, statement->error_offset - statement->span.start);
        if (!culprit)
            break;
        culprit->form++;
        parse_taken(parser, statement, &marks);
    }
    if (statement->failure)
        *statement = first;
}

static const char *guard(const struct statement *statement, size_t *at) {
    const struct sql_limits *limits = &sql_default_limits;
    size_t run = 0;

    *at = statement->span.start;
    if (statement->span.end - statement->span.start > limits->statement_bytes)
        return "statement of more than 16 MiB, which is not parsed";
    for (size_t i = statement->first_token; i < statement->last_token; i++) {
        const struct token *token = &statement->tokens->list.v[i];
        if (token->kind != TOKEN_OPERATOR) {
            run = 0;
            continue;
        }
        if (!run)
            *at = token->start;
        run += token->end - token->start;
        if (run > limits->operator_run)
            return "more than 256 operator characters in a row, which are not parsed";
    }
    return NULL;
}

/* Whether it must not be given to the library. */
static bool refuse(struct sql_parser *parser, struct statement *statement) {
    const struct sql_progress *progress = parser->progress;
    size_t start = statement->span.start, at;
    const char *nul = memchr(statement->text->bytes + start, '\0', statement->span.end - start);
    const char *message = guard(statement, &at);

    if (message) {
        fail(statement, PARSE_LIMIT, at, message);
    } else if (nul) {
        fail(statement, PARSE_SYNTAX, (size_t)(nul - statement->text->bytes),
             "invalid byte sequence for encoding \"UTF8\": 0x00");
    } else if (progress && progress->skip &&
               progress->skip(progress->context, statement->text, start, &message)) {
        fail(statement, PARSE_CRASHED, start, message);
    }
    return statement->failure != PARSE_OK;
}

void parse_statement(struct sql_parser *parser, struct statement *statement) {
    const struct sql_progress *progress = parser->progress;

    if (refuse(parser, statement))
        return;
    if (progress && progress->before)
        progress->before(progress->context, statement->text, statement->span.start);
    parser->reader.marked = statement->text->marked;
    if (statement->text->marked)
        parse_with_marks(parser, statement);
    else
        parse_source(parser, statement, prepare(parser, statement));
}

/* Not for the library: what its scanner is slow at, and what holds several statements. */
static bool expression_is_safe(struct arena *arena, const char *bytes, size_t len) {
    struct tokens tokens = {{0}};
    size_t run = 0;

    if (len > sql_default_limits.statement_bytes)
        return false;
    lex(arena, bytes, (struct span){0, len}, 0, &tokens);
    for (size_t i = 0; i < tokens.list.n; i++) {
        const struct token *token = &tokens.list.v[i];
        run = token->kind == TOKEN_OPERATOR ? run + (token->end - token->start) : 0;
        if (run > sql_default_limits.operator_run || token->kind == TOKEN_BROKEN ||
            token_is_char(bytes, token, ';'))
            return false;
    }
    return true;
}

/* The expressions of SELECT expression, ...; NULL when it is a query with more than that. */
static const struct node *only_expressions(struct arena *arena, const struct node *tree) {
    const struct SelectStmt *select = node_if(SelectStmt, tree);
    struct SelectStmt bare;
    const struct node **values;
    struct List *list;

    if (!select || !select->targetList.n)
        return NULL;
    memset(&bare, 0, sizeof(bare)); /* the padding too: it is compared */
    bare.tree_node.kind = NODE_SelectStmt;
    bare.targetList = select->targetList;
    bare.limitOption = select->limitOption;
    bare.op = select->op;
    if (select->op != SETOP_NONE || memcmp(&bare, select, sizeof(bare)) != 0)
        return NULL;
    values = arena_array(arena, const struct node *, select->targetList.n);
    for (size_t i = 0; i < select->targetList.n; i++) {
        const struct ResTarget *target = node_as(ResTarget, select->targetList.v[i]);
        if (target->name || !target->val)
            return NULL;
        values[i] = target->val;
    }
    if (select->targetList.n == 1)
        return values[0];
    list = arena_new(arena, struct List);
    list->tree_node.kind = NODE_List;
    list->items = (struct node_list){select->targetList.n, values};
    return &list->tree_node;
}

const struct node *sql_parse_expression(struct arena *arena, const char *bytes, size_t len) {
    static const char prefix[] = "SELECT ";
    int base = -(int)(sizeof(prefix) - 1);
    const struct node *tree = NULL;
    PgQueryParseResult result;
    struct node_reader reader;
    bool more = false;
    char *source;

    if (!expression_is_safe(arena, bytes, len))
        return NULL;
    source = arena_printf(arena, "%s%.*s", prefix, (int)len, bytes);
    result = pg_query_parse(source);
    node_reader_init(&reader, arena);
    if (!result.error)
        tree = node_read(&reader, result.parse_tree, source, base, &more);
    node_reader_release(&reader);
    pg_query_free_parse_result(result);
    return tree && !more ? only_expressions(arena, tree) : NULL;
}

size_t parse_whole(struct arena *arena, const char *bytes, struct span **spans) {
    PgQuerySplitResult result = pg_query_split_with_parser(bytes);
    size_t n = SIZE_MAX;

    if (!result.error) {
        n = (size_t)result.n_stmts;
        *spans = arena_array(arena, struct span, n);
        for (size_t i = 0; i < n; i++) {
            size_t start = (size_t)result.stmts[i]->stmt_location;
            (*spans)[i] = (struct span){start, start + (size_t)result.stmts[i]->stmt_len};
        }
    }
    pg_query_free_split_result(result);
    return n;
}
