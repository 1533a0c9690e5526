/* Failures of publications and of extended statistics (publicationcmds.c, pg_publication.c, statscmds.c). */
#include "model/effects_check.h"
#include "model/uses.h"

#include "base/ascii.h"

#include <string.h>

static bool is_known(const struct relation *relation) {
    return relation != NULL && !relation->object.assumed;
}

/* --- publications --- */

/* check_publication_add_relation */
static void check_kind(struct effects_work *work, const struct relation *relation) {
    bool partitioned = relation->object.kind == OBJ_PARTITIONED_TABLE;

    if (partitioned && work->schema->target < 13)
        effects_fail(work, "0A000", "\"%s\" is a partitioned table", relation->object.name);
    else if (!(KIND(relation->object.kind) & TABLES))
        effects_fail(work, "22023", "\"%s\" is not a table", relation->object.name);
    else if (relation->persistence == 't' || relation->persistence == 'u')
        effects_fail(work, "22023", "table \"%s\" cannot be replicated", relation->object.name);
}

/* pub_collist_validate */
static void check_columns(struct effects_work *work, const struct relation *relation,
                          struct node_list columns) {
    for (size_t i = 0; i < columns.n && !work->stopped; i++) {
        const char *name = node_string(columns.v[i]);
        const struct column *column = name != NULL ? relation_column(relation, name) : NULL;

        if (name != NULL && column == NULL && relation->columns_known)
            effects_fail(work, "42703", "column \"%s\" of relation \"%s\" does not exist", name,
                         relation->object.name);
        else if (column != NULL && column->generated != GENERATED_NOT &&
                 (work->schema->target < 18 || column->generated == GENERATED_VIRTUAL))
            effects_fail(work, "42P10",
                         "cannot use generated column \"%s\" in publication column "
                         "list",
                         name);
        for (size_t j = 0; name != NULL && j < i; j++)
            if (strcmp(name, node_string(columns.v[j])) == 0)
                effects_fail(work, "42701", "duplicate column \"%s\" in publication column list",
                             name);
    }
}

/* check_simple_rowfilter_expr: only what is built in and immutable */
struct filter {
    struct effects_work *work;
    const char *wrong;
};

static bool visit_filter(const struct node *node, void *context) {
    struct filter *filter = context;
    const struct FuncCall *call = node_if(FuncCall, node);
    struct name name = {NULL, call != NULL ? node_list_last_string(call->funcname) : NULL};
    size_t count = 0;

    if (call != NULL && call->funcname.n > 1)
        name.schema = node_string(call->funcname.v[call->funcname.n - 2]);
    if (name.name != NULL)
        schema_functions(filter->work->schema, name, &count);
    if (count > 0)
        filter->wrong = "user-defined functions are not allowed";
    if (node->kind == NODE_SubLink)
        filter->wrong = "subqueries are not allowed";
    return true;
}

static void check_filter(struct effects_work *work, const struct relation *relation,
                         const struct node *condition) {
    struct filter filter = {.work = work};
    struct expr_scope scope = {.schema = work->schema, .relation = relation};
    struct expr_info info;

    if (condition == NULL || work->stopped)
        return;
    effects_check_columns(work, relation, condition);
    if (work->stopped)
        return;
    info = expr_analyse(&scope, condition);
    effects_check_functions(work, &info);
    if (info.type.name != NULL && strcmp(info.type.name, "unknown") != 0 &&
        type_use_known(work->schema, &info.type) && info.type.user_type == 0 &&
        strcmp(info.type.name, "bool") != 0)
        effects_fail(work, "42804", "argument of PUBLICATION WHERE must be type boolean");
    node_walk(work->arena, condition, visit_filter, &filter);
    if (filter.wrong != NULL || info.volatility == VOLATILITY_VOLATILE ||
        info.volatility == VOLATILITY_STABLE)
        effects_fail(work, "0A000", "invalid publication WHERE expression");
}

static const struct other *publication_of(struct effects_work *work, const struct op *op) {
    return schema_other(work->schema, OBJECT_PUBLICATION, op->target);
}

static bool publishes(const struct other *publication, object_id relation) {
    return references_has(publication->uses, relation, 0);
}

static void check_member(struct effects_work *work, const struct op *op,
                         const struct AlterPublicationStmt *alter,
                         const struct relation *relation) {
    const struct other *publication = publication_of(work, op);

    if (alter == NULL || publication == NULL || publication->object.assumed || work->stopped)
        return;
    if (alter->action == AP_AddObjects && publishes(publication, relation->object.id))
        effects_fail(work, "42710", "relation \"%s\" is already member of publication \"%s\"",
                     relation->object.name, op->target.name);
    else if (alter->action == AP_DropObjects && !publishes(publication, relation->object.id) &&
             effects_knows_all(work))
        effects_fail(work, "42704", "relation \"%s\" is not part of the publication",
                     relation->object.name);
}

static void check_table(struct effects_work *work, const struct op *op,
                        const struct AlterPublicationStmt *alter,
                        const struct PublicationTable *table) {
    const struct relation *relation = schema_relation(
        work->schema, (struct name){table->relation->schemaname, table->relation->relname});

    if (!is_known(relation))
        return;
    check_member(work, op, alter, relation);
    if (alter != NULL && alter->action == AP_DropObjects)
        return;
    if (!work->stopped)
        check_kind(work, relation);
    if (work->stopped)
        return;
    check_columns(work, relation, table->columns);
    check_filter(work, relation, table->whereClause);
}

static void check_options(struct effects_work *work, struct node_list options) {
    static const struct {
        const char *name;
        int since;
    } known[] = {
        {"publish", 12}, {"publish_via_partition_root", 13}, {"publish_generated_columns", 18}};

    for (size_t i = 0; i < options.n; i++) {
        const struct DefElem *option = node_if(DefElem, options.v[i]);
        bool found = option == NULL || option->defname == NULL;

        for (size_t j = 0; !found && j < sizeof(known) / sizeof(*known); j++)
            found = strcmp(option->defname, known[j].name) == 0 &&
                    work->schema->target >= known[j].since;
        if (!found)
            effects_fail(work, "42601", "unrecognized publication parameter: \"%s\"",
                         option->defname);
    }
}

void effects_check_publication(struct effects_work *work, const struct op *op) {
    const struct CreatePublicationStmt *create = node_if(CreatePublicationStmt, op->node);
    const struct AlterPublicationStmt *alter = node_if(AlterPublicationStmt, op->node);
    struct node_list objects = create != NULL ? create->pubobjects : alter->pubobjects;

    check_options(work, create != NULL ? create->options : alter->options);
    for (size_t i = 0; i < objects.n && !work->stopped; i++) {
        const struct PublicationObjSpec *object = node_if(PublicationObjSpec, objects.v[i]);

        if (object != NULL && object->pubobjtype == PUBLICATIONOBJ_TABLES_IN_SCHEMA)
            effects_check_named(work, OBJECT_SCHEMA, (struct name){NULL, object->name});
        else if (object != NULL && object->pubtable != NULL && object->pubtable->relation != NULL)
            check_table(work, op, alter, object->pubtable);
    }
}

/* --- rows of published tables (CheckCmdReplicaIdentity) --- */

static bool publishes_change(const struct other *publication, const char *change) {
    const struct CreatePublicationStmt *create =
        node_if(CreatePublicationStmt, publication->definition);

    for (size_t i = 0; create != NULL && i < create->options.n; i++) {
        const struct DefElem *option = node_if(DefElem, create->options.v[i]);
        const char *list =
            option != NULL && option->defname != NULL && strcmp(option->defname, "publish") == 0
                ? node_string(option->arg)
                : NULL;

        if (list != NULL)
            return strstr(list, change) != NULL;
    }
    return create != NULL;
}

static bool is_published(struct effects_work *work, const struct relation *relation,
                         const char *change) {
    struct object_list all = schema_objects(work->schema, work->arena);
    const struct other *namespace =
        schema_other(work->schema, OBJECT_SCHEMA, (struct name){NULL, relation->object.schema});

    for (size_t i = 0; i < all.n; i++) {
        const struct other *publication =
            all.v[i]->kind == OBJ_PUBLICATION ? (const struct other *)(const void *)all.v[i] : NULL;

        if (publication != NULL && !publication->object.not_certain &&
            (publication->all_tables || publishes(publication, relation->object.id) ||
             (namespace != NULL && publishes(publication, namespace->object.id))) &&
            publishes_change(publication, change))
            return true;
    }
    return false;
}

static bool has_identity(const struct relation *relation) {
    const struct constraint *key = relation_primary_key(relation);

    return relation->replica_identity == 'f' || relation->replica_identity == 'i' ||
           (relation->replica_identity == 'd' && key != NULL && !key->deferrable);
}

void effects_check_replicated(struct effects_work *work, const struct op *op,
                              const struct relation *relation) {
    const char *change = op->kind == OP_UPDATE ? "update" : op->kind == OP_DELETE ? "delete" : NULL;

    if (change == NULL || relation->object.kind != OBJ_TABLE || relation->object.assumed ||
        relation->persistence != 'p' || has_identity(relation) ||
        !is_published(work, relation, change))
        return;
    effects_fail(work, "55000",
                 "cannot %s table \"%s\" because it does not have a replica identity and "
                 "publishes %ss",
                 op->kind == OP_UPDATE ? "update" : "delete from", relation->object.name, change);
}

/* --- extended statistics --- */

static bool can_have_statistics(const struct relation *relation) {
    return (KIND(relation->object.kind) & (TABLES | KIND(OBJ_MATVIEW) | KIND(OBJ_FOREIGN_TABLE))) !=
           0;
}

static void check_statistics_column(struct effects_work *work, const struct relation *relation,
                                    const char *name) {
    const struct column *column = relation_column(relation, name);
    unsigned type;

    if (effects_is_system_column(name)) {
        effects_fail(work, "0A000", "statistics creation on system columns is not supported");
        return;
    }
    if (column == NULL) {
        if (relation->columns_known)
            effects_fail(work, "42703", "column \"%s\" does not exist", name);
        return;
    }
    type = type_use_catalog_id(work->schema, &column->type);
    if (type != CATALOG_TYPE_none && column->type.array_dimensions == 0 &&
        column->type.user_type == 0 &&
        catalog_default_opclass("btree", type, work->schema->target) == NULL)
        effects_fail(work, "0A000",
                     "column \"%s\" cannot be used in statistics because its type %s has no "
                     "default btree operator class",
                     name, type_use_text(work->arena, work->schema, &column->type));
}

static void check_statistics_kinds(struct effects_work *work,
                                   const struct CreateStatsStmt *create) {
    static const char *const kinds[] = {"ndistinct", "dependencies", "mcv"};

    for (size_t i = 0; i < create->stat_types.n && !work->stopped; i++) {
        const char *word = node_string(create->stat_types.v[i]);
        bool known = word == NULL;

        for (size_t j = 0; !known && j < sizeof(kinds) / sizeof(*kinds); j++)
            known = strcmp(word, kinds[j]) == 0;
        if (!known)
            effects_fail(work, "42601", "unrecognized statistics kind \"%s\"", word);
    }
}

static void check_statistics_count(struct effects_work *work,
                                   const struct CreateStatsStmt *create) {
    const struct StatsElem *first =
        create->exprs.n > 0 ? node_if(StatsElem, create->exprs.v[0]) : NULL;

    if (create->exprs.n == 1 && first != NULL && first->name != NULL)
        effects_fail(work, "42P17", "extended statistics require at least 2 columns");
    else if (create->exprs.n == 1 && create->stat_types.n > 0)
        effects_fail(work, "42601",
                     "when building statistics on a single expression, statistics "
                     "kinds may not be specified");
    else if (create->exprs.n > 8)
        effects_fail(work, "54011", "cannot have more than 8 columns in statistics");
}

static void check_statistics_once(struct effects_work *work, const struct CreateStatsStmt *create) {
    for (size_t i = 0; i < create->exprs.n && !work->stopped; i++) {
        const struct StatsElem *element = node_if(StatsElem, create->exprs.v[i]);

        for (size_t j = 0; element != NULL && element->name != NULL && j < i; j++) {
            const struct StatsElem *other = node_if(StatsElem, create->exprs.v[j]);

            if (other != NULL && other->name != NULL && strcmp(other->name, element->name) == 0)
                effects_fail(work, "42701", "duplicate column name in statistics definition");
        }
    }
}

/* CreateStatistics */
void effects_check_statistics(struct effects_work *work, const struct op *op) {
    const struct CreateStatsStmt *create = node_as(CreateStatsStmt, op->node);
    const struct relation *relation = schema_relation(work->schema, op->target);

    if (is_known(relation) && !can_have_statistics(relation))
        effects_fail(work, "42809",
                     "relation \"%s\" is not a table, foreign table, or materialized view",
                     relation->object.name);
    for (size_t i = 0; is_known(relation) && i < create->exprs.n && !work->stopped; i++) {
        const struct StatsElem *element = node_if(StatsElem, create->exprs.v[i]);

        if (element != NULL && element->name != NULL)
            check_statistics_column(work, relation, element->name);
        else if (element != NULL && element->expr != NULL)
            effects_check_columns(work, relation, element->expr);
    }
    if (!work->stopped)
        check_statistics_count(work, create);
    check_statistics_kinds(work, create);
    if (!work->stopped)
        check_statistics_once(work, create);
}
