#include "write/formats.h"
#include "write/rollback_formats.h"

#include <string.h>

static const struct rollback_writer writers_of_rollback[] = {
    {"text", write_rollback_text},
    {"json", write_rollback_json},
    {"markdown", write_rollback_markdown},
};

const struct rollback_writer *rollback_writer_by_name(const char *name) {
    for (size_t i = 0; i < sizeof(writers_of_rollback) / sizeof(*writers_of_rollback); i++)
        if (strcmp(writers_of_rollback[i].name, name) == 0)
            return &writers_of_rollback[i];
    return NULL;
}

struct rollback_reason rollback_reason(const struct rollback_step *step, size_t i) {
    if (i < step->obstacles.n)
        return (struct rollback_reason){"why", step->obstacles.v[i]};
    i -= step->obstacles.n;
    if (i < step->losses.n)
        return (struct rollback_reason){"lost", step->losses.v[i]};
    i -= step->losses.n;
    if (i < step->notes.n)
        return (struct rollback_reason){"note", step->notes.v[i]};
    return (struct rollback_reason){NULL, NULL};
}

const char *rollback_down_words(const struct rollback_migration *migration) {
    switch (migration->written) {
    case ROLLBACK_NO_DOWNS:
        return migration->write_refusal;
    case ROLLBACK_LACKS_DOWN:
        return migration->note ? "there is none, and a note says that there is no way back"
                               : "there is none";
    case ROLLBACK_HAS_DOWN:
        break;
    }
    if (migration->failures.n || migration->differences.n)
        return NULL;
    return migration->down_is_compared ? "takes back all that the up does to the schema"
                                       : "what it does could not be followed to its end";
}

static size_t count_class(const struct rollback_document *document, const char *class) {
    size_t count = 0;

    for (size_t i = 0; i < document->migrations.n; i++)
        count += strcmp(document->migrations.v[i].class, class) == 0;
    return count;
}

static void put_count(struct buf *err, const char **separator, size_t count, const char *words) {
    if (!count)
        return;
    buf_printf(err, "%s%zu %s", *separator, count, words);
    *separator = ", ";
}

void write_rollback_summary(struct buf *err, const struct rollback_document *document,
                            const struct write_options *options) {
    static const char *const classes[] = {"forward only", "reversible with data loss",
                                          "reversible"};
    const char *separator = "";

    if (document->report->nothing_selected) {
        write_summary(err, document->report, options);
        return;
    }
    buf_puts(err, "migvet: ");
    for (size_t i = 0; i < sizeof(classes) / sizeof(*classes); i++)
        put_count(err, &separator, count_class(document, classes[i]), classes[i]);
    if (!*separator)
        buf_puts(err, "nothing to take back");
    write_summary_end(err, document->report, options);
}
