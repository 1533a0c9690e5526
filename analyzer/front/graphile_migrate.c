/*
 * graphile-migrate: committed/000001-name.sql in the order of their numbers, then what is being written: current.sql or
 * current/1-name.sql. Lines that begin with "--!" are for the runner. No downs.
 */
#include "base/ascii.h"
#include "base/path.h"
#include "front/candidates.h"
#include "front/sections.h"
#include "sql/lex.h"

#include <string.h>

/* migration.ts: digits, and perhaps "-" and a name. */
static bool read_name(struct arena *arena, const char *name, struct candidate *candidate) {
    const char *stem = without_suffix(arena, name, ".sql");
    size_t digits = leading_digits(name);

    if (!digits || !stem || (stem[digits] && stem[digits] != '-'))
        return false;
    candidate_take_digits(arena, candidate);
    candidate->name = candidate->stem = stem;
    return true;
}

/* Appends the files of a folder in the root. */
static void add_folder(struct candidates *candidates, const struct folder *root, const char *name,
                       enum migration_kind kind) {
    struct arena *arena = candidates->arena;
    const struct folder_entry *entry = folder_find(root, name);
    const struct folder *folder;
    struct candidates found;
    const char *why;

    if (!entry || !entry->is_folder || entry->refusal)
        return;
    folder = folder_read(root->files, path_join(arena, root->absolute, name), &why);
    found = candidates_of_files(arena, folder, read_name);
    for (size_t i = 0; i < found.list.n; i++) {
        struct candidate *candidate = &found.list.v[i];
        candidate->path = path_join(arena, name, candidate->path);
        candidate->kind = kind;
        candidate->rank = kind == MIGRATION_CURRENT;
        vec_push(arena, &candidates->list, *candidate);
    }
}

static struct candidates find(struct arena *arena, const struct folder *folder) {
    struct candidates candidates = {.arena = arena};

    add_folder(&candidates, folder, "committed", MIGRATION_STEP);
    add_folder(&candidates, folder, "current", MIGRATION_CURRENT);
    if (folder_has_file(folder, "current.sql")) {
        struct candidate current = candidate_named("current.sql", "current");
        current.kind = MIGRATION_CURRENT;
        current.rank = 1;
        vec_push(arena, &candidates.list, current);
    }
    return candidates;
}

static bool has_home(const struct folder *folder) {
    return folder_find(folder, "committed") || folder_find(folder, "current.sql");
}

static const char *by_configuration(struct arena *arena, const struct folder *folder) {
    static const char *const names[] = {".gmrc", ".gmrc.js", ".gmrc.cjs"};

    if (!has_home(folder) || !find(arena, folder).list.n)
        return NULL;
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        if (folder_with(folder, names[i]))
            return names[i];
    return NULL;
}

static bool read_header(const char *line, size_t n, struct marker *marker) {
    (void)marker;
    return n > 3 && memcmp(line, "--!", 3) == 0;
}

static const char *by_contents(struct arena *arena, const struct folder *folder) {
    struct candidates candidates = {.arena = arena};
    const struct file *file;

    add_folder(&candidates, folder, "committed", MIGRATION_STEP);
    file = candidates.list.n ? folder_file(folder, candidates.list.v[0].path) : NULL;
    return file && file_has_marker(file, read_header) ? "headers such as \"--! Previous\"" : NULL;
}

static void discover(struct arena *arena, const struct folder *folder, struct history *history,
                     struct report *report) {
    struct candidates candidates = find(arena, folder);

    (void)report;
    candidates_to_history(&candidates, VERSION_NUMBERS, folder, history);
}

static bool takes(const char *line, size_t n, const char *word, size_t *at) {
    *at = 3;
    while (*at < n && ascii_isspace(line[*at]))
        ++*at;
    return n > 3 && memcmp(line, "--!", 3) == 0 && take_word(line, n, at, word, false);
}

static bool read_no_transaction(const char *line, size_t n, struct marker *marker) {
    size_t at;

    (void)marker;
    return takes(line, n, "no-transaction", &at);
}

/* "--!include name.sql": a file of fixtures/, in the same transaction. */
static const struct file *read_include(struct arena *arena, const struct history *history,
                                       const char *line, size_t n) {
    const char *name, *path;
    const struct reading *reading;
    size_t at;

    if (!takes(line, n, "include", &at))
        return NULL;
    name = arena_strndup(arena, line + at, n - at);
    path = path_join(arena, path_join(arena, history->absolute_root, "fixtures"), name);
    path = path_clean(arena, path);
    reading = path_below(history->absolute_root, path) ? files_read(history->files, path) : NULL;
    return reading && !reading->why ? reading->file : NULL;
}

/* The file, with what it includes in place of the lines that say so. */
static const struct text *with_includes(struct arena *arena, const struct history *history,
                                        const struct file *file) {
    const struct text *text = text_of_file(arena, file);
    struct text_builder builder;
    size_t start = 0;

    text_build_init(&builder, arena, file);
    for (unsigned i = 1; i <= file->lines.n; i++) {
        struct span line = file_line(file, i);
        const struct file *included =
            read_include(arena, history, file->bytes + line.start, line.end - line.start);
        const struct text *part = included ? text_of_file(arena, included) : NULL;
        if (!part)
            continue;
        text_build_copy(&builder, text, (struct span){start, line.start - file->bom});
        text_build_copy(&builder, part, (struct span){0, part->len});
        start = line.end - file->bom;
    }
    text_build_copy(&builder, text, (struct span){start, text->len});
    return text_build_end(&builder);
}

/* What stands behind "--! Hash: " or the like in one of the file's headers; NULL: it has none. */
static const char *header(struct arena *arena, const struct file *file, const char *word) {
    for (unsigned i = 1; i <= file->lines.n; i++) {
        struct span line = file_line(file, i);
        const char *start = file->bytes + line.start;
        size_t n = line.end - line.start, at;
        if (takes(start, n, word, &at))
            return arena_strndup(arena, start + at, n - at);
        if (n < 3 || memcmp(start, "--!", 3) != 0)
            return NULL;
    }
    return NULL;
}

/* The hash of the committed migration before this one, "-" for the first; NULL: it cannot be known. */
static const char *hash_before(struct arena *arena, const struct history *history,
                               const struct migration *migration) {
    const struct reading *reading;

    if (migration == history->migrations.v)
        return "-";
    reading = files_read(history->files, migration[-1].up_absolute);
    return reading->why ? NULL : header(arena, reading->file, "Hash:");
}

/* getAllMigrations: each committed file names the hash of the one before it, and nothing is run where that is not so. */
static void check_chain(struct arena *arena, const struct history *history,
                        struct migration *migration, const struct file *file) {
    static const struct tool_refusal broken = {
        .certain = true,
        .why = "its header \"Previous\" is not the hash of the migration before it: one is "
               "missing, or was put between",
        .instead = "graphile-migrate uncommit, and commit it again behind the others",
    };
    const char *previous = header(arena, file, "Previous:");
    const char *before = previous ? hash_before(arena, history, migration) : NULL;

    if (before && strcmp(previous, before) != 0)
        migration->refusal = &broken;
}

static void render(struct arena *arena, const struct history *history, struct migration *migration,
                   const struct file *file, enum direction direction) {
    bool alone = file_has_marker(file, read_no_transaction);

    section_of_file(arena, migration, file, direction,
                    alone ? TRANSACTION_SIMPLE_QUERY : migration->front->mode,
                    alone ? "--! no-transaction" : NULL);
    migration->sections.v[migration->sections.n - 1].text = with_includes(arena, history, file);
    if (migration->kind == MIGRATION_STEP && !history->partial)
        check_chain(arena, history, migration, file);
}

const struct front front_graphile_migrate = {
    .name = "graphile-migrate",
    .depth = 1,
    .mode = TRANSACTION_FILE,
    .runner =
        {.duplicate = RUNNER_REFUSES,
         .late = RUNNER_REFUSES,
         .edited = RUNNER_REFUSES,
         .edited_comments = true,
         .numbers = true,
         .opt_out =
             "a migration of its own, with this one statement behind the line\n--! no-transaction"},
    .placeholders = LEX_COLON,
    .recognise = {[EVIDENCE_CONFIGURATION] = by_configuration, [EVIDENCE_CONTENTS] = by_contents},
    .discover = discover,
    .render = render,
};
