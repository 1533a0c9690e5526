/*
 * The schema as SQL that an empty server takes: loading it gives the same objects as running the
 * migrations did.
 */
#ifndef MODEL_PRINT_H
#define MODEL_PRINT_H

#include "base/buf.h"
#include "model/schema.h"

/*
 * Appends the statements, each on lines of its own. What cannot be told (the type of a column that nothing
 * tells, a view whose text does not fit any more, an object that was never seen being made) is a comment in its
 * place; the number of these is returned.
 */
size_t schema_print_sql(struct buf *out, const struct schema *schema);

#endif
