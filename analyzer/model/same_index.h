#ifndef MODEL_SAME_INDEX_H
#define MODEL_SAME_INDEX_H

#include "model/schema.h"

/* Whether b can stand for a in a partition (CompareIndexInfo; apply_index_copy.c). */
bool same_index(const struct relation *a, const struct relation *b);

#endif
