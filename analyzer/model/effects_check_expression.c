/*
 * Expressions outside of queries: what may stand in them hangs on what they are for (EXPR_KIND_...
 * of parse_expr.c, parse_agg.c and parse_func.c).
 */
#include "model/effects_check.h"

#include <string.h>

static const struct expression_words {
    const char *one, *many;
} words[] = {
    [EXPRESSION_CHECK] = {"check constraint", "check constraints"},
    [EXPRESSION_DEFAULT] = {"DEFAULT expression", "DEFAULT expressions"},
    [EXPRESSION_GENERATED] = {"column generation expression", "column generation expressions"},
    [EXPRESSION_INDEX] = {"index expression", "index expressions"},
    [EXPRESSION_PREDICATE] = {"index predicate", "index predicates"},
    [EXPRESSION_PARTITION_KEY] = {"partition key expression", "partition key expressions"},
    [EXPRESSION_USING] = {"transform expression", "transform expressions"},
    [EXPRESSION_BOUND] = {"partition bound", "partition bound"},
};

/* --- what stands in it --- */

struct expression_search {
    struct effects_work *work;
    bool subquery, column, aggregate, window, no_window, set;
    const char *system; /* a system column */
};

/* What all functions of the name are that take so many arguments; user's ones of the name: none. */
static int flags_of(struct effects_work *work, const struct FuncCall *call) {
    const char *name = node_list_last_string(call->funcname);
    struct catalog_functions all;
    const struct catalog_function *function;
    size_t own = 0;
    int flags = -1;

    if (name == NULL)
        return 0;
    schema_functions(work->schema, (struct name){NULL, name}, &own);
    all = catalog_function(name, call->agg_star ? 0 : (int)call->args.n, work->schema->target);
    while (own == 0 && (function = catalog_function_next(&all)) != NULL)
        flags &= function->flags;
    return flags == -1 ? 0 : flags;
}

static bool is_own_set(struct effects_work *work, const struct FuncCall *call) {
    const char *name = node_list_last_string(call->funcname);
    size_t n = 0;
    const struct function *const *own =
        name != NULL ? schema_functions(work->schema, (struct name){NULL, name}, &n) : NULL;

    return n == 1 && own[0]->result.setof;
}

static void note_call(struct expression_search *search, const struct FuncCall *call) {
    int flags = flags_of(search->work, call);

    search->window |= call->over != NULL;
    search->no_window |= call->over == NULL && (flags & CATALOG_WINDOW);
    search->aggregate |= call->over == NULL && (flags & CATALOG_AGGREGATE);
    search->set |= (flags & CATALOG_SETOF) != 0 || is_own_set(search->work, call);
}

static bool visit(const struct node *node, void *context) {
    struct expression_search *search = context;
    const struct ColumnRef *ref = node_if(ColumnRef, node);
    const char *name =
        ref != NULL && ref->fields.n > 0 ? node_string(ref->fields.v[ref->fields.n - 1]) : NULL;

    search->subquery |= node->kind == NODE_SubLink;
    search->column |= ref != NULL;
    if (name != NULL && effects_is_system_column(name) && strcmp(name, "tableoid") != 0)
        search->system = name;
    if (node->kind == NODE_FuncCall)
        note_call(search, node_as(FuncCall, node));
    return node->kind != NODE_SubLink;
}

static struct expression_search search_of(struct effects_work *work, const struct node *expr) {
    struct expression_search search = {.work = work};

    node_walk(work->arena, expr, visit, &search);
    return search;
}

bool effects_has_aggregate(struct effects_work *work, const struct node *expr) {
    return expr != NULL && search_of(work, expr).aggregate;
}

bool effects_has_subquery(struct effects_work *work, const struct node *expr) {
    return expr != NULL && search_of(work, expr).subquery;
}

/* check_agglevels_and_constraints, transformWindowFuncCall, check_srf_call_placement, transformSubLink */
static void check_parts(struct effects_work *work, const struct expression_search *search,
                        const struct expression_words *of) {
    if (search->subquery)
        effects_fail(work, "0A000", "cannot use subquery in %s", of->one);
    else if (search->window)
        effects_fail(work, "42P20", "window functions are not allowed in %s", of->many);
    else if (search->no_window)
        effects_fail(work, "42809", "a window function requires an OVER clause");
    else if (search->aggregate)
        effects_fail(work, "42803", "aggregate functions are not allowed in %s", of->many);
    else if (search->set)
        effects_fail(work, "0A000", "set-returning functions are not allowed in %s", of->many);
}

/* --- the columns that it names --- */

static bool is_whole_row(const struct relation *relation, const struct node *node) {
    const struct ColumnRef *ref = node_if(ColumnRef, node);
    const char *name = ref != NULL && ref->fields.n == 1 ? node_string(ref->fields.v[0]) : NULL;

    return name != NULL && relation->columns_known && relation_column(relation, name) == NULL &&
           strcmp(name, relation->object.name) == 0;
}

struct row_search {
    const struct relation *relation;
    bool found;
};

static bool visit_row(const struct node *node, void *context) {
    struct row_search *search = context;

    search->found |= is_whole_row(search->relation, node);
    return true;
}

static bool names_whole_row(struct effects_work *work, const struct relation *relation,
                            const struct node *expr) {
    struct row_search search = {relation, false};

    node_walk(work->arena, expr, visit_row, &search);
    return search.found;
}

static const char *generated_column(struct effects_work *work, const struct relation *relation,
                                    const struct node *expr) {
    for (size_t i = 0; i < relation->column_count; i++)
        if (relation->columns[i].generated != GENERATED_NOT &&
            expr_names_column(work->arena, expr, relation->columns[i].name))
            return relation->columns[i].name;
    return NULL;
}

/* scanNSItemForColumn; check_nested_generated_walker */
static void check_generation(struct effects_work *work, const struct relation *relation,
                             const struct node *expr, const char *system) {
    const char *generated = generated_column(work, relation, expr);

    if (system != NULL)
        effects_fail(work, "42P10",
                     "cannot use system column \"%s\" in column generation expression", system);
    else if (generated != NULL)
        effects_fail(work, "42P17",
                     "cannot use generated column \"%s\" in column generation expression",
                     generated);
    else if (names_whole_row(work, relation, expr))
        effects_fail(work, "42P17",
                     "cannot use whole-row variable in column generation expression");
}

/* ComputePartitionAttrs */
static void check_partition_key(struct effects_work *work, const struct relation *relation,
                                const struct node *expr, const char *system) {
    const char *generated = generated_column(work, relation, expr);

    if (system != NULL || expr_names_column(work->arena, expr, "tableoid"))
        effects_fail(work, "42P17",
                     "partition key expressions cannot contain system column references");
    else if (generated != NULL)
        effects_fail(work, "42P17", "cannot use generated column in partition key");
    else if (work->schema->target < 13 && names_whole_row(work, relation, expr))
        effects_fail(work, "42P17",
                     "partition key expressions cannot contain whole-row references");
}

static bool names_virtual(struct effects_work *work, const struct relation *relation,
                          const struct node *expr) {
    for (size_t i = 0; i < relation->column_count; i++)
        if (relation->columns[i].generated == GENERATED_VIRTUAL &&
            expr_names_column(work->arena, expr, relation->columns[i].name))
            return true;
    return false;
}

struct field_search {
    struct effects_work *work;
    const struct relation *relation;
};

/* (column).field: transformIndirection */
static bool visit_field(const struct node *node, void *context) {
    struct field_search *search = context;
    const struct A_Indirection *indirection = node_if(A_Indirection, node);
    const struct ColumnRef *ref = indirection != NULL ? node_if(ColumnRef, indirection->arg) : NULL;
    const char *name = ref != NULL && ref->fields.n == 1 ? node_string(ref->fields.v[0]) : NULL;
    const char *field = indirection != NULL && indirection->indirection.n > 0
                            ? node_string(indirection->indirection.v[0])
                            : NULL;
    const struct column *column = name != NULL ? relation_column(search->relation, name) : NULL;
    const struct relation *row =
        column != NULL ? schema_relation_by_id(search->work->schema,
                                               type_use_row(search->work->schema, &column->type))
                       : NULL;

    if (row != NULL && field != NULL && row->columns_known && relation_column(row, field) == NULL)
        effects_fail(search->work, "42703", "column \"%s\" not found in data type %s", field,
                     row->object.name);
    return node->kind != NODE_SubLink;
}

static void check_columns(struct effects_work *work, enum expression_kind kind,
                          const struct relation *relation, const struct node *expr,
                          const char *system) {
    struct field_search fields = {work, relation};

    effects_check_columns(work, relation, expr);
    if (!work->stopped)
        node_walk(work->arena, expr, visit_field, &fields);
    if (work->stopped)
        return;
    if (kind == EXPRESSION_GENERATED)
        check_generation(work, relation, expr, system);
    else if (kind == EXPRESSION_PARTITION_KEY)
        check_partition_key(work, relation, expr, system);
    else if (system != NULL && kind == EXPRESSION_CHECK)
        effects_fail(work, "42P10", "system column \"%s\" reference in check constraint is invalid",
                     system);
    else if ((kind == EXPRESSION_INDEX || kind == EXPRESSION_PREDICATE) &&
             names_virtual(work, relation, expr))
        effects_fail(work, "0A000", "indexes on virtual generated columns are not supported");
    else if (system != NULL && (kind == EXPRESSION_INDEX || kind == EXPRESSION_PREDICATE))
        effects_fail(work, "0A000", "index creation on system columns is not supported");
}

/* --- as a whole --- */

void effects_check_functions(struct effects_work *work, const struct expr_info *info) {
    if (info->missing == NULL || !effects_knows_all(work))
        return;
    effects_fail(work, "42883", "function %s does not exist", info->missing);
}

/* coerce_to_boolean */
static void check_boolean(struct effects_work *work, const struct type_use *type,
                          const char *clause) {
    const char *name = type_use_catalog_name(work->schema, type);

    if (name != NULL && strcmp(name, "bool") != 0 && strcmp(name, "unknown") != 0)
        effects_fail(work, "42804", "argument of %s must be type boolean, not type %s", clause,
                     type_use_text(work->arena, work->schema, type));
}

struct expr_info effects_check_expression(struct effects_work *work, enum expression_kind kind,
                                          const struct relation *relation,
                                          const struct node *expr) {
    struct expression_search search = search_of(work, expr);
    struct expr_scope scope = {.schema = work->schema, .relation = relation};
    struct expr_info info = {.volatility = VOLATILITY_UNKNOWN};

    if (kind == EXPRESSION_DEFAULT && search.column)
        effects_fail(work, "0A000", "cannot use column reference in DEFAULT expression");
    else if (kind == EXPRESSION_BOUND && search.column)
        effects_fail(work, "0A000", "cannot use column reference in partition bound expression");
    check_parts(work, &search, &words[kind]);
    if (relation != NULL && !work->stopped)
        check_columns(work, kind, relation, expr, search.system);
    if (work->stopped)
        return info;
    if (node_if(A_ArrayExpr, expr) != NULL && node_as(A_ArrayExpr, expr)->elements.n == 0)
        effects_fail(work, "42P18", "cannot determine type of empty array");
    info = expr_analyse(&scope, expr);
    effects_check_functions(work, &info);
    if (!work->stopped)
        effects_check_literals(work, relation, expr);
    if (kind == EXPRESSION_CHECK && !work->stopped)
        check_boolean(work, &info.type, "CHECK");
    else if (kind == EXPRESSION_PREDICATE && !work->stopped)
        check_boolean(work, &info.type, "WHERE");
    return info;
}
