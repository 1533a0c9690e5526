/* dbmate: 1_name.sql with blocks behind the comments "-- migrate:up" and "-- migrate:down", each in a transaction. */
#include "front/candidates.h"
#include "front/sections.h"

/* The option transaction:false holds for the block, which is then sent as one query string. */
static bool read_marker(const char *line, size_t n, struct marker *marker) {
    size_t at = behind_comment_word(line, n, "migrate:up", false);

    marker->direction = DIRECTION_UP;
    if (!at) {
        at = behind_comment_word(line, n, "migrate:down", false);
        marker->direction = DIRECTION_DOWN;
    }
    if (!at)
        return false;
    marker->mode = TRANSACTION_FILE;
    if (has_word(line, n, at, "transaction:false")) {
        marker->mode = TRANSACTION_SIMPLE_QUERY;
        marker->mode_why = "transaction:false";
    }
    return true;
}

/* pkg/dbmate/db.go: files in the order of their names, as strings. */
static bool read_name(struct arena *arena, const char *name, struct candidate *candidate) {
    const char *stem = without_suffix(arena, name, ".sql");

    if (!leading_digits(name) || !stem)
        return false;
    candidate_take_digits(arena, candidate);
    candidate->key = name;
    candidate->name = candidate->stem = stem;
    candidate->is_both = true;
    return true;
}

static const char why[] = "comments such as \"-- migrate:up\"";

static const char *by_contents(struct arena *arena, const struct folder *folder) {
    return folder_has_marker(arena, folder, true, read_marker) ? why : NULL;
}

static const char *recognise_file(const struct file *file) {
    return file_has_marker(file, read_marker) ? why : NULL;
}

static void discover(struct arena *arena, const struct folder *folder, struct history *history,
                     struct report *report) {
    struct candidates candidates = candidates_of_files(arena, folder, read_name);

    (void)report;
    candidates_to_history(&candidates, VERSION_BYTES, folder, history);
}

static void render(struct arena *arena, const struct history *history, struct migration *migration,
                   const struct file *file, enum direction direction) {
    (void)history;
    (void)direction;
    sections_by_markers(arena, migration, file, read_marker);
}

const struct front front_dbmate = {
    .name = "dbmate",
    .has_downs = true,
    .mode = TRANSACTION_FILE,
    .runner = {.duplicate = RUNNER_SKIPS,
               .late = RUNNER_RUNS,
               .edited = RUNNER_SKIPS,
               .renamed = RUNNER_ACCEPTS,
               .missing = RUNNER_ACCEPTS,
               .outside = RUNNER_REFUSES,
               .opt_out = "a file of its own, with this one statement behind the line\n-- "
                          "migrate:up transaction:false"},
    .recognise = {[EVIDENCE_CONTENTS] = by_contents},
    .recognise_file = recognise_file,
    .discover = discover,
    .render = render,
};
