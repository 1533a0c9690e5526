/*
 * --format json, version 1: keys are only ever added. "class" is "reversible", "reversible with data loss" or "forward
 * only"; "change" is "none", "additive", "staged" or "destructive"; "down" is SQL, statements on lines of their own.
 */
#include "write/json_report.h"
#include "write/rollback_formats.h"

static void put_texts(struct json_out *json, const char *key, const struct rollback_texts *texts) {
    json_member_begin(json, key, '[');
    for (size_t i = 0; i < texts->n; i++)
        json_text(json, texts->v[i]);
    json_end(json, ']');
}

static void put_step(struct json_out *json, const struct rollback_step *step) {
    json_newline(json);
    json_begin(json, '{');
    json_member(json, "file", step->file->path);
    json_member_number(json, "line", step->start.line);
    json_member_number(json, "column", step->start.column);
    json_member(json, "sql", step->sql);
    json_member(json, "class", step->class);
    json_member(json, "change", step->change);
    json_key(json, "fails");
    json_boolean(json, step->fails);
    json_member(json, "down", step->down);
    put_texts(json, "why", &step->obstacles);
    put_texts(json, "lost", &step->losses);
    put_texts(json, "notes", &step->notes);
    json_end(json, '}');
}

static void put_differences(struct json_out *json, const struct rollback_migration *migration) {
    json_member_begin(json, "differences", '[');
    for (size_t i = 0; i < migration->differences.n; i++) {
        const struct rollback_difference *difference = &migration->differences.v[i];
        json_begin(json, '{');
        json_member(json, "kind", difference->kind);
        json_member(json, "object", difference->object);
        json_member(json, "detail", *difference->detail ? difference->detail : NULL);
        json_end(json, '}');
    }
    json_end(json, ']');
}

static void put_failures(struct json_out *json, const struct rollback_migration *migration) {
    json_member_begin(json, "failures", '[');
    for (size_t i = 0; i < migration->failures.n; i++) {
        const struct rollback_failure *failure = &migration->failures.v[i];
        json_begin(json, '{');
        json_member(json, "file", failure->file->path);
        json_member_number(json, "line", failure->start.line);
        json_member_number(json, "column", failure->start.column);
        json_member(json, "sql", failure->sql);
        json_member(json, "why", failure->why);
        json_end(json, '}');
    }
    json_end(json, ']');
}

/* The down that is there. "compared": whether all that it leaves, misses or does differently is told. */
static void put_written(struct json_out *json, const struct rollback_migration *migration) {
    json_key(json, "written");
    if (migration->written != ROLLBACK_HAS_DOWN) {
        json_text(json, NULL);
        return;
    }
    json_begin(json, '{');
    json_member(json, "file", migration->down_path);
    json_key(json, "compared");
    json_boolean(json, migration->down_is_compared);
    put_differences(json, migration);
    put_failures(json, migration);
    json_end(json, '}');
}

static void put_migration(struct json_out *json, const struct rollback_document *document,
                          const struct rollback_migration *migration) {
    json_newline(json);
    json_begin(json, '{');
    json_member(json, "name", migration->name);
    json_member(json, "front", migration->front);
    json_member(json, "file", migration->up_path);
    json_member(json, "class", migration->class);
    json_member(json, "change", migration->change);
    json_member(json, "irreversible", migration->note);
    json_member(json, "down", migration->down);
    put_written(json, migration);
    json_member_begin(json, "steps", '[');
    for (size_t i = 0; i < migration->step_count; i++)
        put_step(json, &document->steps.v[migration->first_step + i]);
    json_end(json, ']');
    json_end(json, '}');
}

void write_rollback_json(struct buf *out, const struct rollback_document *document,
                         const struct write_options *options) {
    struct json_out json = {.out = out};

    json_begin(&json, '{');
    json_member_number(&json, "version", 1);
    json_report_tool(&json, options);
    json_newline(&json);
    json_report_histories(&json, document->report);
    json_newline(&json);
    json_member_begin(&json, "migrations", '[');
    for (size_t i = 0; i < document->migrations.n; i++)
        put_migration(&json, document, &document->migrations.v[i]);
    json_end(&json, ']');
    json_newline(&json);
    json_report_errors(&json, document->report);
    json_newline(&json);
    json_report_not_analyzed(&json, document->report);
    json_newline(&json);
    json_report_remarks(&json, document->report);
    json_end(&json, '}');
    buf_putc(out, '\n');
}
