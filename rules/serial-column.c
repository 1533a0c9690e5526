/*
A serial column instead of an identity column

## Why

serial is not a type but a macro: an integer with a default and a sequence beside it.
The sequence has its own privileges, so that GRANT INSERT on the table is not enough;
CREATE TABLE ... LIKE makes two tables share it; anybody may insert a number that the
sequence gives out again later. An identity column is the standard's way to say the
same, without these.

## Instead

    CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);

## Limits

Only where the table has no rows yet: on others adding either of the two rewrites the
table, which is another rule's matter. Silent for temporary tables.

## References

- https://www.postgresql.org/docs/current/ddl-identity-columns.html
- https://www.postgresql.org/docs/current/datatype-numeric.html#DATATYPE-SERIAL
*/
#include "lint/rule.h"

/* serial, bigserial ... as it is written. */
static const char *type_word(const struct op *op) {
    const struct ColumnDef *column = node_as(ColumnDef, op->node);

    return node_list_last_string(column->typeName->names);
}

static void check(struct rule_context *context, const struct op *op) {
    if (!rule_target_is_harmless(context, op) || rule_column_is_passing(context, op))
        return;
    rule_report(context, 0, op,
                (struct rule_text){
                    .what = rule_printf(context, "%s.%s is %s: a sequence beside the column",
                                        rule_target_name(context, op),
                                        rule_ident(context, op->column), type_word(op)),
                    .why = "The sequence has privileges of its own, is shared by copies of the "
                           "table, and gives out numbers that somebody inserted by hand.",
                    .instead = rule_printf(context, "%s bigint GENERATED ALWAYS AS IDENTITY",
                                           rule_ident(context, op->column)),
                });
}

RULE(serial_column) = {
    .ops = {OP_ADD_SERIAL},
    .on_op = check,
    .reports = {{.id = "serial", .tier = TIER_MINOR}},
    .by_default = RULE_OPT_IN,
    .pack = "style",
    .foreign_names = {"squawk:prefer-identity"},
};
