/* Which indexes a changed column type leaves as they are (CheckIndexCompatible, indexcmds.c). */
#include "model/coerce.h"

#include "base/arena.h"

#include <string.h>

struct name_search {
    const char *column;
    bool found;
};

/* table.column and column alike; a whole-row reference (table.*) uses every column. */
static bool visit_name(const struct node *node, void *context) {
    struct name_search *search = context;
    const struct ColumnRef *ref = node_if(ColumnRef, node);

    for (size_t i = 0; ref != NULL && i < ref->fields.n; i++) {
        const char *field = node_string(ref->fields.v[i]);

        if (field == NULL || strcmp(field, search->column) == 0)
            search->found = true;
    }
    return !search->found;
}

bool expr_names_column(struct arena *arena, const struct node *expr, const char *column) {
    struct name_search search = {column, false};

    if (expr != NULL)
        node_walk(arena, expr, visit_name, &search);
    return search.found;
}

bool index_uses_column(struct arena *arena, const struct relation *index, const char *column) {
    for (size_t i = 0; i < index->index_column_count; i++) {
        const struct index_column *key = &index->index_columns[i];

        if (key->column != NULL && strcmp(key->column, column) == 0)
            return true;
        if (key->column == NULL && expr_names_column(arena, key->expr, column))
            return true;
    }
    return expr_names_column(arena, index->predicate, column);
}

static bool has_expressions(const struct relation *index) {
    for (size_t i = 0; i < index->index_column_count; i++)
        if (index->index_columns[i].column == NULL)
            return true;
    return false;
}

/* The class that the index has, or CREATE INDEX would take, for a column of this type. */
static const struct catalog_opclass *class_of(const struct schema *schema,
                                              const struct relation *index,
                                              const struct index_column *key,
                                              const struct type_use *type) {
    const char *am = index->access_method != NULL ? index->access_method : "btree";
    unsigned id = type_use_catalog_id(schema, type);
    const struct catalog_opclass *preset = catalog_default_opclass(am, id, schema->target);

    if (key->opclass == NULL)
        return preset;
    const struct catalog_opclass *named = catalog_opclass(am, key->opclass, schema->target);
    return named;
}

static bool same_class(const struct catalog_opclass *a, const struct catalog_opclass *b) {
    return a == b || (strcmp(a->am, b->am) == 0 && strcmp(a->name, b->name) == 0);
}

/*
 * pg_get_indexdef leaves out a class that is the old type's default, so that the new type's default
 * takes its place, even where it was written.
 */
static enum known class_survives(const struct schema *schema, const struct relation *index,
                                 const struct index_column *key, const struct type_change *change) {
    struct index_column unnamed = *key;
    const struct catalog_opclass *old, *preset, *new;

    unnamed.opclass = NULL;
    old = class_of(schema, index, key, &change->old_type);
    preset = class_of(schema, index, &unnamed, &change->old_type);
    if (old == NULL)
        return UNKNOWN;
    new = preset != NULL &&same_class(old, preset)
              ? class_of(schema, index, &unnamed, &change->new_type)
              : old;
    if (new == NULL)
        return UNKNOWN;
    return same_class(old, new) ? KNOWN_YES : KNOWN_NO;
}

/* Classes for arrays, enums, ranges: what is stored names its type, so that may not change. */
static bool is_polymorphic(const struct schema *schema, const struct type_use *type) {
    struct type_use base = type_use_base(schema, type);

    return base.array_dimensions > 0 || base.user_type != 0;
}

/* GIN holds an array's elements: their type is never the column's, and that is all that is compared. */
static bool stores_parts(const struct relation *index) {
    return index->access_method != NULL && strcmp(index->access_method, "gin") == 0;
}

static const char *effective_collation(const struct schema *schema, const struct type_use *type,
                                       const char *collation) {
    const char *name = type_use_catalog_name(schema, type);
    const struct catalog_type *entry = name != NULL ? catalog_type(name, schema->target) : NULL;

    if (entry != NULL && !(entry->flags & CATALOG_COLLATABLE))
        return "";
    if (collation != NULL)
        return collation;
    return name != NULL && strcmp(name, "name") == 0 ? "C" : "default";
}

static bool collation_survives(const struct schema *schema, const struct index_column *key,
                               const struct type_change *change) {
    const char *old = effective_collation(schema, &change->old_type, change->old_collation);
    const char *new = effective_collation(schema, &change->new_type, change->new_collation);

    if (key->collation != NULL && strcmp(key->collation, old) != 0)
        return true; /* the index has a collation of its own, and keeps it */
    return strcmp(old, new) == 0;
}

static enum known key_survives(const struct schema *schema, const struct relation *index,
                               const struct index_column *key, const struct type_change *change) {
    if (!collation_survives(schema, key, change))
        return KNOWN_NO;
    if (is_polymorphic(schema, &change->old_type) &&
        (type_use_same(&change->old_type, &change->new_type) != KNOWN_YES || stores_parts(index)))
        return KNOWN_NO;
    if (type_use_same(&change->old_type, &change->new_type) == KNOWN_YES)
        return KNOWN_YES;
    return class_survives(schema, index, key, change);
}

enum known index_survives(const struct schema *schema, const struct relation *index,
                          const struct type_change *change) {
    enum known all = KNOWN_YES;

    if (has_expressions(index) || index->predicate != NULL || index->valid == KNOWN_NO)
        return KNOWN_NO;
    if (change->column == NULL)
        return UNKNOWN;
    for (size_t i = 0; i < index->index_key_count; i++) {
        const struct index_column *key = &index->index_columns[i];

        if (strcmp(key->column, change->column->name) != 0)
            continue;
        enum known one = key_survives(schema, index, key, change);
        if (one == KNOWN_NO)
            return KNOWN_NO;
        if (one == UNKNOWN)
            all = UNKNOWN;
    }
    return all;
}
