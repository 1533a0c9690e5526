#include "front/candidates.h"

#include "base/ascii.h"
#include "base/path.h"

#include <stdlib.h>
#include <string.h>

size_t leading_digits(const char *s) {
    size_t n = 0;

    while (ascii_isdigit(s[n]))
        n++;
    return n;
}

const char *without_suffix(struct arena *arena, const char *name, const char *suffix) {
    size_t n = strlen(name), m = strlen(suffix);

    return n > m && strcmp(name + n - m, suffix) == 0 ? arena_strndup(arena, name, n - m) : NULL;
}

struct candidate candidate_named(const char *path, const char *name) {
    return (struct candidate){.path = path, .name = name, .stem = name, .key = "", .version = ""};
}

struct candidates candidates_of_files(struct arena *arena, const struct folder *folder,
                                      candidate_reader *read) {
    struct candidates candidates = {.arena = arena};

    for (size_t i = 0; i < folder->entries.n; i++) {
        const char *name = folder->entries.v[i].name;
        struct candidate candidate = candidate_named(name, name);
        if (!folder->entries.v[i].is_folder && read(arena, name, &candidate))
            vec_push(arena, &candidates.list, candidate);
    }
    return candidates;
}

/* Adds the folder's file of this name, if there is one. */
static void add_file(struct candidates *candidates, const struct folder *folder,
                     struct candidate candidate, const char *file, enum direction direction) {
    candidate.path = path_join(candidates->arena, candidate.path, file);
    candidate.direction = direction;
    if (folder_has_file(folder, candidate.path))
        vec_push(candidates->arena, &candidates->list, candidate);
}

struct candidates candidates_of_folders(struct arena *arena, const struct folder *folder,
                                        candidate_reader *read, const char *up, const char *down) {
    struct candidates candidates = {.arena = arena};

    for (size_t i = 0; i < folder->entries.n; i++) {
        const char *name = folder->entries.v[i].name;
        struct candidate candidate = candidate_named(name, name);
        if (!folder->entries.v[i].is_folder || folder->entries.v[i].refusal ||
            !read(arena, name, &candidate))
            continue;
        add_file(&candidates, folder, candidate, up, DIRECTION_UP);
        if (down)
            add_file(&candidates, folder, candidate, down, DIRECTION_DOWN);
    }
    return candidates;
}

void candidates_drop_general(struct candidates *candidates) {
    struct map special;
    size_t kept = 0;

    map_init(&special, candidates->arena);
    for (size_t i = 0; i < candidates->list.n; i++) {
        const struct candidate *candidate = &candidates->list.v[i];
        if (!candidate->is_general)
            map_set(&special,
                    arena_printf(candidates->arena, "%d %s", candidate->direction, candidate->key),
                    candidates);
    }
    for (size_t i = 0; i < candidates->list.n; i++) {
        struct candidate candidate = candidates->list.v[i];
        const char *key =
            arena_printf(candidates->arena, "%d %s", candidate.direction, candidate.key);
        if (!candidate.is_general || !map_has(&special, key))
            candidates->list.v[kept++] = candidate;
    }
    candidates->list.n = kept;
}

const char *candidates_example(const struct candidates *candidates, const char *what) {
    if (!candidates->list.n)
        return NULL;
    return arena_printf(candidates->arena, "%s such as %s", what, candidates->list.v[0].path);
}

void candidate_take_digits(struct arena *arena, struct candidate *candidate) {
    candidate->version = candidate->key =
        arena_strndup(arena, candidate->name, leading_digits(candidate->name));
}

bool candidate_read_pair(struct arena *arena, const char *name, struct candidate *candidate) {
    size_t digits = leading_digits(name);
    const char *up = without_suffix(arena, name, ".up.sql");
    const char *stem = up ? up : without_suffix(arena, name, ".down.sql");

    if (!digits || name[digits] != '_' || !stem || !stem[digits])
        return false;
    candidate_take_digits(arena, candidate);
    candidate->name = candidate->stem = stem;
    candidate->direction = up ? DIRECTION_UP : DIRECTION_DOWN;
    candidate->any_stem = true;
    return true;
}

/* How a down's name ends before ".sql"; "count_down.sql" may be something else. */
static const struct {
    const char *suffix;
    bool doubtful;
} down_suffixes[] = {
    {".down", false}, {".undo", false}, {".rollback", false}, {".revert", false},
    {"_down", true},  {"-down", true},  {"_undo", true},      {"_rollback", true},
};

static const char *const up_suffixes[] = {".up", ".do", "_up", "-up"};

void candidate_take_direction(struct arena *arena, struct candidate *candidate) {
    for (size_t i = 0; i < sizeof(down_suffixes) / sizeof(*down_suffixes); i++) {
        const char *stem = without_suffix(arena, candidate->name, down_suffixes[i].suffix);
        if (!stem)
            continue;
        candidate->stem = stem;
        candidate->direction = DIRECTION_DOWN;
        candidate->doubtful = down_suffixes[i].doubtful;
        return;
    }
    candidate->stem = candidate->name;
    for (size_t i = 0; i < sizeof(up_suffixes) / sizeof(*up_suffixes); i++) {
        const char *stem = without_suffix(arena, candidate->name, up_suffixes[i]);
        if (stem)
            candidate->stem = stem;
    }
}

void history_find_downs(struct history *history) {
    history->front_has_downs = false;
    for (size_t i = 0; i < history->migrations.n; i++)
        if (history->migrations.v[i].down_path)
            history->front_has_downs = true;
}

int versions_compare(const char *a, const char *b) {
    while (*a && *b) {
        size_t n = leading_digits(a), m = leading_digits(b);
        int order = digits_compare(a, n, b, m);
        if (order)
            return order;
        a += n + (a[n] != '\0');
        b += m + (b[m] != '\0');
    }
    return (*a != '\0') - (*b != '\0');
}

static int compare_bytes(const char *a, const char *b) {
    return strcmp(a, b);
}

static int compare_by(const struct candidate *a, const struct candidate *b,
                      int (*compare_keys)(const char *a, const char *b)) {
    int order = a->rank - b->rank;

    if (!order)
        order = compare_keys(a->key, b->key);
    if (!order)
        order = (int)a->direction - (int)b->direction;
    if (!order)
        order = strcmp(a->name, b->name);
    return order ? order : strcmp(a->path, b->path);
}

static int by_numbers(const void *a, const void *b) {
    return compare_by(a, b, versions_compare);
}

static int by_bytes(const void *a, const void *b) {
    return compare_by(a, b, compare_bytes);
}

struct migration *history_add(struct arena *arena, struct history *history,
                              const struct folder *folder, const char *up, const char *down) {
    struct migration *migration = vec_add(arena, &history->migrations);

    *migration = (struct migration){.version = "", .name = "", .front = history->front};
    if (up) {
        migration->up_path = path_join(arena, folder->path, up);
        migration->up_absolute = path_join(arena, folder->absolute, up);
    }
    if (down) {
        migration->down_path = path_join(arena, folder->path, down);
        migration->down_absolute = path_join(arena, folder->absolute, down);
    }
    return migration;
}

void history_leave_out(struct arena *arena, struct history *history, const struct folder *folder,
                       const char *name, enum left_out_kind kind, const char *why) {
    vec_push(arena, &history->left_out,
             ((struct left_out){
                 .kind = kind,
                 .path = path_join(arena, folder->path, name),
                 .absolute = path_join(arena, folder->absolute, name),
                 .why = why,
             }));
}

/* Candidates [first, end) have the same key: the ups first, then the downs. */
struct group {
    struct candidate *list;
    size_t first, downs, end;
    const struct candidate **down_of; /* of each up, from first; NULL: none yet */
};

static struct group group_at(struct candidates *candidates, size_t first,
                             int (*compare_keys)(const char *a, const char *b)) {
    struct candidate *list = candidates->list.v;
    struct group group = {.list = list, .first = first, .end = first};

    while (group.end < candidates->list.n && list[group.end].rank == list[first].rank &&
           compare_keys(list[group.end].key, list[first].key) == 0)
        group.end++;
    group.downs = first;
    while (group.downs < group.end && list[group.downs].direction == DIRECTION_UP)
        group.downs++;
    group.down_of = arena_array(candidates->arena, const struct candidate *, group.downs - first);
    return group;
}

/* The up without a down that this one belongs to; NULL: none. */
static const struct candidate **place_of_down(const struct group *group,
                                              const struct candidate *down, bool same_stem) {
    for (size_t i = group->first; i < group->downs; i++)
        if (!group->down_of[i - group->first] &&
            (!same_stem || strcmp(group->list[i].stem, down->stem) == 0))
            return &group->down_of[i - group->first];
    return NULL;
}

/* Those whose stem fits choose first. What finds no up stays: its direction is what it is, or else up. */
static void pair_downs(struct group *group, bool *paired) {
    for (int same_stem = 1; same_stem >= 0; same_stem--)
        for (size_t i = group->downs; i < group->end; i++) {
            const struct candidate *down = &group->list[i];
            const struct candidate **place;
            if (paired[i - group->downs] || (!same_stem && !down->any_stem))
                continue;
            place = place_of_down(group, down, same_stem);
            if (place)
                *place = down;
            paired[i - group->downs] = place != NULL;
        }
}

static void add_migration(struct candidates *candidates, const struct folder *folder,
                          struct history *history, const struct candidate *up,
                          const struct candidate *down) {
    const struct candidate *shown = up ? up : down;
    struct migration *migration;

    if (up && up->is_both)
        down = up;
    migration = history_add(candidates->arena, history, folder, up ? up->path : NULL,
                            down ? down->path : NULL);
    migration->kind = shown->kind;
    migration->version = shown->version;
    migration->name = shown->name;
}

static void add_group(struct candidates *candidates, struct group *group,
                      const struct folder *folder, struct history *history) {
    bool *paired = arena_array(candidates->arena, bool, group->end - group->downs);

    pair_downs(group, paired);
    for (size_t i = group->first; i < group->downs; i++)
        add_migration(candidates, folder, history, &group->list[i],
                      group->down_of[i - group->first]);
    for (size_t i = group->downs; i < group->end; i++) {
        const struct candidate *alone = &group->list[i];
        if (paired[i - group->downs])
            continue;
        if (alone->doubtful)
            add_migration(candidates, folder, history, alone, NULL);
        else
            add_migration(candidates, folder, history, NULL, alone);
    }
}

void candidates_to_history(struct candidates *candidates, enum version_order order,
                           const struct folder *folder, struct history *history) {
    int (*compare)(const char *a, const char *b) =
        order == VERSION_NUMBERS ? versions_compare : compare_bytes;

    if (!candidates->list.n)
        return;
    qsort(candidates->list.v, candidates->list.n, sizeof(struct candidate),
          order == VERSION_NUMBERS ? by_numbers : by_bytes);
    for (size_t i = 0; i < candidates->list.n;) {
        struct group group = group_at(candidates, i, compare);
        add_group(candidates, &group, folder, history);
        i = group.end;
    }
}
