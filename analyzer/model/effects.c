#include "model/apply.h"
#include "model/effects_apply.h"
#include "model/effects_check.h"

#include "base/bug.h"

#include <string.h>

/* The relation kinds of the row, as ATSimplePermissions and its like check them. */
static bool target_fits(const struct effect_row *row, const struct effect_target *target) {
    return row->targets == 0 || target->relation == NULL ||
           effects_may_be(target->relation, row->targets);
}

/* A row without an apply function: the target's lock, and nothing else. */
static void apply_plain(struct effects_work *work, const struct op *op,
                        const struct effect_row *row) {
    struct effect_target target;

    if (row->lock == LOCK_NONE)
        return;
    target = effects_find(work, op->target, op->missing_ok, "relation");
    if (!target_fits(row, &target))
        effects_fail(work, "42809", "\"%s\" is not a table", op->target.name);
    else
        effects_lock_target(work, &target, OBJ_TABLE, row->lock);
}

static const char *upper_words(const struct op *op) {
    return op_kind_words(op->kind);
}

/* In a function or DO block there is always a transaction (CheckTransactionBlock). */
static void apply_transaction_rule(struct effects_work *work, const struct op *op,
                                   const struct effect_row *row) {
    if (row->transaction == TX_REFUSED)
        effects_refuse_transaction(work, upper_words(op));
    else if (row->transaction == TX_REQUIRED && op->statement->parent == NULL)
        effects_refuse(work, false, "25P01", "%s can only be used in transaction blocks",
                       upper_words(op));
}

/* Parts of a table that is being made lock only what they refer to. */
static bool refers_to_others(const struct op *op) {
    return op->kind == OP_ADD_FOREIGN_KEY || op->kind == OP_ADD_INHERIT ||
           op->kind == OP_COPY_TABLE_DEFINITION;
}

static bool makes_relation(const struct op *op) {
    return op->in_create || (op->kind >= OP_CREATE_TABLE && op->kind <= OP_CREATE_FOREIGN_TABLE);
}

/* CREATE TABLE IF NOT EXISTS of a table that exists: nothing of it is looked at. */
static bool is_void(const struct effects_work *work, const struct op *op) {
    return makes_relation(op) && op->if_not_exists &&
           schema_relation(work->schema, op->target) != NULL;
}

/* Of a table that no history tells of: it may exist. */
static bool may_be_void(const struct effects_work *work, const struct op *op) {
    return makes_relation(op) && op->if_not_exists && !schema_knows_all(work->schema);
}

/* COMMIT in a DO block works only where the block is a statement of its own. */
static bool ends_transaction_inside(struct effects_work *work, const struct op *op) {
    if (op->statement->parent == NULL || (op->kind != OP_COMMIT && op->kind != OP_ROLLBACK))
        return false;
    effects_refuse(work, true, "2D000", "invalid transaction termination");
    return true;
}

static void apply(struct effects_work *work, const struct op *op) {
    const struct effect_row *row = effect_row(op->kind, work->schema->target);

    if (row == NULL)
        BUG("effects.def has no row for %s", op_kind_words(op->kind));
    if (is_void(work, op) || ends_transaction_inside(work, op))
        return;
    work->maybe_void = may_be_void(work, op);
    effects_check(work, op);
    if (work->stopped || (op->in_create && !refers_to_others(op)))
        return;
    apply_transaction_rule(work, op, row);
    if (row->apply != NULL)
        row->apply(work, op, row);
    else
        apply_plain(work, op, row);
}

static size_t same_statement(struct ops ops, size_t from) {
    size_t end = from + 1;

    while (end < ops.n && ops.v[end].stmt == ops.v[from].stmt)
        end++;
    return end;
}

static void apply_command(struct effects_work *work, const struct op *ops, size_t n) {
    if (ops[0].stmt != NULL && ops[0].stmt->kind == NODE_AlterTableStmt) {
        effects_alter_table(work, ops, n);
        return;
    }
    for (size_t i = 0; i < n && !work->stopped; i++)
        apply(work, &ops[i]);
    work->maybe_void = false;
}

static void apply_all(struct effects_work *work) {
    struct ops ops = work->ops;
    size_t end;

    for (size_t i = 0; i < ops.n && !work->stopped; i = end) {
        end = same_statement(ops, i);
        apply_command(work, &ops.v[i], end - i);
    }
}

/* What the statement itself made is nobody's concern. */
static void forget_made(struct effects_work *work, object_id last) {
    size_t n = 0;

    for (size_t i = 0; i < work->touched.n; i++)
        if (work->touched.v[i].id <= last)
            work->touched.v[n++] = work->touched.v[i];
    work->touched.n = n;
}

/* setSchemaName */
static void check_element(struct effects_work *work, const struct op *op, const char *schema) {
    bool is_create = op->kind >= OP_CREATE_TABLE && op->kind <= OP_CREATE_TABLESPACE;

    if (is_create && op->target.schema != NULL && strcmp(op->target.schema, schema) != 0)
        effects_fail(work, "42P15",
                     "CREATE specifies a schema (%s) different from the one being created (%s)",
                     op->target.schema, schema);
}

/* CREATE SCHEMA with elements: each is a command of its own, behind those before it. */
static void apply_elements(struct effects_work *work) {
    const struct schema *before = work->schema;
    struct schema *now = arena_new(work->arena, struct schema);
    struct ops ops = work->ops;
    struct refusal refusal;
    size_t end;

    *now = *before;
    work->schema = now;
    for (size_t i = 0; i < ops.n && !work->stopped; i = end) {
        end = same_statement(ops, i);
        if (i > 0)
            check_element(work, &ops.v[i], ops.v[0].target.name);
        if (!work->stopped)
            apply_command(work, &ops.v[i], end - i);
        if (!schema_apply(now, (struct ops){end - i, &ops.v[i]}, &refusal))
            break; /* told when the whole is tried */
        if (i == 0 && ops.v[0].target.name != NULL)
            schema_enter(now, ops.v[0].target.name);
    }
    forget_made(work, before->next_id);
    work->schema = before;
}

static bool has_elements(const struct effects_work *work) {
    return work->ops.n > 1 && work->ops.v[0].kind == OP_CREATE_SCHEMA;
}

/* The same operations, as if no handler could catch what they fail with. */
static struct ops uncaught(struct effects_work *work, struct ops caught) {
    struct op *ops = arena_array(work->arena, struct op, caught.n);
    struct statement *statement = arena_new(work->arena, struct statement);

    *statement = *caught.v[0].statement;
    statement->caught = false;
    if (!statement->conditional)
        statement->parent = NULL;
    for (size_t i = 0; i < caught.n; i++) {
        ops[i] = caught.v[i];
        ops[i].statement = statement;
    }
    return (struct ops){caught.n, ops};
}

static bool is_one_action(const struct effects_work *work) {
    const struct op *op = work->ops.v;

    return work->ops.n == 1 && work->all.n > 1 && op->stmt != NULL &&
           op->stmt->kind == NODE_AlterTableStmt;
}

/* One action of an ALTER TABLE needs what those beside it make: a column for its constraints. */
static struct ops with_others(struct effects_work *work) {
    const struct op *op = work->ops.v;
    struct op *ops;

    if (!is_one_action(work))
        return work->ops;
    ops = arena_array(work->arena, struct op, work->all.n);
    for (size_t i = 0; i < work->all.n; i++)
        ops[i] = work->all.v[i].index == op->index ? *op : work->all.v[i];
    return (struct ops){work->all.n, ops};
}

static struct refusal try_on_copy(struct effects_work *work) {
    struct schema *copy = arena_new(work->arena, struct schema);
    struct ops ops = with_others(work);
    bool as_replayed = ops.n == 0 || !ops.v[0].statement->caught;

    *copy = *work->schema;
    if (!as_replayed)
        ops = uncaught(work, ops);
    work->out->applied = true;
    if (!schema_apply(copy, ops, &work->out->refusal))
        return work->out->refusal;
    work->made = copy;
    if (as_replayed && ops.n == work->all.n)
        work->out->after = copy;
    return work->out->refusal;
}

/* An object or column is not there: of what no history tells, that is no news. */
static bool tells_of_absence(const char *sqlstate) {
    static const char *const states[] = {"42P01", "42703", "42704", "42883", "3F000"};

    for (size_t i = 0; i < sizeof(states) / sizeof(*states); i++)
        if (strcmp(sqlstate, states[i]) == 0)
            return true;
    return false;
}

/* What the server refuses to enter into its catalogues: names, dependencies, kinds of objects. */
static void try_to_apply(struct effects_work *work, const struct effects *whole) {
    bool is_known = whole != NULL && whole->applied && is_one_action(work);
    struct refusal refusal = is_known ? whole->refusal : try_on_copy(work);

    if (is_known)
        work->made = whole->after;
    if (refusal.sqlstate == NULL)
        return;
    if (refusal.certain)
        effects_fail(work, refusal.sqlstate, "%s", refusal.message);
    else if (effects_knows_all(work) || !tells_of_absence(refusal.sqlstate))
        effects_may_fail(work, "the objects are as the history has them", refusal.sqlstate, "%s",
                         refusal.message);
}

/* What fails in a block with an EXCEPTION clause is undone, and goes on behind it. */
static void undo_caught(struct effects_work *work) {
    struct failure *failure = &work->out->failure;

    if (!failure->certain || work->ops.n == 0 || !work->ops.v[0].statement->caught)
        return;
    work->touched.n = 0;
    work->stopped = false;
    failure->certain = false;
    failure->condition = "no handler catches it";
}

static enum known transaction_known(const struct effects_work *work) {
    if (work->out->inside.sqlstate != NULL)
        return KNOWN_NO;
    return work->stopped ? UNKNOWN : KNOWN_YES;
}

static struct effects *run(struct arena *arena, const struct schema *before, struct ops ops,
                           struct ops all, const struct effects *whole, int calls) {
    struct effects_work work = {
        .arena = arena, .schema = before, .ops = ops, .all = all, .calls = calls};

    work.out = arena_new(arena, struct effects);
    work.out->rewrite_known = KNOWN_YES;
    work.out->parsed = (whole != NULL && whole->parsed) || !effects_syntax(&work);
    if (work.out->parsed)
        has_elements(&work) ? apply_elements(&work) : apply_all(&work);
    if (!work.stopped)
        try_to_apply(&work, whole);
    if (!work.stopped && work.made != NULL)
        effects_check_made(&work, work.made);
    if (!work.stopped)
        effects_check_enums(&work);
    undo_caught(&work);
    work.out->in_transaction_ok = transaction_known(&work);
    effects_collect(&work);
    return work.out;
}

struct effects *effects_of_op(struct arena *arena, const struct schema *before, struct ops all,
                              const struct op *op, const struct effects *whole) {
    return run(arena, before, (struct ops){1, op}, all, whole, 0);
}

struct effects *effects_of_statement(struct arena *arena, const struct schema *before,
                                     struct ops ops) {
    return run(arena, before, ops, ops, NULL, 0);
}

struct effects *effects_nested(struct effects_work *work, struct ops ops) {
    return run(work->arena, work->schema, ops, ops, NULL, work->calls);
}

static struct failure on_condition(struct failure failure, const char *condition) {
    failure.certain = false;
    failure.condition = condition;
    return failure;
}

struct failure effects_failure(const struct effects *effects, enum known in_transaction) {
    if (in_transaction == KNOWN_YES && effects->inside.sqlstate != NULL)
        return effects->inside;
    if (in_transaction == KNOWN_NO && effects->outside.sqlstate != NULL)
        return effects->outside;
    if (in_transaction != UNKNOWN || effects->failure.certain)
        return effects->failure;
    if (effects->inside.sqlstate != NULL)
        return on_condition(effects->inside, "it runs in a transaction");
    if (effects->outside.sqlstate != NULL)
        return on_condition(effects->outside, "it runs outside of a transaction");
    return effects->failure;
}

enum lock_mode effects_lock_on(const struct effects *effects, struct name resolved) {
    for (size_t i = 0; i < effects->locks.n; i++) {
        const struct effect_lock *lock = &effects->locks.v[i];
        bool same_schema = lock->relation.schema == NULL || resolved.schema == NULL
                               ? lock->relation.schema == resolved.schema
                               : strcmp(lock->relation.schema, resolved.schema) == 0;

        if (same_schema && strcmp(lock->relation.name, resolved.name) == 0)
            return lock->mode;
    }
    return LOCK_NONE;
}
