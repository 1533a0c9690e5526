/*
 * Supabase: supabase/migrations/1_name.sql (pkg/migration/list.go: ^([0-9]+)_(.*)\.sql$), in the order of the names as strings. The
 * command line tool sends all statements of a file, and its own note of the version, as one pipeline.
 */
#include "base/path.h"
#include "front/candidates.h"
#include "front/sections.h"

#include <string.h>

static bool read_name(struct arena *arena, const char *name, struct candidate *candidate) {
    const char *stem = without_suffix(arena, name, ".sql");
    size_t digits = leading_digits(name);

    if (!digits || name[digits] != '_' || !stem)
        return false;
    candidate_take_digits(arena, candidate);
    candidate->key = name;
    candidate->name = candidate->stem = stem;
    return true;
}

static bool is_place(struct arena *arena, const struct folder *folder) {
    const char *above = path_folder(arena, folder->absolute);

    return strcmp(path_base(folder->absolute), "migrations") == 0 &&
           strcmp(path_base(above), "supabase") == 0;
}

static const char *by_configuration(struct arena *arena, const struct folder *folder) {
    struct candidates candidates = {0};
    const struct reading *reading;

    if (!is_place(arena, folder))
        return NULL;
    candidates = candidates_of_files(arena, folder, read_name);
    reading = files_read(folder->files,
                         path_join(arena, path_folder(arena, folder->absolute), "config.toml"));
    return candidates.list.n && !reading->why ? "supabase/config.toml" : NULL;
}

static const char *by_names(struct arena *arena, const struct folder *folder) {
    struct candidates candidates = candidates_of_files(arena, folder, read_name);

    return candidates.list.n && is_place(arena, folder) ? "the folder supabase/migrations" : NULL;
}

/*
 * list.go: the first file is passed over when it is the "_init" that early releases made. Later ones write the remote schema
 * to a file with the same ending, and run it.
 */
static void drop_old_init(struct arena *arena, const struct folder *folder,
                          struct history *history) {
    const struct migration *first = history->migrations.n ? history->migrations.v : NULL;

    if (!first || strlen(first->version) != 14 || strcmp(first->version, "20211209000000") >= 0 ||
        strcmp(first->name + 14, "_init") != 0)
        return;
    history_leave_out(arena, history, folder, path_base(first->up_path), LEFT_OUT_NAME,
                      "Supabase passes over an _init that is older than 20211209000000");
    history->migrations.v++;
    history->migrations.n--;
    history->migrations.cap--;
}

static void discover(struct arena *arena, const struct folder *folder, struct history *history,
                     struct report *report) {
    struct candidates candidates = candidates_of_files(arena, folder, read_name);

    (void)report;
    candidates_to_history(&candidates, VERSION_BYTES, folder, history);
    drop_old_init(arena, folder, history);
}

const struct front front_supabase = {
    .name = "supabase",
    .mode = TRANSACTION_PIPELINE,
    .runner = {.late = RUNNER_REFUSES,
               .edited = RUNNER_SKIPS,
               .renamed = RUNNER_ACCEPTS,
               .missing = RUNNER_REFUSES,
               .opt_out = "a migration with this one statement, and no BEGIN"},
    .recognise = {[EVIDENCE_CONFIGURATION] = by_configuration, [EVIDENCE_NAMES] = by_names},
    .discover = discover,
    .render = render_whole_file,
};
