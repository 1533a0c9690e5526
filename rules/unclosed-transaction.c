/*
A transaction is begun and never committed: all of it is rolled back

## Why

At the end of the session the server rolls back what was not committed. The migration
seems to have run, the runner may even record it, and nothing behind BEGIN is there.
As long as the session lives its locks are held, and a runner that goes on in the same
session takes the following migrations down with it.

## Instead

    BEGIN;
    ...
    COMMIT;

## Limits

Silent where the migration tool wraps the file in a transaction of its own and commits
that (BEGIN is then nested-transaction's matter), and where something behind BEGIN
could not be read, which may be the COMMIT.

## References

- https://www.postgresql.org/docs/current/sql-begin.html
*/
#include "lint/rule.h"

static bool runner_commits(const struct rule_context *context) {
    enum transaction_mode mode = rule_transaction_mode(context);

    return mode == TRANSACTION_ALL || mode == TRANSACTION_FILE;
}

static const char *held(struct rule_context *context) {
    struct rule_lock lock;

    if (!rule_lock_held(context, LOCK_SHARE, NULL, &lock))
        return "";
    return rule_printf(context, " Until then %s on %s is held.", lock_mode_name(lock.mode),
                       lock.relation);
}

static void check(struct rule_context *context) {
    const struct op *begin = rule_open_begin(context);
    bool unknown = rule_transaction_mode(context) == TRANSACTION_UNKNOWN;

    if (!begin || runner_commits(context))
        return;
    rule_report(
        context, 0, begin,
        (struct rule_text){
            .what = "the transaction that is begun here is never committed",
            .why = rule_printf(context,
                               "The server rolls it back when the session ends: nothing of what "
                               "follows stays, though the migration seems to have run.%s%s",
                               held(context),
                               unknown ? " (A runner with a transaction of its own would save it; "
                                         "then BEGIN is in the way.)"
                                       : ""),
            .instead = "COMMIT;  -- at the end of the file",
        });
}

RULE(unclosed_transaction) = {
    .on_section_end = check,
    .reports = {{.id = "rolled-back", .tier = TIER_CRITICAL}},
    .foreign_names = {"squawk:ban-uncommitted-transaction"},
    .in_downs = true,
};
