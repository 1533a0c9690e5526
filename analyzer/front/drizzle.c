/*
 * Drizzle: the files that meta/_journal.json lists, in its order, or (releases from 1.0 on) a folder with migration.sql and snapshot.json
 * for each. All that are pending run in one transaction, cut at the text "--> statement-breakpoint".
 */
#define _GNU_SOURCE /* memmem */
#include "base/path.h"
#include "config/document.h"
#include "front/candidates.h"
#include "front/sections.h"

#include <string.h>

static const char journal_path[] = "meta/_journal.json";

static const struct document *read_journal(struct arena *arena, const struct folder *folder) {
    const struct file *file = folder_file(folder, journal_path);
    struct document_error error;

    return file ? document_read_yaml(arena, file, &error) : NULL;
}

static const char *scalar(const struct document *map, const char *key) {
    const struct document *value = map ? document_get(map, key) : NULL;

    return value && value->kind == DOCUMENT_SCALAR ? value->scalar : NULL;
}

static bool read_name(struct arena *arena, const char *name, struct candidate *candidate) {
    candidate_take_digits(arena, candidate);
    candidate->key = name;
    return leading_digits(name) > 0;
}

/* Folders with a snapshot. */
static struct candidates find_folders(struct arena *arena, const struct folder *folder) {
    struct candidates candidates =
        candidates_of_folders(arena, folder, read_name, "migration.sql", NULL);
    size_t kept = 0;

    for (size_t i = 0; i < candidates.list.n; i++)
        if (folder_has_file(folder, path_join(arena, candidates.list.v[i].name, "snapshot.json")))
            candidates.list.v[kept++] = candidates.list.v[i];
    candidates.list.n = kept;
    return candidates;
}

static const char *by_configuration(struct arena *arena, const struct folder *folder) {
    struct candidates candidates;

    if (folder_find(folder, "meta") && folder_has_file(folder, journal_path))
        return journal_path;
    candidates = find_folders(arena, folder);
    return candidates.list.n ? arena_printf(arena, "%s/snapshot.json", candidates.list.v[0].name)
                             : NULL;
}

/* migrator.ts, readMigrationFiles: the journal's order. A file that is not in it is never run. */
static void add_entry(struct arena *arena, const struct folder *folder, struct history *history,
                      const struct document *entry) {
    const char *tag = scalar(entry, "tag"), *name;
    struct migration *migration;

    if (!tag || strchr(tag, '/'))
        return;
    name = arena_printf(arena, "%s.sql", tag);
    if (!folder_has_file(folder, name)) {
        history_leave_out(arena, history, folder, name, LEFT_OUT_MISSING,
                          "meta/_journal.json lists it, and there is no such file");
        return;
    }
    migration = history_add(arena, history, folder, name, NULL);
    migration->name = tag;
    migration->version = arena_strndup(arena, tag, leading_digits(tag));
}

/*
 * pg-core/dialect.ts, migrate: what is not newer, by the journal's times, than the newest that a database has run is taken
 * for done.
 */
static void compare_times(struct history *history, const struct document *entries) {
    const char *newest = NULL, *name = NULL;

    for (size_t i = 0, at = 0; i < entries->count && at < history->migrations.n; i++) {
        struct migration *migration = &history->migrations.v[at];
        const char *tag = scalar(entries->items[i], "tag"),
                   *when = scalar(entries->items[i], "when");
        if (!tag || strcmp(tag, migration->name) != 0)
            continue;
        at++;
        if (!when || leading_digits(when) != strlen(when))
            continue;
        if (newest && versions_compare(when, newest) <= 0) {
            migration->skipped_behind = name;
            continue;
        }
        newest = when;
        name = migration->name;
    }
}

static void leave_out_unlisted(struct arena *arena, const struct folder *folder,
                               struct history *history, enum left_out_kind kind, const char *why) {
    struct map listed;

    map_init(&listed, arena);
    for (size_t i = 0; i < history->migrations.n; i++)
        map_set(&listed, path_base(history->migrations.v[i].up_path), history);
    for (size_t i = 0; i < folder->entries.n; i++) {
        const struct folder_entry *entry = &folder->entries.v[i];
        if (!entry->is_folder && without_suffix(arena, entry->name, ".sql") &&
            !map_has(&listed, entry->name))
            history_leave_out(arena, history, folder, entry->name, kind, why);
    }
}

/* Without its journal, nobody knows what Drizzle runs. */
static void report_broken(struct arena *arena, const struct folder *folder, struct history *history,
                          struct report *report) {
    const struct reading *reading =
        files_read(folder->files, path_join(arena, folder->absolute, journal_path));
    struct document_error error = {.message = reading->why};

    if (!reading->why)
        document_read_yaml(arena, reading->file, &error);
    report_problem(report, (struct problem){
                               .path = path_join(arena, folder->path, journal_path),
                               .line = error.at.line,
                               .column = error.at.column,
                               .kind = PROBLEM_CONFIG,
                               .scope = SCOPE_REPORTED,
                               .message = error.message,
                               .file = reading->file,
                           });
    leave_out_unlisted(arena, folder, history, LEFT_OUT_SETTING,
                       "meta/_journal.json, which would tell of it, cannot be read");
}

static void discover(struct arena *arena, const struct folder *folder, struct history *history,
                     struct report *report) {
    const struct document *journal = read_journal(arena, folder);
    const struct document *entries = journal ? document_get(journal, "entries") : NULL;
    struct candidates candidates;

    if (!journal && folder_has_file(folder, journal_path)) {
        report_broken(arena, folder, history, report);
        return;
    }
    if (!journal) {
        candidates = find_folders(arena, folder);
        candidates_to_history(&candidates, VERSION_BYTES, folder, history);
        return;
    }
    for (size_t i = 0; entries && entries->kind == DOCUMENT_LIST && i < entries->count; i++)
        add_entry(arena, folder, history, entries->items[i]);
    if (entries && entries->kind == DOCUMENT_LIST)
        compare_times(history, entries);
    leave_out_unlisted(arena, folder, history, LEFT_OUT_UNLISTED,
                       "meta/_journal.json does not list it");
}

static const char *foreign(struct arena *arena, const struct folder *folder) {
    const char *dialect = scalar(read_journal(arena, folder), "dialect");

    if (!dialect || strcmp(dialect, "postgresql") == 0 || strcmp(dialect, "pg") == 0)
        return NULL;
    return arena_printf(arena, "is for %s (%s)", dialect, journal_path);
}

static void render(struct arena *arena, const struct history *history, struct migration *migration,
                   const struct file *file, enum direction direction) {
    (void)history;
    section_cut_at(arena, migration, file, direction, migration->front->mode,
                   "--> statement-breakpoint");
}

const struct front front_drizzle = {
    .name = "drizzle",
    .depth = 1,
    .mode = TRANSACTION_ALL,
    .runner = {.duplicate = RUNNER_ACCEPTS,
               .late = RUNNER_SKIPS,
               .edited = RUNNER_SKIPS,
               .renamed = RUNNER_ACCEPTS,
               .missing = RUNNER_ACCEPTS,
               .opt_out = "by hand, before the release: Drizzle has no way to run a file outside "
                          "of a transaction"},
    .recognise = {[EVIDENCE_CONFIGURATION] = by_configuration},
    .discover = discover,
    .foreign = foreign,
    .render = render,
};
