/* Failures of CREATE VIEW (view.c), and of views that cannot be written through (rewriteHandler.c). */
#include "model/effects_check.h"
#include "model/query.h"

#include <string.h>

/* CREATE OR REPLACE: the columns that there are stay as they are (checkViewColumns). */

static struct type_use shown_type(const struct query_column *column) {
    if (column->type.name != NULL && strcmp(column->type.name, "unknown") == 0)
        return type_use_builtin("text"); /* a quoted literal */
    return column->type;
}

static bool same_collation(const char *a, const char *b) {
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static void check_column(struct effects_work *work, const struct column *old,
                         const struct query_column *new) {
    struct type_use type = shown_type(new);

    if (!type_use_known(work->schema, &old->type) || !type_use_known(work->schema, &type))
        return;
    if (type_use_same(&old->type, &type) == KNOWN_NO || !type_use_same_typmod(&old->type, &type))
        effects_fail(work, "42P16", "cannot change data type of view column \"%s\" from %s to %s",
                     old->name, type_use_text(work->arena, work->schema, &old->type),
                     type_use_text(work->arena, work->schema, &type));
    else if (work->schema->target >= 15 && type_use_catalog_name(work->schema, &type) != NULL &&
             !same_collation(old->collation, new->collation))
        effects_fail(work, "42P16", "cannot change collation of view column \"%s\"", old->name);
}

void effects_check_replaced(struct effects_work *work, const struct ViewStmt *view,
                            const struct relation *old) {
    struct query query = query_analyse(work->schema, view->query);

    if (!query.columns_known || !old->columns_known || query.columns.n < old->column_count)
        return;
    for (size_t i = 0; i < old->column_count && !work->stopped; i++)
        check_column(work, &old->columns[i], &query.columns.v[i]);
}

/* Views that can be written through (view_query_is_auto_updatable). */

static bool is_plain(const struct SelectStmt *select) {
    return select->larg == NULL && select->valuesLists.n == 0 && select->distinctClause.n == 0 &&
           select->groupClause.n == 0 && select->havingClause == NULL &&
           select->withClause == NULL && select->limitCount == NULL &&
           select->limitOffset == NULL && select->fromClause.n == 1 &&
           node_if(RangeVar, select->fromClause.v[0]) != NULL;
}

static bool is_aggregate(const struct effects_work *work, const struct FuncCall *call) {
    const char *name = node_list_last_string(call->funcname);
    struct catalog_functions all;
    const struct catalog_function *function;

    if (name == NULL)
        return false;
    all = catalog_function(name, call->agg_star ? 0 : (int)call->args.n, work->schema->target);
    function = catalog_function_next(&all);
    return function != NULL &&
           (function->flags & (CATALOG_AGGREGATE | CATALOG_WINDOW | CATALOG_SETOF)) != 0;
}

struct aggregate_search {
    const struct effects_work *work;
    bool found;
};

static bool visit(const struct node *node, void *context) {
    struct aggregate_search *search = context;
    const struct FuncCall *call = node_if(FuncCall, node);

    if (call != NULL && (call->over != NULL || is_aggregate(search->work, call)))
        search->found = true;
    return node->kind != NODE_SubLink;
}

static bool has_aggregate(struct effects_work *work, struct node_list targets) {
    struct aggregate_search search = {work, false};

    for (size_t i = 0; i < targets.n; i++)
        node_walk(work->arena, targets.v[i], visit, &search);
    return search.found;
}

static bool has_column(struct node_list targets) {
    for (size_t i = 0; i < targets.n; i++) {
        const struct ResTarget *target = node_if(ResTarget, targets.v[i]);

        if (target != NULL && node_if(ColumnRef, target->val) != NULL)
            return true;
    }
    return false;
}

static bool is_updatable(struct effects_work *work, const struct node *query, int depth);

/* Of what is not known, it is taken to be one. */
static bool is_base(struct effects_work *work, const struct RangeVar *range, int depth) {
    const struct relation *base =
        schema_relation(work->schema, (struct name){range->schemaname, range->relname});
    const struct ViewStmt *view = base != NULL ? node_if(ViewStmt, base->definition) : NULL;

    if (base == NULL || base->object.assumed)
        return true;
    if (base->object.kind == OBJ_VIEW)
        return view == NULL || effects_has_instead(base) ||
               is_updatable(work, view->query, depth + 1);
    return base->object.kind == OBJ_TABLE || base->object.kind == OBJ_PARTITIONED_TABLE ||
           base->object.kind == OBJ_FOREIGN_TABLE;
}

static bool is_updatable(struct effects_work *work, const struct node *query, int depth) {
    const struct SelectStmt *select = node_if(SelectStmt, query);

    return select == NULL || depth > 20 ||
           (is_plain(select) && has_column(select->targetList) &&
            !has_aggregate(work, select->targetList) &&
            is_base(work, node_as(RangeVar, select->fromClause.v[0]), depth));
}

bool effects_view_is_updatable(struct effects_work *work, const struct relation *view) {
    const struct ViewStmt *definition = node_if(ViewStmt, view->definition);

    return definition == NULL || is_updatable(work, definition->query, 0);
}

void effects_check_view_options(struct effects_work *work, struct node_list options,
                                const struct node *definition) {
    const struct ViewStmt *view = node_if(ViewStmt, definition);

    for (size_t i = 0; i < options.n && view != NULL; i++) {
        const struct DefElem *option = node_if(DefElem, options.v[i]);

        if (option != NULL && option->defname != NULL &&
            strcmp(option->defname, "check_option") == 0 && !is_updatable(work, view->query, 0))
            effects_fail(work, "0A000",
                         "WITH CHECK OPTION is supported only on automatically updatable views");
    }
}

/* DefineView */
void effects_check_view(struct effects_work *work, const struct ViewStmt *view) {
    const struct SelectStmt *select = node_if(SelectStmt, view->query);
    struct query query;

    if (work->stopped)
        return;
    if (select != NULL && select->intoClause != NULL)
        effects_fail(work, "0A000", "views must not contain SELECT INTO");
    effects_check_view_options(work, view->options, &view->tree_node);
    if (view->withCheckOption > NO_CHECK_OPTION && !is_updatable(work, view->query, 0))
        effects_fail(work, "0A000",
                     "WITH CHECK OPTION is supported only on automatically updatable views");
    query = query_analyse(work->schema, view->query);
    if (query.columns_known && view->aliases.n > query.columns.n)
        effects_fail(work, "42601", "CREATE VIEW specifies more column names than columns");
    effects_check_parameters(work, view->options, OBJ_VIEW, NULL, PARAMETERS_CHANGE);
}
