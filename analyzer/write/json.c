/*
 * --format json, version 1: keys are only ever added. Lines and columns (code points) are from 1, offsets
 * (bytes) from 0, ends exclusive; line 0 is a file as a whole. Each history, finding, error and
 * so on stands on a line of its own.
 */
#include "write/formats.h"
#include "write/json_report.h"

void json_report_tool(struct json_out *json, const struct write_options *options) {
    json_member_begin(json, "tool", '{');
    json_member(json, "name", "migvet");
    json_member(json, "version", options->version);
    json_member(json, "grammar", options->grammar);
    json_end(json, '}');
}

void json_report_histories(struct json_out *json, const struct report *report) {
    json_member_begin(json, "histories", '[');
    for (size_t i = 0; i < report->histories.n; i++) {
        const struct history_line *history = &report->histories.v[i];
        json_newline(json);
        json_begin(json, '{');
        json_member(json, "root", history->root);
        json_member(json, "front", history->front);
        json_member_number(json, "target", (size_t)history->target);
        json_member_number(json, "files", history->files);
        json_member_number(json, "replayed", history->replayed);
        json_end(json, '}');
    }
    json_end(json, ']');
}

static void write_extent(struct json_out *json, const struct finding *finding) {
    json_member(json, "file", finding->file->path);
    json_member(json, "direction", direction_name(finding->direction));
    json_member_number(json, "line", finding->start.line);
    json_member_number(json, "column", finding->start.column);
    json_member_number(json, "end_line", finding->end.line);
    json_member_number(json, "end_column", finding->end.column);
    json_member_number(json, "offset", finding->start.offset);
    json_member_number(json, "end_offset", finding->end.offset);
    json_member_number(json, "statement", finding->statement);
}

static void write_object(struct json_out *json, const struct finding *finding) {
    json_key(json, "object");
    if (!finding->object_name) {
        json_text(json, NULL);
        return;
    }
    json_begin(json, '{');
    json_member(json, "kind", finding->object_kind);
    json_member(json, "name", finding->object_name);
    json_end(json, '}');
}

static void write_lock(struct json_out *json, const struct lock_line *lock) {
    json_begin(json, '{');
    json_member(json, "relation", lock->relation);
    json_member(json, "mode", lock->mode);
    json_member_begin(json, "blocks", '[');
    if (lock->blocks_reads)
        json_text(json, "reads");
    if (lock->blocks_writes)
        json_text(json, "writes");
    json_end(json, ']');
    json_member(json, "until", lock->until);
    json_end(json, '}');
}

static void write_names(struct json_out *json, const char *key, const char *const *names,
                        size_t count) {
    json_member_begin(json, key, '[');
    for (size_t i = 0; i < count; i++)
        json_text(json, names[i]);
    json_end(json, ']');
}

static void write_suppressed(struct json_out *json, const struct finding *finding) {
    json_key(json, "suppressed");
    if (!finding->suppressed_by) {
        json_text(json, NULL);
        return;
    }
    json_begin(json, '{');
    json_member(json, "by", finding->suppressed_by);
    json_member(json, "reason", finding->suppressed_reason);
    json_end(json, '}');
}

static void write_finding(struct json_out *json, const struct finding *finding) {
    json_begin(json, '{');
    json_member(json, "rule", finding->rule);
    json_member(json, "tier", tier_name(finding->tier));
    json_member(json, "message", finding->what);
    json_member(json, "why", finding->why);
    json_member(json, "instead", finding->instead);
    write_extent(json, finding);
    write_object(json, finding);
    json_member_begin(json, "locks", '[');
    for (size_t i = 0; i < finding->locks.n; i++)
        write_lock(json, &finding->locks.v[i]);
    json_end(json, ']');
    write_names(json, "rewrites", finding->rewrites.v, finding->rewrites.n);
    write_names(json, "scans", finding->scans.v, finding->scans.n);
    json_member(json, "fingerprint", finding->fingerprint);
    write_suppressed(json, finding);
    json_end(json, '}');
}

static void write_findings(struct json_out *json, const struct report *report,
                           const struct write_options *options) {
    json_member_begin(json, "findings", '[');
    for (size_t i = 0; i < report->findings.n; i++) {
        if (!write_shows(options, &report->findings.v[i]))
            continue;
        json_newline(json);
        write_finding(json, &report->findings.v[i]);
    }
    json_end(json, ']');
}

static void begin_placed(struct json_out *json, const char *path, unsigned line, unsigned column) {
    json_newline(json);
    json_begin(json, '{');
    json_member(json, "file", path);
    json_member_number(json, "line", line);
    json_member_number(json, "column", column);
}

void json_report_errors(struct json_out *json, const struct report *report) {
    json_member_begin(json, "errors", '[');
    for (size_t i = 0; i < report->problems.n; i++) {
        const struct problem *problem = &report->problems.v[i];
        begin_placed(json, problem->path, problem->line, problem->column);
        json_member(json, "kind", problem_kind_name(problem->kind));
        json_member(json, "scope", problem_scope_name(problem->scope));
        json_member(json, "message", problem->message);
        json_end(json, '}');
    }
    json_end(json, ']');
}

void json_report_not_analyzed(struct json_out *json, const struct report *report) {
    json_member_begin(json, "not_analyzed", '[');
    for (size_t i = 0; i < report->unanalysed.n; i++) {
        const struct unanalysed *place = &report->unanalysed.v[i];
        begin_placed(json, place->path, place->line, place->column);
        json_member(json, "why", place->why);
        json_end(json, '}');
    }
    json_end(json, ']');
}

static void write_counts(struct json_out *json, const struct report *report) {
    struct report_counts counts = report_count(report);

    json_member_begin(json, "summary", '{');
    json_member_number(json, "files", report->files);
    json_member_number(json, "statements", report->statements);
    json_member_number(json, "critical", counts.critical);
    json_member_number(json, "major", counts.major);
    json_member_number(json, "minor", counts.minor);
    json_member_number(json, "suppressed", counts.suppressed);
    json_member_number(json, "baselined", counts.baselined);
    json_member_number(json, "not_analyzed", report->unanalysed.n);
    json_end(json, '}');
}

void json_report_remarks(struct json_out *json, const struct report *report) {
    json_member_begin(json, "remarks", '[');
    for (size_t i = 0; i < report->remarks.n; i++) {
        const struct remark *remark = &report->remarks.v[i];
        begin_placed(json, remark->path, remark->line, remark->column);
        json_member(json, "message", remark->message);
        json_end(json, '}');
    }
    json_end(json, ']');
}

/* "change": none, additive, staged (what is there is changed) or destructive (taken away, renamed, retyped). */
static void write_migrations(struct json_out *json, const struct report *report) {
    json_member_begin(json, "migrations", '[');
    for (size_t i = 0; i < report->migrations.n; i++) {
        json_newline(json);
        json_begin(json, '{');
        json_member(json, "file", report->migrations.v[i].path);
        json_member(json, "name", report->migrations.v[i].name);
        json_member(json, "change", report->migrations.v[i].change);
        json_end(json, '}');
    }
    json_end(json, ']');
}

void write_json(struct buf *out, const struct report *report, const struct write_options *options) {
    struct json_out json = {.out = out};

    json_begin(&json, '{');
    json_member_number(&json, "version", 1);
    json_report_tool(&json, options);
    json_newline(&json);
    json_report_histories(&json, report);
    json_newline(&json);
    write_migrations(&json, report);
    json_newline(&json);
    write_findings(&json, report, options);
    json_newline(&json);
    json_report_errors(&json, report);
    json_newline(&json);
    json_report_not_analyzed(&json, report);
    json_newline(&json);
    write_counts(&json, report);
    json_newline(&json);
    json_report_remarks(&json, report);
    json_end(&json, '}');
    buf_putc(out, '\n');
}
