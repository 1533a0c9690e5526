/*
 * The documents that are handed to the writers: findings, errors, what could not be
 * analysed, and the counts. Plain data, strings already resolved: no writer sees a
 * statement or the schema. Strings are raw (may hold any byte): writers escape them.
 */
#ifndef SOURCE_REPORT_H
#define SOURCE_REPORT_H

#include "base/vec.h"
#include "source/text.h"

enum tier { TIER_MINOR = 1, TIER_MAJOR, TIER_CRITICAL };
const char *tier_name(enum tier tier); /* "minor", "major", "critical" */
/* 0 when the word is none of them. */
enum tier tier_from_name(const char *name);

enum direction { DIRECTION_UP, DIRECTION_DOWN };
const char *direction_name(enum direction direction); /* "up", "down" */

struct lock_line {
    const char *relation; /* "public.users" */
    const char *mode;     /* "ACCESS EXCLUSIVE" */
    bool blocks_reads, blocks_writes;
    const char
        *until; /* when it is released: "commit", "the end of the statement"; NULL: unknown */
};

struct finding {
    const char *rule;
    enum tier tier;
    const char *what, *why, *instead; /* instead may hold several lines of SQL, or be "" */
    const struct file *file;
    enum direction direction;
    struct position start, end;
    unsigned statement; /* from 1 in the file; 0: about the file or history as a whole */
    const char *object_kind, *object_name; /* "column", "public.users.email"; NULL: none */
    VEC(struct lock_line) locks;
    VEC(const char *) rewrites; /* relations */
    VEC(const char *) scans;
    const char *fingerprint;
    const char *suppressed_by;     /* NULL, "comment", "config" or "baseline" */
    const char *suppressed_reason; /* NULL: none was given */
    const char *
        group; /* of other files the same is said, and these findings have the same; NULL: not so */
    size_t order; /* of the file in its history, for sorting */
};

enum problem_kind {
    PROBLEM_SYNTAX,
    PROBLEM_NEWER_SYNTAX,
    PROBLEM_ENCODING,
    PROBLEM_IO,
    PROBLEM_LIMIT,
    PROBLEM_CRASH,
    PROBLEM_CONFIG,
};
const char *problem_kind_name(enum problem_kind kind);

enum problem_scope { SCOPE_REPORTED, SCOPE_HISTORY, SCOPE_DOWN };
const char *problem_scope_name(enum problem_scope scope);

struct problem {
    const char *path;
    unsigned line, column; /* 0: the file as a whole */
    enum problem_kind kind;
    enum problem_scope scope; /* only SCOPE_REPORTED makes the exit code 2 */
    const char *message;
    const struct file *file; /* for the source line; NULL: none could be read */
    size_t order;            /* in which it was reported; set by report_problem */
};

struct unanalysed {
    const char *path;
    unsigned line, column;
    const char *why; /* "dynamic SQL" */
};

/* A remark that changes nothing: an excluded file that was named, invalid UTF-8, a suppression that matches nothing. */
struct remark {
    const char *path; /* NULL: about no file */
    unsigned line, column;
    const char *message;
};

struct history_line {
    const char *root, *front;
    int target;
    size_t files, replayed;
};

/* What a reported migration is to an application that runs on the schema before it. */
struct migration_line {
    const char *path, *name;
    const char *change; /* "none", "additive", "staged", "destructive" */
};

struct report {
    struct arena *arena;
    VEC(struct history_line) histories;
    VEC(struct migration_line) migrations;
    VEC(struct finding) findings;
    VEC(struct problem) problems;
    VEC(struct unanalysed) unanalysed;
    VEC(struct remark) remarks;
    size_t files, statements; /* reported ones */
    enum tier fail_on;        /* 0: never */
    const char
        *nothing_selected; /* nothing of what was named is to be reported, and this is why; NULL */
};

void report_init(struct report *report, struct arena *arena);
void report_problem(struct report *report, struct problem problem);
void report_remark(struct report *report, struct remark remark);

struct report_counts {
    size_t critical, major, minor, suppressed, baselined;
};
struct report_counts report_count(const struct report *report);

/*
 * Sorts findings: file in history order, offset, tier (worst first), rule. Stable and total. Problems
 * with files that could not be read come first, by path; the others stay in the order of the history.
 */
void report_sort(struct report *report);

/* The exit code by design: 2 for any problem in SCOPE_REPORTED, else 1 for an unsuppressed finding at or above fail_on, else 0. */
int report_exit_code(const struct report *report);

#endif
