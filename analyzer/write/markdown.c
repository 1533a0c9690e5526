#include "write/markdown.h"

#include "source/escape.h"
#include "write/formats.h"

#include <string.h>

/* The longest run of back-ticks, which those around it must outnumber. */
static size_t longest_ticks(const char *s, size_t n) {
    size_t longest = 0, run = 0;

    for (size_t i = 0; i < n; i++) {
        run = s[i] == '`' ? run + 1 : 0;
        longest = run > longest ? run : longest;
    }
    return longest;
}

void markdown_span(struct buf *out, const struct buf *escaped) {
    const char *s = buf_str(escaped);
    size_t ticks = longest_ticks(s, escaped->n) + 1;
    bool padded = escaped->n && (s[0] == '`' || s[escaped->n - 1] == '`');

    if (!escaped->n)
        return; /* there is no empty code span */
    buf_repeat(out, '`', ticks);
    buf_puts(out, padded ? " " : "");
    for (; *s; s++) {
        buf_puts(out, *s == '|' ? "\\" : "");
        buf_putc(out, *s);
    }
    buf_puts(out, padded ? " " : "");
    buf_repeat(out, '`', ticks);
}

void markdown_code(struct buf *out, const char *s) {
    struct buf escaped = BUF_INIT;

    escape_line(&escaped, s, strlen(s));
    markdown_span(out, &escaped);
    buf_release(&escaped);
}

static void put_problem(struct buf *out, const char *path, unsigned line, unsigned column,
                        const char *about, const char *message) {
    struct buf place = BUF_INIT;

    write_place(&place, path, line, column);
    buf_puts(out, "- ");
    markdown_span(out, &place);
    buf_printf(out, ": %s: ", about);
    markdown_code(out, message);
    buf_putc(out, '\n');
    buf_release(&place);
}

static const char *words_of(enum problem_scope scope) {
    return scope == SCOPE_REPORTED ? "error"
           : scope == SCOPE_DOWN   ? "in a down migration"
                                   : "in the history before";
}

void markdown_problems(struct buf *out, const struct report *report) {
    if (report->problems.n + report->unanalysed.n + report->remarks.n == 0)
        return;
    buf_puts(out, out->n ? "\n" : "");
    buf_puts(out, "### Errors and notes\n\n");
    for (size_t i = 0; i < report->problems.n; i++) {
        const struct problem *problem = &report->problems.v[i];
        put_problem(out, problem->path, problem->line, problem->column, words_of(problem->scope),
                    problem->message);
    }
    for (size_t i = 0; i < report->unanalysed.n; i++) {
        const struct unanalysed *place = &report->unanalysed.v[i];
        put_problem(out, place->path, place->line, place->column, "not analysed", place->why);
    }
    for (size_t i = 0; i < report->remarks.n; i++) {
        const struct remark *remark = &report->remarks.v[i];
        put_problem(out, remark->path, remark->line, remark->column, "note", remark->message);
    }
}

void markdown_sql(struct buf *out, const char *sql) {
    size_t ticks = longest_ticks(sql, strlen(sql)) + 1;
    const char *end;

    buf_repeat(out, '`', ticks < 3 ? 3 : ticks);
    buf_puts(out, "sql\n");
    for (; *sql; sql = *end ? end + 1 : end) {
        end = sql + strcspn(sql, "\n");
        escape_line(out, sql, (size_t)(end - sql));
        buf_putc(out, '\n');
    }
    buf_repeat(out, '`', ticks < 3 ? 3 : ticks);
    buf_putc(out, '\n');
}
