/*
 * Values of enums that a statement says: they must be labels (enum_in), and new ones cannot be used
 * before the transaction that adds them has ended (check_safe_enum_use, enum.c).
 */
#include "model/body.h"
#include "model/effects_check.h"
#include "model/label_use.h"
#include "model/literal_type.h"

#include "base/ascii.h"

#include <string.h>

static const struct type *enum_of(struct effects_work *work, const struct type_use *use) {
    struct type_use base = type_use_base(work->schema, use);
    const struct object *object =
        base.user_type != 0 ? schema_object(work->schema, base.user_type) : NULL;

    if (object == NULL || object->kind != OBJ_ENUM || base.array_dimensions > 0)
        return NULL;
    return (const struct type *)(const void *)object;
}

static bool has_label(const struct type *type, const char *text) {
    for (size_t i = 0; i < type->labels.n; i++)
        if (strcmp(type->labels.v[i], text) == 0)
            return true;
    return false;
}

/* Whether the open transaction made or changed any type: else nothing is unsafe. */
static bool types_changed(const struct schema *schema) {
    return schema->begun != NULL && (schema->types.root != schema->begun->types.root ||
                                     schema->type_edits != schema->begun->type_edits);
}

static void refuse_label(struct effects_work *work, const struct type *type, const char *label) {
    if (types_changed(work->schema) &&
        label_is_unsafe(work->schema, work->schema->begun, type, label))
        effects_refuse(work, true, "55P04", "unsafe use of new value \"%s\" of enum type %s", label,
                       type->object.name);
}

static void check_label(const char *text, const struct type_use *use, void *context) {
    struct effects_work *work = context;
    const struct type *type = enum_of(work, use);

    if (type == NULL || work->stopped)
        return;
    refuse_label(work, type, text);
    if (effects_knows_all(work) && !type->object.assumed && !type->object.not_certain &&
        !has_label(type, text))
        effects_fail(work, "22P02", "invalid input value for enum %s: \"%s\"", type->object.name,
                     text);
}

/* enum_range and enum_last come to the new labels by themselves. */
static bool visit_call(const struct node *node, void *context) {
    struct effects_work *work = context;
    const struct FuncCall *call = node_if(FuncCall, node);
    const char *name = call != NULL ? node_list_last_string(call->funcname) : NULL;
    const struct TypeCast *cast =
        name != NULL && call->args.n == 1 ? node_if(TypeCast, call->args.v[0]) : NULL;
    struct type_use use;
    const struct type *type;

    if (cast == NULL || (strcmp(name, "enum_range") != 0 && strcmp(name, "enum_last") != 0))
        return true;
    use = type_use_of(work->schema, cast->typeName);
    type = enum_of(work, &use);
    for (size_t i = 0; type != NULL && i < type->labels.n; i++)
        if (strcmp(name, "enum_range") == 0 || i + 1 == type->labels.n)
            refuse_label(work, type, type->labels.v[i]);
    return true;
}

static void check_tree(struct effects_work *work, const struct node *tree) {
    struct literal_visitor visitor = {.context = work, .typed = check_label};

    /* Of an ALTER TABLE, defaults are set when all types have changed. */
    literal_types(tree->kind == NODE_AlterTableStmt && work->made != NULL ? work->made
                                                                          : work->schema,
                  tree, &visitor);
    if (types_changed(work->schema))
        node_walk(work->arena, tree, visit_call, work);
}

static const char *string_option(const struct CreateFunctionStmt *create, const char *name) {
    for (size_t i = 0; i < create->options.n; i++) {
        const struct DefElem *option = node_if(DefElem, create->options.v[i]);
        const struct List *list = option != NULL ? node_if(List, option->arg) : NULL;

        if (option != NULL && option->defname != NULL && strcmp(option->defname, name) == 0)
            return list != NULL && list->items.n > 0 ? node_string(list->items.v[0])
                                                     : node_string(option->arg);
    }
    return NULL;
}

/* The body of a LANGUAGE sql function is read when it is made. */
static void check_body(struct effects_work *work, const struct CreateFunctionStmt *create) {
    const char *setting = schema_setting(work->schema, "check_function_bodies");
    struct function function = {.definition = &create->tree_node,
                                .language = string_option(create, "language"),
                                .body = string_option(create, "as")};
    struct node_list body;

    if (function.language == NULL || !ascii_case_equal(function.language, "sql") ||
        (setting != NULL && !ascii_case_equal(setting, "on") && !ascii_case_equal(setting, "true")))
        return;
    function.language = "sql";
    body = function_sql_body(work->arena, &function);
    for (size_t i = 0; i < body.n && !work->stopped; i++)
        check_tree(work, body.v[i]);
}

void effects_check_enums(struct effects_work *work) {
    const struct node *stmt = work->ops.n > 0 ? work->ops.v[0].stmt : NULL;

    if (stmt == NULL || (!types_changed(work->schema) && !effects_knows_all(work)) ||
        work->schema->types.root == NULL)
        return;
    if (stmt->kind == NODE_CreateFunctionStmt)
        check_body(work, node_as(CreateFunctionStmt, stmt));
    else
        check_tree(work, stmt);
}
