/*
The migration tool cuts a statement apart at a semicolon inside it, and sends the pieces

## Why

goose and sql-migrate do not read SQL: to them a statement ends with each line that ends
with a semicolon, and so do those in the body of a function or of a DO block, or in a
string. What they send is half a statement, which the server refuses. A last statement
without a semicolon they refuse themselves. Either way the deployment stops there.

## Instead

    -- +goose StatementBegin
    CREATE FUNCTION ...
    -- +goose StatementEnd

and `-- +migrate StatementBegin` for sql-migrate.

## References

- https://pressly.github.io/goose/documentation/annotations/
*/
#include "lint/rule.h"

static void report_open(struct rule_context *context, const struct rule_cut *cut) {
    const char *runner = rule_runner_name(context);

    rule_report(context, 0, NULL,
                (struct rule_text){
                    .what = rule_printf(context, "%s finds no end of this statement", runner),
                    .why = "It wants a semicolon at the end of a line, and refuses the file "
                           "without it: the deployment stops there.",
                    .instead = "a semicolon behind it, as the last of its line",
                    .text = cut->text,
                    .span = cut->span,
                });
}

static void check(struct rule_context *context) {
    const struct rule_cut cut = rule_cut(context);
    const char *runner = rule_runner_name(context);

    if (cut.kind == LINE_CUT_OPEN)
        report_open(context, &cut);
    if (cut.kind != LINE_CUT_INSIDE)
        return;
    rule_report(
        context, 0, NULL,
        (struct rule_text){
            .what = rule_printf(context, "%s ends the statement here, in the middle of it", runner),
            .why = "To it a statement ends with each line that ends with a semicolon; the server "
                   "gets half a statement, and refuses it: the deployment stops there.",
            .instead =
                rule_printf(context, "%s\n-- the whole statement\n%s", cut.marks[0], cut.marks[1]),
            .text = cut.text,
            .span = cut.span,
        });
}

RULE(statement_cut_by_runner) = {
    .on_section_end = check,
    .reports = {{.id = "cut", .tier = TIER_CRITICAL}},
    .in_downs = true,
};
