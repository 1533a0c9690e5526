/*
 * Real files for tests: a folder of its own under /tmp, which is the working directory and goes away with tree_remove.
 */
#ifndef TESTS_TREE_H
#define TESTS_TREE_H

#include <check.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char tree_root[64];
static char tree_start[4096];

static inline void tree_make(void) {
    strcpy(tree_root, "/tmp/migvet-test-XXXXXX");
    ck_assert_ptr_nonnull(getcwd(tree_start, sizeof(tree_start)));
    ck_assert_ptr_nonnull(mkdtemp(tree_root));
    ck_assert_int_eq(chdir(tree_root), 0);
}

static inline int tree_remove_one(const char *path, const struct stat *st, int type,
                                  struct FTW *ftw) {
    (void)st;
    (void)type;
    (void)ftw;
    return remove(path);
}

static inline void tree_remove(void) {
    ck_assert_int_eq(chdir(tree_start), 0);
    nftw(tree_root, tree_remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* Makes the folders of a path, but for its last part. */
static inline void tree_folders(const char *path) {
    char part[4096];

    for (const char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        snprintf(part, sizeof(part), "%.*s", (int)(slash - path), path);
        mkdir(part, 0755);
    }
}

static inline void tree_bytes(const char *path, const char *bytes, size_t n) {
    FILE *file;

    tree_folders(path);
    file = fopen(path, "wb");
    ck_assert_msg(file != NULL, "%s cannot be written", path);
    ck_assert_uint_eq(fwrite(bytes, 1, n, file), n);
    ck_assert_int_eq(fclose(file), 0);
}

/* A file of this text below the working directory. */
static inline void tree_file(const char *path, const char *text) {
    tree_bytes(path, text, strlen(text));
}

/* The repository's root is here. */
static inline void tree_repository(const char *folder) {
    char path[4096];

    snprintf(path, sizeof(path), "%s/.git/", folder);
    tree_folders(path);
}

static inline void tree_link(const char *to, const char *path) {
    tree_folders(path);
    ck_assert_int_eq(symlink(to, path), 0);
}

#endif
