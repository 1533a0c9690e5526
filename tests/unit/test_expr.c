/* Volatility, proofs, and what a change of type does. */
#include "model/apply.h"
#include "model/coerce.h"
#include "model/expr.h"
#include "unit.h"

#include <string.h>

static struct arena arena;

static void set_up(void) {
    arena_init(&arena);
}

static void tear_down(void) {
    arena_release(&arena);
}

static struct schema schema_of(int version, const char *sql) {
    struct file *file = file_new(&arena, "t.sql", sql, strlen(sql));
    struct statements *statements = sql_read(&arena, text_of_file(&arena, file), 0, 1, NULL);
    struct schema schema;
    struct refusal refusal;

    schema_init(&schema, &arena, version, true);
    for (size_t i = 0; i < statements->list.n; i++) {
        const struct statement *statement = statements->list.v[i];

        ck_assert_msg(statement->tree != NULL, "%s", statement->message);
        ck_assert_msg(schema_apply(&schema, op_list(&arena, statement), &refusal), "%s",
                      refusal.message);
    }
    return schema;
}

static const struct node *expression(const char *sql) {
    const struct node *node = sql_parse_expression(&arena, sql, strlen(sql));
    const struct List *list = node_if(List, node);

    ck_assert_msg(node != NULL, "%s", sql);
    return list != NULL && list->items.n == 1 ? list->items.v[0] : node;
}

/* --- volatility --- */

static const char schema_sql[] =
    "CREATE FUNCTION f_volatile() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END $$;"
    "CREATE FUNCTION f_stable() RETURNS int LANGUAGE plpgsql STABLE AS $$ BEGIN RETURN 1; END $$;"
    "CREATE FUNCTION f_constant() RETURNS int LANGUAGE sql AS 'SELECT 1';"
    "CREATE FUNCTION f_random() RETURNS float8 LANGUAGE sql AS 'SELECT random()';"
    "CREATE FUNCTION f_twice(int) RETURNS int LANGUAGE sql AS 'SELECT $1 * 2';"
    "CREATE FUNCTION f_table() RETURNS int LANGUAGE sql AS 'SELECT id FROM t';"
    "CREATE FUNCTION f_lies() RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1';"
    "CREATE FUNCTION f_over(int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN 1; END "
    "$$;"
    "CREATE FUNCTION f_over(text) RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END $$;";

struct volatility_case {
    const char *expression;
    enum known is_volatile;
    const char *culprit; /* NULL: any */
};

static const struct volatility_case volatility_cases[] = {
    {"1", KNOWN_NO, NULL},
    {"'a' || 'b'", KNOWN_NO, NULL},
    {"'now'::timestamptz", KNOWN_NO, NULL},
    {"now()", KNOWN_NO, NULL},
    {"CURRENT_TIMESTAMP", KNOWN_NO, NULL},
    {"now() + interval '1 day'", KNOWN_NO, NULL},
    {"ARRAY[]::int[]", KNOWN_NO, NULL},
    {"ARRAY[1, 2]", KNOWN_NO, NULL},
    {"ARRAY[random()]", KNOWN_YES, "random"},
    {"to_char(now(), 'YYYY')", KNOWN_NO, NULL},
    {"random()", KNOWN_YES, "random"},
    {"(random() * 100)::int", KNOWN_YES, "random"},
    {"pg_catalog.random()", KNOWN_YES, "random"},
    {"clock_timestamp()", KNOWN_YES, "clock_timestamp"},
    {"timeofday()", KNOWN_YES, "timeofday"},
    {"nextval('s')", KNOWN_YES, "nextval"},
    {"COALESCE(NULL, random())", KNOWN_YES, "random"},
    {"CASE WHEN true THEN 1 ELSE f_volatile() END", KNOWN_NO, NULL},
    {"CASE WHEN false THEN 1 ELSE f_volatile() END", KNOWN_YES, "f_volatile"},
    {"CASE WHEN now() > '2020-01-01' THEN 1 ELSE f_volatile() END", KNOWN_YES, "f_volatile"},
    {"COALESCE(1, f_volatile())", KNOWN_NO, NULL},
    {"f_volatile()", KNOWN_YES, "f_volatile"},
    {"public.f_volatile()", KNOWN_YES, "f_volatile"},
    {"f_stable()", KNOWN_NO, NULL},
    {"f_constant()", KNOWN_NO, NULL},
    {"f_random()", KNOWN_YES, "random"},
    {"f_twice(2)", KNOWN_NO, NULL},
    {"f_twice(f_volatile())", KNOWN_YES, "f_volatile"},
    {"f_table()", KNOWN_YES, "f_table"},
    {"f_lies()", KNOWN_NO, NULL},
    {"f_over(1)", KNOWN_NO, NULL},
    {"f_over('a'::text)", KNOWN_YES, "f_over"},
    {"never_seen()", UNKNOWN, "never_seen"},
    {"never_seen() + random()", KNOWN_YES, "random"},
    {"1 + never_seen()", UNKNOWN, "never_seen"},
    {"uuid_generate_v4()", KNOWN_YES, "uuid_generate_v4"},
    {"jsonb_build_object('a', 1)", KNOWN_NO, NULL},
    {"current_setting('x')", KNOWN_NO, NULL},
    {"txid_current()", KNOWN_NO, NULL},
    {"date_trunc('day', now())", KNOWN_NO, NULL},
    {"(SELECT random())", KNOWN_YES, "random"},
};

START_TEST(volatility_of_defaults) {
    const struct volatility_case *test = &volatility_cases[_i];
    struct schema schema = schema_of(15, schema_sql);
    const char *culprit = NULL;
    enum known is_volatile = expr_is_volatile(&schema, expression(test->expression), &culprit);

    ck_assert_msg(is_volatile == test->is_volatile, "%s: %d because of %s", test->expression,
                  is_volatile, culprit != NULL ? culprit : "nothing");
    if (test->culprit != NULL)
        ck_assert_str_eq(culprit, test->culprit);
}
END_TEST

START_TEST(volatility_depends_on_the_version) {
    struct schema old = schema_of(12, ""), new = schema_of(13, ""), newest = schema_of(18, "");
    const char *culprit;

    ck_assert_int_eq(expr_is_volatile(&old, expression("uuidv7()"), &culprit), UNKNOWN);
    ck_assert_int_eq(expr_is_volatile(&newest, expression("uuidv7()"), &culprit), KNOWN_YES);
    ck_assert_int_eq(expr_is_volatile(&new, expression("gen_random_uuid()"), &culprit), KNOWN_YES);
}
END_TEST

START_TEST(no_expression_is_not_volatile) {
    struct schema schema = schema_of(15, "");
    const char *culprit = "";

    ck_assert_int_eq(expr_is_volatile(&schema, NULL, &culprit), KNOWN_NO);
}
END_TEST

START_TEST(deep_expressions_are_unknown) {
    struct schema schema = schema_of(15, "");
    const char *culprit;
    struct buf buf = BUF_INIT;

    for (int i = 0; i < 3000; i++)
        buf_puts(&buf, "1 - (");
    buf_puts(&buf, "1");
    buf_repeat(&buf, ')', 3000);
    const struct node *node = sql_parse_expression(&arena, buf.s, buf.n);
    if (node != NULL)
        ck_assert_int_eq(expr_is_volatile(&schema, node, &culprit), UNKNOWN);
    buf_release(&buf);
}
END_TEST

/* --- NOT NULL proofs --- */

struct proof_case {
    const char *check;
    enum known proved;
};

static const struct proof_case proof_cases[] = {
    {"CHECK (a IS NOT NULL)", KNOWN_YES},
    {"CHECK (NOT (a IS NULL))", KNOWN_YES},
    {"CHECK (a IS DISTINCT FROM NULL)", KNOWN_YES},
    {"CHECK (a IS NOT NULL AND a > 0)", KNOWN_YES},
    {"CHECK (a IS NOT NULL) NO INHERIT", KNOWN_YES},
    {"CHECK (t.a IS NOT NULL)", KNOWN_YES},
    {"CHECK (a > 0)", KNOWN_NO},
    {"CHECK (a IS NOT NULL OR b IS NOT NULL)", KNOWN_NO},
    {"CHECK (a IS NOT NULL OR (a IS NOT NULL AND b > 0))", KNOWN_YES},
    {"CHECK (coalesce(a, 0) > 0)", KNOWN_NO},
    {"CHECK (a IS NULL)", KNOWN_NO},
    {"CHECK (b IS NOT NULL)", KNOWN_NO},
};

START_TEST(not_null_proofs) {
    const struct proof_case *test = &proof_cases[_i];
    struct schema schema = schema_of(
        15, arena_printf(&arena, "CREATE TABLE t (a int, b int, CONSTRAINT c %s);", test->check));
    const struct relation *table = schema_relation(&schema, (struct name){NULL, "t"});
    const char *without[] = {"c"};

    ck_assert_msg(not_null_is_proved(&schema, table, "a") == test->proved, "%s", test->check);
    ck_assert_int_eq(not_null_is_proved_without(&schema, table, "a", without, 1), KNOWN_NO);
}
END_TEST

START_TEST(not_valid_proves_nothing) {
    struct schema schema =
        schema_of(15, "CREATE TABLE t (a int); ALTER TABLE t ADD CHECK (a IS NOT NULL) NOT VALID;");
    const struct relation *table = schema_relation(&schema, (struct name){NULL, "t"});

    ck_assert_int_eq(not_null_is_proved(&schema, table, "a"), KNOWN_NO);
    ck_assert_int_eq(not_null_is_proved(&schema, NULL, "a"), UNKNOWN);
}
END_TEST

/* --- partition bounds --- */

struct bound_case {
    const char *parent, *candidate, *bound;
    enum known proved, excluded;
};

static const struct bound_case bound_cases[] = {
    {"k int) PARTITION BY RANGE (k)", "k int NOT NULL, CHECK (k >= 0 AND k < 100)",
     "FROM (0) TO (100)", KNOWN_YES, KNOWN_NO},
    {"k int) PARTITION BY RANGE (k)", "k int, CHECK (k >= 0 AND k < 100)", "FROM (0) TO (100)",
     KNOWN_NO, KNOWN_NO},
    {"k int) PARTITION BY RANGE (k)", "k int, CHECK (k IS NOT NULL AND k BETWEEN 1 AND 9)",
     "FROM (0) TO (100)", KNOWN_YES, KNOWN_NO},
    {"k int) PARTITION BY RANGE (k)", "k int NOT NULL, CHECK (k > 100)", "FROM (0) TO (100)",
     KNOWN_NO, KNOWN_YES},
    {"k int) PARTITION BY RANGE (k)", "k int NOT NULL, CHECK (-5 >= k)", "FROM (MINVALUE) TO (0)",
     KNOWN_YES, KNOWN_NO},
    {"k int) PARTITION BY RANGE (k)", "k int NOT NULL, CHECK (k < make_number())",
     "FROM (0) TO (100)", KNOWN_NO, UNKNOWN},
    {"k date) PARTITION BY RANGE (k)",
     "k date NOT NULL, CHECK (k >= DATE '2025-01-01' AND k < '2025-02-01')",
     "FROM ('2025-01-01') TO ('2026-01-01')", KNOWN_YES, KNOWN_NO},
    {"k text) PARTITION BY LIST (k)", "k text NOT NULL, CHECK (k = 'us')", "IN ('us', 'ca')",
     KNOWN_YES, KNOWN_NO},
    {"k text) PARTITION BY LIST (k)", "k text NOT NULL, CHECK (k IN ('us', 'ca'))",
     "IN ('us', 'ca', 'mx')", KNOWN_YES, KNOWN_NO},
    {"k text) PARTITION BY LIST (k)", "k text, CHECK (k = 'eu')", "IN ('us')", KNOWN_NO, KNOWN_YES},
    {"a int, b int) PARTITION BY RANGE (a, b)",
     "a int NOT NULL, b int NOT NULL, CHECK (a = 1 AND b >= 5 AND b < 9)", "FROM (1, 0) TO (1, 10)",
     KNOWN_YES, KNOWN_NO},
    {"k int) PARTITION BY HASH (k)", "k int NOT NULL", "WITH (MODULUS 2, REMAINDER 0)", KNOWN_NO,
     KNOWN_NO},
};

static const struct node *bound_of(const char *bound) {
    const char *sql = arena_printf(&arena, "ALTER TABLE p ATTACH PARTITION c FOR VALUES %s", bound);
    struct file *file = file_new(&arena, "b.sql", sql, strlen(sql));
    struct statements *statements = sql_read(&arena, text_of_file(&arena, file), 0, 1, NULL);
    const struct AlterTableStmt *alter = node_as(AlterTableStmt, statements->list.v[0]->tree);
    const struct AlterTableCmd *cmd = node_as(AlterTableCmd, alter->cmds.v[0]);

    return &node_as(PartitionCmd, cmd->def)->bound->tree_node;
}

START_TEST(partition_bounds) {
    const struct bound_case *test = &bound_cases[_i];
    struct schema schema = schema_of(
        15, arena_printf(&arena,
                         "CREATE FUNCTION make_number() RETURNS int LANGUAGE plpgsql IMMUTABLE AS "
                         "$$ BEGIN RETURN 1; END $$; CREATE TABLE p (%s; CREATE TABLE c (%s);",
                         test->parent, test->candidate));
    const struct relation *parent = schema_relation(&schema, (struct name){NULL, "p"});
    const struct relation *candidate = schema_relation(&schema, (struct name){NULL, "c"});
    const struct node *bound = bound_of(test->bound);

    ck_assert_msg(bound_is_proved(&schema, parent, bound, candidate) == test->proved, "%s: %d",
                  test->candidate, bound_is_proved(&schema, parent, bound, candidate));
    ck_assert_msg(bound_is_excluded(&schema, parent, bound, candidate) == test->excluded, "%s: %d",
                  test->candidate, bound_is_excluded(&schema, parent, bound, candidate));
}
END_TEST

/* --- changes of type --- */

struct change_case {
    const char *from, *to; /* to: with USING */
    enum known rewrite;
    bool needs_using;
};

static const struct change_case change_cases[] = {
    {"varchar(10)", "varchar(20)", KNOWN_NO, false},
    {"varchar(10)", "varchar(5)", KNOWN_YES, false},
    {"varchar(10)", "text", KNOWN_NO, false},
    {"varchar(10)", "varchar", KNOWN_NO, false},
    {"text", "varchar(10)", KNOWN_YES, false},
    {"text", "varchar", KNOWN_NO, false},
    {"text", "char(10)", KNOWN_YES, false},
    {"text", "bpchar", KNOWN_NO, false},
    {"char(10)", "text", KNOWN_YES, false},
    {"char(10)", "char(20)", KNOWN_YES, false},
    {"char", "char(1)", KNOWN_NO, false},
    {"int", "bigint", KNOWN_YES, false},
    {"int", "int4", KNOWN_NO, false},
    {"int", "oid", KNOWN_NO, false},
    {"int", "text", KNOWN_YES, false},
    {"text", "int", KNOWN_YES, true},
    {"text", "int USING c::int", KNOWN_YES, false},
    {"bigint", "int", KNOWN_YES, false},
    {"numeric(10,2)", "numeric(12,2)", KNOWN_NO, false},
    {"numeric(10,2)", "numeric", KNOWN_NO, false},
    {"numeric(10,2)", "numeric(12,3)", KNOWN_YES, false},
    {"numeric(10)", "numeric(12,0)", KNOWN_NO, false},
    {"numeric", "numeric(10,2)", KNOWN_YES, false},
    {"timestamp(3)", "timestamp(6)", KNOWN_NO, false},
    {"timestamp", "timestamp(6)", KNOWN_NO, false},
    {"timestamp", "timestamp(3)", KNOWN_YES, false},
    {"timestamp", "timestamptz", UNKNOWN, false},
    {"time(3)", "time", KNOWN_NO, false},
    {"interval(3)", "interval", KNOWN_NO, false},
    {"interval day to second", "interval", KNOWN_NO, false},
    {"interval", "interval(3)", KNOWN_YES, false},
    {"interval", "interval day to second", KNOWN_NO, false},
    {"interval", "interval day to minute", KNOWN_YES, false},
    {"cidr", "inet", KNOWN_NO, false},
    {"inet", "cidr", KNOWN_YES, false},
    {"bit(8)", "bit(16)", KNOWN_YES, false},
    {"bit varying(8)", "bit varying(16)", KNOWN_NO, false},
    {"bit(8)", "bit varying(8)", KNOWN_YES, false},
    {"varchar(10)[]", "varchar[]", KNOWN_NO, false},
    {"varchar(10)[]", "varchar(20)[]", KNOWN_YES, false},
    {"varchar(10)[]", "text[]", KNOWN_YES, false},
    {"d_plain", "int", KNOWN_NO, false},
    {"int", "d_plain", KNOWN_NO, false},
    {"int", "d_check", KNOWN_YES, false},
    {"d_check", "int", KNOWN_NO, false},
    {"d_plain", "d_check", KNOWN_YES, false},
    {"d_check", "d_check", KNOWN_NO, false},
    {"mood", "text", KNOWN_YES, false},
    {"text", "mood", KNOWN_YES, true},
    {"text", "mood USING c::mood", KNOWN_YES, false},
    {"varchar(50)", "text USING c", KNOWN_NO, false},
    {"varchar(50)", "text USING c::text", KNOWN_NO, false},
    {"varchar(50)", "text USING lower(c)", KNOWN_YES, false},
    {"varchar(50)", "varchar(60) USING c::text", KNOWN_YES, false},
    {"int", "int USING 5", KNOWN_YES, false},
    {"text", "never_seen", UNKNOWN, false},
    {"json", "jsonb", KNOWN_YES, false},
    {"text", "jsonb", KNOWN_YES, true},
};

static const struct AlterTableCmd *retype(const char *to) {
    const char *sql = arena_printf(&arena, "ALTER TABLE t ALTER COLUMN c TYPE %s", to);
    struct file *file = file_new(&arena, "c.sql", sql, strlen(sql));
    struct statements *statements = sql_read(&arena, text_of_file(&arena, file), 0, 1, NULL);
    const struct AlterTableStmt *alter = node_as(AlterTableStmt, statements->list.v[0]->tree);

    return node_as(AlterTableCmd, alter->cmds.v[0]);
}

START_TEST(changes_of_type) {
    const struct change_case *test = &change_cases[_i];
    struct schema schema =
        schema_of(15, arena_printf(&arena,
                                   "CREATE TYPE mood AS ENUM ('a'); CREATE DOMAIN d_plain AS int;"
                                   "CREATE DOMAIN d_check AS int CHECK (VALUE > 0);"
                                   "CREATE TABLE t (c %s);",
                                   test->from));
    const struct relation *table = schema_relation(&schema, (struct name){NULL, "t"});
    struct type_change change = type_change_of(&arena, &schema, table, retype(test->to));

    ck_assert_msg(change.rewrite == test->rewrite, "%s to %s: %d", test->from, test->to,
                  change.rewrite);
    ck_assert_msg(change.needs_using == test->needs_using, "%s to %s", test->from, test->to);
}
END_TEST

START_TEST(timestamps_are_kept_in_utc_only) {
    struct schema utc = schema_of(15, "CREATE TABLE t (c timestamp); SET timezone = 'UTC';");
    struct schema berlin =
        schema_of(15, "CREATE TABLE t (c timestamp); SET TIME ZONE 'Europe/Berlin';");
    const struct AlterTableCmd *cmd = retype("timestamptz");
    struct type_change kept =
        type_change_of(&arena, &utc, schema_relation(&utc, (struct name){NULL, "t"}), cmd);
    struct type_change moved =
        type_change_of(&arena, &berlin, schema_relation(&berlin, (struct name){NULL, "t"}), cmd);

    ck_assert_int_eq(kept.rewrite, KNOWN_NO);
    ck_assert(kept.in_utc);
    ck_assert_int_eq(moved.rewrite, KNOWN_YES);
    ck_assert(!moved.in_utc);
}
END_TEST

START_TEST(unknown_tables_have_unknown_types) {
    struct schema schema = schema_of(15, "");
    struct type_change change = type_change_of(&arena, &schema, NULL, retype("numeric(10,2)"));

    ck_assert_int_eq(change.rewrite, UNKNOWN);
    ck_assert_str_eq(change.new_text, "numeric(10,2)");
    ck_assert_ptr_null(change.old_text);
}
END_TEST

#define COUNT(array) ((int)(sizeof(array) / sizeof(*(array))))

Suite *suite_expr(void) {
    Suite *suite = suite_create("expr");
    TCase *tcase = tcase_create("expressions");

    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_loop_test(tcase, volatility_of_defaults, 0, COUNT(volatility_cases));
    tcase_add_test(tcase, volatility_depends_on_the_version);
    tcase_add_test(tcase, no_expression_is_not_volatile);
    tcase_add_test(tcase, deep_expressions_are_unknown);
    tcase_add_loop_test(tcase, not_null_proofs, 0, COUNT(proof_cases));
    tcase_add_test(tcase, not_valid_proves_nothing);
    tcase_add_loop_test(tcase, partition_bounds, 0, COUNT(bound_cases));
    tcase_add_loop_test(tcase, changes_of_type, 0, COUNT(change_cases));
    tcase_add_test(tcase, timestamps_are_kept_in_utc_only);
    tcase_add_test(tcase, unknown_tables_have_unknown_types);
    suite_add_tcase(suite, tcase);
    return suite;
}
