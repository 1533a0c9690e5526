#include "model/rewrite.h"

#include "model/expr_type.h"
#include "model/rewrite_expressions.h"
#include "sql/replace.h"

#include <string.h>

struct relabelling {
    struct schema *schema;
    object_id type;
    const char *old, *name;
};

static const struct node *relabelled(const struct relabelling *relabelling,
                                     const struct node *node) {
    const struct A_Const *constant = node_if(A_Const, node);
    struct A_Const *copy;
    struct String *string;

    if (!constant || !constant->sval || strcmp(constant->sval->sval, relabelling->old) != 0)
        return NULL;
    string = arena_new(relabelling->schema->arena, struct String);
    *string = (struct String){{NODE_String}, relabelling->name};
    copy = arena_new(relabelling->schema->arena, struct A_Const);
    *copy = *constant;
    copy->sval = string;
    return &copy->tree_node;
}

/* 'label'::the_enum */
static const struct node *replace(const struct node *node, void *context) {
    const struct relabelling *relabelling = context;
    const struct TypeCast *cast = node_if(TypeCast, node);
    const struct node *arg;
    struct TypeCast *copy;

    if (!cast || type_use_of(relabelling->schema, cast->typeName).user_type != relabelling->type)
        return NULL;
    arg = relabelled(relabelling, cast->arg);
    if (!arg)
        return NULL;
    copy = arena_new(relabelling->schema->arena, struct TypeCast);
    *copy = *cast;
    copy->arg = arg;
    return &copy->tree_node;
}

/* DEFAULT 'label' of a column of the type. */
static void in_defaults(const struct relabelling *relabelling, struct relation *relation) {
    for (size_t i = 0; i < relation->column_count; i++) {
        const struct column *column = &relation->columns[i];
        const struct node *expr = column->default_type.user_type == relabelling->type
                                      ? relabelled(relabelling, column->default_expr)
                                      : NULL;
        if (expr)
            relation_edit_column(relabelling->schema, relation, column->name)->default_expr = expr;
    }
}

void rewrite_enum_label(struct schema *schema, object_id type, const char *old, const char *name) {
    struct relabelling relabelling = {schema, type, old, name};
    const struct id_list *users = schema_users(schema, type);

    for (size_t i = 0; users && i < users->n; i++) {
        struct relation *relation = schema_edit_relation(schema, users->v[i]);
        if (!relation || relation->table)
            continue;
        rewrite_expressions(schema, relation, replace, &relabelling);
        in_defaults(&relabelling, relation);
    }
}
