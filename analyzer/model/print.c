#include "model/print_sql.h"

#include "model/expr_type.h"
#include "model/query.h"
#include "model/uses.h"

#include <string.h>

struct order {
    const struct schema *schema;
    struct arena *arena;
    struct idmap done; /* ids that were printed or are being visited */
    VEC(const struct object *) list;
};

static void visit(struct order *order, object_id id, unsigned depth);

static void visit_uses(struct order *order, struct references uses, unsigned depth) {
    for (size_t i = 0; i < uses.n; i++)
        visit(order, uses.v[i].id, depth);
}

/* What must be there before CREATE TABLE: not what ALTER TABLE says later. */
static void visit_relation(struct order *order, const struct relation *relation, unsigned depth) {
    for (size_t i = 0; i < relation->parents.n; i++)
        visit(order, relation->parents.v[i], depth);
    visit(order, relation->of_type, depth);
    visit_uses(order, relation->uses, depth);
    for (size_t i = 0; i < relation->column_count; i++) {
        visit(order, relation->columns[i].type.user_type, depth);
        if (relation->columns[i].generated)
            visit_uses(order, relation->columns[i].default_uses, depth);
    }
    for (size_t i = 0; i < relation->constraint_count; i++)
        if (relation->constraints[i]->kind == CONSTRAINT_CHECK)
            visit_uses(order, relation->constraints[i]->uses, depth);
    if (relation->partition_spec)
        visit_uses(order, expression_uses(order->schema, relation->partition_spec, NULL), depth);
}

static void visit_type(struct order *order, const struct type *type, unsigned depth) {
    visit(order, type->base.user_type, depth);
    visit_uses(order, type->uses, depth);
    for (size_t i = 0; i < type->constraint_count; i++)
        visit_uses(order, type->constraints[i].uses, depth);
}

enum { DEPTH = 500 };

/* What an object uses comes before it; otherwise the order of making. */
static void visit(struct order *order, object_id id, unsigned depth) {
    const struct object *object = schema_object(order->schema, id);

    if (!object || depth > DEPTH || idmap_get(&order->done, id))
        return;
    order->done = idmap_set(order->arena, order->done, id, object);
    if (object_is_relation(object))
        visit_relation(order, (const struct relation *)(const void *)object, depth + 1);
    else if (object_is_type(object))
        visit_type(order, (const struct type *)(const void *)object, depth + 1);
    else if (object_is_function(object))
        visit_uses(order, ((const struct function *)(const void *)object)->uses, depth + 1);
    vec_push(order->arena, &order->list, object);
}

bool object_is_index(const struct object *object) {
    return object->kind == OBJ_INDEX || object->kind == OBJ_PARTITIONED_INDEX;
}

static bool list_has(struct object_list objects, const struct object *object) {
    for (size_t i = 0; i < objects.n; i++)
        if (objects.v[i] == object)
            return true;
    return false;
}

struct object_list print_order(const struct schema *schema, struct arena *arena,
                               struct object_list objects) {
    struct order order = {.schema = schema, .arena = arena};
    size_t kept = 0;

    for (size_t i = 0; i < objects.n; i++)
        visit(&order, objects.v[i]->id, 0);
    if (order.list.n == objects.n)
        return (struct object_list){order.list.n, order.list.v};
    for (size_t i = 0; i < order.list.n; i++)
        if (list_has(objects, order.list.v[i]))
            order.list.v[kept++] = order.list.v[i];
    return (struct object_list){kept, order.list.v};
}

/* An identity column's sequence is made with the identity. */
static bool is_identity_sequence(const struct printer *printer, const struct relation *sequence) {
    const struct relation *table = schema_relation_by_id(printer->schema, sequence->owned_by);
    const struct column *column = table ? relation_column(table, sequence->owned_column) : NULL;

    return column && column->identity;
}

static void print_relation(struct printer *printer, const struct relation *relation) {
    switch (relation->object.kind) {
    case OBJ_TABLE:
    case OBJ_PARTITIONED_TABLE:
    case OBJ_FOREIGN_TABLE:
        print_table(printer, relation);
        break;
    case OBJ_VIEW:
    case OBJ_MATVIEW:
        print_view(printer, relation);
        break;
    case OBJ_SEQUENCE:
        if (!is_identity_sequence(printer, relation) && !relation->object.assumed)
            print_sequence(printer, relation);
        break;
    case OBJ_COMPOSITE_TYPE:
        print_composite_type(printer, relation);
        break;
    default:
        break;
    }
}

void print_object(struct printer *printer, const struct object *object) {
    if (object->temporary)
        return;
    if (object_is_relation(object))
        print_relation(printer, (const struct relation *)(const void *)object);
    else if (object_is_type(object))
        print_user_type(printer, (const struct type *)(const void *)object);
    else if (object_is_function(object))
        print_function(printer, (const struct function *)(const void *)object);
}

/* --- schemas, extensions and what is kept by name --- */

static void print_schema_object(struct printer *printer, const struct object *object) {
    if (strcmp(object->name, "public") == 0)
        return;
    print(printer, "CREATE SCHEMA ");
    print_name(printer, object->name);
    print(printer, ";\n");
}

static void print_extension(struct printer *printer, const struct other *other) {
    const struct CreateExtensionStmt *create = node_if(CreateExtensionStmt, other->definition);

    print(printer, "CREATE EXTENSION IF NOT EXISTS ");
    print_name(printer, other->object.name);
    for (size_t i = 0; create && i < create->options.n; i++) {
        const struct DefElem *option = node_if(DefElem, create->options.v[i]);
        if (option && strcmp(option->defname, "schema") == 0 && node_string(option->arg)) {
            print(printer, " SCHEMA ");
            print_name(printer, node_string(option->arg));
        }
    }
    print(printer, ";\n");
}

static void print_publication(struct printer *printer, const struct other *other) {
    const struct CreatePublicationStmt *create = node_if(CreatePublicationStmt, other->definition);
    bool first = true;

    print(printer, "CREATE PUBLICATION ");
    print_name(printer, other->object.name);
    if (other->all_tables)
        print(printer, " FOR ALL TABLES");
    for (size_t i = 0; i < other->uses.n; i++) {
        const struct relation *table = schema_relation_by_id(printer->schema, other->uses.v[i].id);
        if (!table || other->uses.v[i].column)
            continue;
        print(printer, "%s", first ? " FOR TABLE ONLY " : ", ONLY ");
        print_object_name(printer, &table->object);
        first = false;
    }
    if (create)
        print_options(printer, create->options);
    print(printer, ";\n");
}

static void print_statistics(struct printer *printer, const struct other *other) {
    const struct CreateStatsStmt *create = node_if(CreateStatsStmt, other->definition);
    const struct relation *table =
        other->uses.n > 0 ? schema_relation_by_id(printer->schema, other->uses.v[0].id) : NULL;
    struct spans elements;
    size_t on, from;

    if (!create || !table)
        return;
    print(printer, "CREATE STATISTICS ");
    print_object_name(printer, &other->object);
    for (size_t i = 0; i < create->stat_types.n; i++)
        print(printer, "%s%s%s", i ? ", " : " (", node_string(create->stat_types.v[i]),
              i + 1 == create->stat_types.n ? ")" : "");
    on = text_find(other->source, other->source->span.start, "on");
    from = text_find(other->source, on, "from");
    elements = text_split(printer->arena, other->source, (struct span){on + strlen("on"), from});
    for (size_t i = 0; i < create->exprs.n; i++) {
        const struct StatsElem *element = node_as(StatsElem, create->exprs.v[i]);
        print(printer, "%s", i ? ", " : " ON ");
        if (element->name)
            print_name(printer, element->name);
        else if (i < elements.list.n)
            print_text(printer, other->source, elements.list.v[i], element->expr);
    }
    print(printer, " FROM ");
    print_object_name(printer, &table->object);
    print(printer, ";\n");
}

void print_other(struct printer *printer, const struct other *other) {
    if (other->object.kind == OBJ_PUBLICATION) {
        print_publication(printer, other);
    } else if (other->object.kind == OBJ_STATISTICS) {
        print_statistics(printer, other);
    } else if (other->source && other->type != OBJECT_ROLE) {
        print_text(printer, other->source, other->source->span, NULL);
        print(printer, ";\n");
    }
}

static const struct other *as_other(const struct object *object) {
    bool is = object->kind >= OBJ_SCHEMA && !object->assumed;
    return is ? (const struct other *)(const void *)object : NULL;
}

/* Foreign servers, collations, operators ... may be used by tables; publications and statistics use them. */
static bool comes_first(const struct other *other) {
    return other->object.kind == OBJ_OTHER && other->type != OBJECT_EVENT_TRIGGER &&
           other->type != OBJECT_SUBSCRIPTION && other->type != OBJECT_OPCLASS &&
           other->type != OBJECT_CAST && other->type != OBJECT_OPERATOR;
}

void print_first(struct printer *printer, const struct object_list *objects) {
    for (size_t i = 0; i < objects->n; i++)
        if (objects->v[i]->kind == OBJ_SCHEMA)
            print_schema_object(printer, objects->v[i]);
    for (size_t i = 0; i < objects->n; i++)
        if (objects->v[i]->kind == OBJ_EXTENSION && as_other(objects->v[i]))
            print_extension(printer, as_other(objects->v[i]));
    for (size_t i = 0; i < objects->n; i++)
        if (as_other(objects->v[i]) && comes_first(as_other(objects->v[i])))
            print_other(printer, as_other(objects->v[i]));
}

/* --- what comes behind all relations --- */

typedef void (*relation_printer)(struct printer *printer, const struct relation *relation);

bool object_is_printed_table(const struct object *object) {
    return object_is_relation(object) && !object->temporary && !object->assumed &&
           !object_is_index(object) && object->kind != OBJ_COMPOSITE_TYPE &&
           object->kind != OBJ_SEQUENCE;
}

static void each_table(struct printer *printer, const struct object_list *objects,
                       relation_printer print_one) {
    for (size_t i = 0; i < objects->n; i++)
        if (object_is_printed_table(objects->v[i]))
            print_one(printer, (const struct relation *)(const void *)objects->v[i]);
}

static void each_index(struct printer *printer, const struct object_list *objects,
                       relation_printer print_one) {
    for (size_t i = 0; i < objects->n; i++)
        if (object_is_index(objects->v[i]) && !objects->v[i]->temporary)
            print_one(printer, (const struct relation *)(const void *)objects->v[i]);
}

void print_ownership(struct printer *printer, const struct object_list *objects) {
    for (size_t i = 0; i < objects->n; i++) {
        const struct relation *sequence = (const struct relation *)(const void *)objects->v[i];
        const struct object *table;
        if (objects->v[i]->kind != OBJ_SEQUENCE || objects->v[i]->temporary ||
            objects->v[i]->assumed || is_identity_sequence(printer, sequence))
            continue;
        table = schema_object(printer->schema, sequence->owned_by);
        if (!table)
            continue;
        print(printer, "ALTER SEQUENCE ");
        print_object_name(printer, &sequence->object);
        print(printer, " OWNED BY ");
        print_object_name(printer, table);
        print(printer, ".");
        print_name(printer, sequence->owned_column);
        print(printer, ";\n");
    }
}

void print_last(struct printer *printer, const struct object_list *objects) {
    for (size_t i = 0; i < objects->n; i++)
        if (as_other(objects->v[i]) && objects->v[i]->kind >= OBJ_STATISTICS &&
            !comes_first(as_other(objects->v[i])))
            print_other(printer, as_other(objects->v[i]));
}

static void print_rest(struct printer *printer, const struct object_list *objects) {
    print_ownership(printer, objects);
    each_table(printer, objects, print_column_extras);
    each_table(printer, objects, print_attachment);
    each_table(printer, objects, print_key_constraints);
    each_index(printer, objects, print_index);
    each_index(printer, objects, print_index_attachment);
    each_table(printer, objects, print_foreign_keys);
    each_table(printer, objects, print_rules);
    each_table(printer, objects, print_triggers);
    each_table(printer, objects, print_policies);
    each_table(printer, objects, print_table_state);
    print_last(printer, objects);
    for (size_t i = 0; i < objects->n; i++)
        if (!objects->v[i]->temporary && !objects->v[i]->assumed)
            print_comments(printer, objects->v[i]);
}

/* Texts of migrations name things without their schema: all schemas are searched, public first. */
static void print_settings(struct printer *printer, const struct object_list *objects) {
    print(printer, "SET check_function_bodies = false;\nSET standard_conforming_strings = on;\n");
    print(printer, "SET search_path = public");
    for (size_t i = 0; i < objects->n; i++)
        if (objects->v[i]->kind == OBJ_SCHEMA && strcmp(objects->v[i]->name, "public") != 0) {
            print(printer, ", ");
            print_name(printer, objects->v[i]->name);
        }
    print(printer, ";\n");
}

size_t schema_print_sql(struct buf *out, const struct schema *schema) {
    struct printer printer = {.out = out, .schema = schema, .arena = schema->arena};
    struct object_list objects = schema_objects(schema, schema->arena);
    struct object_list order = print_order(schema, schema->arena, objects);

    print_settings(&printer, &objects);
    print_first(&printer, &objects);
    for (size_t i = 0; i < order.n; i++)
        print_object(&printer, order.v[i]);
    print_rest(&printer, &objects);
    return printer.unknown;
}
