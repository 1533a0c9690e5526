/*
CONCURRENTLY IF NOT EXISTS takes the broken index of a failed build for done

## Why

A concurrent build that fails (a duplicate, a timeout, a lost connection) leaves an
INVALID index of that name behind: every write keeps it up to date, no query uses it,
and a unique one has not checked the old rows. IF NOT EXISTS compares names only, so
the next run says that all is well and goes on.

## Instead

Clear away what a failed run may have left, and build without IF NOT EXISTS:

    DROP INDEX CONCURRENTLY IF EXISTS orders_customer_id_idx;
    CREATE INDEX CONCURRENTLY orders_customer_id_idx ON orders (customer_id);

`REINDEX INDEX CONCURRENTLY` makes an INVALID index valid, too.

## Limits

Silent where the same migration drops an index of that name before, where the history
has built it already, and for tables that the same migration makes and leaves empty.

## References

- https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY
*/
#include "lint/rule.h"

/* An index lives in the schema of its table. */
static struct name index_name(const struct rule_context *context, const struct op *op) {
    return (struct name){schema_resolve(rule_schema(context), op->target).schema, op->object};
}

static bool is_cleared_away(const struct rule_context *context, const struct op *op) {
    struct unit_ops all = rule_unit_ops(context);

    for (size_t i = 0; i < all.n && all.v[i] != op; i++)
        if (all.v[i]->kind == OP_DROP_INDEX &&
            rule_same_target(context, all.v[i]->target, index_name(context, op)))
            return true;
    return false;
}

static void check(struct rule_context *context, const struct op *op) {
    struct name name = index_name(context, op);

    if (!op->concurrently || !op->if_not_exists || !op->object ||
        rule_target_is_harmless(context, op) || is_cleared_away(context, op) ||
        schema_relation(rule_schema(context), name))
        return;
    rule_report(
        context, 0, op,
        (struct rule_text){
            .what = rule_printf(context,
                                "IF NOT EXISTS accepts an invalid %s that a failed build left "
                                "behind",
                                rule_ident(context, op->object)),
            .why = "CONCURRENTLY leaves the index behind INVALID when it fails; the next run finds "
                   "the name taken, skips the build and succeeds, and no query ever uses the "
                   "index.",
            .instead = rule_printf(
                context, "DROP INDEX CONCURRENTLY IF EXISTS %s;\n%s;%s",
                rule_name_as_written(context, (struct name){op->target.schema, op->object}),
                rule_sql_concurrently(context, op), rule_note_alone(context, true)),
            .object_kind = "index",
            .object_name = rule_name_as_written(context, name),
        });
}

RULE(concurrent_index_if_not_exists) = {
    .ops = {OP_CREATE_INDEX},
    .on_op = check,
    .reports = {{.id = "hides-invalid", .tier = TIER_MAJOR}},
};
