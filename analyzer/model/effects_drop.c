/* DROP, and what goes with it: deleteOneObject and its like take the locks (dependency.c). */
#include "model/depend.h"
#include "model/effects_alter.h"
#include "model/effects_apply.h"
#include "model/op_object.h"

#include <string.h>

/* --- what is locked for each part that goes --- */

/* Its triggers on the referenced table, and on all its partitions, go with a foreign key. */
static void lock_referenced(struct effects_work *work, const struct relation *relation,
                            object_id constraint_id) {
    const struct constraint *key = relation_constraint_by_id(relation, constraint_id);
    const struct relation *to;
    struct id_list all;

    /* A partition's part of a key has no triggers there of its own. */
    if (key == NULL || key->kind != CONSTRAINT_FOREIGN_KEY || !key->enforced || key->parent != 0)
        return;
    to = effects_relation(work, key->references);
    if (to == NULL)
        return;
    all = (struct id_list){.n = 1, .v = &to->object.id};
    if (to->object.kind == OBJ_PARTITIONED_TABLE)
        all = effects_all_below(work, to);
    for (size_t i = 0; i < all.n; i++)
        effects_lock_id(work, all.v[i], LOCK_ACCESS_EXCLUSIVE);
}

static void lock_all_referenced(struct effects_work *work, const struct relation *relation) {
    for (size_t i = 0; i < relation->constraint_count; i++)
        lock_referenced(work, relation, relation->constraints[i]->id);
}

/* heap_drop_with_catalog: a partition's parent, and the DEFAULT one, whose constraint changes. */
static void lock_parent(struct effects_work *work, const struct relation *partition) {
    const struct relation *parent;

    if (partition->partition_bound == NULL || partition->parents.n == 0)
        return;
    parent = effects_relation(work, partition->parents.v[0]);
    if (parent == NULL)
        return;
    effects_lock(work, parent, LOCK_ACCESS_EXCLUSIVE);
    effects_lock(work, effects_default_partition(work, parent), LOCK_ACCESS_EXCLUSIVE);
}

/* Foreign keys to the partitioned table refer to each of its partitions, too. */
static void lock_referencing(struct effects_work *work, const struct relation *partition) {
    const struct relation *above = partition;

    while (above->partition_bound != NULL && above->parents.n > 0) {
        above = effects_relation(work, above->parents.v[0]);
        if (above == NULL || effects_is_dropped(work, above->object.id))
            return;
        for (size_t i = 0; i < above->referenced_by.n; i++) {
            object_id id = above->referenced_by.v[i];

            if (!effects_is_dropped(work, id) && !work->cascade)
                effects_fail(work, "2BP01",
                             "cannot drop table %s because other objects depend on it",
                             partition->object.name);
            effects_lock_id(work, id, LOCK_ACCESS_EXCLUSIVE);
        }
    }
}

/* RemoveRelations: the partitions of its table, whether they have a part of the index or not. */
static void lock_indexed_tables(struct effects_work *work, const struct relation *index,
                                enum lock_mode mode) {
    const struct relation *table = effects_relation(work, index->table);
    struct id_list all = {0};

    if (table != NULL)
        all = effects_all_below(work, table);
    for (size_t i = 0; i < all.n; i++)
        effects_lock_id(work, all.v[i], mode);
}

static void drop_relation(struct effects_work *work, const struct relation *relation,
                          enum lock_mode mode) {
    effects_lock(work, relation, mode);
    if (relation->object.kind == OBJ_PARTITIONED_INDEX)
        lock_indexed_tables(work, relation, mode);
    else if (relation->object.kind == OBJ_INDEX)
        effects_lock_id(work, relation->table, mode);
    else
        lock_parent(work, relation);
    lock_referencing(work, relation);
    lock_all_referenced(work, relation);
}

/* RemoveStatisticsById keeps ANALYZE away. */
static void drop_statistics(struct effects_work *work, const struct other *statistics) {
    for (size_t i = 0; i < statistics->uses.n; i++)
        effects_lock_id(work, statistics->uses.v[i].id, LOCK_SHARE_UPDATE_EXCLUSIVE);
}

static void drop_whole(struct effects_work *work, object_id id, enum lock_mode mode) {
    const struct object *object = schema_object(work->schema, id);
    const struct relation *relation = effects_relation(work, id);

    if (relation != NULL)
        drop_relation(work, relation, mode);
    else if (object != NULL && object->kind == OBJ_STATISTICS)
        drop_statistics(work, (const struct other *)(const void *)object);
}

static void drop_part(struct effects_work *work, const struct part *part, enum lock_mode mode) {
    const struct relation *relation = effects_relation(work, part->object);

    if (part->kind == PART_WHOLE) {
        drop_whole(work, part->object, mode);
        return;
    }
    if (relation == NULL)
        return;
    effects_lock(work, relation, mode);
    if (part->kind == PART_CONSTRAINT)
        lock_referenced(work, relation, part->number);
}

static bool is_whole_relation(struct effects_work *work, const struct part *part) {
    return part->kind == PART_WHOLE && effects_relation(work, part->object) != NULL;
}

/* performMultipleDeletions */
static void delete_parts(struct effects_work *work, const struct part *parts, size_t n,
                         bool cascade, enum lock_mode mode) {
    struct deletion deletion;

    if (n == 0)
        return;
    work->cascade = cascade;
    deletion = deletion_of(work->schema, parts, n);
    if (deletion.stopped_by.object != 0 && !cascade)
        return; /* the schema refuses it, if not for another reason */
    for (size_t i = 0; i < deletion.list.n; i++)
        if (is_whole_relation(work, &deletion.list.v[i]))
            vec_push(work->arena, &work->dropped, deletion.list.v[i].object);
    for (size_t i = 0; i < deletion.list.n; i++)
        drop_part(work, &deletion.list.v[i], mode);
}

/* --- DROP --- */

static enum object_kind kind_of(int object_type) {
    return object_type == OBJECT_INDEX      ? OBJ_INDEX
           : object_type == OBJECT_VIEW     ? OBJ_VIEW
           : object_type == OBJECT_MATVIEW  ? OBJ_MATVIEW
           : object_type == OBJECT_SEQUENCE ? OBJ_SEQUENCE
                                            : OBJ_TABLE;
}

static bool is_relation_type(int object_type) {
    return object_type == OBJECT_TABLE || object_type == OBJECT_INDEX ||
           object_type == OBJECT_VIEW || object_type == OBJECT_MATVIEW ||
           object_type == OBJECT_SEQUENCE || object_type == OBJECT_FOREIGN_TABLE;
}

/* Not there, though its schema is (DropErrorMsgNonExistent). */
static bool is_missing(struct effects_work *work, struct name name) {
    struct name schema = {NULL, name.schema};

    return effects_knows_all(work) && schema_relation(work->schema, name) == NULL &&
           !effects_is_catalog(work->schema, name) &&
           (name.schema == NULL || schema_other(work->schema, OBJECT_SCHEMA, schema) != NULL);
}

/* A relation that the history does not know, and that may be there. */
static void drop_assumed(struct effects_work *work, const struct op *op, enum lock_mode mode) {
    struct effect_target target;

    if (!is_relation_type(op->object_type))
        return;
    if (op->object_type == OBJECT_INDEX && !op->missing_ok && is_missing(work, op->target)) {
        effects_fail(work, "42704", "index \"%s\" does not exist", op->target.name);
        return;
    }
    target = effects_find(work, op->target, op->missing_ok, "relation");
    if (!target.found)
        return;
    effects_lock_target(work, &target, kind_of(op->object_type), mode);
    if (op->object_type == OBJECT_INDEX)
        effects_unknown(work, "the table of index %s", op->target.name);
    else
        effects_unknown(work, "what depends on %s", op->target.name);
}

static enum lock_mode drop_lock(const struct effects_work *work, const struct op *op,
                                const struct effect_row *row) {
    const struct relation *relation =
        op->concurrently ? schema_relation(work->schema, op->target) : NULL;

    /* On a temporary table CONCURRENTLY does nothing (RemoveRelations). */
    if (!op->concurrently || (relation != NULL && relation->object.temporary))
        return row->lock != LOCK_NONE ? row->lock : LOCK_ACCESS_EXCLUSIVE;
    return LOCK_SHARE_UPDATE_EXCLUSIVE;
}

/* What of a relation depends on an extension's types, functions and operator classes. */

struct extension_search {
    struct effects_work *work;
    unsigned extension;
    bool found;
};

static bool visit_extension_call(const struct node *node, void *context) {
    struct extension_search *search = context;
    const struct schema *schema = search->work->schema;
    const struct FuncCall *call = node_if(FuncCall, node);
    const char *name = call != NULL ? node_list_last_string(call->funcname) : NULL;
    struct catalog_functions built_in, of_extensions;
    const struct catalog_function *function;
    size_t own = 0;

    if (name == NULL)
        return true;
    schema_functions(schema, (struct name){NULL, name}, &own);
    built_in = catalog_function(name, (int)call->args.n, schema->target);
    of_extensions = catalog_extension_function(name, (int)call->args.n, schema->target);
    if (own > 0 || catalog_function_next(&built_in) != NULL)
        return true;
    while ((function = catalog_function_next(&of_extensions)) != NULL)
        search->found |= function->extension == search->extension;
    return true;
}

static void search_expression(struct extension_search *search, const struct node *expr) {
    if (expr != NULL)
        node_walk(search->work->arena, expr, visit_extension_call, search);
}

static bool is_type_of(const struct extension_search *search, const struct type_use *use) {
    const struct catalog_type *type = use->user_type == 0 && use->name != NULL
                                          ? catalog_type(use->name, search->work->schema->target)
                                          : NULL;

    return type != NULL && type->extension == search->extension;
}

static void search_index(struct extension_search *search, const struct relation *index) {
    const char *am = index->access_method != NULL ? index->access_method : "btree";

    search_expression(search, index->predicate);
    for (size_t i = 0; i < index->index_column_count; i++) {
        const struct index_column *column = &index->index_columns[i];
        const struct catalog_opclass *class =
            column->opclass != NULL
                ? catalog_opclass(am, column->opclass, search->work->schema->target)
                : NULL;

        search_expression(search, column->expr);
        search->found |= class != NULL && class->extension == search->extension;
    }
}

static bool depends_on_extension(struct effects_work *work, const struct relation *relation,
                                 unsigned extension) {
    struct extension_search search = {work, extension, false};

    for (size_t i = 0; i < relation->column_count; i++) {
        search.found |= is_type_of(&search, &relation->columns[i].type);
        search_expression(&search, relation->columns[i].default_expr);
    }
    for (size_t i = 0; i < relation->constraint_count; i++)
        search_expression(&search, relation->constraints[i]->expr);
    if (relation->table != 0)
        search_index(&search, relation);
    return search.found;
}

static void drop_extension(struct effects_work *work, const struct op *op) {
    unsigned extension = catalog_extension(op->target.name, work->schema->target);
    struct object_list all = schema_objects(work->schema, work->arena);

    for (size_t i = 0; extension != 0 && i < all.n && !work->stopped; i++) {
        const struct relation *relation =
            object_is_relation(all.v[i]) ? effects_relation(work, all.v[i]->id) : NULL;

        if (relation == NULL || !depends_on_extension(work, relation, extension))
            continue;
        effects_lock(work, relation, LOCK_ACCESS_EXCLUSIVE);
        effects_lock_id(work, relation->table, LOCK_ACCESS_EXCLUSIVE);
        if (!op->cascade)
            effects_fail(work, "2BP01",
                         "cannot drop extension %s because other objects depend on it",
                         op->target.name);
    }
}

static bool is_first(const struct effects_work *work, const struct op *op) {
    return op == work->ops.v || op[-1].stmt != op->stmt;
}

/* RemoveRelations: before it looks for the index. */
static void check_concurrently(struct effects_work *work, const struct op *op) {
    effects_refuse_transaction(work, "DROP INDEX CONCURRENTLY");
    if (work->stopped)
        return;
    if (node_as(DropStmt, op->stmt)->objects.n > 1)
        effects_fail(work, "0A000",
                     "DROP INDEX CONCURRENTLY does not support dropping multiple objects");
    else if (op->cascade)
        effects_fail(work, "0A000", "DROP INDEX CONCURRENTLY does not support CASCADE");
}

/* All objects of one DROP go together, with the first of its operations. */
void effect_of_drop(struct effects_work *work, const struct op *op, const struct effect_row *row) {
    enum lock_mode mode = drop_lock(work, op, row);
    const struct op *end = work->ops.v + work->ops.n;
    VEC(struct part) parts = {0};

    if (!is_first(work, op))
        return;
    if (op->concurrently)
        check_concurrently(work, op);
    for (const struct op *one = op; one < end && one->stmt == op->stmt && !work->stopped; one++) {
        object_id id = op_object(work->schema, one);

        if (one->kind == OP_DROP_EXTENSION)
            drop_extension(work, one);
        if (id != 0)
            vec_push(work->arena, &parts, ((struct part){id, PART_WHOLE, 0}));
        else
            drop_assumed(work, one, mode);
    }
    delete_parts(work, parts.v, parts.n, op->cascade, mode);
}

/* --- parts of a relation --- */

static bool same(const char *a, const char *b) {
    return a != NULL && b != NULL && strcmp(a, b) == 0;
}

static struct part find_part(const struct relation *relation, const struct op *op) {
    object_id id = relation->object.id;

    for (size_t i = 0; op->kind == OP_DROP_TRIGGER && i < relation->trigger_count; i++)
        if (same(relation->triggers[i]->name, op->object))
            return (struct part){id, PART_TRIGGER, relation->triggers[i]->id};
    for (size_t i = 0; op->kind == OP_DROP_POLICY && i < relation->policy_count; i++)
        if (same(relation->policies[i]->name, op->object))
            return (struct part){id, PART_POLICY, relation->policies[i]->id};
    for (size_t i = 0; op->kind == OP_DROP_RULE && i < relation->rule_count; i++)
        if (same(relation->rules[i]->name, op->object))
            return (struct part){id, PART_RULE, relation->rules[i]->id};
    return (struct part){0};
}

static bool is_view(const struct relation *relation) {
    return relation->object.kind == OBJ_VIEW || relation->object.kind == OBJ_MATVIEW;
}

/* DROP TRIGGER, POLICY, RULE: a missing one locks nothing, a missing table neither. */
void effect_of_drop_part(struct effects_work *work, const struct op *op,
                         const struct effect_row *row) {
    struct effect_target target = effects_find(work, op->target, op->missing_ok, "relation");
    struct part part;

    if (!target.found)
        return;
    if (target.relation == NULL) {
        effects_lock_target(work, &target, OBJ_TABLE, row->lock);
        return;
    }
    part = find_part(target.relation, op);
    if (op->kind == OP_DROP_RULE && is_view(target.relation) && same(op->object, "_RETURN"))
        effects_fail(work, "2BP01",
                     "cannot drop rule _RETURN on view %s because view %s requires it",
                     target.relation->object.name, target.relation->object.name);
    else if (part.object != 0)
        delete_parts(work, &part, 1, op->cascade, row->lock);
    else if (target.relation->object.assumed || !effects_knows_all(work))
        effects_lock(work, target.relation, row->lock);
}

/* --- ALTER TABLE DROP COLUMN, DROP CONSTRAINT --- */

/* ATExecDropColumn: from a child goes what it only inherits, and from no other parent. */
static void collect_columns(struct effects_work *work, const struct op *op,
                            const struct relation *relation, struct dependencies *parts) {
    const struct column *column = relation_column(relation, op->column);
    struct dependency part = {{relation->object.id, PART_COLUMN, 0}, DEPENDENCY_NORMAL};

    if (column == NULL)
        return;
    part.dependent.number = column->number;
    vec_push(work->arena, &parts->list, part);
    for (size_t i = 0; i < relation->children.n; i++) {
        const struct relation *child = effects_relation(work, relation->children.v[i]);
        const struct column *inherited = child != NULL ? relation_column(child, op->column) : NULL;

        effects_lock(work, child, work->lock);
        if (inherited != NULL && !op->only && !inherited->local &&
            !relation_other_parent_has(work->schema, child, relation, op->column))
            collect_columns(work, op, child, parts);
    }
}

static struct part *parts_of(struct effects_work *work, const struct dependencies *list) {
    struct part *parts = arena_array(work->arena, struct part, list->list.n);

    for (size_t i = 0; i < list->list.n; i++)
        parts[i] = list->list.v[i].dependent;
    return parts;
}

static bool uses_column(const struct references *uses, object_id id, unsigned number) {
    for (size_t i = 0; i < uses->n; i++)
        if (uses->v[i].id == id && uses->v[i].column == number)
            return true;
    return false;
}

/* A publication's WHERE or list of columns holds on to them (15). */
static void check_publications(struct effects_work *work, const struct op *op) {
    const struct relation *relation = work->target.relation;
    const struct column *column = relation_column(relation, op->column);
    const struct id_list *users = schema_users(work->schema, relation->object.id);

    for (size_t i = 0; column != NULL && !op->cascade && users != NULL && i < users->n; i++) {
        const struct object *user = schema_object(work->schema, users->v[i]);

        if (user != NULL && user->kind == OBJ_PUBLICATION &&
            uses_column(&((const struct other *)(const void *)user)->uses, relation->object.id,
                        column->number))
            effects_fail(work, "2BP01",
                         "cannot drop column %s of table %s because other objects depend on it",
                         op->column, relation->object.name);
    }
}

void alter_drop_column(struct effects_work *work, const struct op *op,
                       const struct effect_row *row) {
    struct dependencies columns = {0};

    (void)row;
    if (work->target.relation == NULL)
        return;
    check_publications(work, op);
    if (work->stopped)
        return;
    collect_columns(work, op, work->target.relation, &columns);
    delete_parts(work, parts_of(work, &columns), columns.list.n, op->cascade,
                 LOCK_ACCESS_EXCLUSIVE);
}

/* ATExecDropConstraint goes down for what children inherit: CHECK, and (18) NOT NULL. */
static bool is_inherited_kind(const struct effects_work *work,
                              const struct constraint *constraint) {
    return constraint->kind == CONSTRAINT_CHECK ||
           (constraint->kind == CONSTRAINT_NOT_NULL && work->schema->target >= 18);
}

static void collect_constraints(struct effects_work *work, const struct op *op,
                                const struct relation *relation, struct dependencies *parts) {
    const struct constraint *constraint = relation_constraint(relation, op->object);
    struct dependency part = {{relation->object.id, PART_CONSTRAINT, 0}, DEPENDENCY_NORMAL};

    if (constraint == NULL)
        return;
    part.dependent.number = constraint->id;
    vec_push(work->arena, &parts->list, part);
    if (!is_inherited_kind(work, constraint) || constraint->no_inherit)
        return;
    for (size_t i = 0; i < relation->children.n; i++) {
        const struct relation *child = effects_relation(work, relation->children.v[i]);
        const struct constraint *inherited =
            child != NULL ? relation_constraint(child, op->object) : NULL;

        effects_lock(work, child, work->lock);
        if (inherited != NULL && !op->only && !inherited->local)
            collect_constraints(work, op, child, parts);
    }
}

void alter_drop_constraint(struct effects_work *work, const struct op *op,
                           const struct effect_row *row) {
    struct dependencies constraints = {0};

    (void)row;
    if (work->target.relation == NULL || op->object == NULL)
        return;
    collect_constraints(work, op, work->target.relation, &constraints);
    delete_parts(work, parts_of(work, &constraints), constraints.list.n, op->cascade,
                 LOCK_ACCESS_EXCLUSIVE);
}
