/*
 * Which migrations of what is named are reported, where the user wants fewer than all: what git says is new, or the
 * newest by their versions. They are one release; the others are replayed. What cannot be selected for
 * certain is a problem, never everything and never nothing.
 */
#ifndef FRONT_SELECT_H
#define FRONT_SELECT_H

#include "base/file.h"
#include "base/map.h"
#include "base/vec.h"

struct discovery;

enum selection_kind {
    SELECT_SINCE, /* added or changed since the merge base with a commit, as they are in the work tree */
    SELECT_STAGED, /* added or changed in git's index; the history, too, is as the index has it */
    SELECT_AFTER,  /* of a greater version */
    SELECT_LATEST, /* the last of each history */
};

/* What git says of a file that is not as it was. */
struct git_change {
    bool is_new;     /* it was not there under any name */
    const char *was; /* renamed: the name that it had; NULL: it has kept its name */
    const struct file_bytes
        *before; /* its text then, of a file that may be a migration; NULL: none */
};

/* What git says of one repository. Names are relative to its root. */
struct repository {
    const char *root;     /* absolute, as the path that was given leads there */
    const char *shown;    /* that path, as reported */
    const char *why;      /* git could not tell, and this is the reason; NULL: it could */
    const char *base;     /* SELECT_SINCE: the merge base */
    struct map changed;   /* name -> struct git_change; deleted ones are not here */
    struct map folders;   /* those of the changed ones */
    struct map untracked; /* files, and folders that are untracked as a whole */
    struct map
        index_texts; /* SELECT_STAGED: name -> struct file_bytes, where the work tree has others */
};

struct selection {
    enum selection_kind kind;
    const char *commit;                  /* SELECT_SINCE: as given */
    const char *version;                 /* SELECT_AFTER: digits, perhaps with "." or "_" between */
    size_t count;                        /* SELECT_LATEST: from 1 */
    VEC(struct repository) repositories; /* those of the paths, filled by selection_read */
};

/* Why this is no name of a commit; NULL when git may be asked for it. */
const char *selection_refuse_commit(const char *name);
/* The version as struct selection has it, NULL when it is none. */
const char *selection_version(struct arena *arena, const char *given);

/*
 * Asks git what there is to know about the paths' repositories; nothing for kinds that need no git. To be called once, before the
 * analysis forks. What goes wrong is kept for selection_begin.
 */
void selection_read(struct selection *selection, struct arena *arena, const char *const *paths,
                    size_t count);

/* Before the paths are looked at. False when nothing can be selected, with the problems reported. */
bool selection_begin(struct discovery *discovery);
/* Unmarks the reported migrations that are not selected, and drops the histories of which none is left. */
void selection_apply(struct discovery *discovery);

#endif
