/*
 * Atlas: the files that atlas.sum lists, 1_name.sql or 1.sql, in the order of their names as strings. Directives in comments at the top
 * choose the transaction ("-- atlas:txmode none") and what ends a statement ("-- atlas:delimiter \n\n\n").
 */
#define _GNU_SOURCE /* memmem */
#include "base/path.h"
#include "front/candidates.h"
#include "front/sections.h"

#include <string.h>

static bool read_name(struct arena *arena, const char *name, struct candidate *candidate) {
    const char *stem = without_suffix(arena, name, ".sql");

    if (!stem || name[0] == '.')
        return false;
    candidate->version = arena_strndup(arena, stem, strcspn(stem, "_"));
    candidate->key = name;
    candidate->name = candidate->stem = stem;
    return true;
}

/* An atlas.sum may guard another framework's files, too (atlas.hcl: "?format=golang-migrate"). */
static bool is_others(struct arena *arena, const struct folder *folder,
                      const struct candidates *candidates) {
    const struct candidate *first = &candidates->list.v[0];
    const struct file *file = folder_file(folder, first->path);
    struct candidate pair = candidate_named(first->path, first->path);
    const char *why;

    return candidate_read_pair(arena, first->path, &pair) || (file && front_of_file(file, &why));
}

static const char *by_configuration(struct arena *arena, const struct folder *folder) {
    struct candidates candidates = {0};

    if (!folder_find(folder, "atlas.sum"))
        return NULL;
    candidates = candidates_of_files(arena, folder, read_name);
    return candidates.list.n && !is_others(arena, folder, &candidates) ? "atlas.sum" : NULL;
}

/* A directive's value: what stands behind its name. NULL: the file has no such directive before its first statement. */
static const char *directive(struct arena *arena, const struct file *file, const char *name) {
    for (unsigned i = 1; i <= file->lines.n; i++) {
        struct span line = file_line(file, i);
        const char *s = file->bytes + line.start;
        size_t n = line.end - line.start;
        size_t at = behind_comment_word(s, n, name, false);
        if (at)
            return arena_strndup(arena, s + at, n - at);
        if (n && !(n >= 2 && memcmp(s, "--", 2) == 0))
            return NULL;
    }
    return NULL;
}

/* Of migrations up to a checkpoint, an existing database runs the steps, and only a new one the checkpoint. */
static void drop_checkpoints(struct arena *arena, const struct folder *folder,
                             struct history *history) {
    size_t kept = 0;

    for (size_t i = 0; i < history->migrations.n; i++) {
        struct migration migration = history->migrations.v[i];
        const char *name = path_base(migration.up_path);
        const struct file *file = strstr(name, "checkpoint") ? folder_file(folder, name) : NULL;
        if (!file || !directive(arena, file, "atlas:checkpoint")) {
            history->migrations.v[kept++] = migration;
            continue;
        }
        migration.kind = MIGRATION_BASELINE;
        if (kept)
            history_leave_out(arena, history, folder, name, LEFT_OUT_REPLACED,
                              "is a checkpoint, which only new databases run");
        else
            history->migrations.v[kept++] = migration;
    }
    history->migrations.n = kept;
}

/* "Checksum mismatch" stops Atlas before it runs anything. */
static void refuse_unlisted(struct arena *arena, const struct folder *folder,
                            struct history *history) {
    static const struct tool_refusal unlisted = {
        .why = "atlas.sum does not list it",
        .instead = "atlas migrate hash, and its atlas.sum in the same commit",
        .certain = true,
    };
    const struct file *sum = folder_file(folder, "atlas.sum");

    for (size_t i = 0; sum && i < history->migrations.n; i++) {
        struct migration *migration = &history->migrations.v[i];
        const char *entry = arena_printf(arena, "\n%s h1:", path_base(migration->up_path));
        if (!memmem(sum->bytes, sum->len, entry, strlen(entry)))
            migration->refusal = &unlisted;
    }
}

static void discover(struct arena *arena, const struct folder *folder, struct history *history,
                     struct report *report) {
    struct candidates candidates = candidates_of_files(arena, folder, read_name);

    (void)report;
    candidates_to_history(&candidates, VERSION_BYTES, folder, history);
    refuse_unlisted(arena, folder, history);
    drop_checkpoints(arena, folder, history);
}

/* "\n" and "\t" of a directive. */
static const char *unescape(struct arena *arena, const char *s) {
    char *out = arena_strdup(arena, s);
    size_t n = 0;

    for (size_t i = 0; s[i]; i++) {
        if (s[i] == '\\' && strchr("nrt", s[i + 1]) && s[i + 1]) {
            i++;
            out[n++] = s[i] == 'n' ? '\n' : s[i] == 'r' ? '\r' : '\t';
        } else {
            out[n++] = s[i];
        }
    }
    out[n] = '\0';
    return out;
}

/* A file of files: only migration.sql, and down.sql for the way back, change anything. */
static bool read_part(const char *line, size_t n, struct marker *marker) {
    size_t at = behind_comment_word(line, n, "migration.sql", false);

    marker->mode = TRANSACTION_FILE;
    marker->direction = at ? DIRECTION_UP : DIRECTION_DOWN;
    return at || behind_comment_word(line, n, "down.sql", false);
}

static void render(struct arena *arena, const struct history *history, struct migration *migration,
                   const struct file *file, enum direction direction) {
    const char *txmode = directive(arena, file, "atlas:txmode");
    const char *delimiter = directive(arena, file, "atlas:delimiter");
    bool alone = txmode && strcmp(txmode, "none") == 0;
    enum transaction_mode mode = alone ? TRANSACTION_PER_STATEMENT : migration->front->mode;
    const char *why = alone ? "-- atlas:txmode none" : NULL;

    (void)history;
    if (directive(arena, file, "atlas:txtar"))
        sections_by_markers(arena, migration, file, read_part);
    else if (delimiter && *delimiter)
        section_cut_at(arena, migration, file, direction, mode, unescape(arena, delimiter));
    else
        section_of_file(arena, migration, file, direction, mode, why);
    for (size_t i = 0; alone && i < migration->sections.n; i++) {
        migration->sections.v[i].mode = mode;
        migration->sections.v[i].mode_why = why;
    }
}

const struct front front_atlas = {
    .name = "atlas",
    .mode = TRANSACTION_FILE,
    .runner = {.late = RUNNER_REFUSES,
               .edited = RUNNER_SKIPS,
               .opt_out = "a file of its own that begins with the line\n-- atlas:txmode none"},
    .recognise = {[EVIDENCE_CONFIGURATION] = by_configuration},
    .discover = discover,
    .render = render,
};
