/* Indexes: made, and named. */
#include "model/apply_index.h"

#include "model/names.h"
#include "model/query.h"

#include <string.h>

static const char *last_name(struct node_list list) {
    return node_list_last_string(list);
}

struct index_column index_column_of(const struct IndexElem *element) {
    bool desc = element->ordering == SORTBY_DESC;
    bool given = element->nulls_ordering == SORTBY_NULLS_FIRST ||
                 element->nulls_ordering == SORTBY_NULLS_LAST;

    return (struct index_column){
        .column = element->name,
        .made_as = element->name,
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

    if (column->made_as)
        return column->made_as;
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

struct relation *make_index(struct apply *apply, struct relation *table,
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

void attach_index(struct apply *apply, struct relation *child, object_id parent) {
    struct relation *above = schema_edit_relation(apply->schema, parent);

    if (!above)
        return;
    id_list_add(apply->arena, &child->parents, parent);
    id_list_add(apply->arena, &above->children, child->object.id);
}

static bool add_elements(struct apply *apply, struct relation *table, struct node_list elements,
                         struct index_column *columns, size_t *n) {
    for (size_t i = 0; i < elements.n; i++) {
        const struct IndexElem *element = node_as(IndexElem, elements.v[i]);
        if (element->name && !has_column(apply, table, element->name))
            return false;
        columns[(*n)++] = index_column_of(element);
    }
    return true;
}

bool index_name_taken(struct apply *apply, const char *namespace, const char *name,
                      bool if_not_exists) {
    const struct object *old =
        schema_object(apply->schema, schema_find(&apply->schema->relations, namespace, name));

    if (!old || if_not_exists)
        return old != NULL;
    if (refuse(apply, object_is_certain(old), "42P07", "relation \"%s\" already exists", name))
        return true;
    replace_object(apply, old->id);
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
