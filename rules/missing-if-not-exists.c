/*
A CREATE or ADD COLUMN fails when the file is run a second time

## Why

Where a file does not run in one transaction and stops in the middle, what stands
before stays done. The next try begins at the top, and the first CREATE without IF NOT
EXISTS finds the object there: somebody has to repair the file, or the database, by
hand.

## Instead

    CREATE TABLE IF NOT EXISTS plans (name text PRIMARY KEY);
    ALTER TABLE users ADD COLUMN IF NOT EXISTS plan text;

or let the file run in one transaction, where that is possible.

## Limits

Silent in a transaction, where the statement is the only one of its file that changes
anything, for temporary objects, and where a DROP ... IF EXISTS of the same name
stands before it. Silent for CREATE INDEX CONCURRENTLY: there IF NOT EXISTS would hide
the invalid index that a failed build leaves behind; drop that first. Where nobody
knows how the file is run, it is reported in words that say so.

## References

- https://www.postgresql.org/docs/current/sql-createtable.html
*/
#include "lint/rule.h"

#include <string.h>

enum { NEARBY = 64 };

static enum op_kind drop_of(enum op_kind kind) {
    switch (kind) {
    case OP_CREATE_INDEX:
        return OP_DROP_INDEX;
    case OP_CREATE_MATVIEW:
        return OP_DROP_MATVIEW;
    case OP_CREATE_SEQUENCE:
        return OP_DROP_SEQUENCE;
    case OP_CREATE_SCHEMA:
        return OP_DROP_SCHEMA;
    case OP_CREATE_EXTENSION:
        return OP_DROP_EXTENSION;
    case OP_CREATE_FOREIGN_TABLE:
        return OP_DROP_FOREIGN_TABLE;
    case OP_ADD_COLUMN:
        return OP_DROP_COLUMN;
    default:
        return OP_DROP_TABLE;
    }
}

static bool same(const char *a, const char *b) {
    return a && b && strcmp(a, b) == 0;
}

static bool drops_it(const struct rule_context *context, const struct op *drop,
                     const struct op *op) {
    if (drop->kind != drop_of(op->kind) || !drop->missing_ok)
        return false;
    if (op->kind == OP_CREATE_INDEX)
        return same(drop->target.name, op->object);
    if (op->kind == OP_ADD_COLUMN && !same(drop->column, op->column))
        return false;
    return rule_same_target(context, drop->target, op->target);
}

/* DROP ... IF EXISTS stands not far above. */
static bool is_dropped_before(const struct rule_context *context, const struct op *op) {
    struct unit_ops unit = rule_unit_ops(context);
    size_t here = unit.n - rule_later_ops(context, op).n - 1;

    for (size_t i = here > NEARBY ? here - NEARBY : 0; i < here; i++)
        if (drops_it(context, unit.v[i], op))
            return true;
    return false;
}

static bool has_no_such_form(const struct op *op) {
    if (op->kind == OP_CREATE_INDEX)
        return op->concurrently || !op->object;
    if (op->kind == OP_CREATE_TABLE_AS)
        return op->node->kind == NODE_SelectStmt; /* SELECT INTO */
    return op->kind == OP_ADD_COLUMN && op->in_create;
}

static bool is_temporary(const struct rule_context *context, const struct op *op) {
    const struct relation *table = rule_target(context, op);

    return op->temporary || (table && table->object.temporary);
}

static bool is_unlogged(const struct op *op) {
    const struct CreateStmt *create = node_if(CreateStmt, op->stmt);
    const struct CreateTableAsStmt *as = node_if(CreateTableAsStmt, op->stmt);
    const struct RangeVar *table = create ? create->relation : NULL;

    if (as && as->into)
        table = as->into->rel;
    return table && table->relpersistence == 'u';
}

/* The words behind which the guard stands. */
static const char *opening(const struct op *op) {
    const struct IndexStmt *index = node_if(IndexStmt, op->stmt);

    switch (op->kind) {
    case OP_CREATE_TABLE:
    case OP_CREATE_PARTITION:
    case OP_CREATE_TABLE_AS:
        return is_unlogged(op) ? "create unlogged table" : "create table";
    case OP_CREATE_INDEX:
        return index && index->unique ? "create unique index" : "create index";
    default:
        return op_kind_words(op->kind);
    }
}

static const char *guarded(struct rule_context *context, const struct op *op) {
    if (op->kind == OP_ADD_COLUMN)
        return rule_printf(context, "ALTER TABLE %s ADD COLUMN IF NOT EXISTS %s ...;",
                           rule_name_as_written(context, op->target),
                           rule_ident(context, op->column));
    return rule_printf(context, "%s;", rule_sql_with(context, op, opening(op), "IF NOT EXISTS"));
}

static void check(struct rule_context *context, const struct op *op) {
    bool unknown = rule_in_transaction(context) == UNKNOWN;

    if (op->if_not_exists || op->replace || has_no_such_form(op) ||
        rule_in_transaction(context) == KNOWN_YES || is_temporary(context, op) ||
        rule_is_alone(context, op) || is_dropped_before(context, op))
        return;
    rule_report(context, 0, op,
                (struct rule_text){
                    .what = rule_printf(context, "%s fails when the file is run again",
                                        op_kind_words(op->kind)),
                    .why = rule_printf(context,
                                       "%s a later statement that fails leaves this one done, and "
                                       "the next try stops here.",
                                       unknown ? "Unless the file runs in one transaction,"
                                               : "The file does not run in one transaction:"),
                    .instead = guarded(context, op),
                });
}

RULE(missing_if_not_exists) = {
    .ops = {OP_CREATE_TABLE, OP_CREATE_PARTITION, OP_CREATE_TABLE_AS, OP_CREATE_FOREIGN_TABLE,
            OP_CREATE_MATVIEW, OP_CREATE_INDEX, OP_CREATE_SEQUENCE, OP_CREATE_SCHEMA,
            OP_CREATE_EXTENSION, OP_ADD_COLUMN},
    .on_op = check,
    .reports = {{.id = "missing", .tier = TIER_MINOR}},
    .by_default = RULE_OPT_IN,
    .pack = "idempotency",
    .foreign_names = {"squawk:prefer-robust-stmts"},
};
