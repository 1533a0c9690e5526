#include "model/query.h"

#include "model/expr.h"
#include "model/uses.h"

#include <string.h>

enum { DEPTH = 100 }; /* of queries in queries; what is deeper is unknown */

/* Something in FROM: a relation, a subquery, a function ... under a name. */
struct source {
    const char *name;
    const struct relation *relation; /* whose columns these are; NULL: none of the schema's */
    bool columns_known;
    struct source_columns {
        VEC(struct source_column {
            const char *name;
            struct type_use type;
            const char *collation;
            unsigned number; /* in relation; 0: not one of it */
            bool hidden;     /* of USING: * does not show it again */
        })
        list;
    } columns;
};

struct named_query {
    const char *name;
    struct node_list columns;
    struct query query;
};

/* Where names are looked up: this query, then those around it. */
struct scope {
    const struct scope *outer;
    struct uses *uses;
    bool *uses_known;
    unsigned depth;
    VEC(struct named_query) ctes;
    VEC(struct source) sources;
};

static struct query analyse(const struct scope *outer, struct uses *uses, bool *uses_known,
                            const struct node *stmt, unsigned depth);

static struct arena *arena_of(const struct scope *scope) {
    return scope->uses->schema->arena;
}

/* --- FROM --- */

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
        vec_push(arena_of(scope), &source->columns.list, column);
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
        vec_push(arena_of(scope), &source->columns.list, column);
    }
    uses_add(scope->uses, relation->object.id, 0);
}

static void add_source(struct scope *scope, const struct source *source) {
    vec_push(arena_of(scope), &scope->sources, *source);
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
        analyse(scope, scope->uses, scope->uses_known, range->subquery, scope->depth);

    add_query_columns(scope, &source, &query);
    if (range->alias)
        rename_columns(&source, range->alias->colnames);
    add_source(scope, &source);
}

static void walk_expression(struct scope *scope, const struct node *expr);

static void add_definitions(struct scope *scope, struct source *source, struct node_list list) {
    for (size_t i = 0; i < list.n; i++) {
        const struct ColumnDef *def = node_if(ColumnDef, list.v[i]);
        struct source_column column = {0};
        if (!def)
            continue;
        column.name = def->colname;
        column.type = type_use_of(scope->uses->schema, def->typeName);
        vec_push(arena_of(scope), &source->columns.list, column);
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
        walk_expression(scope, range->functions.v[i]);
    add_definitions(scope, &source, range->coldeflist);
    if (call && range->coldeflist.n == 0) {
        info = expr_analyse(&types, call);
        if (info.type.name && strcmp(info.type.name, "record") != 0 &&
            !type_use_row(types.schema, &info.type)) {
            struct source_column column = {.name = source.name, .type = info.type};
            column.type.setof = false;
            vec_push(arena_of(scope), &source.columns.list, column);
            source.columns_known = true;
        }
    }
    if (range->ordinality && source.columns_known) {
        struct source_column column = {.name = "ordinality", .type = type_use_builtin("int8")};
        vec_push(arena_of(scope), &source.columns.list, column);
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
    walk_expression(scope, join->quals);
}

static void add_unknown(struct scope *scope, const struct node *item) {
    struct source source = {0};

    if (item)
        walk_expression(scope, item);
    add_source(scope, &source);
}

static void add_from(struct scope *scope, const struct node *item, unsigned depth) {
    if (!item || depth > DEPTH)
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

/* --- names in expressions --- */

static const struct source *find_source(const struct scope *scope, const char *name) {
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
static const struct source_column *resolve(const struct scope *scope, const struct ColumnRef *ref,
                                           const struct source **source) {
    size_t n = ref->fields.n;
    const char *name = n ? node_string(ref->fields.v[n - 1]) : NULL;
    const char *table = n > 1 ? node_string(ref->fields.v[n - 2]) : NULL;

    if (!name)
        return NULL;
    if (!table)
        return find_column(scope, name, source);
    *source = find_source(scope, table);
    if (*source)
        return column_of(*source, name);
    return n == 2 ? find_column(scope, table, source) : NULL;
}

static void use_column(const struct scope *scope, const struct source *source,
                       const struct source_column *column) {
    if (source->relation && column->number)
        uses_add(scope->uses, source->relation->object.id, column->number);
}

static void use_all_columns(const struct scope *scope, const struct source *source) {
    for (size_t i = 0; i < source->columns.list.n; i++)
        use_column(scope, source, &source->columns.list.v[i]);
}

static void use_reference(const struct scope *scope, const struct ColumnRef *ref) {
    const struct source *source = NULL;
    const struct source_column *column = resolve(scope, ref, &source);
    const char *name = ref->fields.n == 1 ? node_string(ref->fields.v[0]) : NULL;

    if (column)
        use_column(scope, source, column);
    else if (name && find_source(scope, name))
        use_all_columns(scope, find_source(scope, name)); /* the whole row */
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
        analyse(scope, scope->uses, scope->uses_known, link->subselect, scope->depth);
        walk_expression(&inner, link->testexpr);
        return false;
    } else if (node->kind == NODE_SelectStmt) {
        analyse(scope, scope->uses, scope->uses_known, node, scope->depth);
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

static void walk_expression(struct scope *scope, const struct node *expr) {
    if (expr && scope->depth < DEPTH)
        node_walk(arena_of(scope), expr, visit, scope);
}

static void walk_list(struct scope *scope, struct node_list list) {
    for (size_t i = 0; i < list.n; i++)
        walk_expression(scope, list.v[i]);
}

/* --- the SELECT list --- */

/* Types of names that several sources have are not told apart by expr_analyse: only the first is given. */
static struct query_column column_of_expression(const struct scope *scope,
                                                const struct node *expr) {
    const struct ColumnRef *ref = node_if(ColumnRef, expr);
    const struct source *source = NULL;
    const struct source_column *column = ref ? resolve(scope, ref, &source) : NULL;
    struct {
        VEC(struct column) list;
    } all = {0};
    struct expr_scope types = {.schema = scope->uses->schema};

    if (column)
        return (struct query_column){.type = column->type, .collation = column->collation};
    if (ref)
        return (struct query_column){0};
    for (size_t i = 0; i < scope->sources.n; i++)
        for (size_t j = 0; j < scope->sources.v[i].columns.list.n; j++) {
            const struct source_column *from = &scope->sources.v[i].columns.list.v[j];
            struct column add = {.name = from->name, .type = from->type};
            if (from->name)
                vec_push(arena_of(scope), &all.list, add);
        }
    types.added = all.list.v;
    types.added_count = all.list.n;
    return (struct query_column){.type = expr_analyse(&types, expr).type};
}

/* A quoted literal that nothing else decides becomes text (resolveTargetListUnknowns). */
static void settle_type(struct query_column *column) {
    if (column->type.name && strcmp(column->type.name, "unknown") == 0)
        column->type = type_use_builtin("text");
}

static void show_source(const struct scope *scope, struct query *query, const struct source *source,
                        bool all) {
    if (!source->columns_known)
        query->columns_known = false;
    for (size_t i = 0; i < source->columns.list.n; i++) {
        const struct source_column *from = &source->columns.list.v[i];
        struct query_column column = {from->name, from->type, from->collation};
        if (from->hidden && !all)
            continue;
        use_column(scope, source, from);
        vec_push(arena_of(scope), &query->columns, column);
    }
}

static void show_star(const struct scope *scope, struct query *query, const struct ColumnRef *ref) {
    const char *table = ref->fields.n > 1 ? node_string(ref->fields.v[ref->fields.n - 2]) : NULL;
    const struct source *source = table ? find_source(scope, table) : NULL;

    if (source)
        show_source(scope, query, source, true);
    else if (table)
        query->columns_known = false;
    else
        for (size_t i = 0; i < scope->sources.n; i++)
            show_source(scope, query, &scope->sources.v[i], false);
}

static bool is_star(const struct node *expr) {
    const struct ColumnRef *ref = node_if(ColumnRef, expr);
    return ref && ref->fields.n > 0 && ref->fields.v[ref->fields.n - 1] &&
           ref->fields.v[ref->fields.n - 1]->kind == NODE_A_Star;
}

static void show_target(struct scope *scope, struct query *query, const struct ResTarget *target) {
    struct query_column column;

    if (is_star(target->val)) {
        show_star(scope, query, node_as(ColumnRef, target->val));
        return;
    }
    walk_expression(scope, target->val);
    column = column_of_expression(scope, target->val);
    column.name = target->name ? target->name : figure_column_name(target->val);
    if (!column.name)
        column.name = "?column?";
    settle_type(&column);
    vec_push(arena_of(scope), &query->columns, column);
}

/* The type that all rows of VALUES agree on. */
static struct type_use common_type(struct scope *scope, struct node_list rows, size_t column) {
    const struct schema *schema = scope->uses->schema;
    const char **names = arena_array(arena_of(scope), const char *, rows.n);
    const char *common;

    for (size_t i = 0; i < rows.n; i++) {
        const struct List *row = node_if(List, rows.v[i]);
        struct type_use type;
        if (!row || column >= row->items.n)
            return (struct type_use){0};
        type = column_of_expression(scope, row->items.v[column]).type;
        if (type.user_type)
            return (struct type_use){0};
        names[i] = type_use_catalog_name(schema, &type);
    }
    common = catalog_common_type((int)rows.n, names, schema->target);
    return common ? type_use_builtin(common) : (struct type_use){0};
}

static void show_values(struct scope *scope, struct query *query, struct node_list rows) {
    const struct List *first = node_if(List, rows.v[0]);

    walk_list(scope, rows);
    for (size_t i = 0; first && i < first->items.n; i++) {
        struct query_column column = column_of_expression(scope, first->items.v[i]);
        column.name = arena_printf(arena_of(scope), "column%zu", i + 1);
        settle_type(&column);
        if (rows.n > 1)
            column.type = common_type(scope, rows, i);
        vec_push(arena_of(scope), &query->columns, column);
    }
}

static void add_ctes(struct scope *scope, const struct WithClause *with) {
    for (size_t i = 0; with && i < with->ctes.n; i++) {
        const struct CommonTableExpr *cte = node_if(CommonTableExpr, with->ctes.v[i]);
        struct named_query named = {0};
        if (!cte || !cte->ctename)
            continue;
        named.name = cte->ctename;
        named.columns = cte->aliascolnames;
        if (with->recursive) /* it may name itself */
            vec_push(arena_of(scope), &scope->ctes, named);
        named.query = analyse(scope, scope->uses, scope->uses_known, cte->ctequery, scope->depth);
        vec_push(arena_of(scope), &scope->ctes, named);
    }
}

/* The common type of UNION's branches is only told where it is the same. */
static void join_branches(struct query *left, const struct query *right) {
    for (size_t i = 0; i < left->columns.n; i++) {
        struct type_use *type = &left->columns.v[i].type;
        const struct type_use *other = i < right->columns.n ? &right->columns.v[i].type : NULL;
        if (!other || type_use_same(type, other) != KNOWN_YES)
            *type = (struct type_use){0};
        else if (!type_use_same_typmod(type, other))
            type->typmod_count = 0;
    }
    if (!right->columns_known && left->columns.n == 0)
        left->columns_known = false;
}

static struct query analyse_branches(struct scope *scope, const struct SelectStmt *select) {
    struct query left = analyse(scope, scope->uses, scope->uses_known,
                                select->larg ? &select->larg->tree_node : NULL, scope->depth);
    struct query right = analyse(scope, scope->uses, scope->uses_known,
                                 select->rarg ? &select->rarg->tree_node : NULL, scope->depth);

    join_branches(&left, &right);
    return left;
}

static void walk_clauses(struct scope *scope, const struct SelectStmt *select) {
    walk_expression(scope, select->whereClause);
    walk_expression(scope, select->havingClause);
    walk_list(scope, select->windowClause);
    walk_list(scope, select->groupClause);
    walk_list(scope, select->sortClause);
    walk_expression(scope, select->limitOffset);
    walk_expression(scope, select->limitCount);
}

static struct query analyse_select(struct scope *scope, const struct SelectStmt *select) {
    struct query query = {.columns_known = true};

    add_ctes(scope, select->withClause);
    if (select->op != SETOP_NONE && select->larg)
        return analyse_branches(scope, select);
    for (size_t i = 0; i < select->fromClause.n; i++)
        add_from(scope, select->fromClause.v[i], 0);
    if (select->valuesLists.n > 0)
        show_values(scope, &query, select->valuesLists);
    for (size_t i = 0; i < select->targetList.n; i++)
        if (node_if(ResTarget, select->targetList.v[i]))
            show_target(scope, &query, node_as(ResTarget, select->targetList.v[i]));
    walk_clauses(scope, select);
    return query;
}

static struct query analyse(const struct scope *outer, struct uses *uses, bool *uses_known,
                            const struct node *stmt, unsigned depth) {
    struct scope scope = {
        .outer = outer, .uses = uses, .uses_known = uses_known, .depth = depth + 1};
    const struct SelectStmt *select = node_if(SelectStmt, stmt);

    if (!select || depth >= DEPTH) {
        *uses_known = false;
        return (struct query){0};
    }
    return analyse_select(&scope, select);
}

struct query query_analyse(const struct schema *schema, const struct node *stmt) {
    struct uses uses = {.schema = schema};
    bool uses_known = true;
    struct query query = analyse(NULL, &uses, &uses_known, stmt, 0);

    query.uses = uses_end(&uses);
    query.uses_known = uses_known;
    return query;
}
