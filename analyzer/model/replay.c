#include "model/replay.h"
#include "model/apply_op.h"

#include <string.h>

void replay_init(struct replay *replay, struct arena *arena, int target, bool complete) {
    *replay = (struct replay){0};
    schema_init(&replay->schema, arena, target, complete);
    replay->in_transaction = UNKNOWN;
}

static struct arena *arena_of(const struct replay *replay) {
    return replay->schema.arena;
}

/* Whether statements are in a transaction without a BEGIN of the text's own. */
static enum known by_mode(const struct replay *replay) {
    switch (replay->mode) {
    case TRANSACTION_ALL:
    case TRANSACTION_FILE:
    case TRANSACTION_PIPELINE: /* but see replay_reach */
        return KNOWN_YES;
    case TRANSACTION_SIMPLE_QUERY:
        return replay->statement_count > 1 ? KNOWN_YES : KNOWN_NO;
    case TRANSACTION_PER_STATEMENT:
        return KNOWN_NO;
    default:
        return UNKNOWN;
    }
}

/* ROLLBACK TO keeps the savepoint that it goes back to. */
static void name_savepoint(struct replay *replay, const char *name) {
    struct savepoint_name *named = arena_new(arena_of(replay), struct savepoint_name);

    *named = (struct savepoint_name){name, replay->schema.savepoints};
    replay->schema.savepoints = named;
}

static void push_savepoint(struct replay *replay, const char *name) {
    if (name)
        name_savepoint(replay, name);
    struct savepoint savepoint = {name, replay->schema, replay->held.n};
    vec_push(arena_of(replay), &replay->savepoints, savepoint);
}

/* What the transaction starts from, for what it must not use before its end (new enum labels). */
static void remember_begin(struct replay *replay) {
    struct schema *begun = arena_new(arena_of(replay), struct schema);

    replay->schema.begun = NULL;
    *begun = replay->schema;
    if (replay->in_transaction != KNOWN_NO)
        replay->schema.begun = begun;
}

/* Since the newest savepoint that is still open: those that were released are part of it. */
static void mark_own(struct replay *replay) {
    replay->schema.own_from =
        replay->in_transaction == KNOWN_YES && replay->savepoints.n > 0
            ? replay->savepoints.v[replay->savepoints.n - 1].schema.next_id + 1
            : 0;
}

static void start_transaction(struct replay *replay) {
    replay->savepoints.n = 0;
    replay->held.n = 0;
    replay->failed = false;
    schema_begin_transaction(&replay->schema);
    remember_begin(replay);
    push_savepoint(replay, NULL);
    mark_own(replay);
}

static unsigned next_unit(struct replay *replay) {
    if (replay->in_release && replay->release)
        return replay->release;
    replay->units++;
    if (replay->in_release)
        replay->release = replay->units;
    return replay->units;
}

void replay_begin_section(struct replay *replay, size_t migration, enum transaction_mode mode,
                          size_t statements) {
    replay->schema.unit = next_unit(replay);
    replay->schema.migration = migration;
    replay->mode = mode;
    replay->statement_count = (unsigned)statements;
    replay->explicit_transaction = false;
    replay->pipelined = false;
    replay->in_transaction = by_mode(replay);
    start_transaction(replay);
}

/* Whether the statement fails inside a transaction because it is inside, or outside because it is not. */
static bool minds_transaction(const struct effects *effects) {
    return effects->inside.sqlstate || effects->outside.sqlstate;
}

/*
 * postgres.c, exec_execute_message: only from the second statement on is the server told that it is in a pipeline. No
 * statement of a pipeline is in a transaction block, which some ask for (xact.c, RequireTransactionBlock).
 */
void replay_reach(struct replay *replay, struct ops ops, const struct effects *effects) {
    enum known before = replay->in_transaction;
    bool alone;

    if (replay->mode != TRANSACTION_PIPELINE || replay->explicit_transaction || replay->failed ||
        !ops.n || ops.v[0].statement->parent)
        return;
    alone = effects && minds_transaction(effects) &&
            (!replay->pipelined || effects->outside.sqlstate != NULL);
    replay->in_transaction = alone ? KNOWN_NO : KNOWN_YES;
    replay->pipelined = true;
    if (before == KNOWN_NO && !alone)
        start_transaction(replay);
}

/* Back to the savepoint's schema. What was only counted up goes on, so that no number is given twice. */
static void restore(struct replay *replay, size_t index) {
    struct schema now = replay->schema;

    replay->schema = replay->savepoints.v[index].schema;
    replay->schema.next_id = now.next_id;
    replay->schema.epoch = now.epoch;
    replay->held.n = replay->savepoints.v[index].held;
    replay->failed = false;
}

void replay_end_section(struct replay *replay) {
    /* The runner's COMMIT of an aborted transaction is a ROLLBACK; what was left open is rolled back by its end. */
    if ((replay->failed || replay->explicit_transaction) && replay->savepoints.n > 0)
        restore(replay, 0);
    schema_end_session(&replay->schema);
    replay->savepoints.n = 0;
    replay->held.n = 0;
    replay->explicit_transaction = false;
}

/* BEGIN READ ONLY */
static void begin_options(struct replay *replay, struct node_list options) {
    struct apply apply = {.schema = &replay->schema, .arena = arena_of(replay)};

    apply_transaction_options(&apply, options);
}

static void begin(struct replay *replay, struct node_list options) {
    bool runners = replay->mode == TRANSACTION_ALL || replay->mode == TRANSACTION_FILE;

    if (replay->explicit_transaction || (runners && replay->in_transaction == KNOWN_YES))
        return; /* a warning */
    bool fresh = replay->in_transaction != KNOWN_YES;
    replay->in_transaction = KNOWN_YES;
    if (fresh)
        start_transaction(replay);
    replay->explicit_transaction = true;
    begin_options(replay, options);
}

/* What comes behind COMMIT or ROLLBACK: a runner that began its own transaction has lost it. */
static enum known after_end(const struct replay *replay) {
    if (replay->mode == TRANSACTION_ALL || replay->mode == TRANSACTION_FILE)
        return KNOWN_NO;
    return by_mode(replay);
}

static void end(struct replay *replay, bool commit, bool chain) {
    if (replay->in_transaction == KNOWN_NO)
        return; /* a warning */
    if (commit && !replay->failed)
        schema_commit(&replay->schema);
    else if (replay->in_transaction == KNOWN_YES && replay->savepoints.n > 0)
        restore(replay, 0);
    replay->explicit_transaction = chain;
    replay->in_transaction = chain ? KNOWN_YES : after_end(replay);
    replay->pipelined = false;
    start_transaction(replay);
}

/* The newest savepoint of the name; 0, which is no savepoint, when there is none. */
static size_t find_savepoint(const struct replay *replay, const char *name) {
    size_t i = replay->savepoints.n;

    while (i > 1 && strcmp(replay->savepoints.v[i - 1].name, name) != 0)
        i--;
    return i > 1 ? i - 1 : 0;
}

static void roll_back_to(struct replay *replay, const char *name) {
    size_t index = name ? find_savepoint(replay, name) : 0;

    if (index == 0)
        return;
    restore(replay, index);
    replay->savepoints.n = index + 1;
}

static void release(struct replay *replay, const char *name) {
    size_t index = name && !replay->failed ? find_savepoint(replay, name) : 0;

    const struct savepoint_name *named = replay->schema.savepoints;

    if (index == 0)
        return;
    replay->savepoints.n = index;
    while (named && strcmp(named->name, name) != 0)
        named = named->older;
    replay->schema.savepoints = named ? named->older : NULL;
}

static bool apply_transaction(struct replay *replay, const struct op *op) {
    const struct TransactionStmt *stmt = node_if(TransactionStmt, op->node);

    if (!stmt)
        return false;
    if (op->statement->parent)
        return true; /* COMMIT in a DO block works only where it is not inside a transaction */
    if (op->kind == OP_BEGIN)
        begin(replay, stmt->options);
    else if (op->kind == OP_COMMIT || op->kind == OP_PREPARE_TRANSACTION)
        end(replay, op->kind == OP_COMMIT, stmt->chain);
    else if (op->kind == OP_ROLLBACK)
        end(replay, false, stmt->chain);
    else if (op->kind == OP_SAVEPOINT && !replay->failed && op->object)
        push_savepoint(replay, op->object);
    else if (op->kind == OP_ROLLBACK_TO)
        roll_back_to(replay, op->object);
    else if (op->kind == OP_RELEASE)
        release(replay, op->object);
    else if (op->kind == OP_COMMIT_PREPARED)
        replay->schema.has_unknown = true; /* what was prepared is undone here until then */
    mark_own(replay);
    return true;
}

static void hold_locks(struct replay *replay, const struct effects *effects,
                       const struct statement *statement) {
    if (replay->in_transaction == KNOWN_NO)
        replay->held.n = 0;
    else
        for (size_t i = 0; effects && i < effects->locks.n; i++)
            vec_push(arena_of(replay), &replay->held,
                     ((struct held_lock){effects->locks.v[i], statement}));
}

static void fail(struct replay *replay) {
    if (replay->in_transaction == KNOWN_YES || replay->mode == TRANSACTION_PIPELINE)
        replay->failed = true;
}

static bool is_set_local(const struct op *op) {
    const struct VariableSetStmt *set = node_if(VariableSetStmt, op->node);
    return set && set->is_local;
}

void replay_apply(struct replay *replay, struct ops ops, const struct effects *effects) {
    const struct op *first = ops.v;
    struct failure failure = {0};

    replay->refusal = (struct refusal){0};
    if (ops.n == 0 || apply_transaction(replay, first) || replay->failed)
        return;
    if (is_set_local(first) && replay->in_transaction == KNOWN_NO)
        return; /* a warning */
    if (effects)
        failure = effects_failure(effects, replay->in_transaction);
    if (failure.certain) {
        replay->refusal = (struct refusal){failure.sqlstate, failure.why, true};
        fail(replay);
        return;
    }
    if (effects && effects->after) {
        replay->schema = *effects->after;
        replay->refusal = effects->refusal;
    } else if (!schema_apply(&replay->schema, ops, &replay->refusal)) {
        fail(replay);
        return;
    }
    hold_locks(replay, effects, first->statement);
    if (replay->in_transaction == KNOWN_NO)
        schema_commit(&replay->schema);
}
