/* From paths to the histories that they belong to. Each history is made once, whichever path leads to it. */
#ifndef FRONT_DISCOVER_H
#define FRONT_DISCOVER_H

#include "front/front.h"

/* A migration that a path names, and which of its files. */
struct match {
    struct history *history;
    size_t index; /* in history->migrations */
    bool up, down;
};

struct matches {
    VEC(struct match) list;
    VEC(struct history *) strays; /* histories with strays that are meant */
    bool broken;   /* a configuration is, and the problem is reported: nothing more is to be said */
    bool excluded; /* a configuration excludes a folder, which was not looked into */
    const char
        *foreign; /* why files that were named are not for PostgreSQL; NULL: there are none such */
};

struct discovery {
    struct arena *arena;
    struct report *report;
    const struct front_options *options;
    struct job *job; /* its configs are filled here */
    struct files files;
    struct map strong, weak; /* absolute folder -> struct found */
    struct map units;        /* absolute folder -> struct history, what plain makes of it */
    struct map unit_of;      /* absolute file -> struct migration of those */
    struct map singles;      /* absolute file -> struct history of that one unit */
    struct map places;       /* absolute file -> struct place, the first of a list */
    struct map left_out;     /* absolute file -> struct left_out */
    struct map config_paths; /* absolute folder -> path of the configuration, "" for none */
    struct map configs;      /* path of a configuration, "" for none -> struct found_config */
    struct map said;         /* remarks and problems that were made */
};

/* report gets problems and remarks. */
void discovery_init(struct discovery *discovery, struct job *job, struct arena *arena,
                    const struct front_options *options, struct report *report);

/* The migrations of a file (absolute; it need not exist when its text is unsaved), at most those that have it. */
void discover_file(struct discovery *discovery, const char *absolute, struct matches *matches);
/* The migrations of a folder and all below it. */
void discover_folder(struct discovery *discovery, const char *absolute, struct matches *matches);

/* The configuration that holds in a folder; NULL when it is broken, which is reported once. */
const struct config *discovery_config(struct discovery *discovery, const char *folder);

/*
 * The history of which the folder is the root, by strong fronts or by weak ones; NULL: none.
 */
struct history *discovery_history(struct discovery *discovery, const struct folder *folder,
                                  bool weak);
/* Moves the migrations that are for another database to those left out. */
void discovery_drop_foreign(struct discovery *discovery, const struct folder *folder,
                            struct history *history);
/* The unit of this file as a history of its own. */
struct history *discovery_single(struct discovery *discovery, const struct folder *folder,
                                 const char *absolute);
/* What plain makes of a folder, whatever else its files belong to. */
const struct history *discovery_units(struct discovery *discovery, const struct folder *folder);

/* Adds the history's migrations that have this file. Whether there is any. */
bool match_file(struct discovery *discovery, const struct history *history, const char *absolute,
                struct matches *matches);
/* Adds the history's migrations that lie in or below the folder. Whether there is any. */
bool match_folder(struct discovery *discovery, struct history *history, const char *folder,
                  struct matches *matches);
bool is_matched(const struct discovery *discovery, const char *absolute);
/* Takes the file for a stray when it looks like a migration; false when it does not, or is excluded. */
bool match_stray(struct discovery *discovery, struct left_out *left_out, struct matches *matches);

/* Whether this was not yet said of this path (as reported); now it is. */
bool discovery_says_first(struct discovery *discovery, const char *path, const char *message);
/* Say it once. */
void discovery_remark(struct discovery *discovery, const char *path, const char *message);
void discovery_problem(struct discovery *discovery, const char *path, const char *why);

#endif
