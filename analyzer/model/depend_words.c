#include "model/depend.h"

#include "model/expr_type.h"
#include "model/names.h"

#include <string.h>

static const char *kind_words(const struct object *object) {
    switch (object->kind) {
    case OBJ_PARTITIONED_TABLE:
        return "table";
    case OBJ_PARTITIONED_INDEX:
        return "index";
    case OBJ_MATVIEW:
        return "materialized view";
    case OBJ_COMPOSITE_TYPE:
    case OBJ_ENUM:
    case OBJ_DOMAIN:
    case OBJ_RANGE:
        return "type";
    default:
        return object_kind_name(object->kind);
    }
}

const char *function_arguments(const struct schema *schema, const struct function *function) {
    const char *list = "";

    for (size_t i = 0; i < function->argument_count; i++)
        list = arena_printf(schema->arena, "%s%s%s", list, i ? "," : "",
                            type_use_text(schema->arena, schema, &function->arguments[i]));
    return arena_printf(schema->arena, "(%s)", list);
}

static const char *object_words(const struct schema *schema, const struct object *object) {
    bool visible = object->schema && (strcmp(object->schema, "public") == 0 || object->temporary);
    struct name name = {visible ? NULL : object->schema, object->name};
    const char *brackets =
        object_is_function(object)
            ? function_arguments(schema, (const struct function *)(const void *)object)
            : "";

    return arena_printf(schema->arena, "%s %s%s", kind_words(object),
                        schema_display(schema->arena, name), brackets);
}

static const char *part_name(const struct relation *relation, struct part part, const char **what) {
    const struct column *column = relation_column_by_number(relation, part.number);
    const struct constraint *constraint = relation_constraint_by_id(relation, part.number);

    switch (part.kind) {
    case PART_COLUMN:
        *what = "column";
        return column ? column->name : "";
    case PART_DEFAULT:
        *what = "default value for column";
        return column ? column->name : "";
    case PART_CONSTRAINT:
        *what = "constraint";
        return constraint ? constraint->name : "";
    case PART_TRIGGER:
        *what = "trigger";
        for (size_t i = 0; i < relation->trigger_count; i++)
            if (relation->triggers[i]->id == part.number)
                return relation->triggers[i]->name;
        return "";
    case PART_POLICY:
        *what = "policy";
        for (size_t i = 0; i < relation->policy_count; i++)
            if (relation->policies[i]->id == part.number)
                return relation->policies[i]->name;
        return "";
    default:
        *what = "rule";
        for (size_t i = 0; i < relation->rule_count; i++)
            if (relation->rules[i]->id == part.number)
                return relation->rules[i]->name;
        return "";
    }
}

const char *part_describe(const struct schema *schema, struct part part) {
    const struct object *object = schema_object(schema, part.object);
    const struct relation *relation = schema_relation_by_id(schema, part.object);
    const char *what, *name;

    if (!object)
        return "";
    if (part.kind == PART_WHOLE || !relation)
        return object_words(schema, object);
    name = part_name(relation, part, &what);
    return arena_printf(schema->arena, "%s %s %s %s", what, name_quote(schema->arena, name),
                        part.kind == PART_COLUMN || part.kind == PART_DEFAULT ? "of" : "on",
                        object_words(schema, object));
}
