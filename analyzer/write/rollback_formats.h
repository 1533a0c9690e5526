/* Between the files rollback*.c of this folder. */
#ifndef WRITE_ROLLBACK_FORMATS_H
#define WRITE_ROLLBACK_FORMATS_H

#include "write/rollback.h"

void write_rollback_text(struct buf *out, const struct rollback_document *document,
                         const struct write_options *options);
void write_rollback_json(struct buf *out, const struct rollback_document *document,
                         const struct write_options *options);
void write_rollback_markdown(struct buf *out, const struct rollback_document *document,
                             const struct write_options *options);

/* The reasons of a step in one text: its obstacles, else what is lost, then what comes back in another way. */
struct rollback_reason {
    const char *label; /* "why", "lost", "note" */
    const char *text;
};
/* The reason number i; label NULL: there are no more. */
struct rollback_reason rollback_reason(const struct rollback_step *step, size_t i);

/* What is said of the written down where it is not compared line by line; NULL: it is. */
const char *rollback_down_words(const struct rollback_migration *migration);

#endif
