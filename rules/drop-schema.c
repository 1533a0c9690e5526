/*
A schema is dropped, with all that is in it

## Why

With CASCADE every table in the schema goes with its rows, every view, function and
type, and what uses them from other schemas; the statement names none of them, and no
rollback of the release brings the rows back. Without CASCADE the server refuses
(2BP01) as long as anything is in the schema, and the deployment stops there.

## Instead

Empty the schema by name, in migrations of their own, so that each loss can be seen;
then drop it without CASCADE, which can take nothing along:

    DROP TABLE reporting.totals_deprecated;
    DROP SCHEMA reporting;

## Limits

Silent for a schema that the same migration makes, and without CASCADE for one that
the history made and emptied.

## References

- https://www.postgresql.org/docs/current/sql-dropschema.html
*/
#include "lint/rule.h"

enum { LOSES, MAY_LOSE };
enum { MOST_NAMED = 4 };

static const char *contents(struct rule_context *context, const struct rule_cascade *cascade) {
    const char *list = cascade->words[0];
    size_t i = 1;

    for (; i < cascade->n && i < MOST_NAMED; i++)
        list = rule_printf(context, "%s, %s", list, cascade->words[i]);
    if (i < cascade->n)
        list = rule_printf(context, "%s and %zu more", list, cascade->n - i);
    return list;
}

static void report(struct rule_context *context, size_t which, const struct op *op,
                   const char *what, const char *why) {
    const char *schema = rule_ident(context, op->target.name);

    rule_report(context, which, op,
                (struct rule_text){
                    .what = what,
                    .why = why,
                    .instead = rule_printf(context,
                                           "-- what is in it, by name, in migrations of their "
                                           "own; then, without CASCADE:\nDROP SCHEMA %s;",
                                           schema),
                    .object_kind = "schema",
                    .object_name = schema,
                });
}

static void report_cascade(struct rule_context *context, const struct op *op,
                           const struct rule_cascade *cascade) {
    report(context, LOSES, op,
           rule_printf(context, "dropping schema %s takes along %s",
                       rule_ident(context, op->target.name),
                       cascade->n ? contents(context, cascade) : "all that is in it"),
           "Tables go with their rows, and what uses them from other schemas goes too; every query "
           "that names any of it fails from the commit on, and no rollback of the release brings "
           "the rows back.");
}

static void report_plain(struct rule_context *context, const struct op *op,
                         const struct rule_cascade *cascade) {
    report(context, LOSES, op,
           rule_printf(context, "dropping schema %s fails unless it is empty%s%s",
                       rule_ident(context, op->target.name), cascade->n ? ", and it holds " : "",
                       cascade->n ? contents(context, cascade) : ""),
           "Without CASCADE the server refuses (2BP01) as long as anything is in the schema, and "
           "the deployment stops there; with it, every table would go with its rows.");
}

static void report_doubt(struct rule_context *context, const struct op *op) {
    report(
        context, MAY_LOSE, op,
        rule_printf(context, "dropping schema %s takes along all that is in it",
                    rule_ident(context, op->target.name)),
        "The history shows nothing in it, but what other hands have made there goes too, unseen. "
        "Without CASCADE the server would refuse, and say what it is.");
}

static bool is_known_empty(struct rule_context *context, const struct op *op,
                           const struct rule_cascade *cascade) {
    const struct object *schema = rule_object(context, op);

    return schema && !schema->assumed && !cascade->n;
}

static void check(struct rule_context *context, const struct op *op) {
    struct rule_cascade cascade = rule_cascade(context, op);
    const struct object *schema = rule_object(context, op);

    if (schema && object_is_new(rule_schema(context), schema) && cascade.all_new)
        return;
    if (!schema && op->missing_ok && rule_schema(context)->complete)
        return;
    if (!is_known_empty(context, op, &cascade)) {
        if (op->cascade)
            report_cascade(context, op, &cascade);
        else
            report_plain(context, op, &cascade);
    } else if (op->cascade && !rule_schema(context)->complete) {
        report_doubt(context, op);
    }
}

RULE(drop_schema) = {
    .ops = {OP_DROP_SCHEMA},
    .on_op = check,
    .reports = {{.id = "data-loss", .tier = TIER_CRITICAL}, {.id = "may-lose", .tier = TIER_MINOR}},
    .covers = {"drop-cascade"},
};
