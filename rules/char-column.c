/*
A char(n) column pads its values with blanks

## Why

char(n) fills every value up to n with blanks, stores them, and ignores them in
comparisons but not in LIKE, in length of a cast, or in a client. It is neither
smaller nor faster than text, and any change of its length rewrites the table.

## Instead

    country text NOT NULL CHECK (length(country) = 2)

## Limits

For new columns and those that are given the type, bpchar included. Silent for "char",
the one-byte type, and for temporary and foreign tables.

## References

- https://www.postgresql.org/docs/current/datatype-character.html
*/
#include "lint/rule.h"

#include <string.h>

static const char *way_out(struct rule_context *context, const struct op *op,
                           const struct type_use *type) {
    const char *column = rule_ident(context, op->column);

    if (!type->typmod_count || type->array_dimensions || op->kind != OP_ADD_COLUMN ||
        !rule_target_is_harmless(context, op))
        return rule_printf(context, "%s %stext%s", column, op->kind == OP_ADD_COLUMN ? "" : "TYPE ",
                           type->array_dimensions ? "[]" : "");
    return rule_printf(context, "%s text CHECK (length(%s) = %d)", column, column,
                       type->typmods[0]);
}

static void check(struct rule_context *context, const struct op *op) {
    struct type_use type = rule_new_type(context, op);

    if (!type.name || strcmp(type.name, "bpchar") != 0 || type.user_type ||
        rule_column_is_passing(context, op))
        return;
    rule_report(
        context, 0, op,
        (struct rule_text){
            .what = rule_printf(context, "%s.%s is of type %s, %s", rule_target_name(context, op),
                                rule_ident(context, op->column), rule_type_name(context, &type),
                                type.typmod_count ? "which pads values with blanks"
                                                  : "to which blanks at the end say nothing"),
            .why = "Blanks at the end count in some places and not in others, and a change of the "
                   "length rewrites the table. It is neither smaller nor faster than text.",
            .instead = way_out(context, op, &type),
        });
}

RULE(char_column) = {
    .ops = {OP_ADD_COLUMN, OP_ALTER_COLUMN_TYPE},
    .on_op = check,
    .reports = {{.id = "padded", .tier = TIER_MINOR}},
    .by_default = RULE_OPT_IN,
    .pack = "style",
    .foreign_names = {"squawk:ban-char-field"},
};
