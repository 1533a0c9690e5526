/*
A name is longer than 63 bytes: the server cuts it off

## Why

The server keeps the first 63 bytes of a name and says so in a notice that nobody
reads. Two names that differ only behind that are one: the second CREATE fails, or IF
NOT EXISTS finds the first. Tools that look the whole name up do not find it. Letters
outside ASCII take two bytes or more.

## Instead

A name of at most 63 bytes.

## Limits

Where a statement makes, adds or renames something; later uses are cut off in the same
way and work. Names in U&"..." with escapes are left alone.

## References

- https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS
*/
#include "lint/rule.h"

#include <string.h>

enum { LONGEST_NAME = 63 }; /* NAMEDATALEN - 1 */

static bool makes_name(enum op_kind kind) {
    return (kind >= OP_CREATE_TABLE && kind <= OP_ADD_EXCLUSION) ||
           (kind >= OP_RENAME_TABLE && kind <= OP_RENAME_OTHER);
}

static bool statement_makes_name(const struct rule_context *context) {
    struct ops ops = rule_statement_ops(context);

    for (size_t i = 0; i < ops.n; i++)
        if (makes_name(ops.v[i].kind))
            return true;
    return false;
}

/* The bytes of the name that a token holds; 0: it holds none, or is not to be counted. */
static size_t name_length(const char *bytes, const struct token *token) {
    size_t length = token->end - token->start;

    if (token->kind == TOKEN_WORD)
        return length;
    if (token->kind != TOKEN_QUOTED_WORD || bytes[token->start] != '"')
        return 0;
    length -= 2;
    for (size_t i = token->start + 1; i + 2 < token->end; i++)
        if (bytes[i] == '"' && bytes[i + 1] == '"') {
            length--;
            i++;
        }
    return length;
}

/* Said once of each name in a statement. */
static bool is_repeated(const struct statement *statement, size_t index) {
    const struct token *all = statement->tokens->list.v, *token = &all[index];
    const char *bytes = statement->text->bytes;
    size_t length = token->end - token->start;

    for (size_t i = index > 1000 ? index - 1000 : 0; i < index; i++)
        if (i >= statement->first_token && all[i].end - all[i].start == length &&
            memcmp(bytes + all[i].start, bytes + token->start, length) == 0)
            return true;
    return false;
}

static void report_name(struct rule_context *context, const struct op *op,
                        const struct token *token, size_t length) {
    const char *bytes = op->statement->text->bytes;
    const char *cut = token_identifier(rule_schema(context)->arena, bytes, token);

    rule_report(
        context, 0, op,
        (struct rule_text){
            .what = rule_printf(context, "a name of %zu bytes is cut off to 63", length),
            .why = rule_printf(context,
                               "It becomes %s. Another name that differs only behind that "
                               "is the same, and a tool that looks for the whole name finds "
                               "nothing.",
                               rule_ident(context, cut)),
            .instead = "a name of at most 63 bytes",
            .span = {token->start, token->end},
        });
}

static void check(struct rule_context *context, const struct op *op) {
    const struct statement *statement = op->statement;

    if (op->index > 0 || !statement_makes_name(context))
        return;
    for (size_t i = statement->first_token; i < statement->last_token; i++) {
        const struct token *token = &statement->tokens->list.v[i];
        size_t length = name_length(statement->text->bytes, token);
        if (length > LONGEST_NAME && !is_repeated(statement, i))
            report_name(context, op, token, length);
    }
}

RULE(identifier_too_long) = {
    .all_ops = true,
    .on_op = check,
    .reports = {{.id = "cut", .tier = TIER_MINOR}},
    .by_default = RULE_OPT_IN,
    .pack = "style",
    .foreign_names = {"squawk:identifier-too-long"},
};
