#include "base/buf.h"
#include "sql/lex.h"
#include "sql_help.h"
#include "unit.h"

#include <stdlib.h>

static struct arena arena;

static void setup(void) {
    arena_init(&arena);
}

static void teardown(void) {
    arena_release(&arena);
}

static const struct tokens *lexed(const char *sql, size_t n, unsigned flags) {
    struct tokens *tokens = arena_new(&arena, struct tokens);

    lex(&arena, sql, (struct span){0, n}, flags, tokens);
    return tokens;
}

/* Every token but spaces as its letter and, in [ ], its bytes. */
static const char *shown(const char *sql, unsigned flags) {
    static const char letters[] = " lbwqsdnpo,vmcx";
    const struct tokens *tokens = lexed(sql, strlen(sql), flags);
    struct buf out = BUF_INIT;
    const char *result;

    for (size_t i = 0; i < tokens->list.n; i++) {
        const struct token *token = &tokens->list.v[i];
        if (token->kind == TOKEN_SPACE)
            continue;
        buf_printf(&out, "%c[%.*s]", letters[token->kind], (int)(token->end - token->start),
                   sql + token->start);
    }
    result = arena_strdup(&arena, buf_str(&out));
    buf_release(&out);
    return result;
}

struct lex_case {
    const char *sql, *expected;
};

static void check_cases(const struct lex_case *cases, size_t n, unsigned flags) {
    for (size_t i = 0; i < n; i++)
        ck_assert_str_eq(shown(cases[i].sql, flags), cases[i].expected);
}

#define CHECK_CASES(cases, flags) check_cases(cases, sizeof(cases) / sizeof(*(cases)), flags)

START_TEST(cuts_words) {
    static const struct lex_case cases[] = {
        {"select Abc_1$x", "w[select]w[Abc_1$x]"},
        {"caf\xc3\xa9 \xff\xfe", "w[caf\xc3\xa9]w[\xff\xfe]"},
        {"\"a\"\"b\" \"\"", "q[\"a\"\"b\"]q[\"\"]"},
        {"u&\"d\\0061t\" U &\"x\"", "q[u&\"d\\0061t\"]w[U]o[&]q[\"x\"]"},
        {"e b x n u u& 'a'", "w[e]w[b]w[x]w[n]w[u]w[u]o[&]s['a']"},
        {"\"a;\n--b\"c", "q[\"a;\n--b\"]w[c]"},
    };
    CHECK_CASES(cases, 0);
}
END_TEST

START_TEST(cuts_strings) {
    static const struct lex_case cases[] = {
        {"'it''s' ''", "s['it''s']s['']"},
        {"'a\\' b", "s['a\\']w[b]"},
        {"E'a\\'b' e'\\\\'", "s[E'a\\'b']s[e'\\\\']"},
        {"xe'a'", "w[xe]s['a']"},
        {"B'1' X'f' N'n' U&'\\0061'", "s[B'1']s[X'f']s[N'n']s[U&'\\0061']"},
        /* two quotes are none in b'' and x'' (scan.l, <xb> and <xh>) */
        {"b'1''0' x'a''b'", "s[b'1']s['0']s[x'a']s['b']"},
        /* a newline joins the parts, and what the first began with holds for all */
        {"'a'\n'b'", "s['a'\n'b']"},
        {"'a' -- c's\n\n -- d\n 'b'", "s['a' -- c's\n\n -- d\n 'b']"},
        {"'a' 'b'", "s['a']s['b']"},
        {"'a'/*\n*/'b'", "s['a']b[/*\n*/]s['b']"},
        {"e'a'\n'\\'b' c", "s[e'a'\n'\\'b']w[c]"},
    };
    CHECK_CASES(cases, 0);
}
END_TEST

START_TEST(cuts_dollar_strings) {
    static const struct lex_case cases[] = {
        {"$$a;'$b$ $$;", "d[$$a;'$b$ $$],[;]"},
        {"$a$ $b$ $$ $a$x", "d[$a$ $b$ $$ $a$]w[x]"},
        {"$a$$a$", "d[$a$$a$]"},
        {"$x$a$x$", "d[$x$a$x$]"},
        {"$\xc3\xa9$a$\xc3\xa9$", "d[$\xc3\xa9$a$\xc3\xa9$]"},
        {"$1 $12$a", "p[$1]p[$12]x[$]w[a]"},
        {"a$$b$$", "w[a$$b$$]"},
        {"$ $", "x[$]x[$]"},
    };
    CHECK_CASES(cases, 0);
}
END_TEST

START_TEST(cuts_comments) {
    static const struct lex_case cases[] = {
        {"a--b;'\nc", "w[a]l[--b;']w[c]"},
        {"a--b\rc", "w[a]l[--b]w[c]"},
        {"/* a /* b */ c */d", "b[/* a /* b */ c */]w[d]"},
        {"/*/*/**/*/*/a", "b[/*/*/**/*/*/]w[a]"},
        {"/**/ /***/", "b[/**/]b[/***/]"},
        {"/* -- */a", "b[/* -- */]w[a]"},
        {"-- /* \na", "l[-- /* ]w[a]"},
        {"*/", "o[*/]"},
    };
    CHECK_CASES(cases, 0);
}
END_TEST

START_TEST(cuts_numbers) {
    static const struct lex_case cases[] = {
        {"1 1.5 .5 1. 1e5 1.5E-3 1e+2", "n[1]n[1.5]n[.5]n[1.]n[1e5]n[1.5E-3]n[1e+2]"},
        {"1..10", "n[1]o[..]n[10]"},
        {"0x1F 0o17 0B101 0xg", "n[0x1F]n[0o17]n[0B101]n[0]w[xg]"},
        {"1_000 1__0 1_ 0x_1f", "n[1_000]n[1]w[__0]n[1]w[_]n[0x_1f]"},
        {"1e a", "n[1]w[e]w[a]"},
        {"1a", "n[1]w[a]"},
    };
    CHECK_CASES(cases, 0);
}
END_TEST

/* scan.l, rule {operator} */
START_TEST(cuts_operators) {
    static const struct lex_case cases[] = {
        {"a+-b", "w[a]o[+]o[-]w[b]"},
        {"a=-1", "w[a]o[=]o[-]n[1]"},
        {"a<=-1", "w[a]o[<=]o[-]n[1]"},
        {"a@-1 @+ -@-", "w[a]o[@-]n[1]o[@+]o[-@-]"},
        {"*<>-+-", "o[*<>]o[-]o[+]o[-]"},
        {"+-@+-", "o[+-@+-]"},
        {"+--x\n-", "o[+]l[--x]o[-]"},
        {"*/*x*/+", "o[*]b[/*x*/]o[+]"},
        {"@/*x*/-", "o[@]b[/*x*/]o[-]"},
        {"a::b:=c=>d..e", "w[a]o[::]w[b]o[:=]w[c]o[=>]w[d]o[..]w[e]"},
        {"a->>'b' #> c ?| d", "w[a]o[->>]s['b']o[#>]w[c]o[?|]w[d]"},
        {"(a[1:2],b);.x", ",[(]w[a],[[]n[1],[:]n[2],[]],[,]w[b],[)],[;],[.]w[x]"},
        {"`a`", "o[`]w[a]o[`]"},
    };
    CHECK_CASES(cases, 0);
}
END_TEST

START_TEST(keeps_what_does_not_end) {
    static const struct lex_case cases[] = {
        {"a 'b;\n", "w[a]x['b;\n]"},
        {"'a'\n'b", "x['a'\n'b]"},
        {"E'a\\'", "x[E'a\\']"},
        {"E'\\", "x[E'\\]"},
        {"\"a", "x[\"a]"},
        {"U&\"a", "x[U&\"a]"},
        {"a /* b */ /* /* */", "w[a]b[/* b */]x[/* /* */]"},
        {"$a$ b $a $A$", "x[$a$ b $a $A$]"},
        {"'", "x[']"},
        {"{a\\", "x[{]w[a]x[\\]"},
        {"\x01\x7f", "x[\x01]x[\x7f]"},
    };
    CHECK_CASES(cases, 0);
}
END_TEST

START_TEST(tells_stray_bytes_from_open_ends) {
    static const struct {
        const char *sql;
        bool open;
    } cases[] = {{"'", true},   {"\"", true}, {"/*", true}, {"$$", true},
                 {"$a$", true}, {"$", false}, {"{", false}, {"a", false}};

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        const struct tokens *tokens = lexed(cases[i].sql, strlen(cases[i].sql), 0);
        ck_assert_uint_eq(tokens->list.n, 1);
        ck_assert_int_eq(token_is_unterminated(cases[i].sql, &tokens->list.v[0]), cases[i].open);
    }
}
END_TEST

START_TEST(knows_psql_variables) {
    static const struct lex_case cases[] = {
        {":a :'b' :\"c\" :{?d} :1", "v[:a]v[:'b']v[:\"c\"]v[:{?d}]v[:1]"},
        {"a::b :=c", "w[a]o[::]w[b]o[:=]w[c]"},
        {":' x' :$a :", ",[:]s[' x'],[:]x[$]w[a],[:]"},
        {"':a' \":a\" $$:a$$ --:a", "s[':a']q[\":a\"]d[$$:a$$]l[--:a]"},
    };
    CHECK_CASES(cases, LEX_PSQL);
    ck_assert_str_eq(shown(":a", 0), ",[:]w[a]");
}
END_TEST

START_TEST(knows_placeholders) {
    static const struct lex_case cases[] = {
        {"a_${x}_b ${y:-z} ${", "w[a_]v[${x}]w[_b]v[${y:-z}]x[$]x[{]"},
        {"{{ a }}.b {% if %} {# c #} {{ d", "v[{{ a }}],[.]w[b]v[{% if %}]v[{# c #}]x[{]x[{]w[d]"},
        {"a=%(b)s 5 %(2) %(c)sd", "w[a]o[=]v[%(b)s]n[5]o[%],[(]n[2],[)]o[%],[(]w[c],[)]w[sd]"},
        {"'${x}' \"{{ x }}\" $$${x}$$ --${x}", "s['${x}']q[\"{{ x }}\"]d[$$${x}$$]l[--${x}]"},
        {":a b::c :{?d}", "v[:a]w[b]o[::]w[c]v[:{?d}]"},
    };
    CHECK_CASES(cases, LEX_PLACEHOLDERS);
    ck_assert_str_eq(shown("${a}", 0), "x[$]x[{]w[a]x[}]");
}
END_TEST

START_TEST(knows_meta_commands) {
    static const struct lex_case cases[] = {
        {"\\c db\nselect", "m[\\c db]w[select]"},
        {"\\echo 'a\\b' x\nselect", "m[\\echo 'a\\b' x]w[select]"},
        {"\\a \\x \\\\ select", "m[\\a ]m[\\x \\\\]w[select]"},
        {"select 1 \\g a\n;", "w[select]n[1]m[\\g a],[;]"},
        {"select 1\\; select 2", "w[select]n[1]m[\\],[;]w[select]n[2]"},
        {"\\! ls \\x\na", "m[\\! ls \\x]w[a]"},
        {"'\\c' $$\\c$$", "s['\\c']d[$$\\c$$]"},
        {"\\restrict a\\b\nx", "m[\\restrict a\\b]w[x]"},
    };
    CHECK_CASES(cases, LEX_PSQL);
    ck_assert_str_eq(shown("\\c db", 0), "x[\\]w[c]w[db]");
}
END_TEST

START_TEST(knows_copy_data) {
    static const struct lex_case cases[] = {
        {"copy t from stdin;\n1\t'x\n\\.\nselect",
         "w[copy]w[t]w[from]w[stdin],[;]c[1\t'x\n\\.]w[select]"},
        {"COPY t (a, b) FROM STDIN WITH (FORMAT csv);\n\\.\na",
         "w[COPY]w[t],[(]w[a],[,]w[b],[)]w[FROM]w[STDIN]w[WITH],[(]w[FORMAT]w[csv],[)],[;]"
         "c[\\.]w[a]"},
        {"copy t from stdin;\r\nx\r\n\\.\r\na", "w[copy]w[t]w[from]w[stdin],[;]c[x\r\n\\.]w[a]"},
        {"copy t from stdin; -- x\n;'\n\\.", "w[copy]w[t]w[from]w[stdin],[;]l[-- x]c[;'\n\\.]"},
        {"copy t from stdin;\na\\.\n\\.x\n", "w[copy]w[t]w[from]w[stdin],[;]c[a\\.\n\\.x\n]"},
        {"copy t from stdin;", "w[copy]w[t]w[from]w[stdin],[;]"},
        {"copy t to stdout;\nselect", "w[copy]w[t]w[to]w[stdout],[;]w[select]"},
        {"copy (select 1 from stdin) to 'x';\na",
         "w[copy],[(]w[select]n[1]w[from]w[stdin],[)]w[to]s['x'],[;]w[a]"},
        {"select copy from stdin;\na", "w[select]w[copy]w[from]w[stdin],[;]w[a]"},
        {"\\copy t from stdin\n1\n\\.\na", "m[\\copy t from stdin]c[1\n\\.]w[a]"},
        {"\\copy t from 'f'\na", "m[\\copy t from 'f']w[a]"},
    };
    CHECK_CASES(cases, LEX_PSQL);
    ck_assert_str_eq(shown("copy t from stdin;\n1", 0), "w[copy]w[t]w[from]w[stdin],[;]n[1]");
}
END_TEST

START_TEST(decodes_names) {
    static const struct lex_case cases[] = {
        {"AbC", "abc"},
        {"\"AbC\"\"d\"", "AbC\"d"},
        {"U&\"d\\0061t\\+000061\\\\\"", "data\\"},
        {"\xc3\x84", "\xc3\x84"}, /* only ASCII is folded */
        {"a123456789a123456789a123456789a123456789a123456789a123456789a12\xc3\xa9z",
         "a123456789a123456789a123456789a123456789a123456789a123456789a12"},
        {"a123456789a123456789a123456789a123456789a123456789a123456789a1\xc3\xa9z",
         "a123456789a123456789a123456789a123456789a123456789a123456789a1"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        const struct tokens *tokens = lexed(cases[i].sql, strlen(cases[i].sql), 0);
        ck_assert_uint_eq(tokens->list.n, 1);
        ck_assert_str_eq(token_identifier(&arena, cases[i].sql, &tokens->list.v[0]),
                         cases[i].expected);
    }
}
END_TEST

START_TEST(decodes_strings) {
    static const struct lex_case cases[] = {
        {"'it''s\\n'", "it's\\n"},
        {"''", ""},
        {"E'\\b\\f\\n\\r\\t\\v\\\\\\'\\q'", "\b\f\n\r\t\v\\'q"},
        {"e'\\x41\\x4g\\101\\0601'", "A\x04gA01"},
        {"E'\\u00e9\\U0001F600\\ud83d\\ude00'", "\xc3\xa9\xf0\x9f\x98\x80\xf0\x9f\x98\x80"},
        {"U&'\\00e9\\\\\\+01F600'", "\xc3\xa9\\\xf0\x9f\x98\x80"},
        {"'a'\n -- it's\n'b'''", "ab'"},
        {"E'a'\n'\\n'", "a\n"},
        {"N'n'", "n"},
        {"$$it's$$", "it's"},
        {"$a$$$\\n$a$", "$$\\n"},
        {"$$$$", ""},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        const struct tokens *tokens = lexed(cases[i].sql, strlen(cases[i].sql), 0);
        ck_assert_uint_eq(tokens->list.n, 1);
        ck_assert_str_eq(token_string(&arena, cases[i].sql, &tokens->list.v[0]), cases[i].expected);
    }
}
END_TEST

START_TEST(compares_words) {
    const char *sql = "Select selects sel";
    const struct tokens *tokens = lexed(sql, strlen(sql), 0);

    ck_assert(token_is_word(sql, &tokens->list.v[0], "select"));
    ck_assert(!token_is_word(sql, &tokens->list.v[2], "select"));
    ck_assert(!token_is_word(sql, &tokens->list.v[4], "select"));
    ck_assert(!token_is_word(sql, &tokens->list.v[1], ""));
}
END_TEST

/* One assertion for all tokens: each of check's is a write to a pipe. */
static void check_tiling(const struct tokens *tokens, size_t n) {
    size_t at = 0, i;

    for (i = 0; i < tokens->list.n; i++) {
        if (tokens->list.v[i].start != at || tokens->list.v[i].end <= at)
            break;
        at = tokens->list.v[i].end;
    }
    ck_assert_msg(i == tokens->list.n && at == n, "token %zu, byte %zu", i, at);
}

/* Bytes that mean something to the lexer, in any order; the same on every run. */
START_TEST(loses_no_byte) {
    static const char alphabet[] = "'\"$/*-\\;:{}?()e&ux1.\n\r \0\x01\xc3\xa9+@a_";
    unsigned state = 1;
    char sql[64];

    for (int round = 0; round < 40000; round++) {
        size_t n = (state >> 8) % sizeof(sql);
        for (size_t i = 0; i < n; i++) {
            state = state * 1103515245u + 12345u;
            sql[i] = alphabet[(state >> 16) % (sizeof(alphabet) - 1)];
        }
        state = state * 1103515245u + 12345u;
        check_tiling(lexed(sql, n, round % 2 ? LEX_PSQL : 0), n);
        arena_clear(&arena);
    }
}
END_TEST

/* The server's own scanner needs a minute for the first two. */
START_TEST(takes_linear_time) {
    static const char *const units[] = {"/*",  "+-",  "'a'\n", "$a$ $b$ ", "*/*", "\\a",
                                        ":a:", "1..", "--\n",  "e'\\'",    "$",   "(;"};

    for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++) {
        size_t n = 500000 * strlen(units[i]);
        const char *sql = repeat(&arena, units[i], 500000);
        check_tiling(lexed(sql, n, LEX_PSQL), n);
        arena_clear(&arena);
    }
}
END_TEST

Suite *suite_lex(void) {
    Suite *suite = suite_create("lex");
    TCase *tcase = tcase_create("tokens");

    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, cuts_words);
    tcase_add_test(tcase, cuts_strings);
    tcase_add_test(tcase, cuts_dollar_strings);
    tcase_add_test(tcase, cuts_comments);
    tcase_add_test(tcase, cuts_numbers);
    tcase_add_test(tcase, cuts_operators);
    tcase_add_test(tcase, keeps_what_does_not_end);
    tcase_add_test(tcase, tells_stray_bytes_from_open_ends);
    tcase_add_test(tcase, knows_psql_variables);
    tcase_add_test(tcase, knows_placeholders);
    tcase_add_test(tcase, knows_meta_commands);
    tcase_add_test(tcase, knows_copy_data);
    tcase_add_test(tcase, decodes_names);
    tcase_add_test(tcase, decodes_strings);
    tcase_add_test(tcase, compares_words);
    tcase_add_test(tcase, loses_no_byte);
    tcase_add_test(tcase, takes_linear_time);
    suite_add_tcase(suite, tcase);
    return suite;
}
