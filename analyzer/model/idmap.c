#include "model/idmap.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/*
 * A node has up to 16 places, by four bits of the number, the highest first; those in use are packed. At the
 * last level they are values, above it nodes.
 */
struct idmap_node {
    uint32_t used;
    const void *places[];
};

enum { BITS = 4, MASK = (1 << BITS) - 1, NUMBER_BITS = 32 };

/* Without an instruction for it, which not every processor has, the compiler would call a function. */
static unsigned ones(uint32_t bits) {
    bits -= bits >> 1 & 0x5555;
    bits = (bits & 0x3333) + (bits >> 2 & 0x3333);
    bits = (bits + (bits >> 4)) & 0x0F0F;
    return (bits + (bits >> 8)) & 0x1F;
}

static uint32_t place_bit(unsigned id, unsigned level) {
    return (uint32_t)1 << ((id >> (BITS * level)) & MASK);
}

static size_t place_index(const struct idmap_node *node, uint32_t bit) {
    return ones(node->used & (bit - 1));
}

static bool is_in_reach(const struct idmap *map, unsigned id) {
    return map->height * BITS >= NUMBER_BITS || id >> (map->height * BITS) == 0;
}

const void *idmap_get(const struct idmap *map, unsigned id) {
    const void *place = map->root;

    if (!is_in_reach(map, id))
        return NULL;
    for (unsigned level = map->height; place && level-- > 0;) {
        const struct idmap_node *node = place;
        uint32_t bit = place_bit(id, level);
        place = node->used & bit ? node->places[place_index(node, bit)] : NULL;
    }
    return place;
}

static struct idmap_node *new_node(struct arena *arena, size_t places) {
    return arena_alloc(arena, sizeof(struct idmap_node) + places * sizeof(void *));
}

/* A copy of the node (NULL: of an empty one) that has room for one more place at the bit, if it was not in use. */
static struct idmap_node *copy_with(struct arena *arena, const struct idmap_node *node,
                                    uint32_t bit, const void *place) {
    size_t n = node ? ones(node->used) : 0, index = node ? place_index(node, bit) : 0;
    size_t replaced = node && node->used & bit ? 1 : 0;
    struct idmap_node *copy = new_node(arena, n + 1 - replaced);

    copy->used = (node ? node->used : 0) | bit;
    copy->places[index] = place;
    if (!node)
        return copy;
    memcpy(copy->places, node->places, index * sizeof(void *));
    memcpy(copy->places + index + 1, node->places + index + replaced,
           (n - index - replaced) * sizeof(void *));
    return copy;
}

static const void *with(struct arena *arena, const struct idmap_node *node, unsigned level,
                        unsigned id, const void *value) {
    uint32_t bit = place_bit(id, level);
    const void *below = NULL;

    if (level == 0)
        return copy_with(arena, node, bit, value);
    if (node && node->used & bit)
        below = node->places[place_index(node, bit)];
    return copy_with(arena, node, bit, with(arena, below, level - 1, id, value));
}

struct idmap idmap_set(struct arena *arena, struct idmap map, unsigned id, const void *value) {
    while (map.height == 0 || !is_in_reach(&map, id)) {
        if (map.root)
            map.root = copy_with(arena, NULL, 1, map.root);
        map.height++;
    }
    map.root = with(arena, map.root, map.height - 1, id, value);
    return map;
}

/* NULL when nothing is left. The number is there. */
static const struct idmap_node *without(struct arena *arena, const struct idmap_node *node,
                                        unsigned level, unsigned id) {
    uint32_t bit = place_bit(id, level);
    size_t n = ones(node->used), index = place_index(node, bit);
    const struct idmap_node *below =
        level ? without(arena, node->places[index], level - 1, id) : NULL;
    struct idmap_node *copy;

    if (below)
        return copy_with(arena, node, bit, below);
    if (n == 1)
        return NULL;
    copy = new_node(arena, n - 1);
    copy->used = node->used & ~bit;
    memcpy(copy->places, node->places, index * sizeof(void *));
    memcpy(copy->places + index, node->places + index + 1, (n - index - 1) * sizeof(void *));
    return copy;
}

struct idmap idmap_remove(struct arena *arena, struct idmap map, unsigned id) {
    if (idmap_get(&map, id))
        map.root = without(arena, map.root, map.height - 1, id);
    return map;
}

static void each(const struct idmap_node *node, unsigned level,
                 void (*visit)(const void *value, void *context), void *context) {
    for (size_t i = 0, n = ones(node->used); i < n; i++) {
        if (level)
            each(node->places[i], level - 1, visit, context);
        else
            visit(node->places[i], context);
    }
}

void idmap_each(const struct idmap *map, void (*visit)(const void *value, void *context),
                void *context) {
    if (map->root)
        each(map->root, map->height - 1, visit, context);
}

/* --- what differs --- */

struct changes {
    idmap_change_visitor visit;
    void *context;
};

static const void *place_of(const struct idmap_node *node, unsigned i) {
    uint32_t bit = (uint32_t)1 << i;
    return node && node->used & bit ? node->places[place_index(node, bit)] : NULL;
}

static void changed(const struct changes *changes, const void *before, const void *after,
                    unsigned levels) {
    if (before == after)
        return;
    if (levels == 0) {
        changes->visit(before, after, changes->context);
        return;
    }
    for (unsigned i = 0; i <= MASK; i++)
        changed(changes, place_of(before, i), place_of(after, i), levels - 1);
}

/* As many levels as the higher one has: all of the lower one is in the first place of each that it lacks. */
static void changed_above(const struct changes *changes, struct idmap before, struct idmap after) {
    unsigned levels = before.height > after.height ? before.height : after.height;
    bool lower_before = before.height < levels, lower_after = after.height < levels;
    struct idmap first_before = before, first_after = after;

    if (!lower_before && !lower_after) {
        changed(changes, before.root, after.root, levels);
        return;
    }
    if (!lower_before)
        first_before = (struct idmap){place_of(before.root, 0), levels - 1};
    if (!lower_after)
        first_after = (struct idmap){place_of(after.root, 0), levels - 1};
    changed_above(changes, first_before, first_after);
    for (unsigned i = 1; i <= MASK; i++)
        changed(changes, lower_before ? NULL : place_of(before.root, i),
                lower_after ? NULL : place_of(after.root, i), levels - 1);
}

void idmap_changed(const struct idmap *before, const struct idmap *after,
                   idmap_change_visitor visit, void *context) {
    struct changes changes = {visit, context};

    changed_above(&changes, *before, *after);
}
