#include "front/show.h"

#include "front/front.h"

#include <stdlib.h>
#include <string.h>

static const char *evidence_name(const struct history *history) {
    static const char *const names[EVIDENCE_COUNT] = {
        [EVIDENCE_CONFIGURATION] = "configuration",
        [EVIDENCE_CONTENTS] = "contents",
        [EVIDENCE_MANIFEST] = "manifest",
        [EVIDENCE_NAMES] = "names",
    };

    return history->forced ? "told" : names[history->evidence];
}

static const char *kind_name(enum migration_kind kind) {
    static const char *const names[] = {
        [MIGRATION_STEP] = "step",
        [MIGRATION_BASELINE] = "baseline",
        [MIGRATION_REPEATABLE] = "repeatable",
        [MIGRATION_CALLBACK] = "callback",
        [MIGRATION_CURRENT] = "current",
    };

    return names[kind];
}

static const char *left_out_name(enum left_out_kind kind) {
    static const char *const names[] = {
        [LEFT_OUT_NAME] = "name",        [LEFT_OUT_UNLISTED] = "unlisted",
        [LEFT_OUT_SETTING] = "setting",  [LEFT_OUT_REPLACED] = "replaced",
        [LEFT_OUT_DIALECT] = "database", [LEFT_OUT_PROGRAM] = "program",
        [LEFT_OUT_MISSING] = "missing",  [LEFT_OUT_CHECK] = "check",
    };

    return names[kind];
}

static void add_unread(struct arena *arena, struct front_migration *out, enum direction direction,
                       const char *path) {
    if (path)
        vec_push(arena, &out->sections,
                 ((struct front_section){.direction = direction, .path = path}));
}

static void add_sections(struct arena *arena, const struct migration *migration,
                         struct front_migration *out) {
    for (size_t i = 0; i < migration->sections.n; i++) {
        const struct section *section = &migration->sections.v[i];
        vec_push(arena, &out->sections,
                 ((struct front_section){
                     .direction = section->direction,
                     .path = text_file(section->text, 0)->path,
                     .line = text_position(section->text, 0).line,
                     .transaction = transaction_mode_name(section->mode),
                     .why = section->mode_why,
                 }));
    }
    if (migration->sections.n)
        return;
    add_unread(arena, out, DIRECTION_UP, migration->up_path);
    add_unread(arena, out, DIRECTION_DOWN, migration->down_path);
}

static void add_migration(struct arena *arena, const struct migration *migration,
                          struct front_history *out) {
    struct front_migration *added = vec_add(arena, &out->migrations);

    *added = (struct front_migration){
        .version = migration->version,
        .name = migration->name,
        .kind = kind_name(migration->kind),
        .refusal = migration->refusal ? migration->refusal->why : NULL,
        .reported = migration->reported,
    };
    add_sections(arena, migration, added);
}

static void add_history(struct front_document *document, const struct history *history) {
    struct arena *arena = document->report->arena;
    struct front_history *out = vec_add(arena, &document->histories);

    *out = (struct front_history){
        .root = history->root,
        .front = history->front->name,
        .evidence = evidence_name(history),
        .why = history->why,
        .foreign = history->foreign,
    };
    for (size_t i = 0; i < history->migrations.n; i++)
        add_migration(arena, &history->migrations.v[i], out);
    for (size_t i = 0; i < history->left_out.n; i++) {
        const struct left_out *left_out = &history->left_out.v[i];
        vec_push(arena, &out->left_out,
                 ((struct front_left_out){left_out->path, left_out_name(left_out->kind),
                                          left_out->why}));
    }
}

static int compare(const void *left, const void *right) {
    const struct front_history *a = left, *b = right;
    int order = strcmp(a->root, b->root);

    return order ? order : strcmp(a->front, b->front);
}

void front_document_fill(struct front_document *document, const struct job *job) {
    for (size_t i = 0; i < job->histories.n; i++)
        add_history(document, job->histories.v[i]);
    for (size_t i = 0; i < job->foreign.n; i++)
        add_history(document, job->foreign.v[i]);
    if (document->histories.n)
        qsort(document->histories.v, document->histories.n, sizeof(struct front_history), compare);
}
