/* What all operations need: finding, assuming and naming objects. */
#include "model/apply_op.h"

#include "model/names.h"

#include <string.h>

struct maker apply_maker(const struct apply *apply) {
    return (struct maker){apply->schema->migration, apply->statement, apply->schema->unit};
}

struct object new_object(struct apply *apply, enum object_kind kind, struct name resolved) {
    bool temporary = resolved.schema && strcmp(resolved.schema, TEMPORARY_SCHEMA) == 0;
    object_id id = apply->replaced ? apply->replaced : schema_new_id(apply->schema);

    apply->schema->has_temporary = apply->schema->has_temporary || temporary;
    apply->replaced = 0;
    return (struct object){
        .id = id,
        .kind = kind,
        .schema = resolved.schema,
        .name = resolved.name,
        .maker = apply_maker(apply),
        .not_certain = apply->conditional,
        .temporary = temporary,
    };
}

bool object_is_certain(const struct object *object) {
    return object && !object->assumed && !object->not_certain;
}

const char *display(const struct apply *apply, const struct object *object) {
    return schema_display(apply->arena, (struct name){object->schema, object->name});
}

struct name name_of_strings(struct node_list list) {
    return (struct name){list.n > 1 ? node_string(list.v[list.n - 2]) : NULL,
                         node_list_last_string(list)};
}

const struct node *named_node(const struct op *op) {
    switch (op->stmt->kind) {
    case NODE_RenameStmt:
        return node_as(RenameStmt, op->stmt)->object;
    case NODE_AlterObjectSchemaStmt:
        return node_as(AlterObjectSchemaStmt, op->stmt)->object;
    case NODE_AlterOwnerStmt:
        return node_as(AlterOwnerStmt, op->stmt)->object;
    case NODE_CommentStmt:
        return node_as(CommentStmt, op->stmt)->object;
    default:
        return op->node;
    }
}

bool is_partitioned(const struct relation *relation) {
    return relation->object.kind == OBJ_PARTITIONED_TABLE;
}

bool is_table(const struct relation *relation) {
    return relation->object.kind >= OBJ_TABLE && relation->object.kind <= OBJ_FOREIGN_TABLE;
}

bool is_partition(const struct relation *relation) {
    return relation->partition_bound != NULL;
}

bool knows_all(struct apply *apply) {
    return schema_knows_all(apply->schema);
}

static bool is_system_schema(const char *name) {
    return strcmp(name, "information_schema") == 0 ||
           (strncmp(name, "pg_", 3) == 0 && strcmp(name, TEMPORARY_SCHEMA) != 0);
}

/* A schema that objects are made in though the history never made it. */
static bool need_schema(struct apply *apply, const char *name) {
    struct other *other;

    if (is_system_schema(name) || strcmp(name, TEMPORARY_SCHEMA) == 0 ||
        schema_find(&apply->schema->schemas, NULL, name))
        return true;
    if (refuse(apply, knows_all(apply), "3F000", "schema \"%s\" does not exist", name))
        return false;
    other = arena_new(apply->arena, struct other);
    other->object = new_object(apply, OBJ_SCHEMA, (struct name){NULL, name});
    other->object.maker.migration = (size_t)-1;
    other->object.assumed = true;
    other->type = OBJECT_SCHEMA;
    schema_add(apply->schema, &other->object);
    return true;
}

struct name resolve_new(struct apply *apply, struct name name, bool temporary) {
    const char *namespace = temporary ? TEMPORARY_SCHEMA : schema_real_name(name.schema);

    if (!namespace)
    namespace = schema_creation_namespace(apply->schema);
    if (!namespace) {
        refuse(apply, true, "3F000", "no schema has been selected to create in");
        return (struct name){0};
    }
    if (!name.name || !need_schema(apply, namespace))
        return (struct name){0};
    return (struct name){namespace, name.name};
}

static const struct relation *assume_relation(struct apply *apply, struct name name,
                                              enum object_kind kind) {
    struct name resolved = resolve_new(apply, name, false);
    struct relation *relation;

    if (!resolved.schema)
        return NULL;
    relation = arena_new(apply->arena, struct relation);
    relation->object = new_object(apply, kind, resolved);
    relation->object.maker.migration = (size_t)-1;
    relation->object.assumed = true;
    relation->persistence = 'p';
    relation->replica_identity = 'd';
    relation->valid = UNKNOWN;
    schema_add(apply->schema, &relation->object);
    return relation;
}

/* Catalogues are never assumed as tables of the user. */
static bool is_system_name(struct name name) {
    if (name.schema)
        return is_system_schema(name.schema);
    return name.name && strncmp(name.name, "pg_", 3) == 0;
}

const struct relation *need_relation(struct apply *apply, struct name name, enum object_kind kind,
                                     bool missing_ok) {
    const struct relation *relation = schema_relation(apply->schema, name);

    if (relation || !name.name || is_system_name(name))
        return relation;
    if (missing_ok && apply->schema->complete)
        return NULL;
    if (refuse(apply, knows_all(apply), "42P01", "relation \"%s\" does not exist",
               name.schema ? arena_printf(apply->arena, "%s.%s", name.schema, name.name)
                           : name.name))
        return NULL;
    relation = assume_relation(apply, name, kind);
    if (relation && missing_ok)
        schema_edit_relation(apply->schema, relation->object.id)->object.not_certain = true;
    return relation;
}

static enum object_kind kind_of_type(int object_type, enum object_kind otherwise) {
    switch (object_type) {
    case OBJECT_VIEW:
        return OBJ_VIEW;
    case OBJECT_MATVIEW:
        return OBJ_MATVIEW;
    case OBJECT_INDEX:
        return OBJ_INDEX;
    case OBJECT_SEQUENCE:
        return OBJ_SEQUENCE;
    case OBJECT_FOREIGN_TABLE:
        return OBJ_FOREIGN_TABLE;
    case OBJECT_TYPE:
    case OBJECT_ATTRIBUTE:
        return OBJ_COMPOSITE_TYPE;
    default:
        return otherwise;
    }
}

/* IF EXISTS behind ALTER TABLE, not that of an action. */
static bool target_may_be_missing(const struct op *op) {
    const struct AlterTableStmt *alter = node_if(AlterTableStmt, op->stmt);

    return alter ? alter->missing_ok : op->missing_ok;
}

struct relation *edit_target(struct apply *apply, enum object_kind kind) {
    const struct op *op = apply->op;
    const struct relation *relation;

    if (op->in_create)
        return schema_edit_relation(apply->schema, apply->created);
    relation = need_relation(apply, op->target, kind_of_type(op->object_type, kind),
                             target_may_be_missing(op));
    if (!relation)
        return NULL;
    return schema_edit_relation(apply->schema, relation->object.id);
}

struct column *assume_column(struct apply *apply, struct relation *relation, const char *name) {
    struct column *column = relation_add_column(apply->schema, relation);

    column->name = name;
    column->not_null = UNKNOWN;
    column->has_default = UNKNOWN;
    column->unit = 0;
    return column;
}

/* SystemAttributeByName */
bool is_system_column(const char *name) {
    static const char *const names[] = {"tableoid", "ctid", "xmin", "xmax", "cmin", "cmax"};

    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

struct column *need_column(struct apply *apply, struct relation *relation, const char *name) {
    struct column *column = relation_edit_column(apply->schema, relation, name);

    if (column || !name)
        return column;
    if (is_system_column(name) && refuse(apply, true, "0A000", "\"%s\" is a system column", name))
        return NULL;
    if (refuse(apply, relation->columns_known, "42703",
               "column \"%s\" of relation \"%s\" does not exist", name, relation->object.name))
        return NULL;
    return assume_column(apply, relation, name);
}

bool has_column(struct apply *apply, struct relation *relation, const char *name) {
    return relation_column(relation, name) || need_column(apply, relation, name);
}

struct taken {
    struct apply *apply;
    const char *namespace;
    bool is_constraint;
};

static bool relation_name_is_taken(const char *name, void *context) {
    struct taken *taken = context;

    return schema_find(&taken->apply->schema->relations, taken->namespace, name) ||
           (taken->is_constraint &&
            schema_has_constraint_name(taken->apply->schema, taken->namespace, name));
}

static bool constraint_name_is_taken(const char *name, void *context) {
    struct taken *taken = context;
    return schema_has_constraint_name(taken->apply->schema, taken->namespace, name);
}

const char *choose_relation_name(struct apply *apply, const char *name1, const char *name2,
                                 const char *label, const char *namespace, bool is_constraint) {
    struct taken taken = {apply, namespace, is_constraint};
    return name_choose(apply->arena, name1, name2, label, relation_name_is_taken, &taken);
}

const char *choose_constraint_name(struct apply *apply, const struct relation *relation,
                                   const char *column, const char *label) {
    struct taken taken = {apply, relation->object.schema, true};
    return name_choose(apply->arena, relation->object.name, column, label, constraint_name_is_taken,
                       &taken);
}

static bool statistics_name_is_taken(const char *name, void *context) {
    struct taken *taken = context;
    return schema_find_other(taken->apply->schema, OBJECT_STATISTIC_EXT,
                             (struct name){taken->namespace, name}) != 0;
}

const char *choose_statistics_name(struct apply *apply, const struct relation *table,
                                   const char *const *columns, size_t n) {
    struct taken taken = {apply, table->object.schema, false};
    return name_choose(apply->arena, table->object.name, name_addition(apply->arena, columns, n),
                       "stat", statistics_name_is_taken, &taken);
}

bool constraint_name_taken(struct apply *apply, const struct relation *relation, const char *name) {
    const struct constraint *old = relation_constraint(relation, name);

    return old && refuse(apply, !old->not_certain && object_is_certain(&relation->object), "42710",
                         apply->op->in_create && apply->op->kind == OP_ADD_CHECK
                             ? "check constraint \"%s\" already exists"
                             : "constraint \"%s\" for relation \"%s\" already exists",
                         name, relation->object.name);
}

struct span span_behind(const struct statement *statement, struct span span, const char *keyword) {
    const struct tokens *tokens = statement->tokens;
    bool found = false;

    for (size_t i = statement->first_token; i < statement->last_token; i++) {
        const struct token *token = &tokens->list.v[i];
        if (token->start < span.start || token_is_blank(token))
            continue;
        if (token->start >= span.end)
            break;
        if (found)
            return (struct span){token->start, span.end};
        found = token_is_word(statement->text->bytes, token, keyword);
    }
    return span;
}
