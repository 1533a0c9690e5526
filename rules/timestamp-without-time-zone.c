/*
A column holds a time that nobody can place

## Why

timestamp without time zone is what a clock on some wall showed. Which wall is not
stored: now() puts in the session's own time, twice a year an hour is missing or comes
twice, and two sessions in different zones compare apples with pears. timestamptz
stores the moment, in the same eight bytes, and shows it to each session in its own
zone.

## Instead

    created_at timestamptz NOT NULL DEFAULT now()

## Limits

For new columns and those that are given the type. Silent for temporary and foreign
tables. A time on the wall that is meant as one (opening hours, an appointment in a
town) is a good use of the type: say so in a migvet:ignore.

## References

- https://www.postgresql.org/docs/current/datatype-datetime.html
- https://wiki.postgresql.org/wiki/Don%27t_Do_This#Don.27t_use_timestamp_.28without_time_zone.29
*/
#include "lint/rule.h"

#include <string.h>

static void check(struct rule_context *context, const struct op *op) {
    struct type_use type = rule_new_type(context, op);
    const char *column = rule_ident(context, op->column);

    if (!type.name || strcmp(type.name, "timestamp") != 0 || type.user_type ||
        rule_column_is_passing(context, op))
        return;
    rule_report(context, 0, op,
                (struct rule_text){
                    .what = rule_printf(context, "%s.%s does not say in which time zone it is",
                                        rule_target_name(context, op), column),
                    .why =
                        "The session's zone decides what now() puts in and how it compares; twice "
                        "a year an hour is missing, or comes twice.",
                    .instead = rule_printf(context, "%s %stimestamptz%s", column,
                                           op->kind == OP_ADD_COLUMN ? "" : "TYPE ",
                                           type.array_dimensions ? "[]" : ""),
                });
}

RULE(timestamp_without_time_zone) = {
    .ops = {OP_ADD_COLUMN, OP_ALTER_COLUMN_TYPE},
    .on_op = check,
    .reports = {{.id = "zone", .tier = TIER_MINOR}},
    .by_default = RULE_OPT_IN,
    .pack = "style",
    .foreign_names = {"squawk:prefer-timestamp-tz", "squawk:prefer-timestamptz"},
};
