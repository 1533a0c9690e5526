/*
 * The contract of a front: one framework's conventions, one file or folder each; front.c has the table, in
 * the order in which they are asked.
 */
#ifndef FRONT_FRONT_H
#define FRONT_FRONT_H

#include "front/history.h"

/* A file that lies in a folder which is looked at: its name and whether it is a folder itself. */
struct folder_entry {
    const char *name;
    bool is_folder;
};

struct folder {
    const char *path; /* as reported */
    const char *absolute;
    VEC(struct folder_entry) entries; /* sorted by bytes */
};

struct front {
    const char *name; /* "golang-migrate" */
    bool has_downs;
    enum transaction_mode mode; /* what its sections run in, unless a file says otherwise */
    /*
     * Whether this folder is the root of such a history, and why, for people; NULL: it is not. Asks names first, contents only where
     * names do not decide.
     */
    const char *(*recognise)(struct arena *arena, const struct folder *folder);
    /* Phase 1: the migrations of the folder, in the runner's order, without reading them. */
    void (*discover)(struct arena *arena, const struct folder *folder, struct history *history,
                     struct report *report);
    /* Phase 2: the sections of one migration. file: its bytes (path as reported); direction: of up_path or down_path. */
    void (*render)(struct arena *arena, const struct history *history, struct migration *migration,
                   const struct file *file, enum direction direction);
};

extern const struct front *const fronts[];
extern const size_t front_count;

#endif
