/* What a statement changes is taken to be there before it does. */
#include "model/apply_op.h"

static bool is_of_relation(const struct op *op) {
    switch (op->object_type) {
    case OBJECT_TABLE:
    case OBJECT_FOREIGN_TABLE:
    case OBJECT_VIEW:
    case OBJECT_MATVIEW:
    case OBJECT_INDEX:
    case OBJECT_SEQUENCE:
    case OBJECT_COLUMN:
    case OBJECT_ATTRIBUTE:
    case OBJECT_TABCONSTRAINT:
        return true;
    default:
        return false;
    }
}

static bool changes_relation(const struct op *op) {
    if (op->in_create || op->temporary || !op->target.name)
        return false;
    if (op->kind >= OP_ADD_COLUMN && op->kind <= OP_NO_FORCE_ROW_SECURITY)
        return true;
    if (op->kind >= OP_RENAME_TABLE && op->kind <= OP_RENAME_RULE)
        return true;
    return (op->kind == OP_SET_SCHEMA || op->kind == OP_OWNER || op->kind == OP_COMMENT) &&
           is_of_relation(op);
}

static bool changes_column(const struct op *op) {
    if (!op->column || op->is_inline)
        return false;
    return (op->kind >= OP_DROP_COLUMN && op->kind <= OP_SET_COLUMN_FOREIGN_OPTIONS) ||
           op->kind == OP_RENAME_COLUMN || op->kind == OP_COMMENT;
}

static enum object_kind kind_of(const struct op *op) {
    switch (op->kind) {
    case OP_RENAME_VIEW:
        return OBJ_VIEW;
    case OP_RENAME_MATVIEW:
        return OBJ_MATVIEW;
    case OP_RENAME_INDEX:
        return OBJ_INDEX;
    case OP_RENAME_SEQUENCE:
        return OBJ_SEQUENCE;
    case OP_ATTACH_PARTITION:
    case OP_DETACH_PARTITION:
        return OBJ_PARTITIONED_TABLE;
    default:
        return OBJ_TABLE;
    }
}

void schema_assume(struct schema *schema, struct ops ops) {
    struct apply apply = {.schema = schema, .arena = schema->arena};

    schema_begin_epoch(schema);
    for (size_t i = 0; i < ops.n; i++) {
        struct relation *relation;
        apply.op = &ops.v[i];
        apply.statement = ops.v[i].statement;
        if (!changes_relation(apply.op))
            continue;
        relation = edit_target(&apply, kind_of(apply.op));
        if (relation && changes_column(apply.op))
            need_column(&apply, relation, apply.op->column);
    }
}
