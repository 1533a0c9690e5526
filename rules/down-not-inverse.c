/*
A down does not take back all that its up does

## Why

After a rollback the schema is believed to be as it was. A column, index or type that
the down leaves behind makes the next run of the up fail, or hides that it was
changed; one that it forgets to make again is missed by the old version of the
application, at once or when a query becomes slow.

## Instead

Compare with the way back that `migvet rollback` prints from the schema before the up,
with exact names and definitions; `--format markdown` for a pull request. What stays on
purpose may be said to:

    -- migvet:ignore down-not-inverse reason: the index is useful without the column

## Limits

Compared by name. What has expressions in it (views, functions, CHECKs, triggers) may
be written in several ways, and counts where it stays as the up has made it. Silent
about schemas, extensions and roles, about comments and the order of columns, about
values added to an enum, and about a constraint that stays validated. Silent where a
statement of up or down fails, cannot be read, or calls code that may do anything; and
where a note says that there is no way back.

## References

- https://www.postgresql.org/docs/current/ddl-alter.html
*/
#include "lint/rule.h"

#include <string.h>

enum { NAMED = 5 };

static bool is_worth_telling(const struct rule_difference *difference) {
    return strncmp(difference->object, "enum ", 5) != 0 ||
           strcmp(difference->kind, "different") != 0;
}

static const char *words(struct rule_context *context, const struct rule_difference *difference) {
    const char *detail =
        *difference->detail ? rule_printf(context, " (%s)", difference->detail) : "";

    if (strcmp(difference->kind, "left over") == 0)
        return rule_printf(context, "leaves %s%s", difference->object, detail);
    if (strcmp(difference->kind, "missing") == 0)
        return rule_printf(context, "does not bring back %s%s", difference->object, detail);
    return rule_printf(context, "leaves %s different%s", difference->object, detail);
}

static const char *list(struct rule_context *context, struct rule_differences differences,
                        size_t *count) {
    const char *text = "";

    *count = 0;
    for (size_t i = 0; i < differences.n; i++) {
        if (!is_worth_telling(&differences.v[i]))
            continue;
        if (*count < NAMED)
            text = rule_printf(context, "%s%s%s", text, *count ? "; " : "",
                               words(context, &differences.v[i]));
        (*count)++;
    }
    if (*count > NAMED)
        text = rule_printf(context, "%s; and %zu more", text, *count - NAMED);
    return text;
}

static void check(struct rule_context *context) {
    const struct rule_migration *migration = rule_migration(context);
    size_t count;
    const char *text;

    if (!migration->has_down || migration->irreversible)
        return;
    text = list(context, rule_down_differences(context), &count);
    if (!count)
        return;
    rule_report_down(
        context, 0,
        (struct rule_text){
            .what = rule_printf(context, "the down of %s %s", migration->name, text),
            .why = "After up and down the schema is another one than before: the version of the "
                   "application that is rolled back to does not know it, and the up may not run "
                   "again.",
            .instead = "compare with what \"migvet rollback\" prints; or say why it stays:\n"
                       "-- migvet:ignore down-not-inverse reason: ...",
            .object_kind = "migration",
            .object_name = migration->name,
        });
}

RULE(down_not_inverse) = {
    .on_migration_end = check,
    .reports = {{.id = "differs", .tier = TIER_MINOR}},
};
