#define _GNU_SOURCE /* mkdtemp, nftw, seteuid, truncate */
#include "job_tree.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>

static void set_stdin(const char *filename, const char *text) {
    struct file_bytes *bytes = arena_new(&arena, struct file_bytes);

    *bytes = (struct file_bytes){arena_strdup(&arena, text), strlen(text)};
    options.stdin_filename = filename;
    options.stdin_bytes = bytes;
}

START_TEST(a_named_file_is_reported_after_its_history) {
    FILES("m/1_a.up.sql", "m/1_a.down.sql", "m/2_b.up.sql", "m/2_b.down.sql");
    mkfifo("m/3_c.up.sql", 0644);
    MAKE("m/2_b.up.sql");
    SHOWS("m [golang-migrate]\n"
          "  1 1_a: m/1_a.up.sql m/1_a.down.sql up:simple\n"
          "  2 2_b: m/2_b.up.sql! m/2_b.down.sql up:simple down:simple\n"
          "  3 3_c: m/3_c.up.sql -\n");
    MAKE("m/1_a.down.sql");
    SHOWS("m [golang-migrate]\n"
          "  1 1_a: m/1_a.up.sql m/1_a.down.sql! up:simple down:simple\n"
          "  2 2_b: m/2_b.up.sql m/2_b.down.sql\n"
          "  3 3_c: m/3_c.up.sql -\n");
}
END_TEST

START_TEST(a_path_counts_once_however_it_is_spelled) {
    FILES("a/m/1_a.up.sql", "a/m/2_b.up.sql", "a/other.sql");
    const char *expected = "a/m [golang-migrate]\n"
                           "  1 1_a: a/m/1_a.up.sql - up:simple\n"
                           "  2 2_b: a/m/2_b.up.sql! - up:simple\n"
                           "a/other.sql [plain]\n"
                           "   other: a/other.sql! - up:?\n";
    MAKE("a/m/2_b.up.sql", "a/other.sql");
    SHOWS(expected);
    MAKE("./a//m/../m/2_b.up.sql", "a/other.sql", "a/m/2_b.up.sql",
         path_absolute(&arena, "a/m/2_b.up.sql"), "a/./other.sql");
    SHOWS(expected);
    ck_assert_int_eq(chdir("a/m"), 0);
    MAKE("../other.sql", "2_b.up.sql");
    SHOWS(expected);
}
END_TEST

START_TEST(histories_do_not_depend_on_the_order_of_arguments) {
    static const char *const orders[][5] = {
        {"b", "a/2_y.up.sql", "c.sql", "nope", NULL},
        {"nope", "c.sql", "a/2_y.up.sql", "b", NULL},
        {"a/2_y.up.sql", "nope", "b", "c.sql", NULL},
    };
    const char *first;

    FILES("a/1_x.up.sql", "a/2_y.up.sql", "b/1.sql", "b/x.sql", "c.sql");
    make(orders[0]);
    first = arena_strdup(&arena, show());
    ck_assert_str_eq(first, "a [golang-migrate]\n"
                            "  1 1_x: a/1_x.up.sql - up:simple\n"
                            "  2 2_y: a/2_y.up.sql! - up:simple\n"
                            "b [numbered]\n"
                            "  1 1: b/1.sql! - up:?\n"
                            "b/x.sql [plain]\n"
                            "   x: b/x.sql! - up:?\n"
                            "c.sql [plain]\n"
                            "   c: c.sql! - up:?\n"
                            "nope:0: io reported: No such file or directory\n");
    for (int i = 1; i < 3; i++) {
        make(orders[i]);
        SHOWS(first);
    }
}
END_TEST

START_TEST(several_roots_under_one_argument) {
    FILES("x/b/m/1_a.up.sql", "x/a/m/1_a.up.sql", "x/a/m/2_a.up.sql", "x/node_modules/1_a.up.sql",
          ".git/1_a.up.sql");
    MAKE("x");
    SHOWS("x/a/m [golang-migrate]\n"
          "  1 1_a: x/a/m/1_a.up.sql! - up:simple\n"
          "  2 2_a: x/a/m/2_a.up.sql! - up:simple\n"
          "x/b/m [golang-migrate]\n"
          "  1 1_a: x/b/m/1_a.up.sql! - up:simple\n");
    MAKE("x/a", "x/b/m", ".");
    ck_assert_uint_eq(job.histories.n, 2);
}
END_TEST

START_TEST(what_is_no_file_is_named_with_its_reason) {
    struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "m/4_s.up.sql"};
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);

    FILES("m/1_a.up.sql", "m/6_z.up.sql");
    mkfifo("m/2_f.up.sql", 0644);
    mkdir("m/3_d.up.sql", 0755);
    ck_assert_int_eq(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    tree_link("/dev/zero", "m/5_l.up.sql");
    MAKE("m");
    close(fd);
    SHOWS("m [golang-migrate]\n"
          "  1 1_a: m/1_a.up.sql! - up:simple\n"
          "  2 2_f: m/2_f.up.sql! -\n"
          "  4 4_s: m/4_s.up.sql! -\n"
          "  5 5_l: m/5_l.up.sql! -\n"
          "  6 6_z: m/6_z.up.sql! - up:simple\n"
          "m/2_f.up.sql:0: io reported: is a FIFO, not a regular file\n"
          "m/4_s.up.sql:0: io reported: No such device or address\n"
          "m/5_l.up.sql:0: io reported: is a symbolic link that leads out of the repository\n");
}
END_TEST

START_TEST(a_named_fifo_or_device_does_not_hang) {
    mkfifo("f.sql", 0644);
    MAKE("f.sql", "/dev/zero", "/dev/null");
    SHOWS("f.sql [plain]\n"
          "   f: f.sql! -\n"
          "/dev/null:0: io reported: is not an .sql file, and no framework that is known would run "
          "it\n"
          "/dev/zero:0: io reported: is not an .sql file, and no framework that is known would run "
          "it\n"
          "f.sql:0: io reported: is a FIFO, not a regular file\n");
}
END_TEST

START_TEST(bytes_that_are_no_text_are_refused) {
    tree_bytes("m/1_n.up.sql", "SELECT 1;\nDROP\0 TABLE x;\n", 25);
    tree_bytes("m/2_u.up.sql", "\xFF\xFE-\0-\0", 6);
    tree_file("m/3_l.up.sql", "SELECT 1;\nSELECT '\xE4';\n");
    tree_file("m/4_b.up.sql", "\xEF\xBB\xBFSELECT 1;\n");
    tree_file("m/5_e.up.sql", "");
    MAKE("m");
    SHOWS("m [golang-migrate]\n"
          "  1 1_n: m/1_n.up.sql! -\n"
          "  2 2_u: m/2_u.up.sql! -\n"
          "  3 3_l: m/3_l.up.sql! - up:simple\n"
          "  4 4_b: m/4_b.up.sql! - up:simple\n"
          "  5 5_e: m/5_e.up.sql! - up:simple\n"
          "m/1_n.up.sql:2: encoding reported: is not text: it holds a NUL byte, where PostgreSQL "
          "would refuse it\n"
          "m/2_u.up.sql:1: encoding reported: is UTF-16, not UTF-8: save it as UTF-8\n"
          "m/3_l.up.sql:2: is not valid UTF-8 here; it is read byte by byte\n");
    ck_assert_ptr_nonnull(report.problems.v[0].file);
    ck_assert_uint_eq(report.problems.v[0].column, 5);
    check_section(&job.histories.v[0]->migrations.v[3], 0, "SELECT 1;\n", 1);
}
END_TEST

START_TEST(the_scope_says_whether_it_was_asked_for) {
    tree_bytes("m/1_a.up.sql", "\0", 1);
    tree_bytes("m/1_a.down.sql", "\0", 1);
    FILES("m/2_b.up.sql");
    tree_bytes("m/2_b.down.sql", "\0", 1);
    MAKE("m/2_b.up.sql");
    ck_assert_uint_eq(report.problems.n, 2);
    ck_assert_str_eq(report.problems.v[0].path, "m/1_a.up.sql");
    ck_assert_int_eq(report.problems.v[0].scope, SCOPE_HISTORY);
    ck_assert_str_eq(report.problems.v[1].path, "m/2_b.down.sql");
    ck_assert_int_eq(report.problems.v[1].scope, SCOPE_DOWN);
    ck_assert_int_eq(report_exit_code(&report), 0);
    MAKE("m/2_b.down.sql");
    ck_assert_int_eq(report.problems.v[1].scope, SCOPE_REPORTED);
    ck_assert_int_eq(report_exit_code(&report), 2);
}
END_TEST

START_TEST(a_file_above_the_limit_is_refused) {
    FILES("big.sql");
    ck_assert_int_eq(truncate("big.sql", (off_t)65 << 20), 0);
    MAKE("big.sql");
    SHOWS("big.sql [plain]\n"
          "   big: big.sql! -\n"
          "big.sql:0: limit reported: is larger than the limit of 64 MiB\n");
}
END_TEST

START_TEST(what_may_not_be_read_is_named) {
    FILES("m/1_a.up.sql", "m/2_b.up.sql", "closed/1_a.up.sql", "n/1_a.up.sql");
    chmod(".", 0755);
    chmod("m/1_a.up.sql", 0);
    chmod("closed", 0);
    if (geteuid() == 0)
        ck_assert_int_eq(seteuid(65534), 0);
    MAKE("m", "closed", "n");
    if (getuid() == 0)
        ck_assert_int_eq(seteuid(0), 0);
    chmod("closed", 0755);
    SHOWS("m [golang-migrate]\n"
          "  1 1_a: m/1_a.up.sql! -\n"
          "  2 2_b: m/2_b.up.sql! - up:simple\n"
          "n [golang-migrate]\n"
          "  1 1_a: n/1_a.up.sql! - up:simple\n"
          "closed:0: io reported: Permission denied\n"
          "closed:0: io reported: holds no migrations: no .sql file was found\n"
          "m/1_a.up.sql:0: io reported: Permission denied\n");
}
END_TEST

START_TEST(what_is_not_there_is_named) {
    char deep[4200];

    memset(deep, 'x', sizeof(deep) - 1);
    deep[sizeof(deep) - 1] = '\0';
    FILES("there.sql", "README.md", "empty/README.md");
    MAKE("nope.sql", "no/pe.sql", "", "there.sql", "there.sql/x", "README.md", "empty");
    SHOWS("there.sql [plain]\n"
          "   there: there.sql! - up:?\n"
          "nope.sql:0: io reported: No such file or directory\n"
          "no/pe.sql:0: io reported: No such file or directory\n"
          ":0: io reported: No such file or directory\n"
          "there.sql/x:0: io reported: Not a directory\n"
          "README.md:0: io reported: is not an .sql file, and no framework that is known would run "
          "it\n"
          "empty:0: io reported: holds no migrations: no .sql file was found\n");
    MAKE(deep);
    ck_assert_str_eq(report.problems.v[0].message, "File name too long");
}
END_TEST

START_TEST(links_out_of_the_repository_are_not_read) {
    FILES("outside/x.sql", "outside/m/1_x.up.sql");
    tree_repository("repo");
    FILES("repo/m/1_a.up.sql", "repo/m/3_c.up.sql");
    tree_link("../../outside/x.sql", "repo/m/2_b.up.sql");
    tree_link("../outside", "repo/out");
    tree_link("/", "repo/slash");
    tree_link("../../outside", "repo/f/1_x");
    FILES("outside/up.sql");
    MAKE("repo", "repo/out", "repo/out/x.sql", "repo/m/2_b.up.sql");
    SHOWS("m [golang-migrate]\n"
          "  1 1_a: m/1_a.up.sql! - up:simple\n"
          "  2 2_b: m/2_b.up.sql! -\n"
          "  3 3_c: m/3_c.up.sql! - up:simple\n"
          "out:0: io reported: is a symbolic link that leads out of the repository\n"
          "out/x.sql:0: io reported: is a symbolic link that leads out of the repository\n"
          "m/2_b.up.sql:0: io reported: is a symbolic link that leads out of the repository\n"
          "out:0: is a symbolic link that leads out of the repository: not followed\n"
          "slash:0: is a symbolic link that leads out of the repository: not followed\n"
          "f/1_x:0: is a symbolic link that leads out of the repository: not followed\n");
}
END_TEST

START_TEST(links_within_the_repository_are_followed_once) {
    FILES("real/m/1_a.up.sql", "app/x.sql");
    tree_link("../real/m", "app/migrations");
    tree_link("..", "app/loop");
    tree_link(".", "app/self");
    tree_link("x.sql", "app/y.sql");
    tree_link("nowhere", "app/z.sql");
    MAKE("app");
    SHOWS("app/migrations [golang-migrate]\n"
          "  1 1_a: app/migrations/1_a.up.sql! - up:simple\n"
          "app/x.sql [plain]\n"
          "   x: app/x.sql! - up:?\n"
          "app/y.sql [plain]\n"
          "   y: app/y.sql! - up:?\n"
          "app/z.sql [plain]\n"
          "   z: app/z.sql! -\n"
          "app/z.sql:0: io reported: No such file or directory\n"
          "app/loop:0: is a symbolic link to a folder above it: not followed\n"
          "app/self:0: is a symbolic link to a folder above it: not followed\n");
    MAKE(".");
    ck_assert_uint_eq(job.histories.n, 4);
    ck_assert_str_eq(job.histories.v[3]->root, "real/m");
}
END_TEST

START_TEST(without_a_repository_a_named_link_is_followed) {
    FILES("t/outside.sql", "t/m/1_a.up.sql");
    rmdir(".git");
    tree_link("../outside.sql", "t/m/2_b.up.sql");
    tree_link("../outside.sql", "t/m/3_c.up.sql");
    MAKE("t/m/3_c.up.sql");
    ck_assert_uint_eq(report.problems.n, 1);
    ck_assert_str_eq(report.problems.v[0].path, "t/m/2_b.up.sql");
    ck_assert_int_eq(report.problems.v[0].scope, SCOPE_HISTORY);
    ck_assert_uint_eq(job.histories.v[0]->migrations.v[2].sections.n, 1);
    tree_repository(".");
}
END_TEST

START_TEST(standard_input_takes_the_place_of_its_file) {
    FILES("m/1_a.up.sql", "m/2_b.up.sql", "m/3_c.up.sql");
    set_stdin("m/2_b.up.sql", "SELECT 'unsaved';");
    MAKE("-");
    SHOWS("m [golang-migrate]\n"
          "  1 1_a: m/1_a.up.sql - up:simple\n"
          "  2 2_b: m/2_b.up.sql! - up:simple\n"
          "  3 3_c: m/3_c.up.sql -\n");
    check_section(&job.histories.v[0]->migrations.v[1], 0, "SELECT 'unsaved';", 1);
    MAKE("m");
    check_section(&job.histories.v[0]->migrations.v[1], 0, "SELECT 'unsaved';", 1);
}
END_TEST

START_TEST(standard_input_can_be_a_file_to_come) {
    FILES("m/9_a.up.sql", "m/11_b.up.sql");
    set_stdin("m/10_new.up.sql", "SELECT 1;");
    MAKE("-");
    SHOWS("m [golang-migrate]\n"
          "  9 9_a: m/9_a.up.sql - up:simple\n"
          "  10 10_new: m/10_new.up.sql! - up:simple\n"
          "  11 11_b: m/11_b.up.sql -\n");
    set_stdin("not/yet/there/1_x.up.sql", "SELECT 1;");
    MAKE("-");
    SHOWS("not/yet/there [golang-migrate]\n"
          "  1 1_x: not/yet/there/1_x.up.sql! - up:simple\n");
    set_stdin("d/1_x/up.sql", "SELECT 1;");
    FILES("d/0_w/up.sql");
    mkdir("d/1_x", 0755);
    MAKE("-");
    SHOWS("d [up-down-folders]\n"
          "  0 0_w: d/0_w/up.sql - up:?\n"
          "  1 1_x: d/1_x/up.sql! - up:?\n");
}
END_TEST

START_TEST(standard_input_needs_no_name) {
    tree_file(".migvet.yml", "paths: {include: [m]}\n");
    mkdir("sub", 0755);
    ck_assert_int_eq(chdir("sub"), 0);
    set_stdin(NULL, "SELECT 1;");
    MAKE("-");
    SHOWS("<stdin> [plain]\n"
          "   <stdin>: <stdin>! - up:?\n");
    set_stdin(NULL, "-- +goose Up\nSELECT 1;\n-- +goose Down\n");
    MAKE("-");
    SHOWS("<stdin> [goose]\n"
          "   <stdin>: <stdin>! <stdin>! up:file down:file\n");
    options = (struct front_options){.stdin_filename = "x.sql"};
    MAKE("-");
    ck_assert_int_eq(report_exit_code(&report), 2);
}
END_TEST

START_TEST(an_editor_has_several_unsaved_texts) {
    struct unsaved first = {"m/1_a.up.sql", "SELECT 'a';", 11},
                   second = {"m/2_b.up.sql", "SELECT 'b';", 11};

    FILES("m/1_a.up.sql");
    vec_push(&arena, &options.unsaved, first);
    vec_push(&arena, &options.unsaved, second);
    MAKE("m/2_b.up.sql");
    SHOWS("m [golang-migrate]\n"
          "  1 1_a: m/1_a.up.sql - up:simple\n"
          "  2 2_b: m/2_b.up.sql! - up:simple\n");
    check_section(&job.histories.v[0]->migrations.v[0], 0, "SELECT 'a';", 1);
    check_section(&job.histories.v[0]->migrations.v[1], 0, "SELECT 'b';", 1);
}
END_TEST

START_TEST(no_history_takes_each_by_itself) {
    FILES("m/1_a.up.sql", "m/2_b.up.sql", "m/2_b.down.sql", "m/3_c.up.sql");
    options.no_history = true;
    MAKE("m/3_c.up.sql", "m/2_b.up.sql");
    SHOWS("m [golang-migrate]\n"
          "  2 2_b: m/2_b.up.sql! m/2_b.down.sql up:simple down:simple\n"
          "m [golang-migrate]\n"
          "  3 3_c: m/3_c.up.sql! - up:simple\n");
}
END_TEST

START_TEST(given_histories_replace_what_would_be_found) {
    FILES("m/1_a.up.sql", "m/2_b.up.sql", "base/1_x.sql", "base/2_y.sql");
    tree_file("structure.sql", "-- PostgreSQL database dump\n");
    vec_push(&arena, &options.histories, "structure.sql");
    vec_push(&arena, &options.histories, "base");
    MAKE("m/2_b.up.sql");
    SHOWS("m [golang-migrate]\n"
          "   structure: structure.sql - up:?:psql\n"
          "  1 1_x: base/1_x.sql - up:?\n"
          "  2 2_y: base/2_y.sql - up:?\n"
          "  2 2_b: m/2_b.up.sql! - up:simple\n");
    options.histories.n = 0;
    vec_push(&arena, &options.histories, "m");
    MAKE("m/2_b.up.sql");
    SHOWS("m [golang-migrate]\n"
          "  1 1_a: m/1_a.up.sql - up:simple\n"
          "  2 2_b: m/2_b.up.sql! - up:simple\n");
    options.histories.n = 0;
    vec_push(&arena, &options.histories, "nope");
    MAKE("m/2_b.up.sql");
    SHOWS("m [golang-migrate]\n"
          "  2 2_b: m/2_b.up.sql! - up:simple\n"
          "nope:0: io reported: No such file or directory\n");
}
END_TEST

START_TEST(what_is_excluded_is_replayed_and_said) {
    FILES("m/1_a.up.sql", "m/2_b.up.sql", "m/3_c.up.sql", "seed.sql");
    tree_file(".migvet.yml", "paths: {exclude: [\"m/2*\", seed.sql]}\n");
    MAKE("m", "seed.sql");
    SHOWS("m [golang-migrate]\n"
          "  1 1_a: m/1_a.up.sql! - up:simple\n"
          "  2 2_b: m/2_b.up.sql - up:simple\n"
          "  3 3_c: m/3_c.up.sql! - up:simple\n"
          "seed.sql:0: is excluded by .migvet.yml: not analysed\n");
    ck_assert_int_eq(report_exit_code(&report), 0);
    MAKE("m/2_b.up.sql");
    SHOWS("m/2_b.up.sql:0: is excluded by .migvet.yml: not analysed\n");
    tree_file(".migvet.yml", "paths: {exclude: [m/]}\n");
    MAKE("m");
    SHOWS("m:0: io reported: holds no migrations but what the configuration excludes\n");
    tree_file(".migvet.yml", "paths: {include: [\"m/1*\"]}\n");
    MAKE(".");
    SHOWS("m [golang-migrate]\n"
          "  1 1_a: m/1_a.up.sql! - up:simple\n"
          "  2 2_b: m/2_b.up.sql -\n"
          "  3 3_c: m/3_c.up.sql -\n");
    options.no_config = true;
    MAKE("seed.sql");
    ck_assert_uint_eq(job.histories.n, 1);
}
END_TEST

START_TEST(the_nearest_configuration_holds) {
    FILES("a/m/1_a.up.sql", "b/m/1_a.up.sql", "c.sql");
    tree_file(".migvet.yml", "target: 13\n");
    tree_file("b/.migvet.yaml", "target: 14\n");
    tree_file("ci.yml", "target: 16\n");
    MAKE(".");
    ck_assert_int_eq(job.histories.v[0]->config->target, 13);
    ck_assert_int_eq(job.histories.v[1]->config->target, 14);
    ck_assert_ptr_eq(job.histories.v[2]->config, job.histories.v[0]->config);
    ck_assert_uint_eq(job.configs.n, 2);
    options.config_path = "ci.yml";
    MAKE("b", "c.sql");
    ck_assert_int_eq(job.histories.v[0]->config->target, 16);
    ck_assert_uint_eq(job.configs.n, 1);
}
END_TEST

START_TEST(nothing_is_done_under_a_broken_configuration) {
    FILES("a/m/1_a.up.sql", "a/m/2_a.up.sql", "b/m/1_a.up.sql");
    tree_file("b/.migvet.yml", "x: 1\ntarget: 3\n");
    MAKE("a", "b", "b/m/1_a.up.sql");
    ck_assert_uint_eq(job.histories.n, 1);
    ck_assert_uint_eq(report.problems.n, 1);
    ck_assert_str_eq(report.problems.v[0].path, "b/.migvet.yml");
    ck_assert_int_eq(report.problems.v[0].kind, PROBLEM_CONFIG);
    ck_assert_uint_eq(report.problems.v[0].line, 1);
    ck_assert_ptr_nonnull(report.problems.v[0].file);
}
END_TEST

START_TEST(a_front_can_be_forced) {
    FILES("m/1_a.sql", "m/2_b.sql", "m/x.sql");
    tree_file(".migvet.yml", "front: sqlx\n");
    MAKE("m/2_b.sql", "m/x.sql");
    SHOWS("m [sqlx]\n"
          "  1 1_a: m/1_a.sql - up:file\n"
          "  2 2_b: m/2_b.sql! - up:file\n"
          "m/x.sql [plain]\n"
          "   x: m/x.sql! - up:?\n");
    tree_file(".migvet.yml", "front: plain\n");
    MAKE("m/2_b.sql");
    SHOWS("m/2_b.sql [plain]\n"
          "   2_b: m/2_b.sql! - up:?\n");
    tree_file(".migvet.yml", "target: 15\nfront: gose\n");
    MAKE("m");
    ck_assert_uint_eq(report.problems.n, 1);
    ck_assert_ptr_nonnull(strstr(report.problems.v[0].message,
                                 "there is no front \"gose\"; did you mean \"goose\"? (allowed: "));
    ck_assert_uint_eq(report.problems.v[0].line, 2);
    ck_assert_uint_eq(report.problems.v[0].column, 8);
}
END_TEST

START_TEST(paths_are_told_from_the_repository_or_from_here) {
    char outside[] = "/tmp/migvet-outside-XXXXXX";
    char path[64], expected[256];

    rmdir(".git");
    ck_assert_ptr_nonnull(mkdtemp(outside));
    snprintf(path, sizeof(path), "%s/x.sql", outside);
    tree_file(path, "SELECT 1;\n");
    FILES("here/y.sql");
    MAKE(path, "here/y.sql");
    snprintf(expected, sizeof(expected),
             "%s [plain]\n   x: %s! - up:?\nhere/y.sql [plain]\n   y: here/y.sql! - up:?\n", path,
             path);
    SHOWS(expected);
    tree_repository("here");
    MAKE("here/y.sql");
    SHOWS("y.sql [plain]\n   y: y.sql! - up:?\n");
    ck_assert_str_eq(job.histories.v[0]->migrations.v[0].up_absolute,
                     path_absolute(&arena, "here/y.sql"));
    unlink(path);
    rmdir(outside);
    tree_repository(".");
}
END_TEST

static double seconds_since(struct timespec start) {
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - start.tv_sec) + (double)(now.tv_nsec - start.tv_nsec) / 1e9;
}

/* Each way to name many files; quadratic ones would need a minute. */
START_TEST(many_files_are_found_fast) {
    const char **paths = arena_array(&arena, const char *, 5001);
    struct timespec start;

    for (int i = 0; i < 5000; i++) {
        tree_file(arena_printf(&arena, "m/%d_x.up.sql", i), "SELECT 1;\n");
        tree_file(arena_printf(&arena, "m/%d_x.down.sql", i), "SELECT 1;\n");
        paths[i] = arena_printf(&arena, "plain/p%d.sql", i);
        tree_file(paths[i], "SELECT 1;\n");
    }
    clock_gettime(CLOCK_MONOTONIC, &start);
    MAKE("m/4999_x.up.sql");
    ck_assert_uint_eq(job.histories.v[0]->migrations.n, 5000);
    ck_assert_str_eq(job.histories.v[0]->migrations.v[4999].version, "4999");
    MAKE("m");
    ck_assert_uint_eq(job.histories.v[0]->migrations.v[4998].sections.n, 2);
    make(paths);
    ck_assert_uint_eq(job.histories.n, 5000);
    MAKE("plain");
    ck_assert_uint_eq(job.histories.n, 5000);
    ck_assert(seconds_since(start) < 10);
}
END_TEST

Suite *suite_job(void) {
    Suite *suite = suite_create("job");
    TCase *tcase = tcase_create("job");

    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, a_named_file_is_reported_after_its_history);
    tcase_add_test(tcase, a_path_counts_once_however_it_is_spelled);
    tcase_add_test(tcase, histories_do_not_depend_on_the_order_of_arguments);
    tcase_add_test(tcase, several_roots_under_one_argument);
    tcase_add_test(tcase, what_is_no_file_is_named_with_its_reason);
    tcase_add_test(tcase, a_named_fifo_or_device_does_not_hang);
    tcase_add_test(tcase, bytes_that_are_no_text_are_refused);
    tcase_add_test(tcase, the_scope_says_whether_it_was_asked_for);
    tcase_add_test(tcase, a_file_above_the_limit_is_refused);
    tcase_add_test(tcase, what_may_not_be_read_is_named);
    tcase_add_test(tcase, what_is_not_there_is_named);
    tcase_add_test(tcase, links_out_of_the_repository_are_not_read);
    tcase_add_test(tcase, links_within_the_repository_are_followed_once);
    tcase_add_test(tcase, without_a_repository_a_named_link_is_followed);
    tcase_add_test(tcase, standard_input_takes_the_place_of_its_file);
    tcase_add_test(tcase, standard_input_can_be_a_file_to_come);
    tcase_add_test(tcase, standard_input_needs_no_name);
    tcase_add_test(tcase, an_editor_has_several_unsaved_texts);
    tcase_add_test(tcase, no_history_takes_each_by_itself);
    tcase_add_test(tcase, given_histories_replace_what_would_be_found);
    tcase_add_test(tcase, what_is_excluded_is_replayed_and_said);
    tcase_add_test(tcase, the_nearest_configuration_holds);
    tcase_add_test(tcase, nothing_is_done_under_a_broken_configuration);
    tcase_add_test(tcase, a_front_can_be_forced);
    tcase_add_test(tcase, paths_are_told_from_the_repository_or_from_here);
    tcase_add_test(tcase, many_files_are_found_fast);
    suite_add_tcase(suite, tcase);
    return suite;
}
