#include "model/inverse_work.h"

#include "model/depend.h"

#include <stdlib.h>
#include <string.h>

void inverse_obstacle(struct inverse_work *work, const char *format, ...) {
    va_list args;

    va_start(args, format);
    vec_push(work->arena, &work->out->obstacles.list, arena_vprintf(work->arena, format, args));
    va_end(args);
}

void inverse_note(struct inverse_work *work, const char *format, ...) {
    va_list args;

    va_start(args, format);
    vec_push(work->arena, &work->out->notes.list, arena_vprintf(work->arena, format, args));
    va_end(args);
}

bool inverse_same_text(const char *a, const char *b) {
    return a == b || (a && b && strcmp(a, b) == 0);
}

const char *inverse_name(const struct inverse_work *work, const struct object *object) {
    return schema_display(work->arena, (struct name){object->schema, object->name});
}

void inverse_alter(struct printer *printer, const struct relation *relation, bool only) {
    bool table =
        relation->object.kind == OBJ_TABLE || relation->object.kind == OBJ_PARTITIONED_TABLE;

    print(printer, "ALTER %s %s", object_sql_kind(&relation->object), table && only ? "ONLY " : "");
    print_object_name(printer, &relation->object);
}

const struct changed *inverse_changed(const struct inverse_work *work, object_id id) {
    for (size_t i = 0; i < work->changed_count; i++)
        if (work->changed[i].now->id == id)
            return &work->changed[i];
    return NULL;
}

bool inverse_column_is_new(const struct inverse_work *work, const struct relation *now,
                           const char *column) {
    const struct relation *then = schema_relation_by_id(work->then.schema, now->object.id);
    const struct column *found = column ? relation_column(now, column) : NULL;

    return found && then && !relation_column_by_number(then, found->number);
}

/* --- what differs --- */

struct sides {
    struct inverse_work *work;
    VEC(const struct object *) made, gone;
    VEC(struct changed) changed;
};

static int compare_ids(const void *a, const void *b) {
    const struct object *const *x = a, *const *y = b;
    return ((*x)->id > (*y)->id) - ((*x)->id < (*y)->id);
}

static int compare_changed(const void *a, const void *b) {
    const struct changed *x = a, *y = b;
    return (x->now->id > y->now->id) - (x->now->id < y->now->id);
}

/* ADD CONSTRAINT USING INDEX: with the constraint the index goes, too. */
static bool is_taken_by_constraint(const struct object *now, const struct object *then) {
    return object_is_index(now) && INVERSE_AS(relation, now)->is_constraint &&
           !INVERSE_AS(relation, then)->is_constraint;
}

/* Changes to what is dropped as a whole, later: but for its name, under which it is dropped. */
static bool goes_with_maker(const struct inverse_work *work, const struct object *now,
                            const struct object *then) {
    const struct schema *base = work->how.base;

    return base && now && then && !schema_object(base, now->id) &&
           inverse_same_text(now->name, then->name) && inverse_same_text(now->schema, then->schema);
}

/* What now only assumes was there before; of what then does not know it could have changed nothing. */
static void sort_out(const void *object_now, const void *object_then, void *context) {
    struct sides *sides = context;
    struct inverse_work *work = sides->work;
    const struct object *now = object_now, *then = object_then;

    if ((now && now->temporary) || (then && then->temporary))
        return;
    if (goes_with_maker(work, now, then))
        return;
    if (now && then && is_taken_by_constraint(now, then))
        vec_push(work->arena, &sides->gone, then);
    else if (now && then)
        vec_push(work->arena, &sides->changed, ((struct changed){now, then}));
    else if (now && !now->assumed)
        vec_push(work->arena, &sides->made, now);
    else if (then)
        vec_push(work->arena, &sides->gone, then);
}

static bool has_object(const struct sides *sides, const struct object *object) {
    for (size_t i = 0; i < sides->made.n; i++)
        if (sides->made.v[i]->id == object->id)
            return true;
    return false;
}

static bool is_view(const struct object *object) {
    return object->kind == OBJ_VIEW || object->kind == OBJ_MATVIEW;
}

/* It is dropped and made anew, and so are the views on it. */
static void make_anew(struct inverse_work *work, struct sides *sides,
                      const struct changed *changed) {
    struct part part = {changed->now->id, PART_WHOLE, 0};
    struct deletion deletion = deletion_of(work->now.schema, &part, 1);

    for (size_t i = 0; i < deletion.list.n; i++) {
        const struct object *now = schema_object(work->now.schema, deletion.list.v[i].object);
        const struct object *then = schema_object(work->then.schema, deletion.list.v[i].object);
        bool whole = deletion.list.v[i].kind == PART_WHOLE;
        if (now == changed->now ? !whole : (!whole || !is_view(now)))
            inverse_obstacle(work, "%s has to be dropped, and %s hangs on it",
                             part_describe(work->now.schema, part),
                             part_describe(work->now.schema, deletion.list.v[i]));
        else if (then && !has_object(sides, now)) {
            vec_push(work->arena, &sides->made, now);
            vec_push(work->arena, &sides->gone, then);
            inverse_note(work, "%s is made anew: what was granted on it has to be granted again",
                         part_describe(work->now.schema, deletion.list.v[i]));
        }
    }
}

/* CREATE OR REPLACE takes no default of an argument away. */
static bool function_is_made_anew(const struct changed *changed) {
    return object_is_function(changed->now) &&
           INVERSE_AS(function, changed->now)->default_count >
               INVERSE_AS(function, changed->then)->default_count;
}

static void split_made_anew(struct inverse_work *work, struct sides *sides) {
    size_t kept = 0;

    for (size_t i = 0; i < sides->changed.n; i++) {
        const struct changed *changed = &sides->changed.v[i];
        if (inverse_view_is_made_anew(work, changed) || function_is_made_anew(changed))
            make_anew(work, sides, changed);
    }
    for (size_t i = 0; i < sides->changed.n; i++)
        if (!has_object(sides, sides->changed.v[i].now))
            sides->changed.v[kept++] = sides->changed.v[i];
    sides->changed.n = kept;
}

static void find_differences(struct inverse_work *work) {
    struct sides sides = {.work = work};

    idmap_changed(&work->now.schema->objects, &work->then.schema->objects, sort_out, &sides);
    split_made_anew(work, &sides);
    if (sides.made.n)
        qsort(sides.made.v, sides.made.n, sizeof(*sides.made.v), compare_ids);
    if (sides.gone.n)
        qsort(sides.gone.v, sides.gone.n, sizeof(*sides.gone.v), compare_ids);
    if (sides.changed.n)
        qsort(sides.changed.v, sides.changed.n, sizeof(*sides.changed.v), compare_changed);
    work->made = (struct object_list){sides.made.n, sides.made.v};
    work->gone = (struct object_list){sides.gone.n, sides.gone.v};
    work->changed = sides.changed.v;
    work->changed_count = sides.changed.n;
}

/* --- making again what is gone --- */

static void note_gone(struct inverse_work *work) {
    for (size_t i = 0; i < work->gone.n; i++) {
        const struct object *object = work->gone.v[i];
        if (object->not_certain && !object->assumed)
            inverse_obstacle(work, "whether %s was there is not known", inverse_name(work, object));
        if (object->kind == OBJ_SEQUENCE)
            inverse_note(work, "sequence %s starts anew: setval has to be called",
                         inverse_name(work, object));
        else if (object->kind == OBJ_MATVIEW)
            inverse_note(work, "materialized view %s is empty until it is refreshed",
                         inverse_name(work, object));
        else if (object->kind == OBJ_OTHER && !object_sql_kind(object))
            inverse_obstacle(work, "how %s was made is not known", object->name);
    }
}

static void make_first(struct inverse_work *work, struct object_list ordered) {
    print_first(&work->then, &work->gone);
    for (size_t i = 0; i < ordered.n; i++)
        if (!is_view(ordered.v[i]))
            print_object(&work->then, ordered.v[i]);
}

typedef void (*part_printer)(struct printer *printer, const struct relation *relation);

/* A partition whose parent is there still gets what the parent has by being attached, if it does not have it. */
static bool is_attached_late(const struct inverse_work *work, const struct relation *table) {
    return table && table->partition_bound && table->parents.n &&
           schema_object(work->now.schema, table->parents.v[0]);
}

/* What it would get anew, under a name of the server's choice. */
static void look_for_new_indexes(struct inverse_work *work, const struct relation *table) {
    const struct relation *parent = schema_relation_by_id(work->then.schema, table->parents.v[0]);
    size_t attached = 0;

    for (size_t i = 0; i < table->indexes.n; i++) {
        const struct relation *index =
            schema_relation_by_id(work->then.schema, table->indexes.v[i]);
        attached += index && index->parents.n;
    }
    if (parent && attached < parent->indexes.n)
        inverse_obstacle(work, "attaching %s gives it an index more than it had",
                         inverse_name(work, &table->object));
}

static void attach_partitions(struct inverse_work *work, bool late) {
    for (size_t i = 0; i < work->gone.n; i++) {
        const struct relation *table = INVERSE_AS(relation, work->gone.v[i]);
        if (!object_is_printed_table(work->gone.v[i]) || is_attached_late(work, table) != late)
            continue;
        if (late)
            look_for_new_indexes(work, table);
        print_attachment(&work->then, table);
    }
}

static void each_gone_table(struct inverse_work *work, part_printer print_part) {
    for (size_t i = 0; i < work->gone.n; i++)
        if (object_is_printed_table(work->gone.v[i]))
            print_part(&work->then, INVERSE_AS(relation, work->gone.v[i]));
}

static bool is_gone(const struct inverse_work *work, object_id id) {
    return schema_object(work->then.schema, id) && !schema_object(work->now.schema, id);
}

/* As migrations make them: with their partitions' counterparts, and concurrently where the up did so. */
static void make_indexes(struct inverse_work *work) {
    for (size_t i = 0; i < work->gone.n; i++)
        if (object_is_index(work->gone.v[i])) {
            struct printer printer = work->then;
            printer.concurrently = work->how.concurrently;
            print_index(&printer, INVERSE_AS(relation, work->gone.v[i]));
        }
    for (size_t i = 0; i < work->gone.n; i++) {
        const struct relation *index = INVERSE_AS(relation, work->gone.v[i]);
        if (object_is_index(work->gone.v[i]) &&
            !(is_gone(work, index->table) &&
              is_attached_late(work, schema_relation_by_id(work->then.schema, index->table))))
            print_index_attachment(&work->then, index);
    }
}

/* What publishes a table forgets it when it is dropped. */
static void publish_again(struct inverse_work *work, const struct object *table) {
    const struct id_list *users = schema_users(work->then.schema, table->id);

    for (size_t i = 0; users && i < users->n; i++) {
        const struct object *user = schema_object(work->then.schema, users->v[i]);
        if (!user || user->kind != OBJ_PUBLICATION || !schema_object(work->now.schema, user->id) ||
            inverse_changed(work, user->id))
            continue;
        print(&work->then, "ALTER PUBLICATION ");
        print_name(&work->then, user->name);
        print(&work->then, " ADD TABLE ONLY ");
        print_object_name(&work->then, table);
        print(&work->then, ";\n");
    }
}

static void make_views(struct inverse_work *work, struct object_list ordered) {
    for (size_t i = 0; i < ordered.n; i++)
        if (is_view(ordered.v[i])) {
            print_object(&work->then, ordered.v[i]);
            print_column_extras(&work->then, INVERSE_AS(relation, ordered.v[i]));
        }
}

static void make_rest(struct inverse_work *work, struct object_list ordered) {
    for (size_t i = 0; i < work->gone.n; i++)
        if (object_is_printed_table(work->gone.v[i]) && !is_view(work->gone.v[i]))
            print_column_extras(&work->then, INVERSE_AS(relation, work->gone.v[i]));
    attach_partitions(work, false);
    each_gone_table(work, print_key_constraints);
    inverse_keys(work);
    make_views(work, ordered);
    inverse_views(work);
    make_indexes(work);
    attach_partitions(work, true);
    each_gone_table(work, print_foreign_keys);
    inverse_foreign_keys(work);
    each_gone_table(work, print_rules);
    each_gone_table(work, print_triggers);
    each_gone_table(work, print_policies);
    inverse_attached(work);
    each_gone_table(work, print_table_state);
    inverse_table_state(work);
    print_last(&work->then, &work->gone);
    for (size_t i = 0; i < work->gone.n; i++)
        publish_again(work, work->gone.v[i]);
    for (size_t i = 0; i < work->gone.n; i++)
        if (!work->gone.v[i]->assumed)
            print_comments(&work->then, work->gone.v[i]);
    inverse_comments(work);
}

static void go_back(struct inverse_work *work) {
    struct object_list ordered = print_order(work->then.schema, work->arena, work->gone);

    note_gone(work);
    inverse_detach(work);
    inverse_drop_parts(work);
    inverse_drop_objects(work);
    inverse_rename(work);
    make_first(work, ordered);
    inverse_types(work);
    inverse_columns(work);
    print_ownership(&work->then, &work->gone);
    make_rest(work, ordered);
}

void schema_inverse(struct arena *arena, const struct schema *now, const struct schema *then,
                    struct inverse_how how, struct inverse *out) {
    struct buf sql = BUF_INIT;
    struct inverse_work work = {.arena = arena, .sql = &sql, .out = out, .how = how};

    *out = (struct inverse){0};
    work.now = (struct printer){.out = &sql, .schema = now, .arena = arena, .untold = &work.untold};
    work.then = work.now;
    work.then.schema = then;
    find_differences(&work);
    go_back(&work);
    for (size_t i = 0; i < work.untold.list.n; i++)
        vec_push(arena, &out->obstacles.list, work.untold.list.v[i]);
    out->sql = arena_strndup(arena, buf_str(&sql), sql.n);
    buf_release(&sql);
}
