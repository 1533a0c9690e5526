/* The schema as a document for people and programs. */
#ifndef MODEL_DESCRIBE_H
#define MODEL_DESCRIBE_H

#include "model/schema.h"
#include "source/schema_document.h"

/* Fills items, sql and unknown. */
void schema_describe(struct arena *arena, const struct schema *schema, struct schema_history *out);

#endif
