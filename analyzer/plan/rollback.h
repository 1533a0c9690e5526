/* The way back of a job's reported migrations. */
#ifndef PLAN_ROLLBACK_H
#define PLAN_ROLLBACK_H

#include "lint/lint.h"
#include "source/rollback.h"

/* Fills the document and its report. */
void rollback_run(struct job *job, const struct lint_options *options,
                  struct rollback_document *document, struct report *report);

#endif
