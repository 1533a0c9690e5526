/*
A DELETE without a condition takes every row of a table

## Why

The rows are gone with the commit. Until then all of them are locked, triggers and
foreign keys run for each, the write-ahead log grows by the table and replicas fall
behind. A missing WHERE is also the classic slip.

## Instead

Say which rows, and delete them by key in small batches, each in its own transaction:

    DO $$
    BEGIN
        LOOP
            DELETE FROM sessions
             WHERE id IN (SELECT id FROM sessions WHERE expires_at < now() LIMIT 1000);
            EXIT WHEN NOT FOUND;
            COMMIT;
        END LOOP;
    END
    $$;

Where really all have to go, leave it to an operator, after a backup.

## Limits

Silent for tables that the same migration makes, temporary ones, and those that the
option `small_tables` names. A condition that always holds (TRUE, 1 = 1, x = x, id IS
NOT NULL of a primary key) counts as none.

## References

- https://www.postgresql.org/docs/current/sql-delete.html
*/
#include "lint/rule.h"

enum { ALL, MAY_BE_ALL };

static const char *batches(struct rule_context *context, const struct op *op) {
    const char *table = rule_name_as_written(context, op->target);
    const char *key = rule_key_column(context, op);

    return rule_printf(context,
                       "DELETE FROM %s WHERE %s IN (SELECT %s FROM %s WHERE ... LIMIT 1000);\n"
                       "-- until none is left, each batch in its own transaction",
                       table, key, key, table);
}

static void check(struct rule_context *context, const struct op *op) {
    const char *table = rule_target_name(context, op);
    bool is_doubtful = rule_target_may_be_new(context, op);

    if (rule_reach(context, op) != REACH_ALL || rule_target_is_new(context, op) ||
        rule_option_names_target(context, "small_tables", op))
        return;
    rule_report(context, is_doubtful ? MAY_BE_ALL : ALL, op,
                (struct rule_text){
                    .what = rule_printf(context, "DELETE takes every row of %s%s", table,
                                        is_doubtful ? ", if the table was there before" : ""),
                    .why = "They are gone with the commit. Until then all of them are locked, and "
                           "triggers and foreign keys run for each: that grows with the table.",
                    .instead = batches(context, op),
                });
}

RULE(unbounded_delete) = {
    .ops = {OP_DELETE},
    .on_op = check,
    .reports = {{.id = "all", .tier = TIER_CRITICAL}, {.id = "may-be-all", .tier = TIER_MINOR}},
    .options = {{"small_tables", RULE_OPTION_NAMES,
                 "tables whose rows may all be deleted at once: [feature_flags]"}},
};
