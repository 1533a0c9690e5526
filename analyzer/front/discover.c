#define _GNU_SOURCE /* struct stat's st_dev */
#include "front/discover.h"

#include "base/ascii.h"
#include "base/path.h"
#include "base/suggest.h"

#include <string.h>
#include <sys/stat.h>

/* What a folder is the root of; NULL: of nothing. */
struct found {
    struct history *history;
};

struct found_config {
    struct config *config; /* NULL: broken, and reported */
};

void discovery_init(struct discovery *discovery, struct job *job, struct arena *arena,
                    const struct front_options *options, struct report *report) {
    *discovery =
        (struct discovery){.arena = arena, .report = report, .options = options, .job = job};
    files_init(&discovery->files, arena, report);
    map_init(&discovery->strong, arena);
    map_init(&discovery->weak, arena);
    map_init(&discovery->singles, arena);
    map_init(&discovery->configs, arena);
    map_init(&discovery->config_files, arena);
    map_init(&discovery->places, arena);
}

static void report_config(struct discovery *discovery, const struct config_error *error,
                          const struct file *file) {
    report_problem(discovery->report, (struct problem){
                                          .path = error->path,
                                          .line = error->at.line,
                                          .column = error->at.column,
                                          .kind = PROBLEM_CONFIG,
                                          .scope = SCOPE_REPORTED,
                                          .message = error->message,
                                          .file = file,
                                      });
}

/* The front that the configuration asks for must be one. */
static int check_front(struct discovery *discovery, const struct config *config,
                       struct config_error *error) {
    const char *names[64], *list = "", *near;

    if (!config->front || front_find(config->front))
        return 0;
    for (size_t i = 0; i < front_count; i++) {
        names[i] = fronts[i]->name;
        list = arena_printf(discovery->arena, "%s%s%s", list, i ? ", " : "", names[i]);
    }
    near = suggest_nearest(config->front, names, front_count);
    *error = (struct config_error){config->path, config->front_at,
                                   arena_printf(discovery->arena,
                                                "there is no front \"%s\"%s%s%s (allowed: %s)",
                                                config->front, near ? "; did you mean \"" : "",
                                                near ? near : "", near ? "\"?" : "", list)};
    return -1;
}

static struct found_config *load_config(struct discovery *discovery, const char *folder) {
    const struct front_options *options = discovery->options;
    struct found_config *found = arena_new(discovery->arena, struct found_config);
    struct config *config = arena_new(discovery->arena, struct config);
    struct config_error error;

    if (config_load(discovery->arena, folder, options->config_path, options->no_config, config,
                    &error) < 0 ||
        check_front(discovery, config, &error) < 0) {
        report_config(discovery, &error, config->file);
        return found;
    }
    found->config = config;
    vec_push(discovery->arena, &discovery->job->configs, config);
    return found;
}

/* The configuration that holds in a folder; NULL when it is broken. Each file is read once. */
static const struct config *config_of(struct discovery *discovery, const char *folder) {
    struct found_config *found = map_get(&discovery->configs, folder);
    const struct front_options *options = discovery->options;
    const char *path = options->config_path;

    if (!found) {
        if (options->no_config)
            path = NULL;
        else if (!path)
            path = config_find(discovery->arena, folder);
        found = map_get(&discovery->config_files, path ? path : "");
        if (!found) {
            found = load_config(discovery, folder);
            map_set(&discovery->config_files, path ? path : "", found);
        }
        map_set(&discovery->configs, folder, found);
    }
    return found->config;
}

static struct history *new_history(struct discovery *discovery, const struct folder *folder,
                                   const struct front *front, const char *why) {
    struct history *history = arena_new(discovery->arena, struct history);

    history->root = folder->path;
    history->absolute_root = folder->absolute;
    history->front = front;
    history->config = config_of(discovery, folder->absolute);
    history->front_has_downs = front->has_downs;
    history->why = why;
    return history;
}

/* Asks one front; NULL when the folder is no root of its. */
static struct history *try_front(struct discovery *discovery, const struct folder *folder,
                                 const struct front *front, bool forced) {
    const char *why = "the configuration says so";
    struct history *history;

    if (!forced)
        why = front->recognise ? front->recognise(discovery->arena, folder) : NULL;
    if (!why || !front->recognise)
        return NULL;
    history = new_history(discovery, folder, front, why);
    front->discover(discovery->arena, folder, history, discovery->report);
    return history->migrations.n ? history : NULL;
}

static struct history *ask_fronts(struct discovery *discovery, const struct folder *folder,
                                  bool weak) {
    const struct config *config = config_of(discovery, folder->absolute);

    if (!config)
        return NULL;
    if (config->front)
        return weak ? NULL : try_front(discovery, folder, front_find(config->front), true);
    for (size_t i = 0; i < front_count; i++) {
        struct history *history =
            fronts[i]->is_weak == weak ? try_front(discovery, folder, fronts[i], false) : NULL;
        if (history)
            return history;
    }
    return NULL;
}

/* Which migrations a file belongs to. */
struct place {
    struct history *history;
    size_t index;
    const struct place *next;
};

static void add_place(struct discovery *discovery, const char *absolute, struct history *history,
                      size_t index) {
    struct place *place = arena_new(discovery->arena, struct place);

    *place = (struct place){history, index, map_get(&discovery->places, absolute)};
    map_set(&discovery->places, absolute, place);
}

static void add_places(struct discovery *discovery, struct history *history) {
    for (size_t i = history->migrations.n; i-- > 0;) {
        const struct migration *migration = &history->migrations.v[i];
        if (migration->up_absolute)
            add_place(discovery, migration->up_absolute, history, i);
        if (migration->down_absolute &&
            (!migration->up_absolute ||
             strcmp(migration->up_absolute, migration->down_absolute) != 0))
            add_place(discovery, migration->down_absolute, history, i);
    }
}

/* The history of which the folder is the root, by strong fronts or by weak ones; NULL: none. */
static struct history *history_at(struct discovery *discovery, const struct folder *folder,
                                  bool weak) {
    struct map *map = weak ? &discovery->weak : &discovery->strong;
    struct found *found = map_get(map, folder->absolute);

    if (!found) {
        found = arena_new(discovery->arena, struct found);
        found->history = ask_fronts(discovery, folder, weak);
        map_set(map, folder->absolute, found);
        if (found->history)
            add_places(discovery, found->history);
    }
    return found->history;
}

/* Adds the history's migrations that have this file. */
static bool match_file(struct discovery *discovery, const struct history *history,
                       const char *absolute, struct matches *matches) {
    const struct place *place = map_get(&discovery->places, absolute);
    bool any = false;

    for (; place; place = place->next) {
        const struct migration *migration = &place->history->migrations.v[place->index];
        struct match match = {.history = place->history, .index = place->index};
        if (place->history != history)
            continue;
        match.up = migration->up_absolute && strcmp(migration->up_absolute, absolute) == 0;
        match.down = migration->down_absolute && strcmp(migration->down_absolute, absolute) == 0;
        vec_push(discovery->arena, &matches->list, match);
        any = true;
    }
    return any;
}

static bool is_below(const char *folder, const char *absolute) {
    return absolute && path_below(folder, absolute);
}

/* Adds the history's migrations that lie in or below the folder. */
static bool match_folder(struct discovery *discovery, struct history *history, const char *folder,
                         struct matches *matches) {
    bool any = false;

    for (size_t i = 0; i < history->migrations.n; i++) {
        const struct migration *migration = &history->migrations.v[i];
        struct match match = {
            .history = history,
            .index = i,
            .up = is_below(folder, migration->up_absolute),
            .down = is_below(folder, migration->down_absolute),
        };
        if (!match.up && !match.down)
            continue;
        vec_push(discovery->arena, &matches->list, match);
        any = true;
    }
    return any;
}

static const struct front *front_of_file(struct discovery *discovery, const char *absolute,
                                         const char **why) {
    const struct reading *reading = files_read(&discovery->files, absolute);

    *why = "no framework's conventions fit";
    for (size_t i = 0; i < front_count; i++) {
        const char *reason = fronts[i]->recognise_file && !reading->why
                                 ? fronts[i]->recognise_file(reading->file)
                                 : NULL;
        if (!reason)
            continue;
        *why = reason;
        return fronts[i];
    }
    return front_find("plain");
}

/* One unit of a folder as a history of its own, with its first file as root. */
static struct history *single_history(struct discovery *discovery, const struct folder *folder,
                                      const struct migration *unit) {
    struct arena *arena = discovery->arena;
    const char *absolute = unit->up_absolute ? unit->up_absolute : unit->down_absolute;
    struct history *history = map_get(&discovery->singles, absolute);
    const struct front *front;
    struct migration *only;
    const char *why;

    if (history)
        return history;
    front = front_of_file(discovery, absolute, &why);
    history = new_history(discovery, folder, front, why);
    history->root = unit->up_path ? unit->up_path : unit->down_path;
    history->absolute_root = absolute;
    only = vec_add(arena, &history->migrations);
    *only = *unit;
    only->front = front;
    if (front->has_downs && !only->down_path) {
        only->down_path = only->up_path;
        only->down_absolute = only->up_absolute;
    }
    history->front_has_downs = only->down_path != NULL;
    map_set(&discovery->singles, absolute, history);
    add_places(discovery, history);
    return history;
}

/* The units of a folder that plain finds, whatever else its files belong to. */
static struct history *plain_units(struct discovery *discovery, const struct folder *folder) {
    const struct front *plain = front_find("plain");
    struct history *units = new_history(discovery, folder, plain, "");

    plain->discover(discovery->arena, folder, units, discovery->report);
    return units;
}

static bool unit_has(const struct migration *unit, const char *absolute) {
    return (unit->up_absolute && strcmp(unit->up_absolute, absolute) == 0) ||
           (unit->down_absolute && strcmp(unit->down_absolute, absolute) == 0);
}

static void match_single(struct discovery *discovery, const struct folder *folder,
                         const char *absolute, struct matches *matches) {
    struct history *units = plain_units(discovery, folder);
    struct migration alone = {.version = "", .name = path_base(absolute)};
    const struct migration *unit = NULL;

    for (size_t i = 0; i < units->migrations.n && !unit; i++)
        if (unit_has(&units->migrations.v[i], absolute))
            unit = &units->migrations.v[i];
    if (!unit) {
        alone.up_path = files_reported_path(&discovery->files, absolute);
        alone.up_absolute = absolute;
        unit = &alone;
    }
    match_file(discovery, single_history(discovery, folder, unit), absolute, matches);
}

/* How many folders up a root can be. */
static unsigned deepest_front(void) {
    unsigned depth = 0;

    for (size_t i = 0; i < front_count; i++)
        if (fronts[i]->depth > depth)
            depth = fronts[i]->depth;
    return depth;
}

/*
 * The strong histories of the folder and of those above it, as far up as any front reaches and no farther than the
 * repository's root: calls match with each until it says true. The folder itself is left out when not asked for.
 */
struct ascent {
    const char *absolute; /* the file or folder that is looked for */
    bool is_file;
    struct matches *matches;
};

static bool try_ascent(struct discovery *discovery, const struct ascent *ascent,
                       const char *folder_path, unsigned level) {
    const char *why = NULL;
    const struct folder *folder = folder_read(&discovery->files, folder_path, &why);
    struct history *history = folder ? history_at(discovery, folder, false) : NULL;

    if (!history || history->front->depth < level)
        return false;
    return ascent->is_file ? match_file(discovery, history, ascent->absolute, ascent->matches)
                           : match_folder(discovery, history, ascent->absolute, ascent->matches);
}

static bool ascend(struct discovery *discovery, const struct ascent *ascent, const char *folder,
                   unsigned first_level) {
    const char *root = files_repository(&discovery->files, folder);
    unsigned deepest = deepest_front();

    for (unsigned level = first_level; level <= deepest; level++) {
        if (!root && level > 1)
            return false;
        if (try_ascent(discovery, ascent, folder, level))
            return true;
        if ((root && strcmp(folder, root) == 0) || strcmp(folder, "/") == 0)
            return false;
        folder = path_folder(discovery->arena, folder);
    }
    return false;
}

void discover_file(struct discovery *discovery, const char *absolute, struct matches *matches) {
    const char *path = path_folder(discovery->arena, absolute), *why = NULL;
    struct ascent ascent = {absolute, true, matches};
    const struct folder *folder = folder_read(&discovery->files, path, &why);
    struct history *weak;

    if (!config_of(discovery, path)) {
        matches->broken = true;
        return;
    }
    if (ascend(discovery, &ascent, path, 0) || !folder)
        return;
    weak = history_at(discovery, folder, false) ? NULL : history_at(discovery, folder, true);
    if (weak && match_file(discovery, weak, absolute, matches))
        return;
    match_single(discovery, folder, absolute, matches);
}

/* One walk through a tree. */
struct walk {
    struct discovery *discovery;
    struct matches *matches;
    VEC(const char *) folders; /* absolute, still to be looked at */
    VEC(const char *) links;   /* likewise, behind all others: a folder is known by its own path */
    struct map visited;        /* "device:inode" */
};

static bool visit_first(struct walk *walk, const char *absolute) {
    struct stat st;
    const char *key;

    if (stat(absolute, &st) < 0)
        return true;
    key =
        arena_printf(walk->discovery->arena, "%ju:%ju", (uintmax_t)st.st_dev, (uintmax_t)st.st_ino);
    if (map_has(&walk->visited, key))
        return false;
    map_set(&walk->visited, key, walk);
    return true;
}

static bool is_matched(const struct discovery *discovery, const char *absolute) {
    return map_has(&discovery->places, absolute);
}

/* .sql files beside a framework's migrations that it never runs. */
static void remark_left_over(struct walk *walk, const struct folder *folder,
                             const struct history *history) {
    struct arena *arena = walk->discovery->arena;

    for (size_t i = 0; i < folder->entries.n; i++) {
        const struct folder_entry *entry = &folder->entries.v[i];
        if (entry->is_folder || !ascii_ends_with(entry->name, ".sql") ||
            is_matched(walk->discovery, path_join(arena, folder->absolute, entry->name)))
            continue;
        report_remark(walk->discovery->report,
                      (struct remark){
                          .path = path_join(arena, folder->path, entry->name),
                          .message = arena_printf(
                              arena, "%s would not run it by this name; it is not analysed",
                              history->front->name),
                      });
    }
}

/* Files that belong to no history are histories themselves. */
static void match_left_over(struct walk *walk, const struct folder *folder) {
    struct discovery *discovery = walk->discovery;
    struct history *units = plain_units(discovery, folder);

    for (size_t i = 0; i < units->migrations.n; i++) {
        const struct migration *unit = &units->migrations.v[i];
        struct history *single;
        const char *absolute = unit->up_absolute ? unit->up_absolute : unit->down_absolute;
        if (is_matched(discovery, absolute) && !map_has(&discovery->singles, absolute))
            continue;
        single = single_history(discovery, folder, unit);
        match_folder(discovery, single, folder->absolute, walk->matches);
    }
}

/* Puts the folders below this one on the list, but for those that hold its migrations. */
static void descend(struct walk *walk, const struct folder *folder, const struct history *history) {
    struct arena *arena = walk->discovery->arena;
    struct map owned;

    map_init(&owned, arena);
    for (size_t i = 0; history && history->front->depth && i < history->migrations.n; i++) {
        const struct migration *migration = &history->migrations.v[i];
        const char *file =
            migration->up_absolute ? migration->up_absolute : migration->down_absolute;
        map_set(&owned, path_folder(arena, file), walk);
    }
    for (size_t i = 0; i < folder->entries.n; i++) {
        const struct folder_entry *entry = &folder->entries.v[i];
        const char *absolute = path_join(arena, folder->absolute, entry->name);
        if (!entry->is_folder || map_has(&owned, absolute))
            continue;
        if (entry->is_link)
            vec_push(arena, &walk->links, absolute);
        else
            vec_push(arena, &walk->folders, absolute);
    }
}

static void report_unlisted(struct discovery *discovery, const char *absolute, const char *why) {
    report_problem(discovery->report, (struct problem){
                                          .path = files_reported_path(&discovery->files, absolute),
                                          .kind = PROBLEM_IO,
                                          .scope = SCOPE_REPORTED,
                                          .message = why,
                                      });
}

static void visit(struct walk *walk, const char *absolute) {
    struct discovery *discovery = walk->discovery;
    const struct config *config = config_of(discovery, absolute);
    const char *why = NULL;
    const struct folder *folder;
    struct history *history;

    if (!config)
        walk->matches->broken = true;
    if (!config || config_excludes_folder(config, absolute) || !visit_first(walk, absolute))
        return;
    folder = folder_read(&discovery->files, absolute, &why);
    if (why)
        report_unlisted(discovery, absolute, why);
    if (!folder)
        return;
    history = history_at(discovery, folder, false);
    if (history) {
        match_folder(discovery, history, absolute, walk->matches);
        remark_left_over(walk, folder, history);
    } else {
        struct history *weak = history_at(discovery, folder, true);
        if (weak)
            match_folder(discovery, weak, absolute, walk->matches);
        match_left_over(walk, folder);
    }
    descend(walk, folder, history);
}

void discover_folder(struct discovery *discovery, const char *absolute, struct matches *matches) {
    struct walk walk = {.discovery = discovery, .matches = matches};
    struct ascent ascent = {absolute, false, matches};

    if (strcmp(absolute, "/") != 0 &&
        ascend(discovery, &ascent, path_folder(discovery->arena, absolute), 1))
        return;
    map_init(&walk.visited, discovery->arena);
    vec_push(discovery->arena, &walk.folders, absolute);
    while (walk.folders.n || walk.links.n) {
        const char *next =
            walk.folders.n ? walk.folders.v[--walk.folders.n] : walk.links.v[--walk.links.n];
        visit(&walk, next);
    }
}
