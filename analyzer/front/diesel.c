/* Diesel: a folder with up.sql and down.sql for each migration. */
#include "base/path.h"
#include "front/candidates.h"
#include "front/sections.h"
#include "front/setting.h"

#include <string.h>

/* diesel_migrations, file_based_migrations.rs: the part before the first "_" without "-", compared as a string. */
static bool read_name(struct arena *arena, const char *name, struct candidate *candidate) {
    size_t length = strcspn(name, "_"), n = 0;
    char *version = arena_strndup(arena, name, length);

    for (size_t i = 0; i < length; i++)
        if (name[i] != '-')
            version[n++] = name[i];
    version[n] = '\0';
    candidate->version = candidate->key = version;
    return name[0] != '.';
}

static const char *by_configuration(struct arena *arena, const struct folder *folder) {
    struct candidates candidates =
        candidates_of_folders(arena, folder, read_name, "up.sql", "down.sql");

    return candidates.list.n && folder_upward(folder, "diesel.toml") ? "diesel.toml" : NULL;
}

static const char *by_manifest(struct arena *arena, const struct folder *folder) {
    struct candidates candidates =
        candidates_of_folders(arena, folder, read_name, "up.sql", "down.sql");

    return candidates.list.n ? folder_manifest(folder, "Cargo.toml", "diesel") : NULL;
}

static const char *by_names(struct arena *arena, const struct folder *folder) {
    (void)arena;
    return folder_has_file(folder, "00000000000000_diesel_initial_setup/up.sql")
               ? "the folder 00000000000000_diesel_initial_setup"
               : NULL;
}

static void discover(struct arena *arena, const struct folder *folder, struct history *history,
                     struct report *report) {
    struct candidates candidates =
        candidates_of_folders(arena, folder, read_name, "up.sql", "down.sql");

    (void)report;
    candidates_to_history(&candidates, VERSION_BYTES, folder, history);
}

/* metadata.toml beside up.sql: "run_in_transaction = false" sends each file as one query string. */
static void render(struct arena *arena, const struct history *history, struct migration *migration,
                   const struct file *file, enum direction direction) {
    const char *absolute =
        direction == DIRECTION_UP ? migration->up_absolute : migration->down_absolute;
    const char *metadata = path_join(arena, path_folder(arena, absolute), "metadata.toml");
    const struct reading *reading = files_read(history->files, metadata);
    bool alone = !reading->why && setting_is(arena, reading->file, "run_in_transaction", "false");

    section_of_file(arena, migration, file, direction,
                    alone ? TRANSACTION_SIMPLE_QUERY : migration->front->mode,
                    alone ? "run_in_transaction = false in metadata.toml" : NULL);
}

const struct front front_diesel = {
    .name = "diesel",
    .has_downs = true,
    .depth = 1,
    .mode = TRANSACTION_FILE,
    .runner = {.duplicate = RUNNER_SKIPS,
               .late = RUNNER_RUNS,
               .edited = RUNNER_SKIPS,
               .renamed = RUNNER_ACCEPTS,
               .missing = RUNNER_ACCEPTS,
               .opt_out = "a migration of its own, with this one statement in up.sql, and beside "
                          "it metadata.toml with\nrun_in_transaction = false"},
    .recognise = {[EVIDENCE_CONFIGURATION] = by_configuration,
                  [EVIDENCE_MANIFEST] = by_manifest,
                  [EVIDENCE_NAMES] = by_names},
    .discover = discover,
    .render = render,
};
