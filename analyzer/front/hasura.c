/*
 * Hasura: migrations/<database>/1600000000000_name/ with up.sql and down.sql. Each file goes to the server's run_sql, which runs it in
 * a transaction; there is no way out of that (graphql-engine's issue 2939).
 */
#define _GNU_SOURCE /* memmem */
#include "base/path.h"
#include "config/document.h"
#include "front/candidates.h"
#include "front/sections.h"

#include <string.h>

static bool read_name(struct arena *arena, const char *name, struct candidate *candidate) {
    size_t digits = leading_digits(name);

    if (!digits || name[digits] != '_')
        return false;
    candidate_take_digits(arena, candidate);
    return true;
}

static struct candidates find(struct arena *arena, const struct folder *folder) {
    return candidates_of_folders(arena, folder, read_name, "up.sql", "down.sql");
}

static bool mentions(const struct file *file, const char *word) {
    return memmem(file->bytes, file->len, word, strlen(word)) != NULL;
}

static const char *by_configuration(struct arena *arena, const struct folder *folder) {
    struct candidates candidates = find(arena, folder);
    const struct file *config = candidates.list.n ? folder_upward(folder, "config.yaml") : NULL;

    if (!config || !mentions(config, "version:"))
        return NULL;
    return mentions(config, "metadata_directory") || mentions(config, "endpoint")
               ? arena_printf(arena, "Hasura's %s", config->path)
               : NULL;
}

/* Milliseconds: nobody else counts them in folders' names. */
static const char *by_names(struct arena *arena, const struct folder *folder) {
    struct candidates candidates = find(arena, folder);

    for (size_t i = 0; i < candidates.list.n; i++)
        if (strlen(candidates.list.v[i].version) != 13)
            return NULL;
    return candidates_example(&candidates, "folders with milliseconds");
}

static void discover(struct arena *arena, const struct folder *folder, struct history *history,
                     struct report *report) {
    struct candidates candidates = find(arena, folder);

    (void)report;
    candidates_to_history(&candidates, VERSION_NUMBERS, folder, history);
}

static bool is_ours(const char *kind) {
    return strcmp(kind, "postgres") == 0 || strcmp(kind, "pg") == 0 || strcmp(kind, "citus") == 0;
}

static const char *scalar(const struct document *map, const char *key) {
    const struct document *value = document_get(map, key);

    return value && value->kind == DOCUMENT_SCALAR ? value->scalar : "";
}

/* metadata/databases/databases.yaml has the kind of each database; migrations/ has a folder for each. */
static const char *foreign(struct arena *arena, const struct folder *folder) {
    const char *project = folder_with(folder, "metadata"), *name = path_base(folder->absolute);
    const struct reading *reading;
    const struct document *list;
    struct document_error error;

    if (!project)
        return NULL;
    reading =
        files_read(folder->files, path_join(arena, project, "metadata/databases/databases.yaml"));
    list = reading->why ? NULL : document_read_yaml(arena, reading->file, &error);
    for (size_t i = 0; list && list->kind == DOCUMENT_LIST && i < list->count; i++) {
        const char *kind = scalar(list->items[i], "kind");
        if (strcmp(scalar(list->items[i], "name"), name) == 0 && *kind && !is_ours(kind))
            return arena_printf(arena, "is for %s (databases.yaml)", kind);
    }
    return NULL;
}

const struct front front_hasura = {
    .name = "hasura",
    .has_downs = true,
    .depth = 1,
    .mode = TRANSACTION_FILE,
    .runner = {.late = RUNNER_RUNS,
               .edited = RUNNER_SKIPS,
               .renamed = RUNNER_ACCEPTS,
               .numbers = true,
               .opt_out = "by hand, before the release: Hasura has no way to run a file outside of "
                          "a transaction"},
    .recognise = {[EVIDENCE_CONFIGURATION] = by_configuration, [EVIDENCE_NAMES] = by_names},
    .discover = discover,
    .foreign = foreign,
    .render = render_whole_file,
};
