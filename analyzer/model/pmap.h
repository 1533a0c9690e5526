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
/* The key is copied when it is new to the map; value is not NULL. */
struct pmap pmap_set(struct arena *arena, struct pmap map, const char *key, const void *value);
struct pmap pmap_remove(struct arena *arena, struct pmap map, const char *key);

/* Visits all entries, in an order that depends on nothing but the keys. */
void pmap_each(const struct pmap *map,
               void (*visit)(const char *key, const void *value, void *context), void *context);

/* All entries, sorted by key bytes: the order never depends on hashes. */
struct pmap_entry {
    const char *key;
    const void *value;
};
struct pmap_entry *pmap_entries(struct arena *arena, const struct pmap *map, size_t *count);

/*
 * Keys that differ between two maps (added, removed, another pointer), sorted, with the value after (NULL: removed);
 * costs only what differs.
 */
struct pmap_entry *pmap_changed(struct arena *arena, const struct pmap *before,
                                const struct pmap *after, size_t *count);

#endif
