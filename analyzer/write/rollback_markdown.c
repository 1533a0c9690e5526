/*
 * --format markdown, for a comment on a pull request: the matrix, then for each migration its down, and what the
 * written one does otherwise.
 */
#include "write/locks_formats.h"
#include "write/markdown.h"
#include "write/rollback_formats.h"

#include <string.h>

enum { SQL_COLUMNS = 80 };

static void put_statement(struct buf *out, const char *sql) {
    struct buf escaped = BUF_INIT;

    locks_put_sql(&escaped, sql, SQL_COLUMNS);
    markdown_span(out, &escaped);
    buf_release(&escaped);
}

static void put_class(struct buf *out, const char *class) {
    const char *mark = strcmp(class, "reversible") == 0 ? "" : "**";
    buf_printf(out, "%s%s%s", mark, class, mark);
}

static void put_reasons(struct buf *out, const struct rollback_step *step) {
    struct rollback_reason reason;

    for (size_t i = 0; (reason = rollback_reason(step, i)).label; i++) {
        buf_printf(out, "%s%s: ", i ? "<br>" : "", reason.label);
        markdown_code(out, reason.text);
    }
}

static void put_steps(struct buf *out, const struct rollback_document *document,
                      const struct rollback_migration *migration) {
    buf_puts(out, "| Line | Step | Way back | Why |\n| ---: | --- | --- | --- |\n");
    for (size_t i = 0; i < migration->step_count; i++) {
        const struct rollback_step *step = &document->steps.v[migration->first_step + i];
        buf_printf(out, "| %u | ", step->start.line);
        put_statement(out, step->sql);
        buf_puts(out, " | ");
        put_class(out, step->class);
        buf_puts(out, " | ");
        put_reasons(out, step);
        buf_puts(out, " |\n");
    }
}

static void put_differences(struct buf *out, const struct rollback_migration *migration) {
    for (size_t i = 0; i < migration->failures.n; i++) {
        buf_printf(out, "- fails in line %u: ", migration->failures.v[i].start.line);
        markdown_code(out, migration->failures.v[i].why);
        buf_putc(out, '\n');
    }
    for (size_t i = 0; i < migration->differences.n; i++) {
        const struct rollback_difference *difference = &migration->differences.v[i];
        buf_printf(out, "- %s: ", difference->kind);
        markdown_code(out, difference->object);
        if (*difference->detail) {
            buf_puts(out, ": ");
            markdown_code(out, difference->detail);
        }
        buf_putc(out, '\n');
    }
}

static void put_written(struct buf *out, const struct rollback_migration *migration) {
    const char *words = rollback_down_words(migration);

    buf_puts(out, "\nThe written down");
    if (migration->down_path) {
        buf_puts(out, ", ");
        markdown_code(out, migration->down_path);
        buf_puts(out, ",");
    }
    if (words)
        buf_printf(out, ": %s.\n", words);
    else
        buf_puts(out, " does not take all back:\n\n");
    put_differences(out, migration);
}

static void put_migration(struct buf *out, const struct rollback_document *document,
                          const struct rollback_migration *migration) {
    buf_puts(out, "### ");
    markdown_code(out, migration->up_path);
    buf_puts(out, "\n\n");
    put_class(out, migration->class);
    buf_printf(out, "; %s\n\n", migration->change);
    if (migration->step_count)
        put_steps(out, document, migration);
    put_written(out, migration);
    if (!*migration->down)
        return;
    buf_puts(out, "\n<details><summary>The way back</summary>\n\n");
    markdown_sql(out, migration->down);
    buf_puts(out, "\n</details>\n");
}

void write_rollback_markdown(struct buf *out, const struct rollback_document *document,
                             const struct write_options *options) {
    (void)options;
    for (size_t i = 0; i < document->migrations.n; i++) {
        if (i)
            buf_putc(out, '\n');
        put_migration(out, document, &document->migrations.v[i]);
    }
    markdown_problems(out, document->report);
}
