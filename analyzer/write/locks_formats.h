/* Between the files write/locks*.c. */
#ifndef WRITE_LOCKS_FORMATS_H
#define WRITE_LOCKS_FORMATS_H

#include "write/locks.h"

void write_locks_text(struct buf *out, const struct locks_document *document,
                      const struct write_options *options);
void write_locks_json(struct buf *out, const struct locks_document *document,
                      const struct write_options *options);
void write_locks_markdown(struct buf *out, const struct locks_document *document,
                          const struct write_options *options);

/*
 * A statement's SQL on one line of that many columns, escaped; what is left out are three dots at its
 * end. White space inside of its constants becomes one blank. Takes time in proportion to the columns.
 */
void locks_put_sql(struct buf *out, const char *sql, size_t columns);

/* Locks of one mode: list[first] and all behind it that are alike but for the relation. */
struct locks_group {
    const struct locks_lock *lock; /* the first of them */
    size_t count;                  /* of those that are named */
    size_t indexes, sequences;     /* that go with a named table */
};
/* The groups of a list, in its order; what goes with a table that is locked more strongly is in none. */
struct locks_groups {
    size_t n;
    struct locks_group v[16]; /* eight modes, new or not */
};
struct locks_groups locks_group(const struct locks_list *list);
/* Whether the lock is to be named in the group's row. */
bool locks_in_group(const struct locks_group *group, const struct locks_lock *lock);
/* " with 2 indexes and 1 sequence", or nothing. */
void locks_put_implied(struct buf *out, const struct locks_group *group);

/* "public.t", "index public.t_a_idx": tables are not called so. */
void locks_put_relation(struct buf *out, const struct locks_lock *lock);

/* Until when the locks of the transaction are held: "COMMIT (line 15)", "the end of the migration". */
void locks_put_end(struct buf *out, const struct locks_document *document,
                   const struct locks_transaction *transaction);

/* Whether the transaction's locks are to be told of at its end. */
bool locks_shows_end(const struct locks_document *document, size_t transaction);

/* Whether the statement is the last one listed of its transaction. */
bool locks_is_last(const struct locks_document *document, size_t statement);

/*
 * Whether to tell what the statement's transaction holds when it starts: not where it is held only if the file runs in one
 * transaction, nor of COMMIT, SET and their like, during which nobody waits.
 */
bool locks_shows_held(const struct locks_document *document,
                      const struct locks_statement *statement);

/* Whether the same is held when two statements start, as far as it is told. */
bool locks_same_held(const struct locks_statement *a, const struct locks_statement *b);

/* Whether it refuses transactions, and nothing else says so already. */
bool locks_runs_alone(const struct locks_statement *statement);

/* The relations that it reads from end to end, but for those that it rewrites, which says so already. */
struct locks_names locks_mere_scans(struct arena *arena, const struct locks_statement *statement);

enum { LOCKS_READS = 8, LOCKS_WRITES = 5 }; /* strengths from which on these wait */

#endif
