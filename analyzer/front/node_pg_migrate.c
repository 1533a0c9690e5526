/*
 * node-pg-migrate's SQL files: 1_name.sql, up behind the line "-- Up Migration", down behind "-- Down Migration" (sqlMigration.ts:
 * /^\s*--[\s-]*up\s+migration/im). Without marks all of it is up. The command line tool runs all that are pending in one transaction.
 */
#include "base/ascii.h"
#include "front/candidates.h"
#include "front/sections.h"

#include <string.h>

static bool read_marker(const char *line, size_t n, struct marker *marker) {
    size_t at = 0;

    while (at < n && (line[at] == '-' || ascii_isspace(line[at])))
        at++;
    marker->mode = TRANSACTION_ALL;
    marker->direction = DIRECTION_UP;
    if (!take_word(line, n, &at, "up", true)) {
        marker->direction = DIRECTION_DOWN;
        if (!take_word(line, n, &at, "down", true))
            return false;
    }
    return n - at >= 9 && ascii_ncasecmp(line + at, "migration", 9) == 0;
}

static bool read_name(struct arena *arena, const char *name, struct candidate *candidate) {
    const char *stem = without_suffix(arena, name, ".sql");

    if (!leading_digits(name) || !stem)
        return false;
    candidate_take_digits(arena, candidate);
    candidate->name = candidate->stem = stem;
    candidate->is_both = true;
    return true;
}

/* The words are not rare ones: a project of other languages alone does not mean this by them. */
static const char *by_contents(struct arena *arena, const struct folder *folder) {
    return folder_with(folder, "package.json") &&
                   folder_has_marker(arena, folder, true, read_marker)
               ? "comments such as \"-- Up Migration\""
               : NULL;
}

static const char *by_manifest(struct arena *arena, const struct folder *folder) {
    struct candidates candidates = candidates_of_files(arena, folder, read_name);

    return candidates.list.n ? folder_manifest(folder, "package.json", "node-pg-migrate") : NULL;
}

static void discover(struct arena *arena, const struct folder *folder, struct history *history,
                     struct report *report) {
    struct candidates candidates = candidates_of_files(arena, folder, read_name);

    (void)report;
    candidates_to_history(&candidates, VERSION_NUMBERS, folder, history);
}

static bool read_up(const char *line, size_t n, struct marker *marker) {
    return read_marker(line, n, marker) && marker->direction == DIRECTION_UP;
}

/* What stands before the mark of the down is up, with a mark or without. */
static void render(struct arena *arena, const struct history *history, struct migration *migration,
                   const struct file *file, enum direction direction) {
    (void)history;
    (void)direction;
    if (!file_has_marker(file, read_up))
        section_before_marker(arena, migration, file, DIRECTION_UP, migration->front->mode,
                              read_marker);
    sections_by_markers(arena, migration, file, read_marker);
    if (!file_has_marker(file, read_up))
        migration->outside = NULL;
}

const struct front front_node_pg_migrate = {
    .name = "node-pg-migrate",
    .has_downs = true,
    .mode = TRANSACTION_ALL,
    .programs = ".js .ts .mjs .cjs .mts .cts",
    .runner = {.duplicate = RUNNER_ACCEPTS, .late = RUNNER_REFUSES, .edited = RUNNER_SKIPS},
    .recognise = {[EVIDENCE_CONTENTS] = by_contents, [EVIDENCE_MANIFEST] = by_manifest},
    .discover = discover,
    .render = render,
};
