/*
 * Which types the quoted literals of a statement are read as: by a cast, by the column that they
 * are stored in or compared with, by the column whose default they are (coerce_type of an unknown
 * constant). It is while reading a statement that the server calls a type's input function.
 */
#ifndef MODEL_LITERAL_TYPE_H
#define MODEL_LITERAL_TYPE_H

#include "model/expr_type.h"

struct literal_visitor {
    void *context;
    bool (*is_sought)(const char *text, void *context); /* NULL: all are */
    void (*typed)(const char *text, const struct type_use *type, void *context);
    void (*untyped)(const char *text, void *context); /* NULL: not wanted */
};

/* Each literal is told once at least; one of an array once for each element of an ARRAY[...] or list. */
void literal_types(const struct schema *schema, const struct node *stmt,
                   const struct literal_visitor *visitor);

#endif
