/*
 * What differs between two schemas, by name: an object that was dropped and made again the same way is the same. What
 * one of them does not know (an object that was only assumed, a type that nothing told) is no difference; nor are
 * the order of columns, comments, and what only says where and how rows are stored.
 */
#ifndef MODEL_COMPARE_H
#define MODEL_COMPARE_H

#include "model/schema.h"

enum difference_kind {
    DIFFERENCE_LEFT_OVER = 1, /* only in the later one */
    DIFFERENCE_MISSING,       /* only in the earlier one */
    DIFFERENCE_CHANGED,
};
const char *difference_kind_name(enum difference_kind kind); /* "left over" ... */

struct difference {
    enum difference_kind kind;
    const char *object; /* "column public.t.c", "index public.i" */
    const char *detail; /* "type is text, was integer"; "" */
};

struct differences {
    VEC(struct difference) list;
};

/*
 * between: a schema on the way. Definitions with expressions in them may be written in several ways; they count as
 * different only where the later schema still has the one of between.
 *
 * Costs what was changed since the earlier one, of which the later one is a successor.
 */
struct differences schema_compare(struct arena *arena, const struct schema *earlier,
                                  const struct schema *between, const struct schema *later);

#endif
