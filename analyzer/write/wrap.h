/* Texts in lines of limited width. */
#ifndef WRITE_WRAP_H
#define WRITE_WRAP_H

#include "base/buf.h"

struct wrap {
    size_t indent; /* blanks before each line but the first, which stands at this column already */
    size_t width;  /* columns of a line, the indent counted; a longer word is not cut */
};

/*
 * Appends the text, escaped, and a newline. Lines of the text stay lines. A word that a CI runner
 * would take for a command never starts a line.
 */
void wrap_prose(struct buf *out, const char *text, struct wrap wrap);

/*
 * The same for lines of SQL or words: a long line of SQL is continued four columns further in, and
 * stays the same SQL: it is never broken in a quoted string or name, and a comment goes on as a comment.
 */
void wrap_sql(struct buf *out, const char *text, struct wrap wrap);

#endif
