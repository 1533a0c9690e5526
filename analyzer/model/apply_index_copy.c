/* The same index on another table: partitions, and LIKE INCLUDING INDEXES. */
#include "model/apply_index.h"

#include <string.h>

static bool same_text(const char *a, const char *b) {
    return a == b || (a && b && strcmp(a, b) == 0);
}

static bool same_column(const struct index_column *a, const struct index_column *b) {
    return same_text(a->column, b->column) && node_same(a->expr, b->expr) &&
           same_text(a->opclass, b->opclass) && same_text(a->collation, b->collation);
}

static bool same_columns(const struct relation *a, const struct relation *b) {
    if (a->index_column_count != b->index_column_count || a->index_key_count != b->index_key_count)
        return false;
    for (size_t i = 0; i < a->index_column_count; i++)
        if (!same_column(&a->index_columns[i], &b->index_columns[i]))
            return false;
    return true;
}

/* CompareIndexInfo; the order of columns (DESC) does not matter to it. */
bool same_index(const struct relation *a, const struct relation *b) {
    return a->unique == b->unique && a->nulls_not_distinct == b->nulls_not_distinct &&
           node_same(a->predicate, b->predicate) && same_columns(a, b) &&
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

void clone_to_partitions(struct apply *apply, object_id table, object_id index) {
    const struct id_list partitions = schema_relation_by_id(apply->schema, table)->children;

    for (size_t i = 0; i < partitions.n; i++)
        clone_index(apply, schema_relation_by_id(apply->schema, index), partitions.v[i]);
}
