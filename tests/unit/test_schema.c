/* What statements leave in the schema. That it is what servers have is compared by tools, not here. */
#include "model/depend.h"
#include "model/names.h"
#include "model/query.h"
#include "model_sample.h"

#include "unit.h"

static struct sample sample;

static void setup(void) {
    sample_init(&sample, 15, true);
}

static void teardown(void) {
    sample_free(&sample);
}

static const struct relation *rel(const char *name) {
    return sample_relation(&sample, name);
}

static const struct column *col(const char *relation, const char *name) {
    const struct column *column = relation_column(rel(relation), name);

    ck_assert_msg(column, "no column %s.%s", relation, name);
    return column;
}

static const struct constraint *con(const char *relation, const char *name) {
    const struct constraint *constraint = relation_constraint(rel(relation), name);

    ck_assert_msg(constraint, "no constraint %s on %s", name, relation);
    return constraint;
}

static void run(const char *sql) {
    sample_run(&sample, sql);
}

static void check_refused(const char *sqlstate, const char *sql) {
    ck_assert_msg(strcmp(sample_refusal(&sample, sql), sqlstate) == 0, "%s: %s instead of %s", sql,
                  sample.replay.refusal.sqlstate ? sample.replay.refusal.sqlstate : "accepted",
                  sqlstate);
}

/* --- names --- */

START_TEST(long_names_are_cut_as_the_server_cuts_them) {
    const char *a50 = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    const char *b40 = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";
    const char *made = name_make(&sample.arena, a50, b40, "fkey");

    ck_assert_uint_eq(strlen(made), 63);
    ck_assert_str_eq(made, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaa_bbbbbbbbbbbbbbbbbbbbbbbbbbbb_fkey");
    ck_assert_str_eq(name_make(&sample.arena, "t", NULL, "pkey"), "t_pkey");
}
END_TEST

START_TEST(names_are_cut_between_characters) {
    /* 31 times two bytes and one more: 63 would cut a character in two. */
    const char *name = "ääääääääääääääääääääääääääääääää";

    ck_assert_uint_eq(strlen(name_clip(&sample.arena, name)), 62);
    ck_assert_str_eq(name_clip(&sample.arena, "short"), "short");
}
END_TEST

START_TEST(identifiers_are_quoted_where_they_must_be) {
    ck_assert_str_eq(name_quote(&sample.arena, "users"), "users");
    ck_assert_str_eq(name_quote(&sample.arena, "_x1"), "_x1");
    ck_assert_str_eq(name_quote(&sample.arena, "Users"), "\"Users\"");
    ck_assert_str_eq(name_quote(&sample.arena, "1st"), "\"1st\"");
    ck_assert_str_eq(name_quote(&sample.arena, "user"), "\"user\"");
    ck_assert_str_eq(name_quote(&sample.arena, "a\"b"), "\"a\"\"b\"");
    ck_assert_str_eq(name_quote(&sample.arena, ""), "\"\"");
}
END_TEST

START_TEST(constraints_and_indexes_get_the_servers_names) {
    run("CREATE TABLE t (id serial PRIMARY KEY, a int UNIQUE, b int CHECK (b > 0) CHECK (b < 9),"
        " c int CHECK (c > b), UNIQUE (a, b), EXCLUDE USING btree (c WITH =));"
        "CREATE TABLE u (t_id int REFERENCES t, x int, FOREIGN KEY (x) REFERENCES t (a));"
        "CREATE INDEX ON t (lower('x'), (a + 1), (a + 2)); CREATE INDEX ON t (a) INCLUDE (b);"
        "CREATE INDEX ON t (a); CREATE INDEX ON t (a)");
    con("t", "t_pkey");
    con("t", "t_a_key");
    con("t", "t_b_check");
    con("t", "t_b_check1");
    con("t", "t_check");
    con("t", "t_a_b_key");
    con("t", "t_c_excl");
    con("u", "u_t_id_fkey");
    con("u", "u_x_fkey");
    ck_assert(sample_has(&sample, "t_id_seq"));
    ck_assert(sample_has(&sample, "t_lower_expr_expr1_idx"));
    ck_assert(sample_has(&sample, "t_a_b_idx"));
    ck_assert(sample_has(&sample, "t_a_idx"));
    ck_assert(sample_has(&sample, "t_a_idx1"));
}
END_TEST

START_TEST(not_null_is_a_constraint_since_18) {
    if (sql_grammar_major() < 18) {
        unit_skip("a NOT NULL constraint of the table needs the grammar of PostgreSQL 18");
        return;
    }
    run("CREATE TABLE t (a int NOT NULL, b int)");
    ck_assert_int_eq(col("t", "a")->not_null, KNOWN_YES);
    ck_assert_uint_eq(rel("t")->constraint_count, 0);
    sample_free(&sample);
    sample_init(&sample, 18, true);
    run("CREATE TABLE t (a int NOT NULL, b int PRIMARY KEY, c int)");
    ck_assert_int_eq(con("t", "t_a_not_null")->kind, CONSTRAINT_NOT_NULL);
    con("t", "t_b_not_null");
    run("ALTER TABLE t ADD CONSTRAINT n NOT NULL c NOT VALID");
    ck_assert(!con("t", "n")->validated);
    ck_assert_int_eq(col("t", "c")->not_null, KNOWN_NO);
    run("ALTER TABLE t VALIDATE CONSTRAINT n");
    ck_assert_int_eq(col("t", "c")->not_null, KNOWN_YES);
    run("ALTER TABLE t ALTER c DROP NOT NULL");
    ck_assert_ptr_null(relation_constraint(rel("t"), "n"));
}
END_TEST

/* --- looking up --- */

START_TEST(names_are_found_along_the_search_path) {
    const struct schema *schema = &sample.replay.schema;

    run("CREATE SCHEMA app; CREATE TABLE t (a int); CREATE TABLE app.t (b int)");
    ck_assert_str_eq(rel("t")->object.schema, "public");
    ck_assert_str_eq(schema_resolve(schema, (struct name){NULL, "nope"}).schema, "public");
    run("SET search_path = app, public; CREATE TABLE here (a int); ALTER TABLE t ADD COLUMN c int");
    ck_assert_ptr_nonnull(schema_relation(schema, (struct name){"app", "here"}));
    ck_assert_ptr_nonnull(relation_column(schema_relation(schema, (struct name){"app", "t"}), "c"));
    ck_assert_str_eq(schema_display(&sample.arena, (struct name){"App", "t"}), "\"App\".t");
}
END_TEST

START_TEST(names_with_odd_bytes_do_not_meet) {
    const struct schema *schema = &sample.replay.schema;

    run("CREATE SCHEMA \"a.b\"; CREATE SCHEMA a; CREATE TABLE \"a.b\".c (x int);"
        "CREATE TABLE a.\"b.c\" (y int); CREATE TABLE \"\x01\" (z int)");
    ck_assert_ptr_ne(schema_relation(schema, (struct name){"a.b", "c"}),
                     schema_relation(schema, (struct name){"a", "b.c"}));
    ck_assert_ptr_null(schema_relation(schema, (struct name){"a", "c"}));
    ck_assert_ptr_nonnull(schema_relation(schema, (struct name){"public", "\x01"}));
    ck_assert_ptr_null(schema_relation(schema, (struct name){"public", "\x01\x01"}));
}
END_TEST

START_TEST(temporary_tables_hide_others) {
    const struct statements *statements;

    run("CREATE TABLE t (a int)");
    statements = sample_read(&sample.arena, "CREATE TEMP TABLE t (b int)");
    replay_begin_section(&sample.replay, 1, TRANSACTION_PER_STATEMENT, 1);
    replay_apply(&sample.replay, op_list(&sample.arena, statements->list.v[0]), NULL);
    ck_assert(rel("t")->object.temporary);
    replay_end_section(&sample.replay);
    ck_assert(!rel("t")->object.temporary);
}
END_TEST

START_TEST(snapshots_are_copies_of_a_struct) {
    struct schema before;

    run("CREATE TABLE t (a int); CREATE TABLE u (b int)");
    before = sample.replay.schema;
    run("ALTER TABLE t ADD COLUMN x int, ADD UNIQUE (x); DROP TABLE u; CREATE TABLE v (c int)");
    ck_assert_uint_eq(schema_relation(&before, (struct name){NULL, "t"})->column_count, 1);
    ck_assert_uint_eq(schema_relation(&before, (struct name){NULL, "t"})->indexes.n, 0);
    ck_assert_ptr_nonnull(schema_relation(&before, (struct name){NULL, "u"}));
    ck_assert_ptr_null(schema_relation(&before, (struct name){NULL, "v"}));
    ck_assert_uint_eq(rel("t")->column_count, 2);
}
END_TEST

/* --- columns --- */

START_TEST(columns_have_what_was_said) {
    run("CREATE TYPE mood AS ENUM ('a'); CREATE TABLE t (id bigserial, m mood[] NOT NULL, "
        "n numeric(10,2) DEFAULT 1.5, g int GENERATED ALWAYS AS (1 + 1) STORED, "
        "i int GENERATED BY DEFAULT AS IDENTITY, c text COLLATE \"C\", d int DEFAULT NULL)");
    ck_assert_str_eq(col("t", "id")->type.name, "int8");
    ck_assert_uint_ne(col("t", "id")->owned_sequence, 0);
    ck_assert_int_eq(col("t", "id")->not_null, KNOWN_YES);
    ck_assert_int_eq(col("t", "m")->type.array_dimensions, 1);
    ck_assert_uint_ne(col("t", "m")->type.user_type, 0);
    ck_assert_int_eq(col("t", "n")->type.typmods[0], 10);
    ck_assert_int_eq(col("t", "n")->has_default, KNOWN_YES);
    ck_assert_int_eq(col("t", "g")->generated, GENERATED_STORED);
    ck_assert_int_eq(col("t", "i")->identity, 'd');
    ck_assert_str_eq(col("t", "c")->collation, "C");
    ck_assert_int_eq(col("t", "d")->has_default, KNOWN_NO);
}
END_TEST

START_TEST(defaults_know_where_they_stand) {
    const struct column *column;

    run("CREATE TABLE t (a int NOT NULL DEFAULT /* x */ 5 + 1 CHECK (a > 0));"
        "ALTER TABLE t ADD COLUMN b int, ALTER COLUMN b SET DEFAULT f(1, 2)");
    column = col("t", "a");
    ck_assert_uint_eq(column->default_span.end - column->default_span.start, 5);
    ck_assert(
        strncmp(column->default_source->text->bytes + column->default_span.start, "5 + 1", 5) == 0);
    column = col("t", "b");
    ck_assert(strncmp(column->default_source->text->bytes + column->default_span.start, "f(1, 2)",
                      7) == 0);
}
END_TEST

START_TEST(renamed_columns_are_renamed_in_what_names_them) {
    const struct relation *index;

    run("CREATE TABLE t (a int, b int CHECK (a > b AND t.a > 1), PRIMARY KEY (a));"
        "CREATE INDEX i ON t ((a + 1)) WHERE a > 0; CREATE TABLE u (x int REFERENCES t (a));"
        "ALTER TABLE t RENAME a TO z");
    ck_assert_str_eq(con("t", "t_pkey")->columns.v[0], "z");
    ck_assert_str_eq(con("u", "u_x_fkey")->reference_columns.v[0], "z");
    ck_assert_str_eq(con("t", "t_check")->columns.v[0], "z");
    index = rel("i");
    ck_assert_str_eq(
        node_list_last_string(node_as(ColumnRef, node_as(A_Expr, index->predicate)->lexpr)->fields),
        "z");
    run("ALTER TABLE t DROP COLUMN z CASCADE");
    ck_assert(!sample_has(&sample, "i"));
    ck_assert(!sample_has(&sample, "t_pkey"));
    ck_assert_uint_eq(rel("u")->constraint_count, 0);
    ck_assert_uint_eq(rel("t")->constraint_count, 0);
}
END_TEST

START_TEST(a_changed_name_of_a_type_is_seen_in_columns) {
    run("CREATE TYPE mood AS ENUM ('a'); CREATE TABLE t (m mood); ALTER TYPE mood RENAME TO "
        "feeling;"
        "CREATE SCHEMA s; ALTER TYPE feeling SET SCHEMA s");
    ck_assert_str_eq(col("t", "m")->type.name, "feeling");
    ck_assert_str_eq(col("t", "m")->type.schema, "s");
}
END_TEST

START_TEST(like_copies_what_it_includes) {
    run("CREATE TABLE s (a int NOT NULL DEFAULT 3, b int CHECK (b > 0), UNIQUE (a));"
        "CREATE TABLE l1 (LIKE s); CREATE TABLE l2 (x int, LIKE s INCLUDING ALL)");
    ck_assert_int_eq(col("l1", "a")->not_null, KNOWN_YES);
    ck_assert_int_eq(col("l1", "a")->has_default, KNOWN_NO);
    ck_assert_uint_eq(rel("l1")->constraint_count, 0);
    ck_assert_int_eq(col("l2", "a")->has_default, KNOWN_YES);
    con("l2", "s_b_check");
    con("l2", "l2_a_key");
}
END_TEST

/* --- inheritance and partitions --- */

START_TEST(partitions_get_what_the_parent_has) {
    run("CREATE TABLE p (id int, ts date NOT NULL, CHECK (id > 0), PRIMARY KEY (id, ts))"
        " PARTITION BY RANGE (ts); CREATE INDEX ON p (id);"
        "CREATE TABLE c PARTITION OF p FOR VALUES FROM ('2020-01-01') TO ('2021-01-01')");
    ck_assert(col("c", "id")->inherited && !col("c", "id")->local);
    con("c", "p_id_check");
    con("c", "c_pkey");
    ck_assert(sample_has(&sample, "c_id_idx"));
    run("ALTER TABLE p ADD COLUMN x int DEFAULT 5; CREATE INDEX named ON p (x)");
    ck_assert_int_eq(col("c", "x")->has_default, KNOWN_YES);
    ck_assert(sample_has(&sample, "c_x_idx"));
    check_refused("42809", "ALTER TABLE c ADD COLUMN y int");
    check_refused("2BP01", "DROP INDEX c_x_idx");
    run("ALTER TABLE p DETACH PARTITION c; DROP INDEX named");
    ck_assert(sample_has(&sample, "c_x_idx"));
    ck_assert(col("c", "id")->local && !col("c", "id")->inherited);
}
END_TEST

START_TEST(an_index_on_only_the_parent_is_invalid_until_all_are_attached) {
    run("CREATE TABLE p (a int) PARTITION BY LIST (a); CREATE TABLE c PARTITION OF p DEFAULT;"
        "CREATE INDEX i ON ONLY p (a); CREATE INDEX j ON c (a)");
    ck_assert_int_eq(rel("i")->valid, KNOWN_NO);
    run("ALTER INDEX i ATTACH PARTITION j");
    ck_assert_int_eq(rel("i")->valid, KNOWN_YES);
}
END_TEST

START_TEST(children_follow_their_parents) {
    run("CREATE TABLE p (a int, b int CHECK (b > 0)); CREATE TABLE c (x int) INHERITS (p);"
        "CREATE TABLE d (b int) INHERITS (p); ALTER TABLE p ADD COLUMN y int NOT NULL DEFAULT 1;"
        "ALTER TABLE p RENAME a TO aa; ALTER TABLE p ALTER aa TYPE bigint");
    ck_assert_str_eq(col("c", "aa")->type.name, "int8");
    ck_assert_int_eq(col("c", "y")->not_null, KNOWN_YES);
    con("c", "p_b_check");
    check_refused("42P16", "ALTER TABLE c DROP COLUMN aa");
    check_refused("42P16", "ALTER TABLE c DROP CONSTRAINT p_b_check");
    check_refused("2BP01", "DROP TABLE p");
    run("ALTER TABLE p DROP COLUMN b");
    ck_assert_ptr_null(relation_column(rel("c"), "b"));
    ck_assert(!col("d", "b")->inherited);
    run("DROP TABLE p CASCADE");
    ck_assert(!sample_has(&sample, "c"));
}
END_TEST

/* --- dependencies --- */

START_TEST(drops_are_stopped_by_what_depends) {
    run("CREATE TABLE t (a int PRIMARY KEY, b int, c int); CREATE VIEW v AS SELECT b FROM t x;"
        "CREATE TABLE u (a int REFERENCES t); CREATE VIEW w AS SELECT * FROM v;"
        "CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT 1';"
        "CREATE TABLE d (x int DEFAULT f(1))");
    check_refused("2BP01", "ALTER TABLE t DROP COLUMN b");
    run("ALTER TABLE t DROP COLUMN c");
    check_refused("2BP01", "DROP TABLE t");
    check_refused("2BP01", "DROP VIEW v");
    check_refused("2BP01", "ALTER TABLE t DROP CONSTRAINT t_pkey");
    check_refused("2BP01", "DROP FUNCTION f(int)");
    check_refused("0A000", "ALTER TABLE t ALTER b TYPE bigint");
    run("DROP FUNCTION f(int) CASCADE; DROP VIEW w, v; DROP TABLE u, t");
    ck_assert_int_eq(col("d", "x")->has_default, KNOWN_NO);
}
END_TEST

START_TEST(dependencies_are_told_in_words) {
    struct part part = {0};
    struct deletion deletion;

    run("CREATE TABLE t (a int PRIMARY KEY); CREATE TABLE u (a int REFERENCES t)");
    part.object = rel("t")->object.id;
    deletion = deletion_of(&sample.replay.schema, &part, 1);
    ck_assert_str_eq(part_describe(&sample.replay.schema, deletion.stopped_by),
                     "constraint u_a_fkey on table u");
    ck_assert_str_eq(part_describe(&sample.replay.schema, part), "table t");
    part.kind = PART_COLUMN;
    part.number = 1;
    ck_assert_str_eq(part_describe(&sample.replay.schema, part), "column a of table t");
}
END_TEST

START_TEST(what_is_refused_changes_nothing) {
    struct schema before;

    run("CREATE TABLE t (a int)");
    before = sample.replay.schema;
    check_refused("42701", "ALTER TABLE t ADD COLUMN b int, ADD COLUMN a int");
    ck_assert_ptr_eq(before.objects.root, sample.replay.schema.objects.root);
    ck_assert_ptr_eq(before.relations.root, sample.replay.schema.relations.root);
    check_refused("42P07", "CREATE TABLE t (x int)");
    check_refused("42P01", "ALTER TABLE nope ADD COLUMN x int");
    check_refused("42703", "ALTER TABLE t ALTER nope SET NOT NULL");
    check_refused("42704", "ALTER TABLE t DROP CONSTRAINT nope");
    check_refused("42830", "CREATE TABLE u (x int REFERENCES t (a))");
    check_refused("42P16", "CREATE TABLE u (x int PRIMARY KEY, y int, PRIMARY KEY (y))");
    check_refused("3F000", "CREATE TABLE nope.t (a int)");
    check_refused("42809", "DROP VIEW t");
}
END_TEST

/* --- other objects --- */

START_TEST(enums_keep_the_order_of_their_labels) {
    const struct type *type;

    run("CREATE TYPE e AS ENUM ('b', 'd'); ALTER TYPE e ADD VALUE 'a' BEFORE 'b';"
        "ALTER TYPE e ADD VALUE 'c' AFTER 'b'; ALTER TYPE e ADD VALUE 'z';"
        "ALTER TYPE e RENAME VALUE 'z' TO 'e'; ALTER TYPE e ADD VALUE IF NOT EXISTS 'e'");
    type = schema_type(&sample.replay.schema, (struct name){NULL, "e"});
    ck_assert_uint_eq(type->labels.n, 5);
    for (size_t i = 0; i < 5; i++)
        ck_assert_int_eq(type->labels.v[i][0], "abcde"[i]);
    check_refused("42710", "ALTER TYPE e ADD VALUE 'a'");
    check_refused("42710", "CREATE TABLE e (a int)");
}
END_TEST

START_TEST(functions_are_told_apart_by_their_arguments) {
    const struct schema *schema = &sample.replay.schema;
    size_t count;

    run("CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1';"
        "CREATE FUNCTION f(a text, b int DEFAULT 1) RETURNS int LANGUAGE PLPGSQL AS 'x';"
        "CREATE OR REPLACE FUNCTION f(a int) RETURNS int LANGUAGE sql STABLE AS 'SELECT 2'");
    schema_functions(schema, (struct name){NULL, "f"}, &count);
    ck_assert_uint_eq(count, 2);
    ck_assert_int_eq(schema_functions(schema, (struct name){NULL, "f"}, &count)[0]->volatility,
                     's');
    ck_assert_str_eq(schema_functions(schema, (struct name){NULL, "f"}, &count)[1]->language,
                     "plpgsql");
    check_refused("42723", "CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT 1'");
    check_refused("42P13", "CREATE OR REPLACE FUNCTION f(a int) RETURNS text LANGUAGE sql AS 'x'");
    check_refused("42725", "DROP FUNCTION f");
    run("ALTER FUNCTION f(int) VOLATILE; DROP FUNCTION f(text, int)");
    ck_assert_int_eq(schema_functions(schema, (struct name){NULL, "f"}, &count)[0]->volatility,
                     'v');
    ck_assert_uint_eq(count, 1);
}
END_TEST

START_TEST(sequences_belong_to_columns) {
    run("CREATE TABLE t (id serial, i int GENERATED ALWAYS AS IDENTITY); CREATE SEQUENCE s;"
        "ALTER SEQUENCE s OWNED BY t.id");
    ck_assert_str_eq(rel("t_i_seq")->owned_column, "i");
    check_refused("2BP01", "DROP SEQUENCE t_i_seq");
    check_refused("2BP01", "DROP SEQUENCE t_id_seq");
    run("ALTER TABLE t DROP COLUMN id");
    ck_assert(!sample_has(&sample, "s"));
    run("DROP TABLE t");
    ck_assert(!sample_has(&sample, "t_i_seq"));
}
END_TEST

START_TEST(views_have_the_columns_of_their_query) {
    const struct relation *view;

    run("CREATE TABLE t (a int, b text, c numeric(8,2));"
        "CREATE VIEW v AS WITH w AS (SELECT a, b FROM t) SELECT w.*, t.c AS price, 1, "
        "upper(t.b), 'x' AS lit FROM w JOIN t ON t.a = w.a");
    view = rel("v");
    ck_assert(view->columns_known);
    ck_assert_uint_eq(view->column_count, 6);
    ck_assert_str_eq(view->columns[0].type.name, "int4");
    ck_assert_int_eq(view->columns[2].type.typmods[1], 2);
    ck_assert_str_eq(view->columns[3].name, "?column?");
    ck_assert_str_eq(view->columns[4].name, "upper");
    ck_assert_str_eq(view->columns[5].type.name, "text");
    check_refused("42P16", "CREATE OR REPLACE VIEW v AS SELECT a FROM t");
}
END_TEST

START_TEST(columns_of_an_unknown_table_are_unknown) {
    sample_free(&sample);
    sample_init(&sample, 15, false);
    run("CREATE VIEW v AS SELECT * FROM somewhere; CREATE TABLE c AS SELECT *, 1 AS one FROM v");
    ck_assert(!rel("v")->columns_known);
    ck_assert(!rel("c")->columns_known);
    ck_assert_ptr_nonnull(relation_column(rel("c"), "one"));
}
END_TEST

START_TEST(triggers_policies_and_rules_hang_on_their_table) {
    run("CREATE TABLE t (a int); CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'x';"
        "CREATE TRIGGER tg BEFORE UPDATE OF a ON t FOR EACH ROW EXECUTE FUNCTION f();"
        "CREATE POLICY p ON t USING (a > 0); CREATE RULE r AS ON DELETE TO t DO INSTEAD NOTHING;"
        "ALTER TABLE t ENABLE ROW LEVEL SECURITY, DISABLE TRIGGER tg;"
        "ALTER POLICY p ON t RENAME TO q; ALTER TRIGGER tg ON t RENAME TO tg2");
    ck_assert(rel("t")->row_security);
    ck_assert_int_eq(rel("t")->triggers[0]->enabled, 'D');
    ck_assert_str_eq(rel("t")->triggers[0]->name, "tg2");
    ck_assert_str_eq(rel("t")->policies[0]->name, "q");
    check_refused("0A000", "ALTER TABLE t ALTER a TYPE bigint");
    check_refused("42710", "CREATE POLICY q ON t USING (true)");
    check_refused("42704", "DROP TRIGGER tg ON t");
    run("DROP TRIGGER tg2 ON t; DROP RULE r ON t; DROP POLICY q ON t");
    ck_assert_uint_eq(rel("t")->trigger_count + rel("t")->rule_count + rel("t")->policy_count, 0);
}
END_TEST

Suite *suite_schema(void) {
    Suite *suite = suite_create("schema");
    TCase *tcase = tcase_create("schema");

    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, long_names_are_cut_as_the_server_cuts_them);
    tcase_add_test(tcase, names_are_cut_between_characters);
    tcase_add_test(tcase, identifiers_are_quoted_where_they_must_be);
    tcase_add_test(tcase, constraints_and_indexes_get_the_servers_names);
    tcase_add_test(tcase, not_null_is_a_constraint_since_18);
    tcase_add_test(tcase, names_are_found_along_the_search_path);
    tcase_add_test(tcase, names_with_odd_bytes_do_not_meet);
    tcase_add_test(tcase, temporary_tables_hide_others);
    tcase_add_test(tcase, snapshots_are_copies_of_a_struct);
    tcase_add_test(tcase, columns_have_what_was_said);
    tcase_add_test(tcase, defaults_know_where_they_stand);
    tcase_add_test(tcase, renamed_columns_are_renamed_in_what_names_them);
    tcase_add_test(tcase, a_changed_name_of_a_type_is_seen_in_columns);
    tcase_add_test(tcase, like_copies_what_it_includes);
    tcase_add_test(tcase, partitions_get_what_the_parent_has);
    tcase_add_test(tcase, an_index_on_only_the_parent_is_invalid_until_all_are_attached);
    tcase_add_test(tcase, children_follow_their_parents);
    tcase_add_test(tcase, drops_are_stopped_by_what_depends);
    tcase_add_test(tcase, dependencies_are_told_in_words);
    tcase_add_test(tcase, what_is_refused_changes_nothing);
    tcase_add_test(tcase, enums_keep_the_order_of_their_labels);
    tcase_add_test(tcase, functions_are_told_apart_by_their_arguments);
    tcase_add_test(tcase, sequences_belong_to_columns);
    tcase_add_test(tcase, views_have_the_columns_of_their_query);
    tcase_add_test(tcase, columns_of_an_unknown_table_are_unknown);
    tcase_add_test(tcase, triggers_policies_and_rules_hang_on_their_table);
    suite_add_tcase(suite, tcase);
    return suite;
}
