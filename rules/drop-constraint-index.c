/*
An index that a constraint stands on cannot be dropped by itself

## Why

The index of a PRIMARY KEY, UNIQUE or EXCLUDE constraint is a part of the constraint.
DROP INDEX is refused (2BP01), with CASCADE and with CONCURRENTLY too, and the
deployment stops there.

## Instead

Drop the constraint; its index goes with it:

    ALTER TABLE customers DROP CONSTRAINT customers_email_key;

That takes ACCESS EXCLUSIVE for a moment (and on tables whose foreign keys rest on it,
if these are dropped first): give it a short lock_timeout.

## Limits

An index that no file of the history makes is reported in hedged words, and only where
its name ends in `_pkey`, as the server names those of primary keys.

## References

- https://www.postgresql.org/docs/current/ddl-depend.html
*/
#include "lint/rule.h"

#include <string.h>

enum { FAILS, MAY_FAIL };

static const struct constraint *constraint_of(const struct relation *table,
                                              const struct relation *index) {
    for (size_t i = 0; table && i < table->constraint_count; i++)
        if (table->constraints[i]->index == index->object.id &&
            table->constraints[i]->kind != CONSTRAINT_FOREIGN_KEY)
            return table->constraints[i];
    return NULL;
}

static void report_failure(struct rule_context *context, const struct op *op,
                           const struct relation *table, const struct constraint *constraint) {
    const char *table_name =
        rule_name_as_written(context, (struct name){table->object.schema, table->object.name});
    const char *constraint_name = rule_ident(context, constraint->name);

    rule_report(
        context, FAILS, op,
        (struct rule_text){
            .what = rule_printf(context, "index %s cannot be dropped: constraint %s needs it",
                                rule_target_name(context, op), constraint_name),
            .why = "The index is a part of the constraint, and the server refuses to drop "
                   "it alone (2BP01), with CASCADE too.",
            .instead = rule_printf(context, "ALTER TABLE %s DROP CONSTRAINT %s;", table_name,
                                   constraint_name),
            .object_kind = "index",
            .object_name = rule_target_name(context, op),
        });
}

static bool is_named_as_primary_key(const char *name) {
    size_t n = strlen(name);

    return n > 5 && strcmp(name + n - 5, "_pkey") == 0;
}

static void report_doubt(struct rule_context *context, const struct op *op) {
    const char *index = op->target.name;
    const char *table = rule_printf(context, "%.*s", (int)(strlen(index) - 5), index);

    rule_report(
        context, MAY_FAIL, op,
        (struct rule_text){
            .what = rule_printf(context,
                                "dropping index %s fails, if it is a primary key's, as its name "
                                "says",
                                rule_target_name(context, op)),
            .why = "No file of the history makes it. The index of a primary key is a part of that, "
                   "and the server refuses to drop it alone (2BP01), with CASCADE too.",
            .instead =
                rule_printf(context, "ALTER TABLE %s DROP CONSTRAINT %s;",
                            rule_name_as_written(context, (struct name){op->target.schema, table}),
                            rule_ident(context, index)),
            .object_kind = "index",
            .object_name = rule_target_name(context, op),
        });
}

static void check(struct rule_context *context, const struct op *op) {
    const struct relation *index = rule_target(context, op);
    const struct relation *table = rule_indexed_table(context, op);
    const struct constraint *constraint = index ? constraint_of(table, index) : NULL;

    if (constraint && !index->object.assumed && !index->object.not_certain)
        report_failure(context, op, table, constraint);
    else if (!index && !op->missing_ok && is_named_as_primary_key(op->target.name) &&
             rule_direction(context) == DIRECTION_UP)
        report_doubt(context, op);
}

RULE(drop_constraint_index) = {
    .ops = {OP_DROP_INDEX},
    .on_op = check,
    .reports = {{.id = "fails", .tier = TIER_CRITICAL}, {.id = "may-fail", .tier = TIER_MAJOR}},
    .covers = {"drop-index-not-concurrent", "drop-index-concurrently-misuse"},
    .in_downs = true,
};
