#include "front/setting.h"

#include "base/ascii.h"

#include <string.h>

static size_t skip_space(const char *s, size_t at, size_t end) {
    while (at < end && ascii_isspace(s[at]))
        at++;
    return at;
}

/* Where the value of the line begins; 0 when it is another key's. */
static size_t value_start(const struct file *file, struct span line, const char *key) {
    const char *s = file->bytes;
    size_t n = strlen(key), at = skip_space(s, line.start, line.end);

    if (line.end - at < n || memcmp(s + at, key, n) != 0)
        return 0;
    at = skip_space(s, at + n, line.end);
    return at < line.end && s[at] == '=' ? skip_space(s, at + 1, line.end) : 0;
}

static size_t value_end(const char *s, size_t at, size_t end) {
    size_t stop = at;

    while (stop < end && s[stop] != '#')
        stop++;
    while (stop > at && ascii_isspace(s[stop - 1]))
        stop--;
    return stop;
}

static const char *value_at(struct arena *arena, const struct file *file, size_t at, size_t end) {
    const char *s = file->bytes, *quote;

    if (at < end && (s[at] == '"' || s[at] == '\'')) {
        quote = memchr(s + at + 1, s[at], end - at - 1);
        if (quote)
            return arena_strndup(arena, s + at + 1, (size_t)(quote - s) - at - 1);
    }
    return arena_strndup(arena, s + at, value_end(s, at, end) - at);
}

const char *setting_of(struct arena *arena, const struct file *file, const char *key) {
    for (unsigned i = 1; i <= file->lines.n; i++) {
        struct span line = file_line(file, i);
        size_t at = value_start(file, line, key);
        if (at)
            return value_at(arena, file, at, line.end);
    }
    return NULL;
}

bool setting_is(struct arena *arena, const struct file *file, const char *key, const char *value) {
    const char *found = setting_of(arena, file, key);

    return found && strcmp(found, value) == 0;
}
