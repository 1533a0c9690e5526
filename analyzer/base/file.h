/*
 * Reading and writing whole files, safely: nothing but regular files is read, and a
 * file is written under another name first and then renamed.
 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>

struct file_bytes {
    const char *bytes; /* a NUL behind the last one */
    size_t n;
};

/*
 * Reads the file into the arena. Returns 0, or -1 with *why set to the reason, in words
 * and without the path ("No such file or directory", "is a directory", "is a FIFO",
 * "is larger than the limit of 64 MiB").
 */
int file_read(struct arena *arena, const char *path, size_t limit, struct file_bytes *out,
              const char **why);

/* Reads the open descriptor to its end, likewise; for standard input. */
int file_read_fd(struct arena *arena, int fd, size_t limit, struct file_bytes *out,
                 const char **why);

/*
 * Replaces the file by rename: readers see the old file or the new one, never half.
 * Refuses when path is a symbolic link or no regular file. Returns 0, or -1 with *why set.
 */
int file_write(struct arena *arena, const char *path, const char *bytes, size_t n,
               const char **why);

bool file_exists(const char *path);
bool directory_exists(const char *path);

#endif
