/* TRUNCATE, REINDEX, CLUSTER, VACUUM, ANALYZE, REFRESH, LOCK, DISCARD. */
#include "model/effects_apply.h"
#include "model/effects_check.h"
#include "model/effects_insert.h"

#include "base/ascii.h"

#include <string.h>

static bool is_partitioned(const struct relation *relation) {
    return relation->object.kind == OBJ_PARTITIONED_TABLE ||
           relation->object.kind == OBJ_PARTITIONED_INDEX;
}

static bool has_indexes(struct effects_work *work, const struct relation *relation) {
    for (size_t i = 0; i < relation->indexes.n; i++)
        if (effects_relation(work, relation->indexes.v[i]) != NULL)
            return true;
    return false;
}

/* --- TRUNCATE --- */

static bool restarts(const struct op *op) {
    return node_as(TruncateStmt, op->stmt)->restart_seqs;
}

/* Before 14 the parents' bounds are read (InitResultRelInfo). */
static void lock_ancestors(struct effects_work *work, const struct relation *relation) {
    while (work->schema->target <= 13 && relation != NULL && relation->partition_bound != NULL &&
           relation->parents.n > 0) {
        relation = effects_relation(work, relation->parents.v[0]);
        effects_lock(work, relation, LOCK_ACCESS_SHARE);
    }
}

/* What the transaction made itself needs no new file to be emptied (ExecuteTruncateGuts). */
static bool is_own(const struct effects_work *work, const struct relation *relation) {
    return work->schema->own_from != 0 && relation->object.id >= work->schema->own_from;
}

static void truncate_one(struct effects_work *work, const struct op *op,
                         const struct effect_row *row, const struct relation *relation) {
    effects_lock(work, relation, row->lock);
    lock_ancestors(work, relation);
    fire_truncate_triggers(work, relation);
    for (size_t i = 0; restarts(op) && i < relation->column_count; i++)
        effects_lock_id(work, relation->columns[i].owned_sequence, LOCK_ACCESS_EXCLUSIVE);
    if (!effects_has_storage(relation))
        return;
    if (!is_own(work, relation)) {
        effects_copy(work, relation);
        effects_rebuild_all(work, relation);
    }
    if (has_indexes(work, relation))
        effects_scan(work, relation); /* the new, empty one, for its indexes */
}

static bool is_truncated(const struct effects_work *work, object_id id) {
    for (size_t i = 0; i < work->dropped.n; i++)
        if (work->dropped.v[i] == id)
            return true;
    return false;
}

/* The list of work->dropped holds what is truncated, each once. */
static void collect_truncated(struct effects_work *work, const struct relation *relation,
                              bool only) {
    struct id_list all = {.n = 1, .v = &relation->object.id};

    if (!only)
        all = effects_all_below(work, relation);
    for (size_t i = 0; i < all.n; i++)
        if (!is_truncated(work, all.v[i]))
            vec_push(work->arena, &work->dropped, all.v[i]);
}

static void take_referencing(struct effects_work *work, const struct op *op,
                             const struct relation *relation) {
    for (size_t i = 0; i < relation->referenced_by.n && !work->stopped; i++) {
        const struct relation *from = effects_relation(work, relation->referenced_by.v[i]);

        if (from == NULL || is_truncated(work, from->object.id))
            continue;
        if (op->cascade)
            collect_truncated(work, from, false);
        else
            effects_fail(work, "0A000",
                         "cannot truncate a table referenced in a foreign key constraint");
    }
}

/*
 * heap_truncate_find_FKs: CASCADE takes what references it, or a table that it is a partition of;
 * without it that must be named too.
 */
static void follow_references(struct effects_work *work, const struct op *op) {
    for (size_t i = 0; i < work->dropped.n && !work->stopped; i++) {
        const struct relation *relation = effects_relation(work, work->dropped.v[i]);

        while (relation != NULL && !work->stopped) {
            take_referencing(work, op, relation);
            relation = relation->partition_bound != NULL && relation->parents.n > 0
                           ? effects_relation(work, relation->parents.v[0])
                           : NULL;
        }
    }
}

static void truncate_target(struct effects_work *work, const struct op *op,
                            const struct effect_row *row) {
    struct effect_target target = effects_find(work, op->target, false, "relation");

    if (!target.found)
        return;
    if (target.relation == NULL) {
        effects_lock_target(work, &target, OBJ_TABLE, row->lock);
        effects_rewrite_name(work, target.resolved);
        effects_unknown(work, "what references %s", op->target.name);
        return;
    }
    if (!effects_may_be(target.relation, row->targets) ||
        (work->schema->target < 14 && target.relation->object.kind == OBJ_FOREIGN_TABLE))
        effects_fail(work, "42809", "\"%s\" is not a table", target.relation->object.name);
    else if (target.relation->object.kind == OBJ_FOREIGN_TABLE)
        effects_check_handler(work, target.relation);
    else if (op->only && is_partitioned(target.relation))
        effects_fail(work, "42809", "cannot truncate only a partitioned table");
    else
        collect_truncated(work, target.relation, op->only);
}

void effect_of_truncate(struct effects_work *work, const struct op *op,
                        const struct effect_row *row) {
    const struct op *end = work->ops.v + work->ops.n;

    if (op > work->ops.v && op[-1].stmt == op->stmt)
        return; /* all tables were done with the first */
    for (const struct op *one = op; one < end && one->stmt == op->stmt && !work->stopped; one++)
        truncate_target(work, one, row);
    if (!work->stopped)
        follow_references(work, op);
    for (size_t i = 0; i < work->dropped.n && !work->stopped; i++) {
        const struct relation *relation = effects_relation(work, work->dropped.v[i]);

        work->dropped.v[i] = 0;
        if (relation != NULL)
            truncate_one(work, op, row, relation);
    }
    work->dropped.n = 0;
}

/* --- REINDEX --- */

static void reindex_table(struct effects_work *work, const struct relation *relation,
                          enum lock_mode mode) {
    effects_lock(work, relation, mode);
    if (!has_indexes(work, relation))
        return;
    effects_rebuild_all(work, relation);
    effects_scan(work, relation);
}

static void reindex_index(struct effects_work *work, const struct relation *index,
                          enum lock_mode mode) {
    const struct relation *table = effects_relation(work, index->table);

    effects_rebuild(work, index);
    effects_lock(work, table, mode);
    if (table != NULL)
        effects_scan(work, table);
}

/* Since 14 partition by partition, each in a transaction of its own (ReindexPartitions). */
static void reindex_partitioned(struct effects_work *work, const struct op *op,
                                const struct relation *relation) {
    bool index = relation->object.kind == OBJ_PARTITIONED_INDEX;
    struct id_list all;

    if (work->schema->target < 14) {
        if (index)
            effects_fail(work, "0A000", "REINDEX is not yet implemented for partitioned indexes");
        return;
    }
    effects_refuse_transaction(work, index ? "REINDEX INDEX" : "REINDEX TABLE");
    all = effects_all_below(work, relation);
    for (size_t i = 0; i < all.n; i++) {
        const struct relation *one = effects_relation(work, all.v[i]);

        if (one->object.kind == OBJ_INDEX)
            reindex_index(work, one, LOCK_NONE);
        else if (effects_has_storage(one))
            reindex_table(work, one, LOCK_NONE);
    }
    (void)op;
}

/* ReindexRelationConcurrently */
static bool is_exclusion(struct effects_work *work, const struct relation *index) {
    const struct relation *table = effects_relation(work, index->table);

    for (size_t i = 0; table != NULL && i < table->constraint_count; i++)
        if (table->constraints[i]->kind == CONSTRAINT_EXCLUSION &&
            table->constraints[i]->index == index->object.id)
            return true;
    return false;
}

static void reindex_one(struct effects_work *work, const struct op *op,
                        const struct effect_row *row, const struct relation *relation) {
    bool index = op->kind == OP_REINDEX_INDEX;
    enum lock_mode mode = op->concurrently ? LOCK_SHARE_UPDATE_EXCLUSIVE : LOCK_SHARE;

    if (!effects_may_be(relation, row->targets)) {
        effects_fail(work, "42809",
                     index ? "\"%s\" is not an index"
                           : "\"%s\" is not a table or materialized view",
                     relation->object.name);
        return;
    }
    if (index && op->concurrently && is_exclusion(work, relation)) {
        effects_fail(work, "0A000",
                     "concurrent index creation for exclusion constraints is not supported");
        return;
    }
    if (is_partitioned(relation)) {
        if (!index && work->schema->target < 14)
            effects_lock(work, relation, mode);
        reindex_partitioned(work, op, relation);
    } else if (index) {
        reindex_index(work, relation, mode);
    } else {
        reindex_table(work, relation, mode);
    }
}

/* ExecReindex */
static void check_reindex_options(struct effects_work *work, struct node_list options) {
    for (size_t i = 0; i < options.n && !work->stopped; i++) {
        const struct DefElem *option = node_as(DefElem, options.v[i]);

        if (strcmp(option->defname, "tablespace") == 0)
            effects_check_tablespace(work, node_string(option->arg));
        else if (strcmp(option->defname, "verbose") != 0 &&
                 strcmp(option->defname, "concurrently") != 0)
            effects_fail(work, "42601", "unrecognized REINDEX option \"%s\"", option->defname);
    }
}

void effect_of_reindex(struct effects_work *work, const struct op *op,
                       const struct effect_row *row) {
    struct effect_target target;

    if (op->concurrently)
        effects_refuse_transaction(work, "REINDEX CONCURRENTLY");
    check_reindex_options(work, node_as(ReindexStmt, op->node)->params);
    target = effects_find(work, op->target, false, "relation");
    if (!target.found)
        return;
    if (target.relation != NULL) {
        reindex_one(work, op, row, target.relation);
        return;
    }
    effects_lock_target(work, &target, op->kind == OP_REINDEX_INDEX ? OBJ_INDEX : OBJ_TABLE,
                        op->concurrently ? LOCK_SHARE_UPDATE_EXCLUSIVE : row->lock);
    effects_unknown(work,
                    op->kind == OP_REINDEX_INDEX ? "the table of index %s" : "the indexes of %s",
                    op->target.name);
}

/* All tables of a schema or of the database, each in a transaction of its own. */
void effect_of_reindex_all(struct effects_work *work, const struct op *op,
                           const struct effect_row *row) {
    struct object_list all = schema_objects(work->schema, work->arena);

    (void)row;
    if (op->kind == OP_REINDEX_SCHEMA && op->target.name != NULL && effects_knows_all(work) &&
        strncmp(op->target.name, "pg_", 3) != 0 &&
        strcmp(op->target.name, "information_schema") != 0 &&
        schema_other(work->schema, OBJECT_SCHEMA, (struct name){NULL, op->target.name}) == NULL)
        effects_fail(work, "3F000", "schema \"%s\" does not exist", op->target.name);
    for (size_t i = 0; i < all.n && !work->stopped; i++) {
        const struct relation *relation =
            object_is_relation(all.v[i]) ? effects_relation(work, all.v[i]->id) : NULL;

        if (relation == NULL || !effects_has_storage(relation) || relation->object.temporary)
            continue;
        if (op->kind == OP_REINDEX_DATABASE ||
            (relation->object.schema != NULL && op->target.name &&
             strcmp(relation->object.schema, op->target.name) == 0))
            reindex_table(work, relation, LOCK_NONE);
    }
}

/* --- CLUSTER --- */

static const struct relation *clustered_index(struct effects_work *work,
                                              const struct relation *relation, const char *name) {
    for (size_t i = 0; i < relation->indexes.n; i++) {
        const struct relation *index = effects_relation(work, relation->indexes.v[i]);

        if (index != NULL &&
            (name != NULL ? strcmp(index->object.name, name) == 0 : index->clustered))
            return index;
    }
    return NULL;
}

static void cluster_partitioned(struct effects_work *work, const struct relation *relation) {
    struct id_list all = effects_all_below(work, relation);

    if (work->schema->target < 15) {
        effects_fail(work, "0A000", "cannot cluster a partitioned table");
        return;
    }
    effects_refuse_transaction(work, "CLUSTER");
    for (size_t i = 0; i < all.n; i++) {
        const struct relation *one = effects_relation(work, all.v[i]);

        if (effects_has_storage(one))
            effects_rewrite(work, one);
    }
}

static void cluster_one(struct effects_work *work, const struct op *op,
                        const struct effect_row *row, const struct relation *relation) {
    if (is_partitioned(relation) && work->schema->target < 15) {
        cluster_partitioned(work, relation);
        return;
    }
    if (clustered_index(work, relation, op->object) == NULL && !relation->object.assumed) {
        if (op->object != NULL)
            effects_fail(work, "42704", "index \"%s\" for table \"%s\" does not exist", op->object,
                         relation->object.name);
        else
            effects_fail(work, "42704", "there is no previously clustered index for table \"%s\"",
                         relation->object.name);
        return;
    }
    if (is_partitioned(relation)) {
        cluster_partitioned(work, relation);
        return;
    }
    effects_lock(work, relation, row->lock);
    effects_rewrite(work, relation);
}

static void cluster_all(struct effects_work *work) {
    struct object_list all = schema_objects(work->schema, work->arena);

    effects_refuse_transaction(work, "CLUSTER");
    for (size_t i = 0; i < all.n; i++) {
        const struct relation *relation =
            object_is_relation(all.v[i]) ? effects_relation(work, all.v[i]->id) : NULL;

        if (relation != NULL && effects_has_storage(relation) &&
            clustered_index(work, relation, NULL) != NULL)
            effects_rewrite(work, relation);
    }
}

void effect_of_cluster(struct effects_work *work, const struct op *op,
                       const struct effect_row *row) {
    struct effect_target target;

    if (op->target.name == NULL) {
        cluster_all(work);
        return;
    }
    target = effects_find(work, op->target, false, "relation");
    if (!target.found)
        return;
    if (target.relation != NULL) {
        cluster_one(work, op, row, target.relation);
        return;
    }
    effects_lock_target(work, &target, OBJ_TABLE, row->lock);
    effects_rewrite_name(work, target.resolved);
}

/* --- VACUUM, ANALYZE --- */

static bool vacuum_option_is_known(const char *name, int version) {
    static const struct {
        const char *name;
        int since;
    } options[] = {
        {"full", 12},
        {"freeze", 12},
        {"verbose", 12},
        {"analyze", 12},
        {"disable_page_skipping", 12},
        {"skip_locked", 12},
        {"index_cleanup", 12},
        {"truncate", 12},
        {"parallel", 13},
        {"process_toast", 14},
        {"process_main", 16},
        {"skip_database_stats", 16},
        {"only_database_stats", 16},
        {"buffer_usage_limit", 16},
    };

    for (size_t i = 0; i < sizeof(options) / sizeof(*options); i++)
        if (ascii_case_equal(name, options[i].name))
            return options[i].since <= version;
    return false;
}

static bool check_options(struct effects_work *work, const struct VacuumStmt *vacuum) {
    for (size_t i = 0; i < vacuum->options.n; i++) {
        const struct DefElem *option = node_if(DefElem, vacuum->options.v[i]);

        if (option == NULL || option->defname == NULL ||
            vacuum_option_is_known(option->defname, work->schema->target))
            continue;
        effects_fail(work, "42601", "unrecognized %s option \"%s\"",
                     vacuum->is_vacuumcmd ? "VACUUM" : "ANALYZE", option->defname);
        return false;
    }
    return true;
}

static void vacuum_relation(struct effects_work *work, const struct op *op,
                            const struct effect_row *row, const struct relation *relation) {
    struct id_list all = {.n = 1, .v = &relation->object.id};
    bool alone = relation->object.kind != OBJ_PARTITIONED_TABLE;

    if (!alone)
        all = effects_all_below(work, relation);
    for (size_t i = 0; i < all.n; i++) {
        const struct relation *one = effects_relation(work, all.v[i]);

        if (!effects_has_storage(one))
            continue;
        effects_lock(work, one, row->lock);
        if (op->kind == OP_VACUUM_FULL)
            effects_rewrite(work, one);
    }
}

static bool vacuum_option(const struct op *op, const char *name) {
    const struct VacuumStmt *vacuum = node_as(VacuumStmt, op->stmt);

    for (size_t i = 0; i < vacuum->options.n; i++) {
        const struct DefElem *option = node_if(DefElem, vacuum->options.v[i]);

        if (option != NULL && option->defname != NULL && ascii_case_equal(option->defname, name))
            return true;
    }
    return false;
}

static int vacuum_workers(const struct op *op) {
    const struct VacuumStmt *vacuum = node_as(VacuumStmt, op->stmt);

    for (size_t i = 0; i < vacuum->options.n; i++) {
        const struct DefElem *option = node_if(DefElem, vacuum->options.v[i]);
        const struct Integer *number = option != NULL ? node_if(Integer, option->arg) : NULL;

        if (number != NULL && option->defname != NULL &&
            ascii_case_equal(option->defname, "parallel"))
            return number->ival;
    }
    return 0;
}

/* ExecVacuum looks at this before it looks for a transaction. */
static bool check_vacuum(struct effects_work *work, const struct op *op) {
    const struct VacuumRelation *relation = node_if(VacuumRelation, op->node);

    if (relation != NULL && relation->va_cols.n > 0 && !vacuum_option(op, "analyze"))
        effects_fail(work, "0A000",
                     "ANALYZE option must be specified when a column list is provided");
    else if (op->kind == OP_VACUUM_FULL && vacuum_workers(op) > 0)
        effects_fail(work, "0A000", "VACUUM FULL cannot be performed in parallel");
    return !work->stopped;
}

void effect_of_vacuum(struct effects_work *work, const struct op *op,
                      const struct effect_row *row) {
    struct effect_target target;

    if (!check_options(work, node_as(VacuumStmt, op->stmt)) || !check_vacuum(work, op))
        return;
    effects_refuse_transaction(work, "VACUUM");
    if (op->target.name == NULL) {
        effects_unknown(work, "all tables of the database");
        return;
    }
    target = effects_find(work, op->target, false, "relation");
    if (!target.found)
        return;
    if (target.relation != NULL)
        vacuum_relation(work, op, row, target.relation);
    else
        effects_lock_target(work, &target, OBJ_TABLE, row->lock);
    if (target.relation == NULL && op->kind == OP_VACUUM_FULL)
        effects_rewrite_name(work, target.resolved);
}

/*
 * A partitioned table is sampled through its partitions, which are then analysed themselves; since
 * 18 inheriting tables are, too (expand_vacuum_rel).
 */
static void analyze_relation(struct effects_work *work, const struct op *op,
                             const struct effect_row *row, const struct relation *relation) {
    struct id_list all = effects_all_below(work, relation);
    bool each =
        (relation->object.kind == OBJ_PARTITIONED_TABLE || work->schema->target >= 18) && !op->only;

    effects_lock(work, relation, row->lock);
    for (size_t i = 1; i < all.n; i++)
        effects_lock_id(work, all.v[i], each ? row->lock : row->partitions);
}

/* do_analyze_rel */
static void check_analyzed(struct effects_work *work, const struct op *op,
                           const struct relation *relation) {
    const struct VacuumRelation *given = node_if(VacuumRelation, op->node);

    if (relation->object.kind == OBJ_FOREIGN_TABLE)
        effects_check_handler(work, relation);
    for (size_t i = 0; given != NULL && i < given->va_cols.n && !work->stopped; i++) {
        const char *name = node_string(given->va_cols.v[i]);

        if (name == NULL)
            continue;
        if (relation->columns_known && relation_column(relation, name) == NULL)
            effects_fail(work, "42703", "column \"%s\" of relation \"%s\" does not exist", name,
                         relation->object.name);
        for (size_t j = 0; j < i; j++)
            if (strcmp(name, node_string(given->va_cols.v[j])) == 0)
                effects_fail(work, "42701",
                             "column \"%s\" of relation \"%s\" appears more than once", name,
                             relation->object.name);
    }
}

static void analyze_all(struct effects_work *work, const struct effect_row *row) {
    struct object_list all = schema_objects(work->schema, work->arena);

    for (size_t i = 0; i < all.n; i++) {
        const struct relation *relation =
            object_is_relation(all.v[i]) ? effects_relation(work, all.v[i]->id) : NULL;

        if (relation != NULL &&
            (effects_has_storage(relation) || relation->object.kind == OBJ_PARTITIONED_TABLE))
            effects_lock(work, relation, row->lock);
    }
}

void effect_of_analyze(struct effects_work *work, const struct op *op,
                       const struct effect_row *row) {
    struct effect_target target;

    if (!check_options(work, node_as(VacuumStmt, op->stmt)))
        return;
    if (op->target.name == NULL) {
        analyze_all(work, row);
        return;
    }
    target = effects_find(work, op->target, false, "relation");
    if (!target.found)
        return;
    if (target.relation != NULL)
        check_analyzed(work, op, target.relation);
    if (target.relation == NULL)
        effects_lock_target(work, &target, OBJ_TABLE, row->lock);
    else if (effects_has_storage(target.relation) || is_partitioned(target.relation) ||
             target.relation->object.kind == OBJ_FOREIGN_TABLE)
        analyze_relation(work, op, row, target.relation);
}

/* --- REFRESH --- */

/* A unique index on columns, without a predicate (is_usable_unique_index). */
static bool can_refresh_concurrently(struct effects_work *work, const struct relation *view) {
    for (size_t i = 0; i < view->indexes.n; i++) {
        const struct relation *index = effects_relation(work, view->indexes.v[i]);
        bool plain =
            index != NULL && index->unique && index->predicate == NULL && index->valid != KNOWN_NO;

        for (size_t j = 0; plain && j < index->index_key_count; j++)
            plain = index->index_columns[j].column != NULL;
        if (plain)
            return true;
    }
    return false;
}

static bool check_concurrently(struct effects_work *work, const struct RefreshMatViewStmt *refresh,
                               const struct relation *view) {
    if (view->not_populated)
        effects_fail(work, "0A000",
                     "CONCURRENTLY cannot be used when the materialized view is not populated");
    else if (refresh->skipData)
        effects_fail(work, "42601",
                     "CONCURRENTLY and WITH NO DATA options cannot be used together");
    else if (!view->object.assumed && !can_refresh_concurrently(work, view))
        effects_fail(work, "55000", "cannot refresh materialized view \"%s.%s\" concurrently",
                     view->object.schema, view->object.name);
    return !work->stopped;
}

static void read_definition(struct effects_work *work, const struct relation *view) {
    const struct CreateTableAsStmt *as = node_if(CreateTableAsStmt, view->definition);
    struct reading reading = {.work = work, .planned = true, .executed = true};

    effects_read_view(&reading, view, LOCK_ACCESS_SHARE);
    if (as == NULL)
        effects_unknown(work, "the query of %s", view->object.name);
    else
        effects_scan_view(&reading, view);
}

void effect_of_refresh(struct effects_work *work, const struct op *op,
                       const struct effect_row *row) {
    const struct RefreshMatViewStmt *refresh = node_as(RefreshMatViewStmt, op->node);
    struct effect_target target = effects_find(work, op->target, false, "relation");
    const struct relation *view = target.relation;

    if (!target.found)
        return;
    if (view != NULL && !effects_may_be(view, KIND(OBJ_MATVIEW))) {
        if (view->object.kind == OBJ_TABLE)
            effects_fail(work, "0A000", "\"%s\" is not a materialized view", view->object.name);
        else
            effects_fail(work, "42809", "\"%s\" is not a table or materialized view",
                         view->object.name);
        return;
    }
    effects_lock_target(work, &target, OBJ_MATVIEW, op->concurrently ? LOCK_EXCLUSIVE : row->lock);
    if (view == NULL || (op->concurrently && !check_concurrently(work, refresh, view)))
        return;
    if (!op->concurrently) {
        effects_copy(work, view);
        effects_rebuild_all(work, view);
    }
    if (op->concurrently || has_indexes(work, view))
        effects_scan(work, view);
    if (!refresh->skipData)
        read_definition(work, view);
}

/* --- LOCK, DISCARD --- */

/* LockStmt.mode numbers the modes as enum lock_mode does. */
static enum lock_mode lock_mode_of(const struct LockStmt *lock) {
    return lock->mode > LOCK_NONE && lock->mode < LOCK_MODES ? (enum lock_mode)lock->mode
                                                             : LOCK_ACCESS_EXCLUSIVE;
}

static void lock_relation(struct effects_work *work, const struct op *op,
                          const struct relation *relation, enum lock_mode mode) {
    struct id_list all = {.n = 1, .v = &relation->object.id};
    struct reading reading = {.work = work, .locking = mode};

    if (!op->only)
        all = effects_all_below(work, relation);
    for (size_t i = 0; i < all.n; i++)
        effects_lock_id(work, all.v[i], mode);
    if (relation->object.kind == OBJ_VIEW)
        effects_read_view(&reading, relation, mode);
}

void effect_of_lock(struct effects_work *work, const struct op *op, const struct effect_row *row) {
    enum lock_mode mode = lock_mode_of(node_as(LockStmt, op->stmt));
    struct effect_target target = effects_find(work, op->target, false, "relation");

    if (!target.found)
        return;
    if (target.relation == NULL)
        effects_lock_target(work, &target, OBJ_TABLE, mode);
    else if (!effects_may_be(target.relation, row->targets))
        effects_fail(work, "42809", "\"%s\" is not a table or view", target.relation->object.name);
    else
        lock_relation(work, op, target.relation, mode);
}

void effect_of_discard(struct effects_work *work, const struct op *op,
                       const struct effect_row *row) {
    (void)row;
    if (node_as(DiscardStmt, op->node)->target == DISCARD_ALL)
        effects_refuse_transaction(work, "DISCARD ALL");
}
