/* For the files query*.c: the names that one query knows. */
#ifndef MODEL_QUERY_SCOPE_H
#define MODEL_QUERY_SCOPE_H

#include "model/expr.h"
#include "model/query.h"
#include "model/uses.h"

enum { QUERY_DEPTH = 100 }; /* of queries in queries; what is deeper is unknown */

/* Something in FROM: a relation, a subquery, a function ... under a name. */
struct source {
    const char *name;
    const struct relation *relation; /* whose columns these are; NULL: none of the schema's */
    bool columns_known;
    struct source_columns {
        VEC(struct source_column {
            const char *name;
            struct type_use type;
            const char *collation;
            unsigned number; /* in relation; 0: not one of it */
            bool hidden;     /* of USING: * does not show it again */
        })
        list;
    } columns;
};

struct named_query {
    const char *name;
    struct node_list columns;
    struct query query;
};

/* Where names are looked up: this query, then those around it. */
struct scope {
    const struct scope *outer;
    struct uses *uses;
    bool *uses_known;
    unsigned depth;
    VEC(struct named_query) ctes;
    VEC(struct source) sources;
    VEC(struct column) columns; /* of all sources, for expr_analyse; made when first asked for */
};

struct arena *scope_arena(const struct scope *scope);

/* query.c: a query inside of another one, or the outermost (outer NULL). */
struct query query_analyse_in(const struct scope *outer, struct uses *uses, bool *uses_known,
                              const struct node *stmt, unsigned depth);

/* query_from.c */
void scope_add_from(struct scope *scope, const struct node *item);

/* query_names.c */
const struct source *scope_find_source(const struct scope *scope, const char *name);
/* The column that is meant, with *source whose it is; NULL: none that is known. */
const struct source_column *scope_resolve(const struct scope *scope, const struct ColumnRef *ref,
                                          const struct source **source);
void scope_use_column(const struct scope *scope, const struct source *source,
                      const struct source_column *column);
/* Notes what the expression uses. */
void scope_walk(struct scope *scope, const struct node *expr);
void scope_walk_list(struct scope *scope, struct node_list list);

#endif
