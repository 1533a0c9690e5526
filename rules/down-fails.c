/*
A statement of a down fails, for certain

## Why

A down is run in a hurry, when a deployment has gone wrong. What fails then is
found out at the worst time: it names what the up has renamed or dropped, takes
things away in an order that their dependents do not allow, or makes what is there
already. Where the file runs in one transaction nothing of it is done; elsewhere
what stands before the failure stays done.

## Instead

Write the down against the schema as it is after the up, in the opposite order.
`migvet rollback` prints one.

## Limits

Only what fails whatever the rows are, and whatever the history does not tell. Silent
where the up itself fails, or cannot be read.

## References

- https://www.postgresql.org/docs/current/ddl-depend.html
*/
#include "lint/rule.h"

#include <string.h>

/* Other rules tell of statements that refuse transactions, in downs too; SQL of a newer server is no failure of the down. */
static bool is_told_elsewhere(const struct failure *failure) {
    return strcmp(failure->sqlstate, "25001") == 0 || strcmp(failure->sqlstate, "42601") == 0;
}

static void check(struct rule_context *context, const struct op *op) {
    struct failure failure;

    if (op->index > 0)
        return;
    failure = rule_down_failure(context);
    if (!failure.sqlstate || is_told_elsewhere(&failure))
        return;
    rule_report(
        context, 0, op,
        (struct rule_text){
            .what = rule_printf(context, "this statement of the down fails: %s", failure.why),
            .why = "It is run against the schema as the up leaves it, and there the server "
                   "refuses it: the rollback stops here.",
            .instead = "write the down against the schema after the up, in the opposite "
                       "order; \"migvet rollback\" prints one",
        });
}

RULE(down_fails) = {
    .all_ops = true,
    .on_op = check,
    .in_downs = true,
    .reports = {{.id = "fails", .tier = TIER_MAJOR}},
};
