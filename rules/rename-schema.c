/*
A schema is renamed in one step while the application still uses the old name

## Why

From the commit on, every query and every search_path that says the old name finds
nothing there; and the new release finds nothing until then. There is no order of
deployment that works. Functions whose bodies are strings break when they are called.

## Instead

In one transaction, rename the schema, make one with the old name, and in it a view
for each table. Simple views take writes as well, so both releases work. Drop the
views, and then their schema, in a later release:

    BEGIN;
    ALTER SCHEMA billing RENAME TO invoicing;
    CREATE SCHEMA billing;
    CREATE VIEW billing.invoices AS SELECT * FROM invoicing.invoices;
    COMMIT;

## Limits

Silent for schemas that the same migration makes, and where another schema takes the
old name by a rename, or one is made with that name and something in it, in the same
migration.

## References

- https://www.postgresql.org/docs/current/sql-alterschema.html
*/
#include "lint/rule.h"

#include <string.h>

static bool same(const char *a, const char *b) {
    return a && b && strcmp(a, b) == 0;
}

static bool makes_something(const struct op *op) {
    return op->kind == OP_CREATE_VIEW || op->kind == OP_CREATE_TABLE ||
           op->kind == OP_CREATE_FUNCTION;
}

/* The old name is there again at the migration's end, and not empty. */
static bool is_replaced(struct rule_context *context, const struct op *op) {
    struct unit_ops later = rule_later_ops(context, op);
    bool made = false;

    for (size_t i = 0; i < later.n; i++) {
        const struct op *other = later.v[i];
        if (other->kind == OP_RENAME_SCHEMA && same(other->new_name, op->target.name))
            return true;
        if (other->kind == OP_CREATE_SCHEMA && same(other->target.name, op->target.name))
            made = true;
        if (made && makes_something(other) && same(other->target.schema, op->target.name))
            return true;
    }
    return false;
}

/* The second half of a swap: it takes the name that another schema gave up in this migration. */
static bool takes_freed_name(struct rule_context *context, const struct op *op) {
    struct unit_ops unit = rule_unit_ops(context);

    for (size_t i = 0; i < unit.n && unit.v[i] != op; i++)
        if (unit.v[i]->kind == OP_RENAME_SCHEMA && same(unit.v[i]->target.name, op->new_name))
            return true;
    return false;
}

static void check(struct rule_context *context, const struct op *op) {
    const struct object *schema = rule_object(context, op);
    const char *old_name = rule_ident(context, op->target.name);
    const char *new_name = rule_ident(context, op->new_name);

    if ((schema && object_is_new(rule_schema(context), schema)) || is_replaced(context, op) ||
        takes_freed_name(context, op))
        return;
    rule_report(
        context, 0, op,
        (struct rule_text){
            .what = rule_printf(context, "renaming schema %s to %s breaks the running application",
                                old_name, new_name),
            .why = rule_printf(context,
                               "Every query and every search_path that says %s finds nothing from "
                               "the commit on, and the new release finds nothing until then: no "
                               "order of deployment works.",
                               old_name),
            .instead = rule_printf(context,
                                   "BEGIN;\nALTER SCHEMA %s RENAME TO %s;\nCREATE SCHEMA %s;\n"
                                   "CREATE VIEW %s.t AS SELECT * FROM %s.t;  -- for each table t; "
                                   "dropped in a later release\nCOMMIT;",
                                   old_name, new_name, old_name, old_name, new_name),
            .object_kind = "schema",
            .object_name = old_name,
        });
}

RULE(rename_schema) = {
    .ops = {OP_RENAME_SCHEMA},
    .on_op = check,
    .reports = {{.id = "breaks", .tier = TIER_CRITICAL}},
};
