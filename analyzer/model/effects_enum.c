/*
 * New labels of an enum cannot be used before the transaction that adds them has ended
 * (check_safe_enum_use, enum.c).
 */
#include "model/effects_check.h"

#include <string.h>

struct enum_search {
    struct effects_work *work;
    const struct relation *relation; /* whose columns are compared, set or filled; NULL: none */
};

static const struct type *enum_of(const struct schema *schema, const struct type_use *use) {
    struct type_use base = type_use_base(schema, use);
    const struct object *object =
        base.user_type != 0 ? schema_object(schema, base.user_type) : NULL;

    return object != NULL && object->kind == OBJ_ENUM ? (const struct type *)(const void *)object
                                                      : NULL;
}

static bool has_label(const struct name_list *labels, const char *label) {
    for (size_t i = 0; i < labels->n; i++)
        if (strcmp(labels->v[i], label) == 0)
            return true;
    return false;
}

static bool made_with(const struct type *type, const char *label) {
    const struct CreateEnumStmt *create = node_if(CreateEnumStmt, type->definition);

    for (size_t i = 0; create != NULL && i < create->vals.n; i++) {
        const char *value = node_string(create->vals.v[i]);

        if (value != NULL && strcmp(value, label) == 0)
            return true;
    }
    return false;
}

/* Labels of a type that the transaction itself made are safe: those of its CREATE, since 17 all. */
static bool is_unsafe(const struct effects_work *work, const struct type *type, const char *label) {
    const struct schema *begun = work->schema->begun;
    const struct object *before = schema_object(begun, type->object.id);

    if (!has_label(&type->labels, label))
        return false;
    if (before == NULL || before->kind != OBJ_ENUM)
        return work->schema->target < 17 && !made_with(type, label);
    return !has_label(&((const struct type *)(const void *)before)->labels, label);
}

static void check_label(struct effects_work *work, const struct type_use *use,
                        const struct node *node) {
    const struct A_Const *literal = node_if(A_Const, node);
    const struct type *type;

    if (literal == NULL || literal->sval == NULL)
        return;
    type = enum_of(work->schema, use);
    if (type != NULL && is_unsafe(work, type, literal->sval->sval))
        effects_refuse(work, true, "55P04", "unsafe use of new value \"%s\" of enum type %s",
                       literal->sval->sval, type->object.name);
}

static void check_cast(struct effects_work *work, const struct TypeCast *cast) {
    struct type_use use = type_use_of(work->schema, cast->typeName);

    check_label(work, &use, cast->arg);
}

static const struct column *named_column(const struct enum_search *search,
                                         const struct node *node) {
    const struct ColumnRef *ref = node_if(ColumnRef, node);
    const char *name = ref != NULL ? node_list_last_string(ref->fields) : NULL;

    return name != NULL && search->relation != NULL ? relation_column(search->relation, name)
                                                    : NULL;
}

static void check_comparison(const struct enum_search *search, const struct A_Expr *expr) {
    const struct column *left = named_column(search, expr->lexpr);
    const struct column *right = named_column(search, expr->rexpr);
    const struct List *list = node_if(List, expr->rexpr);

    if (left != NULL)
        check_label(search->work, &left->type, expr->rexpr);
    if (right != NULL)
        check_label(search->work, &right->type, expr->lexpr);
    for (size_t i = 0; left != NULL && list != NULL && i < list->items.n; i++)
        check_label(search->work, &left->type, list->items.v[i]);
}

static void check_set(const struct enum_search *search, const struct ResTarget *target) {
    const struct column *column = search->relation != NULL && target->name != NULL
                                      ? relation_column(search->relation, target->name)
                                      : NULL;

    if (column != NULL)
        check_label(search->work, &column->type, target->val);
}

static const struct column *insert_column(const struct enum_search *search,
                                          const struct InsertStmt *insert, size_t i) {
    const struct ResTarget *target =
        i < insert->cols.n ? node_if(ResTarget, insert->cols.v[i]) : NULL;

    if (insert->cols.n > 0)
        return target != NULL ? relation_column(search->relation, target->name) : NULL;
    return i < search->relation->column_count ? &search->relation->columns[i] : NULL;
}

static void check_insert(const struct enum_search *search, const struct InsertStmt *insert) {
    const struct SelectStmt *select = node_if(SelectStmt, insert->selectStmt);

    for (size_t i = 0; search->relation != NULL && select != NULL && i < select->valuesLists.n;
         i++) {
        const struct List *row = node_if(List, select->valuesLists.v[i]);

        for (size_t j = 0; row != NULL && j < row->items.n; j++) {
            const struct column *column = insert_column(search, insert, j);

            if (column != NULL)
                check_label(search->work, &column->type, row->items.v[j]);
        }
    }
}

static void check_definition(struct effects_work *work, const struct ColumnDef *def) {
    struct type_use use = type_use_of(work->schema, def->typeName);

    check_label(work, &use, def->raw_default);
    for (size_t i = 0; i < def->constraints.n; i++) {
        const struct Constraint *constraint = node_if(Constraint, def->constraints.v[i]);

        if (constraint != NULL && constraint->contype == CONSTR_DEFAULT)
            check_label(work, &use, constraint->raw_expr);
    }
}

static void check_set_default(const struct enum_search *search, const struct AlterTableCmd *cmd) {
    const struct column *column = search->relation != NULL && cmd->name != NULL
                                      ? relation_column(search->relation, cmd->name)
                                      : NULL;

    if (cmd->subtype == AT_ColumnDefault && column != NULL)
        check_label(search->work, &column->type, cmd->def);
}

static bool visit(const struct node *node, void *context) {
    struct enum_search *search = context;

    switch (node->kind) {
    case NODE_TypeCast:
        check_cast(search->work, node_as(TypeCast, node));
        break;
    case NODE_A_Expr:
        check_comparison(search, node_as(A_Expr, node));
        break;
    case NODE_ResTarget:
        check_set(search, node_as(ResTarget, node));
        break;
    case NODE_InsertStmt:
        check_insert(search, node_as(InsertStmt, node));
        break;
    case NODE_ColumnDef:
        check_definition(search->work, node_as(ColumnDef, node));
        break;
    case NODE_AlterTableCmd:
        check_set_default(search, node_as(AlterTableCmd, node));
        break;
    default:
        break;
    }
    return true;
}

/* Whether the open transaction made or changed any type: else nothing needs to be looked for. */
static bool types_changed(const struct schema *schema) {
    return schema->begun != NULL && (schema->types.root != schema->begun->types.root ||
                                     schema->type_edits != schema->begun->type_edits);
}

void effects_check_enums(struct effects_work *work) {
    const struct op *first = work->ops.v;
    struct enum_search search = {.work = work};

    if (work->ops.n == 0 || first->stmt == NULL || !types_changed(work->schema))
        return;
    if (first->target.name != NULL)
        search.relation = schema_relation(work->schema, first->target);
    node_walk(work->arena, first->stmt, visit, &search);
}
