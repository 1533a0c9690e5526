#include "cli/cli.h"

static const char *by_default(const struct rule *rule) {
    if (rule->by_default == RULE_ON)
        return "on";
    return rule->pack ? rule->pack : "off";
}

struct rule_doc *rule_docs(struct arena *arena) {
    struct rule_doc *docs = arena_array(arena, struct rule_doc, rule_registry_len);

    for (size_t i = 0; i < rule_registry_len; i++) {
        const struct rule_entry *entry = &rule_registry[i];
        docs[i] = (struct rule_doc){
            .name = entry->name,
            .summary = lint_rule_summary(arena, entry),
            .doc_markdown = entry->doc,
            .tier = entry->rule->reports[0].tier,
            .by_default = by_default(entry->rule),
            .foreign_names = entry->rule->foreign_names,
        };
    }
    return docs;
}
