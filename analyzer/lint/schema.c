#include "lint/schema.h"

#include "lint/walk.h"
#include "model/describe.h"

struct schema_walk {
    struct walk walk;
    struct schema_document *document;
};

static void end_history(void *context) {
    struct schema_walk *run = context;
    const struct walk *walk = &run->walk;
    struct schema_history out = {
        .root = walk->history->root,
        .front = front_name(walk->history->front),
        .target = walk_target(walk->options, walk->history->config),
    };

    schema_describe(walk->arena, &walk->replay.schema, &out);
    vec_push(walk->arena, &run->document->histories, out);
}

void schema_run(struct job *job, const struct lint_options *options,
                struct schema_document *document) {
    static const struct walk_visitor visitor = {.history_ends = end_history};
    struct schema_walk run = {.document = document};

    run.walk.arena = job->arena;
    run.walk.options = options;
    run.walk.report = document->report;
    run.walk.visitor = &visitor;
    run.walk.context = &run;
    walk_job(&run.walk, job);
    report_sort(document->report);
}
