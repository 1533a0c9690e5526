/* A framework of the user's own, as the configuration describes it: which files, in which order, how ups and downs begin, in what transaction. */
#include "base/ascii.h"
#include "base/path.h"
#include "config/glob.h"
#include "front/candidates.h"
#include "front/sections.h"
#include "sql/lex.h"

#include <string.h>

enum { DEEPEST = 8 };

/* The folder below which all files of the pattern lie, relative to the configuration's: its parts before the first that is a pattern. */
static const char *fixed_part(struct arena *arena, const char *glob) {
    size_t end = 0, wild = strcspn(glob, "*?[");

    for (size_t i = 0; i < wild; i++)
        if (glob[i] == '/')
            end = i;
    return end ? arena_strndup(arena, glob, end) : ".";
}

struct search {
    struct arena *arena;
    const struct config *config;
    const struct folder *root;
    struct history *history;
    struct candidates candidates;
};

static bool is_meant(const struct search *search, const char *absolute) {
    return glob_match(search->config->own_front.glob, path_below(search->config->folder, absolute));
}

static void add_file(struct search *search, const char *path, const char *name) {
    struct arena *arena = search->arena;
    const struct own_front *own = &search->config->own_front;
    struct candidate candidate = candidate_named(path, name);
    const char *dot = strrchr(name, '.');

    candidate_take_digits(arena, &candidate);
    if (own->by_path)
        candidate.key = path;
    candidate.name = dot ? arena_strndup(arena, name, (size_t)(dot - name)) : name;
    candidate.is_both = own->up != NULL;
    candidate.rank = !own->by_path && !leading_digits(name);
    if (!own->up)
        candidate_take_direction(arena, &candidate);
    vec_push(arena, &search->candidates.list, candidate);
}

static void search_folder(struct search *search, const struct folder *folder, const char *prefix,
                          int depth) {
    struct arena *arena = search->arena;

    for (size_t i = 0; i < folder->entries.n; i++) {
        const struct folder_entry *entry = &folder->entries.v[i];
        const char *path = path_join(arena, prefix, entry->name), *why;
        const char *absolute = path_join(arena, folder->absolute, entry->name);
        if (!entry->is_folder && is_meant(search, absolute))
            add_file(search, path, entry->name);
        else if (!entry->is_folder && ascii_ends_with(entry->name, ".sql"))
            history_leave_out(arena, search->history, search->root, path, LEFT_OUT_NAME,
                              "the configured pattern does not take it");
        if (entry->is_folder && !entry->is_link && depth)
            search_folder(search, folder_read(folder->files, absolute, &why), path, depth - 1);
    }
}

static void discover(struct arena *arena, const struct folder *folder, struct history *history,
                     struct report *report) {
    const struct config *config = history->config;
    const struct own_front *own = &config->own_front;
    struct search search = {arena, config, folder, history, {.arena = arena}};
    const char *root = path_join(arena, config->folder, fixed_part(arena, own->glob));

    (void)report;
    if (strcmp(path_clean(arena, root), folder->absolute) != 0)
        return;
    search_folder(&search, folder, "", DEEPEST);
    candidates_to_history(&search.candidates, own->by_path ? VERSION_BYTES : VERSION_NUMBERS,
                          folder, history);
    history_find_downs(history);
    for (size_t i = 0; i < history->migrations.n; i++)
        history->migrations.v[i].settings = own;
}

static enum transaction_mode mode_of(const struct own_front *own) {
    static const enum transaction_mode modes[] = {
        TRANSACTION_UNKNOWN,      TRANSACTION_ALL,           TRANSACTION_FILE,
        TRANSACTION_SIMPLE_QUERY, TRANSACTION_PER_STATEMENT, TRANSACTION_PIPELINE,
    };
    size_t i = 0;

    while (strcmp(own_front_transactions[i], own->transaction) != 0)
        i++;
    return modes[i];
}

static void render(struct arena *arena, const struct history *history, struct migration *migration,
                   const struct file *file, enum direction direction) {
    const struct own_front *own = migration->settings;

    (void)history;
    if (own->up)
        sections_by_lines(arena, migration, file, own->up, own->down, mode_of(own));
    else
        section_of_file(arena, migration, file, direction, mode_of(own), NULL);
}

const struct front front_configured = {
    .name = "configured",
    .depth = DEEPEST,
    .mode = TRANSACTION_UNKNOWN,
    .placeholders = LEX_PLACEHOLDERS,
    .discover = discover,
    .render = render,
};
