/* CREATE TABLE: what is said of the table as a whole (transformCreateStmt, DefineRelation). */
#include "model/effects_check.h"

#include <string.h>

/* --- where it is made --- */

static bool is_temporary_schema(const char *name) {
    return name != NULL && (strcmp(name, "pg_temp") == 0 || strncmp(name, "pg_temp_", 8) == 0);
}

/* RangeVarAdjustRelationPersistence; heap_create refuses catalogues even to the superuser. */
void effects_check_new_name(struct effects_work *work, const struct RangeVar *name) {
    const char *schema = name != NULL ? name->schemaname : NULL;

    if (schema == NULL)
        return;
    if (name->relpersistence == 't' && !is_temporary_schema(schema))
        effects_fail(work, "42P16", "cannot create temporary relation in non-temporary schema");
    else if (name->relpersistence == 'u' && is_temporary_schema(schema))
        effects_fail(work, "42P16", "only temporary relations may be created in temporary schemas");
    else if (strcmp(schema, "pg_catalog") == 0 || strcmp(schema, "pg_toast") == 0)
        effects_fail(work, "42501", "permission denied to create \"%s.%s\"", schema, name->relname);
}

void effects_check_on_commit(struct effects_work *work, const struct RangeVar *name, int action) {
    if (action > ONCOMMIT_NOOP && name->relpersistence != 't' &&
        !is_temporary_schema(name->schemaname))
        effects_fail(work, "42P16", "ON COMMIT can only be used on temporary tables");
}

/* --- OF type --- */

/* typenameType, check_of_type */
static void check_of(struct effects_work *work, const struct TypeName *name) {
    struct type_use use = type_use_of(work->schema, name);
    const struct relation *row =
        schema_relation_by_id(work->schema, type_use_row(work->schema, &use));

    effects_check_type(work, name);
    if (work->stopped || !type_use_known(work->schema, &use) ||
        (row != NULL && row->object.assumed))
        return;
    if (row == NULL || row->object.kind != OBJ_COMPOSITE_TYPE)
        effects_fail(work, "42809", "type %s is not a composite type",
                     type_use_text(work->arena, work->schema, &use));
}

static bool said_before(const struct effects_work *work, const struct op *op, size_t end) {
    for (size_t i = 0; i < end; i++) {
        const struct op *other = &work->all.v[i];

        if (other->kind == OP_ADD_COLUMN && other->stmt == op->stmt &&
            strcmp(other->column, op->column) == 0)
            return true;
    }
    return false;
}

/* Options of columns that a type or a partition's parent has (MergeAttributes). */
static void check_options(struct effects_work *work, const struct node *stmt,
                          const struct relation *from) {
    for (size_t i = 0; i < work->all.n && !work->stopped; i++) {
        const struct op *op = &work->all.v[i];

        if (op->kind != OP_ADD_COLUMN || op->stmt != stmt)
            continue;
        if (from != NULL && from->columns_known && relation_column(from, op->column) == NULL)
            effects_fail(work, "42703", "column \"%s\" does not exist", op->column);
        else if (said_before(work, op, i))
            effects_fail(work, "42701", "column \"%s\" specified more than once", op->column);
    }
}

/* --- storage --- */

static bool is_index_method(struct effects_work *work, const char *name) {
    static const char *const own[] = {"btree", "hash", "gist", "gin", "brin", "spgist"};
    const struct other *made =
        schema_other(work->schema, OBJECT_ACCESS_METHOD, (struct name){NULL, name});
    const struct CreateAmStmt *create =
        made != NULL ? node_if(CreateAmStmt, made->definition) : NULL;

    for (size_t i = 0; i < sizeof(own) / sizeof(*own); i++)
        if (strcmp(name, own[i]) == 0)
            return true;
    return create != NULL && create->amtype == 'i';
}

/* get_table_am_oid */
void effects_check_table_method(struct effects_work *work, const char *name) {
    if (name == NULL || strcmp(name, "heap") == 0)
        return;
    if (is_index_method(work, name))
        effects_fail(work, "55000", "access method \"%s\" is not of type TABLE", name);
    else if (effects_knows_all(work) &&
             schema_other(work->schema, OBJECT_ACCESS_METHOD, (struct name){NULL, name}) == NULL)
        effects_fail(work, "42704", "access method \"%s\" does not exist", name);
}

static void check_storage(struct effects_work *work, const struct CreateStmt *create) {
    bool partitioned = create->partspec != NULL;

    if (partitioned && create->relation->relpersistence == 'u' && work->schema->target >= 18)
        effects_fail(work, "0A000", "partitioned tables cannot be unlogged");
    effects_check_tablespace(work, create->tablespacename);
    effects_check_parameters(work, create->options, partitioned ? OBJ_PARTITIONED_TABLE : OBJ_TABLE,
                             create->accessMethod, PARAMETERS_CREATE);
    if (partitioned && create->accessMethod != NULL && work->schema->target < 17)
        effects_fail(work, "0A000",
                     "specifying a table access method is not supported on a partitioned table");
    else
        effects_check_table_method(work, create->accessMethod);
}

/* CREATE TABLE ... AS, SELECT INTO, CREATE MATERIALIZED VIEW */
void effects_check_into(struct effects_work *work, const struct IntoClause *into) {
    if (into == NULL || into->rel == NULL)
        return;
    effects_check_new_name(work, into->rel);
    effects_check_on_commit(work, into->rel, into->onCommit);
    effects_check_tablespace(work, into->tableSpaceName);
    effects_check_parameters(work, into->options, OBJ_TABLE, into->accessMethod, PARAMETERS_CREATE);
    effects_check_table_method(work, into->accessMethod);
}

/* --- foreign tables --- */

static const char *foreign_refuses(const struct op *op) {
    switch (op->kind) {
    case OP_ADD_PRIMARY_KEY:
        return "primary key";
    case OP_ADD_UNIQUE:
        return "unique";
    case OP_ADD_EXCLUSION:
        return "exclusion";
    case OP_ADD_FOREIGN_KEY:
        return "foreign key";
    default:
        return NULL;
    }
}

static void check_foreign(struct effects_work *work, const struct node *stmt) {
    const char *server = node_as(CreateForeignTableStmt, stmt)->servername;

    for (size_t i = 0; i < work->all.n; i++) {
        const struct op *op = &work->all.v[i];

        if (op->stmt != stmt)
            continue;
        if (foreign_refuses(op) != NULL)
            effects_fail(work, "0A000", "%s constraints are not supported on foreign tables",
                         foreign_refuses(op));
        else if (op->kind == OP_COPY_TABLE_DEFINITION && work->schema->target < 18)
            effects_fail(work, "0A000", "LIKE is not supported for creating foreign tables");
    }
    if (effects_knows_all(work) &&
        schema_other(work->schema, OBJECT_FOREIGN_SERVER, (struct name){NULL, server}) == NULL)
        effects_fail(work, "42704", "server \"%s\" does not exist", server);
}

/* --- the whole --- */

static const struct CreateStmt *create_stmt(const struct op *op) {
    const struct CreateForeignTableStmt *foreign = node_if(CreateForeignTableStmt, op->stmt);

    return foreign != NULL ? foreign->base : node_if(CreateStmt, op->stmt);
}

static void check_columns_of(struct effects_work *work, const struct op *op,
                             const struct CreateStmt *create) {
    struct type_use use = type_use_of(work->schema, create->ofTypename);

    if (create->ofTypename != NULL)
        check_options(work, op->stmt,
                      schema_relation_by_id(work->schema, type_use_row(work->schema, &use)));
    else if (create->partbound != NULL)
        check_options(work, op->stmt, schema_relation(work->schema, op->other));
}

void effects_check_create(struct effects_work *work, const struct op *op) {
    const struct CreateStmt *create = create_stmt(op);

    if (create == NULL || create->relation == NULL)
        return;
    effects_check_new_name(work, create->relation);
    effects_check_on_commit(work, create->relation, create->oncommit);
    if (create->ofTypename != NULL)
        check_of(work, create->ofTypename);
    if (!work->stopped)
        check_columns_of(work, op, create);
    if (!work->stopped && op->stmt->kind == NODE_CreateForeignTableStmt)
        check_foreign(work, op->stmt);
    if (!work->stopped)
        check_storage(work, create);
    if (!work->stopped && create->partspec != NULL && create->inhRelations.n > 0 &&
        create->partbound == NULL)
        effects_fail(work, "42P17", "cannot create partitioned table as inheritance child");
    if (!work->stopped && create->partbound == NULL && create->inhRelations.n > 0)
        effects_check_inherits(work, op, create);
}

/* A column's own definition in CREATE TABLE or ADD COLUMN. */
void effects_check_column_def(struct effects_work *work, const struct op *op) {
    const struct ColumnDef *def = node_as(ColumnDef, op->node);

    effects_check_definition(work, op, op->in_create ? create_stmt(op) : NULL);
    if (!work->stopped)
        effects_check_column_type(work, def);
    /* BuildDescForRelation, of which ADD COLUMN makes use since 17 */
    if (!work->stopped && def->typeName != NULL && def->typeName->setof &&
        (op->in_create || work->schema->target >= 17))
        effects_fail(work, "42P16", "column \"%s\" cannot be declared SETOF", def->colname);
}
