/*
 * Objects that a statement names and that must be there (objectaddress.c: get_object_address), must be of
 * the kind that it says, or whose new name must be free.
 */
#include "model/effects_check.h"
#include "model/op_object.h"

#include <string.h>

/* --- what comes with the server --- */

/* An extension may bring objects of these kinds, which the catalogue does not know. */
static bool extensions_bring(int type) {
    return type == OBJECT_FDW || type == OBJECT_ACCESS_METHOD || type == OBJECT_LANGUAGE ||
           type == OBJECT_OPCLASS || type == OBJECT_OPFAMILY || type == OBJECT_OPERATOR ||
           type == OBJECT_TSDICTIONARY || type == OBJECT_TSTEMPLATE || type == OBJECT_TSPARSER ||
           type == OBJECT_TSCONFIGURATION || type == OBJECT_EVENT_TRIGGER || type == OBJECT_CAST ||
           type == OBJECT_COLLATION;
}

static bool has_extension(struct effects_work *work) {
    struct object_list all = schema_objects(work->schema, work->arena);

    for (size_t i = 0; i < all.n; i++)
        if (all.v[i]->kind == OBJ_EXTENSION && strcmp(all.v[i]->name, "plpgsql") != 0)
            return true;
    return false;
}

static bool is_one_of(const char *name, const char *const *names, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

static bool is_built_in(int type, const char *name) {
    static const char *const languages[] = {"internal", "c", "sql", "plpgsql"};
    static const char *const methods[] = {"heap", "btree", "hash", "gist", "gin", "spgist", "brin"};

    switch (type) {
    case OBJECT_LANGUAGE:
        return is_one_of(name, languages, sizeof(languages) / sizeof(*languages));
    case OBJECT_ACCESS_METHOD:
        return is_one_of(name, methods, sizeof(methods) / sizeof(*methods));
    case OBJECT_SCHEMA:
        return strncmp(name, "pg_", 3) == 0 || strcmp(name, "information_schema") == 0;
    case OBJECT_TABLESPACE:
        return strncmp(name, "pg_", 3) == 0;
    case OBJECT_ROLE:
        return strncmp(name, "pg_", 3) == 0 || strcmp(name, "public") == 0 ||
               strcmp(name, "postgres") == 0;
    case OBJECT_EXTENSION:
        return strcmp(name, "plpgsql") == 0;
    default:
        return false;
    }
}

/* --- what is missing --- */

/* How the server calls a missing one. */
struct missing {
    int type;
    const char *sqlstate, *what;
    bool elsewhere; /* it may be made outside of the migrations, or come with the server */
};

static const struct missing missing[] = {
    {OBJECT_SCHEMA, "3F000", "schema", false},
    {OBJECT_TYPE, "42704", "type", false},
    {OBJECT_DOMAIN, "42704", "type", false},
    {OBJECT_EXTENSION, "42704", "extension", false},
    {OBJECT_PUBLICATION, "42704", "publication", false},
    {OBJECT_SUBSCRIPTION, "42704", "subscription", false},
    {OBJECT_STATISTIC_EXT, "42704", "statistics object", false},
    {OBJECT_FOREIGN_SERVER, "42704", "server", false},
    {OBJECT_FDW, "42704", "foreign-data wrapper", false},
    {OBJECT_EVENT_TRIGGER, "42704", "event trigger", false},
    {OBJECT_ACCESS_METHOD, "42704", "access method", false},
    {OBJECT_LANGUAGE, "42704", "language", false},
    {OBJECT_COLLATION, "42704", "collation", false},
    {OBJECT_CONVERSION, "42704", "conversion", false},
    {OBJECT_OPCLASS, "42704", "operator class", true},
    {OBJECT_OPFAMILY, "42704", "operator family", true},
    {OBJECT_TSCONFIGURATION, "42704", "text search configuration", true},
    {OBJECT_TSDICTIONARY, "42704", "text search dictionary", true},
    {OBJECT_TSPARSER, "42704", "text search parser", true},
    {OBJECT_TSTEMPLATE, "42704", "text search template", true},
    {OBJECT_ROLE, "42704", "role", true},
    {OBJECT_TABLESPACE, "42704", "tablespace", true},
};

static const struct missing *missing_of(int type) {
    for (size_t i = 0; i < sizeof(missing) / sizeof(*missing); i++)
        if (missing[i].type == type)
            return &missing[i];
    return NULL;
}

static bool is_there(struct effects_work *work, int type, struct name name) {
    const struct relation *relation;

    if (is_built_in(type, name.name))
        return true;
    if (type != OBJECT_TYPE && type != OBJECT_DOMAIN)
        return schema_other(work->schema, type, name) != NULL;
    relation = schema_relation(work->schema, name);
    return schema_type(work->schema, name) != NULL || relation != NULL ||
           catalog_type(name.name, work->schema->target) != NULL;
}

static bool is_catalog_schema(const char *schema) {
    return schema != NULL &&
           (strcmp(schema, "pg_catalog") == 0 || strcmp(schema, "information_schema") == 0);
}

/* The server's libraries have some: C and POSIX are there in any case. */
static bool collation_may_be_there(const char *name) {
    return strpbrk(name, "_-.") != NULL || strcmp(name, "C") == 0 || strcmp(name, "POSIX") == 0 ||
           strcmp(name, "default") == 0 || strcmp(name, "unicode") == 0;
}

void effects_check_named(struct effects_work *work, int type, struct name name) {
    const struct missing *how = missing_of(type);
    bool elsewhere;

    if (how == NULL || name.name == NULL || work->stopped || !effects_knows_all(work) ||
        is_catalog_schema(name.schema) || is_there(work, type, name))
        return;
    elsewhere = how->elsewhere || (extensions_bring(type) && has_extension(work)) ||
                (type == OBJECT_COLLATION && collation_may_be_there(name.name));
    if (elsewhere)
        effects_may_fail(work, arena_printf(work->arena, "there is no such %s", how->what),
                         how->sqlstate, "%s \"%s\" does not exist", how->what, name.name);
    else
        effects_fail(work, how->sqlstate, "%s \"%s\" does not exist", how->what, name.name);
}

void effects_check_role(struct effects_work *work, const struct node *role) {
    const struct RoleSpec *spec = node_if(RoleSpec, role);

    if (spec != NULL && spec->roletype == ROLESPEC_CSTRING)
        effects_check_named(work, OBJECT_ROLE, (struct name){NULL, spec->rolename});
}

void effects_check_roles(struct effects_work *work, struct node_list roles) {
    for (size_t i = 0; i < roles.n; i++)
        effects_check_role(work, roles.v[i]);
}

/* --- of which kind --- */

static bool kind_fits(int type, enum object_kind kind) {
    switch (type) {
    case OBJECT_TABLE:
        return (KIND(kind) & TABLES) != 0;
    case OBJECT_FOREIGN_TABLE:
        return kind == OBJ_FOREIGN_TABLE;
    case OBJECT_VIEW:
        return kind == OBJ_VIEW;
    case OBJECT_MATVIEW:
        return kind == OBJ_MATVIEW;
    case OBJECT_INDEX:
        return (KIND(kind) & INDEXES) != 0;
    case OBJECT_SEQUENCE:
        return kind == OBJ_SEQUENCE;
    case OBJECT_COLUMN:
        return kind != OBJ_SEQUENCE && (KIND(kind) & INDEXES) == 0;
    default:
        return true;
    }
}

static const char *kind_words(int type) {
    return type == OBJECT_TABLE           ? "a table"
           : type == OBJECT_FOREIGN_TABLE ? "a foreign table"
           : type == OBJECT_VIEW          ? "a view"
           : type == OBJECT_MATVIEW       ? "a materialized view"
           : type == OBJECT_INDEX         ? "an index"
           : type == OBJECT_SEQUENCE      ? "a sequence"
                                          : "a table, view, or composite type";
}

/* COMMENT ON says exactly what it is said of (get_relation_by_qualified_name). */
static void check_comment(struct effects_work *work, const struct op *op) {
    const struct relation *relation = schema_relation(work->schema, op->target);

    effects_check_named(work, op->object_type, op->target);
    if (relation != NULL && !relation->object.assumed && !work->stopped &&
        !kind_fits(op->object_type, relation->object.kind))
        effects_fail(work, "42809", "\"%s\" is not %s", relation->object.name,
                     kind_words(op->object_type));
}

/* A row type goes with its table; DOMAIN is said of domains only (AlterTypeOwner, RenameType). */
static void check_type(struct effects_work *work, const struct op *op) {
    const struct relation *row = schema_relation(work->schema, op->target);
    const struct type *type = schema_type(work->schema, op->target);

    if (type == NULL && row != NULL && row->object.kind != OBJ_COMPOSITE_TYPE &&
        (KIND(row->object.kind) & INDEXES) == 0 && row->object.kind != OBJ_SEQUENCE)
        effects_fail(work, "42809", "%s is a table's row type", row->object.name);
    else if (op->object_type == OBJECT_DOMAIN &&
             (type != NULL ? type->object.kind != OBJ_DOMAIN : row != NULL))
        effects_fail(work, "42809", "%s is not a domain", op->target.name);
}

/* RenameTypeInternal, AlterTypeNamespaceInternal: types and relations share their names. */
static void check_type_name(struct effects_work *work, const struct op *op) {
    const struct type *type = schema_type(work->schema, op->target);
    const struct relation *row = type == NULL ? schema_relation(work->schema, op->target) : NULL;
    const struct object *object = type != NULL ? &type->object : row != NULL ? &row->object : NULL;
    struct name wanted;
    const struct relation *taken;

    if (object == NULL || work->stopped)
        return;
    wanted = op->kind == OP_SET_SCHEMA ? (struct name){op->new_name, object->name}
                                       : (struct name){object->schema, op->new_name};
    taken = schema_relation(work->schema, wanted);
    if (wanted.schema != NULL && object->schema != NULL &&
        strcmp(wanted.schema, object->schema) == 0 && strcmp(wanted.name, object->name) == 0 &&
        op->kind == OP_SET_SCHEMA)
        return;
    if (schema_type(work->schema, wanted) != NULL ||
        (taken != NULL && (KIND(taken->object.kind) & INDEXES) == 0 &&
         taken->object.kind != OBJ_SEQUENCE))
        effects_fail(work, "42710", "type \"%s\" already exists", wanted.name);
}

/* --- by kind of operation --- */

static bool is_type_of_types(int type) {
    return type == OBJECT_TYPE || type == OBJECT_DOMAIN;
}

static void check_renamed(struct effects_work *work, const struct op *op) {
    effects_check_named(work, op->object_type, op->target);
    if (!is_type_of_types(op->object_type) || work->stopped)
        return;
    check_type(work, op);
    check_type_name(work, op);
}

static void check_moved(struct effects_work *work, const struct op *op) {
    effects_check_named(work, op->object_type, op->target);
    if (is_type_of_types(op->object_type) && !work->stopped) {
        check_type(work, op);
        check_type_name(work, op);
    }
}

static void check_owned(struct effects_work *work, const struct op *op) {
    const struct AlterOwnerStmt *alter = node_if(AlterOwnerStmt, op->stmt);

    if (alter == NULL)
        return;
    effects_check_named(work, op->object_type, op->target);
    if (is_type_of_types(op->object_type) && !work->stopped)
        check_type(work, op);
    effects_check_role(work, alter->newowner != NULL ? &alter->newowner->tree_node : NULL);
}

/* AlterType: 13 and later */
static void check_base_type(struct effects_work *work, const struct op *op) {
    const struct type *type = schema_type(work->schema, op->target);

    effects_check_named(work, OBJECT_TYPE, op->target);
    if (!work->stopped && (type == NULL ? schema_relation(work->schema, op->target) != NULL
                                        : type->object.kind != OBJ_BASE_TYPE))
        effects_fail(work, "42809", "%s is not a base type", op->target.name);
}

static void check_created_role(struct effects_work *work, const struct op *op) {
    const struct other *old = schema_other(work->schema, OBJECT_ROLE, op->target);

    if (old != NULL && !old->object.assumed && !old->object.not_certain)
        effects_fail(work, "42710", "role \"%s\" already exists", op->target.name);
    else if (op->target.name != NULL && strncmp(op->target.name, "pg_", 3) == 0)
        effects_fail(work, "42939", "role name \"%s\" is reserved", op->target.name);
}

/* DropRole */
static void check_owner_of_none(struct effects_work *work, const char *role) {
    struct object_list all = schema_objects(work->schema, work->arena);

    for (size_t i = 0; role != NULL && i < all.n; i++)
        if (all.v[i]->owner != NULL && strcmp(all.v[i]->owner, role) == 0 && !all.v[i]->assumed &&
            !all.v[i]->not_certain) {
            effects_fail(work, "2BP01",
                         "role \"%s\" cannot be dropped because some objects depend on it", role);
            return;
        }
}

static void check_dropped(struct effects_work *work, const struct op *op) {
    if (!op->missing_ok)
        effects_check_named(work, op->object_type, op->target);
    if (op->kind == OP_DROP_ROLE && !work->stopped)
        check_owner_of_none(work, op->target.name);
}

static void check_created_schema(struct effects_work *work, const struct op *op) {
    const struct CreateSchemaStmt *create = node_as(CreateSchemaStmt, op->node);

    effects_check_role(work, create->authrole != NULL ? &create->authrole->tree_node : NULL);
    if (op->target.name != NULL && strncmp(op->target.name, "pg_", 3) == 0)
        effects_fail(work, "42939", "unacceptable schema name \"%s\"", op->target.name);
}

static void check_altered(struct effects_work *work, const struct op *op) {
    static const struct {
        enum op_kind kind;
        int type;
    } types[] = {
        {OP_ALTER_ROLE, OBJECT_ROLE},
        {OP_ALTER_EXTENSION_UPDATE, OBJECT_EXTENSION},
        {OP_ALTER_EXTENSION_CONTENTS, OBJECT_EXTENSION},
        {OP_ALTER_EVENT_TRIGGER, OBJECT_EVENT_TRIGGER},
        {OP_ALTER_FOREIGN_DATA_WRAPPER, OBJECT_FDW},
        {OP_ALTER_SERVER, OBJECT_FOREIGN_SERVER},
        {OP_ALTER_USER_MAPPING, OBJECT_FOREIGN_SERVER},
        {OP_CREATE_USER_MAPPING, OBJECT_FOREIGN_SERVER},
        {OP_DROP_USER_MAPPING, OBJECT_FOREIGN_SERVER},
        {OP_ALTER_SUBSCRIPTION, OBJECT_SUBSCRIPTION},
        {OP_ALTER_COLLATION, OBJECT_COLLATION},
        {OP_ALTER_STATISTICS, OBJECT_STATISTIC_EXT},
    };

    for (size_t i = 0; i < sizeof(types) / sizeof(*types) && !op->missing_ok; i++)
        if (types[i].kind == op->kind)
            effects_check_named(work, types[i].type, op->target);
}

static void check_created_server(struct effects_work *work, const struct op *op) {
    effects_check_named(work, OBJECT_FDW,
                        (struct name){NULL, node_as(CreateForeignServerStmt, op->node)->fdwname});
}

static void check_foreign_table(struct effects_work *work, const struct op *op) {
    const struct CreateForeignTableStmt *create = node_if(CreateForeignTableStmt, op->node);

    if (create != NULL)
        effects_check_named(work, OBJECT_FOREIGN_SERVER, (struct name){NULL, create->servername});
}

static void check_created_language(struct effects_work *work, const struct op *op) {
    if (is_built_in(OBJECT_LANGUAGE, op->target.name) && !op->replace)
        effects_fail(work, "42710", "language \"%s\" already exists", op->target.name);
    else if (node_as(CreatePLangStmt, op->node)->plhandler.n == 0)
        effects_may_fail(work, "its files are not installed",
                         work->schema->target >= 15   ? "0A000"
                         : work->schema->target >= 13 ? "58P01"
                                                      : "42704",
                         "language \"%s\" is not available", op->target.name);
}

/* transformColumnDefinition, transformTableConstraint: of CREATE FOREIGN TABLE. */
void effects_check_foreign_part(struct effects_work *work, const struct op *op) {
    const char *what = op->kind == OP_ADD_PRIMARY_KEY ? "primary key"
                       : op->kind == OP_ADD_UNIQUE    ? "unique"
                       : op->kind == OP_ADD_EXCLUSION ? "exclusion"
                                                      : "foreign key";

    if (op->in_create && op->stmt != NULL && op->stmt->kind == NODE_CreateForeignTableStmt)
        effects_fail(work, "0A000", "%s constraints are not supported on foreign tables", what);
}

static const char *schema_option(const struct CreateExtensionStmt *create) {
    for (size_t i = 0; i < create->options.n; i++) {
        const struct DefElem *option = node_if(DefElem, create->options.v[i]);

        if (option != NULL && option->defname != NULL && strcmp(option->defname, "schema") == 0)
            return node_string(option->arg);
    }
    return NULL;
}

/* The one other extension of contrib that one of them needs; NULL: none. */
static const char *requirement(const char *name) {
    static const char *const pairs[][2] = {
        {"earthdistance", "cube"},          {"bool_plperl", "plperl"},
        {"bool_plperlu", "plperlu"},        {"hstore_plperl", "plperl"},
        {"hstore_plperlu", "plperlu"},      {"hstore_plpython3u", "plpython3u"},
        {"jsonb_plperl", "plperl"},         {"jsonb_plperlu", "plperlu"},
        {"jsonb_plpython3u", "plpython3u"}, {"ltree_plpython3u", "plpython3u"},
    };

    for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++)
        if (strcmp(name, pairs[i][0]) == 0)
            return pairs[i][1];
    return NULL;
}

/* CreateExtension; every database starts with plpgsql. */
void effects_check_extension(struct effects_work *work, const struct op *op) {
    const struct CreateExtensionStmt *create = node_as(CreateExtensionStmt, op->node);
    const char *needed = requirement(op->target.name);
    struct name required = {NULL, needed};

    if (strcmp(op->target.name, "plpgsql") == 0 && !op->if_not_exists)
        effects_fail(work, "42710", "extension \"plpgsql\" already exists");
    if (schema_other(work->schema, OBJECT_EXTENSION, op->target) != NULL)
        return;
    effects_check_named(work, OBJECT_SCHEMA, (struct name){NULL, schema_option(create)});
    if (needed != NULL && !op->cascade && effects_knows_all(work) &&
        schema_other(work->schema, OBJECT_EXTENSION, required) == NULL)
        effects_fail(work, "42704", "required extension \"%s\" is not installed", needed);
}

void effects_check_object(struct effects_work *work, const struct op *op) {
    switch (op->kind) {
    case OP_COMMENT:
    case OP_SECURITY_LABEL:
        check_comment(work, op);
        break;
    case OP_RENAME_TYPE:
    case OP_RENAME_DOMAIN:
    case OP_RENAME_SCHEMA:
    case OP_RENAME_OTHER:
        check_renamed(work, op);
        break;
    case OP_SET_SCHEMA:
        check_moved(work, op);
        break;
    case OP_OWNER:
        check_owned(work, op);
        break;
    case OP_ALTER_BASE_TYPE:
        check_base_type(work, op);
        break;
    case OP_CREATE_ROLE:
        check_created_role(work, op);
        break;
    case OP_CREATE_SCHEMA:
        check_created_schema(work, op);
        break;
    case OP_CREATE_SERVER:
        check_created_server(work, op);
        break;
    case OP_CREATE_FOREIGN_TABLE:
        check_foreign_table(work, op);
        break;
    case OP_CREATE_LANGUAGE:
        check_created_language(work, op);
        break;
    case OP_DROP_EXTENSION:
    case OP_DROP_STATISTICS:
    case OP_DROP_PUBLICATION:
    case OP_DROP_SUBSCRIPTION:
    case OP_DROP_ROLE:
    case OP_DROP_OTHER:
        check_dropped(work, op);
        break;
    default:
        check_altered(work, op);
        break;
    }
}
