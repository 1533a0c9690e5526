/*
A DROP fails when the file is run a second time

## Why

Where a file does not run in one transaction and stops in the middle, what stands
before stays done. The next try begins at the top, and the first DROP without IF
EXISTS finds nothing to drop: somebody has to repair the file, or the database, by
hand.

## Instead

    DROP TABLE IF EXISTS wishlists;
    ALTER TABLE users DROP COLUMN IF EXISTS fax;

or let the file run in one transaction, where that is possible.

## Limits

Silent in a transaction, where the statement is the only one of its file that changes
anything, and for what the same file makes. Where nobody knows how the file is run, it
is reported in words that say so.

## References

- https://www.postgresql.org/docs/current/sql-droptable.html
*/
#include "lint/rule.h"

#include <string.h>

static bool is_new_constraint(const struct rule_context *context, const struct op *op) {
    const struct relation *table = rule_target(context, op);
    const struct constraint *constraint =
        table && op->object ? relation_constraint(table, op->object) : NULL;

    return constraint && constraint->unit == rule_schema(context)->unit;
}

/* What is made above is there again when the file has been run down to here. */
static bool is_made_here(const struct rule_context *context, const struct op *op) {
    switch (op->kind) {
    case OP_DROP_COLUMN:
        return rule_column_is_new(context, op) || rule_target_is_new(context, op);
    case OP_DROP_CONSTRAINT:
        return is_new_constraint(context, op) || rule_target_is_new(context, op);
    default:
        return rule_target_is_new(context, op);
    }
}

/* The words behind which the guard stands. */
static const char *opening(const struct op *op) {
    if (op->concurrently)
        return "drop index concurrently";
    switch (op->object_type) {
    case OBJECT_PROCEDURE:
        return "drop procedure";
    case OBJECT_AGGREGATE:
        return "drop aggregate";
    case OBJECT_ROUTINE:
        return "drop routine";
    default:
        return op_kind_words(op->kind);
    }
}

static const char *guarded(struct rule_context *context, const struct op *op) {

    if (op->kind == OP_DROP_COLUMN || op->kind == OP_DROP_CONSTRAINT)
        return rule_printf(context, "ALTER TABLE %s %s IF EXISTS %s%s;",
                           rule_name_as_written(context, op->target), op_kind_words(op->kind),
                           rule_ident(context, op->column ? op->column : op->object),
                           op->cascade ? " CASCADE" : "");
    return rule_printf(context, "%s;", rule_sql_with(context, op, opening(op), "IF EXISTS"));
}

static void check(struct rule_context *context, const struct op *op) {
    bool unknown = rule_in_transaction(context) == UNKNOWN;

    if (op->missing_ok || rule_in_transaction(context) == KNOWN_YES || is_made_here(context, op) ||
        rule_is_alone(context, op))
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

RULE(missing_if_exists) = {
    .ops = {OP_DROP_TABLE, OP_DROP_FOREIGN_TABLE, OP_DROP_VIEW, OP_DROP_MATVIEW, OP_DROP_INDEX,
            OP_DROP_SEQUENCE, OP_DROP_TYPE, OP_DROP_DOMAIN, OP_DROP_FUNCTION, OP_DROP_SCHEMA,
            OP_DROP_EXTENSION, OP_DROP_TRIGGER, OP_DROP_POLICY, OP_DROP_STATISTICS, OP_DROP_COLUMN,
            OP_DROP_CONSTRAINT},
    .on_op = check,
    .reports = {{.id = "missing", .tier = TIER_MINOR}},
    .by_default = RULE_OPT_IN,
    .pack = "idempotency",
    .foreign_names = {"squawk:prefer-robust-stmts"},
};
