#define _GNU_SOURCE /* stat */
#include "front/discover.h"

#include "base/path.h"

#include <stdint.h>
#include <string.h>
#include <sys/stat.h>

void discovery_init(struct discovery *discovery, struct job *job, struct arena *arena,
                    const struct front_options *options, struct report *report) {
    *discovery =
        (struct discovery){.arena = arena, .report = report, .options = options, .job = job};
    files_init(&discovery->files, arena, report);
    map_init(&discovery->strong, arena);
    map_init(&discovery->weak, arena);
    map_init(&discovery->units, arena);
    map_init(&discovery->unit_of, arena);
    map_init(&discovery->singles, arena);
    map_init(&discovery->places, arena);
    map_init(&discovery->config_paths, arena);
    map_init(&discovery->configs, arena);
    map_init(&discovery->left_out, arena);
    map_init(&discovery->said, arena);
}

/* How many folders up a root can be. */
static unsigned deepest_front(void) {
    unsigned depth = 0;

    for (size_t i = 0; i < front_count; i++)
        if (fronts[i]->depth > depth)
            depth = fronts[i]->depth;
    return depth;
}

/* What is looked for in the histories above it. */
struct ascent {
    const char *absolute;
    bool is_file;
    struct matches *matches;
};

static bool try_ascent(struct discovery *discovery, const struct ascent *ascent,
                       const char *folder_path, unsigned level) {
    const char *why;
    const struct folder *folder = folder_read(&discovery->files, folder_path, &why);
    struct history *history = discovery_history(discovery, folder, false);

    if (!history || history->front->depth < level)
        return false;
    return ascent->is_file ? match_file(discovery, history, ascent->absolute, ascent->matches)
                           : match_folder(discovery, history, ascent->absolute, ascent->matches);
}

/*
 * Asks the strong fronts for the folder (at this level) and those above it, as far up as any front reaches and no
 * farther than the repository's root; without a repository, not farther than one folder up.
 */
static bool ascend(struct discovery *discovery, const struct ascent *ascent, const char *folder,
                   unsigned level) {
    const char *root = files_repository(&discovery->files, folder);
    unsigned deepest = deepest_front();

    for (; level <= deepest && (root || level <= 1); level++) {
        if (try_ascent(discovery, ascent, folder, level))
            return true;
        if ((root && strcmp(folder, root) == 0) || strcmp(folder, "/") == 0)
            return false;
        folder = path_folder(discovery->arena, folder);
    }
    return false;
}

/* A named file that is none of the migrations beside it, though it may be analysed by itself. */
static void remark_named(struct discovery *discovery, struct left_out *left_out,
                         struct matches *matches) {
    if (!match_stray(discovery, left_out, matches) && left_out->kind != LEFT_OUT_NAME)
        discovery_remark(discovery, left_out->path,
                         arena_printf(discovery->arena, "%s: analysed by itself", left_out->why));
}

static bool match_weak(struct discovery *discovery, const struct folder *folder,
                       const char *absolute, struct matches *matches) {
    struct history *strong = discovery_history(discovery, folder, false);
    struct history *weak = strong ? NULL : discovery_history(discovery, folder, true);

    return weak && match_file(discovery, weak, absolute, matches);
}

static bool is_foreign(const struct discovery *discovery, const char *absolute,
                       struct matches *matches) {
    const struct left_out *left_out = map_get(&discovery->left_out, absolute);

    if (left_out && left_out->kind == LEFT_OUT_DIALECT)
        matches->foreign = left_out->why;
    return left_out && left_out->kind == LEFT_OUT_DIALECT;
}

void discover_file(struct discovery *discovery, const char *absolute, struct matches *matches) {
    const char *path = path_folder(discovery->arena, absolute), *why;
    struct ascent ascent = {absolute, true, matches};
    const struct folder *folder = folder_read(&discovery->files, path, &why);

    matches->broken = !discovery_config(discovery, path);
    if (matches->broken || ascend(discovery, &ascent, path, 0) ||
        match_weak(discovery, folder, absolute, matches) ||
        is_foreign(discovery, absolute, matches))
        return;
    if (map_has(&discovery->left_out, absolute))
        remark_named(discovery, map_get(&discovery->left_out, absolute), matches);
    match_file(discovery, discovery_single(discovery, folder, absolute), absolute, matches);
    is_foreign(discovery, absolute, matches);
}

/* One walk through a tree. */
struct walk {
    struct discovery *discovery;
    struct matches *matches;
    VEC(const char *) folders; /* absolute */
    VEC(const char *) links; /* likewise, behind all others: a folder goes by its own path first */
    size_t folders_done, links_done;
    struct map visited; /* "device:inode" */
    struct map owned;   /* absolute folders that hold files of the histories above them */
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

static void count_reason(struct map *counts, const char *why) {
    size_t *count = map_get(counts, why);

    if (!count) {
        count = arena_new(counts->arena, size_t);
        map_set(counts, why, count);
    }
    ++*count;
}

/* Files with the same reason are told once. */
static void remark_foreign(struct walk *walk, const struct history *history,
                           const struct map_entry *reason) {
    const size_t *count = reason->value;

    walk->matches->foreign = reason->key;
    discovery_remark(walk->discovery, history->root,
                     arena_printf(walk->discovery->arena, "%zu file%s not analysed: %s", *count,
                                  *count == 1 ? "" : "s", reason->key + strlen("is ")));
}

/* Files beside a framework's migrations that it never runs, or not here, or that are no SQL. */
static void remark_left_out(struct walk *walk, struct history *history) {
    struct arena *arena = walk->discovery->arena;
    size_t programs = 0;
    struct map foreign; /* reason -> how many files */

    map_init(&foreign, arena);
    for (size_t i = 0; i < history->left_out.n; i++) {
        struct left_out *left_out = &history->left_out.v[i];
        if (left_out->kind == LEFT_OUT_DIALECT)
            count_reason(&foreign, left_out->why);
        else if (left_out->kind == LEFT_OUT_PROGRAM)
            programs++;
        else if (left_out->kind != LEFT_OUT_CHECK &&
                 !match_stray(walk->discovery, left_out, walk->matches))
            discovery_remark(walk->discovery, left_out->path,
                             arena_printf(arena, "%s: not analysed", left_out->why));
    }
    for (size_t i = 0; i < foreign.n; i++)
        remark_foreign(walk, history, &foreign.entries[i]);
    if (programs)
        discovery_remark(
            walk->discovery, history->root,
            arena_printf(arena, "%zu migration%s: not analysed", programs,
                         programs == 1 ? " that is a program" : "s that are programs"));
}

/* The walk comes by each root once. */
static void match_history(struct walk *walk, struct history *history, const struct folder *folder) {
    if (history->foreign)
        vec_push(walk->discovery->arena, &walk->discovery->job->foreign, history);
    match_folder(walk->discovery, history, folder->absolute, walk->matches);
    remark_left_out(walk, history);
}

/* Files that belong to no history are histories themselves. */
static void match_left_over(struct walk *walk, const struct folder *folder) {
    struct discovery *discovery = walk->discovery;
    const struct history *units = discovery_units(discovery, folder);

    for (size_t i = 0; i < units->migrations.n; i++) {
        const struct migration *unit = &units->migrations.v[i];
        const char *absolute = unit->up_absolute ? unit->up_absolute : unit->down_absolute;
        bool taken = is_matched(discovery, absolute) || map_has(&discovery->left_out, absolute);
        if (!taken || map_has(&discovery->singles, absolute))
            match_history(walk, discovery_single(discovery, folder, absolute), folder);
    }
}

static void match_histories(struct walk *walk, const struct folder *folder,
                            struct history *strong) {
    struct history *weak;

    if (strong) {
        match_history(walk, strong, folder);
        return;
    }
    weak = discovery_history(walk->discovery, folder, true);
    if (weak)
        match_history(walk, weak, folder);
    match_left_over(walk, folder);
}

/* The folders that hold the history's files. */
static void find_owned(struct walk *walk, const struct history *history) {
    struct arena *arena = walk->discovery->arena;
    struct map *owned = &walk->owned;

    if (!history || !history->front->depth)
        return;
    for (size_t i = 0; i < history->migrations.n; i++) {
        const struct migration *migration = &history->migrations.v[i];
        const char *file =
            migration->up_absolute ? migration->up_absolute : migration->down_absolute;
        map_set(owned, path_folder(arena, file), owned);
    }
    for (size_t i = 0; i < history->left_out.n; i++)
        map_set(owned, path_folder(arena, history->left_out.v[i].absolute), owned);
}

static void descend(struct walk *walk, const struct folder *folder, const struct history *history) {
    struct arena *arena = walk->discovery->arena;

    find_owned(walk, history);
    for (size_t i = 0; i < folder->entries.n; i++) {
        const struct folder_entry *entry = &folder->entries.v[i];
        const char *absolute;
        if (!entry->is_folder)
            continue;
        absolute = path_join(arena, folder->absolute, entry->name);
        if (map_has(&walk->owned, absolute))
            continue;
        if (entry->refusal)
            discovery_remark(walk->discovery, path_join(arena, folder->path, entry->name),
                             arena_printf(arena, "%s: not followed", entry->refusal));
        else if (entry->is_link)
            vec_push(arena, &walk->links, absolute);
        else
            vec_push(arena, &walk->folders, absolute);
    }
}

static void visit(struct walk *walk, const char *absolute) {
    struct discovery *discovery = walk->discovery;
    const struct config *config = discovery_config(discovery, absolute);
    const struct folder *folder;
    struct history *strong;
    const char *why;

    if (!config)
        walk->matches->broken = true;
    else if (config_excludes_folder(config, absolute))
        walk->matches->excluded = true;
    if (!config || config_excludes_folder(config, absolute) || !visit_first(walk, absolute))
        return;
    folder = folder_read(&discovery->files, absolute, &why);
    if (why)
        discovery_problem(discovery, folder->path, why);
    strong = discovery_history(discovery, folder, false);
    match_histories(walk, folder, strong);
    descend(walk, folder, strong);
}

/* A folder inside of a history, such as that of one migration, or the root of a tree. */
void discover_folder(struct discovery *discovery, const char *absolute, struct matches *matches) {
    struct walk walk = {.discovery = discovery, .matches = matches};
    struct ascent ascent = {absolute, false, matches};
    const char *root = files_repository(&discovery->files, absolute);

    if (strcmp(absolute, "/") != 0 && (!root || strcmp(root, absolute) != 0) &&
        ascend(discovery, &ascent, path_folder(discovery->arena, absolute), 1))
        return;
    map_init(&walk.visited, discovery->arena);
    map_init(&walk.owned, discovery->arena);
    vec_push(discovery->arena, &walk.folders, absolute);
    while (walk.folders_done < walk.folders.n || walk.links_done < walk.links.n) {
        if (walk.folders_done < walk.folders.n)
            visit(&walk, walk.folders.v[walk.folders_done++]);
        else
            visit(&walk, walk.links.v[walk.links_done++]);
    }
}
