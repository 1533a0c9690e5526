/*
 * Parts of Markdown reports. Everything that came from outside stands in code spans, where Markdown knows no mark-up,
 * mentions or links.
 */
#ifndef WRITE_MARKDOWN_H
#define WRITE_MARKDOWN_H

#include "base/buf.h"
#include "source/report.h"

/* A code span of escaped text. In a table a pipe ends the cell, in a code span too, but for a backslash before it. */
void markdown_span(struct buf *out, const struct buf *escaped);
/* The same of raw text, on one line. */
void markdown_code(struct buf *out, const char *s);
/* A block of SQL, several lines of it; a fence that nothing in it can end. */
void markdown_sql(struct buf *out, const char *sql);
/* Errors, what was not analysed, and notes; nothing when there are none. */
void markdown_problems(struct buf *out, const struct report *report);

#endif
