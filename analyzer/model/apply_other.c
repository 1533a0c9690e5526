/* What is kept by name: schemas, extensions, publications, statistics and the rest. */
#include "model/apply_op.h"
#include "model/op_object.h"

#include <string.h>

/* enum ObjectType of what CREATE makes; 0: nothing is kept. */
static int type_of(const struct op *op) {
    switch (op->kind) {
    case OP_CREATE_SCHEMA:
        return OBJECT_SCHEMA;
    case OP_CREATE_EXTENSION:
        return OBJECT_EXTENSION;
    case OP_CREATE_STATISTICS:
        return OBJECT_STATISTIC_EXT;
    case OP_CREATE_PUBLICATION:
        return OBJECT_PUBLICATION;
    case OP_CREATE_SUBSCRIPTION:
        return OBJECT_SUBSCRIPTION;
    case OP_CREATE_COLLATION:
    case OP_CREATE_TEXT_SEARCH:
        return op->object_type;
    case OP_CREATE_CONVERSION:
        return OBJECT_CONVERSION;
    case OP_CREATE_OPERATOR_CLASS:
        return OBJECT_OPCLASS;
    case OP_CREATE_OPERATOR_FAMILY:
        return OBJECT_OPFAMILY;
    case OP_CREATE_OPERATOR:
        return OBJECT_OPERATOR;
    case OP_CREATE_CAST:
        return OBJECT_CAST;
    case OP_CREATE_LANGUAGE:
        return OBJECT_LANGUAGE;
    case OP_CREATE_ACCESS_METHOD:
        return OBJECT_ACCESS_METHOD;
    case OP_CREATE_FOREIGN_DATA_WRAPPER:
        return OBJECT_FDW;
    case OP_CREATE_SERVER:
        return OBJECT_FOREIGN_SERVER;
    case OP_CREATE_EVENT_TRIGGER:
        return OBJECT_EVENT_TRIGGER;
    case OP_CREATE_ROLE:
        return OBJECT_ROLE;
    default:
        return 0;
    }
}

static enum object_kind kind_of(int type) {
    switch (type) {
    case OBJECT_SCHEMA:
        return OBJ_SCHEMA;
    case OBJECT_EXTENSION:
        return OBJ_EXTENSION;
    case OBJECT_STATISTIC_EXT:
        return OBJ_STATISTICS;
    case OBJECT_PUBLICATION:
        return OBJ_PUBLICATION;
    default:
        return OBJ_OTHER;
    }
}

/* The server's words and code for a name that is taken. */
static bool is_taken(struct apply *apply, const struct object *old, int type) {
    bool certain = object_is_certain(old);

    switch (type) {
    case OBJECT_SCHEMA: /* public is there, as long as nobody drops it */
        return refuse(apply, certain || strcmp(old->name, "public") == 0, "42P06",
                      "schema \"%s\" already exists", old->name);
    case OBJECT_EXTENSION:
        return refuse(apply, certain, "42710", "extension \"%s\" already exists", old->name);
    case OBJECT_PUBLICATION:
        return refuse(apply, certain, "42710", "publication \"%s\" already exists", old->name);
    case OBJECT_STATISTIC_EXT:
        return refuse(apply, certain, "42710", "statistics object \"%s\" already exists",
                      old->name);
    case OBJECT_FOREIGN_SERVER:
        return refuse(apply, certain, "42710", "server \"%s\" already exists", old->name);
    case OBJECT_FDW:
        return refuse(apply, certain, "42710", "foreign-data wrapper \"%s\" already exists",
                      old->name);
    default: /* roles and the like may come and go outside of the migrations */
        return false;
    }
}

static struct other *make_other(struct apply *apply, int type, struct name name) {
    bool has_namespace = schema_kind_has_namespace(type);
    struct name resolved = has_namespace ? resolve_new(apply, name, false) : name;
    const struct other *old;
    struct other *other;

    if (!resolved.name || refused(apply))
        return NULL;
    old = schema_other(apply->schema, type, resolved);
    if (old && (apply->op->if_not_exists || is_taken(apply, &old->object, type))) {
        return NULL;
    }
    if (old)
        forget_object(apply, old->object.id);
    other = arena_new(apply->arena, struct other);
    other->object = new_object(apply, kind_of(type), resolved);
    if (apply->op->if_not_exists && !apply->schema->complete)
        other->object.not_certain = true;
    other->type = type;
    other->definition = apply->op->node;
    other->source = apply->statement;
    schema_add(apply->schema, &other->object);
    return other;
}

static struct other *edit_other(struct apply *apply, struct other *made) {
    return made ? schema_edit_other(apply->schema, made->object.id) : NULL;
}

static void set_uses(struct apply *apply, struct other *other, struct references uses) {
    other->uses = uses;
    schema_note_uses(apply->schema, other->object.id, uses);
}

/* --- statistics --- */

static const char *statistics_name(struct apply *apply, const struct CreateStatsStmt *create,
                                   const struct relation *table) {
    const char **names = arena_array(apply->arena, const char *, create->exprs.n);

    for (size_t i = 0; i < create->exprs.n; i++) {
        const struct StatsElem *element = node_if(StatsElem, create->exprs.v[i]);
        names[i] = element ? element->name : NULL;
    }
    return choose_statistics_name(apply, table, names, create->exprs.n);
}

static void create_statistics(struct apply *apply) {
    const struct CreateStatsStmt *create = node_as(CreateStatsStmt, apply->op->node);
    const struct relation *table = need_relation(apply, apply->op->target, OBJ_TABLE, false);
    struct name name = name_of_strings(create->defnames);
    struct uses uses = {.schema = apply->schema};
    struct other *other;

    if (!table)
        return;
    if (!name.name)
        name = (struct name){table->object.schema, statistics_name(apply, create, table)};
    other = edit_other(apply, make_other(apply, OBJECT_STATISTIC_EXT, name));
    if (!other)
        return;
    uses_add(&uses, table->object.id, 0);
    for (size_t i = 0; i < create->exprs.n; i++) {
        const struct StatsElem *element = node_if(StatsElem, create->exprs.v[i]);
        const struct column *column = element ? relation_column(table, element->name) : NULL;
        if (column)
            uses_add(&uses, table->object.id, column->number);
        if (element)
            uses_add_expression(&uses, element->expr, table);
    }
    set_uses(apply, other, uses_end(&uses));
}

/* --- foreign servers --- */

static void create_server(struct apply *apply) {
    const struct CreateForeignServerStmt *create =
        node_as(CreateForeignServerStmt, apply->op->node);
    const struct other *wrapper =
        schema_other(apply->schema, OBJECT_FDW, (struct name){NULL, create->fdwname});
    struct other *other =
        edit_other(apply, make_other(apply, OBJECT_FOREIGN_SERVER, apply->op->target));
    struct uses uses = {.schema = apply->schema};

    if (!other || !wrapper)
        return;
    uses_add(&uses, wrapper->object.id, 0);
    set_uses(apply, other, uses_end(&uses));
}

/* --- publications --- */

/* OpenTableList: what inherits is published with it, while partitions come by themselves. */
static void add_published_table(const struct apply *apply, struct uses *uses,
                                const struct relation *table, bool below) {
    uses_add(uses, table->object.id, 0);
    for (size_t i = 0; below && i < table->children.n; i++) {
        const struct relation *child = schema_relation_by_id(apply->schema, table->children.v[i]);
        if (child)
            add_published_table(apply, uses, child, true);
    }
}

static void add_published(struct apply *apply, struct uses *uses,
                          const struct PublicationTable *published) {
    const struct relation *table = need_relation(
        apply, (struct name){published->relation->schemaname, published->relation->relname},
        OBJ_TABLE, false);

    if (!table)
        return;
    add_published_table(apply, uses, table,
                        published->relation->inh && table->object.kind != OBJ_PARTITIONED_TABLE);
    uses_add_expression(uses, published->whereClause, table);
    for (size_t i = 0; i < published->columns.n; i++) {
        const char *name = node_string(published->columns.v[i]);
        const struct column *column = name ? relation_column(table, name) : NULL;
        if (column)
            uses_add(uses, table->object.id, column->number);
    }
}

static void add_objects(struct apply *apply, struct uses *uses, struct node_list objects) {
    for (size_t i = 0; i < objects.n; i++) {
        const struct PublicationObjSpec *spec = node_if(PublicationObjSpec, objects.v[i]);
        const struct other *namespace;
        if (!spec)
            continue;
        namespace =
            spec->pubobjtype == PUBLICATIONOBJ_TABLES_IN_SCHEMA
                ? schema_other(apply->schema, OBJECT_SCHEMA, (struct name){NULL, spec->name})
                : NULL;
        if (namespace)
            uses_add(uses, namespace->object.id, 0);
        else if (spec->pubtable && spec->pubtable->relation)
            add_published(apply, uses, spec->pubtable);
    }
}

static void create_publication(struct apply *apply) {
    const struct CreatePublicationStmt *create = node_as(CreatePublicationStmt, apply->op->node);
    struct other *other =
        edit_other(apply, make_other(apply, OBJECT_PUBLICATION, apply->op->target));
    struct uses uses = {.schema = apply->schema};

    if (!other)
        return;
    other->all_tables = create->for_all_tables;
    add_objects(apply, &uses, create->pubobjects);
    set_uses(apply, other, uses_end(&uses));
}

static void alter_publication(struct apply *apply) {
    const struct AlterPublicationStmt *alter = node_as(AlterPublicationStmt, apply->op->node);
    const struct other *found = schema_other(apply->schema, OBJECT_PUBLICATION, apply->op->target);
    struct uses changed = {.schema = apply->schema}, uses = {.schema = apply->schema};
    struct other *other;

    if (!found) {
        refuse(apply, knows_all(apply), "42704", "publication \"%s\" does not exist",
               apply->op->target.name);
        return;
    }
    other = schema_edit_other(apply->schema, found->object.id);
    add_objects(apply, &changed, alter->pubobjects);
    for (size_t i = 0; alter->action != AP_SetObjects && i < other->uses.n; i++)
        if (alter->action == AP_AddObjects ||
            !references_has(uses_end(&changed), other->uses.v[i].id, 0))
            uses_add(&uses, other->uses.v[i].id, other->uses.v[i].column);
    for (size_t i = 0; alter->action != AP_DropObjects && i < changed.list.n; i++)
        uses_add(&uses, changed.list.v[i].id, changed.list.v[i].column);
    set_uses(apply, other, uses_end(&uses));
}

static void alter_subscription(struct apply *apply) {
    const struct AlterSubscriptionStmt *alter = node_as(AlterSubscriptionStmt, apply->op->node);
    const struct other *found = schema_other(apply->schema, OBJECT_SUBSCRIPTION, apply->op->target);

    for (size_t i = 0; found && i < alter->options.n; i++) {
        const struct DefElem *option = node_if(DefElem, alter->options.v[i]);
        if (option && option->defname && strcmp(option->defname, "slot_name") == 0)
            schema_edit_other(apply->schema, found->object.id)->no_slot =
                node_string(option->arg) && strcmp(node_string(option->arg), "none") == 0;
    }
}

void apply_other(struct apply *apply) {
    const struct op *op = apply->op;
    int type = type_of(op);

    if (op->kind == OP_CREATE_STATISTICS)
        create_statistics(apply);
    else if (op->kind == OP_CREATE_SERVER)
        create_server(apply);
    else if (op->kind == OP_CREATE_PUBLICATION)
        create_publication(apply);
    else if (op->kind == OP_ALTER_PUBLICATION)
        alter_publication(apply);
    else if (op->kind == OP_ALTER_SUBSCRIPTION)
        alter_subscription(apply);
    else if (type == OBJECT_CAST)
        make_other(apply, type, op_cast_name(apply->schema, op->node));
    else if (op->kind == OP_CREATE_SCHEMA && !op->target.name)
        apply->schema->has_unknown = true; /* called as the current role, whoever that is */
    else if (type)
        make_other(apply, type, op->target);
}
