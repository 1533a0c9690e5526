/* Sqitch: scripts in the order of sqitch.plan, each run by psql, which they tell where transactions begin and end. */
#include "base/ascii.h"
#include "base/path.h"
#include "front/candidates.h"
#include "front/gitconfig.h"
#include "front/sections.h"
#include "sql/lex.h"

#include <string.h>

/* What sqitch.conf says, or its defaults; paths relative to the folder. */
struct project {
    const char *engine; /* NULL: it does not say */
    const char *plan, *deploy, *revert, *verify, *reworked_deploy, *reworked_revert;
    const char *extension; /* ".sql" */
    struct map settings;
};

static const char *setting(const struct project *project, const char *key) {
    struct arena *arena = project->settings.arena;
    const char *value = map_get(&project->settings, arena_printf(arena, "engine.pg.%s", key));

    return value ? value : map_get(&project->settings, arena_printf(arena, "core.%s", key));
}

/* The path that a setting has, or the name in the folder above it. */
static const char *path_setting(const struct project *project, const char *key, const char *above,
                                const char *name) {
    const char *value = setting(project, key);

    return path_clean(project->settings.arena,
                      value ? value : path_join(project->settings.arena, above, name));
}

static struct project read_project(struct arena *arena, const struct folder *folder) {
    const struct file *file =
        folder_has_file(folder, "sqitch.conf") ? folder_file(folder, "sqitch.conf") : NULL;
    struct project project = {0};
    const char *top, *reworked, *extension;

    map_init(&project.settings, arena);
    if (file)
        gitconfig_read(arena, file, &project.settings);
    top = path_setting(&project, "top_dir", "", ".");
    reworked = path_setting(&project, "reworked_dir", "", top);
    project.engine = map_get(&project.settings, "core.engine");
    project.plan = path_setting(&project, "plan_file", top, "sqitch.plan");
    project.deploy = path_setting(&project, "deploy_dir", top, "deploy");
    project.revert = path_setting(&project, "revert_dir", top, "revert");
    project.verify = path_setting(&project, "verify_dir", top, "verify");
    project.reworked_deploy = path_setting(&project, "reworked_deploy_dir", reworked, "deploy");
    project.reworked_revert = path_setting(&project, "reworked_revert_dir", reworked, "revert");
    extension = setting(&project, "extension");
    project.extension = arena_printf(arena, ".%s", extension ? extension : "sql");
    return project;
}

/* A path below the folder: Sqitch takes others too, but they are none of this repository's. */
static bool is_inside(const char *path) {
    return path[0] != '/' && strcmp(path, "..") != 0 && strncmp(path, "../", 3) != 0;
}

static bool has_plan(const struct project *project, const struct folder *folder) {
    return is_inside(project->plan) && is_inside(project->deploy) && is_inside(project->revert) &&
           is_inside(project->verify) && is_inside(project->reworked_deploy) &&
           is_inside(project->reworked_revert) && folder_has_file(folder, project->plan);
}

/* Whether a configuration above says that the plan in this folder is its. */
static bool belongs_above(struct arena *arena, const struct folder *folder) {
    const char *root = files_repository(folder->files, folder->absolute), *why;
    const char *plan = path_join(arena, folder->absolute, "sqitch.plan");

    for (const char *at = folder->absolute; root && strcmp(at, root) != 0;) {
        const struct folder *above;
        struct project project;
        at = path_folder(arena, at);
        above = folder_read(folder->files, at, &why);
        if (!folder_has_file(above, "sqitch.conf"))
            continue;
        project = read_project(arena, above);
        return is_inside(project.plan) && strcmp(path_join(arena, at, project.plan), plan) == 0;
    }
    return false;
}

static const char *by_configuration(struct arena *arena, const struct folder *folder) {
    bool has_conf = folder_find(folder, "sqitch.conf") != NULL;
    struct project project;

    if (!has_conf && !folder_find(folder, "sqitch.plan"))
        return NULL;
    project = read_project(arena, folder);
    if (!has_plan(&project, folder) || (!has_conf && belongs_above(arena, folder)))
        return NULL;
    return project.plan;
}

static const char *foreign(struct arena *arena, const struct folder *folder) {
    static const struct {
        const char *engine, *database;
    } others[] = {{"mysql", "MySQL"},         {"sqlite", "SQLite"},        {"oracle", "Oracle"},
                  {"firebird", "Firebird"},   {"vertica", "Vertica"},      {"exasol", "Exasol"},
                  {"snowflake", "Snowflake"}, {"clickhouse", "ClickHouse"}};
    struct project project = read_project(arena, folder);

    for (size_t i = 0; project.engine && i < sizeof(others) / sizeof(*others); i++)
        if (strcmp(project.engine, others[i].engine) == 0)
            return arena_printf(arena, "is for %s (engine in sqitch.conf)", others[i].database);
    return NULL;
}

/* --- the plan --- */

struct change {
    const char *name;
    size_t first_tag, last_tag; /* of the tags behind it, up to where it is reworked; none: equal */
    bool reworked;
};

struct plan {
    VEC(struct change) changes;
    VEC(const char *) tags;
};

/* What Sqitch would look for elsewhere is no change of ours. */
static bool is_good_name(const char *name) {
    return *name && name[0] != '/' && strcmp(name, "..") != 0 && strncmp(name, "../", 3) != 0 &&
           !strstr(name, "/..");
}

static void note_rework(struct plan *plan, struct map *last, const struct change *again) {
    size_t *index = map_get(last, again->name);

    if (!index) {
        index = arena_new(last->arena, size_t);
        map_set(last, again->name, index);
    } else {
        plan->changes.v[*index].reworked = true;
        plan->changes.v[*index].last_tag = plan->tags.n;
    }
    *index = plan->changes.n;
}

/* "+name [requires] 2024-01-01T00:00:00Z planner <mail> # note", "@tag ...", "%pragma=", "# comment" */
static void read_plan_line(struct arena *arena, struct plan *plan, struct map *last,
                           const char *line, size_t n) {
    struct change change = {.first_tag = plan->tags.n, .last_tag = plan->tags.n};
    size_t at = 0, end;

    while (at < n && ascii_isspace(line[at]))
        at++;
    if (at == n || strchr("%#-", line[at]))
        return;
    at += line[at] == '+';
    while (at < n && ascii_isspace(line[at]))
        at++;
    for (end = at; end < n && !ascii_isspace(line[end]) && line[end] != '['; end++)
        continue;
    change.name = arena_strndup(arena, line + at, end - at);
    if (change.name[0] == '@') {
        vec_push(arena, &plan->tags, change.name);
    } else if (is_good_name(change.name)) {
        note_rework(plan, last, &change);
        vec_push(arena, &plan->changes, change);
    }
}

static void read_plan(struct arena *arena, const struct file *file, struct plan *plan) {
    struct map last; /* name -> index of the change that has it */

    map_init(&last, arena);
    for (unsigned i = 1; i <= file->lines.n; i++) {
        struct span line = file_line(file, i);
        read_plan_line(arena, plan, &last, file->bytes + line.start, line.end - line.start);
    }
}

/* App::Sqitch::Plan::Change, _path_segments: a reworked change has its scripts under the first tag behind it that they are there for. */
static const char *name_of_scripts(struct arena *arena, const struct folder *folder,
                                   const struct project *project, const struct plan *plan,
                                   const struct change *change) {
    const char *first = NULL;

    for (size_t i = change->first_tag; change->reworked && i < change->last_tag; i++) {
        const char *name = arena_printf(arena, "%s%s", change->name, plan->tags.v[i]);
        const char *path =
            arena_printf(arena, "%s/%s%s", project->reworked_deploy, name, project->extension);
        first = first ? first : name;
        if (folder_has_file(folder, path))
            return name;
    }
    return first ? first : change->name;
}

static void add_change(struct arena *arena, const struct folder *folder, struct history *history,
                       const struct project *project, const struct plan *plan,
                       const struct change *change) {
    bool reworked = change->reworked && change->first_tag < change->last_tag;
    const char *name = name_of_scripts(arena, folder, project, plan, change);
    const char *deploy =
        arena_printf(arena, "%s/%s%s", reworked ? project->reworked_deploy : project->deploy, name,
                     project->extension);
    const char *revert =
        arena_printf(arena, "%s/%s%s", reworked ? project->reworked_revert : project->revert, name,
                     project->extension);
    struct migration *migration =
        history_add(arena, history, folder, path_clean(arena, deploy),
                    folder_has_file(folder, revert) ? path_clean(arena, revert) : NULL);

    migration->name = name;
}

/* --- what is in the folders and not in the plan --- */

struct rest {
    struct arena *arena;
    const struct folder *root;
    struct history *history;
    struct map known; /* absolute */
    const char *extension;
    enum left_out_kind kind;
    const char *why;
    unsigned depth;
};

static void leave_out_below(struct rest *rest, const char *path) {
    const char *absolute = path_join(rest->arena, rest->root->absolute, path), *why;
    const struct folder *folder = folder_read(rest->root->files, absolute, &why);

    for (size_t i = 0; !why && i < folder->entries.n; i++) {
        const struct folder_entry *entry = &folder->entries.v[i];
        const char *below = path_join(rest->arena, path, entry->name);
        if (entry->is_folder && !entry->is_link && rest->depth < 8) {
            rest->depth++;
            leave_out_below(rest, below);
            rest->depth--;
        } else if (!entry->is_folder && ascii_ends_with(entry->name, rest->extension) &&
                   !map_has(&rest->known, path_join(rest->arena, rest->root->absolute, below))) {
            history_leave_out(rest->arena, rest->history, rest->root, below, rest->kind, rest->why);
        }
    }
}

static void leave_out_rest(struct arena *arena, const struct folder *folder,
                           struct history *history, const struct project *project) {
    struct rest rest = {.arena = arena,
                        .root = folder,
                        .history = history,
                        .extension = project->extension,
                        .kind = LEFT_OUT_UNLISTED,
                        .why = "is not in sqitch.plan"};

    map_init(&rest.known, arena);
    for (size_t i = 0; i < history->migrations.n; i++) {
        map_set(&rest.known, history->migrations.v[i].up_absolute, history);
        if (history->migrations.v[i].down_absolute)
            map_set(&rest.known, history->migrations.v[i].down_absolute, history);
    }
    leave_out_below(&rest, project->deploy);
    leave_out_below(&rest, project->revert);
    rest.kind = LEFT_OUT_CHECK;
    rest.why = "is a verify script, of which nothing stays";
    leave_out_below(&rest, project->verify);
}

/* Sqitch itself sets registry; [core "variables"] and [deploy "variables"] set others. */
static void set_variables(struct arena *arena, struct history *history,
                          const struct project *project) {
    static const char *const sections[] = {"core.variables.", "engine.pg.variables.",
                                           "deploy.variables."};

    map_set(history->variables, "registry", arena_strdup(arena, "sqitch"));
    for (size_t s = 0; s < sizeof(sections) / sizeof(*sections); s++)
        for (size_t i = 0; i < project->settings.n; i++) {
            const struct map_entry *entry = &project->settings.entries[i];
            if (strncmp(entry->key, sections[s], strlen(sections[s])) == 0)
                map_set(history->variables, entry->key + strlen(sections[s]), entry->value);
        }
}

static void discover(struct arena *arena, const struct folder *folder, struct history *history,
                     struct report *report) {
    struct project project = read_project(arena, folder);
    const struct file *file = has_plan(&project, folder) ? folder_file(folder, project.plan) : NULL;
    struct plan plan = {0};

    (void)report;
    if (!file)
        return;
    read_plan(arena, file, &plan);
    for (size_t i = 0; i < plan.changes.n; i++)
        add_change(arena, folder, history, &project, &plan, &plan.changes.v[i]);
    leave_out_rest(arena, folder, history, &project);
    set_variables(arena, history, &project);
}

static void render(struct arena *arena, const struct history *history, struct migration *migration,
                   const struct file *file, enum direction direction) {
    render_whole_file(arena, history, migration, file, direction);
    migration->sections.v[migration->sections.n - 1].flags |= LEX_PSQL;
}

const struct front front_sqitch = {
    .name = "sqitch",
    .has_downs = true,
    .depth = 6,
    .mode = TRANSACTION_PER_STATEMENT,
    .runner = {.duplicate = RUNNER_ACCEPTS,
               .late = RUNNER_REFUSES,
               .edited = RUNNER_SKIPS,
               .missing = RUNNER_REFUSES,
               .opt_out = "a script of its own, without BEGIN and COMMIT"},
    .placeholders = LEX_COLON,
    .recognise = {[EVIDENCE_CONFIGURATION] = by_configuration},
    .discover = discover,
    .foreign = foreign,
    .render = render,
};
