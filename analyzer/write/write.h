/*
 * The formats that a report is written in. A writer gets the report, sorted by report_sort, and
 * nothing else of the analysis; it appends to a buffer and cannot fail. What it appends is the same for
 * the same report and options on every machine, and takes time and room in proportion to the report.
 *
 * Strings of a report may hold any byte but NUL. Whatever they hold, the output is valid in its
 * format, holds no control character, and no line of it is a command to the runner of a CI
 * system (but those of the github format, which are meant to be).
 */
#ifndef WRITE_WRITE_H
#define WRITE_WRITE_H

#include "base/buf.h"
#include "source/report.h"

/* What is told about a rule beside its findings. */
struct rule_doc {
    const char *name;                 /* as in finding.rule */
    const char *summary;              /* one sentence */
    const char *doc_markdown;         /* the whole documentation */
    enum tier tier;                   /* of its findings, unless a finding says otherwise */
    const char *by_default;           /* "on", "off", or the pack that turns it on */
    const char *const *foreign_names; /* of other tools, NULL at the end */
};

struct write_options {
    bool color;           /* text only */
    bool links;           /* text only: paths are links for terminals that know them; needs base */
    int width;            /* columns of the terminal; 0: none, or unknown */
    bool show_suppressed; /* suppressed findings are listed, and marked */
    const char *version;  /* migvet's: "0.1.0" */
    const char *grammar;  /* the grammar's: "18.6" */
    const char *base;     /* the absolute folder that paths are relative to; NULL: unknown */
    const struct rule_doc *rules; /* for formats that carry them; findings of others are fine */
    size_t rule_count;
};

struct writer {
    const char *name; /* as --format takes it */
    void (*write)(struct buf *out, const struct report *report,
                  const struct write_options *options);
};

/* The first is the default; a NULL name ends them. */
extern const struct writer writers[];

/* NULL when there is none of that name. */
const struct writer *writer_by_name(const char *name);

/*
 * One line for standard error: what was found in how much, what was not analysed, and for which
 * version of PostgreSQL.
 */
void write_summary(struct buf *err, const struct report *report,
                   const struct write_options *options);

/* The findings as a baseline (config/baseline.h); those that a comment suppresses are left out. */
void write_baseline(struct buf *out, const struct report *report);

/*
 * The list of all rules: "text", "json" or "markdown" (the table of the README). False for another
 * format, with nothing written.
 */
bool write_rules(struct buf *out, const char *format, const struct rule_doc *rules, size_t count);

#endif
