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

static void check_functions(struct effects_work *work, const struct expr_info *info) {
    if (info->missing == NULL || !work->schema->complete)
        return;
    effects_fail(work, "42883", "function %s does not exist", info->missing);
}

static struct expr_info analyse(struct effects_work *work, const struct relation *relation,
                                const struct node *expr) {
    struct expr_scope scope = {.schema = work->schema, .relation = relation};

    return expr_analyse(&scope, expr);
}

static void check_default(struct effects_work *work, const struct node *expr) {
    struct expression_search found = search(work, expr);
    struct expr_info info;

    if (found.column)
        effects_fail(work, "0A000", "cannot use column reference in DEFAULT expression");
    else if (found.subquery)
        effects_fail(work, "0A000", "cannot use subquery in DEFAULT expression");
    if (work->stopped || expr == NULL)
        return;
    info = analyse(work, NULL, expr);
    check_functions(work, &info);
}

static void check_condition(struct effects_work *work, const struct relation *relation,
                            const struct node *expr) {
    struct expr_info info;

    if (search(work, expr).subquery) {
        effects_fail(work, "0A000", "cannot use subquery in check constraint");
        return;
    }
    info = analyse(work, relation, expr);
    check_functions(work, &info);
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
        check_functions(work, &info);
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
    if (work->schema->complete && !name->pct_type && !type_exists(work, &use))
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

void effects_check(struct effects_work *work, const struct op *op) {
    const struct relation *relation =
        op->in_create ? NULL : schema_relation(work->schema, op->target);

    switch (op->kind) {
    case OP_SET_DEFAULT:
        check_default(work, default_of(op));
        break;
    case OP_ADD_CHECK:
        check_condition(work, relation, node_as(Constraint, op->node)->raw_expr);
        break;
    case OP_ADD_GENERATED:
        check_generation(work, relation, node_as(Constraint, op->node));
        break;
    case OP_ADD_COLUMN:
    case OP_ALTER_COLUMN_TYPE:
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
        break;
    }
}
