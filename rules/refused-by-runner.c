/*
The migration tool refuses the migration, whatever the server would say of it

## Why

Tools keep lists of what they run, with checksums: a file that is not on the list, or a
name on it without a file, and they end with an error before they run anything. The
deployment stops there.

## Instead

Bring the list up to date by the tool's own command, and commit it with the file.

## References

- https://atlasgo.io/concepts/migration-directory-integrity
- https://orm.drizzle.team/docs/migrations
*/
#include "lint/rule.h"

static const char consequence[] =
    "It ends with an error before it runs anything: the deployment stops there.";

static void check(struct rule_context *context) {
    const struct rule_migration *migration = rule_migration(context);

    if (!migration->refusal)
        return;
    rule_report(
        context, 0, NULL,
        (struct rule_text){
            .what = rule_printf(context, "%s refuses migration %s: %s", rule_runner_name(context),
                                migration->name, migration->refusal),
            .why = consequence,
            .instead = "the list brought up to date, in the same commit",
            .object_kind = "migration",
            .object_name = migration->name,
        });
}

static void check_listed(struct rule_context *context, const struct left_out *stray) {
    if (stray->kind != LEFT_OUT_MISSING)
        return;
    rule_report(context, 0, NULL,
                (struct rule_text){
                    .what = rule_printf(context, "%s refuses the history: %s",
                                        rule_runner_name(context), stray->why),
                    .why = consequence,
                    .instead = "the file, or a list without it",
                    .object_kind = "file",
                    .object_name = stray->path,
                });
}

RULE(refused_by_runner) = {
    .on_migration_end = check,
    .on_stray = check_listed,
    .reports = {{.id = "refused", .tier = TIER_CRITICAL}},
};
