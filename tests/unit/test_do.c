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

/*
 * The statements inside, one a line: ? conditional, * in a loop, ! caught, the kind, and the bytes of the
 * file from the first to the last, or # and the failure; then what was not analysed, with ~ and what stands there.
 */
static const char *inside(const char *sql) {
    struct statements *read = read_sql(&arena, sql);
    struct buf out = BUF_INIT;
    const char *result;

    for (size_t i = 0; i < read->list.n; i++) {
        const struct statement *statement = read->list.v[i];
        size_t start = text_file_offset(statement->text, statement->span.start);
        size_t end = text_file_end(statement->text, statement->span);
        if (!statement->parent)
            continue;
        if (!statement->tree) {
            buf_printf(&out, "#%s: %.12s\n", statement->message,
                       sql + text_file_offset(statement->text, statement->error_offset));
            continue;
        }
        buf_printf(&out, "%s%s%s%s %.*s\n", statement->conditional ? "?" : "",
                   statement->in_loop ? "*" : "", statement->caught ? "!" : "",
                   node_kind_name(statement->tree->kind), (int)(end - start), sql + start);
    }
    for (size_t i = 0; i < read->dynamic.n; i++) {
        const struct dynamic_sql *dynamic = &read->dynamic.v[i];
        size_t at = text_file_offset(dynamic->text, dynamic->offset);
        buf_printf(&out, "~%s: %.12s\n", dynamic->why, sql + at);
    }
    result = arena_strdup(&arena, buf_str(&out));
    buf_release(&out);
    return result;
}

static const char *inside_block(const char *body) {
    return inside(arena_printf(&arena, "select 1; do $$ declare a int; begin %s end $$;", body));
}

START_TEST(finds_static_statements) {
    ck_assert_str_eq(inside("do $$ begin drop table a; -- x\n alter table b add c int ; end $$"),
                     "DropStmt drop table a\nAlterTableStmt alter table b add c int\n");
    ck_assert_str_eq(
        inside("DO LANGUAGE plpgsql $x$ BEGIN TRUNCATE t; COMMIT; ROLLBACK AND CHAIN; END; $x$;"),
        "TruncateStmt TRUNCATE t\nTransactionStmt COMMIT\nTransactionStmt ROLLBACK AND CHAIN\n");
    ck_assert_str_eq(inside("do $$ begin null; end $$ language plpgsql"), "");
    ck_assert_str_eq(inside("do $$ begin update t set a = 1; insert into t values (';'); end $$"),
                     "UpdateStmt update t set a = 1\nInsertStmt insert into t values (';')\n");
}
END_TEST

START_TEST(passes_over_plpgsqls_own) {
    ck_assert_str_eq(
        inside(
            "do $$ #variable_conflict use_column\n <<l>> declare a int := 1; b text = ';'; c "
            "cursor for select 1; d alias for a; begin a := 2; a.b = (select 3); a[1] := 4; raise "
            "notice 'x %', a; get diagnostics a = row_count; assert a > 1, 'x'; fetch c into a; "
            "close c; exit l when a > 1; return; \"A\" := 5; end l $$"),
        "");
    ck_assert_str_eq(
        inside_block("select a, b into strict x, r.c from t; insert into t values (1) "
                     "returning a into x[1]; select 1 into y; delete from t returning a "
                     "into b;"),
        "SelectStmt select a, b into strict x, r.c from t\nInsertStmt insert into t "
        "values (1) returning a into x[1]\nSelectStmt select 1 into y\nDeleteStmt delete "
        "from t returning a into b\n");
    ck_assert_str_eq(inside_block("perform set_config('a', 'b', true); call p(1);"),
                     "SelectStmt perform set_config('a', 'b', true)\nCallStmt call p(1)\n");
}
END_TEST

START_TEST(leaves_into_to_sql) {
    const struct statements *read = read_sql(
        &arena, "do $$ begin with x as (insert into t values (1) returning a) select a into "
                "b from x; merge into t using s on true when matched then delete; end $$");
    const struct SelectStmt *select = node_as(SelectStmt, read->list.v[1]->tree);

    ck_assert_ptr_null(select->intoClause);
    ck_assert_uint_eq(select->fromClause.n, 1);
    ck_assert_uint_eq(select->withClause->ctes.n, 1);
    ck_assert_int_eq(read->list.v[2]->tree->kind, NODE_MergeStmt);
}
END_TEST

START_TEST(knows_branches) {
    ck_assert_str_eq(
        inside_block(
            "if a in (1) then drop table b; elsif c then drop table d; else drop table e; end "
            "if; drop table f;"),
        "?DropStmt drop table b\n?DropStmt drop table d\n?DropStmt drop table e\nDropStmt drop "
        "table "
        "f\n");
    ck_assert_str_eq(
        inside_block(
            "case a when 1, 2 then drop table b; else drop table c; end case; case when a then "
            "null; end case; drop table d;"),
        "?DropStmt drop table b\n?DropStmt drop table c\nDropStmt drop table d\n");
    ck_assert_str_eq(
        inside_block("if not exists (select 1 from pg_type) then create type a as enum (); "
                     "end if;"),
        "?CreateEnumStmt create type a as enum ()\n");
    ck_assert_str_eq(
        inside_block("if a then if b then drop table c; end if; drop table d; end if;"),
        "?DropStmt drop table c\n?DropStmt drop table d\n");
    /* behind an early return nothing is sure to run */
    ck_assert_str_eq(inside_block("if a then return; end if; drop table b;"),
                     "?DropStmt drop table b\n");
}
END_TEST

START_TEST(knows_loops) {
    ck_assert_str_eq(
        inside_block(
            "for r in select a from t loop update t set a = 1; end loop; while a loop drop "
            "table b; end loop; <<l>> loop exit l; drop table c; end loop l; drop table d;"),
        "SelectStmt select a from t\n?*UpdateStmt update t set a = 1\n?*DropStmt drop table b\n"
        "?*DropStmt drop table c\nDropStmt drop table d\n");
    ck_assert_str_eq(
        inside_block(
            "for i in reverse 10..1 by 2 loop null; end loop; for i in (1)..f(2) loop null; end "
            "loop; foreach a slice 1 in array b loop delete from t; end loop; for x, y in "
            "(with z as (select 1) select 2) loop null; end loop; for r in c loop null; end "
            "loop;"),
        "?*DeleteStmt delete from t\nSelectStmt (with z as (select 1) select 2)\n");
    ck_assert_str_eq(
        inside_block("open a for select 1; open b scroll for execute 'select 2'; open c;"),
        "SelectStmt select 1\nSelectStmt select 2\n");
}
END_TEST

START_TEST(knows_handlers) {
    ck_assert_str_eq(
        inside_block(
            "drop table a; begin drop table b; begin drop table c; exception when others then "
            "drop table d; end; drop table e; exception when x or y then null; when others then "
            "drop table f; end; drop table g;"),
        "DropStmt drop table a\n!DropStmt drop table b\n!DropStmt drop table c\n?!DropStmt drop "
        "table "
        "d\n!DropStmt drop table e\n?DropStmt drop table f\nDropStmt drop table g\n");
    ck_assert_str_eq(
        inside("do $$ begin create type a as enum (); exception when duplicate_object then "
               "null; end $$"),
        "!CreateEnumStmt create type a as enum ()\n");
}
END_TEST

START_TEST(reads_constant_execute) {
    ck_assert_str_eq(
        inside_block("execute 'drop table a'; execute $x$drop table b; drop table c;$x$;"),
        "DropStmt drop table a\nDropStmt drop table b\nDropStmt drop table c\n");
    ck_assert_str_eq(
        inside_block("execute ('drop ' || 'table a'); execute format('drop table b'); "
                     "execute 'delete from t where a = $1' using b; execute e'select\\n1' "
                     "into strict c;"),
        "DropStmt drop ' || 'table a\nDropStmt drop table b\nDeleteStmt delete from t where "
        "a = $1\nSelectStmt select\\n1\n");
    ck_assert_str_eq(
        inside_block(
            "execute 'drop table ' || a; execute format('drop table %I', a); execute a; "
            "execute format('a', b); execute f('a'); for r in execute 'select ' || 1 loop end "
            "loop; execute 'a' 'b'; execute (a) || 'b'; execute '';"),
        "~dynamic SQL: execute 'dro\n~dynamic SQL: execute form\n~dynamic SQL: execute a; e\n"
        "~dynamic SQL: execute form\n~dynamic SQL: execute f('a\n~dynamic SQL: execute 'sel\n"
        "~dynamic SQL: execute 'a' \n~dynamic SQL: execute (a) \n~dynamic SQL: execute ''; \n");
}
END_TEST

START_TEST(notes_what_cannot_be_read) {
    ck_assert_str_eq(inside_block("selct 1; drop table a;"),
                     "DropStmt drop table a\n"
                     "#syntax error at or near \"selct\"; PL/pgSQL fails on it when the block "
                     "runs: selct 1; dro\n");
    ck_assert_str_eq(inside_block("execute 'selct 1';"),
                     "~could not be read: syntax error at or near \"selct\": selct 1'; en\n");
    ck_assert_str_eq(inside("do $$ begin selct 1; if a then drop table b; end $$; select 1;"),
                     "?DropStmt drop table b\n~PL/pgSQL that could not be read: end $$; sele\n"
                     "~could not be read: syntax error at or near \"selct\": selct 1; if \n");
    ck_assert_str_eq(inside("do $$ begin if a then drop table b; end $$; select 1;"),
                     "?DropStmt drop table b\n~PL/pgSQL that could not be read: end $$; sele\n");
    ck_assert_str_eq(inside("do $$ begin drop table a; $$"),
                     "DropStmt drop table a\n~PL/pgSQL that could not be read: $$\n");
    ck_assert_str_eq(inside("do $$ nonsense $$"),
                     "~PL/pgSQL that could not be read: nonsense $$\n");
    ck_assert_str_eq(inside("do language plpython3u $$ x $$"),
                     "~DO in language plpython3u: do language \n");
    ck_assert_str_eq(inside("do language 'PLpgSQL' $$ x $$"),
                     "~DO in language PLpgSQL: do language \n");
    ck_assert_str_eq(
        inside("do $$ begin select 'a; end $$"),
        "~PL/pgSQL that could not be read: $$\n~could not be read: unterminated quoted string at "
        "or near \"'a; end \": 'a; end $$\n");
    ck_assert_str_eq(
        inside("create function f() returns void language plpgsql as $$ begin drop table a; "
               "execute b; end $$"),
        "");
}
END_TEST

START_TEST(keeps_places_through_quotes) {
    ck_assert_str_eq(
        inside("do 'begin drop table \"a''b\"; execute ''drop table \"c''''''''d\"''; end'"),
        "DropStmt drop table \"a''b\"\nDropStmt drop table \"c''''''''d\"\n");
    ck_assert_str_eq(inside("do e'begin\\ndrop table \\x61\\u00e9b; select \\'b\\', c; end'"),
                     "DropStmt drop table \\x61\\u00e9b\nSelectStmt select \\'b\\', c\n");
}
END_TEST

START_TEST(names_its_origin) {
    const struct statements *read = read_sql(
        &arena, "select 1;\ndo $$ begin\n  drop table a;\n do 'begin if b then execute ''drop "
                "table c''; end if; end'; end $$; select 2;");
    const struct statement *const *list = (const struct statement *const *)read->list.v;

    ck_assert_uint_eq(read->list.n, 6);
    ck_assert_ptr_eq(list[2]->parent, list[1]);
    ck_assert_ptr_eq(list[4]->parent, list[3]);
    ck_assert_uint_eq(list[2]->ordinal, 2);
    ck_assert_uint_eq(list[4]->ordinal, 2);
    ck_assert(list[4]->conditional && !list[3]->conditional);
    ck_assert_uint_eq(list[5]->ordinal, 3);
    ck_assert_ptr_null(list[5]->parent);
    ck_assert_uint_eq(text_position(list[2]->text, list[2]->span.start).line, 3);
    ck_assert_uint_eq(text_position(list[2]->text, list[2]->span.start).column, 3);
    ck_assert_uint_eq(text_position(list[4]->text, list[4]->span.start).line, 4);
}
END_TEST

/* Each level is read once more by the next: there is an end to it. */
START_TEST(goes_only_so_deep) {
    struct statements *read;
    struct buf sql = BUF_INIT;

    for (int i = 0; i < 30; i++)
        buf_printf(&sql, "do $a%d$ begin execute $b%d$ ", i, i);
    buf_puts(&sql, "drop table a");
    for (int i = 29; i >= 0; i--)
        buf_printf(&sql, " $b%d$; end $a%d$", i, i);
    read = read_sql(&arena, buf_str(&sql));
    buf_release(&sql);
    ck_assert_uint_eq(read->list.n, 8);
    ck_assert_uint_eq(read->dynamic.n, 1);
    ck_assert_str_eq(read->dynamic.v[0].why, "SQL inside SQL more than 8 levels deep");
}
END_TEST

START_TEST(takes_linear_time) {
    static const char *const units[] = {"begin ",
                                        "if a then ",
                                        "select 1 into a; ",
                                        "execute 'a' || ",
                                        "begin null; exception when a then ",
                                        "for a in (select ",
                                        "<<a>> ",
                                        "x := ",
                                        "execute 'select 1';",
                                        "a."};

    for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++) {
        const char *body = repeat(&arena, units[i], 30000);
        struct statements *read = read_sql(&arena, arena_printf(&arena, "do $$begin %s", body));
        ck_assert_uint_eq(read->list.n, 1);
        read = read_sql(&arena, arena_printf(&arena, "do $$begin %s end$$", body));
        ck_assert_uint_ge(read->list.n, 1);
        arena_clear(&arena);
    }
}
END_TEST

START_TEST(reads_bodies_of_functions) {
    struct text *body =
        text_of(&arena, "begin return query select 1; return query execute a; return "
                        "next b; drop table c; end");
    struct statements *read = sql_read_plpgsql(&arena, body, NULL);

    ck_assert_uint_eq(read->list.n, 2);
    ck_assert_int_eq(read->list.v[0]->tree->kind, NODE_SelectStmt);
    ck_assert(!read->list.v[1]->conditional);
    ck_assert_ptr_null(read->list.v[1]->parent);
    ck_assert_uint_eq(read->dynamic.n, 1);
}
END_TEST

static bool skip_drop(void *context, const struct text *text, size_t offset, const char **message) {
    (void)context;
    *message = "died here";
    return strncmp(text->bytes + offset, "drop", 4) == 0;
}

START_TEST(keeps_what_died) {
    struct sql_progress progress = {.skip = skip_drop};
    struct statements *read = sql_read(
        &arena, text_of(&arena, "do $$ begin drop table a; select 1; end $$"), 0, 1, &progress);

    ck_assert_uint_eq(read->list.n, 3);
    ck_assert_int_eq(read->list.v[1]->failure, PARSE_CRASHED);
    ck_assert_uint_eq(read->dynamic.n, 0);
}
END_TEST

Suite *suite_do(void) {
    Suite *suite = suite_create("do");
    TCase *tcase = tcase_create("blocks");

    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, finds_static_statements);
    tcase_add_test(tcase, passes_over_plpgsqls_own);
    tcase_add_test(tcase, leaves_into_to_sql);
    tcase_add_test(tcase, knows_branches);
    tcase_add_test(tcase, knows_loops);
    tcase_add_test(tcase, knows_handlers);
    tcase_add_test(tcase, reads_constant_execute);
    tcase_add_test(tcase, notes_what_cannot_be_read);
    tcase_add_test(tcase, keeps_places_through_quotes);
    tcase_add_test(tcase, names_its_origin);
    tcase_add_test(tcase, goes_only_so_deep);
    tcase_add_test(tcase, takes_linear_time);
    tcase_add_test(tcase, reads_bodies_of_functions);
    tcase_add_test(tcase, keeps_what_died);
    suite_add_tcase(suite, tcase);
    return suite;
}
