#include "sql/cut.h"
#include "sql/literal.h"
#include "sql/plpgsql_walk.h"

void walker_note(struct walker *walker, size_t i, const char *why) {
    size_t offset = i < walker_count(walker) ? walker_token(walker, i)->start : walker->text->len;
    struct dynamic_sql dynamic = {walker->text, offset, why};

    vec_push(walker->arena, &walker->target->out->dynamic, dynamic);
}

size_t walker_find(const struct walker *walker, size_t i, const char *const *words) {
    size_t depth = 0;

    for (; i < walker_count(walker); i++) {
        if (walker_is_char(walker, i, '(') || walker_is_char(walker, i, '['))
            depth++;
        else if (depth && (walker_is_char(walker, i, ')') || walker_is_char(walker, i, ']')))
            depth--;
        else if (walker_is_char(walker, i, ';'))
            break;
        else if (!depth && walker_is_one_of(walker, i, words))
            return i;
    }
    return walker_count(walker);
}

size_t walker_find_semicolon(const struct walker *walker, size_t i) {
    while (i < walker_count(walker) && !walker_is_char(walker, i, ';'))
        i++;
    return i;
}

/* Makes a statement of tokens [first, last) of the text; last may be behind blanks. */
static struct statement *make_statement(const struct walker *walker, const struct text *text,
                                        const struct tokens *tokens, size_t first, size_t last) {
    const struct statement *parent = walker->target->parent;
    struct statement *statement = arena_new(walker->arena, struct statement);

    while (last > first + 1 && token_is_blank(&tokens->list.v[last - 1]))
        last--;
    statement->text = text;
    statement->span = (struct span){tokens->list.v[first].start, tokens->list.v[last - 1].end};
    statement->end_with_semicolon = statement->span.end;
    statement->ordinal = parent ? parent->ordinal : 0;
    statement->tokens = tokens;
    statement->first_token = first;
    statement->last_token = last;
    statement->parent = parent;
    statement->conditional =
        walker->branches || walker->may_have_left || (parent && parent->conditional);
    statement->in_loop = walker->loops || (parent && parent->in_loop);
    statement->caught = parent && parent->caught;
    return statement;
}

static void note_broken(struct walker *walker, const struct statement *statement) {
    const char *why = arena_printf(walker->arena, "could not be read: %s", statement->message);
    struct dynamic_sql dynamic = {statement->text, statement->error_offset, why};

    vec_push(walker->arena, &walker->target->out->dynamic, dynamic);
}

/*
 * The server parses all static SQL of a block before it runs any (check_function_bodies). What could not be
 * read to its end may not be what it seems to us.
 */
void walker_settle_broken(struct walker *walker) {
    for (size_t i = 0; i < walker->broken.n; i++) {
        struct statement *statement = walker->broken.v[i];
        if (walker->failed || !statement->parent || statement->failure != PARSE_SYNTAX) {
            note_broken(walker, statement);
            continue;
        }
        statement->message = arena_printf(
            walker->arena, "%s; PL/pgSQL fails on it when the block runs", statement->message);
        vec_push(walker->arena, &walker->target->out->list, statement);
    }
}

/* Parses and keeps the statement. One that cannot be parsed and that EXECUTE runs is a note. */
static void read_statement(struct walker *walker, struct statement *statement, bool executed) {
    const struct plpgsql_target *target = walker->target;
    struct plpgsql_target inner = {target->parser, target->out, statement, target->level + 1};

    parse_statement(target->parser, statement);
    target->parser->edits.n = 0; /* before those of what is inside */
    if (statement->failure && statement->failure != PARSE_CRASHED) {
        if (executed)
            note_broken(walker, statement);
        else
            vec_push(walker->arena, &walker->broken, statement);
        return;
    }
    vec_push(walker->arena, &walker->uncaught, target->out->list.n);
    vec_push(walker->arena, &target->out->list, statement);
    plpgsql_read_do(&inner, statement);
}

static void read_tokens(struct walker *walker, size_t first, size_t last) {
    if (first < last)
        read_statement(walker, make_statement(walker, walker->text, walker->tokens, first, last),
                       false);
    walker->target->parser->edits.n = 0;
}

/* The statements of a string that EXECUTE runs. */
static void read_executed(struct walker *walker, const struct text *text) {
    struct statements *cut = arena_new(walker->arena, struct statements);

    sql_cut(walker->arena, text, 0, cut);
    for (size_t i = 0; i < cut->pieces.n; i++) {
        const struct piece *piece = &cut->pieces.v[i];
        size_t last = piece->last_token;
        if (piece->kind != PIECE_STATEMENT)
            continue;
        if (token_is_char(text->bytes, &cut->tokens.list.v[last - 1], ';'))
            last--;
        read_statement(walker, make_statement(walker, text, &cut->tokens, piece->first_token, last),
                       true);
    }
}

static bool is_literal(const struct walker *walker, size_t i) {
    enum token_kind kind = i < walker_count(walker) ? walker_token(walker, i)->kind : TOKEN_SPACE;

    return kind == TOKEN_STRING || kind == TOKEN_DOLLAR_STRING;
}

static bool holds_percent(const struct walker *walker, size_t i) {
    const struct token *token = walker_token(walker, i);

    return memchr(walker->text->bytes + token->start, '%', token->end - token->start);
}

/*
 * The text that tokens [i, end) make when they are 'a', ('a'), 'a' || 'b' or format('a') without a
 * %; else NULL.
 */
static struct text *constant_text(const struct walker *walker, size_t i, size_t end) {
    struct text_builder builder;
    bool format = walker_is_word(walker, i, "format");

    if (format)
        i = walker_after(walker, i);
    while (end > i && token_is_blank(walker_token(walker, end - 1)))
        end--;
    if (walker_is_char(walker, i, '(')) {
        if (!walker_is_char(walker, end - 1, ')'))
            return NULL;
        end--;
        i = walker_after(walker, i);
    } else if (format) {
        return NULL;
    }
    text_build_init(&builder, walker->arena, walker->text->file);
    for (bool wants_literal = true; (i = walker_skip_blanks(walker, i)) < end; i++) {
        if (wants_literal ? !is_literal(walker, i) || (format && holds_percent(walker, i))
                          : !walker_is_operator(walker, i, "||"))
            return NULL;
        if (wants_literal)
            literal_append(&builder, walker->text, walker_token(walker, i));
        wants_literal = !wants_literal;
    }
    return builder.bytes.n ? text_build_end(&builder) : NULL;
}

/* EXECUTE at token i; its statement ends before token end. */
void walker_read_execute(struct walker *walker, size_t i, size_t end) {
    static const char *const clauses[] = {"into", "using", NULL};
    size_t expression_end = walker_find(walker, i, clauses);
    struct text *text;

    if (expression_end > end)
        expression_end = end;
    text = constant_text(walker, walker_after(walker, i), expression_end);
    if (!text)
        walker_note(walker, i, "dynamic SQL");
    else if (walker->target->level >= DEEPEST_LEVEL)
        walker_note(walker, i, "SQL inside SQL more than 8 levels deep");
    else
        read_executed(walker, text);
}

size_t walker_skip_target(const struct walker *walker, size_t i) {
    size_t depth = 0;

    for (i = walker_after(walker, i); i < walker_count(walker); i = walker_after(walker, i)) {
        if (walker_is_char(walker, i, '[')) {
            depth++;
        } else if (depth) {
            depth -= walker_is_char(walker, i, ']');
        } else if (walker_is_char(walker, i, '.')) {
            i = walker_after(walker, i);
        } else {
            break;
        }
    }
    return i;
}

/* INTO [STRICT] target [, target ...] at token i, before token end: blanks it (read_into_target). */
static void blank_into(struct walker *walker, size_t i, size_t end) {
    struct source_edit edit = {.span = {walker_token(walker, i)->start, 0}};
    size_t last = walker_after(walker, i);

    if (walker_is_word(walker, last, "strict"))
        last = walker_after(walker, last);
    while (walker_is_char(walker, last = walker_skip_target(walker, last), ','))
        last = walker_after(walker, last);
    if (last > end)
        last = end;
    while (token_is_blank(walker_token(walker, last - 1)))
        last--;
    edit.span.end = walker_token(walker, last - 1)->end;
    vec_push(walker->arena, &walker->target->parser->edits, edit);
}

/*
 * Takes the INTO of PL/pgSQL out of tokens [first, end). That of INSERT, MERGE and IMPORT FOREIGN
 * SCHEMA is SQL's (make_execsql_stmt).
 */
static void blank_intos(struct walker *walker, size_t first, size_t end) {
    static const char *const own[] = {"insert", "merge", NULL};
    size_t before = first;

    if (walker_is_word(walker, first, "import"))
        return;
    for (size_t i = first; i < end; i = walker_after(walker, i)) {
        if (walker_is_word(walker, i, "into") && !walker_is_one_of(walker, before, own)) {
            blank_into(walker, i, end);
            return;
        }
        before = i;
    }
}

/* A statement of SQL at token i. */
void walker_read_sql(struct walker *walker, size_t i) {
    size_t end = cut_statement_end(walker->text->bytes, walker->tokens, i);

    blank_intos(walker, i, end);
    read_tokens(walker, i, end);
    walker->at = end + 1;
}

/* PERFORM expression is SELECT expression, its result thrown away. */
void walker_read_perform(struct walker *walker, size_t i) {
    size_t end = walker_find_semicolon(walker, i);
    const struct token *token = walker_token(walker, i);
    struct source_edit edit = {{token->start, token->end}, "SELECT "};

    vec_push(walker->arena, &walker->target->parser->edits, edit);
    read_tokens(walker, i, end);
    walker->at = end + 1;
}

void walker_read_query(struct walker *walker, size_t i, size_t end) {
    static const char *const starts[] = {"select", "with",   "insert", "update", "delete",
                                         "merge",  "values", "table",  NULL};

    size_t word = i;

    while (walker_is_char(walker, word, '('))
        word = walker_after(walker, word);
    if (walker_is_word(walker, i, "execute"))
        walker_read_execute(walker, i, end);
    else if (walker_is_one_of(walker, word, starts))
        read_tokens(walker, i, end);
}
