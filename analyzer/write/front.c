#include "write/front.h"

#include "source/escape.h"
#include "write/json_report.h"

#include <string.h>

static void escaped(struct buf *out, const char *s) {
    escape_line(out, s, strlen(s));
}

static const char *evidence_words(const char *evidence) {
    static const char *const words[][2] = {
        {"configuration", "by its own configuration"},
        {"contents", "by what its files hold"},
        {"manifest", "by what the project depends on"},
        {"names", "by names"},
    };

    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
        if (strcmp(words[i][0], evidence) == 0)
            return words[i][1];
    return "as told";
}

static void list_section(struct buf *out, const struct front_section *section) {
    buf_printf(out, "       %-4s ", direction_name(section->direction));
    escaped(out, section->path);
    if (!section->transaction) {
        buf_puts(out, ": not read\n");
        return;
    }
    buf_printf(out, ":%u: transaction: %s", section->line, section->transaction);
    if (section->why) {
        buf_puts(out, " (");
        escaped(out, section->why);
        buf_putc(out, ')');
    }
    buf_putc(out, '\n');
}

static void list_migration(struct buf *out, size_t number,
                           const struct front_migration *migration) {
    buf_printf(out, "%4zu. ", number);
    escaped(out, migration->name);
    if (strcmp(migration->kind, "step") != 0)
        buf_printf(out, " (%s)", migration->kind);
    buf_putc(out, '\n');
    if (migration->refusal) {
        buf_puts(out, "       refused: ");
        escaped(out, migration->refusal);
        buf_putc(out, '\n');
    }
    for (size_t i = 0; i < migration->sections.n; i++)
        list_section(out, &migration->sections.v[i]);
}

static void list_left_out(struct buf *out, const struct front_history *history) {
    if (history->left_out.n)
        buf_puts(out, "  left out:\n");
    for (size_t i = 0; i < history->left_out.n; i++) {
        buf_puts(out, "       ");
        escaped(out, history->left_out.v[i].path);
        buf_puts(out, ": ");
        escaped(out, history->left_out.v[i].why);
        buf_putc(out, '\n');
    }
}

static void list_history(struct buf *out, const struct front_history *history) {
    escaped(out, history->root);
    buf_printf(out, ": %s, %s: ", history->front, evidence_words(history->evidence));
    escaped(out, history->why);
    buf_putc(out, '\n');
    if (history->foreign) {
        buf_puts(out, "  not analysed: ");
        escaped(out, history->foreign);
        buf_putc(out, '\n');
    }
    for (size_t i = 0; i < history->migrations.n; i++)
        list_migration(out, i + 1, &history->migrations.v[i]);
    list_left_out(out, history);
}

static void list_problems(struct buf *out, const struct report *report) {
    for (size_t i = 0; i < report->problems.n; i++) {
        const struct problem *problem = &report->problems.v[i];
        escaped(out, problem->path);
        if (problem->line)
            buf_printf(out, ":%u:%u", problem->line, problem->column);
        buf_puts(out, ": error: ");
        escaped(out, problem->message);
        buf_putc(out, '\n');
    }
}

static void write_text_form(struct buf *out, const struct front_document *document) {
    for (size_t i = 0; i < document->histories.n; i++) {
        if (i)
            buf_putc(out, '\n');
        list_history(out, &document->histories.v[i]);
    }
    list_problems(out, document->report);
}

static void json_section(struct json_out *json, const struct front_section *section) {
    json_begin(json, '{');
    json_member(json, "direction", direction_name(section->direction));
    json_member(json, "file", section->path);
    json_key(json, "line");
    if (section->line)
        json_number(json, section->line);
    else
        json_text(json, NULL);
    json_member(json, "transaction", section->transaction);
    json_member(json, "why", section->why);
    json_end(json, '}');
}

static void json_migration(struct json_out *json, const struct front_migration *migration) {
    json_newline(json);
    json_begin(json, '{');
    json_member(json, "version", migration->version);
    json_member(json, "name", migration->name);
    json_member(json, "kind", migration->kind);
    json_member(json, "refused", migration->refusal);
    json_key(json, "reported");
    json_boolean(json, migration->reported);
    json_member_begin(json, "sections", '[');
    for (size_t i = 0; i < migration->sections.n; i++)
        json_section(json, &migration->sections.v[i]);
    json_end(json, ']');
    json_end(json, '}');
}

static void json_left_out(struct json_out *json, const struct front_history *history) {
    json_member_begin(json, "left_out", '[');
    for (size_t i = 0; i < history->left_out.n; i++) {
        json_newline(json);
        json_begin(json, '{');
        json_member(json, "file", history->left_out.v[i].path);
        json_member(json, "kind", history->left_out.v[i].kind);
        json_member(json, "why", history->left_out.v[i].why);
        json_end(json, '}');
    }
    json_end(json, ']');
}

static void json_history(struct json_out *json, const struct front_history *history) {
    json_newline(json);
    json_begin(json, '{');
    json_member(json, "root", history->root);
    json_member(json, "front", history->front);
    json_member(json, "evidence", history->evidence);
    json_member(json, "why", history->why);
    json_member(json, "not_analyzed", history->foreign);
    json_member_begin(json, "migrations", '[');
    for (size_t i = 0; i < history->migrations.n; i++)
        json_migration(json, &history->migrations.v[i]);
    json_end(json, ']');
    json_left_out(json, history);
    json_end(json, '}');
}

static void write_json_form(struct buf *out, const struct front_document *document,
                            const struct write_options *options) {
    struct json_out json = {.out = out};

    json_begin(&json, '{');
    json_member_number(&json, "version", 1);
    json_report_tool(&json, options);
    json_member_begin(&json, "histories", '[');
    for (size_t i = 0; i < document->histories.n; i++)
        json_history(&json, &document->histories.v[i]);
    json_end(&json, ']');
    json_report_errors(&json, document->report);
    json_report_remarks(&json, document->report);
    json_end(&json, '}');
    buf_putc(out, '\n');
}

bool write_front(struct buf *out, const char *format, const struct front_document *document,
                 const struct write_options *options) {
    if (strcmp(format, "text") == 0)
        write_text_form(out, document);
    else if (strcmp(format, "json") == 0)
        write_json_form(out, document, options);
    else
        return false;
    return true;
}
