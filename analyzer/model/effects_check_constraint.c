/* Failures of actions on constraints. */
#include "model/effects_check.h"

#include <string.h>

/* --- CHECK --- */

struct check_search {
    const struct effects_work *work;
    const struct relation *relation;
    const struct op *op;
    const char *missing;
    bool aggregate;
};

static bool is_added(const struct check_search *search, const char *name) {
    for (size_t i = 0; i < search->work->all.n; i++) {
        const struct op *other = &search->work->all.v[i];

        if (other->kind == OP_ADD_COLUMN && other->stmt == search->op->stmt &&
            other->column != NULL && strcmp(other->column, name) == 0)
            return true;
    }
    return false;
}

static bool is_aggregate(const struct effects_work *work, const struct FuncCall *call) {
    const char *name = node_list_last_string(call->funcname);
    struct catalog_functions all;
    const struct catalog_function *function;

    if (name == NULL || call->over != NULL)
        return false;
    all = catalog_function(name, call->agg_star ? 0 : (int)call->args.n, work->schema->target);
    function = catalog_function_next(&all);
    return function != NULL && (function->flags & CATALOG_AGGREGATE);
}

static bool visit(const struct node *node, void *context) {
    struct check_search *search = context;
    const struct ColumnRef *ref = node_if(ColumnRef, node);
    const char *name = ref != NULL && ref->fields.n == 1 ? node_string(ref->fields.v[0]) : NULL;

    if (name != NULL && relation_column(search->relation, name) == NULL &&
        !effects_is_system_column(name) && !is_added(search, name) &&
        strcmp(name, search->relation->object.name) != 0)
        search->missing = name;
    if (node->kind == NODE_FuncCall && is_aggregate(search->work, node_as(FuncCall, node)))
        search->aggregate = true;
    return node->kind != NODE_SubLink;
}

static bool names_added(struct effects_work *work, const struct op *op, const struct node *expr) {
    for (size_t i = 0; i < work->all.n; i++)
        if (work->all.v[i].kind == OP_ADD_COLUMN && work->all.v[i].stmt == op->stmt &&
            work->all.v[i].column != NULL &&
            expr_names_column(work->arena, expr, work->all.v[i].column))
            return true;
    return false;
}

static void check_boolean(struct effects_work *work, const struct relation *relation,
                          const struct node *expr) {
    struct expr_scope scope = {.schema = work->schema, .relation = relation};
    struct expr_info info = expr_analyse(&scope, expr);
    const char *type = type_use_catalog_name(work->schema, &info.type);

    if (type != NULL && strcmp(type, "bool") != 0 && strcmp(type, "unknown") != 0)
        effects_fail(work, "42804", "argument of CHECK must be type boolean, not type %s",
                     type_use_text(work->arena, work->schema, &info.type));
}

/* MergeWithExistingConstraint */
static void check_children(struct effects_work *work, const struct op *op,
                           const struct relation *relation) {
    struct id_list all = effects_all_below(work, relation);

    for (size_t i = 1; op->object != NULL && !op->not_valid && i < all.n; i++) {
        const struct relation *child = effects_relation(work, all.v[i]);
        const struct constraint *own =
            child != NULL ? relation_constraint(child, op->object) : NULL;

        if (own != NULL && own->kind == CONSTRAINT_CHECK && !own->validated)
            effects_fail(work, "42P17",
                         "constraint \"%s\" conflicts with NOT VALID constraint on relation \"%s\"",
                         op->object, child->object.name);
    }
}

static void check_check(struct effects_work *work, const struct op *op,
                        const struct relation *relation) {
    const struct Constraint *constraint = node_as(Constraint, op->node);
    struct check_search search = {work, relation, op, NULL, false};

    node_walk(work->arena, constraint->raw_expr, visit, &search);
    if (search.missing != NULL && relation->columns_known)
        effects_fail(work, "42703", "column \"%s\" does not exist", search.missing);
    else if (search.aggregate)
        effects_fail(work, "42803", "aggregate functions are not allowed in check constraints");
    else if (constraint->is_no_inherit && relation->object.kind == OBJ_PARTITIONED_TABLE)
        effects_fail(work, "42P16", "cannot add NO INHERIT constraint to partitioned table \"%s\"",
                     relation->object.name);
    else if (!names_added(work, op, constraint->raw_expr))
        check_boolean(work, relation, constraint->raw_expr);
    if (!work->stopped)
        check_children(work, op, relation);
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
        check_check(work, op, relation);
    else if (op->kind == OP_VALIDATE_CONSTRAINT)
        check_validate(work, op, relation);
    else if (op->kind == OP_DROP_CONSTRAINT)
        check_drop(work, op, relation);
}
