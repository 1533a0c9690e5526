/*
A long statement runs while an earlier one's exclusive lock keeps everybody out

## Why

Locks are held until the transaction ends. An ALTER TABLE that takes a millisecond has
ACCESS EXCLUSIVE on its table, and so everybody who reads or writes the table waits
not for a millisecond but for all that follows in the transaction: the backfill, the
index build, the validation of a constraint, even of other tables.

## Instead

End the transaction first. What is short and takes strong locks goes into one
migration, what reads or writes many rows into another:

    BEGIN;
    ALTER TABLE users ADD COLUMN plan text;
    COMMIT;
    -- in the next migration, in small batches:
    UPDATE users SET plan = 'free' WHERE id BETWEEN 1 AND 1000 AND plan IS NULL;

## Limits

Of the statements that run behind one lock the first is told, and how many follow.
Silent where the statement takes as strong a lock on the same table itself, for
changes of the catalogue alone, for rows that a key bounds, and where nobody knows
whether the file runs in one transaction. Procedures, COPY and queries without bound,
whose length nobody can tell, are Minor.

## References

- https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES
*/
#include "lint/rule.h"

enum length { LONG, MAY_BE_LONG, SHORT };

/* Something is read or written that has rows, or may have. */
static bool any_with_rows(struct rule_context *context, const struct name *names, size_t n) {
    for (size_t i = 0; i < n; i++) {
        const struct relation *relation = schema_relation(rule_schema(context), names[i]);
        if (!relation || !relation_is_new_and_empty(rule_schema(context), relation))
            return true;
    }
    return false;
}

static bool rebuilds_any(struct rule_context *context, const struct effects *effects) {
    const struct schema *schema = rule_schema(context);

    for (size_t i = 0; i < effects->rebuilds.n; i++) {
        const struct relation *index = schema_relation(schema, effects->rebuilds.v[i]);
        const struct relation *table = index ? schema_relation_by_id(schema, index->table) : NULL;
        if (!table || !relation_is_new_and_empty(schema, table))
            return true;
    }
    return false;
}

static enum length length_of_work(struct rule_context *context, const struct op *op) {
    const struct effects *effects = rule_effects(context, op);

    if (any_with_rows(context, effects->rewrites.v, effects->rewrites.n) ||
        any_with_rows(context, effects->scans.v, effects->scans.n) ||
        rebuilds_any(context, effects))
        return LONG;
    return effects->rewrite_known == KNOWN_NO ? MAY_BE_LONG : SHORT;
}

static bool proof_is_unknown(struct rule_context *context, const struct op *op) {
    const struct effects *effects = rule_effects(context, op);

    return !effects->scans.n && effects->unknown.n;
}

static enum length length_of_rows(struct rule_context *context, const struct op *op) {
    bool few = rule_reach(context, op) == REACH_FEW;

    if (op->kind == OP_SELECT)
        return few ? SHORT : rule_effects(context, op)->scans.n ? LONG : MAY_BE_LONG;
    if (op->kind == OP_UPDATE || op->kind == OP_DELETE || op->kind == OP_MERGE)
        few = few || rule_target_is_empty(context, op) ||
              rule_option_names_target(context, "small_tables", op);
    return few ? SHORT : LONG;
}

static enum length length_of(struct rule_context *context, const struct op *op) {
    switch (op->kind) {
    case OP_UPDATE:
    case OP_DELETE:
    case OP_MERGE:
    case OP_INSERT:
    case OP_SELECT:
    case OP_CREATE_TABLE_AS:
    case OP_CREATE_MATVIEW:
    case OP_REFRESH_MATVIEW:
        return length_of_rows(context, op);
    case OP_CALL:
    case OP_COPY_FROM:
        return MAY_BE_LONG;
    case OP_TRUNCATE: /* puts empty files in place of the old ones, however large these are */
        return SHORT;
    case OP_ADD_FOREIGN_KEY: /* of no rows, none is looked up in the other table */
        return rule_target_is_empty(context, op) ? SHORT : length_of_work(context, op);
    case OP_SET_NOT_NULL:
    case OP_ATTACH_PARTITION: /* unless a constraint proves what else the rows would */
        return proof_is_unknown(context, op) ? MAY_BE_LONG : length_of_work(context, op);
    default:
        return length_of_work(context, op);
    }
}

/* A statement is told once: at the first of its operations that takes longest. */
static bool is_longest(struct rule_context *context, const struct op *op, enum length length) {
    struct ops ops = rule_statement_ops(context);

    for (size_t i = 0; i < ops.n; i++) {
        enum length other = i == op->index ? length : length_of(context, &ops.v[i]);
        if (other < length || (other == length && i < op->index))
            return false;
    }
    return true;
}

static const char *why(struct rule_context *context, const struct rule_lock *lock, bool grows) {
    return rule_printf(
        context,
        "%s in line %zu took ACCESS EXCLUSIVE on %s, and keeps it until the transaction ends: "
        "every query on it waits for this statement too, %s.",
        op_kind_words(lock->by->kind), rule_line(lock->by), lock->relation,
        grows ? "which grows with the table" : "and nobody knows how long");
}

static void check(struct rule_context *context, const struct op *op) {
    struct rule_lock lock;
    enum length length;

    if (rule_in_transaction(context) != KNOWN_YES ||
        !rule_lock_held(context, LOCK_ACCESS_EXCLUSIVE, rule_statement_effects(context), &lock))
        return;
    length = length_of(context, op);
    if (length == LONG && rule_target_may_be_new(context, op))
        length = MAY_BE_LONG;
    if (length == SHORT || !is_longest(context, op, length))
        return;
    rule_report(
        context, length, op,
        (struct rule_text){
            .what = rule_printf(context, "%s runs while nobody can read %s",
                                op_kind_words(op->kind), lock.relation),
            .why = why(context, &lock, length == LONG),
            .instead = "this statement in a transaction of its own, best in the next migration",
            .own_locks_mislead = true,
            .cause = lock.by,
        });
}

RULE(statement_after_exclusive_lock) = {
    .all_ops = true,
    .on_op = check,
    .reports = {{.id = "long", .tier = TIER_MAJOR}, {.id = "may-be-long", .tier = TIER_MINOR}},
    .options = {{"small_tables", RULE_OPTION_NAMES,
                 "tables whose rows are read and changed in no time: [countries]"}},
};
