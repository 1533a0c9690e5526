/*
 * Liquibase: changelogs (XML, YAML, JSON, formatted SQL) in the order in which a root changelog includes them; without one, by name. Each
 * changeset is a section, in a transaction of its own.
 */
#include "base/ascii.h"
#include "base/path.h"
#include "front/candidates.h"
#include "front/liquibase/changelog.h"
#include "front/liquibase/sql.h"
#include "front/sections.h"
#include "sql/lex.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_FILES = 20000, DEEPEST = 12, FARTHEST_ROOT = 5 };

/* A way through changelogs. */
struct tour {
    struct arena *arena;
    struct files *files;
    struct map *variables;   /* gets the properties; NULL: they are not wanted */
    struct map seen;         /* absolute path -> the tour: changelogs */
    struct map used;         /* absolute path -> the tour: files of SQL that changesets run */
    VEC(const char *) order; /* absolute: those that have changesets, and raw SQL */
    bool includes;           /* one of them includes others */
    unsigned depth;
};

static void tour_init(struct tour *tour, struct arena *arena, struct files *files) {
    *tour = (struct tour){.arena = arena, .files = files};
    map_init(&tour->seen, arena);
    map_init(&tour->used, arena);
}

static void visit(struct tour *tour, const char *absolute);

static const struct file *read_quietly(struct files *files, const char *absolute) {
    const struct reading *reading = files_read(files, absolute);

    return reading->why ? NULL : reading->file;
}

/* The first definition of a property holds. */
static void take_property(struct tour *tour, const struct element *element) {
    const char *name = change_get(element, "name"), *value = element_get(element, "value");

    if (tour->variables && name && value && dbms_is_ours(change_get(element, "dbms")) &&
        !map_has(tour->variables, name))
        map_set(tour->variables, name, arena_strdup(tour->arena, value));
}

static bool is_relative(const struct element *element) {
    return change_flag(element, "relativeToChangelogFile", false);
}

/* Whether there is such a file: others may come from where the changelogs are run. */
static bool take_include(struct tour *tour, const char *changelog, const struct element *element) {
    const char *absolute = changelog_included(tour->files, changelog, element);

    tour->includes = true;
    if (absolute)
        visit(tour, absolute);
    return absolute != NULL;
}

struct paths {
    VEC(const char *) list;
};

static int compare_paths(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void list_below(struct tour *tour, const char *absolute, unsigned depth, struct paths *out) {
    const char *why;
    const struct folder *folder = folder_read(tour->files, absolute, &why);

    for (size_t i = 0; !why && i < folder->entries.n; i++) {
        const struct folder_entry *entry = &folder->entries.v[i];
        const char *path = path_join(tour->arena, absolute, entry->name);
        if (entry->is_folder && !entry->is_link && depth < DEEPEST)
            list_below(tour, path, depth + 1, out);
        else if (!entry->is_folder && (is_tree_name(entry->name) || is_formatted_name(entry->name)))
            vec_push(tour->arena, &out->list, path);
    }
}

/* All in a folder and below it, by their paths. */
static void take_include_all(struct tour *tour, const char *changelog,
                             const struct element *element) {
    const char *name = change_get(element, "path"), *ending = change_get(element, "endsWithFilter");
    const char *absolute =
        name ? changelog_resolve(tour->files, changelog, name, is_relative(element), true) : NULL;
    struct paths paths = {0};

    tour->includes = true;
    if (!absolute)
        return;
    list_below(tour, absolute, 0, &paths);
    if (paths.list.n)
        qsort(paths.list.v, paths.list.n, sizeof(*paths.list.v), compare_paths);
    for (size_t i = 0; i < paths.list.n; i++)
        if (!ending || ascii_ends_with(paths.list.v[i], ending))
            visit(tour, paths.list.v[i]);
}

/* The files that its changes run. */
static void take_used(struct tour *tour, const char *changelog, const struct element *changeset) {
    for (size_t i = 0; i < changeset->children.n; i++) {
        const struct element *change = changeset->children.v[i];
        const char *path = change_get(change, "path");
        const char *absolute =
            path ? changelog_resolve(tour->files, changelog, path, is_relative(change), false)
                 : NULL;
        if (absolute)
            map_set(&tour->used, absolute, tour);
        if (strcmp(change->name, "rollback") == 0)
            take_used(tour, changelog, change);
    }
}

static void keep(struct tour *tour, const char *absolute, bool *kept) {
    if (!*kept)
        vec_push(tour->arena, &tour->order, absolute);
    *kept = true;
}

/* A changelog has its place where its first changeset stands, or what it includes and is not there. */
static void take_tree(struct tour *tour, const char *absolute, const struct element *root) {
    bool kept = false;

    for (size_t i = 0; i < root->children.n; i++) {
        const struct element *element = root->children.v[i];
        if (ascii_case_equal(element->name, "include")) {
            if (!take_include(tour, absolute, element))
                keep(tour, absolute, &kept);
        } else if (ascii_case_equal(element->name, "includeAll")) {
            take_include_all(tour, absolute, element);
        } else if (strcmp(element->name, "property") == 0) {
            take_property(tour, element);
        } else if (ascii_case_equal(element->name, "changeSet")) {
            keep(tour, absolute, &kept);
            take_used(tour, absolute, element);
        }
    }
}

/* What is broken is kept, so that it is reported. */
static void visit_tree(struct tour *tour, const char *absolute, const struct file *file) {
    struct document_error error;
    const struct element *root = changelog_read(tour->arena, file, &error);

    if (root)
        take_tree(tour, absolute, root);
    else if (error.message)
        vec_push(tour->arena, &tour->order, absolute);
}

static void visit(struct tour *tour, const char *absolute) {
    const struct file *file;

    if (map_has(&tour->seen, absolute) || tour->seen.count >= MOST_FILES || tour->depth > DEEPEST)
        return;
    map_set(&tour->seen, absolute, tour);
    tour->depth++;
    file = is_tree_name(absolute) ? read_quietly(tour->files, absolute) : NULL;
    if (!file)
        vec_push(tour->arena, &tour->order, absolute);
    else if (holds_changelog(file))
        visit_tree(tour, absolute, file);
    tour->depth--;
}

/* --- roots --- */

/* Names under which a root changelog may stand: other files are not opened for it. */
static bool is_root_name(const char *name) {
    static const char *const words[] = {"changelog", "change-log", "change_log",
                                        "master",    "liquibase",  "root",
                                        "main",      "index",      "migration"};
    char lower[256];
    size_t n = strlen(name);

    if (!is_tree_name(name) || n >= sizeof(lower))
        return false;
    for (size_t i = 0; i <= n; i++)
        lower[i] = ascii_tolower(name[i]);
    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
        if (strstr(lower, words[i]))
            return true;
    return false;
}

static bool includes_others(struct arena *arena, const struct file *file) {
    struct document_error error;
    const struct element *root = holds_changelog(file) ? changelog_read(arena, file, &error) : NULL;

    for (size_t i = 0; root && i < root->children.n; i++)
        if (ascii_case_equal(root->children.v[i]->name, "include") ||
            ascii_case_equal(root->children.v[i]->name, "includeAll"))
            return true;
    return false;
}

/* The changelogs of the folder that include others and are included by none of them. */
static void find_roots(struct arena *arena, const struct folder *folder, struct paths *roots) {
    struct paths found = {0};

    for (size_t i = 0; i < folder->entries.n; i++) {
        const struct folder_entry *entry = &folder->entries.v[i];
        const struct file *file = !entry->is_folder && is_root_name(entry->name)
                                      ? folder_file(folder, entry->name)
                                      : NULL;
        if (file && includes_others(arena, file))
            vec_push(arena, &found.list, path_join(arena, folder->absolute, entry->name));
    }
    for (size_t i = 0; i < found.list.n; i++) {
        bool included = false;
        for (size_t j = 0; j < found.list.n && !included; j++) {
            struct tour tour;
            tour_init(&tour, arena, folder->files);
            if (j != i)
                visit(&tour, found.list.v[j]);
            included = j != i && map_has(&tour.seen, found.list.v[i]);
        }
        if (!included)
            vec_push(arena, &roots->list, found.list.v[i]);
    }
}

static bool is_below(const struct tour *tour, const char *folder) {
    for (size_t i = 0; i < tour->seen.n; i++)
        if (path_below(folder, tour->seen.entries[i].key))
            return true;
    for (size_t i = 0; i < tour->used.n; i++)
        if (path_below(folder, tour->used.entries[i].key))
            return true;
    return false;
}

/* Whether a root in a folder above includes what is here. */
static bool belongs_above(struct arena *arena, const struct folder *folder) {
    const char *root = files_repository(folder->files, folder->absolute), *why;
    const char *at = folder->absolute;

    for (unsigned i = 0; root && i < FARTHEST_ROOT && strcmp(at, root) != 0; i++) {
        struct paths roots = {0};
        struct tour tour;
        at = path_folder(arena, at);
        find_roots(arena, folder_read(folder->files, at, &why), &roots);
        tour_init(&tour, arena, folder->files);
        for (size_t j = 0; j < roots.list.n; j++)
            visit(&tour, roots.list.v[j]);
        if (is_below(&tour, folder->absolute))
            return true;
    }
    return false;
}

static const char *by_configuration(struct arena *arena, const struct folder *folder) {
    struct paths roots = {0};

    find_roots(arena, folder, &roots);
    if (!roots.list.n || belongs_above(arena, folder))
        return NULL;
    return arena_printf(arena, "%s includes the others", path_base(roots.list.v[0]));
}

/* Changelogs that no root is known of. One that is too large to be read is one by its name. */
static bool is_changelog(const struct folder *folder, const char *name) {
    const struct reading *reading;

    if (!is_formatted_name(name) && !is_root_name(name))
        return false;
    reading = files_read(folder->files, path_join(folder->files->arena, folder->absolute, name));
    if (reading->why)
        return reading->kind == PROBLEM_LIMIT && is_tree_name(name);
    return is_formatted_name(name) ? is_formatted(reading->file) : holds_changelog(reading->file);
}

static const char *by_contents(struct arena *arena, const struct folder *folder) {
    struct paths names = {0};

    for (size_t i = 0; i < folder->entries.n; i++)
        if (!folder->entries.v[i].is_folder && (is_formatted_name(folder->entries.v[i].name) ||
                                                is_root_name(folder->entries.v[i].name)))
            vec_push(arena, &names.list, folder->entries.v[i].name);
    for (size_t i = 0; i < 3 && i < names.list.n; i++) {
        size_t at = i == 0 ? 0 : i == 1 ? names.list.n - 1 : names.list.n / 2;
        if (is_changelog(folder, names.list.v[at]))
            return belongs_above(arena, folder)
                       ? NULL
                       : arena_printf(arena, "%s is a changelog", names.list.v[at]);
    }
    return NULL;
}

static const char *recognise_file(const struct file *file) {
    return is_formatted(file) ? "\"--liquibase formatted sql\"" : NULL;
}

/* --- the history --- */

static void add_changelog(struct arena *arena, const struct folder *folder, struct history *history,
                          const char *absolute) {
    struct migration *migration = vec_add(arena, &history->migrations);
    const char *below = path_below(folder->absolute, absolute);

    *migration = (struct migration){
        .version = "",
        .name = below ? arena_strdup(arena, below) : path_base(absolute),
        .front = history->front,
        .up_path = files_reported_path(folder->files, absolute),
        .up_absolute = absolute,
    };
    migration->down_path = migration->up_path;
    migration->down_absolute = absolute;
}

/* Files that changesets run are analysed where they are run. */
static void leave_out_used(struct arena *arena, const struct folder *folder,
                           struct history *history, const struct tour *tour) {
    for (size_t i = 0; i < tour->used.n; i++) {
        const char *below = path_below(folder->absolute, tour->used.entries[i].key);
        if (below && !map_has(&tour->seen, tour->used.entries[i].key))
            history_leave_out(arena, history, folder, below, LEFT_OUT_CHECK,
                              "is run by a changelog");
    }
}

/* Changelogs beside those of the history that none of them includes. */
static void leave_out_unlisted(struct arena *arena, const struct folder *root,
                               struct history *history, const struct tour *tour) {
    struct map folders;
    const char *why;

    map_init(&folders, arena);
    for (size_t i = 0; i < tour->order.n; i++)
        map_set(&folders, path_folder(arena, tour->order.v[i]), history);
    for (size_t i = 0; i < folders.n; i++) {
        const struct folder *folder = folder_read(root->files, folders.entries[i].key, &why);
        const char *above = path_below(root->absolute, folder->absolute);
        for (size_t j = 0; above && j < folder->entries.n; j++) {
            const char *name = folder->entries.v[j].name;
            const char *absolute = path_join(arena, folder->absolute, name);
            if (!folder->entries.v[j].is_folder && !map_has(&tour->seen, absolute) &&
                !map_has(&tour->used, absolute) && is_changelog(folder, name))
                history_leave_out(arena, history, root, path_join(arena, above, name),
                                  LEFT_OUT_UNLISTED, "is included by no changelog");
        }
    }
}

static void visit_rootless(struct tour *tour, const struct folder *folder) {
    for (size_t i = 0; i < folder->entries.n; i++)
        if (!folder->entries.v[i].is_folder && is_changelog(folder, folder->entries.v[i].name))
            visit(tour, path_join(tour->arena, folder->absolute, folder->entries.v[i].name));
}

static void discover(struct arena *arena, const struct folder *folder, struct history *history,
                     struct report *report) {
    struct paths roots = {0};
    struct tour tour;

    (void)report;
    find_roots(arena, folder, &roots);
    tour_init(&tour, arena, folder->files);
    tour.variables = history->variables;
    for (size_t i = 0; i < roots.list.n; i++)
        visit(&tour, roots.list.v[i]);
    if (!roots.list.n)
        visit_rootless(&tour, folder);
    for (size_t i = 0; i < tour.order.n; i++)
        add_changelog(arena, folder, history, tour.order.v[i]);
    leave_out_used(arena, folder, history, &tour);
    if (roots.list.n)
        leave_out_unlisted(arena, folder, history, &tour);
}

/* An .sql file without the first line that makes it formatted is one changeset, as it is. */
static void render(struct arena *arena, const struct history *history, struct migration *migration,
                   const struct file *file, enum direction direction) {
    if (is_tree_name(migration->up_absolute ? migration->up_absolute : file->path))
        tree_render(arena, history, migration, file);
    else if (is_formatted(file))
        formatted_render(arena, history, migration, file);
    else
        render_whole_file(arena, history, migration, file, direction);
}

const struct front front_liquibase = {
    .name = "liquibase",
    .has_downs = true,
    .depth = 6,
    .mode = TRANSACTION_FILE,
    .unit = "changeset",
    .runner = {.edited = RUNNER_REFUSES,
               .grows = true,
               .late = RUNNER_RUNS,
               .missing = RUNNER_ACCEPTS,
               .opt_out = "a changeset of its own with runInTransaction: false"},
    .placeholders = LEX_DOLLAR,
    .names_databases = true,
    .recognise = {[EVIDENCE_CONFIGURATION] = by_configuration, [EVIDENCE_CONTENTS] = by_contents},
    .recognise_file = recognise_file,
    .discover = discover,
    .render = render,
};
