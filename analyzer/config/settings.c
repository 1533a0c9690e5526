/* What a configuration says of a path. */
#include "base/path.h"
#include "config/config.h"
#include "config/glob.h"

#include <string.h>

static bool any_glob(const char *const *globs, size_t count, const char *path) {
    for (size_t i = 0; i < count; i++)
        if (glob_match(globs[i], path))
            return true;
    return false;
}

static const char *below(const struct config *config, const char *path) {
    return config->folder ? path_below(config->folder, path) : NULL;
}

bool config_includes(struct arena *arena, const struct config *config, const char *absolute_path) {
    const char *path = below(config, absolute_path);

    (void)arena;
    if (!path)
        return config->include.n == 0;
    if (config->include.n && !any_glob(config->include.v, config->include.n, path))
        return false;
    return !any_glob(config->exclude.v, config->exclude.n, path);
}

bool config_excludes_folder(const struct config *config, const char *absolute_folder) {
    const char *path = below(config, absolute_folder);

    /* the name of no file: what matches it matches whatever is in the folder */
    return path && config->exclude.n && any_glob(config->exclude.v, config->exclude.n, path);
}

static void merge(struct arena *arena, struct rule_setting *into, const struct rule_setting *from) {
    into->at = from->at;
    if (from->state)
        into->state = from->state;
    if (from->tier)
        into->tier = from->tier;
    for (size_t i = 0; i < from->options.n; i++) {
        size_t j = 0;
        while (j < into->options.n && strcmp(into->options.v[j].key, from->options.v[i].key) != 0)
            j++;
        if (j < into->options.n)
            into->options.v[j] = from->options.v[i];
        else
            vec_push(arena, &into->options, from->options.v[i]);
    }
}

struct rule_setting config_rule(struct arena *arena, const struct config *config, const char *rule,
                                const char *absolute_path) {
    struct rule_setting merged = {.rule = rule};
    const char *path = below(config, absolute_path);

    for (size_t i = 0; i < config->rules.n; i++)
        if (strcmp(config->rules.v[i].rule, rule) == 0)
            merge(arena, &merged, &config->rules.v[i]);
    for (size_t i = 0; path && i < config->overrides.n; i++) {
        const struct override *override = &config->overrides.v[i];
        if (!any_glob(override->paths.v, override->paths.n, path))
            continue;
        for (size_t j = 0; j < override->rules.n; j++)
            if (strcmp(override->rules.v[j].rule, rule) == 0)
                merge(arena, &merged, &override->rules.v[j]);
    }
    return merged;
}
