/* CREATE of relations and of what belongs to them. */
#include "model/effects_apply.h"
#include "model/effects_check.h"
#include "model/effects_query.h"

#include <string.h>

enum { INDEX_MAX_KEYS = 32 };

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

static bool skips_data(const struct node *node) {
    const struct CreateTableAsStmt *as = node_if(CreateTableAsStmt, node);

    return as != NULL && as->into != NULL && as->into->skipData;
}

void effect_of_create_table_as(struct effects_work *work, const struct op *op,
                               const struct effect_row *row) {
    struct query query = {.work = work};

    (void)row;
    if (is_there(work, op))
        return;
    query.planned = query.executed = !skips_data(op->node);
    query_read(&query, created_query(op->node));
    if (query.planned && query.read.n > 0)
        effects_unknown(work, "how the planner reads the tables");
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
    struct query query = {.work = work};
    const struct relation *old = schema_relation(work->schema, op->target);

    query_read(&query, view->query);
    if (op->replace && old != NULL) {
        effects_lock(work, old, row->lock);
        effects_check_view(work, view, old);
    } else if (op->replace && !work->schema->complete)
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

static bool check_key_type(struct effects_work *work, const struct relation *relation,
                           const struct IndexElem *elem, const char *am) {
    const struct column *column = elem->name != NULL ? relation_column(relation, elem->name) : NULL;
    unsigned id = column != NULL ? type_use_catalog_id(work->schema, &column->type) : 0;
    const char *named = node_list_last_string(elem->opclass);

    if (named != NULL && elem->opclass.n == 1) {
        const struct catalog_opclass *class = catalog_opclass(am, named, work->schema->target);

        if (class != NULL && class->extension != 0 && work->schema->complete &&
            schema_other(work->schema, OBJECT_EXTENSION,
                         (struct name){NULL, catalog_extension_name(class->extension)}) == NULL)
            effects_fail(work, "42704",
                         "operator class \"%s\" does not exist for access method \"%s\"", named,
                         am);
        return !work->stopped;
    }
    if (named != NULL || id == CATALOG_TYPE_none)
        return true;
    const struct catalog_opclass *preset = catalog_default_opclass(am, id, work->schema->target);
    if (preset != NULL &&
        (preset->extension == 0 || !work->schema->complete ||
         schema_other(work->schema, OBJECT_EXTENSION,
                      (struct name){NULL, catalog_extension_name(preset->extension)}) != NULL))
        return true;
    effects_fail(work, "42704",
                 "data type %s has no default operator class for access method \"%s\"",
                 type_use_text(work->arena, work->schema, &column->type), am);
    return false;
}

/* An index holds values of immutable expressions only (CheckMutability, DefineIndex). */
static void check_immutable(struct effects_work *work, const struct relation *relation,
                            const struct node *expr, const char *what) {
    struct expr_scope scope = {.schema = work->schema, .relation = relation};
    struct expr_info info;

    if (expr == NULL)
        return;
    info = expr_analyse(&scope, expr);
    if (info.volatility == VOLATILITY_STABLE || info.volatility == VOLATILITY_VOLATILE)
        effects_fail(work, "42P17", "functions in index %s must be marked IMMUTABLE", what);
}

static bool is_known_am(const char *am) {
    static const char *const names[] = {"btree", "hash", "gist", "gin", "brin", "spgist"};

    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        if (strcmp(am, names[i]) == 0)
            return true;
    return false;
}

static void check_keys(struct effects_work *work, const struct IndexStmt *index,
                       const struct relation *relation) {
    const char *am = index->accessMethod != NULL ? index->accessMethod : "btree";

    if (index->indexParams.n + index->indexIncludingParams.n > INDEX_MAX_KEYS) {
        effects_fail(work, "54011", "cannot use more than %d columns in an index", INDEX_MAX_KEYS);
        return;
    }
    check_immutable(work, relation, index->whereClause, "predicate");
    for (size_t i = 0; i < index->indexParams.n && !work->stopped; i++) {
        const struct IndexElem *elem = node_if(IndexElem, index->indexParams.v[i]);

        if (elem == NULL)
            continue;
        check_immutable(work, relation, elem->expr, "expression");
        if (!work->stopped && is_known_am(am) && !check_key_type(work, relation, elem, am))
            return;
    }
}

static bool same_text(const char *a, const char *b) {
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* A partition's own index that fits becomes part of the new one, and nothing is read. */
static bool fits(const struct relation *have, const struct IndexStmt *index) {
    const char *am = index->accessMethod != NULL ? index->accessMethod : "btree";
    const char *old = have->access_method != NULL ? have->access_method : "btree";

    if (have->unique != index->unique || have->predicate != NULL || index->whereClause != NULL ||
        have->index_key_count != index->indexParams.n || strcmp(am, old) != 0 ||
        have->index_column_count != index->indexParams.n + index->indexIncludingParams.n)
        return false;
    for (size_t i = 0; i < index->indexParams.n; i++) {
        const struct IndexElem *elem = node_if(IndexElem, index->indexParams.v[i]);

        if (elem == NULL || elem->name == NULL ||
            !same_text(elem->name, have->index_columns[i].column) ||
            !same_text(node_list_last_string(elem->opclass), have->index_columns[i].opclass))
            return false;
    }
    return true;
}

static bool has_fitting(struct effects_work *work, const struct relation *table,
                        const struct IndexStmt *index) {
    for (size_t i = 0; i < table->indexes.n; i++) {
        const struct relation *have = effects_relation(work, table->indexes.v[i]);

        if (have != NULL && have->parents.n == 0 && fits(have, index))
            return true;
    }
    return false;
}

static void may_not_be_unique(struct effects_work *work, const struct op *op,
                              const struct relation *relation) {
    if (relation->rows != ROWS_EMPTY && node_as(IndexStmt, op->node)->unique)
        effects_may_fail(
            work, arena_printf(work->arena, "rows of %s conflict", relation->object.name), "23505",
            "could not create unique index \"%s\"", op->object != NULL ? op->object : "");
}

static void build(struct effects_work *work, const struct op *op, const struct effect_row *row,
                  const struct relation *relation) {
    const struct IndexStmt *index = node_as(IndexStmt, op->node);
    struct id_list all = {1, &relation->object.id};

    if (relation->object.kind == OBJ_PARTITIONED_TABLE)
        all = op->only ? (struct id_list){0} : effects_all_below(work, relation);
    for (size_t i = 0; i < all.n; i++) {
        const struct relation *one = effects_relation(work, all.v[i]);

        if (i > 0)
            effects_lock(work, one, row->partitions);
        if (one->object.kind == OBJ_PARTITIONED_TABLE || (i > 0 && has_fitting(work, one, index)))
            continue;
        effects_scan(work, one);
        may_not_be_unique(work, op, one);
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

    if (op->if_not_exists && name_is_taken(work, op, target))
        return;
    if (relation == NULL) {
        effects_scan_name(work, target->resolved);
        return;
    }
    if (relation->object.kind == OBJ_PARTITIONED_TABLE && op->concurrently) {
        effects_fail(work, "0A000", "cannot create index on partitioned table \"%s\" concurrently",
                     relation->object.name);
        return;
    }
    check_keys(work, node_as(IndexStmt, op->node), relation);
    if (!work->stopped)
        build(work, op, row, relation);
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
    if (target.relation != NULL && !(row->targets & KIND(target.relation->object.kind))) {
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
    struct query query = {.work = work};

    if (!target.found)
        return;
    effects_lock_target(work, &target, OBJ_TABLE, row->lock);
    query_read(&query, create != NULL ? create->qual : alter != NULL ? alter->qual : NULL);
    query_read(&query, create != NULL  ? create->with_check
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
    else if (table->rows != ROWS_EMPTY)
        effects_may_fail(work, effects_rows_condition(work, table), "55000",
                         "could not convert table \"%s\" to a view because it is not empty", name);
}

void effect_of_create_rule(struct effects_work *work, const struct op *op,
                           const struct effect_row *row) {
    const struct RuleStmt *rule = node_as(RuleStmt, op->node);
    struct effect_target target = effects_find(work, op->target, false, "relation");
    struct query query = {.work = work};

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
        query_read(&query, rule->actions.v[i]);
    query_read(&query, rule->whereClause);
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
    if (work->schema->target < 13 && target.relation->object.kind == OBJ_PARTITIONED_TABLE) {
        effects_fail(work, "22023", "\"%s\" is a partitioned table", target.relation->object.name);
        return;
    }
    /* Inheriting tables are added too; partitions need not be. */
    if (table->relation->inh && target.relation->object.kind != OBJ_PARTITIONED_TABLE)
        all = effects_all_below(work, target.relation);
    for (size_t i = 1; i < all.n; i++)
        effects_lock_id(work, all.v[i], row->lock);
}

void effect_of_publication(struct effects_work *work, const struct op *op,
                           const struct effect_row *row) {
    const struct CreatePublicationStmt *create = node_if(CreatePublicationStmt, op->node);
    const struct AlterPublicationStmt *alter = node_if(AlterPublicationStmt, op->node);
    struct node_list objects = create != NULL  ? create->pubobjects
                               : alter != NULL ? alter->pubobjects
                                               : (struct node_list){0};

    for (size_t i = 0; i < objects.n && !work->stopped; i++) {
        const struct PublicationObjSpec *object = node_if(PublicationObjSpec, objects.v[i]);

        if (object != NULL && object->pubtable != NULL && object->pubtable->relation != NULL)
            publish(work, object->pubtable, row);
    }
}
