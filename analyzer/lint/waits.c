/* What statements wait for and make others wait for: locks, the open transaction, timeouts. */
#include "lint/context.h"

#include "base/ascii.h"

#include <string.h>

/* --- locks on what others use --- */

static bool holds_rows(enum object_kind kind) {
    return kind == OBJ_TABLE || kind == OBJ_PARTITIONED_TABLE || kind == OBJ_FOREIGN_TABLE ||
           kind == OBJ_MATVIEW;
}

/* relation: what is locked; NULL: the history does not know it. */
static bool is_used_by_others(const struct rule_context *context, const struct relation *relation) {
    return !relation ||
           !(relation->object.temporary ||
             (!relation->object.assumed && relation->object.maker.unit == context->schema.unit));
}

/* Locks name relations as they are called after the statement. */
static const struct relation *locked_relation(const struct rule_context *context,
                                              const struct op *op, struct name name) {
    const struct relation *relation = schema_relation(&context->schema, name);

    return relation || !op->new_name ? relation : rule_target(context, op);
}

/* What one operation locks, the statement locks. */
static bool statement_locks(const struct rule_context *context, enum lock_mode least) {
    const struct effects *effects = context->statement_effects;

    for (size_t i = 0; i < effects->locks.n; i++)
        if (effects->locks.v[i].mode >= least && holds_rows(effects->locks.v[i].kind))
            return true;
    return !effects->after; /* where it fails not all is known */
}

bool rule_lock_taken(struct rule_context *context, const struct op *op, enum lock_mode least,
                     struct rule_lock *lock) {
    const struct effects *effects;
    enum lock_mode best = least;

    *lock = (struct rule_lock){0};
    if (!statement_locks(context, least))
        return false;
    effects = rule_effects(context, op);
    for (size_t i = 0; i < effects->locks.n; i++) {
        const struct effect_lock *taken = &effects->locks.v[i];
        if (taken->mode < best || (lock->by && taken->mode == best) || !holds_rows(taken->kind) ||
            !is_used_by_others(context, locked_relation(context, op, taken->relation)))
            continue;
        best = taken->mode;
        *lock = (struct rule_lock){schema_display(context->arena, taken->relation), best, op};
    }
    return lock->by != NULL;
}

/* --- the open transaction --- */

static const struct statement *outermost(const struct statement *statement) {
    while (statement->parent)
        statement = statement->parent;
    return statement;
}

static const struct op *first_op(const struct rule_context *context) {
    return context->ops.n ? &context->ops.v[0] : NULL;
}

/* What a ROLLBACK gave back is held no more; nor is anything where no transaction is open. */
static void forget_locks(struct rule_context *context) {
    const struct statement *statement = walk_statement(&context->walk);
    struct open_transaction *open = &context->open;

    if (context->walk.replay.in_transaction != KNOWN_NO) {
        while (open->held.n && open->held.v[open->held.n - 1].at >= context->walk.replay.held.n)
            open->held.n--;
        open->body = NULL;
        return;
    }
    if (!statement->parent || outermost(statement) != open->body)
        open->held.n = 0;
    open->body = outermost(statement);
}

void waits_before(struct rule_context *context) {
    if (!walk_statement(&context->walk)->tree)
        context->open.unread = true;
    forget_locks(context);
}

static object_id id_of(const struct rule_context *context, const struct op *op, struct name name) {
    const struct relation *relation = locked_relation(context, op, name);

    return relation ? relation->object.id : 0;
}

static bool is_held_already(const struct open_transaction *open, object_id id,
                            enum lock_mode mode) {
    const struct held_table *last = open->held.n ? &open->held.v[open->held.n - 1] : NULL;

    return last && id && last->id == id && last->lock.mode >= mode;
}

static void hold(struct rule_context *context, const struct effect_lock *lock, size_t at) {
    const struct op *by = first_op(context);
    object_id id = id_of(context, by, lock->relation);

    if (lock->mode < LOCK_SHARE || !holds_rows(lock->kind) ||
        !is_used_by_others(context, locked_relation(context, by, lock->relation)) ||
        is_held_already(&context->open, id, lock->mode))
        return;
    vec_push(context->arena, &context->open.held, ((struct held_table){id, *lock, by, at}));
}

static bool ends_transaction(const struct op *op) {
    return op->kind == OP_COMMIT || op->kind == OP_ROLLBACK || op->kind == OP_PREPARE_TRANSACTION;
}

/* A DO block that is no part of a transaction is one, up to its COMMITs. */
static void note_locks(struct rule_context *context, const struct effects *effects) {
    const struct replay *replay = &context->walk.replay;
    const struct op *op = first_op(context);
    bool in_body = op->statement->parent && replay->in_transaction == KNOWN_NO;
    size_t first = replay->held.n - effects->locks.n;

    if (in_body && ends_transaction(op))
        context->open.held.n = 0;
    if (in_body)
        first = 0;
    else if (!replay->held.n || replay->held.n < effects->locks.n ||
             replay->held.v[replay->held.n - 1].by != op->statement)
        return; /* it took none, or failed */
    for (size_t i = 0; i < effects->locks.n; i++)
        hold(context, &effects->locks.v[i], first + i);
}

static void note_begin(struct rule_context *context) {
    struct open_transaction *open = &context->open;
    const struct op *op = first_op(context);

    if (!context->walk.replay.explicit_transaction)
        open->begin = NULL;
    else if (!open->begin || (ends_transaction(op) && !op->statement->parent))
        open->begin = op;
    if (open->begin == op)
        open->unread = false;
}

void waits_after(struct rule_context *context, const struct effects *effects) {
    if (!first_op(context))
        return;
    note_locks(context, effects);
    note_begin(context);
}

void waits_section_begins(struct rule_context *context) {
    context->open =
        (struct open_transaction){.held = {context->open.held.v, 0, context->open.held.cap}};
}

/* psql reads other files, or runs what a query returned. */
static bool runs_something(const struct text *text, const struct piece *piece) {
    const char *command = text->bytes + piece->start;

    return strncmp(command, "\\i", 2) == 0 || strncmp(command, "\\gexec", 6) == 0;
}

void waits_section_ends(struct rule_context *context) {
    const struct statements *statements = context->walk.statements;
    const struct op *begin = context->open.begin;

    for (size_t i = 0; begin && i < statements->pieces.n; i++)
        if (statements->pieces.v[i].kind == PIECE_META &&
            statements->pieces.v[i].start > begin->statement->span.start &&
            runs_something(begin->statement->text, &statements->pieces.v[i]))
            context->open.unread = true;
}

static bool takes_as_well(const struct effects *besides, struct name relation,
                          enum lock_mode mode) {
    return besides && effects_lock_on(besides, relation) >= mode;
}

/* A table that is to be gone at commit is nobody's any more. */
static bool is_dropped(const struct rule_context *context, const struct held_table *held) {
    if (held->id)
        return !schema_relation_by_id(&context->schema, held->id);
    return held->by->kind == OP_DROP_TABLE &&
           rule_same_target(context, held->by->target, held->lock.relation);
}

bool rule_lock_held(struct rule_context *context, enum lock_mode least,
                    const struct effects *besides, struct rule_lock *lock) {
    for (size_t i = 0; i < context->open.held.n; i++) {
        const struct held_table *held = &context->open.held.v[i];
        const struct relation *now = schema_relation_by_id(&context->schema, held->id);
        struct name name = held->lock.relation;
        if (now)
            name = (struct name){now->object.schema, now->object.name};
        if (held->lock.mode < least || is_dropped(context, held) ||
            takes_as_well(besides, name, held->lock.mode))
            continue;
        *lock = (struct rule_lock){schema_display(context->arena, name), held->lock.mode, held->by};
        return true;
    }
    return false;
}

const struct op *rule_open_begin(const struct rule_context *context) {
    return context->open.unread ? NULL : context->open.begin;
}

bool rule_may_be_in_own_transaction(const struct rule_context *context) {
    return context->open.begin || context->open.unread;
}

enum known rule_block_in_transaction(const struct rule_context *context) {
    return context->walk.replay.in_transaction;
}

static bool commits_in_loop(const struct op *op, const struct statement *block) {
    return op->kind == OP_COMMIT && op->statement->in_loop && outermost(op->statement) == block;
}

bool rule_loop_commits(const struct rule_context *context, const struct op *op) {
    const struct statement *block = outermost(op->statement);
    size_t here = context->first_unit_op + op->index;

    if (!op->statement->in_loop)
        return false;
    for (size_t i = here; i < context->unit_ops.n; i++) {
        if (outermost(context->unit_ops.v[i]->statement) != block)
            break;
        if (commits_in_loop(context->unit_ops.v[i], block))
            return true;
    }
    for (size_t i = here; i-- > 0 && outermost(context->unit_ops.v[i]->statement) == block;)
        if (commits_in_loop(context->unit_ops.v[i], block))
            return true;
    return false;
}

size_t rule_line(const struct op *op) {
    return text_position(op->statement->text, op->span.start).line;
}

/* --- timeouts --- */

/* "0", "0ms" and "0.0 s" switch a timeout off; what is no number was left open by the history. */
static bool is_zero(const char *value) {
    const char *c = value;

    while (*c == ' ' || *c == '0' || *c == '.')
        c++;
    return c > value && !ascii_isdigit(*c);
}

const char *rule_timeout(const struct rule_context *context, const char *parameter) {
    const char *value = schema_setting(&context->schema, parameter);

    return value && !is_zero(value) ? value : NULL;
}

bool rule_timeouts_are_external(const struct rule_context *context) {
    return context->walk.history->config->timeouts_external;
}
