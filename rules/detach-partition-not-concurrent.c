/*
A partition is detached while nobody can use the partitioned table

## Why

DETACH PARTITION takes ACCESS EXCLUSIVE on the partitioned table, on the partition, on
the default partition, and on tables that refer to it by foreign keys, which are also
read in full. It waits for every query on any partition, and all later ones wait
behind it.

## Instead

    ALTER TABLE events DETACH PARTITION events_2020 CONCURRENTLY;

It cannot run in a transaction: give it a file of its own, and tell the migration tool
not to wrap it. It waits for the transactions that use the table, but makes nobody
wait; when it is cut off, DETACH PARTITION ... FINALIZE ends the work.

## Versions

CONCURRENTLY is there since 14; before that the rule is silent.

## Limits

Silent where a default partition is known, with which CONCURRENTLY is refused, and for
tables that the same migration makes.

## References

- https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DETACH-PARTITION
*/
#include "lint/rule.h"

#include <string.h>

/* A default partition: the server refuses CONCURRENTLY beside one. (25001: in a transaction.) */
static bool has_no_other_way(struct rule_context *context, const struct op *op) {
    struct op better = *op;
    struct failure failure;

    better.concurrently = true;
    failure = rule_effects_if(context, &better)->failure;
    return failure.certain && strcmp(failure.sqlstate, "25001") != 0;
}

static void check(struct rule_context *context, const struct op *op) {
    const char *table = rule_target_name(context, op);

    if (op->concurrently || rule_target_is_harmless(context, op) || has_no_other_way(context, op))
        return;
    rule_report(
        context, 0, op,
        (struct rule_text){
            .what = rule_printf(context, "detaching %s blocks all use of %s",
                                rule_name_as_written(context, op->other), table),
            .why = rule_printf(context,
                               "ACCESS EXCLUSIVE on %s has to wait for every query on any of its "
                               "partitions, and all later ones wait behind it.",
                               table),
            .instead = rule_printf(context, "ALTER TABLE %s DETACH PARTITION %s CONCURRENTLY;%s",
                                   rule_name_as_written(context, op->target),
                                   rule_name_as_written(context, op->other),
                                   rule_note_alone(context, false)),
        });
}

RULE(detach_partition_not_concurrent) = {
    .ops = {OP_DETACH_PARTITION},
    .on_op = check,
    .reports = {{.id = "blocks", .tier = TIER_MAJOR}},
    .since = 14,
    .foreign_names = {"squawk:require-concurrent-partition-detach"},
};
