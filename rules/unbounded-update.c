/*
An UPDATE changes every row of a table in one transaction

## Why

Each changed row is written anew and stays locked until the commit. On a table of some
size that takes minutes: the application's own updates of these rows wait, the
write-ahead log grows by the table and its indexes and replicas fall behind, VACUUM
can clean up nothing meanwhile, and the table is left twice as large. When it fails
near the end, all of it was for nothing.

## Instead

Go through the table by its key, a few thousand rows at a time, and commit each batch:

    DO $$
    DECLARE
        done bigint := 0;
    BEGIN
        WHILE done < (SELECT max(id) FROM users) LOOP
            UPDATE users SET plan = 'free' WHERE id > done AND id <= done + 1000;
            done := done + 1000;
            COMMIT;
        END LOOP;
    END
    $$;

in a file of its own that runs outside a transaction, or from the application.

## Limits

Silent for tables that the same migration makes, temporary ones, and those that the
option `small_tables` names. A condition that always holds (TRUE, 1 = 1, x = x, x IS
NULL OR x IS NOT NULL) counts as none; what other conditions leave is
backfill-in-one-transaction's matter.

## References

- https://www.postgresql.org/docs/current/sql-update.html
- https://www.postgresql.org/docs/current/plpgsql-transactions.html
*/
#include "lint/rule.h"

enum { ALL, MAY_BE_ALL };

static const char *batches(struct rule_context *context, const struct op *op) {
    return rule_printf(context,
                       "UPDATE %s SET ... WHERE %s;\n"
                       "-- and so on by key, in small batches, each in its own transaction",
                       rule_name_as_written(context, op->target), rule_key_range(context, op));
}

static void check(struct rule_context *context, const struct op *op) {
    const char *table = rule_target_name(context, op);
    bool is_doubtful = rule_target_may_be_new(context, op);

    if (rule_reach(context, op) != REACH_ALL || rule_target_is_new(context, op) ||
        rule_option_names_target(context, "small_tables", op))
        return;
    rule_report(
        context, is_doubtful ? MAY_BE_ALL : ALL, op,
        (struct rule_text){
            .what = rule_printf(context, "UPDATE changes every row of %s in one transaction%s",
                                table, is_doubtful ? ", if the table was there before" : ""),
            .why = "Every row is written anew and stays locked until the commit: updates of the "
                   "application wait, replicas fall behind, and the table doubles in size. That "
                   "grows with the table.",
            .instead = batches(context, op),
        });
}

RULE(unbounded_update) = {
    .ops = {OP_UPDATE},
    .on_op = check,
    .reports = {{.id = "all", .tier = TIER_MAJOR}, {.id = "may-be-all", .tier = TIER_MINOR}},
    .options = {{"small_tables", RULE_OPTION_NAMES,
                 "tables with so few rows that one UPDATE may change all: [settings]"}},
};
