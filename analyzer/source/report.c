#include "source/report.h"

#include <stdlib.h>
#include <string.h>

static const char *const tier_names[] = {
    [TIER_MINOR] = "minor",
    [TIER_MAJOR] = "major",
    [TIER_CRITICAL] = "critical",
};

const char *tier_name(enum tier tier) {
    return tier_names[tier];
}

enum tier tier_from_name(const char *name) {
    for (enum tier tier = TIER_MINOR; tier <= TIER_CRITICAL; tier++)
        if (strcmp(tier_names[tier], name) == 0)
            return tier;
    return 0;
}

const char *direction_name(enum direction direction) {
    return direction == DIRECTION_DOWN ? "down" : "up";
}

const char *problem_kind_name(enum problem_kind kind) {
    static const char *const names[] = {
        [PROBLEM_SYNTAX] = "syntax",     [PROBLEM_NEWER_SYNTAX] = "newer-syntax",
        [PROBLEM_ENCODING] = "encoding", [PROBLEM_IO] = "io",
        [PROBLEM_LIMIT] = "limit",       [PROBLEM_CRASH] = "crash",
        [PROBLEM_CONFIG] = "config",
    };

    return names[kind];
}

const char *problem_scope_name(enum problem_scope scope) {
    static const char *const names[] = {
        [SCOPE_REPORTED] = "reported",
        [SCOPE_HISTORY] = "history",
        [SCOPE_DOWN] = "down",
    };

    return names[scope];
}

void report_init(struct report *report, struct arena *arena) {
    *report = (struct report){.arena = arena, .fail_on = TIER_MAJOR};
}

void report_problem(struct report *report, struct problem problem) {
    problem.order = report->problems.n;
    vec_push(report->arena, &report->problems, problem);
}

void report_remark(struct report *report, struct remark remark) {
    vec_push(report->arena, &report->remarks, remark);
}

struct report_counts report_count(const struct report *report) {
    struct report_counts counts = {0};

    for (size_t i = 0; i < report->findings.n; i++) {
        const struct finding *finding = &report->findings.v[i];
        if (finding->suppressed_by && strcmp(finding->suppressed_by, "baseline") == 0)
            counts.baselined++;
        else if (finding->suppressed_by)
            counts.suppressed++;
        else if (finding->tier == TIER_CRITICAL)
            counts.critical++;
        else if (finding->tier == TIER_MAJOR)
            counts.major++;
        else
            counts.minor++;
    }
    return counts;
}

static int compare_size(size_t a, size_t b) {
    return (a > b) - (a < b);
}

static int compare_findings(const void *left, const void *right) {
    const struct finding *a = left, *b = right;
    int order = compare_size(a->order, b->order);

    if (!order)
        order = strcmp(a->file->path, b->file->path);
    if (!order)
        order = compare_size(a->start.offset, b->start.offset);
    if (!order)
        order = (int)b->tier - (int)a->tier;
    if (!order)
        order = strcmp(a->rule, b->rule);
    if (!order)
        order = compare_size(a->end.offset, b->end.offset);
    return order ? order : strcmp(a->what, b->what);
}

static int compare_problems(const void *left, const void *right) {
    const struct problem *a = left, *b = right;
    int order = (a->file != NULL) - (b->file != NULL);

    if (!order && !a->file)
        order = strcmp(a->path, b->path);
    return order ? order : compare_size(a->order, b->order);
}

void report_sort(struct report *report) {
    if (report->problems.n)
        qsort(report->problems.v, report->problems.n, sizeof(struct problem), compare_problems);
    if (report->findings.n)
        qsort(report->findings.v, report->findings.n, sizeof(struct finding), compare_findings);
}

int report_exit_code(const struct report *report) {
    for (size_t i = 0; i < report->problems.n; i++)
        if (report->problems.v[i].scope == SCOPE_REPORTED)
            return 2;
    for (size_t i = 0; i < report->findings.n; i++)
        if (!report->findings.v[i].suppressed_by && report->fail_on &&
            report->findings.v[i].tier >= report->fail_on)
            return 1;
    return 0;
}
