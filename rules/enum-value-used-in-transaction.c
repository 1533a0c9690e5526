/*
A new value of an enum is used in the transaction that adds it: this fails

## Why

Until the transaction that ran ALTER TYPE ... ADD VALUE has ended, the server refuses
the new value (55P04) wherever it reads it: in an INSERT, a comparison, a DEFAULT, a
CHECK, a cast, a view. The deployment stops there. (Since 17 it is allowed where the
transaction has made the type, too.)

## Instead

Add the value in a migration of its own, and use it in the next:

    ALTER TYPE order_status ADD VALUE 'archived' AFTER 'shipped';
    -- in the next migration:
    UPDATE orders SET status = 'archived' WHERE id BETWEEN 1 AND 1000 AND shipped_at < '2020-01-01';

## Limits

Silent where it is not known that both run in one transaction (say `--in-transaction`,
or let migvet recognise the tool). Where no file tells the type of what the word is
compared with or stored in, the finding says so. Bodies of functions are not looked
into.

## References

- https://www.postgresql.org/docs/current/sql-altertype.html
*/
#include "lint/rule.h"

enum { FAILS, MAY_FAIL };

static void report(struct rule_context *context, const struct op *op, const struct op *added,
                   enum known used) {
    const char *type = rule_target_name(context, added);
    const char *label = rule_literal(context, added->column);

    rule_report(
        context, used == KNOWN_YES ? FAILS : MAY_FAIL, op,
        (struct rule_text){
            .what = used == KNOWN_YES
                        ? rule_printf(context,
                                      "%s, a new value of %s, is used in the transaction that adds "
                                      "it: this fails",
                                      label, type)
                        : rule_printf(context,
                                      "%s is said in the transaction that adds it to %s: if it is "
                                      "that value, this fails",
                                      label, type),
            .why = rule_printf(context,
                               "The server refuses a new value until the transaction that adds it "
                               "has ended (55P04), and %s.",
                               rule_transaction_words(context)),
            .instead = rule_printf(context,
                                   "ALTER TYPE %s ADD VALUE %s;  -- in a migration of its own, and "
                                   "this in the next",
                                   rule_name_as_written(context, added->target), label),
        });
}

static void check(struct rule_context *context, const struct op *op) {
    struct rule_label_use use;

    if (op->index > 0)
        return;
    use = rule_new_label_used(context, op);
    if (use.used != KNOWN_NO)
        report(context, op, use.added, use.used);
}

RULE(enum_value_used_in_transaction) = {
    .all_ops = true,
    .on_op = check,
    .reports = {{.id = "fails", .tier = TIER_CRITICAL}, {.id = "may-fail", .tier = TIER_CRITICAL}},
};
