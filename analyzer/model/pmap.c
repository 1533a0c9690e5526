#include "model/pmap.h"

#include "base/map.h"
#include "base/vec.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/*
 * A node has up to 32 places, by five bits of the hash; those in use are packed: first the leaves
 * (bits set in `leaves`), then the nodes below (bits set in `nodes`). Where the hash has no bits
 * left, a node is a plain list of `collisions` leaves.
 */
struct pmap_leaf {
    uint64_t hash;
    const void *value;
    const char *key;
};

struct pmap_node {
    uint32_t leaves, nodes;
    uint32_t collisions;
    const void *places[];
};

enum { BITS = 5, LAST_SHIFT = 60 };

/* Without an instruction for it, which not every processor has, the compiler would call a function. */
static unsigned ones(uint32_t bits) {
    bits -= bits >> 1 & 0x55555555;
    bits = (bits & 0x33333333) + (bits >> 2 & 0x33333333);
    return (((bits + (bits >> 4)) & 0x0F0F0F0F) * 0x01010101) >> 24;
}

static uint32_t place_bit(uint64_t hash, unsigned shift) {
    return (uint32_t)1 << ((hash >> shift) & 31);
}

static size_t leaf_index(const struct pmap_node *node, uint32_t bit) {
    return ones(node->leaves & (bit - 1));
}

static size_t node_index(const struct pmap_node *node, uint32_t bit) {
    return ones(node->leaves) + ones(node->nodes & (bit - 1));
}

static size_t place_count(const struct pmap_node *node) {
    return node->collisions + ones(node->leaves) + ones(node->nodes);
}

static bool leaf_is(const struct pmap_leaf *leaf, uint64_t hash, const char *key) {
    return leaf->hash == hash && strcmp(leaf->key, key) == 0;
}

static const struct pmap_leaf *find(const struct pmap_node *node, uint64_t hash, const char *key) {
    unsigned shift = 0;

    while (node && node->collisions == 0) {
        uint32_t bit = place_bit(hash, shift);
        if (node->leaves & bit) {
            const struct pmap_leaf *leaf = node->places[leaf_index(node, bit)];
            return leaf_is(leaf, hash, key) ? leaf : NULL;
        }
        if (!(node->nodes & bit))
            return NULL;
        node = node->places[node_index(node, bit)];
        shift += BITS;
    }
    for (size_t i = 0; node && i < node->collisions; i++) {
        const struct pmap_leaf *leaf = node->places[i];
        if (leaf_is(leaf, hash, key))
            return leaf;
    }
    return NULL;
}

const void *pmap_get(const struct pmap *map, const char *key) {
    const struct pmap_leaf *leaf = map->count ? find(map->root, hash_string(key), key) : NULL;
    return leaf ? leaf->value : NULL;
}

static struct pmap_node *new_node(struct arena *arena, size_t places) {
    return arena_alloc(arena, sizeof(struct pmap_node) + places * sizeof(void *));
}

static struct pmap_node *copy_node(struct arena *arena, const struct pmap_node *node) {
    size_t n = place_count(node);
    struct pmap_node *copy = new_node(arena, n);

    memcpy(copy, node, sizeof(*node) + n * sizeof(void *));
    return copy;
}

static struct pmap_node *copy_with(struct arena *arena, const struct pmap_node *node, size_t index,
                                   const void *place) {
    struct pmap_node *copy = copy_node(arena, node);
    copy->places[index] = place;
    return copy;
}

static struct pmap_node *copy_inserting(struct arena *arena, const struct pmap_node *node,
                                        size_t index, const void *place) {
    size_t n = place_count(node);
    struct pmap_node *copy = new_node(arena, n + 1);

    *copy = (struct pmap_node){node->leaves, node->nodes, node->collisions};
    memcpy(copy->places, node->places, index * sizeof(void *));
    copy->places[index] = place;
    memcpy(copy->places + index + 1, node->places + index, (n - index) * sizeof(void *));
    return copy;
}

static struct pmap_node *copy_removing(struct arena *arena, const struct pmap_node *node,
                                       size_t index) {
    size_t n = place_count(node);
    struct pmap_node *copy = new_node(arena, n - 1);

    *copy = (struct pmap_node){node->leaves, node->nodes, node->collisions};
    memcpy(copy->places, node->places, index * sizeof(void *));
    memcpy(copy->places + index, node->places + index + 1, (n - index - 1) * sizeof(void *));
    return copy;
}

/* A node that holds two leaves whose hashes are the same below the shift, or differ there. */
static const struct pmap_node *node_of_two(struct arena *arena, const struct pmap_leaf *a,
                                           const struct pmap_leaf *b, unsigned shift) {
    struct pmap_node *node = new_node(arena, 2);
    uint32_t bit_a = place_bit(a->hash, shift), bit_b = place_bit(b->hash, shift);

    if (shift > LAST_SHIFT) {
        node->collisions = 2;
        node->places[0] = a;
        node->places[1] = b;
    } else if (bit_a == bit_b) {
        node->nodes = bit_a;
        node->places[0] = node_of_two(arena, a, b, shift + BITS);
    } else {
        node->leaves = bit_a | bit_b;
        node->places[bit_a > bit_b] = a;
        node->places[bit_a < bit_b] = b;
    }
    return node;
}

static const struct pmap_node *insert_collision(struct arena *arena, const struct pmap_node *node,
                                                const struct pmap_leaf *leaf) {
    struct pmap_node *copy;

    for (size_t i = 0; i < node->collisions; i++)
        if (leaf_is(node->places[i], leaf->hash, leaf->key))
            return copy_with(arena, node, i, leaf);
    copy = copy_inserting(arena, node, node->collisions, leaf);
    copy->collisions++;
    return copy;
}

/* The leaf that was at this place moves one level down, together with the new one. */
static const struct pmap_node *split_leaf(struct arena *arena, const struct pmap_node *node,
                                          uint32_t bit, const struct pmap_leaf *leaf,
                                          unsigned shift) {
    size_t index = leaf_index(node, bit);
    const struct pmap_leaf *old = node->places[index];
    struct pmap_node *copy = copy_removing(arena, node, index);

    copy->leaves &= ~bit;
    index = node_index(copy, bit);
    copy = copy_inserting(arena, copy, index, node_of_two(arena, old, leaf, shift + BITS));
    copy->nodes |= bit;
    return copy;
}

static const struct pmap_node *insert(struct arena *arena, const struct pmap_node *node,
                                      const struct pmap_leaf *leaf, unsigned shift) {
    uint32_t bit = place_bit(leaf->hash, shift);
    struct pmap_node *copy;

    if (node->collisions)
        return insert_collision(arena, node, leaf);
    if (node->nodes & bit) {
        size_t index = node_index(node, bit);
        return copy_with(arena, node, index,
                         insert(arena, node->places[index], leaf, shift + BITS));
    }
    if (node->leaves & bit) {
        if (leaf_is(node->places[leaf_index(node, bit)], leaf->hash, leaf->key))
            return copy_with(arena, node, leaf_index(node, bit), leaf);
        return split_leaf(arena, node, bit, leaf, shift);
    }
    copy = copy_inserting(arena, node, leaf_index(node, bit), leaf);
    copy->leaves |= bit;
    return copy;
}

struct pmap pmap_set(struct arena *arena, struct pmap map, const char *key, const void *value) {
    uint64_t hash = hash_string(key);
    const struct pmap_leaf *old = map.count ? find(map.root, hash, key) : NULL;
    struct pmap_leaf *leaf;

    if (old && old->value == value)
        return map;
    leaf = arena_new(arena, struct pmap_leaf);
    *leaf = (struct pmap_leaf){hash, value, old ? old->key : arena_strdup(arena, key)};
    map.root = insert(arena, map.root ? map.root : new_node(arena, 0), leaf, 0);
    map.count += old == NULL;
    return map;
}

/* NULL when nothing is left. The key is there. Nodes are not pulled up again: a map rarely shrinks. */
static const struct pmap_node *without(struct arena *arena, const struct pmap_node *node,
                                       uint64_t hash, const char *key, unsigned shift) {
    uint32_t bit = place_bit(hash, shift);
    const struct pmap_node *below;
    struct pmap_node *copy;
    size_t index = 0;

    if (place_count(node) == 1 && !node->nodes)
        return NULL;
    if (node->collisions) {
        while (!leaf_is(node->places[index], hash, key))
            index++;
        copy = copy_removing(arena, node, index);
        copy->collisions--;
        return copy;
    }
    if (node->leaves & bit) {
        copy = copy_removing(arena, node, leaf_index(node, bit));
        copy->leaves &= ~bit;
        return copy;
    }
    index = node_index(node, bit);
    below = without(arena, node->places[index], hash, key, shift + BITS);
    if (below)
        return copy_with(arena, node, index, below);
    if (place_count(node) == 1)
        return NULL;
    copy = copy_removing(arena, node, index);
    copy->nodes &= ~bit;
    return copy;
}

struct pmap pmap_remove(struct arena *arena, struct pmap map, const char *key) {
    uint64_t hash = hash_string(key);

    if (map.count == 0 || !find(map.root, hash, key))
        return map;
    map.root = without(arena, map.root, hash, key, 0);
    map.count--;
    return map;
}

static void each(const struct pmap_node *node,
                 void (*visit)(const char *key, const void *value, void *context), void *context) {
    size_t leaves = node->collisions + ones(node->leaves), n = place_count(node);

    for (size_t i = 0; i < leaves; i++) {
        const struct pmap_leaf *leaf = node->places[i];
        visit(leaf->key, leaf->value, context);
    }
    for (size_t i = leaves; i < n; i++)
        each(node->places[i], visit, context);
}

void pmap_each(const struct pmap *map,
               void (*visit)(const char *key, const void *value, void *context), void *context) {
    if (map->root)
        each(map->root, visit, context);
}

struct collection {
    struct arena *arena;
    const struct pmap *other; /* entries that are the same in it are left out; NULL: none */
    bool removed;             /* those not in it are told as removed */
    VEC(struct pmap_entry) list;
};

static int compare_entries(const void *a, const void *b) {
    const struct pmap_entry *x = a, *y = b;
    return strcmp(x->key, y->key);
}

static struct pmap_entry *sorted(struct collection *collection, size_t *count) {
    *count = collection->list.n;
    if (collection->list.n > 0)
        qsort(collection->list.v, collection->list.n, sizeof(struct pmap_entry), compare_entries);
    return collection->list.v;
}

static void collect(const char *key, const void *value, void *context) {
    struct collection *collection = context;
    vec_push(collection->arena, &collection->list, ((struct pmap_entry){key, value}));
}

struct pmap_entry *pmap_entries(struct arena *arena, const struct pmap *map, size_t *count) {
    struct collection collection = {.arena = arena};

    pmap_each(map, collect, &collection);
    return sorted(&collection, count);
}

static void collect_leaf(struct collection *collection, const struct pmap_leaf *leaf) {
    const struct pmap_leaf *other =
        collection->other->count ? find(collection->other->root, leaf->hash, leaf->key) : NULL;

    if (collection->removed && !other)
        collect(leaf->key, NULL, collection);
    else if (!collection->removed && (!other || other->value != leaf->value))
        collect(leaf->key, leaf->value, collection);
}

/* The node of the other map at the same place, NULL where there is none. */
static const struct pmap_node *node_at(const struct pmap_node *node, uint32_t bit) {
    if (!node || node->collisions || !(node->nodes & bit))
        return NULL;
    return node->places[node_index(node, bit)];
}

/* Leaves of node that are not the same in the other map; subtrees that both share are left out. */
static void differences(struct collection *collection, const struct pmap_node *node,
                        const struct pmap_node *other) {
    size_t leaves;

    if (!node || node == other)
        return;
    leaves = node->collisions + ones(node->leaves);
    for (size_t i = 0; i < leaves; i++)
        collect_leaf(collection, node->places[i]);
    for (uint32_t rest = node->nodes; rest; rest &= rest - 1) {
        uint32_t bit = rest & -rest;
        differences(collection, node_at(node, bit), node_at(other, bit));
    }
}

struct pmap_entry *pmap_changed(struct arena *arena, const struct pmap *before,
                                const struct pmap *after, size_t *count) {
    struct collection collection = {.arena = arena, .other = before};

    differences(&collection, after->root, before->root);
    collection.other = after;
    collection.removed = true;
    differences(&collection, before->root, after->root);
    return sorted(&collection, count);
}
