/* What rules say of columns that ALTER TABLE adds. */
#include "lint/context.h"

/* "bigint"; of serial and its kin the integer that they stand for. */
static const char *type_of(struct rule_context *context, const struct op *op) {
    struct type_use type = type_use_of(&context->schema, node_as(ColumnDef, op->node)->typeName);

    return rule_type_name(context, &type);
}

const char *rule_sql_plain_column(struct rule_context *context, const struct op *op) {
    return rule_printf(context, "ALTER TABLE %s ADD COLUMN %s %s;",
                       rule_name_as_written(context, op->target), rule_ident(context, op->column),
                       type_of(context, op));
}

static const char *key_note(const struct rule_context *context, const struct op *op) {
    if (rule_column_part(context, op, OP_ADD_PRIMARY_KEY, NULL))
        return "\n-- then CREATE UNIQUE INDEX CONCURRENTLY, and PRIMARY KEY USING INDEX";
    if (rule_column_part(context, op, OP_ADD_UNIQUE, NULL))
        return "\n-- then CREATE UNIQUE INDEX CONCURRENTLY, and UNIQUE USING INDEX";
    return "";
}

const char *rule_sql_numbered_column(struct rule_context *context, const struct op *op) {
    const char *table = rule_name_as_written(context, op->target);
    const char *column = rule_ident(context, op->column);
    struct name sequence = {op->target.schema,
                            rule_printf(context, "%s_%s_seq", op->target.name, op->column)};
    const char *name = rule_name_as_written(context, sequence);

    return rule_printf(
        context,
        "%s\n"
        "CREATE SEQUENCE %s OWNED BY %s.%s;\n"
        "ALTER TABLE %s ALTER COLUMN %s SET DEFAULT nextval('%s');\n"
        "-- new rows have numbers now; number the old ones in small batches, each in its own "
        "transaction%s",
        rule_sql_plain_column(context, op), name, table, column, table, column, name,
        key_note(context, op));
}

const char *rule_sql_second_column(struct rule_context *context, const struct op *op,
                                   const char *type) {
    return rule_printf(context,
                       "ALTER TABLE %s ADD COLUMN %s %s;  -- another name\n"
                       "-- keep both in step with a trigger, fill it in batches, switch the "
                       "application, drop %s later",
                       rule_name_as_written(context, op->target),
                       rule_ident(context, rule_printf(context, "%s_new", op->column)),
                       type ? type : "...", rule_ident(context, op->column));
}
