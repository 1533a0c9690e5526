/*
 * A persistent map from strings to pointers: setting returns a new map and leaves the old one as it was; both share
 * what is equal. Copying the struct is a snapshot. (A hash array mapped trie.)
 */
#ifndef MODEL_PMAP_H
#define MODEL_PMAP_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>

struct pmap_node;

struct pmap {
    const struct pmap_node *root;
    size_t count;
};

const void *pmap_get(const struct pmap *map, const char *key); /* NULL: absent */
struct pmap pmap_set(struct arena *arena, struct pmap map, const char *key, const void *value);
struct pmap pmap_remove(struct arena *arena, struct pmap map, const char *key);

/* All entries, sorted by key bytes: the order never depends on hashes. */
struct pmap_entry {
    const char *key;
    const void *value;
};
struct pmap_entry *pmap_entries(struct arena *arena, const struct pmap *map, size_t *count);

/* Keys that differ between two maps (added, removed, another pointer), sorted; costs only what differs. */
struct pmap_entry *pmap_changed(struct arena *arena, const struct pmap *before,
                                const struct pmap *after, size_t *count);

#endif
