/*
 * A hash map from strings to pointers in an arena. Iteration is in the order of first
 * insertion, so that output never depends on hash values. Keys are copied.
 */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include "base/arena.h"

#include <stdbool.h>
#include <stdint.h>

struct map_entry {
    const char *key; /* NULL: removed */
    void *value;
    uint64_t hash;
};

struct map {
    struct arena *arena;
    struct map_entry *entries; /* in order of insertion, removed ones too */
    size_t n, cap;
    size_t count;    /* entries that are not removed */
    uint32_t *slots; /* index into entries + 1; 0: free */
    size_t slot_count;
};

void map_init(struct map *map, struct arena *arena);
/* NULL when the key is absent. */
void *map_get(const struct map *map, const char *key);
bool map_has(const struct map *map, const char *key);
/* Sets or replaces; a replaced entry keeps its place in the order. */
void map_set(struct map *map, const char *key, void *value);
void map_remove(struct map *map, const char *key);

/* for (size_t i = 0; i < map.n; i++) if (map.entries[i].key) ... */

/* 64-bit FNV-1a over bytes, the same on every machine. */
uint64_t hash_bytes(const void *bytes, size_t n, uint64_t seed);
#define HASH_SEED 14695981039346656037ULL

/* For tables: faster than hash_bytes, good in all bits, and no value to be stored anywhere. */
uint64_t hash_words(const void *bytes, size_t n);
uint64_t hash_string(const char *s);

#endif
