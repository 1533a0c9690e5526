/*
A column's new type makes the server rewrite the whole table

## Why

Unless the old values are valid values of the new type in the same bytes, ALTER COLUMN
TYPE writes the table and all its indexes anew under ACCESS EXCLUSIVE: nobody reads or
writes until it is done, and the disk must hold both copies.

## Instead

Another type means another column: add one of the new type, keep both in step with a
trigger, fill it in small batches, switch the application over, drop the old one in a
later release.

These change the catalogue and no row, and are silent when the history knows the old
type: varchar(n) to a larger n or to text, numeric(p,s) to more digits with the same
scale, timestamp or interval to a higher precision, cidr to inet, varbit to more bits,
timestamp to timestamptz while the session's TimeZone is UTC, a domain without
constraints over the same type.

## Limits

Where no file of the history tells the old type, the finding says so: the change may
turn out to be harmless.

## References

- https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES
*/
#include "lint/rule.h"

static void report_rewrite(struct rule_context *context, const struct op *op,
                           const struct type_change *change) {
    const char *table = rule_target_name(context, op);

    rule_report(context, 0, op,
                (struct rule_text){
                    .what = rule_printf(context, "changing %s.%s from %s to %s rewrites the table",
                                        table, rule_ident(context, op->column),
                                        change->old_text ? change->old_text : "its type",
                                        change->new_text ? change->new_text : "the new one"),
                    .why = "Every row and every index is written anew under ACCESS EXCLUSIVE: "
                           "nobody reads or writes the table until that is done.",
                    .instead = rule_sql_second_column(context, op, change->new_text),
                });
}

static void report_doubt(struct rule_context *context, const struct op *op,
                         const struct type_change *change) {
    const char *table = rule_target_name(context, op);

    rule_report(
        context, 0, op,
        (struct rule_text){
            .what = rule_printf(context, "changing the type of %s.%s to %s may rewrite the table",
                                table, rule_ident(context, op->column),
                                change->new_text ? change->new_text : "another one"),
            .why = rule_printf(context,
                               "%s is not known here. Unless the old values fit the new "
                               "type as they are (a longer varchar, text), every row and "
                               "index is written anew under ACCESS EXCLUSIVE.",
                               change->unknown_why ? change->unknown_why : "The old type"),
            .instead = rule_sql_second_column(context, op, change->new_text),
        });
}

static bool has_values(struct rule_context *context, const struct op *op) {
    const struct relation *relation = rule_target(context, op);

    if (rule_target_is_harmless(context, op))
        return false;
    return !relation || relation->object.kind == OBJ_TABLE ||
           relation->object.kind == OBJ_PARTITIONED_TABLE;
}

static void check(struct rule_context *context, const struct op *op) {
    struct type_change change;

    if (!has_values(context, op) || !node_if(AlterTableCmd, op->node))
        return;
    change = rule_type_change(context, op);
    if (change.rewrite == KNOWN_YES)
        report_rewrite(context, op, &change);
    else if (change.rewrite == UNKNOWN)
        report_doubt(context, op, &change);
}

RULE(retype_column) = {
    .ops = {OP_ALTER_COLUMN_TYPE},
    .on_op = check,
    .reports = {{.id = "rewrites", .tier = TIER_CRITICAL}},
    .foreign_names = {"squawk:changing-column-type"},
};
