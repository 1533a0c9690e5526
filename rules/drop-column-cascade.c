/*
DROP COLUMN ... CASCADE takes along what no reader of the file can see

## Why

CASCADE drops all that depends on the column, and all that depends on that: views, the
foreign keys of other tables when it is a key, generated columns, triggers, policies.
The file names none of it, and the server only mentions it in a NOTICE. And like every
DROP COLUMN it breaks the queries that still name the column, and its values are gone.

## Instead

Drop or change what depends on it by name, each where its own danger can be seen, and
then the column without CASCADE. If anything was forgotten, the server says so and
drops nothing:

    DROP VIEW customers_with_fax;
    ALTER TABLE customers DROP COLUMN fax;

## Limits

Silent where the history makes the table and shows nothing that depends on the column:
drop-column alone speaks then. Silent for columns and tables that the same migration
makes, for temporary tables, and where the whole table is dropped later in the same
migration.

## References

- https://www.postgresql.org/docs/current/ddl-depend.html
*/
#include "lint/rule.h"

static const char *plain_drop(struct rule_context *context, const struct op *op) {
    return rule_printf(context, "ALTER TABLE %s DROP COLUMN %s;",
                       rule_name_as_written(context, op->target), rule_ident(context, op->column));
}

static void report_known(struct rule_context *context, const struct op *op,
                         const struct rule_cascade *cascade) {
    const char *column = rule_ident(context, op->column);

    rule_report(context, 0, op,
                (struct rule_text){
                    .what = rule_printf(context, "dropping %s.%s with CASCADE takes along %s",
                                        rule_target_name(context, op), column,
                                        rule_cascade_words(context, cascade)),
                    .why = rule_printf(context,
                                       "The statement names none of that. What still uses it, or "
                                       "names %s, fails from the commit on, and the values are "
                                       "gone.",
                                       column),
                    .instead = rule_printf(context, "%s%s", rule_cascade_sql(context, cascade),
                                           plain_drop(context, op)),
                });
}

static void report_unknown(struct rule_context *context, const struct op *op) {
    const char *column = rule_ident(context, op->column);

    rule_report(context, 0, op,
                (struct rule_text){
                    .what = rule_printf(context,
                                        "dropping %s.%s with CASCADE takes along whatever depends "
                                        "on it",
                                        rule_target_name(context, op), column),
                    .why = rule_printf(context,
                                       "Views, foreign keys, generated columns: the statement "
                                       "names none of them. What still uses them, or names %s, "
                                       "fails from the commit on, and the values are gone.",
                                       column),
                    .instead = rule_printf(context,
                                           "%s\n-- if anything depends on it, the server says "
                                           "what, and drops nothing",
                                           plain_drop(context, op)),
                });
}

static void check(struct rule_context *context, const struct op *op) {
    struct rule_cascade cascade;

    if (!op->cascade || rule_target_is_new(context, op) || rule_column_is_new(context, op) ||
        rule_does_nothing(context, op) || rule_table_is_dropped_later(context, op))
        return;
    cascade = rule_cascade(context, op);
    if (cascade.n && !cascade.all_new)
        report_known(context, op, &cascade);
    else if (!cascade.known && !cascade.all_known)
        report_unknown(context, op);
}

RULE(drop_column_cascade) = {
    .ops = {OP_DROP_COLUMN},
    .on_op = check,
    .reports = {{.id = "takes", .tier = TIER_CRITICAL}},
    .covers = {"drop-column"},
};
