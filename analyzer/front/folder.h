/* A folder as fronts see it: its listing, and what they may ask about the files in and above it. */
#ifndef FRONT_FOLDER_H
#define FRONT_FOLDER_H

#include "front/read.h"

struct folder_entry {
    const char *name;
    bool is_folder;
    bool is_link;
    const char *refusal; /* why this link to a folder is not followed; NULL: it is */
};

struct folder {
    const char *path; /* as reported */
    const char *absolute;
    struct files *files;
    VEC(struct folder_entry) entries; /* sorted by bytes; .git and node_modules left out */
};

/*
 * Lists the folder, with the unsaved texts that belong into it. Never NULL; *why is set when it cannot be listed, else NULL. Whatever is no folder is
 * listed as a file, and reading it says what is wrong with it.
 */
const struct folder *folder_read(struct files *files, const char *absolute, const char **why);

const struct folder_entry *folder_find(const struct folder *folder, const char *name);
/* Whether there is a file (no folder) at this path below the folder. */
bool folder_has_file(const struct folder *folder, const char *path);
/* The contents of a file at this path below the folder; NULL when it cannot be read. */
const struct file *folder_file(const struct folder *folder, const char *path);
/*
 * Whether the project of this folder depends on something: the nearest file of this name (Cargo.toml, go.mod ...) upward that has the
 * word in it, but no farther than a folder with another ecosystem's file and not this one. "sqlx in Cargo.toml" or NULL.
 */
const char *folder_manifest(const struct folder *folder, const char *name, const char *word);
/*
 * The nearest file of this name in the folder or above it, up to the repository's root (without a repository: in the folder and the one above it).
 * NULL: none.
 */
const struct file *folder_upward(const struct folder *folder, const char *name);

/* The nearest folder, this one or one above it within the same bounds, that has a file or folder of this name; NULL: none. */
const char *folder_with(const struct folder *folder, const char *name);

#endif
