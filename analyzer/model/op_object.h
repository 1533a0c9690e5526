/* The object that an operation names, looked up in the schema. */
#ifndef MODEL_OP_OBJECT_H
#define MODEL_OP_OBJECT_H

#include "model/schema.h"

/*
 * What a DROP, RENAME TO or SET SCHEMA is said of, by op->object_type: a relation, type, function,
 * schema, extension ... 0: the history does not know it, or the name may mean several functions.
 */
object_id op_object(const struct schema *schema, const struct op *op);

/* A cast has no name of its own: "integer AS mood". node: CreateCastStmt, or the two types of a DROP. */
struct name op_cast_name(const struct schema *schema, const struct node *node);
struct name cast_name(const struct schema *schema, const struct type_use *source,
                      const struct type_use *target);

#endif
