/*
 * The contract of a front: one framework's conventions, one file or folder each; fronts.def lists them. A folder's front
 * is the one with the strongest evidence, and among equals the one that is listed first. Strong fronts go by what their framework
 * writes or needs, and are asked for the folder of a file and for those above it; weak ones take what is left.
 */
#ifndef FRONT_FRONT_H
#define FRONT_FRONT_H

#include "front/folder.h"
#include "front/history.h"
#include "front/runner.h"

/* What tells of the front, said of the folder; "db/migrations is goose's: <what>". NULL: nothing. */
typedef const char *recogniser(struct arena *arena, const struct folder *folder);

struct front {
    const char *name; /* "golang-migrate" */
    bool has_downs;
    bool is_weak;
    unsigned depth;             /* how many folders below its root a migration's files may lie */
    enum migration_kind kind;   /* of a file that stands alone */
    enum transaction_mode mode; /* what its sections run in, unless a file says otherwise */
    const char
        *unit; /* what has such a transaction, where it is smaller than a file: "changeset" */
    struct runner runner;
    unsigned placeholders; /* enum lex_flags: which ones its runner fills in */
    /*
     * Whether this folder is the root of such a history by evidence of each kind, and why, for people; NULL: it is not. Asks names
     * first, contents only where names do not decide. NULL members: there is no such evidence.
     */
    recogniser *recognise[EVIDENCE_COUNT];
    /*
     * The same for one file that stands alone, by its contents. The member NULL: contents tell nothing.
     */
    const char *(*recognise_file)(const struct file *file);
    /* Phase 1: the migrations of the folder, in the runner's order, without reading them. */
    void (*discover)(struct arena *arena, const struct folder *folder, struct history *history,
                     struct report *report);
    const char *programs; /* ".js .ts": numbered files that end so are migrations, too; NULL */
    /* Why a history in this folder is not for PostgreSQL, "is for MySQL (...)"; NULL: it may be. The member NULL: nothing tells. */
    const char *(*foreign)(struct arena *arena, const struct folder *folder);
    bool names_databases; /* its files may say "dbms", for which databases each part is */
    /* Whether a file of this name in a root is for another database. The member NULL: none is. */
    bool (*ignores)(const char *name);
    /*
     * Phase 2: appends the sections of one file of a migration. file: its bytes (path as reported); direction: of up_path or
     * down_path. A file that is both is rendered once, for up, and gives the sections of both.
     */
    void (*render)(struct arena *arena, const struct history *history, struct migration *migration,
                   const struct file *file, enum direction direction);
};

extern const struct front *const fronts[];
extern const size_t front_count;

/* The front of this name, NULL when there is none. */
const struct front *front_find(const char *name);
/* The front that a file's contents tell, with *why set; NULL: they tell nothing. */
const struct front *front_of_file(const struct file *file, const char **why);

#endif
