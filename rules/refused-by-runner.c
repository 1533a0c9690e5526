/*
The migration tool refuses the migration, whatever the server would say of it

## Why

Tools keep lists of what they run, with checksums: a file that is not on the list, or a
name on it without a file, and they end with an error before they run anything. Flyway
reads a file before it runs any of it, and takes none in which statements that refuse a
transaction stand among others: a `SET lock_timeout` above a `CREATE INDEX CONCURRENTLY`
is enough. The deployment stops there.

## Instead

Bring the list up to date by the tool's own command, and commit it with the file.
With Flyway, a file of its own for each such statement; or, beside it in
`V7__name.sql.conf`:

    executeInTransaction=false

## Limits

Flyway's settings are read from `flyway.toml` and `flyway.conf`. Where there is none, its `mixed`
may be set elsewhere: it is told with a lower tier.

## References

- https://atlasgo.io/concepts/migration-directory-integrity
- https://orm.drizzle.team/docs/migrations
- https://documentation.red-gate.com/fd/flyway-execute-in-transaction-setting-277578997.html
*/
#include "lint/rule.h"

static const char consequence[] =
    "It ends with an error before it runs anything: the deployment stops there.";

static void check(struct rule_context *context) {
    const struct rule_migration *migration = rule_migration(context);

    if (!migration->refusal)
        return;
    rule_report(
        context, !migration->refusal->certain, NULL,
        (struct rule_text){
            .what = rule_printf(context, "%s refuses migration %s: %s", rule_runner_name(context),
                                migration->name, migration->refusal->why),
            .why = consequence,
            .instead = migration->refusal->instead,
            .object_kind = "migration",
            .object_name = migration->name,
        });
}

static void check_listed(struct rule_context *context, const struct left_out *stray) {
    if (stray->kind != LEFT_OUT_MISSING)
        return;
    rule_report(context, 0, NULL,
                (struct rule_text){
                    .what = rule_printf(context, "%s refuses the history for %s (%s)",
                                        rule_runner_name(context), stray->path, stray->why),
                    .why = consequence,
                    .instead = "the file, or a list without it",
                    .object_kind = "file",
                    .object_name = stray->path,
                });
}

RULE(refused_by_runner) = {
    .on_migration_end = check,
    .on_stray = check_listed,
    .reports = {{.id = "refused", .tier = TIER_CRITICAL}, {.id = "unless-set", .tier = TIER_MAJOR}},
};
