#include "base/buf.h"
#include "sql_help.h"
#include "unit.h"

static struct arena arena;

static void setup(void) {
    arena_init(&arena);
}

static void teardown(void) {
    arena_release(&arena);
}

/* Every piece but gaps as its letter and, in [ ], its bytes. */
static const char *pieces_of(const char *sql, unsigned flags) {
    static const char letters[] = "sgmc";
    struct statements cut = {0};
    struct buf out = BUF_INIT;
    const char *result;

    sql_cut(&arena, text_of(&arena, sql), flags, &cut);
    for (size_t i = 0; i < cut.pieces.n; i++) {
        const struct piece *piece = &cut.pieces.v[i];
        if (piece->kind == PIECE_GAP)
            continue;
        buf_printf(&out, "%c[%.*s]", letters[piece->kind], (int)(piece->end - piece->start),
                   sql + piece->start);
    }
    result = arena_strdup(&arena, buf_str(&out));
    buf_release(&out);
    return result;
}

START_TEST(cuts_at_semicolons) {
    ck_assert_str_eq(pieces_of("select 1; select 2 ;;\n;select 3", 0),
                     "s[select 1;]s[select 2 ;]s[select 3]");
    ck_assert_str_eq(pieces_of("select ';' \";\" $$;$$ /*;*/ --;\n;", 0),
                     "s[select ';' \";\" $$;$$ /*;*/ --;\n;]");
    ck_assert_str_eq(pieces_of(" -- only\n /* comments */ ; \n", 0), "");
    ck_assert_str_eq(pieces_of("", 0), "");
    ck_assert_str_eq(pieces_of("select 1 -- end\n", 0), "s[select 1]");
}
END_TEST

START_TEST(keeps_rules_together) {
    ck_assert_str_eq(
        pieces_of(
            "create or replace rule r as on insert to t do also (delete from a; select 1); x;", 0),
        "s[create or replace rule r as on insert to t do also (delete from a; select 1);]s[x;]");
    /* what the server would reject is cut at its semicolons, so that the rest is seen */
    ck_assert_str_eq(pieces_of("create table t (a int; drop table u;", 0),
                     "s[create table t (a int;]s[drop table u;]");
    ck_assert_str_eq(
        pieces_of("create rule r as on insert to t do (select 1; create table u ();", 0),
        "s[create rule r as on insert to t do (select 1;]s[create table u ();]");
    ck_assert_str_eq(pieces_of("create rule r as on insert to t do (select 1; select 2;", 0),
                     "s[create rule r as on insert to t do (select 1;]s[select 2;]");
}
END_TEST

START_TEST(keeps_atomic_bodies_together) {
    const char *whole =
        "s[create function f() returns int begin atomic select case when a then 1 end; "
        "select x.end as end, 2 as case; end;]s[select 1;]";
    const char *sql = "create function f() returns int begin atomic select case when a then 1 end; "
                      "select x.end as end, 2 as case; end; select 1;";

    ck_assert_str_eq(pieces_of(sql, 0), whole);
    ck_assert_str_eq(
        pieces_of(
            "create or replace procedure p() begin atomic insert into t values (1); end; commit;",
            0),
        "s[create or replace procedure p() begin atomic insert into t values (1); end;]s[commit;]");
    ck_assert_str_eq(pieces_of("create function f() begin atomic select 1; end -- x", 0),
                     "s[create function f() begin atomic select 1; end]");
    /* begin and end elsewhere are transaction statements */
    ck_assert_str_eq(pieces_of("begin; select 1; end;", 0), "s[begin;]s[select 1;]s[end;]");
    ck_assert_str_eq(pieces_of("create function f(begin int) returns int as 'x'; end;", 0),
                     "s[create function f(begin int) returns int as 'x';]s[end;]");
    ck_assert_str_eq(pieces_of("create function f() begin atomic select 1; create table t ();", 0),
                     "s[create function f() begin atomic select 1;]s[create table t ();]");
    ck_assert_str_eq(pieces_of("create function f() begin atomic select 1; select 2", 0),
                     "s[create function f() begin atomic select 1;]s[select 2]");
}
END_TEST

START_TEST(keeps_the_rest_behind_an_open_end) {
    ck_assert_str_eq(pieces_of("select 1; select 'a; select 2;\n", 0),
                     "s[select 1;]s[select 'a; select 2;\n]");
    ck_assert_str_eq(pieces_of("select 1; /* select 2;", 0), "s[select 1;]s[/* select 2;]");
    ck_assert_str_eq(pieces_of("select {{ a }}; select 2;", 0), "s[select {{ a }};]s[select 2;]");
}
END_TEST

START_TEST(cuts_what_psql_reads) {
    ck_assert_str_eq(pieces_of("\\c db\nselect 1;\n\\i x\n", LEX_PSQL),
                     "m[\\c db]s[select 1;]m[\\i x]");
    ck_assert_str_eq(pieces_of("select 1 \\g\nselect 2 \\gexec\n", LEX_PSQL),
                     "s[select 1]m[\\g]s[select 2]m[\\gexec]");
    ck_assert_str_eq(pieces_of("select 1\n\\echo x\n, 2;", LEX_PSQL),
                     "s[select 1\n\\echo x\n, 2;]");
    ck_assert_str_eq(pieces_of("select 1 \\p\n", LEX_PSQL), "s[select 1]m[\\p]");
    ck_assert_str_eq(pieces_of("select 1\\; select 2;", LEX_PSQL), "s[select 1\\;]s[select 2;]");
    ck_assert_str_eq(pieces_of("copy t from stdin;\n1;\n\\.\nselect 2;", LEX_PSQL),
                     "s[copy t from stdin;]c[1;\n\\.]s[select 2;]");
}
END_TEST

/* Each of these made every statement look at all behind it, if cutting went on to the end first. */
START_TEST(takes_linear_time) {
    static const char *const units[] = {"create rule a (;",
                                        "create function a begin atomic; ",
                                        "create rule a (; select ",
                                        "create function x case end;",
                                        "begin; case ",
                                        "(",
                                        ";("};

    for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++) {
        struct statements cut = {0};
        size_t n = 200000 * strlen(units[i]);
        sql_cut(&arena, text_of_bytes(&arena, repeat(&arena, units[i], 200000), n), 0, &cut);
        ck_assert_uint_eq(cut.pieces.v[cut.pieces.n - 1].end, n);
        arena_clear(&arena);
    }
}
END_TEST

START_TEST(counts_and_spans_statements) {
    struct statements *read = sql_read(
        &arena, text_of(&arena, "-- x\nselect 1 /* y */ ; selct ; \n update t set a = 1 -- z"), 0,
        5, NULL);

    ck_assert_uint_eq(read->list.n, 3);
    for (unsigned i = 0; i < 3; i++)
        ck_assert_uint_eq(read->list.v[i]->ordinal, 5 + i);
    ck_assert_uint_eq(read->list.v[0]->span.start, 5);
    ck_assert_uint_eq(read->list.v[0]->span.end, 13);
    ck_assert_uint_eq(read->list.v[0]->end_with_semicolon, 23);
    ck_assert_ptr_null(read->list.v[1]->tree);
    ck_assert_uint_eq(read->list.v[2]->span.end, read->list.v[2]->end_with_semicolon);
    ck_assert_ptr_eq(read->list.v[2]->tokens, read->list.v[0]->tokens);
}
END_TEST

static const char *normal_form(const char *sql) {
    struct statements *read = read_sql(&arena, sql);
    struct buf out = BUF_INIT;
    const char *result;

    statement_normalise(&out, read->list.v[0]);
    result = arena_strdup(&arena, buf_str(&out));
    buf_release(&out);
    return result;
}

START_TEST(normalises) {
    ck_assert_str_eq(normal_form(" /*x*/ ALTER  TABLE \"T\"\n-- y\nAdd a Text DEFAULT 'It''s';"),
                     "alter table \"T\" add a text default 'It''s'");
    ck_assert_str_eq(normal_form("select a->>'B',(1+2);"), "select a ->> 'B' , ( 1 + 2 )");
    ck_assert_str_eq(normal_form("SELCT broken"), "selct broken");
}
END_TEST

START_TEST(notes_copy_data_without_end) {
    struct statements *read = sql_read(
        &arena, text_of(&arena, "copy t from stdin;\n1\ndrop table t;\n"), LEX_PSQL, 1, NULL);

    ck_assert_uint_eq(read->list.n, 1);
    ck_assert_uint_eq(read->dynamic.n, 1);
    ck_assert_uint_eq(read->dynamic.v[0].offset, 19);
    read = sql_read(&arena, text_of(&arena, "copy t from stdin;\n1\n\\.\ndrop table t;\n"),
                    LEX_PSQL, 1, NULL);
    ck_assert_uint_eq(read->list.n, 2);
    ck_assert_uint_eq(read->dynamic.n, 0);
}
END_TEST

Suite *suite_split(void) {
    Suite *suite = suite_create("split");
    TCase *tcase = tcase_create("pieces");

    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, cuts_at_semicolons);
    tcase_add_test(tcase, keeps_rules_together);
    tcase_add_test(tcase, keeps_atomic_bodies_together);
    tcase_add_test(tcase, keeps_the_rest_behind_an_open_end);
    tcase_add_test(tcase, cuts_what_psql_reads);
    tcase_add_test(tcase, takes_linear_time);
    tcase_add_test(tcase, counts_and_spans_statements);
    tcase_add_test(tcase, normalises);
    tcase_add_test(tcase, notes_copy_data_without_end);
    suite_add_tcase(suite, tcase);
    return suite;
}
