/* Failures of actions on a column that is there. */
#include "model/effects_check.h"

#include "base/ascii.h"

#include <string.h>

struct column_search {
    const struct relation *relation;
    const char *missing;
};

static bool visit_column(const struct node *node, void *context) {
    struct column_search *search = context;
    const struct ColumnRef *ref = node_if(ColumnRef, node);
    const char *name = ref != NULL && ref->fields.n == 1 ? node_string(ref->fields.v[0]) : NULL;

    if (name != NULL && relation_column(search->relation, name) == NULL &&
        !effects_is_system_column(name))
        search->missing = name;
    return node->kind != NODE_SubLink;
}

static void check_using(struct effects_work *work, const struct relation *relation,
                        const struct node *using) {
    struct column_search columns = {relation, NULL};
    struct expr_scope scope = {.schema = work->schema, .relation = relation};
    struct expr_info info;

    if (effects_has_subquery(work, using)) {
        effects_fail(work, "0A000", "cannot use subquery in transform expression");
        return;
    }
    node_walk(work->arena, using, visit_column, &columns);
    if (columns.missing != NULL && relation->columns_known)
        effects_fail(work, "42703", "column \"%s\" does not exist", columns.missing);
    if (work->stopped)
        return;
    info = expr_analyse(&scope, using);
    effects_check_functions(work, &info);
}

static bool is_serial(const struct TypeName *name) {
    static const char *const names[] = {"smallserial", "serial2",   "serial",
                                        "serial4",     "bigserial", "serial8"};
    const char *last = name->names.n == 1 ? node_list_last_string(name->names) : NULL;

    for (size_t i = 0; last != NULL && i < sizeof(names) / sizeof(*names); i++)
        if (strcmp(last, names[i]) == 0)
            return true;
    return false;
}

static void check_retype(struct effects_work *work, const struct op *op,
                         const struct relation *relation) {
    const struct ColumnDef *def = node_as(ColumnDef, node_as(AlterTableCmd, op->node)->def);
    struct type_use type = type_use_of(work->schema, def->typeName);
    const struct catalog_type *entry =
        catalog_type_of_id(type_use_catalog_id(work->schema, &type), work->schema->target);

    if (effects_is_system_column(op->column))
        effects_fail(work, "0A000", "cannot alter system column \"%s\"", op->column);
    else if (is_serial(def->typeName))
        effects_fail(work, "42704", "type \"%s\" does not exist",
                     node_list_last_string(def->typeName->names));
    else if (def->collClause != NULL && entry != NULL && !(entry->flags & CATALOG_COLLATABLE))
        effects_fail(work, "42804", "collations are not supported by type %s",
                     type_use_text(work->arena, work->schema, &type));
    else
        effects_check_type(work, def->typeName);
    effects_check_collation(work, def->collClause);
    if (!work->stopped && relation != NULL && def->raw_default != NULL)
        check_using(work, relation, def->raw_default);
}

/* Types of a fixed length are never stored elsewhere, nor compressed. */
static void check_storage(struct effects_work *work, const struct op *op,
                          const struct column *column) {
    const char *wanted = node_string(node_as(AlterTableCmd, op->node)->def);
    const struct catalog_type *type =
        catalog_type_of_id(type_use_catalog_id(work->schema, &column->type), work->schema->target);

    if (type == NULL || type->storage != 'p' || wanted == NULL ||
        ascii_case_equal(wanted, "default"))
        return;
    if (op->kind == OP_SET_COMPRESSION)
        effects_fail(work, "0A000", "column data type %s does not support compression",
                     type_use_text(work->arena, work->schema, &column->type));
    else if (!ascii_case_equal(wanted, "plain"))
        effects_fail(work, "0A000", "column data type %s can only have storage PLAIN",
                     type_use_text(work->arena, work->schema, &column->type));
}

/* ATExecDropNotNull */
static void check_drop_not_null(struct effects_work *work, const struct op *op,
                                const struct relation *relation) {
    const struct relation *index =
        relation->replica_identity == 'i' ? effects_relation(work, relation->replica_index) : NULL;

    if (op->only && relation->object.kind == OBJ_PARTITIONED_TABLE && relation->children.n > 0 &&
        work->schema->target < 18)
        effects_fail(work, "42P16",
                     "cannot remove constraint from only the partitioned table when partitions "
                     "exist");
    if (index != NULL && index_uses_column(work->arena, index, op->column))
        effects_fail(work, "42P16", "column \"%s\" is in index used as replica identity",
                     op->column);
}

static bool in_primary_key(const struct relation *relation, const char *column) {
    const struct constraint *key = relation_primary_key(relation);

    for (size_t i = 0; key != NULL && i < key->columns.n; i++)
        if (strcmp(key->columns.v[i], column) == 0)
            return true;
    return false;
}

/* Of NOT NULL (18): what a primary key or an identity needs stays. */
static void check_drop_constraint(struct effects_work *work, const struct op *op,
                                  const struct relation *relation) {
    const struct constraint *constraint =
        op->object != NULL ? relation_constraint(relation, op->object) : NULL;
    const struct column *column;

    if (constraint == NULL || constraint->kind != CONSTRAINT_NOT_NULL || constraint->columns.n == 0)
        return;
    column = relation_column(relation, constraint->columns.v[0]);
    if (in_primary_key(relation, constraint->columns.v[0]))
        effects_fail(work, "42P16", "column \"%s\" is in a primary key", constraint->columns.v[0]);
    else if (column != NULL && column->identity != '\0')
        effects_fail(work, "42601", "column \"%s\" of relation \"%s\" is an identity column",
                     column->name, relation->object.name);
}

void effects_check_column(struct effects_work *work, const struct op *op,
                          const struct relation *relation) {
    const struct column *column =
        relation != NULL && op->column != NULL ? relation_column(relation, op->column) : NULL;

    if (op->kind == OP_ALTER_COLUMN_TYPE)
        check_retype(work, op, relation);
    else if (op->kind == OP_SET_STORAGE || op->kind == OP_SET_COMPRESSION)
        column != NULL ? check_storage(work, op, column) : (void)0;
    else if (relation == NULL)
        return;
    else if (op->kind == OP_DROP_NOT_NULL)
        check_drop_not_null(work, op, relation);
    else if (op->kind == OP_DROP_CONSTRAINT)
        check_drop_constraint(work, op, relation);
    else if (!op->is_inline && work->schema->target >= 17 && relation->partition_bound != NULL)
        effects_fail(work, "42P16", "cannot add identity to a column of a partition");
}
