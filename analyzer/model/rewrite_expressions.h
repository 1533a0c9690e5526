/* For the files rewrite*.c: all expressions of an object. */
#ifndef MODEL_REWRITE_EXPRESSIONS_H
#define MODEL_REWRITE_EXPRESSIONS_H

#include "model/schema_edit.h"

typedef const struct node *(*node_replacer)(const struct node *node, void *context);

/*
 * Puts other nodes in the places of some, as node_replace does, in the defaults, constraints, index
 * expressions, policies, triggers and partition key of a relation.
 */
void rewrite_expressions(struct schema *schema, struct relation *relation, node_replacer replace,
                         void *context);

#endif
