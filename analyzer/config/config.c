#include "config/config.h"

#include "base/file.h"
#include "base/path.h"
#include "base/suggest.h"
#include "config/glob.h"

#include <string.h>

enum { LARGEST = 1 << 20, FIRST_TARGET = 12, LAST_TARGET = 18 };

/* PostgreSQL 14 is supported until 2026-11-12 (postgresql.org, "Versioning Policy"). */
const int config_default_target = 15;

struct reader {
    struct arena *arena;
    struct config *config;
    struct config_error *error;
};

static int fail(struct reader *reader, struct position at, const char *message) {
    *reader->error = (struct config_error){reader->config->path, at, message};
    return -1;
}

/* "a", "a or b", "a, b or c" */
static const char *list_words(struct arena *arena, const char *const *words, size_t count) {
    const char *list = words[0];

    for (size_t i = 1; i < count; i++)
        list = arena_printf(arena, "%s%s%s", list, i + 1 < count ? ", " : " or ", words[i]);
    return list;
}

/* "; did you mean "x"?", or nothing when no word is near. */
static const char *hint(struct arena *arena, const char *word, const char *const *words,
                        size_t count) {
    const char *near = suggest_nearest(word, words, count);

    return near ? arena_printf(arena, "; did you mean \"%s\"?", near) : "";
}

static int fail_key(struct reader *reader, const struct document_pair *pair, const char *where,
                    const char *const *words, size_t count) {
    struct arena *arena = reader->arena;

    return fail(reader, pair->key_start,
                arena_printf(arena, "unknown key \"%s\"%s%s (allowed: %s)", pair->key, where,
                             hint(arena, pair->key, words, count),
                             list_words(arena, words, count)));
}

/* A value as a message shows it. */
static const char *show(struct arena *arena, const struct document *value) {
    switch (value->kind) {
    case DOCUMENT_NULL:
        return "nothing";
    case DOCUMENT_LIST:
        return "a list";
    case DOCUMENT_MAP:
        return "a map";
    case DOCUMENT_SCALAR:
        break;
    }
    return arena_printf(arena, "%s\"%s\"", value->quoted ? "the string " : "", value->scalar);
}

static int fail_type(struct reader *reader, const struct document *value, const char *what,
                     const char *wanted) {
    return fail(reader, value->start,
                arena_printf(reader->arena, "%s must be %s, not %s", what, wanted,
                             show(reader->arena, value)));
}

/* The index of a scalar among the words, -1 with the error filled. */
static int read_word(struct reader *reader, const struct document *value, const char *what,
                     const char *const *words, size_t count) {
    struct arena *arena = reader->arena;
    const char *near = "";

    for (size_t i = 0; value->kind == DOCUMENT_SCALAR && i < count; i++)
        if (strcmp(value->scalar, words[i]) == 0)
            return (int)i;
    if (value->kind == DOCUMENT_SCALAR)
        near = hint(arena, value->scalar, words, count);
    return fail(reader, value->start,
                arena_printf(arena, "%s must be %s, not %s%s", what,
                             list_words(arena, words, count), show(arena, value), near));
}

/* A key with two values, of which the second sets *flag. */
static int read_flag(struct reader *reader, const struct document *value, const char *what,
                     const char *const words[2], bool *flag) {
    int word = read_word(reader, value, what, words, 2);

    *flag = word == 1;
    return word < 0 ? -1 : 0;
}

static const char *const on_words[] = {"on",  "On",   "ON",   "yes", "Yes",
                                       "YES", "true", "True", "TRUE"};
static const char *const off_words[] = {"off", "Off",   "OFF",   "no",   "No",
                                        "NO",  "false", "False", "FALSE"};

/* YAML 1.1's words for yes and no, unless they are quoted. */
static enum setting_state switch_of(const struct document *value) {
    if (value->kind != DOCUMENT_SCALAR || value->quoted)
        return SETTING_UNSET;
    for (size_t i = 0; i < sizeof(on_words) / sizeof(*on_words); i++) {
        if (strcmp(value->scalar, on_words[i]) == 0)
            return SETTING_ON;
        if (strcmp(value->scalar, off_words[i]) == 0)
            return SETTING_OFF;
    }
    return SETTING_UNSET;
}

static int read_target(struct reader *reader, const struct document *value) {
    for (int target = FIRST_TARGET; target <= LAST_TARGET; target++)
        if (value->kind == DOCUMENT_SCALAR &&
            strcmp(value->scalar, arena_printf(reader->arena, "%d", target)) == 0) {
            reader->config->target = target;
            return 0;
        }
    return fail_type(reader, value, "target", "a major version of PostgreSQL, 12 to 18");
}

static int read_fail_on(struct reader *reader, const struct document *value) {
    static const char *const words[] = {"never", "minor", "major", "critical"};
    int word = read_word(reader, value, "fail_on", words, 4);

    if (word < 0)
        return -1;
    reader->config->fail_on = word; /* enum tier, and 0 for never */
    return 0;
}

static int read_history(struct reader *reader, const struct document *value) {
    static const char *const words[] = {"partial", "complete"};

    return read_flag(reader, value, "history", words, &reader->config->history_complete);
}

static int read_timeouts(struct reader *reader, const struct document *value) {
    static const char *const words[] = {"migrations", "external"};

    return read_flag(reader, value, "timeouts", words, &reader->config->timeouts_external);
}

static int read_downs(struct reader *reader, const struct document *value) {
    static const char *const words[] = {"expected", "none"};

    return read_flag(reader, value, "downs", words, &reader->config->downs_none);
}

static int read_ignore_reason(struct reader *reader, const struct document *value) {
    static const char *const words[] = {"optional", "required"};

    return read_flag(reader, value, "ignore_reason", words,
                     &reader->config->ignore_reason_required);
}

const char *const own_front_transactions[] = {"unknown",   "all",      "file", "string",
                                              "statement", "pipeline", NULL};

static const char *glob_refusal(struct arena *arena, const char *glob) {
    if (*glob == '/')
        return arena_printf(
            arena, "\"%s\" is absolute: patterns are relative to the folder of this file", glob);
    if (*glob == '!')
        return arena_printf(arena, "\"%s\": a pattern cannot be negated with \"!\"", glob);
    if (strncmp(glob, "../", 3) == 0 || strstr(glob, "/../") || strcmp(glob, "..") == 0)
        return arena_printf(arena, "\"%s\" leads out of the folder of this file", glob);
    return arena_printf(
        arena, "\"%s\" is not a pattern: *, ?, [a-z] and ** between slashes are allowed", glob);
}

static int read_own_glob(struct reader *reader, const struct document *value) {
    if (value->kind != DOCUMENT_SCALAR)
        return fail_type(reader, value, "glob", "a pattern");
    if (!glob_is_valid(value->scalar))
        return fail(reader, value->start, glob_refusal(reader->arena, value->scalar));
    reader->config->own_front.glob = value->scalar;
    return 0;
}

static int read_own_order(struct reader *reader, const struct document *value) {
    static const char *const words[] = {"numbers", "path"};

    return read_flag(reader, value, "order", words, &reader->config->own_front.by_path);
}

static int read_own_marker(struct reader *reader, const struct document *value, const char *what,
                           const char **marker) {
    if (value->kind != DOCUMENT_SCALAR || !*value->scalar)
        return fail_type(reader, value, what, "how a line begins");
    *marker = value->scalar;
    return 0;
}

static int read_own_up(struct reader *reader, const struct document *value) {
    return read_own_marker(reader, value, "up", &reader->config->own_front.up);
}

static int read_own_down(struct reader *reader, const struct document *value) {
    return read_own_marker(reader, value, "down", &reader->config->own_front.down);
}

static int read_own_transaction(struct reader *reader, const struct document *value) {
    int word = read_word(reader, value, "transaction", own_front_transactions, 6);

    if (word < 0)
        return -1;
    reader->config->own_front.transaction = own_front_transactions[word];
    return 0;
}

static const char *const own_names[] = {"glob", "order", "up", "down", "transaction"};
enum { OWN_KEYS = sizeof(own_names) / sizeof(*own_names) };

static int read_own_pair(struct reader *reader, const struct document_pair *pair) {
    static int (*const readers[OWN_KEYS])(struct reader * reader, const struct document *value) = {
        read_own_glob, read_own_order, read_own_up, read_own_down, read_own_transaction};

    for (size_t i = 0; i < OWN_KEYS; i++)
        if (strcmp(pair->key, own_names[i]) == 0)
            return readers[i](reader, pair->value);
    return fail_key(reader, pair, " in front", own_names, OWN_KEYS);
}

static int read_own_front(struct reader *reader, const struct document *value) {
    struct own_front *own = &reader->config->own_front;

    own->transaction = own_front_transactions[0];
    for (size_t i = 0; i < value->count; i++)
        if (read_own_pair(reader, &value->pairs[i]) < 0)
            return -1;
    if (!own->glob)
        return fail(reader, value->start, "front needs a glob: which files are migrations");
    if (own->down && !own->up)
        return fail(reader, value->start, "front has down, and no up: how do ups begin?");
    reader->config->front = "configured";
    reader->config->front_at = value->start;
    return 0;
}

static int read_front(struct reader *reader, const struct document *value) {
    if (value->kind == DOCUMENT_MAP)
        return read_own_front(reader, value);
    if (value->kind != DOCUMENT_SCALAR)
        return fail_type(reader, value, "front", "the name of a front, or a map with a glob");
    if (strcmp(value->scalar, "configured") == 0)
        return fail(reader, value->start, "a front of your own is a map: front: {glob: ...}");
    reader->config->front = value->scalar;
    reader->config->front_at = value->start;
    return 0;
}

struct strings {
    VEC(const char *) list;
    VEC(struct position) at;
};

static int read_strings(struct reader *reader, const struct document *value, const char *what,
                        const char *wanted, struct strings *out) {
    *out = (struct strings){0};
    if (value->kind != DOCUMENT_LIST)
        return fail_type(reader, value, what, wanted);
    for (size_t i = 0; i < value->count; i++) {
        const struct document *item = value->items[i];
        if (item->kind != DOCUMENT_SCALAR)
            return fail_type(reader, item, arena_printf(reader->arena, "an item of %s", what),
                             "a word");
        vec_push(reader->arena, &out->list, item->scalar);
        vec_push(reader->arena, &out->at, item->start);
    }
    return 0;
}

static int read_globs(struct reader *reader, const struct document *value, const char *what,
                      struct strings *out) {
    if (read_strings(reader, value, what, "a list of patterns", out) < 0)
        return -1;
    for (size_t i = 0; i < out->list.n; i++)
        if (!glob_is_valid(out->list.v[i]))
            return fail(reader, out->at.v[i], glob_refusal(reader->arena, out->list.v[i]));
    return 0;
}

static int read_paths(struct reader *reader, const struct document *value) {
    static const char *const words[] = {"include", "exclude"};
    struct config *config = reader->config;

    if (value->kind != DOCUMENT_MAP)
        return fail_type(reader, value, "paths", "a map with include or exclude");
    for (size_t i = 0; i < value->count; i++) {
        const struct document_pair *pair = &value->pairs[i];
        bool include = strcmp(pair->key, "include") == 0;
        struct strings globs;
        if (!include && strcmp(pair->key, "exclude") != 0)
            return fail_key(reader, pair, " in paths", words, 2);
        if (read_globs(reader, pair->value, pair->key, &globs) < 0)
            return -1;
        for (size_t j = 0; j < globs.list.n; j++) {
            if (include)
                vec_push(reader->arena, &config->include, globs.list.v[j]);
            else
                vec_push(reader->arena, &config->exclude, globs.list.v[j]);
        }
    }
    return 0;
}

static int read_packs(struct reader *reader, const struct document *value) {
    struct strings packs;

    if (read_strings(reader, value, "packs", "a list of packs", &packs) < 0)
        return -1;
    for (size_t i = 0; i < packs.list.n; i++) {
        vec_push(reader->arena, &reader->config->packs, packs.list.v[i]);
        vec_push(reader->arena, &reader->config->pack_positions, packs.at.v[i]);
    }
    return 0;
}

static int read_tier(struct reader *reader, const struct document *value, enum tier *tier) {
    static const char *const words[] = {"critical", "major", "minor"};
    int word = read_word(reader, value, "tier", words, 3);

    if (word < 0)
        return -1;
    *tier = tier_from_name(words[word]);
    return 0;
}

static int read_enabled(struct reader *reader, const struct document *value,
                        enum setting_state *state) {
    *state = switch_of(value);
    return *state ? 0 : fail_type(reader, value, "enabled", "on or off");
}

static int read_rule_options(struct reader *reader, const struct document *map,
                             struct rule_setting *setting) {
    for (size_t i = 0; i < map->count; i++) {
        const struct document_pair *pair = &map->pairs[i];
        int result = 0;
        if (strcmp(pair->key, "tier") == 0)
            result = read_tier(reader, pair->value, &setting->tier);
        else if (strcmp(pair->key, "enabled") == 0)
            result = read_enabled(reader, pair->value, &setting->state);
        else
            vec_push(reader->arena, &setting->options,
                     ((struct rule_option){pair->key, pair->value, pair->key_start}));
        if (result < 0)
            return -1;
    }
    return 0;
}

static int read_rule(struct reader *reader, const struct document_pair *pair,
                     struct rule_setting *setting) {
    const struct document *value = pair->value;

    *setting = (struct rule_setting){.rule = pair->key, .at = pair->key_start};
    if (value->kind == DOCUMENT_MAP)
        return read_rule_options(reader, value, setting);
    setting->state = switch_of(value);
    if (setting->state)
        return 0;
    if (value->kind == DOCUMENT_SCALAR && tier_from_name(value->scalar))
        return fail(reader, value->start,
                    arena_printf(reader->arena, "a tier is written {tier: %s}", value->scalar));
    return fail_type(reader, value, arena_printf(reader->arena, "the rule \"%s\"", pair->key),
                     "on, off or a map such as {tier: minor}");
}

static int read_rules(struct reader *reader, const struct document *value) {
    if (value->kind != DOCUMENT_MAP)
        return fail_type(reader, value, "rules", "a map from rules to on, off or their options");
    for (size_t i = 0; i < value->count; i++)
        if (read_rule(reader, &value->pairs[i], vec_add(reader->arena, &reader->config->rules)) < 0)
            return -1;
    return 0;
}

static int read_override_rules(struct reader *reader, const struct document *value,
                               struct override *override) {
    if (value->kind != DOCUMENT_MAP)
        return fail_type(reader, value, "rules", "a map from rules to on, off or their options");
    for (size_t i = 0; i < value->count; i++)
        if (read_rule(reader, &value->pairs[i], vec_add(reader->arena, &override->rules)) < 0)
            return -1;
    return 0;
}

static int read_override_paths(struct reader *reader, const struct document *value,
                               struct override *override) {
    struct strings globs;

    if (read_globs(reader, value, "paths", &globs) < 0)
        return -1;
    for (size_t i = 0; i < globs.list.n; i++)
        vec_push(reader->arena, &override->paths, globs.list.v[i]);
    return 0;
}

static int read_override(struct reader *reader, const struct document *value,
                         struct override *override) {
    static const char *const words[] = {"paths", "rules"};

    *override = (struct override){0};
    if (value->kind != DOCUMENT_MAP)
        return fail_type(reader, value, "an item of overrides", "a map with paths and rules");
    for (size_t i = 0; i < value->count; i++) {
        const struct document_pair *pair = &value->pairs[i];
        int result;
        if (strcmp(pair->key, "paths") == 0)
            result = read_override_paths(reader, pair->value, override);
        else if (strcmp(pair->key, "rules") == 0)
            result = read_override_rules(reader, pair->value, override);
        else
            result = fail_key(reader, pair, " in an override", words, 2);
        if (result < 0)
            return -1;
    }
    if (document_get(value, "paths") && document_get(value, "rules"))
        return 0;
    return fail(reader, value->start, "an override needs both paths and rules");
}

static int read_overrides(struct reader *reader, const struct document *value) {
    if (value->kind != DOCUMENT_LIST)
        return fail_type(reader, value, "overrides", "a list of maps with paths and rules");
    for (size_t i = 0; i < value->count; i++)
        if (read_override(reader, value->items[i],
                          vec_add(reader->arena, &reader->config->overrides)) < 0)
            return -1;
    return 0;
}

static int read_vars(struct reader *reader, const struct document *value) {
    if (value->kind != DOCUMENT_MAP)
        return fail_type(reader, value, "vars", "a map from placeholders to their values");
    for (size_t i = 0; i < value->count; i++) {
        const struct document_pair *pair = &value->pairs[i];
        if (pair->value->kind != DOCUMENT_SCALAR && pair->value->kind != DOCUMENT_NULL)
            return fail_type(reader, pair->value,
                             arena_printf(reader->arena, "the value of \"%s\"", pair->key),
                             "a word");
        vec_push(reader->arena, &reader->config->vars,
                 ((struct config_var){pair->key, pair->value->scalar ? pair->value->scalar : "",
                                      pair->key_start}));
    }
    return 0;
}

typedef int key_reader(struct reader *reader, const struct document *value);

static const char *const key_names[CONFIG_KEY_COUNT] = {
    [CONFIG_TARGET] = "target",       [CONFIG_FAIL_ON] = "fail_on",
    [CONFIG_HISTORY] = "history",     [CONFIG_TIMEOUTS] = "timeouts",
    [CONFIG_DOWNS] = "downs",         [CONFIG_FRONT] = "front",
    [CONFIG_PATHS] = "paths",         [CONFIG_RULES] = "rules",
    [CONFIG_PACKS] = "packs",         [CONFIG_IGNORE_REASON] = "ignore_reason",
    [CONFIG_OVERRIDES] = "overrides", [CONFIG_VARS] = "vars",
};

static key_reader *const key_readers[CONFIG_KEY_COUNT] = {
    [CONFIG_TARGET] = read_target,       [CONFIG_FAIL_ON] = read_fail_on,
    [CONFIG_HISTORY] = read_history,     [CONFIG_TIMEOUTS] = read_timeouts,
    [CONFIG_DOWNS] = read_downs,         [CONFIG_FRONT] = read_front,
    [CONFIG_PATHS] = read_paths,         [CONFIG_RULES] = read_rules,
    [CONFIG_PACKS] = read_packs,         [CONFIG_IGNORE_REASON] = read_ignore_reason,
    [CONFIG_OVERRIDES] = read_overrides, [CONFIG_VARS] = read_vars,
};

static int read_pair(struct reader *reader, const struct document_pair *pair) {
    for (size_t key = 0; key < CONFIG_KEY_COUNT; key++)
        if (strcmp(pair->key, key_names[key]) == 0) {
            reader->config->at[key] = pair->key_start;
            return key_readers[key](reader, pair->value);
        }
    return fail_key(reader, pair, "", key_names, CONFIG_KEY_COUNT);
}

static int read_document(struct reader *reader, const struct document *document) {
    if (document->kind == DOCUMENT_NULL)
        return 0;
    if (document->kind != DOCUMENT_MAP)
        return fail_type(reader, document, "a configuration", "a map of keys");
    for (size_t i = 0; i < document->count; i++)
        if (read_pair(reader, &document->pairs[i]) < 0)
            return -1;
    return 0;
}

void config_init(struct config *config) {
    *config = (struct config){.fail_on = -1};
}

int config_read(struct arena *arena, const char *path, struct config *config,
                struct config_error *error) {
    struct reader reader = {arena, config, error};
    struct document_error broken;
    struct document *document;
    struct file_bytes bytes;
    char *absolute = path_absolute(arena, path);
    const char *why;

    config_init(config);
    config->path = absolute ? config_reported_path(arena, absolute) : arena_strdup(arena, path);
    config->folder = path_folder(arena, absolute ? absolute : path);
    if (file_read(arena, path, LARGEST, &bytes, &why) < 0)
        return fail(&reader, (struct position){0}, why);
    config->file = file_new(arena, config->path, bytes.bytes, bytes.n);
    document = document_read_yaml(arena, config->file, &broken);
    if (!document)
        return fail(&reader, broken.at, broken.message);
    return read_document(&reader, document);
}
