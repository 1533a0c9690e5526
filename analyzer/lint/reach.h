/*
 * Inside reach*.c: what a statement reads, and the conditions on it.
 *
 * A table gives few rows when its key is fixed: compared with values, or with columns of another
 * source that gives few. So sources are settled one by one until no more can be.
 */
#ifndef LINT_REACH_H
#define LINT_REACH_H

#include "lint/context.h"

enum { REACH_SOURCES = 16, REACH_DEPTH = 32, REACH_QUERIES = 1000 };

/* What a query reads by name. */
struct source {
    const char *name;                /* its alias, else its own */
    const struct relation *relation; /* NULL: not a table, or not known */
    bool few;
};

struct reach {
    const struct rule_context *context;
    const struct reach *outer; /* whose WITH queries are visible; NULL: none */
    const struct WithClause *with;
    struct source sources[REACH_SOURCES];
    size_t n;
    bool too_many;                       /* sources */
    VEC(const struct node *) conditions; /* all of them hold */
    bool in_code;                        /* names may be variables of the DO block */
    unsigned depth;
    unsigned *budget; /* queries that may still be looked at: they may be named many times */
};

/* reach.c */

/* Whether a query gives few rows. */
bool reach_query_is_few(const struct reach *outer, const struct node *query);

/* reach_fixed.c */

/* Whether the conditions let few of the source's rows through. */
bool reach_settles(const struct reach *reach, const struct source *source);
/* The source's column that a node names; NULL: it is something else. */
const char *reach_column(const struct reach *reach, const struct source *source,
                         const struct node *node);
/* Whether a range of the column holds few rows. relation NULL: not known. */
bool reach_ranges_are_narrow(const struct relation *relation, const char *column);

/* reach_always.c */

/* Whether a condition holds for every row of the first source, or for every row but those with a
 * NULL; whether for none. */
bool reach_always(const struct reach *reach, const struct node *condition);
bool reach_never(const struct node *condition);
/* What is below casts. */
const struct node *reach_without_casts(const struct node *node);

#endif
