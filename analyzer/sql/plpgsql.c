#include "sql/literal.h"
#include "sql/plpgsql_walk.h"

static void give_up(struct walker *walker, size_t i) {
    walker_note(walker, i, "PL/pgSQL that could not be read");
    walker->failed = true;
}

/* OPEN cursor [[NO] SCROLL] FOR query; */
static void read_open(struct walker *walker, size_t i) {
    static const char *const for_word[] = {"for", NULL};
    size_t end = walker_find_semicolon(walker, i), query = walker_find(walker, i, for_word);

    if (query < end)
        walker_read_query(walker, walker_after(walker, query), end);
    walker->at = end + 1;
}

/* RETURN; RETURN expression; RETURN NEXT ...; RETURN QUERY query; */
static void read_return(struct walker *walker, size_t i) {
    size_t end = walker_find_semicolon(walker, i), what = walker_after(walker, i);

    if (walker_is_word(walker, what, "query"))
        walker_read_query(walker, walker_after(walker, what), end);
    else if (!walker_is_word(walker, what, "next") && walker->branches)
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
    size_t found = walker_find(walker, i, words);

    if (found == walker_count(walker)) {
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
    size_t in = walker_find(walker, i, in_word), loop = walker_find(walker, i, loop_word);

    if (loop == walker_count(walker)) {
        give_up(walker, i);
        return;
    }
    if (in < loop && walker_is_word(walker, i, "for"))
        walker_read_query(walker, walker_after(walker, in), loop);
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
    size_t what = walker_after(walker, i);
    enum open_kind kind = walker_is_word(walker, what, "if")     ? OPEN_IF
                          : walker_is_word(walker, what, "loop") ? OPEN_LOOP
                          : walker_is_word(walker, what, "case") ? OPEN_CASE
                                                                 : OPEN_BLOCK;

    if (!open || open->kind != kind) {
        give_up(walker, i);
        return;
    }
    walker->branches -= kind != OPEN_BLOCK || open->in_handler;
    walker->loops -= kind == OPEN_LOOP;
    walker->open.n--;
    walker->at = walker->open.n ? walker_find_semicolon(walker, i) + 1 : walker_count(walker);
}

/* From DECLARE to BEGIN: no SQL runs there but defaults, which are expressions. */
static void read_declare(struct walker *walker, size_t i) {
    i = walker_after(walker, i);
    while (i < walker_count(walker) && !walker_is_word(walker, i, "begin"))
        i = walker_after(walker, walker_find_semicolon(walker, i));
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
    walker->at = walker_find_semicolon(walker, i) + 1;
}

static void read_execute_statement(struct walker *walker, size_t i) {
    size_t end = walker_find_semicolon(walker, i);

    walker_read_execute(walker, i, end);
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
    {"perform", walker_read_perform},
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
    enum token_kind kind = walker_token(walker, i)->kind;
    size_t behind;

    if (kind != TOKEN_WORD && kind != TOKEN_QUOTED_WORD && kind != TOKEN_PARAMETER)
        return false;
    behind = walker_after(walker, i);
    if (walker_is_char(walker, behind, '.') || walker_is_char(walker, behind, '['))
        behind = walker_skip_target(walker, i);
    return walker_is_operator(walker, behind, ":=") || walker_is_operator(walker, behind, "=");
}

/* <<label>> at token i: the token behind; i when there is none. */
static size_t skip_label(const struct walker *walker, size_t i) {
    if (!walker_is_operator(walker, i, "<<"))
        return i;
    while (i < walker_count(walker) && !walker_is_operator(walker, i, ">>") &&
           !walker_is_char(walker, i, ';'))
        i++;
    return walker_after(walker, i);
}

/* #variable_conflict use_column: to the end of its line. */
static size_t skip_option(const struct walker *walker, size_t i) {
    while (i < walker_count(walker) && walker_token(walker, i)->kind != TOKEN_SPACE)
        i++;
    while (i < walker_count(walker) &&
           !memchr(walker->text->bytes + walker_token(walker, i)->start, '\n',
                   walker_token(walker, i)->end - walker_token(walker, i)->start))
        i++;
    return i + 1;
}

/* One statement, or one part of a construct, at token i. */
static void step(struct walker *walker, size_t i) {
    bool in_block = walker->open.n > 0;

    if (walker_is_operator(walker, i, "#")) {
        walker->at = skip_option(walker, i);
        return;
    }
    if (in_block && is_assignment(walker, i)) {
        read_skip_statement(walker, i);
        return;
    }
    for (size_t c = 0; c < sizeof(constructs) / sizeof(*constructs); c++) {
        if ((in_block || c < 2) && walker_is_word(walker, i, constructs[c].word)) {
            constructs[c].read(walker, i);
            return;
        }
    }
    if (!in_block || walker_token(walker, i)->kind == TOKEN_BROKEN)
        give_up(walker, i);
    else if (walker_is_char(walker, i, ';'))
        walker->at = i + 1;
    else
        walker_read_sql(walker, i);
}

void plpgsql_read_body(const struct plpgsql_target *target, const struct text *body) {
    struct arena *arena = target->parser->arena;
    struct walker walker = {.target = target, .arena = arena, .text = body};

    walker.tokens = arena_new(arena, struct tokens);
    lex(arena, body->bytes, (struct span){0, body->len}, 0, walker.tokens);
    while (!walker.failed) {
        size_t i = skip_label(&walker, walker_skip_blanks(&walker, walker.at));
        if (i >= walker_count(&walker))
            break;
        step(&walker, i);
    }
    if (!walker.failed && walker.open.n)
        give_up(&walker, walker_count(&walker));
    walker_settle_broken(&walker);
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
