/*
An object is moved to another schema while the application looks for it in the old one

## Why

From the commit on, every query that names the old schema, or finds the object through
a search_path without the new one, fails; and the new release fails until then. There
is no order of deployment that works. Functions whose bodies are strings break when
they are called.

## Instead

In one transaction, move the table and make a view in its old place. A simple view
takes writes as well, so both releases work. Drop the view in a later release:

    BEGIN;
    ALTER TABLE orders SET SCHEMA shop;
    CREATE VIEW public.orders AS SELECT * FROM shop.orders;
    COMMIT;

For what is no table, let every search_path have both schemas first, and the queries
leave the schema out.

## Limits

Silent for objects that the same migration makes, temporary ones, a schema that the
object is in already, where the same migration puts something with the same name in
the old place, and for statistics, operator classes and conversions, which no query
names.

## References

- https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-SET-SCHEMA
*/
#include "lint/rule.h"

#include <string.h>

/* Nobody names it. */
static bool is_nameless(const struct op *op) {
    return op->object_type == OBJECT_STATISTIC_EXT || op->object_type == OBJECT_OPCLASS ||
           op->object_type == OBJECT_OPFAMILY || op->object_type == OBJECT_CONVERSION;
}

static bool is_rows(const struct op *op) {
    return op->object_type == OBJECT_TABLE || op->object_type == OBJECT_VIEW ||
           op->object_type == OBJECT_MATVIEW || op->object_type == OBJECT_FOREIGN_TABLE;
}

static bool puts_something(const struct op *op) {
    switch (op->kind) {
    case OP_CREATE_VIEW:
    case OP_CREATE_MATVIEW:
    case OP_CREATE_TABLE:
    case OP_CREATE_TABLE_AS:
    case OP_CREATE_FUNCTION:
    case OP_CREATE_PROCEDURE:
    case OP_CREATE_SEQUENCE:
        return !op->temporary;
    default:
        return false;
    }
}

/* The server finds it where it was, or as it was; old: with its schema. */
static bool is_replaced(struct rule_context *context, const struct op *op, struct name old) {
    struct unit_ops later = rule_later_ops_about(context, op);

    for (size_t i = 0; i < later.n; i++)
        if (puts_something(later.v[i]) && rule_same_target(context, later.v[i]->target, old))
            return true;
    return false;
}

/* What it is called: resolved, but for extensions, which are in no schema by name. */
static struct name old_name(const struct rule_context *context, const struct op *op) {
    const struct object *object = rule_object(context, op);

    if (object)
        return (struct name){object->schema, object->name};
    if (op->object_type == OBJECT_EXTENSION)
        return (struct name){NULL, op->target.name};
    return schema_resolve(rule_schema(context), op->target);
}

static const char *way_out(struct rule_context *context, const struct op *op, struct name old) {
    struct name new_name = {op->new_name, op->target.name};

    if (!is_rows(op))
        return rule_printf(context,
                           "-- first let every search_path have %s too, and release queries that "
                           "leave the schema out; then move it, with\n"
                           "-- migvet:ignore set-schema reason: every search_path has %s since ...",
                           rule_ident(context, op->new_name), rule_ident(context, op->new_name));
    return rule_printf(context,
                       "BEGIN;\nALTER TABLE %s SET SCHEMA %s;\nCREATE VIEW %s AS SELECT * FROM "
                       "%s;  -- dropped in a later release\nCOMMIT;",
                       rule_name_as_written(context, op->target), rule_ident(context, op->new_name),
                       rule_name_as_written(context, old), rule_name_as_written(context, new_name));
}

static void check(struct rule_context *context, const struct op *op) {
    const struct object *object = rule_object(context, op);
    struct name old = old_name(context, op);
    const char *name = rule_name_as_written(context, old);

    if (is_nameless(op) || (object && object_is_new(rule_schema(context), object)) ||
        (object && object->temporary) ||
        (!object && op->missing_ok && rule_schema(context)->complete) ||
        (object && old.schema && strcmp(old.schema, op->new_name) == 0) ||
        is_replaced(context, op, old))
        return;
    rule_report(
        context, 0, op,
        (struct rule_text){
            .what = rule_printf(context, "moving %s to schema %s breaks the running application",
                                name, rule_ident(context, op->new_name)),
            .why = rule_printf(context,
                               "Every query that looks for it where it was, or through a "
                               "search_path without %s, fails from the commit on, and the new "
                               "release fails until then: no order of deployment works.",
                               rule_ident(context, op->new_name)),
            .instead = way_out(context, op, old),
            .object_kind = object ? object_kind_name(object->kind) : NULL,
            .object_name = name,
        });
}

RULE(set_schema) = {
    .ops = {OP_SET_SCHEMA},
    .on_op = check,
    .reports = {{.id = "breaks", .tier = TIER_CRITICAL}},
};
