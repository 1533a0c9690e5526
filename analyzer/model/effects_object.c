/* What is done to objects of any kind: names, owners, comments, privileges. */
#include "model/effects_alter.h"
#include "model/effects_apply.h"

#include "base/ascii.h"

#include <string.h>

static bool is_relation_type(int object_type) {
    switch (object_type) {
    case OBJECT_TABLE:
    case OBJECT_VIEW:
    case OBJECT_MATVIEW:
    case OBJECT_INDEX:
    case OBJECT_SEQUENCE:
    case OBJECT_FOREIGN_TABLE:
    case OBJECT_COLUMN:
        return true;
    default:
        return false;
    }
}

static const struct relation *composite(struct effects_work *work, struct name name) {
    const struct relation *relation =
        name.name != NULL ? schema_relation(work->schema, name) : NULL;

    return relation != NULL && relation->object.kind == OBJ_COMPOSITE_TYPE ? relation : NULL;
}

static void owned_sequences(struct effects_work *work, const struct relation *relation,
                            enum lock_mode mode, const char *schema) {
    for (size_t i = 0; i < relation->column_count; i++) {
        const struct relation *sequence =
            effects_relation(work, relation->columns[i].owned_sequence);

        if (sequence == NULL)
            continue;
        effects_lock(work, sequence, mode);
        if (schema != NULL)
            effects_rename(work, sequence, (struct name){schema, NULL});
    }
}

/* --- RENAME --- */

/* ALTER INDEX takes less than ALTER TABLE, on the same index (RenameRelation). */
static enum lock_mode rename_lock(const struct effects_work *work, const struct op *op,
                                  const struct effect_row *row, const struct relation *relation) {
    (void)work;
    if (op->kind == OP_RENAME_INDEX && relation != NULL && relation->object.kind != OBJ_INDEX &&
        relation->object.kind != OBJ_PARTITIONED_INDEX)
        return LOCK_ACCESS_EXCLUSIVE;
    return row->lock;
}

void effect_of_rename_relation(struct effects_work *work, const struct op *op,
                               const struct effect_row *row) {
    struct effect_target target = effects_find(work, op->target, op->missing_ok, "relation");
    struct name name = {NULL, op->new_name};

    if (!target.found)
        return;
    effects_lock_target(work, &target, alter_kind_of(op->object_type),
                        rename_lock(work, op, row, target.relation));
    if (target.relation != NULL)
        effects_rename(work, target.relation, name);
    else
        effects_rename_name(work, target.resolved, name);
}

void effect_of_rename_column(struct effects_work *work, const struct op *op,
                             const struct effect_row *row) {
    struct effect_target target = effects_find(work, op->target, op->missing_ok, "relation");
    struct id_list all;

    if (!target.found)
        return;
    effects_lock_target(work, &target, alter_kind_of(op->object_type), row->lock);
    if (target.relation == NULL || op->only)
        return;
    all = effects_all_below(work, target.relation);
    for (size_t i = 1; i < all.n; i++)
        effects_lock_id(work, all.v[i], row->lock);
}

void effect_of_rename_constraint(struct effects_work *work, const struct op *op,
                                 const struct effect_row *row) {
    struct effect_target target = effects_find(work, op->target, op->missing_ok, "relation");
    const struct constraint *constraint;
    struct id_list all = {0};

    if (!target.found)
        return;
    effects_lock_target(work, &target, OBJ_TABLE, row->lock);
    constraint = target.relation != NULL && op->object != NULL
                     ? relation_constraint(target.relation, op->object)
                     : NULL;
    if (constraint == NULL)
        return;
    effects_lock_id(work, constraint->index, row->lock);
    if (constraint->kind == CONSTRAINT_CHECK && !constraint->no_inherit && !op->only)
        all = effects_all_below(work, target.relation);
    for (size_t i = 1; i < all.n; i++)
        effects_lock_id(work, all.v[i], row->lock);
}

/* A trigger's clones on partitions are renamed with it since 15. */
void effect_of_rename_part(struct effects_work *work, const struct op *op,
                           const struct effect_row *row) {
    struct effect_target target = effects_find(work, op->target, op->missing_ok, "relation");
    struct id_list all = {0};

    if (!target.found)
        return;
    effects_lock_target(work, &target, OBJ_TABLE, row->lock);
    if (op->kind == OP_RENAME_TRIGGER && work->schema->target >= 15 && target.relation != NULL &&
        target.relation->object.kind == OBJ_PARTITIONED_TABLE)
        all = effects_all_below(work, target.relation);
    for (size_t i = 1; i < all.n; i++)
        effects_lock_id(work, all.v[i], row->lock);
}

void effect_of_rename_type(struct effects_work *work, const struct op *op,
                           const struct effect_row *row) {
    const struct relation *type = composite(work, op->target);

    if (type == NULL || row->lock == LOCK_NONE)
        return;
    effects_lock(work, type, row->lock);
    effects_rename(work, type, (struct name){NULL, op->new_name});
}

/* --- SET SCHEMA --- */

static void move_relation(struct effects_work *work, const struct op *op,
                          const struct effect_row *row) {
    struct effect_target target = effects_find(work, op->target, op->missing_ok, "relation");
    struct name name = {op->new_name, NULL};

    if (!target.found)
        return;
    effects_lock_target(work, &target, alter_kind_of(op->object_type), row->lock);
    if (target.relation == NULL) {
        effects_rename_name(work, target.resolved, name);
        return;
    }
    effects_rename(work, target.relation, name);
    owned_sequences(work, target.relation, row->lock, op->new_name);
}

void effect_of_set_schema(struct effects_work *work, const struct op *op,
                          const struct effect_row *row) {
    if (is_relation_type(op->object_type))
        move_relation(work, op, row);
}

/* --- OWNER TO --- */

/* Nothing below changes when the owner is the same already. */
static bool same_owner(const struct relation *relation, const struct op *op) {
    const struct RoleSpec *role = node_as(AlterTableCmd, op->node)->newowner;
    const char *owner = relation->object.owner;

    /* What was never given away belongs to who runs the migrations. */
    if (role != NULL && role->roletype != ROLESPEC_CSTRING)
        return owner == NULL;
    return op->new_name != NULL && owner != NULL && strcmp(owner, op->new_name) == 0;
}

void effect_of_owner(struct effects_work *work, const struct op *op, const struct effect_row *row) {
    const struct relation *relation;

    if (op->stmt->kind != NODE_AlterTableStmt) {
        if (op->object_type == OBJECT_TYPE)
            effects_lock(work, composite(work, op->target), row->lock);
        return;
    }
    relation = work->target.relation;
    if (relation == NULL || same_owner(relation, op))
        return;
    owned_sequences(work, relation, row->lock, NULL);
}

/* --- COMMENT, SECURITY LABEL, DEPENDS ON EXTENSION --- */

static bool is_part_type(int object_type) {
    return object_type == OBJECT_TABCONSTRAINT || object_type == OBJECT_TRIGGER ||
           object_type == OBJECT_RULE || object_type == OBJECT_POLICY;
}

/* get_object_address: relations under the row's lock, what belongs to one under a lighter one. */
void effect_of_comment(struct effects_work *work, const struct op *op,
                       const struct effect_row *row) {
    bool part = is_part_type(op->object_type);
    struct effect_target target;

    if (!part && !is_relation_type(op->object_type))
        return;
    target = effects_find(work, op->target, false, "relation");
    if (target.found)
        effects_lock_target(work, &target, alter_kind_of(op->object_type),
                            part ? row->other : row->lock);
}

void effect_of_security_label(struct effects_work *work, const struct op *op,
                              const struct effect_row *row) {
    effect_of_comment(work, op, row);
    effects_may_fail(work, "no label provider is loaded", "22023",
                     "no security label providers have been loaded");
}

void effect_of_depends(struct effects_work *work, const struct op *op,
                       const struct effect_row *row) {
    effect_of_comment(work, op, row);
}

/* --- GRANT --- */

void effect_of_grant(struct effects_work *work, const struct op *op, const struct effect_row *row) {
    const struct RangeVar *relation = node_if(RangeVar, op->node);
    struct effect_target target;

    if (relation == NULL || op->target.name == NULL ||
        (op->object_type != OBJECT_TABLE && op->object_type != OBJECT_SEQUENCE))
        return;
    target = effects_find(work, op->target, false, "relation");
    if (target.found)
        effects_lock_target(work, &target, alter_kind_of(op->object_type), row->lock);
}

static bool is_one_of(struct node_list roles, const char *name) {
    for (size_t i = 0; i < roles.n; i++) {
        const struct RoleSpec *role = node_if(RoleSpec, roles.v[i]);

        if (role != NULL && role->rolename != NULL && strcmp(role->rolename, name) == 0)
            return true;
    }
    return false;
}

/* What the history gave to them, and in other histories perhaps more (shdepDropOwned, shdepReassignOwned). */
void effect_of_owned(struct effects_work *work, const struct op *op, const struct effect_row *row) {
    const struct DropOwnedStmt *drop = node_if(DropOwnedStmt, op->node);
    const struct ReassignOwnedStmt *reassign = node_if(ReassignOwnedStmt, op->node);
    struct node_list roles = drop != NULL       ? drop->roles
                             : reassign != NULL ? reassign->roles
                                                : (struct node_list){0};
    struct object_list all = schema_objects(work->schema, work->arena);

    (void)row;
    for (size_t i = 0; i < all.n; i++)
        if (object_is_relation(all.v[i]) && all.v[i]->owner != NULL &&
            is_one_of(roles, all.v[i]->owner))
            effects_lock_id(work, all.v[i]->id, LOCK_ACCESS_EXCLUSIVE);
    if (!effects_knows_all(work) || drop != NULL)
        effects_unknown(work, "what else the roles own");
}

/* --- objects without relations of their own --- */

void effect_of_function(struct effects_work *work, const struct op *op,
                        const struct effect_row *row) {
    (void)work;
    (void)op;
    (void)row;
}

void effect_of_schema(struct effects_work *work, const struct op *op,
                      const struct effect_row *row) {
    (void)work;
    (void)op;
    (void)row;
}
