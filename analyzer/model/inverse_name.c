/* Names and schemas: what was renamed or moved gets its old name and place back. */
#include "model/inverse_work.h"

#include <string.h>

static bool differs(const char *a, const char *b) {
    return !inverse_same_text(a, b);
}

/* --- schemas --- */

static void rename_schemas(struct inverse_work *work) {
    for (size_t i = 0; i < work->changed_count; i++) {
        const struct changed *changed = &work->changed[i];
        if (changed->now->kind != OBJ_SCHEMA ||
            strcmp(changed->now->name, changed->then->name) == 0)
            continue;
        print(&work->now, "ALTER SCHEMA ");
        print_name(&work->now, changed->now->name);
        print(&work->now, " RENAME TO ");
        print_name(&work->now, changed->then->name);
        print(&work->now, ";\n");
    }
}

/* The schema that an object of now lives in, as it is called once schemas have their old names. */
static const char *schema_by_then(const struct inverse_work *work, const struct object *object) {
    for (size_t i = 0; object->schema && i < work->changed_count; i++)
        if (work->changed[i].now->kind == OBJ_SCHEMA &&
            strcmp(work->changed[i].now->name, object->schema) == 0)
            return work->changed[i].then->name;
    return object->schema;
}

/* --- objects --- */

/* The index of a constraint is named by it. */
static bool is_named_elsewhere(const struct object *object) {
    return object_is_index(object) && INVERSE_AS(relation, object)->is_constraint;
}

/* Indexes and owned sequences move with their table. */
static bool moves_along(const struct inverse_work *work, const struct object *object) {
    if (object_is_index(object))
        return true;
    return object->kind == OBJ_SEQUENCE &&
           inverse_changed(work, INVERSE_AS(relation, object)->owned_by);
}

static void alter_object(struct inverse_work *work, const struct object *now, const char *schema,
                         const char *name) {
    const char *kind = object_sql_kind(now);

    if (!kind) {
        inverse_obstacle(work, "how %s was called before is known, but not its kind", now->name);
        kind = "TYPE";
    }
    print(&work->now, "ALTER %s %s", kind,
          schema_display(work->arena, (struct name){schema, name}));
    if (object_is_function(now))
        print_arguments(&work->now, now);
}

static void rename_object(struct inverse_work *work, const struct changed *changed) {
    const struct object *now = changed->now, *then = changed->then;
    const char *schema = schema_by_then(work, now);

    if (now->kind == OBJ_SCHEMA)
        return;
    if (differs(now->name, then->name) && !is_named_elsewhere(now)) {
        alter_object(work, now, schema, now->name);
        print(&work->now, " RENAME TO ");
        print_name(&work->now, then->name);
        print(&work->now, ";\n");
    }
    if (differs(schema, then->schema) && !moves_along(work, now)) {
        alter_object(work, now, schema, then->name);
        print(&work->now, " SET SCHEMA ");
        print_name(&work->now, then->schema);
        print(&work->now, ";\n");
    }
}

/* --- parts of relations, which have their own names back already --- */

static void rename_part(struct inverse_work *work, const struct relation *then, const char *what,
                        const char *old, const char *name) {
    bool view = then->object.kind == OBJ_VIEW || then->object.kind == OBJ_MATVIEW;

    print(&work->then, "ALTER %s ", view ? "TABLE" : object_sql_kind(&then->object));
    print_object_name(&work->then, &then->object);
    print(&work->then, " RENAME %s ", what);
    print_name(&work->then, old);
    print(&work->then, " TO ");
    print_name(&work->then, name);
    print(&work->then, "%s;\n", strcmp(what, "ATTRIBUTE") == 0 ? " CASCADE" : "");
}

static void rename_attached(struct inverse_work *work, const struct relation *then,
                            const char *what, const char *old, const char *name) {
    print(&work->then, "ALTER %s ", what);
    print_name(&work->then, old);
    print(&work->then, " ON ");
    print_object_name(&work->then, &then->object);
    print(&work->then, " RENAME TO ");
    print_name(&work->then, name);
    print(&work->then, ";\n");
}

static void rename_columns(struct inverse_work *work, const struct relation *now,
                           const struct relation *then) {
    bool attribute = then->object.kind == OBJ_COMPOSITE_TYPE;

    for (size_t i = 0; i < now->column_count && !then->of_type; i++) {
        const struct column *column = &now->columns[i];
        const struct column *old = relation_column_by_number(then, column->number);
        if (old && !column->inherited && strcmp(old->name, column->name) != 0)
            rename_part(work, then, attribute ? "ATTRIBUTE" : "COLUMN", column->name, old->name);
    }
}

static void rename_constraints(struct inverse_work *work, const struct relation *now,
                               const struct relation *then) {
    for (size_t i = 0; i < now->constraint_count; i++) {
        const struct constraint *constraint = now->constraints[i];
        const struct constraint *old = relation_constraint_by_id(then, constraint->id);
        if (old && !constraint->inherited && strcmp(old->name, constraint->name) != 0)
            rename_part(work, then, "CONSTRAINT", constraint->name, old->name);
    }
}

#define RENAME_ALL(relation_now, relation_then, plural, singular, what)                            \
    for (size_t i = 0; i < (relation_now)->singular##_count; i++)                                  \
        for (size_t j = 0; j < (relation_then)->singular##_count; j++)                             \
            if ((relation_now)->plural[i]->id == (relation_then)->plural[j]->id &&                 \
                (relation_now)->plural[i]->source == (relation_then)->plural[j]->source &&         \
                strcmp((relation_now)->plural[i]->name, (relation_then)->plural[j]->name) != 0)    \
    rename_attached(work, relation_then, what, (relation_now)->plural[i]->name,                    \
                    (relation_then)->plural[j]->name)

static void rename_parts(struct inverse_work *work, const struct relation *now,
                         const struct relation *then) {
    rename_columns(work, now, then);
    rename_constraints(work, now, then);
    RENAME_ALL(now, then, triggers, trigger, "TRIGGER");
    RENAME_ALL(now, then, policies, policy, "POLICY");
    RENAME_ALL(now, then, rules, rule, "RULE");
}

void inverse_rename(struct inverse_work *work) {
    rename_schemas(work);
    for (size_t i = 0; i < work->changed_count; i++)
        rename_object(work, &work->changed[i]);
    for (size_t i = 0; i < work->changed_count; i++)
        if (object_is_relation(work->changed[i].now))
            rename_parts(work, INVERSE_AS(relation, work->changed[i].now),
                         INVERSE_AS(relation, work->changed[i].then));
}
