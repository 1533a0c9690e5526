/* Between the files of the SARIF writer. */
#ifndef WRITE_SARIF_H
#define WRITE_SARIF_H

#include "base/map.h"
#include "write/formats.h"
#include "write/json_out.h"
#include "write/line_hash.h"

struct sarif {
    struct json_out json;
    const struct report *report;
    const struct write_options *options;
    struct arena arena; /* of the whole run */
    VEC(struct sarif_rule *) rules;
    struct map rules_by_name;       /* of struct sarif_rule */
    struct arena file_arena;        /* of the file */
    struct utf16_file file;         /* the last one that was asked for */
    size_t take[TIER_CRITICAL + 1]; /* findings still to be listed, by tier; 0: suppressed ones */
    size_t left_out;
};

struct sarif_rule {
    struct rule_doc doc;
    size_t index; /* in the run's list of rules */
};

/* Numbers the rules: those of the options, then those of findings that are not among them. */
void sarif_collect_rules(struct sarif *sarif);
size_t sarif_rule_index(const struct sarif *sarif, const char *name);

/* Member "tool", with the rules. */
void sarif_tool(struct sarif *sarif);

/* Member "invocations": what went wrong, what was not analysed or not listed, remarks. */
void sarif_invocation(struct sarif *sarif);

/* Member "locations" up to, and without, the region: the region or nothing, then "}}]" are up to the caller. */
void sarif_begin_location(struct sarif *sarif, const char *path);

#endif
