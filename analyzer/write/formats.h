/* Between the files of this folder: the formats of the table in writers.c, and what they share. */
#ifndef WRITE_FORMATS_H
#define WRITE_FORMATS_H

#include "write/write.h"

void write_text(struct buf *out, const struct report *report, const struct write_options *options);
void write_json(struct buf *out, const struct report *report, const struct write_options *options);
void write_sarif(struct buf *out, const struct report *report, const struct write_options *options);
void write_gcc(struct buf *out, const struct report *report, const struct write_options *options);
void write_github(struct buf *out, const struct report *report,
                  const struct write_options *options);

/* Whether the finding is to be listed at all. */
bool write_shows(const struct write_options *options, const struct finding *finding);

/*
 * "path", "path:line" or "path:line:column", escaped: line and column 0 are left out. NULL stands for
 * migvet itself. A path that a CI runner would take for a command at the start of a line gets
 * "./" in front.
 */
void write_place(struct buf *out, const char *path, unsigned line, unsigned column);

/*
 * Whether GitHub's runner would take a line that starts with these bytes for a command: white space of any
 * kind is ignored before the "::" (ActionCommand.cs). What it takes for one in the middle of a line is
 * broken by escape_line.
 */
bool write_starts_command(const char *s, size_t n);

/* The path alone, likewise. */
void write_path(struct buf *out, const char *path);

/*
 * What the finding's statement locks, rewrites and scans: "ACCESS EXCLUSIVE on public.users, blocks
 * reads and writes, until commit; rewrites the table". Unescaped; several lines where it takes locks of several kinds;
 * nothing where it does nothing.
 */
void write_effects(struct buf *out, const struct finding *finding);

/* How compilers and CI systems call a tier: "error", "warning", "note". */
const char *write_level(enum tier tier);

/* How many of the n bytes fit into limit without cutting a character. */
size_t write_clipped(const char *s, size_t n, size_t limit);

/* "1 file", "2 files". */
void write_count(struct buf *out, size_t count, const char *what);

/*
 * What every summary line ends with: " in 3 statements of 1 file; 1 error (PostgreSQL 15, grammar
 * 18.6)", and a newline.
 */
void write_summary_end(struct buf *err, const struct report *report,
                       const struct write_options *options);

/* The path as a URI: relative, or with file:// where it is absolute; percent-encoded. */
void write_uri(struct buf *out, const char *path);

#endif
