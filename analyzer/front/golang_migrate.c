/*
 * golang-migrate: 1_name.up.sql and 1_name.down.sql (source/parse.go: ^([0-9]+)_(.*)\.(down|up)\.(.*)$; versions are
 * numbers, and a pair is made by the version alone). The postgres driver sends a file as one query string.
 */
#include "base/ascii.h"
#include "front/candidates.h"
#include "front/sections.h"

/* True when the name is that of a migration, with *candidate filled. */
static bool read_name(struct arena *arena, const char *name, struct candidate *candidate) {
    size_t digits = leading_digits(name);
    const char *up = without_suffix(arena, name, ".up.sql");
    const char *stem = up ? up : without_suffix(arena, name, ".down.sql");

    if (!digits || name[digits] != '_' || !stem || !stem[digits])
        return false;
    *candidate = (struct candidate){
        .path = name,
        .version = arena_strndup(arena, name, digits),
        .name = stem,
        .stem = stem,
        .direction = up ? DIRECTION_UP : DIRECTION_DOWN,
        .any_stem = true,
    };
    candidate->key = candidate->version;
    return true;
}

static struct candidates find(struct arena *arena, const struct folder *folder) {
    struct candidates candidates = {.arena = arena};

    for (size_t i = 0; i < folder->entries.n; i++) {
        struct candidate candidate;
        if (!folder->entries.v[i].is_folder &&
            read_name(arena, folder->entries.v[i].name, &candidate))
            vec_push(arena, &candidates.list, candidate);
    }
    return candidates;
}

static const char *recognise(struct arena *arena, const struct folder *folder) {
    struct candidates candidates = find(arena, folder);

    if (!candidates.list.n)
        return NULL;
    return arena_printf(arena, "names such as %s", candidates.list.v[0].path);
}

static void discover(struct arena *arena, const struct folder *folder, struct history *history,
                     struct report *report) {
    struct candidates candidates = find(arena, folder);

    (void)report;
    candidates_to_history(&candidates, VERSION_NUMBERS, folder, history);
}

static void render(struct arena *arena, const struct history *history, struct migration *migration,
                   const struct file *file, enum direction direction) {
    (void)history;
    section_of_file(arena, migration, file, direction, migration->front->mode);
}

const struct front front_golang_migrate = {
    .name = "golang-migrate",
    .has_downs = true,
    .mode = TRANSACTION_SIMPLE_QUERY,
    .recognise = recognise,
    .discover = discover,
    .render = render,
};
