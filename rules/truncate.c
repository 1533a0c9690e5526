/*
TRUNCATE takes all rows of a table, and nobody can read it meanwhile

## Why

All rows are gone with the commit, without a trace that could be taken back. ACCESS
EXCLUSIVE has to wait for every query on the table, all later ones wait behind it,
until the transaction ends; and a REPEATABLE READ transaction with an older snapshot
sees an empty table. With CASCADE, every table that references it is emptied too.

## Instead

Delete the rows in small batches, each in its own transaction; or leave it to an
operator, outside the migrations.

## Limits

Silent for tables that the same migration makes, and temporary ones.

## References

- https://www.postgresql.org/docs/current/sql-truncate.html
*/
#include "lint/rule.h"

static void check(struct rule_context *context, const struct op *op) {
    const char *table = rule_target_name(context, op);

    if (rule_target_is_new(context, op))
        return;
    rule_report(
        context, 0, op,
        (struct rule_text){
            .what = rule_printf(context, "TRUNCATE deletes all rows of %s%s", table,
                                op->cascade ? " and of every table that references it" : ""),
            .why = "They are gone with the commit. Until then ACCESS EXCLUSIVE keeps "
                   "everybody from reading the table.",
            .instead = rule_printf(context,
                                   "DELETE FROM %s WHERE ...;  -- in small batches, each "
                                   "in its own transaction",
                                   rule_name_as_written(context, op->target)),
        });
}

RULE(truncate) = {
    .ops = {OP_TRUNCATE},
    .on_op = check,
    .reports = {{.id = "data-loss", .tier = TIER_CRITICAL}},
};
