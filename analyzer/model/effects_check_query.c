/*
 * Names in queries: every column must be one of what FROM names (parse_relation.c, parse_expr.c:
 * transformColumnRef). Of what has columns that are not known, any name may be one.
 */
#include "model/effects_check.h"
#include "model/query.h"

#include "base/ascii.h"

#include <string.h>

struct source {
    const char *name;
    const struct relation *relation; /* NULL: its columns are not known */
    bool qualified;                  /* its columns are only known with its name: old.x */
};

struct query_scope {
    const struct query_scope *outer;
    VEC(struct source) sources;
    struct node_list outputs;      /* whose names ORDER BY and GROUP BY may use */
    const struct WithClause *with; /* its names hide relations */
    const struct function *argued; /* whose arguments may be named */
    bool merged;                   /* JOIN USING: one column of several */
};

struct query_check {
    struct effects_work *work;
    const struct query_scope *scope;
    const struct function *creating; /* whose body it is; NULL: none */
    int depth;
};

static void check_node(struct query_check *check, const struct node *node);
static void check_query(struct query_check *check, const struct node *query);

/* What a name means */

static bool has_column(const struct source *source, const char *name) {
    return source->relation == NULL || relation_column(source->relation, name) != NULL ||
           effects_is_system_column(name);
}

static bool is_output(const struct query_scope *scope, const char *name) {
    for (size_t i = 0; i < scope->outputs.n; i++) {
        const struct ResTarget *target = node_if(ResTarget, scope->outputs.v[i]);

        if (target != NULL && target->name != NULL && strcmp(target->name, name) == 0)
            return true;
    }
    return false;
}

static bool is_argument(const struct query_scope *scope, const char *name) {
    for (size_t i = 0; scope->argued != NULL && i < scope->argued->argument_count; i++)
        if (scope->argued->argument_names != NULL && scope->argued->argument_names[i] != NULL &&
            strcmp(scope->argued->argument_names[i], name) == 0)
            return true;
    return false;
}

/* How many sources of the scope may have it; of each only one can be meant. */
static size_t count_sources(const struct query_scope *scope, const char *name, bool *certain) {
    size_t n = 0;

    *certain = !scope->merged;
    for (size_t i = 0; i < scope->sources.n; i++) {
        if (scope->sources.v[i].qualified)
            continue;
        n += has_column(&scope->sources.v[i], name);
        if (scope->sources.v[i].relation == NULL)
            *certain = false;
    }
    return n;
}

static bool names_source(const struct query_scope *scope, const char *name) {
    for (size_t i = 0; i < scope->sources.n; i++)
        if (scope->sources.v[i].name != NULL && strcmp(scope->sources.v[i].name, name) == 0)
            return true;
    return false;
}

static void check_column(struct query_check *check, const char *name) {
    for (const struct query_scope *scope = check->scope; scope != NULL; scope = scope->outer) {
        bool certain;
        size_t n = count_sources(scope, name, &certain);

        if (is_output(scope, name) || is_argument(scope, name))
            return;
        if (n > 1 && certain && !effects_is_system_column(name))
            effects_fail(check->work, "42702", "column reference \"%s\" is ambiguous", name);
        if (n > 0 || names_source(scope, name))
            return;
    }
    effects_fail(check->work, "42703", "column \"%s\" does not exist", name);
}

static bool is_function(const struct effects_work *work, const char *name) {
    size_t count;

    schema_functions(work->schema, (struct name){NULL, name}, &count);
    return count > 0;
}

static void check_qualified(struct query_check *check, const char *table, const char *name) {
    for (const struct query_scope *scope = check->scope; scope != NULL; scope = scope->outer) {
        if (scope->argued != NULL)
            return;
        for (size_t i = 0; i < scope->sources.n; i++) {
            const struct source *source = &scope->sources.v[i];

            if (source->name == NULL || strcmp(source->name, table) != 0)
                continue;
            if (!has_column(source, name) && !is_function(check->work, name))
                effects_fail(check->work, "42703", "column %s.%s does not exist", table, name);
            return;
        }
    }
    effects_fail(check->work, "42P01", "missing FROM-clause entry for table \"%s\"", table);
}

static void check_reference(struct query_check *check, const struct ColumnRef *ref) {
    const char *first = ref->fields.n > 0 ? node_string(ref->fields.v[0]) : NULL;
    const char *second = ref->fields.n > 1 ? node_string(ref->fields.v[1]) : NULL;

    if (first != NULL && ref->fields.n == 1)
        check_column(check, first);
    else if (first != NULL && second != NULL && ref->fields.n == 2)
        check_qualified(check, first, second);
}

/* FROM */

static bool is_with_name(const struct query_scope *scope, const char *name) {
    for (; scope != NULL; scope = scope->outer)
        for (size_t i = 0; scope->with != NULL && i < scope->with->ctes.n; i++) {
            const struct CommonTableExpr *cte = node_if(CommonTableExpr, scope->with->ctes.v[i]);

            if (cte != NULL && strcmp(cte->ctename, name) == 0)
                return true;
        }
    return false;
}

static void add_relation(struct query_check *check, struct query_scope *scope,
                         const struct RangeVar *range) {
    struct source source = {.name =
                                range->alias != NULL ? range->alias->aliasname : range->relname};
    const struct relation *relation =
        schema_relation(check->work->schema, (struct name){range->schemaname, range->relname});
    bool renamed = range->alias != NULL && range->alias->colnames.n > 0;

    if (relation != NULL && relation->columns_known && !renamed &&
        relation->object.kind != OBJ_SEQUENCE && relation->object.kind != OBJ_INDEX &&
        (range->schemaname != NULL || !is_with_name(scope, range->relname)))
        source.relation = relation;
    vec_push(check->work->arena, &scope->sources, source);
}

static void add_unknown(struct query_check *check, struct query_scope *scope,
                        const struct Alias *alias) {
    struct source source = {.name = alias != NULL ? alias->aliasname : NULL};

    vec_push(check->work->arena, &scope->sources, source);
}

/* FROM f() is called f (addRangeTableEntryForFunction). */
static void add_function(struct query_check *check, struct query_scope *scope,
                         const struct RangeFunction *function) {
    const struct List *first = function != NULL && function->functions.n > 0
                                   ? node_if(List, function->functions.v[0])
                                   : NULL;
    struct Alias alias = {.aliasname = NULL};

    if (first != NULL && first->items.n > 0 && !function->is_rowsfrom)
        alias.aliasname = figure_column_name(first->items.v[0]);
    add_unknown(check, scope,
                function != NULL && function->alias != NULL ? function->alias : &alias);
}

static void add_source(struct query_check *check, struct query_scope *scope,
                       const struct node *node) {
    const struct JoinExpr *join = node_if(JoinExpr, node);
    const struct RangeSubselect *subselect = node_if(RangeSubselect, node);
    const struct RangeTableSample *sample = node_if(RangeTableSample, node);
    const struct RangeFunction *function = node_if(RangeFunction, node);

    if (node_if(RangeVar, node) != NULL)
        add_relation(check, scope, node_as(RangeVar, node));
    else if (sample != NULL)
        add_source(check, scope, sample->relation);
    else if (subselect != NULL)
        add_unknown(check, scope, subselect->alias);
    else if (join != NULL) {
        add_source(check, scope, join->larg);
        add_source(check, scope, join->rarg);
        scope->merged |= join->isNatural || join->usingClause.n > 0;
        if (join->alias != NULL || join->join_using_alias != NULL)
            add_unknown(check, scope, join->alias != NULL ? join->alias : join->join_using_alias);
    } else {
        add_function(check, scope, function);
        scope->merged = true;
    }
}

/* Subqueries in FROM see what stands to the left of them only with LATERAL. */
static void check_source(struct query_check *check, const struct query_scope *inner,
                         const struct node *node) {
    const struct query_scope *outer = check->scope;
    const struct RangeSubselect *subselect = node_if(RangeSubselect, node);
    const struct JoinExpr *join = node_if(JoinExpr, node);

    if (join != NULL) {
        struct query_scope names = {.outer = outer, .with = inner->with};

        check_source(check, inner, join->larg);
        check_source(check, inner, join->rarg);
        add_source(check, &names, node);
        check->scope = &names;
        check_node(check, join->quals);
    } else if (subselect != NULL) {
        struct query_scope names = {.outer = outer, .with = inner->with};

        check->scope = subselect->lateral ? inner : &names;
        check_query(check, subselect->subquery);
    } else if (node_if(RangeVar, node) == NULL) {
        check->scope = inner;
        check_node(check, node);
    }
    check->scope = outer;
}

/* Expressions and statements */

static bool visit(const struct node *node, void *context) {
    struct query_check *check = context;

    switch (node->kind) {
    case NODE_ColumnRef:
        if (!check->work->stopped)
            check_reference(check, node_as(ColumnRef, node));
        return false;
    case NODE_SelectStmt:
    case NODE_InsertStmt:
    case NODE_UpdateStmt:
    case NODE_DeleteStmt:
    case NODE_MergeStmt:
        check_query(check, node);
        return false;
    case NODE_DefElem:
    case NODE_JsonTable: /* has columns of its own */
        return false;
    default:
        return true;
    }
}

static void check_node(struct query_check *check, const struct node *node) {
    if (node != NULL && !check->work->stopped)
        node_walk(check->work->arena, node, visit, check);
}

static void check_list(struct query_check *check, struct node_list list) {
    for (size_t i = 0; i < list.n; i++)
        check_node(check, list.v[i]);
}

/* A function may call itself (ProcedureCreate enters it before its body is looked at). */
static bool is_created(const struct query_check *check, const char *missing) {
    return missing != NULL && check->creating != NULL && check->creating->object.name != NULL &&
           strcmp(missing, check->creating->object.name) == 0;
}

static void check_routine(struct query_check *check, const struct FuncCall *call) {
    size_t n = call->funcname.n;
    struct name name = {n > 1 ? node_string(call->funcname.v[n - 2]) : NULL,
                        node_list_last_string(call->funcname)};

    if (name.name != NULL)
        effects_check_procedure(check->work, name, false);
}

/* A function that is missing is found where there is one relation, or none. */
static bool visit_call(const struct node *node, void *context) {
    struct query_check *check = context;
    const struct query_scope *scope = check->scope;
    struct expr_scope names = {.schema = check->work->schema};
    struct expr_info info;

    if (node->kind == NODE_SelectStmt || node->kind == NODE_SubLink)
        return false;
    if (node->kind != NODE_FuncCall)
        return true;
    if (scope->sources.n == 1)
        names.relation = scope->sources.v[0].relation;
    check_routine(check, node_as(FuncCall, node));
    info = expr_analyse(&names, node);
    if (!is_created(check, info.missing))
        effects_check_functions(check->work, &info);
    return false;
}

static void check_calls(struct query_check *check, const struct node *node) {
    if (node != NULL && check->scope->argued == NULL && !check->work->stopped)
        node_walk(check->work->arena, node, visit_call, check);
}

static void check_expressions(struct query_check *check, struct node_list list) {
    check_list(check, list);
    for (size_t i = 0; i < list.n; i++)
        check_calls(check, list.v[i]);
}

static void check_expression(struct query_check *check, const struct node *node) {
    check_node(check, node);
    check_calls(check, node);
}

static void check_with(struct query_check *check, const struct WithClause *with) {
    for (size_t i = 0; with != NULL && i < with->ctes.n; i++) {
        const struct CommonTableExpr *cte = node_if(CommonTableExpr, with->ctes.v[i]);

        if (cte != NULL)
            check_query(check, cte->ctequery);
    }
}

/* An aggregate of an outer query may stand in one that is inside of it. */
static void check_no_aggregate(struct query_check *check, const struct node *expr,
                               const char *where) {
    if (check->depth == 1 && !check->work->stopped && effects_has_aggregate(check->work, expr))
        effects_fail(check->work, "42803", "aggregate functions are not allowed in %s", where);
}

static const char *column_name(const struct node *node) {
    const struct ColumnRef *ref = node_if(ColumnRef, node);

    return ref != NULL && ref->fields.n > 0 ? node_string(ref->fields.v[ref->fields.n - 1]) : NULL;
}

/* 0: not among them. */
static bool is_grouped(const struct SelectStmt *select, const char *name) {
    for (size_t i = 0; i < select->groupClause.n; i++) {
        const char *grouped = column_name(select->groupClause.v[i]);

        if (grouped == NULL || strcmp(grouped, name) == 0)
            return true; /* a number, an expression, GROUPING SETS: not looked into */
    }
    return false;
}

/* All other columns follow from the primary key (check_functional_grouping). */
static bool groups_by_key(const struct SelectStmt *select, const struct relation *relation) {
    const struct constraint *key = relation_primary_key(relation);

    for (size_t i = 0; key != NULL && i < key->columns.n; i++)
        if (!is_grouped(select, key->columns.v[i]))
            return false;
    return key != NULL;
}

static bool has_aggregates(struct query_check *check, const struct SelectStmt *select) {
    for (size_t i = 0; i < select->targetList.n; i++)
        if (effects_has_aggregate(check->work, select->targetList.v[i]))
            return true;
    return false;
}

/* Columns of the one table that stand by themselves in the list (check_ungrouped_columns). */
static void check_grouping(struct query_check *check, const struct query_scope *scope,
                           const struct SelectStmt *select) {
    const struct relation *relation = scope->sources.n == 1 ? scope->sources.v[0].relation : NULL;

    if (check->depth != 1 || relation == NULL || check->work->stopped ||
        (select->groupClause.n == 0 && !has_aggregates(check, select)) ||
        groups_by_key(select, relation))
        return;
    for (size_t i = 0; i < select->targetList.n; i++) {
        const struct ResTarget *target = node_if(ResTarget, select->targetList.v[i]);
        const char *name = target != NULL ? column_name(target->val) : NULL;

        if (name == NULL || relation_column(relation, name) == NULL || is_grouped(select, name) ||
            (target->name != NULL && is_grouped(select, target->name)))
            continue;
        effects_fail(check->work, "42803",
                     "column \"%s.%s\" must appear in the GROUP BY clause or be used in an "
                     "aggregate function",
                     scope->sources.v[0].name, name);
        return;
    }
}

static void check_select(struct query_check *check, struct query_scope *scope,
                         const struct SelectStmt *select) {
    scope->with = select->withClause;
    check->scope = scope;
    check_with(check, select->withClause);
    if (select->larg != NULL) {
        check_query(check, &select->larg->tree_node);
        check_query(check, &select->rarg->tree_node);
        return;
    }
    for (size_t i = 0; i < select->fromClause.n; i++)
        add_source(check, scope, select->fromClause.v[i]);
    for (size_t i = 0; i < select->fromClause.n; i++) {
        check->scope = scope->outer;
        check_source(check, scope, select->fromClause.v[i]);
    }
    check->scope = scope;
    check_expressions(check, select->targetList);
    check_expression(check, select->whereClause);
    check_no_aggregate(check, select->whereClause, "WHERE");
    check_grouping(check, scope, select);
    check_list(check, select->valuesLists);
    check_node(check, select->havingClause);
    scope->outputs = select->targetList;
    check_list(check, select->groupClause);
    check_list(check, select->sortClause);
    check_list(check, select->distinctClause);
}

static void check_returning(struct query_check *check, const struct ReturningClause *returning) {
    if (returning != NULL && returning->options.n == 0)
        check_expressions(check, returning->exprs);
}

/* RETURNING knows both rows since 18. */
static void add_old_and_new(struct query_check *check, struct query_scope *scope) {
    struct source old = {.name = "old", .qualified = true};
    struct source new = {.name = "new", .qualified = true};

    if (check->work->schema->target >= 18) {
        vec_push(check->work->arena, &scope->sources, old);
        vec_push(check->work->arena, &scope->sources, new);
    }
}

static void check_insert(struct query_check *check, struct query_scope *scope,
                         const struct InsertStmt *insert) {
    static const struct Alias excluded = {.aliasname = "excluded"};
    struct query_scope conflict = {.outer = scope};

    scope->with = insert->withClause;
    check->scope = scope;
    check_with(check, insert->withClause);
    check_query(check, insert->selectStmt);
    add_relation(check, &conflict, insert->relation);
    check->scope = &conflict;
    check_returning(check, insert->returningClause);
    if (insert->onConflictClause != NULL) {
        conflict.merged = true;
        add_unknown(check, &conflict, &excluded);
        check_list(check, insert->onConflictClause->targetList);
        check_node(check, insert->onConflictClause->whereClause);
    }
}

static void check_changes(struct query_check *check, struct node_list targets) {
    for (size_t i = 0; i < targets.n; i++) {
        const struct ResTarget *target = node_if(ResTarget, targets.v[i]);

        if (target != NULL)
            check_expression(check, target->val);
        if (target != NULL)
            check_no_aggregate(check, target->val, "UPDATE");
    }
}

static void check_update(struct query_check *check, struct query_scope *scope,
                         const struct UpdateStmt *update) {
    const struct query_scope *outer = check->scope;

    scope->with = update->withClause;
    check->scope = scope;
    check_with(check, update->withClause);
    add_relation(check, scope, update->relation);
    for (size_t i = 0; i < update->fromClause.n; i++)
        add_source(check, scope, update->fromClause.v[i]);
    for (size_t i = 0; i < update->fromClause.n; i++) {
        check->scope = outer;
        check_source(check, scope, update->fromClause.v[i]);
    }
    check->scope = scope;
    check_changes(check, update->targetList);
    check_expression(check, update->whereClause);
    add_old_and_new(check, scope);
    check_returning(check, update->returningClause);
}

static void check_delete(struct query_check *check, struct query_scope *scope,
                         const struct DeleteStmt *delete) {
    scope->with = delete->withClause;
    check->scope = scope;
    check_with(check, delete->withClause);
    add_relation(check, scope, delete->relation);
    for (size_t i = 0; i < delete->usingClause.n; i++)
        add_source(check, scope, delete->usingClause.v[i]);
    if (node_if(CurrentOfExpr, delete->whereClause) == NULL)
        check_expression(check, delete->whereClause);
    add_old_and_new(check, scope);
    check_returning(check, delete->returningClause);
}

static void check_query(struct query_check *check, const struct node *query) {
    const struct query_scope *outer = check->scope;
    struct query_scope scope = {.outer = outer};

    if (query == NULL || check->work->stopped || check->depth > 100)
        return;
    check->depth++;
    if (query->kind == NODE_SelectStmt)
        check_select(check, &scope, node_as(SelectStmt, query));
    else if (query->kind == NODE_InsertStmt)
        check_insert(check, &scope, node_as(InsertStmt, query));
    else if (query->kind == NODE_UpdateStmt)
        check_update(check, &scope, node_as(UpdateStmt, query));
    else if (query->kind == NODE_DeleteStmt)
        check_delete(check, &scope, node_as(DeleteStmt, query));
    check->depth--;
    check->scope = outer;
}

/* In a function that is called, and in PL/pgSQL, a name may be an argument's or a variable's. */
static bool may_hold_variables(const struct effects_work *work) {
    const struct statement *statement = work->ops.n > 0 ? work->ops.v[0].statement : NULL;

    return work->calls > 0 || statement == NULL || statement->parent != NULL ||
           statement->ordinal == 0;
}

void effects_check_query(struct effects_work *work, const struct node *query,
                         const struct function *function) {
    struct query_scope scope = {.argued = function};
    struct query_check check = {.work = work, .scope = &scope, .creating = function};

    if (!work->stopped && !may_hold_variables(work))
        check_query(&check, query);
}

void effects_check_columns(struct effects_work *work, const struct relation *relation,
                           const struct node *expr) {
    struct query_scope scope = {0};
    struct query_check check = {.work = work, .scope = &scope};
    struct source source = {.name = relation->object.name,
                            .relation = relation->columns_known ? relation : NULL};

    vec_push(work->arena, &scope.sources, source);
    check_node(&check, expr);
}
