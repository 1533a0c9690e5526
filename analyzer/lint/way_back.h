/*
 * One migration's way there and back, followed along a walk: the schema before its up, what its steps
 * make impossible, and what its down leaves of them.
 */
#ifndef LINT_WAY_BACK_H
#define LINT_WAY_BACK_H

#include "base/map.h"
#include "lint/walk.h"
#include "model/compare.h"
#include "model/reversal.h"

struct way_back_failure {
    const struct statement *statement;
    struct failure failure;
};

/* A step of an up behind which something is gone for good. */
struct way_back_loss {
    const struct op *op;
    const char *what; /* "the values of public.users.city" */
};

struct way_back {
    struct arena *arena;
    struct schema start;  /* before its up */
    struct schema before; /* its up, with what the up takes for granted assumed */
    struct schema after;  /* its up */
    struct schema down;   /* after its down */
    bool has_down;        /* a down with statements was walked */
    bool up_is_lost;     /* a statement of the up could not be read, fails, or hangs on a condition;
                          or it has the down of another migration */
    bool down_is_lost;   /* the same of the down; or it calls what may do anything */
    struct map written;  /* names of tables that the down writes rows to */
    struct map forgiven; /* names of what the up took away or renamed and nobody saw being made */
    VEC(struct way_back_failure) failures; /* of the down, certain ones */
    const struct statement *first_down;    /* NULL: none was reported */
    VEC(struct way_back_loss) losses;      /* what steps of the up lose for ever */
    VEC(const struct op *) updates;        /* of the up */
    enum impact impact;                    /* of the up */
};

/* Each behind the walk's hook of the same name; for reported migrations. */
void way_back_begins(struct way_back *way, const struct walk *walk);
void way_back_section_begins(struct way_back *way, const struct walk *walk);
void way_back_statement(struct way_back *way, const struct walk *walk,
                        const struct effects *effects);
void way_back_section_ends(struct way_back *way, const struct walk *walk);

/* Behind the hook statement_applied, of an up. before: the schema that the statement was met with. */
void way_back_applied(struct way_back *way, const struct walk *walk, const struct schema *before);

/* Whether the down does nothing that may bring it back. */
bool way_back_is_lost(const struct way_back *way, const struct way_back_loss *loss);
/* Whether the way back could be followed to its end, so that what it leaves is known. */
bool way_back_is_followed(const struct way_back *way);
/* What up and down together have changed; nothing where that is not known. */
struct differences way_back_differences(const struct way_back *way);

#endif
