/*
 * The document of `migvet locks`: what each statement of the reported migrations locks, rewrites,
 * rebuilds and scans, whether it fails, and what its transaction holds. Plain data, everything resolved, like the
 * report beside it, which has the histories, the problems and what was not analysed. Strings are raw (may hold
 * any byte but NUL): writers escape them.
 */
#ifndef SOURCE_LOCKS_H
#define SOURCE_LOCKS_H

#include "source/report.h"

#include <stdint.h>

enum locks_answer { LOCKS_NO, LOCKS_YES, LOCKS_UNKNOWN };

#define LOCKS_NONE SIZE_MAX /* an index of nothing */

struct locks_lock {
    const char *relation; /* "public.users", as it is called after the statement */
    const char *kind;     /* "table", "partitioned index" ... */
    const char *mode;     /* "ACCESS EXCLUSIVE" */
    unsigned strength;    /* of the mode, 1 to 8 */
    const char *blocks;   /* "blocks reads and writes" */
    bool is_new;          /* made by the same migration, or temporary: nobody else waits for it */
    bool is_implied; /* an index or owned sequence of a table that is locked as strongly with it */
    size_t since;    /* index of the statement that took it */
};

/* Strongest first; indexes behind what they are on; each relation once. */
struct locks_list {
    size_t n;
    const struct locks_lock *v;
};

struct locks_names {
    size_t n;
    const char *const *v;
};

struct locks_failure {
    const char *sqlstate;  /* NULL: it does not fail, as far as is known */
    const char *why;       /* the server's words */
    bool certain;          /* in every transaction mode that is still possible */
    const char *condition; /* when not certain: "the table has rows"; NULL: not known */
    bool is_consequence;   /* only of an earlier failure in the same transaction */
};

struct locks_statement {
    const struct file *file;
    struct position start;
    const char *sql; /* the whole of it, comments and blanks between words made one blank */
    enum direction direction;
    bool is_nested;      /* in the body of the DO above it */
    bool is_conditional; /* nested, and it may not run */
    bool is_repeated;    /* nested, and in a loop */
    bool is_instant;     /* SET, COMMIT and their like, during which nobody waits */
    const char *error;   /* why it could not be parsed; NULL when it could */
    enum locks_answer in_transaction_ok;
    enum locks_answer in_transaction; /* whether it runs in one with others */
    struct locks_failure fails;
    struct locks_list locks;
    struct locks_names rewrites, rebuilds, scans; /* relations */
    struct locks_names unknown;                   /* what could not be known, and is needed */
    bool may_rewrite;                             /* a rewrite cannot be excluded */
    size_t transaction;                           /* in the document; LOCKS_NONE: its own */
    struct locks_list held; /* by its transaction when it starts: the first few of held_count */
    size_t held_count;      /* relations; not what is new or implied */
};

enum locks_end {
    LOCKS_COMMIT,
    LOCKS_ROLLBACK,
    LOCKS_END_OF_FILE, /* the runner commits behind the file */
    LOCKS_END_OF_ALL,  /* the runner commits behind all migrations that are pending */
    LOCKS_LEFT_OPEN,   /* a BEGIN without an end: rolled back when the session ends */
    LOCKS_END_OF_DO,
};

struct locks_transaction {
    bool
        is_assumed; /* how the file is run is not known: this holds if it runs in one transaction */
    bool is_refuted;    /* assumed, but a statement of it runs in no transaction: there is none */
    size_t first, last; /* statements, both included; last is the COMMIT where there is one */
    enum locks_end end;
    struct locks_list
        locks; /* at its end: the strongest on each relation, without what is new or implied */
};

/* The statements of one migration in one direction. */
struct locks_migration {
    const char *path;
    enum direction direction;
    const char *transaction; /* how its runner sends it: "one per file" */
    const char *decided_by;  /* "golang-migrate", "--in-transaction" */
    int target;              /* major version of PostgreSQL */
    size_t first, count;     /* of its statements */
};

struct locks_document {
    struct report *report;
    VEC(struct locks_statement) statements;     /* in order; those of a DO behind it */
    VEC(struct locks_transaction) transactions; /* in order of their ends */
    VEC(struct locks_migration) migrations;
};

#endif
