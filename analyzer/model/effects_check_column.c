/* Failures of actions on a column that is there. */
#include "model/effects_check.h"

#include "base/ascii.h"

#include <string.h>

static bool is_serial(const struct TypeName *name) {
    static const char *const names[] = {"smallserial", "serial2",   "serial",
                                        "serial4",     "bigserial", "serial8"};
    const char *last = name->names.n == 1 ? node_list_last_string(name->names) : NULL;

    for (size_t i = 0; last != NULL && i < sizeof(names) / sizeof(*names); i++)
        if (strcmp(last, names[i]) == 0)
            return true;
    return false;
}

static void check_retype(struct effects_work *work, const struct op *op,
                         const struct relation *relation) {
    const struct ColumnDef *def = node_as(ColumnDef, node_as(AlterTableCmd, op->node)->def);

    if (effects_is_system_column(op->column))
        effects_fail(work, "0A000", "cannot alter system column \"%s\"", op->column);
    else if (is_serial(def->typeName))
        effects_fail(work, "42704", "type \"%s\" does not exist",
                     node_list_last_string(def->typeName->names));
    else
        effects_check_column_type(work, def);
    if (!work->stopped && relation != NULL && def->raw_default != NULL)
        effects_check_expression(work, EXPRESSION_USING, relation, def->raw_default);
}

static void check_storage(struct effects_work *work, const struct op *op,
                          const struct column *column) {
    const char *wanted = node_string(node_as(AlterTableCmd, op->node)->def);

    if (wanted != NULL && op->kind == OP_SET_COMPRESSION)
        effects_check_compression(work, wanted, &column->type);
    else if (wanted != NULL)
        effects_check_storage(work, wanted, &column->type);
}

/* ATExecDropNotNull */
static void check_drop_not_null(struct effects_work *work, const struct op *op,
                                const struct relation *relation) {
    const struct relation *index =
        relation->replica_identity == 'i' ? effects_relation(work, relation->replica_index) : NULL;

    if (op->only && relation->object.kind == OBJ_PARTITIONED_TABLE && relation->children.n > 0 &&
        work->schema->target < 18)
        effects_fail(work, "42P16",
                     "cannot remove constraint from only the partitioned table when partitions "
                     "exist");
    if (index != NULL && index_uses_column(work->arena, index, op->column))
        effects_fail(work, "42P16", "column \"%s\" is in index used as replica identity",
                     op->column);
}

static bool in_primary_key(const struct relation *relation, const char *column) {
    const struct constraint *key = relation_primary_key(relation);

    for (size_t i = 0; key != NULL && i < key->columns.n; i++)
        if (strcmp(key->columns.v[i], column) == 0)
            return true;
    return false;
}

/* Of NOT NULL (18): what a primary key or an identity needs stays. */
static void check_drop_constraint(struct effects_work *work, const struct op *op,
                                  const struct relation *relation) {
    const struct constraint *constraint =
        op->object != NULL ? relation_constraint(relation, op->object) : NULL;
    const struct column *column;

    if (constraint == NULL || constraint->kind != CONSTRAINT_NOT_NULL || constraint->columns.n == 0)
        return;
    column = relation_column(relation, constraint->columns.v[0]);
    if (in_primary_key(relation, constraint->columns.v[0]))
        effects_fail(work, "42P16", "column \"%s\" is in a primary key", constraint->columns.v[0]);
    else if (column != NULL && column->identity != '\0')
        effects_fail(work, "42601", "column \"%s\" of relation \"%s\" is an identity column",
                     column->name, relation->object.name);
}

/* transformAlterTableStmt looks at the type before ATExecAddIdentity at the column. */
static void check_add_identity(struct effects_work *work, const struct op *op,
                               const struct relation *relation, const struct column *column) {
    if (effects_is_system_column(op->column))
        effects_fail(work, "22023", "identity column type must be smallint, integer, or bigint");
    else if (column != NULL)
        effects_check_identity_type(work, &column->type);
    if (work->schema->target >= 17 && relation->partition_bound != NULL)
        effects_fail(work, "42P16", "cannot add identity to a column of a partition");
}

/* attribute_reloptions */
static void check_options(struct effects_work *work, const struct op *op) {
    const struct List *list = node_if(List, node_as(AlterTableCmd, op->node)->def);

    for (size_t i = 0; list != NULL && i < list->items.n; i++)
        effects_check_column_option(work, node_as(DefElem, list->items.v[i]));
}

/* ATExecSetStatistics: columns of indexes are told by number, and must be expressions. */
static void check_statistics(struct effects_work *work, const struct op *op,
                             const struct relation *relation) {
    const struct AlterTableCmd *cmd = node_as(AlterTableCmd, op->node);
    const struct Integer *value = node_if(Integer, cmd->def);
    bool index = relation != NULL && (KIND(relation->object.kind) & INDEXES) != 0;

    if (cmd->name == NULL && relation != NULL && !index)
        effects_fail(work, "0A000", "cannot refer to non-index column by number");
    else if (value != NULL && value->ival < -1)
        effects_fail(work, "22023", "statistics target %d is too low", value->ival);
    else if (cmd->name == NULL && index && relation->index_column_count > 0 && cmd->num > 0) {
        if ((size_t)cmd->num > relation->index_column_count)
            effects_fail(work, "42703", "column number %d of relation \"%s\" does not exist",
                         cmd->num, relation->object.name);
        else if (relation->index_columns[cmd->num - 1].column != NULL)
            effects_fail(work, "0A000",
                         "cannot alter statistics on non-expression column \"%s\" of index \"%s\"",
                         relation->index_columns[cmd->num - 1].column, relation->object.name);
    }
}

void effects_check_column(struct effects_work *work, const struct op *op,
                          const struct relation *relation) {
    const struct column *column =
        relation != NULL && op->column != NULL ? relation_column(relation, op->column) : NULL;

    if (op->kind == OP_ALTER_COLUMN_TYPE)
        check_retype(work, op, relation);
    else if (op->kind == OP_SET_STATISTICS)
        check_statistics(work, op, relation);
    else if (op->kind == OP_SET_COLUMN_OPTIONS)
        check_options(work, op);
    else if (op->kind == OP_SET_STORAGE || op->kind == OP_SET_COMPRESSION)
        column != NULL ? check_storage(work, op, column) : (void)0;
    else if (relation == NULL)
        return;
    else if (op->kind == OP_DROP_NOT_NULL)
        check_drop_not_null(work, op, relation);
    else if (op->kind == OP_DROP_CONSTRAINT)
        check_drop_constraint(work, op, relation);
    else if (!op->is_inline)
        check_add_identity(work, op, relation, column);
}
