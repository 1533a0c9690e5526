/*
An index is rebuilt while all writes to its table wait

## Why

REINDEX takes SHARE on the table and ACCESS EXCLUSIVE on each index for the whole
rebuild: every INSERT, UPDATE and DELETE waits, and so do most reads, because planning
a query opens all indexes of its tables. The rebuild reads the whole table.

## Instead

`REINDEX INDEX CONCURRENTLY` (or TABLE, SCHEMA, DATABASE) lets reads and writes go on.
It cannot run in a transaction: give it a file of its own, and tell the migration tool
not to wrap it. When it fails it leaves an INVALID index with the suffix `_ccnew`
behind: drop that before the next try.

## Limits

Silent for tables that the same migration makes and leaves empty, for temporary
tables, for system catalogues and exclusion constraints (CONCURRENTLY refuses both),
and for tables that the option `small_tables` names.

## References

- https://www.postgresql.org/docs/current/sql-reindex.html#SQL-REINDEX-CONCURRENTLY
*/
#include "lint/rule.h"

static bool of_one_relation(const struct op *op) {
    return op->kind == OP_REINDEX_INDEX || op->kind == OP_REINDEX_TABLE;
}

static bool excludes(const struct relation *table, const struct relation *index) {
    for (size_t i = 0; table && i < table->constraint_count; i++)
        if (table->constraints[i]->kind == CONSTRAINT_EXCLUSION &&
            table->constraints[i]->index == index->object.id)
            return true;
    return false;
}

/* Nothing to rebuild, nobody to wait, or nothing else to write. */
static bool is_exempt(struct rule_context *context, const struct op *op) {
    const struct effects *effects = rule_effects(context, op);
    const struct relation *target = rule_target(context, op);
    const struct relation *table = rule_indexed_table(context, op);

    if ((op->kind == OP_REINDEX_TABLE && rule_target_is_harmless(context, op)) ||
        rule_option_names_target(context, "small_tables", op))
        return true;
    if (!effects->locks.n && !effects->rebuilds.n)
        return true; /* a catalogue, or what the target version does nothing about */
    if (!target || target->object.assumed)
        return false;
    return !effects->rebuilds.n ||
           (table &&
            (excludes(table, target) || relation_is_new_and_empty(rule_schema(context), table)));
}

static const char *kind_word(const struct op *op) {
    switch (op->kind) {
    case OP_REINDEX_INDEX:
        return "INDEX";
    case OP_REINDEX_TABLE:
        return "TABLE";
    case OP_REINDEX_SCHEMA:
        return "SCHEMA";
    default:
        return "DATABASE";
    }
}

/* "public.orders", "the table of public.orders_total_idx", "each table of schema sales in turn" */
static const char *what_waits(struct rule_context *context, const struct op *op) {
    if (op->kind == OP_REINDEX_SCHEMA)
        return rule_printf(context, "the tables of schema %s, one after the other",
                           rule_ident(context, op->target.name));
    if (op->kind == OP_REINDEX_DATABASE)
        return "all tables of the database, one after the other";
    if (op->kind == OP_REINDEX_TABLE)
        return rule_target_name(context, op);
    return rule_indexed_table_name(context, op);
}

static const char *what_is_rebuilt(struct rule_context *context, const struct op *op) {
    if (op->kind == OP_REINDEX_INDEX)
        return rule_printf(context, "rebuilding index %s", rule_target_name(context, op));
    return rule_printf(context, "REINDEX %s", kind_word(op));
}

static void check(struct rule_context *context, const struct op *op) {
    if (op->concurrently || (of_one_relation(op) && is_exempt(context, op)))
        return;
    rule_report(
        context, 0, op,
        (struct rule_text){
            .what = rule_printf(context, "%s blocks all writes to %s", what_is_rebuilt(context, op),
                                what_waits(context, op)),
            .why = "SHARE on the table and ACCESS EXCLUSIVE on the index are held for the whole "
                   "rebuild, which grows with the table: writes wait, and so do reads, whose "
                   "planning looks at every index.",
            .instead = rule_printf(context, "REINDEX %s CONCURRENTLY %s;%s", kind_word(op),
                                   op->target.name ? rule_name_as_written(context, op->target) : "",
                                   rule_note_alone(context, false)),
        });
}

RULE(reindex_not_concurrent) = {
    .ops = {OP_REINDEX_INDEX, OP_REINDEX_TABLE, OP_REINDEX_SCHEMA, OP_REINDEX_DATABASE},
    .on_op = check,
    .reports = {{.id = "blocks", .tier = TIER_MAJOR}},
    .options = {{"small_tables", RULE_OPTION_NAMES,
                 "tables whose indexes are rebuilt in no time: [countries, currencies]"}},
    .foreign_names = {"squawk:require-concurrent-reindex"},
};
