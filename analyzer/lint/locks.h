/* Fills the document of `migvet locks` by replaying a job's histories. */
#ifndef LINT_LOCKS_H
#define LINT_LOCKS_H

#include "lint/lint.h"
#include "source/locks.h"

/*
 * document->report must be set, all else 0. Problems, histories, counts and what was not analysed go into the
 * report, as with lint_run, and everything made into the job's arena.
 */
void locks_run(struct job *job, const struct lint_options *options,
               struct locks_document *document);

#endif
