/*
An index is dropped before the one that takes its place is built

## Why

From the DROP until the new index is ready, which takes as long as the table is large,
every query that lived on the old one reads the whole table. Where it was unique,
nothing keeps duplicates out meanwhile, and a single one makes the new build fail. In
one transaction nobody sees the gap, because everybody waits for its end.

## Instead

Build the new one first, under another name if need be, then drop the old one:

    CREATE INDEX CONCURRENTLY orders_customer_placed_idx ON orders (customer_id, placed_at);
    DROP INDEX CONCURRENTLY orders_customer_id_idx;

## Limits

Only for indexes that the history has made, replaced in the same migration by one
whose first column is the same. Silent where another index on the table serves the
same queries, for tables that the same migration makes and leaves empty, and where it
certainly runs in a transaction: statement-after-exclusive-lock speaks of the wait.

## References

- https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY
*/
#include "lint/rule.h"

#include <string.h>

static bool same(const char *a, const char *b) {
    return a && b && strcmp(a, b) == 0;
}

/* Whether the queries that lived on the one, and its uniqueness, are served by the other. */
static bool serves(const struct relation *other, const struct relation *index) {
    if (other == index || other->valid == KNOWN_NO || other->predicate ||
        other->index_key_count < index->index_key_count || (index->unique && !other->unique) ||
        (index->unique && other->index_key_count > index->index_key_count))
        return false;
    for (size_t i = 0; i < index->index_key_count; i++)
        if (!same(other->index_columns[i].column, index->index_columns[i].column))
            return false;
    return true;
}

static bool is_dropped_too(const struct rule_context *context, const struct op *op,
                           const struct relation *index) {
    struct unit_ops later = rule_later_ops(context, op);

    for (size_t i = 0; i < later.n && later.v[i]->stmt == op->stmt; i++)
        if (rule_target(context, later.v[i]) == index)
            return true;
    return false;
}

static bool is_served_by_another(const struct rule_context *context, const struct op *op,
                                 const struct relation *table, const struct relation *index) {
    for (size_t i = 0; i < table->indexes.n; i++) {
        const struct relation *other =
            schema_relation_by_id(rule_schema(context), table->indexes.v[i]);
        if (other && serves(other, index) && !is_dropped_too(context, op, other))
            return true;
    }
    return false;
}

static const struct op *replacement(const struct rule_context *context, const struct op *op,
                                    const struct relation *table, const struct relation *index) {
    struct name name = {table->object.schema, table->object.name};
    struct unit_ops later = rule_later_ops(context, op);

    for (size_t i = 0; i < later.n; i++) {
        const struct IndexStmt *stmt = node_if(IndexStmt, later.v[i]->node);
        const struct IndexElem *key =
            stmt && stmt->indexParams.n ? node_if(IndexElem, stmt->indexParams.v[0]) : NULL;
        if (later.v[i]->kind == OP_CREATE_INDEX && key && index->index_key_count &&
            same(key->name, index->index_columns[0].column) &&
            rule_same_target(context, later.v[i]->target, name))
            return later.v[i];
    }
    return NULL;
}

/* One that keeps the name is built under another, and renamed. */
static const char *keep_name(struct rule_context *context, const struct op *op,
                             const struct op *create) {
    struct name fresh = {op->target.schema, rule_printf(context, "%s_new", op->target.name)};

    return rule_printf(context,
                       "CREATE %sINDEX CONCURRENTLY %s ...;  -- under another name\n"
                       "DROP INDEX CONCURRENTLY %s;\nALTER INDEX %s RENAME TO %s;%s",
                       node_as(IndexStmt, create->node)->unique ? "UNIQUE " : "",
                       rule_ident(context, fresh.name), rule_name_as_written(context, op->target),
                       rule_name_as_written(context, fresh), rule_ident(context, op->target.name),
                       rule_note_alone(context, true));
}

static const char *other_order(struct rule_context *context, const struct op *op,
                               const struct op *create) {
    if (same(create->object, op->target.name))
        return keep_name(context, op, create);
    return rule_printf(context, "%s;\nDROP INDEX CONCURRENTLY %s;%s",
                       rule_sql_concurrently(context, create),
                       rule_name_as_written(context, op->target), rule_note_alone(context, true));
}

/* "its replacement orders_customer_placed_idx" */
static const char *replacement_words(struct rule_context *context, const struct op *op,
                                     const struct op *create) {
    if (!create->object || same(create->object, op->target.name))
        return "its replacement";
    return rule_printf(context, "its replacement %s", rule_ident(context, create->object));
}

static const char *reason(struct rule_context *context, const struct op *op,
                          const struct op *create, bool unique) {
    bool maybe_one =
        !op->concurrently && !create->concurrently && rule_in_transaction(context) == UNKNOWN;

    return rule_printf(context,
                       "Until the new index is built, queries that lived on the old one read all "
                       "of %s%s%s.",
                       rule_indexed_table_name(context, op),
                       maybe_one ? " (or, in one transaction, wait for its end)" : "",
                       unique ? "; and nothing keeps duplicates out, of which one is enough to "
                                "make the new build fail"
                              : "");
}

static void check(struct rule_context *context, const struct op *op) {
    const struct relation *index = rule_target(context, op);
    const struct relation *table = rule_indexed_table(context, op);
    const struct op *create;

    if (rule_in_transaction(context) == KNOWN_YES || !index || !table || index->object.assumed ||
        index->is_constraint || rule_target_is_new(context, op) ||
        relation_is_new_and_empty(rule_schema(context), table))
        return;
    create = replacement(context, op, table, index);
    if (!create || is_served_by_another(context, op, table, index))
        return;
    rule_report(context, 0, op,
                (struct rule_text){
                    .what = rule_printf(context, "%s is dropped before %s is built",
                                        rule_target_name(context, op),
                                        replacement_words(context, op, create)),
                    .why = reason(context, op, create, index->unique),
                    .instead = other_order(context, op, create),
                    .object_kind = "index",
                    .object_name = rule_target_name(context, op),
                });
}

RULE(drop_index_before_replacement) = {
    .ops = {OP_DROP_INDEX},
    .on_op = check,
    .reports = {{.id = "gap", .tier = TIER_MAJOR}},
};
