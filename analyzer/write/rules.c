/* The list of rules, for people, programs and the README. */
#include "write/write.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static bool is_on(const struct rule_doc *rule) {
    return strcmp(rule->by_default, "on") == 0;
}

static void write_line(struct buf *out, const struct rule_doc *rule) {
    buf_printf(out, "%-32s %-9s %s", rule->name, tier_name(rule->tier), rule->summary);
    if (!is_on(rule))
        buf_printf(out, " (%s)", rule->by_default);
    buf_putc(out, '\n');
}

static void write_row(struct buf *out, const struct rule_doc *rule) {
    buf_printf(out, "| `%s` | %s | %s | %s |\n", rule->name, tier_name(rule->tier),
               rule->by_default, rule->summary);
}

static json_t *names(const char *const *list) {
    json_t *array = json_array();

    for (; *list; list++)
        json_array_append_new(array, json_string(*list));
    return array;
}

static json_t *rule_object(const struct rule_doc *rule) {
    return json_pack("{s:s, s:s, s:s, s:b, s:s, s:o, s:s}", "name", rule->name, "tier",
                     tier_name(rule->tier), "default", rule->by_default, "enabled", is_on(rule),
                     "summary", rule->summary, "foreign_names", names(rule->foreign_names),
                     "documentation", rule->doc_markdown);
}

static void write_json_list(struct buf *out, const struct rule_doc *rules, size_t count) {
    json_t *list = json_array(), *document;
    char *text;

    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, rule_object(&rules[i]));
    document = json_pack("{s:i, s:o}", "version", 1, "rules", list);
    text = json_dumps(document, JSON_INDENT(2));
    buf_printf(out, "%s\n", text ? text : "{}");
    free(text);
    json_decref(document);
}

bool write_rules(struct buf *out, const char *format, const struct rule_doc *rules, size_t count) {
    bool text = strcmp(format, "text") == 0, markdown = strcmp(format, "markdown") == 0;

    if (strcmp(format, "json") == 0) {
        write_json_list(out, rules, count);
        return true;
    }
    if (markdown)
        buf_puts(out, "| Rule | Tier | Default | What it finds |\n|---|---|---|---|\n");
    for (size_t i = 0; (text || markdown) && i < count; i++)
        (text ? write_line : write_row)(out, &rules[i]);
    return text || markdown;
}
