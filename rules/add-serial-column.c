/*
A new serial column makes the server rewrite the whole table

## Why

`serial` means a default of nextval(), which is volatile: every row gets a number of
its own, so the table and all its indexes are written anew under ACCESS EXCLUSIVE.
Nobody reads or writes the table until that is done, and the disk must hold both
copies.

## Instead

Add a plain column, give it the sequence's numbers for new rows, and number the old
ones in small batches:

    ALTER TABLE orders ADD COLUMN number integer;
    CREATE SEQUENCE orders_number_seq OWNED BY orders.number;
    ALTER TABLE orders ALTER COLUMN number SET DEFAULT nextval('orders_number_seq');
    -- then in batches, each in its own transaction:
    UPDATE orders SET number = nextval('orders_number_seq')
        WHERE id BETWEEN 1 AND 1000 AND number IS NULL;

What serial also means comes last: NOT NULL, by way of a validated CHECK.

## Limits

Silent for tables that the same migration makes and leaves empty, for temporary
tables, and where the column is there already (IF NOT EXISTS).

## References

- https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES
- https://www.postgresql.org/docs/current/datatype-numeric.html#DATATYPE-SERIAL
*/
#include "lint/rule.h"

static void check(struct rule_context *context, const struct op *op) {
    const char *table = rule_target_name(context, op);

    if (!rule_column_part(context, op, OP_ADD_SERIAL, NULL) ||
        rule_target_is_harmless(context, op) || !rule_effects(context, op)->rewrites.n)
        return;
    rule_report(context, 0, op,
                (struct rule_text){
                    .what = rule_printf(context, "adding serial column %s rewrites %s",
                                        rule_ident(context, op->column), table),
                    .why = rule_printf(context,
                                       "Every row gets a number of its own, so table and indexes "
                                       "are written anew under ACCESS EXCLUSIVE: nobody reads or "
                                       "writes %s meanwhile.",
                                       table),
                    .instead = rule_sql_numbered_column(context, op),
                });
}

RULE(add_serial_column) = {
    .ops = {OP_ADD_COLUMN},
    .on_op = check,
    .reports = {{.id = "rewrites", .tier = TIER_CRITICAL}},
};
