/* What holds for all formats, gcc and github, the summary line, and reports as they look in the end. */
#include "source/escape.h"
#include "source/utf8.h"
#include "unit.h"
#include "write_sample.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static struct arena arena;

static void set_up(void) {
    arena_init(&arena);
}

static void tear_down(void) {
    arena_release(&arena);
}

static const char *file_text(const char *path) {
    struct buf buf = BUF_INIT;
    char piece[4096];
    size_t n;
    FILE *file = fopen(path, "r");

    while (file && (n = fread(piece, 1, sizeof piece, file)) > 0)
        buf_add(&buf, piece, n);
    if (file)
        fclose(file);
    const char *copy = arena_strndup(&arena, buf_str(&buf), buf.n);
    buf_release(&buf);
    return copy;
}

/* The file of fixtures/writers holds the text. With ACCEPT=1 in the environment, it is made so. */
static void check_fixture(const char *name, const char *text) {
    const char *path = arena_printf(&arena, "fixtures/writers/%s", name);

    if (getenv("ACCEPT")) {
        FILE *file = fopen(path, "w");
        ck_assert_msg(file && fputs(text, file) >= 0 && fclose(file) == 0, "%s", path);
    }
    ck_assert_msg(strcmp(text, file_text(path)) == 0,
                  "differs from %s (ACCEPT=1 make unit writes it, then see the diff):\n%s", path,
                  text);
}

START_TEST(reports_look_as_they_did) {
    struct report *report = sample_report(&arena);
    struct write_options options = sample_options();

    for (const struct writer *writer = writers; writer->name; writer++)
        check_fixture(arena_printf(&arena, "report.%s", writer->name),
                      written(&arena, writer->name, report, &options));
    options.show_suppressed = true;
    options.width = 80;
    check_fixture("report-80.text", written(&arena, "text", report, &options));
}
END_TEST

START_TEST(writers_are_found_by_name) {
    ck_assert_str_eq(writers[0].name, "text");
    ck_assert_str_eq(writer_by_name("sarif")->name, "sarif");
    ck_assert_ptr_null(writer_by_name("xml"));
    ck_assert_ptr_null(writer_by_name(""));
}
END_TEST

static const char *summary_of(const struct report *report) {
    struct write_options options = sample_options();
    struct buf buf = BUF_INIT;
    const char *copy;

    write_summary(&buf, report, &options);
    copy = arena_strdup(&arena, buf_str(&buf));
    buf_release(&buf);
    return copy;
}

START_TEST(summary_counts_what_there_is) {
    struct report report;

    ck_assert_str_eq(
        summary_of(sample_report(&arena)),
        "migvet: 4 critical, 2 major, 1 minor in 9 statements of 2 files; 2 errors; 2 not "
        "analysed; 1 suppressed (PostgreSQL 14, grammar 18.6)\n");
    report_init(&report, &arena);
    report.files = report.statements = 1;
    ck_assert_str_eq(summary_of(&report),
                     "migvet: nothing found in 1 statement of 1 file (grammar 18.6)\n");
    for (int i = 0; i < 3; i++)
        vec_push(&arena, &report.histories, ((struct history_line){"a", "b", 13 + i % 2, 1, 1}));
    ck_assert_str_eq(
        summary_of(&report),
        "migvet: nothing found in 1 statement of 1 file (PostgreSQL 13 and 14, grammar 18.6)\n");
}
END_TEST

/* ActionCommand.cs: "::name ...::" behind white space, or "##[name ...]" anywhere. */
static bool is_command(const char *line, size_t n) {
    size_t i = 0, length;
    uint32_t code = 0;

    for (size_t k = 0; k + 3 <= n; k++)
        if (memcmp(line + k, "##[", 3) == 0)
            return true;
    while ((length = utf8_decode(line + i, n - i, &code)) > 0 &&
           (code == ' ' || (code >= 9 && code <= 13) || code == 0x85 || code == 0xA0 ||
            code == 0x1680 || (code >= 0x2000 && code <= 0x200A) || code == 0x2028 ||
            code == 0x2029 || code == 0x202F || code == 0x205F || code == 0x3000))
        i += length;
    return n - i >= 2 && memcmp(line + i, "::", 2) == 0;
}

/* The number of lines that are commands; each is one of the three that github may write. */
static size_t count_commands(const char *s) {
    size_t count = 0;

    for (; *s; s += strcspn(s, "\n"), s += *s == '\n') {
        if (!is_command(s, strcspn(s, "\n")))
            continue;
        ck_assert_msg(strncmp(s, "::error ", 8) == 0 || strncmp(s, "::warning ", 10) == 0 ||
                          strncmp(s, "::notice ", 9) == 0,
                      "%.100s", s);
        count++;
    }
    return count;
}

/* Characters that no output may hold, but the newline. An assertion for each would take long. */
static void check_characters(const char *format, const char *s) {
    size_t n = strlen(s), length;

    for (size_t i = 0; i < n; i += length) {
        uint32_t code = 0;
        length = utf8_decode(s + i, n - i, &code);
        if (!length || (code != '\n' && escape_is_needed(code)))
            ck_abort_msg("%s: U+%04X or an invalid byte at %zu", format, (unsigned)code, i);
    }
}

static void check_json(const char *s, const char *message) {
    json_error_t error;
    json_t *json = json_loads(s, JSON_REJECT_DUPLICATES, &error);
    json_t *findings = json_object_get(json, "findings");

    ck_assert_msg(json != NULL, "%s", error.text);
    for (size_t i = 0; findings && i < json_array_size(findings); i++)
        ck_assert_str_eq(json_string_value(json_object_get(json_array_get(findings, i), "message")),
                         escape_utf8(&arena, message));
    json_decref(json);
}

/* Writes the report that is made of the string, in all formats. */
static void check_hostile(const char *s) {
    struct report *report = hostile_report(&arena, s);
    struct write_options options = sample_options();

    for (int width = 0; width < 60; width += 30)
        for (const struct writer *writer = writers; writer->name; writer++) {
            const char *out;
            size_t commands;
            options.width = width;
            options.show_suppressed = width > 0;
            out = written(&arena, writer->name, report, &options);
            check_characters(writer->name, out);
            commands = count_commands(out);
            if (strcmp(writer->name, "github") == 0)
                /* two of the problems, two remarks and what was not analysed beside the findings */
                ck_assert_uint_eq(commands, options.show_suppressed ? 9 : 8);
            else
                ck_assert_msg(commands == 0, "%s: %s", writer->name, out);
            if (strcmp(writer->name, "json") == 0 || strcmp(writer->name, "sarif") == 0)
                check_json(out, s);
        }
}

START_TEST(nothing_hostile_comes_through) {
    static const char *const strings[] = {
        "",
        "plain",
        "\033[31mred\033]8;;http://x\033\\",
        "\n::error::pwned",
        "::error file=x,line=1::pwned",
        " \t::stop-commands::x",
        "\xE3\x80\x80::add-mask::x",
        "x\n\xC2\xA0 ::error::x\n ::error::y",
        "a ::error::x ::error::y ::error::z ::error::a ::error::b ::error::c \xC2\xA0::error::d",
        "-- a comment ::error::x ::error::y ::error::z ::error::a ::error::b ::error::c",
        "SELECT 'a' ::text ::text ::text ::text ::text ::text ::text ::text ::text ::text;",
        "##[error]x ###[debug]y ##[add-matcher]z.json ##",
        "a\r\n::error::x\r::error::y",
        "%0A::error::x %25 %",
        "a,b:c,line=7::d",
        "\xFF\xFE\x80"
        "abc\xC3",
        "\xE2\x80\xAE"
        "cba\xE2\x81\xA6\xE2\x80\x8B\xC2\x85\xC2\x9B"
        "31m\xE2\x80\xA8\xEF\xBB\xBF",
        "\x7F\x01\x02\x1F",
        "\"quoted\\\" ]]> </script> [text](javascript:x) {0}",
        "a\tb\tc",
    };

    for (size_t i = 0; i < sizeof strings / sizeof *strings; i++)
        check_hostile(strings[i]);
}
END_TEST

/* Strings of the pieces that do harm where they meet. */
START_TEST(nothing_random_comes_through) {
    static const char *const pieces[] = {
        "::",
        "error",
        "##",
        "[",
        "\n",
        "\r",
        " ",
        "\t",
        "\033",
        "\xC2",
        "\xA0",
        "\xE2\x80\xAE",
        "\xE3\x80\x80",
        "'",
        "\"",
        "$$",
        "--",
        ";",
        "\\",
        "%",
        "SELECT",
        "x",
        "\xF0\x9F\x98\x80",
        "#",
        ":",
    };
    unsigned seed = 42;

    for (int round = 0; round < 1500; round++) {
        struct buf buf = BUF_INIT;
        for (int i = 0; i < round % 40 + 1; i++) {
            seed = seed * 1103515245u + 12345u;
            buf_puts(&buf, pieces[(seed >> 16) % (sizeof pieces / sizeof *pieces)]);
        }
        check_hostile(buf.s);
        buf_release(&buf);
        arena_clear(&arena);
    }
}
END_TEST

START_TEST(gcc_lines_are_one_for_each_finding) {
    struct report *report = sample_report(&arena);
    struct write_options options = sample_options();
    const char *s;

    options.show_suppressed = true;
    s = written(&arena, "gcc", report, &options);
    ck_assert_ptr_nonnull(strstr(s,
                                 "db/migrations/0041_tidy_up.up.sql:3:19: error: column "
                                 "public.users.email is dropped while running code may still use "
                                 "it [drop-column]\n"));
    ck_assert_ptr_nonnull(strstr(s, ":4:1: warning: "));
    ck_assert_ptr_nonnull(
        strstr(s, ":10:13: note: ignored: column public.users.phone is dropped ["));
    ck_assert_ptr_nonnull(strstr(s, "db/gone.sql: error: No such file or directory\n"));
}
END_TEST

START_TEST(github_commands_are_escaped) {
    struct report report;
    struct file *file = file_new(&arena, "a,b:%0A.sql", "SELECT 1;", 9);
    struct finding finding = sample_finding(file, "1", "r", TIER_MAJOR, 1);
    struct write_options options = sample_options();

    finding.what = "100%, a:b";
    finding.why = "c\r";
    finding.instead = "d\ne";
    report_init(&report, &arena);
    vec_push(&arena, &report.findings, finding);
    finding.tier = TIER_MINOR;
    finding.end.line = 2;
    finding.why = finding.instead = "";
    vec_push(&arena, &report.findings, finding);
    ck_assert_str_eq(written(&arena, "github", &report, &options),
                     "::warning file=a%2Cb%3A%250A.sql,line=1,col=8,endColumn=9,title=r::100%25, "
                     "a:b%0A%0Ac\\r%0A%0AInstead:%0Ad%0Ae\n"
                     "::notice file=a%2Cb%3A%250A.sql,line=1,endLine=2,title=r::100%25, a:b\n");
}
END_TEST

START_TEST(github_gets_the_worst_and_a_count) {
    struct report report;
    struct file *file = file_new(&arena, "x.sql", "SELECT 1;", 9);
    struct write_options options = sample_options();
    const char *s;

    report_init(&report, &arena);
    for (int i = 0; i < 33; i++)
        vec_push(&arena, &report.findings,
                 sample_finding(file, "1", "r", TIER_MINOR + i % 3, (unsigned)i + 1));
    s = written(&arena, "github", &report, &options);
    ck_assert_uint_eq(count_commands(s), 30);
    ck_assert_ptr_eq(strstr(s, "::error "), s);
    ck_assert(strstr(s, "::warning ") < strstr(s, "::notice "));
    ck_assert_ptr_nonnull(strstr(s, "\nmigvet: 3 more are not shown: "));
}
END_TEST

START_TEST(github_messages_are_cut) {
    struct report report;
    struct file *file = file_new(&arena, "x.sql", "SELECT 1;", 9);
    struct finding finding = sample_finding(file, "1", "r", TIER_MAJOR, 1);
    struct write_options options = sample_options();
    char why[20001];
    const char *message;

    for (size_t i = 0; i < 20000; i++)
        why[i] = i % 2 ? '%' : 'x';
    why[20000] = '\0';
    finding.why = why;
    report_init(&report, &arena);
    vec_push(&arena, &report.findings, finding);
    message = strstr(written(&arena, "github", &report, &options), "title=r::");
    /* each second of 4096 characters is escaped */
    ck_assert_uint_le(strlen(message), 9 + 2 * 4096 + 4);
    ck_assert_uint_ge(strlen(message), 9 + 2 * 4096 - 8);
}
END_TEST

/* All on one line of 1 MB, as one statement or as many: what looks at the whole line each time is slow. */
static struct report *huge(bool one_statement) {
    enum { COUNT = 60000 };
    struct report *report = sample_report(&arena);
    struct finding model = report->findings.v[0];
    struct buf source = BUF_INIT;

    for (int i = 0; i < COUNT; i++)
        buf_puts(&source,
                 i % 2 ? "DROP COLUMN email; " : "\xF0\x9F\x98\x80 \xE9\xA1\xBE\xE5\xAE\xA2 12; ");
    model.file = file_new(&arena, "x.sql", arena_strndup(&arena, source.s, source.n), source.n);
    report->findings.n = 0;
    for (size_t i = 0; i < COUNT; i++) {
        model.start = file_position(model.file, i * (source.n / COUNT));
        model.end = file_position(model.file, model.start.offset + 9);
        model.statement = one_statement ? 1 : (unsigned)i + 1;
        vec_push(&arena, &report->findings, model);
    }
    buf_release(&source);
    return report;
}

START_TEST(many_findings_take_no_more_than_their_share) {
    struct write_options options = sample_options();

    for (int one = 0; one < 2; one++) {
        struct report *report = huge(one);
        for (const struct writer *writer = writers; writer->name; writer++) {
            clock_t start = clock();
            struct buf buf = BUF_INIT;
            writer->write(&buf, report, &options);
            buf_release(&buf);
            /* half a second; under a sanitizer several; what grows with the square takes minutes */
            ck_assert_msg(clock() - start < 20 * CLOCKS_PER_SEC, "%s", writer->name);
        }
    }
}
END_TEST

Suite *suite_write(void) {
    Suite *suite = suite_create("write");
    TCase *tcase = tcase_create("write");

    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_set_timeout(tcase, 120);
    tcase_add_test(tcase, reports_look_as_they_did);
    tcase_add_test(tcase, writers_are_found_by_name);
    tcase_add_test(tcase, summary_counts_what_there_is);
    tcase_add_test(tcase, nothing_hostile_comes_through);
    tcase_add_test(tcase, nothing_random_comes_through);
    tcase_add_test(tcase, gcc_lines_are_one_for_each_finding);
    tcase_add_test(tcase, github_commands_are_escaped);
    tcase_add_test(tcase, github_gets_the_worst_and_a_count);
    tcase_add_test(tcase, github_messages_are_cut);
    tcase_add_test(tcase, many_findings_take_no_more_than_their_share);
    suite_add_tcase(suite, tcase);
    return suite;
}
