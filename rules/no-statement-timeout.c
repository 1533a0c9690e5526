/*
A statement may run without limit while others wait for its lock

## Why

Who waits for a table waits as long as the statement that locked it takes. A scan of a
table that has grown, a slow disk, a plan that nobody expected: without
`statement_timeout` nothing ends it but a person, and at night there is none. With it
the statement fails, its transaction is rolled back, and the application goes on.

## Instead

    SET LOCAL statement_timeout = '30s';  -- in a transaction; SET outside of one

a limit that the application can stand. Or give the migrating role the setting, or let
the runner set it, and say `timeouts: external` in .migvet.yml.

## Limits

Reported once per file, for the first statement that takes SHARE or a stronger lock on
a table, foreign table or materialized view that the file does not make. What counts
is the value in effect: 0, RESET, the end of SET LOCAL's transaction. Silent for
CONCURRENTLY and for VALIDATE CONSTRAINT, which take their time without blocking
anybody's reads and writes.

## References

- https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-STATEMENT-TIMEOUT
*/
#include "lint/rule.h"

static bool is_exempt(struct rule_context *context, const struct op *op) {
    struct failure failure =
        effects_failure(rule_statement_effects(context), rule_in_transaction(context));

    return op->concurrently || (failure.sqlstate && failure.certain);
}

static void check(struct rule_context *context, const struct op *op) {
    struct rule_lock lock;

    if (rule_timeouts_are_external(context) || rule_timeout(context, "statement_timeout") ||
        is_exempt(context, op) || !rule_lock_taken(context, op, LOCK_SHARE, &lock))
        return;
    rule_report(
        context, 0, op,
        (struct rule_text){
            .what = rule_printf(context, "no statement_timeout: %s may hold %s on %s without limit",
                                op_kind_words(op->kind), lock_mode_name(lock.mode), lock.relation),
            .why =
                rule_printf(context,
                            "Every %s %s waits as long as the statement takes. If that is longer "
                            "than you think, nothing ends it but a person.",
                            lock_blocks_reads(lock.mode) ? "query on" : "write to", lock.relation),
            .instead = rule_printf(context,
                                   "SET %sstatement_timeout = '30s';  -- before it; as long as the "
                                   "application can wait",
                                   rule_block_in_transaction(context) == KNOWN_YES ? "LOCAL " : ""),
        });
}

RULE(no_statement_timeout) = {
    .all_ops = true,
    .once_per_file = true,
    .on_op = check,
    .reports = {{.id = "runs", .tier = TIER_MINOR}},
    .foreign_names = {"squawk:require-statement-timeout", "squawk:require-timeout-settings"},
};
