/*
A foreign key is checked against all rows while two tables take no writes

## Why

ADD FOREIGN KEY takes SHARE ROW EXCLUSIVE on the table and on the one that it refers
to, and keeps both until every row of the first has been looked up in the second (and,
in a transaction, until it ends). Reads go on; every INSERT, UPDATE and DELETE on
either table waits. The check grows with the table.

## Instead

Add the key NOT VALID: new rows are checked from then on, old ones are not read. Then,
in a transaction of its own, validate it, which lets writes to both tables go on:

    ALTER TABLE orders ADD CONSTRAINT orders_customer_id_fkey
        FOREIGN KEY (customer_id) REFERENCES customers (id) NOT VALID;
    -- in a later migration:
    ALTER TABLE orders VALIDATE CONSTRAINT orders_customer_id_fkey;

A table that the same migration makes has no rows to check, but the key still waits
for all that write to the table it refers to, and all later writers wait behind it:
Minor, unless a lock_timeout bounds that wait.

## Versions

Before 18 a partitioned table takes no NOT VALID foreign key, and the rule is silent.
Give each partition the key, NOT VALID, and validate it; the partitioned table then
takes the same key without reading a row.

## Limits

Silent where both tables are made by the same migration, and for NOT ENFORCED keys.

## References

- https://www.postgresql.org/docs/current/sql-altertable.html
*/
#include "lint/rule.h"

#include <string.h>

enum { BLOCKS, MAY_BLOCK, LOCKS_REFERENCED };

/* A partitioned table before 18: the server refuses NOT VALID there. */
static bool has_no_other_way(struct rule_context *context, const struct op *op) {
    struct op better = *op;

    better.not_valid = true;
    return rule_effects_if(context, &better)->failure.certain;
}

static bool wait_is_bounded(const struct rule_context *context) {
    return rule_timeout(context, "lock_timeout") || rule_timeouts_are_external(context);
}

static const char *not_valid_first(struct rule_context *context, const struct op *op) {
    const char *table = rule_name_as_written(context, op->target);

    return rule_printf(context,
                       "ALTER TABLE %s%s %s NOT VALID;\n"
                       "-- then in a transaction of its own, while writes go on:\n"
                       "ALTER TABLE %s VALIDATE CONSTRAINT %s;",
                       op->only ? "ONLY " : "", table, rule_constraint_clause(context, op), table,
                       rule_ident(context, rule_constraint_name(context, op)));
}

static const char *key_name(struct rule_context *context, const struct op *op) {
    return rule_ident(context, rule_constraint_name(context, op));
}

/* blocked: "public.a and public.b" */
static void report_check(struct rule_context *context, const struct op *op, const char *blocked) {
    rule_report(context, BLOCKS, op,
                (struct rule_text){
                    .what = rule_printf(context,
                                        "adding foreign key %s blocks writes to %s while all rows "
                                        "are checked",
                                        key_name(context, op), blocked),
                    .why = rule_printf(context,
                                       "The locks are kept until every row of %s has been looked "
                                       "up, which grows with the table; every INSERT, UPDATE and "
                                       "DELETE waits.",
                                       rule_target_name(context, op)),
                    .instead = not_valid_first(context, op),
                });
}

static void report_doubt(struct rule_context *context, const struct op *op, const char *blocked) {
    rule_report(
        context, MAY_BLOCK, op,
        (struct rule_text){
            .what = rule_printf(context,
                                "adding foreign key %s blocks writes to %s, if %s was "
                                "there before",
                                key_name(context, op), blocked, rule_target_name(context, op)),
            .why = rule_why_may_be_new(),
            .instead = not_valid_first(context, op),
        });
}

static void report_lock(struct rule_context *context, const struct op *op, const char *referenced) {
    rule_report(
        context, LOCKS_REFERENCED, op,
        (struct rule_text){
            .what = rule_printf(context, "adding foreign key %s to a new table blocks writes to %s",
                                key_name(context, op), referenced),
            .why = rule_printf(context,
                               "There are no rows to check, but the lock on %s waits for every "
                               "transaction that writes to it, and all later ones wait behind it; "
                               "then it is kept until the transaction ends.",
                               referenced),
            .instead =
                rule_printf(context,
                            "SET %slock_timeout = '2s';  -- before it; and try again when it "
                            "fails\nALTER TABLE %s %s;  -- late in its transaction",
                            rule_block_in_transaction(context) == KNOWN_YES ? "LOCAL " : "",
                            rule_name_as_written(context, op->target), rule_clause(context, op)),
        });
}

/* The tables whose writers have to wait; NULL: nobody has. */
static const char *blocked_tables(struct rule_context *context, const struct op *op) {
    const struct op other = {.kind = op->kind, .target = op->other};
    const char *table = rule_target_name(context, op);
    const char *referenced = rule_target_name(context, &other);

    if (rule_target_is_harmless(context, &other))
        return rule_target_is_harmless(context, op) ? NULL : table;
    if (rule_target_is_harmless(context, op) || strcmp(table, referenced) == 0)
        return referenced;
    return rule_printf(context, "%s and %s", table, referenced);
}

static void check(struct rule_context *context, const struct op *op) {
    const char *blocked = blocked_tables(context, op);

    if (op->is_inline || op->in_create || op->not_valid || op->not_enforced || !blocked)
        return;
    if (rule_target_is_empty(context, op)) {
        if (!wait_is_bounded(context))
            report_lock(context, op, blocked);
    } else if (has_no_other_way(context, op)) {
        return;
    } else if (rule_target_may_be_new(context, op)) {
        report_doubt(context, op, blocked);
    } else {
        report_check(context, op, blocked);
    }
}

RULE(foreign_key_without_not_valid) = {
    .ops = {OP_ADD_FOREIGN_KEY},
    .on_op = check,
    .reports = {{.id = "blocks", .tier = TIER_MAJOR},
                {.id = "may-block", .tier = TIER_MINOR},
                {"locks-referenced", TIER_MINOR, .covers = "no-lock-timeout"}},
    .foreign_names = {"squawk:adding-foreign-key-constraint",
                      "squawk:constraint-missing-not-valid"},
};
