/* INSERT, UPDATE, DELETE, MERGE, COPY, SELECT, and statements that hold queries. */
#include "model/effects_apply.h"
#include "model/effects_check.h"
#include "model/effects_insert.h"

#include <string.h>

static void scan_stored(struct effects_work *work, const struct relation *relation) {
    struct id_list all = effects_all_below(work, relation);

    for (size_t i = 0; i < all.n; i++) {
        const struct relation *one = effects_relation(work, all.v[i]);

        if (one->object.kind == OBJ_TABLE || one->object.kind == OBJ_MATVIEW)
            effects_scan(work, one);
    }
}

/* --- foreign keys, checked as rows change (ri_triggers.c) --- */

/* SET x = x leaves a key as it is. */
static bool is_itself(const struct ResTarget *target) {
    const struct ColumnRef *ref = node_if(ColumnRef, target->val);

    return ref != NULL && ref->fields.n == 1 && node_string(ref->fields.v[0]) != NULL &&
           strcmp(node_string(ref->fields.v[0]), target->name) == 0;
}

static bool changes_any(const struct name_list *columns, struct node_list targets) {
    for (size_t i = 0; i < targets.n; i++) {
        const struct ResTarget *target = node_if(ResTarget, targets.v[i]);

        for (size_t j = 0; target != NULL && target->name != NULL && j < columns->n; j++)
            if (strcmp(columns->v[j], target->name) == 0 && !is_itself(target))
                return true;
    }
    return false;
}

/* New values must be found in the referenced tables: SELECT ... FOR KEY SHARE. */
static bool is_checked(struct effects_work *work, const struct relation *relation,
                       const struct constraint *key, const struct node *node) {
    const struct UpdateStmt *update = node_if(UpdateStmt, node);
    const struct InsertStmt *insert = node_if(InsertStmt, node);
    struct inserted inserted;

    if (key->kind != CONSTRAINT_FOREIGN_KEY || !key->enforced)
        return false;
    if (update != NULL)
        return changes_any(&key->columns, update->targetList);
    return insert == NULL || !inserted_rows(work, insert, &inserted) ||
           !inserted_key_is_null(work, &inserted, relation, &key->columns);
}

static void check_own_keys(struct effects_work *work, const struct relation *relation,
                           const struct node *node) {
    for (size_t i = 0; i < relation->constraint_count; i++)
        if (is_checked(work, relation, relation->constraints[i], node))
            effects_lock_id(work, relation->constraints[i]->references, LOCK_ROW_SHARE);
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
            (update != NULL && !changes_any(&key->reference_columns, update->targetList)))
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
    if (relation_is_empty(work->schema, relation) && node->kind != NODE_InsertStmt)
        return;
    if (node->kind == NODE_InsertStmt || node->kind == NODE_UpdateStmt)
        check_own_keys(work, relation, node);
    if (node->kind != NODE_UpdateStmt && node->kind != NODE_DeleteStmt)
        return;
    for (size_t i = 0; i < relation->referenced_by.n; i++)
        check_keys_of(work, relation, effects_relation(work, relation->referenced_by.v[i]), node);
}

/* --- all of them --- */

/* A partition's bound is read from its parent when a row is tested (generate_partition_qual). */
static void lock_ancestors(struct effects_work *work, const struct relation *relation) {
    while (relation != NULL && relation->partition_bound != NULL && relation->parents.n > 0) {
        relation = effects_relation(work, relation->parents.v[0]);
        effects_lock(work, relation, LOCK_ACCESS_SHARE);
    }
}

static struct fired fired_by(const struct op *op) {
    const struct UpdateStmt *update = node_if(UpdateStmt, op->node);

    return (struct fired){
        .event = op->kind == OP_INSERT   ? CMD_INSERT
                 : op->kind == OP_UPDATE ? CMD_UPDATE
                 : op->kind == OP_DELETE ? CMD_DELETE
                                         : CMD_MERGE,
        .changed = update != NULL ? update->targetList : (struct node_list){0},
    };
}

static void insert_into(struct effects_work *work, const struct InsertStmt *insert,
                        const struct relation *relation) {
    struct inserted inserted;

    if (!inserted_rows(work, insert, &inserted))
        inserted.rows.n = 0;
    insert_defaults(work, &inserted, relation);
    insert_routes(work, &inserted, relation);
}

static void change_rows(struct effects_work *work, const struct op *op,
                        const struct relation *relation) {
    struct fired fired = fired_by(op);

    check_keys(work, relation, op->node);
    if (op->kind == OP_INSERT)
        insert_into(work, node_as(InsertStmt, op->node), relation);
    if (op->kind == OP_UPDATE)
        update_defaults(work, node_as(UpdateStmt, op->node)->targetList, relation);
    if (op->kind != OP_DELETE || work->schema->target <= 13)
        lock_ancestors(work, relation);
    fire_triggers(work, relation, &fired);
}

static const struct WithClause *with_of(const struct node *query) {
    switch (query->kind) {
    case NODE_SelectStmt:
        return node_as(SelectStmt, query)->withClause;
    case NODE_InsertStmt:
        return node_as(InsertStmt, query)->withClause;
    case NODE_UpdateStmt:
        return node_as(UpdateStmt, query)->withClause;
    case NODE_DeleteStmt:
        return node_as(DeleteStmt, query)->withClause;
    case NODE_MergeStmt:
        return node_as(MergeStmt, query)->withClause;
    default:
        return NULL;
    }
}

/* Of a query in WITH, the names that it knows from there; NULL: it is none. */
static const struct WithClause *with_around(const struct effects_work *work, const struct op *op) {
    for (size_t i = 0; i < work->all.n && work->all.v[i].index < op->index; i++)
        if (work->all.v[i].kind >= OP_INSERT && work->all.v[i].kind <= OP_SELECT)
            return with_of(work->all.v[i].node);
    return NULL;
}

void effect_of_rows(struct effects_work *work, const struct op *op, const struct effect_row *row) {
    struct reading reading = {
        .work = work, .planned = true, .executed = true, .with = with_around(work, op)};
    const struct relation *relation = schema_relation(work->schema, op->target);
    struct fired fired = fired_by(op);

    (void)row;
    effects_read(&reading, op->node);
    if (reading.with == NULL)
        effects_check_query(work, op->node, NULL); /* else it was, with the whole */
    effects_check_rows(work, op);
    if (work->stopped || (relation != NULL && !fire_rules(work, relation, &fired)))
        return;
    effects_scan_query(&reading, op->node);
    if (relation != NULL)
        change_rows(work, op, relation);
}

/* --- COPY --- */

void effect_of_copy(struct effects_work *work, const struct op *op, const struct effect_row *row) {
    const struct CopyStmt *copy = node_as(CopyStmt, op->node);
    struct reading reading = {.work = work, .planned = true, .executed = true};
    struct effect_target target;

    if (copy->relation == NULL) {
        effects_read(&reading, copy->query);
        effects_check_query(work, copy->query, NULL);
        effects_scan_query(&reading, copy->query);
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
    if (target.relation->object.kind == OBJ_PARTITIONED_TABLE)
        effects_unknown(work, "which partitions of %s the rows go to", op->target.name);
    lock_ancestors(work, target.relation);
}

/* --- SELECT, cursors, EXPLAIN, PREPARE --- */

void effect_of_select(struct effects_work *work, const struct op *op,
                      const struct effect_row *row) {
    struct reading reading = {.work = work, .planned = true, .executed = true};

    (void)row;
    effects_read(&reading, op->node);
    effects_check_query(work, op->node, NULL);
    effects_scan_query(&reading, op->node);
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
