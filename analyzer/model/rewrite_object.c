#include "model/rewrite.h"

#include "model/names.h"
#include "model/rewrite_expressions.h"
#include "sql/replace.h"

#include <string.h>

struct renaming {
    struct schema *schema;
    const struct object *object; /* as it is called now */
    struct name old;
};

static const struct node *string_node(struct arena *arena, const char *text) {
    struct String *string = arena_new(arena, struct String);

    *string = (struct String){{NODE_String}, text};
    return &string->tree_node;
}

/* schema.name, with the schema only when it is needed: it was given, or is another one now. */
static struct node_list name_list(const struct renaming *renaming, bool qualified) {
    struct arena *arena = renaming->schema->arena;
    const struct node **items = arena_array(arena, const struct node *, 2);
    size_t n = 0;

    if (qualified && renaming->object->schema)
        items[n++] = string_node(arena, renaming->object->schema);
    items[n++] = string_node(arena, renaming->object->name);
    return (struct node_list){n, items};
}

/* Whether these words named it. */
static bool is_old_name(const struct renaming *renaming, struct node_list names) {
    const char *name = node_list_last_string(names);
    const char *schema = names.n > 1 ? node_string(names.v[names.n - 2]) : NULL;

    return name && strcmp(name, renaming->old.name) == 0 &&
           (!schema || (renaming->old.schema && strcmp(schema, renaming->old.schema) == 0));
}

static bool moved(const struct renaming *renaming) {
    return renaming->old.schema && renaming->object->schema &&
           strcmp(renaming->old.schema, renaming->object->schema) != 0;
}

static const struct node *replace_call(const struct renaming *renaming,
                                       const struct FuncCall *call) {
    struct FuncCall *copy;

    if (!object_is_function(renaming->object) || !is_old_name(renaming, call->funcname))
        return NULL;
    copy = arena_new(renaming->schema->arena, struct FuncCall);
    *copy = *call;
    copy->funcname = name_list(renaming, call->funcname.n > 1 || moved(renaming));
    return &copy->tree_node;
}

static const struct node *replace_type(const struct renaming *renaming,
                                       const struct TypeName *type) {
    bool is_type = object_is_type(renaming->object) || object_is_relation(renaming->object);
    struct TypeName *copy;

    if (!is_type || !is_old_name(renaming, type->names))
        return NULL;
    copy = arena_new(renaming->schema->arena, struct TypeName);
    *copy = *type;
    copy->names = name_list(renaming, type->names.n > 1 || moved(renaming));
    return &copy->tree_node;
}

/* 'old_seq' as nextval has it. */
static const struct node *replace_text(const struct renaming *renaming,
                                       const struct A_Const *constant) {
    struct arena *arena = renaming->schema->arena;
    const char *text = constant->sval ? constant->sval->sval : NULL;
    const char *plain, *full;
    struct A_Const *copy;
    struct String *string;

    if (!text || renaming->object->kind != OBJ_SEQUENCE)
        return NULL;
    plain = name_quote(arena, renaming->old.name);
    full = schema_display(arena, renaming->old);
    if (strcmp(text, plain) != 0 && strcmp(text, full) != 0)
        return NULL;
    string = arena_new(arena, struct String);
    *string = (struct String){
        {NODE_String},
        schema_display(arena, (struct name){renaming->object->schema, renaming->object->name})};
    copy = arena_new(arena, struct A_Const);
    *copy = *constant;
    copy->sval = string;
    return &copy->tree_node;
}

/* table.column in the table's own expressions. */
static const struct node *replace_qualifier(const struct renaming *renaming,
                                            const struct ColumnRef *ref) {
    struct arena *arena = renaming->schema->arena;
    const struct node **fields;
    struct ColumnRef *copy;
    const char *first = ref->fields.n == 2 ? node_string(ref->fields.v[0]) : NULL;

    if (!first || !object_is_relation(renaming->object) || strcmp(first, renaming->old.name) != 0)
        return NULL;
    fields = arena_array(arena, const struct node *, 2);
    fields[0] = string_node(arena, renaming->object->name);
    fields[1] = ref->fields.v[1];
    copy = arena_new(arena, struct ColumnRef);
    *copy = *ref;
    copy->fields = (struct node_list){2, fields};
    return &copy->tree_node;
}

static const struct node *replace(const struct node *node, void *context) {
    const struct renaming *renaming = context;

    switch (node->kind) {
    case NODE_FuncCall:
        return replace_call(renaming, node_as(FuncCall, node));
    case NODE_TypeName:
        return replace_type(renaming, node_as(TypeName, node));
    case NODE_A_Const:
        return replace_text(renaming, node_as(A_Const, node));
    case NODE_ColumnRef:
        return replace_qualifier(renaming, node_as(ColumnRef, node));
    default:
        return NULL;
    }
}

static void in_domain(struct renaming *renaming, object_id id) {
    struct arena *arena = renaming->schema->arena;
    struct type *type = schema_edit_type(renaming->schema, id);
    struct domain_constraint *list =
        arena_array(arena, struct domain_constraint, type->constraint_count);

    for (size_t i = 0; i < type->constraint_count; i++) {
        list[i] = type->constraints[i];
        if (list[i].expr)
            list[i].expr = node_replace(arena, list[i].expr, replace, renaming);
    }
    type->constraints = list;
    if (type->default_expr)
        type->default_expr = node_replace(arena, type->default_expr, replace, renaming);
}

static void in_function(struct renaming *renaming, object_id id) {
    struct function *function = schema_edit_function(renaming->schema, id);

    if (function->definition)
        function->definition =
            node_replace(renaming->schema->arena, function->definition, replace, renaming);
}

void rewrite_object_name(struct schema *schema, object_id id, struct name old) {
    struct renaming renaming = {schema, schema_object(schema, id), old};
    const struct id_list *users = schema_users(schema, id);

    if (object_is_relation(renaming.object) && renaming.object->kind != OBJ_INDEX)
        rewrite_expressions(schema, schema_edit_relation(schema, id), replace, &renaming);
    for (size_t i = 0; users && i < users->n; i++) {
        const struct object *user = schema_object(schema, users->v[i]);
        const struct relation *table = schema_relation_by_id(schema, users->v[i]);
        if (table && table->table) /* an index's expressions are its table's */
            table = schema_relation_by_id(schema, table->table);
        if (table)
            rewrite_expressions(schema, schema_edit_relation(schema, table->object.id), replace,
                                &renaming);
        else if (object_is_type(user))
            in_domain(&renaming, user->id);
        else if (object_is_function(user))
            in_function(&renaming, user->id);
    }
}
