/* ALTER TABLE: constraints (ATExecAddConstraint, ATExecValidateConstraint ..., tablecmds.c). */
#include "model/effects_alter.h"
#include "model/effects_apply.h"
#include "model/effects_query.h"

#include <string.h>

static void scan_stored(struct effects_work *work, const struct relation *relation) {
    if (relation != NULL && effects_has_storage(relation))
        effects_scan(work, relation);
}

/* --- CHECK --- */

static void violated(struct effects_work *work, const struct relation *relation,
                     const struct op *op) {
    if (relation_is_empty(work->schema, relation))
        return;
    effects_may_fail(work,
                     arena_printf(work->arena, "a row of %s violates it", relation->object.name),
                     "23514", "check constraint \"%s\" of relation \"%s\" is violated by some row",
                     op->object != NULL ? op->object : "", relation->object.name);
}

/*
 * A child that has a constraint of the name already merges it, and is not read
 * (MergeWithExistingConstraint).
 */
static bool merges(const struct relation *relation, const struct op *op) {
    return op->object != NULL && relation_constraint(relation, op->object) != NULL;
}

static void check_one(struct effects_work *work, const struct relation *relation,
                      const struct op *op) {
    effects_lock(work, relation, work->lock);
    if (op->not_valid || op->not_enforced || merges(relation, op) || !effects_has_storage(relation))
        return;
    effects_scan(work, relation);
    effects_compute(work, node_as(Constraint, op->node)->raw_expr);
    violated(work, relation, op);
}

static bool is_no_inherit(const struct op *op) {
    const struct Constraint *constraint = node_if(Constraint, op->node);

    return constraint != NULL && constraint->is_no_inherit;
}

void alter_add_check(struct effects_work *work, const struct op *op, const struct effect_row *row) {
    const struct relation *relation = work->target.relation;
    struct id_list all;

    (void)row;
    if (relation == NULL) {
        if (!op->not_valid && !op->not_enforced)
            effects_scan_name(work, work->target.resolved);
        return;
    }
    if (is_no_inherit(op)) {
        check_one(work, relation, op);
        return;
    }
    all = effects_all_below(work, relation);
    for (size_t i = 0; i < all.n; i++)
        check_one(work, effects_relation(work, all.v[i]), op);
}

/* --- NOT NULL as a constraint: inline, or (18) of the table --- */

void alter_add_not_null(struct effects_work *work, const struct op *op,
                        const struct effect_row *row) {
    (void)row;
    if (op->is_inline) /* ADD COLUMN accounts for it */
        return;
    if (!op->not_valid && !is_no_inherit(op)) {
        alter_set_not_null(work, op, row);
        return;
    }
    if (!op->not_valid) {
        struct op only = *op;

        only.only = true;
        alter_set_not_null(work, &only, row);
    }
    if (work->target.relation != NULL)
        alter_lock_below(work, work->target.relation);
}

/* --- UNIQUE, PRIMARY KEY, EXCLUDE --- */

/* Columns that a primary key makes NOT NULL; with an index given, the index's. */
static void need_not_null(struct effects_work *work, const struct op *op,
                          const struct effect_row *row, const char *column) {
    struct op set = *op;

    set.kind = OP_SET_NOT_NULL;
    set.column = column;
    alter_set_not_null(work, &set, row);
}

static void primary_key_columns(struct effects_work *work, const struct op *op,
                                const struct effect_row *row, const struct relation *index) {
    const struct Constraint *constraint = node_as(Constraint, op->node);

    if (op->is_inline)
        return;
    for (size_t i = 0; i < constraint->keys.n && !work->stopped; i++)
        need_not_null(work, op, row, node_string(constraint->keys.v[i]));
    for (size_t i = 0; index != NULL && i < index->index_key_count && !work->stopped; i++)
        if (index->index_columns[i].column != NULL)
            need_not_null(work, op, row, index->index_columns[i].column);
}

static const struct relation *index_of(struct effects_work *work, const char *name) {
    struct name full = {work->target.resolved.schema, name};

    return name != NULL ? schema_relation(work->schema, full) : NULL;
}

/* The index becomes the constraint's and is renamed to it. */
static void use_index(struct effects_work *work, const struct op *op) {
    const struct relation *index = index_of(work, op->new_name);

    if (index == NULL)
        return;
    if (op->object != NULL && strcmp(op->object, index->object.name) != 0) {
        effects_lock(work, index, LOCK_SHARE_UPDATE_EXCLUSIVE);
        effects_rename(work, index, (struct name){NULL, op->object});
    }
}

static void may_not_be_unique(struct effects_work *work, const struct op *op,
                              const struct relation *relation) {
    const char *state = op->kind == OP_ADD_EXCLUSION ? "23P01" : "23505";

    if (relation_is_empty(work->schema, relation))
        return;
    effects_may_fail(work, arena_printf(work->arena, "rows of %s conflict", relation->object.name),
                     state,
                     op->kind == OP_ADD_EXCLUSION ? "could not create exclusion constraint \"%s\""
                                                  : "could not create unique index \"%s\"",
                     op->object != NULL ? op->object : "");
}

/* DefineIndex goes on to partitions, not to inheriting tables. */
static void build_index(struct effects_work *work, const struct op *op,
                        const struct effect_row *row, const struct relation *relation) {
    struct id_list all = {.n = 1, .v = &relation->object.id};

    if (relation->object.kind == OBJ_PARTITIONED_TABLE && !op->only)
        all = effects_all_below(work, relation);
    for (size_t i = 0; i < all.n; i++) {
        const struct relation *one = effects_relation(work, all.v[i]);

        if (i > 0)
            effects_lock(work, one, row->partitions);
        if (op->deferrable) /* index_constraint_create makes a trigger */
            effects_lock(work, one, LOCK_SHARE_ROW_EXCLUSIVE);
        scan_stored(work, one);
        if (effects_has_storage(one))
            may_not_be_unique(work, op, one);
    }
}

void alter_add_index(struct effects_work *work, const struct op *op, const struct effect_row *row) {
    const struct relation *relation = work->target.relation;

    if (op->kind == OP_ADD_PRIMARY_KEY)
        primary_key_columns(work, op, row, op->using_index ? index_of(work, op->new_name) : NULL);
    if (op->using_index)
        use_index(work, op);
    else if (relation != NULL)
        build_index(work, op, row, relation);
    else
        effects_scan_name(work, work->target.resolved);
}

/* --- FOREIGN KEY --- */

/* transformAlterTableStmt: a column added without a default holds nothing to check. */
static bool inline_default_given(const struct effects_work *work, const struct op *op) {
    for (size_t i = 0; i < work->action_count; i++) {
        const struct op *other = &work->actions[i];

        if (!other->is_inline || other->column == NULL || op->column == NULL ||
            strcmp(other->column, op->column) != 0)
            continue;
        if (other->kind == OP_SET_DEFAULT || other->kind == OP_ADD_SERIAL ||
            other->kind == OP_ADD_GENERATED)
            return true;
    }
    return false;
}

static bool is_checked(const struct effects_work *work, const struct op *op) {
    if (op->not_valid || op->not_enforced)
        return false;
    return !op->is_inline || inline_default_given(work, op);
}

static void lock_with_partitions(struct effects_work *work, const struct relation *relation,
                                 enum lock_mode mode) {
    struct id_list all = {.n = 1, .v = &relation->object.id};

    if (relation->object.kind == OBJ_PARTITIONED_TABLE)
        all = effects_all_below(work, relation);
    for (size_t i = 0; i < all.n; i++)
        effects_lock_id(work, all.v[i], mode);
}

/*
 * The check is a query over both tables; which of them is read from end to end, the planner
 * decides by their sizes.
 */
static void scan_both(struct effects_work *work, const struct relation *from,
                      const struct relation *to) {
    const struct relation *sides[] = {from, to};

    for (size_t i = 0; i < 2; i++) {
        struct id_list all = {0};

        if (sides[i] != NULL)
            all = effects_all_below(work, sides[i]);
        for (size_t j = 0; j < all.n; j++)
            if (j == 0 || sides[i]->object.kind == OBJ_PARTITIONED_TABLE)
                scan_stored(work, effects_relation(work, all.v[j]));
    }
    effects_unknown(work, "which side the planner reads with an index");
}

static void violates(struct effects_work *work, const struct op *op) {
    const struct relation *relation = work->target.relation;

    if (relation != NULL && relation_is_empty(work->schema, relation))
        return;
    effects_may_fail(work,
                     arena_printf(work->arena, "a row of %s refers to none of %s",
                                  work->target.resolved.name, op->other.name),
                     "23503",
                     "insert or update on table \"%s\" violates foreign key constraint \"%s\"",
                     work->target.resolved.name, op->object != NULL ? op->object : "");
}

static bool refers_to_itself(struct effects_work *work, const struct op *op) {
    struct name from = schema_resolve(work->schema, op->target);
    struct name to = schema_resolve(work->schema, op->other);

    return strcmp(from.name, to.name) == 0 && from.schema != NULL && to.schema != NULL &&
           strcmp(from.schema, to.schema) == 0;
}

void alter_add_foreign_key(struct effects_work *work, const struct op *op,
                           const struct effect_row *row) {
    const struct relation *from = work->target.relation;
    struct effect_target to;

    if (op->in_create && refers_to_itself(work, op))
        return;
    to = effects_find(work, op->other, false, "relation");
    if (!to.found)
        return;
    effects_lock_target(work, &to, OBJ_TABLE, row->other);
    if (to.relation != NULL)
        lock_with_partitions(work, to.relation, row->other);
    if (op->in_create)
        return;
    if (from != NULL)
        lock_with_partitions(work, from, row->lock);
    if (!is_checked(work, op))
        return;
    if (from == NULL)
        effects_scan_name(work, work->target.resolved);
    if (to.relation == NULL)
        effects_scan_name(work, to.resolved);
    scan_both(work, from, to.relation);
    violates(work, op);
}

/* --- VALIDATE --- */

static void validate_check(struct effects_work *work, const struct op *op,
                           const struct constraint *constraint) {
    struct id_list all = {.n = 1, .v = &work->target.relation->object.id};

    if (!op->only && !constraint->no_inherit)
        all = effects_all_below(work, work->target.relation);
    for (size_t i = 0; i < all.n; i++) {
        const struct relation *relation = effects_relation(work, all.v[i]);
        const struct constraint *own = relation_constraint(relation, constraint->name);

        effects_lock(work, relation, work->lock);
        if (own == NULL || !own->validated)
            scan_stored(work, relation);
        if (effects_has_storage(relation))
            violated(work, relation, op);
    }
}

/* The query that checks the rows reads them. */
static void read_partitions(struct effects_work *work, const struct relation *relation) {
    struct id_list all = effects_all_below(work, relation);

    for (size_t i = 1; i < all.n; i++)
        effects_lock_id(work, all.v[i], LOCK_ACCESS_SHARE);
}

static void validate_foreign_key(struct effects_work *work, const struct op *op,
                                 const struct effect_row *row,
                                 const struct constraint *constraint) {
    const struct relation *to = effects_relation(work, constraint->references);
    const struct relation *from = work->target.relation;

    if (to != NULL)
        effects_lock(work, to, row->other);
    if (to != NULL && to->object.kind == OBJ_PARTITIONED_TABLE)
        read_partitions(work, to);
    if (from->object.kind == OBJ_PARTITIONED_TABLE)
        alter_lock_below(work, from);
    scan_both(work, from, to);
    violates(work, op);
}

/* One that the statement itself adds is read by the same scan. */
static bool added_here(const struct effects_work *work, const char *name) {
    for (size_t i = 0; i < work->action_count; i++) {
        const struct op *op = &work->actions[i];

        if (op->object != NULL && op->kind != OP_VALIDATE_CONSTRAINT &&
            op->kind != OP_DROP_CONSTRAINT && strcmp(op->object, name) == 0)
            return true;
    }
    return false;
}

void alter_validate_constraint(struct effects_work *work, const struct op *op,
                               const struct effect_row *row) {
    const struct relation *relation = work->target.relation;
    const struct constraint *constraint =
        relation != NULL ? relation_constraint(relation, op->object) : NULL;

    if (constraint == NULL) {
        if (added_here(work, op->object) || relation == NULL || relation->object.assumed)
            alter_scan_target(work);
        return;
    }
    if (!constraint->enforced)
        effects_fail(work, "55000", "cannot validate NOT ENFORCED constraint");
    if (constraint->validated || !constraint->enforced)
        return;
    if (constraint->kind == CONSTRAINT_FOREIGN_KEY)
        validate_foreign_key(work, op, row, constraint);
    else
        validate_check(work, op, constraint);
}

/* --- ALTER CONSTRAINT --- */

/* Enforcing a foreign key makes its triggers, and checks the rows; not enforcing drops them (18). */
static void alter_enforcement(struct effects_work *work, const struct op *op,
                              const struct constraint *constraint) {
    const struct ATAlterConstraint *alter =
        node_if(ATAlterConstraint, node_as(AlterTableCmd, op->node)->def);
    const struct relation *to = effects_relation(work, constraint->references);

    if (alter == NULL || !alter->alterEnforceability || to == NULL ||
        alter->is_enforced == constraint->enforced)
        return;
    effects_lock(work, to, alter->is_enforced ? LOCK_SHARE_ROW_EXCLUSIVE : LOCK_ACCESS_EXCLUSIVE);
    if (alter->is_enforced)
        scan_both(work, work->target.relation, to);
}

/* ATExecAlterConstrInheritability (18): children get the NOT NULL, too. */
static void alter_inheritance(struct effects_work *work, const struct op *op,
                              const struct relation *relation,
                              const struct constraint *constraint) {
    const struct ATAlterConstraint *alter =
        node_if(ATAlterConstraint, node_as(AlterTableCmd, op->node)->def);

    if (alter == NULL || !alter->alterInheritability)
        return;
    if (constraint->kind != CONSTRAINT_NOT_NULL) {
        effects_fail(work, "42809",
                     "constraint \"%s\" of relation \"%s\" is not a not-null constraint",
                     constraint->name, relation->object.name);
        return;
    }
    if (alter->noinherit || !constraint->no_inherit)
        return;
    for (size_t i = 0; i < relation->children.n; i++) {
        const struct relation *child = effects_relation(work, relation->children.v[i]);
        const struct column *column =
            child != NULL ? relation_column(child, constraint->columns.v[0]) : NULL;

        effects_lock(work, child, work->lock);
        if (column != NULL && column->not_null != KNOWN_YES)
            scan_stored(work, child);
    }
}

void alter_alter_constraint(struct effects_work *work, const struct op *op,
                            const struct effect_row *row) {
    const struct relation *relation = work->target.relation;
    const struct constraint *constraint =
        relation != NULL && op->object != NULL ? relation_constraint(relation, op->object) : NULL;

    (void)row;
    if (constraint == NULL)
        return;
    if (constraint->kind == CONSTRAINT_FOREIGN_KEY)
        alter_enforcement(work, op, constraint);
    alter_inheritance(work, op, relation, constraint);
    if (relation->object.kind == OBJ_PARTITIONED_TABLE)
        alter_lock_below(work, relation);
}
