/* The operations of a section, and those of them that are about one name. */
#include "lint/context.h"

#include <string.h>

void unit_ops_list(struct rule_context *context) {
    const struct walk *walk = &context->walk;

    context->unit_ops.n = 0;
    context->first_unit_op = 0;
    memset(context->has_kind, 0, sizeof(context->has_kind));
    memset(context->ops_by_kind, 0, sizeof(context->ops_by_kind));
    context->ops_by_name = arena_new(context->arena, struct map);
    for (size_t i = 0; i < walk->statements->list.n; i++)
        for (size_t j = 0; j < walk->ops[i].n; j++) {
            vec_push(context->arena, &context->unit_ops, &walk->ops[i].v[j]);
            context->has_kind[walk->ops[i].v[j].kind] = true;
        }
}

bool rule_unit_has(const struct rule_context *context, enum op_kind kind) {
    return context->has_kind[kind];
}

struct unit_ops rule_unit_ops(const struct rule_context *context) {
    return (struct unit_ops){context->unit_ops.n, context->unit_ops.v};
}

static size_t place_of(const struct rule_context *context, const struct op *op) {
    return context->first_unit_op + op->index;
}

struct unit_ops rule_later_ops(const struct rule_context *context, const struct op *op) {
    size_t next = place_of(context, op) + 1;

    return (struct unit_ops){context->unit_ops.n - next, context->unit_ops.v + next};
}

static void note(const struct rule_context *context, const char *name, size_t place) {
    struct listed_ops *named = map_get(context->ops_by_name, name);

    if (!named) {
        named = arena_new(context->arena, struct listed_ops);
        map_set(context->ops_by_name, name, named);
    }
    vec_push(context->arena, &named->list, context->unit_ops.v[place]);
    vec_push(context->arena, &named->places, place);
}

/* Made when first asked for: one look at all operations, and not one for each of them. */
static const struct listed_ops *find_named(const struct rule_context *context, const char *name) {
    if (!context->ops_by_name->arena) {
        map_init(context->ops_by_name, context->arena);
        for (size_t i = 0; i < context->unit_ops.n; i++) {
            const struct op *op = context->unit_ops.v[i];
            if (op->target.name)
                note(context, op->target.name, i);
            if (op->new_name && (!op->target.name || strcmp(op->new_name, op->target.name) != 0))
                note(context, op->new_name, i);
        }
    }
    return map_get(context->ops_by_name, name);
}

struct unit_ops rule_ops_about(const struct rule_context *context, const char *name) {
    const struct listed_ops *named = find_named(context, name);

    return named ? (struct unit_ops){named->list.n, named->list.v} : (struct unit_ops){0, NULL};
}

struct unit_ops rule_later_ops_about(const struct rule_context *context, const struct op *op) {
    const struct listed_ops *named = op->target.name ? find_named(context, op->target.name) : NULL;
    size_t first;

    if (!named)
        return (struct unit_ops){0, NULL};
    first = listed_ops_behind(named, place_of(context, op));
    return (struct unit_ops){named->list.n - first, named->list.v + first};
}

size_t listed_ops_behind(const struct listed_ops *ops, size_t place) {
    size_t low = 0, high = ops->places.n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (ops->places.v[middle] <= place)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const struct listed_ops *unit_ops_of_kind(struct rule_context *context, enum op_kind kind) {
    struct listed_ops *listed = context->ops_by_kind[kind];

    if (listed)
        return listed;
    listed = context->ops_by_kind[kind] = arena_new(context->arena, struct listed_ops);
    for (size_t i = 0; i < context->unit_ops.n && context->has_kind[kind]; i++)
        if (context->unit_ops.v[i]->kind == kind) {
            vec_push(context->arena, &listed->list, context->unit_ops.v[i]);
            vec_push(context->arena, &listed->places, i);
        }
    return listed;
}

bool rule_table_is_dropped_later(const struct rule_context *context, const struct op *op) {
    struct unit_ops later = rule_later_ops_about(context, op);

    for (size_t i = 0; i < later.n; i++)
        if (later.v[i]->kind == OP_DROP_TABLE &&
            rule_same_target(context, later.v[i]->target, op->target))
            return true;
    return false;
}
