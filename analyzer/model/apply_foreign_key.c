/* Foreign keys. */
#include "model/apply_op.h"

#include "model/names.h"

#include <string.h>

static bool same_set(const struct name_list *a, const struct name_list *b) {
    for (size_t i = 0; i < a->n; i++) {
        size_t found = 0;
        for (size_t j = 0; j < b->n; j++)
            found += strcmp(a->v[i], b->v[j]) == 0;
        if (found != 1)
            return false;
    }
    return a->n == b->n;
}

/* The unique index that the key refers to (transformFkeyCheckAttrs); 0: none. */
static object_id referenced_index(struct apply *apply, const struct relation *table,
                                  const struct name_list *columns) {
    for (size_t i = 0; i < table->indexes.n; i++) {
        const struct relation *index = schema_relation_by_id(apply->schema, table->indexes.v[i]);
        struct name_list key;
        if (index && index->unique && !index->predicate && index_key_names(apply, index, &key) &&
            same_set(&key, columns))
            return index->object.id;
    }
    return 0;
}

/* Whether all unique indexes of the table are known. */
static bool knows_indexes(const struct relation *table) {
    return object_is_certain(&table->object) && table->columns_known;
}

static bool is_deferrable(const struct relation *table, object_id index) {
    for (size_t i = 0; index && i < table->constraint_count; i++)
        if (table->constraints[i]->index == index && table->constraints[i]->deferrable)
            return true;
    return false;
}

static bool find_reference(struct apply *apply, const struct relation *table,
                           struct constraint *key) {
    const struct constraint *primary = relation_primary_key(table);

    if (key->reference_columns.n == 0) {
        if (primary)
            key->reference_columns = primary->columns;
        else if (refuse(apply, knows_indexes(table), "42704",
                        "there is no primary key for referenced table \"%s\"", table->object.name))
            return false;
    }
    if (key->reference_columns.n > 0 && key->columns.n != key->reference_columns.n)
        return !refuse(apply, true, "42830",
                       "number of referencing and referenced columns for foreign key disagree");
    for (size_t i = 0; i < key->reference_columns.n; i++)
        if (is_system_column(key->reference_columns.v[i]))
            return !refuse(apply, true, "0A000", "system columns cannot be used in foreign keys");
    for (size_t i = 0; i < key->reference_columns.n; i++)
        if (!relation_column(table, key->reference_columns.v[i]) &&
            refuse(apply, table->columns_known, "42703",
                   "column \"%s\" referenced in foreign key constraint does not exist",
                   key->reference_columns.v[i]))
            return false;
    key->index = referenced_index(apply, table, &key->reference_columns);
    if (is_deferrable(table, key->index) &&
        refuse(apply, true, "55000",
               "cannot use a deferrable unique constraint for referenced table \"%s\"",
               table->object.name))
        return false;
    if (!key->index && key->reference_columns.n > 0 &&
        refuse(apply, knows_indexes(table), "42830",
               "there is no unique constraint matching given keys for referenced table \"%s\"",
               table->object.name))
        return false;
    return true;
}

static struct name_list own_columns(struct apply *apply) {
    const struct Constraint *def = node_as(Constraint, apply->op->node);
    const char **column;

    if (!apply->op->column)
        return name_list_of(apply, def->fk_attrs);
    column = arena_array(apply->arena, const char *, 1);
    column[0] = apply->op->column;
    return (struct name_list){1, column};
}

static void link_tables(struct apply *apply, object_id child, const struct constraint *key) {
    struct relation *referenced = schema_edit_relation(apply->schema, key->references);

    id_list_add(apply->arena, &referenced->referenced_by, child);
    schema_note_use(apply->schema, child, key->references);
    schema_note_use(apply->schema, child, key->index);
}

static bool same_actions(const struct Constraint *a, const struct Constraint *b) {
    return !a || !b ||
           (a->fk_matchtype == b->fk_matchtype && a->fk_upd_action == b->fk_upd_action &&
            a->fk_del_action == b->fk_del_action);
}

/* tryAttachPartitionForeignKey: a key that the partition has already stands for the parent's. */
static const struct constraint *key_that_stands_for(const struct relation *child,
                                                    const struct constraint *key) {
    for (size_t i = 0; i < child->constraint_count; i++) {
        const struct constraint *own = child->constraints[i];
        if (own->kind == CONSTRAINT_FOREIGN_KEY && (!own->parent || own->parent == key->id) &&
            own->references == key->references && own->validated == key->validated &&
            own->deferrable == key->deferrable &&
            own->initially_deferred == key->initially_deferred &&
            name_list_same(&own->columns, &key->columns) &&
            name_list_same(&own->reference_columns, &key->reference_columns) &&
            same_actions(own->def, key->def))
            return own;
    }
    return NULL;
}

/* The partition's key of its own, if it has one; else a new one, under the same name unless that is taken. */
static struct constraint *key_of_partition(struct apply *apply, struct relation *child,
                                           const struct constraint *key) {
    const struct constraint *own = key_that_stands_for(child, key);
    struct constraint copy = *key;

    if (own)
        return relation_edit_constraint(apply->schema, child, own->id);
    if (relation_constraint(child, key->name))
        copy.name = choose_constraint_name(
            apply, child, name_addition(apply->arena, key->columns.v, key->columns.n), "fkey");
    copy.id = 0;
    own = relation_add_constraint(apply->schema, child, &copy);
    link_tables(apply, child->object.id, own);
    return relation_edit_constraint(apply->schema, child, own->id);
}

static void clone_to_children(struct apply *apply, const struct relation *relation,
                              struct constraint key);

/* CloneFkReferencing: partitions have it too, and theirs. */
static void clone_to(struct apply *apply, object_id partition, const struct constraint *key) {
    struct relation *child = schema_edit_relation(apply->schema, partition);
    struct constraint *made;

    if (!child || !is_partition(child))
        return;
    made = key_of_partition(apply, child, key);
    made->parent = key->id;
    made->inherited = true;
    made->local = false;
    clone_to_children(apply, child, *made);
}

static void clone_to_children(struct apply *apply, const struct relation *relation,
                              struct constraint key) {
    const struct id_list children = relation->children;

    for (size_t i = 0; i < children.n; i++)
        clone_to(apply, children.v[i], &key);
}

void clone_foreign_keys(struct apply *apply, const struct relation *parent, object_id partition) {
    for (size_t i = 0; i < parent->constraint_count; i++)
        if (parent->constraints[i]->kind == CONSTRAINT_FOREIGN_KEY) {
            struct constraint key = *parent->constraints[i];
            clone_to(apply, partition, &key);
        }
}

static bool check_kinds(struct apply *apply, const struct relation *relation,
                        const struct relation *table) {
    if (!is_table(table) || table->object.kind == OBJ_FOREIGN_TABLE)
        return !refuse(apply, object_is_certain(&table->object), "42809",
                       "referenced relation \"%s\" is not a table", table->object.name);
    if (is_partitioned(relation) && apply->op->not_valid && apply->schema->target < 18)
        return !refuse(apply, true, "42809",
                       "cannot add NOT VALID foreign key on partitioned table \"%s\" referencing "
                       "relation \"%s\"",
                       relation->object.name, table->object.name);
    if (is_partitioned(relation) && apply->op->only && !apply->op->in_create &&
        relation->children.n > 0)
        return !refuse(apply, true, "42809",
                       "cannot use ONLY for foreign key on partitioned table \"%s\" referencing "
                       "relation \"%s\"",
                       relation->object.name, table->object.name);
    if (table->persistence != 't' && relation->persistence == 't')
        return !refuse(apply, object_is_certain(&table->object), "42P16",
                       "constraints on temporary tables may reference only temporary tables");
    if (table->persistence != 'p' && relation->persistence == 'p')
        return !refuse(apply, object_is_certain(&table->object), "42P16",
                       "constraints on permanent tables may reference only permanent tables");
    return true;
}

void apply_add_foreign_key(struct apply *apply, struct relation *relation) {
    const struct Constraint *def = node_as(Constraint, apply->op->node);
    struct constraint key = new_constraint(apply, CONSTRAINT_FOREIGN_KEY), *made;
    const struct relation *table = need_relation(apply, apply->op->other, OBJ_TABLE, false);

    key.columns = own_columns(apply);
    key.reference_columns = name_list_of(apply, def->pk_attrs);
    if (apply->op->in_create && key.enforced)
        key.validated = true;
    for (size_t i = 0; i < key.columns.n; i++)
        if (!has_column(apply, relation, key.columns.v[i]))
            return;
    if (key.name && constraint_name_taken(apply, relation, key.name))
        return;
    if (table) { /* a catalogue is none */
        if (!check_kinds(apply, relation, table) || !find_reference(apply, table, &key))
            return;
        key.references = table->object.id;
    }
    if (!key.name)
        key.name = choose_constraint_name(
            apply, relation, name_addition(apply->arena, key.columns.v, key.columns.n), "fkey");
    made = relation_add_constraint(apply->schema, relation, &key);
    if (table)
        link_tables(apply, relation->object.id, made);
    if (!apply->op->in_create)
        clone_to_children(apply, relation, *made);
}
