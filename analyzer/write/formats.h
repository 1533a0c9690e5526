/* Between the files of this folder: the formats of the table in writers.c, and what they share. */
#ifndef WRITE_FORMATS_H
#define WRITE_FORMATS_H

#include "write/write.h"

void write_text(struct buf *out, const struct report *report, const struct write_options *options);
void write_json(struct buf *out, const struct report *report, const struct write_options *options);

/* Whether the finding is to be listed at all. */
bool write_shows(const struct write_options *options, const struct finding *finding);

/*
 * "path", "path:line" or "path:line:column", escaped: line and column 0 are left out. NULL stands for
 * migvet itself. A path that a CI runner would take for a command at the start of a line gets
 * "./" in front.
 */
void write_place(struct buf *out, const char *path, unsigned line, unsigned column);

/* The path alone, likewise. */
void write_path(struct buf *out, const char *path);

/*
 * What the finding's statement locks, rewrites and scans: "ACCESS EXCLUSIVE on public.users, blocks
 * reads and writes, until commit; rewrites the table". Unescaped; several lines where it takes locks of several kinds;
 * nothing where it does nothing.
 */
void write_effects(struct buf *out, const struct finding *finding);

/* The path as a URI: relative, or with file:// where it is absolute; percent-encoded. */
void write_uri(struct buf *out, const char *path);

#endif
