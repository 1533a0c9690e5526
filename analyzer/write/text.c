/*
 * --format text, for people. What could not be read comes first, then one block for each statement, worst
 * first, then notes:
 *
 *     db/0041_x.up.sql:3:19: critical: what is about to happen [rule]
 *       3 | ALTER TABLE users DROP COLUMN email;
 *         |                   ^~~~~~~~~~~~~~~~~
 *       why:     What it does to the live database, and who waits.
 *       instead: The SQL to write.
 *       lock:    ACCESS EXCLUSIVE on public.users, blocks reads and writes, until commit
 *
 * Findings of one statement follow each other; what the one says as the one before it is not repeated. What a rule
 * says once of each of many files is told of the first, with the number of the others.
 */
#include "base/path.h"
#include "source/escape.h"
#include "source/utf8.h"
#include "write/excerpt.h"
#include "write/fold.h"
#include "write/formats.h"
#include "write/wrap.h"

#include <stdlib.h>
#include <string.h>

enum {
    LABEL = 11,        /* columns of "  instead: " */
    PROSE_WIDTH = 100, /* longer lines are hard to read, however wide the terminal is */
    LEAST_WIDTH = 40,
    SOURCE_WIDTH = 160, /* where there is no terminal */
    FAR_COLUMN = 10000, /* up to which the place of an error is looked for in its line */
};

enum style { PLAIN, STRONG, QUIET, ERROR, CRITICAL, MAJOR, MINOR, NOTE };

static const char *const sequences[] = {
    [PLAIN] = "\033[0m",    [STRONG] = "\033[1m",      [QUIET] = "\033[2m",
    [ERROR] = "\033[1;31m", [CRITICAL] = "\033[1;31m", [MAJOR] = "\033[1;33m",
    [MINOR] = "\033[1;36m", [NOTE] = "\033[1;34m",
};

struct page {
    struct buf *out;
    size_t start; /* of the report in out */
    const struct write_options *options;
    struct arena scratch; /* of one finding or line */
    struct fold fold;
};

/* Findings of one statement: v[first] and those behind it. */
struct block {
    size_t first, count;
    enum tier tier; /* the worst; 0: all are suppressed */
};

static const char *sequence(const struct page *page, enum style style) {
    return page->options->color ? sequences[style] : "";
}

static void put_styled(struct page *page, enum style style, const char *s) {
    buf_puts(page->out, sequence(page, style));
    buf_puts(page->out, s);
    buf_puts(page->out, sequence(page, PLAIN));
}

static enum style tier_style(enum tier tier) {
    return tier == TIER_CRITICAL ? CRITICAL : tier == TIER_MAJOR ? MAJOR : MINOR;
}

/* Between two blocks, and not before the first. */
static void put_gap(struct page *page) {
    if (page->out->n > page->start)
        buf_putc(page->out, '\n');
}

/* The place as a link to its file, with the sequence that some terminals know as OSC 8. */
static void put_place(struct page *page, const char *path, unsigned line, unsigned column) {
    bool linked = page->options->links && page->options->base && path;

    if (linked) {
        buf_puts(page->out, "\033]8;;");
        write_uri(page->out, path_join(&page->scratch, page->options->base, path));
        buf_puts(page->out, "\033\\");
    }
    buf_puts(page->out, sequence(page, STRONG));
    write_place(page->out, path, line, column);
    buf_puts(page->out, ":");
    buf_puts(page->out, sequence(page, PLAIN));
    if (linked)
        buf_puts(page->out, "\033]8;;\033\\");
    buf_putc(page->out, ' ');
}

static void put_escaped(struct page *page, const char *s) {
    escape_line(page->out, s, strlen(s));
}

static struct wrap wrap_behind_label(const struct page *page) {
    int width = page->options->width;

    if (width <= 0 || width > PROSE_WIDTH)
        width = PROSE_WIDTH;
    return (struct wrap){LABEL, width < LEAST_WIDTH ? LEAST_WIDTH : (size_t)width};
}

static void put_label(struct page *page, const char *label) {
    buf_puts(page->out, "  ");
    put_styled(page, QUIET, label);
    buf_repeat(page->out, ' ', LABEL - 2 - strlen(label));
}

static void put_excerpt(struct page *page, struct excerpt excerpt, enum style mark) {
    struct arena_mark before = arena_mark(&page->scratch);

    excerpt.width = page->options->width > 0 ? (size_t)page->options->width : SOURCE_WIDTH;
    excerpt.mark_on = sequence(page, mark);
    excerpt.gutter_on = sequence(page, QUIET);
    excerpt.off = sequence(page, PLAIN);
    excerpt_write(page->out, &page->scratch, &excerpt);
    arena_rewind(&page->scratch, before);
}

static void put_finding_line(struct page *page, const struct finding *finding) {
    put_place(page, finding->file->path, finding->start.line, finding->start.column);
    put_styled(page, finding->suppressed_by ? QUIET : tier_style(finding->tier),
               tier_name(finding->tier));
    buf_puts(page->out, ": ");
    put_escaped(page, finding->what);
    buf_putc(page->out, ' ');
    buf_puts(page->out, sequence(page, QUIET));
    buf_putc(page->out, '[');
    put_escaped(page, finding->rule);
    buf_putc(page->out, ']');
    buf_puts(page->out, sequence(page, PLAIN));
    buf_putc(page->out, '\n');
}

static bool same_place(const struct finding *a, const struct finding *b) {
    return b && a->start.offset == b->start.offset && a->end.offset == b->end.offset;
}

static void put_suppression(struct page *page, const struct finding *finding) {
    const char *by = finding->suppressed_by, *reason = finding->suppressed_reason;
    struct buf line = BUF_INIT;

    buf_printf(&line, "by %s%s", strcmp(by, "comment") == 0 ? "a " : "the ",
               strcmp(by, "config") == 0 ? "configuration" : by);
    if (reason && *reason)
        buf_printf(&line, ": %s", reason);
    put_label(page, "ignored:");
    wrap_prose(page->out, buf_str(&line), wrap_behind_label(page));
    buf_release(&line);
}

static void put_words(struct page *page, const struct finding *finding,
                      const struct finding *before) {
    if (*finding->why && !(before && strcmp(finding->why, before->why) == 0)) {
        put_label(page, "why:");
        wrap_prose(page->out, finding->why, wrap_behind_label(page));
    }
    if (*finding->instead && !(before && strcmp(finding->instead, before->instead) == 0)) {
        put_label(page, "instead:");
        wrap_sql(page->out, finding->instead, wrap_behind_label(page));
    }
}

static void put_finding_effects(struct page *page, const struct finding *finding,
                                const struct finding *before) {
    struct buf now = BUF_INIT, then = BUF_INIT;

    write_effects(&now, finding);
    if (before)
        write_effects(&then, before);
    if (now.n && strcmp(buf_str(&now), buf_str(&then)) != 0) {
        put_label(page, finding->locks.n ? "lock:" : "work:");
        wrap_prose(page->out, buf_str(&now), wrap_behind_label(page));
    }
    buf_release(&now);
    buf_release(&then);
}

/* The other files of which the same is to be said. */
static void put_others(struct page *page, const struct finding *finding) {
    const struct fold_group *group = fold_stands_for(&page->fold, finding);
    struct buf line = BUF_INIT;

    if (!group)
        return;
    buf_printf(&line, "%zu more files: %s, %s ... (--format json has all)", group->count - 1,
               group->others[0], group->others[1]);
    put_label(page, "also:");
    wrap_prose(page->out, buf_str(&line), wrap_behind_label(page));
    buf_release(&line);
}

/* before: the finding of the same block that stands above; NULL: none. */
static void put_finding(struct page *page, const struct finding *finding,
                        const struct finding *before) {
    put_finding_line(page, finding);
    if (finding->start.line && !same_place(finding, before))
        put_excerpt(page,
                    (struct excerpt){.file = finding->file,
                                     .line = finding->start.line,
                                     .start = finding->start.offset,
                                     .end = finding->end.offset},
                    finding->suppressed_by ? QUIET : tier_style(finding->tier));
    if (finding->suppressed_by) {
        put_suppression(page, finding);
        return;
    }
    put_words(page, finding, before && !before->suppressed_by ? before : NULL);
    put_finding_effects(page, finding, before && !before->suppressed_by ? before : NULL);
    put_others(page, finding);
}

/* 0 for what is suppressed. */
static enum tier shown_tier(const struct finding *finding) {
    return finding->suppressed_by ? 0 : finding->tier;
}

static bool is_shown(const struct page *page, const struct finding *finding) {
    return write_shows(page->options, finding) && !fold_hides(&page->fold, finding);
}

static int compare_in_block(const void *left, const void *right) {
    const struct finding *a = *(const struct finding *const *)left;
    const struct finding *b = *(const struct finding *const *)right;

    if (shown_tier(a) != shown_tier(b))
        return shown_tier(a) < shown_tier(b) ? 1 : -1;
    return (a > b) - (a < b);
}

static void put_block(struct page *page, struct arena *arena, const struct report *report,
                      struct block block) {
    VEC(const struct finding *) shown = {0};

    for (size_t i = block.first; i < block.first + block.count; i++)
        if (is_shown(page, &report->findings.v[i]))
            vec_push(arena, &shown, &report->findings.v[i]);
    qsort(shown.v, shown.n, sizeof(*shown.v), compare_in_block);
    put_gap(page);
    for (size_t i = 0; i < shown.n; i++)
        put_finding(page, shown.v[i], i ? shown.v[i - 1] : NULL);
}

static bool same_statement(const struct finding *a, const struct finding *b) {
    return a->statement && a->statement == b->statement && a->file == b->file;
}

static int compare_blocks(const void *left, const void *right) {
    const struct block *a = left, *b = right;

    if (a->tier != b->tier)
        return a->tier < b->tier ? 1 : -1;
    return (a->first > b->first) - (a->first < b->first);
}

static void put_blocks(struct page *page, const struct report *report) {
    struct arena arena;
    VEC(struct block) blocks = {0};
    const struct finding *last = NULL;

    arena_init(&arena);
    for (size_t i = 0; i < report->findings.n; i++) {
        const struct finding *finding = &report->findings.v[i];
        if (!is_shown(page, finding))
            continue;
        if (!last || !same_statement(last, finding))
            vec_push(&arena, &blocks, ((struct block){.first = i}));
        last = finding;
        struct block *block = &blocks.v[blocks.n - 1];
        block->count = i + 1 - block->first;
        if (shown_tier(finding) > block->tier)
            block->tier = shown_tier(finding);
    }
    if (blocks.n)
        qsort(blocks.v, blocks.n, sizeof(*blocks.v), compare_blocks);
    for (size_t i = 0; i < blocks.n; i++)
        put_block(page, &arena, report, blocks.v[i]);
    arena_release(&arena);
}

/* The offset of the problem's place; false when it has none, or one that would take long to find. */
static bool find_place(const struct problem *problem, size_t *offset) {
    const struct file *file = problem->file;
    struct span line;

    if (!file || !problem->line || problem->line > file->lines.n)
        return false;
    line = file_line(file, problem->line);
    *offset = line.start;
    if (file->ascii)
        *offset += problem->column ? problem->column - 1 : 0;
    else if (problem->column > FAR_COLUMN)
        return false;
    else
        for (unsigned i = 1; i < problem->column && *offset < line.end; i++) {
            size_t n = utf8_length(file->bytes + *offset, line.end - *offset);
            *offset += n ? n : 1;
        }
    return *offset <= line.end;
}

static void put_error(struct page *page, const struct problem *problem) {
    struct excerpt excerpt = {.file = problem->file, .line = problem->line};

    arena_clear(&page->scratch);
    put_gap(page);
    put_place(page, problem->path, problem->line, problem->column);
    put_styled(page, ERROR, "error");
    buf_puts(page->out, ": ");
    put_escaped(page, problem->message);
    buf_putc(page->out, '\n');
    if (find_place(problem, &excerpt.start)) {
        excerpt.end = excerpt.start;
        put_excerpt(page, excerpt, ERROR);
    }
}

static void put_errors(struct page *page, const struct report *report) {
    for (size_t i = 0; i < report->problems.n; i++)
        if (report->problems.v[i].scope == SCOPE_REPORTED)
            put_error(page, &report->problems.v[i]);
}

static void put_note(struct page *page, const char *path, unsigned line, unsigned column,
                     const char *about, const char *message) {
    put_place(page, path, line, column);
    put_styled(page, NOTE, "note");
    buf_printf(page->out, ": %s", about);
    put_escaped(page, message);
    buf_putc(page->out, '\n');
    arena_clear(&page->scratch);
}

static void put_notes(struct page *page, const struct report *report) {
    for (size_t i = 0; i < report->problems.n; i++) {
        const struct problem *problem = &report->problems.v[i];
        if (problem->scope != SCOPE_REPORTED)
            put_note(page, problem->path, problem->line, problem->column,
                     problem->scope == SCOPE_DOWN ? "in a down migration: "
                                                  : "in the history before: ",
                     problem->message);
    }
    for (size_t i = 0; i < report->unanalysed.n; i++) {
        const struct unanalysed *place = &report->unanalysed.v[i];
        put_note(page, place->path, place->line, place->column, "not analysed: ", place->why);
    }
    for (size_t i = 0; i < report->remarks.n; i++) {
        const struct remark *remark = &report->remarks.v[i];
        put_note(page, remark->path, remark->line, remark->column, "", remark->message);
    }
}

static bool has_notes(const struct report *report) {
    for (size_t i = 0; i < report->problems.n; i++)
        if (report->problems.v[i].scope != SCOPE_REPORTED)
            return true;
    return report->unanalysed.n || report->remarks.n;
}

void write_text(struct buf *out, const struct report *report, const struct write_options *options) {
    struct page page = {.out = out, .start = out->n, .options = options};
    struct arena folded;

    arena_init(&page.scratch);
    arena_init(&folded);
    fold_init(&page.fold, &folded, report, options);
    put_errors(&page, report);
    put_blocks(&page, report);
    if (has_notes(report))
        put_gap(&page);
    put_notes(&page, report);
    arena_release(&folded);
    arena_release(&page.scratch);
}
