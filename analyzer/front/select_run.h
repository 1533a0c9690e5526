/* Runs a program, with no shell in between, and takes in what it prints. */
#ifndef FRONT_SELECT_RUN_H
#define FRONT_SELECT_RUN_H

#include "base/file.h"

struct run_result {
    int exit_code;   /* -1: it could not be run, died of a signal or said too much: why tells */
    const char *why; /* NULL unless exit_code is -1 */
    struct file_bytes out; /* its standard output */
    struct file_bytes err; /* its standard error */
};

/*
 * argv and environment end with NULL; argv[0] is looked for in PATH. Standard input is empty. All memory is
 * the arena's.
 */
void run_program(struct arena *arena, const char *const *argv, const char *const *environment,
                 struct run_result *result);

#endif
