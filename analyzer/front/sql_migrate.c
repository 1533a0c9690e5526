/* sql-migrate: .sql files with the comments "-- +migrate Up" and "-- +migrate Down", each in a transaction. */
#include "front/candidates.h"
#include "front/line_cut.h"
#include "front/sections.h"

#include <string.h>

/* sqlparse.go: exactly so, with one blank between "--" and "+migrate". */
static bool read_marker(const char *line, size_t n, struct marker *marker) {
    static const char start[] = "-- +migrate ";
    size_t at = sizeof(start) - 1;

    if (n < at || memcmp(line, start, at) != 0)
        return false;
    marker->direction = DIRECTION_UP;
    if (!take_word(line, n, &at, "Up", false)) {
        marker->direction = DIRECTION_DOWN;
        if (!take_word(line, n, &at, "Down", false))
            return false;
    }
    marker->mode = TRANSACTION_FILE;
    if (has_word(line, n, at, "notransaction")) {
        marker->mode = TRANSACTION_PER_STATEMENT;
        marker->mode_why = "notransaction";
    }
    return true;
}

/* migrate.go, Migration.Less: by the number that the name begins with, those without one behind. */
static bool read_name(struct arena *arena, const char *name, struct candidate *candidate) {
    const char *stem = without_suffix(arena, name, ".sql");

    if (!stem)
        return false;
    candidate_take_digits(arena, candidate);
    candidate->rank = leading_digits(name) == 0;
    candidate->name = candidate->stem = stem;
    candidate->is_both = true;
    return true;
}

static const char why[] = "comments such as \"-- +migrate Up\"";

static const char *by_contents(struct arena *arena, const struct folder *folder) {
    return folder_has_marker(arena, folder, false, read_marker) ? why : NULL;
}

static const char *recognise_file(const struct file *file) {
    return file_has_marker(file, read_marker) ? why : NULL;
}

static void discover(struct arena *arena, const struct folder *folder, struct history *history,
                     struct report *report) {
    struct candidates candidates = candidates_of_files(arena, folder, read_name);

    (void)report;
    candidates_to_history(&candidates, VERSION_NUMBERS, folder, history);
}

static void render(struct arena *arena, const struct history *history, struct migration *migration,
                   const struct file *file, enum direction direction) {
    (void)direction;
    sections_by_markers(arena, migration, file, read_marker);
    sections_check_lines(arena, history, migration, "+migrate", false);
}

const struct front front_sql_migrate = {
    .name = "sql-migrate",
    .has_downs = true,
    .mode = TRANSACTION_FILE,
    .runner = {.duplicate = RUNNER_ACCEPTS,
               .late = RUNNER_RUNS,
               .edited = RUNNER_SKIPS,
               .renamed = RUNNER_REFUSES,
               .missing = RUNNER_REFUSES,
               .outside = RUNNER_SKIPS,
               .numbers = true,
               .opt_out = "a file of its own, behind the line\n-- +migrate Up notransaction"},
    .recognise = {[EVIDENCE_CONTENTS] = by_contents},
    .recognise_file = recognise_file,
    .discover = discover,
    .render = render,
};
