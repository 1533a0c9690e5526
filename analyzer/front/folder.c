#define _GNU_SOURCE /* O_NOFOLLOW, O_DIRECTORY, fdopendir, d_type, memmem */
#include "front/folder.h"

#include "base/path.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct folder_reading {
    const struct folder *folder;
    const char *why; /* it could not be listed; NULL: all is well */
};

static bool is_skipped(const char *name) {
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0 || strcmp(name, ".git") == 0 ||
           strcmp(name, "node_modules") == 0;
}

static struct folder_entry link_entry(const struct folder *folder, const char *name) {
    struct files *files = folder->files;
    const char *absolute = path_join(files->arena, folder->absolute, name);
    struct folder_entry entry = {.name = name, .is_link = true};
    struct stat st;

    if (stat(absolute, &st) == 0 && S_ISDIR(st.st_mode)) {
        entry.is_folder = true;
        entry.refusal = files_refuse_folder_link(files, absolute);
    }
    return entry;
}

static void add_entry(struct folder *folder, int fd, const struct dirent *dirent) {
    struct arena *arena = folder->files->arena;
    unsigned char type = dirent->d_type;
    struct folder_entry entry = {.is_folder = type == DT_DIR};
    struct stat st;

    if (is_skipped(dirent->d_name) ||
        files_is_hidden(folder->files, path_join(arena, folder->absolute, dirent->d_name)))
        return;
    if (type == DT_UNKNOWN && fstatat(fd, dirent->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0) {
        entry.is_folder = S_ISDIR(st.st_mode);
        type = S_ISLNK(st.st_mode) ? DT_LNK : DT_REG;
    }
    entry.name = arena_strdup(arena, dirent->d_name);
    if (type == DT_LNK)
        entry = link_entry(folder, entry.name);
    vec_push(arena, &folder->entries, entry);
}

static int compare_entries(const void *a, const void *b) {
    return strcmp(((const struct folder_entry *)a)->name, ((const struct folder_entry *)b)->name);
}

static void sort_entries(struct folder *folder) {
    if (folder->entries.n)
        qsort(folder->entries.v, folder->entries.n, sizeof(struct folder_entry), compare_entries);
}

static int list(struct folder *folder, int fd) {
    DIR *dir = fdopendir(fd);
    const struct dirent *dirent;

    if (!dir) {
        close(fd);
        return -1;
    }
    errno = 0;
    while ((dirent = readdir(dir)))
        add_entry(folder, fd, dirent);
    closedir(dir);
    sort_entries(folder);
    return 0;
}

/* The unsaved texts of the folder and, where they alone make them, the folders in it. */
static void add_unsaved(struct folder *folder) {
    struct files *files = folder->files;

    for (size_t i = 0; i < files->unsaved.n; i++) {
        const char *below = path_below(folder->absolute, files->unsaved.entries[i].key);
        size_t n = below ? strcspn(below, "/") : 0;
        struct folder_entry entry = {.is_folder = below && below[n]};
        if (!below)
            continue;
        entry.name = arena_strndup(files->arena, below, n);
        if (folder_find(folder, entry.name))
            continue;
        vec_push(files->arena, &folder->entries, entry);
        sort_entries(folder);
    }
}

/* A named folder, or one whose link was checked, may be a link itself; those above it are none or were named. */
static const struct folder *read_folder(struct files *files, const char *absolute,
                                        const char **why) {
    struct folder *folder = arena_new(files->arena, struct folder);
    int fd = open(absolute, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK);

    folder->files = files;
    folder->absolute = arena_strdup(files->arena, absolute);
    folder->path = files_repository(files, absolute)
                       ? path_below(files_repository(files, absolute), folder->absolute)
                       : files_reported_path(files, absolute);
    if (fd < 0 || list(folder, fd) < 0)
        *why = arena_strdup(files->arena, strerror(errno));
    add_unsaved(folder);
    return folder;
}

const struct folder *folder_read(struct files *files, const char *absolute, const char **why) {
    struct folder_reading *reading = map_get(&files->folders, absolute);

    if (!reading) {
        reading = arena_new(files->arena, struct folder_reading);
        reading->folder = read_folder(files, absolute, &reading->why);
        map_set(&files->folders, absolute, reading);
    }
    *why = reading->why;
    return reading->folder;
}

const struct folder_entry *folder_find(const struct folder *folder, const char *name) {
    struct folder_entry key = {.name = name};

    if (!folder->entries.n)
        return NULL;
    return bsearch(&key, folder->entries.v, folder->entries.n, sizeof(key), compare_entries);
}

bool folder_has_file(const struct folder *folder, const char *path) {
    const char *absolute = path_join(folder->files->arena, folder->absolute, path);
    struct stat st;

    if (files_is_unsaved(folder->files, absolute))
        return true;
    return lstat(absolute, &st) == 0 && !S_ISDIR(st.st_mode);
}

const struct file *folder_file(const struct folder *folder, const char *path) {
    const char *absolute = path_join(folder->files->arena, folder->absolute, path);
    const struct reading *reading = files_read(folder->files, absolute);

    return reading->why ? NULL : reading->file;
}

/* The folder above this one, as far as things are looked for; NULL: here it ends. */
static const char *next_up(const struct folder *folder, const char *at) {
    struct files *files = folder->files;
    const char *root = files_repository(files, folder->absolute);
    const char *last = root ? root : path_folder(files->arena, folder->absolute);

    if (strcmp(at, last) == 0 || strcmp(at, "/") == 0)
        return NULL;
    return path_folder(files->arena, at);
}

/* Fronts ask for the same few names over and over. */
static bool is_there(struct files *files, const char *absolute) {
    const bool *known = map_get(&files->present, absolute);
    struct stat st;
    bool *found;

    if (known)
        return *known;
    found = arena_new(files->arena, bool);
    *found = lstat(absolute, &st) == 0;
    map_set(&files->present, absolute, found);
    return *found;
}

/* The file of this name in a folder; NULL with *exists set when it cannot be read. */
static const struct file *file_in(const struct folder *folder, const char *at, const char *name,
                                  bool *exists) {
    const char *path = path_join(folder->files->arena, at, name);
    const struct reading *reading;

    *exists = files_is_unsaved(folder->files, path) || is_there(folder->files, path);
    if (!*exists)
        return NULL;
    reading = files_read(folder->files, path);
    return reading->why ? NULL : reading->file;
}

const struct file *folder_upward(const struct folder *folder, const char *name) {
    for (const char *at = folder->absolute; at; at = next_up(folder, at)) {
        bool exists;
        const struct file *file = file_in(folder, at, name, &exists);
        if (exists)
            return file;
    }
    return NULL;
}

const char *folder_with(const struct folder *folder, const char *name) {
    for (const char *at = folder->absolute; at; at = next_up(folder, at)) {
        if (is_there(folder->files, path_join(folder->files->arena, at, name)))
            return at;
    }
    return NULL;
}

/* Whether the folder is another ecosystem's project: one of its manifests is here. */
static bool is_project(const struct folder *folder, const char *at) {
    static const char *const names[] = {"Cargo.toml", "go.mod", "pom.xml", "build.gradle",
                                        "build.gradle.kts"};

    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        bool exists;
        file_in(folder, at, names[i], &exists);
        if (exists)
            return true;
    }
    return false;
}

const char *folder_manifest(const struct folder *folder, const char *name, const char *word) {
    for (const char *at = folder->absolute; at; at = next_up(folder, at)) {
        bool exists;
        const struct file *file = file_in(folder, at, name, &exists);
        if (file && memmem(file->bytes, file->len, word, strlen(word)))
            return arena_printf(folder->files->arena, "%s in %s", word, file->path);
        if (!exists && is_project(folder, at))
            return NULL;
    }
    return NULL;
}
