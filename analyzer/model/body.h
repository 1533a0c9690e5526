/* The statements in a function's body, where they can be told before it runs. */
#ifndef MODEL_BODY_H
#define MODEL_BODY_H

#include "model/schema.h"

/*
 * The statements of a LANGUAGE sql function, whether its body is a string or BEGIN ATOMIC; empty for
 * another language and for a body that cannot be parsed.
 */
struct node_list function_sql_body(struct arena *arena, const struct function *function);

/*
 * A plpgsql or SQL function's body as statements to be analysed, in order (those of a block that
 * has an EXCEPTION clause and those behind a condition too); NULL for another language.
 */
struct statements *function_statements(struct arena *arena, const struct function *function);

#endif
