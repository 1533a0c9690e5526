/* ALTER TABLE: how a relation as a whole is stored, and other actions on it (tablecmds.c). */
#include "model/effects_alter.h"
#include "model/effects_apply.h"

#include "base/ascii.h"

#include <string.h>

/* --- LOGGED, UNLOGGED --- */

static bool is_permanent(const struct relation *relation) {
    return relation->persistence == 'p' || relation->persistence == '\0';
}

/* ATPrepChangePersistence: no permanent table may reference an unlogged one. */
static void check_foreign_keys(struct effects_work *work, const struct relation *relation,
                               bool to_logged) {
    const char *name = relation->object.name;

    for (size_t i = 0; to_logged && i < relation->constraint_count; i++) {
        const struct constraint *key = relation->constraints[i];
        const struct relation *to =
            key->kind == CONSTRAINT_FOREIGN_KEY ? effects_relation(work, key->references) : NULL;

        if (to != NULL && to != relation && to->persistence == 'u')
            effects_fail(work, "42P16",
                         "could not change table \"%s\" to logged because it references unlogged "
                         "table \"%s\"",
                         name, to->object.name);
    }
    for (size_t i = 0; !to_logged && i < relation->referenced_by.n; i++) {
        const struct relation *from = effects_relation(work, relation->referenced_by.v[i]);

        if (from != NULL && from != relation && is_permanent(from))
            effects_fail(work, "42P16",
                         "could not change table \"%s\" to unlogged because it references logged "
                         "table \"%s\"",
                         name, from->object.name);
    }
}

/* Since 15 sequences have a persistence, and those owned by the table's columns follow it. */
static void owned_sequences(struct effects_work *work, const struct relation *relation,
                            enum lock_mode mode) {
    for (size_t i = 0; i < relation->column_count; i++)
        effects_lock_id(work, relation->columns[i].owned_sequence, mode);
}

static void change_persistence(struct effects_work *work, const struct op *op,
                               const struct relation *relation) {
    bool to_logged = op->kind == OP_SET_LOGGED;

    if (relation->persistence == 't') {
        effects_fail(work, "42P16",
                     "cannot change logged status of table \"%s\" because it is temporary",
                     relation->object.name);
        return;
    }
    if (is_permanent(relation) == to_logged)
        return;
    check_foreign_keys(work, relation, to_logged);
    if (relation->object.kind == OBJ_TABLE)
        effects_rewrite(work, relation);
    if (work->schema->target >= 15)
        owned_sequences(work, relation, LOCK_ACCESS_EXCLUSIVE);
}

void alter_persistence(struct effects_work *work, const struct op *op,
                       const struct effect_row *row) {
    const struct relation *relation = work->target.relation;

    (void)row;
    if (relation == NULL || relation->object.assumed) {
        alter_rewrite_target(work);
        effects_unknown(work, "whether %s is logged", work->target.resolved.name);
    } else {
        change_persistence(work, op, relation);
    }
}

/* --- ACCESS METHOD, TABLESPACE --- */

void alter_access_method(struct effects_work *work, const struct op *op,
                         const struct effect_row *row) {
    const struct relation *relation = work->target.relation;
    const char *old =
        relation != NULL && relation->access_method != NULL ? relation->access_method : "heap";

    (void)row;
    if (relation != NULL && relation->object.kind == OBJ_PARTITIONED_TABLE) {
        if (work->schema->target < 17)
            effects_fail(work, "42809", "cannot change access method of a partitioned table");
        return;
    }
    /* DEFAULT is the setting default_table_access_method, which hardly anybody changes. */
    if (strcmp(old, op->new_name != NULL ? op->new_name : "heap") == 0)
        return;
    alter_rewrite_target(work);
}

static const char *tablespace_of(const struct relation *relation) {
    return relation->tablespace != NULL ? relation->tablespace : "pg_default";
}

/* ATExecSetTableSpace copies the file, block by block; indexes stay where they are. */
void alter_tablespace(struct effects_work *work, const struct op *op,
                      const struct effect_row *row) {
    const struct relation *relation = work->target.relation;

    (void)row;
    if (relation == NULL || op->new_name == NULL ||
        strcmp(tablespace_of(relation), op->new_name) == 0)
        return;
    if (relation->object.kind == OBJ_INDEX)
        effects_rebuild(work, relation);
    else if (relation->object.kind == OBJ_TABLE || relation->object.kind == OBJ_MATVIEW)
        effects_copy(work, relation);
}

static bool moves(const struct AlterTableMoveAllStmt *move, const struct relation *relation) {
    enum object_kind kind = relation->object.kind;

    if (strcmp(tablespace_of(relation), move->orig_tablespacename) != 0)
        return false;
    switch (move->objtype) {
    case OBJECT_INDEX:
        return kind == OBJ_INDEX || kind == OBJ_PARTITIONED_INDEX;
    case OBJECT_MATVIEW:
        return kind == OBJ_MATVIEW;
    default:
        return kind == OBJ_TABLE || kind == OBJ_PARTITIONED_TABLE;
    }
}

static void move_one(struct effects_work *work, const struct relation *relation,
                     enum lock_mode mode) {
    effects_lock(work, relation, mode);
    if (relation->object.kind == OBJ_INDEX)
        effects_rebuild(work, relation);
    else if (relation->object.kind != OBJ_PARTITIONED_INDEX &&
             relation->object.kind != OBJ_PARTITIONED_TABLE)
        effects_copy(work, relation);
}

void effect_of_move_all(struct effects_work *work, const struct op *op,
                        const struct effect_row *row) {
    const struct AlterTableMoveAllStmt *move = node_as(AlterTableMoveAllStmt, op->node);
    struct object_list all = schema_objects(work->schema, work->arena);

    if (strcmp(move->orig_tablespacename, move->new_tablespacename) == 0)
        return;
    for (size_t i = 0; i < all.n; i++) {
        const struct relation *relation =
            object_is_relation(all.v[i]) ? effects_relation(work, all.v[i]->id) : NULL;

        if (relation != NULL && moves(move, relation))
            move_one(work, relation, row->lock);
    }
    if (!effects_knows_all(work))
        effects_unknown(work, "what else is in tablespace %s", move->orig_tablespacename);
}

/* --- parameters --- */

void alter_parameters(struct effects_work *work, const struct op *op,
                      const struct effect_row *row) {
    (void)work;
    (void)op;
    (void)row;
}

/* --- the rest --- */

static const struct relation *index_named(struct effects_work *work, const char *name) {
    return name != NULL
               ? schema_relation(work->schema, (struct name){work->target.resolved.schema, name})
               : NULL;
}

void alter_cluster_on(struct effects_work *work, const struct op *op,
                      const struct effect_row *row) {
    const struct relation *relation = work->target.relation;

    (void)relation;
    if (op->kind == OP_CLUSTER_ON)
        effects_lock(work, index_named(work, op->object), row->lock);
}

/* Of a DEFERRABLE constraint. */
static bool is_deferrable(const struct relation *table, const struct relation *index) {
    for (size_t i = 0; table != NULL && i < table->constraint_count; i++)
        if (table->constraints[i]->index == index->object.id &&
            table->constraints[i]->kind != CONSTRAINT_FOREIGN_KEY)
            return table->constraints[i]->deferrable;
    return false;
}

/* ATExecReplicaIdentity */
static void check_identity_index(struct effects_work *work, const struct relation *index) {
    const struct relation *table = effects_relation(work, index->table);
    const char *name = index->object.name;

    if (!index->unique)
        effects_fail(work, "42809", "cannot use non-unique index \"%s\" as replica identity", name);
    else if (is_deferrable(table, index))
        effects_fail(work, "0A000", "cannot use non-immediate index \"%s\" as replica identity",
                     name);
    else if (index->predicate != NULL)
        effects_fail(work, "0A000", "cannot use partial index \"%s\" as replica identity", name);
    for (size_t i = 0; i < index->index_key_count && !work->stopped; i++) {
        const char *key = index->index_columns[i].column;
        const struct column *column =
            key != NULL && table != NULL ? relation_column(table, key) : NULL;

        if (key == NULL)
            effects_fail(work, "0A000", "cannot use expression index \"%s\" as replica identity",
                         name);
        else if (column != NULL && column->not_null == KNOWN_NO)
            effects_fail(work, "42809",
                         "index \"%s\" cannot be used as replica identity because column \"%s\" "
                         "is nullable",
                         name, key);
    }
}

void alter_replica_identity(struct effects_work *work, const struct op *op,
                            const struct effect_row *row) {
    const struct ReplicaIdentityStmt *identity =
        node_if(ReplicaIdentityStmt, node_as(AlterTableCmd, op->node)->def);

    const struct relation *index;

    (void)row;
    if (identity == NULL || identity->identity_type != 'i')
        return;
    index = index_named(work, identity->name);
    effects_lock(work, index, LOCK_SHARE);
    if (index != NULL)
        check_identity_index(work, index);
}

/* EnableDisableTrigger goes on to the partitions' clones of a row trigger. */
static bool has_row_trigger(const struct effects_work *work, const struct relation *relation,
                            const struct op *op) {
    const struct AlterTableCmd *cmd = node_as(AlterTableCmd, op->node);
    bool all = cmd->subtype == AT_EnableTrigAll || cmd->subtype == AT_DisableTrigAll;
    const char *name = op->object;

    /* Foreign keys are row triggers, too, whose clones are gone through since 15. */
    for (size_t i = 0; all && work->schema->target >= 15 && i < relation->constraint_count; i++)
        if (relation->constraints[i]->kind == CONSTRAINT_FOREIGN_KEY)
            return true;
    if (all && work->schema->target >= 15 && relation->referenced_by.n > 0)
        return true;
    for (size_t i = 0; i < relation->trigger_count; i++) {
        const struct trigger *trigger = relation->triggers[i];

        if (trigger->def != NULL && trigger->def->row &&
            (name == NULL || strcmp(trigger->name, name) == 0))
            return true;
    }
    return false;
}

void alter_trigger_state(struct effects_work *work, const struct op *op,
                         const struct effect_row *row) {
    const struct relation *relation = work->target.relation;

    (void)row;
    if (relation != NULL && relation->object.kind == OBJ_PARTITIONED_TABLE && !op->only &&
        has_row_trigger(work, relation, op))
        alter_lock_below(work, relation);
}

void alter_rule_state(struct effects_work *work, const struct op *op,
                      const struct effect_row *row) {
    (void)work;
    (void)op;
    (void)row;
}

void alter_of_type(struct effects_work *work, const struct op *op, const struct effect_row *row) {
    const struct relation *type = schema_relation(work->schema, op->other);

    effects_lock(work, type, row->other);
}

void alter_not_of_type(struct effects_work *work, const struct op *op,
                       const struct effect_row *row) {
    (void)work;
    (void)op;
    (void)row;
}
