#include "base/map.h"

#include <string.h>

uint64_t hash_bytes(const void *bytes, size_t n, uint64_t seed) {
    const unsigned char *p = bytes;

    for (size_t i = 0; i < n; i++)
        seed = (seed ^ p[i]) * 1099511628211ULL;
    return seed;
}

/* Eight bytes at a time (the mixing steps are those of MurmurHash2 and 3). */
uint64_t hash_words(const void *bytes, size_t n) {
    const uint64_t factor = 0xC6A4A7935BD1E995ULL;
    const char *s = bytes;
    uint64_t hash = n * factor, word;

    for (; n >= sizeof(word); n -= sizeof(word), s += sizeof(word)) {
        memcpy(&word, s, sizeof(word));
        hash = (hash ^ word) * factor;
        hash ^= hash >> 32;
    }
    for (word = 0; n; n--)
        word = word << 8 | (unsigned char)s[n - 1];
    hash = (hash ^ word) * factor;
    hash ^= hash >> 29;
    hash *= 0xFF51AFD7ED558CCDULL;
    return hash ^ hash >> 32;
}

uint64_t hash_string(const char *s) {
    return hash_words(s, strlen(s));
}

void map_init(struct map *map, struct arena *arena) {
    *map = (struct map){.arena = arena};
}

/* The slot of the key, or the free one where it belongs. */
static size_t map_slot(const struct map *map, const char *key, uint64_t hash) {
    size_t mask = map->slot_count - 1;

    for (size_t i = hash & mask;; i = (i + 1) & mask) {
        const struct map_entry *entry;
        if (!map->slots[i])
            return i;
        entry = &map->entries[map->slots[i] - 1];
        if (entry->key && entry->hash == hash && strcmp(entry->key, key) == 0)
            return i;
    }
}

static void map_rehash(struct map *map) {
    size_t count = map->slot_count ? map->slot_count * 2 : 16;

    map->slots = arena_array(map->arena, uint32_t, count);
    map->slot_count = count;
    for (size_t e = 0; e < map->n; e++)
        if (map->entries[e].key)
            map->slots[map_slot(map, map->entries[e].key, map->entries[e].hash)] = (uint32_t)e + 1;
}

static struct map_entry *map_find(const struct map *map, const char *key, uint64_t hash) {
    size_t slot;

    if (!map->slot_count)
        return NULL;
    slot = map_slot(map, key, hash);
    return map->slots[slot] ? &map->entries[map->slots[slot] - 1] : NULL;
}

void *map_get(const struct map *map, const char *key) {
    struct map_entry *entry = map->count ? map_find(map, key, hash_string(key)) : NULL;

    return entry ? entry->value : NULL;
}

bool map_has(const struct map *map, const char *key) {
    return map->count && map_find(map, key, hash_string(key));
}

static void map_append(struct map *map, const char *key, uint64_t hash, void *value) {
    if (map->n == map->cap) {
        size_t cap = map->cap ? map->cap * 2 : 8;
        map->entries = arena_grow(map->arena, map->entries, map->n * sizeof(*map->entries),
                                  cap * sizeof(*map->entries));
        map->cap = cap;
    }
    map->entries[map->n++] = (struct map_entry){
        .key = arena_strdup(map->arena, key),
        .value = value,
        .hash = hash,
    };
    map->count++;
}

void map_set(struct map *map, const char *key, void *value) {
    uint64_t hash = hash_string(key);
    struct map_entry *entry = map_find(map, key, hash);

    if (entry) {
        entry->value = value;
        return;
    }
    if ((map->n + 1) * 2 > map->slot_count)
        map_rehash(map);
    map_append(map, key, hash, value);
    map->slots[map_slot(map, key, hash)] = (uint32_t)map->n;
}

/* The slot stays taken by an entry without a key, so that probing goes on behind it. */
void map_remove(struct map *map, const char *key) {
    struct map_entry *entry = map_find(map, key, hash_string(key));

    if (!entry)
        return;
    entry->key = NULL;
    entry->value = NULL;
    map->count--;
}
