/*
 * What a change of type does to values that the new type cannot hold: whether they make it fail, or
 * are cut without a word.
 */
#ifndef MODEL_NARROWING_H
#define MODEL_NARROWING_H

#include "model/coerce.h"

enum narrowing_kind {
    NARROWING_NONE,  /* every value fits, or nothing is known */
    NARROWING_FAILS, /* one that does not fit stops the statement */
    NARROWING_CUTS,  /* what does not fit is dropped or rounded away, silently */
};

struct narrowing {
    enum narrowing_kind kind;
    const char
        *what; /* FAILS: "values of more than 20 characters"; CUTS: "the time of day"; NULL: none */
};

/*
 * Of a change with known types. using: the expression of USING, NULL without; of these only the
 * column itself and casts of it are understood (an explicit cast cuts strings, an assignment fails).
 */
struct narrowing narrowing_of(struct arena *arena, const struct schema *schema,
                              const struct type_change *change, const struct node *using);

#endif
