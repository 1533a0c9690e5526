/*
UNIQUE inside ADD COLUMN builds its index while nobody can use the table

## Why

ADD COLUMN takes ACCESS EXCLUSIVE, which is over in a moment when there is no work to
do. With UNIQUE or PRIMARY KEY in its definition the whole table is read and an index
is built under that lock: reads and writes wait. The build grows with the table.

## Instead

Add the column alone, build the index while others read and write, then make the
constraint of it, which takes the lock for a moment only:

    ALTER TABLE users ADD COLUMN handle text;
    -- in a file of its own, outside a transaction:
    CREATE UNIQUE INDEX CONCURRENTLY users_handle_key ON users (handle);
    -- when that has worked, in the next migration:
    ALTER TABLE users ADD CONSTRAINT users_handle_key UNIQUE USING INDEX users_handle_key;

A primary key also needs a value in each row, and a validated CHECK that says so,
before the last step.

## Limits

Silent for tables that the same migration makes and leaves empty, temporary tables,
partitioned ones (which take no USING INDEX), where the column is there already (IF
NOT EXISTS), and where it rewrites the table anyway: that is reported, and is the way
to begin.

## References

- https://www.postgresql.org/docs/current/sql-altertable.html
*/
#include "lint/rule.h"

static const char *in_three_steps(struct rule_context *context, const struct op *op,
                                  const struct op *part) {
    return rule_printf(
        context, "ALTER TABLE %s %s;\n%s%s", rule_name_as_written(context, op->target),
        rule_clause_without(context, op, part),
        part->kind == OP_ADD_PRIMARY_KEY
            ? "-- fill it, and prove by a validated CHECK that no row lacks a value\n"
            : "",
        rule_sql_using_index(context, part));
}

static bool is_partitioned(const struct relation *table) {
    return table && table->object.kind == OBJ_PARTITIONED_TABLE;
}

static void check(struct rule_context *context, const struct op *op) {
    const struct op *part = rule_column_part(context, op, OP_ADD_PRIMARY_KEY, NULL);
    const char *table = rule_target_name(context, op);

    if (!part)
        part = rule_column_part(context, op, OP_ADD_UNIQUE, NULL);
    if (!part || rule_target_is_harmless(context, op) || rule_effects(context, op)->rewrites.n ||
        !rule_effects(context, part)->scans.n || is_partitioned(rule_target(context, op)))
        return;
    rule_report(
        context, 0, part,
        (struct rule_text){
            .what =
                rule_printf(context, "%s on new column %s builds its index while nobody can use %s",
                            part->kind == OP_ADD_PRIMARY_KEY ? "PRIMARY KEY" : "UNIQUE",
                            rule_ident(context, op->column), table),
            .why = rule_printf(context,
                               "ACCESS EXCLUSIVE on %s is held while the whole table is read and "
                               "the index is built, which grows with the table: reads and writes "
                               "wait.",
                               table),
            .instead = in_three_steps(context, op, part),
        });
}

RULE(add_column_with_unique) = {
    .ops = {OP_ADD_COLUMN},
    .on_op = check,
    .reports = {{.id = "blocks", .tier = TIER_MAJOR}},
    .foreign_names = {"squawk:disallowed-unique-constraint",
                      "squawk:adding-serial-primary-key-field"},
};
