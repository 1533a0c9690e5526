/*
 * sqlx: 1_name.sql, or 1_name.up.sql with 1_name.down.sql. The names are golang-migrate's, too: Cargo.toml tells them apart.
 */
#include "front/candidates.h"
#include "front/sections.h"

#include <string.h>

static bool read_name(struct arena *arena, const char *name, struct candidate *candidate) {
    const char *stem = without_suffix(arena, name, ".sql");
    size_t digits = leading_digits(name);

    if (candidate_read_pair(arena, name, candidate))
        return true;
    if (!digits || name[digits] != '_' || !stem)
        return false;
    candidate_take_digits(arena, candidate);
    candidate->name = candidate->stem = stem;
    return true;
}

static const char *by_manifest(struct arena *arena, const struct folder *folder) {
    struct candidates candidates = candidates_of_files(arena, folder, read_name);

    return candidates.list.n ? folder_manifest(folder, "Cargo.toml", "sqlx") : NULL;
}

static void discover(struct arena *arena, const struct folder *folder, struct history *history,
                     struct report *report) {
    struct candidates candidates = candidates_of_files(arena, folder, read_name);

    (void)report;
    candidates_to_history(&candidates, VERSION_NUMBERS, folder, history);
    history_find_downs(history);
}

/* sqlx-core, migrate/source.rs: what starts with these bytes is sent without a transaction, as one query string. */
static void render(struct arena *arena, const struct history *history, struct migration *migration,
                   const struct file *file, enum direction direction) {
    static const char mark[] = "-- no-transaction";
    bool alone = file->len >= sizeof(mark) - 1 && memcmp(file->bytes, mark, sizeof(mark) - 1) == 0;

    (void)history;
    section_of_file(arena, migration, file, direction,
                    alone ? TRANSACTION_SIMPLE_QUERY : migration->front->mode,
                    alone ? "-- no-transaction" : NULL);
}

const struct front front_sqlx = {
    .name = "sqlx",
    .mode = TRANSACTION_FILE,
    .runner = {.duplicate = RUNNER_REFUSES,
               .late = RUNNER_RUNS,
               .edited = RUNNER_REFUSES,
               .edited_comments = true,
               .renamed = RUNNER_ACCEPTS,
               .missing = RUNNER_REFUSES,
               .numbers = true,
               .opt_out = "a file of its own, with this one statement, that begins with the "
                          "line\n-- no-transaction"},
    .recognise = {[EVIDENCE_MANIFEST] = by_manifest},
    .discover = discover,
    .render = render,
};
