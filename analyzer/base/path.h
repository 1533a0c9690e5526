/*
 * Paths as strings, without asking the file system (but for path_absolute, which asks
 * for the working directory).
 */
#ifndef BASE_PATH_H
#define BASE_PATH_H

#include "base/arena.h"

#include <stdbool.h>

/* "a/b" + "c" = "a/b/c"; an absolute name stands for itself; "" and "." are no folder. */
char *path_join(struct arena *arena, const char *folder, const char *name);
/* The part before the last slash: "." where there is none, "/" for "/x". */
char *path_folder(struct arena *arena, const char *path);
/* The part behind the last slash; points into path. */
const char *path_base(const char *path);
/* Removes "." and empty parts and resolves ".." by text; "" becomes ".". */
char *path_clean(struct arena *arena, const char *path);
/* path_clean of path below the working directory; NULL when that cannot be had. */
char *path_absolute(struct arena *arena, const char *path);
/*
 * path relative to folder, both absolute and clean: "c" for "/a/b/c" below "/a/b", "."
 * for the folder itself; NULL when path is not below it.
 */
const char *path_below(const char *folder, const char *path);

#endif
