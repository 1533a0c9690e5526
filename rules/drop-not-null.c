/*
A column that was never NULL may be from now on, and readers do not expect it

## Why

Code that was written for a NOT NULL column reads its values without asking: with the
first NULL that somebody writes it fails, or counts wrong. And it is easy to drop and
hard to take back: once there are NULLs, NOT NULL needs them filled, and the whole
table read.

## Instead

Where the value is only not known yet, keep NOT NULL and give the column a DEFAULT.
Where NULL is meant, release the version that reads it first, and say so for the
reader:

    -- migvet:ignore drop-not-null reason: all releases since 2024.06 read NULL as "no fax"
    ALTER TABLE customers ALTER COLUMN fax DROP NOT NULL;

## Limits

Silent where the history knows that the column takes NULLs already, for tables and
columns that the same migration makes, for temporary tables, and where the same
migration drops the column or requires it again.

## References

- https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-SET-DROP-NOT-NULL
*/
#include "lint/rule.h"

#include <string.h>

static bool takes_nulls(const struct rule_context *context, const struct op *op) {
    const struct relation *table = rule_target(context, op);
    const struct column *column = table ? relation_column(table, op->column) : NULL;

    return column && column->not_null == KNOWN_NO;
}

/* Dropped, or required again. */
static bool is_passing(const struct rule_context *context, const struct op *op) {
    struct unit_ops later = rule_later_ops_about(context, op);

    for (size_t i = 0; i < later.n; i++)
        if ((later.v[i]->kind == OP_DROP_COLUMN || later.v[i]->kind == OP_SET_NOT_NULL) &&
            strcmp(later.v[i]->column, op->column) == 0 &&
            rule_same_target(context, later.v[i]->target, op->target))
            return true;
    return rule_table_is_dropped_later(context, op);
}

static void check(struct rule_context *context, const struct op *op) {
    const char *column = rule_ident(context, op->column);
    const char *table = rule_name_as_written(context, op->target);

    if (rule_target_is_new(context, op) || rule_column_is_new(context, op) ||
        takes_nulls(context, op) || is_passing(context, op) ||
        rule_effects(context, op)->failure.certain)
        return;
    rule_report(context, 0, op,
                (struct rule_text){
                    .what = rule_printf(context, "%s.%s may be NULL from now on",
                                        rule_target_name(context, op), column),
                    .why = "Code that reads the column without asking for NULL fails with the "
                           "first one; and once there is one, NOT NULL does not come back "
                           "without filling them and reading the whole table.",
                    .instead = rule_printf(context,
                                           "ALTER TABLE %s ALTER COLUMN %s SET DEFAULT ...;  -- "
                                           "where it may be left out\n"
                                           "-- or first release a version that reads NULLs, with\n"
                                           "-- migvet:ignore drop-not-null reason: all releases "
                                           "since ... read NULL",
                                           table, column),
                });
}

RULE(drop_not_null) = {
    .ops = {OP_DROP_NOT_NULL},
    .on_op = check,
    .reports = {{.id = "nullable", .tier = TIER_MINOR}},
    .foreign_names = {"squawk:ban-drop-not-null"},
};
