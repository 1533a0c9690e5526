/* CREATE TABLE in all its forms, up to its columns. */
#include "model/apply_op.h"

#include "model/expr_type.h"
#include "model/query.h"

#include <string.h>

static bool type_name_taken(struct apply *apply, struct name resolved) {
    const struct object *type = schema_object(
        apply->schema, schema_find(&apply->schema->types, resolved.schema, resolved.name));

    return type && refuse(apply, object_is_certain(type), "42710", "type \"%s\" already exists",
                          resolved.name);
}

/* True: the statement goes no further. */
static bool relation_name_taken(struct apply *apply, struct name resolved, bool if_not_exists) {
    const struct object *old = schema_object(
        apply->schema, schema_find(&apply->schema->relations, resolved.schema, resolved.name));

    if (!old)
        return false;
    if (if_not_exists) {
        apply->skipped = apply->op->stmt;
        return true;
    }
    if (refuse(apply, object_is_certain(old), "42P07", "relation \"%s\" already exists",
               resolved.name))
        return true;
    replace_object(apply, old->id); /* it was not there after all */
    return false;
}

struct relation *make_relation(struct apply *apply, enum object_kind kind, struct name name,
                               bool if_not_exists) {
    struct name resolved = resolve_new(apply, name, apply->op->temporary);
    struct relation *relation;

    if (!resolved.schema || relation_name_taken(apply, resolved, if_not_exists) ||
        (kind != OBJ_SEQUENCE && kind != OBJ_INDEX && kind != OBJ_PARTITIONED_INDEX &&
         type_name_taken(apply, resolved)))
        return NULL;
    relation = arena_new(apply->arena, struct relation);
    relation->object = new_object(apply, kind, resolved);
    if (if_not_exists && !apply->schema->complete)
        relation->object.not_certain = true;
    relation->rows = ROWS_EMPTY;
    relation->rows_unit = apply->schema->unit;
    relation->columns_known = true;
    relation->persistence = relation->object.temporary ? 't' : 'p';
    relation->replica_identity = 'd';
    relation->valid = KNOWN_YES;
    relation->source = apply->statement;
    schema_add(apply->schema, &relation->object);
    return schema_edit_relation(apply->schema, relation->object.id);
}

static void set_persistence(struct relation *relation, const struct RangeVar *name) {
    if (name && name->relpersistence == 'u')
        relation->persistence = 'u';
}

/* Columns of CREATE TABLE ... OF type. */
static void add_type_columns(struct apply *apply, struct relation *relation,
                             const struct TypeName *name) {
    struct type_use type = type_use_of(apply->schema, name);
    const struct relation *row = schema_relation_by_id(apply->schema, type.user_type);

    relation->columns_known = row && row->columns_known;
    if (!row)
        return;
    relation->of_type = row->object.id;
    schema_note_use(apply->schema, relation->object.id, row->object.id);
    for (size_t i = 0; i < row->column_count; i++) {
        struct column *column = relation_add_column(apply->schema, relation);
        unsigned number = column->number;
        *column = row->columns[i];
        column->number = number;
        column->unit = apply->schema->unit;
    }
}

static const struct CreateStmt *create_stmt(const struct node *node) {
    if (node->kind == NODE_CreateForeignTableStmt)
        return node_as(CreateForeignTableStmt, node)->base;
    return node_as(CreateStmt, node);
}

static void set_on_commit(struct apply *apply, struct relation *relation, int action) {
    relation->on_commit = action;
    if (action == ONCOMMIT_DROP || action == ONCOMMIT_DELETE_ROWS)
        apply->schema->acts_at_commit = true;
}

/* It goes with its server. */
static void use_server(struct apply *apply, struct relation *relation, const char *name) {
    const struct other *server =
        schema_other(apply->schema, OBJECT_FOREIGN_SERVER, (struct name){NULL, name});
    struct uses uses = {.schema = apply->schema};

    relation->server = name;
    if (!server)
        return;
    uses_add(&uses, server->object.id, 0);
    relation->uses = uses_end(&uses);
    schema_note_uses(apply->schema, relation->object.id, relation->uses);
}

static void set_create_options(struct apply *apply, struct relation *relation,
                               const struct node *node, const struct CreateStmt *create) {
    set_persistence(relation, create->relation);
    relation->partition_spec = create->partspec ? &create->partspec->tree_node : NULL;
    relation->access_method = create->accessMethod;
    relation->tablespace = create->tablespacename;
    relation->options = create->options;
    set_on_commit(apply, relation, create->oncommit);
    relation->definition = node;
    if (node->kind == NODE_CreateForeignTableStmt)
        use_server(apply, relation, node_as(CreateForeignTableStmt, node)->servername);
}

static const struct relation *need_parent(struct apply *apply, struct name name) {
    const struct relation *parent = need_relation(apply, name, OBJ_PARTITIONED_TABLE, false);

    if (!parent)
        return NULL;
    if (!is_partitioned(parent) && refuse(apply, object_is_certain(&parent->object), "42P17",
                                          "\"%s\" is not partitioned", parent->object.name))
        return NULL;
    return parent;
}

void apply_create_table(struct apply *apply) {
    const struct op *op = apply->op;
    const struct CreateStmt *create = create_stmt(op->node);
    const struct relation *parent = NULL;
    struct relation *relation;
    enum object_kind kind = op->kind == OP_CREATE_FOREIGN_TABLE ? OBJ_FOREIGN_TABLE
                            : create->partspec                  ? OBJ_PARTITIONED_TABLE
                                                                : OBJ_TABLE;

    if (create->partbound) {
        parent = need_parent(apply, op->other);
        if (refused(apply))
            return;
    }
    relation = make_relation(apply, kind, op->target, op->if_not_exists);
    if (!relation)
        return;
    apply->created = relation->object.id;
    set_create_options(apply, relation, op->node, create);
    if (create->ofTypename)
        add_type_columns(apply, relation, create->ofTypename);
    if (parent)
        become_partition(apply, parent, relation->object.id, &create->partbound->tree_node);
}

/* INHERITS (parent): the parent's columns and CHECKs come first (MergeAttributes). */
void apply_add_inherit(struct apply *apply) {
    const struct relation *parent;
    struct relation *child = edit_target(apply, OBJ_TABLE), *editable;

    if (!child)
        return;
    if (!apply->op->in_create) {
        apply_alter_inherit(apply, child);
        return;
    }
    parent = need_relation(apply, apply->op->other, OBJ_TABLE, false);
    if (!parent)
        return;
    if (id_list_has(&child->parents, parent->object.id)) {
        refuse(apply, true, "42P07", "relation \"%s\" would be inherited from more than once",
               parent->object.name);
        return;
    }
    if (!parent->columns_known)
        child->columns_known = false;
    editable = schema_edit_relation(apply->schema, parent->object.id);
    id_list_add(apply->arena, &child->parents, editable->object.id);
    id_list_add(apply->arena, &editable->children, child->object.id);
    for (size_t i = 0; i < editable->column_count; i++)
        inherit_column(apply, child, &editable->columns[i], false);
    for (size_t i = 0; i < editable->constraint_count; i++)
        inherit_check(apply, child, editable->constraints[i]);
}

static const struct IntoClause *into_clause(const struct node *node) {
    const struct SelectStmt *select = node_if(SelectStmt, node);

    if (node->kind == NODE_CreateTableAsStmt)
        return node_as(CreateTableAsStmt, node)->into;
    while (select && select->larg)
        select = select->larg;
    return select ? select->intoClause : NULL;
}

static void add_query_columns(struct apply *apply, struct relation *relation,
                              const struct query *query, struct node_list names) {
    relation->columns_known = query->columns_known;
    for (size_t i = 0; i < query->columns.n; i++) {
        struct column *column = relation_add_column(apply->schema, relation);
        column->name = query->columns.v[i].name;
        if (i < names.n && node_string(names.v[i]))
            column->name = node_string(names.v[i]);
        column->type = query->columns.v[i].type;
        column->collation = query->columns.v[i].collation;
        schema_note_use(apply->schema, relation->object.id, column->type.user_type);
    }
    for (size_t i = query->columns.n; !query->columns_known && i < names.n; i++)
        assume_column(apply, relation, node_string(names.v[i]));
}

static bool names_fit(struct apply *apply, const struct query *query, struct node_list names) {
    return !query->columns_known || names.n <= query->columns.n ||
           !refuse(apply, true, "42601", "too many column names were specified");
}

/* Whether the query certainly makes rows is not looked into; certainly none it makes with NO DATA. */
void apply_create_table_as(struct apply *apply) {
    const struct op *op = apply->op;
    const struct CreateTableAsStmt *as = node_if(CreateTableAsStmt, op->node);
    const struct IntoClause *into = into_clause(op->node);
    bool matview = op->kind == OP_CREATE_MATVIEW;
    struct query query = query_analyse(apply->schema, as ? as->query : op->node);
    struct relation *relation =
        make_relation(apply, matview ? OBJ_MATVIEW : OBJ_TABLE, op->target, op->if_not_exists);

    if (!relation || !names_fit(apply, &query, into->colNames) ||
        !query_names_differ(apply, &query, into->colNames))
        return;
    set_persistence(relation, into->rel);
    relation->rows = into->skipData ? ROWS_EMPTY : ROWS_MAYBE;
    relation->rows_unit = apply->schema->unit;
    relation->not_populated = matview && into->skipData;
    relation->access_method = into->accessMethod;
    relation->tablespace = into->tableSpaceName;
    relation->options = into->options;
    set_on_commit(apply, relation, into->onCommit);
    relation->definition = op->node;
    add_query_columns(apply, relation, &query, into->colNames);
    if (matview) {
        relation->uses = query.uses;
        schema_note_uses(apply->schema, relation->object.id, query.uses);
    }
}
