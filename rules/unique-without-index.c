/*
A unique constraint builds its index while nobody can use the table

## Why

ADD UNIQUE takes ACCESS EXCLUSIVE, and keeps it while it reads the whole table and
builds the index (and, in a transaction, until that ends): reads and writes wait. The
build grows with the table.

## Instead

Build the index first, while others read and write; then make the constraint of it,
which takes the lock for a moment only:

    CREATE UNIQUE INDEX CONCURRENTLY users_email_key ON users (email);
    -- when that has worked, in the next migration:
    ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE USING INDEX users_email_key;

The first step cannot run in a transaction: give it a file of its own. If rows
conflict it leaves an INVALID index, which is to be dropped before the next try.

## Limits

Silent for tables that the same migration makes and leaves empty, temporary tables,
and partitioned ones, which take no USING INDEX (give each partition its constraint in
two steps; the partitioned table's own then builds nothing). UNIQUE inside of ADD
COLUMN is not judged here.

## References

- https://www.postgresql.org/docs/current/sql-altertable.html
*/
#include "lint/rule.h"

enum { BLOCKS, MAY_BLOCK };

static bool is_exempt(struct rule_context *context, const struct op *op) {
    const struct relation *table = rule_target(context, op);

    return op->is_inline || op->in_create || op->using_index ||
           rule_target_is_harmless(context, op) ||
           (table && table->object.kind == OBJ_PARTITIONED_TABLE);
}

/* WITHOUT OVERLAPS takes no USING INDEX. */
static const char *way_out(struct rule_context *context, const struct op *op) {
    const struct Constraint *constraint = node_as(Constraint, op->node);

    if (constraint->without_overlaps)
        return "no index can be prepared for WITHOUT OVERLAPS: make a new table with the "
               "constraint, fill it in batches, and let it take the old one's name";
    return rule_sql_using_index(context, op);
}

static void check(struct rule_context *context, const struct op *op) {
    const char *table = rule_target_name(context, op);
    const char *name = rule_ident(context, rule_constraint_name(context, op));

    if (is_exempt(context, op))
        return;
    if (rule_target_may_be_new(context, op))
        rule_report(context, MAY_BLOCK, op,
                    (struct rule_text){
                        .what = rule_printf(context,
                                            "adding constraint %s blocks all use of %s, if the "
                                            "table was there before",
                                            name, table),
                        .why = rule_why_may_be_new(),
                        .instead = way_out(context, op),
                    });
    else
        rule_report(context, BLOCKS, op,
                    (struct rule_text){
                        .what = rule_printf(context,
                                            "adding constraint %s blocks all use of %s while its "
                                            "index is built",
                                            name, table),
                        .why = rule_printf(context,
                                           "ACCESS EXCLUSIVE on %s is held for the whole build, "
                                           "which grows with the table; nobody reads or writes it "
                                           "meanwhile.",
                                           table),
                        .instead = way_out(context, op),
                    });
}

RULE(unique_without_index) = {
    .ops = {OP_ADD_UNIQUE},
    .on_op = check,
    .reports = {{.id = "blocks", .tier = TIER_MAJOR}, {.id = "may-block", .tier = TIER_MINOR}},
    .foreign_names = {"squawk:disallowed-unique-constraint"},
};
