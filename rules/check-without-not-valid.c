/*
A CHECK constraint is tested on all rows while nobody can use the table

## Why

ADD CHECK takes ACCESS EXCLUSIVE and keeps it until every row has been read and tested
(and, in a transaction, until it ends): reads and writes wait. The scan grows with the
table. A constraint that is always true is tested like any other.

## Instead

Add it NOT VALID: new rows are tested from then on, old ones are not read. Then, in a
transaction of its own, validate it: that reads the table while others read and write.

    ALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total >= 0) NOT VALID;
    -- in a later migration:
    ALTER TABLE orders VALIDATE CONSTRAINT orders_total_check;

Mend the old rows between the two: from the first step on, an UPDATE of another column
of a row that breaks the constraint fails, too.

## Limits

Silent for tables that the same migration makes and leaves empty, temporary and
foreign tables, and NOT ENFORCED constraints. A CHECK inside of ADD COLUMN is not
judged here.

## References

- https://www.postgresql.org/docs/current/sql-altertable.html
*/
#include "lint/rule.h"

enum { BLOCKS, MAY_BLOCK };

static const char *not_valid_first(struct rule_context *context, const struct op *op) {
    const char *table = rule_name_as_written(context, op->target);

    return rule_printf(context,
                       "ALTER TABLE %s%s %s NOT VALID;\n"
                       "-- then in a transaction of its own, while reads and writes go on:\n"
                       "ALTER TABLE %s VALIDATE CONSTRAINT %s;",
                       op->only ? "ONLY " : "", table, rule_constraint_clause(context, op), table,
                       rule_ident(context, rule_constraint_name(context, op)));
}

static void report_block(struct rule_context *context, const struct op *op) {
    const char *table = rule_target_name(context, op);

    rule_report(
        context, BLOCKS, op,
        (struct rule_text){
            .what = rule_printf(context,
                                "adding constraint %s blocks all use of %s while its rows are "
                                "tested",
                                rule_ident(context, rule_constraint_name(context, op)), table),
            .why = rule_printf(context,
                               "ACCESS EXCLUSIVE on %s is held until every row has been read, "
                               "which grows with the table; nobody reads or writes it meanwhile.",
                               table),
            .instead = not_valid_first(context, op),
        });
}

static void report_doubt(struct rule_context *context, const struct op *op) {
    rule_report(
        context, MAY_BLOCK, op,
        (struct rule_text){
            .what = rule_printf(context,
                                "adding constraint %s blocks all use of %s, if the table was "
                                "there before",
                                rule_ident(context, rule_constraint_name(context, op)),
                                rule_target_name(context, op)),
            .why = rule_why_may_be_new(),
            .instead = not_valid_first(context, op),
        });
}

static void check(struct rule_context *context, const struct op *op) {
    if (op->is_inline || op->in_create || rule_target_is_harmless(context, op) ||
        !rule_effects(context, op)->scans.n)
        return;
    if (rule_target_may_be_new(context, op))
        report_doubt(context, op);
    else
        report_block(context, op);
}

RULE(check_without_not_valid) = {
    .ops = {OP_ADD_CHECK},
    .on_op = check,
    .reports = {{.id = "blocks", .tier = TIER_MAJOR}, {.id = "may-block", .tier = TIER_MINOR}},
    .foreign_names = {"squawk:constraint-missing-not-valid"},
};
