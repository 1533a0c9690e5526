/* Failures of actions on constraints. */
#include "model/effects_check.h"

#include <string.h>

/* --- CHECK --- */

/* MergeWithExistingConstraint */
static void check_children(struct effects_work *work, const struct op *op,
                           const struct relation *relation) {
    struct id_list all = effects_all_below(work, relation);

    for (size_t i = 1; op->object != NULL && i < all.n; i++) {
        const struct relation *child = effects_relation(work, all.v[i]);
        const struct constraint *own =
            child != NULL ? relation_constraint(child, op->object) : NULL;

        if (own == NULL || own->kind != CONSTRAINT_CHECK)
            continue;
        if (effects_checks_differ(work, own->expr, node_as(Constraint, op->node)->raw_expr))
            effects_fail(work, "42710", "constraint \"%s\" for relation \"%s\" already exists",
                         op->object, child->object.name);
        else if (own->no_inherit)
            effects_fail(work, "42P17",
                         "constraint \"%s\" conflicts with non-inherited constraint on relation "
                         "\"%s\"",
                         op->object, child->object.name);
        else if (!own->validated && !op->not_valid)
            effects_fail(work, "42P17",
                         "constraint \"%s\" conflicts with NOT VALID constraint on relation \"%s\"",
                         op->object, child->object.name);
    }
}

/* --- DROP, VALIDATE --- */

static void check_validate(struct effects_work *work, const struct op *op,
                           const struct relation *relation) {
    const struct constraint *constraint =
        op->object != NULL ? relation_constraint(relation, op->object) : NULL;

    if (constraint != NULL && constraint->kind == CONSTRAINT_CHECK && !constraint->validated &&
        op->only && relation->children.n > 0 && !constraint->no_inherit)
        effects_fail(work, "42P16", "constraint must be validated on child tables too");
}

/* A constraint trigger is a constraint, too, and cannot be dropped as one. */
static bool is_constraint_trigger(const struct relation *relation, const char *name) {
    for (size_t i = 0; name != NULL && i < relation->trigger_count; i++)
        if (relation->triggers[i]->def != NULL && relation->triggers[i]->def->isconstraint &&
            strcmp(relation->triggers[i]->name, name) == 0)
            return true;
    return false;
}

static void check_drop(struct effects_work *work, const struct op *op,
                       const struct relation *relation) {
    const struct constraint *constraint =
        op->object != NULL ? relation_constraint(relation, op->object) : NULL;

    if (constraint == NULL && is_constraint_trigger(relation, op->object))
        effects_fail(
            work, "2BP01",
            "cannot drop constraint %s on table %s because trigger %s on table %s requires it",
            op->object, relation->object.name, op->object, relation->object.name);
    else if (constraint != NULL && constraint->kind == CONSTRAINT_CHECK && op->only &&
             relation->object.kind == OBJ_PARTITIONED_TABLE && relation->children.n > 0 &&
             work->schema->target < 18)
        effects_fail(work, "42P16",
                     "cannot remove constraint from only the partitioned table when partitions "
                     "exist");
}

void effects_check_constraint(struct effects_work *work, const struct op *op,
                              const struct relation *relation) {
    if (relation == NULL || work->stopped)
        return;
    if (op->kind == OP_ADD_CHECK)
        check_children(work, op, relation);
    else if (op->kind == OP_VALIDATE_CONSTRAINT)
        check_validate(work, op, relation);
    else if (op->kind == OP_DROP_CONSTRAINT)
        check_drop(work, op, relation);
}
