/* The formats of the document of `migvet rollback`: text, JSON and Markdown; as those of `migvet locks` (locks.h). */
#ifndef WRITE_ROLLBACK_H
#define WRITE_ROLLBACK_H

#include "source/rollback.h"
#include "write/write.h"

struct rollback_writer {
    const char *name; /* as --format takes it */
    void (*write)(struct buf *out, const struct rollback_document *document,
                  const struct write_options *options);
};

/* NULL when there is none of that name. */
const struct rollback_writer *rollback_writer_by_name(const char *name);

/* One line for standard error. */
void write_rollback_summary(struct buf *err, const struct rollback_document *document,
                            const struct write_options *options);

#endif
