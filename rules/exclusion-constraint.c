/*
An exclusion constraint builds its index while nobody can use the table

## Why

ADD EXCLUDE takes ACCESS EXCLUSIVE, and keeps it while it reads the whole table,
builds the index and tests each row against all others (and, in a transaction, until
that ends). There is no way around: it cannot be NOT VALID, and no index can be built
for it beforehand.

## Instead

Make a new table with the constraint, keep it in step with the old one by a trigger,
fill it in batches, and let it take the old one's name in one transaction. Or, for a
table that is known to stay small, take the outage on purpose, with a lock_timeout.

## Limits

Silent for constraints in CREATE TABLE, for tables that the same migration makes and
leaves empty, and for temporary tables.

## References

- https://www.postgresql.org/docs/current/sql-createtable.html#SQL-CREATETABLE-EXCLUDE
*/
#include "lint/rule.h"

enum { BLOCKS, MAY_BLOCK };

static const char *new_table(struct rule_context *context, const struct op *op) {
    const char *old_name = rule_name_as_written(context, op->target);
    struct name name = {op->target.schema, rule_printf(context, "%s_new", op->target.name)};

    return rule_printf(context,
                       "CREATE TABLE %s (LIKE %s INCLUDING ALL);\nALTER TABLE %s %s;\n"
                       "-- fill it in batches, keep both in step with a trigger, and let it take "
                       "the name of %s",
                       rule_name_as_written(context, name), old_name,
                       rule_name_as_written(context, name), rule_clause(context, op), old_name);
}

static void check(struct rule_context *context, const struct op *op) {
    const char *table = rule_target_name(context, op);

    if (op->in_create || rule_target_is_harmless(context, op))
        return;
    if (rule_target_may_be_new(context, op))
        rule_report(context, MAY_BLOCK, op,
                    (struct rule_text){
                        .what = rule_printf(context,
                                            "the exclusion constraint blocks all use of %s, if "
                                            "the table was there before",
                                            table),
                        .why = rule_why_may_be_new(),
                        .instead = new_table(context, op),
                    });
    else
        rule_report(context, BLOCKS, op,
                    (struct rule_text){
                        .what = rule_printf(context,
                                            "the exclusion constraint blocks all use of %s while "
                                            "its index is built",
                                            table),
                        .why = rule_printf(context,
                                           "ACCESS EXCLUSIVE on %s is held for the whole build, "
                                           "which grows with the table, and no step of it can be "
                                           "done beforehand.",
                                           table),
                        .instead = new_table(context, op),
                    });
}

RULE(exclusion_constraint) = {
    .ops = {OP_ADD_EXCLUSION},
    .on_op = check,
    .reports = {{.id = "blocks", .tier = TIER_CRITICAL}, {.id = "may-block", .tier = TIER_MINOR}},
};
