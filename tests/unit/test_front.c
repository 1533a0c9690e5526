#define _GNU_SOURCE /* mkdtemp, nftw */
#include "job_tree.h"

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
          "  stray: m/3.up.sql: golang-migrate does not run a file of this name\n"
          "m/_4.up.sql:0: golang-migrate does not run a file of this name: not analysed\n"
          "m/x_d.up.sql:0: golang-migrate does not run a file of this name: not analysed\n");
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
    FILES("m/V1__a.sql", "m/V1.2__b.sql", "m/V1.10__c.sql", "m/U1.2__d.sql", "m/V__h.sql");
    MAKE("m");
    SHOWS("m [numbered]\n"
          "  1 V1__a: m/V1__a.sql! - up:?\n"
          "  1.2 V1.2__b: m/V1.2__b.sql! m/U1.2__d.sql! up:? down:?\n"
          "  1.10 V1.10__c: m/V1.10__c.sql! - up:?\n"
          "m/V__h.sql [plain]\n"
          "   V__h: m/V__h.sql! - up:?\n");
}
END_TEST

START_TEST(versions_that_refinery_has_not_are_flyways) {
    FILES("m/V1__a.sql", "m/V1.2__b.sql", "m/V1_10__c.sql", "m/V1.9__d.sql", "m/U1.9__e.sql",
          "m/R__f.sql", "m/B0__g.sql", "m/V__h.sql", "m/Vx__i.sql", "m/V2_j.sql");
    MAKE("m");
    SHOWS("m [flyway]\n"
          "  0 B0__g: m/B0__g.sql! - up:file\n"
          "  1 V1__a: m/V1__a.sql! - up:file\n"
          "  1.2 V1.2__b: m/V1.2__b.sql! - up:file\n"
          "  1.9 V1.9__d: m/V1.9__d.sql! m/U1.9__e.sql! up:file down:file\n"
          "  1_10 V1_10__c: m/V1_10__c.sql! - up:file\n"
          "   R__f: m/R__f.sql! - up:file\n"
          "  stray: m/V2_j.sql: flyway does not run a file of this name\n"
          "m/V__h.sql:0: flyway does not run a file of this name: not analysed\n"
          "m/Vx__i.sql:0: flyway does not run a file of this name: not analysed\n");
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

START_TEST(popx_files_are_for_one_database_or_all) {
    FILES("m/20_a.postgres.up.sql", "m/20_a.mysql.up.sql", "m/20_a.up.sql", "m/20_a.down.sql",
          "m/10_b.up.sql", "m/10_b.sqlite3.down.sql", "m/10_b.postgres.down.sql",
          "m/3_c.autocommit.up.sql", "m/3_c.cockroach.autocommit.up.sql",
          "m/4_d.postgres.autocommit.up.sql", "m/5_e.oracle.up.sql", "other/1_x.mysql.up.sql");
    MAKE("m", "other");
    SHOWS("m [popx]\n"
          "  10 10_b: m/10_b.up.sql! m/10_b.postgres.down.sql! up:file down:file\n"
          "  20 20_a: m/20_a.postgres.up.sql! m/20_a.down.sql! up:file down:file\n"
          "  3 3_c: m/3_c.autocommit.up.sql! - up:?\n"
          "  4 4_d: m/4_d.postgres.autocommit.up.sql! - up:?\n"
          "  stray: m/5_e.oracle.up.sql: popx does not run a file of this name\n"
          "other:0: io reported: holds no migrations for PostgreSQL\n"
          "m:0: 4 files not analysed: for another database\n"
          "other:0: 1 file not analysed: for another database\n");
    MAKE("m/20_a.mysql.up.sql");
    SHOWS("m/20_a.mysql.up.sql:0: is for another database: not analysed\n");
    ck_assert_int_eq(report_exit_code(&report), 0);
}
END_TEST

START_TEST(other_databases_are_told_by_folders) {
    FILES("m/mysql/1_a.up.sql", "m/postgres/1_a.up.sql", "m/oracle/1_a.up.sql", "m/h2/1_a.sql",
          "price/oracle/1_a.up.sql", "sqlite3-migrations/x.sql", "mysql/pg/1_a.sql");
    MAKE(".");
    SHOWS("m/postgres [golang-migrate]\n"
          "  1 1_a: m/postgres/1_a.up.sql! - up:simple\n"
          "mysql/pg [numbered]\n"
          "  1 1_a: mysql/pg/1_a.sql! - up:?\n"
          "price/oracle [golang-migrate]\n"
          "  1 1_a: price/oracle/1_a.up.sql! - up:simple\n"
          "sqlite3-migrations/x.sql:0: 1 file not analysed: for SQLite (the folder is "
          "sqlite3-migrations)\n"
          "m/h2:0: 1 file not analysed: for H2 (the folder is h2)\n"
          "m/mysql:0: 1 file not analysed: for MySQL (the folder is mysql)\n"
          "m/oracle:0: 1 file not analysed: for Oracle (the folder is oracle)\n");
    MAKE("m/mysql/1_a.up.sql", "m/mysql");
    SHOWS("m/mysql:0: io reported: holds no migrations for PostgreSQL\n"
          "m/mysql:0: 1 file not analysed: for MySQL (the folder is mysql)\n"
          "m/mysql/1_a.up.sql:0: is for MySQL (the folder is mysql): not analysed\n");
    ck_assert_int_eq(report_exit_code(&report), 2);
    MAKE("sqlite3-migrations/x.sql");
    SHOWS("sqlite3-migrations/x.sql:0: is for SQLite (the folder is sqlite3-migrations): "
          "not analysed\n");
    ck_assert_int_eq(report_exit_code(&report), 0);
}
END_TEST

static void check_contents(const char *sql, const char *remark) {
    tree_file("m/1_a.sql", sql);
    MAKE("m");
    if (remark)
        SHOWS(arena_printf(&arena,
                           "m:0: io reported: holds no migrations for PostgreSQL\n"
                           "m:0: 1 file not analysed: for %s\n",
                           remark));
    else
        ck_assert_str_eq(report.remarks.n ? report.remarks.v[0].message : "", "");
}

START_TEST(other_databases_are_told_by_their_words) {
    check_contents("CREATE TABLE a (\n  id int auto_increment);",
                   "MySQL (auto_increment in 1_a.sql:2)");
    check_contents("CREATE TABLE a (id int) Engine = InnoDB;", "MySQL (Engine in 1_a.sql:1)");
    check_contents("DROP TABLE `a`;", "MySQL (` in 1_a.sql:1)");
    check_contents("CREATE TABLE a (id integer PRIMARY KEY AUTOINCREMENT);",
                   "SQLite (AUTOINCREMENT in 1_a.sql:1)");
    check_contents("SELECT 1;\nPRAGMA foreign_keys = on;", "SQLite (PRAGMA in 1_a.sql:2)");
    check_contents("CREATE TABLE a (id int) WITHOUT ROWID;", "SQLite (WITHOUT in 1_a.sql:1)");
    check_contents("CREATE TABLE [dbo].[a] (id int);", "SQL Server (dbo in 1_a.sql:1)");
    check_contents("CREATE TABLE a (id int IDENTITY(1,1));", "SQL Server (IDENTITY in 1_a.sql:1)");
    check_contents("CREATE TABLE a (b VARCHAR2(10));", "Oracle (VARCHAR2 in 1_a.sql:1)");
    check_contents("CREATE TABLE a (b Int8) ENGINE = MergeTree;",
                   "ClickHouse (ENGINE in 1_a.sql:1)");
    check_contents("-- AUTO_INCREMENT\nSELECT 'ENGINE=InnoDB', \"autoincrement\", $$`a`$$;", NULL);
    check_contents("CREATE TABLE a (id int GENERATED ALWAYS AS IDENTITY (START 1), pragma int);"
                   "UPDATE a SET engine = 'x', engine = memory(1);",
                   NULL);
    check_contents("SELECT 1; FLUSH PRIVILEGES;", "MySQL (FLUSH in 1_a.sql:1)");
    check_contents("COPY a FROM stdin;\n`a`\n\\.\n", NULL);
}
END_TEST

START_TEST(other_databases_are_told_by_names) {
    FILES("m/1_a.mysql.sql", "m/1_a.postgres.sql", "m/2_drop_mysql.sql", "m/x.sqlite.sql");
    MAKE("m");
    SHOWS("m [numbered]\n"
          "  1 1_a.postgres: m/1_a.postgres.sql! - up:?\n"
          "  2 2_drop_mysql: m/2_drop_mysql.sql! - up:?\n"
          "m:0: 1 file not analysed: for MySQL (by its name)\n"
          "m/x.sqlite.sql:0: 1 file not analysed: for SQLite (by its name)\n");
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

START_TEST(drizzle_needs_its_journal) {
    FILES("d/0000_a.sql", "d/0001_b.sql");
    tree_file("d/meta/_journal.json", "{\"dialect\": \"postgresql\",\n \"entries\": [}");
    MAKE("d");
    ck_assert_uint_eq(job.histories.n, 0);
    ck_assert_int_eq(report_exit_code(&report), 2);
    ck_assert_str_eq(report.problems.v[0].path, "d/meta/_journal.json");
    ck_assert_uint_eq(report.problems.v[0].line, 2);
    ck_assert_uint_eq(report.remarks.n, 2);
    tree_file("d/meta/_journal.json",
              "{\"dialect\": \"postgresql\", \"entries\": [{\"tag\": \"0001_b\"}, "
              "{\"tag\": \"../x\"}, {\"tag\": [1]}, 7]}");
    MAKE("d/0001_b.sql");
    SHOWS("d [drizzle]\n"
          "  0001 0001_b: d/0001_b.sql! - up:all\n");
}
END_TEST

START_TEST(prisma_has_no_downs) {
    FILES("p/migrations/20240102000000_b/migration.sql", "p/migrations/0_init/migration.sql",
          "p/migrations/migration_lock.toml", "q/20240102000000_b/migration.sql",
          "drizzle/20240102000000_b/migration.sql", "drizzle/20240102000000_b/snapshot.json");
    MAKE("p", "q", "drizzle");
    SHOWS("drizzle [drizzle]\n"
          "  20240102000000 20240102000000_b: drizzle/20240102000000_b/migration.sql! - up:all\n"
          "p/migrations [prisma]\n"
          "  0 0_init: p/migrations/0_init/migration.sql! - up:simple\n"
          "  20240102000000 20240102000000_b: p/migrations/20240102000000_b/migration.sql! - "
          "up:simple\n"
          "q [prisma]\n"
          "  20240102000000 20240102000000_b: q/20240102000000_b/migration.sql! - up:simple\n");
    ck_assert(!job.histories.v[1]->front_has_downs);
}
END_TEST

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
          "m:0: 1 migration that is a program: not analysed\n"
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
    tree_file("a.sql", "SELECT 1;\n\\echo b.sql\n");
    tree_file("b.sql", "COPY a FROM stdin;\n1\n\\.\n");
    tree_file("c.sql", "SELECT E'\\n', 'a\\b';\n  \\\\\n");
    MAKE("a.sql", "b.sql", "c.sql");
    SHOWS("a.sql [plain]\n   a: a.sql! - up:?:psql\n"
          "b.sql [plain]\n   b: b.sql! - up:?:psql\n"
          "c.sql [plain]\n   c: c.sql! - up:?\n");
}
END_TEST

START_TEST(fronts_have_names) {
    for (size_t i = 0; i < front_count; i++) {
        ck_assert_ptr_eq(front_find(fronts[i]->name), fronts[i]);
        ck_assert(fronts[i]->render != NULL);
        for (int evidence = 0; evidence < EVIDENCE_COUNT; evidence++)
            ck_assert(!fronts[i]->recognise[evidence] || fronts[i]->discover);
    }
    ck_assert_ptr_null(front_find("none"));
}
END_TEST

Suite *suite_front(void) {
    Suite *suite = suite_create("front");
    TCase *tcase = tcase_create("fronts");

    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, golang_migrate_orders_versions_as_numbers);
    tcase_add_test(tcase, golang_migrate_keeps_what_is_no_pair);
    tcase_add_test(tcase, numbered_files_are_a_history);
    tcase_add_test(tcase, lettered_versions_are_a_history);
    tcase_add_test(tcase, versions_that_refinery_has_not_are_flyways);
    tcase_add_test(tcase, files_without_numbers_stand_alone);
    tcase_add_test(tcase, sqlx_is_known_by_its_manifest);
    tcase_add_test(tcase, popx_files_are_for_one_database_or_all);
    tcase_add_test(tcase, other_databases_are_told_by_folders);
    tcase_add_test(tcase, other_databases_are_told_by_their_words);
    tcase_add_test(tcase, other_databases_are_told_by_names);
    tcase_add_test(tcase, folders_of_up_and_down);
    tcase_add_test(tcase, diesel_compares_versions_as_strings);
    tcase_add_test(tcase, diesel_is_known_by_its_first_folder);
    tcase_add_test(tcase, drizzle_needs_its_journal);
    tcase_add_test(tcase, prisma_has_no_downs);
    tcase_add_test(tcase, goose_has_both_directions_in_a_file);
    tcase_add_test(tcase, dbmate_orders_names_and_has_blocks);
    tcase_add_test(tcase, sql_migrate_orders_numbers_before_names);
    tcase_add_test(tcase, marks_tell_of_a_single_file_too);
    tcase_add_test(tcase, pg_dump_files_are_known);
    tcase_add_test(tcase, psql_scripts_are_known);
    tcase_add_test(tcase, fronts_have_names);
    suite_add_tcase(suite, tcase);
    return suite;
}
