/* Failures of unique keys and foreign keys. */
#include "model/effects_check.h"

#include <string.h>

/* --- keys on partitioned tables (DefineIndex) --- */

static const struct PartitionSpec *partition_spec(const struct op *op,
                                                  const struct relation *relation) {
    const struct CreateStmt *create = op->in_create ? node_if(CreateStmt, op->stmt) : NULL;

    if (create != NULL)
        return create->partspec;
    return relation != NULL ? node_if(PartitionSpec, relation->partition_spec) : NULL;
}

static bool list_has(struct node_list list, const char *name) {
    for (size_t i = 0; i < list.n; i++) {
        const struct IndexElem *elem = node_if(IndexElem, list.v[i]);
        const char *column = elem != NULL ? elem->name : node_string(list.v[i]);

        if (column != NULL && strcmp(column, name) == 0)
            return true;
    }
    return false;
}

/* The columns of a key: an inline one's is the column. */
static bool key_has(const struct op *op, const char *name) {
    const struct IndexStmt *index = node_if(IndexStmt, op->node);
    const struct Constraint *constraint = node_if(Constraint, op->node);

    if (index != NULL)
        return list_has(index->indexParams, name);
    if (op->is_inline)
        return op->column != NULL && strcmp(op->column, name) == 0;
    return constraint != NULL && list_has(constraint->keys, name);
}

static void check_partition_key(struct effects_work *work, const struct op *op,
                                const struct relation *relation) {
    const struct PartitionSpec *spec = partition_spec(op, relation);
    const struct IndexStmt *index = node_if(IndexStmt, op->node);

    if (spec == NULL || op->using_index || op->kind == OP_ADD_EXCLUSION ||
        (index != NULL && !index->unique))
        return;
    for (size_t i = 0; i < spec->partParams.n; i++) {
        const struct PartitionElem *elem = node_if(PartitionElem, spec->partParams.v[i]);

        if (elem == NULL)
            continue;
        if (elem->name == NULL)
            effects_fail(work, "0A000", "unsupported %s constraint with partition key definition",
                         op->kind == OP_ADD_PRIMARY_KEY ? "PRIMARY KEY" : "UNIQUE");
        else if (!key_has(op, elem->name))
            effects_fail(work, "0A000",
                         "unique constraint on partitioned table must include all partitioning "
                         "columns");
    }
}

/* --- what a key may be on --- */

static bool is_virtual(const struct effects_work *work, const struct op *op,
                       const struct relation *relation) {
    for (size_t i = 0; relation != NULL && i < relation->column_count; i++)
        if (relation->columns[i].generated == GENERATED_VIRTUAL &&
            key_has(op, relation->columns[i].name))
            return true;
    for (size_t i = 0; i < work->ops.n; i++) {
        const struct op *other = &work->ops.v[i];
        const struct Constraint *constraint = node_if(Constraint, other->node);

        if (other->kind == OP_ADD_GENERATED && constraint != NULL &&
            constraint->generated_kind == 'v' && other->column != NULL &&
            key_has(op, other->column))
            return true;
    }
    return false;
}

static void check_virtual(struct effects_work *work, const struct op *op,
                          const struct relation *relation) {
    const struct IndexStmt *index = node_if(IndexStmt, op->node);

    if (!is_virtual(work, op, relation))
        return;
    if (index != NULL && !index->unique)
        effects_fail(work, "0A000", "indexes on virtual generated columns are not supported");
    else
        effects_fail(work, "0A000", "%s on virtual generated columns are not supported",
                     op->kind == OP_ADD_PRIMARY_KEY ? "primary keys" : "unique constraints");
}

static const struct relation *used_index(struct effects_work *work, const struct op *op,
                                         const struct relation *relation) {
    if (!op->using_index || relation == NULL || op->new_name == NULL)
        return NULL;
    return schema_relation(work->schema, (struct name){relation->object.schema, op->new_name});
}

/* Another operator class than the type's, or (since 13) another collation than the column's. */
static bool is_special(struct effects_work *work, const struct relation *relation,
                       const struct index_column *key) {
    const struct column *column = relation_column(relation, key->column);
    unsigned type = column != NULL ? type_use_catalog_id(work->schema, &column->type) : 0;
    const struct catalog_opclass *class =
        catalog_default_opclass("btree", type, work->schema->target);

    if (column == NULL || class == NULL)
        return false;
    if (key->opclass != NULL && strcmp(key->opclass, class->name) != 0 &&
        catalog_opclass("btree", key->opclass, work->schema->target) != NULL &&
        !catalog_opclass("btree", key->opclass, work->schema->target)->is_default)
        return true;
    return work->schema->target >= 13 && key->collation != NULL &&
           strcmp(key->collation, "default") != 0 &&
           (column->collation == NULL || strcmp(column->collation, key->collation) != 0);
}

/* ATExecAddIndexConstraint, transformIndexConstraint */
static void check_used_index(struct effects_work *work, const struct relation *relation,
                             const struct relation *index) {
    if (!effects_may_be(index, INDEXES)) {
        effects_fail(work, "42809", "\"%s\" is not an index", index->object.name);
        return;
    }
    if (index->table != relation->object.id) {
        effects_fail(work, "55000", "index \"%s\" does not belong to table \"%s\"",
                     index->object.name, relation->object.name);
        return;
    }
    for (size_t i = 0; i < index->index_key_count; i++) {
        const struct index_column *key = &index->index_columns[i];

        if (key->column == NULL) {
            effects_fail(work, "42809", "index \"%s\" contains expressions", index->object.name);
            return;
        }
        if (key->desc || (key->nulls_given && key->nulls_first != key->desc) ||
            is_special(work, relation, key)) {
            effects_fail(work, "42809",
                         "index \"%s\" column number %zu does not have default sorting behavior",
                         index->object.name, i + 1);
            return;
        }
    }
    if (index->predicate != NULL)
        effects_fail(work, "42809", "\"%s\" is a partial index", index->object.name);
}

/* 18: a primary key needs its NOT NULL constraints validated (verifyNotNullPKCompatible). */
static void check_not_valid(struct effects_work *work, const struct op *op,
                            const struct relation *relation, const struct relation *index) {
    for (size_t i = 0; i < relation->constraint_count; i++) {
        const struct constraint *constraint = relation->constraints[i];
        const char *column = constraint->columns.n > 0 ? constraint->columns.v[0] : NULL;
        bool used = column != NULL && key_has(op, column);

        if (constraint->kind != CONSTRAINT_NOT_NULL || constraint->validated)
            continue;
        for (size_t j = 0; column != NULL && index != NULL && j < index->index_key_count; j++)
            used |= index->index_columns[j].column != NULL &&
                    strcmp(index->index_columns[j].column, column) == 0;
        if (used)
            effects_fail(work, "55000",
                         "incompatible NOT VALID constraint \"%s\" on relation \"%s\"",
                         constraint->name, relation->object.name);
    }
}

/* The statement drops the constraint of that name first. */
static bool dropped_beside(const struct effects_work *work, const struct op *op) {
    for (size_t i = 0; i < work->all.n; i++) {
        const struct op *other = &work->all.v[i];

        if (other->kind == OP_DROP_CONSTRAINT && other->stmt == op->stmt && other->object != NULL &&
            strcmp(other->object, op->object) == 0)
            return true;
    }
    return false;
}

static void check_name(struct effects_work *work, const struct op *op,
                       const struct relation *relation) {
    struct name name = {relation->object.schema, op->object};

    if (op->object != NULL && schema_relation(work->schema, name) != NULL &&
        !dropped_beside(work, op))
        effects_fail(work, "42P07", "relation \"%s\" already exists", op->object);
}

static void check_using_index(struct effects_work *work, const struct op *op,
                              const struct relation *relation, const struct relation *index) {
    if (relation->object.kind == OBJ_PARTITIONED_TABLE)
        effects_fail(work, "0A000",
                     "ALTER TABLE / ADD CONSTRAINT USING INDEX is not supported on partitioned "
                     "tables");
    else if (index == NULL && effects_knows_all(work))
        effects_fail(work, "42704", "index \"%s\" does not exist", op->new_name);
    else if (index != NULL)
        check_used_index(work, relation, index);
    if (index != NULL && op->object != NULL && !work->stopped &&
        strcmp(op->object, index->object.name) != 0)
        check_name(work, op, relation);
}

/* --- EXCLUDE --- */

static struct type_use element_type(struct effects_work *work, const struct relation *relation,
                                    const struct IndexElem *elem) {
    const struct column *column = elem->name != NULL ? relation_column(relation, elem->name) : NULL;
    struct expr_scope scope = {.schema = work->schema, .relation = relation};

    if (column != NULL)
        return column->type;
    return elem->expr != NULL ? expr_analyse(&scope, elem->expr).type : (struct type_use){0};
}

static bool operator_exists(struct effects_work *work, const char *name,
                            const struct type_use *type) {
    const char *known = type_use_catalog_name(work->schema, type);
    const char *types[] = {known, known};

    return known == NULL || !effects_knows_all(work) ||
           schema_other(work->schema, OBJECT_OPERATOR, (struct name){NULL, name}) != NULL ||
           catalog_operation(name, 2, types, work->schema->target).match != CATALOG_NO_MATCH;
}

static bool takes_equality_only(const char *am) {
    return strcmp(am, "btree") == 0 || strcmp(am, "hash") == 0;
}

/* ComputeIndexAttrs: of a tree's operators only equality does not hang on which side is which. */
static void check_excluded(struct effects_work *work, const struct relation *relation,
                           const struct node *pair, const char *am) {
    const struct List *list = node_if(List, pair);
    const struct IndexElem *elem =
        list != NULL && list->items.n == 2 ? node_if(IndexElem, list->items.v[0]) : NULL;
    const struct List *names =
        list != NULL && list->items.n == 2 ? node_if(List, list->items.v[1]) : NULL;
    const char *name = names != NULL ? node_list_last_string(names->items) : NULL;
    struct type_use type;

    if (elem == NULL || name == NULL)
        return;
    type = element_type(work, relation, elem);
    if (!operator_exists(work, name, &type))
        effects_fail(work, "42883", "operator does not exist: %s",
                     arena_printf(work->arena, "%s %s %s",
                                  type_use_text(work->arena, work->schema, &type), name,
                                  type_use_text(work->arena, work->schema, &type)));
    else if (takes_equality_only(am) && elem->opclass.n == 0 && strcmp(name, "=") != 0 &&
             type_use_catalog_name(work->schema, &type) != NULL)
        effects_fail(work, "42809", "operator %s is not commutative, or not of the index's family",
                     name);
}

void effects_check_exclusion(struct effects_work *work, const struct Constraint *constraint,
                             const struct relation *relation) {
    const char *am = constraint->access_method != NULL ? constraint->access_method : "btree";

    if (strcmp(am, "gin") == 0 || strcmp(am, "brin") == 0)
        effects_fail(work, "0A000", "access method \"%s\" does not support exclusion constraints",
                     am);
    if (relation->object.kind == OBJ_PARTITIONED_TABLE && work->schema->target < 17)
        effects_fail(work, "0A000",
                     "exclusion constraints are not supported on partitioned tables");
    for (size_t i = 0; i < constraint->exclusions.n && !work->stopped; i++)
        check_excluded(work, relation, constraint->exclusions.v[i], am);
}

void effects_check_key(struct effects_work *work, const struct op *op,
                       const struct relation *relation) {
    const struct Constraint *constraint = node_if(Constraint, op->node);
    const struct relation *index = used_index(work, op, relation);

    if (constraint != NULL && constraint->without_overlaps && constraint->keys.n < 2)
        effects_fail(work, "42601", "constraint using WITHOUT OVERLAPS needs at least two columns");
    check_partition_key(work, op, relation);
    check_virtual(work, op, relation);
    if (op->using_index && relation != NULL)
        check_using_index(work, op, relation, index);
    else if (constraint != NULL && relation != NULL && !op->is_inline)
        check_name(work, op, relation);
    if (op->kind == OP_ADD_PRIMARY_KEY && relation != NULL && work->schema->target >= 18)
        check_not_valid(work, op, relation, index);
}

/* --- foreign keys --- */

/* The type that the statement itself gives to the table's column; NULL: it does not. */
static const struct TypeName *new_type(const struct effects_work *work, const struct op *op,
                                       const char *name) {
    for (size_t i = 0; i < work->all.n; i++) {
        const struct op *other = &work->all.v[i];
        const struct AlterTableCmd *cmd = node_if(AlterTableCmd, other->node);
        const struct ColumnDef *def = cmd != NULL ? node_if(ColumnDef, cmd->def) : NULL;

        if (other->kind == OP_ALTER_COLUMN_TYPE && other->stmt == op->stmt && def != NULL &&
            strcmp(other->column, name) == 0)
            return def->typeName;
    }
    return NULL;
}

static bool is_own(const struct effects_work *work, const struct op *op,
                   const struct relation *relation) {
    return relation == schema_relation(work->schema, op->target);
}

static struct type_use column_type(struct effects_work *work, const struct op *op,
                                   const struct relation *relation, const char *name) {
    const struct column *column = relation != NULL ? relation_column(relation, name) : NULL;

    if (column != NULL && is_own(work, op, relation) && new_type(work, op, name) != NULL)
        return type_use_of(work->schema, new_type(work, op, name));
    if (column != NULL)
        return column->type;
    for (size_t i = 0; i < work->ops.n; i++) {
        const struct op *other = &work->ops.v[i];
        const struct ColumnDef *def = node_if(ColumnDef, other->node);

        if (other->kind == OP_ADD_COLUMN && other->stmt == op->stmt && def != NULL &&
            strcmp(def->colname, name) == 0)
            return type_use_of(work->schema, def->typeName);
    }
    return (struct type_use){0};
}

static const struct catalog_opclass *class_of(const struct schema *schema,
                                              const struct type_use *type) {
    return catalog_default_opclass("btree", type_use_catalog_id(schema, type), schema->target);
}

/*
 * ATAddForeignKeyConstraint: an equality operator of the key's operator family for both types, or
 * an implicit cast to the key's type. UNKNOWN where a type is not of the catalogue.
 */
enum known effects_can_reference(const struct schema *schema, const struct type_use *from,
                                 const struct type_use *to) {
    const struct catalog_opclass *left = class_of(schema, from), *right = class_of(schema, to);
    const char *from_name = type_use_catalog_name(schema, from);
    struct catalog_cast cast;

    if (from_name == NULL || right == NULL)
        return UNKNOWN;
    if (strncmp(from_name, "any", 3) == 0)
        return type_use_same(from, to);
    if (left != NULL && strcmp(left->family, right->family) == 0)
        return KNOWN_YES;
    return catalog_cast_of_ids(type_use_catalog_id(schema, from), right->type, schema->target,
                               &cast) &&
                   cast.context == CATALOG_IMPLICIT
               ? KNOWN_YES
               : KNOWN_NO;
}

static const struct constraint *referenced_key(struct effects_work *work, const struct relation *to,
                                               const struct Constraint *key) {
    if (key->pk_attrs.n == 0)
        return relation_primary_key(to);
    for (size_t i = 0; i < to->constraint_count; i++) {
        const struct constraint *one = to->constraints[i];
        bool same = (one->kind == CONSTRAINT_PRIMARY_KEY || one->kind == CONSTRAINT_UNIQUE) &&
                    one->columns.n == key->pk_attrs.n;

        for (size_t j = 0; same && j < one->columns.n; j++)
            same = list_has(key->pk_attrs, one->columns.v[j]);
        if (same)
            return one;
    }
    (void)work;
    return NULL;
}

static const char *key_column(const struct op *op, const struct Constraint *key, size_t i) {
    if (key->fk_attrs.n == 0)
        return i == 0 ? op->column : NULL;
    return i < key->fk_attrs.n ? node_string(key->fk_attrs.v[i]) : NULL;
}

static void check_types(struct effects_work *work, const struct op *op,
                        const struct relation *relation, const struct relation *to,
                        const struct constraint *referenced) {
    const struct Constraint *key = node_as(Constraint, op->node);
    size_t n = key->pk_attrs.n > 0 ? key->pk_attrs.n : referenced->columns.n;

    for (size_t i = 0; i < n; i++) {
        const char *from_name = key_column(op, key, i);
        const char *to_name =
            key->pk_attrs.n > 0 ? node_string(key->pk_attrs.v[i]) : referenced->columns.v[i];
        struct type_use from, target;

        if (from_name == NULL || to_name == NULL)
            return;
        from = column_type(work, op, relation, from_name);
        target = column_type(work, op, to, to_name);
        if (from.name != NULL && target.name != NULL &&
            effects_can_reference(work->schema, &from, &target) == KNOWN_NO)
            effects_fail(work, "42804", "foreign key constraint \"%s\" cannot be implemented",
                         op->object != NULL ? op->object : "");
    }
}

static bool is_partitioned(const struct relation *relation) {
    return relation != NULL && relation->object.kind == OBJ_PARTITIONED_TABLE;
}

static void check_partitioned(struct effects_work *work, const struct op *op,
                              const struct relation *relation) {
    if (!is_partitioned(relation) || op->is_inline)
        return;
    if (op->only)
        effects_fail(work, "42809",
                     "cannot use ONLY for foreign key on partitioned table \"%s\" referencing "
                     "relation \"%s\"",
                     relation->object.name, op->other.name);
    else if (op->not_valid && work->schema->target < 18)
        effects_fail(work, "42809",
                     "cannot add NOT VALID foreign key on partitioned table \"%s\" referencing "
                     "relation \"%s\"",
                     relation->object.name, op->other.name);
}

void effects_check_foreign_key(struct effects_work *work, const struct op *op,
                               const struct relation *relation) {
    const struct relation *to = schema_relation(work->schema, op->other);
    const struct constraint *referenced;

    check_partitioned(work, op, relation);
    if (to == NULL || work->stopped)
        return;
    referenced = referenced_key(work, to, node_as(Constraint, op->node));
    if (referenced == NULL)
        return;
    if (referenced->deferrable)
        effects_fail(work, "55000",
                     "cannot use a deferrable unique constraint for referenced table \"%s\"",
                     to->object.name);
    else
        check_types(work, op, relation, to, referenced);
}

/* What is done to the referencing rows cannot be done to a value that follows from others. */
static void check_generated(struct effects_work *work, const struct Constraint *key,
                            const struct column *column) {
    bool sets = key->fk_del_action == 'n' || key->fk_del_action == 'd';
    bool changes =
        key->fk_upd_action == 'n' || key->fk_upd_action == 'd' || key->fk_upd_action == 'c';

    if (column == NULL || column->generated == GENERATED_NOT)
        return;
    if (column->generated == GENERATED_VIRTUAL)
        effects_fail(work, "0A000",
                     "foreign key constraints on virtual generated columns are not supported");
    else if (changes || sets)
        effects_fail(work, "42601",
                     "invalid ON %s action for foreign key constraint containing generated column",
                     changes ? "UPDATE" : "DELETE");
}

/* validateFkOnDeleteSetColumns */
static void check_set_columns(struct effects_work *work, const struct Constraint *key,
                              const struct relation *relation) {
    for (size_t i = 0; i < key->fk_del_set_cols.n && !work->stopped; i++) {
        const char *name = node_string(key->fk_del_set_cols.v[i]);

        if (relation->columns_known && relation_column(relation, name) == NULL)
            effects_fail(work, "42703",
                         "column \"%s\" referenced in foreign key constraint does not exist", name);
        else if (key->fk_attrs.n > 0 && !list_has(key->fk_attrs, name))
            effects_fail(work, "42P10",
                         "column \"%s\" referenced in ON DELETE SET action must be part of foreign "
                         "key",
                         name);
    }
}

/* A key that refers to its own new table could not be looked at before. */
static void check_self_reference(struct effects_work *work, const struct Constraint *key,
                                 const struct relation *relation) {
    for (size_t i = 0; i < relation->constraint_count; i++) {
        const struct constraint *made = relation->constraints[i];

        if (made->def != key || made->references != relation->object.id)
            continue;
        for (size_t k = 0; k < made->columns.n && k < made->reference_columns.n; k++) {
            const struct column *from = relation_column(relation, made->columns.v[k]);
            const struct column *to = relation_column(relation, made->reference_columns.v[k]);

            if (from != NULL && to != NULL &&
                effects_can_reference(work->schema, &from->type, &to->type) == KNOWN_NO)
                effects_fail(work, "42804", "foreign key constraint \"%s\" cannot be implemented",
                             made->name);
        }
    }
}

void effects_check_referencing(struct effects_work *work, const struct op *op,
                               const struct relation *relation) {
    const struct Constraint *key = node_as(Constraint, op->node);

    for (size_t i = 0; key_column(op, key, i) != NULL; i++)
        check_generated(work, key, relation_column(relation, key_column(op, key, i)));
    check_set_columns(work, key, relation);
    if (!work->stopped && op->in_create)
        check_self_reference(work, key, relation);
}
