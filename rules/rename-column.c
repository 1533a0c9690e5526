/*
A column is renamed in one step while the application still uses the old name

## Why

From the commit on, every query of the running release that says the old name fails;
and the new release fails until then. Views keep working (they know the column by
number), functions with string bodies break when they are called.

## Instead

Expand and contract, each step in its own release: add a column with the new name,
keep both in step with a trigger, fill it in batches, let the application read and
write the new one, then drop the old one. Or, in one transaction, rename the table too
and put a view with the old table and column names in its place.

## Limits

Silent for columns and tables that the same migration makes, temporary tables, a
rename whose old name another column takes in the same migration by a rename, and a
table that a view replaces in the same migration.

## References

- https://www.postgresql.org/docs/current/ddl-alter.html#DDL-ALTER-RENAMING-COLUMN
*/
#include "lint/rule.h"

#include <string.h>

static bool is_table(struct rule_context *context, const struct op *op) {
    const struct relation *relation = rule_target(context, op);

    if (relation)
        return relation->object.kind == OBJ_TABLE || relation->object.kind == OBJ_PARTITIONED_TABLE;
    return op->object_type == OBJECT_TABLE;
}

static bool same_name(const char *a, const char *b) {
    return a && b && strcmp(a, b) == 0;
}

/* One half of a swap: another column gets the old name, or this one takes a name set free here. */
static bool is_swapped(struct rule_context *context, const struct op *op) {
    struct unit_ops unit = rule_ops_about(context, op->target.name);

    for (size_t i = 0; i < unit.n; i++) {
        const struct op *other = unit.v[i];
        if (other == op || other->kind != OP_RENAME_COLUMN ||
            !rule_same_target(context, other->target, op->target))
            continue;
        if (same_name(other->new_name, op->column) || same_name(other->column, op->new_name))
            return true;
    }
    return false;
}

static bool lists_name(struct node_list names, const char *column) {
    for (size_t i = 0; i < names.n; i++)
        if (same_name(node_string(names.v[i]), column))
            return true;
    return false;
}

/* Whether a view's query gives one of its columns this name, by AS or by a list of names. */
static bool offers(const struct op *op, const char *column) {
    const struct ViewStmt *view = node_if(ViewStmt, op->node);
    const struct SelectStmt *select = view ? node_if(SelectStmt, view->query) : NULL;

    if (!select)
        return false;
    for (size_t i = 0; i < select->targetList.n; i++) {
        const struct ResTarget *target = node_if(ResTarget, select->targetList.v[i]);
        if (target && same_name(target->name, column))
            return true;
    }
    return lists_name(view->aliases, column);
}

static bool makes_view(struct rule_context *context, struct name name, const char *column) {
    struct unit_ops unit = rule_ops_about(context, name.name);

    for (size_t i = 0; i < unit.n; i++)
        if (unit.v[i]->kind == OP_CREATE_VIEW && !unit.v[i]->temporary &&
            rule_same_target(context, unit.v[i]->target, name) && offers(unit.v[i], column))
            return true;
    return false;
}

/* The table itself steps aside in this migration, and a view takes its name and the column's. */
static bool is_behind_view(struct rule_context *context, const struct op *op) {
    struct unit_ops unit = rule_ops_about(context, op->target.name);

    for (size_t i = 0; i < unit.n; i++) {
        const struct op *other = unit.v[i];
        if (other->kind != OP_RENAME_TABLE)
            continue;
        if ((rule_same_target(context, other->target, op->target) ||
             same_name(other->new_name, op->target.name)) &&
            makes_view(context, other->target, op->column))
            return true;
    }
    return false;
}

static void check(struct rule_context *context, const struct op *op) {
    const char *old_name = rule_ident(context, op->column);
    const char *new_name = rule_ident(context, op->new_name);

    if (!is_table(context, op) || rule_target_is_new(context, op) ||
        rule_column_is_new(context, op) || rule_does_nothing(context, op) ||
        is_swapped(context, op) || is_behind_view(context, op))
        return;
    rule_report(
        context, 0, op,
        (struct rule_text){
            .what = rule_printf(context, "renaming %s.%s to %s breaks the running application",
                                rule_target_name(context, op), old_name, new_name),
            .why = rule_printf(context,
                               "Every query that says %s fails from the commit on, and the "
                               "new release fails until then: no order of deployment works.",
                               old_name),
            .instead = rule_printf(
                context,
                "ALTER TABLE %s ADD COLUMN %s ...;\n"
                "-- keep both in step with a trigger, fill the new one in batches, switch "
                "the application;\n-- drop %s in a later release",
                rule_name_as_written(context, op->target), new_name, old_name),
        });
}

RULE(rename_column) = {
    .ops = {OP_RENAME_COLUMN},
    .on_op = check,
    .reports = {{.id = "breaks", .tier = TIER_CRITICAL}},
    .foreign_names = {"squawk:renaming-column"},
};
