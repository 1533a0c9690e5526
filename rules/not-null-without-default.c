/*
A new NOT NULL column without a default fails on a table with rows

## Why

Every old row would hold NULL in the new column, so the server refuses (23502) as soon
as there is one row. On an empty table it works, and then the running application,
which does not know the column, cannot insert.

## Instead

Give it a constant default, which costs nothing; or add it nullable, fill it in
batches, and require it later:

    ALTER TABLE users ADD COLUMN language text NOT NULL DEFAULT 'en';

## Limits

Silent where something supplies the value: DEFAULT, serial, GENERATED, a domain's
default; and for tables that the same migration makes and leaves empty.

## References

- https://www.postgresql.org/docs/current/sql-altertable.html
*/
#include "lint/rule.h"

#include <string.h>

struct column_facts {
    bool required, supplied;
};

static bool is_null_constant(const struct node *expr) {
    while (node_if(TypeCast, expr))
        expr = node_as(TypeCast, expr)->arg;
    return node_if(A_Const, expr) && node_as(A_Const, expr)->isnull;
}

static void note_constraint(const struct Constraint *constraint, struct column_facts *facts) {
    switch (constraint->contype) {
    case CONSTR_NOTNULL:
    case CONSTR_PRIMARY:
        facts->required = true;
        break;
    case CONSTR_DEFAULT:
        facts->supplied |= !is_null_constant(constraint->raw_expr);
        break;
    case CONSTR_IDENTITY:
    case CONSTR_GENERATED:
        facts->supplied = true;
        break;
    default:
        break;
    }
}

static bool is_serial(const struct TypeName *type) {
    static const char *const names[] = {"smallserial", "serial2",   "serial",
                                        "serial4",     "bigserial", "serial8"};
    const char *name = type ? node_list_last_string(type->names) : NULL;

    for (size_t i = 0; name && i < sizeof(names) / sizeof(names[0]); i++)
        if (type->names.n == 1 && strcmp(name, names[i]) == 0)
            return true;
    return false;
}

/* A domain that the history knows may bring a default; one that it does not know may, too. */
static bool domain_may_supply(const struct rule_context *context, const struct TypeName *type) {
    struct name name = {NULL, node_list_last_string(type->names)};
    const struct type *known;

    if (type->names.n == 2)
        name.schema = node_string(type->names.v[0]);
    known = schema_type(rule_schema(context), name);
    return known && known->object.kind == OBJ_DOMAIN && known->default_expr;
}

static void check(struct rule_context *context, const struct op *op) {
    const struct ColumnDef *column = node_if(ColumnDef, op->node);
    const struct relation *table = rule_target(context, op);
    struct column_facts facts = {0};

    if (!column || !column->typeName || rule_target_is_empty(context, op) ||
        rule_does_nothing(context, op))
        return;
    if (op->object_type == OBJECT_FOREIGN_TABLE ||
        (table && table->object.kind == OBJ_FOREIGN_TABLE))
        return;
    for (size_t i = 0; i < column->constraints.n; i++)
        if (node_if(Constraint, column->constraints.v[i]))
            note_constraint(node_as(Constraint, column->constraints.v[i]), &facts);
    if (!facts.required || facts.supplied || is_serial(column->typeName) ||
        domain_may_supply(context, column->typeName))
        return;
    rule_report(
        context, 0, op,
        (struct rule_text){
            .what = rule_printf(context,
                                "adding required column %s without a default fails if %s has rows",
                                rule_ident(context, op->column), rule_target_name(context, op)),
            .why = "The old rows would hold NULL, so the server refuses the statement (23502); on "
                   "an empty table it works, and then the running application, which does not know "
                   "the column, can insert nothing.",
            .instead = rule_printf(context,
                                   "ALTER TABLE %s ADD COLUMN %s ... NOT NULL DEFAULT "
                                   "...;  -- a constant costs nothing\n"
                                   "-- or add it nullable, fill it in batches, and set "
                                   "NOT NULL in a later release",
                                   rule_name_as_written(context, op->target),
                                   rule_ident(context, op->column)),
        });
}

RULE(not_null_without_default) = {
    .ops = {OP_ADD_COLUMN},
    .on_op = check,
    .reports = {{.id = "fails", .tier = TIER_CRITICAL}},
    .foreign_names = {"squawk:adding-required-field"},
};
