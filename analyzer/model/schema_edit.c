#include "model/schema_edit.h"

#include <string.h>

struct relation_work {
    unsigned epoch;
    struct relation *self;
    VEC(struct column) columns;
    VEC(const struct constraint *) constraints;
};

void schema_begin_epoch(struct schema *schema) {
    schema->epoch++;
}

object_id schema_new_id(struct schema *schema) {
    return ++schema->next_id;
}

bool schema_kind_has_namespace(int type) {
    switch (type) {
    case OBJECT_STATISTIC_EXT:
    case OBJECT_COLLATION:
    case OBJECT_CONVERSION:
    case OBJECT_OPERATOR:
    case OBJECT_OPCLASS:
    case OBJECT_OPFAMILY:
    case OBJECT_TSPARSER:
    case OBJECT_TSDICTIONARY:
    case OBJECT_TSTEMPLATE:
    case OBJECT_TSCONFIGURATION:
        return true;
    default:
        return false;
    }
}

static const char *other_key(struct key *key, int type, const char *namespace, const char *name) {
    struct key inner;
    char kind[16] = {(char)('A' + type / 26), (char)('a' + type % 26)};

    return schema_key(key, kind, schema_key(&inner, namespace, name));
}

object_id schema_find_other(const struct schema *schema, int type, struct name name) {
    struct key key;
    const object_id *id =
        pmap_get(&schema->others, other_key(&key, type, schema_real_name(name.schema), name.name));
    return id ? *id : 0;
}

/*
 * Lists that were made one from the other share an array: each sees its own n ids at the start of it, and only the
 * longest is made longer in place.
 */
struct id_array {
    size_t n, cap;
    bool ascending;
    object_id v[];
};

static bool is_among(const object_id *v, size_t n, object_id id) {
    for (size_t i = 0; i < n; i++)
        if (v[i] == id)
            return true;
    return false;
}

bool id_list_has(const struct id_list *list, object_id id) {
    size_t low = 0, high = list->n;

    if (!list->array || !list->array->ascending)
        return is_among(list->v, list->n, id);
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (list->v[middle] < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low < list->n && list->v[low] == id;
}

static struct id_array *new_array(struct arena *arena, size_t cap) {
    struct id_array *array = arena_alloc(arena, sizeof(*array) + cap * sizeof(object_id));

    array->cap = cap;
    array->ascending = true;
    return array;
}

static void append(struct id_array *array, object_id id) {
    array->ascending = array->ascending && (!array->n || array->v[array->n - 1] < id);
    array->v[array->n++] = id;
}

static struct id_list list_of(struct id_array *array) {
    return (struct id_list){array->n, array->v, array};
}

void id_list_add(struct arena *arena, struct id_list *list, object_id id) {
    struct id_array *array = list->array;

    if (id_list_has(list, id))
        return;
    if (!array || array->n != list->n || array->n == array->cap) {
        array = new_array(arena, list->n ? 2 * list->n : 2);
        for (size_t i = 0; i < list->n; i++)
            append(array, list->v[i]);
    }
    append(array, id);
    *list = list_of(array);
}

void id_list_remove(struct arena *arena, struct id_list *list, object_id id) {
    struct id_array *array = new_array(arena, list->n);

    for (size_t i = 0; i < list->n; i++)
        if (list->v[i] != id)
            append(array, list->v[i]);
    *list = list_of(array);
}

static struct pmap add_function_id(struct schema *schema, const char *key, object_id id) {
    const struct id_list *old = pmap_get(&schema->functions, key);
    struct id_list *list = arena_new(schema->arena, struct id_list);

    if (old)
        *list = *old;
    id_list_add(schema->arena, list, id);
    return pmap_set(schema->arena, schema->functions, key, list);
}

static struct pmap remove_function_id(struct schema *schema, const char *key, object_id id) {
    const struct id_list *old = pmap_get(&schema->functions, key);
    struct id_list *list = arena_new(schema->arena, struct id_list);

    if (!old)
        return schema->functions;
    *list = *old;
    id_list_remove(schema->arena, list, id);
    if (list->n == 0)
        return pmap_remove(schema->arena, schema->functions, key);
    return pmap_set(schema->arena, schema->functions, key, list);
}

/* The map of ids that the object is found in by name, and its key there. NULL for functions. */
static struct pmap *name_map(struct schema *schema, const struct object *object, struct key *key) {
    const struct other *other;

    schema_key(key, object->schema, object->name);
    if (object_is_relation(object))
        return &schema->relations;
    if (object_is_type(object))
        return &schema->types;
    if (object_is_function(object))
        return NULL;
    if (object->kind == OBJ_SCHEMA) {
        schema_key(key, NULL, object->name);
        return &schema->schemas;
    }
    other = (const struct other *)(const void *)object;
    other_key(key, other->type, object->schema, object->name);
    return &schema->others;
}

static void enter_name(struct schema *schema, const struct object *object) {
    struct key key;
    struct pmap *map = name_map(schema, object, &key);

    if (map)
        *map = pmap_set(schema->arena, *map, key.bytes, &object->id);
    else
        schema->functions = add_function_id(schema, key.bytes, object->id);
}

static void remove_name(struct schema *schema, const struct object *object) {
    struct key key;
    struct pmap *map = name_map(schema, object, &key);

    if (map)
        *map = pmap_remove(schema->arena, *map, key.bytes);
    else
        schema->functions = remove_function_id(schema, key.bytes, object->id);
}

void schema_add(struct schema *schema, const struct object *object) {
    enter_name(schema, object);
    schema_replace(schema, object);
}

void schema_replace(struct schema *schema, const struct object *object) {
    schema->objects = idmap_set(schema->arena, schema->objects, object->id, object);
}

void schema_remove(struct schema *schema, object_id id) {
    const struct object *object = schema_object(schema, id);
    const struct relation *relation = schema_relation_by_id(schema, id);

    if (!object)
        return;
    for (size_t i = 0; relation && i < relation->constraint_count; i++)
        schema_count_constraint_name(schema, object->schema, relation->constraints[i]->name, -1);
    remove_name(schema, object);
    schema->objects = idmap_remove(schema->arena, schema->objects, id);
}

static size_t object_size(const struct object *object) {
    if (object_is_relation(object))
        return sizeof(struct relation);
    if (object_is_type(object))
        return sizeof(struct type);
    if (object_is_function(object))
        return sizeof(struct function);
    return sizeof(struct other);
}

static void *edit_object(struct schema *schema, const struct object *object) {
    void *copy = arena_alloc(schema->arena, object_size(object));

    memcpy(copy, object, object_size(object));
    schema_replace(schema, copy);
    return copy;
}

void schema_rename(struct schema *schema, object_id id, const char *namespace, const char *name) {
    const struct object *object = schema_object(schema, id);
    const struct relation *relation = schema_relation_by_id(schema, id);
    struct object *copy;

    if (!object)
        return;
    for (size_t i = 0; relation && namespace && i < relation->constraint_count; i++) {
        schema_count_constraint_name(schema, object->schema, relation->constraints[i]->name, -1);
        schema_count_constraint_name(schema, namespace, relation->constraints[i]->name, 1);
    }
    remove_name(schema, object);
    copy = relation ? &schema_edit_relation(schema, id)->object : edit_object(schema, object);
    copy->schema = namespace;
    copy->name = name;
    enter_name(schema, copy);
}

struct relation *schema_edit_relation(struct schema *schema, object_id id) {
    const struct relation *old = schema_relation_by_id(schema, id);
    struct relation *copy;

    if (!old)
        return NULL;
    if (old->work && old->work->epoch == schema->epoch)
        return old->work->self;
    copy = edit_object(schema, &old->object);
    copy->work = arena_new(schema->arena, struct relation_work);
    copy->work->epoch = schema->epoch;
    copy->work->self = copy;
    return copy;
}

struct type *schema_edit_type(struct schema *schema, object_id id) {
    const struct object *object = schema_object(schema, id);

    if (!object_is_type(object))
        return NULL;
    schema->type_edits++;
    return edit_object(schema, object);
}

struct function *schema_edit_function(struct schema *schema, object_id id) {
    const struct object *object = schema_object(schema, id);
    return object_is_function(object) ? edit_object(schema, object) : NULL;
}

struct other *schema_edit_other(struct schema *schema, object_id id) {
    const struct object *object = schema_object(schema, id);
    return object ? edit_object(schema, object) : NULL;
}

/* --- columns --- */

static struct relation_work *work_on_columns(struct schema *schema, struct relation *relation) {
    struct relation_work *work = relation->work;

    if (work->columns.v)
        return work;
    work->columns.cap = relation->column_count + 1;
    work->columns.v = arena_array(schema->arena, struct column, work->columns.cap);
    work->columns.n = relation->column_count;
    if (relation->column_count)
        memcpy(work->columns.v, relation->columns, relation->column_count * sizeof(struct column));
    relation->columns = work->columns.v;
    return work;
}

static void show_columns(struct relation *relation) {
    relation->columns = relation->work->columns.v;
    relation->column_count = relation->work->columns.n;
}

struct column *relation_add_column(struct schema *schema, struct relation *relation) {
    struct relation_work *work = work_on_columns(schema, relation);
    struct column *column = vec_add(schema->arena, &work->columns);

    *column = (struct column){
        .number = ++relation->last_column, .statistics = -1, .unit = schema->unit, .local = true};
    show_columns(relation);
    return column;
}

struct column *relation_edit_column(struct schema *schema, struct relation *relation,
                                    const char *name) {
    const struct column *column = relation_column(relation, name);
    size_t index;

    if (!column)
        return NULL;
    index = (size_t)(column - relation->columns);
    return &work_on_columns(schema, relation)->columns.v[index];
}

void relation_remove_column(struct schema *schema, struct relation *relation, const char *name) {
    struct column *column = relation_edit_column(schema, relation, name);
    struct relation_work *work = relation->work;
    size_t index;

    if (!column)
        return;
    index = (size_t)(column - work->columns.v);
    memmove(column, column + 1, (work->columns.n - index - 1) * sizeof(*column));
    work->columns.n--;
    show_columns(relation);
}

/* --- constraints --- */

static const char *constraint_namespace(const struct relation *relation) {
    return relation->object.schema;
}

void schema_count_constraint_name(struct schema *schema, const char *namespace, const char *name,
                                  int change) {
    struct key key;
    const unsigned *old = pmap_get(&schema->constraint_names, schema_key(&key, namespace, name));
    unsigned *count = arena_new(schema->arena, unsigned);

    *count = (old ? *old : 0) + (unsigned)change;
    if (*count > 0)
        schema->constraint_names =
            pmap_set(schema->arena, schema->constraint_names, key.bytes, count);
    else
        schema->constraint_names = pmap_remove(schema->arena, schema->constraint_names, key.bytes);
}

bool schema_has_constraint_name(const struct schema *schema, const char *namespace,
                                const char *name) {
    struct key key;
    return pmap_get(&schema->constraint_names, schema_key(&key, namespace, name)) != NULL;
}

static struct relation_work *work_on_constraints(struct schema *schema, struct relation *relation) {
    struct relation_work *work = relation->work;

    if (work->constraints.v)
        return work;
    work->constraints.cap = relation->constraint_count + 1;
    work->constraints.v =
        arena_array(schema->arena, const struct constraint *, work->constraints.cap);
    work->constraints.n = relation->constraint_count;
    if (relation->constraint_count)
        memcpy(work->constraints.v, relation->constraints,
               relation->constraint_count * sizeof(*work->constraints.v));
    relation->constraints = work->constraints.v;
    return work;
}

static void show_constraints(struct relation *relation) {
    relation->constraints = relation->work->constraints.v;
    relation->constraint_count = relation->work->constraints.n;
}

struct constraint *relation_add_constraint(struct schema *schema, struct relation *relation,
                                           const struct constraint *constraint) {
    struct relation_work *work = work_on_constraints(schema, relation);
    struct constraint *copy = arena_new(schema->arena, struct constraint);

    *copy = *constraint;
    if (!copy->id)
        copy->id = schema_new_id(schema);
    copy->unit = schema->unit;
    vec_push(schema->arena, &work->constraints, copy);
    show_constraints(relation);
    schema_count_constraint_name(schema, constraint_namespace(relation), copy->name, 1);
    return copy;
}

static size_t constraint_index(const struct relation *relation, object_id id) {
    size_t index = 0;

    while (index < relation->constraint_count && relation->constraints[index]->id != id)
        index++;
    return index;
}

struct constraint *relation_edit_constraint(struct schema *schema, struct relation *relation,
                                            object_id id) {
    struct relation_work *work = work_on_constraints(schema, relation);
    size_t index = constraint_index(relation, id);
    struct constraint *copy;

    if (index == relation->constraint_count)
        return NULL;
    copy = arena_new(schema->arena, struct constraint);
    *copy = *work->constraints.v[index];
    work->constraints.v[index] = copy;
    return copy;
}

void relation_rename_constraint(struct schema *schema, struct relation *relation, object_id id,
                                const char *name) {
    struct constraint *constraint = relation_edit_constraint(schema, relation, id);

    if (!constraint)
        return;
    schema_count_constraint_name(schema, constraint_namespace(relation), constraint->name, -1);
    schema_count_constraint_name(schema, constraint_namespace(relation), name, 1);
    constraint->name = name;
}

void relation_remove_constraint(struct schema *schema, struct relation *relation, object_id id) {
    struct relation_work *work = work_on_constraints(schema, relation);
    size_t index = constraint_index(relation, id);

    if (index == relation->constraint_count)
        return;
    schema_count_constraint_name(schema, constraint_namespace(relation),
                                 work->constraints.v[index]->name, -1);
    memmove(work->constraints.v + index, work->constraints.v + index + 1,
            (work->constraints.n - index - 1) * sizeof(*work->constraints.v));
    work->constraints.n--;
    show_constraints(relation);
}

/* --- who uses what --- */

void schema_note_use(struct schema *schema, object_id user, object_id used) {
    const struct id_list *old = schema_users(schema, used);
    struct id_list *list;

    if (!used || used == user || (old && id_list_has(old, user)))
        return;
    list = arena_new(schema->arena, struct id_list);
    if (old)
        *list = *old;
    id_list_add(schema->arena, list, user);
    schema->users = idmap_set(schema->arena, schema->users, used, list);
}

void schema_note_uses(struct schema *schema, object_id user, struct references uses) {
    for (size_t i = 0; i < uses.n; i++)
        schema_note_use(schema, user, uses.v[i].id);
}
