/* Downs as files: what a missing one would hold, and where its framework would look for it. */
#ifndef PLAN_DOWN_FILE_H
#define PLAN_DOWN_FILE_H

#include "front/history.h"
#include "source/rollback.h"

/* Fills down, written and write_* of the migration, whose steps are in the document. */
void down_file_fill(struct arena *arena, const struct rollback_document *document,
                    const struct migration *migration, struct rollback_migration *out);

#endif
