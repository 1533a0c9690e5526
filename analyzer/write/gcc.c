/*
 * --format gcc: one line for each finding, as compilers write them and editors read them. In the order of
 * the report: editors sort for themselves.
 */
#include "source/escape.h"
#include "write/formats.h"

#include <string.h>

static void put_line(struct buf *out, const char *place_of, unsigned line, unsigned column,
                     const char *level, const char *about, const char *message) {
    write_place(out, place_of, line, column);
    buf_printf(out, ": %s: %s", level, about);
    escape_line(out, message, strlen(message));
}

static void put_finding(struct buf *out, const struct finding *finding) {
    put_line(out, finding->file->path, finding->start.line, finding->start.column,
             finding->suppressed_by ? "note" : write_level(finding->tier),
             finding->suppressed_by ? "ignored: " : "", finding->what);
    buf_puts(out, " [");
    escape_line(out, finding->rule, strlen(finding->rule));
    buf_puts(out, "]\n");
}

static const char *about_scope(enum problem_scope scope) {
    return scope == SCOPE_REPORTED ? ""
           : scope == SCOPE_DOWN   ? "in a down migration: "
                                   : "in the history before: ";
}

void write_gcc(struct buf *out, const struct report *report, const struct write_options *options) {
    for (size_t i = 0; i < report->problems.n; i++) {
        const struct problem *problem = &report->problems.v[i];
        put_line(out, problem->path, problem->line, problem->column,
                 problem->scope == SCOPE_REPORTED ? "error" : "note", about_scope(problem->scope),
                 problem->message);
        buf_putc(out, '\n');
    }
    for (size_t i = 0; i < report->findings.n; i++)
        if (write_shows(options, &report->findings.v[i]))
            put_finding(out, &report->findings.v[i]);
    for (size_t i = 0; i < report->unanalysed.n; i++) {
        const struct unanalysed *place = &report->unanalysed.v[i];
        put_line(out, place->path, place->line, place->column, "note",
                 "not analysed: ", place->why);
        buf_putc(out, '\n');
    }
    for (size_t i = 0; i < report->remarks.n; i++) {
        const struct remark *remark = &report->remarks.v[i];
        put_line(out, remark->path, remark->line, remark->column, "note", "", remark->message);
        buf_putc(out, '\n');
    }
}
