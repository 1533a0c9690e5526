/* What reads and writes rows, data-modifying WITH queries included. */
#include "model/op_build.h"

static void build_ctes(struct op_builder *builder, const struct WithClause *with) {
    for (size_t i = 0; with && i < with->ctes.n; i++) {
        const struct CommonTableExpr *cte = node_if(CommonTableExpr, with->ctes.v[i]);
        if (cte && cte->ctequery && cte->ctequery->kind != NODE_SelectStmt)
            op_build(builder, cte->ctequery);
    }
}

static void build_write(struct op_builder *builder, enum op_kind kind, const struct node *stmt,
                        const struct RangeVar *relation, const struct WithClause *with) {
    struct op *op = op_add(builder, kind, stmt, stmt);

    op_set_target(op, builder, relation);
    op->only = op->only && kind != OP_INSERT;
    op->span = span_of_relation(builder, relation);
    build_ctes(builder, with);
}

static void build_copy(struct op_builder *builder, const struct CopyStmt *copy) {
    struct op *op = op_add(builder, copy->is_from ? OP_COPY_FROM : OP_COPY_TO, &copy->tree_node,
                           &copy->tree_node);

    if (copy->relation) {
        op_set_target(op, builder, copy->relation);
        op->only = false;
        op->span = span_to_relation(builder, copy->relation);
    } else if (copy->query && copy->query->kind != NODE_SelectStmt) {
        op_build(builder, copy->query);
    }
}

/* WITH of a set operation hangs on its top. */
static void build_select(struct op_builder *builder, const struct SelectStmt *select) {
    op_add(builder, OP_SELECT, &select->tree_node, &select->tree_node);
    build_ctes(builder, select->withClause);
}

static const struct SelectStmt *leftmost(const struct SelectStmt *select) {
    while (select->larg)
        select = select->larg;
    return select;
}

bool op_build_rows(struct op_builder *builder, const struct node *stmt) {
    const struct InsertStmt *insert = node_if(InsertStmt, stmt);
    const struct UpdateStmt *update = node_if(UpdateStmt, stmt);
    const struct DeleteStmt *delete = node_if(DeleteStmt, stmt);
    const struct MergeStmt *merge = node_if(MergeStmt, stmt);
    const struct SelectStmt *select = node_if(SelectStmt, stmt);

    if (insert)
        build_write(builder, OP_INSERT, stmt, insert->relation, insert->withClause);
    else if (update)
        build_write(builder, OP_UPDATE, stmt, update->relation, update->withClause);
    else if (delete)
        build_write(builder, OP_DELETE, stmt, delete->relation, delete->withClause);
    else if (merge)
        build_write(builder, OP_MERGE, stmt, merge->relation, merge->withClause);
    else if (select && !leftmost(select)->intoClause)
        build_select(builder, select);
    else if (stmt->kind == NODE_CopyStmt)
        build_copy(builder, node_as(CopyStmt, stmt));
    else
        return false;
    return true;
}
