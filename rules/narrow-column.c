/*
A column's new type does not hold all the values that the old one could

## Why

Where a value is too long or too large, the server refuses it, and the migration
stops, after all that it waited for. Where digits, the time of day or the like do not
fit, they are rounded away or dropped without a word, and no rollback brings them
back. Either way the table is rewritten under ACCESS EXCLUSIVE, and from then on the
running application's larger values are refused or cut.

## Instead

A shorter string needs no other type, but a CHECK, which tests new rows at once and
the old ones while reads and writes go on:

    ALTER TABLE users ADD CONSTRAINT users_name_length CHECK (length(name) <= 20) NOT VALID;
    -- in a later migration:
    ALTER TABLE users VALIDATE CONSTRAINT users_name_length;

Otherwise another type means another column: add it, keep both in step with a trigger,
fill it in small batches, switch the application over, drop the old one in a later
release.

## Limits

Only where the history knows the old type, and without USING or with one that is a
plain cast. Silent for tables that the same migration makes and leaves empty, for
temporary tables, and for columns that the same migration adds.

## References

- https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES
*/
#include "lint/rule.h"

#include <string.h>

static bool is_string(const struct type_change *change) {
    const char *name = change->new_type.user_type ? NULL : change->new_type.name;

    return name && change->new_type.typmod_count == 1 && !change->new_type.array_dimensions &&
           (strcmp(name, "varchar") == 0 || strcmp(name, "bpchar") == 0);
}

static const char *way_out(struct rule_context *context, const struct op *op,
                           const struct type_change *change) {
    const char *table = rule_name_as_written(context, op->target);
    const char *name =
        rule_ident(context, rule_printf(context, "%s_%s_length", op->target.name, op->column));

    if (!is_string(change))
        return rule_sql_second_column(context, op, change->new_text);
    return rule_printf(context,
                       "ALTER TABLE %s ADD CONSTRAINT %s CHECK (length(%s) <= %d) NOT VALID;\n"
                       "-- then in a transaction of its own, while reads and writes go on:\n"
                       "ALTER TABLE %s VALIDATE CONSTRAINT %s;",
                       table, name, rule_ident(context, op->column), change->new_type.typmods[0],
                       table, name);
}

static const char *reason(struct rule_context *context, const struct narrowing *narrowing) {
    if (narrowing->kind == NARROWING_FAILS)
        return "One such row stops the migration, and afterwards the application's are "
               "refused. All rows are written anew under ACCESS EXCLUSIVE.";
    return rule_printf(context,
                       "The server drops %s without a word, and no rollback of the release brings "
                       "it back. All rows are written anew under ACCESS EXCLUSIVE.",
                       narrowing->what);
}

static void check(struct rule_context *context, const struct op *op) {
    struct type_change change;
    struct narrowing narrowing;

    if (!node_if(AlterTableCmd, op->node) || rule_target_is_harmless(context, op) ||
        rule_column_is_new(context, op))
        return;
    change = rule_type_change(context, op);
    narrowing = rule_narrowing(context, op);
    if (narrowing.kind == NARROWING_NONE || !rule_effects(context, op)->rewrites.n)
        return;
    rule_report(context, 0, op,
                (struct rule_text){
                    .what = rule_printf(
                        context, "changing %s.%s from %s to %s %s", rule_target_name(context, op),
                        rule_ident(context, op->column), change.old_text, change.new_text,
                        narrowing.kind == NARROWING_FAILS
                            ? rule_printf(context, "fails on %s", narrowing.what)
                            : rule_printf(context, "drops %s", narrowing.what)),
                    .why = reason(context, &narrowing),
                    .instead = way_out(context, op, &change),
                });
}

RULE(narrow_column) = {
    .ops = {OP_ALTER_COLUMN_TYPE},
    .on_op = check,
    .reports = {{.id = "narrows", .tier = TIER_CRITICAL}},
    .covers = {"retype-column"},
    .foreign_names = {"squawk:changing-column-type"},
};
