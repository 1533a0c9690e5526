#include "write/write.h"

#include "source/escape.h"
#include "write/formats.h"

#include <string.h>

const struct writer writers[] = {
    {"text", write_text},
    {"json", write_json},
    {NULL, NULL},
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

/* GitHub's runner (ActionCommand.cs) ignores white space before the "::" that starts a command. */
static bool looks_like_command(const char *path) {
    return strncmp(path + strspn(path, " \t\r\n\v\f"), "::", 2) == 0;
}

void write_path(struct buf *out, const char *path) {
    if (looks_like_command(path))
        buf_puts(out, "./");
    escape_line(out, path, strlen(path));
}

void write_place(struct buf *out, const char *path, unsigned line, unsigned column) {
    write_path(out, path ? path : "migvet");
    if (line)
        buf_printf(out, ":%u", line);
    if (line && column)
        buf_printf(out, ":%u", column);
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
