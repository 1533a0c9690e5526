#include "model/label_use.h"

#include "model/literal_type.h"

#include <string.h>

struct label_search {
    const struct schema *schema;
    struct name name;
    const struct type *type; /* NULL: not known */
    const char *label;
    enum known found;
};

static bool is_label(const char *text, void *context) {
    const struct label_search *search = context;

    return strcmp(text, search->label) == 0;
}

/* An enum that no file makes is known by its name only. */
static bool is_called(const struct label_search *search, const struct type_use *use) {
    return strcmp(use->name, search->name.name) == 0 &&
           (!use->schema || !search->name.schema || strcmp(use->schema, search->name.schema) == 0);
}

static void note_typed(const char *text, const struct type_use *type, void *context) {
    struct label_search *search = context;
    struct type_use base = type_use_base(search->schema, type);

    (void)text;
    if (!base.name || base.array_dimensions > 0)
        return;
    if (base.user_type && search->type ? base.user_type == search->type->object.id
                                       : is_called(search, &base))
        search->found = KNOWN_YES;
}

static void note_untyped(const char *text, void *context) {
    struct label_search *search = context;

    (void)text;
    if (search->found == KNOWN_NO)
        search->found = UNKNOWN;
}

enum known label_is_used(const struct schema *schema, const struct node *stmt, struct name name,
                         const char *label) {
    struct label_search search = {
        .schema = schema,
        .name = name,
        .type = schema_type(schema, name),
        .label = label,
        .found = KNOWN_NO,
    };
    struct literal_visitor visitor = {
        .context = &search,
        .is_sought = is_label,
        .typed = note_typed,
        .untyped = note_untyped,
    };

    literal_types(schema, stmt, &visitor);
    return search.found;
}

static size_t find_label(const struct name_list *labels, const char *label) {
    size_t i = 0;

    while (i < labels->n && strcmp(labels->v[i], label) != 0)
        i++;
    return i;
}

static bool made_with(const struct type *type, const char *label) {
    const struct CreateEnumStmt *create = node_if(CreateEnumStmt, type->definition);

    for (size_t i = 0; create && i < create->vals.n; i++)
        if (node_string(create->vals.v[i]) && strcmp(node_string(create->vals.v[i]), label) == 0)
            return true;
    return false;
}

/* As many as before: those that are not the same were renamed, which makes no label unsafe. */
static bool is_added(const struct name_list *before, const struct name_list *now,
                     const char *label) {
    return now->n > before->n && find_label(before, label) == before->n;
}

bool label_is_unsafe(const struct schema *schema, const struct schema *begun,
                     const struct type *type, const char *label) {
    size_t at = find_label(&type->labels, label);
    const struct object *before = schema_object(begun, type->object.id);

    /* A label that was only renamed keeps the unit that added it. */
    if (at == type->labels.n || type->label_units[at] != schema->unit)
        return false;
    if (!before && type->object.assumed) /* seen here for the first time, and older */
        return true;
    if (!before || before->kind != OBJ_ENUM)
        return schema->target < 17 && !made_with(type, label);
    return is_added(&((const struct type *)(const void *)before)->labels, &type->labels, label);
}
