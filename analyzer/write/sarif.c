/*
 * --format sarif: SARIF 2.1.0, with what GitHub's code scanning needs and uses ("SARIF support for code
 * scanning" in its documentation) and what viewers show beside that. Without security-severity: a lock is no
 * vulnerability.
 */
#include "write/sarif.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
    MAX_RESULTS = 5000,   /* GitHub shows no more, and refuses a file with very many */
    MESSAGE_LIMIT = 8192, /* bytes */
};

/* The worst are listed: all of a tier before the first of the next. */
static void share_room(struct sarif *sarif) {
    size_t room = MAX_RESULTS;

    for (size_t i = 0; i < sarif->report->findings.n; i++) {
        const struct finding *finding = &sarif->report->findings.v[i];
        if (write_shows(sarif->options, finding))
            sarif->take[finding->suppressed_by ? 0 : finding->tier]++;
    }
    for (int tier = TIER_CRITICAL; tier >= 0; tier--) {
        size_t wanted = sarif->take[tier];
        if (sarif->take[tier] > room)
            sarif->take[tier] = room;
        room -= sarif->take[tier];
        sarif->left_out += wanted - sarif->take[tier];
    }
}

static bool takes(struct sarif *sarif, const struct finding *finding) {
    size_t *take = &sarif->take[finding->suppressed_by ? 0 : finding->tier];

    if (!write_shows(sarif->options, finding) || !*take)
        return false;
    --*take;
    return true;
}

/* Viewers make a link of "[text](target)": nothing that came from a file may become one. */
static void add_plain(struct buf *message, const char *text) {
    for (const char *link; (link = strstr(text, "](")); text = link + 1) {
        buf_add(message, text, (size_t)(link + 1 - text));
        buf_putc(message, ' ');
    }
    buf_puts(message, text);
}

static void add_sentence(struct buf *message, const char *text) {
    size_t n = strlen(text);

    add_plain(message, text);
    if (n && !strchr(".!?", text[n - 1]))
        buf_putc(message, '.');
}

/* GitHub shows the first sentence as the title. */
static void put_message(struct sarif *sarif, const struct finding *finding) {
    struct buf message = BUF_INIT;

    add_sentence(&message, finding->what);
    if (*finding->why)
        buf_puts(&message, "\n\n");
    add_sentence(&message, finding->why);
    if (*finding->instead)
        buf_puts(&message, "\n\nInstead:\n");
    add_plain(&message, finding->instead);
    json_member_begin(&sarif->json, "message", '{');
    json_key(&sarif->json, "text");
    json_text_n(&sarif->json, buf_str(&message),
                write_clipped(buf_str(&message), message.n, MESSAGE_LIMIT));
    json_end(&sarif->json, '}');
    buf_release(&message);
}

/* What UTF-16 makes of the file; kept until another file is asked for: findings come file by file. */
static const struct utf16_file *utf16_of(struct sarif *sarif, const struct file *file) {
    if (sarif->file.file == file)
        return &sarif->file;
    arena_clear(&sarif->file_arena);
    utf16_file_init(&sarif->file, &sarif->file_arena, file);
    return &sarif->file;
}

void sarif_begin_location(struct sarif *sarif, const char *path) {
    struct buf uri = BUF_INIT;

    write_uri(&uri, path);
    json_member_begin(&sarif->json, "locations", '[');
    json_begin(&sarif->json, '{');
    json_member_begin(&sarif->json, "physicalLocation", '{');
    json_member_begin(&sarif->json, "artifactLocation", '{');
    json_member(&sarif->json, "uri", buf_str(&uri));
    json_end(&sarif->json, '}');
    buf_release(&uri);
}

/* The first line stands for a file as a whole: GitHub wants all four. */
static void put_region(struct sarif *sarif, const struct finding *finding) {
    const struct utf16_file *file = utf16_of(sarif, finding->file);
    bool placed = finding->start.line > 0;

    json_member_begin(&sarif->json, "region", '{');
    json_member_number(&sarif->json, "startLine", placed ? finding->start.line : 1);
    json_member_number(&sarif->json, "startColumn",
                       placed ? utf16_column(file, finding->start) : 1);
    json_member_number(&sarif->json, "endLine", placed ? finding->end.line : 1);
    json_member_number(&sarif->json, "endColumn", placed ? utf16_column(file, finding->end) : 1);
    json_end(&sarif->json, '}');
}

static void put_location(struct sarif *sarif, const struct finding *finding) {
    struct json_out *json = &sarif->json;

    sarif_begin_location(sarif, finding->file->path);
    put_region(sarif, finding);
    json_end(json, '}');
    if (finding->object_name) {
        json_member_begin(json, "logicalLocations", '[');
        json_begin(json, '{');
        json_member(json, "fullyQualifiedName", finding->object_name);
        if (finding->object_kind)
            json_member(json, "kind", finding->object_kind);
        json_end(json, '}');
        json_end(json, ']');
    }
    json_end(json, '}');
    json_end(json, ']');
}

static void put_fingerprints(struct sarif *sarif, const struct finding *finding) {
    const struct utf16_file *file = utf16_of(sarif, finding->file);
    size_t line = finding->start.line ? finding->start.line : 1;
    char hash[48];

    json_member_begin(&sarif->json, "partialFingerprints", '{');
    if (line <= file->lines.n) {
        const struct line_hash *found = &file->lines.v[line - 1];
        snprintf(hash, sizeof hash, "%" PRIx64 ":%zu", found->hash, found->ordinal);
        json_member(&sarif->json, "primaryLocationLineHash", hash);
    }
    if (finding->fingerprint)
        json_member(&sarif->json, "migvet/v1", finding->fingerprint);
    json_end(&sarif->json, '}');
}

static void put_suppressions(struct sarif *sarif, const struct finding *finding) {
    struct json_out *json = &sarif->json;

    json_member_begin(json, "suppressions", '[');
    if (finding->suppressed_by) {
        json_begin(json, '{');
        json_member(json, "kind",
                    strcmp(finding->suppressed_by, "comment") == 0 ? "inSource" : "external");
        json_member(json, "status", "accepted");
        if (finding->suppressed_reason)
            json_member(json, "justification", finding->suppressed_reason);
        json_end(json, '}');
    }
    json_end(json, ']');
}

static void put_properties(struct sarif *sarif, const struct finding *finding) {
    struct buf effects = BUF_INIT;

    write_effects(&effects, finding);
    json_member_begin(&sarif->json, "properties", '{');
    json_member(&sarif->json, "tier", tier_name(finding->tier));
    json_member(&sarif->json, "direction", direction_name(finding->direction));
    json_member_number(&sarif->json, "statement", finding->statement);
    if (effects.n)
        json_member(&sarif->json, "effects", buf_str(&effects));
    json_end(&sarif->json, '}');
    buf_release(&effects);
}

static void put_result(struct sarif *sarif, const struct finding *finding) {
    struct json_out *json = &sarif->json;

    json_newline(json);
    json_begin(json, '{');
    json_member(json, "ruleId", finding->rule);
    json_member_number(json, "ruleIndex", sarif_rule_index(sarif, finding->rule));
    json_member(json, "level", write_level(finding->tier));
    put_message(sarif, finding);
    put_location(sarif, finding);
    put_fingerprints(sarif, finding);
    /* With the property in any result, it has to be in all (SARIF, 3.27.23). */
    if (sarif->options->show_suppressed)
        put_suppressions(sarif, finding);
    put_properties(sarif, finding);
    json_end(json, '}');
}

static void put_results(struct sarif *sarif) {
    json_member_begin(&sarif->json, "results", '[');
    for (size_t i = 0; i < sarif->report->findings.n; i++)
        if (takes(sarif, &sarif->report->findings.v[i]))
            put_result(sarif, &sarif->report->findings.v[i]);
    json_end(&sarif->json, ']');
}

static void put_run_properties(struct sarif *sarif) {
    const struct report *report = sarif->report;
    struct json_out *json = &sarif->json;

    json_member_begin(json, "properties", '{');
    json_member(json, "grammar", sarif->options->grammar);
    json_member_begin(json, "histories", '[');
    for (size_t i = 0; i < report->histories.n; i++) {
        json_begin(json, '{');
        json_member(json, "root", report->histories.v[i].root);
        json_member(json, "front", report->histories.v[i].front);
        json_member_number(json, "target", (size_t)report->histories.v[i].target);
        json_end(json, '}');
    }
    json_end(json, ']');
    json_end(json, '}');
}

static void put_run(struct sarif *sarif) {
    json_begin(&sarif->json, '{');
    sarif_tool(sarif);
    json_newline(&sarif->json);
    sarif_invocation(sarif);
    json_newline(&sarif->json);
    json_member(&sarif->json, "columnKind", "utf16CodeUnits");
    put_results(sarif);
    json_newline(&sarif->json);
    put_run_properties(sarif);
    json_end(&sarif->json, '}');
}

void write_sarif(struct buf *out, const struct report *report,
                 const struct write_options *options) {
    struct sarif sarif = {.json = {.out = out}, .report = report, .options = options};

    arena_init(&sarif.arena);
    arena_init(&sarif.file_arena);
    sarif_collect_rules(&sarif);
    share_room(&sarif);
    json_begin(&sarif.json, '{');
    json_member(&sarif.json, "$schema",
                "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/"
                "sarif-schema-2.1.0.json");
    json_member(&sarif.json, "version", "2.1.0");
    json_member_begin(&sarif.json, "runs", '[');
    put_run(&sarif);
    json_end(&sarif.json, ']');
    json_end(&sarif.json, '}');
    buf_putc(out, '\n');
    arena_release(&sarif.file_arena);
    arena_release(&sarif.arena);
}
