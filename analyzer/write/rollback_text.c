/*
 * --format text, for people: one block for each migration, a line for each step, under it whether it can be taken back
 * and how; then what the written down does otherwise:
 *
 *     db/0041_x.up.sql  (reversible with data loss; destructive)
 *
 *          1  ALTER TABLE users DROP COLUMN city
 *             reversible with data loss
 *             lost     the values of public.users.city
 *             down     ALTER TABLE public.users ADD COLUMN city text;
 *
 *        the written down, db/0041_x.down.sql:
 *             missing  column public.users.city
 */
#include "source/escape.h"
#include "write/formats.h"
#include "write/locks_formats.h"
#include "write/rollback_formats.h"
#include "write/wrap.h"

#include <string.h>

enum {
    LABEL = 9, /* columns of "missing  " */
    INDENT = 6,
    LEAST_WIDTH = 40,
    PROSE_WIDTH = 100,
    SQL_WIDTH = 120, /* where there is no terminal */
};

struct page {
    struct buf *out;
    const struct write_options *options;
    struct buf line; /* put together before it is wrapped */
};

static void put_styled(struct page *page, const char *sequence, const char *s) {
    buf_puts(page->out, page->options->color ? sequence : "");
    buf_puts(page->out, s);
    buf_puts(page->out, page->options->color ? "\033[0m" : "");
}

static const char *class_sequence(const char *class) {
    return strcmp(class, "reversible") == 0     ? "\033[32m"
           : strcmp(class, "forward only") == 0 ? "\033[1;31m"
                                                : "\033[1;33m";
}

static size_t width_of(const struct page *page, size_t most) {
    size_t width = page->options->width > 0 ? (size_t)page->options->width : most;

    if (width > most)
        width = most;
    return width < LEAST_WIDTH ? LEAST_WIDTH : width;
}

static void put_label(struct page *page, const char *label) {
    buf_repeat(page->out, ' ', INDENT);
    buf_puts(page->out, label);
    buf_repeat(page->out, ' ', strlen(label) < LABEL ? LABEL - strlen(label) : 1);
}

/* What is in page->line, behind a label. */
static void put_row(struct page *page, const char *label) {
    put_label(page, label);
    wrap_prose(page->out, buf_str(&page->line),
               (struct wrap){INDENT + LABEL, width_of(page, PROSE_WIDTH)});
    buf_clear(&page->line);
}

static void put_sql(struct page *page, const char *sql) {
    size_t n = strlen(sql);

    buf_add(&page->line, sql, n && sql[n - 1] == '\n' ? n - 1 : n);
    put_label(page, "down");
    wrap_sql(page->out, buf_str(&page->line),
             (struct wrap){INDENT + LABEL, width_of(page, SQL_WIDTH)});
    buf_clear(&page->line);
}

static void put_step(struct page *page, const struct rollback_step *step) {
    struct rollback_reason reason;

    buf_printf(page->out, "%4u  ", step->start.line);
    locks_put_sql(page->out, step->sql, width_of(page, SQL_WIDTH) - INDENT);
    buf_putc(page->out, '\n');
    buf_repeat(page->out, ' ', INDENT);
    put_styled(page, class_sequence(step->class), step->class);
    buf_puts(page->out, *step->down || strcmp(step->class, "reversible") != 0
                            ? "\n"
                            : ": nothing is to be done\n");
    for (size_t i = 0; (reason = rollback_reason(step, i)).label; i++) {
        buf_puts(&page->line, reason.text);
        put_row(page, reason.label);
    }
    if (*step->down)
        put_sql(page, step->down);
}

static void put_difference(struct page *page, const struct rollback_difference *difference) {
    buf_printf(&page->line, "%s%s%s", difference->object, *difference->detail ? ": " : "",
               difference->detail);
    put_row(page, strcmp(difference->kind, "different") == 0 ? "differs" : difference->kind);
}

static void put_written(struct page *page, const struct rollback_migration *migration) {
    const char *words = rollback_down_words(migration);

    buf_puts(page->out, "\n    the written down");
    if (migration->down_path) {
        buf_puts(page->out, ", ");
        write_path(page->out, migration->down_path);
    }
    buf_puts(page->out, ":\n");
    if (words) {
        buf_puts(&page->line, words);
        buf_repeat(page->out, ' ', INDENT);
        wrap_prose(page->out, buf_str(&page->line),
                   (struct wrap){INDENT, width_of(page, PROSE_WIDTH)});
        buf_clear(&page->line);
    }
    for (size_t i = 0; i < migration->failures.n; i++) {
        buf_printf(&page->line, "in line %u: %s", migration->failures.v[i].start.line,
                   migration->failures.v[i].why);
        put_row(page, "fails");
    }
    for (size_t i = 0; i < migration->differences.n; i++)
        put_difference(page, &migration->differences.v[i]);
}

static void put_header(struct page *page, const struct rollback_migration *migration) {
    struct buf path = BUF_INIT;

    write_path(&path, migration->up_path);
    put_styled(page, "\033[1m", buf_str(&path));
    buf_puts(page->out, "  (");
    put_styled(page, class_sequence(migration->class), migration->class);
    buf_printf(page->out, "; %s)\n\n", migration->change);
    buf_release(&path);
}

static void put_migration(struct page *page, const struct rollback_document *document,
                          const struct rollback_migration *migration) {
    put_header(page, migration);
    for (size_t i = 0; i < migration->step_count; i++)
        put_step(page, &document->steps.v[migration->first_step + i]);
    put_written(page, migration);
}

/* Errors and notes, in the words of every other command. */
static void put_problems(struct page *page, const struct rollback_document *document) {
    struct buf problems = BUF_INIT;

    write_text(&problems, document->report, page->options);
    if (problems.n && document->migrations.n)
        buf_putc(page->out, '\n');
    buf_add(page->out, buf_str(&problems), problems.n);
    buf_release(&problems);
}

void write_rollback_text(struct buf *out, const struct rollback_document *document,
                         const struct write_options *options) {
    struct page page = {.out = out, .options = options};

    for (size_t i = 0; i < document->migrations.n; i++) {
        if (i)
            buf_putc(out, '\n');
        put_migration(&page, document, &document->migrations.v[i]);
    }
    put_problems(&page, document);
    buf_release(&page.line);
}
