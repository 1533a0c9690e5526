/* Partitions and inheritance, made and ended. */
#include "model/apply_op.h"

#include "model/expr_type.h"

#include <string.h>

static void set_default_uses(struct apply *apply, const struct relation *parent,
                             object_id partition) {
    struct relation *child = schema_edit_relation(apply->schema, partition);

    for (size_t i = 0; i < child->column_count; i++) {
        struct column *column = relation_edit_column(apply->schema, child, child->columns[i].name);
        if (column->inherited)
            column->default_uses = uses_on(apply, column->default_uses, parent, child);
    }
}

static void take_columns(struct apply *apply, const struct relation *parent, object_id child) {
    struct relation *relation = schema_edit_relation(apply->schema, child);

    for (size_t i = 0; i < parent->column_count; i++)
        inherit_column(apply, relation, &parent->columns[i], true);
    set_default_uses(apply, parent, child);
    for (size_t i = 0; i < parent->constraint_count; i++)
        inherit_check(apply, relation, parent->constraints[i]);
}

static bool not_null_holds(const struct relation *relation, const struct column *column) {
    for (size_t i = 0; i < relation->constraint_count; i++)
        if (relation->constraints[i]->kind == CONSTRAINT_NOT_NULL &&
            strcmp(relation->constraints[i]->columns.v[0], column->name) == 0)
            return relation->constraints[i]->validated;
    return column->not_null != KNOWN_NO;
}

/* Same type and collation, and NOT NULL where the parent is (MergeAttributesIntoExisting). */
static bool column_fits(struct apply *apply, const struct relation *child,
                        const struct column *column, const struct column *parent) {
    bool certain = object_is_certain(&child->object);

    if (type_use_same(&column->type, &parent->type) == KNOWN_NO ||
        (column->type.name && parent->type.name &&
         !type_use_same_typmod(&column->type, &parent->type)))
        return !refuse(apply, certain, "42804",
                       "child table \"%s\" has different type for column \"%s\"",
                       child->object.name, column->name);
    if (parent->not_null != KNOWN_YES || not_null_holds(child, column))
        return true;
    if (apply->schema->target >= 18)
        return !refuse(apply, certain, "42804",
                       "column \"%s\" in child table \"%s\" must be marked NOT NULL", column->name,
                       child->object.name);
    return !refuse(apply, certain, "42804", "column \"%s\" in child table must be marked NOT NULL",
                   column->name);
}

/* ATTACH PARTITION and INHERIT: the columns are there already (MergeAttributesIntoExisting). */
static bool merge_columns(struct apply *apply, const struct relation *parent,
                          struct relation *child) {
    bool certain = child->columns_known && object_is_certain(&child->object);

    for (size_t i = 0; i < parent->column_count; i++) {
        struct column *column = relation_edit_column(apply->schema, child, parent->columns[i].name);
        if (!column) {
            if (refuse(apply, certain, "42804", "child table is missing column \"%s\"",
                       parent->columns[i].name))
                return false;
            column = assume_column(apply, child, parent->columns[i].name);
        }
        if (!column_fits(apply, child, column, &parent->columns[i]))
            return false;
        column->inherited = true;
        if (is_partition(child))
            column->local = false;
        if (parent->columns[i].identity && apply->schema->target >= 17 && is_partition(child))
            column->identity = parent->columns[i].identity;
    }
    return true;
}

/* Since 18: the child's own constraint, whatever its name, is the parent's now, too. */
static void inherit_not_null(struct apply *apply, struct relation *child, const char *column) {
    for (size_t i = 0; i < child->constraint_count; i++) {
        struct constraint *copy;
        if (child->constraints[i]->kind != CONSTRAINT_NOT_NULL ||
            strcmp(child->constraints[i]->columns.v[0], column) != 0)
            continue;
        copy = relation_edit_constraint(apply->schema, child, child->constraints[i]->id);
        copy->inherited = true;
        if (is_partition(child))
            copy->local = false;
    }
}

static bool merge_constraints(struct apply *apply, const struct relation *parent,
                              struct relation *child) {
    for (size_t i = 0; i < parent->constraint_count; i++) {
        const struct constraint *wanted = parent->constraints[i];
        const struct constraint *own = relation_constraint(child, wanted->name);
        if (wanted->kind == CONSTRAINT_NOT_NULL)
            inherit_not_null(apply, child, wanted->columns.v[0]);
        if (wanted->kind != CONSTRAINT_CHECK || wanted->no_inherit)
            continue;
        if (!own) {
            if (refuse(apply, object_is_certain(&child->object) && child->columns_known, "42804",
                       "child table is missing constraint \"%s\"", wanted->name))
                return false;
            continue;
        }
        relation_edit_constraint(apply->schema, child, own->id)->inherited = true;
    }
    return true;
}

static void link_child(struct apply *apply, object_id parent, object_id child) {
    id_list_add(apply->arena, &schema_edit_relation(apply->schema, parent)->children, child);
    id_list_add(apply->arena, &schema_edit_relation(apply->schema, child)->parents, parent);
}

static void clone_parts(struct apply *apply, object_id parent, object_id child) {
    clone_indexes(apply, schema_relation_by_id(apply->schema, parent), child);
    clone_foreign_keys(apply, schema_relation_by_id(apply->schema, parent), child);
    clone_triggers(apply, schema_relation_by_id(apply->schema, parent), child);
}

static bool is_default_bound(const struct node *bound) {
    const struct PartitionBoundSpec *spec = node_if(PartitionBoundSpec, bound);
    return spec && spec->is_default;
}

static bool bound_is_free(struct apply *apply, const struct relation *parent,
                          const struct node *bound) {
    for (size_t i = 0; is_default_bound(bound) && i < parent->children.n; i++) {
        const struct relation *other = schema_relation_by_id(apply->schema, parent->children.v[i]);
        if (other && is_default_bound(other->partition_bound) &&
            refuse(apply, object_is_certain(&other->object), "42P17",
                   "partition would conflict with existing default partition \"%s\"",
                   other->object.name))
            return false;
    }
    return true;
}

void become_partition(struct apply *apply, const struct relation *parent, object_id partition,
                      const struct node *bound) {
    object_id parent_id = parent->object.id;
    struct relation *child = schema_edit_relation(apply->schema, partition);

    if (!bound_is_free(apply, parent, bound))
        return;
    child->partition_bound = bound;
    child->bound_source = apply->statement;
    child->columns_known = parent->columns_known;
    link_child(apply, parent_id, partition);
    take_columns(apply, schema_relation_by_id(apply->schema, parent_id), partition);
    clone_parts(apply, parent_id, partition);
}

/* Whether the relation is, or inherits from, the ancestor. */
static bool descends_from(const struct apply *apply, object_id relation, object_id ancestor) {
    struct {
        VEC(object_id) list;
    } queue = {0};

    vec_push(apply->arena, &queue.list, relation);
    for (size_t i = 0; i < queue.list.n; i++) {
        const struct relation *here = schema_relation_by_id(apply->schema, queue.list.v[i]);
        const struct id_list seen = {.n = queue.list.n, .v = queue.list.v};
        if (queue.list.v[i] == ancestor)
            return true;
        for (size_t j = 0; here && j < here->parents.n; j++)
            if (!id_list_has(&seen, here->parents.v[j]))
                vec_push(apply->arena, &queue.list, here->parents.v[j]);
    }
    return false;
}

static bool is_no_circle(struct apply *apply, const struct relation *parent,
                         const struct relation *child) {
    return !descends_from(apply, parent->object.id, child->object.id) ||
           !refuse(apply, true, "42P07", "circular inheritance not allowed");
}

/* --- ATTACH --- */

static bool may_attach(struct apply *apply, const struct relation *parent,
                       const struct relation *child) {
    bool certain = object_is_certain(&child->object);

    if (!is_partitioned(parent) && object_is_certain(&parent->object))
        return !refuse(apply, true, "42809",
                       "ALTER action ATTACH PARTITION cannot be performed on relation \"%s\"",
                       parent->object.name);
    if (is_partition(child))
        return !refuse(apply, certain, "42809", "\"%s\" is already a partition",
                       child->object.name);
    if (child->parents.n > 0)
        return !refuse(apply, certain, "42809", "cannot attach inheritance child as partition");
    if (child->children.n > 0 && !is_partitioned(child))
        return !refuse(apply, certain, "42809", "cannot attach inheritance parent as partition");
    if (child->of_type)
        return !refuse(apply, certain, "42809", "cannot attach a typed table as partition");
    for (size_t i = 0; parent->columns_known && i < child->column_count; i++)
        if (!relation_column(parent, child->columns[i].name))
            return !refuse(apply, certain, "42804",
                           "table \"%s\" contains column \"%s\" not found in parent \"%s\"",
                           child->object.name, child->columns[i].name, parent->object.name);
    return true;
}

static void attach(struct apply *apply, struct relation *parent) {
    const struct PartitionCmd *command =
        node_as(PartitionCmd, node_as(AlterTableCmd, apply->op->node)->def);
    const struct node *bound = command->bound ? &command->bound->tree_node : NULL;
    const struct relation *found = need_relation(apply, apply->op->other, OBJ_TABLE, false);
    struct relation *child = found ? schema_edit_relation(apply->schema, found->object.id) : NULL;

    if (!child || !may_attach(apply, parent, child) || !is_no_circle(apply, parent, child) ||
        !bound_is_free(apply, parent, bound))
        return;
    if (parent->object.assumed && parent->object.kind == OBJ_TABLE)
        parent->object.kind = OBJ_PARTITIONED_TABLE;
    child->partition_bound = bound;
    child->bound_source = apply->statement;
    if (!merge_columns(apply, parent, child) || !merge_constraints(apply, parent, child))
        return;
    if (child->rows != ROWS_EMPTY && parent->rows == ROWS_EMPTY)
        parent->rows = child->rows;
    link_child(apply, parent->object.id, child->object.id);
    clone_parts(apply, parent->object.id, child->object.id);
}

/* --- DETACH --- */

static void unlink_child(struct apply *apply, object_id parent, object_id child) {
    id_list_remove(apply->arena, &schema_edit_relation(apply->schema, parent)->children, child);
    id_list_remove(apply->arena, &schema_edit_relation(apply->schema, child)->parents, parent);
}

/* What no other parent has is the child's own now (RemoveInheritance). */
static void free_columns(struct apply *apply, const struct relation *parent,
                         struct relation *child) {
    for (size_t i = 0; i < child->column_count; i++) {
        struct column *column = relation_edit_column(apply->schema, child, child->columns[i].name);
        if (!relation_other_parent_has(apply->schema, child, parent, column->name)) {
            column->inherited = false;
            column->local = true;
        }
    }
}

static bool other_parent_has_constraint(const struct apply *apply, const struct relation *child,
                                        const char *name) {
    for (size_t i = 0; i < child->parents.n; i++) {
        const struct relation *parent = schema_relation_by_id(apply->schema, child->parents.v[i]);
        if (parent && relation_constraint(parent, name))
            return true;
    }
    return false;
}

static void free_constraints(struct apply *apply, struct relation *child) {
    for (size_t i = 0; i < child->constraint_count; i++) {
        struct constraint *constraint =
            relation_edit_constraint(apply->schema, child, child->constraints[i]->id);
        constraint->parent = 0;
        if (!other_parent_has_constraint(apply, child, constraint->name)) {
            constraint->inherited = false;
            constraint->local = true;
        }
    }
}

static void free_indexes(struct apply *apply, const struct relation *child) {
    const struct id_list indexes = child->indexes;

    for (size_t i = 0; i < indexes.n; i++) {
        const struct relation *index = schema_relation_by_id(apply->schema, indexes.v[i]);
        if (index && index->parents.n > 0)
            unlink_child(apply, index->parents.v[0], index->object.id);
    }
}

static void detach(struct apply *apply, struct relation *parent) {
    const struct relation *found = need_relation(apply, apply->op->other, OBJ_TABLE, false);
    struct relation *child = found ? schema_edit_relation(apply->schema, found->object.id) : NULL;

    if (!child)
        return;
    if (!id_list_has(&child->parents, parent->object.id)) {
        refuse(apply, object_is_certain(&child->object) && object_is_certain(&parent->object),
               "42P01", "relation \"%s\" is not a partition of relation \"%s\"", child->object.name,
               parent->object.name);
        return;
    }
    if (apply->op->concurrently)
        for (size_t i = 0; i < parent->children.n; i++) {
            const struct relation *other =
                schema_relation_by_id(apply->schema, parent->children.v[i]);
            if (other && is_default_bound(other->partition_bound)) {
                refuse(apply, true, "55000",
                       "cannot detach partitions concurrently when a default partition exists");
                return;
            }
        }
    free_indexes(apply, child);
    unlink_child(apply, parent->object.id, child->object.id);
    child->partition_bound = NULL;
    for (size_t i = 0; i < child->column_count; i++)
        if (child->columns[i].identity && !child->columns[i].owned_sequence)
            relation_edit_column(apply->schema, child, child->columns[i].name)->identity = '\0';
    free_columns(apply, parent, child);
    free_constraints(apply, child);
    detach_triggers(apply, child);
}

/* ALTER INDEX parent ATTACH PARTITION child: the parent becomes valid with the last of them. */
static void attach_index(struct apply *apply, struct relation *parent) {
    const struct relation *child = need_relation(apply, apply->op->other, OBJ_INDEX, false);
    const struct relation *table = schema_relation_by_id(apply->schema, parent->table);

    if (!child || child->parents.n > 0 || !is_no_circle(apply, parent, child))
        return;
    link_child(apply, parent->object.id, child->object.id);
    if (table && parent->children.n >= table->children.n)
        parent->valid = KNOWN_YES;
}

void apply_partition_action(struct apply *apply) {
    bool index = apply->op->kind == OP_ATTACH_INDEX_PARTITION;
    struct relation *parent =
        edit_target(apply, index ? OBJ_PARTITIONED_INDEX : OBJ_PARTITIONED_TABLE);

    if (!parent)
        return;
    if (index)
        attach_index(apply, parent);
    else if (apply->op->kind == OP_ATTACH_PARTITION)
        attach(apply, parent);
    else
        detach(apply, parent);
}

/* --- INHERIT, NO INHERIT --- */

void apply_alter_inherit(struct apply *apply, struct relation *child) {
    const struct relation *found = need_relation(apply, apply->op->other, OBJ_TABLE, false);
    struct relation *parent = found ? schema_edit_relation(apply->schema, found->object.id) : NULL;

    if (!parent)
        return;
    if (is_partition(child) &&
        refuse(apply, true, "42809", "cannot change inheritance of a partition"))
        return;
    if (id_list_has(&child->parents, parent->object.id)) {
        refuse(apply, true, "42P07", "relation \"%s\" would be inherited from more than once",
               parent->object.name);
        return;
    }
    if (is_no_circle(apply, parent, child) && merge_columns(apply, parent, child) &&
        merge_constraints(apply, parent, child))
        link_child(apply, parent->object.id, child->object.id);
}

void apply_drop_inherit(struct apply *apply) {
    struct relation *child = edit_target(apply, OBJ_TABLE);
    const struct relation *parent = need_relation(apply, apply->op->other, OBJ_TABLE, false);

    if (!child || !parent)
        return;
    if (!id_list_has(&child->parents, parent->object.id)) {
        refuse(apply, object_is_certain(&child->object), "42P01",
               "relation \"%s\" is not a parent of relation \"%s\"", parent->object.name,
               child->object.name);
        return;
    }
    unlink_child(apply, parent->object.id, child->object.id);
    free_columns(apply, parent, child);
    free_constraints(apply, child);
}
