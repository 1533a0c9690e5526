#include "config/baseline.h"

#include "base/file.h"

#include <jansson.h>
#include <string.h>

enum { BASELINE_LIMIT = 256 << 20 };

static int fail(struct config_error *error, const char *path, unsigned line, unsigned column,
                const char *message) {
    *error = (struct config_error){
        .path = path,
        .at = {.line = line, .column = column},
        .message = message,
    };
    return -1;
}

static int add_entry(struct arena *arena, struct baseline *baseline, const json_t *item) {
    const char *fingerprint = json_string_value(json_object_get(item, "fingerprint"));
    const char *rule = json_string_value(json_object_get(item, "rule"));
    const char *file = json_string_value(json_object_get(item, "file"));
    struct baseline_entry *entry;

    if (!fingerprint || !rule || !file)
        return -1;
    entry = arena_new(arena, struct baseline_entry);
    entry->fingerprint = arena_strdup(arena, fingerprint);
    entry->rule = arena_strdup(arena, rule);
    entry->file = arena_strdup(arena, file);
    vec_push(arena, &baseline->list, entry);
    map_set(&baseline->by_fingerprint, entry->fingerprint, entry);
    return 0;
}

static int take_document(struct arena *arena, struct baseline *baseline, const json_t *document,
                         struct config_error *error) {
    const json_t *findings = json_object_get(document, "findings");

    if (json_integer_value(json_object_get(document, "version")) != 1)
        return fail(error, baseline->path, 0, 0, "is no baseline of version 1");
    if (!json_is_array(findings))
        return fail(error, baseline->path, 0, 0, "has no list \"findings\"");
    for (size_t i = 0; i < json_array_size(findings); i++)
        if (add_entry(arena, baseline, json_array_get(findings, i)) < 0)
            return fail(error, baseline->path, 0, 0,
                        arena_printf(arena, "finding %zu has no fingerprint, rule or file", i + 1));
    return 0;
}

int baseline_read(struct arena *arena, const char *path, struct baseline *baseline,
                  struct config_error *error) {
    struct file_bytes bytes;
    json_error_t mistake;
    json_t *document;
    const char *why;
    int result;

    *baseline = (struct baseline){.path = arena_strdup(arena, path)};
    map_init(&baseline->by_fingerprint, arena);
    if (file_read(arena, path, BASELINE_LIMIT, &bytes, &why) < 0)
        return fail(error, baseline->path, 0, 0, why);
    document = json_loadb(bytes.bytes, bytes.n, JSON_REJECT_DUPLICATES, &mistake);
    if (!document)
        return fail(error, baseline->path, (unsigned)mistake.line, (unsigned)mistake.column,
                    arena_strdup(arena, mistake.text));
    result = take_document(arena, baseline, document, error);
    json_decref(document);
    return result;
}
