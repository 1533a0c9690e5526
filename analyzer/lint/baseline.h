/* What a baseline does to a report. */
#ifndef LINT_BASELINE_H
#define LINT_BASELINE_H

#include "config/baseline.h"
#include "lint/lint.h"

/*
 * Marks the findings that the baseline knows as suppressed by it. An entry of a file that was
 * reported, but not found any more, is told as a remark.
 */
void baseline_apply(struct baseline *baseline, const struct job *job, struct report *report);

#endif
