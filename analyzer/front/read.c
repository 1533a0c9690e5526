#define _GNU_SOURCE /* lstat, realpath */
#include "front/read.h"

#include "base/file.h"
#include "base/path.h"
#include "config/config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { LARGEST = 64 << 20 };

void files_init(struct files *files, struct arena *arena, struct report *report) {
    *files = (struct files){.arena = arena, .report = report};
    map_init(&files->unsaved, arena);
    map_init(&files->hidden, arena);
    map_init(&files->included, arena);
    map_init(&files->readings, arena);
    map_init(&files->folders, arena);
    map_init(&files->present, arena);
    map_init(&files->repositories, arena);
    map_init(&files->checked, arena);
}

void files_add_unsaved(struct files *files, const char *absolute, const char *bytes, size_t n) {
    struct file_bytes *text = arena_new(files->arena, struct file_bytes);

    *text = (struct file_bytes){bytes, n};
    map_set(&files->unsaved, absolute, text);
}

bool files_is_unsaved(const struct files *files, const char *absolute) {
    return map_has(&files->unsaved, absolute);
}

void files_hide(struct files *files, const char *absolute) {
    map_set(&files->hidden, absolute, files);
}

bool files_is_hidden(const struct files *files, const char *absolute) {
    return map_has(&files->hidden, absolute);
}

bool files_hides_below(const struct files *files, const char *absolute_folder) {
    for (size_t i = 0; i < files->hidden.n; i++)
        if (path_below(absolute_folder, files->hidden.entries[i].key))
            return true;
    return false;
}

static const char *find_repository(struct files *files, const char *folder) {
    const char *above;

    if (config_is_repository_root(files->arena, folder))
        return arena_strdup(files->arena, folder);
    if (strcmp(folder, "/") == 0)
        return "";
    above = files_repository(files, path_folder(files->arena, folder));
    return above ? above : "";
}

const char *files_repository(struct files *files, const char *absolute_folder) {
    char *root = map_get(&files->repositories, absolute_folder);

    if (!root) {
        root = arena_strdup(files->arena, find_repository(files, absolute_folder));
        map_set(&files->repositories, absolute_folder, root);
    }
    return *root ? root : NULL;
}

const char *files_bound(struct files *files, const char *absolute_folder) {
    const char *root = files_repository(files, absolute_folder);

    if (root)
        return root;
    for (size_t i = 0; i < files->bounds.n; i++)
        if (path_below(files->bounds.v[i], absolute_folder))
            return files->bounds.v[i];
    return absolute_folder;
}

static char *real_path(const char *path, int *error) {
    char *real = realpath(path, NULL);

    *error = real ? 0 : errno;
    return real;
}

const char *files_refuse_link(struct files *files, const char *absolute, const char *bound) {
    int error, bound_error;
    char *real = real_path(absolute, &error), *real_bound = real_path(bound, &bound_error);
    const char *why = NULL;

    if (error || bound_error)
        why = arena_strdup(files->arena, strerror(error ? error : bound_error));
    else if (!path_below(real_bound, real))
        why = arena_printf(files->arena, "is a symbolic link that leads out of %s",
                           files_repository(files, bound) ? "the repository" : bound);
    free(real);
    free(real_bound);
    return why;
}

const char *files_refuse_folder_link(struct files *files, const char *absolute) {
    const char *folder = path_folder(files->arena, absolute);
    const char *why = files_refuse_link(files, absolute, files_bound(files, folder));
    char *real = realpath(absolute, NULL), *real_folder = realpath(folder, NULL);

    if (!why && real && real_folder && path_below(real, real_folder))
        why = "is a symbolic link to a folder above it";
    free(real);
    free(real_folder);
    return why;
}

const char *files_reported_path(struct files *files, const char *absolute) {
    const char *folder = path_folder(files->arena, absolute);
    const char *root = files_repository(files, folder);

    if (files->anonymous && strcmp(files->anonymous, absolute) == 0)
        return "<stdin>";
    if (root)
        return arena_strdup(files->arena, path_below(root, absolute));
    return config_reported_path(files->arena, absolute);
}

static void fail(struct reading *reading, enum problem_kind kind, const char *why) {
    reading->kind = kind;
    reading->why = why;
}

static void set_file(struct files *files, struct reading *reading, const char *absolute,
                     struct file_bytes bytes) {
    struct file *file =
        file_new(files->arena, files_reported_path(files, absolute), bytes.bytes, bytes.n);
    size_t at;
    const char *refusal = file_refusal(file, &at);

    reading->file = file;
    if (!refusal)
        return;
    fail(reading, PROBLEM_ENCODING, refusal);
    reading->at = file_position(file, at);
}

/* A link that was named itself, outside of any repository, may lead anywhere. */
static const char *refuse_link(struct files *files, const char *absolute) {
    const char *folder = path_folder(files->arena, absolute);

    for (size_t i = 0; i < files->bounds.n; i++)
        if (strcmp(files->bounds.v[i], absolute) == 0 && !files_repository(files, folder))
            return NULL;
    return files_refuse_link(files, absolute, files_bound(files, folder));
}

/* The links on the way to the file's folder. */
static const char *refuse_folder(struct files *files, const char *folder) {
    char *why = map_get(&files->checked, folder);

    if (!why) {
        const char *refusal = files_refuse_link(files, folder, files_bound(files, folder));
        why = arena_strdup(files->arena, refusal ? refusal : "");
        map_set(&files->checked, folder, why);
    }
    return *why ? why : NULL;
}

static void read_file(struct files *files, struct reading *reading, const char *absolute) {
    const char *why = NULL;
    struct file_bytes bytes;
    struct stat st;

    if (lstat(absolute, &st) < 0)
        why = arena_strdup(files->arena, strerror(errno));
    else
        why = refuse_folder(files, path_folder(files->arena, absolute));
    if (!why && S_ISLNK(st.st_mode))
        why = refuse_link(files, absolute);
    if (!why && file_read(files->arena, absolute, LARGEST, &bytes, &why) == 0)
        set_file(files, reading, absolute, bytes);
    else
        fail(reading,
             stat(absolute, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > LARGEST ? PROBLEM_LIMIT
                                                                                     : PROBLEM_IO,
             why);
}

const struct reading *files_read(struct files *files, const char *absolute) {
    struct reading *reading = map_get(&files->readings, absolute);
    const struct file_bytes *unsaved = map_get(&files->unsaved, absolute);

    if (reading)
        return reading;
    reading = arena_new(files->arena, struct reading);
    if (unsaved)
        set_file(files, reading, absolute, *unsaved);
    else
        read_file(files, reading, absolute);
    map_set(&files->readings, absolute, reading);
    return reading;
}
