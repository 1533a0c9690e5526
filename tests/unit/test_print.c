/*
 * The schema printed as SQL. That a server makes the same of it as of the migrations is proved by
 * tools/compare-schema; here, that replaying what is printed prints the same again.
 */
#include "base/file.h"
#include "model/print.h"
#include "model_sample.h"

#include "unit.h"

#include <stdlib.h>

static struct sample sample;

static void setup(void) {
    sample_init(&sample, 15, true);
}

static void teardown(void) {
    sample_free(&sample);
}

static const char *printed_of(struct sample *of) {
    struct buf out = BUF_INIT;
    const char *text;

    schema_print_sql(&out, &of->replay.schema);
    text = arena_strdup(&of->arena, buf_str(&out));
    buf_release(&out);
    return text;
}

/* What stands behind the settings at the top. */
static const char *printed(const char *sql) {
    const char *text;

    sample_run(&sample, sql);
    text = strstr(printed_of(&sample), "SET search_path");
    return strchr(text, '\n') + 1;
}

static void check_printed(const char *sql, const char *expected) {
    ck_assert_str_eq(printed(sql), expected);
}

static void check_has(const char *sql, const char *line) {
    const char *text = printed(sql);
    ck_assert_msg(strstr(text, line), "%s\nis not in\n%s", line, text);
}

/* --- the printed form --- */

START_TEST(tables_are_printed_in_parts) {
    check_printed(
        "CREATE TABLE t (id serial PRIMARY KEY, a int NOT NULL DEFAULT /* five */ 5 CHECK (a > 0))",
        "CREATE TABLE public.t (\n    id integer NOT NULL,\n    a integer NOT NULL,\n"
        "    CONSTRAINT t_a_check CHECK (a > 0)\n);\n"
        "CREATE SEQUENCE public.t_id_seq AS integer;\n"
        "ALTER SEQUENCE public.t_id_seq OWNED BY public.t.id;\n"
        "ALTER TABLE ONLY public.t ALTER COLUMN id SET DEFAULT "
        "nextval('public.t_id_seq'::regclass);\n"
        "ALTER TABLE ONLY public.t ALTER COLUMN a SET DEFAULT 5;\n"
        "ALTER TABLE ONLY public.t ADD CONSTRAINT t_pkey PRIMARY KEY (id);\n");
}
END_TEST

START_TEST(texts_say_the_names_of_today) {
    check_has("CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT 1';"
              "CREATE TYPE mood AS ENUM ('a'); CREATE SEQUENCE s;"
              "CREATE TABLE t (a int DEFAULT nextval('s'), b int CHECK (t.b > f(b)),"
              " c text CHECK (c <> 'b' AND c::mood = 'a'::mood));"
              "CREATE INDEX i ON t ((b + 1), c DESC) WHERE f(b) > 1;"
              "ALTER TABLE t RENAME b TO \"B\"; ALTER TABLE t RENAME TO u;"
              "ALTER FUNCTION f(int) RENAME TO g; ALTER TYPE mood RENAME TO feeling;"
              "ALTER SEQUENCE s RENAME TO s2; ALTER TYPE feeling RENAME VALUE 'a' TO 'z'",
              "CHECK (u.\"B\" > g(\"B\"))");
    check_has("", "CHECK (c <> 'b' AND c::feeling = 'z'::feeling)");
    check_has("", "((\"B\" + 1), c DESC) WHERE g(\"B\") > 1;");
    check_has("", "SET DEFAULT nextval('public.s2');");
}
END_TEST

START_TEST(odd_names_and_texts_are_quoted) {
    check_has("CREATE TABLE \"a b\" (\"select\" int, \"q\"\"\" text DEFAULT E'it''s \\\\');"
              "COMMENT ON TABLE \"a b\" IS 'it''s'",
              "CREATE TABLE public.\"a b\" (\n    \"select\" integer,\n    \"q\"\"\" text\n);");
    check_has("", "COMMENT ON TABLE public.\"a b\" IS 'it''s';");
    check_has("", "ALTER COLUMN \"q\"\"\" SET DEFAULT E'it''s \\\\';");
}
END_TEST

START_TEST(views_are_printed_while_their_text_fits) {
    check_has("CREATE TABLE t (a int); CREATE VIEW v AS SELECT a FROM t WHERE a > 0",
              "CREATE VIEW public.v (a) AS SELECT a FROM t WHERE a > 0;");
    check_has("ALTER TABLE t RENAME a TO b", "-- view v: its text does not fit");
}
END_TEST

START_TEST(what_is_not_known_is_counted) {
    struct buf out = BUF_INIT;

    sample_free(&sample);
    sample_init(&sample, 15, false);
    sample_run(&sample, "ALTER TABLE nowhere ADD COLUMN a int; CREATE INDEX i ON nowhere (a);"
                        "CREATE TABLE c AS SELECT * FROM nowhere");
    ck_assert_uint_eq(schema_print_sql(&out, &sample.replay.schema), 3);
    ck_assert_ptr_nonnull(strstr(buf_str(&out), "-- table nowhere was never seen being made"));
    buf_release(&out);
}
END_TEST

/* --- printing what was printed --- */

static int compare_lines(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The lines in order of their bytes: the order of statements hangs on that of making. */
static const char *sorted(struct arena *arena, const char *text) {
    struct {
        VEC(char *) list;
    } lines = {0};
    const char *joined = "";

    for (size_t n; *text; text += n + (text[n] == '\n')) {
        n = strcspn(text, "\n");
        vec_push(arena, &lines.list, arena_strndup(arena, text, n));
    }
    qsort(lines.list.v, lines.list.n, sizeof(char *), compare_lines);
    for (size_t i = 0; i < lines.list.n; i++)
        joined = arena_printf(arena, "%s%s\n", joined, lines.list.v[i]);
    return joined;
}

static void check_same_lines(const char *a, const char *b) {
    size_t n = 0;

    while (a[n] && a[n] == b[n])
        n++;
    while (n > 0 && a[n - 1] != '\n')
        n--;
    ck_assert_msg(strcmp(a, b) == 0, "%.200s\ninstead of\n%.200s", b + n, a + n);
}

static const char *const files[] = {
    "tests/schema/tables.sql", "tests/schema/partitions.sql", "tests/schema/types.sql",
    "tests/schema/code.sql",   "tests/schema/changes.sql",
};

static void check_prints_again(const char *path, int target) {
    struct sample again;
    struct file_bytes bytes;
    struct refusal refusal = {0};
    const char *why, *first, *second;

    sample_free(&sample);
    sample_init(&sample, target, true);
    ck_assert_msg(file_read(&sample.arena, path, 1 << 20, &bytes, &why) == 0, "%s", why);
    sample_section(&sample, bytes.bytes, &refusal);
    replay_end_section(&sample.replay);
    ck_assert_msg(refusal.sqlstate, "these files hold statements that are refused");
    first = printed_of(&sample);
    sample_init(&again, target, true);
    sample_run(&again, first);
    replay_end_section(&again.replay);
    second = printed_of(&again);
    check_same_lines(sorted(&again.arena, first), sorted(&again.arena, second));
    sample_free(&again);
}

START_TEST(what_is_printed_prints_the_same) {
    static const int targets[] = {12, 15, 18};

    if (sql_grammar_major() < 18) {
        unit_skip("the schemas use the syntax of PostgreSQL 18");
        return;
    }
    for (size_t i = 0; i < sizeof(targets) / sizeof(*targets); i++)
        check_prints_again(files[_i], targets[i]);
}
END_TEST

Suite *suite_print(void) {
    Suite *suite = suite_create("print");
    TCase *tcase = tcase_create("sql");

    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, tables_are_printed_in_parts);
    tcase_add_test(tcase, texts_say_the_names_of_today);
    tcase_add_test(tcase, odd_names_and_texts_are_quoted);
    tcase_add_test(tcase, views_are_printed_while_their_text_fits);
    tcase_add_test(tcase, what_is_not_known_is_counted);
    tcase_add_loop_test(tcase, what_is_printed_prints_the_same, 0, sizeof(files) / sizeof(*files));
    suite_add_tcase(suite, tcase);
    return suite;
}
