/* What rules say of constraints: their names, and the clauses that add them. */
#include "lint/context.h"

#include "model/names.h"
#include "sql/placeholder.h"

#include <string.h>

static bool is_in(const struct token *token, struct span span) {
    return token->start >= span.start && token->end <= span.end;
}

/* The operation's own clause on one line, comments dropped; tokens from the skip-th on, but for those in without. */
static const char *clause_from(struct rule_context *context, const struct op *op, size_t skip,
                               struct span without) {
    const struct statement *statement = op->statement;
    struct buf buf = BUF_INIT;
    const char *result;

    for (size_t i = statement->first_token; i < statement->last_token; i++) {
        const struct token *token = &statement->tokens->list.v[i];
        if (!is_in(token, op->span) || is_in(token, without))
            continue;
        if (!token_is_blank(token) && skip > 0)
            skip--;
        else if (!token_is_blank(token))
            buf_add(&buf, statement->text->bytes + token->start, token->end - token->start);
        else if (buf.n && buf.s[buf.n - 1] != ' ')
            buf_putc(&buf, ' ');
    }
    if (statement->text->marked)
        placeholder_unmark(buf.s, buf.n);
    while (buf.n && buf.s[buf.n - 1] == ' ')
        buf.n--;
    result = arena_strndup(context->arena, buf_str(&buf), buf.n);
    buf_release(&buf);
    return result;
}

const char *rule_clause(struct rule_context *context, const struct op *op) {
    return clause_from(context, op, 0, (struct span){0, 0});
}

const char *rule_clause_without(struct rule_context *context, const struct op *op,
                                const struct op *part) {
    return clause_from(context, op, 0, part->span);
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
static const char *columns_word(struct rule_context *context, const struct op *op) {
    const struct Constraint *constraint = node_as(Constraint, op->node);
    const struct node_list *keys =
        constraint->fk_attrs.n ? &constraint->fk_attrs : &constraint->keys;
    const char **names = arena_array(context->arena, const char *, keys->n + 1);
    struct name_search search = {0};

    for (size_t i = 0; i < keys->n; i++)
        names[i] = node_string(keys->v[i]);
    if (keys->n)
        return name_addition(context->arena, names, keys->n);
    if (op->is_inline && op->kind != OP_ADD_CHECK)
        return op->column;
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
    case OP_ADD_NOT_NULL:
        return "not_null";
    default:
        return "check";
    }
}

const char *rule_constraint_name(struct rule_context *context, const struct op *op) {
    const char *columns = NULL;

    if (op->object)
        return op->object;
    if (node_if(Constraint, op->node) && op->kind != OP_ADD_PRIMARY_KEY)
        columns = columns_word(context, op);
    return name_make(context->arena, op->target.name, columns, label_of(op));
}

/* Behind "ADD CONSTRAINT name"; REFERENCES inside a column does not say of which. */
static const char *constraint_body(struct rule_context *context, const struct op *op) {
    size_t words = op->object ? 2 : 0; /* CONSTRAINT name */
    const char *body =
        clause_from(context, op, op->is_inline ? words : words + 1, (struct span){0, 0});

    if (op->is_inline && op->kind == OP_ADD_FOREIGN_KEY)
        return rule_printf(context, "FOREIGN KEY (%s) %s", rule_ident(context, op->column), body);
    return body;
}

const char *rule_constraint_clause(struct rule_context *context, const struct op *op) {
    return rule_printf(context, "ADD CONSTRAINT %s %s",
                       rule_ident(context, rule_constraint_name(context, op)),
                       constraint_body(context, op));
}

static void add_columns(struct rule_context *context, struct buf *buf,
                        const struct node_list *columns) {
    buf_puts(buf, "(");
    for (size_t i = 0; i < columns->n; i++)
        buf_printf(buf, "%s%s", i ? ", " : "", rule_ident(context, node_string(columns->v[i])));
    buf_puts(buf, ")");
}

/* Known to the schema, or of a constraint that this very unit drops. */
static bool is_taken(struct rule_context *context, const struct op *op, const char *name) {
    struct name full = schema_resolve(&context->schema, op->target);

    full.name = name;
    if (schema_relation(&context->schema, full))
        return true;
    for (size_t i = 0; i < context->unit_ops.n; i++)
        if (context->unit_ops.v[i]->kind == OP_DROP_CONSTRAINT && context->unit_ops.v[i]->object &&
            strcmp(context->unit_ops.v[i]->object, name) == 0)
            return true;
    return false;
}

/* The constraint's name, so that no step renames anything; another where that one is taken. */
static const char *index_name(struct rule_context *context, const struct op *op) {
    const char *name = rule_constraint_name(context, op);

    if (!is_taken(context, op, name))
        return name;
    return name_make(context->arena, op->target.name, columns_word(context, op), "idx");
}

static const char *create_index(struct rule_context *context, const struct op *op) {
    const struct Constraint *constraint = node_as(Constraint, op->node);
    struct buf buf = BUF_INIT;
    const char *result;

    buf_printf(&buf, "CREATE UNIQUE INDEX CONCURRENTLY %s ON %s ",
               rule_ident(context, index_name(context, op)),
               rule_name_as_written(context, op->target));
    if (op->is_inline)
        buf_printf(&buf, "(%s)", rule_ident(context, op->column));
    else
        add_columns(context, &buf, &constraint->keys);
    if (constraint->including.n) {
        buf_puts(&buf, " INCLUDE ");
        add_columns(context, &buf, &constraint->including);
    }
    buf_puts(&buf, constraint->nulls_not_distinct ? " NULLS NOT DISTINCT;" : ";");
    result = arena_strndup(context->arena, buf_str(&buf), buf.n);
    buf_release(&buf);
    return result;
}

const char *rule_sql_using_index(struct rule_context *context, const struct op *op) {
    return rule_printf(context,
                       "%s%s\n-- when it has been built:\n"
                       "ALTER TABLE %s ADD CONSTRAINT %s %s USING INDEX %s%s%s;",
                       create_index(context, op), rule_note_alone(context, false),
                       rule_name_as_written(context, op->target),
                       rule_ident(context, rule_constraint_name(context, op)),
                       op->kind == OP_ADD_PRIMARY_KEY ? "PRIMARY KEY" : "UNIQUE",
                       rule_ident(context, index_name(context, op)),
                       op->deferrable ? " DEFERRABLE" : "",
                       op->initially_deferred ? " INITIALLY DEFERRED" : "");
}
