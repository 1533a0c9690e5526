#include "model/describe.h"

#include "model/print_sql.h"

#include <stdlib.h>
#include <string.h>

static const char *take(struct arena *arena, struct buf *buf) {
    const char *text = arena_strndup(arena, buf_str(buf), buf->n);

    buf_release(buf);
    return text;
}

static const char *ident(struct arena *arena, const char *name) {
    return schema_display(arena, (struct name){NULL, name});
}

static const char *type_text(struct arena *arena, const struct schema *schema,
                             const struct type_use *type) {
    struct buf buf = BUF_INIT;
    struct printer printer = {.out = &buf, .schema = schema, .arena = arena};

    if (!type->name)
        return NULL;
    print_type(&printer, type);
    return take(arena, &buf);
}

static void add_names(struct buf *buf, struct arena *arena, const struct name_list *names) {
    buf_putc(buf, '(');
    for (size_t i = 0; i < names->n; i++)
        buf_printf(buf, "%s%s", i ? ", " : "", ident(arena, names->v[i]));
    buf_putc(buf, ')');
}

static const char *constraint_words(enum constraint_kind kind) {
    static const char *const words[] = {
        [CONSTRAINT_CHECK] = "check",
        [CONSTRAINT_NOT_NULL] = "not null",
        [CONSTRAINT_UNIQUE] = "unique",
        [CONSTRAINT_PRIMARY_KEY] = "primary key",
        [CONSTRAINT_FOREIGN_KEY] = "foreign key",
        [CONSTRAINT_EXCLUSION] = "exclusion",
    };

    return words[kind];
}

static const char *constraint_detail(struct arena *arena, const struct schema *schema,
                                     const struct constraint *constraint) {
    const struct object *referenced = schema_object(schema, constraint->references);
    struct buf buf = BUF_INIT;

    if (constraint->columns.n)
        add_names(&buf, arena, &constraint->columns);
    if (referenced) {
        buf_printf(&buf, " references %s",
                   schema_display(arena, (struct name){referenced->schema, referenced->name}));
        if (constraint->reference_columns.n) {
            buf_putc(&buf, ' ');
            add_names(&buf, arena, &constraint->reference_columns);
        }
    }
    if (!constraint->validated)
        buf_puts(&buf, buf.n ? " not valid" : "not valid");
    return take(arena, &buf);
}

static const char *index_detail(struct arena *arena, const struct relation *index) {
    struct buf buf = BUF_INIT;

    buf_puts(&buf, index->unique ? "unique (" : "(");
    for (size_t i = 0; i < index->index_column_count; i++) {
        const char *column = index->index_columns[i].column;
        buf_printf(&buf, "%s%s", i ? ", " : "", column ? ident(arena, column) : "an expression");
    }
    buf_puts(&buf, index->predicate ? "), partial" : ")");
    if (index->valid == KNOWN_NO)
        buf_puts(&buf, ", invalid");
    return take(arena, &buf);
}

static void add_part(struct arena *arena, struct schema_item *item, const char *kind,
                     const char *name, const char *detail) {
    struct schema_part part = {kind, name ? ident(arena, name) : "", detail};

    vec_push(arena, &item->parts, part);
}

static void add_parts(struct arena *arena, const struct schema *schema,
                      const struct relation *relation, struct schema_item *item) {
    for (size_t i = 0; i < relation->constraint_count; i++) {
        const struct constraint *constraint = relation->constraints[i];
        add_part(arena, item, constraint_words(constraint->kind), constraint->name,
                 constraint_detail(arena, schema, constraint));
    }
    for (size_t i = 0; i < relation->indexes.n; i++) {
        const struct relation *index = schema_relation_by_id(schema, relation->indexes.v[i]);
        if (index && !index->is_constraint)
            add_part(arena, item, "index", index->object.name, index_detail(arena, index));
    }
    for (size_t i = 0; i < relation->trigger_count; i++)
        add_part(arena, item, "trigger", relation->triggers[i]->name, "");
    for (size_t i = 0; i < relation->policy_count; i++)
        add_part(arena, item, "policy", relation->policies[i]->name, "");
}

static void add_columns(struct arena *arena, const struct schema *schema,
                        const struct relation *relation, struct schema_item *item) {
    for (size_t i = 0; i < relation->column_count; i++) {
        const struct column *column = &relation->columns[i];
        struct schema_column out = {
            .name = ident(arena, column->name),
            .type = type_text(arena, schema, &column->type),
            .nullable = column->not_null == UNKNOWN ? -1 : column->not_null == KNOWN_NO,
            .has_default = column->has_default == KNOWN_YES,
            .identity = column->identity != '\0',
            .generated = column->generated != GENERATED_NOT,
        };
        vec_push(arena, &item->columns, out);
    }
}

static bool is_relation(enum object_kind kind) {
    return kind >= OBJ_TABLE && kind <= OBJ_COMPOSITE_TYPE;
}

/* Indexes stand with their tables; a schema that nobody made is no news. */
static bool is_listed(const struct object *object) {
    if (object->kind == OBJ_INDEX || object->kind == OBJ_PARTITIONED_INDEX)
        return false;
    return !(object->kind == OBJ_SCHEMA && !object->maker.statement);
}

static void place(const struct object *object, struct schema_item *item) {
    const struct statement *statement = object->maker.statement;

    if (!statement)
        return;
    item->path = text_file(statement->text, statement->span.start)->path;
    item->line = text_position(statement->text, statement->span.start).line;
}

static void describe_object(struct arena *arena, const struct schema *schema,
                            const struct object *object, struct schema_history *out) {
    struct schema_item *item = vec_add(arena, &out->items);

    item->kind = object_kind_name(object->kind);
    item->name = schema_display(arena, (struct name){object->schema, object->name});
    item->assumed = object->assumed;
    item->comment = object->comment;
    place(object, item);
    if (is_relation(object->kind)) {
        const struct relation *relation = schema_relation_by_id(schema, object->id);
        add_columns(arena, schema, relation, item);
        add_parts(arena, schema, relation, item);
    } else if (object->kind == OBJ_ENUM) {
        const struct type *type = schema_type(schema, (struct name){object->schema, object->name});
        for (size_t i = 0; type && i < type->labels.n; i++)
            vec_push(arena, &item->labels, type->labels.v[i]);
    }
}

static int compare_items(const void *left, const void *right) {
    const struct schema_item *a = left, *b = right;
    int order = strcmp(a->kind, b->kind);

    return order ? order : strcmp(a->name, b->name);
}

void schema_describe(struct arena *arena, const struct schema *schema, struct schema_history *out) {
    struct buf sql = BUF_INIT;
    struct object_list objects = schema_objects(schema, arena);

    for (size_t i = 0; i < objects.n; i++)
        if (is_listed(objects.v[i]))
            describe_object(arena, schema, objects.v[i], out);
    if (out->items.n)
        qsort(out->items.v, out->items.n, sizeof(*out->items.v), compare_items);
    out->unknown = schema_print_sql(&sql, schema);
    out->sql = take(arena, &sql);
}
