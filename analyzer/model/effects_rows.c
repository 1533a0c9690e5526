/* INSERT, UPDATE, DELETE, MERGE, COPY, SELECT, and statements that hold queries. */
#include "model/effects_apply.h"
#include "model/effects_check.h"
#include "model/effects_query.h"

#include <string.h>

/* --- what is read from end to end: the planner's choice, but for the plainest queries --- */

static bool reads_all(const struct node *node) {
    const struct SelectStmt *select = node_if(SelectStmt, node);
    const struct UpdateStmt *update = node_if(UpdateStmt, node);
    const struct DeleteStmt *delete = node_if(DeleteStmt, node);

    if (select != NULL)
        return select->fromClause.n == 1 && node_if(RangeVar, select->fromClause.v[0]) != NULL &&
               select->whereClause == NULL && select->sortClause.n == 0 &&
               select->limitCount == NULL && select->larg == NULL;
    if (update != NULL)
        return update->whereClause == NULL && update->fromClause.n == 0;
    return delete != NULL && delete->whereClause == NULL && delete->usingClause.n == 0;
}

static const char *equals_constant(const struct node *where) {
    const struct A_Expr *expr = node_if(A_Expr, where);
    const struct ColumnRef *ref = expr != NULL ? node_if(ColumnRef, expr->lexpr) : NULL;
    const char *op = expr != NULL ? node_list_last_string(expr->name) : NULL;

    if (ref == NULL || op == NULL || strcmp(op, "=") != 0 || expr->kind != AEXPR_OP ||
        node_if(A_Const, expr->rexpr) == NULL)
        return NULL;
    return node_list_last_string(ref->fields);
}

static bool has_unique_index(struct effects_work *work, const struct relation *table,
                             const char *column) {
    for (size_t i = 0; i < table->indexes.n; i++) {
        const struct relation *index = effects_relation(work, table->indexes.v[i]);

        if (index != NULL && index->unique && index->index_key_count == 1 &&
            index->predicate == NULL && index->index_columns[0].column != NULL &&
            strcmp(index->index_columns[0].column, column) == 0)
            return true;
    }
    return false;
}

/* WHERE id = 1: one row, by the index. */
static bool reads_one(struct reading *reading, const struct node *node) {
    const struct UpdateStmt *update = node_if(UpdateStmt, node);
    const struct DeleteStmt *delete = node_if(DeleteStmt, node);
    const struct SelectStmt *select = node_if(SelectStmt, node);
    const char *column = equals_constant(update != NULL   ? update->whereClause
                                         : delete != NULL ? delete->whereClause
                                         : select != NULL ? select->whereClause
                                                          : NULL);

    return column != NULL && reading->read.n == 1 &&
           has_unique_index(reading->work, reading->read.v[0], column);
}

static bool is_values(const struct node *node) {
    const struct InsertStmt *insert = node_if(InsertStmt, node);
    const struct SelectStmt *select =
        insert != NULL ? node_if(SelectStmt, insert->selectStmt) : NULL;

    return insert != NULL && (select == NULL || select->valuesLists.n > 0);
}

static void scan_stored(struct effects_work *work, const struct relation *relation) {
    struct id_list all = effects_all_below(work, relation);

    for (size_t i = 0; i < all.n; i++) {
        const struct relation *one = effects_relation(work, all.v[i]);

        if (one->object.kind == OBJ_TABLE || one->object.kind == OBJ_MATVIEW)
            effects_scan(work, one);
    }
}

static const struct node *query_of_rows(const struct node *node) {
    const struct InsertStmt *insert = node_if(InsertStmt, node);

    return insert != NULL ? insert->selectStmt : node;
}

/* What cannot be read when the query runs. */
static void check_read(struct reading *reading) {
    for (size_t i = 0; i < reading->read.n; i++) {
        const struct relation *relation = reading->read.v[i];

        if (relation->object.kind == OBJ_FOREIGN_TABLE)
            effects_check_handler(reading->work, relation);
        else if (relation->object.kind == OBJ_MATVIEW && relation->not_populated &&
                 reading->executed)
            effects_fail(reading->work, "55000", "materialized view \"%s\" has not been populated",
                         relation->object.name);
    }
}

static void scans(struct reading *reading, const struct node *node) {
    struct effects_work *work = reading->work;

    check_read(reading);

    if (reading->read.n == 0 || is_values(node) || reads_one(reading, node))
        return;
    if (reads_all(query_of_rows(node)))
        for (size_t i = node->kind == NODE_InsertStmt ? 1 : 0; i < reading->read.n; i++)
            scan_stored(work, reading->read.v[i]);
    effects_unknown(work, "how the planner reads the tables");
}

/* --- foreign keys, checked as rows change (ri_triggers.c) --- */

static bool names_any(const struct name_list *columns, struct node_list targets) {
    for (size_t i = 0; i < targets.n; i++) {
        const struct ResTarget *target = node_if(ResTarget, targets.v[i]);

        for (size_t j = 0; target != NULL && target->name != NULL && j < columns->n; j++)
            if (strcmp(columns->v[j], target->name) == 0)
                return true;
    }
    return false;
}

/* New values must be found in the referenced tables: SELECT ... FOR KEY SHARE. */
static void check_own_keys(struct effects_work *work, const struct relation *relation,
                           const struct node *node) {
    const struct UpdateStmt *update = node_if(UpdateStmt, node);

    for (size_t i = 0; i < relation->constraint_count; i++) {
        const struct constraint *key = relation->constraints[i];
        bool touched = update == NULL || names_any(&key->columns, update->targetList);

        if (key->kind == CONSTRAINT_FOREIGN_KEY && key->enforced && touched)
            effects_lock_id(work, key->references, LOCK_ROW_SHARE);
    }
}

static enum lock_mode action_lock(const struct constraint *key, bool delete) {
    char action = 'a';

    if (key->def != NULL)
        action = delete ? key->def->fk_del_action : key->def->fk_upd_action;
    return action == 'a' || action == 'r' || action == '\0' ? LOCK_ROW_SHARE : LOCK_ROW_EXCLUSIVE;
}

/* The referencing rows are looked for by an index, or by reading all. */
static bool has_index_for(struct effects_work *work, const struct relation *from,
                          const struct constraint *key) {
    for (size_t i = 0; key->columns.n > 0 && i < from->indexes.n; i++) {
        const struct relation *index = effects_relation(work, from->indexes.v[i]);

        if (index != NULL && index->index_key_count > 0 && index->predicate == NULL &&
            index->index_columns[0].column != NULL &&
            strcmp(index->index_columns[0].column, key->columns.v[0]) == 0)
            return true;
    }
    return false;
}

static void check_keys_of(struct effects_work *work, const struct relation *relation,
                          const struct relation *from, const struct node *node) {
    const struct UpdateStmt *update = node_if(UpdateStmt, node);

    for (size_t i = 0; from != NULL && i < from->constraint_count; i++) {
        const struct constraint *key = from->constraints[i];

        if (key->kind != CONSTRAINT_FOREIGN_KEY || !key->enforced ||
            key->references != relation->object.id ||
            (update != NULL && !names_any(&key->reference_columns, update->targetList)))
            continue;
        effects_lock(work, from, action_lock(key, update == NULL));
        if (!has_index_for(work, from, key)) {
            scan_stored(work, from);
            effects_unknown(work, "how the planner reads the tables");
        }
    }
}

static void check_keys(struct effects_work *work, const struct relation *relation,
                       const struct node *node) {
    if (relation->rows == ROWS_EMPTY && node->kind != NODE_InsertStmt)
        return;
    if (node->kind == NODE_InsertStmt || node->kind == NODE_UpdateStmt)
        check_own_keys(work, relation, node);
    if (node->kind != NODE_UpdateStmt && node->kind != NODE_DeleteStmt)
        return;
    for (size_t i = 0; i < relation->referenced_by.n; i++)
        check_keys_of(work, relation, effects_relation(work, relation->referenced_by.v[i]), node);
}

/* --- INSERT --- */

static bool is_given(const struct InsertStmt *insert, const struct relation *relation,
                     size_t column) {
    const struct SelectStmt *select = node_if(SelectStmt, insert->selectStmt);
    const struct List *first = select != NULL && select->valuesLists.n > 0
                                   ? node_if(List, select->valuesLists.v[0])
                                   : NULL;

    for (size_t i = 0; i < insert->cols.n; i++) {
        const struct ResTarget *target = node_if(ResTarget, insert->cols.v[i]);

        if (target != NULL && strcmp(target->name, relation->columns[column].name) == 0)
            return true;
    }
    if (insert->cols.n > 0 || select == NULL)
        return false;
    return first == NULL || column < first->items.n;
}

/* Sequences that columns left out take their values from. */
static void use_sequences(struct effects_work *work, const struct InsertStmt *insert,
                          const struct relation *relation) {
    for (size_t i = 0; i < relation->column_count; i++)
        if (relation->columns[i].owned_sequence != 0 && !is_given(insert, relation, i))
            effects_lock_id(work, relation->columns[i].owned_sequence, LOCK_ROW_EXCLUSIVE);
}

/* Rows of a partitioned table go to partitions that are locked one by one as they are hit. */
static void route(struct effects_work *work, const struct relation *relation) {
    if (relation->object.kind == OBJ_PARTITIONED_TABLE && relation->children.n > 0)
        effects_unknown(work, "which partitions of %s the rows go to", relation->object.name);
}

/* A partition's bound is read from its parent when a row is tested (generate_partition_qual). */
static void lock_ancestors(struct effects_work *work, const struct relation *relation) {
    while (relation != NULL && relation->partition_bound != NULL && relation->parents.n > 0) {
        relation = effects_relation(work, relation->parents.v[0]);
        effects_lock(work, relation, LOCK_ACCESS_SHARE);
    }
}

void effect_of_rows(struct effects_work *work, const struct op *op, const struct effect_row *row) {
    struct reading reading = {.work = work, .planned = true, .executed = true};
    const struct relation *relation;

    (void)row;
    effects_read(&reading, op->node);
    effects_check_query(work, op->node, NULL);
    effects_check_rows(work, op);
    relation = schema_relation(work->schema, op->target);
    scans(&reading, op->node);
    if (relation == NULL)
        return;
    check_keys(work, relation, op->node);
    if (op->kind == OP_INSERT) {
        use_sequences(work, node_as(InsertStmt, op->node), relation);
        route(work, relation);
    }
    if (op->kind != OP_DELETE || work->schema->target <= 13)
        lock_ancestors(work, relation);
    if (relation->trigger_count > 0)
        effects_unknown(work, "what the triggers of %s do", relation->object.name);
}

/* --- COPY --- */

void effect_of_copy(struct effects_work *work, const struct op *op, const struct effect_row *row) {
    const struct CopyStmt *copy = node_as(CopyStmt, op->node);
    struct reading reading = {.work = work, .planned = true, .executed = true};
    struct effect_target target;

    if (copy->relation == NULL) {
        effects_read(&reading, copy->query);
        effects_check_query(work, copy->query, NULL);
        scans(&reading, copy->query);
        return;
    }
    target = effects_find(work, op->target, false, "relation");
    if (!target.found)
        return;
    effects_lock_target(work, &target, OBJ_TABLE, row->lock);
    if (target.relation == NULL)
        return;
    if (op->kind == OP_COPY_TO) {
        scan_stored(work, target.relation);
        return;
    }
    for (size_t i = 0; i < target.relation->constraint_count; i++)
        if (target.relation->constraints[i]->kind == CONSTRAINT_FOREIGN_KEY)
            effects_lock_id(work, target.relation->constraints[i]->references, LOCK_ROW_SHARE);
    route(work, target.relation);
    lock_ancestors(work, target.relation);
}

/* --- SELECT, cursors, EXPLAIN, PREPARE --- */

void effect_of_select(struct effects_work *work, const struct op *op,
                      const struct effect_row *row) {
    struct reading reading = {.work = work, .planned = true, .executed = true};

    (void)row;
    effects_read(&reading, op->node);
    effects_check_query(work, op->node, NULL);
    scans(&reading, op->node);
}

void effect_of_cursor(struct effects_work *work, const struct op *op,
                      const struct effect_row *row) {
    const struct DeclareCursorStmt *cursor = node_as(DeclareCursorStmt, op->node);
    enum { CURSOR_OPT_HOLD = 0x0020 };
    struct reading reading = {.work = work, .planned = true};

    (void)row;
    effects_read(&reading, cursor->query);
    effects_check_query(work, cursor->query, NULL);
    if (!(cursor->options & CURSOR_OPT_HOLD))
        effects_refuse(work, false, "25P01",
                       "DECLARE CURSOR can only be used in transaction blocks");
}

void effect_of_explain(struct effects_work *work, const struct op *op,
                       const struct effect_row *row) {
    struct reading reading = {.work = work, .planned = true};

    (void)row;
    effects_read(&reading, node_as(ExplainStmt, op->node)->query);
    effects_check_query(work, node_as(ExplainStmt, op->node)->query, NULL);
}

void effect_of_prepare(struct effects_work *work, const struct op *op,
                       const struct effect_row *row) {
    struct reading reading = {.work = work};

    (void)row;
    effects_read(&reading, node_as(PrepareStmt, op->node)->query);
    effects_check_query(work, node_as(PrepareStmt, op->node)->query, NULL);
}

void effect_of_execute(struct effects_work *work, const struct op *op,
                       const struct effect_row *row) {
    (void)row;
    effects_unknown(work, "what prepared statement %s does",
                    op->object != NULL ? op->object : "(unnamed)");
}
