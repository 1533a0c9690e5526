/*
A new table's primary key counts with fewer than 64 bits, and runs out

## Why

An integer ends at 2147483647, a smallint at 32767; gaps of rolled back transactions
count too. On the day it is reached every INSERT fails. Changing the type then
rewrites the table and all that reference it, under a lock that nobody can read
beside. Eight bytes from the start cost next to nothing.

## Instead

    CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);

## Limits

For columns that the migration itself makes and that are the whole key. Silent for a
key that references another table's, whose type is given, for temporary and foreign
tables, and for tables that the option `small_tables` names.

## References

- https://www.postgresql.org/docs/current/datatype-numeric.html#DATATYPE-INT
*/
#include "lint/rule.h"

#include <string.h>

/* The last number, for people; NULL: the type is another one. Of serial types it is the integer's. */
static const char *last_number(const struct type_use *type) {
    if (!type->name || type->array_dimensions || type->user_type)
        return NULL;
    if (strcmp(type->name, "int2") == 0)
        return "32767";
    return strcmp(type->name, "int4") == 0 ? "2147483647" : NULL;
}

/* The only column of the key; NULL: there are more, or it is an index's. */
static const char *key_column(const struct op *op) {
    const struct Constraint *key = node_if(Constraint, op->node);

    if (op->is_inline || !key)
        return op->column;
    return key->keys.n == 1 ? node_string(key->keys.v[0]) : NULL;
}

/* Where the same statement makes the column. */
static const struct op *definition(const struct rule_context *context, const char *column) {
    struct ops ops = rule_statement_ops(context);

    for (size_t i = 0; i < ops.n; i++)
        if (ops.v[i].kind == OP_ADD_COLUMN && strcmp(ops.v[i].column, column) == 0)
            return &ops.v[i];
    return NULL;
}

static bool is_reference(const struct rule_context *context, const char *column) {
    struct ops ops = rule_statement_ops(context);

    for (size_t i = 0; i < ops.n; i++) {
        const struct Constraint *key = node_if(Constraint, ops.v[i].node);
        if (ops.v[i].kind != OP_ADD_FOREIGN_KEY || !key)
            continue;
        if (ops.v[i].is_inline ? ops.v[i].column && strcmp(ops.v[i].column, column) == 0
                               : key->fk_attrs.n == 1 && node_string(key->fk_attrs.v[0]) &&
                                     strcmp(node_string(key->fk_attrs.v[0]), column) == 0)
            return true;
    }
    return false;
}

static void report_key(struct rule_context *context, const struct op *op, const struct op *column,
                       const char *last) {
    struct type_use type = rule_new_type(context, column);

    rule_report(
        context, 0, column,
        (struct rule_text){
            .what = rule_printf(context, "primary key %s of %s is of type %s, which ends at %s",
                                rule_ident(context, column->column), rule_target_name(context, op),
                                rule_type_name(context, &type), last),
            .why = "On the day it is reached every INSERT fails, and changing the type then "
                   "rewrites the table while nobody can read it.",
            .instead = rule_printf(context, "%s bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
                                   rule_ident(context, column->column)),
        });
}

static void check(struct rule_context *context, const struct op *op) {
    const char *name = key_column(op);
    const struct op *column = name ? definition(context, name) : NULL;
    struct type_use type;

    if (!column || rule_column_is_passing(context, op) || is_reference(context, name) ||
        rule_option_names_target(context, "small_tables", op))
        return;
    type = rule_new_type(context, column);
    if (last_number(&type))
        report_key(context, op, column, last_number(&type));
}

RULE(int_primary_key) = {
    .ops = {OP_ADD_PRIMARY_KEY},
    .on_op = check,
    .reports = {{.id = "ends", .tier = TIER_MAJOR}},
    .by_default = RULE_OPT_IN,
    .pack = "style",
    .options = {{"small_tables", RULE_OPTION_NAMES,
                 "tables that will never have many rows: [countries, currencies]"}},
    .foreign_names = {"squawk:prefer-bigint-over-int", "squawk:prefer-bigint-over-smallint",
                      "squawk:prefer-big-int"},
};
