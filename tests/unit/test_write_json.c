#include "source/escape.h"
#include "unit.h"
#include "write/json_out.h"
#include "write_sample.h"

#include <jansson.h>

static struct arena arena;

static void set_up(void) {
    arena_init(&arena);
}

static void tear_down(void) {
    arena_release(&arena);
}

/* jansson is not what writes it. */
static json_t *parsed(const struct report *report, struct write_options options) {
    const char *s = written(&arena, "json", report, &options);
    json_error_t error;
    json_t *json = json_loads(s, JSON_REJECT_DUPLICATES, &error);

    ck_assert_msg(json != NULL, "%s in %.200s", error.text, s);
    ck_assert_int_eq(s[strlen(s) - 1], '\n');
    return json;
}

static const char *keys_of(json_t *object) {
    struct buf buf = BUF_INIT;
    const char *copy;

    for (void *i = json_object_iter(object); i; i = json_object_iter_next(object, i))
        buf_printf(&buf, "%s%s", buf.n ? " " : "", json_object_iter_key(i));
    copy = arena_strdup(&arena, buf_str(&buf));
    buf_release(&buf);
    return copy;
}

static const char *string_at(const json_t *object, const char *key) {
    return json_string_value(json_object_get(object, key));
}

static long long number_at(const json_t *object, const char *key) {
    ck_assert(json_is_integer(json_object_get(object, key)));
    return json_integer_value(json_object_get(object, key));
}

START_TEST(keys_are_those_of_the_contract) {
    json_t *json = parsed(sample_report(&arena), sample_options());
    json_t *finding = json_array_get(json_object_get(json, "findings"), 0);

    ck_assert_str_eq(keys_of(json),
                     "version tool histories migrations findings errors not_analyzed summary "
                     "remarks");
    ck_assert_str_eq(
        keys_of(finding),
        "rule tier message why instead file direction line column end_line end_column "
        "offset end_offset statement object locks rewrites scans fingerprint suppressed");
    ck_assert_str_eq(keys_of(json_array_get(json_object_get(finding, "locks"), 0)),
                     "relation mode blocks until");
    ck_assert_str_eq(keys_of(json_array_get(json_object_get(json, "errors"), 0)),
                     "file line column kind scope message");
    ck_assert_str_eq(keys_of(json_array_get(json_object_get(json, "not_analyzed"), 0)),
                     "file line column why");
    ck_assert_str_eq(keys_of(json_object_get(json, "summary")),
                     "files statements critical major minor suppressed baselined not_analyzed");
    json_decref(json);
}
END_TEST

START_TEST(values_are_the_findings) {
    json_t *json = parsed(sample_report(&arena), sample_options());
    json_t *finding = json_array_get(json_object_get(json, "findings"), 0);
    json_t *lock = json_array_get(json_object_get(finding, "locks"), 0);

    ck_assert_int_eq(number_at(json, "version"), 1);
    ck_assert_str_eq(string_at(finding, "rule"), "drop-column");
    ck_assert_str_eq(string_at(finding, "tier"), "critical");
    ck_assert_str_eq(string_at(finding, "direction"), "up");
    ck_assert_int_eq(number_at(finding, "line"), 3);
    ck_assert_int_eq(number_at(finding, "column"), 19);
    ck_assert_int_eq(number_at(finding, "end_column"), 36);
    ck_assert_int_eq(number_at(finding, "offset"), strstr(sample_sql, "DROP COLUMN") - sample_sql);
    ck_assert_int_eq(number_at(finding, "statement"), 2);
    ck_assert_str_eq(string_at(json_object_get(finding, "object"), "name"), "public.users.email");
    ck_assert_int_eq(json_array_size(json_object_get(lock, "blocks")), 2);
    ck_assert_str_eq(string_at(lock, "until"), "commit");
    ck_assert(json_is_null(json_object_get(finding, "suppressed")));
    json_decref(json);
}
END_TEST

START_TEST(suppressed_findings_tell_by_what) {
    struct write_options options = sample_options();
    struct report *report = sample_report(&arena);
    json_t *json = parsed(report, options), *findings = json_object_get(json, "findings"), *last;

    ck_assert_uint_eq(json_array_size(findings), report->findings.n - 1);
    ck_assert_int_eq(number_at(json_object_get(json, "summary"), "suppressed"), 1);
    json_decref(json);
    options.show_suppressed = true;
    json = parsed(report, options);
    findings = json_object_get(json, "findings");
    ck_assert_uint_eq(json_array_size(findings), report->findings.n);
    last = json_object_get(json_array_get(findings, report->findings.n - 1), "suppressed");
    ck_assert_str_eq(string_at(last, "by"), "comment");
    ck_assert_str_eq(string_at(last, "reason"), "unused since 2023");
    json_decref(json);
}
END_TEST

START_TEST(an_empty_report_has_all_keys) {
    struct report report;
    json_t *json;

    report_init(&report, &arena);
    json = parsed(&report, sample_options());
    ck_assert_int_eq(json_array_size(json_object_get(json, "findings")), 0);
    ck_assert_int_eq(json_array_size(json_object_get(json, "histories")), 0);
    ck_assert_int_eq(number_at(json_object_get(json, "summary"), "files"), 0);
    json_decref(json);
}
END_TEST

START_TEST(missing_values_are_null) {
    struct report report;
    struct file *file = file_new(&arena, "x.sql", "a", 1);
    struct finding finding = sample_finding(file, "a", "r", TIER_MINOR, 0);
    json_t *json, *first;

    finding.fingerprint = NULL;
    vec_push(&arena, &finding.locks,
             ((struct lock_line){"t", "ROW EXCLUSIVE", false, false, NULL}));
    report_init(&report, &arena);
    vec_push(&arena, &report.findings, finding);
    json = parsed(&report, sample_options());
    first = json_array_get(json_object_get(json, "findings"), 0);
    ck_assert(json_is_null(json_object_get(first, "object")));
    ck_assert(json_is_null(json_object_get(first, "fingerprint")));
    ck_assert(
        json_is_null(json_object_get(json_array_get(json_object_get(first, "locks"), 0), "until")));
    json_decref(json);
}
END_TEST

static const char *json_of(const char *s) {
    struct buf buf = BUF_INIT;
    struct json_out out = {.out = &buf};
    const char *copy;

    json_text(&out, s);
    copy = arena_strdup(&arena, buf_str(&buf));
    buf_release(&buf);
    return copy;
}

START_TEST(strings_keep_their_value) {
    static const char *const strings[] = {
        "",
        "plain",
        "\"\\/",
        "\b\f\n\r\t\x01\x1F\x7F",
        "##[error]x ###[ ##",
        "\xD0\xB8 \xF0\x9F\x98\x80",
        "\xC2\x9B\xE2\x80\xAE\xEF\xBB\xBF\xF3\xA0\x80\xA1",
        "\xEF\xBF\xBF\xED\x9F\xBF",
    };

    for (size_t i = 0; i < sizeof strings / sizeof *strings; i++) {
        const char *s = json_of(strings[i]);
        json_t *json = json_loads(s, JSON_DECODE_ANY, NULL);
        ck_assert_msg(json != NULL, "%s", s);
        ck_assert_str_eq(json_string_value(json), strings[i]);
        ck_assert_ptr_null(strstr(s, "##["));
        for (; *s; s++)
            ck_assert_int_ne(escape_is_needed((unsigned char)*s < 0x80 ? (uint32_t)*s : ' '), 1);
        json_decref(json);
    }
    ck_assert_str_eq(json_of("\xE2\x80\xAE\xF3\xA0\x80\xA1"), "\"\\u202E\\uDB40\\uDC21\"");
}
END_TEST

START_TEST(invalid_bytes_become_text) {
    ck_assert_str_eq(json_of("a\xFF\xC3"), "\"a\\\\xFF\\\\xC3\"");
    ck_assert_str_eq(json_of("\xED\xA0\x80"), "\"\\\\xED\\\\xA0\\\\x80\"");
}
END_TEST

Suite *suite_write_json(void) {
    Suite *suite = suite_create("write_json");
    TCase *tcase = tcase_create("json");

    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, keys_are_those_of_the_contract);
    tcase_add_test(tcase, values_are_the_findings);
    tcase_add_test(tcase, suppressed_findings_tell_by_what);
    tcase_add_test(tcase, an_empty_report_has_all_keys);
    tcase_add_test(tcase, missing_values_are_null);
    tcase_add_test(tcase, strings_keep_their_value);
    tcase_add_test(tcase, invalid_bytes_become_text);
    suite_add_tcase(suite, tcase);
    return suite;
}
