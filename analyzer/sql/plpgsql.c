#include "sql/plpgsql.h"

#include "base/ascii.h"
#include "sql/cut.h"
#include "sql/literal.h"

#include <string.h>

enum {
    DEEPEST_LEVEL = 8 /* each level of EXECUTE and DO inside one another reads the rest once more */
};

enum open_kind { OPEN_BLOCK, OPEN_IF, OPEN_CASE, OPEN_LOOP };

/* A construct that END will close. */
struct open {
    enum open_kind kind;
    bool in_handler;       /* OPEN_BLOCK: behind EXCEPTION */
    size_t first_uncaught; /* OPEN_BLOCK: how many uncaught statements there were before it */
};

/* Walks the tokens of a body from statement to statement (src/pl/plpgsql/src/pl_gram.y). */
struct walker {
    const struct plpgsql_target *target;
    struct arena *arena;
    const struct text *text;
    struct tokens *tokens;
    size_t at; /* token */

    VEC(struct open) open;
    size_t branches,
        loops; /* how many of the open ones (handlers too) make a statement conditional, or repeat it */
    bool may_have_left;   /* a RETURN stood in a branch: what follows may not run */
    VEC(size_t) uncaught; /* indexes of statements that no handler is known to catch */
    bool failed;
};

static size_t token_count(const struct walker *walker) {
    return walker->tokens->list.n;
}

static const struct token *token_at(const struct walker *walker, size_t i) {
    return &walker->tokens->list.v[i];
}

static size_t skip_blanks(const struct walker *walker, size_t i) {
    while (i < token_count(walker) && token_is_blank(token_at(walker, i)))
        i++;
    return i;
}

/* The next token behind i that is not blank. */
static size_t after(const struct walker *walker, size_t i) {
    return skip_blanks(walker, i + 1);
}

static bool is_word(const struct walker *walker, size_t i, const char *word) {
    return i < token_count(walker) && token_is_word(walker->text->bytes, token_at(walker, i), word);
}

static bool is_char(const struct walker *walker, size_t i, char c) {
    return i < token_count(walker) && token_is_char(walker->text->bytes, token_at(walker, i), c);
}

static bool is_operator(const struct walker *walker, size_t i, const char *operator) {
    const struct token *token;
    size_t n = strlen(operator);

    if (i >= token_count(walker))
        return false;
    token = token_at(walker, i);
    return token->kind == TOKEN_OPERATOR && token->end - token->start == n &&
           memcmp(walker->text->bytes + token->start, operator, n) == 0;
}

static bool is_one_of(const struct walker *walker, size_t i, const char *const *words) {
    for (; *words; words++)
        if (is_word(walker, i, *words))
            return true;
    return false;
}

static void note(struct walker *walker, size_t i, const char *why) {
    size_t offset = i < token_count(walker) ? token_at(walker, i)->start : walker->text->len;
    struct dynamic_sql dynamic = {walker->text, offset, why};

    vec_push(walker->arena, &walker->target->out->dynamic, dynamic);
}

static void give_up(struct walker *walker, size_t i) {
    note(walker, i, "PL/pgSQL that could not be read");
    walker->failed = true;
}

/*
 * The first token from i on, outside of parentheses, that is one of the words; count when a
 * semicolon comes before (read_sql_construct).
 */
static size_t find_words(const struct walker *walker, size_t i, const char *const *words) {
    size_t depth = 0;

    for (; i < token_count(walker); i++) {
        if (is_char(walker, i, '(') || is_char(walker, i, '['))
            depth++;
        else if (depth && (is_char(walker, i, ')') || is_char(walker, i, ']')))
            depth--;
        else if (is_char(walker, i, ';'))
            break;
        else if (!depth && is_one_of(walker, i, words))
            return i;
    }
    return token_count(walker);
}

static size_t find_semicolon(const struct walker *walker, size_t i) {
    while (i < token_count(walker) && !is_char(walker, i, ';'))
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

/*
 * Parses and keeps the statement. One that cannot be parsed is a note: what is SQL to us may be
 * PL/pgSQL's own.
 */
static void read_statement(struct walker *walker, struct statement *statement) {
    const struct plpgsql_target *target = walker->target;
    struct plpgsql_target inner = {target->parser, target->out, statement, target->level + 1};

    parse_statement(target->parser, statement);
    target->parser->edits.n = 0; /* before those of what is inside */
    if (statement->failure && statement->failure != PARSE_CRASHED) {
        struct dynamic_sql dynamic = {
            statement->text, statement->error_offset,
            arena_printf(walker->arena, "could not be read: %s", statement->message)};
        vec_push(walker->arena, &target->out->dynamic, dynamic);
        return;
    }
    vec_push(walker->arena, &walker->uncaught, target->out->list.n);
    vec_push(walker->arena, &target->out->list, statement);
    plpgsql_read_do(&inner, statement);
}

static void read_tokens(struct walker *walker, size_t first, size_t last) {
    if (first < last)
        read_statement(walker, make_statement(walker, walker->text, walker->tokens, first, last));
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
        read_statement(walker,
                       make_statement(walker, text, &cut->tokens, piece->first_token, last));
    }
}

static bool is_literal(const struct walker *walker, size_t i) {
    enum token_kind kind = i < token_count(walker) ? token_at(walker, i)->kind : TOKEN_SPACE;

    return kind == TOKEN_STRING || kind == TOKEN_DOLLAR_STRING;
}

static bool holds_percent(const struct walker *walker, size_t i) {
    const struct token *token = token_at(walker, i);

    return memchr(walker->text->bytes + token->start, '%', token->end - token->start);
}

/*
 * The text that tokens [i, end) make when they are 'a', ('a'), 'a' || 'b' or format('a') without a
 * %; else NULL.
 */
static struct text *constant_text(const struct walker *walker, size_t i, size_t end) {
    struct text_builder builder;
    bool format = is_word(walker, i, "format");

    if (format)
        i = after(walker, i);
    while (end > i && token_is_blank(token_at(walker, end - 1)))
        end--;
    if (is_char(walker, i, '(')) {
        if (!is_char(walker, end - 1, ')'))
            return NULL;
        end--;
        i = after(walker, i);
    } else if (format) {
        return NULL;
    }
    text_build_init(&builder, walker->arena, walker->text->file);
    for (bool wants_literal = true; (i = skip_blanks(walker, i)) < end; i++) {
        if (wants_literal ? !is_literal(walker, i) || (format && holds_percent(walker, i))
                          : !is_operator(walker, i, "||"))
            return NULL;
        if (wants_literal)
            literal_append(&builder, walker->text, token_at(walker, i));
        wants_literal = !wants_literal;
    }
    return builder.bytes.n ? text_build_end(&builder) : NULL;
}

/* EXECUTE at token i; its statement ends before token end. */
static void read_execute(struct walker *walker, size_t i, size_t end) {
    static const char *const clauses[] = {"into", "using", NULL};
    size_t expression_end = find_words(walker, i, clauses);
    struct text *text;

    if (expression_end > end)
        expression_end = end;
    text = constant_text(walker, after(walker, i), expression_end);
    if (!text)
        note(walker, i, "dynamic SQL");
    else if (walker->target->level >= DEEPEST_LEVEL)
        note(walker, i, "SQL inside SQL more than 8 levels deep");
    else
        read_executed(walker, text);
}

/* Behind a name with its fields and subscripts: a, a.b, a[1].c */
static size_t skip_target(const struct walker *walker, size_t i) {
    size_t depth = 0;

    for (i = after(walker, i); i < token_count(walker); i = after(walker, i)) {
        if (is_char(walker, i, '[')) {
            depth++;
        } else if (depth) {
            depth -= is_char(walker, i, ']');
        } else if (is_char(walker, i, '.')) {
            i = after(walker, i);
        } else {
            break;
        }
    }
    return i;
}

/* INTO [STRICT] target [, target ...] at token i, before token end: blanks it (read_into_target). */
static void blank_into(struct walker *walker, size_t i, size_t end) {
    struct source_edit edit = {.span = {token_at(walker, i)->start, 0}};
    size_t last = after(walker, i);

    if (is_word(walker, last, "strict"))
        last = after(walker, last);
    while (is_char(walker, last = skip_target(walker, last), ','))
        last = after(walker, last);
    if (last > end)
        last = end;
    while (token_is_blank(token_at(walker, last - 1)))
        last--;
    edit.span.end = token_at(walker, last - 1)->end;
    vec_push(walker->arena, &walker->target->parser->edits, edit);
}

/*
 * Takes the INTO of PL/pgSQL out of tokens [first, end). That of INSERT, MERGE and IMPORT FOREIGN
 * SCHEMA is SQL's (make_execsql_stmt).
 */
static void blank_intos(struct walker *walker, size_t first, size_t end) {
    static const char *const own[] = {"insert", "merge", NULL};
    size_t before = first;

    if (is_word(walker, first, "import"))
        return;
    for (size_t i = first; i < end; i = after(walker, i)) {
        if (is_word(walker, i, "into") && !is_one_of(walker, before, own)) {
            blank_into(walker, i, end);
            return;
        }
        before = i;
    }
}

/* A statement of SQL at token i. */
static void read_sql(struct walker *walker, size_t i) {
    size_t end = cut_statement_end(walker->text->bytes, walker->tokens, i);

    blank_intos(walker, i, end);
    read_tokens(walker, i, end);
    walker->at = end + 1;
}

/* PERFORM expression is SELECT expression, its result thrown away. */
static void read_perform(struct walker *walker, size_t i) {
    size_t end = find_semicolon(walker, i);
    const struct token *token = token_at(walker, i);
    struct source_edit edit = {{token->start, token->end}, "SELECT "};

    vec_push(walker->arena, &walker->target->parser->edits, edit);
    read_tokens(walker, i, end);
    walker->at = end + 1;
}

/* A query in tokens [i, end), or EXECUTE of one; anything else is no SQL of its own. */
static void read_query(struct walker *walker, size_t i, size_t end) {
    static const char *const starts[] = {"select", "with",   "insert", "update", "delete",
                                         "merge",  "values", "table",  NULL};

    size_t word = i;

    while (is_char(walker, word, '('))
        word = after(walker, word);
    if (is_word(walker, i, "execute"))
        read_execute(walker, i, end);
    else if (is_one_of(walker, word, starts))
        read_tokens(walker, i, end);
}

/* OPEN cursor [[NO] SCROLL] FOR query; */
static void read_open(struct walker *walker, size_t i) {
    static const char *const for_word[] = {"for", NULL};
    size_t end = find_semicolon(walker, i), query = find_words(walker, i, for_word);

    if (query < end)
        read_query(walker, after(walker, query), end);
    walker->at = end + 1;
}

/* RETURN; RETURN expression; RETURN NEXT ...; RETURN QUERY query; */
static void read_return(struct walker *walker, size_t i) {
    size_t end = find_semicolon(walker, i), what = after(walker, i);

    if (is_word(walker, what, "query"))
        read_query(walker, after(walker, what), end);
    else if (!is_word(walker, what, "next") && walker->branches)
        walker->may_have_left = true;
    walker->at = end + 1;
}

static void push_open(struct walker *walker, enum open_kind kind) {
    struct open open = {.kind = kind, .first_uncaught = walker->uncaught.n};

    vec_push(walker->arena, &walker->open, open);
    walker->branches += kind != OPEN_BLOCK;
    walker->loops += kind == OPEN_LOOP;
}

static struct open *top_open(struct walker *walker) {
    return walker->open.n ? &walker->open.v[walker->open.n - 1] : NULL;
}

/* To behind the word that ends a condition; the words in between are an expression. */
static bool skip_to(struct walker *walker, size_t i, const char *word) {
    const char *const words[] = {word, NULL};
    size_t found = find_words(walker, i, words);

    if (found == token_count(walker)) {
        give_up(walker, i);
        return false;
    }
    walker->at = found + 1;
    return true;
}

static void read_if(struct walker *walker, size_t i) {
    if (skip_to(walker, i, "then"))
        push_open(walker, OPEN_IF);
}

static void read_while(struct walker *walker, size_t i) {
    if (skip_to(walker, i, "loop"))
        push_open(walker, OPEN_LOOP);
}

/* FOR variable [, variable ...] IN query LOOP; the query runs once, before the loop. */
static void read_for(struct walker *walker, size_t i) {
    static const char *const in_word[] = {"in", NULL}, *const loop_word[] = {"loop", NULL};
    size_t in = find_words(walker, i, in_word), loop = find_words(walker, i, loop_word);

    if (loop == token_count(walker)) {
        give_up(walker, i);
        return;
    }
    if (in < loop && is_word(walker, i, "for"))
        read_query(walker, after(walker, in), loop);
    walker->at = loop + 1;
    push_open(walker, OPEN_LOOP);
}

/* CASE [expression] WHEN ...: stops at the first WHEN. */
static void read_case(struct walker *walker, size_t i) {
    if (!skip_to(walker, i, "when"))
        return;
    walker->at--;
    push_open(walker, OPEN_CASE);
}

/* What the block held so far is caught by the handlers that follow. */
static void read_exception(struct walker *walker, size_t i) {
    struct open *open = top_open(walker);

    if (!open || open->kind != OPEN_BLOCK || open->in_handler) {
        give_up(walker, i);
        return;
    }
    while (walker->uncaught.n > open->first_uncaught)
        walker->target->out->list.v[walker->uncaught.v[--walker->uncaught.n]]->caught = true;
    open->in_handler = true;
    walker->branches++;
    walker->at = i + 1;
}

/* END [IF | LOOP | CASE] [label]; */
static void read_end(struct walker *walker, size_t i) {
    struct open *open = top_open(walker);
    size_t what = after(walker, i);
    enum open_kind kind = is_word(walker, what, "if")     ? OPEN_IF
                          : is_word(walker, what, "loop") ? OPEN_LOOP
                          : is_word(walker, what, "case") ? OPEN_CASE
                                                          : OPEN_BLOCK;

    if (!open || open->kind != kind) {
        give_up(walker, i);
        return;
    }
    walker->branches -= kind != OPEN_BLOCK || open->in_handler;
    walker->loops -= kind == OPEN_LOOP;
    walker->open.n--;
    walker->at = walker->open.n ? find_semicolon(walker, i) + 1 : token_count(walker);
}

/* From DECLARE to BEGIN: no SQL runs there but defaults, which are expressions. */
static void read_declare(struct walker *walker, size_t i) {
    i = after(walker, i);
    while (i < token_count(walker) && !is_word(walker, i, "begin"))
        i = after(walker, find_semicolon(walker, i));
    walker->at = i;
}

static void read_begin(struct walker *walker, size_t i) {
    push_open(walker, OPEN_BLOCK);
    walker->at = i + 1;
}

static void read_skip_word(struct walker *walker, size_t i) {
    walker->at = i + 1;
}

static void read_when(struct walker *walker, size_t i) {
    skip_to(walker, i, "then");
}

static void read_skip_statement(struct walker *walker, size_t i) {
    walker->at = find_semicolon(walker, i) + 1;
}

static void read_execute_statement(struct walker *walker, size_t i) {
    size_t end = find_semicolon(walker, i);

    read_execute(walker, i, end);
    walker->at = end + 1;
}

/* Words that begin what is PL/pgSQL's own; all other statements are SQL. */
static const struct {
    const char *word;
    void (*read)(struct walker *walker, size_t i);
} constructs[] = {
    {"begin", read_begin},
    {"declare", read_declare},
    {"end", read_end},
    {"exception", read_exception},
    {"if", read_if},
    {"elsif", read_when},
    {"elseif", read_when},
    {"else", read_skip_word},
    {"case", read_case},
    {"when", read_when},
    {"loop", read_while},
    {"while", read_while},
    {"for", read_for},
    {"foreach", read_for},
    {"execute", read_execute_statement},
    {"perform", read_perform},
    {"open", read_open},
    {"return", read_return},
    {"exit", read_skip_statement},
    {"continue", read_skip_statement},
    {"raise", read_skip_statement},
    {"assert", read_skip_statement},
    {"get", read_skip_statement},
    {"fetch", read_skip_statement},
    {"move", read_skip_statement},
    {"close", read_skip_statement},
    {"null", read_skip_statement},
};

/* name := ...; or name = ...; */
static bool is_assignment(const struct walker *walker, size_t i) {
    enum token_kind kind = token_at(walker, i)->kind;
    size_t behind;

    if (kind != TOKEN_WORD && kind != TOKEN_QUOTED_WORD && kind != TOKEN_PARAMETER)
        return false;
    behind = after(walker, i);
    if (is_char(walker, behind, '.') || is_char(walker, behind, '['))
        behind = skip_target(walker, i);
    return is_operator(walker, behind, ":=") || is_operator(walker, behind, "=");
}

/* <<label>> at token i: the token behind; i when there is none. */
static size_t skip_label(const struct walker *walker, size_t i) {
    if (!is_operator(walker, i, "<<"))
        return i;
    while (i < token_count(walker) && !is_operator(walker, i, ">>") && !is_char(walker, i, ';'))
        i++;
    return after(walker, i);
}

/* #variable_conflict use_column: to the end of its line. */
static size_t skip_option(const struct walker *walker, size_t i) {
    while (i < token_count(walker) && token_at(walker, i)->kind != TOKEN_SPACE)
        i++;
    while (i < token_count(walker) &&
           !memchr(walker->text->bytes + token_at(walker, i)->start, '\n',
                   token_at(walker, i)->end - token_at(walker, i)->start))
        i++;
    return i + 1;
}

/* One statement, or one part of a construct, at token i. */
static void step(struct walker *walker, size_t i) {
    bool in_block = walker->open.n > 0;

    if (is_operator(walker, i, "#")) {
        walker->at = skip_option(walker, i);
        return;
    }
    if (in_block && is_assignment(walker, i)) {
        read_skip_statement(walker, i);
        return;
    }
    for (size_t c = 0; c < sizeof(constructs) / sizeof(*constructs); c++) {
        if ((in_block || c < 2) && is_word(walker, i, constructs[c].word)) {
            constructs[c].read(walker, i);
            return;
        }
    }
    if (!in_block || token_at(walker, i)->kind == TOKEN_BROKEN)
        give_up(walker, i);
    else if (is_char(walker, i, ';'))
        walker->at = i + 1;
    else
        read_sql(walker, i);
}

void plpgsql_read_body(const struct plpgsql_target *target, const struct text *body) {
    struct arena *arena = target->parser->arena;
    struct walker walker = {.target = target, .arena = arena, .text = body};

    walker.tokens = arena_new(arena, struct tokens);
    lex(arena, body->bytes, (struct span){0, body->len}, 0, walker.tokens);
    while (!walker.failed) {
        size_t i = skip_label(&walker, skip_blanks(&walker, walker.at));
        if (i >= token_count(&walker))
            break;
        step(&walker, i);
    }
    if (!walker.failed && walker.open.n)
        give_up(&walker, token_count(&walker));
}

static const char *string_value(struct arena *arena, const struct statement *statement,
                                const struct token *token) {
    if (token->kind == TOKEN_WORD || token->kind == TOKEN_QUOTED_WORD)
        return token_identifier(arena, statement->text->bytes, token);
    return token_string(arena, statement->text->bytes, token);
}

/* The token of the body, and that of the language behind LANGUAGE (NULL: none is named). */
static const struct token *do_body(const struct statement *statement,
                                   const struct token **language) {
    const struct token *body = NULL;
    bool after_language = false;

    *language = NULL;
    for (size_t i = statement->first_token + 1; i < statement->last_token; i++) {
        const struct token *token = &statement->tokens->list.v[i];
        if (token_is_blank(token))
            continue;
        if (after_language)
            *language = token;
        else if (token->kind == TOKEN_STRING || token->kind == TOKEN_DOLLAR_STRING)
            body = token;
        after_language =
            !after_language && token_is_word(statement->text->bytes, token, "language");
    }
    return body;
}

void plpgsql_read_do(const struct plpgsql_target *target, const struct statement *statement) {
    struct arena *arena = target->parser->arena;
    const struct token *language, *body;
    const char *name;
    struct dynamic_sql note = {statement->text, statement->span.start, NULL};

    if (!node_if(DoStmt, statement->tree) || !(body = do_body(statement, &language)))
        return;
    name = language ? string_value(arena, statement, language) : "plpgsql";
    if (strcmp(name, "plpgsql") != 0)
        note.why = arena_printf(arena, "DO in language %s", name);
    else if (target->level > DEEPEST_LEVEL)
        note.why = "SQL inside SQL more than 8 levels deep";
    if (note.why)
        vec_push(arena, &target->out->dynamic, note);
    else
        plpgsql_read_body(target, literal_text(arena, statement->text, body));
}
