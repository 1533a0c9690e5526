/*
 * A persistent map from numbers, the lower the better, to pointers: setting returns a new map and leaves the old one
 * as it was; both share what is equal. Copying the struct is a snapshot.
 */
#ifndef MODEL_IDMAP_H
#define MODEL_IDMAP_H

#include "base/arena.h"

#include <stddef.h>

struct idmap_node;

struct idmap {
    const struct idmap_node *root;
    unsigned height; /* levels of nodes */
};

const void *idmap_get(const struct idmap *map, unsigned id); /* NULL: absent */
/* value is not NULL. */
struct idmap idmap_set(struct arena *arena, struct idmap map, unsigned id, const void *value);
struct idmap idmap_remove(struct arena *arena, struct idmap map, unsigned id);

/* Visits all values in the order of their numbers. */
void idmap_each(const struct idmap *map, void (*visit)(const void *value, void *context),
                void *context);

#endif
