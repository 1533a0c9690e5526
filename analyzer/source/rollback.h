/*
 * The document of `migvet rollback`: whether each step of the reported migrations can be taken back, how, what
 * is lost, and how far the written down does it. Plain data, everything resolved, like the report beside it.
 * Strings are raw (may hold any byte but NUL): writers escape them.
 */
#ifndef SOURCE_ROLLBACK_H
#define SOURCE_ROLLBACK_H

#include "source/report.h"

struct rollback_texts {
    size_t n;
    const char *const *v;
};

struct rollback_step {
    const struct file *file;
    struct position start;
    const char *sql;     /* the statement, on one line */
    const char *class;   /* "reversible", "reversible with data loss", "forward only" */
    const char *change;  /* "none", "additive", "staged", "destructive" */
    bool fails;          /* it fails for certain: there is nothing to take back */
    const char *down;    /* SQL, statements on lines of their own; "": nothing is to be done */
    const char *in_unit; /* the same as a part of the migration's down */
    struct rollback_texts obstacles, losses, notes;
};

/* Of the schema before the up and the schema after up and down. */
struct rollback_difference {
    const char *kind;   /* "left over", "missing", "different" */
    const char *object; /* "column public.users.email" */
    const char *detail; /* "type is text, was integer"; "" */
};

struct rollback_failure {
    const struct file *file;
    struct position start;
    const char *sql, *why;
};

enum rollback_written {
    ROLLBACK_HAS_DOWN,   /* it is there, and is not touched */
    ROLLBACK_LACKS_DOWN, /* it can be written */
    ROLLBACK_NO_DOWNS,   /* the framework knows none */
};

struct rollback_migration {
    const char *name, *front;
    const char *up_path, *down_path; /* as reported; NULL: has none */
    const char *up_absolute;
    const char *class, *change; /* of the worst of its steps */
    const char *note;           /* of -- migvet:irreversible; NULL: none; "" without a reason */
    const char *down;           /* SQL that takes all of it back, with comments on what it cannot */
    size_t first_step, step_count; /* in the document's steps */
    enum rollback_written written;
    bool down_is_compared; /* it was read and run to its end: differences are all there are */
    VEC(struct rollback_difference) differences;
    VEC(struct rollback_failure) failures; /* of the written down, for certain */
    const char *write_path;                /* absolute: the file in which a down would be; NULL */
    const char *write_text;                /* the whole file, with it; NULL */
    const char *write_refusal;             /* why none is written; NULL */
};

struct rollback_document {
    const struct report *report;
    VEC(struct rollback_migration) migrations;
    VEC(struct rollback_step) steps;
};

#endif
