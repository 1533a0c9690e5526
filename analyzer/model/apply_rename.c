/* RENAME, SET SCHEMA, OWNER TO and COMMENT. */
#include "model/apply_op.h"

#include "model/expr_type.h"
#include "model/rewrite.h"

#include <string.h>

/* --- types that others have by name --- */

static void rename_use(struct type_use *use, const struct object *type) {
    if (use->user_type == type->id) {
        use->schema = type->schema;
        use->name = type->name;
    }
}

static void rename_in_relation(struct apply *apply, object_id id, const struct object *type) {
    struct relation *relation = schema_edit_relation(apply->schema, id);

    for (size_t i = 0; i < relation->column_count; i++)
        if (relation->columns[i].type.user_type == type->id)
            rename_use(
                &relation_edit_column(apply->schema, relation, relation->columns[i].name)->type,
                type);
}

static void rename_in_function(struct apply *apply, object_id id, const struct object *type) {
    struct function *function = schema_edit_function(apply->schema, id);
    struct type_use *arguments =
        arena_array(apply->arena, struct type_use, function->argument_count);

    for (size_t i = 0; i < function->argument_count; i++) {
        arguments[i] = function->arguments[i];
        rename_use(&arguments[i], type);
    }
    function->arguments = arguments;
    rename_use(&function->result, type);
}

static struct name name_of(const struct object *object) {
    return (struct name){object->schema, object->name};
}

/* Whoever has it as a type of a column, argument or base, or names it in an expression, follows its name. */
static void rename_uses(struct apply *apply, object_id id, struct name old) {
    const struct id_list *users = schema_users(apply->schema, id);
    const struct object *type = schema_object(apply->schema, id);

    for (size_t i = 0; users && i < users->n; i++) {
        const struct object *user = schema_object(apply->schema, users->v[i]);
        if (object_is_relation(user))
            rename_in_relation(apply, users->v[i], type);
        else if (object_is_function(user))
            rename_in_function(apply, users->v[i], type);
        else if (object_is_type(user))
            rename_use(&schema_edit_type(apply->schema, users->v[i])->base, type);
    }
    rewrite_object_name(apply->schema, id, old);
}

/* --- relations --- */

static bool new_name_is_free(struct apply *apply, const struct object *object,
                             const char *namespace, const char *name) {
    const struct object *old =
        schema_object(apply->schema, schema_find(&apply->schema->relations, namespace, name));

    if (!old)
        return true;
    if (refuse(apply, object_is_certain(old) && object_is_certain(object), "42P07",
               "relation \"%s\" already exists", name))
        return false;
    forget_object(apply, old->id);
    return true;
}

static enum object_kind assumed_kind(enum op_kind kind) {
    switch (kind) {
    case OP_RENAME_VIEW:
        return OBJ_VIEW;
    case OP_RENAME_MATVIEW:
        return OBJ_MATVIEW;
    case OP_RENAME_INDEX:
        return OBJ_INDEX;
    case OP_RENAME_SEQUENCE:
        return OBJ_SEQUENCE;
    default:
        return OBJ_TABLE;
    }
}

/* An index of a constraint and the constraint share their name (RenameRelationInternal). */
static void rename_constraint_of(struct apply *apply, const struct relation *index,
                                 const char *name) {
    struct relation *table =
        index->is_constraint ? schema_edit_relation(apply->schema, index->table) : NULL;

    for (size_t i = 0; table && i < table->constraint_count; i++)
        if (table->constraints[i]->index == index->object.id &&
            table->constraints[i]->kind != CONSTRAINT_FOREIGN_KEY)
            relation_rename_constraint(apply->schema, table, table->constraints[i]->id, name);
}

static void rename_relation(struct apply *apply) {
    const struct op *op = apply->op;
    const struct relation *relation =
        need_relation(apply, op->target, assumed_kind(op->kind), op->missing_ok);
    struct name old;

    if (!relation ||
        !new_name_is_free(apply, &relation->object, relation->object.schema, op->new_name))
        return;
    rename_constraint_of(apply, relation, op->new_name);
    old = name_of(&relation->object);
    schema_rename(apply->schema, relation->object.id, old.schema, op->new_name);
    rename_uses(apply, relation->object.id, old);
}

/* --- columns --- */

static bool may_rename_column(struct apply *apply, const struct relation *relation) {
    const struct op *op = apply->op;
    const struct column *column = relation_column(relation, op->column);

    if (relation->of_type)
        return !refuse(apply, true, "42809", "cannot rename column of typed table");
    if (column && column->inherited)
        return !refuse(apply, true, "42P16", "cannot rename inherited column \"%s\"", op->column);
    if (op->only && relation->children.n > 0)
        return !refuse(apply, true, "42P16",
                       "inherited column \"%s\" must be renamed in child tables too", op->column);
    if (relation_column(relation, op->new_name))
        return !refuse(apply, relation_column(relation, op->new_name)->unit != 0, "42701",
                       "column \"%s\" of relation \"%s\" already exists", op->new_name,
                       relation->object.name);
    return true;
}

static void rename_one(struct apply *apply, struct relation *relation, void *context) {
    (void)context;
    if (relation_column(relation, apply->op->column))
        rewrite_column_name(apply->schema, relation->object.id, apply->op->column,
                            apply->op->new_name);
}

static void rename_typed_tables(struct apply *apply, object_id type) {
    const struct id_list *users = schema_users(apply->schema, type);

    for (size_t i = 0; users && i < users->n; i++) {
        const struct relation *table = schema_relation_by_id(apply->schema, users->v[i]);
        if (table && table->of_type == type)
            rename_one(apply, schema_edit_relation(apply->schema, users->v[i]), NULL);
    }
}

static void rename_column(struct apply *apply) {
    bool attribute = apply->op->kind == OP_RENAME_ATTRIBUTE;
    struct relation *relation = edit_target(apply, attribute ? OBJ_COMPOSITE_TYPE : OBJ_TABLE);

    if (!relation)
        return;
    if (!relation_column(relation, apply->op->column) && relation->columns_known &&
        !is_system_column(apply->op->column)) {
        refuse(apply, true, "42703", "column \"%s\" does not exist", apply->op->column);
        return;
    }
    if (!need_column(apply, relation, apply->op->column) || !may_rename_column(apply, relation))
        return;
    each_descendant(apply, relation->object.id, true, rename_one, NULL);
    if (attribute)
        rename_typed_tables(apply, relation->object.id);
}

/* --- parts of relations --- */

static void rename_inherited(struct apply *apply, struct relation *relation, void *context) {
    const char *name = apply->op->object;
    const struct constraint *constraint = relation_constraint(relation, name);

    (void)context;
    if (constraint && constraint->kind == CONSTRAINT_CHECK && constraint->inherited)
        relation_rename_constraint(apply->schema, relation, constraint->id, apply->op->new_name);
}

static void rename_constraint(struct apply *apply) {
    const struct op *op = apply->op;
    struct relation *relation = edit_target(apply, OBJ_TABLE);
    const struct constraint *constraint;

    if (!relation)
        return;
    constraint = relation_constraint(relation, op->object);
    if (!constraint) {
        refuse(apply, object_is_certain(&relation->object) && relation->columns_known, "42704",
               "constraint \"%s\" for table \"%s\" does not exist", op->object,
               relation->object.name);
        return;
    }
    if (constraint->inherited && !constraint->local && constraint->kind == CONSTRAINT_CHECK &&
        refuse(apply, true, "42P16", "cannot rename inherited constraint \"%s\"", op->object))
        return;
    if (constraint_name_taken(apply, relation, op->new_name))
        return;
    if (constraint->index && constraint->kind != CONSTRAINT_FOREIGN_KEY) {
        const struct object *index = schema_object(apply->schema, constraint->index);
        if (!index || !new_name_is_free(apply, index, index->schema, op->new_name))
            return;
        schema_rename(apply->schema, index->id, index->schema, op->new_name);
    }
    relation_rename_constraint(apply->schema, relation, constraint->id, op->new_name);
    if (constraint->kind == CONSTRAINT_CHECK && !constraint->no_inherit)
        each_descendant(apply, relation->object.id, false, rename_inherited, NULL);
}

static void rename_domain_constraint(struct apply *apply) {
    const struct type *type = schema_type(apply->schema, apply->op->target);
    struct domain_constraint *list;
    struct type *copy;

    if (!type)
        return;
    copy = schema_edit_type(apply->schema, type->object.id);
    list = arena_array(apply->arena, struct domain_constraint, type->constraint_count);
    for (size_t i = 0; i < type->constraint_count; i++) {
        list[i] = type->constraints[i];
        if (list[i].name && strcmp(list[i].name, apply->op->object) == 0)
            list[i].name = apply->op->new_name;
    }
    schema_count_constraint_name(apply->schema, type->object.schema, apply->op->object, -1);
    schema_count_constraint_name(apply->schema, type->object.schema, apply->op->new_name, 1);
    copy->constraints = list;
}

/* --- other objects --- */

static const struct object *find_named(struct apply *apply, int type) {
    const struct type *found;
    const struct relation *relation;
    const struct function *function;

    switch (type) {
    case OBJECT_TYPE:
    case OBJECT_DOMAIN:
        found = schema_type(apply->schema, apply->op->target);
        relation = found ? NULL : schema_relation(apply->schema, apply->op->target);
        return found ? &found->object : relation ? &relation->object : NULL;
    case OBJECT_FUNCTION:
    case OBJECT_PROCEDURE:
    case OBJECT_ROUTINE:
    case OBJECT_AGGREGATE:
        function = find_function(apply, node_if(ObjectWithArgs, named_node(apply->op)));
        return function ? &function->object : NULL;
    default:
        return (const struct object *)(const void *)schema_other(apply->schema, type,
                                                                 apply->op->target);
    }
}

/* All that is in a schema is found under its new name. */
static void rename_schema(struct apply *apply, const struct object *namespace) {
    struct object_list objects = schema_objects(apply->schema, apply->arena);
    const char *old = namespace->name, *name = apply->op->new_name;

    if (schema_find(&apply->schema->schemas, NULL, name) &&
        refuse(apply, true, "42P06", "schema \"%s\" already exists", name))
        return;
    schema_rename(apply->schema, namespace->id, NULL, name);
    for (size_t i = 0; i < objects.n; i++)
        if (objects.v[i]->schema && strcmp(objects.v[i]->schema, old) == 0) {
            schema_rename(apply->schema, objects.v[i]->id, name, objects.v[i]->name);
            rename_uses(apply, objects.v[i]->id, (struct name){old, objects.v[i]->name});
        }
}

static void rename_object(struct apply *apply) {
    const struct object *object = find_named(apply, apply->op->object_type);
    struct name old;

    if (!object) {
        if (apply->op->kind == OP_RENAME_TYPE || apply->op->kind == OP_RENAME_DOMAIN)
            refuse(apply, knows_all(apply), "42704", "type \"%s\" does not exist",
                   apply->op->target.name);
        return;
    }
    if (object->kind == OBJ_SCHEMA) {
        rename_schema(apply, object);
        return;
    }
    if (object_is_relation(object) && object->kind != OBJ_COMPOSITE_TYPE &&
        refuse(apply, true, "42809", "%s is a table's row type", object->name))
        return;
    old = name_of(object);
    schema_rename(apply->schema, object->id, old.schema, apply->op->new_name);
    rename_uses(apply, object->id, old);
}

void apply_rename(struct apply *apply) {
    switch (apply->op->kind) {
    case OP_RENAME_TABLE:
    case OP_RENAME_VIEW:
    case OP_RENAME_MATVIEW:
    case OP_RENAME_INDEX:
    case OP_RENAME_SEQUENCE:
        rename_relation(apply);
        break;
    case OP_RENAME_COLUMN:
    case OP_RENAME_ATTRIBUTE:
        rename_column(apply);
        break;
    case OP_RENAME_CONSTRAINT:
        rename_constraint(apply);
        break;
    case OP_RENAME_DOMAIN_CONSTRAINT:
        rename_domain_constraint(apply);
        break;
    case OP_RENAME_TRIGGER:
    case OP_RENAME_POLICY:
    case OP_RENAME_RULE:
        rename_attached(apply);
        break;
    default:
        rename_object(apply);
        break;
    }
}

/* --- SET SCHEMA --- */

static void move(struct apply *apply, object_id id, const char *namespace) {
    const struct object *object = schema_object(apply->schema, id);
    struct name old;

    if (!object)
        return;
    old = name_of(object);
    schema_rename(apply->schema, id, namespace, object->name);
    rename_uses(apply, id, old);
}

/* Indexes and owned sequences move with their table (AlterTableNamespaceInternal). */
static void move_relation(struct apply *apply, const struct relation *relation,
                          const char *namespace) {
    const struct id_list indexes = relation->indexes;

    for (size_t i = 0; i < indexes.n; i++)
        move(apply, indexes.v[i], namespace);
    for (size_t i = 0; i < relation->column_count; i++)
        if (relation->columns[i].owned_sequence)
            move(apply, relation->columns[i].owned_sequence, namespace);
    move(apply, relation->object.id, namespace);
}

static bool is_relation_type(int type) {
    return type == OBJECT_TABLE || type == OBJECT_VIEW || type == OBJECT_MATVIEW ||
           type == OBJECT_SEQUENCE || type == OBJECT_FOREIGN_TABLE || type == OBJECT_INDEX;
}

void apply_set_schema(struct apply *apply) {
    const struct op *op = apply->op;
    struct name resolved = resolve_new(apply, (struct name){op->new_name, op->target.name}, false);
    const struct relation *relation = NULL;
    const struct object *object;

    if (!resolved.schema)
        return;
    if (!is_relation_type(op->object_type)) {
        object = find_named(apply, op->object_type);
        if (object_is_relation(object))
            move_relation(apply, (const struct relation *)(const void *)object, resolved.schema);
        else if (object)
            move(apply, object->id, resolved.schema);
        return;
    }
    relation = need_relation(apply, op->target, OBJ_TABLE, op->missing_ok);
    if (!relation || strcmp(relation->object.schema, resolved.schema) == 0)
        return;
    if (relation->owned_by &&
        refuse(apply, true, "0A000", "cannot move an owned sequence into another schema"))
        return;
    if (new_name_is_free(apply, &relation->object, resolved.schema, relation->object.name))
        move_relation(apply, relation, resolved.schema);
}

/* --- OWNER TO and COMMENT --- */

/* A copy of the object, in its place, whose head may be changed. */
static struct object *edit_head(struct apply *apply, const struct object *object) {
    if (object_is_relation(object))
        return &schema_edit_relation(apply->schema, object->id)->object;
    if (object_is_type(object))
        return &schema_edit_type(apply->schema, object->id)->object;
    if (object_is_function(object))
        return &schema_edit_function(apply->schema, object->id)->object;
    return &schema_edit_other(apply->schema, object->id)->object;
}

static const struct object *find_any(struct apply *apply) {
    const struct op *op = apply->op;
    const struct relation *relation;

    if (!is_relation_type(op->object_type))
        return find_named(apply, op->object_type);
    relation = need_relation(apply, op->target, OBJ_TABLE, op->missing_ok);
    return relation ? &relation->object : NULL;
}

void apply_owner(struct apply *apply) {
    const struct object *object = find_any(apply);

    if (object)
        edit_head(apply, object)->owner = apply->op->new_name;
}

static void comment_on_column(struct apply *apply, const char *comment) {
    struct relation *relation = edit_target(apply, OBJ_TABLE);
    struct column *column = relation ? need_column(apply, relation, apply->op->column) : NULL;

    if (column)
        column->comment = comment;
}

static void comment_on_constraint(struct apply *apply, const char *comment) {
    struct relation *relation = edit_target(apply, OBJ_TABLE);
    const struct constraint *constraint =
        relation ? relation_constraint(relation, apply->op->object) : NULL;

    if (constraint)
        relation_edit_constraint(apply->schema, relation, constraint->id)->comment = comment;
    else if (relation)
        refuse(apply, object_is_certain(&relation->object) && relation->columns_known, "42704",
               "constraint \"%s\" for table \"%s\" does not exist", apply->op->object,
               relation->object.name);
}

void apply_comment(struct apply *apply) {
    const char *comment = node_as(CommentStmt, apply->op->node)->comment;
    const struct object *object;

    if (comment && !*comment)
        comment = NULL;
    switch (apply->op->object_type) {
    case OBJECT_COLUMN:
        comment_on_column(apply, comment);
        return;
    case OBJECT_TABCONSTRAINT:
        comment_on_constraint(apply, comment);
        return;
    case OBJECT_TRIGGER:
    case OBJECT_POLICY:
    case OBJECT_RULE:
        comment_on_attached(apply, comment);
        return;
    case OBJECT_DOMCONSTRAINT:
        return;
    default:
        object = find_any(apply);
        if (object)
            edit_head(apply, object)->comment = comment;
    }
}
