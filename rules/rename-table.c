/*
A table is renamed in one step while the application still uses the old name

## Why

From the commit on, every query of the running release that says the old name fails;
and the new release fails until then. There is no order of deployment that works.

## Instead

In one transaction, rename the table and create a view with the old name. A simple
view takes writes as well, so both releases work. Drop the view in a later release:

    BEGIN;
    ALTER TABLE coupons RENAME TO promotions;
    CREATE VIEW coupons AS SELECT * FROM promotions;
    COMMIT;

## Limits

Silent for tables that the same migration makes, temporary tables, and where the same
migration puts a view or table with the old name in place.

## References

- https://www.postgresql.org/docs/current/sql-createview.html#SQL-CREATEVIEW-UPDATABLE-VIEWS
*/
#include "lint/rule.h"

#include <string.h>

/* Whether a later operation gives the old name to something that can be queried. */
static bool takes_name(struct rule_context *context, const struct op *op, const struct op *later) {
    switch (later->kind) {
    case OP_CREATE_VIEW:
    case OP_CREATE_TABLE:
    case OP_CREATE_TABLE_AS:
    case OP_CREATE_PARTITION:
        return !later->temporary && rule_same_target(context, later->target, op->target);
    case OP_RENAME_TABLE:
    case OP_RENAME_VIEW:
        return rule_same_target(context, (struct name){later->target.schema, later->new_name},
                                op->target);
    default:
        return false;
    }
}

static bool is_replaced(struct rule_context *context, const struct op *op) {
    struct unit_ops later = rule_later_ops(context, op);

    for (size_t i = 0; i < later.n; i++)
        if (takes_name(context, op, later.v[i]))
            return true;
    return false;
}

/* It takes the name that another table gave up in this migration: the second half of a swap. */
static bool takes_freed_name(struct rule_context *context, const struct op *op) {
    struct unit_ops unit = rule_ops_about(context, op->new_name);
    struct name new_name = {op->target.schema, op->new_name};

    for (size_t i = 0; i < unit.n && unit.v[i] != op; i++)
        if (unit.v[i]->kind == OP_RENAME_TABLE &&
            rule_same_target(context, unit.v[i]->target, new_name))
            return true;
    return false;
}

static bool is_table(struct rule_context *context, const struct op *op) {
    const struct relation *relation = rule_target(context, op);

    if (!relation)
        return op->object_type == OBJECT_TABLE;
    return relation->object.kind == OBJ_TABLE || relation->object.kind == OBJ_PARTITIONED_TABLE ||
           relation->object.kind == OBJ_FOREIGN_TABLE;
}

static void check(struct rule_context *context, const struct op *op) {
    const char *old_name = rule_name_as_written(context, op->target);
    const char *new_name = rule_ident(context, op->new_name);

    if (!is_table(context, op) || rule_target_is_new(context, op) ||
        rule_does_nothing(context, op) || is_replaced(context, op) || takes_freed_name(context, op))
        return;
    rule_report(
        context, 0, op,
        (struct rule_text){
            .what = rule_printf(context, "renaming %s to %s breaks the running application",
                                rule_target_name(context, op), new_name),
            .why = rule_printf(context,
                               "Every query that says %s fails from the commit on, and the "
                               "new release fails until then: no order of deployment works.",
                               old_name),
            .instead = rule_printf(
                context,
                "BEGIN;\nALTER TABLE %s RENAME TO %s;\n"
                "CREATE VIEW %s AS SELECT * FROM %s;  -- dropped in a "
                "later release\nCOMMIT;",
                old_name, new_name, old_name,
                rule_name_as_written(context, (struct name){op->target.schema, op->new_name})),
        });
}

RULE(rename_table) = {
    .ops = {OP_RENAME_TABLE},
    .on_op = check,
    .reports = {{.id = "breaks", .tier = TIER_CRITICAL}},
    .foreign_names = {"squawk:renaming-table"},
};
