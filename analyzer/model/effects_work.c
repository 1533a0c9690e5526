#include "model/effects_work.h"

#include "base/arena.h"

#include <string.h>

/* --- what is touched --- */

static bool same_name(struct name a, struct name b) {
    return strcmp(a.name, b.name) == 0 &&
           (a.schema == b.schema || (a.schema && b.schema && strcmp(a.schema, b.schema) == 0));
}

static struct effect_touch *touch(struct effects_work *work, object_id id, struct name name,
                                  enum object_kind kind) {
    struct effect_touch *touched;

    for (size_t i = 0; i < work->touched.n; i++) {
        touched = &work->touched.v[i];
        if (id != 0 ? touched->id == id : touched->id == 0 && same_name(touched->name, name))
            return touched;
    }
    touched = vec_add(work->arena, &work->touched);
    *touched = (struct effect_touch){.id = id, .name = name, .kind = kind};
    return touched;
}

static struct effect_touch *touch_relation(struct effects_work *work,
                                           const struct relation *relation) {
    struct name name = {relation->object.schema, relation->object.name};

    return touch(work, relation->object.id, name, relation->object.kind);
}

static void strengthen(struct effect_touch *touched, enum lock_mode mode) {
    if (mode > touched->lock)
        touched->lock = mode;
}

void effects_lock(struct effects_work *work, const struct relation *relation, enum lock_mode mode) {
    if (relation != NULL && mode != LOCK_NONE)
        strengthen(touch_relation(work, relation), mode);
}

void effects_lock_id(struct effects_work *work, object_id id, enum lock_mode mode) {
    effects_lock(work, effects_relation(work, id), mode);
}

void effects_lock_name(struct effects_work *work, struct name resolved, enum object_kind kind,
                       enum lock_mode mode) {
    if (mode != LOCK_NONE)
        strengthen(touch(work, 0, resolved, kind), mode);
}

void effects_lock_target(struct effects_work *work, const struct effect_target *target,
                         enum object_kind kind, enum lock_mode mode) {
    if (target->relation != NULL)
        effects_lock(work, target->relation, mode);
    else if (target->found)
        effects_lock_name(work, target->resolved, kind, mode);
}

void effects_rebuild(struct effects_work *work, const struct relation *index) {
    struct effect_touch *touched = touch_relation(work, index);

    touched->rebuilt = true;
    strengthen(touched, LOCK_ACCESS_EXCLUSIVE);
}

void effects_rebuild_all(struct effects_work *work, const struct relation *relation) {
    for (size_t i = 0; i < relation->indexes.n; i++) {
        object_id id = relation->indexes.v[i];
        const struct relation *index = effects_relation(work, id);

        if (index != NULL && !effects_is_dropped(work, id))
            effects_rebuild(work, index);
    }
    if (relation->object.assumed)
        effects_unknown(work, "the indexes of %s", effects_name(work, relation));
}

void effects_scan(struct effects_work *work, const struct relation *relation) {
    touch_relation(work, relation)->scanned = true;
}

void effects_copy(struct effects_work *work, const struct relation *relation) {
    touch_relation(work, relation)->rewritten = true;
}

void effects_rewrite(struct effects_work *work, const struct relation *relation) {
    effects_copy(work, relation);
    effects_scan(work, relation);
    effects_rebuild_all(work, relation);
}

void effects_rewrite_name(struct effects_work *work, struct name resolved) {
    struct effect_touch *touched = touch(work, 0, resolved, OBJ_TABLE);

    touched->rewritten = touched->scanned = true;
    effects_unknown(work, "the indexes of %s", resolved.name);
}

void effects_scan_name(struct effects_work *work, struct name resolved) {
    touch(work, 0, resolved, OBJ_TABLE)->scanned = true;
}

void effects_rename(struct effects_work *work, const struct relation *relation, struct name name) {
    struct effect_touch *touched = touch_relation(work, relation);

    if (name.name != NULL)
        touched->name.name = name.name;
    if (name.schema != NULL)
        touched->name.schema = name.schema;
}

void effects_rename_name(struct effects_work *work, struct name resolved, struct name name) {
    struct effect_touch *touched = touch(work, 0, resolved, OBJ_TABLE);

    if (name.name != NULL)
        touched->name.name = name.name;
    if (name.schema != NULL)
        touched->name.schema = name.schema;
}

void effects_collect(struct effects_work *work) {
    struct effects *out = work->out;

    for (size_t i = 0; i < work->touched.n; i++) {
        const struct effect_touch *touched = &work->touched.v[i];

        if (touched->lock != LOCK_NONE)
            vec_push(work->arena, &out->locks,
                     ((struct effect_lock){touched->name, touched->kind, touched->lock}));
        if (touched->rewritten)
            vec_push(work->arena, &out->rewrites, touched->name);
        if (touched->rebuilt)
            vec_push(work->arena, &out->rebuilds, touched->name);
        if (touched->scanned)
            vec_push(work->arena, &out->scans, touched->name);
    }
}

/* --- what is not known, and failures --- */

void effects_unknown(struct effects_work *work, const char *format, ...) {
    va_list args;
    const char *what;

    va_start(args, format);
    what = arena_vprintf(work->arena, format, args);
    va_end(args);
    for (size_t i = 0; i < work->out->unknown.n; i++)
        if (strcmp(work->out->unknown.v[i], what) == 0)
            return;
    vec_push(work->arena, &work->out->unknown, what);
}

void effects_fail(struct effects_work *work, const char *sqlstate, const char *format, ...) {
    struct failure *failure = &work->out->failure;
    va_list args;

    if (failure->certain || (work->maybe_void && failure->sqlstate != NULL))
        return;
    *failure = (struct failure){.sqlstate = sqlstate, .certain = !work->maybe_void};
    if (work->maybe_void)
        failure->condition = "it is not there yet";
    va_start(args, format);
    failure->why = arena_vprintf(work->arena, format, args);
    va_end(args);
    work->stopped = !work->maybe_void;
}

void effects_may_fail(struct effects_work *work, const char *condition, const char *sqlstate,
                      const char *format, ...) {
    struct failure *failure = &work->out->failure;
    va_list args;

    if (failure->sqlstate != NULL)
        return;
    *failure = (struct failure){.sqlstate = sqlstate, .condition = condition};
    va_start(args, format);
    failure->why = arena_vprintf(work->arena, format, args);
    va_end(args);
}

void effects_refuse(struct effects_work *work, bool inside, const char *sqlstate,
                    const char *format, ...) {
    struct failure *failure = inside ? &work->out->inside : &work->out->outside;
    va_list args;

    if (failure->sqlstate != NULL)
        return;
    *failure = (struct failure){.sqlstate = sqlstate, .certain = true};
    va_start(args, format);
    failure->why = arena_vprintf(work->arena, format, args);
    va_end(args);
}

void effects_refuse_transaction(struct effects_work *work, const char *what) {
    if (work->stopped)
        return;
    effects_refuse(work, true, "25001", "%s cannot run inside a transaction block", what);
    if (work->ops.n > 0 && work->ops.v[0].statement->parent != NULL)
        effects_fail(work, "25001", "%s cannot be executed from a function", what);
}

/* --- asking --- */

const char *effects_name(struct effects_work *work, const struct relation *relation) {
    (void)work;
    return relation->object.name;
}

const struct relation *effects_relation(struct effects_work *work, object_id id) {
    return schema_relation_by_id(work->schema, id);
}

bool effects_is_catalog(const struct schema *schema, struct name name) {
    if (name.name == NULL)
        return false;
    if (name.schema != NULL)
        return strcmp(name.schema, "pg_catalog") == 0 || strcmp(name.schema, "pg_toast") == 0 ||
               strcmp(name.schema, "information_schema") == 0;
    return strncmp(name.name, "pg_", 3) == 0 && schema_relation(schema, name) == NULL;
}

static void missing(struct effects_work *work, struct name name, const char *what) {
    struct name schema = {NULL, name.schema};

    if (name.schema != NULL && schema_other(work->schema, OBJECT_SCHEMA, schema) == NULL)
        effects_fail(work, "3F000", "schema \"%s\" does not exist", name.schema);
    else if (name.schema != NULL)
        effects_fail(work, "42P01", "%s \"%s.%s\" does not exist", what, name.schema, name.name);
    else
        effects_fail(work, "42P01", "%s \"%s\" does not exist", what, name.name);
}

bool effects_knows_all(const struct effects_work *work) {
    return schema_knows_all(work->schema);
}

struct effect_target effects_find(struct effects_work *work, struct name name, bool missing_ok,
                                  const char *what) {
    struct effect_target target = {.relation = schema_relation(work->schema, name)};

    if (name.name == NULL)
        return target;
    target.resolved = schema_resolve(work->schema, name);
    target.found = target.relation != NULL;
    if (target.found || effects_is_catalog(work->schema, name))
        return target;
    if (!effects_knows_all(work))
        target.found = true;
    else if (!missing_ok)
        missing(work, name, what);
    return target;
}

/* find_all_inheritors: breadth first */
struct id_list effects_all_below(struct effects_work *work, const struct relation *relation) {
    VEC(object_id) all = {0};

    vec_push(work->arena, &all, relation->object.id);
    for (size_t i = 0; i < all.n; i++) {
        const struct relation *one = effects_relation(work, all.v[i]);

        for (size_t j = 0; one != NULL && j < one->children.n; j++) {
            bool there = false;

            for (size_t k = 0; k < all.n && !there; k++)
                there = all.v[k] == one->children.v[j];
            if (!there)
                vec_push(work->arena, &all, one->children.v[j]);
        }
    }
    return (struct id_list){.n = all.n, .v = all.v};
}

bool effects_has_storage(const struct relation *relation) {
    return relation->object.kind == OBJ_TABLE || relation->object.kind == OBJ_MATVIEW;
}

bool effects_has_children(const struct relation *relation) {
    return relation->children.n > 0;
}

bool effects_may_be(const struct relation *relation, unsigned kinds) {
    return relation->object.assumed || (kinds & KIND(relation->object.kind)) != 0;
}

bool effects_is_partition(const struct relation *relation) {
    return relation->partition_bound != NULL;
}

const struct relation *effects_default_partition(struct effects_work *work,
                                                 const struct relation *parent) {
    for (size_t i = 0; i < parent->children.n; i++) {
        const struct relation *child = effects_relation(work, parent->children.v[i]);
        const struct PartitionBoundSpec *bound =
            child != NULL ? node_if(PartitionBoundSpec, child->partition_bound) : NULL;

        if (bound != NULL && bound->is_default && !effects_is_dropped(work, child->object.id))
            return child;
    }
    return NULL;
}

bool effects_is_dropped(const struct effects_work *work, object_id id) {
    for (size_t i = 0; i < work->dropped.n; i++)
        if (work->dropped.v[i] == id)
            return true;
    return false;
}

const char *effects_rows_condition(struct effects_work *work, const struct relation *relation) {
    return arena_printf(work->arena, "%s has rows", effects_name(work, relation));
}
