/*
 * Applies operations to the schema, with transactions: what ROLLBACK undoes is undone, what the
 * server would refuse changes nothing.
 */
#ifndef MODEL_REPLAY_H
#define MODEL_REPLAY_H

#include "model/apply.h"
#include "model/effects.h"

struct savepoint {
    const char *name; /* NULL: the BEGIN itself */
    struct schema schema;
    size_t held; /* how many locks were held */
};

struct held_lock {
    struct effect_lock lock;
    const struct statement *by;
};

struct replay {
    struct schema schema;       /* as it is now */
    enum transaction_mode mode; /* of the current section */
    enum known in_transaction;  /* at this point: explicit BEGIN seen, or by mode */
    bool explicit_transaction;  /* a BEGIN of the file's own is open */
    bool pipelined; /* TRANSACTION_PIPELINE: a statement was reached since the last commit */
    bool failed;    /* the transaction is aborted: statements do nothing until it ends */
    VEC(struct savepoint) savepoints;
    VEC(struct held_lock)
    held; /* in the open transaction (also where that is unknown), oldest first */
    unsigned
        statement_count; /* in the current section: a simple-query string is a transaction from two on */
    struct refusal refusal; /* of the last statement */
    unsigned units;         /* how many numbers were given */
    unsigned release;       /* the number of the release; 0: it has not begun */
    bool in_release;        /* the next section belongs to it: set before replay_begin_section */
};

void replay_init(struct replay *replay, struct arena *arena, int target, bool complete);
/*
 * A new unit (migration) begins; all sections in the release are one unit. statements: of the section, for the
 * simple-query mode.
 */
void replay_begin_section(struct replay *replay, size_t migration, enum transaction_mode mode,
                          size_t statements);
/*
 * The statement of these operations is next: what it does decides how a pipeline runs it. To be called before its effects are judged
 * and it is applied; does nothing in other modes.
 */
void replay_reach(struct replay *replay, struct ops ops, const struct effects *effects);
void replay_end_section(struct replay *replay);
/*
 * Applies the statement's operations. effects are those computed before, of this schema; a statement that fails for certain changes
 * nothing (and aborts an open transaction).
 */
void replay_apply(struct replay *replay, struct ops ops, const struct effects *effects);

#endif
