/*
 * What no framework claims: .sql files whose names begin with a number are a history (numbered), each other is one by itself
 * (plain), and so is a pg_dump file. Who runs them, and in what transaction, is not known.
 */
#include "base/ascii.h"
#include "front/candidates.h"
#include "front/sections.h"
#include "sql/lex.h"

#include <string.h>

/* Digits with dots between; underscores too in names of the form V1_2__name. */
static size_t version_length(const char *s, bool underscores) {
    size_t n = leading_digits(s);

    while (n && (s[n] == '.' || (underscores && s[n] == '_')) && ascii_isdigit(s[n + 1]))
        n += 1 + leading_digits(s + n + 1);
    return n;
}

/*
 * V1.2__name, as Flyway and refinery have it; U1.2__name takes it back; R__name is run again whenever it changes, after all
 * the others. Others begin with digits.
 */
static bool read_version(struct arena *arena, struct candidate *candidate) {
    const char *name = candidate->name;
    bool lettered = strchr("VvURB", name[0]) && strstr(name, "__");
    size_t n;

    if (name[0] == 'R' && strncmp(name, "R__", 3) == 0) {
        candidate->rank = 1;
        candidate->kind = MIGRATION_REPEATABLE;
        return true;
    }
    n = version_length(name + lettered, lettered);
    if (!n || (lettered && strncmp(name + 1 + n, "__", 2) != 0))
        return false;
    candidate->key = candidate->version = arena_strndup(arena, name + lettered, n);
    if (name[0] == 'U') {
        candidate->direction = DIRECTION_DOWN;
        candidate->any_stem = true;
    }
    return true;
}

static bool read_name(struct arena *arena, const char *name, struct candidate *candidate) {
    candidate->name = without_suffix(arena, name, ".sql");
    if (!candidate->name)
        return false;
    candidate_take_direction(arena, candidate);
    return true;
}

static bool read_numbered(struct arena *arena, const char *name, struct candidate *candidate) {
    return read_name(arena, name, candidate) && read_version(arena, candidate);
}

static const char *recognise_numbered(struct arena *arena, const struct folder *folder) {
    struct candidates candidates = candidates_of_files(arena, folder, read_numbered);

    for (size_t i = 0; i < candidates.list.n; i++)
        if (!candidates.list.v[i].rank)
            return arena_printf(arena, "numbered names such as %s", candidates.list.v[i].path);
    return NULL;
}

static void add_all(struct arena *arena, const struct folder *folder, struct history *history,
                    bool numbered) {
    struct candidates candidates =
        candidates_of_files(arena, folder, numbered ? read_numbered : read_name);

    candidates_to_history(&candidates, VERSION_NUMBERS, folder, history);
    history_find_downs(history);
}

static void discover_numbered(struct arena *arena, const struct folder *folder,
                              struct history *history, struct report *report) {
    (void)report;
    add_all(arena, folder, history, true);
}

static void discover_plain(struct arena *arena, const struct folder *folder,
                           struct history *history, struct report *report) {
    (void)report;
    add_all(arena, folder, history, false);
}

static const char *recognise_dump(const struct file *file) {
    return file_is_pg_dump(file) ? "it begins as pg_dump's output does" : NULL;
}

const struct front front_numbered = {
    .name = "numbered",
    .is_weak = true,
    .mode = TRANSACTION_UNKNOWN,
    .recognise = {[EVIDENCE_NAMES] = recognise_numbered},
    .placeholders = LEX_PLACEHOLDERS,
    .discover = discover_numbered,
    .render = render_whole_file,
};

/* Its discover finds the units of a folder, of which each becomes a history of its own. */
const struct front front_plain = {
    .name = "plain",
    .is_weak = true,
    .mode = TRANSACTION_UNKNOWN,
    .placeholders = LEX_PLACEHOLDERS,
    .discover = discover_plain,
    .render = render_whole_file,
};

const struct front front_pg_dump = {
    .name = "pg-dump",
    .kind = MIGRATION_BASELINE,
    .mode = TRANSACTION_UNKNOWN,
    .recognise_file = recognise_dump,
    .render = render_whole_file,
};
