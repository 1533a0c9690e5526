/*
A new value of an enum is put behind all others, whether it belongs there or not

## Why

Enums are ordered as their values are listed, and ADD VALUE without a position
appends: ORDER BY, `<` and `max()` then treat the new value as the greatest. No ALTER
TYPE can move it later.

## Instead

Say where it belongs, be it the end:

    ALTER TYPE order_status ADD VALUE 'packed' BEFORE 'shipped';

## Limits

Silent for enums that the same migration makes, and for a value that is there already.

## References

- https://www.postgresql.org/docs/current/sql-altertype.html
*/
#include "lint/rule.h"

#include <string.h>

/* Made by this migration, or the value is no news. */
static bool is_exempt(struct rule_context *context, const struct op *op) {
    const struct type *type = schema_type(rule_schema(context), op->target);

    for (size_t i = 0; type && i < type->labels.n; i++)
        if (op->column && strcmp(type->labels.v[i], op->column) == 0)
            return true;
    return type && object_is_new(rule_schema(context), &type->object);
}

static const char *with_position(struct rule_context *context, const struct op *op) {
    const struct type *type = schema_type(rule_schema(context), op->target);
    const char *last =
        type && type->labels.n ? rule_literal(context, type->labels.v[type->labels.n - 1]) : "...";

    return rule_printf(context, "ALTER TYPE %s ADD VALUE %s%s AFTER %s;  -- or BEFORE another",
                       rule_name_as_written(context, op->target),
                       op->if_not_exists ? "IF NOT EXISTS " : "", rule_literal(context, op->column),
                       last);
}

static void check(struct rule_context *context, const struct op *op) {
    const struct AlterEnumStmt *alter = node_if(AlterEnumStmt, op->node);
    const char *type = rule_target_name(context, op);

    if (!alter || alter->newValNeighbor || is_exempt(context, op))
        return;
    rule_report(context, 0, op,
                (struct rule_text){
                    .what = rule_printf(context, "%s becomes the greatest value of %s",
                                        rule_literal(context, op->column), type),
                    .why = "Without BEFORE or AFTER it is put behind all others, in ORDER BY, < "
                           "and max() too, and cannot be moved later.",
                    .instead = with_position(context, op),
                    .object_kind = "enum",
                    .object_name = type,
                });
}

RULE(enum_value_without_position) = {
    .ops = {OP_ALTER_ENUM_ADD_VALUE},
    .on_op = check,
    .reports = {{.id = "appended", .tier = TIER_MINOR}},
    .foreign_names = {"squawk:require-enum-value-ordering"},
};
