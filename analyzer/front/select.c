#define _GNU_SOURCE /* realpath */
#include "front/select.h"

#include "base/ascii.h"
#include "base/path.h"
#include "front/candidates.h"
#include "front/discover.h"

#include <stdlib.h>
#include <string.h>

/* One pass over the histories. */
struct selecting {
    struct discovery *discovery;
    const struct selection *selection;
    struct map names; /* absolute file -> struct tracked_name */
    bool any_marked;  /* there was something to choose from */
    bool any_ordered; /* --after and --latest could choose somewhere */
};

/* What git calls a file. */
struct tracked_name {
    const struct repository *repository; /* NULL: none that was asked about */
    const char *path;   /* by the folder that really holds it, relative to the repository's root */
    const char *target; /* where it leads as a link; else the same */
};

static const char *option_of(struct arena *arena, const struct selection *selection) {
    switch (selection->kind) {
    case SELECT_SINCE:
        return arena_printf(arena, "--since %s", selection->commit);
    case SELECT_STAGED:
        return "--staged";
    case SELECT_AFTER:
        return arena_printf(arena, "--after %s", selection->version);
    case SELECT_LATEST:
        break;
    }
    return arena_printf(arena, "--latest %zu", selection->count);
}

static void report(struct discovery *discovery, const char *shown, const char *why) {
    const char *option = option_of(discovery->arena, discovery->options->selection);

    discovery_problem(discovery, shown, arena_printf(discovery->arena, "%s: %s", option, why));
}

/* The history is as the index has it: its texts where the work tree's differ, and no untracked files. */
static void take_index(struct discovery *discovery, const struct repository *repository) {
    struct arena *arena = discovery->arena;

    for (size_t i = 0; i < repository->index_texts.n; i++) {
        const struct map_entry *entry = &repository->index_texts.entries[i];
        const struct file_bytes *text = entry->value;
        files_add_unsaved(&discovery->files, path_join(arena, repository->root, entry->key),
                          text->bytes, text->n);
    }
    for (size_t i = 0; i < repository->untracked.n; i++)
        files_hide(&discovery->files,
                   path_join(arena, repository->root, repository->untracked.entries[i].key));
}

bool selection_begin(struct discovery *discovery) {
    const struct selection *selection = discovery->options->selection;
    bool good = true;

    for (size_t i = 0; i < selection->repositories.n; i++) {
        const struct repository *repository = &selection->repositories.v[i];
        if (repository->why)
            report(discovery, repository->shown, repository->why);
        else if (selection->kind == SELECT_STAGED)
            take_index(discovery, repository);
        good = good && !repository->why;
    }
    return good;
}

static const struct repository *find_repository(struct selecting *selecting, const char *folder) {
    const char *root = files_repository(&selecting->discovery->files, folder);
    const struct selection *selection = selecting->selection;

    for (size_t i = 0; root && i < selection->repositories.n; i++)
        if (strcmp(selection->repositories.v[i].root, root) == 0)
            return &selection->repositories.v[i];
    return NULL;
}

/* The path where links lead, relative to the real root; NULL when there is no such file there. */
static const char *real_name(struct arena *arena, const char *root, const char *path) {
    char *real_root = realpath(root, NULL), *real = realpath(path, NULL);
    const char *name = real_root && real ? path_below(real_root, real) : NULL;

    name = name ? arena_strdup(arena, name) : NULL;
    free(real_root);
    free(real);
    return name;
}

static struct tracked_name *find_name(struct selecting *selecting, const char *absolute) {
    struct arena *arena = selecting->discovery->arena;
    struct tracked_name *found = map_get(&selecting->names, absolute);
    const char *folder = path_folder(arena, absolute), *below;

    if (found)
        return found;
    found = arena_new(arena, struct tracked_name);
    found->repository = find_repository(selecting, folder);
    map_set(&selecting->names, absolute, found);
    if (!found->repository)
        return found;
    below = real_name(arena, found->repository->root, folder);
    /* only the index may have the folder */
    found->path = below ? path_join(arena, below, path_base(absolute))
                        : path_below(found->repository->root, absolute);
    found->target = real_name(arena, found->repository->root, absolute);
    if (!found->target)
        found->target = found->path;
    return found;
}

/* By itself, or with a folder above it. */
static bool is_untracked(struct arena *arena, const struct repository *repository,
                         const char *name) {
    while (strcmp(name, ".") != 0) {
        if (map_has(&repository->untracked, name))
            return true;
        name = path_folder(arena, name);
    }
    return false;
}

static bool name_is_new(struct selecting *selecting, const struct repository *repository,
                        const char *name) {
    if (map_has(&repository->changed, name))
        return true;
    return selecting->selection->kind == SELECT_SINCE &&
           is_untracked(selecting->discovery->arena, repository, name);
}

/* Where a migration has a folder of its own, all that is in it says how it runs. */
static bool folder_is_new(struct selecting *selecting, const struct migration *migration,
                          const struct tracked_name *name) {
    const char *folder = path_folder(selecting->discovery->arena, name->path);

    return migration->front->depth > 0 && map_has(&name->repository->folders, folder);
}

static bool file_is_new(struct selecting *selecting, const struct migration *migration,
                        const char *absolute) {
    const struct tracked_name *name;

    if (!absolute)
        return false;
    name = find_name(selecting, absolute);
    return name->repository && (name_is_new(selecting, name->repository, name->path) ||
                                name_is_new(selecting, name->repository, name->target) ||
                                folder_is_new(selecting, migration, name));
}

static const char *either_absolute(const struct migration *migration) {
    return migration->up_absolute ? migration->up_absolute : migration->down_absolute;
}

/* What lies in a repository of its own was not asked about: the git of the paths does not know it. */
static bool is_asked_about(struct selecting *selecting, const struct migration *migration) {
    struct files *files = &selecting->discovery->files;
    const char *absolute = either_absolute(migration), *root;

    if (find_name(selecting, absolute)->repository)
        return true;
    root = files_repository(files, path_folder(files->arena, absolute));
    report(selecting->discovery, files_reported_path(files, root ? root : absolute),
           "is another repository than that of the path which leads here: name a path in it, too");
    return false;
}

static bool has_index_text(const struct repository *repository, const char *name) {
    return map_has(&repository->index_texts, name);
}

/* Links to files whose text in the index is another one would be read from the work tree. */
static void refuse_links(struct selecting *selecting, const char *absolute, const char *shown) {
    const struct tracked_name *name = absolute ? find_name(selecting, absolute) : NULL;
    const char *lexical;

    if (!name || !name->repository)
        return;
    lexical = path_below(name->repository->root, absolute);
    if ((strcmp(lexical, name->path) != 0 && has_index_text(name->repository, name->path)) ||
        (strcmp(name->path, name->target) != 0 && has_index_text(name->repository, name->target)))
        report(selecting->discovery, shown,
               "is reached by a symbolic link, and what is staged differs from the work tree: "
               "name it by its own path");
}

static const char *either_path(const struct migration *migration) {
    return migration->up_path ? migration->up_path : migration->down_path;
}

/* "" has no number: a migration that is run again whenever it changes, or one without any order. */
static bool has_version(const struct migration *migration) {
    return ascii_isdigit(migration->version[0]);
}

static bool is_after(struct selecting *selecting, const struct migration *migration) {
    if (!has_version(migration)) {
        discovery_remark(selecting->discovery, either_path(migration),
                         "has no version: --after leaves it out");
        return false;
    }
    selecting->any_ordered = true;
    return versions_compare(migration->version, selecting->selection->version) > 0;
}

/* Of a folder that the front says nothing about, each file is a history. */
static bool is_alone(const struct history *history) {
    return history->migrations.n == 1 &&
           strcmp(history->absolute_root, either_absolute(&history->migrations.v[0])) == 0;
}

static bool is_latest(struct selecting *selecting, const struct history *history, size_t index) {
    if (is_alone(history)) {
        discovery_remark(selecting->discovery, either_path(&history->migrations.v[0]),
                         "stands in no order with others: --latest leaves it out");
        return false;
    }
    selecting->any_ordered = true;
    return history->migrations.n - index <= selecting->selection->count;
}

static bool is_selected(struct selecting *selecting, const struct history *history, size_t index) {
    const struct migration *migration = &history->migrations.v[index];

    switch (selecting->selection->kind) {
    case SELECT_SINCE:
    case SELECT_STAGED:
        return is_asked_about(selecting, migration) &&
               (file_is_new(selecting, migration, migration->up_absolute) ||
                file_is_new(selecting, migration, migration->down_absolute));
    case SELECT_AFTER:
        return is_after(selecting, migration);
    case SELECT_LATEST:
        break;
    }
    return is_latest(selecting, history, index);
}

/* What git says of the file; NULL: it is as it was. */
static const struct git_change *change_of_name(struct selecting *selecting,
                                               const struct tracked_name *name) {
    static const struct git_change untracked = {.is_new = true};
    const struct repository *repository = name->repository;
    const struct git_change *change = map_get(&repository->changed, name->path);

    if (!change)
        change = map_get(&repository->changed, name->target);
    if (change || selecting->selection->kind != SELECT_SINCE)
        return change;
    return is_untracked(selecting->discovery->arena, repository, name->path) ? &untracked : NULL;
}

/* Sets what became of the migration's up; one whose old text is not known stays as it is. */
static void note_change(struct selecting *selecting, struct migration *migration) {
    struct arena *arena = selecting->discovery->arena;
    const struct tracked_name *name = find_name(selecting, migration->up_absolute);
    const struct git_change *change = name->repository ? change_of_name(selecting, name) : NULL;

    if (!name->repository || (change && !change->is_new && !change->before))
        return;
    migration->change = !change          ? CHANGE_NONE
                        : change->is_new ? CHANGE_NEW
                        : change->was    ? CHANGE_RENAMED
                                         : CHANGE_EDITED;
    if (change && change->before)
        migration->was = file_new(arena, change->was ? change->was : migration->up_path,
                                  change->before->bytes, change->before->n);
}

static void note_changes(struct selecting *selecting, struct history *history) {
    enum selection_kind kind = selecting->selection->kind;

    for (size_t i = 0; i < history->migrations.n; i++)
        if ((kind == SELECT_SINCE || kind == SELECT_STAGED) && history->migrations.v[i].up_absolute)
            note_change(selecting, &history->migrations.v[i]);
}

/* Whether any of the history's strays is left. They stand in no order. */
static bool select_strays(struct selecting *selecting, struct history *history) {
    enum selection_kind kind = selecting->selection->kind;
    bool any = false;

    for (size_t i = 0; i < history->left_out.n; i++) {
        struct left_out *left_out = &history->left_out.v[i];
        const struct tracked_name *name = find_name(selecting, left_out->absolute);
        left_out->stray = left_out->stray && (kind == SELECT_SINCE || kind == SELECT_STAGED) &&
                          (left_out->kind == LEFT_OUT_MISSING ||
                           (name->repository && change_of_name(selecting, name)));
        any = any || left_out->stray;
    }
    return any;
}

/* Whether any migration of the history is left. */
static bool select_from(struct selecting *selecting, struct history *history) {
    bool any = false;

    for (size_t i = 0; i < history->migrations.n; i++) {
        struct migration *migration = &history->migrations.v[i];
        if (!migration->reported)
            continue;
        selecting->any_marked = true;
        if (is_selected(selecting, history, i))
            any = true;
        else
            migration->reported = migration->up_reported = migration->down_reported = false;
    }
    return any;
}

static void check_index(struct selecting *selecting, const struct history *history) {
    for (size_t i = 0; i < history->migrations.n; i++) {
        const struct migration *migration = &history->migrations.v[i];
        refuse_links(selecting, migration->up_absolute, migration->up_path);
        refuse_links(selecting, migration->down_absolute, migration->down_path);
    }
}

static const char *why_nothing(struct selecting *selecting) {
    struct arena *arena = selecting->discovery->arena;
    const struct selection *selection = selecting->selection;

    switch (selection->kind) {
    case SELECT_SINCE:
        return arena_printf(arena, "no migration was added or changed since %s (merge base %.12s)",
                            selection->commit, selection->repositories.v[0].base);
    case SELECT_STAGED:
        return "no migration is staged";
    case SELECT_AFTER:
        return arena_printf(arena, "no migration has a version after %s", selection->version);
    case SELECT_LATEST:
        break;
    }
    return arena_printf(arena, "nothing named is among the latest %zu", selection->count);
}

/* Nothing could be chosen from: the option asks for an order that is not there. */
static void report_unordered(struct selecting *selecting) {
    const struct selection *selection = selecting->selection;

    if (selection->kind == SELECT_AFTER)
        report(selecting->discovery, ".", "no migration has a version to compare with");
    else
        report(selecting->discovery, ".", "no migration stands in an order with others");
}

/* Where something went wrong, nobody is told that there was nothing to do. */
static void conclude_nothing(struct selecting *selecting) {
    struct report *report = selecting->discovery->report;
    bool by_order =
        selecting->selection->kind == SELECT_AFTER || selecting->selection->kind == SELECT_LATEST;

    if (by_order && selecting->any_marked && !selecting->any_ordered)
        report_unordered(selecting);
    if (!report->problems.n)
        report->nothing_selected = why_nothing(selecting);
}

static const char *commit_of(const struct selection *selection) {
    if (selection->kind == SELECT_SINCE)
        return selection->commit;
    return selection->kind == SELECT_STAGED ? "HEAD" : NULL;
}

void selection_apply(struct discovery *discovery) {
    struct selecting selecting = {.discovery = discovery,
                                  .selection = discovery->options->selection};
    struct job *job = discovery->job;
    size_t kept = 0;

    map_init(&selecting.names, discovery->arena);
    for (size_t i = 0; i < job->histories.n; i++) {
        struct history *history = job->histories.v[i];
        bool any = select_strays(&selecting, history);
        if (!select_from(&selecting, history) && !any)
            continue;
        if (selecting.selection->kind == SELECT_STAGED)
            check_index(&selecting, history);
        note_changes(&selecting, history);
        job->histories.v[kept++] = history;
    }
    job->histories.n = kept;
    job->release = true;
    job->since = commit_of(selecting.selection);
    if (!kept)
        conclude_nothing(&selecting);
}

const char *selection_version(struct arena *arena, const char *given) {
    char *version = arena_strdup(arena, given);
    size_t n = 0;

    for (; *given; given++)
        if (*given != '-') /* Diesel's folders have them, and its versions have not */
            version[n++] = *given;
    version[n] = '\0';
    if (!ascii_isdigit(version[0]) || strspn(version, "0123456789._") != n)
        return NULL;
    return version;
}
