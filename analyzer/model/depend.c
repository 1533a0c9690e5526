#include "model/depend.h"

#include "model/schema_edit.h"
#include "model/uses.h"

#include <string.h>

struct search {
    const struct schema *schema;
    struct arena *arena;
    struct part of;
    struct dependencies found;
};

static void add(struct search *search, struct part dependent, enum dependency_kind kind) {
    if (dependent.object == search->of.object && dependent.kind == search->of.kind &&
        dependent.number == search->of.number)
        return;
    vec_push(search->arena, &search->found.list, ((struct dependency){dependent, kind}));
}

static void add_whole(struct search *search, object_id id, enum dependency_kind kind) {
    add(search, (struct part){id, PART_WHOLE, 0}, kind);
}

/* Whether a definition uses what is searched for: the object, or this column of it. */
static bool is_used(const struct search *search, struct references uses) {
    unsigned column = search->of.kind == PART_COLUMN ? search->of.number : 0;

    for (size_t i = 0; i < uses.n; i++)
        if (uses.v[i].id == search->of.object && (!column || uses.v[i].column == column))
            return true;
    return false;
}

static bool is_type(const struct search *search, const struct type_use *type) {
    return search->of.kind == PART_WHOLE && type->user_type == search->of.object;
}

static bool names_have(const struct name_list *names, const char *name) {
    for (size_t i = 0; name && i < names->n; i++)
        if (strcmp(names->v[i], name) == 0)
            return true;
    return false;
}

static const char *searched_column(const struct search *search) {
    const struct relation *relation = schema_relation_by_id(search->schema, search->of.object);
    const struct column *column = relation_column_by_number(relation, search->of.number);
    return column ? column->name : NULL;
}

/* A foreign key of another table that points at the searched table, or at this column of it. */
static bool points_at(const struct search *search, const struct constraint *constraint) {
    if (constraint->kind != CONSTRAINT_FOREIGN_KEY || constraint->references != search->of.object)
        return false;
    return search->of.kind != PART_COLUMN ||
           names_have(&constraint->reference_columns, searched_column(search));
}

/* Parts of a relation (any, also the searched one itself) that use what is searched for. */
static void search_columns(struct search *search, const struct relation *relation) {
    object_id id = relation->object.id;

    for (size_t i = 0; i < relation->column_count; i++) {
        const struct column *column = &relation->columns[i];
        struct part part = {id, PART_DEFAULT, column->number};
        if (is_type(search, &column->type) && id != search->of.object)
            add(search, (struct part){id, PART_COLUMN, column->number}, DEPENDENCY_NORMAL);
        if (!is_used(search, column->default_uses))
            continue;
        /* Before 15 dropping the base of a generated column dropped it, too. */
        if (column->generated)
            add(search, (struct part){id, PART_COLUMN, column->number},
                search->schema->target < 15 && id == search->of.object ? DEPENDENCY_AUTO
                                                                       : DEPENDENCY_NORMAL);
        else if (column->owned_sequence == search->of.object && search->of.object)
            add(search, part, DEPENDENCY_NORMAL);
        else
            add(search, part, DEPENDENCY_NORMAL);
    }
}

static void search_constraints(struct search *search, const struct relation *relation) {
    object_id id = relation->object.id;
    bool own = id == search->of.object;

    for (size_t i = 0; i < relation->constraint_count; i++) {
        const struct constraint *constraint = relation->constraints[i];
        struct part part = {id, PART_CONSTRAINT, constraint->id};
        if (own && search->of.kind == PART_COLUMN &&
            (names_have(&constraint->columns, searched_column(search)) ||
             is_used(search, constraint->uses)))
            add(search, part, DEPENDENCY_AUTO);
        else if (!own && is_used(search, constraint->uses))
            add(search, part, DEPENDENCY_NORMAL);
        if (points_at(search, constraint) && (!own || search->of.kind == PART_COLUMN))
            add(search, part, DEPENDENCY_NORMAL);
        else if (search->of.kind == PART_WHOLE && constraint->index == search->of.object)
            add(search, part,
                constraint->kind == CONSTRAINT_FOREIGN_KEY ? DEPENDENCY_NORMAL
                                                           : DEPENDENCY_INTERNAL);
    }
}

static void search_attached(struct search *search, const struct relation *relation) {
    object_id id = relation->object.id;

    for (size_t i = 0; i < relation->trigger_count; i++)
        if (is_used(search, relation->triggers[i]->uses))
            add(search, (struct part){id, PART_TRIGGER, relation->triggers[i]->id},
                DEPENDENCY_NORMAL);
    for (size_t i = 0; i < relation->policy_count; i++)
        if (is_used(search, relation->policies[i]->uses))
            add(search, (struct part){id, PART_POLICY, relation->policies[i]->id},
                DEPENDENCY_NORMAL);
    for (size_t i = 0; i < relation->rule_count; i++)
        if (is_used(search, relation->rules[i]->uses) &&
            (id != search->of.object || search->of.kind == PART_COLUMN))
            add(search, (struct part){id, PART_RULE, relation->rules[i]->id}, DEPENDENCY_NORMAL);
}

static bool is_index(const struct relation *relation) {
    return relation->object.kind == OBJ_INDEX || relation->object.kind == OBJ_PARTITIONED_INDEX;
}

static void search_relation(struct search *search, const struct relation *relation) {
    object_id id = relation->object.id;
    bool owned = relation->object.kind == OBJ_SEQUENCE && relation->owned_by == search->of.object;

    if (is_index(relation)) {
        bool own = relation->table == search->of.object;
        if (is_used(search, relation->uses) || (own && search->of.kind == PART_WHOLE))
            add_whole(search, id, own ? DEPENDENCY_AUTO : DEPENDENCY_NORMAL);
        return;
    }
    if (owned && (search->of.kind == PART_WHOLE ||
                  (relation->owned_column && searched_column(search) &&
                   strcmp(relation->owned_column, searched_column(search)) == 0)))
        add_whole(search, id, DEPENDENCY_AUTO);
    if (is_used(search, relation->uses))
        add_whole(search, id, DEPENDENCY_NORMAL);
    if (search->of.kind == PART_WHOLE && relation->of_type == search->of.object)
        add_whole(search, id, DEPENDENCY_NORMAL);
    if (search->of.kind == PART_WHOLE && id_list_has(&relation->parents, search->of.object))
        add_whole(search, id, relation->partition_bound ? DEPENDENCY_AUTO : DEPENDENCY_NORMAL);
    search_columns(search, relation);
    search_constraints(search, relation);
    search_attached(search, relation);
}

static void search_type(struct search *search, const struct type *type) {
    bool uses = is_used(search, type->uses) || is_type(search, &type->base);

    for (size_t i = 0; i < type->constraint_count; i++)
        uses = uses || is_used(search, type->constraints[i].uses);
    if (uses)
        add_whole(search, type->object.id, DEPENDENCY_NORMAL);
}

static void search_other(struct search *search, const struct other *other) {
    if (!is_used(search, other->uses))
        return;
    /* A publication merely loses the table; statistics go with it. */
    if (other->object.kind == OBJ_STATISTICS)
        add_whole(search, other->object.id, DEPENDENCY_AUTO);
    else if (other->object.kind != OBJ_PUBLICATION)
        add_whole(search, other->object.id, DEPENDENCY_NORMAL);
}

static void search_object(struct search *search, const struct object *object) {
    if (object_is_relation(object))
        search_relation(search, (const struct relation *)(const void *)object);
    else if (object_is_type(object))
        search_type(search, (const struct type *)(const void *)object);
    else if (object_is_function(object) &&
             is_used(search, ((const struct function *)(const void *)object)->uses))
        add_whole(search, object->id, DEPENDENCY_NORMAL);
    else if (!object_is_function(object))
        search_other(search, (const struct other *)(const void *)object);
}

static void search_users(struct search *search, object_id of) {
    const struct id_list *users = schema_users(search->schema, of);

    for (size_t i = 0; users && i < users->n; i++) {
        const struct object *object = schema_object(search->schema, users->v[i]);
        if (object)
            search_object(search, object);
    }
}

static void search_own_parts(struct search *search) {
    const struct relation *relation = schema_relation_by_id(search->schema, search->of.object);

    if (!relation)
        return;
    if (search->of.kind == PART_COLUMN) {
        search_relation(search, relation);
        return;
    }
    for (size_t i = 0; i < relation->children.n; i++) {
        const struct relation *child =
            schema_relation_by_id(search->schema, relation->children.v[i]);
        if (child)
            add_whole(search, child->object.id,
                      child->partition_bound || is_index(child) ? DEPENDENCY_AUTO
                                                                : DEPENDENCY_NORMAL);
    }
    if (is_index(relation)) {
        const struct relation *table = schema_relation_by_id(search->schema, relation->table);
        if (table)
            search_constraints(search, table);
    }
}

/* A constraint takes its index with it, and its counterparts in partitions. */
static void search_constraint(struct search *search) {
    const struct relation *relation = schema_relation_by_id(search->schema, search->of.object);
    const struct constraint *constraint = relation_constraint_by_id(relation, search->of.number);

    if (!constraint)
        return;
    if (constraint->index && constraint->kind != CONSTRAINT_FOREIGN_KEY)
        add_whole(search, constraint->index, DEPENDENCY_INTERNAL);
    /* CHECKs of children are no dependents: DROP CONSTRAINT itself goes there. */
    if (constraint->kind == CONSTRAINT_CHECK || constraint->kind == CONSTRAINT_NOT_NULL)
        return;
    for (size_t i = 0; i < relation->children.n; i++) {
        const struct relation *child =
            schema_relation_by_id(search->schema, relation->children.v[i]);
        for (size_t j = 0; child && j < child->constraint_count; j++)
            if (child->constraints[j]->parent == constraint->id && !child->constraints[j]->local)
                add(search,
                    (struct part){child->object.id, PART_CONSTRAINT, child->constraints[j]->id},
                    DEPENDENCY_AUTO);
    }
}

static void search_trigger(struct search *search) {
    const struct relation *relation = schema_relation_by_id(search->schema, search->of.object);

    for (size_t i = 0; relation && i < relation->children.n; i++) {
        const struct relation *child =
            schema_relation_by_id(search->schema, relation->children.v[i]);
        for (size_t j = 0; child && j < child->trigger_count; j++)
            if (child->triggers[j]->parent == search->of.number)
                add(search, (struct part){child->object.id, PART_TRIGGER, child->triggers[j]->id},
                    DEPENDENCY_AUTO);
    }
}

static void search_schema(struct search *search, const struct object *namespace) {
    struct object_list objects = schema_objects(search->schema, search->arena);

    for (size_t i = 0; i < objects.n; i++)
        if (objects.v[i]->schema && strcmp(objects.v[i]->schema, namespace->name) == 0)
            add_whole(search, objects.v[i]->id, DEPENDENCY_NORMAL);
}

struct dependencies depend_on(const struct schema *schema, struct part part) {
    struct search search = {.schema = schema, .arena = schema->arena, .of = part};
    const struct object *object = schema_object(schema, part.object);

    if (!object)
        return search.found;
    if (part.kind == PART_CONSTRAINT) {
        search_constraint(&search);
    } else if (part.kind == PART_TRIGGER) {
        search_trigger(&search);
    } else if (part.kind == PART_WHOLE && object->kind == OBJ_SCHEMA) {
        search_schema(&search, object);
    } else if (part.kind == PART_WHOLE || part.kind == PART_COLUMN) {
        search_own_parts(&search);
        search_users(&search, part.object);
    }
    return search.found;
}

/* --- deletion --- */

struct doomed {
    struct part part, because;
    unsigned kinds; /* of all the ways it is reached */
};

struct doomed_list {
    VEC(struct doomed) list;
};

static struct doomed *find_doomed(struct doomed_list *doomed, struct part part) {
    for (size_t i = 0; i < doomed->list.n; i++) {
        const struct part *other = &doomed->list.v[i].part;
        if (other->object == part.object && other->kind == part.kind &&
            other->number == part.number)
            return &doomed->list.v[i];
    }
    return NULL;
}

static void doom(const struct schema *schema, struct doomed_list *doomed, struct part part,
                 struct part because, unsigned kind) {
    struct doomed *old = find_doomed(doomed, part);
    struct doomed fresh = {part, because, kind};

    if (old)
        old->kinds |= kind;
    else
        vec_push(schema->arena, &doomed->list, fresh);
}

/* A part of a whole that goes does not stop anything, nor must it be removed. */
static bool goes_with_whole(struct doomed_list *doomed, struct part part) {
    if (part.kind == PART_DEFAULT &&
        find_doomed(doomed, (struct part){part.object, PART_COLUMN, part.number}))
        return true;
    return part.kind != PART_WHOLE &&
           find_doomed(doomed, (struct part){part.object, PART_WHOLE, 0}) != NULL;
}

/*
 * findDependentObjects: everything that is reached is removed; what is reached only as a normal
 * dependent, and was not named itself, stops a DROP without CASCADE (reportDependentObjects).
 */
struct deletion deletion_of(const struct schema *schema, const struct part *parts, size_t n) {
    struct doomed_list doomed = {0};
    struct deletion deletion = {0};

    for (size_t i = 0; i < n; i++)
        doom(schema, &doomed, parts[i], parts[i], DEPENDENCY_INTERNAL);
    for (size_t i = 0; i < doomed.list.n; i++) {
        struct part part = doomed.list.v[i].part;
        struct dependencies next = depend_on(schema, part);
        for (size_t j = 0; j < next.list.n; j++)
            doom(schema, &doomed, next.list.v[j].dependent, part, next.list.v[j].kind);
    }
    for (size_t i = 0; i < doomed.list.n; i++) {
        const struct doomed *item = &doomed.list.v[i];
        bool whole_goes = goes_with_whole(&doomed, item->part);
        if (!whole_goes)
            vec_push(schema->arena, &deletion.list, item->part);
        if (item->kinds != DEPENDENCY_NORMAL || whole_goes)
            continue;
        vec_push(schema->arena, &deletion.cascaded, item->part);
        if (!deletion.stopped_by.object) {
            deletion.stopped_by = item->part;
            deletion.stopped_at = item->because;
        }
    }
    return deletion;
}
