/*
 * Parses the sections of a job before they are replayed, on all processors: parsing is most of the work and
 * knows nothing of order.
 */
#ifndef LINT_PARSE_AHEAD_H
#define LINT_PARSE_AHEAD_H

#include "lint/lint.h"

struct parsed {
    const struct section *section;
    struct statements *statements; /* ordinals from 1 */
};

struct parse_ahead {
    VEC(struct parsed) list;
    size_t next; /* the first that was not asked for yet */
};

/* Adds a section; sections are asked for in the order in which they are added. */
void parse_ahead_add(struct arena *arena, struct parse_ahead *ahead, const struct section *section);
/* Parses all. What it makes belongs to the arena. */
void parse_ahead_run(struct arena *arena, struct parse_ahead *ahead,
                     const struct sql_progress *progress);
/* The next section's statements, which must be this one's; ordinals count from first. */
struct statements *parse_ahead_take(struct parse_ahead *ahead, const struct section *section,
                                    unsigned first);

#endif
