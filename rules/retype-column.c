/*
A column's new type makes the server rewrite the whole table

## Why

Unless the old values are valid values of the new type in the same bytes, ALTER COLUMN
TYPE writes the table and all its indexes anew under ACCESS EXCLUSIVE: nobody reads or
writes until it is done, and the disk must hold both copies.

Where the values stay as they are, expression and partial indexes are built anew all the
same, so is any index whose sort order changes, and CHECK constraints that name the
column are tested on every row, all under ACCESS EXCLUSIVE.

Prepared statements that select the column fail after any change of its type ("cached
plan must not change result type") until the application prepares them anew.

## Instead

Another type means another column: add one of the new type, keep both in step with a
trigger, fill it in small batches, switch the application over, drop the old one in a
later release.

Drop such indexes and constraints before, and make them again afterwards, concurrently
and NOT VALID.

These change the catalogue and no row, and are silent when the history knows the old
type and nothing is built or tested anew: varchar(n) to a larger n or to text,
numeric(p,s) to more digits with the same scale, timestamp or interval to a higher
precision, cidr to inet, varbit to more bits, timestamp to timestamptz while the
session's TimeZone is UTC, a domain without constraints over the same type.

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

static const char *rebuilt_words(struct rule_context *context, const struct effects *effects) {
    const char *first = rule_name_as_written(context, effects->rebuilds.v[0]);

    if (effects->rebuilds.n == 1)
        return rule_printf(context, "builds index %s anew", first);
    return rule_printf(context, "builds %zu indexes anew, %s first", effects->rebuilds.n, first);
}

/* The values stay, what is made of them does not. */
static void report_work(struct rule_context *context, const struct op *op,
                        const struct type_change *change, const struct effects *effects) {
    bool index = effects->rebuilds.n > 0;

    rule_report(
        context, 1, op,
        (struct rule_text){
            .what = rule_printf(context, "changing %s.%s from %s to %s %s",
                                rule_target_name(context, op), rule_ident(context, op->column),
                                change->old_text, change->new_text,
                                index ? rebuilt_words(context, effects)
                                      : "tests its CHECK constraints on every row"),
            .why =
                "No row is written, but ACCESS EXCLUSIVE is held until that is done: nobody reads "
                "or writes the table, the longer the larger it is.",
            .instead = index
                           ? "-- before, in a migration of its own: DROP INDEX CONCURRENTLY\n"
                             "-- after it, in one of its own: CREATE INDEX CONCURRENTLY"
                           : "-- drop the constraint beside the change of type, add it NOT VALID,\n"
                             "-- and validate it in a transaction of its own",
        });
}

static bool works_on(const struct effects *effects) {
    return effects->rebuilds.n > 0 || effects->scans.n > 0;
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
    else if (change.column != NULL && works_on(rule_effects(context, op)))
        report_work(context, op, &change, rule_effects(context, op));
}

RULE(retype_column) = {
    .ops = {OP_ALTER_COLUMN_TYPE},
    .on_op = check,
    .reports = {{.id = "rewrites", .tier = TIER_CRITICAL}, {.id = "works", .tier = TIER_MAJOR}},
    .foreign_names = {"squawk:changing-column-type"},
};
