/*
 * For tests/unit/test_<topic>.c. See main.c for how tests are found and run.
 */
#ifndef TESTS_UNIT_H
#define TESTS_UNIT_H

#include <check.h>

/*
 * Tells that the running test cannot be done here (an older grammar, no such file system ...), and
 * why; the test then returns. It is printed, and counted as skipped and not as passed. Call it at
 * most once per test, and not after something was asserted.
 */
void unit_skip(const char *why);

#endif
