/*
 * Runs the rules over a job's histories and fills the report.
 */
#ifndef LINT_LINT_H
#define LINT_LINT_H

#include "front/history.h"
#include "lint/rule.h"

enum lint_transaction { LINT_AS_FRONT, LINT_IN_TRANSACTION, LINT_NO_TRANSACTION };

struct lint_options {
    int target;    /* --pg-version; 0: by configuration */
    bool complete; /* --history-complete */
    enum lint_transaction transaction;
    const char *only;     /* run this rule and no other; NULL: all that are on */
    bool ignore_comments; /* --no-inline-suppressions */
    const struct sql_progress *progress;
};

/*
 * Checks the configurations' rule names and options, replays and lints every history, applies suppressions, sorts.
 * Whatever goes wrong is a problem in the report.
 */
void lint_run(struct job *job, const struct lint_options *options, struct report *report);

/* Whether the history, replayed from its start, never uses an object that it did not make. */
bool lint_history_is_complete(struct arena *arena, const struct history *history);

/* Reports unknown rules, packs and options of a configuration; lint_run does so by itself. */
void settings_check(const struct config *config, struct report *report);

const struct rule_entry *lint_rule(const char *name); /* NULL: none of that name */
/* The nearest rule name, or NULL. */
const char *lint_nearest_rule(const char *name);
/* The first line of the rule's documentation. */
char *lint_rule_summary(struct arena *arena, const struct rule_entry *entry);
/* The section of the documentation under "## title", or NULL. */
char *lint_rule_section(struct arena *arena, const struct rule_entry *entry, const char *title);

#endif
