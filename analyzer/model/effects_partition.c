/* Partitions and inheritance: what making, attaching and detaching them does (tablecmds.c). */
#include "model/effects_alter.h"
#include "model/effects_apply.h"
#include "model/effects_check.h"
#include "model/same_index.h"

#include <string.h>

static bool is_partitioned(const struct relation *relation) {
    return relation != NULL && relation->object.kind == OBJ_PARTITIONED_TABLE;
}

/* --- whose rows are tested against a bound --- */

static void may_violate(struct effects_work *work, const struct relation *relation, bool excluded) {
    if (relation_is_empty(work->schema, relation))
        return;
    if (excluded)
        effects_may_fail(
            work,
            arena_printf(work->arena, "%s holds rows of the new partition", relation->object.name),
            "23514",
            "updated partition constraint for default partition \"%s\" would be violated by some "
            "row",
            relation->object.name);
    else
        effects_may_fail(
            work,
            arena_printf(work->arena, "%s holds rows outside of the bound", relation->object.name),
            "23514", "partition constraint of relation \"%s\" is violated by some row",
            relation->object.name);
}

/*
 * QueuePartitionConstraintValidation: a partitioned table's partitions each for itself.
 * excluded: of a DEFAULT partition, whose rows must not fit.
 */
static void test_rows(struct effects_work *work, const struct relation *parent,
                      const struct node *bound, const struct relation *relation, bool excluded) {
    enum known proved = excluded ? bound_is_excluded(work->schema, parent, bound, relation)
                                 : bound_is_proved(work->schema, parent, bound, relation);

    if (proved == KNOWN_YES)
        return;
    for (size_t i = 0; is_partitioned(relation) && i < relation->children.n; i++) {
        const struct relation *child = effects_relation(work, relation->children.v[i]);

        if (child != NULL)
            test_rows(work, parent, bound, child, excluded);
    }
    if (!effects_has_storage(relation))
        return;
    if (proved == UNKNOWN)
        effects_unknown(work, "whether the constraints of %s prove the bound",
                        relation->object.name);
    else
        effects_scan(work, relation);
    may_violate(work, relation, excluded);
}

/* Also of a DEFAULT partition that is partitioned: all of it. */
static void test_default(struct effects_work *work, const struct relation *parent,
                         const struct node *bound, enum lock_mode mode) {
    const struct relation *preset = effects_default_partition(work, parent);
    struct id_list all;

    if (preset == NULL)
        return;
    all = effects_all_below(work, preset);
    for (size_t i = 0; i < all.n; i++)
        effects_lock_id(work, all.v[i], mode);
    test_rows(work, parent, bound, preset, true);
}

/* --- foreign keys that a partition takes over --- */

/* CloneFkReferenced: since 15 the referencing table gets a trigger, and the lock for it. */
static enum lock_mode referencing_lock(const struct effects_work *work) {
    return work->schema->target >= 15 ? LOCK_SHARE_ROW_EXCLUSIVE : LOCK_ACCESS_SHARE;
}

/* tryAttachPartitionForeignKey: the partition's own key becomes part of the parent's, unchecked. */
static bool takes_own_key(struct effects_work *work, const struct constraint *key,
                          const struct relation *partition) {
    for (size_t i = 0; partition != NULL && i < partition->constraint_count; i++) {
        const struct constraint *own = partition->constraints[i];

        if (own->kind != CONSTRAINT_FOREIGN_KEY || own->references != key->references ||
            own->validated != key->validated || !name_list_same(&own->columns, &key->columns))
            continue;
        effects_lock_id(work, key->references, LOCK_ACCESS_EXCLUSIVE); /* its triggers go */
        return true;
    }
    return false;
}

static void clone_referencing(struct effects_work *work, const struct relation *parent,
                              const struct relation *partition) {
    for (size_t i = 0; i < parent->constraint_count; i++) {
        const struct constraint *key = parent->constraints[i];
        const struct relation *to;

        if (key->kind != CONSTRAINT_FOREIGN_KEY)
            continue;
        to = effects_relation(work, key->references);
        if (to == NULL)
            continue;
        struct id_list all = {.n = 1, .v = &to->object.id};
        if (is_partitioned(to))
            all = effects_all_below(work, to);
        for (size_t j = 0; j < all.n; j++)
            effects_lock_id(work, all.v[j], LOCK_SHARE_ROW_EXCLUSIVE);
        if (partition == NULL || !key->validated || !key->enforced ||
            takes_own_key(work, key, partition))
            continue;
        effects_scan(work, to);
        if (effects_has_storage(partition))
            effects_scan(work, partition);
        effects_unknown(work, "which side the planner reads with an index");
    }
}

/* A key of its own, not one that stands for its parent's. */
static bool refers_itself(const struct relation *from, object_id to) {
    for (size_t i = 0; from != NULL && i < from->constraint_count; i++)
        if (from->constraints[i]->references == to && from->constraints[i]->parent == 0)
            return true;
    return false;
}

static void clone_foreign_keys(struct effects_work *work, const struct relation *parent,
                               const struct relation *partition) {
    clone_referencing(work, parent, partition);
    for (size_t i = 0; i < parent->referenced_by.n; i++) {
        object_id id = parent->referenced_by.v[i];

        if (id != parent->object.id && refers_itself(effects_relation(work, id), parent->object.id))
            effects_lock_id(work, id, referencing_lock(work));
    }
}

/* --- CREATE TABLE ... PARTITION OF --- */

static const struct PartitionBoundSpec *created_bound(const struct op *op) {
    const struct CreateForeignTableStmt *foreign = node_if(CreateForeignTableStmt, op->node);
    const struct CreateStmt *create =
        foreign != NULL ? foreign->base : node_if(CreateStmt, op->node);

    return create != NULL ? create->partbound : NULL;
}

static bool has_unique_index(struct effects_work *work, const struct relation *parent) {
    for (size_t i = 0; i < parent->indexes.n; i++) {
        const struct relation *index = effects_relation(work, parent->indexes.v[i]);

        if (index != NULL && index->unique)
            return true;
    }
    return false;
}

static void check_new_partition(struct effects_work *work, const struct op *op,
                                const struct relation *parent) {
    if (op->temporary && parent->persistence != 't')
        effects_fail(work, "42809",
                     "cannot create a temporary relation as partition of permanent relation \"%s\"",
                     parent->object.name);
    else if (!op->temporary && parent->persistence == 't')
        effects_fail(work, "42809",
                     "cannot create a permanent relation as partition of temporary relation \"%s\"",
                     parent->object.name);
    else if (op->kind == OP_CREATE_FOREIGN_TABLE && has_unique_index(work, parent))
        effects_fail(work, "42809", "cannot create foreign partition of partitioned table \"%s\"",
                     parent->object.name);
}

void effect_of_create_partition(struct effects_work *work, const struct op *op,
                                const struct effect_row *row) {
    const struct PartitionBoundSpec *bound = created_bound(op);
    struct effect_target parent;

    if (op->if_not_exists && schema_relation(work->schema, op->target) != NULL)
        return;
    if (bound == NULL || op->other.name == NULL)
        return; /* a foreign table that is no partition */
    parent = effects_find(work, op->other, false, "relation");
    if (!parent.found)
        return;
    effects_lock_target(work, &parent, OBJ_PARTITIONED_TABLE, row->other);
    if (parent.relation == NULL) {
        effects_unknown(work, "the partitions of %s", op->other.name);
        return;
    }
    check_new_partition(work, op, parent.relation);
    effects_check_bound(work, parent.relation, bound, op->target.name);
    if (work->stopped)
        return;
    if (!bound->is_default)
        test_default(work, parent.relation, &bound->tree_node, row->default_partition);
    clone_foreign_keys(work, parent.relation, NULL);
}

/* --- ATTACH --- */

static bool has_index_like(struct effects_work *work, const struct relation *table,
                           const struct relation *wanted) {
    for (size_t i = 0; i < table->indexes.n; i++) {
        const struct relation *index = effects_relation(work, table->indexes.v[i]);

        if (index != NULL && index->primary == wanted->primary && same_index(wanted, index))
            return true;
    }
    return false;
}

/* AttachPartitionEnsureIndexes: a missing index is built, by reading the table. */
static void ensure_indexes(struct effects_work *work, const struct relation *parent,
                           const struct relation *partition) {
    for (size_t i = 0; i < parent->indexes.n; i++) {
        const struct relation *index = effects_relation(work, parent->indexes.v[i]);
        struct id_list all;

        if (index == NULL || has_index_like(work, partition, index))
            continue;
        all = effects_all_below(work, partition);
        for (size_t j = 0; j < all.n; j++) {
            const struct relation *leaf = effects_relation(work, all.v[j]);

            if (effects_has_storage(leaf) && !has_index_like(work, leaf, index))
                effects_scan(work, leaf);
        }
    }
}

/* MergeAttributesIntoExisting: a NOT NULL of the parent must be there already. */
static void check_not_null(struct effects_work *work, const struct relation *parent,
                           const struct relation *child) {
    for (size_t i = 0; i < parent->column_count && !work->stopped; i++) {
        const struct column *column = &parent->columns[i];
        const struct column *own = relation_column(child, column->name);

        if (column->not_null == KNOWN_YES && own != NULL && own->not_null == KNOWN_NO)
            effects_fail(work, "42804", "column \"%s\" in child table must be marked NOT NULL",
                         column->name);
    }
}

/* ATExecAttachPartition */
static void check_persistence(struct effects_work *work, const struct relation *parent,
                              const struct relation *child) {
    bool temporary = child->persistence == 't';

    if (!parent->object.assumed && !child->object.assumed &&
        temporary != (parent->persistence == 't'))
        effects_fail(work, "42809",
                     "cannot attach a %s relation as partition of %s relation \"%s\"",
                     temporary ? "temporary" : "permanent", temporary ? "permanent" : "temporary",
                     parent->object.name);
}

/* FindTriggerIncompatibleWithInheritance: transition tables, of row triggers only since 13. */
static void check_transition_tables(struct effects_work *work, const struct relation *child,
                                    const char *what) {
    for (size_t i = 0; i < child->trigger_count; i++) {
        const struct CreateTrigStmt *trigger = child->triggers[i]->def;

        if (trigger != NULL && trigger->transitionRels.n > 0 &&
            (trigger->row || work->schema->target < 13))
            effects_fail(work, "0A000", "trigger \"%s\" prevents table \"%s\" from becoming %s",
                         child->triggers[i]->name, child->object.name, what);
    }
}

static const struct PartitionCmd *partition_cmd(const struct op *op) {
    return node_if(PartitionCmd, node_as(AlterTableCmd, op->node)->def);
}

/* The bounds above are part of what the rows must fit (RelationGetPartitionQual). */
static void lock_ancestors(struct effects_work *work, const struct relation *relation) {
    while (relation != NULL && relation->partition_bound != NULL && relation->parents.n > 0) {
        relation = effects_relation(work, relation->parents.v[0]);
        effects_lock(work, relation, LOCK_ACCESS_SHARE);
    }
}

static void attach_known(struct effects_work *work, const struct op *op,
                         const struct effect_row *row, const struct relation *partition) {
    const struct relation *parent = work->target.relation;
    const struct PartitionBoundSpec *bound = partition_cmd(op)->bound;
    bool is_default = bound != NULL && bound->is_default;
    struct id_list all = effects_all_below(work, partition);

    for (size_t i = 0; i < all.n; i++)
        effects_lock_id(work, all.v[i], row->other);
    if (bound == NULL || parent == NULL)
        return;
    effects_check_joined(work, parent, partition, true);
    check_persistence(work, parent, partition);
    if (!work->stopped)
        check_not_null(work, parent, partition);
    if (!work->stopped)
        check_transition_tables(work, partition, "a partition");
    if (!work->stopped)
        effects_check_bound(work, parent, bound, partition->object.name);
    if (!work->stopped)
        effects_check_attached_indexes(work, parent, partition);
    if (work->stopped)
        return;
    lock_ancestors(work, parent);
    if (!is_default)
        test_default(work, parent, &bound->tree_node, row->default_partition);
    if (!is_default || parent->children.n > 0)
        test_rows(work, parent, &bound->tree_node, partition, false);
    ensure_indexes(work, parent, partition);
    clone_foreign_keys(work, parent, partition);
}

void alter_attach_partition(struct effects_work *work, const struct op *op,
                            const struct effect_row *row) {
    struct effect_target partition = effects_find(work, op->other, false, "relation");

    if (!partition.found)
        return;
    if (partition.relation != NULL) {
        attach_known(work, op, row, partition.relation);
        return;
    }
    effects_lock_target(work, &partition, OBJ_TABLE, row->other);
    effects_unknown(work, "the constraints of %s", op->other.name);
}

/* --- DETACH --- */

/* RI_PartitionRemove_Check reads the table and its partitions where it references itself; 12 does not. */
static void check_own_references(struct effects_work *work, const struct relation *parent) {
    struct id_list all = effects_all_below(work, parent);

    for (size_t i = 1; work->schema->target >= 13 && i < all.n; i++) {
        const struct relation *one = effects_relation(work, all.v[i]);

        effects_lock(work, one, LOCK_ACCESS_SHARE);
        if (effects_has_storage(one))
            effects_scan(work, one);
    }
}

/* Tables that reference the partitioned table: none of their rows may refer to the partition. */
static void check_references(struct effects_work *work, const struct relation *parent) {
    for (size_t i = 0; i < parent->referenced_by.n; i++) {
        const struct relation *from = effects_relation(work, parent->referenced_by.v[i]);

        if (from == parent)
            check_own_references(work, parent);
        if (from == NULL || from == parent || effects_is_partition(from))
            continue;
        effects_lock(work, from, LOCK_ACCESS_EXCLUSIVE);
        if (effects_has_storage(from))
            effects_scan(work, from);
        effects_may_fail(
            work,
            arena_printf(work->arena, "%s refers to rows of the partition", from->object.name),
            "23503", "removing partition violates foreign key constraint");
    }
}

/*
 * A foreign key stays with the partition as its own, with new triggers on the referenced table: since 15
 * on all its partitions, in 13 and 14 on no partitioned one.
 */
static void keep_foreign_key(struct effects_work *work, const struct relation *to) {
    struct id_list all = {.n = 1, .v = &to->object.id};

    if (is_partitioned(to) && work->schema->target >= 15)
        all = effects_all_below(work, to);
    else if (is_partitioned(to) && work->schema->target >= 13)
        all.n = 0;
    for (size_t i = 0; i < all.n; i++)
        effects_lock_id(work, all.v[i], LOCK_SHARE_ROW_EXCLUSIVE);
}

static void keep_foreign_keys(struct effects_work *work, const struct relation *parent,
                              const struct relation *partition) {
    for (size_t i = 0; i < parent->constraint_count; i++) {
        const struct relation *to = effects_relation(work, parent->constraints[i]->references);

        if (parent->constraints[i]->kind != CONSTRAINT_FOREIGN_KEY || to == NULL)
            continue;
        keep_foreign_key(work, to);
        if (is_partitioned(to) && work->schema->target == 13)
            effects_lock(work, partition, LOCK_ACCESS_EXCLUSIVE);
    }
}

/*
 * Triggers that stand for the parent's, or for foreign keys to it, are dropped from the partition;
 * in 12 those of a key of the parent to itself stay.
 */
static bool loses_triggers(const struct effects_work *work, const struct relation *parent,
                           const struct relation *partition) {
    const struct id_list *users = &parent->referenced_by;

    for (size_t i = 0; i < partition->trigger_count; i++)
        if (partition->triggers[i]->parent != 0)
            return true;
    for (size_t i = 0; i < users->n; i++)
        if (work->schema->target >= 13 ||
            (users->v[i] != parent->object.id && !id_list_has(&parent->children, users->v[i])))
            return true;
    return false;
}

void alter_detach_partition(struct effects_work *work, const struct op *op,
                            const struct effect_row *row) {
    struct effect_target partition = effects_find(work, op->other, false, "relation");
    const struct relation *parent = work->target.relation;

    if (!partition.found)
        return;
    effects_lock_target(work, &partition, OBJ_TABLE, row->other);
    if (parent == NULL)
        return;
    const struct relation *preset = effects_default_partition(work, parent);
    if (op->concurrently && preset != NULL)
        effects_fail(work, "55000",
                     "cannot detach partitions concurrently when a default partition exists");
    effects_lock(work, preset, row->default_partition);
    if (partition.relation != NULL && loses_triggers(work, parent, partition.relation))
        effects_lock(work, partition.relation, LOCK_ACCESS_EXCLUSIVE);
    if (partition.relation != NULL && is_partitioned(partition.relation)) {
        struct id_list all = effects_all_below(work, partition.relation);

        for (size_t i = 1; i < all.n; i++)
            effects_lock_id(work, all.v[i], LOCK_ACCESS_EXCLUSIVE);
    }
    check_references(work, parent);
    keep_foreign_keys(work, parent, partition.relation);
}

void alter_detach_finalize(struct effects_work *work, const struct op *op,
                           const struct effect_row *row) {
    struct effect_target partition = effects_find(work, op->other, false, "relation");

    if (!partition.found)
        return;
    if (partition.relation != NULL && work->target.relation != NULL &&
        !partition.relation->object.assumed && partition.relation->partition_bound == NULL)
        effects_fail(work, "42P01", "relation \"%s\" is not a partition of relation \"%s\"",
                     partition.relation->object.name, work->target.relation->object.name);
    else if (partition.relation != NULL && !partition.relation->detach_pending &&
             !partition.relation->object.assumed)
        effects_fail(work, "55000", "cannot complete detaching partition \"%s\"",
                     partition.relation->object.name);
    effects_lock_target(work, &partition, OBJ_TABLE, row->other);
}

/* --- indexes --- */

void alter_attach_index(struct effects_work *work, const struct op *op,
                        const struct effect_row *row) {
    struct effect_target part = effects_find(work, op->other, false, "relation");
    const struct relation *index = work->target.relation;

    if (!part.found)
        return;
    effects_lock_target(work, &part, OBJ_INDEX, row->other);
    if (index != NULL && part.relation != NULL)
        effects_check_index_part(work, index, part.relation);
    if (index != NULL)
        effects_lock_id(work, index->table, LOCK_ACCESS_SHARE);
    if (part.relation != NULL)
        effects_lock_id(work, part.relation->table, LOCK_ACCESS_SHARE);
}

/* --- inheritance --- */

static void check_inherit(struct effects_work *work, const struct relation *parent) {
    const struct relation *child = work->target.relation;
    struct id_list all;

    if (is_partitioned(parent))
        effects_fail(work, "42809", "cannot inherit from partitioned table \"%s\"",
                     parent->object.name);
    if (child == NULL || work->stopped)
        return;
    if (child->of_type != 0)
        effects_fail(work, "42809", "cannot change inheritance of typed table");
    else if (is_partitioned(child))
        effects_fail(work, "42809", "cannot change inheritance of partitioned table");
    else if (effects_is_partition(parent))
        effects_fail(work, "42809", "cannot inherit from a partition");
    else if (parent->persistence == 't' && child->persistence != 't')
        effects_fail(work, "42809", "cannot inherit from temporary relation \"%s\"",
                     parent->object.name);
    effects_check_joined(work, parent, child, false);
    if (!work->stopped)
        check_transition_tables(work, child, "an inheritance child");
    all = effects_all_below(work, child);
    for (size_t i = 0; i < all.n; i++)
        if (all.v[i] == parent->object.id)
            effects_fail(work, "42P07", "circular inheritance not allowed");
}

void alter_add_inherit(struct effects_work *work, const struct op *op,
                       const struct effect_row *row) {
    struct effect_target parent = effects_find(work, op->other, false, "relation");
    struct id_list all = {0};

    if (!parent.found)
        return;
    effects_lock_target(work, &parent, OBJ_TABLE, row->other);
    if (!op->in_create && parent.relation != NULL)
        check_inherit(work, parent.relation);
    if (work->stopped)
        return;
    if (!op->in_create && parent.relation != NULL && work->target.relation != NULL)
        check_not_null(work, parent.relation, work->target.relation);
    if (!op->in_create && work->target.relation != NULL)
        all = effects_all_below(work, work->target.relation);
    for (size_t i = 1; i < all.n; i++) /* looked through for cycles */
        effects_lock_id(work, all.v[i], LOCK_ACCESS_SHARE);
}

void alter_drop_inherit(struct effects_work *work, const struct op *op,
                        const struct effect_row *row) {
    struct effect_target parent = effects_find(work, op->other, false, "relation");

    if (work->target.relation != NULL && effects_is_partition(work->target.relation))
        effects_fail(work, "42809", "cannot change inheritance of a partition");
    else if (parent.found)
        effects_lock_target(work, &parent, OBJ_TABLE, row->other);
}
