#include "front/expand.h"

#include "base/ascii.h"
#include "sql/lex.h"
#include "sql/placeholder.h"

#include <string.h>

static void add_note(struct expander *expander, struct section_note note) {
    vec_push(expander->arena, &expander->section->notes, note);
}

void expand_note(struct expander *expander, const struct text *text, size_t offset,
                 const char *why) {
    add_note(expander, (struct section_note){.file = text_file(text, offset),
                                             .offset = text_file_offset(text, offset),
                                             .why = why});
}

void expand_problem(struct expander *expander, const struct text *text, size_t offset,
                    enum problem_kind kind, const char *why) {
    add_note(expander, (struct section_note){.file = text_file(text, offset),
                                             .offset = text_file_offset(text, offset),
                                             .is_problem = true,
                                             .kind = kind,
                                             .why = why});
}

static const char *value_of(const struct expander *expander, const char *name) {
    const char *value = map_get(&expander->variables, name);

    if (!value && name[0] == '.')
        value = map_get(&expander->variables, name + 1);
    return value;
}

static bool is_word(const char *name) {
    for (const char *p = name; *p; p++)
        if (!ascii_isalnum(*p) && !strchr("_.:-", *p))
            return false;
    return *name != '\0';
}

/* A placeholder without a value is told once. */
static void say_unknown(struct expander *expander, const struct text *text, struct span span,
                        const char *name) {
    const char *shown =
        arena_strndup(expander->arena, text->bytes + span.start, span.end - span.start);

    if (map_has(&expander->said, shown))
        return;
    map_set(&expander->said, shown, expander);
    expand_note(expander, text, span.start,
                is_word(name)
                    ? arena_printf(expander->arena, "%.60s has no value; --var %.60s=... gives one",
                                   shown, name)
                    : arena_printf(expander->arena, "%.60s has no value", shown));
    expander->section->notes.v[expander->section->notes.n - 1].once = true;
}

static bool is_name_byte(char c) {
    return ascii_isalnum(c) || c == '_' || (unsigned char)c > 127;
}

static void mark(struct expander *expander, const struct text *text, struct span span) {
    size_t n = span.end - span.start;
    char *out = arena_alloc(expander->arena, n + 1);

    placeholder_mark(text->bytes + span.start, n, out,
                     span.end < text->len && is_name_byte(text->bytes[span.end]));
    text_build_equal(&expander->builder, text, span, out);
    expander->builder.text->marked = true;
}

static void put_value(struct expander *expander, const struct text *text, struct span span,
                      const char *value) {
    text_build_made(&expander->builder, text, span.start, value, strlen(value));
}

/* A value in quotes, as psql writes :'x' and :"x". */
static void put_quoted(struct expander *expander, const struct text *text, struct span span,
                       const char *value, char quote) {
    VEC(char) out = {0};

    vec_push(expander->arena, &out, quote);
    for (; *value; value++) {
        if (*value == quote)
            vec_push(expander->arena, &out, quote);
        vec_push(expander->arena, &out, *value);
    }
    vec_push(expander->arena, &out, quote);
    text_build_made(&expander->builder, text, span.start, out.v, out.n);
}

/* :x, :'x', :"x", :{?x}. In brackets, what has no value is the bound of a slice, as it is for psql. */
static void expand_variable(struct expander *expander, const struct text *text, struct span span,
                            bool in_brackets) {
    const char *bytes = text->bytes + span.start + 1;
    char kind = *bytes;
    size_t head = kind == '{' ? 2 : kind == '\'' || kind == '"', n = span.end - span.start - 1;
    const char *name = arena_strndup(expander->arena, bytes + head, n - head - (head > 0));
    const char *value = map_get(&expander->variables, name);

    if (kind == '{') {
        put_value(expander, text, span, value ? "TRUE" : "FALSE");
    } else if (!value && (in_brackets || ascii_isdigit(kind))) {
        text_build_copy(&expander->builder, text, span);
    } else if (!value) {
        say_unknown(expander, text, span, name);
        mark(expander, text, span);
    } else if (head) {
        put_quoted(expander, text, span, value, kind);
    } else {
        put_value(expander, text, span, value);
    }
}

/* What stands between the opener and the closer, without blanks and the dashes that trim them. */
static const char *inner_of(struct arena *arena, const char *bytes, size_t n) {
    size_t start = 2, end = bytes[0] == '$' ? n - 1 : n - 2;

    while (start < end && (ascii_isspace(bytes[start]) || bytes[start] == '-'))
        start++;
    while (end > start && (ascii_isspace(bytes[end - 1]) || bytes[end - 1] == '-'))
        end--;
    return arena_strndup(arena, bytes + start, end - start);
}

/* Words with which template engines decide what is there at all. */
static bool is_control(const char *inner) {
    static const char *const words[] = {"if",     "else",     "end",   "range", "with",
                                        "define", "template", "block", "/*",    "#",
                                        "/",      "!",        "^"};

    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
        size_t n = strlen(words[i]);
        if (strncmp(inner, words[i], n) == 0 &&
            (!ascii_isalpha(words[i][0]) || !inner[n] || ascii_isspace(inner[n])))
            return true;
    }
    return false;
}

/* ${x:-default} and ${x-default} */
static const char *default_of(struct arena *arena, const char *inner, const char **name) {
    size_t n = strcspn(inner, "-");

    if (!inner[n])
        return NULL;
    *name = arena_strndup(arena, inner, n && inner[n - 1] == ':' ? n - 1 : n);
    return inner + n + 1;
}

/* What an earlier directive began, goes on or ends here. */
static bool goes_on(const char *inner) {
    return strncmp(inner, "end", 3) == 0 || strncmp(inner, "el", 2) == 0 || inner[0] == '/';
}

/* Directives of templates are no SQL; which branch is there is not known. */
static bool expand_control(struct expander *expander, const struct text *text, struct span span,
                           const char *inner) {
    const char *bytes = text->bytes + span.start;
    bool comment = bytes[1] == '#' || (bytes[1] == '{' && (inner[0] == '/' || inner[0] == '!'));

    if (bytes[0] != '{' || (bytes[1] == '{' && !is_control(inner)))
        return false;
    put_value(expander, text, span, " ");
    if (!comment && !goes_on(inner))
        expand_note(expander, text, span.start,
                    arena_printf(expander->arena, "%.*s decides what there is; all of it is read",
                                 (int)(span.end - span.start > 60 ? 60 : span.end - span.start),
                                 bytes));
    return true;
}

/* ${x}, {{ x }}, {% x %}, {# x #}, %(x)s */
static void expand_placeholder(struct expander *expander, const struct text *text,
                               struct span span) {
    const char *bytes = text->bytes + span.start;
    const char *inner = inner_of(expander->arena, bytes, span.end - span.start), *name = inner;
    const char *value = value_of(expander, inner);

    if (expand_control(expander, text, span, inner))
        return;
    if (!value && bytes[0] == '$') {
        const char *fallback = default_of(expander->arena, inner, &name);
        value = fallback ? value_of(expander, name) : NULL;
        value = value ? value : fallback;
    }
    if (value) {
        put_value(expander, text, span, value);
        return;
    }
    say_unknown(expander, text, span, name);
    mark(expander, text, span);
}

/* Whether a placeholder in quotes is one for certain: in a name, or where the runner has such. */
static bool is_certain(const struct expander *expander, const struct text *text, struct span quoted,
                       const char *inner) {
    bool declared = (expander->front->placeholders && !expander->front->is_weak) ||
                    expander->section->placeholders;

    return !is_control(inner) && (declared || text->bytes[quoted.start] == '"');
}

/* "{{ x "y" }}" */
static bool has_quote(const struct text *text, struct span span) {
    return memchr(text->bytes + span.start, '"', span.end - span.start) != NULL;
}

/* Placeholders in a string or a quoted name: what has no value stays as it is, which is good SQL. */
static void expand_quoted(struct expander *expander, const struct text *text, struct span span,
                          unsigned flags) {
    size_t done = span.start;

    for (size_t i = span.start; i < span.end; i++) {
        size_t end = strchr("${%", text->bytes[i])
                         ? lex_placeholder_end(text->bytes, span.end, i, flags)
                         : 0;
        const char *inner = end ? inner_of(expander->arena, text->bytes + i, end - i) : NULL;
        const char *value = inner ? value_of(expander, inner) : NULL;
        if (!value && inner && is_certain(expander, text, span, inner))
            say_unknown(expander, text, (struct span){i, end}, inner);
        if (!value && !(inner && has_quote(text, (struct span){i, end})))
            continue;
        text_build_copy(&expander->builder, text, (struct span){done, i});
        if (value)
            put_value(expander, text, (struct span){i, end}, value);
        else
            mark(expander, text, (struct span){i, end});
        done = end;
        i = end - 1;
    }
    text_build_copy(&expander->builder, text, (struct span){done, span.end});
}

/* $$ ... $$: a body, in which placeholders stand as they do outside. */
static void expand_body(struct expander *expander, const struct text *text, struct span span,
                        unsigned flags) {
    const char *bytes = text->bytes + span.start;
    size_t tag = (size_t)((const char *)memchr(bytes + 1, '$', span.end - span.start - 1) - bytes);
    struct span body = {span.start + tag + 1, span.end - tag - 1};

    text_build_copy(&expander->builder, text, (struct span){span.start, body.start});
    expand_text(expander, text, body, flags & (LEX_DOLLAR | LEX_BRACES | LEX_PERCENT));
    text_build_copy(&expander->builder, text, (struct span){body.end, span.end});
}

static bool is_psql_variable(const char *bytes) {
    return bytes[0] == ':';
}

/* One token. Whether it is done with; else it is to be copied. */
static bool expand_token(struct expander *expander, const struct text *text,
                         const struct token *token, unsigned flags, size_t brackets) {
    struct span span = {token->start, token->end};

    if (token->kind == TOKEN_META)
        return !psql_command(expander, text, span);
    if (!psql_is_active(expander))
        return true;
    if (token->kind == TOKEN_VARIABLE && is_psql_variable(text->bytes + token->start))
        expand_variable(expander, text, span, brackets > 0);
    else if (token->kind == TOKEN_VARIABLE)
        expand_placeholder(expander, text, span);
    else if (token->kind == TOKEN_DOLLAR_STRING)
        expand_body(expander, text, span, flags);
    else if (token->kind == TOKEN_STRING || token->kind == TOKEN_QUOTED_WORD)
        expand_quoted(expander, text, span, flags);
    else
        return false;
    return true;
}

static bool is_worth_a_look(const struct token *token) {
    return token->kind == TOKEN_META || token->kind == TOKEN_VARIABLE ||
           token->kind == TOKEN_DOLLAR_STRING || token->kind == TOKEN_STRING ||
           token->kind == TOKEN_QUOTED_WORD;
}

static size_t count_brackets(const struct text *text, const struct token *token, size_t brackets) {
    if (token_is_char(text->bytes, token, '['))
        return brackets + 1;
    if (token_is_char(text->bytes, token, ';'))
        return 0;
    return brackets && token_is_char(text->bytes, token, ']') ? brackets - 1 : brackets;
}

void expand_text(struct expander *expander, const struct text *text, struct span span,
                 unsigned flags) {
    struct tokens tokens = {0};
    struct arena scratch;
    size_t brackets = 0;

    arena_init(&scratch);
    lex(&scratch, text->bytes, span, flags, &tokens);
    for (size_t i = 0, done; i < tokens.list.n; i = done) {
        struct token *token = &tokens.list.v[i];
        struct span run = {token->start, token->end};
        done = i + 1;
        if (is_worth_a_look(token)) {
            if (!expand_token(expander, text, token, flags, brackets))
                text_build_copy(&expander->builder, text, run);
            continue;
        }
        while (done < tokens.list.n && !is_worth_a_look(&tokens.list.v[done]))
            done++;
        for (size_t j = i; j < done; j++)
            brackets = count_brackets(text, &tokens.list.v[j], brackets);
        run.end = tokens.list.v[done - 1].end;
        if (psql_is_active(expander))
            text_build_copy(&expander->builder, text, run);
    }
    arena_release(&scratch);
}

/* The first byte with one of the others behind it. */
static bool has(const struct text *text, char first, const char *others) {
    const char *p = text->bytes, *end = p + text->len;

    while ((p = memchr(p, first, (size_t)(end - p)))) {
        p++;
        if (p < end && *p && strchr(others, *p))
            return true;
    }
    return false;
}

/* A colon that may begin a variable: most are those of casts. */
static bool has_variable(const struct text *text) {
    const char *p = text->bytes, *end = p + text->len;

    while ((p = memchr(p, ':', (size_t)(end - p)))) {
        char next = p[1];
        if (next == ':')
            p++;
        else if (ascii_isalnum(next) || (next && strchr("_'\"{", next)) ||
                 (unsigned char)next > 127)
            return true;
        p++;
    }
    return false;
}

/* A look at the bytes, so that what has none of all this is not lexed twice. */
static bool has_work(const struct text *text, unsigned flags) {
    if ((flags & LEX_BRACES) && has(text, '{', "{%#"))
        return true;
    if (((flags & LEX_DOLLAR) && has(text, '$', "{")) ||
        ((flags & LEX_PERCENT) && has(text, '%', "(")))
        return true;
    return (flags & LEX_PSQL) || ((flags & LEX_COLON) && has_variable(text));
}

static void copy_variables(struct expander *expander) {
    const struct map *from = expander->history->variables;

    map_init(&expander->variables, expander->arena);
    for (size_t i = 0; from && i < from->n; i++)
        if (from->entries[i].key)
            map_set(&expander->variables, from->entries[i].key, from->entries[i].value);
}

/* What renders braces is no runner: they may stand in any framework's files. */
static unsigned flags_of(const struct front *front, const struct section *section) {
    if (section->is_dump)
        return 0;
    return front->placeholders | section->placeholders | LEX_BRACES | (section->flags & LEX_PSQL);
}

void section_expand(struct arena *arena, const struct history *history,
                    const struct migration *migration, struct section *section) {
    struct expander expander = {
        .arena = arena,
        .history = history,
        .front = migration->front,
        .section = section,
        .flags = flags_of(migration->front, section),
    };
    const char *path =
        section->direction == DIRECTION_UP ? migration->up_absolute : migration->down_absolute;

    if (!has_work(section->text, expander.flags))
        return;
    copy_variables(&expander);
    map_init(&expander.said, arena);
    vec_push(arena, &expander.open, path);
    text_build_init(&expander.builder, arena, section->text->file);
    expander.builder.text->marked = section->text->marked;
    expand_text(&expander, section->text, (struct span){0, section->text->len}, expander.flags);
    section->text = text_build_end(&expander.builder);
}
