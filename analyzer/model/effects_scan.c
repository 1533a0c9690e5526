/*
 * Which tables a query reads from end to end. That is the planner's choice, but where no index can
 * give what is asked for it has none: only such queries are told for certain.
 */
#include "model/effects_check.h"
#include "model/effects_query.h"

#include <string.h>

struct wanted {
    VEC(const char *) columns;
    bool all;     /* * */
    bool unclear; /* rows of something else, or what runs besides */
};

struct collect {
    struct arena *arena;
    struct wanted *wanted;
};

static bool visit(const struct node *node, void *context) {
    struct collect *collect = context;
    const struct ColumnRef *ref = node_if(ColumnRef, node);
    const struct node *last =
        ref != NULL && ref->fields.n > 0 ? ref->fields.v[ref->fields.n - 1] : NULL;

    if (node->kind == NODE_SubLink || node->kind == NODE_CurrentOfExpr)
        collect->wanted->unclear = true;
    else if (last != NULL && last->kind == NODE_A_Star)
        collect->wanted->all = true;
    else if (last != NULL && node_string(last) != NULL)
        vec_push(collect->arena, &collect->wanted->columns, node_string(last));
    return node->kind != NODE_SubLink;
}

static void want(struct effects_work *work, struct wanted *wanted, const struct node *node) {
    struct collect collect = {work->arena, wanted};

    if (node != NULL)
        node_walk(work->arena, node, visit, &collect);
}

static void want_list(struct effects_work *work, struct wanted *wanted, struct node_list list) {
    for (size_t i = 0; i < list.n; i++)
        want(work, wanted, list.v[i]);
}

static bool wants(const struct wanted *wanted, const char *name) {
    for (size_t i = 0; i < wanted->columns.n; i++)
        if (strcmp(wanted->columns.v[i], name) == 0)
            return true;
    return false;
}

static bool index_holds(const struct relation *index, const char *name) {
    for (size_t i = 0; i < index->index_column_count; i++)
        if (index->index_columns[i].column != NULL &&
            strcmp(index->index_columns[i].column, name) == 0)
            return true;
    return false;
}

/* An index-only scan may do: the whole row is never in an index. */
static bool index_covers(const struct relation *index, const struct wanted *wanted) {
    if (wanted->all)
        return false;
    for (size_t i = 0; i < wanted->columns.n; i++)
        if (!index_holds(index, wanted->columns.v[i]))
            return false;
    return true;
}

/* It may find or order rows by one of the columns. */
static bool index_helps(struct effects_work *work, const struct relation *index,
                        const struct wanted *found) {
    struct wanted own = {0};

    for (size_t i = 0; i < index->index_column_count; i++)
        if (index->index_columns[i].column != NULL && wants(found, index->index_columns[i].column))
            return true;
    for (size_t i = 0; i < index->index_column_count; i++)
        want(work, &own, index->index_columns[i].expr);
    want(work, &own, index->predicate);
    for (size_t i = 0; i < own.columns.n; i++)
        if (wants(found, own.columns.v[i]))
            return true;
    return false;
}

static bool has_system_column(const struct wanted *wanted) {
    return wants(wanted, "ctid") || wants(wanted, "tableoid") || wants(wanted, "xmin");
}

/* What one query asks of one table. */
struct request {
    struct wanted shown; /* all that is used of a row */
    struct wanted found; /* what rows are chosen or ordered by */
    bool changes;        /* they are updated or deleted: an index alone is not enough */
    bool whole;          /* no row is left out, whether by the table or by an index */
};

/* Whether the table can only be read from end to end. */
static bool must_read_all(struct effects_work *work, const struct relation *table,
                          const struct request *request) {
    if (request->shown.unclear || request->found.unclear || has_system_column(&request->found) ||
        table->object.assumed)
        return false;
    for (size_t i = 0; i < table->indexes.n; i++) {
        const struct relation *index = effects_relation(work, table->indexes.v[i]);

        if (index != NULL && (index_helps(work, index, &request->found) ||
                              (!request->changes && index_covers(index, &request->shown))))
            return false;
    }
    return true;
}

/* Partitions may be left out that cannot hold such rows. */
static bool may_prune(const struct relation *table, const struct request *request) {
    for (size_t i = 0; i < request->found.columns.n; i++) {
        const struct PartitionSpec *spec = node_if(PartitionSpec, table->partition_spec);

        for (size_t j = 0; spec != NULL && j < spec->partParams.n; j++) {
            const struct PartitionElem *elem = node_if(PartitionElem, spec->partParams.v[j]);

            if (elem == NULL || elem->name == NULL ||
                strcmp(elem->name, request->found.columns.v[i]) == 0)
                return true;
        }
    }
    return false;
}

static bool has_rows(const struct relation *relation) {
    return relation->object.kind == OBJ_TABLE || relation->object.kind == OBJ_MATVIEW;
}

static bool scan_table(struct effects_work *work, const struct relation *table, bool below,
                       const struct request *request) {
    struct id_list all = {.n = 1, .v = &table->object.id};
    bool certain = true;

    if (below)
        all = effects_all_below(work, table);
    for (size_t i = 0; i < all.n; i++) {
        const struct relation *one = effects_relation(work, all.v[i]);

        if (one->object.kind == OBJ_PARTITIONED_TABLE && may_prune(one, request))
            return false;
        if (one->object.kind == OBJ_FOREIGN_TABLE)
            certain = false;
    }
    for (size_t i = 0; i < all.n; i++) {
        const struct relation *one = effects_relation(work, all.v[i]);
        bool all_of_it;

        if (!has_rows(one))
            continue;
        all_of_it = must_read_all(work, one, request);
        certain &= all_of_it;
        if (all_of_it || request->whole)
            effects_scan(work, one);
    }
    return certain;
}

/* Where a query stands: its own, or that of a view. */
struct place {
    const struct relation *view; /* whose query it is; NULL: none's */
    int depth;
};

static bool scan_query(struct effects_work *work, const struct node *query,
                       const struct place *place);

static const struct relation *named(struct effects_work *work, const struct place *place,
                                    const struct RangeVar *range) {
    struct name name = {range->schemaname, range->relname};

    return place->view != NULL ? effects_stored_relation(work, place->view, range)
                               : schema_relation(work->schema, name);
}

/* SELECT * FROM view: the view's query as it stands. */
static bool is_all_of(const struct SelectStmt *select) {
    const struct ResTarget *target =
        select->targetList.n == 1 ? node_if(ResTarget, select->targetList.v[0]) : NULL;
    const struct ColumnRef *ref = target != NULL ? node_if(ColumnRef, target->val) : NULL;

    return ref != NULL && ref->fields.n == 1 && ref->fields.v[0]->kind == NODE_A_Star &&
           select->whereClause == NULL && select->groupClause.n == 0 && select->sortClause.n == 0 &&
           select->distinctClause.n == 0;
}

static bool scan_from(struct effects_work *work, const struct SelectStmt *select,
                      const struct RangeVar *range, const struct place *place) {
    const struct relation *relation = named(work, place, range);
    struct place below = {relation, place->depth + 1};
    struct request request = {0};

    if (relation == NULL)
        return effects_is_catalog(work->schema, (struct name){range->schemaname, range->relname});
    if (relation->object.kind == OBJ_VIEW)
        return is_all_of(select) && effects_stored_query(relation) != NULL &&
               scan_query(work, effects_stored_query(relation), &below);
    request.whole = select->whereClause == NULL;
    want_list(work, &request.found, select->groupClause);
    want_list(work, &request.found, select->sortClause);
    want_list(work, &request.found, select->distinctClause);
    if (select->distinctClause.n > 0)
        want_list(work, &request.found, select->targetList);
    want(work, &request.found, select->whereClause);
    want_list(work, &request.shown, select->targetList);
    want(work, &request.shown, select->whereClause);
    want(work, &request.shown, select->havingClause);
    want_list(work, &request.shown, select->groupClause);
    want_list(work, &request.shown, select->sortClause);
    return scan_table(work, relation, range->inh, &request);
}

/* A SELECT without FROM, whose functions are looked into elsewhere. */
static bool reads_nothing(struct effects_work *work, const struct SelectStmt *select) {
    struct wanted wanted = {0};

    want_list(work, &wanted, select->targetList);
    want_list(work, &wanted, select->valuesLists);
    want(work, &wanted, select->whereClause);
    return !wanted.unclear;
}

static bool is_equality(const struct node *where) {
    const struct A_Expr *expr = node_if(A_Expr, where);
    const char *op = expr != NULL ? node_list_last_string(expr->name) : NULL;

    return op != NULL && expr->kind == AEXPR_OP && strcmp(op, "=") == 0 &&
           node_if(ColumnRef, expr->lexpr) != NULL && node_if(A_Const, expr->rexpr) != NULL;
}

/* WHERE id = 1: one row, by the index. */
static bool reads_one(struct effects_work *work, const struct relation *table,
                      const struct node *where) {
    const char *column;

    if (table == NULL || !is_equality(where))
        return false;
    column = node_list_last_string(node_as(ColumnRef, node_as(A_Expr, where)->lexpr)->fields);
    for (size_t i = 0; i < table->indexes.n; i++) {
        const struct relation *index = effects_relation(work, table->indexes.v[i]);

        if (index != NULL && index->unique && index->index_key_count == 1 &&
            index->predicate == NULL && index_holds(index, column))
            return true;
    }
    return false;
}

static bool scan_select(struct effects_work *work, const struct SelectStmt *select,
                        const struct place *place) {
    struct place below = {place->view, place->depth + 1};
    const struct RangeVar *range =
        select->fromClause.n == 1 ? node_if(RangeVar, select->fromClause.v[0]) : NULL;
    bool left, right;

    if (select->withClause != NULL || select->limitCount != NULL || select->limitOffset != NULL)
        return false;
    if (select->larg != NULL) {
        left = scan_query(work, &select->larg->tree_node, &below);
        right = scan_query(work, &select->rarg->tree_node, &below);
        return left && right;
    }
    if (select->fromClause.n == 0)
        return reads_nothing(work, select);
    if (range == NULL)
        return false;
    return reads_one(work, named(work, place, range), select->whereClause) ||
           scan_from(work, select, range, place);
}

static bool scan_changed(struct effects_work *work, const struct RangeVar *range,
                         const struct node *where, struct node_list values) {
    const struct relation *table =
        schema_relation(work->schema, (struct name){range->schemaname, range->relname});
    struct request request = {.changes = true, .whole = where == NULL};

    if (table == NULL || table->object.kind == OBJ_VIEW)
        return false;
    if (reads_one(work, table, where))
        return true;
    want(work, &request.found, where);
    want_list(work, &request.shown, values);
    if (request.shown.unclear) { /* a subquery in SET: what else it reads is not told */
        request.shown.unclear = false;
        scan_table(work, table, range->inh, &request);
        return false;
    }
    return scan_table(work, table, range->inh, &request);
}

static bool scan_query(struct effects_work *work, const struct node *query,
                       const struct place *place) {
    struct place below = {place->view, place->depth + 1};
    const struct InsertStmt *insert = node_if(InsertStmt, query);
    const struct UpdateStmt *update = node_if(UpdateStmt, query);
    const struct DeleteStmt *delete = node_if(DeleteStmt, query);

    if (query == NULL)
        return true;
    if (place->depth > 20)
        return false;
    if (node_if(SelectStmt, query) != NULL)
        return scan_select(work, node_as(SelectStmt, query), place);
    if (insert != NULL)
        return insert->withClause == NULL && scan_query(work, insert->selectStmt, &below);
    if (update != NULL)
        return update->withClause == NULL && update->fromClause.n == 0 &&
               scan_changed(work, update->relation, update->whereClause, update->targetList);
    if (delete != NULL)
        return delete->withClause == NULL && delete->usingClause.n == 0 &&
               scan_changed(work, delete->relation, delete->whereClause, (struct node_list){0});
    return false;
}

/* What cannot be read when the query runs. */
static void check_read(struct reading *reading, const struct relation *relation) {
    if (relation->object.kind == OBJ_FOREIGN_TABLE)
        effects_check_handler(reading->work, relation);
    else if (relation->object.kind == OBJ_MATVIEW && relation->not_populated && reading->executed)
        effects_fail(reading->work, "55000", "materialized view \"%s\" has not been populated",
                     relation->object.name);
}

static void scan(struct reading *reading, const struct node *query, const struct place *place) {
    struct effects_work *work = reading->work;

    for (size_t i = 0; i < reading->read.n && !work->stopped; i++)
        check_read(reading, reading->read.v[i]);
    if (!work->stopped && reading->read.n > 0 && !scan_query(work, query, place))
        effects_unknown(work, "how the planner reads the tables");
}

void effects_scan_query(struct reading *reading, const struct node *query) {
    struct place place = {0};

    scan(reading, query, &place);
}

void effects_scan_view(struct reading *reading, const struct relation *view) {
    struct place place = {.view = view};

    scan(reading, effects_stored_query(view), &place);
}
