/*
 * What a migration tool does about a history that is not as it expects: facts of each front, for the rules
 * about histories. "Has run" means: on some database.
 */
#ifndef FRONT_RUNNER_H
#define FRONT_RUNNER_H

#include <stdbool.h>

enum runner_answer {
    RUNNER_UNKNOWN,
    RUNNER_ACCEPTS, /* nothing comes of it */
    RUNNER_REFUSES, /* it ends with an error before it runs anything */
    RUNNER_SKIPS,   /* it does not run it, and does not say so */
    RUNNER_RUNS,    /* it runs it, now and there */
};

struct runner {
    enum runner_answer duplicate; /* a second migration of a version: ACCEPTS, REFUSES, SKIPS */
    enum runner_answer late; /* a new migration that stands before one that has run: REFUSES, SKIPS,
                                RUNS */
    enum runner_answer edited; /* one that has run has changed since: REFUSES, SKIPS */
    bool grows; /* sections may be added to one that has run: each is run, and checked, by itself */
    bool edited_comments;       /* the refusal counts comments and blanks, too */
    enum runner_answer renamed; /* one that has run has another name, and its version: ACCEPTS,
                                   REFUSES, RUNS (again) */
    enum runner_answer missing; /* one that has run is not there any more: ACCEPTS, REFUSES */
    enum runner_answer
        outside;  /* SQL that stands before the first mark of a file: REFUSES, SKIPS */
    bool numbers; /* versions are numbers: 01 is 1 */
    const char
        *opt_out; /* how a file runs outside of a transaction, for people; NULL: no way is known */
};

/* Why a tool refuses to run a migration, whatever the server would say. */
struct tool_refusal {
    const char *why;     /* "atlas.sum does not list it" */
    const char *instead; /* as a finding has it */
    bool certain;        /* the settings that allow it were looked at */
};

#endif
