/* What rules say of constraints: their names, and the clauses that add them. */
#include "lint/context.h"

#include "model/names.h"

#include <string.h>

/* The operation's own clause on one line, comments dropped; tokens from the skip-th on. */
static const char *clause_from(struct rule_context *context, const struct op *op, size_t skip) {
    const struct statement *statement = op->statement;
    struct buf buf = BUF_INIT;
    const char *result;

    for (size_t i = statement->first_token; i < statement->last_token; i++) {
        const struct token *token = &statement->tokens->list.v[i];
        if (token->start < op->span.start || token->end > op->span.end)
            continue;
        if (!token_is_blank(token) && skip > 0)
            skip--;
        else if (!token_is_blank(token))
            buf_add(&buf, statement->text->bytes + token->start, token->end - token->start);
        else if (buf.n && buf.s[buf.n - 1] != ' ')
            buf_putc(&buf, ' ');
    }
    result = arena_strndup(context->arena, buf_str(&buf), buf.n);
    buf_release(&buf);
    return result;
}

const char *rule_clause(struct rule_context *context, const struct op *op) {
    return clause_from(context, op, 0);
}

struct name_search {
    const char *only; /* the one column that is named */
    bool several;
};

static bool note_column(const struct node *node, void *search_context) {
    const struct ColumnRef *reference = node_if(ColumnRef, node);
    struct name_search *search = search_context;
    const char *name = reference ? node_list_last_string(reference->fields) : NULL;

    if (name && search->only && strcmp(search->only, name) != 0)
        search->several = true;
    else if (name)
        search->only = name;
    return true;
}

/* The columns that the server's own name for it has (ChooseConstraintName's callers); NULL: none. */
static const char *columns_word(struct rule_context *context, const struct Constraint *constraint) {
    const struct node_list *keys =
        constraint->fk_attrs.n ? &constraint->fk_attrs : &constraint->keys;
    const char **names = arena_array(context->arena, const char *, keys->n + 1);
    struct name_search search = {0};

    for (size_t i = 0; i < keys->n; i++)
        names[i] = node_string(keys->v[i]);
    if (keys->n)
        return name_addition(context->arena, names, keys->n);
    if (constraint->raw_expr)
        node_walk(context->arena, constraint->raw_expr, note_column, &search);
    return search.several ? NULL : search.only;
}

static const char *label_of(const struct op *op) {
    switch (op->kind) {
    case OP_ADD_FOREIGN_KEY:
        return "fkey";
    case OP_ADD_PRIMARY_KEY:
        return "pkey";
    case OP_ADD_UNIQUE:
        return "key";
    case OP_ADD_EXCLUSION:
        return "excl";
    default:
        return "check";
    }
}

const char *rule_constraint_name(struct rule_context *context, const struct op *op) {
    const struct Constraint *constraint = node_if(Constraint, op->node);
    const char *columns = NULL;

    if (op->object)
        return op->object;
    if (constraint && op->kind != OP_ADD_PRIMARY_KEY)
        columns = columns_word(context, constraint);
    return name_make(context->arena, op->target.name, columns, label_of(op));
}

const char *rule_constraint_clause(struct rule_context *context, const struct op *op) {
    if (op->object)
        return clause_from(context, op, 0);
    return rule_printf(context, "ADD CONSTRAINT %s %s",
                       rule_ident(context, rule_constraint_name(context, op)),
                       clause_from(context, op, 1));
}
