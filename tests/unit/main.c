/*
 * Runs every suite of tests/unit.
 *
 * A file test_<topic>.c defines `Suite *suite_<topic>(void)` and needs to be mentioned nowhere: the
 * Makefile finds it. Its shape:
 *
 *     #include "base/arena.h"
 *     #include "unit.h"
 *
 *     START_TEST(returns_aligned_memory) {
 *         ...
 *         ck_assert_uint_eq((uintptr_t)p % 16, 0);
 *     }
 *     END_TEST
 *
 *     Suite *suite_arena(void) {
 *         Suite *suite = suite_create("arena");
 *         TCase *tcase = tcase_create("alloc");
 *         tcase_add_test(tcase, returns_aligned_memory);
 *         suite_add_tcase(suite, tcase);
 *         return suite;
 *     }
 *
 * Tests are linked with the whole analyzer except cli/main.c, and run in the root of the repository.
 * Each runs in a process of its own; check's own variables choose otherwise:
 *
 *     CK_FORK=no make unit          all in one process, for a debugger or valgrind
 *     CK_RUN_SUITE=arena make unit  one suite; CK_RUN_CASE likewise
 *     CK_VERBOSITY=verbose          names those that pass, too
 *
 * The argument is the file that gets "passed failed skipped"; see tools/test-parts.
 */
#define _GNU_SOURCE /* MAP_ANONYMOUS */
#include "unit.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#define SUITE(topic) Suite *suite_##topic(void);
#include "unit_suites.def"
#undef SUITE

/* Shared with the processes of the tests. */
static atomic_int *skipped_tests;

void unit_skip(const char *why) {
    atomic_fetch_add(skipped_tests, 1);
    printf("skipped: %s\n", why);
    fflush(stdout);
}

static atomic_int *shared_counter(void) {
    void *page =
        mmap(NULL, sizeof(atomic_int), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED) {
        perror("mmap");
        exit(EXIT_FAILURE);
    }
    return page;
}

static void add_suites(SRunner *runner) {
    (void)runner; /* for the case of no suite at all */
#define SUITE(topic) srunner_add_suite(runner, suite_##topic());
#include "unit_suites.def"
#undef SUITE
}

static void write_result(const char *path, int passed, int failed, int skipped) {
    FILE *file = fopen(path, "w");
    if (file == NULL || fprintf(file, "%d %d %d\n", passed, failed, skipped) < 0 ||
        fclose(file) != 0) {
        perror(path);
        exit(EXIT_FAILURE);
    }
}

int main(int argc, char **argv) {
    skipped_tests = shared_counter();
    SRunner *runner = srunner_create(NULL);
    add_suites(runner);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    int skipped = atomic_load(skipped_tests);
    int passed = srunner_ntests_run(runner) - failed - skipped;
    srunner_free(runner);
    if (argc > 1) {
        write_result(argv[1], passed, failed, skipped);
    }
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
