/* Transactions, settings and code. */
#include "model/op_build.h"

#include "base/ascii.h"

static enum op_kind transaction_kind(enum TransactionStmtKind kind) {
    switch (kind) {
    case TRANS_STMT_BEGIN:
    case TRANS_STMT_START:
        return OP_BEGIN;
    case TRANS_STMT_COMMIT:
        return OP_COMMIT;
    case TRANS_STMT_ROLLBACK:
        return OP_ROLLBACK;
    case TRANS_STMT_SAVEPOINT:
        return OP_SAVEPOINT;
    case TRANS_STMT_RELEASE:
        return OP_RELEASE;
    case TRANS_STMT_ROLLBACK_TO:
        return OP_ROLLBACK_TO;
    case TRANS_STMT_PREPARE:
        return OP_PREPARE_TRANSACTION;
    case TRANS_STMT_COMMIT_PREPARED:
        return OP_COMMIT_PREPARED;
    case TRANS_STMT_ROLLBACK_PREPARED:
        return OP_ROLLBACK_PREPARED;
    default:
        return OP_UNKNOWN;
    }
}

/* The server finds parameters without regard to ASCII case (guc_name_compare). */
static const char *lower(struct arena *arena, const char *name) {
    char *copy = name ? arena_strdup(arena, name) : NULL;

    for (char *c = copy; c && *c; c++)
        *c = ascii_tolower(*c);
    return copy;
}

static enum op_kind set_kind(const struct VariableSetStmt *set) {
    switch (set->kind) {
    case VAR_SET_MULTI:
        return OP_SET_TRANSACTION;
    case VAR_SET_DEFAULT:
    case VAR_RESET:
    case VAR_RESET_ALL:
        return OP_RESET;
    default:
        return OP_SET;
    }
}

static void build_set(struct op_builder *builder, const struct VariableSetStmt *set) {
    struct op *op = op_add(builder, set_kind(set), &set->tree_node, &set->tree_node);
    op->object = lower(builder->arena, set->name);
}

static void build_explain(struct op_builder *builder, const struct ExplainStmt *explain) {
    op_add(builder, OP_EXPLAIN, &explain->tree_node, &explain->tree_node);
    if (option_is_on(explain->options, "analyze"))
        op_build(builder, explain->query);
}

static bool build_code(struct op_builder *builder, const struct node *stmt) {
    struct op *op;

    switch (stmt->kind) {
    case NODE_DoStmt:
        op_add(builder, OP_DO, stmt, stmt)->span = words_span(builder, (struct word_range){0, 1});
        return true;
    case NODE_CallStmt:
        op = op_add(builder, OP_CALL, stmt, stmt);
        if (node_as(CallStmt, stmt)->funccall)
            op->target = name_of_list(node_as(CallStmt, stmt)->funccall->funcname, 0);
        return true;
    case NODE_ExplainStmt:
        build_explain(builder, node_as(ExplainStmt, stmt));
        return true;
    case NODE_PrepareStmt:
        op_add(builder, OP_PREPARE, stmt, stmt)->object = node_as(PrepareStmt, stmt)->name;
        return true;
    case NODE_ExecuteStmt:
        op_add(builder, OP_EXECUTE, stmt, stmt)->object = node_as(ExecuteStmt, stmt)->name;
        return true;
    case NODE_DeallocateStmt:
        op_add(builder, OP_DEALLOCATE, stmt, stmt)->object = node_as(DeallocateStmt, stmt)->name;
        return true;
    default:
        return false;
    }
}

static enum op_kind bare_kind(enum node_kind kind) {
    switch (kind) {
    case NODE_ConstraintsSetStmt:
        return OP_SET_CONSTRAINTS;
    case NODE_DiscardStmt:
        return OP_DISCARD;
    case NODE_LoadStmt:
        return OP_LOAD;
    case NODE_ListenStmt:
        return OP_LISTEN;
    case NODE_NotifyStmt:
        return OP_NOTIFY;
    case NODE_UnlistenStmt:
        return OP_UNLISTEN;
    case NODE_DeclareCursorStmt:
        return OP_DECLARE_CURSOR;
    case NODE_FetchStmt:
        return OP_FETCH;
    case NODE_ClosePortalStmt:
        return OP_CLOSE_CURSOR;
    case NODE_AlterSystemStmt:
        return OP_ALTER_SYSTEM;
    default:
        return OP_UNKNOWN;
    }
}

bool op_build_session(struct op_builder *builder, const struct node *stmt) {
    if (stmt->kind == NODE_TransactionStmt) {
        const struct TransactionStmt *transaction = node_as(TransactionStmt, stmt);
        struct op *op = op_add(builder, transaction_kind(transaction->kind), stmt, stmt);
        op->object = transaction->savepoint_name;
        return true;
    }
    if (stmt->kind == NODE_VariableSetStmt) {
        build_set(builder, node_as(VariableSetStmt, stmt));
        return true;
    }
    if (stmt->kind == NODE_VariableShowStmt) {
        op_add(builder, OP_SHOW, stmt, stmt)->object =
            lower(builder->arena, node_as(VariableShowStmt, stmt)->name);
        return true;
    }
    if (build_code(builder, stmt))
        return true;
    if (bare_kind(stmt->kind) == OP_UNKNOWN)
        return false;
    op_add(builder, bare_kind(stmt->kind), stmt, stmt);
    return true;
}
