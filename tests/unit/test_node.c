#include "sql/node.h"
#include "sql/parse.h"
#include "sql_help.h"
#include "unit.h"

#include <limits.h>
#include <stdio.h>

static struct arena arena;

static void setup(void) {
    arena_init(&arena);
}

static void teardown(void) {
    arena_release(&arena);
}

static const struct node *tree_of(const char *sql) {
    struct statements *read = read_sql(&arena, sql);

    ck_assert_msg(read->list.n == 1, "%s", sql);
    ck_assert_msg(read->list.v[0]->tree != NULL, "%s: %s", sql, read->list.v[0]->message);
    return read->list.v[0]->tree;
}

#define TREE_OF(type, sql) node_as(type, tree_of(sql))

/* Every kind of node that a grammar can make stands in one of these. */
static const struct {
    int major;
    const char *sql;
} all_kinds[] = {
    {15, "select 1, -1.5, 'a', true, null, b'1', $1, a.*, x[1], y[1:2], (z).b, array[1, 2]"},
    {15, "select f(distinct a order by b) filter (where c) over w from t window w as (partition by "
         "d order by e rows between 1 preceding and current row)"},
    {15, "select f(a => 1, variadic b), coalesce(a, b), greatest(a, b), current_timestamp(3), "
         "row(1, 2), case a when 1 then 2 else 3 end, a is null, b is true, not c and d or e"},
    {15, "select cast(a as int) collate \"C\", exists (select 1), a = any (b), a in (1, 2), a "
         "between 1 and 2"},
    {15, "select grouping(a) from t group by grouping sets ((a), rollup (b), ())"},
    {15, "select * from a join b using (c) as d, lateral (select 1) e, rows from (f(1), g(2)) with "
         "ordinality as h(i, j), t tablesample bernoulli (1) repeatable (2)"},
    {15, "select * from xmltable(xmlnamespaces('a' as b), '/c' passing d columns e int path 'f' "
         "default 'g' not null, h for ordinality) x"},
    {15, "select xmlelement(name a, xmlattributes(b as c), d), xmlserialize(content e as text)"},
    {15,
     "with recursive a (b) as materialized (select 1 union all select 2) search depth first by "
     "b set c cycle b set d to true default false using e select * from a for update of a nowait"},
    {15, "select a into temp b from c order by d using < nulls last limit 1 offset 2"},
    {15,
     "insert into t (a) values (default) on conflict (a) where b do update set (a, c) = (select "
     "1, 2) where d returning a as b"},
    {15, "delete from t using u where current of c"},
    {15, "update t set a = 1 from u where b returning *"},
    {15, "merge into t using s on a = b when matched and c then update set a = 1 when not matched "
         "then insert values (1)"},
    {15, "create schema s authorization r create table t (a int)"},
    {15, "create table if not exists s.t (a int primary key, b text collate \"C\" default 'x' not "
         "null, like u including all, check (a > 0), exclude using gist (a with =)) inherits (v) "
         "partition by range (a, (b || 'x')) with (fillfactor = 70) tablespace x"},
    {15, "create table p partition of t for values from (1) to (maxvalue)"},
    {15, "create table q of ty (a with options not null)"},
    {15, "alter table if exists t add column a int, drop constraint c cascade, alter a set "
         "statistics 5, owner to current_user, replica identity using index i"},
    {15, "alter table t attach partition p default"},
    {15, "alter table t alter constraint c deferrable"},
    {15, "alter domain d add constraint c check (value > 0)"},
    {15, "alter collation c refresh version"},
    {15, "grant select (a), update on t to public, r with grant option granted by current_user"},
    {15, "grant execute on function f(int, variadic text[]) to r"},
    {15, "grant a to b with admin option"},
    {15, "alter default privileges for role r in schema s grant select on tables to public"},
    {15, "copy t (a) from stdin with (format csv) where a > 0"},
    {15, "set local a.b = 'c', 1"},
    {15, "show all"},
    {15, "create tablespace a owner b location '/c' with (d = 1)"},
    {15, "drop tablespace a"},
    {15, "alter tablespace a set (b = 1)"},
    {15, "alter table all in tablespace a owned by b set tablespace c nowait"},
    {15, "create extension if not exists a schema b"},
    {15, "alter extension a update to '2'"},
    {15, "alter extension a add table b"},
    {15, "create foreign data wrapper a handler b options (c 'd')"},
    {15, "alter foreign data wrapper a no handler options (set c 'd')"},
    {15, "create server a type 'b' version 'c' foreign data wrapper d"},
    {15, "alter server a version 'b'"},
    {15, "create foreign table a (b int options (c 'd')) server e"},
    {15, "create user mapping for a server b"},
    {15, "alter user mapping for a server b options (add c 'd')"},
    {15, "drop user mapping if exists for a server b"},
    {15, "import foreign schema a limit to (b) from server c into d"},
    {15, "create policy a on b for select to c using (d) with check (e)"},
    {15, "alter policy a on b using (c)"},
    {15, "create access method a type index handler b"},
    {15, "create constraint trigger a after insert on b from c deferrable for each row when (d) "
         "execute function e('f')"},
    {15, "create trigger a after update of b on c referencing new table as d execute function e()"},
    {15, "create event trigger a on ddl_command_start when tag in ('b') execute function c()"},
    {15, "alter event trigger a disable"},
    {15, "create trusted language a handler b"},
    {15, "create role a login valid until 'b'"},
    {15, "alter role a superuser"},
    {15, "alter role a in database b set c to d"},
    {15, "drop role if exists a"},
    {15, "create sequence a increment by -2 owned by b.c"},
    {15, "alter sequence a restart with 5"},
    {15, "create aggregate a (int) (sfunc = b, stype = c)"},
    {15, "create domain a as int collate \"C\" check (value > 0)"},
    {15,
     "create operator class a default for type b using btree as operator 1 < (c, d), storage e"},
    {15, "create operator family a using btree"},
    {15, "alter operator family a using btree add function 1 b(c)"},
    {15, "drop table a, b.c cascade"},
    {15, "truncate a, only b restart identity"},
    {15, "comment on column a.b is 'c'"},
    {15, "security label for a on table b is 'c'"},
    {15, "declare a scroll cursor with hold for select 1"},
    {15, "close a"},
    {15, "fetch backward 3 from a"},
    {15, "create unique index concurrently a on b using gin (c desc nulls last, (d + 1) e (f = 1)) "
         "include (g) nulls not distinct with (h = 1) where i"},
    {15, "create statistics a (mcv) on b, (c + 1) from d"},
    {15, "alter statistics a set statistics 5"},
    {15, "create or replace function a(inout b int default 1) returns setof c language sql begin "
         "atomic select 1; end"},
    {15, "create function a() returns int return 1"},
    {15, "alter function a(int) immutable"},
    {15, "do 'begin end'"},
    {15, "call a(1)"},
    {15, "alter table a rename column b to c"},
    {15, "alter function a() depends on extension b"},
    {15, "alter table a set schema b"},
    {15, "alter table a owner to b"},
    {15, "alter type a owner to b"},
    {15, "alter operator + (a, b) set (restrict = c)"},
    {15, "alter type a set (send = b)"},
    {15, "create rule a as on insert to b where c do also (delete from d; notify e, 'f')"},
    {15, "listen a"},
    {15, "unlisten *"},
    {15, "start transaction isolation level serializable"},
    {15, "create type a as (b int)"},
    {15, "create type a as enum ('b')"},
    {15, "create type a as range (subtype = b)"},
    {15, "alter type a add value if not exists 'b' before 'c'"},
    {15,
     "create or replace view a (b) with (security_barrier) as select 1 with local check option"},
    {15, "load 'a'"},
    {15, "create database a owner b"},
    {15, "alter database a connection limit 5"},
    {15, "alter database a refresh collation version"},
    {15, "alter database a set b to c"},
    {15, "drop database if exists a with (force)"},
    {15, "alter system set a = b"},
    {15, "cluster verbose a using b"},
    {15, "vacuum (full) a (b)"},
    {15, "explain (analyze) select 1"},
    {15, "create materialized view a as select 1 with no data"},
    {15, "refresh materialized view concurrently a"},
    {15, "checkpoint"},
    {15, "discard all"},
    {15, "lock a in share mode nowait"},
    {15, "set constraints a immediate"},
    {15, "reindex (verbose) table concurrently a"},
    {15, "create default conversion a for 'b' to 'c' from d"},
    {15, "create cast (a as b) with function c(a) as implicit"},
    {15,
     "create transform for a language b (from sql with function c(d), to sql with function e(f))"},
    {15, "prepare a (int) as select $1"},
    {15, "execute a (1)"},
    {15, "deallocate a"},
    {15, "drop owned by a cascade"},
    {15, "reassign owned by a to b"},
    {15, "alter text search dictionary a (b = c)"},
    {15, "alter text search configuration a add mapping for b with c"},
    {15, "create publication a for table b (c) where (d > 1), tables in schema e"},
    {15, "alter publication a drop table b"},
    {15, "create subscription a connection 'b' publication c"},
    {15, "alter subscription a disable"},
    {15, "drop subscription if exists a"},
    {16, "select json_object('a': 1 format json absent on null with unique returning jsonb), "
         "json_array(1, 2), json_array(select 1), a is json object"},
    {16, "select json_objectagg('a': 1), json_arrayagg(b order by c) filter (where d)"},
    {17, "select json('a'), json_scalar(1), json_serialize('b'), json_value(a, '$' passing 1 as b "
         "default 2 on empty error on error)"},
    {17,
     "select * from json_table(a, '$' as b columns (c for ordinality, nested path '$.d' columns "
     "(e int path '$'))) f"},
    {18, "update t set a = 1 returning with (old as o) o.a"},
};

/* Kinds that only parse analysis makes; model/ knows them for trees that it makes itself. */
static bool is_never_raw(enum node_kind kind) {
    return kind == NODE_UNKNOWN || kind == NODE_PartitionRangeDatum;
}

static bool mark(const struct node *node, void *context) {
    bool *seen = context;

    seen[node->kind] = true;
    return true;
}

START_TEST(reads_every_kind) {
    bool seen[NODE_KINDS] = {false};

    if (sql_grammar_major() < 18) {
        unit_skip("the nodes of PostgreSQL 16 to 18 need their grammar");
        return;
    }
    for (size_t i = 0; i < sizeof(all_kinds) / sizeof(*all_kinds); i++)
        node_walk(&arena, tree_of(all_kinds[i].sql), mark, seen);
    for (enum node_kind kind = 0; kind < NODE_KINDS; kind++)
        ck_assert_msg(seen[kind] != is_never_raw(kind), "%s", node_kind_name(kind));
}
END_TEST

/* Nothing that the grammar prints is missing in node.def and enum.def. */
START_TEST(knows_every_field) {
    struct sql_parser parser;

    sql_parser_init(&parser, &arena, NULL);
    for (size_t i = 0; i < sizeof(all_kinds) / sizeof(*all_kinds); i++) {
        struct statement statement;
        if (all_kinds[i].major > sql_grammar_major())
            continue;
        statement = *read_sql(&arena, all_kinds[i].sql)->list.v[0];
        parse_statement(&parser, &statement);
        ck_assert_msg(!parser.reader.unknown, "%s: %s", all_kinds[i].sql,
                      parser.reader.unknown_name);
    }
    sql_parser_release(&parser);
}
END_TEST

START_TEST(reads_constants) {
    const struct List *list = node_as(
        List, sql_parse_expression(&arena, "1, 0, -5, '', 1.5, true, false, null, x'1f'", 43));
    const struct A_Const *v[9];

    ck_assert_uint_eq(list->items.n, 9);
    for (size_t i = 0; i < 9; i++)
        v[i] = node_as(A_Const, list->items.v[i]);
    ck_assert_int_eq(v[0]->ival->ival, 1);
    ck_assert_int_eq(v[1]->ival->ival, 0);
    ck_assert_int_eq(v[2]->ival->ival, -5);
    ck_assert_str_eq(v[3]->sval->sval, "");
    ck_assert_str_eq(v[4]->fval->fval, "1.5");
    ck_assert(v[5]->boolval->boolval);
    ck_assert(!v[6]->boolval->boolval);
    ck_assert(v[7]->isnull && !v[7]->sval);
    ck_assert_str_eq(v[8]->bsval->bsval, "x1f");
}
END_TEST

/* The library escapes some bytes in its JSON, and passes others through as they are. */
START_TEST(reads_any_string) {
    static const char *const strings[] = {
        "",
        "a\"b\\c/d",
        "\x01\b\f\n\r\t\x1f\x7f",
        "<script>&",
        "\xc3\xa9\xff\xfe\xf0\x9f\x98\x80",
        "0123456789012345678901234567890123456789012345678901234567890123456789\n",
        "012345678901234567890123456789012345678901234567890123456789012",
        "0123456789012345678901234567890123456789012345678901234567890123",
    };

    for (size_t i = 0; i < sizeof(strings) / sizeof(*strings); i++) {
        const struct SelectStmt *select =
            TREE_OF(SelectStmt, arena_printf(&arena, "select '%s', 1", strings[i]));
        const struct ResTarget *first = node_as(ResTarget, select->targetList.v[0]);
        ck_assert_str_eq(node_as(A_Const, first->val)->sval->sval, strings[i]);
        ck_assert_uint_eq(select->targetList.n, 2);
    }
}
END_TEST

START_TEST(reads_lists) {
    const struct SelectStmt *select = TREE_OF(SelectStmt, "select distinct a from b, c");
    const struct DropStmt *drop = TREE_OF(DropStmt, "drop table a.b, c");

    /* DISTINCT is a list with nothing in it */
    ck_assert_uint_eq(select->distinctClause.n, 1);
    ck_assert_ptr_null(select->distinctClause.v[0]);
    ck_assert_uint_eq(select->fromClause.n, 2);
    ck_assert_uint_eq(select->sortClause.n, 0);
    ck_assert_uint_eq(drop->objects.n, 2);
    ck_assert_str_eq(node_list_last_string(node_as(List, drop->objects.v[0])->items), "b");
    ck_assert_ptr_null(node_list_last_string(select->sortClause));
    ck_assert_ptr_null(node_string(&select->tree_node));
}
END_TEST

START_TEST(brings_options_to_the_newest_form) {
    const struct PartitionSpec *spec =
        TREE_OF(CreateStmt, "create table t (a int) partition by Hash (a)")->partspec;
    const struct InsertStmt *insert =
        TREE_OF(InsertStmt, "insert into t values (1) returning a, b");
    const struct GrantRoleStmt *grant = TREE_OF(GrantRoleStmt, "grant a to b with admin option");
    const struct GrantRoleStmt *revoke = TREE_OF(GrantRoleStmt, "revoke admin option for a from b");
    const struct DefElem *option;

    ck_assert_int_eq(spec->strategy, PARTITION_STRATEGY_HASH);
    ck_assert_uint_eq(insert->returningClause->exprs.n, 2);
    ck_assert_ptr_null(TREE_OF(InsertStmt, "insert into t values (1)")->returningClause);
    ck_assert_uint_eq(TREE_OF(DeleteStmt, "delete from t returning *")->returningClause->exprs.n,
                      1);
    ck_assert_uint_eq(
        TREE_OF(UpdateStmt, "update t set a = 1 returning *")->returningClause->exprs.n, 1);
    ck_assert_uint_eq(grant->opt.n, 1);
    option = node_as(DefElem, grant->opt.v[0]);
    ck_assert_str_eq(option->defname, "admin");
    ck_assert(node_as(Boolean, option->arg)->boolval);
    option = node_as(DefElem, revoke->opt.v[0]);
    ck_assert(!node_as(Boolean, option->arg)->boolval);
    ck_assert_uint_eq(TREE_OF(GrantRoleStmt, "grant a to b")->opt.n, 0);
    ck_assert_ptr_null(TREE_OF(CommentStmt, "comment on table t is ''")->comment);
}
END_TEST

static const struct Constraint *constraint_of(const char *definition) {
    const struct CreateStmt *create =
        TREE_OF(CreateStmt, arena_printf(&arena, "create table t (a int %s)", definition));
    const struct ColumnDef *column = node_as(ColumnDef, create->tableElts.v[0]);

    return node_as(Constraint,
                   create->tableElts.n > 1 ? create->tableElts.v[1] : column->constraints.v[0]);
}

START_TEST(brings_constraints_to_the_newest_form) {
    static const char *const enforced[] = {"not null", "check (a > 0)", "references u",
                                           ", check (a > 0)", ", foreign key (a) references u"};
    const struct AlterTableStmt *alter = TREE_OF(
        AlterTableStmt, "alter table t alter constraint c deferrable initially deferred, add "
                        "constraint d check (a) not valid");
    const struct AlterTableCmd *first = node_as(AlterTableCmd, alter->cmds.v[0]);
    const struct AlterTableCmd *second = node_as(AlterTableCmd, alter->cmds.v[1]);
    const struct ATAlterConstraint *changed = node_as(ATAlterConstraint, first->def);

    for (size_t i = 0; i < sizeof(enforced) / sizeof(*enforced); i++) {
        ck_assert(constraint_of(enforced[i])->is_enforced);
        ck_assert(constraint_of(enforced[i])->initially_valid);
    }
    ck_assert_int_eq(constraint_of("generated always as (1) stored")->generated_kind, 's');
    ck_assert_int_eq(constraint_of("generated always as identity")->generated_kind, '\0');
    ck_assert(!node_as(Constraint, second->def)->initially_valid);
    ck_assert(node_as(Constraint, second->def)->is_enforced);
    ck_assert_str_eq(changed->conname, "c");
    ck_assert(changed->alterDeferrability && changed->deferrable && changed->initdeferred);
}
END_TEST

START_TEST(brings_merge_to_the_newest_form) {
    const struct MergeStmt *merge = TREE_OF(
        MergeStmt, "merge into t using s on a = b when matched then delete when not matched "
                   "then do nothing");

    ck_assert_int_eq(node_as(MergeWhenClause, merge->mergeWhenClauses.v[0])->matchKind,
                     MERGE_WHEN_MATCHED);
    ck_assert_int_eq(node_as(MergeWhenClause, merge->mergeWhenClauses.v[1])->matchKind,
                     MERGE_WHEN_NOT_MATCHED_BY_TARGET);
}
END_TEST

/* 15 prints no number below 0. */
START_TEST(reads_negative_numbers) {
    const struct CreateSeqStmt *sequence =
        TREE_OF(CreateSeqStmt, "create sequence s increment by -3 minvalue -10 start with 0");
    const struct DefElem *increment = node_as(DefElem, sequence->options.v[0]);
    const struct DefElem *minimum = node_as(DefElem, sequence->options.v[1]);
    const struct DefElem *start = node_as(DefElem, sequence->options.v[2]);
    const struct AlterStatsStmt *stats =
        TREE_OF(AlterStatsStmt, "/* x */ alter statistics s set statistics 7");

    ck_assert_int_eq(node_as(Integer, increment->arg)->ival, -3);
    ck_assert_int_eq(node_as(Integer, minimum->arg)->ival, -10);
    ck_assert_int_eq(node_as(Integer, start->arg)->ival, 0);
    ck_assert_int_eq(node_as(Integer, stats->stxstattarget)->ival, 7);
    ck_assert_int_eq(TREE_OF(FetchStmt, "fetch -3 from c")->howMany, -3);
    ck_assert_int_eq(TREE_OF(FetchStmt, "fetch all from c")->howMany, INT_MAX);
}
END_TEST

START_TEST(counts_locations_in_the_text) {
    struct statements *read =
        read_sql(&arena, "select 1;\n/* \xc3\xa9 */ alter table tt add a int");
    const struct statement *second = read->list.v[1];
    const struct AlterTableStmt *alter = node_as(AlterTableStmt, second->tree);
    const struct AlterTableCmd *cmd = node_as(AlterTableCmd, alter->cmds.v[0]);
    const struct ColumnDef *column = node_as(ColumnDef, cmd->def);

    ck_assert_uint_eq(statement_offset(second, alter->relation->location), 31);
    ck_assert_uint_eq(statement_offset(second, column->location), 38);
    ck_assert_uint_eq(statement_offset(second, 0), second->span.start);
    ck_assert_uint_eq(statement_offset(second, -1), second->span.start);
    ck_assert_int_eq(column->typeName->typemod, -1);
}
END_TEST

/* What a grammar of the future may print. */
static const char future[] = "{\"version\":190001,\"stmts\":[{\"stmt\":{\"FutureStmt\":{\"n\":-1,"
                             "\"text\":\"{\\\"String\\\":{"
                             "\",\"relation\":{\"relname\":\"lost\"},\"list\":[{\"String\":{"
                             "\"sval\":\"a\"}},{\"FutureNode\":"
                             "{\"deep\":[{\"String\":{\"sval\":\"b\"}},{}]}},[{\"TypeName\":{"
                             "\"names\":[{\"String\":{\"sval\""
                             ":\"c\"}}]}}]]}},\"stmt_len\":5,\"what\":[{}]}]}";

START_TEST(carries_unknown_nodes) {
    struct node_reader reader;
    const struct unknown_node *node;
    bool more = true;

    node_reader_init(&reader, &arena);
    node = (const struct unknown_node *)node_read(&reader, future, "", 0, &more);
    node_reader_release(&reader);
    ck_assert(!more);
    ck_assert_int_eq(node->tree_node.kind, NODE_UNKNOWN);
    ck_assert_str_eq(node->name, "FutureStmt");
    ck_assert_uint_eq(node->children.n, 3);
    ck_assert_str_eq(node_string(node->children.v[0]), "a");
    ck_assert_str_eq(node_string(node->children.v[1]), "b");
    ck_assert_str_eq(node_list_last_string(node_as(TypeName, node->children.v[2])->names), "c");
    ck_assert_uint_eq(reader.unknown, 1);
}
END_TEST

START_TEST(passes_over_unknown_fields_and_values) {
    static const char json[] = "{\"version\":190001,\"stmts\":[{\"stmt\":{\"DropStmt\":{\"new\":{"
                               "\"a\":[1,{\"b\":\"]}\"}]},"
                               "\"missing_ok\":true,\"removeType\":\"OBJECT_NEW\",\"behavior\":"
                               "\"DROP_CASCADE\"}}},{\"stmt\""
                               ":{}}]}";
    struct node_reader reader;
    const struct DropStmt *drop;
    bool more = false;

    node_reader_init(&reader, &arena);
    drop = node_as(DropStmt, node_read(&reader, json, "", 0, &more));
    node_reader_release(&reader);
    ck_assert(drop->missing_ok && drop->behavior == DROP_CASCADE);
    ck_assert_int_eq(drop->removeType, ObjectType_unknown);
    ck_assert_uint_eq(reader.unknown, 2);
    ck_assert(more);
}
END_TEST

static bool add_name(const struct node *node, void *context) {
    struct buf *out = context;

    buf_printf(out, "%s ", node_kind_name(node->kind));
    return node->kind != NODE_TypeName;
}

START_TEST(walks_in_order) {
    struct buf out = BUF_INIT;

    node_walk(&arena, tree_of("alter table t add a int, drop b"), add_name, &out);
    ck_assert_str_eq(buf_str(&out), "AlterTableStmt RangeVar AlterTableCmd ColumnDef TypeName "
                                    "AlterTableCmd ");
    node_walk(&arena, NULL, add_name, &out);
    buf_release(&out);
}
END_TEST

static bool count(const struct node *node, void *context) {
    (void)node;
    ++*(size_t *)context;
    return true;
}

START_TEST(walks_deep_trees_without_recursion) {
    enum { DEPTH = 1000000 };
    struct NullTest *tests = arena_array(&arena, struct NullTest, DEPTH);
    size_t n = 0;

    for (size_t i = 0; i < DEPTH; i++) {
        tests[i].tree_node.kind = NODE_NullTest;
        tests[i].arg = i + 1 < DEPTH ? &tests[i + 1].tree_node : NULL;
    }
    node_walk(&arena, &tests[0].tree_node, count, &n);
    ck_assert_uint_eq(n, DEPTH);
}
END_TEST

START_TEST(reads_deep_trees_without_recursion) {
    enum { DEPTH = 200000 };
    const char *open = repeat(&arena, "{\"NullTest\":{\"arg\":", DEPTH);
    const char *close = repeat(&arena, "}}", DEPTH);
    const char *json =
        arena_printf(&arena, "{\"version\":180000,\"stmts\":[{\"stmt\":%s{}%s}]}", open, close);
    struct node_reader reader;
    size_t n = 0;
    bool more;

    node_reader_init(&reader, &arena);
    node_walk(&arena, node_read(&reader, json, "", 0, &more), count, &n);
    node_reader_release(&reader);
    ck_assert_uint_eq(n, DEPTH);
}
END_TEST

START_TEST(checks_kinds) {
    const struct node *node = tree_of("select 1");

    ck_assert_ptr_eq(node_as(SelectStmt, node), node);
    ck_assert_ptr_null(node_if(DropStmt, node));
    ck_assert_ptr_null(node_if(DropStmt, NULL));
    ck_assert_str_eq(node_kind_name(NODE_IndexStmt), "IndexStmt");
    ck_assert_str_eq(node_kind_name(NODE_UNKNOWN), "unknown");
    ck_assert_str_eq(node_kind_name(NODE_KINDS), "unknown");
}
END_TEST

START_TEST(stops_at_the_wrong_kind) {
    const struct node *node = tree_of("select 1");

    ck_assert_ptr_nonnull(freopen("/dev/null", "w", stderr));
    (void)node_as(DropStmt, node);
}
END_TEST

START_TEST(finds_kinds_and_values_by_name) {
    for (enum node_kind kind = 1; kind < NODE_KINDS; kind++) {
        const char *name = node_kind_name(kind);
        ck_assert_int_eq(node_kind_find(name, strlen(name)), kind);
        ck_assert_int_eq(node_kind_find(name, strlen(name) - 1) == kind, 0);
    }
    ck_assert_int_eq(node_kind_find("", 0), NODE_UNKNOWN);
    ck_assert_int_eq(node_kind_find("indexstmt", 9), NODE_UNKNOWN);
    ck_assert_uint_eq(enum_value_find(ENUM_DropBehavior, "DROP_CASCADE", 12), DROP_CASCADE);
    ck_assert_uint_eq(enum_value_find(ENUM_DropBehavior, "DROP_CASCADES", 13), 0);
}
END_TEST

Suite *suite_node(void) {
    Suite *suite = suite_create("node");
    TCase *tcase = tcase_create("tree");

    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, reads_every_kind);
    tcase_add_test(tcase, knows_every_field);
    tcase_add_test(tcase, reads_constants);
    tcase_add_test(tcase, reads_any_string);
    tcase_add_test(tcase, reads_lists);
    tcase_add_test(tcase, brings_options_to_the_newest_form);
    tcase_add_test(tcase, brings_constraints_to_the_newest_form);
    tcase_add_test(tcase, brings_merge_to_the_newest_form);
    tcase_add_test(tcase, reads_negative_numbers);
    tcase_add_test(tcase, counts_locations_in_the_text);
    tcase_add_test(tcase, carries_unknown_nodes);
    tcase_add_test(tcase, passes_over_unknown_fields_and_values);
    tcase_add_test(tcase, walks_in_order);
    tcase_add_test(tcase, walks_deep_trees_without_recursion);
    tcase_add_test(tcase, reads_deep_trees_without_recursion);
    tcase_add_test(tcase, checks_kinds);
    tcase_add_exit_test(tcase, stops_at_the_wrong_kind, 2);
    tcase_add_test(tcase, finds_kinds_and_values_by_name);
    suite_add_tcase(suite, tcase);
    return suite;
}
