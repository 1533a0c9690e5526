/*
CONCURRENTLY inside a transaction fails, and the deployment stops there

## Why

CREATE INDEX, DROP INDEX, REINDEX and DETACH PARTITION with CONCURRENTLY commit in
between, so the server refuses them inside a transaction block (25001): between BEGIN
and COMMIT, in a DO block, in a file that the migration tool wraps, and in a query
string of several statements. (REFRESH MATERIALIZED VIEW CONCURRENTLY is allowed
there.)

## Instead

Give the statement a file of its own, without BEGIN, and tell the migration tool not
to open a transaction for it. Where a file is sent as one query string, it must be the
only statement.

## Limits

Silent where it is not known how the file is run: say `--in-transaction` or
`--no-transaction`, or let migvet recognise the tool.

## References

- https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY
*/
#include "lint/rule.h"

static void check(struct rule_context *context, const struct op *op) {
    const struct effects *effects = rule_effects(context, op);

    if (!op->concurrently || rule_in_transaction(context) != KNOWN_YES ||
        effects->in_transaction_ok != KNOWN_NO)
        return;
    rule_report(context, 0, op,
                (struct rule_text){
                    .what = rule_printf(context,
                                        "%s CONCURRENTLY cannot run inside a transaction: "
                                        "this fails",
                                        op_kind_words(op->kind)),
                    .why = rule_printf(context,
                                       "The server refuses it in a transaction block (25001), and "
                                       "%s.",
                                       rule_transaction_words(context)),
                    .instead = rule_way_out(context, op),
                });
}

RULE(concurrently_in_transaction) = {
    .ops = {OP_CREATE_INDEX, OP_DROP_INDEX, OP_REINDEX_INDEX, OP_REINDEX_TABLE, OP_REINDEX_SCHEMA,
            OP_REINDEX_DATABASE, OP_REINDEX_SYSTEM, OP_DETACH_PARTITION},
    .on_op = check,
    .reports = {{.id = "refused", .tier = TIER_CRITICAL}},
    .foreign_names = {"squawk:ban-concurrent-index-creation-in-transaction"},
};
