/*
A constraint is validated while the lock that added it is still held

## Why

NOT VALID and VALIDATE CONSTRAINT are two steps so that the second, which reads the
whole table, needs only a weak lock. Locks are kept until the transaction ends: in one
transaction, or in one ALTER TABLE, the scan runs under the strong lock of the first
step (ACCESS EXCLUSIVE for a CHECK or NOT NULL, SHARE ROW EXCLUSIVE on two tables for
a foreign key). Nothing is gained over a plain ADD CONSTRAINT.

## Instead

End the transaction in between; the next migration is the best place for the second
step, since the old rows may need mending first:

    ALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total >= 0) NOT VALID;
    -- in a later migration:
    ALTER TABLE orders VALIDATE CONSTRAINT orders_total_check;

## Limits

Silent where it is not known that both run in one transaction (say `--in-transaction`,
or let migvet recognise the tool), and for tables that are made there too.

## References

- https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES
*/
#include "lint/rule.h"

#include <string.h>

/* The ADD of the constraint in the same ALTER TABLE, which the schema does not have yet. */
static const struct op *added_beside(struct rule_context *context, const struct op *op) {
    struct ops ops = rule_statement_ops(context);

    for (size_t i = 0; i < ops.n; i++)
        if (ops.v[i].not_valid && ops.v[i].object && op->object &&
            strcmp(ops.v[i].object, op->object) == 0)
            return &ops.v[i];
    return NULL;
}

/* Made since the open transaction began. */
static bool is_added_here(struct rule_context *context, const struct op *op) {
    const struct schema *begin = rule_schema_at_begin(context);
    const struct relation *table = rule_target(context, op);
    const struct constraint *constraint = relation_constraint(table, op->object);

    if (!begin || !constraint)
        return false;
    return !relation_constraint_by_id(schema_relation_by_id(begin, table->object.id),
                                      constraint->id);
}

static bool is_foreign_key(struct rule_context *context, const struct op *op) {
    const struct constraint *constraint = relation_constraint(rule_target(context, op), op->object);
    const struct op *added = added_beside(context, op);

    return constraint ? constraint->kind == CONSTRAINT_FOREIGN_KEY
                      : added && added->kind == OP_ADD_FOREIGN_KEY;
}

static const char *why_of(struct rule_context *context, const struct op *op) {
    const char *table = rule_target_name(context, op);

    if (is_foreign_key(context, op))
        return rule_printf(context,
                           "Every row of %s is looked up under the SHARE ROW EXCLUSIVE locks that "
                           "adding the foreign key took: nobody writes to either table meanwhile.",
                           table);
    return rule_printf(context,
                       "Every row of %s is read under the ACCESS EXCLUSIVE lock that adding the "
                       "constraint took: nobody reads or writes the table meanwhile.",
                       table);
}

static void check(struct rule_context *context, const struct op *op) {
    if (rule_target_is_harmless(context, op) || !rule_effects(context, op)->scans.n ||
        (!added_beside(context, op) && !is_added_here(context, op)))
        return;
    rule_report(context, 0, op,
                (struct rule_text){
                    .what = rule_printf(context,
                                        "validating %s in the transaction that adds it: NOT VALID "
                                        "gains nothing",
                                        rule_ident(context, op->object)),
                    .why = why_of(context, op),
                    .instead = rule_printf(
                        context,
                        "-- in a later transaction, best in the next migration:\n"
                        "ALTER TABLE %s VALIDATE CONSTRAINT %s;",
                        rule_name_as_written(context, op->target), rule_ident(context, op->object)),
                    .own_locks_mislead = true,
                });
}

RULE(validate_in_same_transaction) = {
    .ops = {OP_VALIDATE_CONSTRAINT},
    .on_op = check,
    .reports = {{.id = "strong-lock", .tier = TIER_MAJOR}},
    .foreign_names = {"squawk:constraint-missing-not-valid"},
    .covers = {"statement-after-exclusive-lock"},
};
