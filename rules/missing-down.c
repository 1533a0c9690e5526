/*
A migration has no down, where its neighbours have one

## Why

When a deployment has to be taken back at night, this is where it stops: somebody
writes the way back by hand, under pressure, without review.

## Instead

Write the down together with the up, while you still know what it does. What cannot be
taken back says so, in the up or in the down:

    -- migvet:irreversible the merged duplicates are not kept

## Limits

Silent where the framework has no downs, where the configuration says `downs: none`,
and for a migration that only reads or sets parameters. Where no migration of a
history has a down, that is said once.

## References

- https://www.postgresql.org/docs/current/ddl-alter.html
*/
#include "lint/rule.h"

static bool lacks_down(const struct rule_migration *migration) {
    return migration->downs_expected && migration->up_path && !migration->has_down &&
           !migration->irreversible && migration->changes_schema;
}

static void check_migration(struct rule_context *context) {
    const struct rule_migration *migration = rule_migration(context);

    if (!lacks_down(migration) || !migration->any_down_in_history)
        return;
    rule_report(context, 0, NULL,
                (struct rule_text){
                    .what = rule_printf(context, "migration %s has no down", migration->name),
                    .why = "A rollback past it stops here, and the way back has to be written by "
                           "hand when there is no time for it.",
                    .instead = "write the down file, or say in this one why there is none:\n"
                               "-- migvet:irreversible ...",
                    .object_kind = "migration",
                    .object_name = migration->name,
                });
}

static void check_history(struct rule_context *context) {
    const struct rule_migration *migration = rule_migration(context);

    if (!rule_downs_missing_everywhere(context))
        return;
    rule_report(context, 0, NULL,
                (struct rule_text){
                    .what = rule_printf(context, "no migration of this %s history has a down",
                                        migration->front),
                    .why = "A deployment cannot be rolled back by the tool; the way back has to be "
                           "written by hand when there is no time for it.",
                    .instead = "write downs from now on; or say that there are none on purpose: "
                               "`downs: none` in .migvet.yml",
                    .object_kind = "history",
                    .object_name = rule_history_root(context),
                });
}

RULE(missing_down) = {
    .on_migration_end = check_migration,
    .on_history_end = check_history,
    .reports = {{.id = "missing", .tier = TIER_MINOR}},
};
