#include "base/arena.h"
#include "base/buf.h"
#include "config/document.h"
#include "unit.h"

#include <string.h>

static struct arena arena;
static struct document_error error;

static void setup(void) {
    arena_init(&arena);
}

static void teardown(void) {
    arena_release(&arena);
}

static struct document *read_bytes(const char *bytes, size_t n) {
    const char *copy = arena_strndup(&arena, bytes, n);

    error = (struct document_error){0};
    return document_read_yaml(&arena, file_new(&arena, "x.yml", copy, n), &error);
}

static struct document *read_text(const char *text) {
    struct document *document = read_bytes(text, strlen(text));

    ck_assert_msg(document != NULL, "%s: %u:%u: %s", text, error.at.line, error.at.column,
                  error.message ? error.message : "");
    return document;
}

static void check_place(struct position at, unsigned line, unsigned column, size_t offset) {
    ck_assert_uint_eq(at.line, line);
    ck_assert_uint_eq(at.column, column);
    ck_assert_uint_eq(at.offset, offset);
}

START_TEST(reads_maps_lists_and_scalars_in_order) {
    struct document *map = read_text("b: 1\na:\n  - x\n  - {k: [v, 'w']}\nc: \"q\"\n");
    const struct document *list = document_get(map, "a");

    ck_assert_int_eq(map->kind, DOCUMENT_MAP);
    ck_assert_uint_eq(map->count, 3);
    ck_assert_str_eq(map->pairs[0].key, "b");
    ck_assert_str_eq(map->pairs[1].key, "a");
    ck_assert_str_eq(document_get(map, "b")->scalar, "1");
    ck_assert(!document_get(map, "b")->quoted);
    ck_assert(document_get(map, "c")->quoted);
    ck_assert_ptr_null(document_get(map, "d"));
    ck_assert_ptr_null(document_get(list, "a"));
    ck_assert_int_eq(list->kind, DOCUMENT_LIST);
    ck_assert_uint_eq(list->count, 2);
    ck_assert_str_eq(document_get(list->items[1], "k")->items[1]->scalar, "w");
    check_place(map->pairs[1].key_start, 2, 1, 5);
    check_place(map->pairs[1].key_end, 2, 2, 6);
    check_place(list->items[0]->start, 3, 5, 12);
    check_place(list->items[0]->end, 3, 6, 13);
    check_place(document_get(map, "c")->start, 5, 4, 35);
}
END_TEST

START_TEST(reads_json) {
    struct document *map =
        read_text("{\n\t\"a\": [1, true, null, \"x\\u00e4\\n\"],\n\t\"b\":{\"c\":\"d\"}\n}");

    ck_assert_uint_eq(document_get(map, "a")->count, 4);
    ck_assert_int_eq(document_get(map, "a")->items[2]->kind, DOCUMENT_NULL);
    ck_assert_str_eq(document_get(map, "a")->items[3]->scalar, "x\xC3\xA4\n");
    ck_assert_str_eq(document_get(document_get(map, "b"), "c")->scalar, "d");
}
END_TEST

START_TEST(knows_nothing_when_there_is_nothing) {
    static const char *const empty[] = {"",  "\n",   "# only a comment\n", "---\n",
                                        "~", "null", "---\n...\n"};

    for (size_t i = 0; i < sizeof(empty) / sizeof(*empty); i++)
        ck_assert_int_eq(read_text(empty[i])->kind, DOCUMENT_NULL);
    ck_assert_int_eq(document_get(read_text("a:\n"), "a")->kind, DOCUMENT_NULL);
    ck_assert_int_eq(document_get(read_text("a: ''\n"), "a")->kind, DOCUMENT_SCALAR);
    ck_assert_int_eq(document_get(read_text("a: \"null\"\n"), "a")->kind, DOCUMENT_SCALAR);
}
END_TEST

/* Each plain word stands in the file where its position says. */
static void check_words(const struct document *node, const char *bytes) {
    if (node->kind == DOCUMENT_SCALAR && !node->quoted) {
        ck_assert_int_eq(strncmp(bytes + node->start.offset, node->scalar, strlen(node->scalar)),
                         0);
        ck_assert_uint_eq(node->end.offset - node->start.offset, strlen(node->scalar));
    }
    for (size_t i = 0; node->kind == DOCUMENT_LIST && i < node->count; i++)
        check_words(node->items[i], bytes);
    for (size_t i = 0; node->kind == DOCUMENT_MAP && i < node->count; i++) {
        const struct document_pair *pair = &node->pairs[i];
        if (bytes[pair->key_start.offset] != '"')
            ck_assert_int_eq(strncmp(bytes + pair->key_start.offset, pair->key, strlen(pair->key)),
                             0);
        check_words(pair->value, bytes);
    }
}

START_TEST(counts_code_points_and_finds_bytes) {
    static const char *const texts[] = {
        ("\xEF\xBB\xBF"
         "a: b\n\xC3\xA4: [\xE2\x82\xAC, c]\n"),
        "\"\xF0\x9F\x98\x80\": {x: y}\r\nb: c\r\n\r\nd:\r\n  - e\r\n",
        "a: b\rc: d\re:\r  - f\r",
        "k: \"\xC2\x85\xE2\x80\xA8\"\nl: [m]\n",
        "# \xC3\xA4\xC3\xA4\na: |\n  \xC3\xA4\n  b\nc: d\n",
        "a:\n- b\n-\n - c\n? d\n: e\n",
    };
    struct document *map;

    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
        check_words(read_text(texts[i]), texts[i]);
    map = read_text(texts[0]);
    check_place(map->pairs[0].key_start, 1, 1, 3);
    check_place(map->pairs[1].key_start, 2, 1, 8);
    check_place(map->pairs[1].value->items[1]->start, 2, 8, 18);
    map = read_text(texts[1]);
    check_place(map->pairs[2].value->items[0]->start, 5, 5, 32);
    map = read_text(texts[2]);
    check_place(document_get(map, "e")->items[0]->start, 4, 5, 17);
    map = read_text(texts[3]);
    check_place(map->pairs[1].key_start, 2, 1, 11);
}
END_TEST

static const struct refusal {
    const char *text;
    unsigned line, column;
    const char *message; /* a part of it */
} refusals[] = {
    {"a: 1\nb: 2\na: 3\n", 3, 1, "\"a\" already stands in line 1"},
    {"{\"a\": 1, \"a\": 2}", 1, 10, "already stands in line 1"},
    {"a: &x b\n", 1, 4, "begins with &"},
    {"&x a: b\n", 1, 1, "begins with &"},
    {"a: &x [b]\n", 1, 4, "begins with &"},
    {"a: &x {b: c}\n", 1, 4, "begins with &"},
    {"a: &x b\nc: *x\n", 1, 4, "begins with &"},
    {"a: *x\n", 1, 4, "begins with *"},
    {"a:\n  - **/seed.sql\n", 2, 5, "begins with *"},
    {"a: [**/x]\n", 1, 5, "begins with *"},
    {"a: [*.sql]\n", 1, 5, "begins with *"},
    {"a: !keep\n", 1, 4, "begins with !"},
    {"a: !!str b\n", 1, 4, "begins with !"},
    {"a: !!map {}\n", 1, 4, "begins with !"},
    {"a: @b\n", 1, 4, "begins with @ must be in quotes"},
    {"a: `b`\n", 1, 4, "begins with ` must be in quotes"},
    {"a: %b\n", 1, 4, "begins with % must be in quotes"},
    {"a:\n\tb: c\n", 2, 1, "tab"},
    {"a: b: c\n", 1, 5, "\":\" is not expected"},
    {"a: b\n c: d\n", 2, 3, "\":\" is not expected"},
    {"a: 1\nb\nc: 2\n", 2, 1, "\":\" is missing"},
    {"a: [1, 2\n", 1, 4, "missing in this list"},
    {"a: {b: c\n", 1, 4, "missing in this map"},
    {"a: \"b\n", 1, 4, "this quote has no end"},
    {"a: 'b\n---\n", 1, 4, "this quote has no end"},
    {"a: \"\\q\"\n", 1, 5, "escape is unknown"},
    {"a:\n  b: 1\n c: 2\n", 3, 2, "a key is expected"},
    {"- a\nb: c\n", 2, 1, "a list item is expected"},
    {"a: - b\n", 1, 4, "a list item is not expected"},
    {"[a]: b\n", 1, 1, "a key must be a word"},
    {"? {a: b}\n: c\n", 1, 3, "a key must be a word"},
    {"a: 1\n---\nb: 2\n", 2, 1, "a second document"},
    {"--- a\n...\n--- b\n", 3, 1, "a second document"},
    {"{} x\n", 1, 4, "nothing more is expected"},
    {"a: \x01\n", 1, 4, "control character"},
    {"\xC3\xA4: \x7f\n", 1, 4, "control character"},
    {"a: \"\\0\"\n", 1, 4, "NUL character"},
    {"a: \xFF\n", 1, 4, "not valid UTF-8"},
    {"a: b\nc: \xC3(\n", 2, 4, "not valid UTF-8"},
    {"\xFF\xFE"
     "a:",
     1, 1, "UTF-16"},
};

START_TEST(refuses_with_a_place_and_words) {
    const struct refusal *refusal = &refusals[_i];

    ck_assert_ptr_null(read_bytes(refusal->text, strlen(refusal->text)));
    ck_assert_msg(strstr(error.message, refusal->message) != NULL, "%s: %s", refusal->text,
                  error.message);
    ck_assert_msg(error.at.line == refusal->line && error.at.column == refusal->column, "%s: %u:%u",
                  refusal->text, error.at.line, error.at.column);
}
END_TEST

START_TEST(refuses_a_nul_byte) {
    ck_assert_ptr_null(read_bytes("a: b\nc\0: d\n", 11));
    ck_assert_uint_eq(error.at.line, 2);
    ck_assert_ptr_nonnull(strstr(error.message, "NUL"));
}
END_TEST

/* Nested so deep, in brackets. */
static struct document *read_nested(size_t depth, const char *open, const char *close) {
    struct buf text = BUF_INIT;
    struct document *document;

    for (size_t i = 0; i < depth; i++)
        buf_puts(&text, open);
    for (size_t i = 0; i < depth; i++)
        buf_puts(&text, close);
    document = read_bytes(buf_str(&text), text.n);
    buf_release(&text);
    return document;
}

START_TEST(limits_depth) {
    ck_assert_ptr_nonnull(read_nested(100, "[", "]"));
    ck_assert_ptr_null(read_nested(101, "[", "]"));
    check_place(error.at, 1, 101, 100);
    ck_assert_ptr_nonnull(strstr(error.message, "100 levels"));
    ck_assert_ptr_null(read_nested(100000, "[", "]"));
    ck_assert_ptr_null(read_nested(100000, "- ", ""));
    ck_assert_ptr_null(read_nested(100000, "{a: ", "}"));
}
END_TEST

START_TEST(finds_a_duplicate_among_many_keys) {
    struct buf text = BUF_INIT;

    for (int i = 0; i < 20000; i++)
        buf_printf(&text, "k%d: %d\n", i, i);
    ck_assert_str_eq(document_get(read_text(buf_str(&text)), "k19999")->scalar, "19999");
    buf_puts(&text, "k17: again\n");
    ck_assert_ptr_null(read_bytes(buf_str(&text), text.n));
    ck_assert_uint_eq(error.at.line, 20001);
    ck_assert_str_eq(error.message, "the key \"k17\" already stands in line 18");
    buf_release(&text);
}
END_TEST

/* Whatever is cut off or changed, there is a document or an error with a place in the file. */
START_TEST(survives_broken_text) {
    static const char text[] =
        "a: {b: [1, \"x\\n\", 'y'], c: |\n  t\n }\n\xC3\xA4:\n  - \xE2\x82\xAC"
        ": &q !t *z\n  - >-\n   f\n# c\n? k\n: v\n%D\n---\n...\n";
    char changed[sizeof(text)];

    for (size_t n = 0; n < sizeof(text); n++) {
        if (!read_bytes(text, n))
            ck_assert(error.at.line >= 1 && error.at.offset <= n && error.message);
        for (size_t c = 0; c < 256; c += 7) {
            memcpy(changed, text, sizeof(text));
            changed[n] = (char)c;
            if (!read_bytes(changed, sizeof(text) - 1))
                ck_assert(error.at.line >= 1 && error.at.offset < sizeof(text) && error.message);
        }
        arena_clear(&arena);
    }
}
END_TEST

Suite *suite_document(void) {
    Suite *suite = suite_create("document");
    TCase *tcase = tcase_create("yaml");

    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, reads_maps_lists_and_scalars_in_order);
    tcase_add_test(tcase, reads_json);
    tcase_add_test(tcase, knows_nothing_when_there_is_nothing);
    tcase_add_test(tcase, counts_code_points_and_finds_bytes);
    tcase_add_loop_test(tcase, refuses_with_a_place_and_words, 0,
                        sizeof(refusals) / sizeof(*refusals));
    tcase_add_test(tcase, refuses_a_nul_byte);
    tcase_add_test(tcase, limits_depth);
    tcase_add_test(tcase, finds_a_duplicate_among_many_keys);
    tcase_add_test(tcase, survives_broken_text);
    suite_add_tcase(suite, tcase);
    return suite;
}
