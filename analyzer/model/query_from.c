/* What stands in FROM, as sources of columns. */
#include "model/query_scope.h"

#include <string.h>

static void rename_columns(struct source *source, struct node_list names) {
    for (size_t i = 0; i < names.n && i < source->columns.list.n; i++)
        if (node_string(names.v[i]))
            source->columns.list.v[i].name = node_string(names.v[i]);
}

static const struct named_query *find_cte(const struct scope *scope, const char *name) {
    for (; scope; scope = scope->outer)
        for (size_t i = scope->ctes.n; i > 0; i--)
            if (strcmp(scope->ctes.v[i - 1].name, name) == 0)
                return &scope->ctes.v[i - 1];
    return NULL;
}

static void add_query_columns(struct scope *scope, struct source *source,
                              const struct query *query) {
    source->columns_known = query->columns_known;
    for (size_t i = 0; i < query->columns.n; i++) {
        struct source_column column = {.name = query->columns.v[i].name,
                                       .type = query->columns.v[i].type,
                                       .collation = query->columns.v[i].collation};
        vec_push(scope_arena(scope), &source->columns.list, column);
    }
}

static void add_relation_columns(struct scope *scope, struct source *source,
                                 const struct relation *relation) {
    source->relation = relation;
    source->columns_known = relation->columns_known;
    for (size_t i = 0; i < relation->column_count; i++) {
        struct source_column column = {.name = relation->columns[i].name,
                                       .type = relation->columns[i].type,
                                       .collation = relation->columns[i].collation,
                                       .number = relation->columns[i].number};
        vec_push(scope_arena(scope), &source->columns.list, column);
    }
    uses_add(scope->uses, relation->object.id, 0);
}

static void add_source(struct scope *scope, const struct source *source) {
    vec_push(scope_arena(scope), &scope->sources, *source);
}

static void add_range(struct scope *scope, const struct RangeVar *range) {
    struct source source = {.name = range->alias ? range->alias->aliasname : range->relname};
    const struct named_query *cte = range->schemaname ? NULL : find_cte(scope, range->relname);
    const struct relation *relation = NULL;

    if (cte) {
        add_query_columns(scope, &source, &cte->query);
        rename_columns(&source, cte->columns);
    } else {
        relation =
            schema_relation(scope->uses->schema, (struct name){range->schemaname, range->relname});
        if (relation)
            add_relation_columns(scope, &source, relation);
        else
            *scope->uses_known = false;
    }
    if (range->alias)
        rename_columns(&source, range->alias->colnames);
    add_source(scope, &source);
}

static void add_subselect(struct scope *scope, const struct RangeSubselect *range) {
    struct source source = {.name = range->alias ? range->alias->aliasname : NULL};
    struct query query =
        query_analyse_in(scope, scope->uses, scope->uses_known, range->subquery, scope->depth);

    add_query_columns(scope, &source, &query);
    if (range->alias)
        rename_columns(&source, range->alias->colnames);
    add_source(scope, &source);
}

static void add_definitions(struct scope *scope, struct source *source, struct node_list list) {
    for (size_t i = 0; i < list.n; i++) {
        const struct ColumnDef *def = node_if(ColumnDef, list.v[i]);
        struct source_column column = {0};
        if (!def)
            continue;
        column.name = def->colname;
        column.type = type_use_of(scope->uses->schema, def->typeName);
        vec_push(scope_arena(scope), &source->columns.list, column);
    }
    source->columns_known = list.n > 0;
}

/* The one function of a FROM item, else NULL. */
static const struct node *only_function(const struct RangeFunction *range) {
    const struct List *pair = range->functions.n == 1 ? node_if(List, range->functions.v[0]) : NULL;
    return pair && pair->items.n > 0 ? pair->items.v[0] : NULL;
}

/* A function that returns a plain type gives one column, which has the alias's name. */
static void add_function(struct scope *scope, const struct RangeFunction *range) {
    const char *alias = range->alias ? range->alias->aliasname : NULL;
    const struct node *call = only_function(range);
    const char *figured = call ? figure_column_name(call) : NULL;
    struct source source = {.name = alias ? alias : figured};
    struct expr_scope types = {.schema = scope->uses->schema};
    struct expr_info info;

    for (size_t i = 0; i < range->functions.n; i++)
        scope_walk(scope, range->functions.v[i]);
    add_definitions(scope, &source, range->coldeflist);
    if (call && range->coldeflist.n == 0) {
        info = expr_analyse(&types, call);
        if (info.type.name && strcmp(info.type.name, "record") != 0 &&
            !type_use_row(types.schema, &info.type)) {
            struct source_column column = {.name = source.name, .type = info.type};
            column.type.setof = false;
            vec_push(scope_arena(scope), &source.columns.list, column);
            source.columns_known = true;
        }
    }
    if (range->ordinality && source.columns_known) {
        struct source_column column = {.name = "ordinality", .type = type_use_builtin("int8")};
        vec_push(scope_arena(scope), &source.columns.list, column);
    }
    if (range->alias)
        rename_columns(&source, range->alias->colnames);
    add_source(scope, &source);
}

static void add_from(struct scope *scope, const struct node *item, unsigned depth);

static void hide_columns(struct source *source, struct node_list names) {
    for (size_t i = 0; i < names.n; i++)
        for (size_t j = 0; j < source->columns.list.n; j++)
            if (node_string(names.v[i]) && source->columns.list.v[j].name &&
                strcmp(node_string(names.v[i]), source->columns.list.v[j].name) == 0)
                source->columns.list.v[j].hidden = true;
}

/* USING shows its columns once; NATURAL, and the order that USING gives, are not worked out. */
static void add_join(struct scope *scope, const struct JoinExpr *join, unsigned depth) {
    size_t middle;

    add_from(scope, join->larg, depth);
    middle = scope->sources.n;
    add_from(scope, join->rarg, depth);
    for (size_t i = middle; i < scope->sources.n; i++)
        hide_columns(&scope->sources.v[i], join->usingClause);
    if ((join->isNatural || join->usingClause.n > 0 || join->alias) && scope->sources.n > 0)
        for (size_t i = 0; join->isNatural && i < scope->sources.n; i++)
            scope->sources.v[i].columns_known = false;
    scope_walk(scope, join->quals);
}

static void add_unknown(struct scope *scope, const struct node *item) {
    struct source source = {0};

    if (item)
        scope_walk(scope, item);
    add_source(scope, &source);
}

static void add_from(struct scope *scope, const struct node *item, unsigned depth) {
    if (!item || depth > QUERY_DEPTH)
        add_unknown(scope, NULL);
    else if (item->kind == NODE_RangeVar)
        add_range(scope, node_as(RangeVar, item));
    else if (item->kind == NODE_RangeSubselect)
        add_subselect(scope, node_as(RangeSubselect, item));
    else if (item->kind == NODE_RangeFunction)
        add_function(scope, node_as(RangeFunction, item));
    else if (item->kind == NODE_JoinExpr)
        add_join(scope, node_as(JoinExpr, item), depth + 1);
    else if (item->kind == NODE_RangeTableSample)
        add_from(scope, node_as(RangeTableSample, item)->relation, depth + 1);
    else
        add_unknown(scope, item);
}

void scope_add_from(struct scope *scope, const struct node *item) {
    add_from(scope, item, 0);
}
