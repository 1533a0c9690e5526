/*
CLUSTER writes a table anew in the order of an index while nobody can read it

## Why

The table and all its indexes are copied under ACCESS EXCLUSIVE: every query waits
until the copy is done, which grows with the table, and as much disk again is needed
meanwhile. Without a table's name it does so with every table that was clustered
before. New rows do not keep the order.

## Instead

pg_repack writes a table in an index's order while it is used; run it as an operation,
not as a migration. Often an index that holds all the columns a query needs does as
well:

    CREATE INDEX CONCURRENTLY events_account_idx ON events (account_id, made_at) INCLUDE (kind);

## Limits

Silent for tables that the same migration makes, and temporary ones.

## References

- https://www.postgresql.org/docs/current/sql-cluster.html
*/
#include "lint/rule.h"

static void check(struct rule_context *context, const struct op *op) {
    bool all = !op->target.name;
    const char *table =
        all ? "every table that was clustered before" : rule_target_name(context, op);

    if (!all && rule_target_is_new(context, op))
        return;
    rule_report(
        context, 0, op,
        (struct rule_text){
            .what = rule_printf(context, "CLUSTER rewrites %s while nobody can read it", table),
            .why = "Table and indexes are copied under ACCESS EXCLUSIVE: every query waits until "
                   "that is done, which grows with the table. It needs as much disk again.",
            .instead = "pg_repack --order-by, outside of the migrations; or an index that holds "
                       "all the columns that the query needs",
        });
}

RULE(cluster) = {
    .ops = {OP_CLUSTER},
    .on_op = check,
    .reports = {{.id = "rewrites", .tier = TIER_CRITICAL}},
};
