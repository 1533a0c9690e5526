#define _GNU_SOURCE /* S_ISDIR */
#include "front/history.h"

#include "base/ascii.h"
#include "base/path.h"
#include "front/discover.h"
#include "front/expand.h"
#include "front/select.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* A path of the command line. */
struct target {
    const char *absolute;
    bool is_folder;
};

struct targets {
    VEC(struct target) list;
};

/* What "-" stands for, absolute. */
static const char *stdin_path(struct discovery *discovery) {
    const char *name = discovery->options->stdin_filename;

    if (name)
        return path_absolute(discovery->arena, name);
    if (!discovery->files.anonymous)
        discovery->files.anonymous = path_absolute(discovery->arena, "<stdin>");
    return discovery->files.anonymous;
}

static bool is_anonymous(const struct discovery *discovery, const char *absolute) {
    const char *anonymous = discovery->files.anonymous;

    return anonymous && strcmp(anonymous, absolute) == 0;
}

static bool has_sql_name(const char *path) {
    static const char *const endings[] = {".sql", ".pgsql", ".psql", ".ddl"};

    for (size_t i = 0; i < sizeof(endings) / sizeof(*endings); i++)
        if (ascii_ends_with(path, endings[i]))
            return true;
    return false;
}

/* Whether the links on the way to what was named lead out of its repository. */
static const char *refuse_target(struct discovery *discovery, const char *absolute,
                                 bool is_folder) {
    struct files *files = &discovery->files;
    const char *folder = is_folder ? absolute : path_folder(discovery->arena, absolute);
    const char *root = files_repository(files, folder);

    return root ? files_refuse_link(files, absolute, root) : NULL;
}

/* Fills target from a path as it was given; -1 with the problem reported. */
static int resolve(struct discovery *discovery, const char *path, struct target *target) {
    struct arena *arena = discovery->arena;
    const char *why = NULL, *shown = arena_strdup(arena, path);
    struct stat st;

    *target = (struct target){.absolute = path_absolute(arena, path)};
    if (target->absolute && *path)
        shown = files_reported_path(&discovery->files, target->absolute);
    if (target->absolute && *path && files_is_unsaved(&discovery->files, target->absolute))
        return 0;
    if (!*path || !target->absolute || stat(target->absolute, &st) < 0)
        why = arena_strdup(arena, *path ? strerror(errno) : strerror(ENOENT));
    else
        why = refuse_target(discovery, target->absolute, S_ISDIR(st.st_mode));
    if (why) {
        discovery_problem(discovery, shown, why);
        return -1;
    }
    target->is_folder = S_ISDIR(st.st_mode);
    vec_push(arena, &discovery->files.bounds, target->absolute);
    if (!target->is_folder)
        vec_push(arena, &discovery->files.bounds, path_folder(arena, target->absolute));
    return 0;
}

static int compare_targets(const void *a, const void *b) {
    return strcmp(((const struct target *)a)->absolute, ((const struct target *)b)->absolute);
}

/* In order, each once: reports do not depend on the order of arguments. */
static void sort_targets(struct targets *targets) {
    size_t kept = 0;

    if (!targets->list.n)
        return;
    qsort(targets->list.v, targets->list.n, sizeof(struct target), compare_targets);
    for (size_t i = 0; i < targets->list.n; i++)
        if (!kept || strcmp(targets->list.v[kept - 1].absolute, targets->list.v[i].absolute) != 0)
            targets->list.v[kept++] = targets->list.v[i];
    targets->list.n = kept;
}

static void add_unsaved(struct discovery *discovery) {
    const struct front_options *options = discovery->options;

    for (size_t i = 0; i < options->unsaved.n; i++) {
        const struct unsaved *unsaved = &options->unsaved.v[i];
        files_add_unsaved(&discovery->files, path_absolute(discovery->arena, unsaved->path),
                          unsaved->bytes, unsaved->n);
    }
    if (options->stdin_bytes)
        files_add_unsaved(&discovery->files, stdin_path(discovery), options->stdin_bytes->bytes,
                          options->stdin_bytes->n);
}

static void make_targets(struct discovery *discovery, const char *const *paths, size_t count,
                         struct targets *targets) {
    add_unsaved(discovery);
    for (size_t i = 0; i < count; i++) {
        const char *path = strcmp(paths[i], "-") == 0 ? stdin_path(discovery) : paths[i];
        struct target target;
        if (resolve(discovery, path, &target) == 0)
            vec_push(discovery->arena, &targets->list, target);
    }
    sort_targets(targets);
}

/* No file was found to belong to what was named. */
static void report_unmatched(struct discovery *discovery, const struct target *target,
                             const char *foreign) {
    const char *shown = files_reported_path(&discovery->files, target->absolute);

    if (foreign && target->is_folder)
        discovery_problem(discovery, shown, "holds no migrations for PostgreSQL");
    else if (foreign)
        discovery_remark(discovery, shown,
                         arena_printf(discovery->arena, "%s: not analysed", foreign));
    else if (target->is_folder)
        discovery_problem(discovery, shown, "holds no migrations: no .sql file was found");
    else
        discovery_problem(discovery, shown,
                          "is not an .sql file, and no framework that is known would run it");
}

static void find_matches(struct discovery *discovery, const struct target *target,
                         struct matches *matches) {
    if (target->is_folder)
        discover_folder(discovery, target->absolute, matches);
    else
        discover_file(discovery, target->absolute, matches);
}

/* A named file with another ending is a migration only where a framework says so. */
static bool has_other_name(const struct discovery *discovery, const struct target *target,
                           const struct matches *matches) {
    if (target->is_folder || has_sql_name(target->absolute) ||
        files_is_unsaved(&discovery->files, target->absolute))
        return false;
    return !matches->list.n || strcmp(matches->list.v[0].history->front->name, "plain") == 0;
}

/* A text without a name is what the user wants to be told about. */
static bool is_included(struct discovery *discovery, const struct history *history,
                        const char *absolute) {
    return is_anonymous(discovery, absolute) ||
           config_includes(discovery->arena, history->config, absolute);
}

/* Marks the files of a match as reported, unless they are excluded. Returns whether any is. */
static bool mark(struct discovery *discovery, const struct match *match) {
    struct migration *migration = &match->history->migrations.v[match->index];
    bool up = match->up && is_included(discovery, match->history, migration->up_absolute);
    bool down = match->down && is_included(discovery, match->history, migration->down_absolute);

    migration->up_reported = migration->up_reported || up;
    migration->down_reported = migration->down_reported || down;
    migration->reported = migration->up_reported || migration->down_reported;
    return up || down;
}

/* An editor that sends its text is not told each time that there is nothing to tell. */
static void remark_excluded(struct discovery *discovery, const struct target *target,
                            const struct matches *matches) {
    const char *config = matches->list.v[0].history->config->path;

    if (!discovery->options->selection && files_is_unsaved(&discovery->files, target->absolute))
        return;
    discovery_remark(discovery, files_reported_path(&discovery->files, target->absolute),
                     arena_printf(discovery->arena, "is excluded by %s: not analysed", config));
}

static void keep_history(struct discovery *discovery, struct history *history) {
    struct job *job = discovery->job;

    for (size_t i = 0; i < job->histories.n; i++)
        if (job->histories.v[i] == history)
            return;
    vec_push(job->arena, &job->histories, history);
}

static void report_nothing(struct discovery *discovery, const struct target *target,
                           const struct matches *matches) {
    if (matches->broken || files_hides_below(&discovery->files, target->absolute))
        return;
    if (matches->list.n && !target->is_folder)
        remark_excluded(discovery, target, matches);
    else if (matches->list.n || matches->excluded)
        discovery_problem(discovery, files_reported_path(&discovery->files, target->absolute),
                          "holds no migrations but what the configuration excludes");
    else
        report_unmatched(discovery, target, matches->foreign);
}

static void report_target(struct discovery *discovery, const struct target *target) {
    struct matches matches = {0};
    bool any = false;

    find_matches(discovery, target, &matches);
    if (has_other_name(discovery, target, &matches))
        matches.list.n = 0;
    for (size_t i = 0; i < matches.list.n; i++) {
        if (!mark(discovery, &matches.list.v[i]))
            continue;
        any = true;
        keep_history(discovery, matches.list.v[i].history);
    }
    for (size_t i = 0; i < matches.strays.n; i++)
        keep_history(discovery, matches.strays.v[i]);
    if (!any && !matches.strays.n)
        report_nothing(discovery, target, &matches);
}

static int compare_histories(const void *left, const void *right) {
    const struct history *a = *(struct history *const *)left;
    const struct history *b = *(struct history *const *)right;
    int order = strcmp(a->root, b->root);

    return order ? order : strcmp(a->front->name, b->front->name);
}

static void sort_histories(struct job *job) {
    if (job->histories.n)
        qsort(job->histories.v, job->histories.n, sizeof(*job->histories.v), compare_histories);
}

/* A copy of the history with no migrations; what it left out stays. */
static struct history *empty_copy(struct arena *arena, const struct history *history) {
    struct history *copy = arena_new(arena, struct history);

    *copy = *history;
    copy->migrations.v = NULL;
    copy->migrations.n = copy->migrations.cap = 0;
    copy->partial = true;
    return copy;
}

static void add_alone(struct job *job, const struct history *whole,
                      const struct migration *migration) {
    struct history *copy = empty_copy(job->arena, whole);

    copy->left_out.n = 0;
    vec_push(job->arena, &copy->migrations, *migration);
    vec_push(job->arena, &job->histories, copy);
}

static bool has_strays(const struct history *history) {
    for (size_t i = 0; i < history->left_out.n; i++)
        if (history->left_out.v[i].stray)
            return true;
    return false;
}

/* --no-history: each reported migration by itself. */
static void split_histories(struct job *job) {
    size_t count = job->histories.n;
    struct history **whole = job->histories.v;

    job->histories.v = NULL;
    job->histories.n = job->histories.cap = 0;
    for (size_t i = 0; i < count; i++) {
        if (has_strays(whole[i]))
            vec_push(job->arena, &job->histories, empty_copy(job->arena, whole[i]));
        for (size_t j = 0; j < whole[i]->migrations.n; j++)
            if (whole[i]->migrations.v[j].reported)
                add_alone(job, whole[i], &whole[i]->migrations.v[j]);
    }
}

/* Appends what one --history means, up to the first migration that is to be reported. */
static void add_prefix(struct arena *arena, const struct matches *prefix,
                       const struct map *reported, struct history *out) {
    const struct history *stopped = NULL;

    for (size_t i = 0; i < prefix->list.n; i++) {
        const struct match *match = &prefix->list.v[i];
        struct migration copy = match->history->migrations.v[match->index];
        if (!match->up || match->history == stopped)
            continue;
        if (map_has(reported, copy.up_absolute)) {
            stopped = match->history;
            continue;
        }
        copy.reported = copy.up_reported = copy.down_reported = false;
        vec_push(arena, &out->migrations, copy);
    }
}

/* --history: what is given, then the reported migrations; nothing else. */
static struct history *replace_history(struct arena *arena, const struct matches *prefixes,
                                       size_t count, const struct history *history) {
    struct history *out = empty_copy(arena, history);
    struct map reported;

    map_init(&reported, arena);
    for (size_t i = 0; i < history->migrations.n; i++)
        if (history->migrations.v[i].reported && history->migrations.v[i].up_absolute)
            map_set(&reported, history->migrations.v[i].up_absolute, out);
    for (size_t i = 0; i < count; i++)
        add_prefix(arena, &prefixes[i], &reported, out);
    for (size_t i = 0; i < history->migrations.n; i++)
        if (history->migrations.v[i].reported)
            vec_push(arena, &out->migrations, history->migrations.v[i]);
    return out;
}

static void replace_histories(struct discovery *discovery) {
    const struct front_options *options = discovery->options;
    size_t count = options->histories.n;
    struct matches *prefixes = arena_array(discovery->arena, struct matches, count);

    for (size_t i = 0; i < count; i++) {
        struct target target;
        if (resolve(discovery, options->histories.v[i], &target) < 0)
            continue;
        find_matches(discovery, &target, &prefixes[i]);
        if (!prefixes[i].list.n && !prefixes[i].broken)
            report_unmatched(discovery, &target, prefixes[i].foreign);
    }
    for (size_t i = 0; i < discovery->job->histories.n; i++)
        discovery->job->histories.v[i] =
            replace_history(discovery->arena, prefixes, count, discovery->job->histories.v[i]);
}

static void report_unread(struct discovery *discovery, const char *path,
                          const struct reading *reading, enum problem_scope scope) {
    if (!discovery_says_first(discovery, path, reading->why))
        return;
    report_problem(discovery->report, (struct problem){
                                          .path = path,
                                          .line = reading->at.line,
                                          .column = reading->at.column,
                                          .kind = reading->kind,
                                          .scope = scope,
                                          .message = reading->why,
                                          .file = reading->file,
                                      });
}

static void remark_invalid(struct discovery *discovery, const struct file *file) {
    struct position at = file_position(file, file->invalid_utf8);

    report_remark(discovery->report,
                  (struct remark){
                      .path = file->path,
                      .line = at.line,
                      .column = at.column,
                      .message = "is not valid UTF-8 here; it is read byte by byte",
                  });
}

/* The file, or NULL with the problem reported. */
static const struct file *open_file(struct discovery *discovery, const char *path,
                                    const char *absolute, bool reported, enum problem_scope other) {
    const struct reading *reading = files_read(&discovery->files, absolute);

    if (reading->why) {
        report_unread(discovery, path, reading, reported ? SCOPE_REPORTED : other);
        return NULL;
    }
    if (reported && reading->file->invalid_utf8 < reading->file->len)
        remark_invalid(discovery, reading->file);
    return reading->file;
}

static bool has_section(const struct migration *migration, enum direction direction) {
    for (size_t i = 0; i < migration->sections.n; i++)
        if (migration->sections.v[i].direction == direction)
            return true;
    return false;
}

/* Nothing of a file is looked at when the marks that its runner goes by are missing. */
static void say_unanalysed(struct discovery *discovery, const struct migration *migration,
                           const struct file *file) {
    const char *why =
        arena_printf(discovery->arena, "%s finds nothing to run in it", migration->front->name);

    vec_push(discovery->arena, &discovery->report->unanalysed,
             ((struct unanalysed){.path = file->path, .line = 1, .column = 1, .why = why}));
}

/* A file among numbered ones that is marked as a framework's is that, though the folder was not seen to be. */
static void take_front(struct migration *migration, const struct file *file) {
    const char *why;
    const struct front *front = migration->front->is_weak ? front_of_file(file, &why) : NULL;

    if (!front)
        return;
    migration->front = front;
    if (front->has_downs && !migration->down_path) {
        migration->down_path = migration->up_path;
        migration->down_absolute = migration->up_absolute;
        migration->down_reported = migration->up_reported;
    }
}

static bool is_one_file(const struct migration *migration) {
    return migration->up_absolute && migration->down_absolute &&
           strcmp(migration->up_absolute, migration->down_absolute) == 0;
}

static void render(struct discovery *discovery, const struct history *history,
                   struct migration *migration, const struct file *file, enum direction direction) {
    size_t first = migration->sections.n;

    migration->front->render(discovery->arena, history, migration, file, direction);
    for (size_t i = first; i < migration->sections.n; i++)
        section_expand(discovery->arena, history, migration, &migration->sections.v[i]);
}

static void render_up(struct discovery *discovery, const struct history *history,
                      struct migration *migration) {
    const struct file *file = open_file(discovery, migration->up_path, migration->up_absolute,
                                        migration->up_reported, SCOPE_HISTORY);

    if (!file)
        return;
    take_front(migration, file);
    render(discovery, history, migration, file, DIRECTION_UP);
    if (migration->up_reported && !has_section(migration, DIRECTION_UP))
        say_unanalysed(discovery, migration, file);
    if (is_one_file(migration) && !has_section(migration, DIRECTION_DOWN)) {
        migration->down_path = migration->down_absolute = NULL;
        migration->down_reported = false;
    }
}

/* What git has of it, as the front of today reads it. */
static void render_before(struct discovery *discovery, const struct history *history,
                          struct migration *migration) {
    struct migration now = *migration;
    size_t at;

    if (!migration->was || file_refusal(migration->was, &at))
        return;
    migration->sections.v = NULL;
    migration->sections.n = migration->sections.cap = 0;
    migration->front->render(discovery->arena, history, migration, migration->was, DIRECTION_UP);
    for (size_t i = 0; i < migration->sections.n; i++)
        if (migration->sections.v[i].direction == DIRECTION_UP)
            vec_push(discovery->arena, &now.before, migration->sections.v[i]);
    *migration = now;
}

static void render_down(struct discovery *discovery, const struct history *history,
                        struct migration *migration) {
    const struct file *file;

    if (is_one_file(migration))
        return;
    file = open_file(discovery, migration->down_path, migration->down_absolute,
                     migration->down_reported, SCOPE_DOWN);
    if (file)
        render(discovery, history, migration, file, DIRECTION_DOWN);
}

/* Those of the front, then of the configuration, then of the command line: the last one holds. */
static void set_variables(struct discovery *discovery, const struct history *history) {
    for (size_t i = 0; i < history->config->vars.n; i++)
        map_set(history->variables, history->config->vars.v[i].name,
                arena_strdup(discovery->arena, history->config->vars.v[i].value));
    for (size_t i = 0; i < discovery->options->vars.n; i++) {
        const char *given = discovery->options->vars.v[i];
        const char *equals = strchr(given + 1, '=');
        map_set(history->variables,
                arena_strndup(discovery->arena, given, (size_t)(equals - given)),
                arena_strdup(discovery->arena, equals + 1));
    }
}

/* The migrations up to the last reported one; the others are never opened. */
static void render_history(struct discovery *discovery, struct history *history) {
    size_t end = history->migrations.n;

    set_variables(discovery, history);
    while (end && !history->migrations.v[end - 1].reported)
        end--;
    for (size_t i = 0; i < end; i++) {
        struct migration *migration = &history->migrations.v[i];
        if (migration->up_path)
            render_up(discovery, history, migration);
        if (migration->up_reported)
            render_before(discovery, history, migration);
        if (migration->down_path && migration->reported)
            render_down(discovery, history, migration);
    }
}

static void read_strays(struct discovery *discovery, struct history *history) {
    for (size_t i = 0; i < history->left_out.n; i++) {
        struct left_out *left_out = &history->left_out.v[i];
        if (left_out->kind == LEFT_OUT_MISSING)
            left_out->file = file_new(discovery->arena, left_out->path, "", 0);
        else if (left_out->stray)
            left_out->file =
                open_file(discovery, left_out->path, left_out->absolute, true, SCOPE_REPORTED);
    }
}

/* What no framework claims and another file includes is analysed there. */
static bool is_included_elsewhere(const struct discovery *discovery,
                                  const struct history *history) {
    return history->migrations.n == 1 && strcmp(history->front->name, "plain") == 0 &&
           history->migrations.v[0].up_absolute &&
           map_has(&discovery->files.included, history->migrations.v[0].up_absolute);
}

static void render_histories(struct discovery *discovery) {
    struct job *job = discovery->job;
    size_t kept = 0;

    for (size_t i = 0; i < job->histories.n; i++) {
        render_history(discovery, job->histories.v[i]);
        read_strays(discovery, job->histories.v[i]);
    }
    for (size_t i = 0; i < job->histories.n; i++)
        if (!is_included_elsewhere(discovery, job->histories.v[i]))
            job->histories.v[kept++] = job->histories.v[i];
    job->histories.n = kept;
}

void job_make(struct job *job, struct arena *arena, const struct front_options *options,
              const char *const *paths, size_t count, struct report *report) {
    struct discovery discovery;
    struct targets targets = {0};

    *job = (struct job){.arena = arena};
    discovery_init(&discovery, job, arena, options, report);
    if (options->selection && !selection_begin(&discovery))
        return;
    make_targets(&discovery, paths, count, &targets);
    for (size_t i = 0; i < targets.list.n; i++)
        report_target(&discovery, &targets.list.v[i]);
    sort_histories(job);
    if (options->selection)
        selection_apply(&discovery);
    if (options->histories.n)
        replace_histories(&discovery);
    else if (options->no_history)
        split_histories(job);
    render_histories(&discovery);
}
