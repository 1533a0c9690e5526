#include "unit.h"
#include "write/excerpt.h"
#include "write/wrap.h"
#include "write_sample.h"

#include <stdio.h>
#include <stdlib.h>

static struct arena arena;

static void set_up(void) {
    arena_init(&arena);
}

static void tear_down(void) {
    arena_release(&arena);
}

static const char *text_of(const struct report *report, struct write_options options) {
    return written(&arena, "text", report, &options);
}

/* One finding about `words` of the source, in a terminal of that width. */
static const char *block(const char *source, const char *words, int width) {
    struct report report;
    struct file *file = file_new(&arena, "x.sql", source, strlen(source));
    struct write_options options = sample_options();
    struct finding finding = sample_finding(file, words, "r", TIER_MINOR, 1);

    finding.what = "w";
    options.width = width;
    report_init(&report, &arena);
    vec_push(&arena, &report.findings, finding);
    return text_of(&report, options);
}

START_TEST(nothing_is_written_when_clean) {
    struct report report;

    report_init(&report, &arena);
    report.files = report.statements = 3;
    ck_assert_str_eq(text_of(&report, sample_options()), "");
}
END_TEST

START_TEST(suppressed_findings_are_not_shown_unasked) {
    struct report *report = sample_report(&arena);
    struct write_options options = sample_options();

    ck_assert_ptr_null(strstr(text_of(report, options), "users.phone"));
    options.show_suppressed = true;
    ck_assert_ptr_nonnull(strstr(text_of(report, options),
                                 "column public.users.phone is dropped [drop-column]\n"
                                 "  10 | ALTER TABLE users\n"
                                 "     |             ^~~~~\n"
                                 "  ignored: by a comment: unused since 2023\n"));
}
END_TEST

START_TEST(only_suppressed_findings_write_nothing) {
    struct report report;
    struct file *file = file_new(&arena, "x.sql", "a", 1);
    struct finding finding = sample_finding(file, "a", "r", TIER_MINOR, 1);

    finding.suppressed_by = "baseline";
    report_init(&report, &arena);
    vec_push(&arena, &report.findings, finding);
    ck_assert_str_eq(text_of(&report, sample_options()), "");
}
END_TEST

/* Takes out SGR and OSC 8 sequences. */
static const char *without_sequences(const char *s) {
    struct buf buf = BUF_INIT;
    const char *copy;

    while (*s) {
        if (strncmp(s, "\033[", 2) == 0)
            s += strcspn(s, "m") + 1;
        else if (strncmp(s, "\033]", 2) == 0)
            s = strstr(s, "\033\\") + 2;
        else
            buf_putc(&buf, *s++);
    }
    copy = arena_strndup(&arena, buf_str(&buf), buf.n);
    buf_release(&buf);
    return copy;
}

START_TEST(colours_change_nothing_but_colours) {
    struct report *report = sample_report(&arena);
    struct write_options plain = sample_options(), colored = plain;
    const char *s;

    colored.color = colored.links = true;
    s = text_of(report, colored);
    ck_assert_str_ne(s, text_of(report, plain));
    ck_assert_str_eq(without_sequences(s), text_of(report, plain));
    ck_assert_ptr_nonnull(strstr(s, "\033[1;31mcritical\033[0m: "));
    ck_assert_ptr_nonnull(strstr(s, "\033]8;;file:///home/me/my%20shop/db/gone.sql\033\\"));
    colored.base = NULL;
    ck_assert_ptr_null(strstr(text_of(report, colored), "\033]8"));
}
END_TEST

START_TEST(worst_statements_come_first) {
    struct report *report = sample_report(&arena);
    const char *s = text_of(report, sample_options());
    const char *error = strstr(s, ": error: "), *critical = strstr(s, ":5:13: critical: ");
    const char *major = strstr(s, ":4:1: major: "), *minor = strstr(s, ": minor: ");

    ck_assert_ptr_eq(strstr(s, "db/"), s);
    ck_assert(error && critical && major && minor);
    ck_assert(error < critical && critical < major && major < minor);
    ck_assert_ptr_nonnull(strstr(minor, ": note: not analysed: dynamic SQL\n"));
}
END_TEST

START_TEST(marks_stand_under_what_they_mark) {
    ck_assert_str_eq(block("SELECT a;\nDROP b", "b", 0), "x.sql:2:6: minor: w [r]\n"
                                                         "  2 | DROP b\n"
                                                         "    |      ^\n");
    ck_assert_str_eq(block("\tDROP\tb", "b", 0), "x.sql:1:7: minor: w [r]\n"
                                                 "  1 |     DROP    b\n"
                                                 "    |             ^\n");
    ck_assert_str_eq(block("\xE9\xA1\xBE\xE5\xAE\xA2 \xD0\xB8\x65\xCC\x81 b c", "b c", 0),
                     "x.sql:1:8: minor: w [r]\n"
                     "  1 | \xE9\xA1\xBE\xE5\xAE\xA2 \xD0\xB8\x65\xCC\x81 b c\n"
                     "    |         ^~~\n");
    ck_assert_str_eq(block("\x1B[1m\xFF##[x] b", "b", 0), "x.sql:1:12: minor: w [r]\n"
                                                          "  1 | \\x1B[1m\\xFF#\\#[x] b\n"
                                                          "    |                   ^\n");
    ck_assert_str_eq(block("x\r\nAAAAA   \r\ny", "AAAAA   \r\ny", 0), "x.sql:2:1: minor: w [r]\n"
                                                                      "  2 | AAAAA\n"
                                                                      "    | ^~~~~\n");
}
END_TEST

START_TEST(an_empty_place_is_marked) {
    ck_assert_str_eq(block("DROP b", "", 0), "x.sql:1:1: minor: w [r]\n"
                                             "  1 | DROP b\n"
                                             "    | ^\n");
    ck_assert_str_eq(block("", "", 0), "x.sql:1:1: minor: w [r]\n"
                                       "  1 |\n"
                                       "    | ^\n");
}
END_TEST

START_TEST(long_lines_are_clipped_around_the_place) {
    const char *line = "SELECT 1234567890, abcdefghijklmnopqrstuvwxyz, 0987654321, last FROM t;";

    ck_assert_str_eq(block(line, "1234567890", 40), "x.sql:1:8: minor: w [r]\n"
                                                    "  1 | SELECT 1234567890, abcdefghijkl...\n"
                                                    "    |        ^~~~~~~~~~\n");
    ck_assert_str_eq(block(line, "xyz", 40), "x.sql:1:43: minor: w [r]\n"
                                             "  1 | ...pqrstuvwxyz, 0987654321, las...\n"
                                             "    |            ^~~\n");
    ck_assert_str_eq(block(line, "last FROM t;", 40), "x.sql:1:60: minor: w [r]\n"
                                                      "  1 | ...vwxyz, 0987654321, last FROM t;\n"
                                                      "    |                       ^~~~~~~~~~~~\n");
    ck_assert_str_eq(block(line, "abcdefghijklmnopqrstuvwxyz, 0987654321, last", 40),
                     "x.sql:1:20: minor: w [r]\n"
                     "  1 | SELECT 1234567890, abcdefghijkl...\n"
                     "    |                    ^~~~~~~~~~~~\n");
}
END_TEST

static size_t longest_line(const char *s) {
    size_t longest = 0;

    for (; *s; s += strcspn(s, "\n"), s += *s == '\n')
        if (strcspn(s, "\n") > longest)
            longest = strcspn(s, "\n");
    return longest;
}

START_TEST(source_fits_the_terminal_wherever_the_place_is) {
    char line[1000];

    for (size_t i = 0; i + 1 < sizeof line; i++)
        line[i] = i % 7 ? 'x' : ' ';
    line[sizeof line - 1] = '\0';
    for (int width = 30; width < 200; width += 17)
        for (size_t i = 0; i + 1 < sizeof line; i += 13) {
            char kept = line[i];
            line[i] = '!';
            const char *s = strchr(block(line, "!", width), '\n') + 1, *mark = strchr(s, '^');
            ck_assert_uint_le(longest_line(s), (size_t)width);
            /* what stands above the mark is the place */
            ck_assert_int_eq(s[mark - (strchr(s, '\n') + 1)], '!');
            line[i] = kept;
        }
}
END_TEST

static const char *wrapped(const char *text, size_t width, bool sql) {
    struct buf buf = BUF_INIT;
    const char *copy;

    (sql ? wrap_sql : wrap_prose)(&buf, text, (struct wrap){2, width});
    copy = arena_strndup(&arena, buf_str(&buf), buf.n);
    buf_release(&buf);
    return copy;
}

START_TEST(prose_is_wrapped_at_blanks) {
    ck_assert_str_eq(wrapped("", 10, false), "\n");
    ck_assert_str_eq(wrapped("aaa bbb ccc", 9, false), "aaa bbb\n  ccc\n");
    ck_assert_str_eq(wrapped("aaa bbb", 8, false), "aaa\n  bbb\n");
    ck_assert_str_eq(wrapped("a verylongwordindeed b", 8, false), "a\n  verylongwordindeed\n  b\n");
    ck_assert_str_eq(wrapped("a it's b' c", 8, false), "a it's\n  b' c\n");
    /* two columns each */
    ck_assert_str_eq(wrapped("\xE9\xA1\xBE\xE5\xAE\xA2 \xE9\xA1\xBE\xE5\xAE\xA2", 10, false),
                     "\xE9\xA1\xBE\xE5\xAE\xA2\n  \xE9\xA1\xBE\xE5\xAE\xA2\n");
    ck_assert_str_eq(wrapped("a\nb c\n\nd\n", 20, false), "a\n  b c\n\n  d\n");
}
END_TEST

START_TEST(sql_stays_the_same_sql) {
    ck_assert_str_eq(wrapped("SELECT aaa, bbb;", 14, true), "SELECT aaa,\n      bbb;\n");
    ck_assert_str_eq(wrapped("SELECT 'a b c d e f g h' x;", 14, true),
                     "SELECT\n      'a b c d e f g h'\n      x;\n");
    ck_assert_str_eq(wrapped("SELECT \"a b c d e f g\" x;", 14, true),
                     "SELECT\n      \"a b c d e f g\"\n      x;\n");
    ck_assert_str_eq(wrapped("-- one two three", 12, true), "-- one two\n  -- three\n");
    ck_assert_str_eq(wrapped("SELECT a; -- one two three", 12, true),
                     "SELECT a;\n      -- one two three\n");
    ck_assert_str_eq(wrapped("DO $$ BEGIN a b c d e f; END $$;", 12, true),
                     "DO\n      $$ BEGIN a b c d e f; END $$;\n");
    ck_assert_str_eq(wrapped("A (\n\tb,\n  c\n);\r\n", 40, true), "A (\n      b,\n    c\n  );\n");
    ck_assert_str_eq(wrapped("Use words: it's prose, no string", 16, true),
                     "Use words:\n  it's prose, no\n  string\n");
}
END_TEST

START_TEST(no_line_starts_with_a_command) {
    ck_assert_str_eq(wrapped("aaaaa ::error::x", 8, false), "aaaaa ::error::x\n");
    ck_assert_str_eq(wrapped("aaaaa  \xC2\xA0::error::x", 8, false), "aaaaa  \xC2\xA0::error::x\n");
    ck_assert_str_eq(wrapped("a\n::error::x\n  ::error::x", 80, true),
                     "a\n  \\::error::x\n  \\  ::error::x\n");
}
END_TEST

/* A block with these locks, and that a table is rewritten and others scanned. */
static const char *lock_lines(const struct lock_line *locks, size_t count, const char *rewritten,
                              const char *scanned) {
    struct report report;
    struct file *file = file_new(&arena, "x.sql", "a", 1);
    struct finding finding = sample_finding(file, "a", "r", TIER_MINOR, 1);
    const char *lines;

    finding.what = "w";
    for (size_t i = 0; i < count; i++)
        vec_push(&arena, &finding.locks, locks[i]);
    if (rewritten)
        vec_push(&arena, &finding.rewrites, rewritten);
    if (scanned)
        vec_push(&arena, &finding.scans, scanned);
    report_init(&report, &arena);
    vec_push(&arena, &report.findings, finding);
    lines = strstr(text_of(&report, sample_options()), "^\n");
    return lines + 2;
}

START_TEST(locks_are_told_by_kind) {
    struct lock_line locks[6] = {{"a", "ACCESS EXCLUSIVE", true, true, "commit"},
                                 {"b", "SHARE ROW EXCLUSIVE", false, true, "commit"},
                                 {"c", "ACCESS EXCLUSIVE", true, true, "commit"},
                                 {"d", "ACCESS EXCLUSIVE", true, true, "commit"},
                                 {"e", "ACCESS EXCLUSIVE", true, true, "commit"},
                                 {"f", "ACCESS EXCLUSIVE", true, true, "commit"}};

    ck_assert_str_eq(lock_lines(locks, 1, "a", "a"),
                     "  lock:    ACCESS EXCLUSIVE on a, blocks reads and writes, until commit; "
                     "rewrites the table\n");
    ck_assert_str_eq(
        lock_lines(locks, 3, "a", "b"),
        "  lock:    ACCESS EXCLUSIVE on a and c, blocks reads and writes, until commit\n"
        "           SHARE ROW EXCLUSIVE on b, blocks writes, until commit\n"
        "           rewrites a; scans b\n");
    ck_assert_str_eq(lock_lines(locks, 6, NULL, NULL),
                     "  lock:    ACCESS EXCLUSIVE on a, c, d and 2 more, blocks reads and writes, "
                     "until commit\n"
                     "           SHARE ROW EXCLUSIVE on b, blocks writes, until commit\n");
    ck_assert_str_eq(lock_lines(locks, 5, NULL, NULL),
                     "  lock:    ACCESS EXCLUSIVE on a, c, d and e, blocks reads and writes, until "
                     "commit\n"
                     "           SHARE ROW EXCLUSIVE on b, blocks writes, until commit\n");
    ck_assert_str_eq(lock_lines(locks, 0, NULL, "a"), "  work:    scans a\n");
    ck_assert_str_eq(lock_lines(&(struct lock_line){"a", "SHARE", false, true, NULL}, 1, NULL, "b"),
                     "  lock:    SHARE on a, blocks writes; scans b\n");
}
END_TEST

START_TEST(errors_of_no_place_have_no_source) {
    struct report report;
    struct file *file = file_new(&arena, "x.sql", "\xFF\xD0\xB8 b\n", 6);

    report_init(&report, &arena);
    report_problem(
        &report,
        (struct problem){.path = "x.sql", .line = 1, .column = 4, .message = "m", .file = file});
    report_problem(&report, (struct problem){.path = "x.sql", .message = "m", .file = file});
    report_problem(&report,
                   (struct problem){.path = "x.sql", .line = 7, .message = "m", .file = file});
    report_problem(
        &report,
        (struct problem){.path = "x.sql", .line = 1, .column = 70, .message = "m", .file = file});
    ck_assert_str_eq(text_of(&report, sample_options()), "x.sql:1:4: error: m\n"
                                                         "  1 | \\xFF\xD0\xB8 b\n"
                                                         "    |       ^\n"
                                                         "\n"
                                                         "x.sql: error: m\n"
                                                         "\n"
                                                         "x.sql:7: error: m\n"
                                                         "\n"
                                                         "x.sql:1:70: error: m\n"
                                                         "  1 | \\xFF\xD0\xB8 b\n"
                                                         "    |        ^\n");
}
END_TEST

Suite *suite_write_text(void) {
    Suite *suite = suite_create("write_text");
    TCase *tcase = tcase_create("text");

    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, nothing_is_written_when_clean);
    tcase_add_test(tcase, suppressed_findings_are_not_shown_unasked);
    tcase_add_test(tcase, only_suppressed_findings_write_nothing);
    tcase_add_test(tcase, colours_change_nothing_but_colours);
    tcase_add_test(tcase, worst_statements_come_first);
    tcase_add_test(tcase, marks_stand_under_what_they_mark);
    tcase_add_test(tcase, an_empty_place_is_marked);
    tcase_add_test(tcase, long_lines_are_clipped_around_the_place);
    tcase_add_test(tcase, source_fits_the_terminal_wherever_the_place_is);
    tcase_add_test(tcase, prose_is_wrapped_at_blanks);
    tcase_add_test(tcase, sql_stays_the_same_sql);
    tcase_add_test(tcase, no_line_starts_with_a_command);
    tcase_add_test(tcase, locks_are_told_by_kind);
    tcase_add_test(tcase, errors_of_no_place_have_no_source);
    suite_add_tcase(suite, tcase);
    return suite;
}
