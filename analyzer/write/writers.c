#include "write/write.h"

#include "source/escape.h"
#include "source/utf8.h"
#include "write/formats.h"

#include <string.h>

const struct writer writers[] = {
    {"text", write_text}, {"json", write_json},     {"sarif", write_sarif},
    {"gcc", write_gcc},   {"github", write_github}, {NULL, NULL},
};

const struct writer *writer_by_name(const char *name) {
    for (const struct writer *writer = writers; writer->name; writer++)
        if (strcmp(writer->name, name) == 0)
            return writer;
    return NULL;
}

bool write_shows(const struct write_options *options, const struct finding *finding) {
    return !finding->suppressed_by || options->show_suppressed;
}

const char *write_level(enum tier tier) {
    return tier == TIER_CRITICAL ? "error" : tier == TIER_MAJOR ? "warning" : "note";
}

size_t write_clipped(const char *s, size_t n, size_t limit) {
    if (n <= limit)
        return n;
    n = limit;
    while (n > 0 && utf8_is_continuation(s[n]))
        n--;
    return n;
}

/* As Char.IsWhiteSpace of .NET, without what escape_line escapes. */
static bool is_space(uint32_t code) {
    return code == ' ' || (code >= '\t' && code <= '\r') || code == 0xA0 || code == 0x1680 ||
           (code >= 0x2000 && code <= 0x200A) || code == 0x202F || code == 0x205F || code == 0x3000;
}

static size_t space_length(const char *s, size_t n) {
    uint32_t code = 0;
    size_t i = 0, length;

    while (i < n && s[i] == ' ')
        i++;
    if (i < n && s[i] > ' ' && s[i] < 0x7F)
        return i;
    while ((length = utf8_decode(s + i, n - i, &code)) > 0 && is_space(code))
        i += length;
    return i;
}

bool write_starts_command(const char *s, size_t n) {
    size_t i = space_length(s, n);

    return n - i >= 2 && memcmp(s + i, "::", 2) == 0;
}

/* One colon is enough: another one may follow the path. */
void write_path(struct buf *out, const char *path) {
    size_t n = strlen(path);

    if (path[space_length(path, n)] == ':')
        buf_puts(out, "./");
    escape_line(out, path, n);
}

void write_place(struct buf *out, const char *path, unsigned line, unsigned column) {
    write_path(out, path ? path : "migvet");
    if (!line)
        return;
    buf_putc(out, ':');
    buf_put_number(out, line);
    if (!column)
        return;
    buf_putc(out, ':');
    buf_put_number(out, column);
}

static bool is_unreserved(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c && strchr("-._~/", c));
}

void write_uri(struct buf *out, const char *path) {
    if (path[0] == '/')
        buf_puts(out, "file://");
    for (; *path; path++)
        if (is_unreserved(*path))
            buf_putc(out, *path);
        else
            buf_printf(out, "%%%02X", (unsigned)(unsigned char)*path);
}
