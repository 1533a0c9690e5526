#define _GNU_SOURCE /* mkdtemp, nftw */
#include "config/glob.h"

#include "tree.h"
#include "unit.h"

#include <stdbool.h>
#include <time.h>

static const char *const paths[] = {
    "a",
    "a.sql",
    "seed.sql",
    "seeds.sql",
    "db/seed.sql",
    "db/migrations/001.sql",
    "db/migrations/seed_users.sql",
    "db/migrations/old/001.sql",
    "deep/db/migrations/001.sql",
    "legacy/x.sql",
    "legacy/a/b/c.sql",
    "not/legacy/x.sql",
    "legacy.sql",
    "foo/bar/baz",
    "foo/x/bar/baz",
    "foo/x/y/bar/baz",
    "foobar/baz",
    "foo/baz",
    "abc",
    "abd",
    "a-c",
    "a]c",
    "a!c",
    "a^c",
    "a\\c",
    "a[c",
    "a*c",
    "a/c",
    "aXc",
    "a c",
    "a?c",
    "x/abc",
    "\xC3\xA4",
    "x\xC3\xA4y",
    "a.b.c.d",
    ".hidden",
    "x/.hidden/y",
    "**",
    "a**c",
    "aaaaaaaaaaaaaaaaaaaaaaaac",
};
enum { PATHS = sizeof(paths) / sizeof(*paths) };

static const char *const patterns[] = {
    "a",
    "a.sql",
    "*.sql",
    "**/*.sql",
    "**/seed*.sql",
    "seed*.sql",
    "seed?.sql",
    "db",
    "db/",
    "db/*",
    "db/**",
    "db/migrations",
    "db/migrations/*",
    "db/migrations/**",
    "**/migrations/**",
    "migrations",
    "migrations/",
    "legacy",
    "legacy/",
    "legacy/**",
    "legacy/*",
    "legacy/**/*",
    "legacy/**/c.sql",
    "*/legacy",
    "**/legacy",
    "foo/**/baz",
    "foo/**/bar/**",
    "foo/*/baz",
    "foo/*/*/baz",
    "foo**baz",
    "foo*/baz",
    "**/foo/**/baz",
    "**",
    "**/",
    "*",
    "*/",
    "?",
    "??",
    "a?c",
    "a*c",
    "a**c",
    "a[b-d]c",
    "ab[cd]",
    "ab[!c]",
    "ab[^c]",
    "a[]]c",
    "a[!]]c",
    "a[-]c",
    "a[!-]c",
    "a[b-]c",
    "a[\\]]c",
    "a[[]c",
    "a[[:alpha:]]c",
    "a[[:punct:]]c",
    "a[^[:upper:]b]c",
    "a[[:space:]]c",
    "a\\*c",
    "a\\?c",
    "a\\[c",
    "a\\\\c",
    "\\a",
    "\xC3\xA4",
    "x??y",
    ".*",
    "*.*",
    "a*a*a*a*c",
    "*/*/*",
    "**/*/*/*",
    "x/**",
    "**/.hidden",
    "foo/**/**/baz",
    "**/**/baz",
    "foo/x*/b*/b?z",
    "a[a-",
    "a[",
    "[[:x:]]",
    "a[A-Z]c",
    "*c",
    "*[cd]",
    "a*[!b]c",
};

/* Which of the paths git would ignore by this one pattern. */
static void ask_git(const char *pattern, bool ignored[PATHS]) {
    char text[4096];
    FILE *out, *in;

    snprintf(text, sizeof(text), "%s\n", pattern);
    tree_file(".gitignore", text);
    in = fopen("paths", "w");
    for (size_t i = 0; i < PATHS; i++)
        fprintf(in, "%s%c", paths[i], 0);
    fclose(in);
    memset(ignored, 0, PATHS * sizeof(*ignored));
    out = popen("HOME=/nowhere XDG_CONFIG_HOME=/nowhere GIT_CONFIG_NOSYSTEM=1 git check-ignore "
                "--no-index -z --stdin <paths",
                "r");
    ck_assert_ptr_nonnull(out);
    for (size_t n = 0; !feof(out);) {
        int c = fgetc(out);
        text[n++] = c == EOF ? '\0' : (char)c;
        if (c != 0)
            continue;
        for (size_t i = 0; i < PATHS; i++)
            if (strcmp(paths[i], text) == 0)
                ignored[i] = true;
        n = 0;
    }
    pclose(out);
}

START_TEST(matches_what_git_ignores) {
    size_t matched = 0;

    tree_make();
    if (system("git init -q . >/dev/null 2>&1") != 0) {
        tree_remove();
        unit_skip("there is no git");
        return;
    }
    for (size_t p = 0; p < sizeof(patterns) / sizeof(*patterns); p++) {
        bool ignored[PATHS];
        ask_git(patterns[p], ignored);
        for (size_t i = 0; i < PATHS; i++) {
            bool ours = glob_is_valid(patterns[p]) && glob_match(patterns[p], paths[i]);
            ck_assert_msg(ours == ignored[i], "pattern %s, path %s: git says %d, we %d",
                          patterns[p], paths[i], ignored[i], ours);
            matched += ours;
        }
    }
    tree_remove();
    ck_assert_uint_gt(matched, 100);
}
END_TEST

START_TEST(matches_as_documented) {
    ck_assert(glob_match("**/seed*.sql", "seed.sql"));
    ck_assert(glob_match("**/seed*.sql", "db/x/seeds.sql"));
    ck_assert(!glob_match("**/seed*.sql", "db/x/unseed.sql"));
    ck_assert(glob_match("db/migrations/**", "db/migrations/a/b.sql"));
    ck_assert(!glob_match("db/migrations/**", "x/db/migrations/a.sql"));
    ck_assert(glob_match("migrations", "x/migrations/a.sql"));
    ck_assert(glob_match("legacy/", "legacy/a.sql"));
    ck_assert(!glob_match("legacy/", "legacy"));
    ck_assert(!glob_match("a", ""));
    /* gitignore(5): elsewhere "**" is a regular "*". (git 2.39 forgets that behind a literal start.) */
    ck_assert(glob_match("foo**/baz", "foobar/baz"));
    ck_assert(!glob_match("foo**/baz", "foo/bar/baz"));
}
END_TEST

START_TEST(refuses_what_cannot_match) {
    static const char *const bad[] = {"",      "/",          "/abs", "../x",  "a/../b", "..",
                                      "a/..",  "./a",        "a//b", "!a",    "[",      "a[b",
                                      "a[b/]", "a[[:alpha:", "a\\",  "a\\/b", "[]"};

    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
        ck_assert_msg(!glob_is_valid(bad[i]), "%s", bad[i]);
    ck_assert(glob_is_valid("a..b"));
    ck_assert(glob_is_valid("..."));
    ck_assert(glob_is_valid("a/"));
    ck_assert(glob_is_valid("\\!a"));
    ck_assert(glob_is_valid("[]]"));
    ck_assert(glob_is_valid("\\\\[a]"));
}
END_TEST

static double seconds_for(const char *pattern, const char *path, int times) {
    clock_t start = clock();

    for (int i = 0; i < times; i++)
        ck_assert(!glob_match(pattern, path));
    return (double)(clock() - start) / CLOCKS_PER_SEC;
}

/* Backtracking matchers need longer than the universe for these. */
START_TEST(does_not_blow_up) {
    static char pattern[4096], path[8192], folders[8192];
    size_t n = 0;

    for (int i = 0; i < 500; i++)
        n += (size_t)sprintf(pattern + n, "*a");
    strcpy(pattern + n, "b");
    memset(path, 'a', 4000);
    ck_assert(seconds_for(pattern, path, 10) < 1.0);
    n = 0;
    for (int i = 0; i < 500; i++)
        n += (size_t)sprintf(pattern + n, "**/a/");
    strcpy(pattern + n, "b");
    n = 0;
    for (int i = 0; i < 2000; i++)
        n += (size_t)sprintf(folders + n, "a/");
    strcpy(folders + n, "c");
    ck_assert(seconds_for(pattern, folders, 1) < 5.0);
}
END_TEST

Suite *suite_glob(void) {
    Suite *suite = suite_create("glob");
    TCase *tcase = tcase_create("glob");

    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, matches_what_git_ignores);
    tcase_add_test(tcase, matches_as_documented);
    tcase_add_test(tcase, refuses_what_cannot_match);
    tcase_add_test(tcase, does_not_blow_up);
    suite_add_tcase(suite, tcase);
    return suite;
}
