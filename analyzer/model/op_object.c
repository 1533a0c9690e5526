#include "model/op_object.h"

#include "model/expr_type.h"

static bool is_relation_type(int object_type) {
    return object_type == OBJECT_TABLE || object_type == OBJECT_INDEX ||
           object_type == OBJECT_VIEW || object_type == OBJECT_MATVIEW ||
           object_type == OBJECT_SEQUENCE || object_type == OBJECT_FOREIGN_TABLE;
}

static const struct ObjectWithArgs *arguments_of(const struct op *op) {
    const struct AlterObjectSchemaStmt *alter = node_if(AlterObjectSchemaStmt, op->node);
    const struct RenameStmt *rename = node_if(RenameStmt, op->node);

    if (alter)
        return node_if(ObjectWithArgs, alter->object);
    return node_if(ObjectWithArgs, rename ? rename->object : op->node);
}

static bool takes(const struct schema *schema, const struct function *function,
                  const struct ObjectWithArgs *wanted) {
    if (wanted->args_unspecified || wanted->objargs.n != function->argument_count)
        return false;
    for (size_t i = 0; i < wanted->objargs.n; i++) {
        struct type_use use = type_use_of(schema, node_if(TypeName, wanted->objargs.v[i]));
        if (type_use_same(&use, &function->arguments[i]) == KNOWN_NO)
            return false;
    }
    return true;
}

static object_id find_function(const struct schema *schema, const struct op *op) {
    const struct ObjectWithArgs *wanted = arguments_of(op);
    size_t count;
    const struct function *const *all = schema_functions(schema, op->target, &count);

    for (size_t i = 0; wanted && i < count; i++)
        if (takes(schema, all[i], wanted) || (count == 1 && wanted->args_unspecified))
            return all[i]->object.id;
    return 0;
}

static object_id find_type(const struct schema *schema, struct name name) {
    const struct type *type = schema_type(schema, name);
    const struct relation *row = schema_relation(schema, name);

    if (type)
        return type->object.id;
    return row && row->object.kind == OBJ_COMPOSITE_TYPE ? row->object.id : 0;
}

struct name cast_name(const struct schema *schema, const struct type_use *source,
                      const struct type_use *target) {
    return (struct name){NULL, arena_printf(schema->arena, "%s AS %s",
                                            type_use_text(schema->arena, schema, source),
                                            type_use_text(schema->arena, schema, target))};
}

struct name op_cast_name(const struct schema *schema, const struct node *node) {
    const struct CreateCastStmt *create = node_if(CreateCastStmt, node);
    const struct List *list = node_if(List, node);
    const struct TypeName *source = create ? create->sourcetype : NULL;
    const struct TypeName *target = create ? create->targettype : NULL;
    struct type_use from, to;

    if (list && list->items.n == 2) {
        source = node_if(TypeName, list->items.v[0]);
        target = node_if(TypeName, list->items.v[1]);
    }
    if (!source || !target)
        return (struct name){0};
    from = type_use_of(schema, source);
    to = type_use_of(schema, target);
    return cast_name(schema, &from, &to);
}

static object_id find_cast(const struct schema *schema, const struct op *op) {
    const struct other *cast = schema_other(schema, OBJECT_CAST, op_cast_name(schema, op->node));

    return cast ? cast->object.id : 0;
}

object_id op_object(const struct schema *schema, const struct op *op) {
    const struct relation *relation;
    const struct other *other;

    if (op->object_type == OBJECT_CAST)
        return find_cast(schema, op);
    if (!op->target.name)
        return 0;
    if (is_relation_type(op->object_type)) {
        relation = schema_relation(schema, op->target);
        return relation ? relation->object.id : 0;
    }
    switch (op->object_type) {
    case OBJECT_TYPE:
    case OBJECT_DOMAIN:
        return find_type(schema, op->target);
    case OBJECT_FUNCTION:
    case OBJECT_PROCEDURE:
    case OBJECT_ROUTINE:
    case OBJECT_AGGREGATE:
        return find_function(schema, op);
    default:
        other = schema_other(schema, op->object_type, op->target);
        return other ? other->object.id : 0;
    }
}
