/*
 * Reading for fronts: each file and folder at most once, unsaved texts in the place of files, nothing but regular files,
 * and no symbolic link that leads out of the repository (or, without one, out of what was named).
 */
#ifndef FRONT_READ_H
#define FRONT_READ_H

#include "base/map.h"
#include "source/report.h"

/* What came of reading a file: the file, or the reason. */
struct reading {
    const struct file
        *file;       /* NULL: it could not be read; for PROBLEM_ENCODING the bytes as they are */
    const char *why; /* NULL: all is well */
    enum problem_kind kind;
    struct position at; /* line 0: the file as a whole */
};

struct files {
    struct arena *arena;
    struct report *report;   /* for remarks */
    struct map unsaved;      /* absolute path -> struct file_bytes */
    struct map hidden;       /* absolute path of a file or folder that is not to be seen */
    struct map included;     /* absolute path of a file that another one includes */
    struct map readings;     /* absolute path -> struct reading */
    struct map folders;      /* absolute path -> struct folder_reading */
    struct map present;      /* absolute path that was asked for -> bool: whether it is there */
    struct map repositories; /* absolute folder -> its repository's root, "" for none */
    struct map checked;      /* absolute folder -> why nothing in it is to be read, "" for none */
    const char *anonymous;   /* absolute path of a text that has no name; NULL: there is none */
    VEC(const char *)
    bounds; /* absolute folders: where there is no repository, links may not lead out of these */
};

void files_init(struct files *files, struct arena *arena, struct report *report);
void files_add_unsaved(struct files *files, const char *absolute, const char *bytes, size_t n);
bool files_is_unsaved(const struct files *files, const char *absolute);
/* The file, or the folder with all in it, is left out of the listing of its folder. */
void files_hide(struct files *files, const char *absolute);
bool files_is_hidden(const struct files *files, const char *absolute);
/* Whether anything below the folder is hidden. */
bool files_hides_below(const struct files *files, const char *absolute_folder);

/* Never NULL. absolute: a clean path. */
const struct reading *files_read(struct files *files, const char *absolute);

/* The root of the repository that holds this folder (absolute); NULL: none. */
const char *files_repository(struct files *files, const char *absolute_folder);
/* Why this path, wherever its links lead, is not to be read; NULL when it may be. It must exist. */
const char *files_refuse_link(struct files *files, const char *absolute, const char *bound);
/* The same for a link to a folder, which must not lead to one above it either: that would be a loop. */
const char *files_refuse_folder_link(struct files *files, const char *absolute);
/* The folder that links below this one must not leave. */
const char *files_bound(struct files *files, const char *absolute_folder);
/* As config_reported_path. */
const char *files_reported_path(struct files *files, const char *absolute);

#endif
