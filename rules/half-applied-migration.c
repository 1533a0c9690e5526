/*
Without a transaction, a failed migration leaves its first statements done

## Why

Where each statement commits by itself, the one that fails (a timeout, a deadlock, a
duplicate key in a unique index) leaves those before it behind. The tool starts again
at the first, which now fails on what it has made, and nothing but a person gets the
deployment out of there.

## Instead

One statement that refuses a transaction per file, without others; or statements that
can run twice, such as DROP INDEX IF EXISTS before each CREATE INDEX CONCURRENTLY.

## Limits

Only where the tool is known to send statements one by one. What a second run does to
rows is not known.

## References

- https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY
*/
#include "lint/rule.h"

static void check(struct rule_context *context) {
    const struct rule_rerun rerun = rule_rerun(context);

    if (!rerun.op)
        return;
    rule_report(
        context, 0, rerun.op,
        (struct rule_text){
            .what = rule_printf(context,
                                "%s cannot run a second time, and commits before the last "
                                "statement has run",
                                op_kind_words(rerun.op->kind)),
            .why = rule_printf(context,
                               "When a statement behind it fails, it stays done; the next try "
                               "begins with it again, and the server says \"%s\" (%s).",
                               rerun.failure.why, rerun.failure.sqlstate),
            .instead = "a file of its own for each statement; or statements that can run twice",
            .own_locks_mislead = true,
        });
}

RULE(half_applied_migration) = {
    .on_section_end = check,
    .reports = {{.id = "stays-done", .tier = TIER_MINOR}},
};
