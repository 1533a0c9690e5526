#define _GNU_SOURCE /* lstat, realpath */
#include "config/config.h"

#include "base/file.h"
#include "base/path.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char *const names[] = {".migvet.yml", ".migvet.yaml"};

static bool exists(const char *path) {
    struct stat st;

    return lstat(path, &st) == 0;
}

/* A folder, or a file in worktrees and submodules. */
bool config_is_repository_root(struct arena *arena, const char *folder) {
    return exists(path_join(arena, folder, ".git"));
}

static const char *first_folder(struct arena *arena, const char *absolute) {
    return directory_exists(absolute) ? absolute : path_folder(arena, absolute);
}

/* Something of that name that is no file is found, too, so that reading it says what is wrong. */
const char *config_in_folder(struct arena *arena, const char *folder) {
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        const char *path = path_join(arena, folder, names[i]);
        if (exists(path))
            return path;
    }
    return NULL;
}

const char *config_find(struct arena *arena, const char *path) {
    const char *absolute = path_absolute(arena, path);
    const char *folder = absolute ? first_folder(arena, absolute) : NULL;

    while (folder) {
        const char *found = config_in_folder(arena, folder);
        if (found)
            return found;
        if (config_is_repository_root(arena, folder) || strcmp(folder, "/") == 0)
            return NULL;
        folder = path_folder(arena, folder);
    }
    return NULL;
}

const char *config_repository_root(struct arena *arena, const char *path) {
    const char *absolute = path_absolute(arena, path);
    const char *folder = absolute ? first_folder(arena, absolute) : NULL;

    while (folder) {
        if (config_is_repository_root(arena, folder))
            return folder;
        if (strcmp(folder, "/") == 0)
            return NULL;
        folder = path_folder(arena, folder);
    }
    return NULL;
}

const char *config_reported_path(struct arena *arena, const char *path) {
    const char *root = config_repository_root(arena, path);
    const char *below = NULL;

    if (!root)
        root = path_absolute(arena, ".");
    if (root)
        below = path_below(root, path);
    return arena_strdup(arena, below ? below : path);
}

/*
 * Whether a link of the repository leads out of it: a configuration that somebody else wrote must not make us read (and show,
 * in an error) what is not theirs.
 */
static bool leads_out(struct arena *arena, const char *path) {
    const char *root = config_repository_root(arena, path_folder(arena, path));
    char *real = realpath(path, NULL), *real_root = root ? realpath(root, NULL) : NULL;
    bool out = real && real_root && !path_below(real_root, real);

    free(real);
    free(real_root);
    return out;
}

int config_load(struct arena *arena, const char *path, const char *given, bool off,
                struct config *config, struct config_error *error) {
    const char *found = off ? NULL : given;
    int result;

    config_init(config);
    if (!found && !off)
        found = config_find(arena, path);
    if (!found)
        return 0;
    if (!given && leads_out(arena, found)) {
        *error = (struct config_error){config_reported_path(arena, found),
                                       {0},
                                       "is a symbolic link that leads out of the repository"};
        return -1;
    }
    result = config_read(arena, found, config, error);
    if (given)
        config->folder = path_absolute(arena, ".");
    return result;
}
