#include "model/op_build.h"

#include "base/ascii.h"

#include <stdlib.h>
#include <string.h>

const char *op_kind_words(enum op_kind kind) {
    static const char *const words[] = {
#define OP(kind, text) [OP_##kind] = text,
#include "model/op.def"
#undef OP
    };

    return words[kind];
}

struct op *op_add(struct op_builder *builder, enum op_kind kind, const struct node *stmt,
                  const struct node *node) {
    struct op *op;

    /* Most statements are one operation: room for one only, for there may be very many of them. */
    if (builder->ops.cap == 0) {
        builder->ops.v = arena_array(builder->arena, struct op, 1);
        builder->ops.cap = 1;
    }
    op = vec_add(builder->arena, &builder->ops);
    *op = (struct op){
        .kind = kind,
        .statement = builder->statement,
        .node = node,
        .stmt = stmt,
        .span = builder->statement->span,
        .index = (unsigned)(builder->ops.n - 1),
    };
    return op;
}

struct name name_of_range_var(const struct RangeVar *relation) {
    if (!relation)
        return (struct name){0};
    return (struct name){relation->schemaname, relation->relname};
}

struct name name_of_list(struct node_list list, size_t skip) {
    struct name name = {0};
    size_t n = list.n > skip ? list.n - skip : 0;

    if (n > 0)
        name.name = node_string(list.v[n - 1]);
    if (n > 1)
        name.schema = node_string(list.v[n - 2]);
    return name;
}

struct name name_of_node(const struct node *node) {
    const struct List *list = node_if(List, node);
    const struct TypeName *type = node_if(TypeName, node);
    const struct ObjectWithArgs *object = node_if(ObjectWithArgs, node);

    if (list)
        return name_of_list(list->items, 0);
    if (type)
        return name_of_list(type->names, 0);
    if (object)
        return name_of_list(object->objname, 0);
    if (node && node->kind == NODE_RangeVar)
        return name_of_range_var(node_as(RangeVar, node));
    return (struct name){NULL, node_string(node)};
}

void op_set_target(struct op *op, const struct op_builder *builder,
                   const struct RangeVar *relation) {
    op->target = name_of_range_var(relation);
    if (!relation)
        return;
    if (!op->target.schema && builder->creates_in)
        op->target.schema = builder->creates_in;
    op->only = !relation->inh;
    op->temporary = relation->relpersistence == 't' ||
                    (op->target.schema && strcmp(op->target.schema, "pg_temp") == 0);
}

static bool value_is_on(const struct node *value) {
    const char *word = node_string(value);
    const struct Integer *number = node_if(Integer, value);
    const struct Boolean *boolean = node_if(Boolean, value);

    if (number)
        return number->ival != 0;
    if (boolean)
        return boolean->boolval;
    return !word || ascii_case_equal(word, "true") || ascii_case_equal(word, "on");
}

bool option_is_on(struct node_list options, const char *name) {
    bool on = false;

    for (size_t i = 0; i < options.n; i++) {
        const struct DefElem *option = node_if(DefElem, options.v[i]);
        if (option && option->defname && strcmp(option->defname, name) == 0)
            on = value_is_on(option->arg);
    }
    return on;
}

void op_build(struct op_builder *builder, const struct node *stmt) {
    if (!stmt)
        return;
    if (!op_build_rows(builder, stmt) && !op_build_table(builder, stmt) &&
        !op_build_alter_table(builder, stmt) && !op_build_create(builder, stmt) &&
        !op_build_drop(builder, stmt) && !op_build_alter(builder, stmt) &&
        !op_build_maintenance(builder, stmt) && !op_build_session(builder, stmt))
        op_add(builder, OP_UNKNOWN, stmt, stmt);
}

struct ops op_list(struct arena *arena, const struct statement *statement) {
    struct op_builder builder = {.arena = arena, .statement = statement};

    op_build(&builder, statement->tree);
    if (builder.ops.n == 0)
        op_add(&builder, OP_UNKNOWN, statement->tree, statement->tree);
    free(builder.words);
    return (struct ops){builder.ops.n, builder.ops.v};
}
