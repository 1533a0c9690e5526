#define _GNU_SOURCE /* O_CLOEXEC, fsync, mkstemp */
#include "base/file.h"

#include "base/buf.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int fail(struct arena *arena, const char **why, const char *reason) {
    *why = arena_strdup(arena, reason);
    return -1;
}

static int fail_errno(struct arena *arena, const char **why) {
    return fail(arena, why, strerror(errno));
}

static const char *irregular_kind(mode_t mode) {
    if (S_ISDIR(mode))
        return "is a directory";
    if (S_ISFIFO(mode))
        return "is a FIFO, not a regular file";
    if (S_ISCHR(mode) || S_ISBLK(mode))
        return "is a device, not a regular file";
    if (S_ISSOCK(mode))
        return "is a socket, not a regular file";
    return "is not a regular file";
}

static int too_large(struct arena *arena, size_t limit, const char **why) {
    *why = arena_printf(arena, "is larger than the limit of %zu MiB", limit >> 20);
    return -1;
}

int file_read_fd(struct arena *arena, int fd, size_t limit, struct file_bytes *out,
                 const char **why) {
    struct buf buf = BUF_INIT;
    char chunk[65536];
    int result = -1;

    for (;;) {
        ssize_t n = read(fd, chunk, sizeof(chunk));
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            fail_errno(arena, why);
            goto out;
        }
        if (n == 0)
            break;
        buf_add(&buf, chunk, (size_t)n);
        if (buf.n > limit) {
            too_large(arena, limit, why);
            goto out;
        }
    }
    out->bytes = arena_strndup(arena, buf_str(&buf), buf.n);
    out->n = buf.n;
    result = 0;
out:
    buf_release(&buf);
    return result;
}

/* The size was known: one allocation, and a file that grows meanwhile is cut there. */
static int read_sized(struct arena *arena, int fd, size_t size, struct file_bytes *out,
                      const char **why) {
    char *bytes = arena_alloc(arena, size + 1);
    size_t n = 0;

    while (n < size) {
        ssize_t got = read(fd, bytes + n, size - n);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return fail_errno(arena, why);
        if (got == 0)
            break;
        n += (size_t)got;
    }
    bytes[n] = '\0';
    *out = (struct file_bytes){bytes, n};
    return 0;
}

static int read_regular(struct arena *arena, int fd, size_t limit, struct file_bytes *out,
                        const char **why) {
    struct stat st;

    if (fstat(fd, &st) < 0)
        return fail_errno(arena, why);
    if (!S_ISREG(st.st_mode))
        return fail(arena, why, irregular_kind(st.st_mode));
    if ((uintmax_t)st.st_size > limit)
        return too_large(arena, limit, why);
    return read_sized(arena, fd, (size_t)st.st_size, out, why);
}

int file_read(struct arena *arena, const char *path, size_t limit, struct file_bytes *out,
              const char **why) {
    /* O_NONBLOCK: opening a FIFO must not wait for a writer */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    int result;

    if (fd < 0)
        return fail_errno(arena, why);
    result = read_regular(arena, fd, limit, out, why);
    close(fd);
    return result;
}

static int write_all(int fd, const char *bytes, size_t n) {
    while (n) {
        ssize_t done = write(fd, bytes, n);
        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            return -1;
        bytes += done;
        n -= (size_t)done;
    }
    return 0;
}

static int write_and_sync(int fd, const char *bytes, size_t n) {
    mode_t mask = umask(0);

    umask(mask);
    return write_all(fd, bytes, n) < 0 || fchmod(fd, 0666 & ~mask) < 0 || fsync(fd) < 0 ? -1 : 0;
}

static int replace(struct arena *arena, const char *path, const char *bytes, size_t n,
                   const char **why) {
    char *temporary = arena_printf(arena, "%s.XXXXXX", path);
    int fd = mkstemp(temporary);

    if (fd < 0)
        return fail_errno(arena, why);
    if (write_and_sync(fd, bytes, n) < 0)
        fail_errno(arena, why);
    else if (rename(temporary, path) < 0)
        fail_errno(arena, why);
    else
        temporary = NULL;
    close(fd);
    if (!temporary)
        return 0;
    unlink(temporary);
    return -1;
}

int file_write(struct arena *arena, const char *path, const char *bytes, size_t n,
               const char **why) {
    struct stat st;

    if (lstat(path, &st) == 0) {
        if (S_ISLNK(st.st_mode))
            return fail(arena, why, "is a symbolic link");
        if (!S_ISREG(st.st_mode))
            return fail(arena, why, irregular_kind(st.st_mode));
    }
    return replace(arena, path, bytes, n, why);
}

bool file_exists(const char *path) {
    struct stat st;

    return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

bool directory_exists(const char *path) {
    struct stat st;

    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}
