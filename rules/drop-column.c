/*
A column is dropped that the running application may still read

## Why

Every query of the running release that names the column fails from the commit on; an
ORM names every column it knows in each SELECT. Prepared statements that select all
columns fail, too ("cached plan must not change result type"). The data is gone with the
commit.

## Instead

First release a version that neither reads nor writes the column (if it is NOT NULL
without a default, set a default before that). When no older version runs any more, drop
it in a migration of its own, and say so for the reader:

    -- migvet:ignore drop-column reason: no release since 2024.06 reads or writes fax
    ALTER TABLE customers DROP COLUMN fax;

## Limits

Silent for columns and tables that the same migration makes, for temporary tables, and
where the whole table is dropped later in the same migration (drop-table reports
that).

## References

- https://www.postgresql.org/docs/current/ddl-alter.html#DDL-ALTER-REMOVING-A-COLUMN
*/
#include "lint/rule.h"

static void check(struct rule_context *context, const struct op *op) {
    const char *column = rule_ident(context, op->column);

    if (rule_target_is_new(context, op) || rule_column_is_new(context, op) ||
        rule_does_nothing(context, op) || rule_table_is_dropped_later(context, op))
        return;
    rule_report(
        context, 0, op,
        (struct rule_text){
            .what = rule_printf(context,
                                "dropping %s.%s breaks what still reads it, and its "
                                "data is gone",
                                rule_target_name(context, op), column),
            .why = rule_printf(context,
                               "Every query of the running release that names %s fails from "
                               "the commit on, SELECTs of an ORM included; no rollback of "
                               "the release brings the values back.",
                               column),
            .instead = rule_printf(context,
                                   "first release a version that neither reads nor writes "
                                   "%s; when no older one runs, drop it in a migration of "
                                   "its own, with\n-- migvet:ignore drop-column reason: no "
                                   "release since ... uses it",
                                   column),
        });
}

RULE(drop_column) = {
    .ops = {OP_DROP_COLUMN},
    .on_op = check,
    .reports = {{.id = "breaks", .tier = TIER_CRITICAL}},
    .foreign_names = {"squawk:ban-drop-column"},
};
