/*
A statement that refuses to run in a transaction stands in one: it fails

## Why

VACUUM, ALTER SYSTEM, CREATE and DROP DATABASE and TABLESPACE, REINDEX of a schema, a
database or a partitioned table, CLUSTER without a table, CREATE and DROP SUBSCRIPTION
with a slot, and others begin and end transactions of their own, so the server refuses
them between BEGIN and COMMIT, in a DO block, in a file that the migration tool wraps,
and in a query string of several statements. A DO block or procedure that commits
fails the same way where it runs inside a transaction.

## Instead

Give the statement a file of its own, without BEGIN, and tell the migration tool not
to open a transaction for it. Where a file is sent as one query string, it must be the
only statement.

## Limits

Silent where it is not known how the file is run: say `--in-transaction` or
`--no-transaction`, or let migvet recognise the tool. What is refused because of
CONCURRENTLY is reported by concurrently-in-transaction.

## References

- https://www.postgresql.org/docs/current/sql-vacuum.html
- https://www.postgresql.org/docs/current/plpgsql-transactions.html
*/
#include "lint/rule.h"

#include <string.h>

/* A new value of an enum, which the statement would meet in another transaction as any other:
 * enum-value-used-in-transaction. */
#define NEW_LABEL "55P04"

static bool ends_block(const struct op *op) {
    return op->statement->parent && (op->kind == OP_COMMIT || op->kind == OP_ROLLBACK);
}

/* COMMIT in a DO block asks how the block is run. */
static enum known in_transaction(const struct rule_context *context, const struct op *op) {
    return ends_block(op) ? rule_block_in_transaction(context) : rule_in_transaction(context);
}

static const char *way_out(const struct rule_context *context, const struct op *op) {
    if (ends_block(op))
        return "the DO block in a file of its own that runs outside a transaction; or no COMMIT in "
               "it";
    return rule_way_out(context, op);
}

static const char *detail(const struct op *op) {
    if (op->kind == OP_CALL)
        return " of a procedure that ends transactions";
    return ends_block(op) ? " in a DO block" : "";
}

static void check(struct rule_context *context, const struct op *op) {
    const struct effects *effects;

    if (op->concurrently || in_transaction(context, op) != KNOWN_YES)
        return;
    effects = rule_effects(context, op);
    if (effects->in_transaction_ok != KNOWN_NO || !effects->inside.sqlstate ||
        strcmp(effects->inside.sqlstate, NEW_LABEL) == 0)
        return;
    rule_report(
        context, 0, op,
        (struct rule_text){
            .what = rule_printf(context, "%s%s cannot run inside a transaction: this fails",
                                op_kind_words(op->kind), detail(op)),
            .why = rule_printf(context, "The server says \"%s\" (%s), and %s.", effects->inside.why,
                               effects->inside.sqlstate, rule_transaction_words(context)),
            .instead = way_out(context, op),
        });
}

RULE(refused_in_transaction) = {
    .all_ops = true,
    .on_op = check,
    .reports = {{.id = "refused", .tier = TIER_CRITICAL}},
    .covers = {"vacuum-full", "cluster", "reindex-not-concurrent", "no-lock-timeout",
               "no-statement-timeout"},
    .in_downs = true,
};
