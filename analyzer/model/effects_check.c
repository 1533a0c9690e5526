/*
 * Failures that schema and statement alone decide, and that the schema's replay does not look for:
 * expressions, types, keys.
 */
#include "model/effects_check.h"

#include "model/effects_alter.h"
#include "model/uses.h"

#include <string.h>

/* --- defaults --- */

/* Before 16 a schema that is not there is told of first (regclassin). */
static void find_sequence(struct effects_work *work, const char *text) {
    struct name name = regclass_name(work->arena, text);

    if (name.name == NULL)
        return;
    if (work->schema->target >= 16 && effects_knows_all(work) && name.schema != NULL &&
        schema_relation(work->schema, name) == NULL && !effects_is_catalog(work->schema, name))
        effects_fail(work, "42P01", "relation \"%s\" does not exist", text);
    else
        effects_find(work, name, false, "relation");
}

/* nextval('s') names a relation that must be there when the default is set. */
static bool visit_sequence(const struct node *node, void *context) {
    struct effects_work *work = context;
    const struct FuncCall *call = node_if(FuncCall, node);
    const char *name = call != NULL ? node_list_last_string(call->funcname) : NULL;
    const struct A_Const *constant =
        name != NULL && call->args.n > 0 ? node_if(A_Const, call->args.v[0]) : NULL;

    if (constant == NULL || constant->sval == NULL ||
        (strcmp(name, "nextval") != 0 && strcmp(name, "currval") != 0))
        return true;
    find_sequence(work, constant->sval->sval);
    return true;
}

static void check_sequences(struct effects_work *work, const struct node *expr) {
    node_walk(work->arena, expr, visit_sequence, work);
}

void effects_check_default_type(struct effects_work *work, const struct expr_info *info,
                                const struct type_use *type, const char *column) {
    struct coercion coercion;

    if (info->type.name == NULL || strcmp(info->type.name, "unknown") == 0 ||
        !type_use_known(work->schema, &info->type) || !type_use_known(work->schema, type))
        return;
    coercion = coercion_start(&info->type);
    coercion_apply(work->schema, &coercion, type, CATALOG_ASSIGNMENT);
    if (!coercion.possible)
        effects_fail(work, "42804",
                     "column \"%s\" is of type %s but default expression is of type %s", column,
                     type_use_text(work->arena, work->schema, type),
                     type_use_text(work->arena, work->schema, &info->type));
}

void effects_check_default(struct effects_work *work, const struct node *expr,
                           const struct type_use *type, const char *column) {
    struct expr_info info;

    if (expr == NULL)
        return;
    info = effects_check_expression(work, EXPRESSION_DEFAULT, NULL, expr);
    if (work->stopped)
        return;
    check_sequences(work, expr);
    if (!work->stopped && type->name != NULL)
        effects_check_literal(work, expr, type);
    if (!work->stopped && type->name != NULL)
        effects_check_default_type(work, &info, type, column);
}

/* --- by kind of operation --- */

static const struct node *default_of(const struct op *op) {
    const struct Constraint *constraint = node_if(Constraint, op->node);
    const struct AlterTableCmd *cmd = node_if(AlterTableCmd, op->node);

    return constraint != NULL ? constraint->raw_expr : cmd != NULL ? cmd->def : NULL;
}

static const struct TypeName *type_of(const struct op *op) {
    const struct ColumnDef *column = node_if(ColumnDef, op->node);
    const struct AlterTableCmd *cmd = node_if(AlterTableCmd, op->node);

    if (cmd != NULL)
        column = node_if(ColumnDef, cmd->def);
    return column != NULL ? column->typeName : NULL;
}

bool effects_is_system_column(const char *name) {
    static const char *const names[] = {"tableoid", "ctid", "xmin", "xmax", "cmin", "cmax"};

    for (size_t i = 0; name != NULL && i < sizeof(names) / sizeof(*names); i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

/* Whether the statement says this of the same column, too. */
static bool has_part(const struct effects_work *work, const struct op *op, enum op_kind kind) {
    for (size_t i = 0; i < work->all.n; i++) {
        const struct op *other = &work->all.v[i];

        if (other->kind == kind && other->is_inline && other->column != NULL &&
            op->column != NULL && other->stmt == op->stmt && strcmp(other->column, op->column) == 0)
            return true;
    }
    return false;
}

/* A child's own column of the name is merged with the new one, if they are of one type. */
static void check_children(struct effects_work *work, const struct relation *relation,
                           const struct type_use *type, const char *name) {
    struct id_list all = effects_all_below(work, relation);

    for (size_t i = 1; i < all.n; i++) {
        const struct relation *child = effects_relation(work, all.v[i]);
        const struct column *own = child != NULL ? relation_column(child, name) : NULL;

        if (own != NULL && (type_use_same(&own->type, type) == KNOWN_NO ||
                            !type_use_same_typmod(&own->type, type)))
            effects_fail(work, "42804", "child table \"%s\" has different type for column \"%s\"",
                         child->object.name, name);
    }
}

static void check_new_column(struct effects_work *work, const struct op *op,
                             const struct relation *relation) {
    const struct ColumnDef *def = node_as(ColumnDef, op->node);
    struct type_use type = type_use_of(work->schema, def->typeName);

    effects_check_column_def(work, op);
    if (effects_is_system_column(op->column))
        effects_fail(work, "42701", "column name \"%s\" conflicts with a system column name",
                     op->column);
    if (relation == NULL || work->stopped)
        return;
    if (type_use_row(work->schema, &type) == relation->object.id)
        effects_fail(work, "42P16", "composite type %s cannot be made a member of itself",
                     relation->object.name);
    else if (relation->children.n > 0 && has_part(work, op, OP_ADD_IDENTITY) &&
             (work->schema->target < 17 || relation->object.kind != OBJ_PARTITIONED_TABLE))
        effects_fail(work, "42P16",
                     "cannot recursively add identity column to table that has child tables");
    else
        check_children(work, relation, &type, op->column);
}

/* The type of the column that a default is for; name NULL: not known. */
static struct type_use type_for_default(struct effects_work *work, const struct op *op,
                                        const struct relation *relation) {
    const struct column *column =
        relation != NULL && op->column != NULL ? relation_column(relation, op->column) : NULL;

    for (size_t i = 0; i < work->all.n; i++) {
        const struct op *other = &work->all.v[i];
        const struct ColumnDef *def = node_if(ColumnDef, other->node);

        /* Types are changed before defaults are set (AT_PASS_ALTER_TYPE). */
        if (other->kind == OP_ALTER_COLUMN_TYPE && other->stmt == op->stmt && op->column != NULL &&
            strcmp(other->column, op->column) == 0)
            return type_use_of(work->schema, type_of(other));
        if (column != NULL && !op->is_inline)
            continue;
        if (other->kind == OP_ADD_COLUMN && def != NULL && op->column != NULL &&
            strcmp(def->colname, op->column) == 0 && other->stmt == op->stmt)
            return type_use_of(work->schema, def->typeName);
    }
    return column != NULL && !op->is_inline ? column->type : (struct type_use){0};
}

void effects_check(struct effects_work *work, const struct op *op) {
    const struct relation *relation =
        op->in_create ? NULL : schema_relation(work->schema, op->target);
    struct type_use type;

    effects_check_kind(work, op);
    if (work->stopped)
        return;
    switch (op->kind) {
    case OP_SET_DEFAULT:
        type = type_for_default(work, op, relation);
        effects_check_default(work, default_of(op), &type, op->column != NULL ? op->column : "");
        break;
    case OP_DROP_COLUMN:
        if (effects_is_system_column(op->column))
            effects_fail(work, "0A000", "cannot drop system column \"%s\"", op->column);
        break;
    case OP_CREATE_TABLE:
    case OP_CREATE_PARTITION:
    case OP_CREATE_FOREIGN_TABLE:
        effects_check_create(work, op);
        break;
    case OP_ADD_CHECK:
    case OP_VALIDATE_CONSTRAINT:
        effects_check_constraint(work, op, relation);
        break;
    case OP_ADD_COLUMN:
        check_new_column(work, op, relation);
        break;
    case OP_ALTER_COLUMN_TYPE:
    case OP_SET_STATISTICS:
    case OP_SET_COLUMN_OPTIONS:
    case OP_SET_STORAGE:
    case OP_SET_COMPRESSION:
    case OP_DROP_NOT_NULL:
    case OP_DROP_CONSTRAINT:
    case OP_ADD_IDENTITY:
        effects_check_column(work, op, relation);
        effects_check_constraint(work, op, relation);
        if (op->kind == OP_ADD_IDENTITY && !work->stopped)
            effects_check_sequence(work, op);
        break;
    case OP_ADD_ATTRIBUTE:
    case OP_ALTER_ATTRIBUTE_TYPE:
        effects_check_type(work, type_of(op));
        break;
    case OP_ADD_UNIQUE:
    case OP_ADD_PRIMARY_KEY:
    case OP_ADD_EXCLUSION:
    case OP_CREATE_INDEX:
        effects_check_key(work, op, relation);
        break;
    case OP_ADD_FOREIGN_KEY:
        effects_check_foreign_key(work, op, relation);
        break;
    case OP_CREATE_DOMAIN:
        effects_check_type(work, node_as(CreateDomainStmt, op->node)->typeName);
        break;
    default:
        effects_check_relation(work, op, relation);
        break;
    }
}
