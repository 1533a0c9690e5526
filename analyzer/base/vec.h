/*
 * Growable arrays in an arena:
 *
 *     struct names { VEC(const char *) list; };
 *     vec_push(arena, &names->list, "users");
 *     for (size_t i = 0; i < names->list.n; i++) use(names->list.v[i]);
 *
 * The elements move when the array grows: keep indexes, not pointers into it.
 */
#ifndef BASE_VEC_H
#define BASE_VEC_H

#include "base/arena.h"

#define VEC(type)                                                                                  \
    struct {                                                                                       \
        type *v;                                                                                   \
        size_t n, cap;                                                                             \
    }

/* Appends item (evaluated once). */
#define vec_push(arena, vec, item)                                                                 \
    (vec_reserve((arena), (vec)), (void)((vec)->v[(vec)->n++] = (item)))

/* A pointer to a new, zeroed last element. */
#define vec_add(arena, vec) (vec_reserve((arena), (vec)), &(vec)->v[(vec)->n++])

#define vec_reserve(arena, vec)                                                                    \
    ((vec)->n < (vec)->cap                                                                         \
         ? (void)0                                                                                 \
         : (void)((vec)->v = arena_grow((arena), (vec)->v, (vec)->n * sizeof(*(vec)->v),           \
                                        vec_next_cap(&(vec)->cap, sizeof(*(vec)->v)) *             \
                                            sizeof(*(vec)->v))))

/* Doubles *cap (from 0 to a few elements of this size: many arrays stay at one) and returns it. */
static inline size_t vec_next_cap(size_t *cap, size_t size) {
    size_t first = size <= 8 ? 8 : size <= 32 ? 4 : 2;

    *cap = *cap ? *cap * 2 : first;
    return *cap;
}

#endif
