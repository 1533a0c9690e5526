/* ALTER COLUMN TYPE: rewrites, and what is made anew without one (ATPostAlterTypeCleanup). */
#include "model/effects_alter.h"
#include "model/effects_apply.h"

#include <string.h>

/* --- one column of one table --- */

static bool has_storage(const struct relation *relation) {
    return relation->object.kind == OBJ_TABLE || relation->object.kind == OBJ_MATVIEW;
}

static bool is_foreign(const struct relation *relation) {
    return relation->object.kind == OBJ_FOREIGN_TABLE;
}

/* The column's default must have an assignment cast to the new type. */
static void check_default(struct effects_work *work, const struct relation *relation,
                          const struct type_change *change) {
    const struct column *column = change->column;
    struct expr_scope scope = {.schema = work->schema, .relation = relation};
    struct expr_info info;
    struct coercion coercion;

    if (column->default_expr == NULL || column->generated != GENERATED_NOT)
        return;
    info = expr_analyse(&scope, column->default_expr);
    if (info.type.name != NULL && strcmp(info.type.name, "unknown") == 0)
        info.type = change->old_type; /* a literal became a constant of the column's type */
    if (!type_use_known(work->schema, &info.type) ||
        !type_use_known(work->schema, &change->new_type))
        return;
    coercion = coercion_start(&info.type);
    coercion_apply(work->schema, &coercion, &change->new_type, CATALOG_ASSIGNMENT);
    if (!coercion.possible)
        effects_fail(work, "42804",
                     "default for column \"%s\" cannot be cast automatically to type %s",
                     column->name, change->new_text);
}

static void cannot_cast(struct effects_work *work, const struct type_change *change, bool using) {
    if (using)
        effects_fail(work, "42804",
                     "result of USING clause for column \"%s\" cannot be cast automatically to "
                     "type %s",
                     change->column->name, change->new_text);
    else
        effects_fail(work, "42804", "column \"%s\" cannot be cast automatically to type %s",
                     change->column->name, change->new_text);
}

static void unknown_change(struct effects_work *work, const struct type_change *change,
                           const char *column, const char *table) {
    if (change->rewrite != UNKNOWN)
        return;
    alter_cannot_exclude_rewrite(work);
    if (change->column == NULL)
        effects_unknown(work, "the present type of column %s of %s", column, table);
    else
        effects_unknown(work, "%s",
                        change->unknown_why != NULL ? change->unknown_why : "the types");
}

static void change_one(struct effects_work *work, const struct op *op,
                       const struct relation *relation) {
    const struct AlterTableCmd *cmd = node_as(AlterTableCmd, op->node);
    const struct ColumnDef *def = node_as(ColumnDef, cmd->def);
    struct effect_retype retype = {.relation = relation};

    retype.change = type_change_of(work->arena, work->schema, relation, cmd);
    unknown_change(work, &retype.change, op->column, relation->object.name);
    if (retype.change.column == NULL)
        return;
    if (retype.change.needs_using)
        cannot_cast(work, &retype.change, def->raw_default != NULL);
    else
        check_default(work, relation, &retype.change);
    vec_push(work->arena, &work->retypes, retype);
}

/* The sequence of an identity column gets the column's type. */
static void retype_sequence(struct effects_work *work, const struct op *op) {
    const struct column *column = alter_column(work, op->column);

    if (column != NULL && column->identity != '\0')
        effects_lock_id(work, column->owned_sequence, LOCK_SHARE_ROW_EXCLUSIVE);
}

/* ATPrepAlterColumnType, find_composite_type_dependencies: the row type stored in other tables. */
static void check_row_type(struct effects_work *work, const struct relation *relation) {
    struct object_list all = schema_objects(work->schema, work->arena);

    for (size_t i = 0; i < all.n && !work->stopped; i++) {
        const struct relation *user =
            object_is_relation(all.v[i]) ? effects_relation(work, all.v[i]->id) : NULL;

        for (size_t j = 0; user != NULL && has_storage(user) && j < user->column_count; j++)
            if (type_use_contains(work->schema, &user->columns[j].type, relation->object.id))
                effects_fail(work, "0A000",
                             "cannot alter table \"%s\" because column \"%s.%s\" uses its row type",
                             relation->object.name, user->object.name, user->columns[j].name);
    }
}

static void check_target(struct effects_work *work, const struct op *op) {
    const struct relation *relation = work->target.relation;

    if (relation->of_type != 0)
        effects_fail(work, "42809", "cannot alter column type of typed table");
    else if (op->only && relation->children.n > 0)
        effects_fail(work, "42P16",
                     "type of inherited column \"%s\" must be changed in child tables too",
                     op->column);
    if (!work->stopped)
        check_row_type(work, relation);
}

void alter_column_type(struct effects_work *work, const struct op *op,
                       const struct effect_row *row) {
    struct id_list all = alter_relations(work, op, row->recurse);
    const struct AlterTableCmd *cmd = node_as(AlterTableCmd, op->node);

    if (all.n == 0) {
        struct type_change change = type_change_of(work->arena, work->schema, NULL, cmd);

        unknown_change(work, &change, op->column, work->target.resolved.name);
        return;
    }
    check_target(work, op);
    for (size_t i = 0; i < all.n && !work->stopped; i++)
        change_one(work, op, effects_relation(work, all.v[i]));
    retype_sequence(work, op);
}

/* --- what hangs on the columns --- */

static bool has_name(const struct name_list *list, const char *name) {
    for (size_t i = 0; i < list->n; i++)
        if (strcmp(list->v[i], name) == 0)
            return true;
    return false;
}

/*
 * RememberIndexForRebuilding, TryReuseIndex. The indexes of a partitioned table have no storage;
 * those of its partitions are made anew with them.
 */
static void redo_index(struct effects_work *work, const struct effect_retype *retype,
                       const struct relation *index) {
    if (!index_uses_column(work->arena, index, retype->change.column->name))
        return;
    switch (index_survives(work->schema, index, &retype->change)) {
    case KNOWN_NO:
        effects_rebuild(work, index);
        effects_scan(work, retype->relation);
        break;
    case UNKNOWN:
        effects_unknown(work, "the operator class of index %s", index->object.name);
        break;
    default:
        break;
    }
}

static void redo_indexes(struct effects_work *work, const struct effect_retype *retype) {
    const struct relation *relation = retype->relation;

    for (size_t i = 0; i < relation->indexes.n; i++) {
        const struct relation *index = effects_relation(work, relation->indexes.v[i]);

        if (index != NULL && index->object.kind == OBJ_INDEX)
            redo_index(work, retype, index);
    }
}

/* A CHECK that names the column is added again, and tested; one that is NOT VALID stays so. */
static void redo_checks(struct effects_work *work, const struct effect_retype *retype) {
    const struct relation *relation = retype->relation;

    for (size_t i = 0; i < relation->constraint_count; i++) {
        const struct constraint *constraint = relation->constraints[i];

        if (constraint->kind == CONSTRAINT_CHECK && constraint->validated && constraint->enforced &&
            expr_names_column(work->arena, constraint->expr, retype->change.column->name))
            effects_scan(work, relation);
    }
}

/* Whether two types are compared by the same operator, so that a foreign key needs no new check. */
static bool compares_alike(const struct schema *schema, const struct type_use *a,
                           const struct type_use *b) {
    const struct catalog_opclass *left =
        catalog_default_opclass("btree", type_use_catalog_id(schema, a), schema->target);
    const struct catalog_opclass *right =
        catalog_default_opclass("btree", type_use_catalog_id(schema, b), schema->target);

    return left != NULL && right != NULL && left->type == right->type &&
           strcmp(left->name, right->name) == 0;
}

/* Both sides are locked to drop the old constraint's triggers, and read when it is checked anew. */
static void redo_foreign_key(struct effects_work *work, const struct effect_retype *retype,
                             const struct relation *from, const struct constraint *key) {
    const struct relation *to = effects_relation(work, key->references);

    effects_lock(work, from, LOCK_ACCESS_EXCLUSIVE);
    effects_lock(work, to, LOCK_ACCESS_EXCLUSIVE);
    if (!key->validated || !key->enforced ||
        compares_alike(work->schema, &retype->change.old_type, &retype->change.new_type))
        return;
    if (has_storage(from))
        effects_scan(work, from);
    if (to != NULL && has_storage(to))
        effects_scan(work, to);
}

static void redo_own_keys(struct effects_work *work, const struct effect_retype *retype) {
    const struct relation *relation = retype->relation;

    for (size_t i = 0; i < relation->constraint_count; i++) {
        const struct constraint *key = relation->constraints[i];

        if (key->kind == CONSTRAINT_FOREIGN_KEY &&
            has_name(&key->columns, retype->change.column->name))
            redo_foreign_key(work, retype, relation, key);
    }
}

static void redo_keys_of(struct effects_work *work, const struct effect_retype *retype,
                         const struct relation *from) {
    for (size_t i = 0; from != NULL && i < from->constraint_count; i++) {
        const struct constraint *key = from->constraints[i];

        if (key->kind == CONSTRAINT_FOREIGN_KEY && key->references == retype->relation->object.id &&
            has_name(&key->reference_columns, retype->change.column->name))
            redo_foreign_key(work, retype, from, key);
    }
}

static void redo_dependents(struct effects_work *work, const struct effect_retype *retype) {
    const struct id_list *users = &retype->relation->referenced_by;

    redo_own_keys(work, retype);
    for (size_t i = 0; i < users->n; i++)
        redo_keys_of(work, retype, effects_relation(work, users->v[i]));
    if (!has_storage(retype->relation))
        return;
    redo_checks(work, retype);
    redo_indexes(work, retype);
}

void alter_finish_types(struct effects_work *work) {
    for (size_t i = 0; i < work->retypes.n; i++) {
        const struct effect_retype *retype = &work->retypes.v[i];

        if (retype->change.rewrite == KNOWN_YES && has_storage(retype->relation) &&
            !is_foreign(retype->relation))
            effects_rewrite(work, retype->relation);
    }
    for (size_t i = 0; i < work->retypes.n; i++)
        redo_dependents(work, &work->retypes.v[i]);
}
