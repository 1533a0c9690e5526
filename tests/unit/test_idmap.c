#include "model/idmap.h"

#include "base/vec.h"
#include "unit.h"

enum { MANY = 5000 };

static struct arena arena;

static void setup(void) {
    arena_init(&arena);
}

static void teardown(void) {
    arena_release(&arena);
}

/* Values are places of a static array, so that pointers tell them apart. */
static const int values[MANY + 1];

struct seen {
    VEC(const int *) list;
};

static void see(const void *value, void *context) {
    struct seen *seen = context;
    vec_push(&arena, &seen->list, value);
}

static struct idmap map_of(unsigned step, unsigned n) {
    struct idmap map = {0};

    for (unsigned i = 0; i < n; i++) /* in an order that is not theirs */
        map = idmap_set(&arena, map, (i * 7919 % n) * step, &values[i * 7919 % n]);
    return map;
}

START_TEST(an_empty_map_has_nothing) {
    struct idmap map = {0};
    struct seen seen = {0};

    ck_assert_ptr_null(idmap_get(&map, 0));
    ck_assert_ptr_null(idmap_get(&map, ~0U));
    map = idmap_remove(&arena, map, 3);
    idmap_each(&map, see, &seen);
    ck_assert_uint_eq(seen.list.n, 0);
}
END_TEST

START_TEST(finds_what_was_set_and_nothing_else) {
    static const unsigned steps[] = {1, 15, 16, 17, ~0U / MANY};

    for (size_t s = 0; s < sizeof(steps) / sizeof(*steps); s++) {
        struct idmap map = map_of(steps[s], MANY);
        for (unsigned i = 0; i < MANY; i++)
            ck_assert_ptr_eq(idmap_get(&map, i * steps[s]), &values[i]);
        ck_assert_ptr_null(idmap_get(&map, MANY * steps[s]));
        ck_assert(steps[s] == 1 || !idmap_get(&map, 1));
    }
}
END_TEST

START_TEST(visits_in_the_order_of_the_numbers) {
    struct idmap map = map_of(3, MANY);
    struct seen seen = {0};

    idmap_each(&map, see, &seen);
    ck_assert_uint_eq(seen.list.n, MANY);
    for (unsigned i = 0; i < MANY; i++)
        ck_assert_ptr_eq(seen.list.v[i], &values[i]);
}
END_TEST

START_TEST(older_maps_stay_as_they_were) {
    struct idmap before = map_of(1, 100), after, lower;

    after = idmap_set(&arena, before, 7, &values[200]);
    after = idmap_set(&arena, after, 100000, &values[201]);
    lower = idmap_remove(&arena, after, 8);
    ck_assert_ptr_eq(idmap_get(&before, 7), &values[7]);
    ck_assert_ptr_null(idmap_get(&before, 100000));
    ck_assert_ptr_eq(idmap_get(&after, 7), &values[200]);
    ck_assert_ptr_eq(idmap_get(&after, 8), &values[8]);
    ck_assert_ptr_null(idmap_get(&lower, 8));
    ck_assert_ptr_eq(idmap_get(&lower, 100000), &values[201]);
}
END_TEST

START_TEST(removing_all_leaves_nothing) {
    struct idmap map = map_of(17, MANY);
    struct seen seen = {0};

    for (unsigned i = 0; i < MANY; i++) {
        ck_assert_ptr_nonnull(idmap_get(&map, i * 17));
        map = idmap_remove(&arena, map, i * 17);
        ck_assert_ptr_null(idmap_get(&map, i * 17));
        ck_assert(i + 1 == MANY || idmap_get(&map, (i + 1) * 17) == &values[i + 1]);
    }
    ck_assert_ptr_null(map.root);
    map = idmap_set(&arena, map, 1, &values[1]);
    idmap_each(&map, see, &seen);
    ck_assert_uint_eq(seen.list.n, 1);
}
END_TEST

static void count_change(const void *before, const void *after, void *context) {
    unsigned *counts = context; /* made, removed, replaced */

    ck_assert_ptr_ne(before, after);
    counts[!before ? 0 : !after ? 1 : 2]++;
}

START_TEST(changes_are_told_whatever_the_heights) {
    struct idmap low = map_of(1, 5), high;
    unsigned up[3] = {0}, down[3] = {0}, same[3] = {0};

    high = idmap_set(&arena, low, 100000, &values[100]);
    high = idmap_set(&arena, high, 2, &values[101]);
    high = idmap_remove(&arena, high, 3);
    idmap_changed(&low, &high, count_change, up);
    idmap_changed(&high, &low, count_change, down);
    idmap_changed(&high, &high, count_change, same);
    ck_assert_uint_eq(up[0] + 10 * up[1] + 100 * up[2], 111);
    ck_assert_uint_eq(down[0] + 10 * down[1] + 100 * down[2], 111);
    ck_assert_uint_eq(same[0] + same[1] + same[2], 0);
}
END_TEST

Suite *suite_idmap(void) {
    Suite *suite = suite_create("idmap");
    TCase *tcase = tcase_create("map");

    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, an_empty_map_has_nothing);
    tcase_add_test(tcase, finds_what_was_set_and_nothing_else);
    tcase_add_test(tcase, visits_in_the_order_of_the_numbers);
    tcase_add_test(tcase, older_maps_stay_as_they_were);
    tcase_add_test(tcase, removing_all_leaves_nothing);
    tcase_add_test(tcase, changes_are_told_whatever_the_heights);
    suite_add_tcase(suite, tcase);
    return suite;
}
