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
    bool broken; /* a configuration is, and the problem is reported: nothing more is to be said */
};

struct discovery {
    struct arena *arena;
    struct report *report;
    const struct front_options *options;
    struct job *job; /* its configs are filled here */
    struct files files;
    struct map strong, weak; /* absolute folder -> struct found */
    struct map singles;      /* absolute file -> struct history of that one file */
    struct map configs;      /* absolute folder -> struct found_config */
    struct map config_files; /* path of a configuration -> struct found_config */
    struct map places;       /* absolute file -> struct place list */
};

/* report gets problems and remarks. */
void discovery_init(struct discovery *discovery, struct job *job, struct arena *arena,
                    const struct front_options *options, struct report *report);

/* The migrations of a file (absolute; it need not exist when its text is unsaved), at most those that have it. */
void discover_file(struct discovery *discovery, const char *absolute, struct matches *matches);
/* The migrations of a folder and all below it, by history and order. */
void discover_folder(struct discovery *discovery, const char *absolute, struct matches *matches);

#endif
