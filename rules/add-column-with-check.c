/*
A CHECK inside ADD COLUMN is tested on all rows while nobody can use the table

## Why

ADD COLUMN takes ACCESS EXCLUSIVE, which is over in a moment when there is nothing to
test. With a CHECK in its definition every row is read, although all of them hold the
same value or none at all, and the lock is kept until that is done: reads and writes
wait. The time grows with the table.

## Instead

Add the column alone, then the CHECK without testing old rows, then test them in a
transaction of its own, while reads and writes go on:

    ALTER TABLE orders ADD COLUMN discount integer;
    ALTER TABLE orders ADD CONSTRAINT orders_discount_check CHECK (discount >= 0) NOT VALID;
    -- in a later migration:
    ALTER TABLE orders VALIDATE CONSTRAINT orders_discount_check;

## Limits

Silent for tables that the same migration makes and leaves empty, for temporary
tables, where the column is there already (IF NOT EXISTS), for NOT ENFORCED, and where
the column rewrites the table anyway: that is reported, and tests the CHECK on its
way.

## References

- https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES
*/
#include "lint/rule.h"

static const char *in_three_steps(struct rule_context *context, const struct op *op,
                                  const struct op *part) {
    const char *table = rule_name_as_written(context, op->target);

    return rule_printf(context,
                       "ALTER TABLE %s %s;\n"
                       "ALTER TABLE %s %s NOT VALID;\n"
                       "-- then in a transaction of its own, while reads and writes go on:\n"
                       "ALTER TABLE %s VALIDATE CONSTRAINT %s;",
                       table, rule_clause_without(context, op, part), table,
                       rule_constraint_clause(context, part), table,
                       rule_ident(context, rule_constraint_name(context, part)));
}

static void report(struct rule_context *context, const struct op *op, const struct op *part) {
    const char *table = rule_target_name(context, op);

    rule_report(
        context, 0, part,
        (struct rule_text){
            .what = rule_printf(context,
                                "the CHECK of new column %s is tested on all rows while "
                                "nobody can use %s",
                                rule_ident(context, op->column), table),
            .why = rule_printf(context,
                               "ACCESS EXCLUSIVE on %s is held until every row has been "
                               "read, which grows with the table, although the column holds "
                               "the same in all of them.",
                               table),
            .instead = in_three_steps(context, op, part),
        });
}

static void check(struct rule_context *context, const struct op *op) {
    const struct op *part = rule_column_part(context, op, OP_ADD_CHECK, NULL);

    if (!part || rule_target_is_harmless(context, op) || rule_effects(context, op)->rewrites.n)
        return;
    for (; part; part = rule_column_part(context, op, OP_ADD_CHECK, part))
        if (rule_effects(context, part)->scans.n)
            report(context, op, part);
}

RULE(add_column_with_check) = {
    .ops = {OP_ADD_COLUMN},
    .on_op = check,
    .reports = {{.id = "blocks", .tier = TIER_MAJOR}},
    .foreign_names = {"squawk:constraint-missing-not-valid"},
};
