/*
An index is built while all writes to the table wait

## Why

`CREATE INDEX` takes a SHARE lock on the table and keeps it for the whole build (and,
in a transaction, until it ends). Reads go on; every INSERT, UPDATE and DELETE waits.
The build reads the whole table and sorts it, so the outage grows with the table.

## Instead

`CREATE INDEX CONCURRENTLY` lets writes go on. It cannot run in a transaction: give it
a file of its own, and tell the migration tool not to wrap it. When it fails, it
leaves an INVALID index behind: drop that (`DROP INDEX CONCURRENTLY`) before the next
try.

It waits for every transaction that is older, on other tables too, and two builds on one
table can end in a deadlock: run them one at a time, when nothing runs long.

A partitioned table takes no CONCURRENTLY: create the index on ONLY the parent, build
each partition's index concurrently, and attach them.

## Limits

Silent for tables and materialized views that the same migration makes and leaves
empty, temporary tables, partitioned tables, and tables that the option `small_tables`
names.

## References

- https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY
*/
#include "lint/rule.h"

enum { BLOCKS, MAY_BLOCK };

/* It has no CONCURRENTLY, or, a materialized view made here, no readers yet. */
static bool is_exempt(const struct rule_context *context, const struct op *op) {
    const struct relation *table = rule_target(context, op);

    if (!table)
        return false;
    return table->object.kind == OBJ_PARTITIONED_TABLE ||
           (table->object.kind == OBJ_MATVIEW && rule_target_is_new(context, op));
}

static const char *concurrent_form(struct rule_context *context, const struct op *op) {
    return rule_printf(context, "%s;%s", rule_sql_concurrently(context, op),
                       rule_note_alone(context, false));
}

static const char *what_is_built(struct rule_context *context, const struct op *op) {
    return op->object ? rule_printf(context, "creating index %s", rule_ident(context, op->object))
                      : "CREATE INDEX";
}

static void report_block(struct rule_context *context, const struct op *op) {
    const char *table = rule_target_name(context, op);

    rule_report(
        context, BLOCKS, op,
        (struct rule_text){
            .what = rule_printf(context, "%s blocks all writes to %s while the index is built",
                                what_is_built(context, op), table),
            .why = rule_printf(context,
                               "The SHARE lock on %s is held for the whole build, which grows with "
                               "the table; every INSERT, UPDATE and DELETE waits until it is done.",
                               table),
            .instead = concurrent_form(context, op),
        });
}

static void report_doubt(struct rule_context *context, const struct op *op) {
    const char *table = rule_target_name(context, op);

    rule_report(context, MAY_BLOCK, op,
                (struct rule_text){
                    .what = rule_printf(context,
                                        "%s blocks all writes to %s, if the table was there before",
                                        what_is_built(context, op), table),
                    .why = "CREATE TABLE IF NOT EXISTS does not prove that the table is new and "
                           "empty. If no database can have it yet, say `history: complete` in "
                           ".migvet.yml.",
                    .instead = concurrent_form(context, op),
                });
}

static void check(struct rule_context *context, const struct op *op) {
    if (op->concurrently || rule_target_is_harmless(context, op) || is_exempt(context, op) ||
        rule_option_names_target(context, "small_tables", op))
        return;
    if (rule_target_may_be_new(context, op))
        report_doubt(context, op);
    else
        report_block(context, op);
}

RULE(index_not_concurrent) = {
    .ops = {OP_CREATE_INDEX},
    .on_op = check,
    .reports = {{.id = "blocks", .tier = TIER_MAJOR}, {.id = "may-block", .tier = TIER_MINOR}},
    .options = {{"small_tables", RULE_OPTION_NAMES,
                 "tables whose indexes are built in no time: [countries, currencies]"}},
    .foreign_names = {"squawk:require-concurrent-index-creation"},
};
