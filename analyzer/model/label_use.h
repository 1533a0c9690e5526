/* Where a statement says a value of an enum. */
#ifndef MODEL_LABEL_USE_H
#define MODEL_LABEL_USE_H

#include "model/schema.h"

/*
 * Whether a statement says this label as a value of the enum, so that the server looks it up while
 * it reads the statement (enum_in). UNKNOWN: it says the word, and no type is known for it. name:
 * of the enum, as it is resolved; the schema need not know it.
 */
enum known label_is_used(const struct schema *schema, const struct node *stmt, struct name name,
                         const char *label);

/*
 * Whether a label was added since the open transaction began, when the schema was begun, and so
 * cannot be used before it ends (EnumUncommitted); since 17 it can when the type was made since
 * then, too.
 */
bool label_is_unsafe(const struct schema *schema, const struct schema *begun,
                     const struct type *type, const char *label);

#endif
