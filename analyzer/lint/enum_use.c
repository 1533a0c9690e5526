/* Whether a statement uses what its transaction has added to an enum. */
#include "lint/context.h"

#include "model/label_use.h"

static bool separates(const struct op *op, const struct op *open_begin) {
    if (op->statement->parent)
        return false;
    return op->kind == OP_COMMIT || op->kind == OP_ROLLBACK || op == open_begin;
}

/* In the transaction that is open now, for certain. */
static bool is_of_this_transaction(const struct rule_context *context, const struct op *added,
                                   const struct op *op) {
    const struct op *open_begin = rule_open_begin(context);
    bool seen = false;

    for (size_t i = 0; i < context->unit_ops.n && context->unit_ops.v[i] != op; i++) {
        if (context->unit_ops.v[i] == added)
            seen = true;
        else if (seen && separates(context->unit_ops.v[i], open_begin))
            return false;
    }
    return seen;
}

enum known rule_label_used(const struct rule_context *context, const struct op *op,
                           const struct op *added) {
    const struct schema *schema = &context->schema;
    const struct schema *begin = rule_schema_at_begin(context);
    const struct type *type = schema_type(schema, added->target);
    struct name name = added->target;

    if (type)
        name = (struct name){type->object.schema, type->object.name};
    if (!begin || !op->stmt || !added->column || !is_of_this_transaction(context, added, op) ||
        (type && !label_is_unsafe(schema, begin, type, added->column)))
        return KNOWN_NO;
    return label_is_used(schema, op->stmt, name, added->column);
}
