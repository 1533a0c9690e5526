/*
A new column of a domain with constraints makes the server rewrite the table

## Why

A domain's CHECK or NOT NULL is tested for every row, also where the column has no
default or a constant one, and also where the CHECK is NOT VALID. The server does that
by writing the table and all its indexes anew under ACCESS EXCLUSIVE: nobody reads or
writes the table until it is done, and the disk must hold both copies.

## Instead

A column of the type below the domain, and the domain's condition as a CHECK of the
table, which can be validated while reads and writes go on:

    ALTER TABLE customers ADD COLUMN zip text;
    ALTER TABLE customers ADD CONSTRAINT customers_zip_check
        CHECK (zip ~ '^[0-9]{5}$') NOT VALID;
    -- in a later migration:
    ALTER TABLE customers VALIDATE CONSTRAINT customers_zip_check;

## Limits

Only for domains that the history makes. Domains without constraints rewrite nothing,
nor do arrays of a domain. Silent for tables that the same migration makes and leaves
empty.

## References

- https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES
*/
#include "lint/rule.h"

#include <string.h>

static struct type_use type_of(const struct rule_context *context, const struct op *op) {
    return type_use_of(rule_schema(context), node_as(ColumnDef, op->node)->typeName);
}

/* Generated columns and those of a sequence are rewritten for a cause of their own. */
static bool is_the_cause(const struct rule_context *context, const struct op *op) {
    struct type_use type = type_of(context, op);

    return type_use_constrained(rule_schema(context), &type) == KNOWN_YES &&
           !rule_column_part(context, op, OP_ADD_GENERATED, NULL);
}

static const char *base_type(struct rule_context *context, const struct op *op) {
    const char *table = rule_name_as_written(context, op->target);
    const char *column = rule_ident(context, op->column);
    const char *check =
        rule_ident(context, rule_printf(context, "%s_%s_check", op->target.name, op->column));
    struct type_use type = type_of(context, op);
    struct type_use base = type_use_base(rule_schema(context), &type);

    return rule_printf(context,
                       "ALTER TABLE %s ADD COLUMN %s %s;\n"
                       "ALTER TABLE %s ADD CONSTRAINT %s CHECK (...) NOT VALID;\n"
                       "-- with the domain's condition; "
                       "then in a transaction of its own, while reads and writes go on:\n"
                       "ALTER TABLE %s VALIDATE CONSTRAINT %s;",
                       table, column, rule_type_name(context, &base), table, check, table, check);
}

/* The domain does not take the NULLs that the old rows would hold. */
static const char *failure_words(struct rule_context *context, const struct op *op) {
    const struct failure *failure = &rule_effects(context, op)->failure;

    if (!failure->sqlstate || strcmp(failure->sqlstate, "23502") != 0)
        return "";
    return rule_printf(context, " If there is one row, it fails: %s (%s).", failure->why,
                       failure->sqlstate);
}

static void check(struct rule_context *context, const struct op *op) {
    const char *table = rule_target_name(context, op);
    struct type_use type;

    if (!node_if(ColumnDef, op->node) || !node_as(ColumnDef, op->node)->typeName ||
        rule_target_is_harmless(context, op) || !is_the_cause(context, op) ||
        !rule_effects(context, op)->rewrites.n)
        return;
    type = type_of(context, op);
    rule_report(context, 0, op,
                (struct rule_text){
                    .what = rule_printf(context,
                                        "adding column %s rewrites %s, because domain %s has "
                                        "constraints",
                                        rule_ident(context, op->column), table,
                                        rule_type_name(context, &type)),
                    .why = rule_printf(context,
                                       "Every row is tested by writing table and indexes anew "
                                       "under ACCESS EXCLUSIVE, with or without a default: nobody "
                                       "reads or writes %s meanwhile.%s",
                                       table, failure_words(context, op)),
                    .instead = base_type(context, op),
                });
}

RULE(add_constrained_domain_column) = {
    .ops = {OP_ADD_COLUMN},
    .on_op = check,
    .reports = {{.id = "rewrites", .tier = TIER_CRITICAL}},
    .covers = {"volatile-default"},
};
