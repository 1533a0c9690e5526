/* Failures of actions on relations as a whole: names, owners, parameters, storage. */
#include "model/effects_check.h"

#include "base/ascii.h"

#include <stdlib.h>
#include <string.h>

/* --- RENAME, SET SCHEMA, OWNER --- */

static bool is_index(const struct relation *relation) {
    return relation->object.kind == OBJ_INDEX || relation->object.kind == OBJ_PARTITIONED_INDEX;
}

/* ALTER TABLE goes for most kinds, ALTER INDEX for what is none, too (RangeVarCallbackForAlterRelation). */
static const char *wrong_kind(const struct op *op, const struct relation *relation) {
    enum object_kind kind = relation->object.kind;

    switch (op->object_type) {
    case OBJECT_VIEW:
        return kind != OBJ_VIEW ? "is not a view" : NULL;
    case OBJECT_MATVIEW:
        return kind != OBJ_MATVIEW ? "is not a materialized view" : NULL;
    case OBJECT_SEQUENCE:
        return kind != OBJ_SEQUENCE ? "is not a sequence" : NULL;
    case OBJECT_FOREIGN_TABLE:
        return kind != OBJ_FOREIGN_TABLE ? "is not a foreign table" : NULL;
    case OBJECT_TABLE:
        if (op->kind == OP_SET_SCHEMA && is_index(relation))
            return "is not a table, view, materialized view, sequence, or foreign table";
        return kind == OBJ_COMPOSITE_TYPE ? "is a composite type" : NULL;
    default:
        return NULL;
    }
}

static void check_kind(struct effects_work *work, const struct op *op,
                       const struct relation *relation) {
    const char *wrong = wrong_kind(op, relation);

    if (wrong != NULL && !relation->object.assumed)
        effects_fail(work, "42809", "\"%s\" %s", relation->object.name, wrong);
}

/* A table's row type has its name. */
static void check_row_type(struct effects_work *work, const struct op *op,
                           const struct relation *relation) {
    struct name name = {relation->object.schema, op->new_name};

    check_kind(work, op, relation);
    if (op->new_name != NULL && !is_index(relation) && relation->object.kind != OBJ_SEQUENCE &&
        schema_type(work->schema, name) != NULL)
        effects_fail(work, "42710", "type \"%s\" already exists", op->new_name);
}

static void check_rename_constraint(struct effects_work *work, const struct op *op,
                                    const struct relation *relation) {
    const struct constraint *constraint =
        op->object != NULL ? relation_constraint(relation, op->object) : NULL;

    if (constraint != NULL && constraint->kind == CONSTRAINT_CHECK && !constraint->no_inherit &&
        op->only && relation->children.n > 0)
        effects_fail(work, "42P16",
                     "inherited constraint \"%s\" must be renamed in child tables too", op->object);
}

static void check_owner(struct effects_work *work, const struct op *op,
                        const struct relation *relation) {
    if (relation->object.kind == OBJ_SEQUENCE && relation->owned_by != 0)
        effects_fail(work, "0A000", "cannot change owner of sequence \"%s\"",
                     relation->object.name);
    else if (op->new_name != NULL &&
             schema_other(work->schema, OBJECT_ROLE, (struct name){NULL, op->new_name}) == NULL)
        effects_may_fail(work, "there is no such role", "42704", "role \"%s\" does not exist",
                         op->new_name);
}

static void check_parameters(struct effects_work *work, const struct op *op,
                             const struct relation *relation) {
    const struct List *options = node_if(List, node_as(AlterTableCmd, op->node)->def);

    if (options != NULL)
        effects_check_parameters(work, options->items, relation->object.kind,
                                 relation->access_method, PARAMETERS_CHANGE);
    if (options != NULL && relation->object.kind == OBJ_VIEW)
        effects_check_view_options(work, options->items, relation->definition);
}

/* --- storage --- */

static size_t count_actions(const struct effects_work *work, const struct op *op,
                            enum op_kind kind) {
    size_t n = 0;

    for (size_t i = 0; i < work->all.n; i++)
        n += work->all.v[i].kind == kind && work->all.v[i].stmt == op->stmt;
    return n;
}

static bool is_published(struct effects_work *work, const struct relation *relation) {
    const struct id_list *users = schema_users(work->schema, relation->object.id);

    for (size_t i = 0; users != NULL && i < users->n; i++) {
        const struct object *user = schema_object(work->schema, users->v[i]);
        struct references uses = {0};

        if (user != NULL && user->kind == OBJ_PUBLICATION)
            uses = ((const struct other *)(const void *)user)->uses;
        for (size_t j = 0; j < uses.n; j++)
            if (uses.v[j].id == relation->object.id)
                return true;
    }
    return false;
}

static void check_persistence(struct effects_work *work, const struct op *op,
                              const struct relation *relation) {
    if (work->schema->target >= 13 &&
        count_actions(work, op, OP_SET_LOGGED) + count_actions(work, op, OP_SET_UNLOGGED) > 1)
        effects_fail(work, "0A000", "cannot change persistence setting twice");
    else if (op->kind == OP_SET_UNLOGGED && relation->object.kind == OBJ_TABLE &&
             is_published(work, relation))
        effects_fail(work, "55000",
                     "cannot change table \"%s\" to unlogged because it is part of a publication",
                     relation->object.name);
}

/* Tablespaces are the whole cluster's. */
void effects_check_tablespace(struct effects_work *work, const char *name) {
    if (name != NULL && strcmp(name, "pg_global") == 0)
        effects_fail(work, "22023", "only shared relations can be placed in pg_global tablespace");
    else if (name != NULL && strcmp(name, "pg_default") != 0 &&
             schema_other(work->schema, OBJECT_TABLESPACE, (struct name){NULL, name}) == NULL)
        effects_may_fail(work, "there is no such tablespace", "42704",
                         "tablespace \"%s\" does not exist", name);
}

static void check_tablespace(struct effects_work *work, const struct op *op) {
    if (count_actions(work, op, OP_SET_TABLESPACE) > 1)
        effects_fail(work, "42601", "cannot have multiple SET TABLESPACE subcommands");
    effects_check_tablespace(work, op->new_name);
}

/* --- indexes named by an action --- */

static const struct relation *own_index(struct effects_work *work, const struct relation *relation,
                                        const char *name) {
    for (size_t i = 0; name != NULL && i < relation->indexes.n; i++) {
        const struct relation *index = effects_relation(work, relation->indexes.v[i]);

        if (index != NULL && strcmp(index->object.name, name) == 0)
            return index;
    }
    return NULL;
}

static bool knows_indexes(const struct effects_work *work, const struct relation *relation) {
    return effects_knows_all(work) && !relation->object.assumed;
}

static bool can_cluster(const struct relation *index) {
    const char *am = index->access_method;

    return am == NULL || strcmp(am, "btree") == 0 || strcmp(am, "gist") == 0;
}

/* check_index_is_clusterable */
static void check_cluster(struct effects_work *work, const struct op *op,
                          const struct relation *relation) {
    const struct relation *index = own_index(work, relation, op->object);
    struct name same = {relation->object.schema, op->object};

    if (op->kind == OP_CLUSTER && !effects_may_be(relation, TABLES | KIND(OBJ_MATVIEW))) {
        effects_fail(work, "42809", "\"%s\" is not a table or materialized view",
                     relation->object.name);
        return;
    }
    if (relation->object.kind == OBJ_PARTITIONED_TABLE && op->kind != OP_CLUSTER) {
        effects_fail(work, "0A000", "cannot mark index clustered in partitioned table");
        return;
    }
    if (op->object == NULL || op->kind == OP_SET_WITHOUT_CLUSTER)
        return;
    if (index == NULL && schema_relation(work->schema, same) != NULL)
        effects_fail(work, "42809", "\"%s\" is not an index for table \"%s\"", op->object,
                     relation->object.name);
    else if (index == NULL && knows_indexes(work, relation))
        effects_fail(work, "42704", "index \"%s\" for table \"%s\" does not exist", op->object,
                     relation->object.name);
    else if (index != NULL && !can_cluster(index))
        effects_fail(work, "0A000",
                     "cannot cluster on index \"%s\" because access method does not support "
                     "clustering",
                     op->object);
    else if (index != NULL && index->predicate != NULL)
        effects_fail(work, "0A000", "cannot cluster on partial index \"%s\"", op->object);
}

static void check_replica_identity(struct effects_work *work, const struct op *op,
                                   const struct relation *relation) {
    const struct ReplicaIdentityStmt *identity =
        node_if(ReplicaIdentityStmt, node_as(AlterTableCmd, op->node)->def);
    struct name name = {relation->object.schema, identity != NULL ? identity->name : NULL};

    if (identity == NULL || identity->identity_type != 'i' || !knows_indexes(work, relation) ||
        own_index(work, relation, identity->name) != NULL)
        return;
    if (schema_relation(work->schema, name) == NULL)
        effects_fail(work, "42704", "index \"%s\" for table \"%s\" does not exist", identity->name,
                     relation->object.name);
    else
        effects_fail(work, "42809", "\"%s\" is not an index for table \"%s\"", identity->name,
                     relation->object.name);
}

/* --- rules, OF --- */

static void check_rule(struct effects_work *work, const struct op *op,
                       const struct relation *relation) {
    for (size_t i = 0; i < relation->rule_count; i++)
        if (op->object != NULL && strcmp(relation->rules[i]->name, op->object) == 0)
            return;
    if (op->object != NULL && knows_indexes(work, relation))
        effects_fail(work, "42704", "rule \"%s\" for relation \"%s\" does not exist", op->object,
                     relation->object.name);
}

/* check_of_type, ATExecAddOf */
static void check_of(struct effects_work *work, const struct op *op,
                     const struct relation *relation) {
    const struct relation *type = schema_relation(work->schema, op->other);

    if (relation->parents.n > 0)
        effects_fail(work, "42809", "typed tables cannot inherit");
    if (type == NULL && schema_type(work->schema, op->other) == NULL) {
        if (effects_knows_all(work) && catalog_type(op->other.name, work->schema->target) == NULL)
            effects_fail(work, "42704", "type \"%s\" does not exist", op->other.name);
        return;
    }
    if (type == NULL || type->object.kind != OBJ_COMPOSITE_TYPE) {
        effects_fail(work, "42809", "type %s is not a composite type", op->other.name);
        return;
    }
    for (size_t i = 0; i < type->column_count && !work->stopped; i++) {
        const struct column *own = i < relation->column_count ? &relation->columns[i] : NULL;

        if (own == NULL || strcmp(own->name, type->columns[i].name) != 0)
            effects_fail(work, "42804", "table has column \"%s\" where type requires \"%s\"",
                         own != NULL ? own->name : "", type->columns[i].name);
        else if (type_use_same(&own->type, &type->columns[i].type) == KNOWN_NO)
            effects_fail(work, "42804", "table \"%s\" has different type for column \"%s\"",
                         relation->object.name, own->name);
    }
    if (!work->stopped && relation->column_count > type->column_count)
        effects_fail(work, "42804", "table has extra column \"%s\"",
                     relation->columns[type->column_count].name);
}

/* AlterTableNamespaceInternal: the row type and the indexes go along. */
static void check_new_schema(struct effects_work *work, const struct op *op,
                             const struct relation *relation) {
    struct name type = {op->new_name, relation->object.name};

    if (op->new_name == NULL || strcmp(op->new_name, relation->object.schema) == 0)
        return;
    if (strncmp(op->new_name, "pg_temp", 7) == 0 || relation->persistence == 't')
        effects_fail(work, "0A000", "cannot move objects into or out of temporary schemas");
    else if (!is_index(relation) && relation->object.kind != OBJ_SEQUENCE &&
             schema_type(work->schema, type) != NULL)
        effects_fail(work, "42710", "type \"%s\" already exists in schema \"%s\"", type.name,
                     op->new_name);
    for (size_t i = 0; i < relation->indexes.n && !work->stopped; i++) {
        const struct relation *index = effects_relation(work, relation->indexes.v[i]);
        struct name moved = {op->new_name, index != NULL ? index->object.name : NULL};

        if (index != NULL && schema_relation(work->schema, moved) != NULL)
            effects_fail(work, "42P07", "relation \"%s\" already exists in schema \"%s\"",
                         moved.name, op->new_name);
    }
}

static void check_renames(struct effects_work *work, const struct op *op,
                          const struct relation *relation) {
    switch (op->kind) {
    case OP_RENAME_TABLE:
    case OP_RENAME_VIEW:
    case OP_RENAME_MATVIEW:
    case OP_RENAME_SEQUENCE:
        check_row_type(work, op, relation);
        break;
    case OP_RENAME_COLUMN:
        if (effects_is_system_column(op->new_name))
            effects_fail(work, "42701", "column name \"%s\" conflicts with a system column name",
                         op->new_name);
        break;
    case OP_RENAME_CONSTRAINT:
        check_rename_constraint(work, op, relation);
        break;
    case OP_SET_SCHEMA:
        check_kind(work, op, relation);
        check_new_schema(work, op, relation);
        break;
    case OP_OWNER:
        check_owner(work, op, relation);
        break;
    default:
        break;
    }
}

static void check_storage(struct effects_work *work, const struct op *op,
                          const struct relation *relation) {
    switch (op->kind) {
    case OP_SET_STORAGE_PARAMETERS:
        check_parameters(work, op, relation);
        break;
    case OP_SET_LOGGED:
    case OP_SET_UNLOGGED:
        check_persistence(work, op, relation);
        break;
    case OP_SET_TABLESPACE:
        check_tablespace(work, op);
        break;
    case OP_SET_ACCESS_METHOD:
        effects_check_table_method(work, op->new_name);
        break;
    case OP_CLUSTER_ON:
    case OP_SET_WITHOUT_CLUSTER:
    case OP_CLUSTER:
        check_cluster(work, op, relation);
        break;
    case OP_REPLICA_IDENTITY:
        check_replica_identity(work, op, relation);
        break;
    default:
        break;
    }
}

void effects_check_relation(struct effects_work *work, const struct op *op,
                            const struct relation *relation) {
    if (relation == NULL)
        return;
    check_renames(work, op, relation);
    check_storage(work, op, relation);
    if (op->kind == OP_ENABLE_RULE || op->kind == OP_DISABLE_RULE)
        check_rule(work, op, relation);
    else if (op->kind == OP_SET_OF_TYPE)
        check_of(work, op, relation);
    else if (op->kind == OP_DROP_OF_TYPE && relation->of_type == 0 && !relation->object.assumed)
        effects_fail(work, "42809", "\"%s\" is not a typed table", relation->object.name);
}
