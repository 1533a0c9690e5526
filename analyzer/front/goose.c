/* goose: 1_name.sql with the comments "-- +goose Up" and "-- +goose Down", each file in a transaction. */
#include "front/candidates.h"
#include "front/line_cut.h"
#include "front/sections.h"
#include "sql/lex.h"

/* Words in any case, at the very start of a line. */
static bool read_marker(const char *line, size_t n, struct marker *marker) {
    size_t at = behind_comment_word(line, n, "+goose", true);

    marker->mode = TRANSACTION_FILE;
    marker->direction = DIRECTION_UP;
    if (at && take_word(line, n, &at, "Up", true))
        return true;
    marker->direction = DIRECTION_DOWN;
    return at && take_word(line, n, &at, "Down", true);
}

static bool read_no_transaction(const char *line, size_t n, struct marker *marker) {
    size_t at = behind_comment_word(line, n, "+goose", true);

    (void)marker;
    return at && take_word(line, n, &at, "NO", true) &&
           take_word(line, n, &at, "TRANSACTION", true);
}

/* From there on, until it is switched off, ${x} are variables of the environment. */
static bool read_envsub(const char *line, size_t n, struct marker *marker) {
    size_t at = behind_comment_word(line, n, "+goose", true);

    (void)marker;
    return at && take_word(line, n, &at, "ENVSUB", true) && take_word(line, n, &at, "ON", true);
}

static bool read_name(struct arena *arena, const char *name, struct candidate *candidate) {
    size_t digits = leading_digits(name);
    const char *stem = without_suffix(arena, name, ".sql");

    if (!digits || name[digits] != '_' || !stem)
        return false;
    candidate_take_digits(arena, candidate);
    candidate->name = candidate->stem = stem;
    candidate->is_both = true;
    return true;
}

static const char why[] = "comments such as \"-- +goose Up\"";

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
    candidates_to_history(&candidates, VERSION_NUMBERS, folder, history);
}

/* "NO TRANSACTION" holds for the file, wherever it stands. */
static void render(struct arena *arena, const struct history *history, struct migration *migration,
                   const struct file *file, enum direction direction) {
    (void)direction;
    sections_by_markers(arena, migration, file, read_marker);
    sections_check_lines(arena, history, migration, "+goose", true);
    for (size_t i = 0; i < migration->sections.n && file_has_marker(file, read_envsub); i++)
        migration->sections.v[i].placeholders = LEX_DOLLAR;
    if (!file_has_marker(file, read_no_transaction))
        return;
    for (size_t i = 0; i < migration->sections.n; i++) {
        migration->sections.v[i].mode = TRANSACTION_PER_STATEMENT;
        migration->sections.v[i].mode_why = "-- +goose NO TRANSACTION";
    }
}

const struct front front_goose = {
    .name = "goose",
    .has_downs = true,
    .programs = ".go",
    .mode = TRANSACTION_FILE,
    .runner = {.duplicate = RUNNER_REFUSES,
               .late = RUNNER_REFUSES,
               .edited = RUNNER_SKIPS,
               .renamed = RUNNER_ACCEPTS,
               .missing = RUNNER_ACCEPTS,
               .outside = RUNNER_REFUSES,
               .numbers = true,
               .opt_out = "a file of its own with the line\n-- +goose NO TRANSACTION"},
    .recognise = {[EVIDENCE_CONTENTS] = by_contents},
    .recognise_file = recognise_file,
    .discover = discover,
    .render = render,
};
