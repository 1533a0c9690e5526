/*
 * refinery: V1__name.sql, and U1__name.sql, which is a step up, too (refinery-core, util.rs:
 * ^([U|V])(\d+(?:\.\d+)?)__(\w+)\.(rs|sql)$). There are no downs, and no way to leave the file's transaction.
 */
#include "base/ascii.h"
#include "front/candidates.h"
#include "front/sections.h"

#include <string.h>

static bool is_word(const char *s, const char *end) {
    for (const char *at = s; at < end; at++)
        if (!ascii_isalpha(*at) && !ascii_isdigit(*at) && *at != '_' && (unsigned char)*at < 0x80)
            return false;
    return s < end;
}

static bool read_name(struct arena *arena, const char *name, struct candidate *candidate) {
    const char *stem = without_suffix(arena, name, ".sql");
    size_t n = 1;

    if (!stem || (name[0] != 'V' && name[0] != 'U'))
        return false;
    n += leading_digits(name + n);
    if (name[n] == '.' && ascii_isdigit(name[n + 1]))
        n += 1 + leading_digits(name + n + 1);
    if (n == 1 || name[n] != '_' || name[n + 1] != '_')
        return false;
    candidate->key = candidate->version = arena_strndup(arena, name + 1, n - 1);
    candidate->name = candidate->stem = stem;
    return is_word(stem + n + 2, stem + strlen(stem));
}

static const char *by_configuration(struct arena *arena, const struct folder *folder) {
    struct candidates candidates = candidates_of_files(arena, folder, read_name);

    return candidates.list.n && folder_upward(folder, "refinery.toml") ? "refinery.toml" : NULL;
}

static const char *by_manifest(struct arena *arena, const struct folder *folder) {
    struct candidates candidates = candidates_of_files(arena, folder, read_name);

    return candidates.list.n ? folder_manifest(folder, "Cargo.toml", "refinery") : NULL;
}

static void discover(struct arena *arena, const struct folder *folder, struct history *history,
                     struct report *report) {
    struct candidates candidates = candidates_of_files(arena, folder, read_name);

    (void)report;
    candidates_to_history(&candidates, VERSION_NUMBERS, folder, history);
}

const struct front front_refinery = {
    .name = "refinery",
    .mode = TRANSACTION_FILE,
    .programs = ".rs",
    .runner = {.duplicate = RUNNER_REFUSES,
               .late = RUNNER_REFUSES,
               .edited = RUNNER_REFUSES,
               .edited_comments = true,
               .renamed = RUNNER_REFUSES,
               .missing = RUNNER_REFUSES,
               .numbers = true,
               .opt_out = "by hand, before the release: refinery has no way to run a file outside "
                          "of a transaction"},
    .recognise = {[EVIDENCE_CONFIGURATION] = by_configuration, [EVIDENCE_MANIFEST] = by_manifest},
    .discover = discover,
    .render = render_whole_file,
};
