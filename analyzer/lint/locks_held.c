#include "lint/locks_held.h"

void locks_held_init(struct locks_held *held, struct arena *arena) {
    *held = (struct locks_held){.arena = arena};
    map_init(&held->by_key, arena);
}

void locks_held_clear(struct locks_held *held) {
    if (held->steps.n)
        locks_held_init(held, held->arena);
}

static const char *key_of(struct arena *arena, const struct effect_lock *lock,
                          const struct relation *relation) {
    return relation ? arena_printf(arena, "%u", relation->object.id)
                    : schema_display(arena, lock->relation);
}

static size_t find_or_add(struct locks_held *held, const struct effect_lock *lock,
                          const struct relation *relation, bool is_untold) {
    const char *key = key_of(held->arena, lock, relation);
    uintptr_t found = (uintptr_t)map_get(&held->by_key, key);
    struct held_relation added = {
        .id = relation ? relation->object.id : 0, .lock = *lock, .is_untold = is_untold};

    if (found)
        return found - 1;
    added.lock.mode = LOCK_NONE;
    held->modes[LOCK_NONE].count += !is_untold;
    vec_push(held->arena, &held->relations, added);
    map_set(&held->by_key, key, (void *)(uintptr_t)held->relations.n);
    return held->relations.n - 1;
}

/* Its place in the list of its weaker mode stays, and is passed over while the stronger one is held. */
static void strengthen(struct locks_held *held, size_t index, enum lock_mode mode, size_t since) {
    struct held_relation *relation = &held->relations.v[index];

    if (!relation->is_untold) {
        held->modes[relation->lock.mode].count--;
        held->modes[mode].count++;
        vec_push(held->arena, &held->modes[mode].relations, index);
    }
    relation->lock.mode = mode;
    relation->since = since;
}

/* Undoes the last strengthen that was not undone. */
static void weaken(struct locks_held *held, const struct held_step *step) {
    struct held_relation *relation = &held->relations.v[step->relation];

    if (!relation->is_untold) {
        held->modes[relation->lock.mode].count--;
        held->modes[relation->lock.mode].relations.n--;
        held->modes[step->mode].count++;
        held->modes[step->mode].first = 0;
    }
    relation->lock.mode = step->mode;
    relation->since = step->since;
}

void locks_held_take(struct locks_held *held, const struct effect_lock *lock,
                     const struct relation *relation, bool is_untold, size_t statement) {
    size_t index = find_or_add(held, lock, relation, is_untold);
    struct held_relation *taken = &held->relations.v[index];
    struct held_step step = {index, taken->lock.mode, taken->since};

    vec_push(held->arena, &held->steps, step);
    if (lock->mode > taken->lock.mode)
        strengthen(held, index, lock->mode, statement);
}

void locks_held_give_back(struct locks_held *held, size_t steps) {
    while (held->steps.n > steps) {
        const struct held_step *step = &held->steps.v[--held->steps.n];
        if (held->relations.v[step->relation].lock.mode != step->mode)
            weaken(held, step);
    }
}

size_t locks_held_count(const struct locks_held *held) {
    size_t count = 0;

    for (enum lock_mode mode = LOCK_ACCESS_SHARE; mode < LOCK_MODES; mode++)
        count += held->modes[mode].count;
    return count;
}

struct locks_lock locks_lock_of(struct arena *arena, const struct effect_lock *lock) {
    return (struct locks_lock){
        .relation = schema_display(arena, lock->relation),
        .kind = object_kind_name(lock->kind),
        .mode = lock_mode_name(lock->mode),
        .strength = lock->mode,
        .blocks = lock_blocks_what(lock->mode),
    };
}

static struct locks_lock describe(const struct locks_held *held, const struct schema *schema,
                                  const struct held_relation *relation) {
    const struct relation *now = relation->id ? schema_relation_by_id(schema, relation->id) : NULL;
    struct effect_lock lock = relation->lock;
    struct locks_lock described;

    if (now)
        lock.relation = (struct name){now->object.schema, now->object.name};
    described = locks_lock_of(held->arena, &lock);
    described.since = relation->since;
    return described;
}

/* Appends those that have this as their strongest mode, up to most. */
static size_t list_mode(struct locks_held *held, const struct schema *schema, enum lock_mode mode,
                        struct locks_lock *list, size_t n, size_t most) {
    struct held_mode *of_mode = &held->modes[mode];

    for (size_t i = of_mode->first; i < of_mode->relations.n && n < most; i++) {
        const struct held_relation *relation = &held->relations.v[of_mode->relations.v[i]];
        if (relation->lock.mode == mode)
            list[n++] = describe(held, schema, relation);
        else if (i == of_mode->first)
            of_mode->first++;
    }
    return n;
}

struct locks_list locks_held_list(struct locks_held *held, const struct schema *schema,
                                  size_t most) {
    size_t count = locks_held_count(held), n = 0;
    struct locks_lock *list;

    if (count < most)
        most = count;
    list = arena_array(held->arena, struct locks_lock, most);
    for (enum lock_mode mode = LOCK_ACCESS_EXCLUSIVE; mode > LOCK_NONE && n < most; mode--)
        n = list_mode(held, schema, mode, list, n, most);
    return (struct locks_list){n, list};
}
