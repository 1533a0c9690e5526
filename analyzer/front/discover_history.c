/* The histories of one folder. */
#include "base/ascii.h"
#include "base/path.h"
#include "front/candidates.h"
#include "front/discover.h"

#include <stdlib.h>
#include <string.h>

/* What a folder is the root of; NULL: of nothing. */
struct found {
    struct history *history;
};

static struct history *new_history(struct discovery *discovery, const struct folder *folder,
                                   const struct front *front, const char *why) {
    struct history *history = arena_new(discovery->arena, struct history);

    history->root = folder->path;
    history->absolute_root = folder->absolute;
    history->front = front;
    history->config = discovery_config(discovery, folder->absolute);
    history->front_has_downs = front->has_downs;
    history->why = why;
    history->files = &discovery->files;
    history->variables = arena_new(discovery->arena, struct map);
    map_init(history->variables, discovery->arena);
    return history;
}

/* What one front makes of the folder. A root may have no migration for PostgreSQL. */
static struct history *make_history(struct discovery *discovery, const struct folder *folder,
                                    const struct front *front, const char *why) {
    struct history *history = new_history(discovery, folder, front, why);

    front->discover(discovery->arena, folder, history, discovery->report);
    discovery_drop_foreign(discovery, folder, history);
    return history;
}

static struct history *try_forced(struct discovery *discovery, const struct folder *folder,
                                  const struct front *front) {
    struct history *history;

    if (!front->discover || front_find("plain") == front)
        return NULL;
    history = make_history(discovery, folder, front, "the configuration says so");
    history->forced = true;
    return history->migrations.n || history->foreign ? history : NULL;
}

static struct history *ask_for(struct discovery *discovery, const struct folder *folder, bool weak,
                               enum evidence evidence) {
    for (size_t i = 0; i < front_count; i++) {
        recogniser *recognise = fronts[i]->recognise[evidence];
        const char *why =
            recognise && fronts[i]->is_weak == weak ? recognise(discovery->arena, folder) : NULL;
        struct history *history;
        if (!why)
            continue;
        history = make_history(discovery, folder, fronts[i], why);
        history->evidence = evidence;
        return history;
    }
    return NULL;
}

static struct history *ask_fronts(struct discovery *discovery, const struct folder *folder,
                                  bool weak) {
    const struct config *config = discovery_config(discovery, folder->absolute);
    struct history *history = NULL;

    if (!config)
        return NULL;
    if (config->front)
        return weak ? NULL : try_forced(discovery, folder, front_find(config->front));
    for (int evidence = 0; !history && evidence < EVIDENCE_COUNT; evidence++)
        history = ask_for(discovery, folder, weak, (enum evidence)evidence);
    return history;
}

/* "1_name.go", where the runner takes programs of this ending, too. */
static bool is_program(const struct front *front, const char *name) {
    const char *dot = strrchr(name, '.'), *found = NULL;
    size_t letters = *name == 'V' || *name == 'U';

    if (front->programs && dot && ascii_isdigit(name[letters]) && !strstr(name, "_test."))
        found = strstr(front->programs, dot);
    return found && (found[strlen(dot)] == ' ' || !found[strlen(dot)]);
}

/* Of a file in the root that became no migration. */
static void leave_out_entry(struct discovery *discovery, const struct folder *folder,
                            struct history *history, const char *name) {
    struct arena *arena = discovery->arena;
    const struct front *front = history->front;

    if (is_program(front, name))
        history_leave_out(arena, history, folder, name, LEFT_OUT_PROGRAM,
                          "is a program, which migvet does not read");
    else if (!ascii_ends_with(name, ".sql"))
        return;
    else if (front->ignores && front->ignores(name))
        history_leave_out(arena, history, folder, name, LEFT_OUT_DIALECT,
                          "is for another database");
    else
        history_leave_out(arena, history, folder, name, LEFT_OUT_NAME,
                          arena_printf(arena, "%s does not run a file of this name", front->name));
}

static int compare_left_out(const void *a, const void *b) {
    return strcmp(((const struct left_out *)a)->path, ((const struct left_out *)b)->path);
}

/* What is no migration of a strong front is none of anybody's. */
static void leave_out_rest(struct discovery *discovery, const struct folder *folder,
                           struct history *history) {
    struct map known;

    map_init(&known, discovery->arena);
    for (size_t i = 0; i < history->left_out.n; i++)
        map_set(&known, history->left_out.v[i].absolute, history);
    for (size_t i = 0; i < folder->entries.n; i++) {
        const char *name = folder->entries.v[i].name;
        const char *absolute = path_join(discovery->arena, folder->absolute, name);
        if (!folder->entries.v[i].is_folder && !map_has(&known, absolute) &&
            !is_matched(discovery, absolute))
            leave_out_entry(discovery, folder, history, name);
    }
}

static void remember_left_out(struct discovery *discovery, struct history *history) {
    if (history->left_out.n)
        qsort(history->left_out.v, history->left_out.n, sizeof(struct left_out), compare_left_out);
    for (size_t i = 0; i < history->left_out.n; i++) {
        history->left_out.v[i].history = history;
        map_set(&discovery->left_out, history->left_out.v[i].absolute, &history->left_out.v[i]);
    }
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
        const char *up = migration->up_absolute, *down = migration->down_absolute;
        if (up)
            add_place(discovery, up, history, i);
        if (down && (!up || strcmp(up, down) != 0))
            add_place(discovery, down, history, i);
    }
}

struct history *discovery_history(struct discovery *discovery, const struct folder *folder,
                                  bool weak) {
    struct map *map = weak ? &discovery->weak : &discovery->strong;
    struct found *found = map_get(map, folder->absolute);

    if (!found) {
        found = arena_new(discovery->arena, struct found);
        found->history = ask_fronts(discovery, folder, weak);
        map_set(map, folder->absolute, found);
        if (found->history)
            add_places(discovery, found->history);
        if (found->history && !found->history->front->is_weak)
            leave_out_rest(discovery, folder, found->history);
        if (found->history)
            remember_left_out(discovery, found->history);
    }
    return found->history;
}

static bool is_same(const char *a, const char *b) {
    return a && strcmp(a, b) == 0;
}

bool match_file(struct discovery *discovery, const struct history *history, const char *absolute,
                struct matches *matches) {
    const struct place *place = map_get(&discovery->places, absolute);
    bool any = false;

    for (; place; place = place->next) {
        const struct migration *migration = &place->history->migrations.v[place->index];
        struct match match = {
            .history = place->history,
            .index = place->index,
            .up = is_same(migration->up_absolute, absolute),
            .down = is_same(migration->down_absolute, absolute),
        };
        if (place->history != history)
            continue;
        vec_push(discovery->arena, &matches->list, match);
        any = true;
    }
    return any;
}

static bool is_below(const char *folder, const char *absolute) {
    return absolute && path_below(folder, absolute);
}

bool match_folder(struct discovery *discovery, struct history *history, const char *folder,
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

bool is_matched(const struct discovery *discovery, const char *absolute) {
    return map_has(&discovery->places, absolute);
}

/* Digits, or a letter of Flyway's with digits: others are seeds, dumps and the like. */
static bool looks_like_migration(const char *name) {
    return ascii_isdigit(name[0]) || (strchr("VUB", name[0]) && ascii_isdigit(name[1]));
}

bool match_stray(struct discovery *discovery, struct left_out *left_out, struct matches *matches) {
    bool meant =
        left_out->kind == LEFT_OUT_UNLISTED || left_out->kind == LEFT_OUT_MISSING ||
        (left_out->kind == LEFT_OUT_NAME && looks_like_migration(path_base(left_out->path)));

    if (!meant || !config_includes(discovery->arena, left_out->history->config, left_out->absolute))
        return false;
    left_out->stray = true;
    vec_push(discovery->arena, &matches->strays, left_out->history);
    return true;
}

static void add_unit(struct discovery *discovery, struct migration *unit) {
    if (unit->up_absolute)
        map_set(&discovery->unit_of, unit->up_absolute, unit);
    if (unit->down_absolute)
        map_set(&discovery->unit_of, unit->down_absolute, unit);
}

const struct history *discovery_units(struct discovery *discovery, const struct folder *folder) {
    const struct front *plain = front_find("plain");
    struct history *units = map_get(&discovery->units, folder->absolute);

    if (units)
        return units;
    units = new_history(discovery, folder, plain, "");
    plain->discover(discovery->arena, folder, units, discovery->report);
    for (size_t i = 0; i < units->migrations.n; i++)
        add_unit(discovery, &units->migrations.v[i]);
    map_set(&discovery->units, folder->absolute, units);
    return units;
}

/* By its contents, where they tell. */
static const struct front *front_of_path(struct discovery *discovery, const char *absolute,
                                         const char **why) {
    const struct reading *reading = files_read(&discovery->files, absolute);
    const struct front *front = reading->why ? NULL : front_of_file(reading->file, why);

    if (front)
        return front;
    *why = "no framework's conventions fit";
    return front_find("plain");
}

/* A unit of a folder, or a file whose name is none of SQL's. */
static struct migration unit_of_file(struct discovery *discovery, const struct folder *folder,
                                     const char *absolute) {
    const struct migration *unit;

    discovery_units(discovery, folder);
    unit = map_get(&discovery->unit_of, absolute);
    if (unit)
        return *unit;
    return (struct migration){
        .version = "",
        .name = arena_strdup(discovery->arena, path_base(absolute)),
        .up_path = files_reported_path(&discovery->files, absolute),
        .up_absolute = arena_strdup(discovery->arena, absolute),
    };
}

static struct history *new_single(struct discovery *discovery, const struct folder *folder,
                                  struct migration unit) {
    const char *absolute = unit.up_absolute ? unit.up_absolute : unit.down_absolute, *why;
    const struct front *front = front_of_path(discovery, absolute, &why);
    struct history *history = new_history(discovery, folder, front, why);

    history->evidence = front->is_weak ? EVIDENCE_NAMES : EVIDENCE_CONTENTS;
    history->root = unit.up_path ? unit.up_path : unit.down_path;
    history->absolute_root = absolute;
    unit.front = front;
    unit.kind = front->kind;
    if (front->has_downs && !unit.down_path) {
        unit.down_path = unit.up_path;
        unit.down_absolute = unit.up_absolute;
    }
    history->front_has_downs = unit.down_path != NULL;
    vec_push(discovery->arena, &history->migrations, unit);
    discovery_drop_foreign(discovery, folder, history);
    remember_left_out(discovery, history);
    return history;
}

struct history *discovery_single(struct discovery *discovery, const struct folder *folder,
                                 const char *absolute) {
    struct history *history = map_get(&discovery->singles, absolute);
    struct migration unit;

    if (history)
        return history;
    unit = unit_of_file(discovery, folder, absolute);
    history = new_single(discovery, folder, unit);
    add_places(discovery, history);
    if (unit.up_absolute)
        map_set(&discovery->singles, unit.up_absolute, history);
    if (unit.down_absolute)
        map_set(&discovery->singles, unit.down_absolute, history);
    return history;
}
