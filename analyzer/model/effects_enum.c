/*
 * New labels of an enum cannot be used before the transaction that adds them has ended
 * (check_safe_enum_use, enum.c).
 */
#include "model/effects_check.h"
#include "model/label_use.h"
#include "model/literal_type.h"

static void check_label(const char *text, const struct type_use *use, void *context) {
    struct effects_work *work = context;
    struct type_use base = type_use_base(work->schema, use);
    const struct object *object =
        base.user_type != 0 ? schema_object(work->schema, base.user_type) : NULL;

    if (object == NULL || object->kind != OBJ_ENUM || base.array_dimensions > 0)
        return;
    if (label_is_unsafe(work->schema, work->schema->begun,
                        (const struct type *)(const void *)object, text))
        effects_refuse(work, true, "55P04", "unsafe use of new value \"%s\" of enum type %s", text,
                       object->name);
}

/* Whether the open transaction made or changed any type: else nothing needs to be looked for. */
static bool types_changed(const struct schema *schema) {
    return schema->begun != NULL && (schema->types.root != schema->begun->types.root ||
                                     schema->type_edits != schema->begun->type_edits);
}

void effects_check_enums(struct effects_work *work) {
    struct literal_visitor visitor = {.context = work, .typed = check_label};

    if (work->ops.n > 0 && work->ops.v[0].stmt != NULL && types_changed(work->schema))
        literal_types(work->schema, work->ops.v[0].stmt, &visitor);
}
