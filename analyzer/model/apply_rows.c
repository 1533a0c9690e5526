/* Whether tables have rows: INSERT, TRUNCATE and their like. */
#include "model/apply_op.h"

static void set_rows(struct apply *apply, object_id id, enum rows_known rows) {
    const struct relation *relation = schema_relation_by_id(apply->schema, id);

    struct relation *edited;

    if (!relation || (relation->rows == rows && relation->rows_unit == apply->schema->unit))
        return;
    edited = schema_edit_relation(apply->schema, id);
    edited->rows = rows;
    edited->rows_unit = apply->schema->unit;
}

/* A row in a partition or child is one of its parents, too. */
static void fill_parents(struct apply *apply, const struct relation *relation, enum rows_known rows,
                         unsigned depth) {
    for (size_t i = 0; depth < 64 && i < relation->parents.n; i++) {
        const struct relation *parent =
            schema_relation_by_id(apply->schema, relation->parents.v[i]);
        if (!parent || parent->rows == ROWS_SOME)
            continue;
        set_rows(apply, parent->object.id, rows);
        fill_parents(apply, schema_relation_by_id(apply->schema, relation->parents.v[i]), rows,
                     depth + 1);
    }
}

static void fill_partitions(struct apply *apply, const struct relation *relation, unsigned depth) {
    const struct id_list children = relation->children;

    for (size_t i = 0; depth < 64 && i < children.n; i++) {
        const struct relation *child = schema_relation_by_id(apply->schema, children.v[i]);
        if (!child || !is_partition(child))
            continue;
        if (child->rows == ROWS_EMPTY)
            set_rows(apply, children.v[i], ROWS_MAYBE);
        fill_partitions(apply, schema_relation_by_id(apply->schema, children.v[i]), depth + 1);
    }
}

static void fill(struct apply *apply, const struct relation *relation, enum rows_known rows) {
    object_id id = relation->object.id;

    /* A trigger or rule may have thrown the rows away, and a condition may have left them out. */
    if (relation->trigger_count > 0 || relation->rule_count > 0 || apply->conditional)
        rows = ROWS_MAYBE;
    if (relation->rows != ROWS_SOME)
        set_rows(apply, id, rows);
    relation = schema_relation_by_id(apply->schema, id);
    fill_parents(apply, relation, rows, 0);
    if (is_partitioned(relation))
        fill_partitions(apply, relation, 0);
}

/* VALUES makes rows for certain, a query perhaps. */
static enum rows_known inserted(const struct InsertStmt *insert) {
    const struct SelectStmt *select = node_if(SelectStmt, insert->selectStmt);
    return !insert->selectStmt || (select && select->valuesLists.n > 0) ? ROWS_SOME : ROWS_MAYBE;
}

static void truncate(struct apply *apply, const struct relation *relation, unsigned depth) {
    const struct id_list children = relation->children, users = relation->referenced_by;

    if (depth > 64)
        return;
    set_rows(apply, relation->object.id, apply->conditional ? ROWS_MAYBE : ROWS_EMPTY);
    for (size_t i = 0; !apply->op->only && i < children.n; i++)
        if (schema_relation_by_id(apply->schema, children.v[i]))
            truncate(apply, schema_relation_by_id(apply->schema, children.v[i]), depth + 1);
    for (size_t i = 0; apply->op->cascade && i < users.n; i++) {
        const struct relation *user = schema_relation_by_id(apply->schema, users.v[i]);
        if (user && user->rows != ROWS_EMPTY && user->object.id != relation->object.id)
            truncate(apply, user, depth + 1);
    }
}

static void remove_rows(struct apply *apply, const struct relation *relation, unsigned depth) {
    if (relation->rows == ROWS_SOME)
        set_rows(apply, relation->object.id, ROWS_MAYBE);
    for (size_t i = 0; depth < 64 && i < relation->children.n; i++)
        if (schema_relation_by_id(apply->schema, relation->children.v[i]))
            remove_rows(apply, schema_relation_by_id(apply->schema, relation->children.v[i]),
                        depth + 1);
}

static void refresh(struct apply *apply, const struct relation *matview) {
    const struct RefreshMatViewStmt *stmt = node_as(RefreshMatViewStmt, apply->op->node);
    struct relation *relation = schema_edit_relation(apply->schema, matview->object.id);

    relation->not_populated = stmt->skipData;
    relation->rows = stmt->skipData ? ROWS_EMPTY : ROWS_MAYBE;
    relation->rows_unit = apply->schema->unit;
}

static enum object_kind assumed_kind(const struct op *op) {
    switch (op->kind) {
    case OP_REFRESH_MATVIEW:
        return OBJ_MATVIEW;
    case OP_REINDEX_INDEX:
        return OBJ_INDEX;
    default:
        return OBJ_TABLE;
    }
}

static const struct relation *written_relation(struct apply *apply) {
    switch (apply->op->kind) {
    case OP_TRUNCATE:
    case OP_REFRESH_MATVIEW:
    case OP_INSERT:
    case OP_UPDATE:
    case OP_DELETE:
    case OP_MERGE:
    case OP_COPY_FROM:
    case OP_LOCK_TABLE:
    case OP_CLUSTER:
    case OP_REINDEX_TABLE:
    case OP_REINDEX_INDEX:
        return need_relation(apply, apply->op->target, assumed_kind(apply->op), false);
    default:
        return NULL;
    }
}

void apply_rows(struct apply *apply) {
    const struct relation *relation;

    if (apply->op->kind == OP_SELECT) {
        apply_calls(apply);
        return;
    }
    relation = written_relation(apply);
    if (!relation)
        return;
    switch (apply->op->kind) {
    case OP_INSERT:
        fill(apply, relation, inserted(node_as(InsertStmt, apply->op->node)));
        break;
    case OP_COPY_FROM:
    case OP_MERGE:
        fill(apply, relation, ROWS_MAYBE);
        break;
    case OP_DELETE:
        remove_rows(apply, relation, 0);
        break;
    case OP_TRUNCATE:
        truncate(apply, relation, 0);
        break;
    case OP_REFRESH_MATVIEW:
        refresh(apply, relation);
        break;
    case OP_CLUSTER:
        if (apply->op->object)
            mark_clustered(apply, relation, apply->op->object);
        break;
    default:
        break;
    }
}
