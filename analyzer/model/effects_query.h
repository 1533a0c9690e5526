/* For effects*.c: what a query locks and reads. */
#ifndef MODEL_EFFECTS_QUERY_H
#define MODEL_EFFECTS_QUERY_H

#include "model/effects_work.h"

struct reading {
    struct effects_work *work;
    bool planned;           /* not only parsed: views and what inherits are looked into */
    bool executed;          /* functions in it run */
    enum lock_mode locking; /* LOCK TABLE of a view: this mode on all in it; else LOCK_NONE */
    int depth, views;
    VEC(const struct relation *) read; /* named in it, the target of a change too */
};

/* An expression that is computed for rows: its sequences, and what its functions do. */
void effects_compute(struct effects_work *work, const struct node *expr);
/* The statements in the body of a user's function that is called. */
void effects_run_function(struct effects_work *work, struct name name);
/* Locks everything in a reading, or in an expression that may hold some. */
void effects_read(struct reading *reading, const struct node *node);
void effects_use(struct reading *reading, const struct RangeVar *relation, enum lock_mode mode);

#endif
