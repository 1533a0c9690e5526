/*
 * pop and ory's popx: 1_name.postgres.up.sql, one file per database or one for all (match.go:
 * ^(\d+)_([^.]+)(\.[a-z0-9]+)?(\.autocommit)?\.(up|down)\.(sql)$). The name has no dots, versions are compared as strings,
 * and of one version and direction the file for the database wins over the one for all.
 */
#include "front/candidates.h"
#include "front/sections.h"

#include <string.h>

struct parts {
    const char *stem;    /* "1_name" */
    const char *dialect; /* "postgres"; "": for all */
    bool autocommit;
    enum direction direction;
};

static bool is_one_of(const char *word, const char *const *words, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (strcmp(word, words[i]) == 0)
            return true;
    return false;
}

static bool is_ours(const char *dialect) {
    static const char *const names[] = {"", "postgres", "postgresql", "pg"};

    return is_one_of(dialect, names, sizeof(names) / sizeof(*names));
}

static bool is_foreign(const char *dialect) {
    static const char *const names[] = {"cockroach", "cockroachdb", "crdb",    "mysql",
                                        "mariadb",   "sqlite",      "sqlite3", "yugabytedb"};

    return is_one_of(dialect, names, sizeof(names) / sizeof(*names));
}

/* "1_name.postgres.autocommit.up.sql" from its end; false when the name is none of theirs. */
static bool read_parts(struct arena *arena, const char *name, struct parts *parts) {
    const char *rest = without_suffix(arena, name, ".up.sql"), *shorter, *dot;
    size_t digits = leading_digits(name);

    *parts = (struct parts){.direction = rest ? DIRECTION_UP : DIRECTION_DOWN, .dialect = ""};
    if (!rest)
        rest = without_suffix(arena, name, ".down.sql");
    if (!rest || !digits || rest[digits] != '_')
        return false;
    shorter = without_suffix(arena, rest, ".autocommit");
    parts->autocommit = shorter != NULL;
    rest = shorter ? shorter : rest;
    dot = strchr(rest, '.');
    parts->stem = dot ? arena_strndup(arena, rest, (size_t)(dot - rest)) : rest;
    parts->dialect = dot ? dot + 1 : "";
    return is_ours(parts->dialect) || is_foreign(parts->dialect);
}

static bool read_name(struct arena *arena, const char *name, struct candidate *candidate) {
    struct parts parts;

    if (!read_parts(arena, name, &parts) || !is_ours(parts.dialect))
        return false;
    candidate_take_digits(arena, candidate);
    candidate->name = candidate->stem = parts.stem;
    candidate->direction = parts.direction;
    candidate->any_stem = true;
    candidate->is_general = !*parts.dialect;
    return true;
}

static const char *by_names(struct arena *arena, const struct folder *folder) {
    for (size_t i = 0; i < folder->entries.n; i++) {
        const char *name = folder->entries.v[i].name;
        struct parts parts;
        if (!folder->entries.v[i].is_folder && read_parts(arena, name, &parts) &&
            (*parts.dialect || parts.autocommit))
            return arena_printf(arena, "names such as %s", name);
    }
    return NULL;
}

/* Ory's tools cut a migration of many statements into files 20210410175418000001_x, ...2_x, up and down apart. */
static bool is_next_of(const struct migration *a, const struct migration *b) {
    enum { COUNTER = 6 };
    size_t n = strlen(a->version);

    return n > COUNTER && strlen(b->version) == n &&
           strncmp(a->version, b->version, n - COUNTER) == 0 &&
           strcmp(a->name + leading_digits(a->name), b->name + leading_digits(b->name)) == 0;
}

static void find_series(struct history *history) {
    for (size_t i = 1; i < history->migrations.n; i++)
        if (is_next_of(&history->migrations.v[i - 1], &history->migrations.v[i]))
            history->migrations.v[i - 1].in_series = history->migrations.v[i].in_series = true;
}

static void discover(struct arena *arena, const struct folder *folder, struct history *history,
                     struct report *report) {
    struct candidates candidates = candidates_of_files(arena, folder, read_name);

    (void)report;
    candidates_drop_general(&candidates);
    candidates_to_history(&candidates, VERSION_BYTES, folder, history);
    find_series(history);
}

/* A file for all that is no migration gave way to ours, and is for the others. */
static bool ignores(const char *name) {
    struct arena arena;
    struct parts parts;
    bool foreign;

    arena_init(&arena);
    foreign = read_parts(&arena, name, &parts) && (is_foreign(parts.dialect) || !*parts.dialect);
    arena_release(&arena);
    return foreign;
}

/* How a file is sent without a transaction is the driver's choice. */
static void render(struct arena *arena, const struct history *history, struct migration *migration,
                   const struct file *file, enum direction direction) {
    const char *path = direction == DIRECTION_UP ? migration->up_path : migration->down_path;

    bool alone = strstr(path, ".autocommit.") != NULL;

    (void)history;
    section_of_file(arena, migration, file, direction,
                    alone ? TRANSACTION_UNKNOWN : migration->front->mode,
                    alone ? ".autocommit in its name" : NULL);
}

const struct front front_popx = {
    .name = "popx",
    .has_downs = true,
    .mode = TRANSACTION_FILE,
    .runner = {.duplicate = RUNNER_SKIPS,
               .late = RUNNER_RUNS,
               .edited = RUNNER_SKIPS,
               .renamed = RUNNER_ACCEPTS,
               .missing = RUNNER_ACCEPTS,
               .opt_out = "a file of its own whose name ends with .autocommit.up.sql"},
    .recognise = {[EVIDENCE_NAMES] = by_names},
    .discover = discover,
    .ignores = ignores,
    .render = render,
};
