#include "model/rewrite.h"

#include "model/rewrite_expressions.h"
#include "sql/replace.h"

#include <string.h>

struct renaming {
    struct schema *schema;
    const char *relation, *old, *name;
};

static const struct node *string_node(struct arena *arena, const char *text) {
    struct String *string = arena_new(arena, struct String);

    *string = (struct String){{NODE_String}, text};
    return &string->tree_node;
}

/* column, or table.column: only these two mean the renamed one. */
static bool means_column(const struct renaming *renaming, const struct ColumnRef *ref) {
    const char *last = node_list_last_string(ref->fields);
    const char *first = ref->fields.n == 2 ? node_string(ref->fields.v[0]) : NULL;

    if (!last || strcmp(last, renaming->old) != 0)
        return false;
    return ref->fields.n == 1 ||
           (first && (strcmp(first, renaming->relation) == 0 || strcmp(first, "old") == 0 ||
                      strcmp(first, "new") == 0));
}

static const struct node *replace(const struct node *node, void *context) {
    const struct renaming *renaming = context;
    const struct ColumnRef *ref = node_if(ColumnRef, node);
    struct arena *arena = renaming->schema->arena;
    struct ColumnRef *copy;
    const struct node **fields;

    /* What a subquery names may be another table's. */
    if (node->kind == NODE_SubLink)
        return node;
    if (!ref || !means_column(renaming, ref))
        return NULL;
    fields = arena_array(arena, const struct node *, ref->fields.n);
    memcpy(fields, ref->fields.v, ref->fields.n * sizeof(*fields));
    fields[ref->fields.n - 1] = string_node(arena, renaming->name);
    copy = arena_new(arena, struct ColumnRef);
    *copy = *ref;
    copy->fields.v = fields;
    return &copy->tree_node;
}

static struct name_list rename_list(const struct renaming *renaming, struct name_list list) {
    const char **names = NULL;

    for (size_t i = 0; i < list.n; i++) {
        if (strcmp(list.v[i], renaming->old) != 0)
            continue;
        if (!names) {
            names = arena_array(renaming->schema->arena, const char *, list.n);
            memcpy(names, list.v, list.n * sizeof(*names));
        }
        names[i] = renaming->name;
    }
    return names ? (struct name_list){list.n, names} : list;
}

static void rename_in_constraints(struct renaming *renaming, struct relation *relation) {
    for (size_t i = 0; i < relation->constraint_count; i++) {
        const struct constraint *old = relation->constraints[i];
        struct name_list columns = rename_list(renaming, old->columns);
        if (columns.v != old->columns.v)
            relation_edit_constraint(renaming->schema, relation, old->id)->columns = columns;
    }
}

static void rename_in_index(struct renaming *renaming, object_id id) {
    struct relation *index = schema_edit_relation(renaming->schema, id);
    struct index_column *columns;

    if (!index)
        return;
    columns = arena_array(renaming->schema->arena, struct index_column, index->index_column_count);
    for (size_t i = 0; i < index->index_column_count; i++) {
        columns[i] = index->index_columns[i];
        if (columns[i].column && strcmp(columns[i].column, renaming->old) == 0)
            columns[i].column = renaming->name;
    }
    index->index_columns = columns;
}

/* The key of a partitioned table names columns, too. */
static const struct node *replace_in_key(const struct node *node, void *context) {
    const struct renaming *renaming = context;
    const struct PartitionElem *element = node_if(PartitionElem, node);
    struct PartitionElem *copy;

    if (!element || !element->name || strcmp(element->name, renaming->old) != 0)
        return replace(node, context);
    copy = arena_new(renaming->schema->arena, struct PartitionElem);
    *copy = *element;
    copy->name = renaming->name;
    return &copy->tree_node;
}

/* Foreign keys of other tables (and this one) that reference the column. */
static void rename_in_referencing(struct renaming *renaming, const struct relation *relation) {
    for (size_t i = 0; i < relation->referenced_by.n; i++) {
        struct relation *other =
            schema_edit_relation(renaming->schema, relation->referenced_by.v[i]);
        for (size_t j = 0; other && j < other->constraint_count; j++) {
            const struct constraint *key = other->constraints[j];
            if (key->references == relation->object.id)
                relation_edit_constraint(renaming->schema, other, key->id)->reference_columns =
                    rename_list(renaming, key->reference_columns);
        }
    }
}

/* CREATE STATISTICS holds plain names and expressions. */
static const struct node *replace_in_statistics(const struct node *node, void *context) {
    const struct renaming *renaming = context;
    const struct StatsElem *element = node_if(StatsElem, node);
    struct StatsElem *copy;

    if (!element || !element->name || strcmp(element->name, renaming->old) != 0)
        return replace(node, context);
    copy = arena_new(renaming->schema->arena, struct StatsElem);
    *copy = *element;
    copy->name = renaming->name;
    return &copy->tree_node;
}

static void rename_in_statistics(struct renaming *renaming, object_id relation) {
    const struct id_list *users = schema_users(renaming->schema, relation);

    for (size_t i = 0; users && i < users->n; i++) {
        const struct object *user = schema_object(renaming->schema, users->v[i]);
        struct other *statistics;
        if (!user || user->kind != OBJ_STATISTICS)
            continue;
        statistics = schema_edit_other(renaming->schema, user->id);
        statistics->definition = node_replace(renaming->schema->arena, statistics->definition,
                                              replace_in_statistics, renaming);
    }
}

static void rename_in_sequence(struct renaming *renaming, const struct column *column) {
    struct relation *sequence = schema_edit_relation(renaming->schema, column->owned_sequence);

    if (sequence)
        sequence->owned_column = renaming->name;
}

/* UPDATE OF a, b holds plain names. */
static void rename_in_triggers(struct renaming *renaming, struct relation *relation) {
    struct arena *arena = renaming->schema->arena;
    const struct trigger **list =
        arena_array(arena, const struct trigger *, relation->trigger_count);

    for (size_t i = 0; i < relation->trigger_count; i++) {
        const struct CreateTrigStmt *def = relation->triggers[i]->def;
        struct trigger *trigger = arena_new(arena, struct trigger);
        struct CreateTrigStmt *copy = arena_new(arena, struct CreateTrigStmt);
        const struct node **columns =
            arena_array(arena, const struct node *, def ? def->columns.n : 0);
        list[i] = relation->triggers[i];
        for (size_t j = 0; def && j < def->columns.n; j++) {
            const char *name = node_string(def->columns.v[j]);
            bool same = name && strcmp(name, renaming->old) == 0;
            columns[j] = same ? string_node(arena, renaming->name) : def->columns.v[j];
        }
        if (!def || def->columns.n == 0)
            continue;
        *copy = *def;
        copy->columns.v = columns;
        *trigger = *relation->triggers[i];
        trigger->def = copy;
        list[i] = trigger;
    }
    relation->triggers = list;
}

void rewrite_column_name(struct schema *schema, object_id id, const char *old, const char *name) {
    struct relation *relation = schema_edit_relation(schema, id);
    struct column *column = relation_edit_column(schema, relation, old);
    struct renaming renaming = {schema, relation->object.name, arena_strdup(schema->arena, old),
                                name};

    if (!column)
        return;
    column->name = name;
    rename_in_sequence(&renaming, column);
    rewrite_expressions(schema, relation, replace, &renaming);
    rename_in_constraints(&renaming, relation);
    if (relation->trigger_count > 0)
        rename_in_triggers(&renaming, relation);
    for (size_t i = 0; i < relation->indexes.n; i++)
        rename_in_index(&renaming, relation->indexes.v[i]);
    rename_in_referencing(&renaming, relation);
    rename_in_statistics(&renaming, id);
    if (relation->partition_spec)
        relation->partition_spec =
            node_replace(schema->arena, relation->partition_spec, replace_in_key, &renaming);
}
