/*
A down loses data that the up had kept

## Why

A rollback is meant to bring back the application, not to lose what its users have
entered. A down that drops a table or column which was there before the up takes away
more than the up has brought. And where the up has moved values into a new column,
dropping it in the down throws them away, with what was written there since.

## Instead

Drop in the down only what the up makes. Copy values back before the column that holds
them goes, or leave the column for a later migration:

    UPDATE users SET name = first_name || ' ' || last_name;
    ALTER TABLE users DROP COLUMN first_name, DROP COLUMN last_name;

## Limits

Of columns that the up fills, those count whose up drops something: there the values
may have come from. Not counted is a column that is filled with a constant, and one
whose down works on rows before it is dropped. What the application writes after the
up is not counted as a loss.

## References

- https://www.postgresql.org/docs/current/ddl-alter.html
*/
#include "lint/rule.h"

enum { WAS_THERE, WAS_FILLED };

static void tell_was_there(struct rule_context *context, const struct op *op) {
    bool table = op->kind == OP_DROP_TABLE;

    rule_report(
        context, WAS_THERE, op,
        (struct rule_text){
            .what = rule_printf(context, "the down drops %s%s%s, which was there before the up",
                                rule_target_name(context, op), table ? "" : ".",
                                table ? "" : rule_ident(context, op->column)),
            .why = "The up has not made it: after the rollback its data are gone, and the "
                   "version of the application that is rolled back to misses it.",
            .instead = "drop in the down only what the up has made",
        });
}

static void tell_was_filled(struct rule_context *context, const struct op *op,
                            const struct op *update) {
    rule_report(
        context, WAS_FILLED, op,
        (struct rule_text){
            .what = rule_printf(
                context, "the down drops %s.%s, which the up has filled in line %zu",
                rule_target_name(context, op), rule_ident(context, op->column), rule_line(update)),
            .why = "What was worked out from other data, and what was written there since, is "
                   "kept nowhere.",
            .instead = "copy the values back before the column goes, or drop it later, in a "
                       "migration of its own",
        });
}

static void check(struct rule_context *context, const struct op *op) {
    const struct op *update;

    if (rule_was_there_before_up(context, op)) {
        tell_was_there(context, op);
        return;
    }
    update = rule_filled_by_up(context, op);
    if (update)
        tell_was_filled(context, op, update);
}

RULE(down_loses_data) = {
    .ops = {OP_DROP_TABLE, OP_DROP_COLUMN},
    .on_op = check,
    .in_downs = true,
    .reports = {[WAS_THERE] = {.id = "was-there", .tier = TIER_MAJOR},
                [WAS_FILLED] = {.id = "was-filled", .tier = TIER_MINOR}},
};
