/* Prisma: a folder with migration.sql for each migration, which the schema engine sends as one query string. No downs. */
#include "base/path.h"
#include "front/candidates.h"
#include "front/sections.h"
#include "front/setting.h"

#include <string.h>

/* schema-engine, migrations_directory.rs: folders in the order of their names. */
static bool read_name(struct arena *arena, const char *name, struct candidate *candidate) {
    candidate_take_digits(arena, candidate);
    candidate->key = name;
    return true;
}

static const char *by_lock(struct arena *arena, const struct folder *folder) {
    struct candidates candidates =
        candidates_of_folders(arena, folder, read_name, "migration.sql", NULL);

    return candidates.list.n && folder_find(folder, "migration_lock.toml") ? "migration_lock.toml"
                                                                           : NULL;
}

/* Drizzle's newer layout has folders with migration.sql, too, and a snapshot beside it. */
static const char *by_names(struct arena *arena, const struct folder *folder) {
    struct candidates candidates =
        candidates_of_folders(arena, folder, read_name, "migration.sql", NULL);

    for (size_t i = 0; i < candidates.list.n; i++) {
        const char *name = candidates.list.v[i].name;
        if (leading_digits(name) == 14 &&
            !folder_has_file(folder, path_join(arena, name, "snapshot.json")))
            return candidates_example(&candidates, "folders");
    }
    return NULL;
}

static void discover(struct arena *arena, const struct folder *folder, struct history *history,
                     struct report *report) {
    struct candidates candidates =
        candidates_of_folders(arena, folder, read_name, "migration.sql", NULL);

    (void)report;
    candidates_to_history(&candidates, VERSION_BYTES, folder, history);
}

static const char *foreign(struct arena *arena, const struct folder *folder) {
    const struct file *lock = folder_file(folder, "migration_lock.toml");
    const char *provider = lock ? setting_of(arena, lock, "provider") : NULL;

    if (!provider || strcmp(provider, "postgresql") == 0 || strcmp(provider, "postgres") == 0)
        return NULL;
    return arena_printf(arena, "is for %s (migration_lock.toml)", provider);
}

const struct front front_prisma = {
    .name = "prisma",
    .depth = 1,
    .mode = TRANSACTION_SIMPLE_QUERY,
    .runner = {.duplicate = RUNNER_ACCEPTS,
               .late = RUNNER_RUNS,
               .edited = RUNNER_SKIPS,
               .renamed = RUNNER_RUNS,
               .missing = RUNNER_ACCEPTS,
               .opt_out = "a migration with this one statement, and no BEGIN"},
    .recognise = {[EVIDENCE_CONFIGURATION] = by_lock, [EVIDENCE_NAMES] = by_names},
    .discover = discover,
    .foreign = foreign,
    .render = render_whole_file,
};
