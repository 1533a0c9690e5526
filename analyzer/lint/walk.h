/*
 * One pass over a job's histories, for every command that looks at statements: sections are parsed
 * ahead, each history is replayed from its start up to its last reported migration, downs are run
 * against the schema as it is after their up and then forgotten, and a visitor is called at every
 * step. What is reported and what only replayed, which transaction a section runs in, and what is
 * said of SQL that cannot be parsed is decided here, the same for all commands.
 */
#ifndef LINT_WALK_H
#define LINT_WALK_H

#include "lint/lint.h"
#include "lint/parse_ahead.h"
#include "model/replay.h"

/* Every hook may be NULL. They are called for all migrations, reported or not. */
struct walk_visitor {
    void (*history_begins)(void *context);
    void (*migration_begins)(void *context);
    void (*section_begins)(void *context);
    /*
     * walk->statement, with the schema before it; effects are NULL where it could not be parsed, which is
     * a problem in the report already.
     */
    void (*statement)(void *context, const struct effects *effects);
    /* The same statement, with the schema after it. Not called where it could not be parsed. */
    void (*statement_applied)(void *context, const struct effects *effects);
    void (*section_ends)(void *context);   /* what it left open is open still */
    void (*migration_ends)(void *context); /* with the schema as it is after its ups */
    void (*history_ends)(void *context); /* not where neither a migration nor a stray is reported */
};

struct walk {
    struct arena *arena;
    const struct lint_options *options;
    struct report *report;
    const struct walk_visitor *visitor;
    void *context; /* the visitor's */
    struct parse_ahead ahead;
    struct arena
        effects; /* what the statement at hand does; kept unless the visitor has no need of it */
    bool
        may_forget; /* set by the visitor for one statement: no effects of it are needed any more */

    const struct history *history;
    size_t history_index;
    const struct migration *migration;
    size_t migration_index;
    struct replay replay; /* up to here */
    struct map said;      /* what is said once of the history */
    bool release;         /* what is reported is one unit */
    const char *since;    /* what reported migrations are compared with; NULL: nothing */

    const struct section *section;
    bool reported;              /* the section's file was asked about */
    enum transaction_mode mode; /* of the section: the runner's, unless an option overrules it */
    const struct statements *statements;
    const struct ops *ops;     /* of each of them; none where it could not be parsed */
    size_t section_statements; /* those inside DO blocks count with their DO */
    unsigned first_ordinal;    /* of the section's statements in its file */
    size_t index;              /* of the statement in statements->list */
};

/*
 * Walks all histories of the job. arena, options, report, visitor and context must be set, all else 0. Fills
 * the report's histories, problems, what was not analysed, and the counts of files and statements.
 */
void walk_job(struct walk *walk, const struct job *job);

static inline const struct statement *walk_statement(const struct walk *walk) {
    return walk->statements->list.v[walk->index];
}

/* Whether the statement is in a transaction with others, or would be as its runner sends it. */
enum known walk_in_transaction(const struct walk *walk);

/* The major version that the history is read for. */
int walk_target(const struct lint_options *options, const struct config *config);

#endif
