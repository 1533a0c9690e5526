/* Names in definitions that follow a renamed column, as the server's do, which hold numbers. */
#ifndef MODEL_RENAME_COLUMN_H
#define MODEL_RENAME_COLUMN_H

#include "model/schema_edit.h"

/* Renames a column of the relation, and in everything of this and other relations that names it. */
void relation_rename_column(struct schema *schema, object_id relation, const char *old,
                            const char *name);

#endif
