/*
A primary key of a ready index still scans the table, since a column is nullable

## Why

A primary key makes its columns NOT NULL. PRIMARY KEY USING INDEX builds nothing, but
for each column that is not NOT NULL yet the whole table is read under ACCESS
EXCLUSIVE: nobody reads or writes it meanwhile.

## Instead

Make the columns NOT NULL first. A CHECK that is validated while others work proves
it, so that neither SET NOT NULL nor the key reads a row:

    ALTER TABLE events ADD CONSTRAINT events_id_not_null CHECK (id IS NOT NULL) NOT VALID;
    -- in a later migration:
    ALTER TABLE events VALIDATE CONSTRAINT events_id_not_null;
    -- in a later one:
    ALTER TABLE events ALTER COLUMN id SET NOT NULL;
    ALTER TABLE events DROP CONSTRAINT events_id_not_null;
    ALTER TABLE events ADD CONSTRAINT events_pkey PRIMARY KEY USING INDEX events_pkey;

## Limits

Where the history does not tell the index or its columns, the finding says so and is
Minor: they may be NOT NULL. Silent for tables that the same migration makes and
leaves empty, and where the same statement sets the column NOT NULL, which is judged
by itself.

## References

- https://www.postgresql.org/docs/current/sql-altertable.html
*/
#include "lint/rule.h"

#include <string.h>

enum { SCANS, MAY_SCAN };

static const struct relation *index_of(struct rule_context *context, const struct op *op) {
    struct name name = schema_resolve(rule_schema(context), op->target);

    name.name = op->new_name;
    return schema_relation(rule_schema(context), name);
}

/* By another action of the same ALTER TABLE. */
static bool is_set_beside(struct rule_context *context, const char *column) {
    struct ops ops = rule_statement_ops(context);

    for (size_t i = 0; i < ops.n; i++)
        if (ops.v[i].kind == OP_SET_NOT_NULL && strcmp(ops.v[i].column, column) == 0)
            return true;
    return false;
}

/* Whether making the column NOT NULL costs nothing. */
static enum known is_free(struct rule_context *context, const struct op *op, const char *name) {
    const struct relation *table = rule_target(context, op);
    const struct column *column = relation_column(table, name);

    if (is_set_beside(context, name))
        return KNOWN_YES;
    if (!table || !column)
        return UNKNOWN;
    if (column->not_null == KNOWN_YES)
        return KNOWN_YES;
    if (not_null_is_proved(rule_schema(context), table, name) == KNOWN_YES)
        return KNOWN_YES;
    return column->not_null;
}

static const char *steps(struct rule_context *context, const struct op *op, const char *column) {
    const char *table = rule_name_as_written(context, op->target);
    const char *check =
        rule_ident(context, rule_printf(context, "%s_%s_not_null", op->target.name, column));

    column = rule_ident(context, column);
    return rule_printf(context,
                       "ALTER TABLE %s ADD CONSTRAINT %s CHECK (%s IS NOT NULL) NOT VALID;\n"
                       "ALTER TABLE %s VALIDATE CONSTRAINT %s;  -- in a later transaction\n"
                       "ALTER TABLE %s ALTER COLUMN %s SET NOT NULL;  -- in a later one\n"
                       "ALTER TABLE %s DROP CONSTRAINT %s;\nALTER TABLE %s %s;",
                       table, check, column, table, check, table, column, table, check, table,
                       rule_clause(context, op));
}

static void report_scan(struct rule_context *context, const struct op *op, const char *column) {
    const char *table = rule_target_name(context, op);

    rule_report(
        context, SCANS, op,
        (struct rule_text){
            .what = rule_printf(context, "the primary key reads all of %s, since %s is nullable",
                                table, rule_ident(context, column)),
            .why = rule_printf(context,
                               "The key makes %s NOT NULL, and looks at every row for "
                               "that, under ACCESS EXCLUSIVE: nobody reads or writes %s "
                               "meanwhile.",
                               rule_ident(context, column), table),
            .instead = steps(context, op, column),
        });
}

/* column NULL: not even the index is known. */
static void report_doubt(struct rule_context *context, const struct op *op, const char *column) {
    const char *table = rule_target_name(context, op);
    const char *index = rule_ident(context, op->new_name);

    rule_report(
        context, MAY_SCAN, op,
        (struct rule_text){
            .what = rule_printf(
                context, "the primary key reads all of %s, unless its columns are NOT NULL", table),
            .why = rule_printf(context,
                               "No file of the history tells whether %s is. The key looks at every "
                               "row for that, under ACCESS EXCLUSIVE.",
                               column ? rule_ident(context, column)
                                      : rule_printf(context, "each column of %s", index)),
            .instead = column ? steps(context, op, column)
                              : rule_printf(context,
                                            "-- each column of %s that is nullable: NOT NULL "
                                            "first, by a validated CHECK\nALTER TABLE %s %s;",
                                            index, rule_name_as_written(context, op->target),
                                            rule_clause(context, op)),
        });
}

static void check(struct rule_context *context, const struct op *op) {
    const struct relation *index = index_of(context, op);
    const char *doubtful = NULL;

    if (!op->using_index || rule_target_is_harmless(context, op))
        return;
    for (size_t i = 0; index && i < index->index_key_count; i++) {
        const char *column = index->index_columns[i].column;
        enum known free = column ? is_free(context, op, column) : KNOWN_YES;
        if (free == KNOWN_NO) {
            report_scan(context, op, column);
            return;
        }
        if (free == UNKNOWN && !doubtful)
            doubtful = column;
    }
    if (!index || doubtful)
        report_doubt(context, op, doubtful);
}

RULE(primary_key_on_nullable) = {
    .ops = {OP_ADD_PRIMARY_KEY},
    .on_op = check,
    .reports = {{.id = "scans", .tier = TIER_MAJOR}, {.id = "may-scan", .tier = TIER_MINOR}},
};
