/* ALTER COLUMN TYPE: rewrites, and what is made anew without one (ATPostAlterTypeCleanup). */
#include "model/depend.h"
#include "model/effects_alter.h"
#include "model/effects_apply.h"
#include "model/effects_check.h"

#include <string.h>

/* --- one column of one table --- */

static bool is_foreign(const struct relation *relation) {
    return relation->object.kind == OBJ_FOREIGN_TABLE;
}

/* DROP DEFAULT comes before all changes of types (AT_PASS_DROP). */
static bool drops_default(const struct effects_work *work, const char *column) {
    for (size_t i = 0; i < work->action_count; i++)
        if (work->actions[i].kind == OP_DROP_DEFAULT && work->actions[i].column != NULL &&
            strcmp(work->actions[i].column, column) == 0)
            return true;
    return false;
}

/* The column's default must have an assignment cast to the new type. */
static void check_default(struct effects_work *work, const struct relation *relation,
                          const struct type_change *change) {
    const struct column *column = change->column;
    struct expr_scope scope = {.schema = work->schema, .relation = relation};
    struct expr_info info;
    struct coercion coercion;

    if (column->default_expr == NULL || column->generated != GENERATED_NOT ||
        drops_default(work, column->name))
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
    const char *column = depend_row_type_user(work->schema, relation->object.id);

    if (column != NULL)
        effects_fail(work, "0A000",
                     "cannot alter table \"%s\" because column \"%s\" uses its row type",
                     relation->object.name, column);
}

static bool is_retyped_before(const struct effects_work *work, const struct op *op) {
    for (size_t i = 0; i < work->action_count; i++) {
        const struct op *other = &work->actions[i];

        if (other->kind == OP_ALTER_COLUMN_TYPE && other->index < op->index &&
            strcmp(other->column, op->column) == 0)
            return true;
    }
    return false;
}

static void check_target(struct effects_work *work, const struct op *op) {
    const struct relation *relation = work->target.relation;

    if (relation->of_type != 0)
        effects_fail(work, "42809", "cannot alter column type of typed table");
    else if (is_retyped_before(work, op))
        effects_fail(work, "0A000", "cannot alter type of column \"%s\" twice", op->column);
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

/* DROP CONSTRAINT beside the change comes before it (AT_PASS_DROP): nothing is made anew. */
static bool is_dropped_beside(const struct effects_work *work, const struct relation *relation,
                              const char *constraint) {
    for (size_t i = 0; i < work->action_count && relation == work->target.relation; i++)
        if (work->actions[i].kind == OP_DROP_CONSTRAINT && work->actions[i].object != NULL &&
            constraint != NULL && strcmp(work->actions[i].object, constraint) == 0)
            return true;
    return false;
}

/*
 * RememberIndexForRebuilding, TryReuseIndex. The indexes of a partitioned table have no storage;
 * those of its partitions are made anew with them.
 */
static void redo_index(struct effects_work *work, const struct effect_retype *retype,
                       const struct relation *index) {
    if (!index_uses_column(work->arena, index, retype->change.column->name) ||
        (index->is_constraint && is_dropped_beside(work, retype->relation, index->object.name)))
        return;
    /* A partition's part of an index is made anew with the whole, which has no file to keep. */
    switch (index->parents.n > 0 ? KNOWN_NO
                                 : index_survives(work->schema, index, &retype->change)) {
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
            !is_dropped_beside(work, relation, constraint->name) &&
            expr_names_column(work->arena, constraint->expr, retype->change.column->name))
            effects_scan(work, relation);
    }
}

static bool is_rewritten(const struct effects_work *work, const struct relation *relation) {
    for (size_t i = 0; i < work->retypes.n; i++)
        if (work->retypes.v[i].relation == relation &&
            work->retypes.v[i].change.rewrite == KNOWN_YES)
            return true;
    return false;
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

static size_t position(const struct name_list *list, const char *name) {
    size_t i = 0;

    while (i < list->n && strcmp(list->v[i], name) != 0)
        i++;
    return i;
}

/* The key is made anew, and must still be one of types that can be compared. */
static void check_foreign_key(struct effects_work *work, const struct effect_retype *retype,
                              const struct relation *from, const struct relation *to,
                              const struct constraint *key) {
    bool own = from == retype->relation;
    size_t at =
        position(own ? &key->columns : &key->reference_columns, retype->change.column->name);
    const struct relation *other = own ? to : from;
    const struct name_list *names = own ? &key->reference_columns : &key->columns;
    const struct column *column =
        other != NULL && at < names->n ? relation_column(other, names->v[at]) : NULL;
    const struct type_use *type = &retype->change.new_type;

    if (column == NULL || other == retype->relation)
        return;
    if (effects_can_reference(work->schema, own ? type : &column->type,
                              own ? &column->type : type) == KNOWN_NO)
        effects_fail(work, "42804", "foreign key constraint \"%s\" cannot be implemented",
                     key->name);
}

/* TryReuseForeignKey: only without a rewrite, and with the same operators. */
static bool stays_checked(struct effects_work *work, const struct effect_retype *retype) {
    return !is_rewritten(work, retype->relation) &&
           compares_alike(work->schema, &retype->change.old_type, &retype->change.new_type);
}

/* Both sides are locked to drop the old constraint's triggers, and read when it is checked anew. */
static void redo_foreign_key(struct effects_work *work, const struct effect_retype *retype,
                             const struct relation *from, const struct constraint *key) {
    const struct relation *to = effects_relation(work, key->references);

    effects_lock(work, from, LOCK_ACCESS_EXCLUSIVE);
    effects_lock(work, to, LOCK_ACCESS_EXCLUSIVE);
    check_foreign_key(work, retype, from, to, key);
    if (!key->validated || !key->enforced || stays_checked(work, retype))
        return;
    effects_unknown(work, "which side the planner reads with an index");
    if (effects_has_storage(from))
        effects_scan(work, from);
    if (to != NULL && effects_has_storage(to))
        effects_scan(work, to);
}

static void redo_own_keys(struct effects_work *work, const struct effect_retype *retype) {
    const struct relation *relation = retype->relation;

    for (size_t i = 0; i < relation->constraint_count; i++) {
        const struct constraint *key = relation->constraints[i];

        if (key->kind == CONSTRAINT_FOREIGN_KEY && !is_dropped_beside(work, relation, key->name) &&
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

/* The index on ONLY a partitioned table is made anew for all partitions. */
static void redo_partitioned(struct effects_work *work, const struct effect_retype *retype) {
    const struct relation *relation = retype->relation;
    struct id_list all = effects_all_below(work, relation);

    for (size_t i = 0; i < relation->indexes.n; i++) {
        const struct relation *index = effects_relation(work, relation->indexes.v[i]);

        if (index == NULL || !index_uses_column(work->arena, index, retype->change.column->name))
            continue;
        for (size_t j = 0; j < all.n; j++)
            if (effects_has_storage(effects_relation(work, all.v[j])))
                effects_scan(work, effects_relation(work, all.v[j]));
    }
}

/* The table as it will be, for the expressions that are read again. */
static struct relation *changed_relation(struct effects_work *work,
                                         const struct relation *relation) {
    struct relation *after = arena_new(work->arena, struct relation);
    struct column *columns = arena_array(work->arena, struct column, relation->column_count);

    *after = *relation;
    memcpy(columns, relation->columns, relation->column_count * sizeof(*columns));
    for (size_t i = 0; i < work->retypes.n; i++) {
        const struct effect_retype *retype = &work->retypes.v[i];

        if (retype->relation == relation)
            columns[retype->change.column - relation->columns].type = retype->change.new_type;
    }
    after->columns = columns;
    return after;
}

static void check_expression(struct effects_work *work, const struct relation *relation,
                             const struct node *expr, bool condition) {
    struct expr_scope scope = {.schema = work->schema};
    struct expr_info info;

    if (expr == NULL || work->stopped)
        return;
    scope.relation = changed_relation(work, relation);
    info = expr_analyse(&scope, expr);
    if (info.missing != NULL && effects_knows_all(work))
        effects_fail(work, "42883", "operator or function does not exist: %s", info.missing);
    else if (condition && type_use_known(work->schema, &info.type) && info.type.user_type == 0 &&
             strcmp(info.type.name, "bool") != 0 && strcmp(info.type.name, "unknown") != 0)
        effects_fail(work, "42804", "argument of WHERE must be type boolean, not type %s",
                     type_use_text(work->arena, work->schema, &info.type));
}

/* What was written for the old type must be good for the new one, too. */
static void check_expressions(struct effects_work *work, const struct effect_retype *retype) {
    const struct relation *relation = retype->relation;
    const char *column = retype->change.column->name;

    for (size_t i = 0; i < relation->constraint_count; i++)
        if (!is_dropped_beside(work, relation, relation->constraints[i]->name) &&
            expr_names_column(work->arena, relation->constraints[i]->expr, column))
            check_expression(work, relation, relation->constraints[i]->expr, true);
    for (size_t i = 0; i < relation->indexes.n; i++) {
        const struct relation *index = effects_relation(work, relation->indexes.v[i]);

        if (index == NULL || !index_uses_column(work->arena, index, column) ||
            effects_is_dropped(work, index->object.id))
            continue;
        check_expression(work, relation, index->predicate, true);
        for (size_t j = 0; j < index->index_column_count; j++)
            check_expression(work, relation, index->index_columns[j].expr, false);
    }
}

static void redo_dependents(struct effects_work *work, const struct effect_retype *retype) {
    const struct id_list *users = &retype->relation->referenced_by;

    redo_own_keys(work, retype);
    for (size_t i = 0; i < users->n; i++)
        redo_keys_of(work, retype, effects_relation(work, users->v[i]));
    if (retype->relation->object.kind == OBJ_PARTITIONED_TABLE)
        redo_partitioned(work, retype);
    check_expressions(work, retype);
    if (!effects_has_storage(retype->relation))
        return;
    redo_checks(work, retype);
    redo_indexes(work, retype);
}

void alter_finish_types(struct effects_work *work) {
    for (size_t i = 0; i < work->retypes.n; i++) {
        const struct effect_retype *retype = &work->retypes.v[i];

        if (retype->change.rewrite == KNOWN_YES && effects_has_storage(retype->relation) &&
            !is_foreign(retype->relation))
            effects_rewrite(work, retype->relation);
    }
    for (size_t i = 0; i < work->retypes.n; i++)
        redo_dependents(work, &work->retypes.v[i]);
}
