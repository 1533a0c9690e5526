/* For effects*.c: what a query locks and reads. */
#ifndef MODEL_EFFECTS_QUERY_H
#define MODEL_EFFECTS_QUERY_H

#include "model/effects_work.h"

struct reading {
    struct effects_work *work;
    bool planned;           /* not only parsed: views and what inherits are looked into */
    bool rewritten;         /* not planned, but views are looked into */
    bool executed;          /* functions in it run */
    enum lock_mode locking; /* LOCK TABLE of a view: this mode on all in it; else LOCK_NONE */
    int depth, views;
    const struct WithClause *with;     /* around the query; NULL: none */
    bool stored;                       /* in the query of a view: its relations are known by id */
    VEC(const struct relation *) read; /* named in it, the target of a change too */
};

/* An expression that is computed for rows: its sequences, and what its functions do. */
void effects_compute(struct effects_work *work, const struct node *expr);
/* The statements in the body of a user's function that is called. */
void effects_run_function(struct effects_work *work, struct name name);
/* Locks everything in a query, or in an expression that may hold some. */
void effects_read(struct reading *reading, const struct node *node);
void effects_use(struct reading *reading, const struct RangeVar *relation, enum lock_mode mode);
/* What the query of a view or materialized view reads, whatever that is called by now. */
void effects_read_view(struct reading *reading, const struct relation *view, enum lock_mode mode);
/* The relation that a view's query names, which may have been renamed since; NULL: not known. */
const struct relation *effects_stored_relation(struct effects_work *work,
                                               const struct relation *view,
                                               const struct RangeVar *range);
/* The query of a view or materialized view; NULL: not known. */
const struct node *effects_stored_query(const struct relation *view);
/* What a query that was read scans for certain, and whether it can run. */
void effects_scan_query(struct reading *reading, const struct node *query);
/* The same of the query of a materialized view. */
void effects_scan_view(struct reading *reading, const struct relation *view);

#endif
