/* What the names in a query's expressions mean, and what the expressions use. */
#include "model/query_scope.h"

#include <string.h>

const struct source *scope_find_source(const struct scope *scope, const char *name) {
    for (; scope; scope = scope->outer)
        for (size_t i = 0; i < scope->sources.n; i++)
            if (scope->sources.v[i].name && strcmp(scope->sources.v[i].name, name) == 0)
                return &scope->sources.v[i];
    return NULL;
}

static const struct source_column *column_of(const struct source *source, const char *name) {
    for (size_t i = 0; i < source->columns.list.n; i++)
        if (source->columns.list.v[i].name && strcmp(source->columns.list.v[i].name, name) == 0)
            return &source->columns.list.v[i];
    return NULL;
}

/* The innermost query that has such a column decides. */
static const struct source_column *find_column(const struct scope *scope, const char *name,
                                               const struct source **source) {
    for (; scope; scope = scope->outer)
        for (size_t i = 0; i < scope->sources.n; i++) {
            const struct source_column *column = column_of(&scope->sources.v[i], name);
            if (column) {
                *source = &scope->sources.v[i];
                return column;
            }
        }
    return NULL;
}

/* column, table.column, schema.table.column. */
const struct source_column *scope_resolve(const struct scope *scope, const struct ColumnRef *ref,
                                          const struct source **source) {
    size_t n = ref->fields.n;
    const char *name = n ? node_string(ref->fields.v[n - 1]) : NULL;
    const char *table = n > 1 ? node_string(ref->fields.v[n - 2]) : NULL;

    if (!name)
        return NULL;
    if (!table)
        return find_column(scope, name, source);
    *source = scope_find_source(scope, table);
    if (*source)
        return column_of(*source, name);
    return n == 2 ? find_column(scope, table, source) : NULL;
}

void scope_use_column(const struct scope *scope, const struct source *source,
                      const struct source_column *column) {
    if (source->relation && column->number)
        uses_add(scope->uses, source->relation->object.id, column->number);
}

static void use_all_columns(const struct scope *scope, const struct source *source) {
    for (size_t i = 0; i < source->columns.list.n; i++)
        scope_use_column(scope, source, &source->columns.list.v[i]);
}

static void use_reference(const struct scope *scope, const struct ColumnRef *ref) {
    const struct source *source = NULL;
    const struct source_column *column = scope_resolve(scope, ref, &source);
    const char *name = ref->fields.n == 1 ? node_string(ref->fields.v[0]) : NULL;

    if (column)
        scope_use_column(scope, source, column);
    else if (name && scope_find_source(scope, name))
        use_all_columns(scope, scope_find_source(scope, name)); /* the whole row */
    else
        *scope->uses_known = false;
}

static bool visit(const struct node *node, void *context) {
    const struct scope *scope = context;
    const struct SubLink *link = node_if(SubLink, node);

    if (node->kind == NODE_ColumnRef) {
        use_reference(scope, node_as(ColumnRef, node));
    } else if (link) {
        struct scope inner = *scope;
        query_analyse_in(scope, scope->uses, scope->uses_known, link->subselect, scope->depth);
        scope_walk(&inner, link->testexpr);
        return false;
    } else if (node->kind == NODE_SelectStmt) {
        query_analyse_in(scope, scope->uses, scope->uses_known, node, scope->depth);
        return false;
    } else if (node->kind == NODE_FuncCall) {
        const struct FuncCall *call = node_as(FuncCall, node);
        struct name name = {
            call->funcname.n > 1 ? node_string(call->funcname.v[call->funcname.n - 2]) : NULL,
            node_list_last_string(call->funcname)};
        uses_add_function(scope->uses, name, call->args.n);
    } else if (node->kind == NODE_TypeCast) {
        struct type_use type = type_use_of(scope->uses->schema, node_as(TypeCast, node)->typeName);
        uses_add_type(scope->uses, &type);
    }
    return true;
}

void scope_walk(struct scope *scope, const struct node *expr) {
    if (expr && scope->depth < QUERY_DEPTH)
        node_walk(scope_arena(scope), expr, visit, scope);
}

void scope_walk_list(struct scope *scope, struct node_list list) {
    for (size_t i = 0; i < list.n; i++)
        scope_walk(scope, list.v[i]);
}
