/*
 * Names in definitions that follow what they name: the server's expressions hold numbers, ours
 * hold the names as written. After a rename the trees say the new names; the text they came from stays.
 */
#ifndef MODEL_REWRITE_H
#define MODEL_REWRITE_H

#include "model/schema_edit.h"

/* Renames a column of the relation, and in everything of this and other relations that names it. */
void rewrite_column_name(struct schema *schema, object_id relation, const char *old,
                         const char *name);

/*
 * After a relation, type or function got another name or schema: in the expressions of all that use it,
 * old being what it was called before.
 */
void rewrite_object_name(struct schema *schema, object_id id, struct name old);

/* After a label of an enum was renamed: in defaults of its columns, and in casts to it. */
void rewrite_enum_label(struct schema *schema, object_id type, const char *old, const char *name);

#endif
