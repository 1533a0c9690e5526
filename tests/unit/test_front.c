#define _GNU_SOURCE /* mkdtemp, nftw, seteuid, truncate */
#include "base/buf.h"
#include "base/path.h"
#include "front/front.h"
#include "sql/lex.h"

#include "tree.h"
#include "unit.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>

static struct arena arena;
static struct report report;
static struct job job;
static struct front_options options;
static struct buf shown;

static void setup(void) {
    arena_init(&arena);
    buf_init(&shown);
    options = (struct front_options){0};
    tree_make();
    tree_repository(".");
}

static void teardown(void) {
    tree_remove();
    buf_release(&shown);
    arena_release(&arena);
}

static void show_path(const char *path, bool reported) {
    buf_printf(&shown, " %s%s", path ? path : "-", reported ? "!" : "");
}

static void show_sections(const struct migration *migration) {
    static const char *const modes[] = {"?", "all", "file", "simple", "each", "pipe"};

    for (size_t i = 0; i < migration->sections.n; i++) {
        const struct section *section = &migration->sections.v[i];
        buf_printf(&shown, " %s:%s%s", direction_name(section->direction), modes[section->mode],
                   section->flags ? ":psql" : "");
    }
}

/*
 * The job: "root [front]", then for each migration "  version name: up down sections", with "!" behind reported
 * files; problems and remarks as "path:line: [kind scope] message".
 */
static const char *show(void) {
    buf_clear(&shown);
    for (size_t i = 0; i < job.histories.n; i++) {
        const struct history *history = job.histories.v[i];
        buf_printf(&shown, "%s [%s]\n", history->root, front_name(history->front));
        for (size_t j = 0; j < history->migrations.n; j++) {
            const struct migration *migration = &history->migrations.v[j];
            ck_assert_int_eq(migration->reported,
                             migration->up_reported || migration->down_reported);
            buf_printf(&shown, "  %s %s:", migration->version, migration->name);
            show_path(migration->up_path, migration->up_reported);
            show_path(migration->down_path, migration->down_reported);
            show_sections(migration);
            buf_putc(&shown, '\n');
        }
    }
    for (size_t i = 0; i < report.problems.n; i++) {
        const struct problem *problem = &report.problems.v[i];
        buf_printf(&shown, "%s:%u: %s %s: %s\n", problem->path, problem->line,
                   problem_kind_name(problem->kind), problem_scope_name(problem->scope),
                   problem->message);
    }
    for (size_t i = 0; i < report.remarks.n; i++)
        buf_printf(&shown, "%s:%u: %s\n", report.remarks.v[i].path, report.remarks.v[i].line,
                   report.remarks.v[i].message);
    for (size_t i = 0; i < report.unanalysed.n; i++)
        buf_printf(&shown, "%s:%u: not analysed: %s\n", report.unanalysed.v[i].path,
                   report.unanalysed.v[i].line, report.unanalysed.v[i].why);
    return buf_str(&shown);
}

/* Makes the job of these paths; up to the first NULL. */
static void make(const char *const *paths) {
    size_t n = 0;

    while (paths[n])
        n++;
    report_init(&report, &arena);
    job_make(&job, &arena, &options, paths, n, &report);
}

#define MAKE(...) make((const char *const[]){__VA_ARGS__, NULL})
#define SHOWS(expected) ck_assert_str_eq(show(), expected)

static void files(const char *const *paths) {
    for (; *paths; paths++)
        tree_file(*paths, "SELECT 1;\n");
}

#define FILES(...) files((const char *const[]){__VA_ARGS__, NULL})

static void set_stdin(const char *filename, const char *text) {
    struct file_bytes *bytes = arena_new(&arena, struct file_bytes);

    *bytes = (struct file_bytes){arena_strdup(&arena, text), strlen(text)};
    options.stdin_filename = filename;
    options.stdin_bytes = bytes;
}

START_TEST(golang_migrate_orders_versions_as_numbers) {
    FILES("m/100_c.up.sql", "m/9_a.up.sql", "m/9_a.down.sql", "m/10_b.up.sql", "m/010_z.down.sql",
          "m/99999999999999999999999_d.up.sql", "m/0002_e.up.sql");
    MAKE("m");
    SHOWS("m [golang-migrate]\n"
          "  0002 0002_e: m/0002_e.up.sql! - up:simple\n"
          "  9 9_a: m/9_a.up.sql! m/9_a.down.sql! up:simple down:simple\n"
          "  10 10_b: m/10_b.up.sql! m/010_z.down.sql! up:simple down:simple\n"
          "  100 100_c: m/100_c.up.sql! - up:simple\n"
          "  99999999999999999999999 99999999999999999999999_d: "
          "m/99999999999999999999999_d.up.sql! - up:simple\n");
    ck_assert(job.histories.v[0]->front_has_downs);
}
END_TEST

START_TEST(golang_migrate_keeps_what_is_no_pair) {
    FILES("m/1_a.up.sql", "m/1_b.up.sql", "m/1_b.down.sql", "m/2_c.down.sql", "m/x_d.up.sql",
          "m/3.up.sql", "m/_4.up.sql", "m/5_e.up.sql.orig", "m/notes.md");
    MAKE("m");
    SHOWS("m [golang-migrate]\n"
          "  1 1_a: m/1_a.up.sql! - up:simple\n"
          "  1 1_b: m/1_b.up.sql! m/1_b.down.sql! up:simple down:simple\n"
          "  2 2_c: - m/2_c.down.sql! down:simple\n"
          "m/3.up.sql:0: golang-migrate does not run a file of this name: not analysed\n"
          "m/_4.up.sql:0: golang-migrate does not run a file of this name: not analysed\n"
          "m/x_d.up.sql:0: golang-migrate does not run a file of this name: not analysed\n");
}
END_TEST

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

START_TEST(numbered_files_are_a_history) {
    FILES("m/9_a.sql", "m/10_b.sql", "m/010_c.sql", "m/2_d.sql", "m/2_d.down.sql", "m/3_e.do.sql",
          "m/3_e.undo.sql", "m/4_count_down.sql", "m/5_f.sql", "m/5_f_down.sql", "m/6_g_up.sql",
          "m/6_g_down.sql", "m/7_h.rollback.sql", "m/seed.sql", "m/1.9.0_i.sql", "m/1.10.0_j.sql");
    MAKE("m");
    SHOWS("m [numbered]\n"
          "  1.9.0 1.9.0_i: m/1.9.0_i.sql! - up:?\n"
          "  1.10.0 1.10.0_j: m/1.10.0_j.sql! - up:?\n"
          "  2 2_d: m/2_d.sql! m/2_d.down.sql! up:? down:?\n"
          "  3 3_e.do: m/3_e.do.sql! m/3_e.undo.sql! up:? down:?\n"
          "  4 4_count_down: m/4_count_down.sql! - up:?\n"
          "  5 5_f: m/5_f.sql! m/5_f_down.sql! up:? down:?\n"
          "  6 6_g_up: m/6_g_up.sql! m/6_g_down.sql! up:? down:?\n"
          "  7 7_h.rollback: - m/7_h.rollback.sql! down:?\n"
          "  9 9_a: m/9_a.sql! - up:?\n"
          "  010 010_c: m/010_c.sql! - up:?\n"
          "  10 10_b: m/10_b.sql! - up:?\n"
          "m/seed.sql [plain]\n"
          "   seed: m/seed.sql! - up:?\n");
    ck_assert(job.histories.v[0]->front_has_downs);
}
END_TEST

START_TEST(lettered_versions_are_a_history) {
    FILES("m/V1__a.sql", "m/V1.2__b.sql", "m/V1_10__c.sql", "m/V1.9__d.sql", "m/U1.9__e.sql",
          "m/R__f.sql", "m/B0__g.sql", "m/V__h.sql", "m/Vx__i.sql", "m/V2_j.sql");
    MAKE("m");
    SHOWS("m [numbered]\n"
          "  0 B0__g: m/B0__g.sql! - up:?\n"
          "  1 V1__a: m/V1__a.sql! - up:?\n"
          "  1.2 V1.2__b: m/V1.2__b.sql! - up:?\n"
          "  1.9 V1.9__d: m/V1.9__d.sql! m/U1.9__e.sql! up:? down:?\n"
          "  1_10 V1_10__c: m/V1_10__c.sql! - up:?\n"
          "   R__f: m/R__f.sql! - up:?\n"
          "m/V2_j.sql [plain]\n"
          "   V2_j: m/V2_j.sql! - up:?\n"
          "m/V__h.sql [plain]\n"
          "   V__h: m/V__h.sql! - up:?\n"
          "m/Vx__i.sql [plain]\n"
          "   Vx__i: m/Vx__i.sql! - up:?\n");
}
END_TEST

START_TEST(files_without_numbers_stand_alone) {
    FILES("m/a.sql", "m/b.up.sql", "m/b.down.sql", "m/count_down.sql", "m/c.down.sql");
    MAKE("m");
    SHOWS("m/a.sql [plain]\n"
          "   a: m/a.sql! - up:?\n"
          "m/b.up.sql [plain]\n"
          "   b.up: m/b.up.sql! m/b.down.sql! up:? down:?\n"
          "m/c.down.sql [plain]\n"
          "   c.down: - m/c.down.sql! down:?\n"
          "m/count_down.sql [plain]\n"
          "   count_down: m/count_down.sql! - up:?\n");
    ck_assert(!job.histories.v[0]->front_has_downs);
    ck_assert(job.histories.v[1]->front_has_downs);
    MAKE("m/b.down.sql");
    SHOWS("m/b.up.sql [plain]\n"
          "   b.up: m/b.up.sql m/b.down.sql! up:? down:?\n");
}
END_TEST

START_TEST(sqlx_is_known_by_its_manifest) {
    FILES("rust/migrations/1_a.up.sql", "rust/migrations/1_a.down.sql", "rust/migrations/2_b.sql",
          "go/migrations/1_a.up.sql");
    tree_file("rust/Cargo.toml", "[dependencies]\nsqlx = \"0.8\"\n");
    tree_file("rust/migrations/3_c.sql", "-- no-transaction\nSELECT 1;\n");
    tree_file("rust/migrations/4_d.sql", "\n-- no-transaction\nSELECT 1;\n");
    tree_file("go/Cargo.toml", "[dependencies]\nserde = \"1\"\n");
    MAKE(".");
    SHOWS("go/migrations [golang-migrate]\n"
          "  1 1_a: go/migrations/1_a.up.sql! - up:simple\n"
          "rust/migrations [sqlx]\n"
          "  1 1_a: rust/migrations/1_a.up.sql! rust/migrations/1_a.down.sql! up:file down:file\n"
          "  2 2_b: rust/migrations/2_b.sql! - up:file\n"
          "  3 3_c: rust/migrations/3_c.sql! - up:simple\n"
          "  4 4_d: rust/migrations/4_d.sql! - up:file\n");
}
END_TEST

START_TEST(folders_of_up_and_down) {
    FILES("h/migrations/default/1700000000100_b/up.sql",
          "h/migrations/default/1700000000100_b/down.sql",
          "h/migrations/default/900000000000_a/up.sql", "h/migrations/default/named/up.sql",
          "h/migrations/default/named/deeper/x.sql");
    mkdir("h/migrations/default/empty", 0755);
    const char *expected =
        "h/migrations/default [up-down-folders]\n"
        "  900000000000 900000000000_a: h/migrations/default/900000000000_a/up.sql! - up:?\n"
        "  1700000000100 1700000000100_b: h/migrations/default/1700000000100_b/up.sql! "
        "h/migrations/default/1700000000100_b/down.sql! up:? down:?\n"
        "   named: h/migrations/default/named/up.sql! - up:?\n";
    MAKE("h");
    SHOWS(expected);
    MAKE("h/migrations/default/1700000000100_b");
    SHOWS("h/migrations/default [up-down-folders]\n"
          "  900000000000 900000000000_a: h/migrations/default/900000000000_a/up.sql - up:?\n"
          "  1700000000100 1700000000100_b: h/migrations/default/1700000000100_b/up.sql! "
          "h/migrations/default/1700000000100_b/down.sql! up:? down:?\n"
          "   named: h/migrations/default/named/up.sql -\n");
    ck_assert_int_eq(chdir("h/migrations/default/1700000000100_b"), 0);
    MAKE("down.sql");
    SHOWS("h/migrations/default [up-down-folders]\n"
          "  900000000000 900000000000_a: h/migrations/default/900000000000_a/up.sql - up:?\n"
          "  1700000000100 1700000000100_b: h/migrations/default/1700000000100_b/up.sql "
          "h/migrations/default/1700000000100_b/down.sql! up:? down:?\n"
          "   named: h/migrations/default/named/up.sql -\n");
}
END_TEST

START_TEST(diesel_compares_versions_as_strings) {
    FILES("migrations/2024-01-10-000000_b/up.sql", "migrations/2024-01-09-000000_a/up.sql",
          "migrations/2024-01-09-000000_a/down.sql", "migrations/20231231235959_z/up.sql",
          "migrations/.hidden/up.sql", "diesel.toml");
    tree_file("migrations/2024-01-10-000000_b/metadata.toml",
              "# x\n  run_in_transaction =false # y\n");
    tree_file("migrations/2024-01-09-000000_a/metadata.toml", "run_in_transaction = true\n");
    MAKE("migrations/");
    SHOWS("migrations [diesel]\n"
          "  20231231235959 20231231235959_z: migrations/20231231235959_z/up.sql! - up:file\n"
          "  20240109000000 2024-01-09-000000_a: migrations/2024-01-09-000000_a/up.sql! "
          "migrations/2024-01-09-000000_a/down.sql! up:file down:file\n"
          "  20240110000000 2024-01-10-000000_b: migrations/2024-01-10-000000_b/up.sql! - "
          "up:simple\n"
          "migrations/.hidden/up.sql [plain]\n"
          "   up: migrations/.hidden/up.sql! - up:?\n");
}
END_TEST

START_TEST(diesel_is_known_by_its_first_folder) {
    FILES("m/00000000000000_diesel_initial_setup/up.sql", "m/2024-01-10-000000_b/up.sql");
    MAKE("m/2024-01-10-000000_b/up.sql");
    SHOWS("m [diesel]\n"
          "  00000000000000 00000000000000_diesel_initial_setup: "
          "m/00000000000000_diesel_initial_setup/up.sql - up:file\n"
          "  20240110000000 2024-01-10-000000_b: m/2024-01-10-000000_b/up.sql! - up:file\n");
}
END_TEST

START_TEST(prisma_has_no_downs) {
    FILES("p/migrations/20240102000000_b/migration.sql", "p/migrations/0_init/migration.sql",
          "p/migrations/migration_lock.toml", "q/20240102000000_b/migration.sql",
          "drizzle/20240102000000_b/migration.sql", "drizzle/20240102000000_b/snapshot.json");
    MAKE("p", "q", "drizzle");
    SHOWS("drizzle/20240102000000_b/migration.sql [plain]\n"
          "   migration: drizzle/20240102000000_b/migration.sql! - up:?\n"
          "p/migrations [prisma]\n"
          "  0 0_init: p/migrations/0_init/migration.sql! - up:simple\n"
          "  20240102000000 20240102000000_b: p/migrations/20240102000000_b/migration.sql! - "
          "up:simple\n"
          "q [prisma]\n"
          "  20240102000000 20240102000000_b: q/20240102000000_b/migration.sql! - up:simple\n");
    ck_assert(!job.histories.v[1]->front_has_downs);
}
END_TEST

/* What the section holds, and where its first byte stands. */
static void check_section(const struct migration *migration, size_t index, const char *text,
                          unsigned line) {
    const struct section *section = &migration->sections.v[index];

    ck_assert_str_eq(arena_strndup(&arena, section->text->bytes, section->text->len), text);
    ck_assert_uint_eq(text_position(section->text, 0).line, line);
}

START_TEST(goose_has_both_directions_in_a_file) {
    const struct history *history;

    tree_file("m/1_a.sql",
              "-- licence\n-- +goose Up\nCREATE TABLE a ();\n-- +goose StatementBegin\n"
              "SELECT 1;\n-- +goose StatementEnd\n-- +goose Down\nDROP TABLE a;\n");
    tree_file("m/2_b.sql", "--+GOOSE UP\r\nSELECT 2;\r\n-- +goose no transaction\r\n");
    tree_file("m/10_c.sql", "\xEF\xBB\xBF-- +goose Up\nSELECT 3;\n -- +goose Down\n");
    tree_file("m/11_d.sql", "SELECT 4;\n");
    tree_file("m/12_e.sql", "-- +goose Upwards\n");
    FILES("m/x.sql");
    tree_file("m/13_go.go", "package m\n");
    MAKE("m");
    SHOWS("m [goose]\n"
          "  1 1_a: m/1_a.sql! m/1_a.sql! up:file down:file\n"
          "  2 2_b: m/2_b.sql! - up:each\n"
          "  10 10_c: m/10_c.sql! - up:file\n"
          "  11 11_d: m/11_d.sql! -\n"
          "  12 12_e: m/12_e.sql! -\n"
          "m/x.sql:0: goose does not run a file of this name: not analysed\n"
          "m/11_d.sql:1: not analysed: goose finds nothing to run in it\n"
          "m/12_e.sql:1: not analysed: goose finds nothing to run in it\n");
    history = job.histories.v[0];
    check_section(&history->migrations.v[0], 0,
                  "CREATE TABLE a ();\n-- +goose StatementBegin\nSELECT 1;\n-- +goose "
                  "StatementEnd\n",
                  3);
    check_section(&history->migrations.v[0], 1, "DROP TABLE a;\n", 8);
    check_section(&history->migrations.v[2], 0, "SELECT 3;\n -- +goose Down\n", 2);
}
END_TEST

START_TEST(dbmate_orders_names_and_has_blocks) {
    const struct history *history;

    tree_file("db/migrations/2_b.sql",
              "-- migrate:up transaction:false\nSELECT 1;\n"
              "-- migrate:down\nSELECT 2;\n-- migrate:up foo:bar\nSELECT 3;\n"
              "--migrate:down transaction:false\n");
    tree_file("db/migrations/10_a.sql", "-- migrate:up\nSELECT 1;\n-- migrate:update\n");
    MAKE("db/migrations/2_b.sql");
    SHOWS("db/migrations [dbmate]\n"
          "  10 10_a: db/migrations/10_a.sql - up:file\n"
          "  2 2_b: db/migrations/2_b.sql! db/migrations/2_b.sql! up:simple down:file up:file "
          "down:simple\n");
    history = job.histories.v[0];
    check_section(&history->migrations.v[0], 0, "SELECT 1;\n-- migrate:update\n", 2);
    check_section(&history->migrations.v[1], 1, "SELECT 2;\n", 4);
    check_section(&history->migrations.v[1], 3, "", 8);
}
END_TEST

START_TEST(sql_migrate_orders_numbers_before_names) {
    tree_file("m/10-b.sql", "-- +migrate Up notransaction\nSELECT 1;\n-- +migrate Down\n");
    tree_file("m/9-a.sql",
              "-- +migrate Up\nSELECT 1;\n-- +migrate Down notransaction\nSELECT 2;\n");
    tree_file("m/init.sql", "-- +migrate Up\n-- +migrate up\n--+migrate Down\n");
    MAKE("m");
    SHOWS("m [sql-migrate]\n"
          "  9 9-a: m/9-a.sql! m/9-a.sql! up:file down:each\n"
          "  10 10-b: m/10-b.sql! m/10-b.sql! up:each down:file\n"
          "   init: m/init.sql! - up:file\n");
}
END_TEST

/* A file that stands alone, or among others that are not marked. */
START_TEST(marks_tell_of_a_single_file_too) {
    tree_file("a.sql", "-- +goose Up\nSELECT 1;\n-- +goose Down\nDROP TABLE x;\n");
    MAKE("a.sql");
    SHOWS("a.sql [goose]\n"
          "   a: a.sql! a.sql! up:file down:file\n");
    FILES("m/1_a.sql", "m/2_b.sql", "m/4_d.sql", "m/5_e.sql");
    tree_file("m/3_c.sql", "SELECT 1;\n");
    tree_file("m/2_b.sql", "-- migrate:up\nSELECT 1;\n-- migrate:down\nDROP TABLE x;\n");
    MAKE("m/3_c.sql");
    SHOWS("m [numbered]\n"
          "  1 1_a: m/1_a.sql - up:?\n"
          "  2 2_b: m/2_b.sql m/2_b.sql up:file down:file\n"
          "  3 3_c: m/3_c.sql! - up:?\n"
          "  4 4_d: m/4_d.sql -\n"
          "  5 5_e: m/5_e.sql -\n");
}
END_TEST

START_TEST(pg_dump_files_are_known) {
    static const char *const dumps[] = {
        "--\n-- PostgreSQL database dump\n--\n\nSET x = 1;\n",
        "\\restrict abc\n\nSET x = 1;\n",
        "SET statement_timeout = 0;\nSET lock_timeout = 0;\n",
        "\xEF\xBB\xBF--\r\n-- PostgreSQL database cluster dump\r\n",
    };

    for (size_t i = 0; i < sizeof(dumps) / sizeof(*dumps); i++) {
        tree_file("structure.sql", dumps[i]);
        MAKE("structure.sql");
        SHOWS("structure.sql [pg-dump]\n"
              "   structure: structure.sql! - up:?:psql\n");
    }
    tree_file("structure.sql",
              "SET statement_timeout = 0;\nDROP TABLE x;\n-- PostgreSQL database dump\n");
    MAKE("structure.sql");
    SHOWS("structure.sql [plain]\n"
          "   structure: structure.sql! - up:?\n");
}
END_TEST

START_TEST(psql_scripts_are_known) {
    tree_file("a.sql", "SELECT 1;\n\\i b.sql\n");
    tree_file("b.sql", "COPY a FROM stdin;\n1\n\\.\n");
    tree_file("c.sql", "SELECT E'\\n', 'a\\b';\n  \\\\\n");
    MAKE("a.sql", "b.sql", "c.sql");
    SHOWS("a.sql [plain]\n   a: a.sql! - up:?:psql\n"
          "b.sql [plain]\n   b: b.sql! - up:?:psql\n"
          "c.sql [plain]\n   c: c.sql! - up:?\n");
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

START_TEST(fronts_have_names) {
    for (size_t i = 0; i < front_count; i++) {
        ck_assert_ptr_eq(front_find(fronts[i]->name), fronts[i]);
        ck_assert(fronts[i]->render != NULL);
        ck_assert(!fronts[i]->recognise || fronts[i]->discover);
        ck_assert(fronts[i]->recognise || fronts[i]->recognise_file || fronts[i]->is_weak);
    }
    ck_assert_ptr_null(front_find("none"));
}
END_TEST

static void add_tests(TCase *tcase) {
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
    tcase_add_test(tcase, fronts_have_names);
}

Suite *suite_front(void) {
    Suite *suite = suite_create("front");
    TCase *fronts_case = tcase_create("fronts"), *job_case = tcase_create("job");

    tcase_add_checked_fixture(fronts_case, setup, teardown);
    tcase_add_checked_fixture(job_case, setup, teardown);
    tcase_set_timeout(job_case, 60);
    tcase_add_test(fronts_case, golang_migrate_orders_versions_as_numbers);
    tcase_add_test(fronts_case, golang_migrate_keeps_what_is_no_pair);
    tcase_add_test(fronts_case, a_named_file_is_reported_after_its_history);
    tcase_add_test(fronts_case, a_path_counts_once_however_it_is_spelled);
    tcase_add_test(fronts_case, histories_do_not_depend_on_the_order_of_arguments);
    tcase_add_test(fronts_case, several_roots_under_one_argument);
    tcase_add_test(fronts_case, numbered_files_are_a_history);
    tcase_add_test(fronts_case, lettered_versions_are_a_history);
    tcase_add_test(fronts_case, files_without_numbers_stand_alone);
    tcase_add_test(fronts_case, sqlx_is_known_by_its_manifest);
    tcase_add_test(fronts_case, folders_of_up_and_down);
    tcase_add_test(fronts_case, diesel_compares_versions_as_strings);
    tcase_add_test(fronts_case, diesel_is_known_by_its_first_folder);
    tcase_add_test(fronts_case, prisma_has_no_downs);
    tcase_add_test(fronts_case, goose_has_both_directions_in_a_file);
    tcase_add_test(fronts_case, dbmate_orders_names_and_has_blocks);
    tcase_add_test(fronts_case, sql_migrate_orders_numbers_before_names);
    tcase_add_test(fronts_case, marks_tell_of_a_single_file_too);
    tcase_add_test(fronts_case, pg_dump_files_are_known);
    tcase_add_test(fronts_case, psql_scripts_are_known);
    suite_add_tcase(suite, fronts_case);
    add_tests(job_case);
    suite_add_tcase(suite, job_case);
    return suite;
}
