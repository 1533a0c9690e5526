/*
 * What a definition refers to: the functions, types, sequences, relations and columns that the
 * server would record as its dependencies (find_expr_references_walker).
 */
#ifndef MODEL_USES_H
#define MODEL_USES_H

#include "model/schema.h"

struct uses {
    const struct schema *schema;
    VEC(struct reference) list;
};

void uses_add(struct uses *uses, object_id id, unsigned column);
/* A type, when it is one of the schema. */
void uses_add_type(struct uses *uses, const struct type_use *type);
/* The columns of relation (NULL: none) that the expression names are told as columns of it. */
void uses_add_expression(struct uses *uses, const struct node *expr,
                         const struct relation *relation);
void uses_add_function(struct uses *uses, struct name name, size_t argument_count);
struct references uses_end(const struct uses *uses);

/* 'public.t_id_seq' as regclass takes it (stringToQualifiedNameList); name NULL: a number. */
struct name regclass_name(struct arena *arena, const char *text);
/* Of one expression. */
struct references expression_uses(const struct schema *schema, const struct node *expr,
                                  const struct relation *relation);
bool references_has(struct references references, object_id id, unsigned column);

#endif
