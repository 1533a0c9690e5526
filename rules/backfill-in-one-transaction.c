/*
A change of many rows runs as one transaction

## Why

A condition such as `plan IS NULL` may hold for most of the table. All the rows it
finds stay locked until the commit, so the application's updates of them wait; the
write-ahead log and the dead rows grow with them, replicas fall behind, and VACUUM can
clean up nothing that is newer. The same holds for INSERT ... SELECT from a whole
table, and for a loop in a DO block that never commits.

## Instead

Bound each statement by key, and commit each batch:

    DO $$
    DECLARE
        done bigint := 0;
    BEGIN
        WHILE done < (SELECT max(id) FROM users) LOOP
            UPDATE users SET plan = 'free' WHERE id > done AND id <= done + 1000 AND plan IS NULL;
            done := done + 1000;
            COMMIT;
        END LOOP;
    END
    $$;

in a file of its own that runs outside a transaction, or from the application.

## Limits

Silent where the rows are bounded: a unique key compared with values or with columns
of a few rows (VALUES, a query with LIMIT), a range of the key, ctid, a cursor; for
tables that the same migration makes, temporary ones, and those that the option
`small_tables` names, as target or source. Where the history does not know the table's
keys, columns whose names say so (id, user_id, code, email ...) count as such. What
has no condition at all is reported by unbounded-update and unbounded-delete.

## References

- https://www.postgresql.org/docs/current/plpgsql-transactions.html
- https://www.postgresql.org/docs/current/routine-vacuuming.html
*/
#include "lint/rule.h"

enum { MANY, LOOP };

static const char *way_out(struct rule_context *context, const struct op *op) {
    if (op->kind == OP_INSERT || op->kind == OP_MERGE)
        return rule_printf(context,
                           "%s ... WHERE id > 0 AND id <= 1000%s;\n"
                           "-- of the source, and so on by its key, in small batches, each in its "
                           "own transaction",
                           op->kind == OP_INSERT ? "INSERT ... SELECT" : "MERGE ... USING (SELECT",
                           op->kind == OP_INSERT ? "" : ") ...");
    return rule_printf(context,
                       "%s %s ... WHERE %s AND ...;\n"
                       "-- and so on by key, in small batches, each in its own transaction",
                       op->kind == OP_UPDATE ? "UPDATE" : "DELETE FROM",
                       rule_name_as_written(context, op->target), rule_key_range(context, op));
}

static const char *deed(const struct op *op) {
    switch (op->kind) {
    case OP_INSERT:
        return "copies the rows of a query into";
    case OP_DELETE:
        return "may take most rows of";
    default:
        return "may change most rows of";
    }
}

static void report_many(struct rule_context *context, const struct op *op) {
    bool adds = op->kind == OP_INSERT;

    rule_report(
        context, MANY, op,
        (struct rule_text){
            .what = rule_printf(context, "%s %s %s in one transaction", op_kind_words(op->kind),
                                deed(op), rule_target_name(context, op)),
            .why = adds ? "No key bounds the query. One long transaction holds back VACUUM "
                          "everywhere and makes replicas fall behind, and when it fails near the "
                          "end, all of it was for nothing."
                        : "No key bounds them. All rows that are found stay locked until the "
                          "commit: updates of the application wait, replicas fall behind, and the "
                          "table is left with as many dead rows.",
            .instead = way_out(context, op),
        });
}

static void report_loop(struct rule_context *context, const struct op *op) {
    rule_report(
        context, LOOP, op,
        (struct rule_text){
            .what = rule_printf(context, "all rounds of this loop over %s are one transaction",
                                rule_target_name(context, op)),
            .why = "Without COMMIT in the loop, small batches are no gain: all rows stay "
                   "locked until the DO block ends.",
            .instead = "COMMIT;  -- behind each batch, in the loop; and the DO block "
                       "outside of a transaction",
        });
}

static void check(struct rule_context *context, const struct op *op) {
    enum rule_reach reach = rule_reach(context, op);

    if (reach == REACH_ALL || rule_target_is_new(context, op) ||
        rule_target_may_be_new(context, op) ||
        rule_option_names_target(context, "small_tables", op))
        return;
    if (reach == REACH_SOME)
        report_many(context, op);
    else if (op->statement->in_loop && op->kind != OP_INSERT && !rule_loop_commits(context, op))
        report_loop(context, op);
}

RULE(backfill_in_one_transaction) = {
    .ops = {OP_UPDATE, OP_DELETE, OP_INSERT, OP_MERGE},
    .on_op = check,
    .reports = {{.id = "many", .tier = TIER_MAJOR}, {.id = "loop", .tier = TIER_MINOR}},
    .options = {{"small_tables", RULE_OPTION_NAMES,
                 "tables whose rows may be changed or copied at once: [countries, currencies]"}},
};
