/* For effects*.c: what a query locks and reads. */
#ifndef MODEL_EFFECTS_QUERY_H
#define MODEL_EFFECTS_QUERY_H

#include "model/effects_work.h"

struct query {
    struct effects_work *work;
    bool planned;           /* not only parsed: views and what inherits are looked into */
    bool executed;          /* functions in it run */
    enum lock_mode locking; /* LOCK TABLE of a view: this mode on all in it; else LOCK_NONE */
    int depth, views;
    VEC(const struct relation *) read; /* named in it, the target of a change too */
};

/* Locks everything in a query, or in an expression that may hold some. */
void query_read(struct query *query, const struct node *node);
void query_use(struct query *query, const struct RangeVar *relation, enum lock_mode mode);

#endif
