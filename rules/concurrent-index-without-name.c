/*
Each retry of a failed concurrent build without a name leaves another index behind

## Why

A concurrent build that fails leaves an INVALID index. With a name, the next run stops
at it; without one, the server takes the next free name, so that every failed run
leaves another index, which slows down all writes and which no query uses. Later
migrations can only guess what the good one is called.

## Instead

    CREATE INDEX CONCURRENTLY orders_customer_id_idx ON orders (customer_id);

## References

- https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY
*/
#include "lint/rule.h"

static void check(struct rule_context *context, const struct op *op) {
    if (!op->concurrently || op->object || rule_target_is_harmless(context, op))
        return;
    rule_report(
        context, 0, op,
        (struct rule_text){
            .what = rule_printf(context,
                                "the index on %s has no name: each failed build leaves another one",
                                rule_target_name(context, op)),
            .why = "A concurrent build that fails leaves an INVALID index behind, and the next run "
                   "takes the next free name instead of stopping there; all of them slow down "
                   "writes.",
            .instead = rule_printf(context, "%s;", rule_sql_concurrently(context, op)),
        });
}

RULE(concurrent_index_without_name) = {
    .ops = {OP_CREATE_INDEX},
    .on_op = check,
    .reports = {{.id = "unnamed", .tier = TIER_MINOR}},
    .foreign_names = {"squawk:prefer-robust-stmts"},
};
