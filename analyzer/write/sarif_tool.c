#include "write/sarif.h"

#include <string.h>

enum {
    SHORT_LIMIT = 1024, /* bytes of a description that GitHub takes */
    MAX_NOTIFICATIONS = 500,
};

static void add_rule(struct sarif *sarif, const struct rule_doc *doc) {
    struct sarif_rule *rule = arena_new(&sarif->arena, struct sarif_rule);

    *rule = (struct sarif_rule){*doc, sarif->rules.n};
    vec_push(&sarif->arena, &sarif->rules, rule);
    map_set(&sarif->rules_by_name, doc->name, rule);
}

void sarif_collect_rules(struct sarif *sarif) {
    map_init(&sarif->rules_by_name, &sarif->arena);
    for (size_t i = 0; i < sarif->options->rule_count; i++)
        add_rule(sarif, &sarif->options->rules[i]);
    for (size_t i = 0; i < sarif->report->findings.n; i++) {
        const struct finding *finding = &sarif->report->findings.v[i];
        if (write_shows(sarif->options, finding) && !map_has(&sarif->rules_by_name, finding->rule))
            add_rule(sarif, &(struct rule_doc){.name = finding->rule,
                                               .summary = finding->rule,
                                               .doc_markdown = finding->rule,
                                               .tier = finding->tier});
    }
}

size_t sarif_rule_index(const struct sarif *sarif, const char *name) {
    const struct sarif_rule *rule = map_get(&sarif->rules_by_name, name);

    return rule->index;
}

static void put_text(struct json_out *json, const char *key, const char *text, size_t limit) {
    json_member_begin(json, key, '{');
    json_key(json, "text");
    json_text_n(json, text, write_clipped(text, strlen(text), limit));
    json_end(json, '}');
}

/* The summary, and the first paragraph under "## Why". */
static void put_full_description(struct json_out *json, const struct rule_doc *doc) {
    const char *why = strstr(doc->doc_markdown, "\n## Why\n");
    struct buf text = BUF_INIT;

    buf_puts(&text, doc->summary);
    if (why) {
        why += strlen("\n## Why\n");
        why += strspn(why, "\n");
        const char *end = strstr(why, "\n\n");
        size_t n = end ? (size_t)(end - why) : strlen(why);
        buf_putc(&text, ' ');
        for (; n && why[n - 1] == '\n'; n--)
            ;
        for (size_t i = 0; i < n; i++)
            buf_putc(&text, why[i] == '\n' ? ' ' : why[i]);
    }
    put_text(json, "fullDescription", buf_str(&text), SHORT_LIMIT);
    buf_release(&text);
}

static void put_rule_properties(struct json_out *json, const struct rule_doc *doc) {
    static const char *const severities[] = {
        [TIER_MINOR] = "recommendation", [TIER_MAJOR] = "warning", [TIER_CRITICAL] = "error"};

    json_member_begin(json, "properties", '{');
    json_member(json, "tier", tier_name(doc->tier));
    json_member(json, "precision", "high");
    json_member(json, "problem.severity", severities[doc->tier]);
    json_member_begin(json, "tags", '[');
    json_text(json, "postgresql");
    json_text(json, "migrations");
    json_end(json, ']');
    json_end(json, '}');
}

static void put_rule(struct json_out *json, const struct rule_doc *doc) {
    json_newline(json);
    json_begin(json, '{');
    json_member(json, "id", doc->name);
    put_text(json, "shortDescription", doc->summary, SHORT_LIMIT);
    put_full_description(json, doc);
    json_member_begin(json, "help", '{');
    json_member(json, "text", doc->doc_markdown);
    json_member(json, "markdown", doc->doc_markdown);
    json_end(json, '}');
    json_member_begin(json, "defaultConfiguration", '{');
    json_member(json, "level", write_level(doc->tier));
    json_end(json, '}');
    put_rule_properties(json, doc);
    json_end(json, '}');
}

void sarif_tool(struct sarif *sarif) {
    struct json_out *json = &sarif->json;

    json_member_begin(json, "tool", '{');
    json_member_begin(json, "driver", '{');
    json_member(json, "name", "migvet");
    json_member(json, "semanticVersion", sarif->options->version);
    json_member_begin(json, "rules", '[');
    for (size_t i = 0; i < sarif->rules.n; i++)
        put_rule(json, &sarif->rules.v[i]->doc);
    json_end(json, ']');
    json_end(json, '}');
    json_end(json, '}');
}

/* The kinds of notifications are those of problems, and "not-analyzed", "remark" and "left-out". */
static void begin_notification(struct sarif *sarif, const char *kind, const char *level,
                               const char *message) {
    struct json_out *json = &sarif->json;

    json_newline(json);
    json_begin(json, '{');
    json_member_begin(json, "descriptor", '{');
    json_member(json, "id", kind);
    json_end(json, '}');
    json_member(json, "level", level);
    put_text(json, "message", message, SHORT_LIMIT);
}

/* Columns are left out: they are code points, and differ from UTF-16 units in some lines. */
static void put_place(struct sarif *sarif, const char *path, unsigned line) {
    struct json_out *json = &sarif->json;

    if (!path)
        return;
    sarif_begin_location(sarif, path);
    if (line) {
        json_member_begin(json, "region", '{');
        json_member_number(json, "startLine", line);
        json_end(json, '}');
    }
    json_end(json, '}');
    json_end(json, '}');
    json_end(json, ']');
}

static void put_problem(struct sarif *sarif, const struct problem *problem) {
    begin_notification(sarif, problem_kind_name(problem->kind),
                       problem->scope == SCOPE_REPORTED ? "error" : "note", problem->message);
    put_place(sarif, problem->path, problem->line);
    json_member_begin(&sarif->json, "properties", '{');
    json_member(&sarif->json, "scope", problem_scope_name(problem->scope));
    json_end(&sarif->json, '}');
    json_end(&sarif->json, '}');
}

static void put_left_out(struct sarif *sarif, size_t count, const char *what) {
    if (!count)
        return;
    begin_notification(sarif, "left-out", "warning",
                       arena_printf(&sarif->arena,
                                    "%zu %s are not listed, to keep the file in bounds.", count,
                                    what));
    json_end(&sarif->json, '}');
}

static void put_unanalysed(struct sarif *sarif, const struct unanalysed *place) {
    begin_notification(sarif, "not-analyzed", "warning", place->why);
    put_place(sarif, place->path, place->line);
    json_end(&sarif->json, '}');
}

static void put_remark(struct sarif *sarif, const struct remark *remark) {
    begin_notification(sarif, "remark", "note", remark->message);
    put_place(sarif, remark->path, remark->line);
    json_end(&sarif->json, '}');
}

/* Returns how many there is room for after these. */
static size_t put_problems(struct sarif *sarif, bool reported, size_t room) {
    const struct report *report = sarif->report;

    for (size_t i = 0; i < report->problems.n && room; i++) {
        if ((report->problems.v[i].scope == SCOPE_REPORTED) != reported)
            continue;
        put_problem(sarif, &report->problems.v[i]);
        room--;
    }
    return room;
}

/* Those that make the job incomplete come first, since the list may end early. */
static void put_notifications(struct sarif *sarif) {
    const struct report *report = sarif->report;
    size_t all = report->problems.n + report->unanalysed.n + report->remarks.n;
    size_t room = MAX_NOTIFICATIONS;

    put_left_out(sarif, sarif->left_out, "findings");
    put_left_out(sarif, all > room ? all - room : 0, "notifications");
    room = put_problems(sarif, true, room);
    room = put_problems(sarif, false, room);
    for (size_t i = 0; i < report->unanalysed.n && room; i++, room--)
        put_unanalysed(sarif, &report->unanalysed.v[i]);
    for (size_t i = 0; i < report->remarks.n && room; i++, room--)
        put_remark(sarif, &report->remarks.v[i]);
}

void sarif_invocation(struct sarif *sarif) {
    struct json_out *json = &sarif->json;

    json_member_begin(json, "invocations", '[');
    json_begin(json, '{');
    json_key(json, "executionSuccessful");
    json_boolean(json, report_exit_code(sarif->report) != 2);
    json_member_begin(json, "toolExecutionNotifications", '[');
    put_notifications(sarif);
    json_end(json, ']');
    json_end(json, '}');
    json_end(json, ']');
}
