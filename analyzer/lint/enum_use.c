/* Whether a statement uses what its transaction has added to an enum. */
#include "lint/context.h"

#include "model/label_use.h"

/* Whether an operation of the kind, outside of DO blocks, stands between two places. */
static bool stands_between(struct rule_context *context, enum op_kind kind, size_t from,
                           size_t to) {
    const struct listed_ops *ops = unit_ops_of_kind(context, kind);

    for (size_t i = listed_ops_behind(ops, from); i < ops->list.n && ops->places.v[i] < to; i++)
        if (!ops->list.v[i]->statement->parent)
            return true;
    return false;
}

/* Whether the file's own BEGIN, if it is one that began the open transaction, stands there. */
static bool begins_between(struct rule_context *context, size_t from, size_t to) {
    return rule_open_begin(context) && stands_between(context, OP_BEGIN, from, to);
}

static enum known use_of(struct rule_context *context, const struct op *op,
                         const struct op *added) {
    const struct schema *schema = &context->schema;
    const struct type *type = schema_type(schema, added->target);
    struct name name = added->target;

    if (type)
        name = (struct name){type->object.schema, type->object.name};
    if (!added->column ||
        (type && !label_is_unsafe(schema, rule_schema_at_begin(context), type, added->column)))
        return KNOWN_NO;
    return label_is_used(schema, op->stmt, name, added->column);
}

struct rule_label_use rule_new_label_used(struct rule_context *context, const struct op *op) {
    struct rule_label_use worst = {NULL, KNOWN_NO};
    const struct listed_ops *added;
    size_t here = context->first_unit_op;

    if (!rule_unit_has(context, OP_ALTER_ENUM_ADD_VALUE) || !rule_schema_at_begin(context) ||
        !op->stmt)
        return worst;
    added = unit_ops_of_kind(context, OP_ALTER_ENUM_ADD_VALUE);
    for (size_t i = added->list.n; i-- > 0 && worst.used != KNOWN_YES;) {
        size_t place = added->places.v[i];
        enum known used;
        if (place >= here)
            continue;
        if (stands_between(context, OP_COMMIT, place, here) ||
            stands_between(context, OP_ROLLBACK, place, here) ||
            begins_between(context, place, here))
            break;
        used = use_of(context, op, added->list.v[i]);
        if (used == KNOWN_YES || (used == UNKNOWN && !worst.added))
            worst = (struct rule_label_use){added->list.v[i], used};
    }
    return worst;
}
