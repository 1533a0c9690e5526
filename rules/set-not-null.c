/*
SET NOT NULL reads the whole table while nobody can use it

## Why

The server has to see that no row holds a NULL: it reads the whole table, and keeps
ACCESS EXCLUSIVE meanwhile. Reads and writes wait, longer the larger the table is. At
the first NULL it fails (23502).

## Instead

A validated CHECK proves it, and is validated while reads and writes go on; then SET
NOT NULL takes a moment:

    ALTER TABLE orders ADD CONSTRAINT orders_number_present
        CHECK (number IS NOT NULL) NOT VALID;
    -- in a later migration:
    ALTER TABLE orders VALIDATE CONSTRAINT orders_number_present;
    -- and in the one after that:
    ALTER TABLE orders ALTER COLUMN number SET NOT NULL;
    ALTER TABLE orders DROP CONSTRAINT orders_number_present;

The CHECK may say more (`number IS NOT NULL AND number > 0`), but has to be validated,
and must not be dropped by the same statement: drops come first, and the proof is
gone.

## Versions

Since 18 NOT NULL is a constraint that can be added and validated by itself, without a
CHECK: ADD CONSTRAINT n NOT NULL number NOT VALID, then VALIDATE CONSTRAINT n. SET NOT
NULL over one that is still NOT VALID reads the table under the strong lock.

## Limits

Silent where the column is NOT NULL already or a CHECK proves it, also when an earlier
migration validated it; for tables that the same migration makes and leaves empty; and
for temporary tables. Where no file of the history makes the table, the finding is
hedged.

## References

- https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-SET-DROP-NOT-NULL
*/
#include "lint/rule.h"

enum { SCANS, MAY_SCAN, MAY_BLOCK };

/* The proof is dropped by the same statement. */
static bool drops_proof(const struct rule_context *context, const struct op *op) {
    return not_null_is_proved(rule_schema(context), rule_target(context, op), op->column) ==
           KNOWN_YES;
}

/* The constraint itself (18). */
static const char *by_not_null(struct rule_context *context, const struct op *op) {
    const char *table = rule_name_as_written(context, op->target);

    return rule_printf(context,
                       "ALTER TABLE %s %s NOT VALID;\n"
                       "-- then in a transaction of its own, while reads and writes go on:\n"
                       "ALTER TABLE %s VALIDATE CONSTRAINT %s;",
                       table, rule_constraint_clause(context, op), table,
                       rule_ident(context, rule_constraint_name(context, op)));
}

static const char *by_check(struct rule_context *context, const struct op *op) {
    const char *table = rule_name_as_written(context, op->target);
    const char *column = rule_ident(context, op->column);
    const char *name =
        rule_ident(context, rule_printf(context, "%s_%s_present", op->target.name, op->column));

    if (op->kind == OP_ADD_NOT_NULL)
        return by_not_null(context, op);
    return rule_printf(context,
                       "ALTER TABLE %s ADD CONSTRAINT %s CHECK (%s IS NOT NULL) NOT VALID;\n"
                       "-- then in a transaction of its own, while reads and writes go on:\n"
                       "ALTER TABLE %s VALIDATE CONSTRAINT %s;\n"
                       "-- then, in a moment:\n"
                       "ALTER TABLE %s ALTER COLUMN %s SET NOT NULL;\n"
                       "ALTER TABLE %s DROP CONSTRAINT %s;",
                       table, name, column, table, name, table, column, table, name);
}

static const char *validate_first(struct rule_context *context, const struct op *op,
                                  const struct constraint *proof) {
    const char *table = rule_name_as_written(context, op->target);
    const char *validate = rule_printf(context, "ALTER TABLE %s VALIDATE CONSTRAINT %s;", table,
                                       rule_ident(context, proof->name));

    if (proof->kind == CONSTRAINT_NOT_NULL)
        return rule_printf(context, "%s  -- and no SET NOT NULL", validate);
    return rule_printf(context,
                       "%s\n-- in a transaction of its own, while reads and writes go on; "
                       "then:\nALTER TABLE %s ALTER COLUMN %s SET NOT NULL;",
                       validate, table, rule_ident(context, op->column));
}

static struct rule_text text_of(struct rule_context *context, const struct op *op) {
    const char *table = rule_target_name(context, op);
    const struct constraint *proof = rule_unvalidated_proof(context, op);
    const char *held = rule_printf(context,
                                   "ACCESS EXCLUSIVE on %s is held until every row has been read, "
                                   "which grows with the table; the first NULL makes it fail.",
                                   table);
    struct rule_text text = {.why = held, .instead = by_check(context, op)};

    text.what = rule_printf(context, "%s reads all of %s while nobody can use it",
                            op_kind_words(op->kind), table);
    if (drops_proof(context, op)) {
        text.why = rule_printf(context, "The same statement drops what proves it first. %s", held);
        text.instead =
            rule_printf(context,
                        "ALTER TABLE %s ALTER COLUMN %s SET NOT NULL;\n"
                        "-- and the DROP CONSTRAINT in a statement behind it",
                        rule_name_as_written(context, op->target), rule_ident(context, op->column));
    } else if (proof) {
        text.why = rule_printf(context, "%s is not validated yet, and proves nothing. %s",
                               rule_ident(context, proof->name), held);
        text.instead = validate_first(context, op, proof);
    }
    return text;
}

static void report_doubt(struct rule_context *context, const struct op *op, size_t report) {
    const char *table = rule_target_name(context, op);

    rule_report(context, report, op,
                (struct rule_text){
                    .what = rule_printf(context,
                                        report == MAY_BLOCK
                                            ? "%s reads all of %s while nobody can use "
                                              "it, if the table was there before"
                                            : "%s reads all of %s while nobody can use "
                                              "it, unless a CHECK proves that there is no NULL",
                                        op_kind_words(op->kind), table),
                    .why = report == MAY_BLOCK
                               ? rule_why_may_be_new()
                               : "No file of the history tells the constraints of the table. "
                                 "Without a validated CHECK, ACCESS EXCLUSIVE is held until every "
                                 "row has been read.",
                    .instead = by_check(context, op),
                });
}

static void check(struct rule_context *context, const struct op *op) {
    const struct effects *effects;

    if (op->is_inline || op->in_create || op->not_valid || !op->column ||
        rule_target_is_harmless(context, op))
        return;
    effects = rule_effects(context, op);
    if (!effects->scans.n && !effects->unknown.n)
        return;
    if (rule_target_may_be_new(context, op))
        report_doubt(context, op, MAY_BLOCK);
    else if (effects->scans.n)
        rule_report(context, SCANS, op, text_of(context, op));
    else
        report_doubt(context, op, MAY_SCAN);
}

RULE(set_not_null) = {
    .ops = {OP_SET_NOT_NULL, OP_ADD_NOT_NULL},
    .on_op = check,
    .reports = {{.id = "scans", .tier = TIER_MAJOR},
                {.id = "may-scan", .tier = TIER_MAJOR},
                {.id = "may-block", .tier = TIER_MINOR}},
    .foreign_names = {"squawk:adding-not-nullable-field"},
};
