#include "model/pmap.h"

#include "unit.h"

#include <stdio.h>
#include <string.h>

enum { MANY = 20000 };

static struct arena arena;

static void setup(void) {
    arena_init(&arena);
}

static void teardown(void) {
    arena_release(&arena);
}

static const char *key_of(unsigned i) {
    return arena_printf(&arena, "key %u", i);
}

/* Values are numbers from 1 in a static array, so that pointers tell them apart. */
static const int numbers[MANY + 1];

START_TEST(an_empty_map_has_nothing) {
    struct pmap map = {0};
    size_t count = 1;

    ck_assert_ptr_null(pmap_get(&map, ""));
    map = pmap_remove(&arena, map, "absent");
    ck_assert_uint_eq(map.count, 0);
    pmap_entries(&arena, &map, &count);
    ck_assert_uint_eq(count, 0);
}
END_TEST

START_TEST(finds_what_was_set_and_nothing_else) {
    struct pmap map = {0};

    for (unsigned i = 0; i < MANY; i++)
        map = pmap_set(&arena, map, key_of(i), &numbers[i]);
    ck_assert_uint_eq(map.count, MANY);
    for (unsigned i = 0; i < MANY; i++)
        ck_assert_ptr_eq(pmap_get(&map, key_of(i)), &numbers[i]);
    ck_assert_ptr_null(pmap_get(&map, "key"));
    ck_assert_ptr_null(pmap_get(&map, "key 20000"));
}
END_TEST

START_TEST(setting_again_replaces) {
    struct pmap map = pmap_set(&arena, (struct pmap){0}, "a", &numbers[1]);

    map = pmap_set(&arena, map, "a", &numbers[2]);
    ck_assert_uint_eq(map.count, 1);
    ck_assert_ptr_eq(pmap_get(&map, "a"), &numbers[2]);
}
END_TEST

START_TEST(the_old_map_stays_as_it_was) {
    struct pmap map = {0}, snapshot;

    for (unsigned i = 0; i < 1000; i++)
        map = pmap_set(&arena, map, key_of(i), &numbers[i]);
    snapshot = map;
    for (unsigned i = 0; i < 1000; i += 2)
        map = pmap_remove(&arena, map, key_of(i));
    for (unsigned i = 1; i < 1000; i += 2)
        map = pmap_set(&arena, map, key_of(i), &numbers[0]);
    ck_assert_uint_eq(map.count, 500);
    ck_assert_uint_eq(snapshot.count, 1000);
    for (unsigned i = 0; i < 1000; i++) {
        ck_assert_ptr_eq(pmap_get(&snapshot, key_of(i)), &numbers[i]);
        ck_assert_ptr_eq(pmap_get(&map, key_of(i)), i % 2 ? &numbers[0] : NULL);
    }
}
END_TEST

START_TEST(removing_everything_leaves_an_empty_map) {
    struct pmap map = {0};

    for (unsigned i = 0; i < 5000; i++)
        map = pmap_set(&arena, map, key_of(i), &numbers[i]);
    for (unsigned i = 0; i < 5000; i++)
        map = pmap_remove(&arena, map, key_of(i * 7919 % 5000));
    ck_assert_uint_eq(map.count, 0);
    ck_assert_ptr_null(map.root);
}
END_TEST

START_TEST(keys_are_copied) {
    char key[] = "mine";
    struct pmap map = pmap_set(&arena, (struct pmap){0}, key, &numbers[1]);

    memset(key, 'x', 4);
    ck_assert_ptr_eq(pmap_get(&map, "mine"), &numbers[1]);
    ck_assert_ptr_null(pmap_get(&map, "xxxx"));
}
END_TEST

START_TEST(entries_are_sorted_by_bytes) {
    static const char *const keys[] = {"b", "", "a\x01", "a", "\xff", "B", "aa"};
    static const char *const sorted[] = {"", "B", "a", "a\x01", "aa", "b", "\xff"};
    struct pmap map = {0};
    struct pmap_entry *entries;
    size_t count;

    for (size_t i = 0; i < 7; i++)
        map = pmap_set(&arena, map, keys[i], &numbers[i]);
    entries = pmap_entries(&arena, &map, &count);
    ck_assert_uint_eq(count, 7);
    for (size_t i = 0; i < 7; i++)
        ck_assert_str_eq(entries[i].key, sorted[i]);
}
END_TEST

START_TEST(tells_what_changed_between_two_maps) {
    struct pmap before = {0}, after;
    struct pmap_entry *changed;
    size_t count;

    for (unsigned i = 0; i < 3000; i++)
        before = pmap_set(&arena, before, key_of(i), &numbers[i]);
    after = pmap_set(&arena, before, "added", &numbers[1]);
    after = pmap_remove(&arena, after, "key 17");
    after = pmap_set(&arena, after, "key 18", &numbers[2]);
    after = pmap_set(&arena, after, "key 19", &numbers[19]);
    changed = pmap_changed(&arena, &before, &after, &count);
    ck_assert_uint_eq(count, 3);
    ck_assert_str_eq(changed[0].key, "added");
    ck_assert_ptr_eq(changed[0].value, &numbers[1]);
    ck_assert_str_eq(changed[1].key, "key 17");
    ck_assert_ptr_null(changed[1].value);
    ck_assert_str_eq(changed[2].key, "key 18");
    pmap_changed(&arena, &after, &after, &count);
    ck_assert_uint_eq(count, 0);
}
END_TEST

Suite *suite_pmap(void) {
    Suite *suite = suite_create("pmap");
    TCase *tcase = tcase_create("map");

    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, an_empty_map_has_nothing);
    tcase_add_test(tcase, finds_what_was_set_and_nothing_else);
    tcase_add_test(tcase, setting_again_replaces);
    tcase_add_test(tcase, the_old_map_stays_as_it_was);
    tcase_add_test(tcase, removing_everything_leaves_an_empty_map);
    tcase_add_test(tcase, keys_are_copied);
    tcase_add_test(tcase, entries_are_sorted_by_bytes);
    tcase_add_test(tcase, tells_what_changed_between_two_maps);
    suite_add_tcase(suite, tcase);
    return suite;
}
