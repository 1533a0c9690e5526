/*
A new migration stands before others that databases have run already

## Why

Two branches, two timestamps, and the older one is merged last. What then happens
depends on the tool: some never run the migration on a database that is past it, and
do not say so; some refuse to run anything; some run it late, after others that it was
not written for, so that a new database is built in another order than the real one.

## Instead

Rename the new migration, so that its version is behind all that is on the main branch.

## Limits

Only with `--since` or `--staged`, where what is in git is taken for applied; but for
Drizzle, whose journal tells by its times what is never run. Tools' own options to
allow it (goose's `-allow-missing`, Flyway's `outOfOrder`) are not in the files: set
the rule's tier, or turn it off.

## References

- https://pressly.github.io/goose/blog/2021/out-of-order-migrations/
*/
#include "lint/rule.h"

enum { NOT_RUN, UNSURE, LATE };

static size_t severity(enum runner_answer answer) {
    switch (answer) {
    case RUNNER_REFUSES:
    case RUNNER_SKIPS:
        return NOT_RUN;
    case RUNNER_RUNS:
        return LATE;
    case RUNNER_ACCEPTS:
    case RUNNER_UNKNOWN:
        break;
    }
    return UNSURE;
}

static const char *consequence(struct rule_context *context, enum runner_answer answer) {
    const char *runner = rule_runner_name(context);

    if (answer == RUNNER_REFUSES)
        return rule_printf(context,
                           "On a database that is past it, %s ends with an error and runs nothing.",
                           runner);
    if (answer == RUNNER_SKIPS)
        return rule_printf(context,
                           "On a database that is past it, %s never runs it, and does not say so.",
                           runner);
    if (answer == RUNNER_RUNS)
        return rule_printf(context,
                           "Where those have run, %s runs it after them; a new database gets it "
                           "before them: the two may differ, and only one way was tested.",
                           runner);
    return "On a database that is past it, many tools refuse to run it, or never do.";
}

/* By the tool's own list, whatever git says. */
static void report_skipped(struct rule_context *context, const struct rule_migration *migration) {
    rule_report(
        context, NOT_RUN, NULL,
        (struct rule_text){
            .what = rule_printf(context, "migration %s is never run where %s, before it, has run",
                                migration->name, migration->skipped_behind),
            .why = rule_printf(context,
                               "%s goes by the times in its journal, and this one's is not "
                               "later: it takes the migration for done, and does not say "
                               "so.",
                               rule_runner_name(context)),
            .instead = "generate it again, so that its time is behind all others",
            .object_kind = "migration",
            .object_name = migration->name,
        });
}

static void check(struct rule_context *context) {
    const struct rule_migration *migration = rule_migration(context);
    const struct rule_change change = rule_change(context);
    enum runner_answer answer = rule_runner(context)->late;
    const char *later;

    if (migration->skipped_behind)
        report_skipped(context, migration);
    if (migration->skipped_behind ||
        (change.kind != CHANGE_NEW && !(change.kind == CHANGE_RENAMED && change.version)))
        return;
    later = rule_later_applied(context);
    if (!later || answer == RUNNER_ACCEPTS)
        return;
    rule_report(context, severity(answer), NULL,
                (struct rule_text){
                    .what = rule_printf(context,
                                        "new migration %s stands before %s, which is in %s already",
                                        migration->name, later, change.since),
                    .why = consequence(context, answer),
                    .instead = rule_printf(context, "a version behind that of %s", later),
                    .object_kind = "migration",
                    .object_name = migration->name,
                });
}

RULE(out_of_order_migration) = {
    .on_migration_end = check,
    .reports = {{.id = "not-run", .tier = TIER_CRITICAL},
                {.id = "unknown-runner", .tier = TIER_MAJOR},
                {.id = "run-late", .tier = TIER_MINOR}},
};
