/* The constraints that are indexes: UNIQUE, PRIMARY KEY, EXCLUDE. */
#include "model/apply_index.h"

#include <string.h>

static struct name_list constraint_columns(struct apply *apply, const struct Constraint *def) {
    const char **column;

    if (!apply->op->column)
        return name_list_of(apply, def->keys);
    column = arena_array(apply->arena, const char *, 1);
    column[0] = apply->op->column;
    return (struct name_list){1, column};
}

/* The elements of EXCLUDE are lists of an IndexElem and an operator's name. */
static void add_exclusions(struct apply *apply, struct relation *table,
                           const struct Constraint *def, struct index_column *columns, size_t *n) {
    for (size_t i = 0; i < def->exclusions.n; i++) {
        const struct List *pair = node_if(List, def->exclusions.v[i]);
        const struct IndexElem *element =
            pair && pair->items.n > 0 ? node_if(IndexElem, pair->items.v[0]) : NULL;
        if (!element)
            continue;
        if (element->name && !has_column(apply, table, element->name))
            return;
        columns[(*n)++] = index_column_of(element);
    }
}

static enum constraint_kind kind_of_op(const struct op *op) {
    return op->kind == OP_ADD_PRIMARY_KEY ? CONSTRAINT_PRIMARY_KEY
           : op->kind == OP_ADD_UNIQUE    ? CONSTRAINT_UNIQUE
                                          : CONSTRAINT_EXCLUSION;
}

static struct name_list key_names(struct apply *apply, const struct index_definition *definition) {
    const char **names = arena_array(apply->arena, const char *, definition->key_count);
    size_t n = 0;

    for (size_t i = 0; i < definition->key_count; i++)
        if (definition->columns[i].column)
            names[n++] = definition->columns[i].column;
    return (struct name_list){n, names};
}

static bool define_key(struct apply *apply, struct relation *table, const struct Constraint *def,
                       struct index_definition *definition) {
    struct name_list keys = constraint_columns(apply, def);
    struct name_list including = name_list_of(apply, def->including);
    struct index_column *columns =
        arena_array(apply->arena, struct index_column, keys.n + def->exclusions.n + including.n);
    size_t n = 0;

    for (size_t i = 0; i < keys.n; i++) {
        if (!has_column(apply, table, keys.v[i]))
            return false;
        columns[n++] = (struct index_column){.column = keys.v[i], .made_as = keys.v[i]};
    }
    add_exclusions(apply, table, def, columns, &n);
    definition->key_count = n;
    for (size_t i = 0; i < including.n; i++) {
        if (!has_column(apply, table, including.v[i]))
            return false;
        columns[n++] = (struct index_column){.column = including.v[i], .made_as = including.v[i]};
    }
    definition->columns = columns;
    definition->count = n;
    return !refused(apply);
}

/* transformIndexConstraints: an equal UNIQUE in one CREATE TABLE is made once, the primary key first. */
static bool is_told_twice(struct apply *apply, const struct relation *table,
                          const struct index_definition *definition) {
    for (size_t i = 0; apply->op->in_create && !definition->name && i < table->indexes.n; i++) {
        const struct relation *index = schema_relation_by_id(apply->schema, table->indexes.v[i]);
        struct relation wanted = {
            .unique = definition->unique,
            .index_columns = definition->columns,
            .index_column_count = definition->count,
            .index_key_count = definition->key_count,
            .nulls_not_distinct = definition->nulls_not_distinct,
            .access_method = definition->access_method,
        };
        if (index && index->is_constraint && index->object.maker.statement == apply->statement &&
            same_index(&wanted, index))
            return true;
    }
    return false;
}

static bool check_primary(struct apply *apply, const struct relation *table) {
    return !(relation_primary_key(table) &&
             refuse(apply, object_is_certain(&table->object), "42P16",
                    "multiple primary keys for table \"%s\" are not allowed", table->object.name));
}

static void keys_not_null(struct apply *apply, struct relation *table,
                          const struct constraint *key) {
    for (size_t i = 0; key->kind == CONSTRAINT_PRIMARY_KEY && i < key->columns.n; i++)
        set_not_null(apply, table, key->columns.v[i], NULL, true, true);
}

/* USING INDEX: the constraint takes over the index, and the index the constraint's name. */
static void use_index(struct apply *apply, struct relation *table, struct constraint *key) {
    const struct op *op = apply->op;
    struct name name = {table->object.schema, op->new_name};
    const struct relation *found = need_relation(apply, name, OBJ_INDEX, false);
    struct relation *index = found ? schema_edit_relation(apply->schema, found->object.id) : NULL;
    struct name_list columns = {0};

    if (!index)
        return;
    if (index->is_constraint || (!index->unique && !index->object.assumed)) {
        refuse(apply, true, index->is_constraint ? "55000" : "42809",
               index->is_constraint ? "index \"%s\" is already associated with a constraint"
                                    : "\"%s\" is not a unique index",
               index->object.name);
        return;
    }
    if (key->name && strcmp(key->name, index->object.name) != 0)
        schema_rename(apply->schema, index->object.id, index->object.schema, key->name);
    index->table = table->object.id;
    index->unique = index->is_constraint = true;
    index->primary = key->kind == CONSTRAINT_PRIMARY_KEY;
    key->name = index->object.name;
    key->index = index->object.id;
    if (index_key_names(apply, index, &columns))
        key->columns = columns;
    id_list_add(apply->arena, &table->indexes, index->object.id);
    keys_not_null(apply, table, relation_add_constraint(apply->schema, table, key));
}

void add_index_constraint(struct apply *apply, struct relation *table) {
    const struct op *op = apply->op;
    const struct Constraint *def = node_as(Constraint, op->node);
    struct constraint key = new_constraint(apply, kind_of_op(op)), *made;
    const struct relation *index;
    struct index_definition definition = {
        .name = op->object,
        .constraint = key.kind,
        .predicate = def->where_clause,
        .definition = &def->tree_node,
        .source = apply->statement,
        .unique = key.kind != CONSTRAINT_EXCLUSION,
        .nulls_not_distinct = def->nulls_not_distinct,
        .valid = KNOWN_YES,
        .access_method = def->access_method,
        .tablespace = def->indexspace,
        .options = def->options,
    };

    if ((key.kind == CONSTRAINT_PRIMARY_KEY && !check_primary(apply, table)) ||
        (key.name && constraint_name_taken(apply, table, key.name)))
        return;
    if (op->using_index) {
        use_index(apply, table, &key);
        return;
    }
    if (!define_key(apply, table, def, &definition) || is_told_twice(apply, table, &definition) ||
        (key.name && index_name_taken(apply, table->object.schema, key.name, false)))
        return;
    key.columns = key_names(apply, &definition);
    key.validated = true;
    index = make_index(apply, table, &definition);
    if (!index)
        return;
    key.index = index->object.id;
    key.name = schema_object(apply->schema, key.index)->name;
    made = relation_add_constraint(apply->schema, table, &key);
    keys_not_null(apply, table, made);
    if (is_partitioned(table) && !op->only)
        clone_to_partitions(apply, table->object.id, key.index);
}

bool index_key_names(struct apply *apply, const struct relation *index, struct name_list *out) {
    const char **names = arena_array(apply->arena, const char *, index->index_key_count);

    for (size_t i = 0; i < index->index_key_count; i++) {
        if (!index->index_columns[i].column)
            return false;
        names[i] = index->index_columns[i].column;
    }
    *out = (struct name_list){index->index_key_count, names};
    return index->index_key_count > 0;
}
