/*
 * For tests of histories: real files, the job that is made of paths, and what it looks like as text.
 */
#ifndef TESTS_JOB_TREE_H
#define TESTS_JOB_TREE_H

#include "base/buf.h"
#include "base/path.h"
#include "front/front.h"

#include "tree.h"
#include "unit.h"

static struct arena arena;
static struct report report;
static struct job job;
static struct front_options options;
static struct buf shown;

static inline void setup(void) {
    arena_init(&arena);
    buf_init(&shown);
    options = (struct front_options){0};
    tree_make();
    tree_repository(".");
}

static inline void teardown(void) {
    tree_remove();
    buf_release(&shown);
    arena_release(&arena);
}

static inline void show_path(const char *path, bool reported) {
    buf_printf(&shown, " %s%s", path ? path : "-", reported ? "!" : "");
}

static inline void show_sections(const struct migration *migration) {
    static const char *const modes[] = {"?", "all", "file", "simple", "each", "pipe"};

    for (size_t i = 0; i < migration->sections.n; i++) {
        const struct section *section = &migration->sections.v[i];
        buf_printf(&shown, " %s:%s%s", direction_name(section->direction), modes[section->mode],
                   section->flags ? ":psql" : "");
    }
}

/*
 * The job: "root [front]", then for each migration "  version name: up down sections", with "!" behind reported
 * files, and "  stray: path: why"; problems and remarks as "path:line: [kind scope] message".
 */
static inline const char *show(void) {
    buf_clear(&shown);
    for (size_t i = 0; i < job.histories.n; i++) {
        const struct history *history = job.histories.v[i];
        buf_printf(&shown, "%s [%s]\n", history->root, front_name(history->front));
        for (size_t j = 0; j < history->migrations.n; j++) {
            const struct migration *migration = &history->migrations.v[j];
            ck_assert_int_eq(migration->reported,
                             migration->up_reported || migration->down_reported);
            buf_printf(&shown, "  %s %s:", migration->version, migration->name);
            show_path(migration->up_path, migration->up_reported);
            show_path(migration->down_path, migration->down_reported);
            show_sections(migration);
            buf_putc(&shown, '\n');
        }
        for (size_t j = 0; j < history->left_out.n; j++) {
            const struct left_out *left_out = &history->left_out.v[j];
            ck_assert_int_eq(left_out->stray, left_out->file != NULL);
            if (left_out->stray)
                buf_printf(&shown, "  stray: %s: %s\n", left_out->path, left_out->why);
        }
    }
    for (size_t i = 0; i < report.problems.n; i++) {
        const struct problem *problem = &report.problems.v[i];
        buf_printf(&shown, "%s:%u: %s %s: %s\n", problem->path, problem->line,
                   problem_kind_name(problem->kind), problem_scope_name(problem->scope),
                   problem->message);
    }
    for (size_t i = 0; i < report.remarks.n; i++)
        buf_printf(&shown, "%s:%u: %s\n", report.remarks.v[i].path, report.remarks.v[i].line,
                   report.remarks.v[i].message);
    for (size_t i = 0; i < report.unanalysed.n; i++)
        buf_printf(&shown, "%s:%u: not analysed: %s\n", report.unanalysed.v[i].path,
                   report.unanalysed.v[i].line, report.unanalysed.v[i].why);
    return buf_str(&shown);
}

/* Makes the job of these paths; up to the first NULL. */
static inline void make(const char *const *paths) {
    size_t n = 0;

    while (paths[n])
        n++;
    report_init(&report, &arena);
    job_make(&job, &arena, &options, paths, n, &report);
}

#define MAKE(...) make((const char *const[]){__VA_ARGS__, NULL})
#define SHOWS(expected) ck_assert_str_eq(show(), expected)

static inline void files(const char *const *paths) {
    for (; *paths; paths++)
        tree_file(*paths, "SELECT 1;\n");
}

#define FILES(...) files((const char *const[]){__VA_ARGS__, NULL})

/* What the section holds, and where its first byte stands. */
static inline void check_section(const struct migration *migration, size_t index, const char *text,
                                 unsigned line) {
    const struct section *section = &migration->sections.v[index];

    ck_assert_str_eq(arena_strndup(&arena, section->text->bytes, section->text->len), text);
    ck_assert_uint_eq(text_position(section->text, 0).line, line);
}

#endif
