/* How many rows a statement is about, as far as its conditions tell: all, few, or nobody knows. */
#include "lint/reach.h"

#include <string.h>

/* --- sources --- */

static void settle(struct reach *reach) {
    bool changed = true;

    while (changed) {
        changed = false;
        for (size_t i = 0; i < reach->n; i++)
            if (!reach->sources[i].few && reach_settles(reach, &reach->sources[i]))
                changed = reach->sources[i].few = true;
    }
}

static void add_source(struct reach *reach, struct source source) {
    if (reach->n < REACH_SOURCES)
        reach->sources[reach->n++] = source;
    else
        reach->too_many = true;
}

static const struct node *with_query(const struct reach *reach, const char *name) {
    for (; reach; reach = reach->outer)
        for (size_t i = 0; reach->with && i < reach->with->ctes.n; i++) {
            const struct CommonTableExpr *query = node_if(CommonTableExpr, reach->with->ctes.v[i]);
            if (query && query->ctename && strcmp(query->ctename, name) == 0)
                return query->ctequery;
        }
    return NULL;
}

/* The server's own. */
static bool is_catalogue(const struct relation *relation, struct name name) {
    if (name.schema)
        return strcmp(name.schema, "pg_catalog") == 0 ||
               strcmp(name.schema, "information_schema") == 0;
    return !relation && strncmp(name.name, "pg_", 3) == 0;
}

static bool is_small(const struct rule_context *context, const struct relation *relation,
                     struct name name) {
    if (is_catalogue(relation, name))
        return true;
    if (relation &&
        (relation->object.temporary || object_is_new(&context->schema, &relation->object)))
        return true;
    return context_option_names(context, "small_tables", name);
}

static void add_table(struct reach *reach, const struct RangeVar *table, bool is_target) {
    struct name name = {table->schemaname, table->relname};
    const struct node *query = name.schema || is_target ? NULL : with_query(reach, name.name);
    struct source source = {.name = table->alias ? table->alias->aliasname : name.name};

    if (query) {
        source.few = reach_query_is_few(reach, query);
    } else {
        source.relation = schema_relation(&reach->context->schema, name);
        source.few = !is_target && is_small(reach->context, source.relation, name);
    }
    add_source(reach, source);
}

static void add_condition(struct reach *reach, const struct node *condition) {
    if (condition)
        vec_push(reach->context->arena, &reach->conditions, condition);
}

static void add_item(struct reach *reach, const struct node *item) {
    const struct RangeVar *table = node_if(RangeVar, item);
    const struct RangeSubselect *query = node_if(RangeSubselect, item);
    const struct RangeFunction *function = node_if(RangeFunction, item);
    const struct Alias *alias = query ? query->alias : function ? function->alias : NULL;

    if (table)
        add_table(reach, table, false);
    else
        add_source(reach,
                   (struct source){.name = alias ? alias->aliasname : NULL,
                                   .few = function ||
                                          (query && reach_query_is_few(reach, query->subquery))});
}

/* A chain of joins hangs on the left; on the right it may nest as well. */
static void add_join(struct reach *reach, const struct node *item, unsigned depth) {
    const struct JoinExpr *join;

    while ((join = node_if(JoinExpr, item))) {
        add_condition(reach, join->quals);
        if (depth < REACH_DEPTH)
            add_join(reach, join->rarg, depth + 1);
        else
            reach->too_many = true;
        item = join->larg;
    }
    if (item)
        add_item(reach, item);
}

static void add_items(struct reach *reach, struct node_list items) {
    for (size_t i = 0; i < items.n; i++)
        add_join(reach, items.v[i], 0);
}

static bool all_are_few(const struct reach *reach) {
    for (size_t i = 0; i < reach->n; i++)
        if (!reach->sources[i].few)
            return false;
    return !reach->too_many;
}

/* --- queries --- */

static bool is_limited(const struct SelectStmt *select) {
    const struct A_Const *limit = node_if(A_Const, select->limitCount);

    return select->limitCount && !(limit && limit->isnull);
}

static struct reach inside(const struct reach *outer, const struct WithClause *with) {
    return (struct reach){.context = outer->context,
                          .outer = outer,
                          .with = with,
                          .in_code = outer->in_code,
                          .depth = outer->depth + 1,
                          .budget = outer->budget};
}

static bool plain_query_is_few(const struct reach *outer, const struct SelectStmt *select) {
    struct reach reach = inside(outer, select->withClause);

    if (select->valuesLists.n || is_limited(select) || !select->fromClause.n)
        return true;
    add_items(&reach, select->fromClause);
    add_condition(&reach, select->whereClause);
    settle(&reach);
    return all_are_few(&reach);
}

/* Whether it gives few rows. Of a WITH query that changes rows, those are a matter of its own. */
bool reach_query_is_few(const struct reach *outer, const struct node *query) {
    const struct SelectStmt *select = node_if(SelectStmt, query);

    if (outer->depth > REACH_DEPTH || *outer->budget == 0)
        return false;
    --*outer->budget;
    for (; select && select->larg; select = select->larg) {
        struct reach inner = inside(outer, select->withClause);
        if (is_limited(select))
            return true;
        if (!reach_query_is_few(&inner, &select->rarg->tree_node))
            return false;
    }
    return !select || plain_query_is_few(outer, select);
}

/* --- statements --- */

static enum rule_reach of_condition(struct reach *reach, struct name target,
                                    const struct node *where) {
    if (is_catalogue(reach->sources[0].relation, target))
        return REACH_FEW;
    if (!where || reach_always(reach, where))
        return REACH_ALL;
    if (reach_never(where))
        return REACH_FEW;
    add_condition(reach, where);
    settle(reach);
    return reach->sources[0].few ? REACH_FEW : REACH_SOME;
}

static enum rule_reach of_insert(struct reach *reach, const struct InsertStmt *insert) {
    reach->with = insert->withClause;
    return !insert->selectStmt || reach_query_is_few(reach, insert->selectStmt) ? REACH_FEW
                                                                                : REACH_SOME;
}

static enum rule_reach of_merge(struct reach *reach, const struct MergeStmt *merge) {
    reach->with = merge->withClause;
    add_item(reach, merge->sourceRelation);
    return all_are_few(reach) ? REACH_FEW : REACH_SOME;
}

/* SELECT, CREATE TABLE AS and the like. */
static enum rule_reach of_query(const struct reach *reach, const struct node *stmt) {
    const struct CreateTableAsStmt *create = node_if(CreateTableAsStmt, stmt);
    const struct RefreshMatViewStmt *refresh = node_if(RefreshMatViewStmt, stmt);

    if (refresh)
        return refresh->skipData ? REACH_FEW : REACH_SOME;
    if (create && create->into && create->into->skipData)
        return REACH_FEW;
    return reach_query_is_few(reach, create ? create->query : stmt) ? REACH_FEW : REACH_SOME;
}

enum rule_reach rule_reach(const struct rule_context *context, const struct op *op) {
    unsigned budget = REACH_QUERIES;
    struct reach reach = {
        .context = context, .in_code = op->statement->parent != NULL, .budget = &budget};
    const struct UpdateStmt *update = node_if(UpdateStmt, op->node);
    const struct DeleteStmt *delete = node_if(DeleteStmt, op->node);

    if (node_if(InsertStmt, op->node))
        return of_insert(&reach, node_as(InsertStmt, op->node));
    if (node_if(MergeStmt, op->node))
        return of_merge(&reach, node_as(MergeStmt, op->node));
    if (!update && !delete)
        return of_query(&reach, op->node);
    reach.with = update ? update->withClause : delete->withClause;
    add_table(&reach, update ? update->relation : delete->relation, true);
    add_items(&reach, update ? update->fromClause : delete->usingClause);
    return of_condition(&reach, op->target, update ? update->whereClause : delete->whereClause);
}

static const char *key_column(const struct relation *table) {
    const struct constraint *key = table ? relation_primary_key(table) : NULL;

    return key && key->columns.n == 1 ? key->columns.v[0] : "id";
}

const char *rule_key_column(struct rule_context *context, const struct op *op) {
    return rule_ident(context, key_column(rule_target(context, op)));
}

const char *rule_key_range(struct rule_context *context, const struct op *op) {
    const struct relation *table = rule_target(context, op);
    const char *key = rule_key_column(context, op);

    return rule_printf(context,
                       reach_ranges_are_narrow(table, key_column(table)) ? "%s > 0 AND %s <= 1000"
                                                                         : "%s > ... AND %s <= ...",
                       key, key);
}
