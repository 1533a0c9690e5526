/* The schema after a job's histories, up to the last migration that was asked for. */
#ifndef LINT_SCHEMA_H
#define LINT_SCHEMA_H

#include "lint/lint.h"
#include "source/schema_document.h"

void schema_run(struct job *job, const struct lint_options *options,
                struct schema_document *document);

#endif
