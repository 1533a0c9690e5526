#include "cli/cli.h"
#include "lint/lint.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static const char *by_default(const struct rule *rule) {
    if (rule->by_default == RULE_ON)
        return "on";
    return rule->pack ? rule->pack : "off";
}

static void rules_text(struct cli *cli, struct buf *out) {
    for (size_t i = 0; i < rule_registry_len; i++) {
        const struct rule_entry *entry = &rule_registry[i];
        buf_printf(out, "%-32s %-9s %s%s%s%s\n", entry->name,
                   tier_name(entry->rule->reports[0].tier), lint_rule_summary(cli->arena, entry),
                   entry->rule->by_default == RULE_ON ? "" : " (",
                   entry->rule->by_default == RULE_ON ? "" : by_default(entry->rule),
                   entry->rule->by_default == RULE_ON ? "" : ")");
    }
}

static void rules_markdown(struct cli *cli, struct buf *out) {
    buf_puts(out, "| Rule | Tier | Default | What it finds |\n|---|---|---|---|\n");
    for (size_t i = 0; i < rule_registry_len; i++) {
        const struct rule_entry *entry = &rule_registry[i];
        buf_printf(out, "| `%s` | %s | %s | %s |\n", entry->name,
                   tier_name(entry->rule->reports[0].tier), by_default(entry->rule),
                   lint_rule_summary(cli->arena, entry));
    }
}

static json_t *strings_json(const char *const *strings, size_t most) {
    json_t *list = json_array();

    for (size_t i = 0; i < most && strings[i]; i++)
        json_array_append_new(list, json_string(strings[i]));
    return list;
}

static json_t *rule_json(struct cli *cli, const struct rule_entry *entry) {
    const struct rule *rule = entry->rule;

    return json_pack("{s:s, s:s, s:s, s:s?, s:b, s:s, s:o, s:s}", "name", entry->name, "tier",
                     tier_name(rule->reports[0].tier), "default", by_default(rule), "pack",
                     rule->pack, "enabled", rule->by_default == RULE_ON, "summary",
                     lint_rule_summary(cli->arena, entry), "foreign_names",
                     strings_json(rule->foreign_names, 12), "documentation", entry->doc);
}

static void rules_json(struct cli *cli, struct buf *out) {
    json_t *list = json_array(), *document;
    char *text;

    for (size_t i = 0; i < rule_registry_len; i++)
        json_array_append_new(list, rule_json(cli, &rule_registry[i]));
    document = json_pack("{s:i, s:o}", "version", 1, "rules", list);
    text = json_dumps(document, JSON_INDENT(2));
    if (text)
        buf_puts(out, text);
    buf_putc(out, '\n');
    free(text);
    json_decref(document);
}

void command_rules(struct cli *cli, struct outcome *outcome) {
    const char *format = cli->options->value[OPTION_FORMAT];

    if (cli->options->paths.n)
        usage_error(outcome, "rules takes no path; see migvet explain RULE");
    else if (!format || strcmp(format, "text") == 0)
        rules_text(cli, &outcome->out);
    else if (strcmp(format, "json") == 0)
        rules_json(cli, &outcome->out);
    else if (strcmp(format, "markdown") == 0)
        rules_markdown(cli, &outcome->out);
    else
        usage_error(outcome, "rules knows the formats text, json and markdown, not \"%s\"", format);
}
