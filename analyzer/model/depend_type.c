/* What a change of a column's type, or of a row type, cannot get past. */
#include "model/depend.h"

#include "model/schema_edit.h"
#include "model/uses.h"

static const char *row_type_user(const struct schema *schema, object_id type, unsigned depth);

static const char *column_of_type(const struct schema *schema, const struct relation *user,
                                  object_id type, unsigned depth) {
    bool stored = user->object.kind == OBJ_TABLE || user->object.kind == OBJ_MATVIEW ||
                  user->object.kind == OBJ_PARTITIONED_TABLE;

    for (size_t i = 0; i < user->column_count; i++) {
        if (user->columns[i].type.user_type != type)
            continue;
        if (stored)
            return arena_printf(schema->arena, "%s.%s", user->object.name, user->columns[i].name);
        return row_type_user(schema, user->object.id, depth + 1);
    }
    return NULL;
}

static const char *row_type_user(const struct schema *schema, object_id type, unsigned depth) {
    const struct id_list *users = schema_users(schema, type);

    for (size_t i = 0; depth < 32 && users && i < users->n; i++) {
        const struct object *user = schema_object(schema, users->v[i]);
        const char *found = NULL;
        if (object_is_relation(user))
            found =
                column_of_type(schema, (const struct relation *)(const void *)user, type, depth);
        else if (object_is_type(user))
            found = row_type_user(schema, user->id, depth + 1);
        if (found)
            return found;
    }
    return NULL;
}

const char *depend_row_type_user(const struct schema *schema, object_id relation) {
    return row_type_user(schema, relation, 0);
}

/* --- type changes --- */

static const char *blocked_by(const struct schema *schema, const struct relation *relation,
                              const struct column *column, struct part part) {
    const struct object *object = schema_object(schema, part.object);

    switch (part.kind) {
    case PART_WHOLE:
        if (object && (object->kind == OBJ_VIEW || object->kind == OBJ_MATVIEW))
            return "cannot alter type of a column used by a view or rule";
        if (object_is_function(object))
            return "cannot alter type of a column used by a function or procedure";
        return NULL;
    case PART_RULE:
        return "cannot alter type of a column used by a view or rule";
    case PART_TRIGGER:
        return "cannot alter type of a column used in a trigger definition";
    case PART_POLICY:
        return "cannot alter type of a column used in a policy definition";
    case PART_COLUMN:
        if (part.object == relation->object.id && part.number != column->number)
            return "cannot alter type of a column used by a generated column";
        return NULL;
    default:
        return NULL;
    }
}

static bool published_by(const struct schema *schema, const struct relation *relation,
                         const struct column *column) {
    const struct id_list *users = schema_users(schema, relation->object.id);

    for (size_t i = 0; users && i < users->n; i++) {
        const struct object *object = schema_object(schema, users->v[i]);
        if (object && object->kind == OBJ_PUBLICATION &&
            references_has(((const struct other *)(const void *)object)->uses, relation->object.id,
                           column->number))
            return true;
    }
    return false;
}

const char *depend_blocks_type_change(const struct schema *schema, const struct relation *relation,
                                      const struct column *column) {
    struct part part = {relation->object.id, PART_COLUMN, column->number};
    struct dependencies dependents = depend_on(schema, part);
    const char *first = NULL; /* the oldest, which the server comes to first */
    unsigned first_age = (unsigned)-1;

    for (size_t i = 0; i < dependents.list.n; i++) {
        struct part dependent = dependents.list.v[i].dependent;
        const char *why = blocked_by(schema, relation, column, dependent);
        unsigned age = dependent.kind == PART_WHOLE ? dependent.object : dependent.number;
        if (why && age < first_age) {
            first_age = age;
            first = why;
        }
    }
    if (first)
        return first;
    if (schema->target >= 15 && published_by(schema, relation, column))
        return "cannot alter type of a column used by a publication WHERE clause";
    return NULL;
}
