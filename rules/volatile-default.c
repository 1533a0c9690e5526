/*
A new column's volatile default makes the server rewrite the whole table

## Why

A constant or STABLE default (also now() and CURRENT_TIMESTAMP) is computed once and
kept in the catalogue: adding the column is instant. A VOLATILE one (random(),
clock_timestamp(), gen_random_uuid(), nextval(), any function without a label) must be
computed for every row: the table and all its indexes are written anew under ACCESS
EXCLUSIVE, and nobody reads or writes meanwhile.

## Instead

Add the column without the default, set the default (it then holds for new rows only),
and fill the old rows in small batches:

    ALTER TABLE users ADD COLUMN token uuid;
    ALTER TABLE users ALTER COLUMN token SET DEFAULT gen_random_uuid();
    -- then in batches, each in its own transaction:
    UPDATE users SET token = gen_random_uuid() WHERE id BETWEEN 1 AND 1000 AND token IS NULL;

## Limits

What decides is the function's volatility label, from PostgreSQL's own catalogue for
the target version and from the CREATE FUNCTIONs of the history. Where the column has
no default, that of its domain counts. A function that neither knows is reported as
Minor: it may rewrite.

## References

- https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES
*/
#include "lint/rule.h"

enum { REWRITES, MAY_REWRITE };

static const struct node *default_of(const struct op *op) {
    const struct ColumnDef *column = node_if(ColumnDef, op->node);

    for (size_t i = 0; column && i < column->constraints.n; i++) {
        const struct Constraint *constraint = node_if(Constraint, column->constraints.v[i]);
        if (constraint && constraint->contype == CONSTR_DEFAULT)
            return constraint->raw_expr;
    }
    return NULL;
}

/* A domain brings its own default to columns without one (12 does not rewrite for that). */
static const struct node *domain_default_of(struct rule_context *context, const struct op *op) {
    const struct schema *schema = rule_schema(context);
    struct type_use type = type_use_of(schema, node_as(ColumnDef, op->node)->typeName);
    const struct type *domain;

    if (rule_column_part(context, op, OP_ADD_GENERATED, NULL))
        return NULL;
    while ((domain = type_use_domain(schema, &type)) && !domain->default_expr)
        type = domain->base;
    return domain && rule_effects(context, op)->rewrites.n ? domain->default_expr : NULL;
}

static const char *batches(struct rule_context *context, const struct op *op) {
    const char *table = rule_name_as_written(context, op->target);
    const char *column = rule_ident(context, op->column);

    return rule_printf(context,
                       "ALTER TABLE %s ADD COLUMN %s ...;  -- nullable, without the default\n"
                       "ALTER TABLE %s ALTER COLUMN %s SET DEFAULT ...;  -- for new rows\n"
                       "-- then fill the old rows in small batches, each in its own transaction",
                       table, column, table, column);
}

static void report_rewrite(struct rule_context *context, const struct op *op, const char *culprit) {
    const char *table = rule_target_name(context, op);

    rule_report(context, REWRITES, op,
                (struct rule_text){
                    .what = rule_printf(context,
                                        "the default of new column %s calls %s, which is volatile: "
                                        "%s is rewritten",
                                        rule_ident(context, op->column), culprit, table),
                    .why = rule_printf(context,
                                       "A value is computed for every row, and table and indexes "
                                       "are written anew under ACCESS EXCLUSIVE: nobody reads or "
                                       "writes %s meanwhile.",
                                       table),
                    .instead = batches(context, op),
                });
}

static void report_doubt(struct rule_context *context, const struct op *op, const char *culprit) {
    const char *table = rule_target_name(context, op);

    rule_report(context, MAY_REWRITE, op,
                (struct rule_text){
                    .what = rule_printf(context,
                                        "the default of new column %s depends on %s, which is not "
                                        "known: if it is volatile, %s is rewritten",
                                        rule_ident(context, op->column), culprit, table),
                    .why =
                        "No file of the history creates it and it is not PostgreSQL's own. A "
                        "function without STABLE or IMMUTABLE is volatile, and then every row is "
                        "written anew under ACCESS EXCLUSIVE.",
                    .instead = batches(context, op),
                });
}

static void check(struct rule_context *context, const struct op *op) {
    const struct node *expr = default_of(op);
    const char *culprit = NULL;
    enum known is_volatile;

    if (rule_target_is_harmless(context, op) || rule_does_nothing(context, op))
        return;
    if (!expr)
        expr = domain_default_of(context, op);
    if (!expr)
        return;
    is_volatile = expr_is_volatile(rule_schema(context), expr, &culprit);
    culprit = culprit ? rule_printf(context, "%s()", culprit) : "a function";
    if (is_volatile == KNOWN_YES)
        report_rewrite(context, op, culprit);
    else if (is_volatile == UNKNOWN)
        report_doubt(context, op, culprit);
}

RULE(volatile_default) = {
    .ops = {OP_ADD_COLUMN},
    .on_op = check,
    .reports = {{.id = "rewrites", .tier = TIER_CRITICAL},
                {.id = "may-rewrite", .tier = TIER_MINOR}},
    .foreign_names = {"squawk:adding-field-with-default"},
};
