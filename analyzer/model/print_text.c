#include "model/print_sql.h"

#include "model/names.h"
#include "sql/placeholder.h"

#include <string.h>

struct replacement {
    size_t start, end; /* bytes of the text */
    const char *text;
};

struct replacements {
    struct arena *arena;
    const struct statement *statement;
    VEC(struct replacement) list; /* in no order */
};

static const struct token *token_of(const struct statement *statement, size_t i) {
    return &statement->tokens->list.v[i];
}

/* The first token that starts at or behind the offset. */
static size_t token_at(const struct statement *statement, size_t offset) {
    size_t low = statement->first_token, high = statement->last_token;

    while (low < high) {
        size_t middle = (low + high) / 2;
        if (token_of(statement, middle)->start < offset)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static size_t skip_blanks(const struct statement *statement, size_t i) {
    while (i < statement->last_token && token_is_blank(token_of(statement, i)))
        i++;
    return i;
}

static bool is_char(const struct statement *statement, size_t i, char c) {
    return i < statement->last_token &&
           token_is_char(statement->text->bytes, token_of(statement, i), c);
}

static bool is_identifier(const struct statement *statement, size_t i) {
    return i < statement->last_token && (token_of(statement, i)->kind == TOKEN_WORD ||
                                         token_of(statement, i)->kind == TOKEN_QUOTED_WORD);
}

/* --- what has another name now --- */

static void replace(struct replacements *to, size_t start, size_t end, const char *text) {
    vec_push(to->arena, &to->list, ((struct replacement){start, end, text}));
}

/* a.b.c of the text at the location against the names of the tree. */
static void compare_names(struct replacements *to, int location, struct node_list names) {
    const struct statement *statement = to->statement;
    size_t i = location > 0 ? token_at(statement, (size_t)location) : statement->last_token;
    size_t start, end, parts = 0;
    bool same = true;
    const char *text = "";

    if (!is_identifier(statement, i) || token_of(statement, i)->start != (size_t)location ||
        token_is_word(statement->text->bytes, token_of(statement, i), "table"))
        return; /* the type of RETURNS TABLE (...) is located at TABLE */
    start = token_of(statement, i)->start;
    for (;;) {
        const char *part =
            token_identifier(to->arena, statement->text->bytes, token_of(statement, i));
        same = same && parts < names.n && node_string(names.v[parts]) &&
               strcmp(part, node_string(names.v[parts])) == 0;
        parts++;
        end = token_of(statement, i)->end;
        if (!is_char(statement, skip_blanks(statement, i + 1), '.'))
            break;
        i = skip_blanks(statement, skip_blanks(statement, i + 1) + 1);
        if (!is_identifier(statement, i))
            break;
    }
    if (same && parts == names.n)
        return;
    for (size_t j = 0; j < names.n; j++) {
        if (!node_string(names.v[j])) /* t.*: its end stays */
            break;
        text = arena_printf(to->arena, "%s%s%s", text, j ? "." : "",
                            name_quote(to->arena, node_string(names.v[j])));
    }
    if (*text)
        replace(to, start, end, text);
}

static void compare_constant(struct replacements *to, const struct A_Const *constant) {
    const struct statement *statement = to->statement;
    const char *text = constant->sval ? constant->sval->sval : NULL;
    size_t i = constant->location > 0 ? token_at(statement, (size_t)constant->location)
                                      : statement->last_token;
    struct buf quoted = BUF_INIT;
    struct printer literal = {.out = &quoted, .arena = to->arena};

    if (!text || i == statement->last_token || token_of(statement, i)->kind != TOKEN_STRING ||
        strcmp(token_string(to->arena, statement->text->bytes, token_of(statement, i)), text) == 0)
        return;
    print_literal(&literal, text);
    replace(to, token_of(statement, i)->start, token_of(statement, i)->end,
            arena_strdup(to->arena, buf_str(&quoted)));
    buf_release(&quoted);
}

static bool is_builtin(struct node_list names) {
    const char *first = names.n > 0 ? node_string(names.v[0]) : NULL;
    return first && strcmp(first, "pg_catalog") == 0;
}

static bool collect(const struct node *node, void *context) {
    struct replacements *to = context;
    const struct PartitionElem *element = node_if(PartitionElem, node);

    if (node->kind == NODE_ColumnRef) {
        compare_names(to, node_as(ColumnRef, node)->location, node_as(ColumnRef, node)->fields);
    } else if (node->kind == NODE_FuncCall) {
        const struct FuncCall *call = node_as(FuncCall, node);
        if (call->funcformat == COERCE_EXPLICIT_CALL && !is_builtin(call->funcname))
            compare_names(to, call->location, call->funcname);
    } else if (node->kind == NODE_TypeName) {
        const struct TypeName *type = node_as(TypeName, node);
        if (!is_builtin(type->names))
            compare_names(to, type->location, type->names);
    } else if (node->kind == NODE_A_Const) {
        compare_constant(to, node_as(A_Const, node));
    } else if (element && element->name) {
        const struct String name = {{NODE_String}, element->name};
        const struct node *only[] = {&name.tree_node};
        compare_names(to, element->location, (struct node_list){1, only});
    }
    return true;
}

static const struct replacement *replacement_at(const struct replacements *to, size_t start) {
    for (size_t i = 0; i < to->list.n; i++)
        if (to->list.v[i].start == start)
            return &to->list.v[i];
    return NULL;
}

/* --- printing --- */

/* A placeholder as the file has it. */
static void print_token(struct buf *out, const struct statement *statement,
                        const struct token *token) {
    buf_add(out, statement->text->bytes + token->start, token->end - token->start);
    if (statement->text->marked)
        placeholder_unmark(out->s + out->n - (token->end - token->start),
                           token->end - token->start);
}

void print_text(struct printer *printer, const struct statement *statement, struct span span,
                const struct node *tree) {
    struct replacements to = {.arena = printer->arena, .statement = statement};
    size_t done = span.start;
    bool gap = false, any = false;

    if (tree)
        node_walk(printer->arena, tree, collect, &to);
    for (size_t i = token_at(statement, span.start); i < statement->last_token; i++) {
        const struct token *token = token_of(statement, i);
        const struct replacement *other;
        if (token->start >= span.end)
            break;
        if (token->start < done)
            continue;
        if (token_is_blank(token)) {
            gap = true;
            continue;
        }
        if (gap && any)
            buf_putc(printer->out, ' ');
        gap = false;
        any = true;
        other = replacement_at(&to, token->start);
        done = other ? other->end : token->end;
        if (other)
            buf_puts(printer->out, other->text);
        else
            print_token(printer->out, statement, token);
    }
}

/* --- finding clauses --- */

size_t text_find(const struct statement *statement, size_t from, const char *keyword) {
    int depth = 0;

    for (size_t i = token_at(statement, from); i < statement->last_token; i++) {
        const struct token *token = token_of(statement, i);
        if (is_char(statement, i, '('))
            depth++;
        else if (is_char(statement, i, ')'))
            depth--;
        else if (depth == 0 && token_is_word(statement->text->bytes, token, keyword))
            return token->start;
        if (depth < 0)
            break;
    }
    return statement->span.end;
}

size_t text_skip_name(const struct statement *statement, size_t from) {
    size_t i = skip_blanks(statement, token_at(statement, from));

    while (is_identifier(statement, i) && is_char(statement, skip_blanks(statement, i + 1), '.'))
        i = skip_blanks(statement, skip_blanks(statement, i + 1) + 1);
    return i < statement->last_token ? token_of(statement, i)->end : statement->span.end;
}

struct span text_parenthesis(const struct statement *statement, size_t from) {
    size_t i = token_at(statement, from), start;
    int depth = 0;

    while (i < statement->last_token && !is_char(statement, i, '('))
        i++;
    if (i == statement->last_token)
        return (struct span){0, 0};
    start = token_of(statement, i)->start;
    for (; i < statement->last_token; i++) {
        depth += is_char(statement, i, '(') - is_char(statement, i, ')');
        if (depth == 0)
            return (struct span){start, token_of(statement, i)->end};
    }
    return (struct span){0, 0};
}

struct spans text_split(struct arena *arena, const struct statement *statement, struct span span) {
    struct spans elements = {0};
    size_t start = span.start;
    int depth = 0;

    for (size_t i = token_at(statement, span.start); i < statement->last_token; i++) {
        const struct token *token = token_of(statement, i);
        if (token->start >= span.end)
            break;
        depth += is_char(statement, i, '(') || is_char(statement, i, '[');
        depth -= is_char(statement, i, ')') || is_char(statement, i, ']');
        if (depth > 0 || !is_char(statement, i, ','))
            continue;
        vec_push(arena, &elements.list, ((struct span){start, token->start}));
        start = token->end;
    }
    vec_push(arena, &elements.list, ((struct span){start, span.end}));
    return elements;
}

struct spans text_elements(struct arena *arena, const struct statement *statement,
                           struct span parenthesis) {
    if (parenthesis.end <= parenthesis.start + 1)
        return (struct spans){0};
    return text_split(arena, statement, (struct span){parenthesis.start + 1, parenthesis.end - 1});
}
