/*
 * What the server will do with a statement: locks, rewrites, scans, index rebuilds, whether it may
 * run in a transaction, and whether it fails. Computed from operation, schema before it and target
 * version by the rows of effects.def and named predicates; nothing else in the analyzer knows these
 * facts.
 */
#ifndef MODEL_EFFECTS_H
#define MODEL_EFFECTS_H

#include "model/apply.h"
#include "model/lock.h"
#include "model/schema.h"

struct effect_lock {
    struct name relation; /* resolved, as named after the statement */
    enum object_kind kind;
    enum lock_mode mode;
};

struct failure {
    const char *sqlstate;  /* NULL: it does not fail, as far as is known */
    const char *why;       /* the server's words where they can be given */
    bool certain;          /* in every transaction mode still possible */
    const char *condition; /* when not certain: "the table has rows" */
};

struct effects {
    VEC(struct effect_lock)
    locks; /* strongest per relation; not of what the statement itself makes */
    VEC(struct name) rewrites, rebuilds, scans;
    enum known in_transaction_ok; /* UNKNOWN also where another error would come first */
    struct failure failure;       /* in a transaction and outside of one */
    struct failure inside;        /* in a transaction only; comes before failure */
    struct failure outside;       /* outside of a transaction only; comes before failure */
    VEC(const char *) unknown;    /* what could not be known: "the type of column x" */
    enum known rewrite_known;     /* KNOWN_NO where a rewrite cannot be excluded */
    bool parsed;                  /* the target's own parser takes the statement */
    bool applied;                 /* the statement was tried on a copy of the schema: */
    struct refusal refusal;
    const struct schema
        *after; /* what became of the copy; NULL: not tried, or not as it would be replayed */
};

/*
 * Of one operation alone, and of the whole statement (strongest lock, shared rewrite and scan).
 *
 * op: of all, the operations of its statement, or a changed copy of that one. The others are not
 * done, but known: a default that is given beside a foreign key, a constraint that is dropped beside
 * SET NOT NULL. An ALTER TABLE is refused as a whole: then failure is the same for all its actions.
 * whole: the effects of the statement, which spare a second look at all; NULL for a changed copy.
 */
struct effects *effects_of_op(struct arena *arena, const struct schema *before, struct ops all,
                              const struct op *op, const struct effects *whole);
struct effects *effects_of_statement(struct arena *arena, const struct schema *before,
                                     struct ops ops);

/*
 * How the statement fails, given whether it runs in a transaction; where that is UNKNOWN, what
 * fails only in one or only outside is not certain, and its condition says so.
 */
struct failure effects_failure(const struct effects *effects, enum known in_transaction);

enum lock_mode effects_lock_on(const struct effects *effects, struct name resolved);

#endif
