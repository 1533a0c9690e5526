/*
VACUUM FULL writes a table anew while nobody can read it

## Why

It copies the table and all its indexes under ACCESS EXCLUSIVE: every query waits
until the copy is done, which grows with the table, and as much disk again is needed
meanwhile. Without a table's name it does so with every table of the database.

## Instead

Plain VACUUM makes the space of dead rows usable again and blocks nobody; autovacuum
does it by itself:

    VACUUM (ANALYZE) users;

To give space back to the operating system, pg_repack and pg_squeeze rewrite a table
while it is used; run them as an operation, not as a migration.

## Limits

Silent for tables that the same migration makes, and temporary ones.

## References

- https://www.postgresql.org/docs/current/sql-vacuum.html
- https://www.postgresql.org/docs/current/routine-vacuuming.html#VACUUM-FOR-SPACE-RECOVERY
*/
#include "lint/rule.h"

static void check(struct rule_context *context, const struct op *op) {
    bool all = !op->target.name;
    const char *table = all ? "every table" : rule_target_name(context, op);

    if (!all && rule_target_is_new(context, op))
        return;
    rule_report(
        context, 0, op,
        (struct rule_text){
            .what = rule_printf(context, "VACUUM FULL rewrites %s while nobody can read it", table),
            .why = "Table and indexes are copied under ACCESS EXCLUSIVE: every query waits until "
                   "that is done, which grows with the table. It needs as much disk again.",
            .instead =
                rule_printf(context,
                            "VACUUM (ANALYZE)%s%s;  -- blocks nobody; to shrink the "
                            "files, pg_repack",
                            all ? "" : " ", all ? "" : rule_name_as_written(context, op->target)),
        });
}

RULE(vacuum_full) = {
    .ops = {OP_VACUUM_FULL},
    .on_op = check,
    .reports = {{.id = "rewrites", .tier = TIER_CRITICAL}},
};
