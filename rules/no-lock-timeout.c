/*
A statement waits for its lock without limit, and everybody else behind it

## Why

A lock that blocks writes, or reads too, is granted only when all transactions that
use the table are over. While the statement waits, all later ones that conflict with
it queue up behind it, even those that would not conflict with the lock that is held:
one long report or one forgotten session, and a statement that takes a millisecond is
an outage. With `lock_timeout` it gives up, the queue is gone, and the deployment
tries again.

## Instead

    SET LOCAL lock_timeout = '2s';  -- in a transaction; SET outside of one

and let the deployment retry. Or give the migrating role the setting (ALTER ROLE ...
SET lock_timeout), or let the runner set it, and say `timeouts: external` in
.migvet.yml.

## Limits

Reported once per file, for the first statement that takes SHARE or a stronger lock on
a table, foreign table or materialized view that the file does not make. What counts
is the value in effect: 0, RESET, the end of SET LOCAL's transaction. Silent for
CONCURRENTLY, which waits on purpose and must not be cut short, since a build that
fails leaves an invalid index behind; and for LOCK TABLE ... NOWAIT.

## References

- https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-LOCK-TIMEOUT
- https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES
*/
#include "lint/rule.h"

/* It waits by design, or not at all. */
static bool is_exempt(struct rule_context *context, const struct op *op) {
    const struct LockStmt *lock = node_if(LockStmt, op->stmt);
    struct failure failure =
        effects_failure(rule_statement_effects(context), rule_in_transaction(context));

    return op->concurrently || (lock && lock->nowait) || (failure.sqlstate && failure.certain);
}

static const char *queue(struct rule_context *context, const struct rule_lock *lock) {
    const char *limit = rule_timeout(context, "statement_timeout");
    bool reads = lock_blocks_reads(lock->mode);

    return rule_printf(context,
                       "It waits for the end of every transaction that %s the table, and every "
                       "later %s %s waits behind it: one forgotten session makes an outage.%s",
                       reads ? "uses" : "writes to", reads ? "query on" : "write to",
                       lock->relation,
                       limit && limit[0] >= '0' && limit[0] <= '9'
                           ? rule_printf(context, " statement_timeout ends that after %s.", limit)
                           : "");
}

/* What a new column brings along waits with the column, of which there is a finding already. */
static bool comes_with_column(const struct rule_context *context, const struct op *op) {
    return op->is_inline && !op->in_create && !rule_target_is_new(context, op);
}

static void check(struct rule_context *context, const struct op *op) {
    struct rule_lock lock;

    if (rule_timeouts_are_external(context) || rule_timeout(context, "lock_timeout") ||
        is_exempt(context, op) || comes_with_column(context, op) ||
        !rule_lock_taken(context, op, LOCK_SHARE, &lock))
        return;
    rule_report(
        context, 0, op,
        (struct rule_text){
            .what = rule_printf(context, "no lock_timeout: %s may wait without limit for %s on %s",
                                op_kind_words(op->kind), lock_mode_name(lock.mode), lock.relation),
            .why = queue(context, &lock),
            .instead = rule_printf(context,
                                   "SET %slock_timeout = '2s';  -- before it; and try again "
                                   "when it fails",
                                   rule_block_in_transaction(context) == KNOWN_YES ? "LOCAL " : ""),
        });
}

RULE(no_lock_timeout) = {
    .all_ops = true,
    .once_per_file = true,
    .on_op = check,
    .reports = {{.id = "waits", .tier = TIER_MINOR}},
    .foreign_names = {"squawk:require-lock-timeout", "squawk:require-timeout-settings"},
};
