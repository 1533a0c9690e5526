#include "front/gitconfig.h"

#include "base/ascii.h"

#include <string.h>

struct reader {
    struct arena *arena;
    const char *p, *end;
    const char *section; /* "core." or "engine.pg." */
    struct map *out;
};

static void skip_blanks(struct reader *reader) {
    while (reader->p < reader->end &&
           (*reader->p == ' ' || *reader->p == '\t' || *reader->p == '\r'))
        reader->p++;
}

static void skip_line(struct reader *reader) {
    while (reader->p < reader->end && *reader->p++ != '\n')
        continue;
}

static char *lower(struct arena *arena, const char *s, size_t n) {
    char *out = arena_strndup(arena, s, n);

    for (size_t i = 0; i < n; i++)
        out[i] = ascii_tolower(out[i]);
    return out;
}

static bool is_key_byte(char c) {
    return ascii_isalnum(c) || c == '-' || c == '.' || c == '_';
}

static size_t word_length(const struct reader *reader) {
    size_t n = 0;

    while (reader->p + n < reader->end && is_key_byte(reader->p[n]))
        n++;
    return n;
}

/* The text in quotes at the reader. */
static const char *read_quoted(struct reader *reader) {
    const char *start = ++reader->p;

    while (reader->p < reader->end && *reader->p != '"' && *reader->p != '\n')
        reader->p++;
    return arena_strndup(reader->arena, start, (size_t)(reader->p++ - start));
}

/* [section], [section "sub"] */
static void read_section(struct reader *reader) {
    size_t n;
    const char *name;

    reader->p++;
    skip_blanks(reader);
    n = word_length(reader);
    name = lower(reader->arena, reader->p, n);
    reader->p += n;
    skip_blanks(reader);
    if (reader->p < reader->end && *reader->p == '"')
        reader->section = arena_printf(reader->arena, "%s.%s.", name, read_quoted(reader));
    else
        reader->section = arena_printf(reader->arena, "%s.", name);
}

static char escaped(char c) {
    return c == 'n' ? '\n' : c == 't' ? '\t' : c;
}

/* Up to the line's end or a comment, quotes taken off, going on behind a backslash. */
static const char *read_value(struct reader *reader) {
    VEC(char) out = {0};
    size_t kept = 0;
    bool quoted = false;

    for (; reader->p < reader->end && *reader->p != '\n'; reader->p++) {
        char c = *reader->p;
        if (!quoted && (c == '#' || c == ';'))
            break;
        if (c == '"') {
            quoted = !quoted;
            kept = out.n;
            continue;
        }
        if (c == '\\' && reader->p + 1 < reader->end && *++reader->p != '\n')
            c = escaped(*reader->p);
        else if (c == '\\')
            continue;
        vec_push(reader->arena, &out, c);
        if (quoted || !ascii_isspace(c))
            kept = out.n;
    }
    return kept ? arena_strndup(reader->arena, out.v, kept) : "";
}

static void read_pair(struct reader *reader) {
    size_t n = word_length(reader);
    const char *key =
        arena_printf(reader->arena, "%s%s", reader->section, lower(reader->arena, reader->p, n));
    const char *value = "true";

    reader->p += n;
    skip_blanks(reader);
    if (reader->p < reader->end && *reader->p == '=') {
        reader->p++;
        skip_blanks(reader);
        value = read_value(reader);
    }
    if (n)
        map_set(reader->out, key, arena_strdup(reader->arena, value));
}

void gitconfig_read(struct arena *arena, const struct file *file, struct map *out) {
    struct reader reader = {.arena = arena,
                            .p = file->bytes + file->bom,
                            .end = file->bytes + file->len,
                            .section = "",
                            .out = out};

    while (reader.p < reader.end) {
        skip_blanks(&reader);
        if (reader.p < reader.end && *reader.p == '[') {
            read_section(&reader);
            if (reader.p < reader.end && *reader.p == ']')
                reader.p++;
            skip_blanks(&reader);
        }
        if (reader.p < reader.end && is_key_byte(*reader.p))
            read_pair(&reader);
        skip_line(&reader);
    }
}
