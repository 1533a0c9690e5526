/*
 * golang-migrate: 1_name.up.sql and 1_name.down.sql (source/parse.go: ^([0-9]+)_(.*)\.(down|up)\.(.*)$). Versions are numbers,
 * and one makes a pair whatever the rest of the names. The postgres and pgx drivers send a file as one query
 * string, unless the database's URL says x-multi-statement.
 */
#include "base/ascii.h"
#include "front/candidates.h"
#include "front/sections.h"

static size_t count_sql(const struct folder *folder) {
    size_t count = 0;

    for (size_t i = 0; i < folder->entries.n; i++)
        count +=
            !folder->entries.v[i].is_folder && ascii_ends_with(folder->entries.v[i].name, ".sql");
    return count;
}

/* Downs alone are the downs of something else, and so are a few among files of other names. */
static const char *by_names(struct arena *arena, const struct folder *folder) {
    struct candidates candidates = candidates_of_files(arena, folder, candidate_read_pair);

    for (size_t i = 0; 2 * candidates.list.n >= count_sql(folder) && i < candidates.list.n; i++)
        if (candidates.list.v[i].direction == DIRECTION_UP)
            return arena_printf(arena, "names such as %s", candidates.list.v[i].path);
    return NULL;
}

static const char *by_manifest(struct arena *arena, const struct folder *folder) {
    return by_names(arena, folder) ? folder_manifest(folder, "go.mod", "golang-migrate") : NULL;
}

static void discover(struct arena *arena, const struct folder *folder, struct history *history,
                     struct report *report) {
    struct candidates candidates = candidates_of_files(arena, folder, candidate_read_pair);

    (void)report;
    candidates_to_history(&candidates, VERSION_NUMBERS, folder, history);
}

const struct front front_golang_migrate = {
    .name = "golang-migrate",
    .has_downs = true,
    .mode = TRANSACTION_SIMPLE_QUERY,
    .runner = {.duplicate = RUNNER_REFUSES,
               .late = RUNNER_SKIPS,
               .edited = RUNNER_SKIPS,
               .renamed = RUNNER_ACCEPTS,
               .missing = RUNNER_ACCEPTS,
               .numbers = true,
               .opt_out = "a file with this one statement, and no BEGIN"},
    .recognise = {[EVIDENCE_MANIFEST] = by_manifest, [EVIDENCE_NAMES] = by_names},
    .discover = discover,
    .render = render_whole_file,
};
