/*
A new stored generated column makes the server rewrite the whole table

## Why

The value of every row is computed and stored, so the table and all its indexes are
written anew under ACCESS EXCLUSIVE. Nobody reads or writes the table until that is
done, and the disk must hold both copies.

## Instead

A plain column, which a trigger fills for new rows and small batches fill for the old
ones:

    ALTER TABLE orders ADD COLUMN total_cents bigint;
    -- a BEFORE INSERT OR UPDATE trigger: NEW.total_cents := NEW.total * 100
    -- then in batches, each in its own transaction:
    UPDATE orders SET total_cents = total * 100
        WHERE id BETWEEN 1 AND 1000 AND total_cents IS NULL;

Where the value is only read in queries, an index on the expression, or a view, may do
without any column.

## Versions

Since 18 a generated column may be VIRTUAL, and is when nothing else is said: its
values are computed when they are read, and adding it rewrites nothing.

## Limits

Silent for tables that the same migration makes and leaves empty, for temporary
tables, and where the column is there already (IF NOT EXISTS).

## References

- https://www.postgresql.org/docs/current/ddl-generated-columns.html
- https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES
*/
#include "lint/rule.h"

static const char *filled_by_trigger(struct rule_context *context, const struct op *op) {
    return rule_printf(context,
                       "%s\n"
                       "-- with a BEFORE INSERT OR UPDATE trigger that sets it in new rows\n"
                       "-- then fill the old rows in small batches, each in its own transaction",
                       rule_sql_plain_column(context, op));
}

static void check(struct rule_context *context, const struct op *op) {
    const char *table = rule_target_name(context, op);

    if (!rule_column_part(context, op, OP_ADD_GENERATED, NULL) ||
        rule_target_is_harmless(context, op) || !rule_effects(context, op)->rewrites.n)
        return;
    rule_report(context, 0, op,
                (struct rule_text){
                    .what = rule_printf(context, "adding stored generated column %s rewrites %s",
                                        rule_ident(context, op->column), table),
                    .why = rule_printf(context,
                                       "The value of every row is computed, and table and indexes "
                                       "are written anew under ACCESS EXCLUSIVE: nobody reads or "
                                       "writes %s meanwhile.",
                                       table),
                    .instead = filled_by_trigger(context, op),
                });
}

RULE(add_stored_generated_column) = {
    .ops = {OP_ADD_COLUMN},
    .on_op = check,
    .reports = {{.id = "rewrites", .tier = TIER_CRITICAL}},
    .foreign_names = {"squawk:adding-field-with-default"},
};
