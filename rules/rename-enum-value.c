/*
A value of an enum is renamed while the application still says the old name

## Why

From the commit on, the server refuses the old name (22P02) in every query of the
running release, and hands out the new one, which that release does not know; the new
release fails until then. There is no order of deployment that works.

## Instead

Add a value with the new name, release an application that reads both, change the rows
in small batches, and then let it write the new one only. The old value stays in the
type, unused:

    ALTER TYPE order_status ADD VALUE 'cancelled' AFTER 'canceled';
    -- in later migrations, in batches:
    UPDATE orders SET status = 'cancelled' WHERE id BETWEEN 1 AND 1000 AND status = 'canceled';

## Limits

Silent for enums and values that the same migration makes.

## References

- https://www.postgresql.org/docs/current/sql-altertype.html
*/
#include "lint/rule.h"

#include <string.h>

/* The value, or the whole type, is made by this migration. */
static bool is_new(struct rule_context *context, const struct op *op, const char *label) {
    const struct schema *schema = rule_schema(context);
    const struct type *type = schema_type(schema, op->target);

    if (!type || object_is_new(schema, &type->object))
        return type != NULL;
    for (size_t i = 0; i < type->labels.n; i++)
        if (strcmp(type->labels.v[i], label) == 0)
            return type->label_units[i] == schema->unit;
    return false;
}

static void check(struct rule_context *context, const struct op *op) {
    const char *type = rule_target_name(context, op);
    const char *old_label, *new_label;

    if (is_new(context, op, op->column))
        return;
    old_label = rule_literal(context, op->column);
    new_label = rule_literal(context, op->new_name);
    rule_report(
        context, 0, op,
        (struct rule_text){
            .what = rule_printf(context, "renaming %s of %s to %s breaks the running application",
                                old_label, type, new_label),
            .why = rule_printf(context,
                               "From the commit on %s is refused in every query (22P02), and rows "
                               "come back with %s; the new release fails until then: no order of "
                               "deployment works.",
                               old_label, new_label),
            .instead = rule_printf(context,
                                   "ALTER TYPE %s ADD VALUE %s AFTER %s;\n"
                                   "-- let the application read both, change the rows in batches "
                                   "in later migrations, then write the new one only",
                                   rule_name_as_written(context, op->target), new_label, old_label),
            .object_kind = "enum",
            .object_name = type,
        });
}

RULE(rename_enum_value) = {
    .ops = {OP_ALTER_ENUM_RENAME_VALUE},
    .on_op = check,
    .reports = {{.id = "breaks", .tier = TIER_CRITICAL}},
};
