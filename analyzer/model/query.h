/*
 * The columns that a query returns, and what it uses: for views and CREATE TABLE AS.
 */
#ifndef MODEL_QUERY_H
#define MODEL_QUERY_H

#include "model/schema.h"

struct query_column {
    const char *name;
    struct type_use type; /* name NULL: not known */
    const char *collation;
};

struct query {
    bool columns_known; /* false: there may be others, or other ones */
    VEC(struct query_column) columns;
    struct references uses; /* relations and their columns, functions, types */
    bool uses_known;        /* false: some names could not be resolved, there may be more */
};

/* A SELECT, VALUES, or anything else, of which nothing is known. Never fails. */
struct query query_analyse(const struct schema *schema, const struct node *stmt);

/* The name that the server gives to an expression in a SELECT list or an index (FigureColname); NULL: "?column?". */
const char *figure_column_name(const struct node *expr);

#endif
