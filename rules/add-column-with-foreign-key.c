/*
REFERENCES inside ADD COLUMN locks two tables at once, and may read them

## Why

The new column takes ACCESS EXCLUSIVE on its table, and with that in hand waits for
SHARE ROW EXCLUSIVE on the table that it refers to, behind every transaction that
writes there: meanwhile nobody reads or writes the one, and no new writer gets at the
other. With a default, the key is also checked for every row, under both locks.

## Instead

Three statements, each in a transaction of its own:

    ALTER TABLE orders ADD COLUMN shop_id bigint DEFAULT 1;
    ALTER TABLE orders ADD CONSTRAINT orders_shop_id_fkey
        FOREIGN KEY (shop_id) REFERENCES shops (id) NOT VALID;
    ALTER TABLE orders VALIDATE CONSTRAINT orders_shop_id_fkey;

Without a default there is nothing to check: then a short lock_timeout is enough.

## Limits

Without a default: Minor, and silent where a lock_timeout is set or `timeouts:
external` is configured, and where the key refers to its own table or to one that the
same migration makes. Silent for tables that the same migration makes and leaves
empty, for NOT ENFORCED keys, and where the column rewrites the table anyway: that is
reported.

## References

- https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES
*/
#include "lint/rule.h"

#include <string.h>

enum { CHECKS, LOCKS_REFERENCED };

static const char *in_three_steps(struct rule_context *context, const struct op *op,
                                  const struct op *part) {
    const char *table = rule_name_as_written(context, op->target);

    return rule_printf(context,
                       "ALTER TABLE %s %s;\n"
                       "ALTER TABLE %s %s NOT VALID;\n"
                       "-- then in a transaction of its own, while writes go on:\n"
                       "ALTER TABLE %s VALIDATE CONSTRAINT %s;",
                       table, rule_clause_without(context, op, part), table,
                       rule_constraint_clause(context, part), table,
                       rule_ident(context, rule_constraint_name(context, part)));
}

/* blocked: "public.shops", or NULL where the key refers to its own table */
static void report_check(struct rule_context *context, const struct op *op, const struct op *part,
                         const char *blocked) {
    const char *table = rule_target_name(context, op);

    rule_report(
        context, CHECKS, part,
        (struct rule_text){
            .what = rule_printf(context,
                                "the foreign key of new column %s is checked for all rows "
                                "while nobody can use %s",
                                rule_ident(context, op->column), table),
            .why = rule_printf(
                context,
                "Because of the default, every row is looked up under "
                "ACCESS EXCLUSIVE on %s%s; the time grows with the table.",
                table, blocked ? rule_printf(context, ", and %s takes no writes", blocked) : ""),
            .instead = in_three_steps(context, op, part),
        });
}

static void report_lock(struct rule_context *context, const struct op *op, const struct op *part,
                        const char *referenced) {
    const char *table = rule_target_name(context, op);

    rule_report(context, LOCKS_REFERENCED, part,
                (struct rule_text){
                    .what = rule_printf(context,
                                        "the foreign key of new column %s waits for all writers of "
                                        "%s, while nobody can use %s",
                                        rule_ident(context, op->column), referenced, table),
                    .why = rule_printf(context,
                                       "There is nothing to check, but SHARE ROW EXCLUSIVE on %s "
                                       "waits for every transaction that writes to it, with ACCESS "
                                       "EXCLUSIVE on %s in hand.",
                                       referenced, table),
                    .instead = rule_printf(context,
                                           "SET lock_timeout = '2s';  -- in front of it, and try "
                                           "again later when it strikes\nALTER TABLE %s %s;",
                                           rule_name_as_written(context, op->target),
                                           rule_clause(context, op)),
                });
}

static bool wait_is_bounded(const struct rule_context *context) {
    return rule_timeout(context, "lock_timeout") || rule_timeouts_are_external(context);
}

static void check(struct rule_context *context, const struct op *op) {
    const struct op *part = rule_column_part(context, op, OP_ADD_FOREIGN_KEY, NULL);
    struct op other = {0};
    const char *referenced = NULL;

    if (!part || rule_target_is_harmless(context, op) || rule_does_nothing(context, op) ||
        part->not_enforced || rule_effects(context, op)->rewrites.n)
        return;
    other.target = part->other;
    if (!rule_same_target(context, op->target, part->other) &&
        !rule_target_is_harmless(context, &other))
        referenced = rule_target_name(context, &other);
    if (rule_effects(context, part)->scans.n)
        report_check(context, op, part, referenced);
    else if (referenced && !wait_is_bounded(context))
        report_lock(context, op, part, referenced);
}

RULE(add_column_with_foreign_key) = {
    .ops = {OP_ADD_COLUMN},
    .on_op = check,
    .reports = {{.id = "checks", .tier = TIER_MAJOR},
                {"locks-referenced", TIER_MINOR, "no-lock-timeout"}},
    .foreign_names = {"squawk:adding-foreign-key-constraint",
                      "squawk:constraint-missing-not-valid"},
};
