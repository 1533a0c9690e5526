/*
A file among the migrations is never run: its name is not what the tool looks for

## Why

`0005-add.up.sql` where the tool wants `0005_add.up.sql`, a file without an entry in the
journal or the plan: the tool passes over it and says nothing. The release comes
without the table that it needs, and nobody sees why.

## Instead

Rename the file, or make its entry. What is not meant to run is better kept in another
folder.

## Limits

For files whose names begin as those of migrations do, with digits, or `V` and digits.
Others beside them, such as `seed.sql`, are only said not to be analysed.

## References

- https://github.com/golang-migrate/migrate/blob/master/MIGRATIONS.md
*/
#include "lint/rule.h"

static void check(struct rule_context *context, const struct left_out *stray) {
    if (stray->kind == LEFT_OUT_MISSING)
        return;
    rule_report(context, 0, NULL,
                (struct rule_text){
                    .what = rule_printf(context, "%s is never run (%s)", stray->path, stray->why),
                    .why = "The tool passes over it and says nothing; what it should make is "
                           "missing where the release needs it.",
                    .instead = "a name as the other migrations have; or another folder, when it is "
                               "not meant to run",
                    .object_kind = "file",
                    .object_name = stray->path,
                });
}

RULE(file_never_run) = {
    .on_stray = check,
    .reports = {{.id = "never", .tier = TIER_MAJOR}},
};
