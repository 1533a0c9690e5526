/*
 * Failures that schema and statement alone decide, and that the schema's replay does not look for:
 * expressions, types, keys.
 */
#include "model/effects_check.h"

#include "model/effects_alter.h"

#include <string.h>

/* --- expressions (parse_expr.c, by EXPR_KIND) --- */

struct expression_search {
    bool subquery, column;
};

static bool visit(const struct node *node, void *context) {
    struct expression_search *search = context;

    search->subquery |= node->kind == NODE_SubLink;
    search->column |= node->kind == NODE_ColumnRef;
    return node->kind != NODE_SubLink;
}

static struct expression_search search(struct effects_work *work, const struct node *expr) {
    struct expression_search found = {false, false};

    if (expr != NULL)
        node_walk(work->arena, expr, visit, &found);
    return found;
}

void effects_check_functions(struct effects_work *work, const struct expr_info *info) {
    if (info->missing == NULL || !effects_knows_all(work))
        return;
    effects_fail(work, "42883", "function %s does not exist", info->missing);
}

bool effects_has_subquery(struct effects_work *work, const struct node *expr) {
    return search(work, expr).subquery;
}

static struct expr_info analyse(struct effects_work *work, const struct relation *relation,
                                const struct node *expr) {
    struct expr_scope scope = {.schema = work->schema, .relation = relation};

    return expr_analyse(&scope, expr);
}

/* nextval('s') names a relation that must be there when the default is set. */
static bool visit_sequence(const struct node *node, void *context) {
    struct effects_work *work = context;
    const struct FuncCall *call = node_if(FuncCall, node);
    const char *name = call != NULL ? node_list_last_string(call->funcname) : NULL;
    const struct A_Const *constant =
        name != NULL && call->args.n > 0 ? node_if(A_Const, call->args.v[0]) : NULL;

    if (constant == NULL || constant->sval == NULL || strchr(constant->sval->sval, '"') != NULL ||
        (strcmp(name, "nextval") != 0 && strcmp(name, "currval") != 0))
        return true;
    if (strchr(constant->sval->sval, '.') == NULL)
        effects_find(work, (struct name){NULL, constant->sval->sval}, false, "relation");
    return true;
}

static void check_sequences(struct effects_work *work, const struct node *expr) {
    node_walk(work->arena, expr, visit_sequence, work);
}

/* A default must become a value of the column's type by an assignment cast. */
static void check_default_type(struct effects_work *work, const struct expr_info *info,
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

static void check_default(struct effects_work *work, const struct node *expr,
                          const struct type_use *type, const char *column) {
    struct expression_search found = search(work, expr);
    struct expr_info info;

    if (found.column)
        effects_fail(work, "0A000", "cannot use column reference in DEFAULT expression");
    else if (found.subquery)
        effects_fail(work, "0A000", "cannot use subquery in DEFAULT expression");
    if (work->stopped || expr == NULL)
        return;
    info = analyse(work, NULL, expr);
    effects_check_functions(work, &info);
    check_sequences(work, expr);
    if (!work->stopped && type->name != NULL)
        check_default_type(work, &info, type, column);
}

static void check_condition(struct effects_work *work, const struct relation *relation,
                            const struct node *expr) {
    struct expr_info info;

    if (search(work, expr).subquery) {
        effects_fail(work, "0A000", "cannot use subquery in check constraint");
        return;
    }
    info = analyse(work, relation, expr);
    effects_check_functions(work, &info);
}

/* A column of the statement's own is no generated one that is known. */
static bool names_generated(struct effects_work *work, const struct relation *relation,
                            const struct node *expr) {
    for (size_t i = 0; relation != NULL && i < relation->column_count; i++)
        if (relation->columns[i].generated != GENERATED_NOT &&
            expr_names_column(work->arena, expr, relation->columns[i].name))
            return true;
    return false;
}

static void check_generation(struct effects_work *work, const struct relation *relation,
                             const struct Constraint *constraint) {
    struct expr_info info = analyse(work, relation, constraint->raw_expr);

    if (search(work, constraint->raw_expr).subquery)
        effects_fail(work, "0A000", "cannot use subquery in column generation expression");
    else if (names_generated(work, relation, constraint->raw_expr))
        effects_fail(work, "42P17", "cannot use generated column in column generation expression");
    else if (info.volatility == VOLATILITY_STABLE || info.volatility == VOLATILITY_VOLATILE)
        effects_fail(work, "42P17", "generation expression is not immutable");
    else if (constraint->generated_kind == 'v' && info.user_function)
        effects_fail(work, "0A000", "generation expression uses user-defined function");
    else
        effects_check_functions(work, &info);
}

/* --- types --- */

static bool type_exists(struct effects_work *work, const struct type_use *use) {
    const struct catalog_type *type;

    if (use->name == NULL || use->user_type != 0)
        return true;
    type = catalog_type(use->name, work->schema->target);
    if (type == NULL)
        return false;
    return type->extension == 0 ||
           schema_other(work->schema, OBJECT_EXTENSION,
                        (struct name){NULL, catalog_extension_name(type->extension)}) != NULL;
}

/* numeric_typmod_in: since 15 the scale may be negative, or more than the precision. */
static void check_numeric(struct effects_work *work, const struct type_use *use) {
    if (work->schema->target >= 15 || use->name == NULL || strcmp(use->name, "numeric") != 0 ||
        use->typmod_count < 2)
        return;
    if (use->typmods[1] < 0 || use->typmods[1] > use->typmods[0])
        effects_fail(work, "22023", "NUMERIC scale %d must be between 0 and precision %d",
                     use->typmods[1], use->typmods[0]);
}

void effects_check_type(struct effects_work *work, const struct TypeName *name) {
    struct type_use use;

    if (name == NULL)
        return;
    use = type_use_of(work->schema, name);
    if (effects_knows_all(work) && !name->pct_type && !type_exists(work, &use))
        effects_fail(work, "42704", "type \"%s\" does not exist",
                     node_list_last_string(name->names));
    check_numeric(work, &use);
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

/* Collations of the server's own; others come with the system's libraries, or not. */
static bool collation_is_known(struct effects_work *work, struct node_list names) {
    static const char *const own[] = {"default", "C", "POSIX", "ucs_basic"};
    const char *name = node_list_last_string(names);
    struct name full = {names.n > 1 ? node_string(names.v[names.n - 2]) : NULL, name};

    for (size_t i = 0; name != NULL && i < sizeof(own) / sizeof(*own); i++)
        if (strcmp(name, own[i]) == 0)
            return true;
    return name == NULL || schema_other(work->schema, OBJECT_COLLATION, full) != NULL;
}

void effects_check_collation(struct effects_work *work, const struct CollateClause *clause) {
    if (clause != NULL && !collation_is_known(work, clause->collname))
        effects_may_fail(work, "the server has no such collation", "42704",
                         "collation \"%s\" for encoding \"UTF8\" does not exist",
                         node_list_last_string(clause->collname));
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

static void check_parts(struct effects_work *work, const struct op *op) {
    bool has_default = has_part(work, op, OP_SET_DEFAULT);
    const char *table = op->target.name;

    if (has_default && has_part(work, op, OP_ADD_GENERATED))
        effects_fail(work, "42601",
                     "both default and generation expression specified for column \"%s\" of table "
                     "\"%s\"",
                     op->column, table);
    else if (has_default && has_part(work, op, OP_ADD_IDENTITY))
        effects_fail(work, "42601",
                     "both default and identity specified for column \"%s\" of table \"%s\"",
                     op->column, table);
    else if (has_default && has_part(work, op, OP_ADD_SERIAL))
        effects_fail(work, "42601",
                     "multiple default values specified for column \"%s\" of table \"%s\"",
                     op->column, table);
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

    check_parts(work, op);
    effects_check_collation(work, def->collClause);
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

    if (column != NULL && !op->is_inline)
        return column->type;
    for (size_t i = 0; i < work->all.n; i++) {
        const struct op *other = &work->all.v[i];
        const struct ColumnDef *def = node_if(ColumnDef, other->node);

        if (other->kind == OP_ADD_COLUMN && def != NULL && op->column != NULL &&
            strcmp(def->colname, op->column) == 0 && other->stmt == op->stmt)
            return type_use_of(work->schema, def->typeName);
    }
    return (struct type_use){0};
}

void effects_check(struct effects_work *work, const struct op *op) {
    const struct relation *relation =
        op->in_create ? NULL : schema_relation(work->schema, op->target);
    struct type_use type;

    switch (op->kind) {
    case OP_SET_DEFAULT:
        type = type_for_default(work, op, relation);
        check_default(work, default_of(op), &type, op->column != NULL ? op->column : "");
        break;
    case OP_DROP_COLUMN:
        if (effects_is_system_column(op->column))
            effects_fail(work, "0A000", "cannot drop system column \"%s\"", op->column);
        break;
    case OP_ADD_CHECK:
        check_condition(work, relation, node_as(Constraint, op->node)->raw_expr);
        effects_check_constraint(work, op, relation);
        break;
    case OP_VALIDATE_CONSTRAINT:
        effects_check_constraint(work, op, relation);
        break;
    case OP_ADD_GENERATED:
        check_generation(work, relation, node_as(Constraint, op->node));
        break;
    case OP_ADD_COLUMN:
        check_new_column(work, op, relation);
        if (!work->stopped)
            effects_check_type(work, type_of(op));
        break;
    case OP_ALTER_COLUMN_TYPE:
    case OP_SET_STORAGE:
    case OP_SET_COMPRESSION:
    case OP_DROP_NOT_NULL:
    case OP_DROP_CONSTRAINT:
    case OP_ADD_IDENTITY:
        effects_check_column(work, op, relation);
        effects_check_constraint(work, op, relation);
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
