/*
An index is dropped while all queries on its table wait

## Why

`DROP INDEX` takes ACCESS EXCLUSIVE on the table of the index. The drop itself is
quick, but it first waits for every running query on the table, and every new query,
reads too, queues behind it. In a transaction the lock lasts until that ends.

## Instead

`DROP INDEX CONCURRENTLY` waits without blocking anybody. It takes one index at a
time, no CASCADE, and cannot run in a transaction: give it a file of its own.

## Limits

Silent for an index that the same migration makes, for indexes of tables that it
makes, of temporary tables, and of partitioned tables (CONCURRENTLY refuses those).

## References

- https://www.postgresql.org/docs/current/sql-dropindex.html
*/
#include "lint/rule.h"

/* Made here, or on a table that nobody uses yet; or one that CONCURRENTLY refuses. */
static bool is_harmless(struct rule_context *context, const struct op *op) {
    const struct relation *index = rule_target(context, op);
    const struct relation *table = rule_indexed_table(context, op);

    if (op->concurrently || rule_target_is_new(context, op) || rule_does_nothing(context, op))
        return true;
    if (!index)
        return false;
    if (index->object.kind == OBJ_PARTITIONED_INDEX)
        return true;
    return table && (object_is_new(rule_schema(context), &table->object) ||
                     table->object.temporary || table->object.kind == OBJ_PARTITIONED_TABLE);
}

static void check(struct rule_context *context, const struct op *op) {
    const char *index = rule_target_name(context, op);

    if (is_harmless(context, op))
        return;
    rule_report(
        context, 0, op,
        (struct rule_text){
            .what = rule_printf(context, "dropping index %s blocks reads and writes of %s", index,
                                rule_indexed_table_name(context, op)),
            .why = "ACCESS EXCLUSIVE on the table has to wait for every query that runs on it, and "
                   "all later ones, reads too, wait behind it.",
            .instead = rule_printf(context, "DROP INDEX CONCURRENTLY %s;%s",
                                   rule_name_as_written(context, op->target),
                                   rule_note_alone(context, false)),
            .object_kind = "index",
            .object_name = index,
        });
}

RULE(drop_index_not_concurrent) = {
    .ops = {OP_DROP_INDEX},
    .on_op = check,
    .reports = {{.id = "blocking-drop", .tier = TIER_MAJOR}},
    .foreign_names = {"squawk:require-concurrent-index-deletion"},
};
