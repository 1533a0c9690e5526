/* Enums, domains, ranges, base types and composite types. */
#include "model/apply_op.h"

#include "model/depend.h"
#include "model/expr_type.h"
#include "model/rewrite.h"

#include <string.h>

/* --- made --- */

static bool name_is_taken(struct apply *apply, struct name resolved) {
    const struct schema *schema = apply->schema;
    const struct object *old =
        schema_object(schema, schema_find(&schema->types, resolved.schema, resolved.name));
    const struct object *row =
        schema_object(schema, schema_find(&schema->relations, resolved.schema, resolved.name));

    if (row &&
        (row->kind == OBJ_INDEX || row->kind == OBJ_PARTITIONED_INDEX || row->kind == OBJ_SEQUENCE))
        row = NULL;
    if (!old)
        old = row;
    if (!old)
        return false;
    if (refuse(apply, object_is_certain(old), "42710", "type \"%s\" already exists", resolved.name))
        return true;
    replace_object(apply, old->id);
    return false;
}

struct type *make_type(struct apply *apply, enum object_kind kind) {
    struct name resolved = resolve_new(apply, apply->op->target, false);
    struct type *type;

    if (!resolved.schema || name_is_taken(apply, resolved))
        return NULL;
    type = arena_new(apply->arena, struct type);
    type->object = new_object(apply, kind, resolved);
    type->definition = apply->op->node;
    type->source = apply->statement;
    schema_add(apply->schema, &type->object);
    return type;
}

static void create_enum(struct apply *apply) {
    const struct CreateEnumStmt *create = node_as(CreateEnumStmt, apply->op->node);
    struct type *type = make_type(apply, OBJ_ENUM);
    unsigned *units;

    if (!type)
        return;
    type->labels = name_list_of(apply, create->vals);
    units = arena_array(apply->arena, unsigned, type->labels.n);
    for (size_t i = 0; i < type->labels.n; i++)
        units[i] = apply->schema->unit;
    type->label_units = units;
}

static void create_range(struct apply *apply) {
    const struct CreateRangeStmt *create = node_as(CreateRangeStmt, apply->op->node);
    struct type *type = make_type(apply, OBJ_RANGE);

    if (!type)
        return;
    for (size_t i = 0; i < create->params.n; i++) {
        const struct DefElem *option = node_if(DefElem, create->params.v[i]);
        if (option && strcmp(option->defname, "subtype") == 0 && node_if(TypeName, option->arg))
            type->base = type_use_of(apply->schema, node_as(TypeName, option->arg));
    }
    schema_note_use(apply->schema, type->object.id, type->base.user_type);
}

/* CREATE TYPE x; is a shell that the full definition fills. */
static void create_base_type(struct apply *apply) {
    const struct DefineStmt *define = node_as(DefineStmt, apply->op->node);
    struct name resolved = resolve_new(apply, apply->op->target, false);
    const struct type *shell = resolved.schema ? schema_type(apply->schema, resolved) : NULL;

    if (shell && shell->object.kind == OBJ_BASE_TYPE && define->definition.n > 0) {
        struct type *type = schema_edit_type(apply->schema, shell->object.id);
        type->definition = &define->tree_node;
        type->source = apply->statement;
        return;
    }
    make_type(apply, OBJ_BASE_TYPE);
}

static void add_attributes(struct apply *apply, struct relation *relation,
                           struct node_list definitions) {
    for (size_t i = 0; i < definitions.n; i++) {
        const struct ColumnDef *def = node_if(ColumnDef, definitions.v[i]);
        struct column *column;
        if (!def)
            continue;
        if (relation_column(relation, def->colname)) {
            refuse(apply, true, "42701", "column \"%s\" specified more than once", def->colname);
            return;
        }
        column = relation_add_column(apply->schema, relation);
        column->name = def->colname;
        column->type = type_use_of(apply->schema, def->typeName);
        column->collation =
            def->collClause ? node_list_last_string(def->collClause->collname) : NULL;
        schema_note_use(apply->schema, relation->object.id, column->type.user_type);
    }
}

static void create_composite(struct apply *apply) {
    const struct CompositeTypeStmt *create = node_as(CompositeTypeStmt, apply->op->node);
    struct name resolved = resolve_new(apply, apply->op->target, false);
    struct relation *relation;

    if (!resolved.schema || name_is_taken(apply, resolved))
        return;
    relation = make_relation(apply, OBJ_COMPOSITE_TYPE, apply->op->target, false);
    if (!relation)
        return;
    relation->definition = &create->tree_node;
    add_attributes(apply, relation, create->coldeflist);
}

/* --- changed --- */

struct type *edit_type(struct apply *apply, enum object_kind kind) {
    const struct type *type = schema_type(apply->schema, apply->op->target);
    struct type *assumed;

    if (!type) {
        struct name resolved;
        if (refuse(apply, knows_all(apply), "42704", "type \"%s\" does not exist",
                   apply->op->target.name))
            return NULL;
        resolved = resolve_new(apply, apply->op->target, false);
        if (!resolved.schema)
            return NULL;
        assumed = arena_new(apply->arena, struct type);
        assumed->object = new_object(apply, kind, resolved);
        assumed->object.maker.migration = (size_t)-1;
        assumed->object.assumed = true;
        schema_add(apply->schema, &assumed->object);
        return assumed;
    }
    if (type->object.kind != kind && refuse(apply, true, "42809", "%s is not %s", type->object.name,
                                            kind == OBJ_ENUM ? "an enum" : "a domain"))
        return NULL;
    return schema_edit_type(apply->schema, type->object.id);
}

static size_t find_label(const struct type *type, const char *label) {
    size_t i = 0;

    while (i < type->labels.n && strcmp(type->labels.v[i], label) != 0)
        i++;
    return i;
}

static void insert_label(struct apply *apply, struct type *type, size_t at, const char *label) {
    const char **labels = arena_array(apply->arena, const char *, type->labels.n + 1);
    unsigned *units = arena_array(apply->arena, unsigned, type->labels.n + 1);

    for (size_t i = 0; i <= type->labels.n; i++) {
        size_t from = i > at ? i - 1 : i;
        labels[i] = i == at ? label : type->labels.v[from];
        units[i] = i == at ? apply->schema->unit : type->label_units[from];
    }
    type->labels = (struct name_list){type->labels.n + 1, labels};
    type->label_units = units;
}

static void add_value(struct apply *apply, struct type *type) {
    const struct AlterEnumStmt *alter = node_as(AlterEnumStmt, apply->op->node);
    bool certain = object_is_certain(&type->object);
    size_t at = type->labels.n;

    if (find_label(type, apply->op->column) < type->labels.n) {
        if (!alter->skipIfNewValExists)
            refuse(apply, certain, "42710", "enum label \"%s\" already exists", apply->op->column);
        return;
    }
    if (alter->newValNeighbor) {
        at = find_label(type, alter->newValNeighbor);
        if (at == type->labels.n &&
            refuse(apply, certain, "22023", "\"%s\" is not an existing enum label",
                   alter->newValNeighbor))
            return;
        if (alter->newValIsAfter && at < type->labels.n)
            at++;
    }
    insert_label(apply, type, at, apply->op->column);
}

static void rename_value(struct apply *apply, struct type *type) {
    const char *old_label = apply->op->column, *new_label = apply->op->new_name;
    bool certain = object_is_certain(&type->object);
    const char **labels;
    size_t at = find_label(type, old_label);

    if (at == type->labels.n) {
        refuse(apply, certain, "22023", "\"%s\" is not an existing enum label", old_label);
        return;
    }
    if (find_label(type, new_label) < type->labels.n &&
        refuse(apply, certain, "42710", "enum label \"%s\" already exists", new_label))
        return;
    labels = arena_array(apply->arena, const char *, type->labels.n);
    memcpy(labels, type->labels.v, type->labels.n * sizeof(*labels));
    labels[at] = new_label;
    type->labels.v = labels;
    rewrite_enum_label(apply->schema, type->object.id, old_label, new_label);
}

/* --- attributes of composite types --- */

/* Typed tables follow with CASCADE (ALTER TYPE ... CASCADE). */
static bool may_alter_attributes(struct apply *apply, const struct relation *type) {
    const struct id_list *users = schema_users(apply->schema, type->object.id);

    for (size_t i = 0; users && !apply->op->cascade && i < users->n; i++) {
        const struct relation *table = schema_relation_by_id(apply->schema, users->v[i]);
        if (table && table->of_type == type->object.id &&
            refuse(apply, true, "2BP01",
                   "cannot alter type \"%s\" because it is the type of a typed table",
                   type->object.name))
            return false;
    }
    return true;
}

static void change_attribute(struct apply *apply, struct relation *relation) {
    const struct AlterTableCmd *action = node_as(AlterTableCmd, apply->op->node);
    const struct ColumnDef *def = node_if(ColumnDef, action->def);
    struct column *column;

    if (apply->op->kind == OP_ADD_ATTRIBUTE) {
        const struct node *only[] = {action->def};
        add_attributes(apply, relation, (struct node_list){1, only});
        return;
    }
    if (apply->op->kind == OP_DROP_ATTRIBUTE) {
        if (!relation_column(relation, apply->op->column) && !apply->op->missing_ok)
            refuse(apply, relation->columns_known, "42703",
                   "column \"%s\" of relation \"%s\" does not exist", apply->op->column,
                   relation->object.name);
        relation_remove_column(apply->schema, relation, apply->op->column);
        return;
    }
    column = need_column(apply, relation, apply->op->column);
    if (column && def)
        column->type = type_use_of(apply->schema, def->typeName);
}

static void change_typed_tables(struct apply *apply, object_id type) {
    const struct id_list *users = schema_users(apply->schema, type);

    for (size_t i = 0; users && i < users->n; i++) {
        const struct relation *table = schema_relation_by_id(apply->schema, users->v[i]);
        if (table && table->of_type == type)
            change_attribute(apply, schema_edit_relation(apply->schema, users->v[i]));
    }
}

/* Values that are stored somewhere cannot be rewritten. */
static bool is_stored(struct apply *apply, const struct relation *type) {
    const char *user = apply->op->kind == OP_ALTER_ATTRIBUTE_TYPE
                           ? depend_row_type_user(apply->schema, type->object.id)
                           : NULL;

    return !user ||
           !refuse(apply, true, "0A000", "cannot alter type \"%s\" because column \"%s\" uses it",
                   type->object.name, user);
}

static void alter_composite(struct apply *apply) {
    const struct relation *found =
        need_relation(apply, apply->op->target, OBJ_COMPOSITE_TYPE, false);
    struct relation *relation =
        found ? schema_edit_relation(apply->schema, found->object.id) : NULL;

    if (!relation || !may_alter_attributes(apply, relation) || !is_stored(apply, relation))
        return;
    change_attribute(apply, relation);
    if (!refused(apply))
        change_typed_tables(apply, relation->object.id);
}

static void alter_enum(struct apply *apply) {
    struct type *type = edit_type(apply, OBJ_ENUM);

    if (type && apply->op->kind == OP_ALTER_ENUM_ADD_VALUE)
        add_value(apply, type);
    else if (type)
        rename_value(apply, type);
}

void apply_type(struct apply *apply) {
    switch (apply->op->kind) {
    case OP_CREATE_ENUM:
        create_enum(apply);
        break;
    case OP_CREATE_RANGE:
        create_range(apply);
        break;
    case OP_CREATE_BASE_TYPE:
        create_base_type(apply);
        break;
    case OP_CREATE_COMPOSITE_TYPE:
        create_composite(apply);
        break;
    case OP_CREATE_DOMAIN:
        create_domain(apply);
        break;
    case OP_ALTER_ENUM_ADD_VALUE:
    case OP_ALTER_ENUM_RENAME_VALUE:
        alter_enum(apply);
        break;
    case OP_ADD_ATTRIBUTE:
    case OP_DROP_ATTRIBUTE:
    case OP_ALTER_ATTRIBUTE_TYPE:
        alter_composite(apply);
        break;
    default:
        alter_domain(apply);
        break;
    }
}
