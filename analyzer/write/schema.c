#include "write/schema.h"

#include "source/escape.h"
#include "write/json_out.h"

#include <string.h>

static void escaped(struct buf *out, const char *s) {
    escape_line(out, s, strlen(s));
}

/* What could not be read or parsed is a comment at the top of the SQL: it is missing below. */
static void write_problems(struct buf *out, const struct report *report, const char *prefix) {
    for (size_t i = 0; i < report->problems.n; i++) {
        const struct problem *problem = &report->problems.v[i];
        buf_puts(out, prefix);
        escaped(out, problem->path);
        if (problem->line)
            buf_printf(out, ":%u:%u", problem->line, problem->column);
        buf_puts(out, ": error: ");
        escaped(out, problem->message);
        buf_putc(out, '\n');
    }
}

static void write_sql(struct buf *out, const struct schema_document *document) {
    write_problems(out, document->report, "-- ");
    for (size_t i = 0; i < document->histories.n; i++) {
        const struct schema_history *history = &document->histories.v[i];
        buf_puts(out, "-- the schema of ");
        escaped(out, history->root);
        buf_printf(out, " (%s), PostgreSQL %d\n", history->front, history->target);
        buf_puts(out, history->sql);
    }
}

static void list_column(struct buf *out, const struct schema_column *column) {
    buf_puts(out, "  ");
    escaped(out, column->name);
    buf_putc(out, ' ');
    escaped(out, column->type ? column->type : "(type not known)");
    if (column->nullable == 0)
        buf_puts(out, " not null");
    if (column->identity)
        buf_puts(out, " identity");
    else if (column->generated)
        buf_puts(out, " generated");
    else if (column->has_default)
        buf_puts(out, " default");
    buf_putc(out, '\n');
}

static void list_part(struct buf *out, const struct schema_part *part) {
    buf_printf(out, "  %s ", part->kind);
    escaped(out, part->name);
    if (part->detail[0]) {
        buf_putc(out, ' ');
        escaped(out, part->detail);
    }
    buf_putc(out, '\n');
}

static void list_item(struct buf *out, const struct schema_item *item) {
    buf_printf(out, "%s ", item->kind);
    escaped(out, item->name);
    if (item->assumed) {
        buf_puts(out, "  -- used, but made by no migration seen");
    } else if (item->path) {
        buf_puts(out, "  -- ");
        escaped(out, item->path);
        buf_printf(out, ":%u", item->line);
    }
    buf_putc(out, '\n');
    for (size_t i = 0; i < item->columns.n; i++)
        list_column(out, &item->columns.v[i]);
    for (size_t i = 0; i < item->labels.n; i++) {
        buf_puts(out, "  '");
        escaped(out, item->labels.v[i]);
        buf_puts(out, "'\n");
    }
    for (size_t i = 0; i < item->parts.n; i++)
        list_part(out, &item->parts.v[i]);
}

static void write_text_form(struct buf *out, const struct schema_document *document) {
    write_problems(out, document->report, "");
    for (size_t i = 0; i < document->histories.n; i++)
        for (size_t j = 0; j < document->histories.v[i].items.n; j++)
            list_item(out, &document->histories.v[i].items.v[j]);
}

static void json_columns(struct json_out *json, const struct schema_item *item) {
    json_member_begin(json, "columns", '[');
    for (size_t i = 0; i < item->columns.n; i++) {
        const struct schema_column *column = &item->columns.v[i];
        json_begin(json, '{');
        json_member(json, "name", column->name);
        json_member(json, "type", column->type);
        json_key(json, "nullable");
        if (column->nullable < 0)
            json_text(json, NULL);
        else
            json_boolean(json, column->nullable);
        json_key(json, "default");
        json_boolean(json, column->has_default);
        json_key(json, "identity");
        json_boolean(json, column->identity);
        json_key(json, "generated");
        json_boolean(json, column->generated);
        json_end(json, '}');
    }
    json_end(json, ']');
}

static void json_parts(struct json_out *json, const struct schema_item *item) {
    json_member_begin(json, "parts", '[');
    for (size_t i = 0; i < item->parts.n; i++) {
        json_begin(json, '{');
        json_member(json, "kind", item->parts.v[i].kind);
        json_member(json, "name", item->parts.v[i].name);
        json_member(json, "detail", item->parts.v[i].detail);
        json_end(json, '}');
    }
    json_end(json, ']');
}

static void json_item(struct json_out *json, const struct schema_item *item) {
    json_newline(json);
    json_begin(json, '{');
    json_member(json, "kind", item->kind);
    json_member(json, "name", item->name);
    json_key(json, "assumed");
    json_boolean(json, item->assumed);
    json_member(json, "file", item->path);
    json_member_number(json, "line", item->line);
    json_member(json, "comment", item->comment);
    json_columns(json, item);
    json_parts(json, item);
    json_member_begin(json, "labels", '[');
    for (size_t i = 0; i < item->labels.n; i++)
        json_text(json, item->labels.v[i]);
    json_end(json, ']');
    json_end(json, '}');
}

static void json_errors(struct json_out *json, const struct report *report) {
    json_member_begin(json, "errors", '[');
    for (size_t i = 0; i < report->problems.n; i++) {
        const struct problem *problem = &report->problems.v[i];
        json_begin(json, '{');
        json_member(json, "file", problem->path);
        json_member_number(json, "line", problem->line);
        json_member_number(json, "column", problem->column);
        json_member(json, "kind", problem_kind_name(problem->kind));
        json_member(json, "scope", problem_scope_name(problem->scope));
        json_member(json, "message", problem->message);
        json_end(json, '}');
    }
    json_end(json, ']');
}

static void write_json_form(struct buf *out, const struct schema_document *document,
                            const struct write_options *options) {
    struct json_out json = {.out = out};

    json_begin(&json, '{');
    json_member_number(&json, "version", 1);
    json_member_begin(&json, "tool", '{');
    json_member(&json, "name", "migvet");
    json_member(&json, "version", options->version);
    json_member(&json, "grammar", options->grammar);
    json_end(&json, '}');
    json_member_begin(&json, "histories", '[');
    for (size_t i = 0; i < document->histories.n; i++) {
        const struct schema_history *history = &document->histories.v[i];
        json_begin(&json, '{');
        json_member(&json, "root", history->root);
        json_member(&json, "front", history->front);
        json_member_number(&json, "target", (size_t)history->target);
        json_member_number(&json, "unknown", history->unknown);
        json_member_begin(&json, "objects", '[');
        for (size_t j = 0; j < history->items.n; j++)
            json_item(&json, &history->items.v[j]);
        json_end(&json, ']');
        json_end(&json, '}');
    }
    json_end(&json, ']');
    json_errors(&json, document->report);
    json_end(&json, '}');
    buf_putc(out, '\n');
}

bool write_schema(struct buf *out, const char *format, const struct schema_document *document,
                  const struct write_options *options) {
    if (strcmp(format, "sql") == 0)
        write_sql(out, document);
    else if (strcmp(format, "json") == 0)
        write_json_form(out, document, options);
    else if (strcmp(format, "text") == 0)
        write_text_form(out, document);
    else
        return false;
    return true;
}

void write_schema_summary(struct buf *err, const struct schema_document *document) {
    size_t objects = 0, unknown = 0;

    for (size_t i = 0; i < document->histories.n; i++) {
        objects += document->histories.v[i].items.n;
        unknown += document->histories.v[i].unknown;
    }
    buf_printf(err, "migvet: %zu object%s after %zu file%s", objects, objects == 1 ? "" : "s",
               document->report->files, document->report->files == 1 ? "" : "s");
    if (unknown)
        buf_printf(err, "; %zu not known, a comment in the SQL", unknown);
    if (document->report->problems.n)
        buf_printf(err, "; %zu error%s", document->report->problems.n,
                   document->report->problems.n == 1 ? "" : "s");
    buf_putc(err, '\n');
}
