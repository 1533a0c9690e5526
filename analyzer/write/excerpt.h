/* A line of a file as the reader of a report sees it, with a mark under the place. */
#ifndef WRITE_EXCERPT_H
#define WRITE_EXCERPT_H

#include "base/buf.h"
#include "source/text.h"

struct excerpt {
    const struct file *file;
    unsigned line;
    size_t start,
        end;      /* in the file, from within the line (or its end); end may be in a later line */
    size_t width; /* columns of the output: a longer line is clipped around the place */
    /* Put before and after the mark and the gutter; "" without colour. */
    const char *mark_on, *gutter_on, *off;
};

/*
 * Appends two lines, the source with its number and the mark:
 *
 *       12 | ALTER TABLE users DROP COLUMN email;
 *          |                   ^~~~~~~~~~~~~~~~~
 *
 * Tabs become blanks; what a terminal must not get is escaped. The time that it takes depends on the
 * width, not on the length of the line. Nothing is left in the arena that is needed later.
 */
void excerpt_write(struct buf *out, struct arena *scratch, const struct excerpt *excerpt);

#endif
