#define _GNU_SOURCE /* getcwd with NULL */
#include "base/path.h"

#include "base/vec.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

char *path_join(struct arena *arena, const char *folder, const char *name) {
    size_t n = strlen(folder), name_len = strlen(name);
    char *path;

    if (name[0] == '/' || !n || strcmp(folder, ".") == 0)
        return arena_strndup(arena, name, name_len);
    path = arena_alloc(arena, n + name_len + 2);
    memcpy(path, folder, n);
    if (path[n - 1] != '/')
        path[n++] = '/';
    memcpy(path + n, name, name_len);
    return path;
}

char *path_folder(struct arena *arena, const char *path) {
    const char *slash = strrchr(path, '/');

    if (!slash)
        return arena_strdup(arena, ".");
    if (slash == path)
        return arena_strdup(arena, "/");
    return arena_strndup(arena, path, (size_t)(slash - path));
}

const char *path_base(const char *path) {
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

struct part {
    const char *s;
    size_t n;
};

struct parts {
    VEC(struct part) list;
    bool absolute;
};

static bool is_dotdot(struct part part) {
    return part.n == 2 && memcmp(part.s, "..", 2) == 0;
}

static void add_part(struct arena *arena, struct parts *parts, struct part part) {
    if (part.n == 0 || (part.n == 1 && part.s[0] == '.'))
        return;
    if (!is_dotdot(part)) {
        vec_push(arena, &parts->list, part);
        return;
    }
    if (parts->list.n && !is_dotdot(parts->list.v[parts->list.n - 1]))
        parts->list.n--;
    else if (!parts->absolute)
        vec_push(arena, &parts->list, part);
}

static char *join_parts(struct arena *arena, const struct parts *parts, size_t room) {
    char *out = arena_alloc(arena, room + 2), *p = out;

    if (parts->absolute)
        *p++ = '/';
    for (size_t i = 0; i < parts->list.n; i++) {
        if (i)
            *p++ = '/';
        memcpy(p, parts->list.v[i].s, parts->list.v[i].n);
        p += parts->list.v[i].n;
    }
    if (p == out)
        *p++ = '.';
    *p = '\0';
    return out;
}

char *path_clean(struct arena *arena, const char *path) {
    struct parts parts = {.absolute = path[0] == '/'};
    size_t room = strlen(path);

    while (*path) {
        size_t n = strcspn(path, "/");
        add_part(arena, &parts, (struct part){path, n});
        path += n;
        path += *path == '/';
    }
    return join_parts(arena, &parts, room);
}

char *path_absolute(struct arena *arena, const char *path) {
    char *cwd, *absolute;

    if (path[0] == '/')
        return path_clean(arena, path);
    cwd = getcwd(NULL, 0);
    if (!cwd)
        return NULL;
    absolute = path_clean(arena, path_join(arena, cwd, path));
    free(cwd);
    return absolute;
}

const char *path_below(const char *folder, const char *path) {
    size_t n = strlen(folder);

    if (strcmp(folder, "/") == 0)
        return path[1] ? path + 1 : ".";
    if (strncmp(folder, path, n) != 0)
        return NULL;
    if (!path[n])
        return ".";
    return path[n] == '/' ? path + n + 1 : NULL;
}
