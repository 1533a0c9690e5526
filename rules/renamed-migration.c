/*
A migration that databases have run already gets another name

## Why

By its version, or by its whole name, the tool knows what has run. Under another one a
migration is new to it: it runs a second time, and fails on what it has made itself;
or the tool misses what it has run, and refuses to run anything.

## Instead

Keep the name. A file that is moved together with its folder keeps it.

## Limits

Only with `--since` or `--staged`: what is in git there is taken for applied. Git calls
a file renamed when most of its text is the same.

## References

- https://git-scm.com/docs/git-diff#Documentation/git-diff.txt---find-renames
*/
#include "lint/rule.h"

enum { KNOWN, UNSURE };

/* What the tool does: of another version, it misses the old one and takes this for new. */
static enum runner_answer answer_to(const struct runner *runner, bool version) {
    if (!version)
        return runner->renamed;
    return runner->missing == RUNNER_ACCEPTS ? RUNNER_RUNS : runner->missing;
}

static const char *consequence(struct rule_context *context, enum runner_answer answer) {
    const char *name = rule_runner_name(context);

    if (answer == RUNNER_REFUSES)
        return rule_printf(context,
                           "%s misses what it has run under the old name: it ends with an error "
                           "and runs nothing.",
                           name);
    if (answer == RUNNER_RUNS)
        return rule_printf(context,
                           "%s takes it for a new one: where it has run under the old name, it is "
                           "run a second time, or it is too late for it.",
                           name);
    return "Tools that know a migration by its version or name run it a second time, or refuse to "
           "go on.";
}

static void check(struct rule_context *context) {
    const struct rule_migration *migration = rule_migration(context);
    const struct rule_change change = rule_change(context);
    enum runner_answer answer = answer_to(rule_runner(context), change.version);

    if (change.kind != CHANGE_RENAMED || answer == RUNNER_ACCEPTS)
        return;
    rule_report(context, answer == RUNNER_UNKNOWN ? UNSURE : KNOWN, NULL,
                (struct rule_text){
                    .what = rule_printf(context, "migration %s is %s in %s: it was renamed",
                                        migration->name, change.was, change.since),
                    .why = consequence(context, answer),
                    .instead = rule_printf(context, "its old name, %s", change.was),
                    .object_kind = "migration",
                    .object_name = migration->name,
                });
}

RULE(renamed_migration) = {
    .on_migration_end = check,
    .reports = {{.id = "known-runner", .tier = TIER_CRITICAL},
                {.id = "unknown-runner", .tier = TIER_MAJOR}},
};
