/*
 * The locks of an open transaction: the strongest on each relation, and since which statement. Follows the list
 * that the replay keeps (replay.held), entry by entry, so that savepoints give back what they took.
 * All of it takes time in proportion to the locks taken, however many statements look at them.
 */
#ifndef LINT_LOCKS_HELD_H
#define LINT_LOCKS_HELD_H

#include "base/map.h"
#include "model/effects.h"
#include "source/locks.h"

struct held_relation {
    object_id id; /* 0: the history does not know it */
    struct effect_lock lock;
    bool is_untold; /* new, or goes with its table: not worth a word */
    size_t since;   /* the statement that took the strongest lock */
};

/* What taking one lock changed. */
struct held_step {
    size_t relation;
    enum lock_mode mode; /* before it */
    size_t since;
};

struct locks_held {
    struct arena *arena;
    VEC(struct held_relation) relations; /* in the order of their first locks */
    VEC(struct held_step) steps;         /* one for each lock taken */
    struct map by_key;                   /* index into relations + 1 */
    struct held_mode {
        VEC(size_t)
        relations;    /* in the order of taking it, but untold ones; some hold a stronger one */
        size_t first; /* all before it do */
        size_t count; /* of those that do not */
    } modes[LOCK_MODES];
};

void locks_held_init(struct locks_held *held, struct arena *arena);
/* The transaction has ended. */
void locks_held_clear(struct locks_held *held);

/* relation NULL: not known. */
void locks_held_take(struct locks_held *held, const struct effect_lock *lock,
                     const struct relation *relation, bool is_untold, size_t statement);
/* Gives back all but the first `steps` locks that were taken. */
void locks_held_give_back(struct locks_held *held, size_t steps);

size_t locks_held_count(const struct locks_held *held); /* relations, without untold ones */
/* At most so many of them, the strongest first, called as they are in this schema now. */
struct locks_list locks_held_list(struct locks_held *held, const struct schema *schema,
                                  size_t most);

struct locks_lock locks_lock_of(struct arena *arena, const struct effect_lock *lock);

#endif
