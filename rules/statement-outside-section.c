/*
SQL stands before the first mark of a migration's file, where it belongs to no section

## Why

goose, dbmate and sql-migrate run what stands behind a mark (`-- +goose Up`,
`-- migrate:up`, `-- +migrate Up`). goose and dbmate refuse a file that has SQL before
it; sql-migrate passes over it and says nothing. The same holds for a file without any
mark.

## Instead

Put the mark before the first statement.

## References

- https://pressly.github.io/goose/documentation/annotations/
*/
#include "lint/rule.h"

static const char *consequence(struct rule_context *context) {
    const char *runner = rule_runner_name(context);

    if (rule_runner(context)->outside == RUNNER_REFUSES)
        return rule_printf(context, "%s refuses the file: the deployment stops there.", runner);
    return rule_printf(context, "%s passes over it and says nothing: it is never run.", runner);
}

static void check(struct rule_context *context) {
    const struct rule_migration *migration = rule_migration(context);
    const struct rule_outside outside = rule_outside(context);

    if (!outside.text || rule_runner(context)->outside == RUNNER_UNKNOWN)
        return;
    rule_report(context, 0, NULL,
                (struct rule_text){
                    .what = rule_printf(context, "SQL of migration %s stands before its first mark",
                                        migration->name),
                    .why = consequence(context),
                    .instead = "the mark of the up section before it",
                    .object_kind = "migration",
                    .object_name = migration->name,
                    .text = outside.text,
                    .span = outside.span,
                });
}

RULE(statement_outside_section) = {
    .on_migration_end = check,
    .reports = {{.id = "outside", .tier = TIER_CRITICAL}},
};
