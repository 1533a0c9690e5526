/*
 * Flyway: V1.2__name.sql, taken back by U1.2__name.sql; R__name.sql, run again whenever it changes, behind all versions; B1.2__name.sql,
 * which stands for all versions up to its own in a new database; beforeMigrate.sql and the like around them. Folders below the root
 * belong to it. The file's name with ".conf" behind it has settings for one file.
 */
#define _GNU_SOURCE /* memmem */
#include "base/ascii.h"
#include "base/path.h"
#include "front/candidates.h"
#include "front/dialect.h"
#include "front/flyway_mode.h"
#include "front/sections.h"
#include "front/setting.h"
#include "sql/lex.h"

#include <string.h>

enum { DEEPEST = 3 };
enum { RANK_BEFORE = -1, RANK_VERSIONED, RANK_REPEATABLE, RANK_AFTER };

/* What the names begin with; settings may say otherwise. */
struct naming {
    const char *versioned, *undo, *repeatable, *baseline, *separator;
};

static const struct file *find_settings(const struct folder *folder) {
    static const char *const names[] = {"flyway.toml", "flyway.conf", "conf/flyway.toml",
                                        "conf/flyway.conf"};

    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        const struct file *file = folder_upward(folder, names[i]);
        if (file)
            return file;
    }
    return NULL;
}

/* flyway.toml has "key = value" in a table, flyway.conf "flyway.key=value". */
static const char *find_setting(struct arena *arena, const struct file *file, const char *key) {
    const char *value;

    if (!file)
        return NULL;
    value = setting_of(arena, file, key);
    return value ? value : setting_of(arena, file, arena_printf(arena, "flyway.%s", key));
}

/* file: of the settings; NULL: there are none. */
static const char *setting_or(struct arena *arena, const struct file *file, const char *key,
                              const char *usual) {
    const char *value = find_setting(arena, file, key);

    return value && *value ? value : usual;
}

static struct naming naming_of(struct arena *arena, const struct folder *folder) {
    const struct file *file = find_settings(folder);

    return (struct naming){
        .versioned = setting_or(arena, file, "sqlMigrationPrefix", "V"),
        .undo = setting_or(arena, file, "undoSqlMigrationPrefix", "U"),
        .repeatable = setting_or(arena, file, "repeatableSqlMigrationPrefix", "R"),
        .baseline = setting_or(arena, file, "baselineMigrationPrefix", "B"),
        .separator = setting_or(arena, file, "sqlMigrationSeparator", "__"),
    };
}

static bool begins_with(const char *s, const char *start) {
    return strncmp(s, start, strlen(start)) == 0;
}

/* Digits with "." or "_" between. */
static size_t version_length(const char *s) {
    size_t n = leading_digits(s);

    while (n && (s[n] == '.' || s[n] == '_') && ascii_isdigit(s[n + 1]))
        n += 1 + leading_digits(s + n + 1);
    return n;
}

static bool read_version(struct arena *arena, const struct naming *naming, const char *prefix,
                         struct candidate *candidate) {
    const char *version = candidate->name + strlen(prefix);
    size_t n = version_length(version);

    if (!begins_with(candidate->name, prefix) || !n ||
        (version[n] && !begins_with(version + n, naming->separator)))
        return false; /* the words behind the version may be missing */
    candidate->key = candidate->version = arena_strndup(arena, version, n);
    return true;
}

/* Events of "flyway migrate", in the order in which they come: the others are of other commands. */
static bool read_callback(struct candidate *candidate) {
    static const char *const events[] = {"beforeConnect",    "afterConnect",    "createSchema",
                                         "beforeMigrate",    "beforeVersioned", "beforeEachMigrate",
                                         "beforeRepeatables"};
    static const char *const after[] = {"afterEachMigrate", "afterVersioned", "afterMigrate",
                                        "afterMigrateApplied"};
    size_t n = strcspn(candidate->name, "_");
    const char *event = NULL;

    for (size_t i = 0; i < sizeof(events) / sizeof(*events); i++)
        if (strlen(events[i]) == n && begins_with(candidate->name, events[i]))
            event = events[i];
    candidate->rank = event ? RANK_BEFORE : RANK_AFTER;
    for (size_t i = 0; !event && i < sizeof(after) / sizeof(*after); i++)
        if (strlen(after[i]) == n && begins_with(candidate->name, after[i]))
            event = after[i];
    candidate->kind = MIGRATION_CALLBACK;
    return event != NULL;
}

/* Fills a candidate whose path is set from the name of its file. */
static bool read_name(struct arena *arena, const struct naming *naming, const char *name,
                      struct candidate *candidate) {
    const char *stem = without_suffix(arena, name, ".sql");

    if (!stem)
        return false;
    candidate->name = candidate->stem = stem;
    if (read_version(arena, naming, naming->versioned, candidate))
        return true;
    if (read_version(arena, naming, naming->baseline, candidate)) {
        candidate->kind = MIGRATION_BASELINE;
        return true;
    }
    if (read_version(arena, naming, naming->undo, candidate)) {
        candidate->direction = DIRECTION_DOWN;
        candidate->any_stem = true;
        return true;
    }
    candidate->rank = RANK_REPEATABLE;
    candidate->kind = MIGRATION_REPEATABLE;
    if (begins_with(name, naming->repeatable) &&
        begins_with(name + strlen(naming->repeatable), naming->separator))
        return true;
    return read_callback(candidate);
}

struct search {
    struct arena *arena;
    struct naming naming;
    struct candidates candidates;
};

/* A folder's own files, and those of the folders below it that are not a database's own. */
static void search_folder(struct search *search, const struct folder *folder, const char *prefix,
                          int depth) {
    struct arena *arena = search->arena;

    for (size_t i = 0; i < folder->entries.n; i++) {
        const struct folder_entry *entry = &folder->entries.v[i];
        const char *path = path_join(arena, prefix, entry->name), *why;
        struct candidate candidate = candidate_named(path, entry->name);
        if (!entry->is_folder && read_name(arena, &search->naming, entry->name, &candidate))
            vec_push(arena, &search->candidates.list, candidate);
        if (entry->is_folder && !entry->is_link && depth && !dialect_in_name(entry->name))
            search_folder(
                search,
                folder_read(folder->files, path_join(arena, folder->absolute, entry->name), &why),
                path, depth - 1);
    }
}

static struct candidates find(struct arena *arena, const struct folder *folder, int depth) {
    struct search search = {
        .arena = arena, .naming = naming_of(arena, folder), .candidates = {.arena = arena}};

    search_folder(&search, folder, "", depth);
    return search.candidates;
}

static const struct candidate *find_versioned(const struct candidates *candidates) {
    for (size_t i = 0; i < candidates->list.n; i++)
        if (candidates->list.v[i].rank == RANK_VERSIONED &&
            candidates->list.v[i].direction == DIRECTION_UP)
            return &candidates->list.v[i];
    return NULL;
}

/* Two folders with the same versions are two histories. */
static bool has_duplicates(const struct candidates *candidates) {
    struct map seen;

    map_init(&seen, candidates->arena);
    for (size_t i = 0; i < candidates->list.n; i++) {
        const struct candidate *candidate = &candidates->list.v[i];
        const char *key = arena_printf(candidates->arena, "%d %d %s", candidate->kind,
                                       candidate->direction, candidate->key);
        if (candidate->rank != RANK_VERSIONED)
            continue;
        if (map_has(&seen, key))
            return true;
        map_set(&seen, key, &seen);
    }
    return false;
}

static bool has_usual_name(const char *absolute) {
    static const char *const names[] = {"migration", "migrations", "flyway"};

    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        if (strcmp(path_base(absolute), names[i]) == 0)
            return true;
    return false;
}

/* With files of its own, or with the usual name and files below it. */
static bool could_be_root(struct arena *arena, const struct folder *folder) {
    struct candidates own = find(arena, folder, 0), all;

    if (find_versioned(&own))
        return true;
    if (!has_usual_name(folder->absolute))
        return false;
    all = find(arena, folder, DEEPEST);
    return find_versioned(&all) && !has_duplicates(&all);
}

/* Whether a folder above is the root, too: then this one is a part of it. */
static bool is_below_root(struct arena *arena, const struct folder *folder) {
    const char *at = folder->absolute, *root = files_repository(folder->files, at), *why;

    for (int i = 0; i < DEEPEST && root && strcmp(at, root) != 0 && !dialect_in_name(path_base(at));
         i++) {
        const struct folder *above;
        struct candidates all;
        at = path_folder(arena, at);
        above = folder_read(folder->files, at, &why);
        if (!could_be_root(arena, above))
            continue;
        all = find(arena, above, DEEPEST);
        if (!has_duplicates(&all))
            return true;
    }
    return false;
}

static bool is_root(struct arena *arena, const struct folder *folder) {
    return could_be_root(arena, folder) && !is_below_root(arena, folder);
}

static const char *by_configuration(struct arena *arena, const struct folder *folder) {
    const struct file *file = is_root(arena, folder) ? find_settings(folder) : NULL;

    return file ? file->path : NULL;
}

static const char *by_manifest(struct arena *arena, const struct folder *folder) {
    static const char *const names[] = {"pom.xml",      "build.gradle",       "build.gradle.kts",
                                        "package.json", "docker-compose.yml", "docker-compose.yaml",
                                        "compose.yml",  "compose.yaml"};
    const char *why = NULL;

    if (!is_root(arena, folder))
        return NULL;
    for (size_t i = 0; !why && i < sizeof(names) / sizeof(*names); i++)
        why = folder_manifest(folder, names[i], "flyway");
    return why;
}

/* What refinery's names cannot be: repeatables, versions of more than two parts, other characters behind them. */
static bool is_flyways_alone(const struct candidate *candidate) {
    const char *version = candidate->version, *dot = strpbrk(version, "._");
    const char *rest = strstr(candidate->name, "__");

    if (candidate->rank == RANK_REPEATABLE || candidate->kind == MIGRATION_BASELINE)
        return true;
    return candidate->rank == RANK_VERSIONED && candidate->direction == DIRECTION_UP && dot &&
           (*dot == '_' || strpbrk(dot + 1, "._")) && rest;
}

static const char *by_names(struct arena *arena, const struct folder *folder) {
    struct candidates candidates;

    if (!is_root(arena, folder))
        return NULL;
    if (strcmp(path_base(folder->absolute), "migration") == 0)
        return "the folder's name, and names such as V1__name.sql";
    candidates = find(arena, folder, DEEPEST);
    for (size_t i = 0; i < candidates.list.n; i++)
        if (is_flyways_alone(&candidates.list.v[i]))
            return arena_printf(arena, "names such as %s", candidates.list.v[i].path);
    return NULL;
}

/* The file's own settings; NULL: it has none. */
static const struct file *conf_of(struct arena *arena, struct files *files, const char *absolute) {
    const struct reading *reading = files_read(files, arena_printf(arena, "%s.conf", absolute));

    return reading->why ? NULL : reading->file;
}

static bool conf_says(struct arena *arena, struct files *files, const char *absolute,
                      const char *key, const char *value) {
    const struct file *conf = conf_of(arena, files, absolute);

    return conf && setting_is(arena, conf, key, value);
}

/* Why a candidate is not run on a database that is there; NULL: it is. */
static const char *passed_over(struct arena *arena, const struct folder *folder,
                               const struct candidates *candidates,
                               const struct candidate *candidate, enum left_out_kind *kind) {
    const char *absolute = path_join(arena, folder->absolute, candidate->path);

    *kind = LEFT_OUT_SETTING;
    if (conf_says(arena, folder->files, absolute, "shouldExecute", "false"))
        return "shouldExecute=false in its .conf";
    *kind = LEFT_OUT_REPLACED;
    for (size_t i = 0; candidate->kind == MIGRATION_BASELINE && i < candidates->list.n; i++) {
        const struct candidate *other = &candidates->list.v[i];
        if (other->kind == MIGRATION_STEP && other->rank == RANK_VERSIONED &&
            versions_compare(other->version, candidate->version) <= 0)
            return "is a baseline, which only new databases run";
    }
    return NULL;
}

/* What holds for all files. */
struct settings {
    bool known; /* a file with settings was read */
    bool grouped, alone, mixed;
};

static bool is_set(struct arena *arena, const struct folder *folder, const char *key,
                   const char *value) {
    const char *found = find_setting(arena, find_settings(folder), key);

    return found && strcmp(found, value) == 0;
}

static const struct settings *read_settings(struct arena *arena, const struct folder *folder) {
    struct settings *settings = arena_new(arena, struct settings);

    *settings = (struct settings){
        .known = find_settings(folder) != NULL,
        .grouped = is_set(arena, folder, "group", "true"),
        .alone = is_set(arena, folder, "executeInTransaction", "false"),
        .mixed = is_set(arena, folder, "mixed", "true"),
    };
    return settings;
}

static void discover(struct arena *arena, const struct folder *folder, struct history *history,
                     struct report *report) {
    struct candidates found = find(arena, folder, DEEPEST), kept = {.arena = arena};
    const struct settings *settings = read_settings(arena, folder);

    (void)report;
    for (size_t i = 0; i < found.list.n; i++) {
        enum left_out_kind kind;
        const char *why = passed_over(arena, folder, &found, &found.list.v[i], &kind);
        if (why)
            history_leave_out(arena, history, folder, found.list.v[i].path, kind, why);
        else
            vec_push(arena, &kept.list, found.list.v[i]);
    }
    candidates_to_history(&kept, VERSION_NUMBERS, folder, history);
    history_find_downs(history);
    for (size_t i = 0; i < history->migrations.n; i++)
        history->migrations.v[i].settings = settings;
}

/* "mixed" may be set in many places: only its own files are read. */
static const struct tool_refusal *refuse_mixed(struct arena *arena, const struct settings *settings,
                                               const char *alone) {
    struct tool_refusal *refusal = arena_new(arena, struct tool_refusal);

    refusal->certain = settings->known;
    refusal->why = arena_printf(arena, "%s stands in it with other statements%s", alone,
                                settings->known ? "" : ", unless \"mixed\" is set");
    refusal->instead = "a file for this statement alone; or executeInTransaction=false in a file "
                       "of its name and .conf";
    return refusal;
}

/* How a file is run, and what says so: its own settings before those for all, and these before what is found in it. */
static enum transaction_mode choose_mode(struct arena *arena, const struct settings *settings,
                                         const char *set, const struct flyway_mode *found,
                                         const char **why) {
    bool alone = set ? strcmp(set, "false") == 0 : settings->alone || found->alone;

    *why = NULL;
    if (alone && (set || settings->alone))
        *why = "executeInTransaction = false";
    else if (alone)
        *why = arena_printf(arena, "it has %s", found->alone);
    else if (settings->grouped)
        *why = "group = true";
    if (alone)
        return TRANSACTION_PER_STATEMENT;
    return settings->grouped ? TRANSACTION_ALL : TRANSACTION_FILE;
}

static void render(struct arena *arena, const struct history *history, struct migration *migration,
                   const struct file *file, enum direction direction) {
    const char *absolute =
        direction == DIRECTION_UP ? migration->up_absolute : migration->down_absolute;
    const struct settings *settings = migration->settings;
    struct flyway_mode found = flyway_mode_of(arena, file);
    const struct file *conf = conf_of(arena, history->files, absolute);
    const char *set = conf ? setting_of(arena, conf, "executeInTransaction") : NULL, *why;
    enum transaction_mode mode = choose_mode(arena, settings, set, &found, &why);

    if (!set && !settings->alone && !settings->mixed && found.alone && found.others)
        migration->refusal = refuse_mixed(arena, settings, found.alone);
    section_of_file(arena, migration, file, direction, mode, why);
}

const struct front front_flyway = {
    .name = "flyway",
    .depth = DEEPEST,
    .mode = TRANSACTION_FILE,
    .runner = {.duplicate = RUNNER_REFUSES,
               .late = RUNNER_REFUSES,
               .edited = RUNNER_REFUSES,
               .edited_comments = true,
               .renamed = RUNNER_REFUSES,
               .missing = RUNNER_REFUSES,
               .numbers = true,
               .opt_out =
                   "a file with nothing else in it, or executeInTransaction=false in a file of its "
                   "name and .conf"},
    .placeholders = LEX_DOLLAR,
    .recognise = {[EVIDENCE_CONFIGURATION] = by_configuration,
                  [EVIDENCE_MANIFEST] = by_manifest,
                  [EVIDENCE_NAMES] = by_names},
    .discover = discover,
    .render = render,
};
