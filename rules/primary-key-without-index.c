/*
A primary key builds its index while nobody can use the table

## Why

ADD PRIMARY KEY takes ACCESS EXCLUSIVE and keeps it while it reads the whole table to
build the index, and once more where a column is not NOT NULL yet (and, in a
transaction, until that ends): reads and writes wait. Both grow with the table.

## Instead

Make the columns NOT NULL, where they are not, with a validated CHECK that spares SET
NOT NULL its scan. Build the index while others read and write; then make the key of
it, which takes the lock for a moment only:

    CREATE UNIQUE INDEX CONCURRENTLY events_pkey ON events (id);
    -- when that has worked, in the next migration:
    ALTER TABLE events ADD CONSTRAINT events_pkey PRIMARY KEY USING INDEX events_pkey;

The first step cannot run in a transaction: give it a file of its own. If rows
conflict it leaves an INVALID index, which is to be dropped before the next try.

## Limits

Silent for tables that the same migration makes and leaves empty, temporary tables,
and partitioned ones, which take no USING INDEX (give each partition its key in two
steps; the partitioned table's own then builds nothing). PRIMARY KEY inside of ADD
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

/* The first column that is not known to be NOT NULL; NULL: none. */
static const char *nullable_column(struct rule_context *context, const struct op *op) {
    const struct Constraint *constraint = node_as(Constraint, op->node);

    for (size_t i = 0; i < constraint->keys.n; i++) {
        const char *name = node_string(constraint->keys.v[i]);
        const struct column *column = relation_column(rule_target(context, op), name);
        if (!column || column->not_null != KNOWN_YES)
            return name;
    }
    return NULL;
}

/* WITHOUT OVERLAPS takes no USING INDEX. */
static const char *way_out(struct rule_context *context, const struct op *op) {
    const char *nullable = nullable_column(context, op);

    if (node_as(Constraint, op->node)->without_overlaps)
        return "no index can be prepared for WITHOUT OVERLAPS: make a new table with the key, "
               "fill it in batches, and let it take the old one's name";
    if (!nullable)
        return rule_sql_using_index(context, op);
    return rule_printf(context,
                       "-- if %s is nullable: NOT NULL first, by a validated CHECK (%s IS NOT "
                       "NULL)\n%s",
                       rule_ident(context, nullable), rule_ident(context, nullable),
                       rule_sql_using_index(context, op));
}

static void check(struct rule_context *context, const struct op *op) {
    const char *table = rule_target_name(context, op);

    if (is_exempt(context, op))
        return;
    if (rule_target_may_be_new(context, op))
        rule_report(context, MAY_BLOCK, op,
                    (struct rule_text){
                        .what = rule_printf(context,
                                            "adding a primary key blocks all use of %s, if the "
                                            "table was there before",
                                            table),
                        .why = rule_why_may_be_new(),
                        .instead = way_out(context, op),
                    });
    else
        rule_report(context, BLOCKS, op,
                    (struct rule_text){
                        .what = rule_printf(context,
                                            "adding a primary key blocks all use of %s while its "
                                            "index is built",
                                            table),
                        .why = rule_printf(context,
                                           "ACCESS EXCLUSIVE on %s is held for the whole build, "
                                           "which grows with the table; nobody reads or writes it "
                                           "meanwhile.",
                                           table),
                        .instead = way_out(context, op),
                    });
}

RULE(primary_key_without_index) = {
    .ops = {OP_ADD_PRIMARY_KEY},
    .on_op = check,
    .reports = {{.id = "blocks", .tier = TIER_MAJOR}, {.id = "may-block", .tier = TIER_MINOR}},
    .foreign_names = {"squawk:adding-serial-primary-key-field"},
};
