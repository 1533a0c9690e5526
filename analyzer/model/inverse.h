/*
 * The way back: the statements that make of one schema an earlier one. Both are snapshots of one
 * replay, so an object is the same when its id is, whatever it is called.
 */
#ifndef MODEL_INVERSE_H
#define MODEL_INVERSE_H

#include "model/schema.h"

struct inverse {
    const char *sql; /* statements, each on lines of its own; "": nothing is to be done */
    /* Why the schema before cannot be had back in full: clauses such as "the type of t.c is not known". */
    struct inverse_texts {
        VEC(const char *) list;
    } obstacles;
    /* What comes back in another way, and is no obstacle: the order of columns, a sequence's position. */
    struct inverse_texts notes;
};

struct inverse_how {
    bool concurrently; /* indexes are made and dropped so */
    /* What is not in this schema goes with what made it: it is not taken apart. NULL: all is. */
    const struct schema *base;
};

/*
 * The SQL that makes `then` of `now`: run in it, nothing that differs between the two is left, as far
 * as the schema tells. What only `now` assumes stays as it is. All is allocated in the arena.
 */
void schema_inverse(struct arena *arena, const struct schema *now, const struct schema *then,
                    struct inverse_how how, struct inverse *out);

#endif
