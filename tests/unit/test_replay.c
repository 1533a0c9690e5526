#include "model_sample.h"

#include "unit.h"

static struct sample sample;

static void setup(void) {
    sample_init(&sample, 15, true);
}

static void teardown(void) {
    sample_free(&sample);
}

static void run(const char *sql) {
    sample_run(&sample, sql);
}

static bool has(const char *name) {
    return sample_has(&sample, name);
}

static const struct relation *rel(const char *name) {
    return sample_relation(&sample, name);
}

/* One whole section in this mode, refusals allowed. */
static void section(enum transaction_mode mode, const char *sql) {
    struct refusal refusal = {0};

    sample.mode = mode;
    sample_section(&sample, sql, &refusal);
    replay_end_section(&sample.replay);
}

/* --- transactions --- */

START_TEST(rollback_undoes_and_commit_keeps) {
    run("BEGIN; CREATE TABLE a (x int); ROLLBACK; START TRANSACTION; CREATE TABLE b (x int); END");
    ck_assert(!has("a"));
    ck_assert(has("b"));
}
END_TEST

START_TEST(savepoints_nest) {
    run("BEGIN; CREATE TABLE a (x int); SAVEPOINT s; CREATE TABLE b (x int); SAVEPOINT s;"
        "CREATE TABLE c (x int); ROLLBACK TO s; CREATE TABLE d (x int); RELEASE s;"
        "CREATE TABLE e (x int); ROLLBACK TO s; CREATE TABLE f (x int); COMMIT");
    ck_assert(has("a") && has("f"));
    ck_assert(!has("b") && !has("c") && !has("d") && !has("e"));
}
END_TEST

START_TEST(and_chain_begins_anew) {
    run("BEGIN; CREATE TABLE a (x int); COMMIT AND CHAIN; CREATE TABLE b (x int); ROLLBACK");
    ck_assert(has("a"));
    ck_assert(!has("b"));
    ck_assert_int_eq(sample.replay.in_transaction, KNOWN_NO);
}
END_TEST

START_TEST(a_failed_transaction_does_nothing_more) {
    section(TRANSACTION_PER_STATEMENT,
            "BEGIN; CREATE TABLE a (x int); CREATE TABLE a (x int); CREATE TABLE b (x int); COMMIT;"
            "CREATE TABLE c (x int)");
    ck_assert(!has("a") && !has("b"));
    ck_assert(has("c"));
    section(TRANSACTION_PER_STATEMENT,
            "BEGIN; CREATE TABLE a (x int); SAVEPOINT s; CREATE TABLE a (x int);"
            "CREATE TABLE b (x int); ROLLBACK TO s; CREATE TABLE d (x int); COMMIT");
    ck_assert(has("a") && has("d"));
    ck_assert(!has("b"));
}
END_TEST

START_TEST(without_a_transaction_only_the_statement_fails) {
    section(TRANSACTION_PER_STATEMENT,
            "CREATE TABLE a (x int); CREATE TABLE a (x int); CREATE TABLE b (x int)");
    ck_assert(has("a") && has("b"));
}
END_TEST

START_TEST(the_runners_transaction_is_rolled_back_as_a_whole) {
    section(TRANSACTION_FILE,
            "CREATE TABLE a (x int); CREATE TABLE a (x int); CREATE TABLE b (x int)");
    ck_assert(!has("a") && !has("b"));
    section(TRANSACTION_SIMPLE_QUERY,
            "CREATE TABLE a (x int); COMMIT; CREATE TABLE b (x int); DROP TABLE nope");
    ck_assert(has("a"));
    ck_assert(!has("b"));
}
END_TEST

START_TEST(begin_in_the_runners_transaction_is_a_warning) {
    section(TRANSACTION_FILE, "BEGIN; CREATE TABLE a (x int)");
    ck_assert(has("a"));
}
END_TEST

START_TEST(a_begin_left_open_is_lost) {
    section(TRANSACTION_PER_STATEMENT, "BEGIN; CREATE TABLE a (x int)");
    ck_assert(!has("a"));
}
END_TEST

START_TEST(modes_say_whether_there_is_a_transaction) {
    static const struct {
        enum transaction_mode mode;
        size_t statements;
        enum known expected;
    } cases[] = {
        {TRANSACTION_ALL, 1, KNOWN_YES},          {TRANSACTION_FILE, 1, KNOWN_YES},
        {TRANSACTION_SIMPLE_QUERY, 1, KNOWN_NO},  {TRANSACTION_SIMPLE_QUERY, 2, KNOWN_YES},
        {TRANSACTION_PER_STATEMENT, 2, KNOWN_NO}, {TRANSACTION_UNKNOWN, 2, UNKNOWN},
        {TRANSACTION_PIPELINE, 2, KNOWN_YES},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        replay_begin_section(&sample.replay, i, cases[i].mode, cases[i].statements);
        ck_assert_int_eq(sample.replay.in_transaction, cases[i].expected);
        replay_end_section(&sample.replay);
    }
    sample.mode = TRANSACTION_UNKNOWN;
    run("BEGIN; CREATE TABLE a (x int)");
    ck_assert_int_eq(sample.replay.in_transaction, KNOWN_YES);
}
END_TEST

/* Ids and epochs go on counting over a rollback: what was undone must not come back under a new name. */
START_TEST(what_was_rolled_back_leaves_no_trace) {
    struct schema before;

    run("CREATE TABLE t (a int PRIMARY KEY)");
    before = sample.replay.schema;
    run("BEGIN; ALTER TABLE t ADD COLUMN b int; CREATE INDEX i ON t (b); ROLLBACK;"
        "CREATE TABLE u (x int REFERENCES t)");
    ck_assert_uint_eq(rel("t")->column_count, 1);
    ck_assert_uint_eq(rel("t")->indexes.n, 1);
    ck_assert_uint_gt(rel("u")->object.id, before.next_id);
    ck_assert(!has("i"));
}
END_TEST

START_TEST(locks_are_held_until_the_end) {
    struct effects effects = {0};
    struct statements *statements = sample_read(
        &sample.arena, "BEGIN; LOCK TABLE a; SAVEPOINT s; LOCK TABLE a; ROLLBACK TO s; COMMIT");
    struct effect_lock lock = {{"public", "a"}, OBJ_TABLE, LOCK_SHARE};
    static const size_t held[] = {0, 1, 1, 2, 1, 0};

    run("CREATE TABLE a (x int)");
    vec_push(&sample.arena, &effects.locks, lock);
    replay_begin_section(&sample.replay, 9, TRANSACTION_PER_STATEMENT, statements->list.n);
    for (size_t i = 0; i < statements->list.n; i++) {
        replay_apply(&sample.replay, op_list(&sample.arena, statements->list.v[i]), &effects);
        ck_assert_uint_eq(sample.replay.held.n, held[i]);
    }
}
END_TEST

START_TEST(a_predicted_failure_changes_nothing) {
    struct effects effects = {.failure = {.sqlstate = "42P16", .why = "no", .certain = true}};
    struct statements *statements = sample_read(&sample.arena, "CREATE TABLE a (x int)");

    replay_begin_section(&sample.replay, 0, TRANSACTION_PER_STATEMENT, 1);
    replay_apply(&sample.replay, op_list(&sample.arena, statements->list.v[0]), &effects);
    ck_assert(!has("a"));
    ck_assert_str_eq(sample.replay.refusal.sqlstate, "42P16");
    effects.failure.certain = false;
    replay_apply(&sample.replay, op_list(&sample.arena, statements->list.v[0]), &effects);
    ck_assert(has("a"));
}
END_TEST

/* --- settings --- */

static const char *setting(const char *name) {
    const char *value = schema_setting(&sample.replay.schema, name);
    return value ? value : "(none)";
}

START_TEST(settings_follow_their_transaction) {
    run("SET lock_timeout = '5s'; BEGIN; SET LOCAL lock_timeout = 0; SET statement_timeout = 10");
    ck_assert_str_eq(setting("lock_timeout"), "0");
    run("SET lock_timeout = '5s'; BEGIN; SET LOCAL lock_timeout = 0; COMMIT");
    ck_assert_str_eq(setting("lock_timeout"), "5s");
    run("SET lock_timeout = '5s'; BEGIN; SET lock_timeout = '1s'; ROLLBACK");
    ck_assert_str_eq(setting("lock_timeout"), "5s");
    run("SET LOCAL timezone = 'UTC'");
    ck_assert_str_eq(setting("timezone"), "(none)");
    run("SET TIME ZONE 'UTC'; SET Lock_Timeout TO 7; RESET lock_timeout");
    ck_assert_str_eq(setting("timezone"), "UTC");
    ck_assert_str_eq(setting("lock_timeout"), "(none)");
    run("SET a.b = on, off; RESET ALL");
    ck_assert_str_eq(setting("a.b"), "(none)");
}
END_TEST

START_TEST(set_config_is_a_setting) {
    run("SELECT pg_catalog.set_config('search_path', '', false); CREATE TABLE public.t (a int)");
    ck_assert_str_eq(setting("search_path"), "");
    ck_assert_str_eq(sample_refusal(&sample, "SELECT set_config('search_path', '', false);"
                                             "CREATE TABLE u (a int)"),
                     "3F000");
}
END_TEST

START_TEST(a_section_is_a_session) {
    section(TRANSACTION_PER_STATEMENT, "SET search_path = nowhere; CREATE TEMP TABLE tmp (a int)");
    ck_assert_str_eq(setting("search_path"), "(none)");
    ck_assert(!has("tmp"));
}
END_TEST

START_TEST(on_commit_drop_is_honoured) {
    run("BEGIN; CREATE TEMP TABLE a (x int) ON COMMIT DROP; CREATE TEMP TABLE b (x int); COMMIT");
    ck_assert(!has("a"));
    ck_assert(has("b"));
}
END_TEST

/* --- rows and newness --- */

START_TEST(tables_are_empty_until_they_are_filled) {
    run("CREATE TABLE a (x int); CREATE TABLE b (x int); CREATE TABLE c (x int);"
        "CREATE TABLE d (x int); INSERT INTO a VALUES (1); INSERT INTO b SELECT 1;"
        "INSERT INTO c DEFAULT VALUES; TRUNCATE c; UPDATE d SET x = 1; DELETE FROM a");
    ck_assert_int_eq(rel("a")->rows, ROWS_MAYBE);
    ck_assert_int_eq(rel("b")->rows, ROWS_MAYBE);
    ck_assert_int_eq(rel("c")->rows, ROWS_EMPTY);
    ck_assert_int_eq(rel("d")->rows, ROWS_EMPTY);
    run("INSERT INTO d VALUES (1); ");
    ck_assert_int_eq(rel("d")->rows, ROWS_SOME);
    run("CREATE TABLE p (x int) PARTITION BY LIST (x); CREATE TABLE p1 PARTITION OF p DEFAULT;"
        "CREATE TABLE q1 (x int) INHERITS (d); INSERT INTO p1 VALUES (1)");
    ck_assert_int_eq(rel("p")->rows, ROWS_SOME);
    ck_assert_int_eq(rel("q1")->rows, ROWS_EMPTY);
    run("TRUNCATE p; INSERT INTO p VALUES (1)");
    ck_assert_int_eq(rel("p1")->rows, ROWS_MAYBE);
}
END_TEST

START_TEST(new_means_this_unit) {
    const struct schema *schema = &sample.replay.schema;

    run("CREATE TABLE a (x int)");
    ck_assert(object_is_new(schema, &rel("a")->object));
    ck_assert(relation_is_new_and_empty(schema, rel("a")));
    run("CREATE TABLE b (x int); INSERT INTO b VALUES (1); ALTER TABLE a ADD COLUMN y int");
    ck_assert(!object_is_new(schema, &rel("a")->object));
    ck_assert(object_is_new(schema, &rel("b")->object));
    ck_assert(!relation_is_new_and_empty(schema, rel("b")));
    ck_assert(!relation_is_new_and_empty(schema, NULL));
    ck_assert_uint_eq(relation_column(rel("a"), "y")->unit, schema->unit);
}
END_TEST

/* --- what is not known --- */

START_TEST(objects_never_seen_are_assumed) {
    sample_free(&sample);
    sample_init(&sample, 15, false);
    run("ALTER TABLE users ADD COLUMN x int; ALTER TABLE users ALTER email SET NOT NULL;"
        "CREATE INDEX i ON app.orders (user_id); ALTER TYPE mood ADD VALUE 'x';"
        "DROP TABLE never_seen; DROP INDEX never_seen_idx");
    ck_assert(rel("users")->object.assumed);
    ck_assert(!rel("users")->columns_known);
    ck_assert_int_eq(relation_column(rel("users"), "email")->not_null, KNOWN_YES);
    ck_assert(!object_is_new(&sample.replay.schema, &rel("users")->object));
    run("CREATE TABLE users (id int); ALTER TABLE users ADD COLUMN x int");
    ck_assert(!rel("users")->object.assumed);
}
END_TEST

START_TEST(if_not_exists_of_a_name_never_seen_is_not_certain) {
    sample_free(&sample);
    sample_init(&sample, 15, false);
    run("CREATE TABLE IF NOT EXISTS a (x int)");
    ck_assert(rel("a")->object.not_certain);
    ck_assert(!relation_is_new_and_empty(&sample.replay.schema, rel("a")));
    sample_free(&sample);
    sample_init(&sample, 15, true);
    run("CREATE TABLE IF NOT EXISTS a (x int); CREATE TABLE IF NOT EXISTS a (y int, z serial);"
        "ALTER TABLE a ADD COLUMN IF NOT EXISTS x text UNIQUE");
    ck_assert(!rel("a")->object.not_certain);
    ck_assert_uint_eq(rel("a")->column_count, 1);
    ck_assert_uint_eq(rel("a")->constraint_count, 0);
    ck_assert(!has("a_z_seq"));
}
END_TEST

/* The statements of DO blocks come as sql_read gives them: with the DO as their parent. */
START_TEST(what_stands_under_a_condition_is_not_certain) {
    static const struct {
        const char *body;
        size_t statement;
        bool conditional;
    } cases[] = {
        {"BEGIN DROP TABLE IF EXISTS a; CREATE TABLE b (x int); END", 1, false},
        {"BEGIN IF x THEN SELECT 1; END IF; CREATE TABLE b (x int); END", 1, false},
        {"BEGIN IF NOT EXISTS (SELECT 1) THEN CREATE TABLE b (x int); END IF; END", 0, true},
        {"BEGIN FOR i IN 1..2 LOOP CREATE TABLE b (x int); END LOOP; END", 0, true},
        {"BEGIN CREATE TABLE b (x int); EXCEPTION WHEN duplicate_table THEN NULL; END", 0, true},
        {"BEGIN CREATE TABLE b (x int); RAISE EXCEPTION 'x'; END", 0, false},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        const struct file *file = file_new(
            &sample.arena, "do.sql", arena_printf(&sample.arena, "DO $$ %s $$", cases[i].body),
            strlen(cases[i].body) + 9);
        struct statements *statements =
            sql_read(&sample.arena, text_of_file(&sample.arena, file), 0, 1, NULL);
        size_t index = cases[i].statement + 1;
        ck_assert_uint_gt(statements->list.n, index);
        ck_assert_msg((statements->list.v[index]->conditional ||
                       statements->list.v[index]->caught) == cases[i].conditional,
                      "%s", cases[i].body);
    }
}
END_TEST

START_TEST(what_a_condition_guards_may_exist_already) {
    struct statements *statements =
        sample_read(&sample.arena, "DO $$ BEGIN IF NOT EXISTS (SELECT 1) THEN "
                                   "ALTER TABLE a ADD COLUMN x int; CREATE TABLE b (y int); "
                                   "END IF; END $$");

    run("CREATE TABLE a (x int)");
    replay_begin_section(&sample.replay, 5, TRANSACTION_FILE, 1);
    for (size_t i = 0; i < statements->list.n; i++)
        replay_apply(&sample.replay, op_list(&sample.arena, statements->list.v[i]), NULL);
    ck_assert(!sample.replay.failed);
    ck_assert_uint_eq(rel("a")->column_count, 1);
    ck_assert(rel("b")->object.not_certain);
}
END_TEST

Suite *suite_replay(void) {
    Suite *suite = suite_create("replay");
    TCase *tcase = tcase_create("replay");

    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, rollback_undoes_and_commit_keeps);
    tcase_add_test(tcase, savepoints_nest);
    tcase_add_test(tcase, and_chain_begins_anew);
    tcase_add_test(tcase, a_failed_transaction_does_nothing_more);
    tcase_add_test(tcase, without_a_transaction_only_the_statement_fails);
    tcase_add_test(tcase, the_runners_transaction_is_rolled_back_as_a_whole);
    tcase_add_test(tcase, begin_in_the_runners_transaction_is_a_warning);
    tcase_add_test(tcase, a_begin_left_open_is_lost);
    tcase_add_test(tcase, modes_say_whether_there_is_a_transaction);
    tcase_add_test(tcase, what_was_rolled_back_leaves_no_trace);
    tcase_add_test(tcase, locks_are_held_until_the_end);
    tcase_add_test(tcase, a_predicted_failure_changes_nothing);
    tcase_add_test(tcase, settings_follow_their_transaction);
    tcase_add_test(tcase, set_config_is_a_setting);
    tcase_add_test(tcase, a_section_is_a_session);
    tcase_add_test(tcase, on_commit_drop_is_honoured);
    tcase_add_test(tcase, tables_are_empty_until_they_are_filled);
    tcase_add_test(tcase, new_means_this_unit);
    tcase_add_test(tcase, objects_never_seen_are_assumed);
    tcase_add_test(tcase, if_not_exists_of_a_name_never_seen_is_not_certain);
    tcase_add_test(tcase, what_stands_under_a_condition_is_not_certain);
    tcase_add_test(tcase, what_a_condition_guards_may_exist_already);
    suite_add_tcase(suite, tcase);
    return suite;
}
