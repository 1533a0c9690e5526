#include "sql/node.h"

#include "base/arena.h"
#include "base/bug.h"
#include "base/vec.h"
#include "sql/fields.h"

#include <string.h>

const void *node_check(const struct node *node, enum node_kind kind) {
    if (!node || node->kind != kind)
        BUG("a node is %s, not %s", node ? node_kind_name(node->kind) : "missing",
            node_kind_name(kind));
    return node;
}

const void *node_only(const struct node *node, enum node_kind kind) {
    return node && node->kind == kind ? node : NULL;
}

const char *node_kind_name(enum node_kind kind) {
    return kind < NODE_KINDS ? node_types[kind].name : "unknown";
}

const char *node_string(const struct node *node) {
    const struct String *string = node_if(String, node);

    return string ? string->sval : NULL;
}

const char *node_list_last_string(struct node_list list) {
    return list.n ? node_string(list.v[list.n - 1]) : NULL;
}

struct walk {
    struct arena *arena;
    VEC(const struct node *) stack; /* to be visited, the next one last */
};

static void push(struct walk *walk, const struct node *node) {
    if (node)
        vec_push(walk->arena, &walk->stack, node);
}

static void push_list(struct walk *walk, const struct node_list *list) {
    for (size_t i = 0; i < list->n; i++)
        push(walk, list->v[i]);
}

static void push_fields(struct walk *walk, const struct node *node) {
    const char *object = (const char *)node;

    for (const struct node_field *field = node_types[node->kind].fields; field->name; field++) {
        const struct node *child;
        struct node_list list;
        if (field->kind == FIELD_LIST) {
            memcpy(&list, object + field->offset, sizeof(list));
            push_list(walk, &list);
        } else if (field->kind == FIELD_CHILD || field->kind == FIELD_NODE) {
            memcpy(&child, object + field->offset, sizeof(child));
            push(walk, child);
        }
    }
}

static void push_children(struct walk *walk, const struct node *node) {
    size_t low = walk->stack.n, high;

    if (node->kind == NODE_UNKNOWN)
        push_list(walk, &((const struct unknown_node *)node)->children);
    else
        push_fields(walk, node);
    /* the leftmost child is to be on top */
    for (high = walk->stack.n; low + 1 < high; low++, high--) {
        const struct node *left = walk->stack.v[low];
        walk->stack.v[low] = walk->stack.v[high - 1];
        walk->stack.v[high - 1] = left;
    }
}

void node_walk(struct arena *arena, const struct node *node,
               bool (*visit)(const struct node *node, void *context), void *context) {
    const struct node *first[64]; /* most trees need no more, and so nothing of the arena */
    struct walk walk = {.arena = arena, .stack = {first, 0, sizeof(first) / sizeof(*first)}};

    push(&walk, node);
    while (walk.stack.n) {
        const struct node *next = walk.stack.v[--walk.stack.n];
        if (visit(next, context))
            push_children(&walk, next);
    }
}
