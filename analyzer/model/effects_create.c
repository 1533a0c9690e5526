/* CREATE of relations and of what belongs to them. */
#include "model/apply_index.h"
#include "model/effects_apply.h"
#include "model/effects_check.h"
#include "model/effects_query.h"

#include <string.h>

void effect_of_unknown(struct effects_work *work, const struct op *op,
                       const struct effect_row *row) {
    (void)op;
    (void)row;
    effects_unknown(work, "this kind of statement");
    work->out->rewrite_known = KNOWN_NO;
}

/* --- tables --- */

static bool is_there(struct effects_work *work, const struct op *op) {
    return op->if_not_exists && schema_relation(work->schema, op->target) != NULL;
}

/* CREATE TABLE ... OF type */
void effect_of_create_table(struct effects_work *work, const struct op *op,
                            const struct effect_row *row) {
    const struct CreateStmt *create = node_if(CreateStmt, op->node);
    struct type_use use;

    (void)row;
    if (create == NULL || create->ofTypename == NULL || is_there(work, op))
        return;
    use = type_use_of(work->schema, create->ofTypename);
    effects_lock_id(work, type_use_row(work->schema, &use), LOCK_ACCESS_SHARE);
}

static const struct node *created_query(const struct node *node) {
    const struct CreateTableAsStmt *as = node_if(CreateTableAsStmt, node);

    return as != NULL ? as->query : node;
}

/* INTO belongs to the leftmost SELECT of a set operation. */
static const struct IntoClause *created_into(const struct node *node) {
    const struct CreateTableAsStmt *as = node_if(CreateTableAsStmt, node);
    const struct SelectStmt *select = node_if(SelectStmt, node);

    while (select != NULL && select->larg != NULL)
        select = select->larg;
    return as != NULL ? as->into : select != NULL ? select->intoClause : NULL;
}

static bool skips_data(const struct node *node) {
    const struct CreateTableAsStmt *as = node_if(CreateTableAsStmt, node);

    return as != NULL && as->into != NULL && as->into->skipData;
}

/* transformCreateTableAsStmt: what a materialized view reads must outlive the session. */
static void check_lasting(struct effects_work *work, const struct reading *reading) {
    for (size_t i = 0; i < reading->read.n; i++)
        if (reading->read.v[i]->object.temporary)
            effects_fail(work, "0A000",
                         "materialized views must not use temporary tables or views");
}

void effect_of_create_table_as(struct effects_work *work, const struct op *op,
                               const struct effect_row *row) {
    struct reading reading = {.work = work};

    (void)row;
    if (is_there(work, op))
        return;
    effects_check_into(work, created_into(op->node));
    reading.planned = reading.executed = !skips_data(op->node);
    effects_read(&reading, created_query(op->node));
    effects_check_query(work, created_query(op->node), NULL);
    if (op->kind == OP_CREATE_MATVIEW)
        check_lasting(work, &reading);
    if (reading.planned)
        effects_scan_query(&reading, created_query(op->node));
}

/* LIKE, in a CREATE TABLE that is not skipped. */
void effect_of_other_relation(struct effects_work *work, const struct op *op,
                              const struct effect_row *row) {
    struct effect_target target = effects_find(work, op->other, false, "relation");

    if (target.found)
        effects_lock_target(work, &target, OBJ_TABLE, row->other);
}

/* --- views --- */

void effect_of_create_view(struct effects_work *work, const struct op *op,
                           const struct effect_row *row) {
    const struct ViewStmt *view = node_as(ViewStmt, op->node);
    struct reading reading = {.work = work};
    const struct relation *old = schema_relation(work->schema, op->target);

    effects_read(&reading, view->query);
    effects_check_query(work, view->query, NULL);
    effects_check_view(work, view);
    if (op->replace && old != NULL) {
        effects_lock(work, old, row->lock);
        effects_check_replaced(work, view, old);
    } else if (op->replace && !effects_knows_all(work))
        effects_lock_name(work, schema_resolve(work->schema, op->target), OBJ_VIEW, row->lock);
}

/* --- sequences --- */

static const struct List *owned_by(struct node_list options) {
    for (size_t i = 0; i < options.n; i++) {
        const struct DefElem *option = node_if(DefElem, options.v[i]);

        if (option != NULL && option->defname != NULL && strcmp(option->defname, "owned_by") == 0)
            return node_if(List, option->arg);
    }
    return NULL;
}

/* process_owned_by: the table of OWNED BY table.column */
void effects_owning_table(struct effects_work *work, struct node_list options,
                          enum lock_mode mode) {
    const struct List *list = owned_by(options);
    struct effect_target table;
    struct name name = {0};

    if (list == NULL || list->items.n < 2)
        return;
    name.name = node_string(list->items.v[list->items.n - 2]);
    if (list->items.n > 2)
        name.schema = node_string(list->items.v[list->items.n - 3]);
    table = effects_find(work, name, false, "relation");
    if (table.found)
        effects_lock_target(work, &table, OBJ_TABLE, mode);
}

void effect_of_create_sequence(struct effects_work *work, const struct op *op,
                               const struct effect_row *row) {
    if (!is_there(work, op))
        effects_owning_table(work, node_as(CreateSeqStmt, op->node)->options, row->other);
}

/* --- indexes --- */

static void wrong_kind(struct effects_work *work, const struct relation *relation) {
    if (work->schema->target >= 15)
        effects_fail(work, "42809", "cannot create index on relation \"%s\"",
                     relation->object.name);
    else
        effects_fail(work, "42809", "\"%s\" is not a table or materialized view",
                     relation->object.name);
}

/* The index as the schema would hold it, for comparing. */
static struct relation wanted_index(struct effects_work *work, const struct IndexStmt *index) {
    size_t n = index->indexParams.n, all = n + index->indexIncludingParams.n;
    struct index_column *columns = arena_array(work->arena, struct index_column, all);

    for (size_t i = 0; i < all; i++)
        columns[i] = index_column_of(node_as(
            IndexElem, i < n ? index->indexParams.v[i] : index->indexIncludingParams.v[i - n]));
    return (struct relation){
        .unique = index->unique,
        .nulls_not_distinct = index->nulls_not_distinct,
        .predicate = index->whereClause,
        .access_method = index->accessMethod,
        .index_columns = columns,
        .index_column_count = all,
        .index_key_count = n,
    };
}

/* A partition's own index that fits becomes part of the new one, and nothing is read. */
static bool has_fitting(struct effects_work *work, const struct relation *table,
                        const struct relation *wanted) {
    for (size_t i = 0; i < table->indexes.n; i++) {
        const struct relation *have = effects_relation(work, table->indexes.v[i]);

        if (have != NULL && have->parents.n == 0 && same_index(wanted, have))
            return true;
    }
    return false;
}

static void may_not_be_unique(struct effects_work *work, const struct op *op,
                              const struct relation *relation) {
    if (!relation_is_empty(work->schema, relation) && node_as(IndexStmt, op->node)->unique)
        effects_may_fail(
            work, arena_printf(work->arena, "rows of %s conflict", relation->object.name), "23505",
            "could not create unique index \"%s\"", op->object != NULL ? op->object : "");
}

static void build_one(struct effects_work *work, const struct op *op,
                      const struct relation *relation) {
    if (relation->object.kind == OBJ_PARTITIONED_TABLE ||
        relation->object.kind == OBJ_FOREIGN_TABLE)
        return;
    effects_scan(work, relation);
    may_not_be_unique(work, op, relation);
}

static void build_on_partitions(struct effects_work *work, const struct op *op,
                                const struct relation *relation) {
    struct relation wanted = wanted_index(work, node_as(IndexStmt, op->node));
    struct id_list all = effects_all_below(work, relation);

    for (size_t i = 1; i < all.n; i++) {
        const struct relation *one = effects_relation(work, all.v[i]);

        if (!has_fitting(work, one, &wanted))
            build_one(work, op, one);
    }
}

/* ProcessUtilitySlow locks all partitions before anything else. */
static void lock_partitions(struct effects_work *work, const struct op *op,
                            const struct effect_row *row, const struct relation *relation) {
    struct id_list all = effects_all_below(work, relation);

    for (size_t i = 1; i < all.n; i++) {
        const struct relation *one = effects_relation(work, all.v[i]);

        effects_lock(work, one, row->partitions);
        if (one->object.kind == OBJ_FOREIGN_TABLE && node_as(IndexStmt, op->node)->unique)
            effects_fail(work, "42809", "cannot create unique index on partitioned table \"%s\"",
                         relation->object.name);
    }
}

static bool name_is_taken(struct effects_work *work, const struct op *op,
                          const struct effect_target *target) {
    struct name name = {target->resolved.schema, op->object};

    return op->object != NULL && schema_relation(work->schema, name) != NULL;
}

static void create_on(struct effects_work *work, const struct op *op, const struct effect_row *row,
                      const struct effect_target *target) {
    const struct relation *relation = target->relation;
    bool partitioned = relation != NULL && relation->object.kind == OBJ_PARTITIONED_TABLE;

    if (partitioned && !op->only)
        lock_partitions(work, op, row, relation);
    if (work->stopped)
        return;
    if (relation == NULL) {
        if (!op->if_not_exists || !name_is_taken(work, op, target))
            effects_scan_name(work, target->resolved);
        return;
    }
    if (partitioned && op->concurrently)
        effects_fail(work, "0A000", "cannot create index on partitioned table \"%s\" concurrently",
                     relation->object.name);
    effects_check_index(work, node_as(IndexStmt, op->node), relation);
    if (work->stopped || (op->if_not_exists && name_is_taken(work, op, target)))
        return; /* only index_create looks for the name */
    if (partitioned && !op->only)
        build_on_partitions(work, op, relation);
    else
        build_one(work, op, relation);
}

/* On a temporary table, which nobody else can see, CONCURRENTLY is dropped (DefineIndex). */
static enum lock_mode index_lock(const struct op *op, const struct effect_row *row,
                                 const struct relation *relation) {
    bool temporary = relation != NULL && relation->persistence == 't';

    return op->concurrently && !temporary ? LOCK_SHARE_UPDATE_EXCLUSIVE : row->lock;
}

void effect_of_create_index(struct effects_work *work, const struct op *op,
                            const struct effect_row *row) {
    struct effect_target target;

    if (op->concurrently)
        effects_refuse_transaction(work, "CREATE INDEX CONCURRENTLY");
    target = effects_find(work, op->target, false, "relation");
    if (!target.found)
        return;
    if (target.relation != NULL && !effects_may_be(target.relation, row->targets)) {
        wrong_kind(work, target.relation);
        return;
    }
    effects_lock_target(work, &target, OBJ_TABLE, index_lock(op, row, target.relation));
    create_on(work, op, row, &target);
}

/* --- triggers, policies, rules --- */

static void trigger_on_partitions(struct effects_work *work, const struct CreateTrigStmt *trigger,
                                  const struct relation *relation, const struct effect_row *row) {
    enum { TRIGGER_TYPE_BEFORE = 1 << 1 };
    struct id_list all;

    if (relation->object.kind != OBJ_PARTITIONED_TABLE || !trigger->row)
        return;
    if (work->schema->target == 12 && (trigger->timing & TRIGGER_TYPE_BEFORE)) {
        effects_fail(work, "42809", "\"%s\" is a partitioned table", relation->object.name);
        return;
    }
    all = effects_all_below(work, relation);
    for (size_t i = 1; i < all.n; i++)
        effects_lock_id(work, all.v[i], row->lock);
}

void effect_of_create_trigger(struct effects_work *work, const struct op *op,
                              const struct effect_row *row) {
    const struct CreateTrigStmt *trigger = node_as(CreateTrigStmt, op->node);
    struct effect_target target = effects_find(work, op->target, false, "relation");
    struct effect_target other;

    if (!target.found)
        return;
    effects_lock_target(work, &target, OBJ_TABLE, row->lock);
    if (target.relation != NULL)
        trigger_on_partitions(work, trigger, target.relation, row);
    if (op->other.name == NULL)
        return;
    other = effects_find(work, op->other, false, "relation");
    effects_lock_target(work, &other, OBJ_TABLE, row->other);
}

/* CREATE and ALTER POLICY; conditions may hold subqueries. */
void effect_of_policy(struct effects_work *work, const struct op *op,
                      const struct effect_row *row) {
    struct effect_target target = effects_find(work, op->target, op->missing_ok, "relation");
    const struct CreatePolicyStmt *create = node_if(CreatePolicyStmt, op->node);
    const struct AlterPolicyStmt *alter = node_if(AlterPolicyStmt, op->node);
    struct reading reading = {.work = work};

    if (!target.found)
        return;
    effects_lock_target(work, &target, OBJ_TABLE, row->lock);
    effects_read(&reading, create != NULL ? create->qual : alter != NULL ? alter->qual : NULL);
    effects_read(&reading, create != NULL  ? create->with_check
                           : alter != NULL ? alter->with_check
                                           : NULL);
}

/* Before 16 such a rule makes a view of an empty table that has nothing else. */
static void select_rule(struct effects_work *work, const struct relation *table) {
    const char *name = table->object.name;
    const char *has = table->indexes.n > 0       ? "indexes"
                      : table->trigger_count > 0 ? "triggers"
                      : table->children.n > 0    ? "child tables"
                                                 : NULL;

    if (work->schema->target >= 16)
        effects_fail(work, "42809", "relation \"%s\" cannot have ON SELECT rules", name);
    else if (has != NULL)
        effects_fail(work, "55000", "could not convert table \"%s\" to a view because it has %s",
                     name, has);
    else if (!relation_is_empty(work->schema, table))
        effects_may_fail(work, effects_rows_condition(work, table), "55000",
                         "could not convert table \"%s\" to a view because it is not empty", name);
}

void effect_of_create_rule(struct effects_work *work, const struct op *op,
                           const struct effect_row *row) {
    const struct RuleStmt *rule = node_as(RuleStmt, op->node);
    struct effect_target target = effects_find(work, op->target, false, "relation");
    struct reading reading = {.work = work};

    if (!target.found)
        return;
    effects_lock_target(work, &target, OBJ_TABLE, row->lock);
    if (rule->event == CMD_SELECT && target.relation != NULL &&
        target.relation->object.kind == OBJ_TABLE) {
        select_rule(work, target.relation);
        if (work->stopped)
            return;
    }
    for (size_t i = 0; i < rule->actions.n; i++)
        effects_read(&reading, rule->actions.v[i]);
    effects_read(&reading, rule->whereClause);
}

/* --- statistics, publications --- */

void effect_of_create_statistics(struct effects_work *work, const struct op *op,
                                 const struct effect_row *row) {
    struct effect_target target = effects_find(work, op->target, false, "relation");

    if (target.found)
        effects_lock_target(work, &target, OBJ_TABLE, row->lock);
}

static void publish(struct effects_work *work, const struct PublicationTable *table,
                    const struct effect_row *row) {
    struct name name = {table->relation->schemaname, table->relation->relname};
    struct effect_target target = effects_find(work, name, false, "relation");
    struct id_list all = {0};

    if (!target.found)
        return;
    effects_lock_target(work, &target, OBJ_TABLE, row->lock);
    if (target.relation == NULL)
        return;
    /* Inheriting tables are added too; partitions need not be. */
    if (table->relation->inh && target.relation->object.kind != OBJ_PARTITIONED_TABLE)
        all = effects_all_below(work, target.relation);
    for (size_t i = 1; i < all.n; i++)
        effects_lock_id(work, all.v[i], row->lock);
}

/* AlterPublicationTables: SET compares with what is published now. */
static void lock_published(struct effects_work *work, const struct op *op, enum lock_mode mode) {
    const struct other *publication = schema_other(work->schema, OBJECT_PUBLICATION, op->target);

    for (size_t i = 0; publication != NULL && i < publication->uses.n; i++)
        if (effects_relation(work, publication->uses.v[i].id) != NULL)
            effects_lock_id(work, publication->uses.v[i].id, mode);
}

/* What SET TABLE leaves out is dropped from it (AlterPublicationTables). */
static void unpublish(struct effects_work *work, const struct op *op,
                      const struct effect_row *row) {
    const struct other *publication = schema_other(work->schema, OBJECT_PUBLICATION, op->target);

    for (size_t i = 0; publication != NULL && i < publication->uses.n; i++)
        effects_lock_id(work, publication->uses.v[i].id, row->lock);
}

void effect_of_publication(struct effects_work *work, const struct op *op,
                           const struct effect_row *row) {
    const struct CreatePublicationStmt *create = node_if(CreatePublicationStmt, op->node);
    const struct AlterPublicationStmt *alter = node_if(AlterPublicationStmt, op->node);
    struct node_list objects = create != NULL  ? create->pubobjects
                               : alter != NULL ? alter->pubobjects
                                               : (struct node_list){0};

    if (alter != NULL && alter->action == AP_SetObjects)
        lock_published(work, op, row->lock);
    if (alter != NULL && alter->action == AP_SetObjects)
        unpublish(work, op, row);
    for (size_t i = 0; i < objects.n && !work->stopped; i++) {
        const struct PublicationObjSpec *object = node_if(PublicationObjSpec, objects.v[i]);

        if (object != NULL && object->pubtable != NULL && object->pubtable->relation != NULL)
            publish(work, object->pubtable, row);
    }
}
