#include "sql/replace.h"

#include "sql/fields.h"

#include <string.h>

enum { DEPTH = 1000 };

struct replacement {
    struct arena *arena;
    const struct node *(*replace)(const struct node *node, void *context);
    void *context;
};

static const struct node *change(const struct replacement *to, const struct node *node,
                                 unsigned depth);

/* The list with changed elements, or the old one. */
static struct node_list change_list(const struct replacement *to, struct node_list list,
                                    unsigned depth) {
    const struct node **copy = NULL;

    for (size_t i = 0; i < list.n; i++) {
        const struct node *changed = change(to, list.v[i], depth);
        if (changed == list.v[i])
            continue;
        if (!copy) {
            copy = arena_array(to->arena, const struct node *, list.n);
            memcpy(copy, list.v, list.n * sizeof(*copy));
        }
        copy[i] = changed;
    }
    return copy ? (struct node_list){list.n, copy} : list;
}

static void *writable(const struct replacement *to, const struct node *node, void *copy) {
    if (copy)
        return copy;
    copy = arena_alloc(to->arena, node_types[node->kind].size);
    memcpy(copy, node, node_types[node->kind].size);
    return copy;
}

/* *copy is made when the field changes. */
static void change_field(const struct replacement *to, const struct node *node,
                         const struct node_field *field, void **copy, unsigned depth) {
    const char *at = (const char *)node + field->offset;

    if (field->kind == FIELD_LIST) {
        struct node_list old, changed;
        memcpy(&old, at, sizeof(old));
        changed = change_list(to, old, depth);
        if (changed.v == old.v)
            return;
        *copy = writable(to, node, *copy);
        memcpy((char *)*copy + field->offset, &changed, sizeof(changed));
    } else if (field->kind == FIELD_NODE || field->kind == FIELD_CHILD) {
        const struct node *old, *changed;
        memcpy(&old, at, sizeof(old));
        changed = change(to, old, depth);
        if (changed == old)
            return;
        *copy = writable(to, node, *copy);
        memcpy((char *)*copy + field->offset, &changed, sizeof(changed));
    }
}

static const struct node *change(const struct replacement *to, const struct node *node,
                                 unsigned depth) {
    const struct node *other;
    void *copy = NULL;

    if (!node || depth > DEPTH || node->kind == NODE_UNKNOWN)
        return node;
    other = to->replace(node, to->context);
    if (other)
        return other;
    for (const struct node_field *field = node_types[node->kind].fields; field->name; field++)
        change_field(to, node, field, &copy, depth + 1);
    return copy ? copy : node;
}

const struct node *
node_replace(struct arena *arena, const struct node *node,
             const struct node *(*replace)(const struct node *node, void *context), void *context) {
    struct replacement to = {arena, replace, context};
    return change(&to, node, 0);
}
