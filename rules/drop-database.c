/*
A database, or a tablespace of the whole cluster, is dropped by a migration

## Why

DROP DATABASE removes every schema, table and row of the database from the disk at
once, and no transaction can take it back. A migration that is run once more, against
another server or by a new colleague, does it once more. DROP TABLESPACE concerns all
databases of the cluster.

## Instead

Leave both to the people and tools that set up servers, behind a backup that was
tried.

## Limits

Silent for a database that the same migration makes.

## References

- https://www.postgresql.org/docs/current/sql-dropdatabase.html
- https://www.postgresql.org/docs/current/sql-droptablespace.html
*/
#include "lint/rule.h"

#include <string.h>

static bool is_made_here(struct rule_context *context, const struct op *op) {
    struct unit_ops unit = rule_unit_ops(context);
    enum op_kind make = op->kind == OP_DROP_DATABASE ? OP_CREATE_DATABASE : OP_CREATE_TABLESPACE;

    for (size_t i = 0; i < unit.n && unit.v[i] != op; i++)
        if (unit.v[i]->kind == make && unit.v[i]->target.name && op->target.name &&
            strcmp(unit.v[i]->target.name, op->target.name) == 0)
            return true;
    return false;
}

static void check(struct rule_context *context, const struct op *op) {
    const char *name = rule_ident(context, op->target.name);
    bool database = op->kind == OP_DROP_DATABASE;

    if (is_made_here(context, op))
        return;
    rule_report(
        context, 0, op,
        (struct rule_text){
            .what = database ? rule_printf(context,
                                           "dropping database %s removes all its tables "
                                           "and rows at once",
                                           name)
                             : rule_printf(context,
                                           "dropping tablespace %s concerns every "
                                           "database of the cluster",
                                           name),
            .why = database ? "No transaction can take it back; and whoever runs the migrations "
                              "once more, against another server, does it once more."
                            : "It fails as long as any of them keeps something there, and no "
                              "transaction can take it back.",
            .instead = database
                           ? "leave it to those who set up servers, behind a backup that was tried"
                           : "leave it to those who set up servers",
            .object_kind = database ? "database" : "tablespace",
            .object_name = name,
        });
}

RULE(drop_database) = {
    .ops = {OP_DROP_DATABASE, OP_DROP_TABLESPACE},
    .on_op = check,
    .reports = {{.id = "data-loss", .tier = TIER_CRITICAL}},
    .foreign_names = {"squawk:ban-drop-database"},
};
