#include "lint/context.h"

#include "base/suggest.h"
#include "source/escape.h"

#include <string.h>

static bool in_a_pack(const struct config *config, const struct rule *rule) {
    for (size_t i = 0; rule->pack && i < config->packs.n; i++)
        if (strcmp(config->packs.v[i], rule->pack) == 0)
            return true;
    return false;
}

static bool in_danger(const struct rule *rule, int target) {
    return (!rule->since || target >= rule->since) && (!rule->until || target <= rule->until);
}

static bool is_on(const struct config *config, const struct lint_options *options,
                  const struct rule_entry *entry, const struct rule_setting *setting) {
    if (options->only)
        return strcmp(options->only, entry->name) == 0;
    if (setting->state != SETTING_UNSET)
        return setting->state == SETTING_ON;
    return entry->rule->by_default == RULE_ON || in_a_pack(config, entry->rule);
}

struct rule_set *settings_for(struct arena *arena, const struct config *config,
                              const struct lint_options *options, int target, const char *path) {
    struct rule_set *set = arena_new(arena, struct rule_set);

    for (size_t i = 0; i < rule_registry_len; i++) {
        const struct rule_entry *entry = &rule_registry[i];
        struct rule_setting setting = config_rule(arena, config, entry->name, path);
        struct rule_slot slot = {entry, setting.tier, setting};
        if (in_danger(entry->rule, target) && is_on(config, options, entry, &setting))
            vec_push(arena, &set->on, slot);
    }
    return set;
}

static void complain(const struct config *config, struct report *report, struct position at,
                     const char *kind, const char *name, const char *nearest) {
    const char *message =
        nearest ? arena_printf(report->arena, "unknown %s \"%s\"; did you mean \"%s\"?", kind, name,
                               nearest)
                : arena_printf(report->arena, "unknown %s \"%s\"", kind, name);

    report_problem(report, (struct problem){.path = config->path,
                                            .line = at.line,
                                            .column = at.column,
                                            .kind = PROBLEM_CONFIG,
                                            .scope = SCOPE_REPORTED,
                                            .message = message,
                                            .file = config->file});
}

static const struct rule_option_spec *find_option(const struct rule *rule, const char *key) {
    for (size_t i = 0; i < 4 && rule->options[i].key; i++)
        if (strcmp(rule->options[i].key, key) == 0)
            return &rule->options[i];
    return NULL;
}

static const char *nearest_option(const struct rule *rule, const char *key) {
    const char *keys[5] = {"tier"};
    size_t n = 1;

    for (size_t i = 0; i < 4 && rule->options[i].key; i++)
        keys[n++] = rule->options[i].key;
    return suggest_nearest(key, keys, n);
}

static bool fits(const struct rule_option_spec *spec, const struct document *value) {
    if (spec->kind != RULE_OPTION_NAMES)
        return value->kind == DOCUMENT_SCALAR;
    for (size_t i = 0; value->kind == DOCUMENT_LIST && i < value->count; i++)
        if (value->items[i]->kind != DOCUMENT_SCALAR)
            return false;
    return value->kind == DOCUMENT_LIST;
}

static void check_options(const struct config *config, struct report *report,
                          const struct rule_entry *entry, const struct rule_setting *setting) {
    for (size_t i = 0; i < setting->options.n; i++) {
        const struct rule_option *option = &setting->options.v[i];
        const struct rule_option_spec *spec = find_option(entry->rule, option->key);
        if (!spec)
            complain(config, report, option->at,
                     arena_printf(report->arena, "option of rule %s:", entry->name), option->key,
                     nearest_option(entry->rule, option->key));
        else if (!fits(spec, option->value))
            report_problem(
                report, (struct problem){
                            .path = config->path,
                            .line = option->value->start.line,
                            .column = option->value->start.column,
                            .kind = PROBLEM_CONFIG,
                            .scope = SCOPE_REPORTED,
                            .message = arena_printf(
                                report->arena, "%s: %s wants %s", entry->name, spec->key,
                                spec->kind == RULE_OPTION_NAMES ? "a list of names" : "one value"),
                            .file = config->file});
    }
}

static void check_rule(const struct config *config, struct report *report,
                       const struct rule_setting *setting) {
    const struct rule_entry *entry = lint_rule(setting->rule);

    if (!entry)
        complain(config, report, setting->at, "rule", setting->rule,
                 lint_nearest_rule(setting->rule));
    else
        check_options(config, report, entry, setting);
}

static void check_pack(const struct config *config, struct report *report, size_t index) {
    const char *names[512];
    size_t n = 0;

    for (size_t i = 0; i < rule_registry_len && n < 512; i++) {
        const char *pack = rule_registry[i].rule->pack;
        if (pack && strcmp(pack, config->packs.v[index]) == 0)
            return;
        if (pack)
            names[n++] = pack;
    }
    complain(config, report, config->pack_positions.v[index], "pack", config->packs.v[index],
             suggest_nearest(config->packs.v[index], names, n));
}

void settings_check(const struct config *config, struct report *report) {
    for (size_t i = 0; i < config->rules.n; i++)
        check_rule(config, report, &config->rules.v[i]);
    for (size_t i = 0; i < config->packs.n; i++)
        check_pack(config, report, i);
    for (size_t i = 0; i < config->overrides.n; i++)
        for (size_t j = 0; j < config->overrides.v[i].rules.n; j++)
            check_rule(config, report, &config->overrides.v[i].rules.v[j]);
}
