/* Indexes, and the constraints that are indexes. */
#include "model/apply_op.h"

#include "model/names.h"
#include "model/query.h"

#include <string.h>

static const char *last_name(struct node_list list) {
    return node_list_last_string(list);
}

static struct index_column index_column(const struct IndexElem *element) {
    bool desc = element->ordering == SORTBY_DESC;
    bool given = element->nulls_ordering == SORTBY_NULLS_FIRST ||
                 element->nulls_ordering == SORTBY_NULLS_LAST;

    return (struct index_column){
        .column = element->name,
        .expr = element->expr,
        .collation = last_name(element->collation),
        .opclass = last_name(element->opclass),
        .desc = desc,
        .nulls_first = given ? element->nulls_ordering == SORTBY_NULLS_FIRST : desc,
        .nulls_given = given,
    };
}

/* What the index column is called in the index (ChooseIndexColumnNames), before duplicates are numbered. */
static const char *given_column_name(const struct index_column *column) {
    const char *figured;

    if (column->column)
        return column->column;
    figured = figure_column_name(column->expr);
    return figured ? figured : "expr";
}

static bool is_among(const char *name, const char *const *names, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

static const char *const *column_names(struct apply *apply, const struct index_column *columns,
                                       size_t n) {
    const char **names = arena_array(apply->arena, const char *, n);

    for (size_t i = 0; i < n; i++) {
        const char *base = given_column_name(&columns[i]);
        names[i] = base;
        for (unsigned number = 1; is_among(names[i], names, i); number++)
            names[i] = name_clip(apply->arena, arena_printf(apply->arena, "%s%u", base, number));
    }
    return names;
}

/* ChooseIndexName. kind: 0 for an index that is no constraint. */
static const char *choose_index_name(struct apply *apply, const struct relation *table,
                                     const struct index_column *columns, size_t n,
                                     enum constraint_kind kind) {
    const char *label = kind == CONSTRAINT_EXCLUSION ? "excl"
                        : kind == CONSTRAINT_UNIQUE  ? "key"
                                                     : "idx";

    if (kind == CONSTRAINT_PRIMARY_KEY)
        return choose_relation_name(apply, table->object.name, NULL, "pkey", table->object.schema,
                                    true);
    return choose_relation_name(apply, table->object.name,
                                name_addition(apply->arena, column_names(apply, columns, n), n),
                                label, table->object.schema, kind != 0);
}

struct index_definition {
    const char *name;                /* NULL: made up */
    enum constraint_kind constraint; /* 0: none */
    const struct index_column *columns;
    size_t count, key_count;
    const struct node *predicate, *definition;
    const struct statement *source;
    bool unique, nulls_not_distinct;
    enum known valid;
    const char *access_method, *tablespace;
    struct node_list options;
    object_id parent;
};

static struct references index_uses(struct apply *apply, const struct relation *table,
                                    const struct index_definition *definition) {
    struct uses uses = {.schema = apply->schema};

    for (size_t i = 0; i < definition->count; i++) {
        const struct column *column = relation_column(table, definition->columns[i].column);
        if (column)
            uses_add(&uses, table->object.id, column->number);
        uses_add_expression(&uses, definition->columns[i].expr, table);
    }
    uses_add_expression(&uses, definition->predicate, table);
    return uses_end(&uses);
}

static bool has_key_column(const struct index_definition *definition, const char *name) {
    for (size_t i = 0; i < definition->key_count; i++)
        if (definition->columns[i].column && strcmp(definition->columns[i].column, name) == 0)
            return true;
    return false;
}

/* Uniqueness can only be proved in each partition by itself (DefineIndex). */
static bool includes_partition_key(struct apply *apply, const struct relation *table,
                                   const struct index_definition *definition) {
    const struct PartitionSpec *spec = node_if(PartitionSpec, table->partition_spec);
    bool unique = definition->unique || definition->constraint == CONSTRAINT_EXCLUSION;

    for (size_t i = 0; unique && spec && i < spec->partParams.n; i++) {
        const struct PartitionElem *element = node_if(PartitionElem, spec->partParams.v[i]);
        if (element && !element->name)
            return !refuse(
                apply, true, "0A000", "unsupported %s constraint with partition key definition",
                definition->constraint == CONSTRAINT_PRIMARY_KEY ? "PRIMARY KEY" : "UNIQUE");
        if (element && !has_key_column(definition, element->name))
            return !refuse(apply, true, "0A000",
                           "unique constraint on partitioned table must include all partitioning "
                           "columns");
    }
    return true;
}

/* NULL: refused. */
static struct relation *make_index(struct apply *apply, struct relation *table,
                                   const struct index_definition *definition) {
    struct relation *index = arena_new(apply->arena, struct relation);
    struct name name = {table->object.schema, definition->name};

    if (!includes_partition_key(apply, table, definition))
        return NULL;
    if (!name.name)
        name.name = choose_index_name(apply, table, definition->columns, definition->count,
                                      definition->constraint);
    index->object =
        new_object(apply, is_partitioned(table) ? OBJ_PARTITIONED_INDEX : OBJ_INDEX, name);
    index->rows = table->rows;
    index->columns_known = true;
    index->persistence = table->persistence;
    index->table = table->object.id;
    index->index_columns = definition->columns;
    index->index_column_count = definition->count;
    index->index_key_count = definition->key_count;
    index->predicate = definition->predicate;
    index->definition = definition->definition;
    index->source = definition->source;
    index->unique = definition->unique;
    index->primary = definition->constraint == CONSTRAINT_PRIMARY_KEY;
    index->is_constraint = definition->constraint != 0;
    index->nulls_not_distinct = definition->nulls_not_distinct;
    index->valid = definition->valid;
    index->access_method = definition->access_method;
    index->tablespace = definition->tablespace;
    index->options = definition->options;
    index->uses = index_uses(apply, table, definition);
    schema_add(apply->schema, &index->object);
    schema_note_uses(apply->schema, index->object.id, index->uses);
    schema_note_use(apply->schema, index->object.id, table->object.id);
    id_list_add(apply->arena, &table->indexes, index->object.id);
    return schema_edit_relation(apply->schema, index->object.id);
}

static void attach_index(struct apply *apply, struct relation *child, object_id parent) {
    struct relation *above = schema_edit_relation(apply->schema, parent);

    if (!above)
        return;
    id_list_add(apply->arena, &child->parents, parent);
    id_list_add(apply->arena, &above->children, child->object.id);
}

/* --- the same index on another table --- */

static bool same_text(const char *a, const char *b) {
    return a == b || (a && b && strcmp(a, b) == 0);
}

static bool same_columns(const struct relation *a, const struct relation *b) {
    if (a->index_column_count != b->index_column_count || a->index_key_count != b->index_key_count)
        return false;
    for (size_t i = 0; i < a->index_column_count; i++)
        if (!a->index_columns[i].column || !b->index_columns[i].column ||
            !same_text(a->index_columns[i].column, b->index_columns[i].column) ||
            !same_text(a->index_columns[i].opclass, b->index_columns[i].opclass) ||
            !same_text(a->index_columns[i].collation, b->index_columns[i].collation))
            return false;
    return true;
}

/* CompareIndexInfo, expressions and predicates never being the same here. */
static bool same_index(const struct relation *a, const struct relation *b) {
    return a->unique == b->unique && a->nulls_not_distinct == b->nulls_not_distinct &&
           !a->predicate && !b->predicate && same_columns(a, b) &&
           same_text(a->access_method ? a->access_method : "btree",
                     b->access_method ? b->access_method : "btree") &&
           (!a->is_constraint || b->is_constraint);
}

static const struct constraint *constraint_of_index(const struct relation *table, object_id index) {
    for (size_t i = 0; table && i < table->constraint_count; i++)
        if (table->constraints[i]->index == index &&
            table->constraints[i]->kind != CONSTRAINT_FOREIGN_KEY)
            return table->constraints[i];
    return NULL;
}

static void copy_constraint(struct apply *apply, const struct constraint *old, object_id table,
                            const struct relation *index, bool of_partition) {
    struct relation *relation = schema_edit_relation(apply->schema, table);
    struct constraint copy = *old;

    copy.parent = of_partition ? old->id : 0;
    copy.id = 0;
    copy.name = index->object.name;
    copy.index = index->object.id;
    copy.inherited = of_partition;
    copy.local = !of_partition;
    copy.comment = NULL;
    relation_add_constraint(apply->schema, relation, &copy);
    for (size_t i = 0; old->kind == CONSTRAINT_PRIMARY_KEY && i < old->columns.n; i++)
        set_not_null(apply, relation, old->columns.v[i], NULL, !of_partition, true);
}

object_id copy_index(struct apply *apply, const struct relation *index, object_id table,
                     object_id parent_index) {
    struct relation *relation = schema_edit_relation(apply->schema, table), *copy;
    const struct relation *from = schema_relation_by_id(apply->schema, index->table);
    const struct constraint *constraint = constraint_of_index(from, index->object.id);
    struct index_definition definition = {
        .constraint = constraint ? constraint->kind : 0,
        .columns = index->index_columns,
        .count = index->index_column_count,
        .key_count = index->index_key_count,
        .predicate = index->predicate,
        .definition = index->definition,
        .source = index->source,
        .unique = index->unique,
        .nulls_not_distinct = index->nulls_not_distinct,
        .valid = KNOWN_YES,
        .access_method = index->access_method,
        .options = index->options,
    };

    copy = make_index(apply, relation, &definition);
    if (!copy)
        return 0;
    if (parent_index)
        attach_index(apply, copy, parent_index);
    if (constraint)
        copy_constraint(apply, constraint, table, copy, parent_index != 0);
    return copy->object.id;
}

/* An index of the partition that can be the counterpart (DefineIndex, AttachPartitionEnsureIndexes). */
static struct relation *matching_index(struct apply *apply, const struct relation *partition,
                                       const struct relation *parent) {
    for (size_t i = 0; i < partition->indexes.n; i++) {
        const struct relation *index =
            schema_relation_by_id(apply->schema, partition->indexes.v[i]);
        if (index && index->parents.n == 0 && same_index(parent, index))
            return schema_edit_relation(apply->schema, index->object.id);
    }
    return NULL;
}

static void clone_index(struct apply *apply, const struct relation *index, object_id partition) {
    const struct relation *table = schema_relation_by_id(apply->schema, partition);
    const struct relation *parent = schema_relation_by_id(apply->schema, index->table);
    const struct constraint *above = constraint_of_index(parent, index->object.id), *own;
    struct relation *match = matching_index(apply, table, index);
    object_id id = match ? match->object.id : 0;

    if (match)
        attach_index(apply, match, index->object.id);
    else
        id = copy_index(apply, index, partition, index->object.id);
    if (!id)
        return;
    own = match && above ? constraint_of_index(table, id) : NULL;
    if (own) {
        struct relation *editable = schema_edit_relation(apply->schema, partition);
        struct constraint *copy = relation_edit_constraint(apply->schema, editable, own->id);
        copy->parent = above->id;
        copy->inherited = true;
        copy->local = false;
    }
    table = schema_relation_by_id(apply->schema, partition);
    for (size_t i = 0; i < table->children.n; i++)
        clone_index(apply, schema_relation_by_id(apply->schema, id), table->children.v[i]);
}

void clone_indexes(struct apply *apply, const struct relation *parent, object_id partition) {
    const struct id_list indexes = parent->indexes;

    for (size_t i = 0; i < indexes.n; i++) {
        const struct relation *index = schema_relation_by_id(apply->schema, indexes.v[i]);
        if (index && index->object.kind == OBJ_PARTITIONED_INDEX)
            clone_index(apply, index, partition);
    }
}

static void clone_to_partitions(struct apply *apply, object_id table, object_id index) {
    const struct id_list partitions = schema_relation_by_id(apply->schema, table)->children;

    for (size_t i = 0; i < partitions.n; i++)
        clone_index(apply, schema_relation_by_id(apply->schema, index), partitions.v[i]);
}

/* --- CREATE INDEX --- */

static bool add_elements(struct apply *apply, struct relation *table, struct node_list elements,
                         struct index_column *columns, size_t *n) {
    for (size_t i = 0; i < elements.n; i++) {
        const struct IndexElem *element = node_as(IndexElem, elements.v[i]);
        if (element->name && !need_column(apply, table, element->name))
            return false;
        columns[(*n)++] = index_column(element);
    }
    return true;
}

static bool index_name_taken(struct apply *apply, const char *namespace, const char *name,
                             bool if_not_exists) {
    const struct object *old =
        schema_object(apply->schema, schema_find(&apply->schema->relations, namespace, name));

    if (!old || if_not_exists)
        return old != NULL;
    if (refuse(apply, object_is_certain(old), "42P07", "relation \"%s\" already exists", name))
        return true;
    schema_remove(apply->schema, old->id);
    return false;
}

static bool may_have_index(struct apply *apply, const struct relation *table) {
    if (is_table(table) || table->object.kind == OBJ_MATVIEW)
        return table->object.kind != OBJ_FOREIGN_TABLE ||
               !refuse(apply, true, "42809", "cannot create index on relation \"%s\"",
                       table->object.name);
    return !refuse(apply, object_is_certain(&table->object), "42809",
                   "cannot create index on relation \"%s\"", table->object.name);
}

void apply_create_index(struct apply *apply) {
    const struct op *op = apply->op;
    const struct IndexStmt *stmt = node_as(IndexStmt, op->node);
    const struct relation *found = need_relation(apply, op->target, OBJ_TABLE, false);
    struct relation *table = found ? schema_edit_relation(apply->schema, found->object.id) : NULL;
    struct relation *index;
    struct index_column *columns = arena_array(apply->arena, struct index_column,
                                               stmt->indexParams.n + stmt->indexIncludingParams.n);
    struct index_definition definition = {
        .name = op->object,
        .columns = columns,
        .key_count = stmt->indexParams.n,
        .predicate = stmt->whereClause,
        .definition = &stmt->tree_node,
        .source = apply->statement,
        .unique = stmt->unique,
        .nulls_not_distinct = stmt->nulls_not_distinct,
        .access_method = stmt->accessMethod,
        .tablespace = stmt->tableSpace,
        .options = stmt->options,
    };

    if (!table || !may_have_index(apply, table) ||
        (op->object &&
         index_name_taken(apply, table->object.schema, op->object, op->if_not_exists)) ||
        !add_elements(apply, table, stmt->indexParams, columns, &definition.count) ||
        !add_elements(apply, table, stmt->indexIncludingParams, columns, &definition.count))
        return;
    definition.valid =
        is_partitioned(table) && op->only && table->children.n > 0 ? KNOWN_NO : KNOWN_YES;
    index = make_index(apply, table, &definition);
    if (!index)
        return;
    if (op->if_not_exists && !apply->schema->complete)
        index->object.not_certain = true;
    if (is_partitioned(table) && !op->only)
        clone_to_partitions(apply, table->object.id, index->object.id);
}

/* --- UNIQUE, PRIMARY KEY, EXCLUDE --- */

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
        if (element->name && !need_column(apply, table, element->name))
            return;
        columns[(*n)++] = index_column(element);
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
        if (!need_column(apply, table, keys.v[i]))
            return false;
        columns[n++] = (struct index_column){.column = keys.v[i]};
    }
    add_exclusions(apply, table, def, columns, &n);
    definition->key_count = n;
    for (size_t i = 0; i < including.n; i++)
        columns[n++] = (struct index_column){.column = including.v[i]};
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
