/* Findings that say the same of many files: a reader is told once, and how many there are. */
#ifndef WRITE_FOLD_H
#define WRITE_FOLD_H

#include "base/map.h"
#include "write/write.h"

struct fold {
    struct map groups; /* group -> struct fold_group */
};

/* The shown ones of a group; folded when there are more than a few. */
struct fold_group {
    const struct finding *first;
    const char *others[2]; /* the files of the next ones */
    size_t count;
};

void fold_init(struct fold *fold, struct arena *arena, const struct report *report,
               const struct write_options *options);
/* Whether it is told of with another one. */
bool fold_hides(const struct fold *fold, const struct finding *finding);
/* The group that this finding stands for; NULL: only for itself. */
const struct fold_group *fold_stands_for(const struct fold *fold, const struct finding *finding);

#endif
