/*
Two migrations have the same version, and the tool knows them apart by nothing else

## Why

It happens when two branches take the next free number. Some tools refuse to run
anything until one is renamed: the deployment stops there. Others keep one row for
each version: once one of the two has run, the other is taken for done, and never
runs.

## Instead

Give the migration that has not run yet a version behind all others.

## Limits

Silent for tools that know a migration by its whole name (Prisma, sql-migrate). Where
it is not known who runs the files, it is told with a lower tier.

## References

- https://github.com/golang-migrate/migrate/blob/master/MIGRATIONS.md
*/
#include "lint/rule.h"

static const char *consequence(struct rule_context *context) {
    const char *runner = rule_runner_name(context);

    switch (rule_runner(context)->duplicate) {
    case RUNNER_REFUSES:
        return rule_printf(context, "%s refuses such a history: nothing of it is run.", runner);
    case RUNNER_SKIPS:
        return rule_printf(context,
                           "%s keeps one row for each version: when one of the two has run, the "
                           "other is taken for done, and is never run.",
                           runner);
    case RUNNER_ACCEPTS:
    case RUNNER_RUNS:
    case RUNNER_UNKNOWN:
        break;
    }
    return "Tools that know a migration by its version refuse such a history, or take the second "
           "for done when the first has run.";
}

static void check(struct rule_context *context) {
    const struct rule_migration *migration = rule_migration(context);
    const char *other = rule_same_version(context);
    enum runner_answer answer = rule_runner(context)->duplicate;

    if (!other || answer == RUNNER_ACCEPTS)
        return;
    rule_report(context, answer == RUNNER_UNKNOWN, NULL,
                (struct rule_text){
                    .what = rule_printf(context, "migration %s has the version of %s",
                                        migration->name, other),
                    .why = consequence(context),
                    .instead = "a version of its own, behind all others, for the one that has not "
                               "run yet",
                    .object_kind = "migration",
                    .object_name = migration->name,
                });
}

RULE(duplicate_version) = {
    .on_migration_end = check,
    .reports = {{.id = "known-runner", .tier = TIER_CRITICAL},
                {.id = "unknown-runner", .tier = TIER_MINOR}},
};
