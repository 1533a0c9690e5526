/*
 * Queries: parse analysis and planning lock every relation in them, with the mode that it is used in
 * (parse_relation.c: parserOpenTable; plancat.c: inheritance is expanded when it is planned).
 */
#include "model/effects_query.h"
#include "model/uses.h"

#include <string.h>

#define READABLE                                                                                   \
    (TABLES | KIND(OBJ_FOREIGN_TABLE) | KIND(OBJ_VIEW) | KIND(OBJ_MATVIEW) | KIND(OBJ_SEQUENCE))

/* Names of WITH queries hide relations. */
struct with_names {
    const struct with_names *outer;
    const struct WithClause *with;
};

static void read_node(struct reading *reading, const struct node *node,
                      const struct with_names *with);

static bool is_with_name(const struct with_names *with, const struct RangeVar *relation) {
    if (relation->schemaname != NULL)
        return false;
    for (; with != NULL; with = with->outer)
        for (size_t i = 0; with->with != NULL && i < with->with->ctes.n; i++) {
            const struct CommonTableExpr *cte = node_if(CommonTableExpr, with->with->ctes.v[i]);

            if (cte != NULL && strcmp(cte->ctename, relation->relname) == 0)
                return true;
        }
    return false;
}

/* What is below is locked when it is planned: not by CREATE VIEW or FUNCTION. */
static void use_relation(struct reading *reading, const struct relation *relation, bool below,
                         enum lock_mode mode) {
    struct effects_work *work = reading->work;
    struct id_list all = {.n = 1, .v = &relation->object.id};

    if ((reading->planned || reading->locking != LOCK_NONE) && below)
        all = effects_all_below(work, relation);
    for (size_t i = 0; i < all.n; i++)
        effects_lock_id(work, all.v[i], mode);
    if ((reading->planned || reading->rewritten || reading->locking != LOCK_NONE) &&
        relation->object.kind == OBJ_VIEW)
        effects_read_view(reading, relation, mode);
}

const struct node *effects_stored_query(const struct relation *view) {
    const struct ViewStmt *definition = node_if(ViewStmt, view->definition);
    const struct CreateTableAsStmt *as = node_if(CreateTableAsStmt, view->definition);

    return definition != NULL ? definition->query : as != NULL ? as->query : NULL;
}

/* What a view reads; it may use a composite type, too. */
static const struct relation *used_relation(struct effects_work *work, const struct relation *view,
                                            size_t i) {
    const struct relation *one = schema_relation_by_id(work->schema, view->uses.v[i].id);

    return one != NULL && (KIND(one->object.kind) & READABLE) ? one : NULL;
}

const struct relation *effects_stored_relation(struct effects_work *work,
                                               const struct relation *view,
                                               const struct RangeVar *range) {
    const struct relation *last = NULL;
    size_t n = 0;

    for (size_t i = 0; i < view->uses.n; i++) {
        const struct relation *one = used_relation(work, view, i);

        if (one != NULL && strcmp(one->object.name, range->relname) == 0)
            return one;
        n += one != NULL && one != last;
        last = one != NULL ? one : last;
    }
    return n == 1 ? last : NULL;
}

/* The table that is written through a view: the only one in FROM. */
static const struct relation *base_of(struct effects_work *work, const struct relation *view) {
    const struct SelectStmt *select = node_if(SelectStmt, effects_stored_query(view));
    const struct RangeVar *range = select != NULL && select->fromClause.n == 1
                                       ? node_if(RangeVar, select->fromClause.v[0])
                                       : NULL;

    return range != NULL ? effects_stored_relation(work, view, range) : NULL;
}

/*
 * A view's query is put in its place: a table written through it is locked as if it were named, and
 * FOR UPDATE means all that it reads.
 */
void effects_read_view(struct reading *reading, const struct relation *view, enum lock_mode mode) {
    struct effects_work *work = reading->work;
    const struct relation *base = mode > LOCK_ROW_SHARE ? base_of(work, view) : NULL;
    bool outer = reading->stored;

    if (effects_stored_query(view) == NULL || reading->views >= 20)
        return;
    reading->views++;
    for (size_t i = 0; i < view->uses.n; i++) {
        const struct relation *one = used_relation(work, view, i);
        bool again = i > 0 && view->uses.v[i - 1].id == view->uses.v[i].id;

        if (one == NULL || again)
            continue;
        vec_push(work->arena, &reading->read, one);
        use_relation(reading, one, true,
                     reading->locking != LOCK_NONE ? reading->locking
                     : one == base                 ? mode
                     : mode == LOCK_ROW_SHARE      ? mode
                                                   : LOCK_ACCESS_SHARE);
    }
    reading->stored = true;
    read_node(reading, effects_stored_query(view), NULL);
    reading->stored = outer;
    reading->views--;
}

/* FOR UPDATE (CheckValidRowMarkRel) */
static void check_row_locks(struct effects_work *work, const struct relation *relation) {
    if (relation->object.kind == OBJ_MATVIEW)
        effects_fail(work, "42809", "cannot lock rows in materialized view \"%s\"",
                     relation->object.name);
    else if (relation->object.kind == OBJ_SEQUENCE)
        effects_fail(work, "42809", "cannot lock rows in sequence \"%s\"", relation->object.name);
}

void effects_use(struct reading *reading, const struct RangeVar *relation, enum lock_mode mode) {
    struct effects_work *work = reading->work;
    struct name name = {relation->schemaname, relation->relname};
    struct effect_target target;

    if (reading->stored)
        return;
    target = effects_find(work, name, false, "relation");
    if (reading->locking != LOCK_NONE)
        mode = reading->locking;
    if (!target.found)
        return;
    if (target.relation == NULL) {
        effects_lock_target(work, &target, OBJ_TABLE, mode);
        return;
    }
    if (mode == LOCK_ROW_SHARE && reading->planned)
        check_row_locks(work, target.relation);
    use_relation(reading, target.relation, relation->inh, mode);
    vec_push(work->arena, &reading->read, target.relation);
}

/* --- sequences that functions are called with --- */

static bool is_sequence_function(const char *name) {
    return name != NULL && (strcmp(name, "nextval") == 0 || strcmp(name, "setval") == 0 ||
                            strcmp(name, "currval") == 0);
}

/* pg_get_serial_sequence('t', 'c') */
static void use_owned_sequence(struct reading *reading, const struct node *node) {
    const struct FuncCall *call = node_if(FuncCall, node);
    const char *name = call != NULL ? node_list_last_string(call->funcname) : NULL;
    const struct A_Const *table =
        call != NULL && call->args.n == 2 ? node_if(A_Const, call->args.v[0]) : NULL;
    const struct A_Const *column = table != NULL ? node_if(A_Const, call->args.v[1]) : NULL;
    const struct relation *relation;
    const struct column *found;
    struct name table_name;

    if (name == NULL || strcmp(name, "pg_get_serial_sequence") != 0 || column == NULL ||
        table->sval == NULL || column->sval == NULL)
        return;
    table_name = regclass_name(reading->work->arena, table->sval->sval);
    relation = table_name.name != NULL ? schema_relation(reading->work->schema, table_name) : NULL;
    found = relation != NULL ? relation_column(relation, column->sval->sval) : NULL;
    if (found != NULL)
        effects_lock_id(reading->work, found->owned_sequence, LOCK_ROW_EXCLUSIVE);
}

static void use_sequence(struct reading *reading, const struct FuncCall *call) {
    const struct node *first = call->args.n > 0 ? call->args.v[0] : NULL;
    const struct TypeCast *cast = node_if(TypeCast, first);
    const struct A_Const *constant = node_if(A_Const, cast != NULL ? cast->arg : first);
    struct name name;

    if (!reading->executed || !is_sequence_function(node_list_last_string(call->funcname)))
        return;
    use_owned_sequence(reading, cast != NULL ? cast->arg : first);
    if (constant == NULL || constant->sval == NULL)
        return;
    name = regclass_name(reading->work->arena, constant->sval->sval);
    if (name.name == NULL)
        return;
    struct effect_target target = effects_find(reading->work, name, false, "relation");
    effects_lock_target(reading->work, &target, OBJ_SEQUENCE, LOCK_ROW_EXCLUSIVE);
}

static void use_function(struct reading *reading, const struct FuncCall *call) {
    size_t n = call->funcname.n;
    struct name name = {0};

    if (n > 0)
        name.name = node_string(call->funcname.v[n - 1]);
    if (n > 1)
        name.schema = node_string(call->funcname.v[n - 2]);
    if (reading->executed && name.name != NULL)
        effects_run_function(reading->work, name);
    use_sequence(reading, call);
}

/* --- the tree --- */

static void read_list(struct reading *reading, struct node_list list,
                      const struct with_names *with) {
    for (size_t i = 0; i < list.n; i++)
        read_node(reading, list.v[i], with);
}

static void read_with(struct reading *reading, const struct WithClause *with,
                      const struct with_names *names) {
    for (size_t i = 0; with != NULL && i < with->ctes.n; i++) {
        const struct CommonTableExpr *cte = node_if(CommonTableExpr, with->ctes.v[i]);

        if (cte != NULL)
            read_node(reading, cte->ctequery, names);
    }
}

/* FOR UPDATE and its like: ROW SHARE on the relations named, or on all of FROM. */
static enum lock_mode from_mode(const struct SelectStmt *select, const struct RangeVar *relation) {
    const char *called = relation->alias != NULL ? relation->alias->aliasname : relation->relname;

    for (size_t i = 0; i < select->lockingClause.n; i++) {
        const struct LockingClause *locking = node_if(LockingClause, select->lockingClause.v[i]);

        if (locking == NULL)
            continue;
        if (locking->lockedRels.n == 0)
            return LOCK_ROW_SHARE;
        for (size_t j = 0; j < locking->lockedRels.n; j++) {
            const struct RangeVar *locked = node_if(RangeVar, locking->lockedRels.v[j]);

            if (locked != NULL && strcmp(locked->relname, called) == 0)
                return LOCK_ROW_SHARE;
        }
    }
    return LOCK_ACCESS_SHARE;
}

static void read_from(struct reading *reading, const struct SelectStmt *select,
                      const struct with_names *with) {
    for (size_t i = 0; i < select->fromClause.n; i++) {
        const struct RangeVar *relation = node_if(RangeVar, select->fromClause.v[i]);

        if (relation != NULL && !is_with_name(with, relation))
            effects_use(reading, relation, from_mode(select, relation));
        else if (relation == NULL)
            read_node(reading, select->fromClause.v[i], with);
    }
}

static void read_select(struct reading *reading, const struct SelectStmt *select,
                        const struct with_names *outer) {
    struct with_names with = {outer, select->withClause};

    read_with(reading, select->withClause, &with);
    read_from(reading, select, &with);
    read_list(reading, select->targetList, &with);
    read_node(reading, select->whereClause, &with);
    read_list(reading, select->groupClause, &with);
    read_node(reading, select->havingClause, &with);
    read_list(reading, select->sortClause, &with);
    read_list(reading, select->valuesLists, &with);
    read_node(reading, select->limitCount, &with);
    read_node(reading, select->limitOffset, &with);
    if (select->larg != NULL)
        read_node(reading, &select->larg->tree_node, &with);
    if (select->rarg != NULL)
        read_node(reading, &select->rarg->tree_node, &with);
}

static void read_returning(struct reading *reading, const struct ReturningClause *clause,
                           const struct with_names *with) {
    if (clause != NULL)
        read_list(reading, clause->exprs, with);
}

static void read_insert(struct reading *reading, const struct InsertStmt *insert,
                        const struct with_names *outer) {
    struct with_names with = {outer, insert->withClause};
    struct RangeVar target = *insert->relation;

    target.inh = false; /* rows are routed when there are some */
    read_with(reading, insert->withClause, &with);
    effects_use(reading, &target, LOCK_ROW_EXCLUSIVE);
    read_node(reading, insert->selectStmt, &with);
    read_returning(reading, insert->returningClause, &with);
}

static void read_update(struct reading *reading, const struct UpdateStmt *update,
                        const struct with_names *outer) {
    struct with_names with = {outer, update->withClause};

    read_with(reading, update->withClause, &with);
    effects_use(reading, update->relation, LOCK_ROW_EXCLUSIVE);
    read_list(reading, update->fromClause, &with);
    read_list(reading, update->targetList, &with);
    read_node(reading, update->whereClause, &with);
    read_returning(reading, update->returningClause, &with);
}

static void read_delete(struct reading *reading, const struct DeleteStmt *delete,
                        const struct with_names *outer) {
    struct with_names with = {outer, delete->withClause};

    read_with(reading, delete->withClause, &with);
    effects_use(reading, delete->relation, LOCK_ROW_EXCLUSIVE);
    read_list(reading, delete->usingClause, &with);
    read_node(reading, delete->whereClause, &with);
    read_returning(reading, delete->returningClause, &with);
}

static void read_merge(struct reading *reading, const struct MergeStmt *merge,
                       const struct with_names *outer) {
    struct with_names with = {outer, merge->withClause};

    read_with(reading, merge->withClause, &with);
    effects_use(reading, merge->relation, LOCK_ROW_EXCLUSIVE);
    read_node(reading, merge->sourceRelation, &with);
    read_node(reading, merge->joinCondition, &with);
    read_list(reading, merge->mergeWhenClauses, &with);
}

struct below {
    struct reading *reading;
    const struct with_names *with;
    const struct node *top;
};

/* Whatever else holds queries: joins, subqueries, expressions. */
static bool visit_below(const struct node *node, void *context) {
    struct below *below = context;

    if (node == below->top)
        return true;
    switch (node->kind) {
    case NODE_SelectStmt:
    case NODE_InsertStmt:
    case NODE_UpdateStmt:
    case NODE_DeleteStmt:
    case NODE_MergeStmt:
    case NODE_RangeVar:
        read_node(below->reading, node, below->with);
        return false;
    case NODE_FuncCall:
        use_function(below->reading, node_as(FuncCall, node));
        return true;
    default:
        return true;
    }
}

static void read_below(struct reading *reading, const struct node *node,
                       const struct with_names *with) {
    struct below below = {reading, with, node};

    if (node->kind == NODE_FuncCall)
        use_function(reading, node_as(FuncCall, node));
    node_walk(reading->work->arena, node, visit_below, &below);
}

static void read_node(struct reading *reading, const struct node *node,
                      const struct with_names *with) {
    if (node == NULL || reading->depth > 200)
        return;
    reading->depth++;
    if (node->kind == NODE_SelectStmt)
        read_select(reading, node_as(SelectStmt, node), with);
    else if (node->kind == NODE_InsertStmt)
        read_insert(reading, node_as(InsertStmt, node), with);
    else if (node->kind == NODE_UpdateStmt)
        read_update(reading, node_as(UpdateStmt, node), with);
    else if (node->kind == NODE_DeleteStmt)
        read_delete(reading, node_as(DeleteStmt, node), with);
    else if (node->kind == NODE_MergeStmt)
        read_merge(reading, node_as(MergeStmt, node), with);
    else if (node->kind == NODE_CreateTableAsStmt) /* of EXPLAIN */
        read_node(reading, node_as(CreateTableAsStmt, node)->query, with);
    else if (node->kind != NODE_RangeVar)
        read_below(reading, node, with);
    else if (!is_with_name(with, node_as(RangeVar, node)))
        effects_use(reading, node_as(RangeVar, node), LOCK_ACCESS_SHARE);
    reading->depth--;
}

void effects_read(struct reading *reading, const struct node *node) {
    struct with_names around = {NULL, reading->with};

    read_node(reading, node, reading->with != NULL ? &around : NULL);
}

void effects_compute(struct effects_work *work, const struct node *expr) {
    struct reading reading = {.work = work, .planned = true, .executed = true};

    effects_read(&reading, expr);
}
