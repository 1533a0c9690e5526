/*
A migration that databases have run already is changed

## Why

What has run does not run again. Most tools take no notice of the change: databases
that have run the old text keep its schema, new ones get another, and tests pass on the
new ones only. Tools that keep a checksum refuse to run anything from then on, some of
them for a changed comment, too.

## Instead

Put the file back, and write a new migration that brings both to the same schema.

## Limits

Only with `--since` or `--staged`: what is in git there is taken for applied. A change
of comments and blanks alone is told with a lower tier where the tool does not mind. A
change of a down is none. A changelog of Liquibase's may get more changesets, and lose
some; one that says something else than before is told, unless it has `runOnChange`.

## References

- https://documentation.red-gate.com/flyway/reference/commands/validate
*/
#include "lint/rule.h"

enum { REFUSED, UNNOTICED, COMMENTS };

static bool is_refused(const struct runner *runner, bool sql) {
    return runner->edited == RUNNER_REFUSES && (sql || runner->edited_comments);
}

static const char *consequence(struct rule_context *context, bool sql) {
    const char *name = rule_runner_name(context);

    if (is_refused(rule_runner(context), sql))
        return rule_printf(context,
                           "%s keeps a checksum of what it has run%s: where this has run, it ends "
                           "with an error and runs nothing more.",
                           name, sql ? "" : ", comments and blanks counted");
    if (!sql)
        return "Databases that have run it are as new ones will be; but who reads it reads "
               "something else than what has run.";
    if (rule_runner(context)->edited == RUNNER_SKIPS)
        return rule_printf(context,
                           "%s does not run it again: databases that have run it keep the old "
                           "schema, new ones get another.",
                           name);
    return "It is not run again: databases that have run it keep the old schema, new ones get "
           "another; and tools that keep checksums refuse to go on.";
}

static void check(struct rule_context *context) {
    const struct rule_migration *migration = rule_migration(context);
    const struct rule_change change = rule_change(context);

    if (change.kind != CHANGE_EDITED)
        return;
    rule_report(
        context,
        is_refused(rule_runner(context), change.sql) ? REFUSED
        : change.sql                                 ? UNNOTICED
                                                     : COMMENTS,
        NULL,
        (struct rule_text){
            .what = rule_printf(context, "%s of migration %s, which is in %s already, %s changed",
                                change.sql ? "the SQL" : "only comments, blanks or case",
                                migration->name, change.since, change.sql ? "is" : "are"),
            .why = consequence(context, change.sql),
            .instead =
                rule_printf(context, "the %s as it is in %s, and a new one for what is to change",
                            rule_runner(context)->grows ? "changeset" : "file", change.since),
            .object_kind = "migration",
            .object_name = migration->name,
            .text = change.text,
            .span = change.span,
        });
}

RULE(edited_migration) = {
    .on_migration_end = check,
    .reports = {{.id = "refused", .tier = TIER_CRITICAL},
                {.id = "unnoticed", .tier = TIER_MAJOR},
                {.id = "comments", .tier = TIER_MINOR}},
};
