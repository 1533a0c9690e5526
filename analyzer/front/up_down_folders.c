/* Folders with up.sql and down.sql: Hasura's layout, and that of others. Who runs them is not known. */
#include "front/candidates.h"
#include "front/sections.h"

/* Numbers as numbers, names without one behind them. */
static bool read_name(struct arena *arena, const char *name, struct candidate *candidate) {
    candidate_take_digits(arena, candidate);
    candidate->rank = leading_digits(name) == 0;
    return name[0] != '.';
}

static const char *by_names(struct arena *arena, const struct folder *folder) {
    struct candidates candidates =
        candidates_of_folders(arena, folder, read_name, "up.sql", "down.sql");

    return candidates_example(&candidates, "folders");
}

static void discover(struct arena *arena, const struct folder *folder, struct history *history,
                     struct report *report) {
    struct candidates candidates =
        candidates_of_folders(arena, folder, read_name, "up.sql", "down.sql");

    (void)report;
    candidates_to_history(&candidates, VERSION_NUMBERS, folder, history);
}

const struct front front_up_down_folders = {
    .name = "up-down-folders",
    .has_downs = true,
    .depth = 1,
    .mode = TRANSACTION_UNKNOWN,
    .recognise = {[EVIDENCE_NAMES] = by_names},
    .discover = discover,
    .render = render_whole_file,
};
