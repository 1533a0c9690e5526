/*
DROP INDEX CONCURRENTLY takes one index, no CASCADE, and no partitioned index

## Why

The server refuses all three (0A000), whatever the indexes are, and the deployment
stops there. It is easy to miss, because DROP INDEX without CONCURRENTLY takes them.

## Instead

One statement for each index, each in a file of its own where the migration tool sends
a file as one string or one transaction:

    DROP INDEX CONCURRENTLY orders_customer_id_idx;
    DROP INDEX CONCURRENTLY orders_total_idx;

What depends on an index is a constraint: drop that by its own name (ALTER TABLE ...
DROP CONSTRAINT). A partitioned index has no concurrent way: DROP INDEX, in a
transaction of its own with a short lock_timeout.

## References

- https://www.postgresql.org/docs/current/sql-dropindex.html
*/
#include "lint/rule.h"

#include <string.h>

/* feature_not_supported */
static bool is_unsupported(const struct failure *failure) {
    return failure->certain && strcmp(failure->sqlstate, "0A000") == 0;
}

static bool is_partitioned(const struct relation *index) {
    return index && index->object.kind == OBJ_PARTITIONED_INDEX;
}

static const char *one_by_one(struct rule_context *context, const struct op *op) {
    struct unit_ops later = rule_later_ops(context, op);
    const char *text = rule_printf(context, "DROP INDEX CONCURRENTLY %s;",
                                   rule_name_as_written(context, op->target));

    for (size_t i = 0; i < later.n && later.v[i]->stmt == op->stmt; i++)
        text = rule_printf(context, "%s\nDROP INDEX CONCURRENTLY %s;", text,
                           rule_name_as_written(context, later.v[i]->target));
    return rule_printf(context, "%s%s", text,
                       rule_note_alone(context, later.n > 0 && later.v[0]->stmt == op->stmt));
}

static void check(struct rule_context *context, const struct op *op) {
    const struct effects *effects = rule_effects(context, op);
    bool partitioned = is_partitioned(rule_target(context, op));
    size_t count = node_as(DropStmt, op->stmt)->objects.n;

    if (!op->concurrently || op->index > 0 || !is_unsupported(&effects->failure) ||
        (count == 1 && !op->cascade && !partitioned))
        return;
    rule_report(
        context, 0, op,
        (struct rule_text){
            .what = rule_printf(context, "DROP INDEX CONCURRENTLY %s: this fails",
                                count > 1     ? "does not take several indexes"
                                : op->cascade ? "does not take CASCADE"
                                              : "does not take a partitioned index"),
            .why = rule_printf(context, "The server refuses it: %s (%s).", effects->failure.why,
                               effects->failure.sqlstate),
            .instead =
                partitioned && count == 1 && !op->cascade
                    ? rule_printf(context,
                                  "DROP INDEX %s;\n-- with a short lock_timeout: it takes ACCESS "
                                  "EXCLUSIVE on all partitions",
                                  rule_name_as_written(context, op->target))
                    : one_by_one(context, op),
            .object_kind = "index",
            .object_name = rule_target_name(context, op),
        });
}

RULE(drop_index_concurrently_misuse) = {
    .ops = {OP_DROP_INDEX},
    .on_op = check,
    .reports = {{.id = "refused", .tier = TIER_CRITICAL}},
    .in_downs = true,
};
