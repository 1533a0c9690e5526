/*
 * Runs the analysis in a forked child. libpg_query ends the process on its own account when memory
 * runs out, and hostile SQL may overflow a stack or run for ever: whatever kills the child becomes an
 * error for the statement it was at, and the analysis is run again without that statement.
 */
#ifndef CLI_SUPERVISOR_H
#define CLI_SUPERVISOR_H

#include "base/buf.h"
#include "source/report.h"
#include "sql/statement.h"

struct supervisor;

/* A statement (or, with offset (size_t)-1, a whole file) that killed an earlier try. */
struct casualty {
    char *path;
    size_t offset; /* in the file */
    char *message;
};

struct outcome {
    struct buf out, err; /* what the work wants printed */
    int exit_code;
};

/*
 * Calls work in a child, in a thread with a large stack, as often as it takes; fills the outcome.
 * The work calls progress->before for every statement and leaves out those that progress->skip names.
 * Without fork (it fails) or when nothing can be told of a death: exit_code 2 and a message in err.
 */
void supervise(void (*work)(void *context, const struct sql_progress *progress,
                            struct outcome *outcome),
               void *context, struct outcome *outcome);

#endif
