#include "model/query_scope.h"

#include <string.h>

struct arena *scope_arena(const struct scope *scope) {
    return scope->uses->schema->arena;
}

static void collect_columns(struct scope *scope) {
    if (scope->columns.n > 0)
        return;
    for (size_t i = 0; i < scope->sources.n; i++)
        for (size_t j = 0; j < scope->sources.v[i].columns.list.n; j++) {
            const struct source_column *from = &scope->sources.v[i].columns.list.v[j];
            struct column add = {.name = from->name, .type = from->type};
            if (from->name)
                vec_push(scope_arena(scope), &scope->columns, add);
        }
}

/* Types of names that several sources have are not told apart by expr_analyse: only the first is given. */
static struct query_column column_of_expression(struct scope *scope, const struct node *expr) {
    const struct CollateClause *collate = node_if(CollateClause, expr);
    const struct ColumnRef *ref = node_if(ColumnRef, collate ? collate->arg : expr);
    const struct source *source = NULL;
    const struct source_column *column = ref ? scope_resolve(scope, ref, &source) : NULL;
    struct expr_scope types = {.schema = scope->uses->schema};

    if (column)
        return (struct query_column){.type = column->type,
                                     .collation = collate ? node_list_last_string(collate->collname)
                                                          : column->collation};
    if (ref)
        return (struct query_column){0};
    collect_columns(scope);
    types.added = scope->columns.v;
    types.added_count = scope->columns.n;
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
        scope_use_column(scope, source, from);
        vec_push(scope_arena(scope), &query->columns, column);
    }
}

static void show_star(const struct scope *scope, struct query *query, const struct ColumnRef *ref) {
    const char *table = ref->fields.n > 1 ? node_string(ref->fields.v[ref->fields.n - 2]) : NULL;
    const struct source *source = table ? scope_find_source(scope, table) : NULL;

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
    scope_walk(scope, target->val);
    column = column_of_expression(scope, target->val);
    column.name = target->name ? target->name : figure_column_name(target->val);
    if (!column.name)
        column.name = "?column?";
    settle_type(&column);
    vec_push(scope_arena(scope), &query->columns, column);
}

/* The type that all rows of VALUES agree on. */
static struct type_use common_type(struct scope *scope, struct node_list rows, size_t column) {
    const struct schema *schema = scope->uses->schema;
    const char **names = arena_array(scope_arena(scope), const char *, rows.n);
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

    scope_walk_list(scope, rows);
    for (size_t i = 0; first && i < first->items.n; i++) {
        struct query_column column = column_of_expression(scope, first->items.v[i]);
        column.name = arena_printf(scope_arena(scope), "column%zu", i + 1);
        settle_type(&column);
        if (rows.n > 1)
            column.type = common_type(scope, rows, i);
        vec_push(scope_arena(scope), &query->columns, column);
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
            vec_push(scope_arena(scope), &scope->ctes, named);
        named.query =
            query_analyse_in(scope, scope->uses, scope->uses_known, cte->ctequery, scope->depth);
        vec_push(scope_arena(scope), &scope->ctes, named);
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
    struct query left =
        query_analyse_in(scope, scope->uses, scope->uses_known,
                         select->larg ? &select->larg->tree_node : NULL, scope->depth);
    struct query right =
        query_analyse_in(scope, scope->uses, scope->uses_known,
                         select->rarg ? &select->rarg->tree_node : NULL, scope->depth);

    join_branches(&left, &right);
    return left;
}

static void walk_clauses(struct scope *scope, const struct SelectStmt *select) {
    scope_walk(scope, select->whereClause);
    scope_walk(scope, select->havingClause);
    scope_walk_list(scope, select->windowClause);
    scope_walk_list(scope, select->groupClause);
    scope_walk_list(scope, select->sortClause);
    scope_walk(scope, select->limitOffset);
    scope_walk(scope, select->limitCount);
}

static struct query analyse_select(struct scope *scope, const struct SelectStmt *select) {
    struct query query = {.columns_known = true};

    add_ctes(scope, select->withClause);
    if (select->op != SETOP_NONE && select->larg)
        return analyse_branches(scope, select);
    for (size_t i = 0; i < select->fromClause.n; i++)
        scope_add_from(scope, select->fromClause.v[i]);
    if (select->valuesLists.n > 0)
        show_values(scope, &query, select->valuesLists);
    for (size_t i = 0; i < select->targetList.n; i++)
        if (node_if(ResTarget, select->targetList.v[i]))
            show_target(scope, &query, node_as(ResTarget, select->targetList.v[i]));
    walk_clauses(scope, select);
    return query;
}

struct query query_analyse_in(const struct scope *outer, struct uses *uses, bool *uses_known,
                              const struct node *stmt, unsigned depth) {
    struct scope scope = {
        .outer = outer, .uses = uses, .uses_known = uses_known, .depth = depth + 1};
    const struct SelectStmt *select = node_if(SelectStmt, stmt);

    if (!select || depth >= QUERY_DEPTH) {
        *uses_known = false;
        return (struct query){0};
    }
    return analyse_select(&scope, select);
}

static const char *kept(struct arena *arena, const char *text) {
    return text ? arena_strdup(arena, text) : NULL;
}

/* What was found, out of the scratch arena. */
static struct query keep(struct arena *arena, const struct query *found) {
    struct query query = {found->columns_known, {0}, {0}, found->uses_known};
    struct reference *uses = arena_array(arena, struct reference, found->uses.n);

    for (size_t i = 0; i < found->columns.n; i++) {
        struct query_column column = found->columns.v[i];
        column.name = kept(arena, column.name);
        column.collation = kept(arena, column.collation);
        column.type.name = kept(arena, column.type.name);
        column.type.schema = kept(arena, column.type.schema);
        vec_push(arena, &query.columns, column);
    }
    if (found->uses.n > 0)
        memcpy(uses, found->uses.v, found->uses.n * sizeof(*uses));
    query.uses = (struct references){found->uses.n, uses};
    return query;
}

struct query query_analyse(const struct schema *schema, const struct node *stmt) {
    struct arena scratch;
    struct schema working = *schema; /* which allocates in the scratch arena */
    struct uses uses = {.schema = &working};
    bool uses_known = true;
    struct query query;

    arena_init(&scratch);
    working.arena = &scratch;
    query = query_analyse_in(NULL, &uses, &uses_known, stmt, 0);
    query.uses = uses_end(&uses);
    query.uses_known = uses_known;
    query = keep(schema->arena, &query);
    arena_release(&scratch);
    return query;
}
