/*
Without its default, a required column makes INSERTs of the running release fail

## Why

A release that does not know the column leaves it out of its INSERTs; as long as there
is a default, that works. When a NOT NULL column loses it, each of these INSERTs fails
(23502) from the commit on. Some frameworks write that by themselves: they add a
required column with a default, and drop the default in the next line.

## Instead

Keep the default until no release is left that inserts without the column; then drop
it in a migration of its own, and say so for the reader:

    -- migvet:ignore drop-default reason: all releases since 2024.06 write region
    ALTER TABLE customers ALTER COLUMN region DROP DEFAULT;

## Limits

Silent where the column is not known to be NOT NULL or has no default; where the same
migration gives it another one, makes it an identity column, drops the column or its
NOT NULL; where a BEFORE INSERT trigger may fill it in; where its domain has a
default; for tables that the same migration makes, and for temporary tables.

## References

- https://www.postgresql.org/docs/current/ddl-default.html
*/
#include "lint/rule.h"

#include <string.h>

static bool makes_up_for_it(enum op_kind kind) {
    return kind == OP_SET_DEFAULT || kind == OP_ADD_IDENTITY || kind == OP_DROP_NOT_NULL ||
           kind == OP_DROP_COLUMN;
}

/* Behind it, or beside it in the same statement. */
static bool is_made_up_for(const struct rule_context *context, const struct op *op) {
    struct unit_ops all = rule_ops_about(context, op->target.name);
    bool behind = false;

    for (size_t i = 0; i < all.n; i++) {
        behind |= all.v[i] == op;
        if ((behind || all.v[i]->stmt == op->stmt) && makes_up_for_it(all.v[i]->kind) &&
            all.v[i]->column && strcmp(all.v[i]->column, op->column) == 0 &&
            rule_same_target(context, all.v[i]->target, op->target))
            return true;
    }
    return rule_table_is_dropped_later(context, op);
}

/* What an INSERT may leave out only because of the default. */
static bool is_needed(const struct rule_context *context, const struct op *op) {
    const struct relation *table = rule_target(context, op);
    const struct column *column = table ? relation_column(table, op->column) : NULL;
    const struct type *domain;

    if (!column || column->not_null != KNOWN_YES || column->has_default == KNOWN_NO)
        return false;
    domain = type_use_domain(rule_schema(context), &column->type);
    return !domain || !domain->default_expr;
}

static void check(struct rule_context *context, const struct op *op) {
    const char *column = rule_ident(context, op->column);

    if (rule_target_is_new(context, op) || !is_needed(context, op) || is_made_up_for(context, op) ||
        rule_trigger_may_fill(context, op) || rule_effects(context, op)->failure.certain)
        return;
    rule_report(
        context, 0, op,
        (struct rule_text){
            .what = rule_printf(context, "without a default, INSERTs that leave out %s.%s fail",
                                rule_target_name(context, op), column),
            .why = rule_printf(context,
                               rule_column_is_new(context, op)
                                   ? "The running release does not know %s, which is NOT NULL: "
                                     "from the commit on it can insert nothing (23502)."
                                   : "%s is NOT NULL: a running release that does not write it "
                                     "can insert nothing from the commit on (23502).",
                               column),
            .instead = rule_printf(context,
                                   "keep the default until every running release writes %s, then "
                                   "drop it in a migration of its own, with\n"
                                   "-- migvet:ignore drop-default reason: all releases since ... "
                                   "write it",
                                   column),
        });
}

RULE(drop_default) = {
    .ops = {OP_DROP_DEFAULT},
    .on_op = check,
    .reports = {{.id = "fails", .tier = TIER_CRITICAL}},
};
