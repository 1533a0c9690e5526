/*
BEGIN or COMMIT stands where it does not do what it says

## Why

PostgreSQL has no transactions in transactions. A second BEGIN is only a warning, and
the first COMMIT ends everything: what stands behind it runs, and stays, whatever
fails later. Where the migration tool has opened a transaction around the file, the
file's COMMIT or ROLLBACK ends that one: the rest of the file and the tool's own
record that the migration ran are not part of it any more. A COMMIT without any
transaction is only a warning, and says that the statements before it were meant to be
one and were not.

## Instead

One BEGIN and one COMMIT in a file that the tool runs as it is; none in a file that it
wraps. What may fail on its own goes between SAVEPOINT and RELEASE or ROLLBACK TO.

## Limits

COMMIT and ROLLBACK in a DO block are another thing: see refused-in-transaction.
Silent where a file is sent as one query string and opens and ends its transaction
itself.

## References

- https://www.postgresql.org/docs/current/sql-begin.html
- https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-MULTI-STATEMENT
*/
#include "lint/rule.h"

static bool is_runners(const struct rule_context *context) {
    enum transaction_mode mode = rule_transaction_mode(context);

    return rule_in_transaction(context) == KNOWN_YES &&
           (mode == TRANSACTION_ALL || mode == TRANSACTION_FILE);
}

static const char *no_words(const struct rule_context *context) {
    return is_runners(context) ? "leave BEGIN and COMMIT out of this file; or tell the migration "
                                 "tool not to wrap it"
                               : "BEGIN;  -- at the start of what belongs together, or no COMMIT";
}

static void report_begin(struct rule_context *context, const struct op *op, const char *what,
                         const char *why, const char *instead) {
    rule_report(context, 0, op, (struct rule_text){.what = what, .why = why, .instead = instead});
}

static void check_begin(struct rule_context *context, const struct op *op) {
    const struct op *open = rule_open_begin(context);

    if (open)
        report_begin(context, op,
                     rule_printf(context,
                                 "BEGIN stands in the transaction that was begun in line %zu",
                                 rule_line(open)),
                     "It is only a warning. The first COMMIT ends all of it, and what stands "
                     "behind that runs, and stays, whatever fails later.",
                     "SAVEPOINT part;  -- and RELEASE part, or ROLLBACK TO part");
    else if (is_runners(context))
        report_begin(context, op, "BEGIN in a file that already runs in a transaction",
                     rule_printf(context,
                                 "It is only a warning, for %s. But a COMMIT in the file ends that "
                                 "transaction, and the runner's record that the migration ran is "
                                 "not part of it any more.",
                                 rule_transaction_words(context)),
                     no_words(context));
}

/* The file's own BEGIN before it was reported already. */
static bool is_second_half(struct rule_context *context, const struct op *op) {
    struct unit_ops unit = rule_unit_ops(context);
    size_t here = unit.n - rule_later_ops(context, op).n - 1;

    while (here-- > 0) {
        enum op_kind kind = unit.v[here]->kind;
        if (unit.v[here]->statement->parent)
            continue;
        if (kind == OP_BEGIN || kind == OP_COMMIT || kind == OP_ROLLBACK)
            return kind == OP_BEGIN;
    }
    return false;
}

static const char *why_end(struct rule_context *context, const struct op *op) {
    enum known inside = rule_in_transaction(context);

    if (inside == KNOWN_YES && op->kind == OP_COMMIT)
        return rule_printf(
            context,
            "Here %s. What stands behind COMMIT is not part of it any more: when that "
            "fails, what stands before stays, and the migration is half done.",
            rule_transaction_words(context));
    if (inside == KNOWN_YES)
        return rule_printf(
            context,
            "Here %s. ROLLBACK undoes all of it so far, and what stands behind is not "
            "part of it any more.",
            rule_transaction_words(context));
    if (inside == UNKNOWN)
        return "Where no transaction is open it is only a warning, and the statements before it "
               "were not one; where the runner has opened one, it ends too early.";
    return "No transaction is open, so it is only a warning: the statements before it stay one by "
           "one, whatever fails.";
}

static void check_end(struct rule_context *context, const struct op *op) {
    const char *word = op_kind_words(op->kind);
    bool inside = rule_in_transaction(context) == KNOWN_YES;

    if (rule_may_be_in_own_transaction(context) ||
        (is_runners(context) && is_second_half(context, op)))
        return;
    rule_report(context, 0, op,
                (struct rule_text){
                    .what = rule_printf(context,
                                        inside ? "%s ends the transaction that the file runs in"
                                               : "%s without BEGIN",
                                        word),
                    .why = why_end(context, op),
                    .instead = no_words(context),
                });
}

static void check(struct rule_context *context, const struct op *op) {
    if (op->statement->parent)
        return;
    if (op->kind == OP_BEGIN)
        check_begin(context, op);
    else
        check_end(context, op);
}

RULE(nested_transaction) = {
    .ops = {OP_BEGIN, OP_COMMIT, OP_ROLLBACK},
    .on_op = check,
    .reports = {{.id = "nested", .tier = TIER_MAJOR}},
    .foreign_names = {"squawk:transaction-nesting"},
    .in_downs = true,
};
