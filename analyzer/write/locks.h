/*
 * The formats of the document of `migvet locks`. What write.h says of reports holds for these: a writer cannot fail,
 * and whatever the strings hold, the output is valid in its format and no line of it a command.
 */
#ifndef WRITE_LOCKS_H
#define WRITE_LOCKS_H

#include "source/locks.h"
#include "write/write.h"

struct locks_writer {
    const char *name; /* as --format takes it */
    void (*write)(struct buf *out, const struct locks_document *document,
                  const struct write_options *options);
};

/* The first is the default; a NULL name ends them. */
extern const struct locks_writer locks_writers[];

/* NULL when there is none of that name. */
const struct locks_writer *locks_writer_by_name(const char *name);

/* One line for standard error: how many statements keep whom waiting, and in how much. */
void write_locks_summary(struct buf *err, const struct locks_document *document,
                         const struct write_options *options);

#endif
