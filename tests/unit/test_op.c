#include "base/buf.h"
#include "model_sample.h"

#include "unit.h"

#include <stdio.h>

static struct arena arena;

static void setup(void) {
    arena_init(&arena);
}

static void teardown(void) {
    arena_release(&arena);
}

static struct ops ops_of(const char *sql) {
    return op_list(&arena, sample_read(&arena, sql)->list.v[0]);
}

/* "ADD COLUMN [ADD COLUMN a int]; ..." of all operations: their words and what they underline. */
static const char *outline(const char *sql) {
    struct ops ops = ops_of(sql);
    const char *text = "";

    for (size_t i = 0; i < ops.n; i++) {
        const struct op *op = &ops.v[i];
        ck_assert_uint_eq(op->index, i);
        ck_assert_uint_lt(op->span.start, op->span.end);
        text = arena_printf(&arena, "%s%s%s [%.*s]", text, i ? "; " : "", op_kind_words(op->kind),
                            (int)(op->span.end - op->span.start),
                            op->statement->text->bytes + op->span.start);
    }
    return text;
}

static void check_outline(const char *sql, const char *expected) {
    ck_assert_str_eq(outline(sql), expected);
}

START_TEST(actions_of_alter_table_have_their_clauses) {
    check_outline("ALTER TABLE ONLY t /* , */ ADD COLUMN a numeric(10,2), DROP b CASCADE,\n"
                  "  ALTER c TYPE int USING (f(c, 1)), ADD CHECK (x IN (1, 2)) NOT VALID",
                  "ADD COLUMN [ADD COLUMN a numeric(10,2)]; DROP COLUMN [DROP b CASCADE]; "
                  "ALTER COLUMN TYPE [ALTER c TYPE int USING (f(c, 1))]; "
                  "ADD CHECK [ADD CHECK (x IN (1, 2)) NOT VALID]");
    check_outline("ALTER TABLE IF EXISTS s.\"t,\" ADD a int", "ADD COLUMN [ADD a int]");
    check_outline("ALTER TABLE ONLY (t) SET (fillfactor = 70, toast.autovacuum_enabled = off), "
                  "OWNER TO me",
                  "SET [SET (fillfactor = 70, toast.autovacuum_enabled = off)]; "
                  "OWNER TO [OWNER TO me]");
    check_outline("ALTER TABLE t * DROP a, DROP b", "DROP COLUMN [DROP a]; DROP COLUMN [DROP b]");
}
END_TEST

START_TEST(inline_parts_are_operations) {
    check_outline("ALTER TABLE t ADD COLUMN a int CONSTRAINT n NOT NULL DEFAULT 5 CHECK (a > 0) "
                  "REFERENCES p (x) DEFERRABLE INITIALLY DEFERRED UNIQUE",
                  "ADD COLUMN [ADD COLUMN a int CONSTRAINT n NOT NULL DEFAULT 5 CHECK (a > 0) "
                  "REFERENCES p (x) DEFERRABLE INITIALLY DEFERRED UNIQUE]; "
                  "ADD NOT NULL [CONSTRAINT n NOT NULL]; SET DEFAULT [DEFAULT 5]; "
                  "ADD CHECK [CHECK (a > 0)]; "
                  "ADD FOREIGN KEY [REFERENCES p (x) DEFERRABLE INITIALLY DEFERRED]; "
                  "ADD UNIQUE [UNIQUE]");
    check_outline("CREATE TABLE t (id bigserial PRIMARY KEY, b int NULL, LIKE q INCLUDING ALL, "
                  "CONSTRAINT u UNIQUE (b)) INHERITS (p)",
                  "CREATE TABLE [CREATE TABLE t]; INHERIT [p]; "
                  "ADD COLUMN [id bigserial PRIMARY KEY]; serial [id bigserial]; "
                  "ADD PRIMARY KEY [PRIMARY KEY]; ADD COLUMN [b int NULL]; "
                  "LIKE [LIKE q INCLUDING ALL]; ADD UNIQUE [CONSTRAINT u UNIQUE (b)]");
}
END_TEST

START_TEST(inline_attributes_belong_to_the_constraint_before) {
    struct ops ops =
        ops_of("CREATE TABLE t (a int UNIQUE DEFERRABLE INITIALLY DEFERRED REFERENCES p)");

    ck_assert_uint_eq(ops.n, 4);
    ck_assert_int_eq(ops.v[2].kind, OP_ADD_UNIQUE);
    ck_assert(ops.v[2].deferrable && ops.v[2].initially_deferred);
    ck_assert(ops.v[2].is_inline && ops.v[2].in_create);
    ck_assert_int_eq(ops.v[3].kind, OP_ADD_FOREIGN_KEY);
    ck_assert(!ops.v[3].deferrable);
    ck_assert_str_eq(ops.v[3].other.name, "p");
    ck_assert_str_eq(ops.v[3].column, "a");
}
END_TEST

START_TEST(drops_have_one_operation_for_each_object) {
    check_outline("DROP TABLE IF EXISTS a, s.\"b,c\" CASCADE",
                  "DROP TABLE [a]; DROP TABLE [s.\"b,c\"]");
    check_outline("DROP MATERIALIZED VIEW m1, m2 RESTRICT",
                  "DROP MATERIALIZED VIEW [m1]; DROP MATERIALIZED VIEW [m2]");
    check_outline("DROP INDEX CONCURRENTLY IF EXISTS i", "DROP INDEX [i]");
    check_outline("DROP FUNCTION f(int, text), g",
                  "DROP FUNCTION [f(int, text)]; DROP FUNCTION [g]");
    check_outline("DROP TRIGGER IF EXISTS tg ON s.t", "DROP TRIGGER [tg ON s.t]");
    check_outline("DROP CAST (int AS text)", "DROP [(int AS text)]");
    check_outline("DROP ROLE IF EXISTS a, b", "DROP ROLE [a]; DROP ROLE [b]");
    check_outline("DROP OPERATOR CLASS oc USING btree", "DROP [oc USING btree]");
}
END_TEST

START_TEST(names_and_options_are_told) {
    const struct op *op = ops_of("DROP TABLE IF EXISTS s.t CASCADE").v;

    ck_assert(op->missing_ok && op->cascade);
    ck_assert_str_eq(op->target.schema, "s");
    ck_assert_str_eq(op->target.name, "t");
    op = ops_of("DROP TRIGGER tg ON s.t").v;
    ck_assert_str_eq(op->target.name, "t");
    ck_assert_str_eq(op->object, "tg");
    op = ops_of("CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON ONLY s.t (a)").v;
    ck_assert(op->concurrently && op->if_not_exists && op->only);
    ck_assert_str_eq(op->object, "i");
    ck_assert_str_eq(op->target.name, "t");
    op = ops_of("ALTER TABLE t ADD CONSTRAINT c PRIMARY KEY USING INDEX i").v;
    ck_assert(op->using_index);
    ck_assert_str_eq(op->new_name, "i");
    op = ops_of("CREATE TEMP TABLE t (a int)").v;
    ck_assert(op->temporary && !op->only);
    op = ops_of("CREATE TABLE pg_temp.t (a int)").v;
    ck_assert(op->temporary);
    op = ops_of("ALTER TABLE p DETACH PARTITION c CONCURRENTLY").v;
    ck_assert(op->concurrently);
    ck_assert_str_eq(op->other.name, "c");
}
END_TEST

START_TEST(the_kind_of_object_is_carried_through) {
    ck_assert_int_eq(ops_of("ALTER INDEX i SET (fillfactor = 70)").v->object_type, OBJECT_INDEX);
    ck_assert_int_eq(ops_of("ALTER VIEW v ALTER c SET DEFAULT 1").v->object_type, OBJECT_VIEW);
    ck_assert_int_eq(ops_of("ALTER INDEX i ATTACH PARTITION j").v->kind, OP_ATTACH_INDEX_PARTITION);
    ck_assert_int_eq(ops_of("ALTER TABLE i RENAME TO j").v->kind, OP_RENAME_TABLE);
    ck_assert_int_eq(ops_of("ALTER VIEW v RENAME COLUMN a TO b").v->object_type, OBJECT_VIEW);
    ck_assert_int_eq(ops_of("ALTER TYPE c ADD ATTRIBUTE a int").v->kind, OP_ADD_ATTRIBUTE);
    ck_assert_int_eq(ops_of("ALTER TABLE t ALTER a DROP DEFAULT").v->kind, OP_DROP_DEFAULT);
    ck_assert_int_eq(ops_of("VACUUM (FULL, VERBOSE) t").v->kind, OP_VACUUM_FULL);
    ck_assert_int_eq(ops_of("VACUUM (FULL off) t").v->kind, OP_VACUUM);
}
END_TEST

START_TEST(renames_underline_their_clause) {
    check_outline("ALTER TABLE t RENAME COLUMN a TO b", "RENAME COLUMN [RENAME COLUMN a TO b]");
    check_outline("ALTER TABLE rename RENAME TO x", "RENAME TABLE [RENAME TO x]");
    check_outline("ALTER TYPE ty RENAME TO x", "RENAME TYPE [RENAME TO x]");
    check_outline("ALTER TABLE t SET SCHEMA s", "SET SCHEMA [SET SCHEMA s]");
}
END_TEST

START_TEST(one_operation_for_each_table) {
    check_outline("TRUNCATE TABLE ONLY a, s.b CASCADE", "TRUNCATE [a]; TRUNCATE [s.b]");
    check_outline("LOCK TABLE a, b IN SHARE MODE", "LOCK TABLE [a]; LOCK TABLE [b]");
    check_outline("VACUUM a, b", "VACUUM [a]; VACUUM [b]");
    check_outline("VACUUM", "VACUUM [VACUUM]");
    check_outline("GRANT SELECT ON a, b TO PUBLIC", "GRANT [a]; GRANT [b]");
}
END_TEST

START_TEST(with_queries_that_write_are_told) {
    check_outline("WITH d AS (DELETE FROM a RETURNING *) INSERT INTO b SELECT * FROM d",
                  "INSERT [b]; DELETE [a]");
    check_outline("EXPLAIN ANALYZE UPDATE a SET x = 1",
                  "EXPLAIN [EXPLAIN ANALYZE UPDATE a SET x = 1]; UPDATE [a]");
    check_outline("EXPLAIN UPDATE a SET x = 1", "EXPLAIN [EXPLAIN UPDATE a SET x = 1]");
    check_outline("SELECT 1 INTO t", "CREATE TABLE AS [SELECT 1 INTO t]");
}
END_TEST

START_TEST(elements_of_create_schema_are_made_in_it) {
    struct ops ops = ops_of("CREATE SCHEMA s CREATE TABLE t (a int) CREATE VIEW v AS SELECT 1");

    ck_assert_uint_eq(ops.n, 4);
    ck_assert_int_eq(ops.v[1].kind, OP_CREATE_TABLE);
    ck_assert_str_eq(ops.v[1].target.schema, "s");
    ck_assert_str_eq(ops.v[2].target.schema, "s");
    ck_assert_int_eq(ops.v[3].kind, OP_CREATE_VIEW);
    ck_assert_str_eq(ops.v[3].target.schema, "s");
}
END_TEST

START_TEST(every_statement_has_an_operation) {
    static const char *const statements[] = {
        "CHECKPOINT",
        "DISCARD ALL",
        "LISTEN x",
        "SHOW ALL",
        "SET a.b = 1",
        "RESET ALL",
        "BEGIN",
        "COMMIT AND CHAIN",
        "ROLLBACK TO s",
        "PREPARE TRANSACTION 'x'",
        "DO 'x'",
        "CALL f()",
        "PREPARE p AS SELECT 1",
        "EXECUTE p",
        "DEALLOCATE p",
        "LOAD 'x'",
        "REASSIGN OWNED BY a TO b",
        "DROP OWNED BY a",
        "CREATE ROLE r",
        "ALTER ROLE r SET x = 1",
        "CREATE CAST (a AS b) WITHOUT FUNCTION",
        "IMPORT FOREIGN SCHEMA s FROM SERVER x INTO y",
        "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO x",
        "GRANT a TO b",
        "CLUSTER",
        "REINDEX DATABASE x",
        "ALTER SYSTEM SET x = 1",
        "SET CONSTRAINTS ALL DEFERRED",
        "SET TRANSACTION READ ONLY",
        "DECLARE c CURSOR FOR SELECT 1",
        "FETCH c",
        "CLOSE c",
        "COPY t FROM STDIN",
        "COPY (SELECT 1) TO STDOUT",
        "MERGE INTO a USING b ON a.x = b.x WHEN MATCHED THEN DELETE",
        "ALTER TABLE ALL IN TABLESPACE a SET TABLESPACE b",
        "ALTER STATISTICS s SET STATISTICS 5",
        "ALTER OPERATOR + (int, int) OWNER TO x",
        "COMMENT ON CAST (a AS b) IS 'x'",
        "SECURITY LABEL ON TABLE t IS 'x'",
        "ALTER EXTENSION e UPDATE",
        "ALTER EXTENSION e ADD TABLE t",
        "CREATE DATABASE d",
        "DROP DATABASE d",
        "ALTER EVENT TRIGGER e DISABLE",
        "ALTER SEQUENCE s RESTART",
    };

    for (size_t i = 0; i < sizeof(statements) / sizeof(*statements); i++) {
        struct ops ops = ops_of(statements[i]);
        ck_assert_uint_ge(ops.n, 1);
        ck_assert_msg(ops.v[0].kind != OP_UNKNOWN, "%s", statements[i]);
    }
}
END_TEST

START_TEST(not_enforced_is_told_where_the_grammar_knows_it) {
    if (sql_grammar_major() < 18) {
        unit_skip("NOT ENFORCED needs grammar 18");
        return;
    }
    ck_assert(ops_of("ALTER TABLE t ADD CHECK (a > 0) NOT ENFORCED").v->not_enforced);
    ck_assert(!ops_of("ALTER TABLE t ADD CHECK (a > 0)").v->not_enforced);
    ck_assert(!ops_of("ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES p").v->not_enforced);
    ck_assert(ops_of("CREATE TABLE t (a int CHECK (a > 0) NOT ENFORCED)").v[2].not_enforced);
    ck_assert(!ops_of("CREATE TABLE t (a int CHECK (a > 0) REFERENCES p)").v[3].not_enforced);
}
END_TEST

Suite *suite_op(void) {
    Suite *suite = suite_create("op");
    TCase *tcase = tcase_create("list");

    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, actions_of_alter_table_have_their_clauses);
    tcase_add_test(tcase, inline_parts_are_operations);
    tcase_add_test(tcase, inline_attributes_belong_to_the_constraint_before);
    tcase_add_test(tcase, drops_have_one_operation_for_each_object);
    tcase_add_test(tcase, names_and_options_are_told);
    tcase_add_test(tcase, the_kind_of_object_is_carried_through);
    tcase_add_test(tcase, renames_underline_their_clause);
    tcase_add_test(tcase, one_operation_for_each_table);
    tcase_add_test(tcase, with_queries_that_write_are_told);
    tcase_add_test(tcase, elements_of_create_schema_are_made_in_it);
    tcase_add_test(tcase, every_statement_has_an_operation);
    tcase_add_test(tcase, not_enforced_is_told_where_the_grammar_knows_it);
    suite_add_tcase(suite, tcase);
    return suite;
}
