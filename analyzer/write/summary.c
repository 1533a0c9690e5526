#include "source/escape.h"
#include "write/formats.h"

#include <string.h>

void write_count(struct buf *out, size_t count, const char *what) {
    buf_printf(out, "%zu %s%s", count, what, count == 1 ? "" : "s");
}

/* "1 critical, 2 minor"; "nothing found". */
static void put_tiers(struct buf *out, const struct report_counts *counts) {
    const struct {
        size_t count;
        const char *name;
    } tiers[] = {
        {counts->critical, "critical"}, {counts->major, "major"}, {counts->minor, "minor"}};
    const char *separator = "";

    for (size_t i = 0; i < sizeof(tiers) / sizeof(tiers[0]); i++) {
        if (!tiers[i].count)
            continue;
        buf_printf(out, "%s%zu %s", separator, tiers[i].count, tiers[i].name);
        separator = ", ";
    }
    if (!*separator)
        buf_puts(out, "nothing found");
}

static size_t count_errors(const struct report *report) {
    size_t count = 0;

    for (size_t i = 0; i < report->problems.n; i++)
        count += report->problems.v[i].scope == SCOPE_REPORTED;
    return count;
}

static bool is_first_target(const struct report *report, size_t i) {
    for (size_t j = 0; j < i; j++)
        if (report->histories.v[j].target == report->histories.v[i].target)
            return false;
    return report->histories.v[i].target > 0;
}

/* "PostgreSQL 14", "PostgreSQL 14 and 15": the versions in the order of the histories. */
static void put_versions(struct buf *out, const struct report *report,
                         const struct write_options *options) {
    const char *before = "PostgreSQL ";

    buf_puts(out, " (");
    for (size_t i = 0; i < report->histories.n; i++) {
        if (!is_first_target(report, i))
            continue;
        buf_printf(out, "%s%d", before, report->histories.v[i].target);
        before = " and ";
    }
    buf_printf(out, "%sgrammar %s)\n", before[0] == ' ' ? ", " : "", options->grammar);
}

/* "; 2 additive, 1 destructive": of the migrations that change anything. */
static void put_changes(struct buf *err, const struct report *report) {
    static const char *const changes[] = {"additive", "staged", "destructive"};
    const char *separator = "; ";

    for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
        size_t count = 0;
        for (size_t j = 0; j < report->migrations.n; j++)
            count += strcmp(report->migrations.v[j].change, changes[i]) == 0;
        if (!count)
            continue;
        buf_printf(err, "%s%zu %s", separator, count, changes[i]);
        separator = ", ";
    }
}

void write_summary_end(struct buf *err, const struct report *report,
                       const struct write_options *options) {
    struct report_counts counts = report_count(report);
    size_t errors = count_errors(report), others = report->problems.n - errors;

    buf_puts(err, " in ");
    write_count(err, report->statements, "statement");
    buf_puts(err, " of ");
    write_count(err, report->files, "file");
    put_changes(err, report);
    if (errors) {
        buf_puts(err, "; ");
        write_count(err, errors, "error");
    }
    if (report->unanalysed.n + others)
        buf_printf(err, "; %zu not analysed", report->unanalysed.n + others);
    if (counts.suppressed)
        buf_printf(err, "; %zu suppressed", counts.suppressed);
    if (counts.baselined)
        buf_printf(err, "; %zu in the baseline", counts.baselined);
    put_versions(err, report, options);
}

static void put_nothing(struct buf *err, const struct report *report) {
    buf_puts(err, "migvet: nothing to report: ");
    escape_line(err, report->nothing_selected, strlen(report->nothing_selected));
    buf_putc(err, '\n');
}

void write_summary(struct buf *err, const struct report *report,
                   const struct write_options *options) {
    struct report_counts counts = report_count(report);

    if (report->nothing_selected) {
        put_nothing(err, report);
        return;
    }
    buf_puts(err, "migvet: ");
    put_tiers(err, &counts);
    write_summary_end(err, report, options);
}
