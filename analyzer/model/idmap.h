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

/*
 * Visits, in the order of their numbers, those that are not the same in both (NULL: absent); costs only what
 * differs.
 */
typedef void (*idmap_change_visitor)(const void *before, const void *after, void *context);
void idmap_changed(const struct idmap *before, const struct idmap *after,
                   idmap_change_visitor visit, void *context);

#endif
