/* Whether a step can be taken back: how, what is lost, and why not. */
#ifndef MODEL_REVERSAL_H
#define MODEL_REVERSAL_H

#include "model/inverse.h"

enum reversal_class {
    REVERSAL_EXACT,        /* the schema is as before, and no data are lost */
    REVERSAL_LOSES_DATA,   /* the schema is as before, data are not */
    REVERSAL_FORWARD_ONLY, /* the step, or a part of it, cannot be taken back */
};
const char *reversal_class_name(enum reversal_class class); /* "reversible" ... */

/* What a step is to an application that runs on the schema before it. */
enum impact {
    IMPACT_NONE,        /* nothing that stays */
    IMPACT_ADDITIVE,    /* only adds what nobody uses yet */
    IMPACT_STAGED,      /* changes what is there: constraints, defaults, rows, code */
    IMPACT_DESTRUCTIVE, /* takes away, renames, or gives another type to what may be in use */
};
const char *impact_name(enum impact class); /* "none", "additive" ... */

struct reversal {
    enum reversal_class class;
    enum impact impact;
    bool fails;      /* the server refuses the step: there is nothing to take back */
    bool forgets;    /* what was there before is lost by the step itself, for certain */
    const char *sql; /* that takes it back, as far as that is possible; "": nothing is to be done */
    /* The same without what goes with an object that the migration makes, once that one is dropped. */
    const char *sql_in_unit;
    struct inverse_texts obstacles; /* why it is forward only: clauses */
    struct inverse_texts losses;    /* data that are gone: "the values of public.t.c" */
    struct inverse_texts notes;
};

/* One statement, or a DO with the statements in it. */
struct step {
    size_t n;
    const struct ops *v;
    const struct schema *base; /* before its migration; NULL: not of interest */
    bool fails;                /* as its effects tell */
    bool has_dynamic;          /* it runs SQL that cannot be read */
};

/* before: the schema before the step. */
void reversal_of(struct arena *arena, const struct schema *before, struct step step,
                 struct reversal *out);

/*
 * The same of one statement, with the schemas that it was met with, added to what is in out already; without the
 * SQL, and without what only making that SQL shows to be an obstacle.
 */
void reversal_look(struct arena *arena, const struct schema *before, const struct schema *after,
                   struct ops ops, struct reversal *out);

#endif
