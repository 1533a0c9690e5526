/*
TRUNCATE ... CASCADE empties tables that it does not name

## Why

Every table that references the named one by a foreign key is emptied too, and every
table that references those, whatever the foreign keys say about deleting: ON DELETE
RESTRICT does not stop it. Which tables that are is decided on the day it runs; a
foreign key added last week makes one more. All rows are gone with the commit, and
nobody reads any of these tables meanwhile.

## Instead

Without CASCADE the server refuses to empty a table that others reference, and names
them. Delete the rows that have to go in small batches, children first, each batch in
its own transaction:

    DELETE FROM order_lines WHERE id IN (SELECT id FROM order_lines LIMIT 1000);

## Limits

Silent where the table and all that reference it are made by the same migration, for
temporary tables, and where a complete history has nothing that references the table
(truncate still is reported then).

## References

- https://www.postgresql.org/docs/current/sql-truncate.html
*/
#include "lint/rule.h"

enum { SHOWN = 4 };

/* Whether the statement names the relation itself. */
static bool is_named(const struct rule_context *context, struct name name) {
    struct ops ops = rule_statement_ops(context);

    for (size_t i = 0; i < ops.n; i++)
        if (rule_same_target(context, ops.v[i].target, name))
            return true;
    return false;
}

/* Partitions and inheriting tables belong to what they are part of. */
static bool is_victim(const struct rule_context *context, const struct effect_lock *lock) {
    const struct relation *relation = schema_relation(rule_schema(context), lock->relation);

    return lock->mode == LOCK_ACCESS_EXCLUSIVE && relation && relation->parents.n == 0 &&
           (lock->kind == OBJ_TABLE || lock->kind == OBJ_PARTITIONED_TABLE) &&
           !is_named(context, lock->relation);
}

/* The tables beside those named that lose their rows, as far as the history knows them. */
static const char *victims(struct rule_context *context, const struct op *op) {
    const struct effects *effects = rule_effects(context, op);
    const char *list = NULL;
    size_t n = 0;

    for (size_t i = 0; i < effects->locks.n; i++) {
        const struct effect_lock *lock = &effects->locks.v[i];
        const char *name = schema_display(rule_schema(context)->arena, lock->relation);
        if (!is_victim(context, lock) || ++n > SHOWN)
            continue;
        list = list ? rule_printf(context, "%s, %s", list, name) : name;
    }
    return n > SHOWN ? rule_printf(context, "%s and %zu more", list, n - SHOWN) : list;
}

/* A table made here is referenced by nobody else's; or by one that was there before. */
static bool is_harmless(struct rule_context *context, const struct op *op) {
    struct rule_lock lock;

    return rule_target_is_new(context, op) &&
           !rule_lock_taken(context, op, LOCK_ACCESS_EXCLUSIVE, &lock);
}

static void check(struct rule_context *context, const struct op *op) {
    const char *table = rule_target_name(context, op);
    const char *names;

    if (!op->cascade || is_harmless(context, op))
        return;
    names = victims(context, op);
    if (!names && rule_schema(context)->complete)
        return;
    rule_report(
        context, 0, op,
        (struct rule_text){
            .what =
                names ? rule_printf(context, "TRUNCATE of %s empties %s too", table, names)
                      : rule_printf(context,
                                    "TRUNCATE of %s empties every table that references it", table),
            .why = "CASCADE follows foreign keys, whatever they say about deleting, to tables "
                   "that this statement does not name. All their rows are gone with the commit, "
                   "and ACCESS EXCLUSIVE keeps everybody from reading them until then.",
            .instead = rule_printf(context,
                                   "DELETE FROM %s WHERE ...;  -- in small batches, what "
                                   "references them first, each in its own transaction",
                                   rule_name_as_written(context, op->target)),
        });
}

RULE(truncate_cascade) = {
    .ops = {OP_TRUNCATE},
    .on_op = check,
    .reports = {{.id = "data-loss", .tier = TIER_CRITICAL}},
    .foreign_names = {"squawk:ban-truncate-cascade"},
    .covers = {"truncate"},
};
