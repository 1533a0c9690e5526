/*
 * From libpg_query's JSON to the typed tree. One reader serves the statements of a text, one
 * after another. Only for sql/.
 */
#ifndef SQL_READ_NODE_H
#define SQL_READ_NODE_H

#include "base/arena.h"
#include "sql/fields.h"
#include "sql/node.h"

struct node_frame;

struct node_reader {
    struct arena *arena;     /* where nodes go */
    const char *source;      /* what was parsed */
    int base;                /* added to locations */
    int major;               /* of the grammar that printed the JSON */
    bool marked;             /* strings may hold marks of placeholders, which are turned back */
    const char *at;          /* in the JSON */
    char *next, *end;        /* a free, zeroed run of the arena, for nodes */
    char *chars, *chars_end; /* another one, for strings */
    size_t run, chars_run;   /* bytes of the next such runs */

    struct node_frame *frames; /* what is open, the innermost last */
    size_t depth, frames_cap;
    const struct node **items; /* of the lists that are open */
    size_t item_count, items_cap;

    /* What node.def and enum.def do not know, for the tests that keep them complete. */
    size_t unknown;
    const char *unknown_name; /* of the last one, in the arena */
};

void node_reader_init(struct node_reader *reader, struct arena *arena);
void node_reader_release(struct node_reader *reader);

/*
 * The tree of the one statement that a result of pg_query_parse for source holds; NULL when it holds
 * none. *more tells that it holds others behind it. base is added to all locations. The JSON may
 * be freed afterwards.
 */
const struct node *node_read(struct node_reader *reader, const char *json, const char *source,
                             int base, bool *more);

#endif
