/* Files that are migrations by their names: put into order, ups and downs made pairs. */
#ifndef FRONT_CANDIDATES_H
#define FRONT_CANDIDATES_H

#include "front/front.h"

/* How the runner compares versions. */
enum version_order {
    VERSION_NUMBERS, /* runs of digits as numbers, "1.10" behind "1.9" */
    VERSION_BYTES,
};

struct candidate {
    enum migration_kind kind;
    const char *path;    /* below the root */
    const char *key;     /* compared first, as enum version_order says */
    const char *version; /* shown */
    const char *name;    /* shown, and compared after key */
    const char *stem;    /* an up and a down of the same key and stem are a pair */
    enum direction direction;
    bool any_stem;   /* a down of any up of the same key, where none has its stem */
    bool doubtful;   /* only a down when there is an up for it, else an up */
    int rank;        /* lower ones first, whatever their keys */
    bool is_both;    /* one file with both directions */
    bool is_general; /* gives way to another of its key and direction */
};

struct candidates {
    struct arena *arena;
    VEC(struct candidate) list;
};

/* "1.2" and "1.10": part by part as numbers; what ends first comes first. */
int versions_compare(const char *a, const char *b);

/* Appends the migrations that the candidates make to the history. */
void candidates_to_history(struct candidates *candidates, enum version_order order,
                           const struct folder *folder, struct history *history);

/* Fills *candidate from a name (path, name and stem are the name, key and version ""); false when it is no migration's. */
typedef bool candidate_reader(struct arena *arena, const char *name, struct candidate *candidate);

/* The candidate of a file or folder of this name (path: below the root) as readers get it. */
struct candidate candidate_named(const char *path, const char *name);
/* The files of the folder that read says are migrations. */
struct candidates candidates_of_files(struct arena *arena, const struct folder *folder,
                                      candidate_reader *read);
/* The folders in the folder that read says are migrations and that hold the file up or down (NULL: there are no downs). */
struct candidates candidates_of_folders(struct arena *arena, const struct folder *folder,
                                        candidate_reader *read, const char *up, const char *down);
/* Leaves out those that are general where there is another. */
void candidates_drop_general(struct candidates *candidates);
/* "<what> such as <the first one's path>"; NULL when there are none. */
const char *candidates_example(const struct candidates *candidates, const char *what);

/* Sets version and key to the digits that the name begins with. */
void candidate_take_digits(struct arena *arena, struct candidate *candidate);
/*
 * "1_a.up.sql" and "1_a.down.sql", as several frameworks have them: digits, "_", anything, the direction.
 */
bool candidate_read_pair(struct arena *arena, const char *name, struct candidate *candidate);

/* Sets stem, direction and doubtful by how the name (the file's without ".sql") ends: "1_a.down", "1_a.rollback" ... */
void candidate_take_direction(struct arena *arena, struct candidate *candidate);

/* The length of the run of digits at the start of s. */
size_t leading_digits(const char *s);
/* name without this suffix; NULL when it does not end with it or is nothing else. Case counts. */
const char *without_suffix(struct arena *arena, const char *name, const char *suffix);

/* For frameworks whose users choose: the history has downs when a migration has one. */
void history_find_downs(struct history *history);

/* Appends a migration of these files, paths relative to the folder; up or down may be NULL. */
struct migration *history_add(struct arena *arena, struct history *history,
                              const struct folder *folder, const char *up, const char *down);

/* A file of the folder (a name, or a path below it) that is no migration, and why. */
void history_leave_out(struct arena *arena, struct history *history, const struct folder *folder,
                       const char *name, enum left_out_kind kind, const char *why);

#endif
