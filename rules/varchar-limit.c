/*
A text column has a length limit in its type

## Why

varchar(n) is stored as text is; the limit saves nothing. But it is part of the type:
views and functions have to be made anew when it changes, a smaller one rewrites the
table under a lock that nobody can read beside, and every client learns of it. A CHECK
says the same, with a name, and comes and goes without touching a row.

## Instead

    CREATE TABLE users (name text NOT NULL CHECK (length(name) <= 200));

On a table that is there, add the CHECK as NOT VALID and validate it later.

## Limits

Silent for varchar without a length, and for columns of temporary and foreign tables.

## References

- https://www.postgresql.org/docs/current/datatype-character.html
*/
#include "lint/rule.h"

#include <string.h>

static const char *way_out(struct rule_context *context, const struct op *op,
                           const struct type_use *type) {
    const char *table = rule_name_as_written(context, op->target);
    const char *column = rule_ident(context, op->column);
    const char *verb = op->kind == OP_ADD_COLUMN ? "ADD COLUMN" : "ALTER COLUMN";
    const char *change = op->kind == OP_ADD_COLUMN ? "" : "TYPE ";

    if (type->array_dimensions)
        return rule_printf(context, "%s %stext[]", column, change);
    if (op->kind == OP_ADD_COLUMN && rule_target_is_harmless(context, op))
        return rule_printf(context, "%s text CHECK (length(%s) <= %d)", column, column,
                           type->typmods[0]);
    return rule_printf(context,
                       "ALTER TABLE %s %s %s %stext;\n"
                       "ALTER TABLE %s ADD CHECK (length(%s) <= %d) NOT VALID;  -- and VALIDATE it "
                       "in the next migration",
                       table, verb, column, change, table, column, type->typmods[0]);
}

static void check(struct rule_context *context, const struct op *op) {
    struct type_use type = rule_new_type(context, op);

    if (!type.name || strcmp(type.name, "varchar") != 0 || type.user_type || !type.typmod_count ||
        rule_column_is_passing(context, op))
        return;
    rule_report(
        context, 0, op,
        (struct rule_text){
            .what = rule_printf(context, "the limit of %s.%s is part of its type, %s",
                                rule_target_name(context, op), rule_ident(context, op->column),
                                rule_type_name(context, &type)),
            .why = "It saves no space, and changing it changes the type: what depends on "
                   "the column is in the way, and a smaller one rewrites the table.",
            .instead = way_out(context, op, &type),
        });
}

RULE(varchar_limit) = {
    .ops = {OP_ADD_COLUMN, OP_ALTER_COLUMN_TYPE},
    .on_op = check,
    .reports = {{.id = "limit", .tier = TIER_MINOR}},
    .by_default = RULE_OPT_IN,
    .pack = "style",
    .foreign_names = {"squawk:prefer-text-field"},
};
