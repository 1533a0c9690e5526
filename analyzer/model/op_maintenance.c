/* TRUNCATE, VACUUM, REINDEX and other work on what is there; LOCK; GRANT. */
#include "model/op_build.h"

static struct op *add_on(struct op_builder *builder, enum op_kind kind, const struct node *stmt,
                         const struct RangeVar *relation) {
    struct op *op = op_add(builder, kind, stmt, relation ? &relation->tree_node : stmt);

    op_set_target(op, builder, relation);
    if (relation)
        op->span = span_of_relation(builder, relation);
    return op;
}

static void build_truncate(struct op_builder *builder, const struct TruncateStmt *truncate) {
    for (size_t i = 0; i < truncate->relations.n; i++) {
        struct op *op = add_on(builder, OP_TRUNCATE, &truncate->tree_node,
                               node_as(RangeVar, truncate->relations.v[i]));
        op->cascade = truncate->behavior == DROP_CASCADE;
    }
}

static void build_lock(struct op_builder *builder, const struct LockStmt *lock) {
    for (size_t i = 0; i < lock->relations.n; i++)
        add_on(builder, OP_LOCK_TABLE, &lock->tree_node, node_as(RangeVar, lock->relations.v[i]));
}

static void build_vacuum(struct op_builder *builder, const struct VacuumStmt *vacuum) {
    enum op_kind kind = OP_ANALYZE;

    if (vacuum->is_vacuumcmd)
        kind = option_is_on(vacuum->options, "full") ? OP_VACUUM_FULL : OP_VACUUM;
    for (size_t i = 0; i < vacuum->rels.n; i++) {
        const struct VacuumRelation *relation = node_as(VacuumRelation, vacuum->rels.v[i]);
        add_on(builder, kind, &vacuum->tree_node, relation->relation)->node = vacuum->rels.v[i];
    }
    if (vacuum->rels.n == 0)
        add_on(builder, kind, &vacuum->tree_node, NULL);
}

static enum op_kind reindex_kind(enum ReindexObjectType type) {
    switch (type) {
    case REINDEX_OBJECT_INDEX:
        return OP_REINDEX_INDEX;
    case REINDEX_OBJECT_TABLE:
        return OP_REINDEX_TABLE;
    case REINDEX_OBJECT_SCHEMA:
        return OP_REINDEX_SCHEMA;
    case REINDEX_OBJECT_SYSTEM:
        return OP_REINDEX_SYSTEM;
    default:
        return OP_REINDEX_DATABASE;
    }
}

static void build_reindex(struct op_builder *builder, const struct ReindexStmt *reindex) {
    struct op *op =
        add_on(builder, reindex_kind(reindex->kind), &reindex->tree_node, reindex->relation);

    op->node = &reindex->tree_node;
    op->only = false;
    op->concurrently = option_is_on(reindex->params, "concurrently");
    if (!reindex->relation)
        op->target.name = reindex->name;
}

static void build_cluster(struct op_builder *builder, const struct ClusterStmt *cluster) {
    struct op *op = add_on(builder, OP_CLUSTER, &cluster->tree_node, cluster->relation);

    op->only = false;
    op->object = cluster->indexname;
}

static void build_refresh(struct op_builder *builder, const struct RefreshMatViewStmt *refresh) {
    struct op *op = add_on(builder, OP_REFRESH_MATVIEW, &refresh->tree_node, refresh->relation);

    op->node = &refresh->tree_node;
    op->only = false;
    op->object_type = OBJECT_MATVIEW;
    op->concurrently = refresh->concurrent;
}

/* GRANT ... ON ALL TABLES IN SCHEMA names schemas, and is said of their kind. */
static void name_granted(struct op *op, const struct GrantStmt *grant, const struct node *object) {
    op->target = name_of_node(object);
    op->object_type = grant->objtype;
    if (grant->targtype == ACL_TARGET_ALL_IN_SCHEMA) {
        op->target.schema = op->target.name;
        op->target.name = NULL;
    }
}

static void build_grant(struct op_builder *builder, const struct GrantStmt *grant) {
    enum op_kind kind = grant->is_grant ? OP_GRANT : OP_REVOKE;

    for (size_t i = 0; i < grant->objects.n; i++) {
        const struct RangeVar *relation = node_if(RangeVar, grant->objects.v[i]);
        struct op *op = op_add(builder, kind, &grant->tree_node, grant->objects.v[i]);
        name_granted(op, grant, grant->objects.v[i]);
        op->cascade = grant->behavior == DROP_CASCADE;
        if (relation)
            op->span = span_of_relation(builder, relation);
    }
    if (grant->objects.n == 0)
        op_add(builder, kind, &grant->tree_node, &grant->tree_node);
}

bool op_build_maintenance(struct op_builder *builder, const struct node *stmt) {
    switch (stmt->kind) {
    case NODE_TruncateStmt:
        build_truncate(builder, node_as(TruncateStmt, stmt));
        return true;
    case NODE_LockStmt:
        build_lock(builder, node_as(LockStmt, stmt));
        return true;
    case NODE_VacuumStmt:
        build_vacuum(builder, node_as(VacuumStmt, stmt));
        return true;
    case NODE_ReindexStmt:
        build_reindex(builder, node_as(ReindexStmt, stmt));
        return true;
    case NODE_ClusterStmt:
        build_cluster(builder, node_as(ClusterStmt, stmt));
        return true;
    case NODE_RefreshMatViewStmt:
        build_refresh(builder, node_as(RefreshMatViewStmt, stmt));
        return true;
    case NODE_CheckPointStmt:
        op_add(builder, OP_CHECKPOINT, stmt, stmt);
        return true;
    case NODE_GrantStmt:
        build_grant(builder, node_as(GrantStmt, stmt));
        return true;
    case NODE_GrantRoleStmt:
        op_add(builder, node_as(GrantRoleStmt, stmt)->is_grant ? OP_GRANT_ROLE : OP_REVOKE_ROLE,
               stmt, stmt);
        return true;
    case NODE_AlterDefaultPrivilegesStmt:
        op_add(builder, OP_ALTER_DEFAULT_PRIVILEGES, stmt, stmt);
        return true;
    case NODE_ReassignOwnedStmt:
        op_add(builder, OP_REASSIGN_OWNED, stmt, stmt);
        return true;
    default:
        return false;
    }
}
