#include "lint/lint.h"

#include "base/suggest.h"

#include <string.h>

const struct rule_entry *lint_rule(const char *name) {
    size_t low = 0, high = rule_registry_len;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(name, rule_registry[middle].name);
        if (!order)
            return &rule_registry[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

const char *lint_nearest_rule(const char *name) {
    const char *names[512];
    size_t n = rule_registry_len < 512 ? rule_registry_len : 512;

    for (size_t i = 0; i < n; i++)
        names[i] = rule_registry[i].name;
    return suggest_nearest(name, names, n);
}

char *lint_rule_summary(struct arena *arena, const struct rule_entry *entry) {
    return arena_strndup(arena, entry->doc, strcspn(entry->doc, "\n"));
}

char *lint_rule_section(struct arena *arena, const struct rule_entry *entry, const char *title) {
    const char *heading = arena_printf(arena, "\n## %s\n", title);
    const char *start = strstr(entry->doc, heading), *end;

    if (!start)
        return NULL;
    start += strlen(heading);
    start += strspn(start, "\n");
    end = strstr(start, "\n## ");
    if (!end)
        end = start + strlen(start);
    while (end > start && end[-1] == '\n')
        end--;
    return arena_strndup(arena, start, (size_t)(end - start));
}
