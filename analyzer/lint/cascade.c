/* What a DROP with CASCADE takes along, as far as the history tells. */
#include "lint/context.h"

#include "model/depend.h"
#include "model/op_object.h"

#include <string.h>

const struct object *rule_object(const struct rule_context *context, const struct op *op) {
    return schema_object(&context->schema, op_object(&context->schema, op));
}

static struct part dropped_column(const struct rule_context *context, const struct op *op) {
    const struct relation *table = rule_target(context, op);
    const struct column *column = table ? relation_column(table, op->column) : NULL;

    return column ? (struct part){table->object.id, PART_COLUMN, column->number} : (struct part){0};
}

/* The object, column or constraint that the operation drops; object 0: not known. */
static struct part dropped_part(const struct rule_context *context, const struct op *op) {
    const struct relation *table;
    const struct constraint *constraint;

    if (op->kind == OP_DROP_COLUMN)
        return dropped_column(context, op);
    if (op->kind != OP_DROP_CONSTRAINT)
        return (struct part){op_object(&context->schema, op), PART_WHOLE, 0};
    table = rule_target(context, op);
    constraint = relation_constraint(table, op->object);
    if (!constraint)
        return (struct part){0};
    return (struct part){table->object.id, PART_CONSTRAINT, constraint->id};
}

/* It, or what it is a part of, is named by the same statement. */
static bool is_named(const struct rule_context *context, const struct op *op, struct part part) {
    for (size_t i = 0; i < context->ops.n; i++) {
        const struct op *other = &context->ops.v[i];
        struct part dropped;
        if (other == op || other->kind != op->kind || op->kind == OP_DROP_CONSTRAINT)
            continue;
        dropped = dropped_part(context, other);
        if (dropped.object == part.object &&
            (dropped.kind == PART_WHOLE ||
             (dropped.kind == part.kind && dropped.number == part.number)))
            return true;
    }
    return false;
}

static bool is_new(const struct schema *schema, struct part part) {
    const struct object *object = schema_object(schema, part.object);
    const struct relation *relation = schema_relation_by_id(schema, part.object);
    const struct constraint *constraint = relation_constraint_by_id(relation, part.number);
    const struct column *column = relation_column_by_number(relation, part.number);

    if (object && (object_is_new(schema, object) || object->temporary))
        return true;
    if (part.kind == PART_CONSTRAINT)
        return constraint && constraint->unit == schema->unit;
    return (part.kind == PART_COLUMN || part.kind == PART_DEFAULT) && column &&
           column->unit == schema->unit;
}

static bool makes(const struct op *op) {
    switch (op->kind) {
    case OP_CREATE_VIEW:
    case OP_CREATE_MATVIEW:
    case OP_CREATE_FUNCTION:
    case OP_CREATE_PROCEDURE:
        return true;
    default:
        return false;
    }
}

/* A view or function of the same name is made later in this unit. */
static bool is_made_again(const struct rule_context *context, struct part part) {
    const struct object *object = schema_object(&context->schema, part.object);
    size_t behind = context->first_unit_op + context->ops.n;

    for (size_t i = behind; part.kind == PART_WHOLE && i < context->unit_ops.n; i++)
        if (makes(context->unit_ops.v[i]) &&
            rule_same_target(context, context->unit_ops.v[i]->target,
                             (struct name){object->schema, object->name}))
            return true;
    return false;
}

static const char *drop_words(const struct object *object) {
    switch (object->kind) {
    case OBJ_VIEW:
        return "VIEW";
    case OBJ_MATVIEW:
        return "MATERIALIZED VIEW";
    case OBJ_FOREIGN_TABLE:
        return "FOREIGN TABLE";
    case OBJ_SEQUENCE:
        return "SEQUENCE";
    case OBJ_INDEX:
    case OBJ_PARTITIONED_INDEX:
        return "INDEX";
    case OBJ_DOMAIN:
        return "DOMAIN";
    case OBJ_ENUM:
    case OBJ_RANGE:
    case OBJ_BASE_TYPE:
    case OBJ_COMPOSITE_TYPE:
        return "TYPE";
    case OBJ_FUNCTION:
        return "FUNCTION";
    case OBJ_PROCEDURE:
        return "PROCEDURE";
    case OBJ_TABLE:
    case OBJ_PARTITIONED_TABLE:
        return "TABLE";
    default:
        return NULL;
    }
}

static const char *drop_whole(struct rule_context *context, const struct object *object) {
    const char *words = drop_words(object), *arguments = "";
    struct name name = {object->schema, object->name};

    if (!words)
        return rule_printf(context, "-- and %s %s", object_kind_name(object->kind),
                           rule_name_as_written(context, name));
    if (object->kind == OBJ_FUNCTION || object->kind == OBJ_PROCEDURE)
        arguments =
            function_arguments(&context->schema, (const struct function *)(const void *)object);
    return rule_printf(context, "DROP %s %s%s;", words, rule_name_as_written(context, name),
                       arguments);
}

/* The name of a part that is no constraint or column, as part_describe says it: its second word. */
static const char *part_name(struct rule_context *context, struct part part) {
    const char *words = part_describe(&context->schema, part);
    const char *name = strchr(words, ' '), *end = strstr(words, " on ");

    if (!name || !end || end <= name)
        return "...";
    return arena_strndup(context->arena, name + 1, (size_t)(end - name - 1));
}

static const char *drop_sql(struct rule_context *context, struct part part) {
    const struct object *object = schema_object(&context->schema, part.object);
    const struct relation *relation = schema_relation_by_id(&context->schema, part.object);
    const struct column *column = relation_column_by_number(relation, part.number);
    const struct constraint *constraint = relation_constraint_by_id(relation, part.number);
    const char *table = rule_name_as_written(context, (struct name){object->schema, object->name});

    switch (part.kind) {
    case PART_COLUMN:
        return rule_printf(context, "ALTER TABLE %s DROP COLUMN %s;", table,
                           rule_ident(context, column ? column->name : ""));
    case PART_DEFAULT:
        return rule_printf(context, "ALTER TABLE %s ALTER COLUMN %s DROP DEFAULT;", table,
                           rule_ident(context, column ? column->name : ""));
    case PART_CONSTRAINT:
        return rule_printf(context, "ALTER TABLE %s DROP CONSTRAINT %s;", table,
                           rule_ident(context, constraint ? constraint->name : ""));
    case PART_TRIGGER:
        return rule_printf(context, "DROP TRIGGER %s ON %s;", part_name(context, part), table);
    case PART_POLICY:
        return rule_printf(context, "DROP POLICY %s ON %s;", part_name(context, part), table);
    case PART_RULE:
        return rule_printf(context, "DROP RULE %s ON %s;", part_name(context, part), table);
    case PART_WHOLE:
        break;
    }
    return drop_whole(context, object);
}

/*
 * Whether what the history tells is all there can be: nothing but this unit knows a new object, and
 * only a key, or an index for one, can be referred to. (What uses an extension is not followed.)
 */
static bool is_all(const struct rule_context *context, struct part part) {
    const struct schema *schema = &context->schema;
    const struct object *object = schema_object(schema, part.object);
    const struct relation *relation = schema_relation_by_id(schema, part.object);
    const struct constraint *constraint = relation_constraint_by_id(relation, part.number);

    if (!object || object->kind == OBJ_EXTENSION || object->kind == OBJ_OTHER)
        return object && object_is_new(schema, object);
    if (part.kind == PART_CONSTRAINT && constraint && constraint->kind != CONSTRAINT_PRIMARY_KEY &&
        constraint->kind != CONSTRAINT_UNIQUE)
        return true;
    if (part.kind == PART_WHOLE && object->kind == OBJ_INDEX && !object->assumed &&
        !relation->unique)
        return true;
    return is_new(schema, part) || schema->complete;
}

const char *rule_cascade_words(struct rule_context *context, const struct rule_cascade *cascade) {
    enum { MOST_NAMED = 4 };
    const char *list = cascade->words[0];
    size_t i = 1;

    for (; i < cascade->n && i < MOST_NAMED; i++)
        list = rule_printf(context, "%s, %s", list, cascade->words[i]);
    if (i < cascade->n)
        list = rule_printf(context, "%s and %zu more", list, cascade->n - i);
    return list;
}

const char *rule_cascade_sql(struct rule_context *context, const struct rule_cascade *cascade) {
    enum { MOST_WRITTEN = 12 };
    const char *sql = "";

    if (cascade->n > MOST_WRITTEN)
        return "-- all that depends on it, by name;\n";
    for (size_t i = cascade->n; i-- > 0;)
        sql = rule_printf(context, "%s%s\n", sql, cascade->sql[i]);
    return sql;
}

static void fill(struct rule_context *context, struct rule_cascade *cascade,
                 const struct part *gone, size_t n) {
    const char **words = arena_array(context->arena, const char *, n);
    const char **sql = arena_array(context->arena, const char *, n);

    cascade->all_made_again = n > 0;
    for (size_t i = 0; i < n; i++) {
        words[i] = part_describe(&context->schema, gone[i]);
        sql[i] = drop_sql(context, gone[i]);
        cascade->all_new = cascade->all_new && is_new(&context->schema, gone[i]);
        cascade->all_made_again = cascade->all_made_again && is_made_again(context, gone[i]);
    }
    cascade->n = n;
    cascade->words = words;
    cascade->sql = sql;
}

struct rule_cascade rule_cascade(struct rule_context *context, const struct op *op) {
    struct part part = dropped_part(context, op);
    struct rule_cascade cascade = {.all_known = is_all(context, part), .all_new = true};
    VEC(struct part) gone = {0};
    struct deletion deletion;

    if (!part.object)
        return cascade;
    deletion = deletion_of(&context->schema, &part, 1);
    for (size_t i = 0; i < deletion.cascaded.n; i++)
        if (!is_named(context, op, deletion.cascaded.v[i]))
            vec_push(context->arena, &gone, deletion.cascaded.v[i]);
    cascade.known = true;
    fill(context, &cascade, gone.v, gone.n);
    return cascade;
}

struct rule_cascade rule_cascade_of_all(struct rule_context *context) {
    struct rule_cascade cascade = {.known = true, .all_known = true, .all_new = true};
    struct part *parts = arena_array(context->arena, struct part, context->ops.n);
    struct deletion deletion;
    size_t n = 0;

    for (size_t i = 0; i < context->ops.n; i++) {
        parts[n] = dropped_part(context, &context->ops.v[i]);
        cascade.all_known = cascade.all_known && is_all(context, parts[n]);
        if (parts[n].object)
            n++;
        else
            cascade.known = false;
    }
    deletion = deletion_of(&context->schema, parts, n);
    fill(context, &cascade, deletion.cascaded.v, deletion.cascaded.n);
    return cascade;
}
