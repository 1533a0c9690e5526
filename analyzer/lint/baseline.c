#include "lint/baseline.h"

static void mark(struct baseline *baseline, struct finding *finding) {
    struct baseline_entry *entry = map_get(&baseline->by_fingerprint, finding->fingerprint);

    if (!entry)
        return;
    entry->used = true;
    if (!finding->suppressed_by)
        finding->suppressed_by = "baseline";
}

static void add_path(struct map *paths, const char *path) {
    if (path)
        map_set(paths, path, paths); /* any value: it is a set */
}

/* A run over some files says nothing about the entries of others. */
static void reported_paths(const struct job *job, struct map *paths) {
    for (size_t i = 0; i < job->histories.n; i++)
        for (size_t j = 0; j < job->histories.v[i]->migrations.n; j++) {
            const struct migration *migration = &job->histories.v[i]->migrations.v[j];
            add_path(paths, migration->up_reported ? migration->up_path : NULL);
            add_path(paths, migration->down_reported ? migration->down_path : NULL);
        }
}

static void tell_stale(const struct baseline *baseline, const struct map *paths,
                       struct report *report) {
    for (size_t i = 0; i < baseline->list.n; i++) {
        const struct baseline_entry *entry = baseline->list.v[i];
        if (entry->used || !map_has(paths, entry->file))
            continue;
        report_remark(report, (struct remark){
                                  .path = entry->file,
                                  .message = arena_printf(report->arena,
                                                          "the baseline %s knows a finding of %s "
                                                          "that is gone: write it anew",
                                                          baseline->path, entry->rule),
                              });
    }
}

void baseline_apply(struct baseline *baseline, const struct job *job, struct report *report) {
    struct map paths;

    for (size_t i = 0; i < report->findings.n; i++)
        mark(baseline, &report->findings.v[i]);
    map_init(&paths, report->arena);
    reported_paths(job, &paths);
    tell_stale(baseline, &paths, report);
}
