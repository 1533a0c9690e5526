/* The command line as plain data. */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/vec.h"

#include <stdbool.h>

enum command {
    COMMAND_CHECK = 1,
    COMMAND_EXPLAIN = 2,
    COMMAND_RULES = 4,
    COMMAND_INIT = 8,
    COMMAND_LOCKS = 16,
    COMMAND_BASELINE = 32,
    COMMAND_SCHEMA = 64,
    COMMAND_ROLLBACK = 128,
};

enum option_id {
#define OPTION(id, name, letter, argument, commands, group, help) OPTION_##id,
#include "cli/options.def"
#undef OPTION
    OPTION_COUNT
};

struct options {
    enum command command;
    bool given[OPTION_COUNT];
    const char *value[OPTION_COUNT]; /* the last one given */
    VEC(const char *) histories;
    VEC(const char *) vars;  /* NAME=VALUE */
    VEC(const char *) paths; /* what is left: paths, a rule's name ... */
};

/*
 * Reads the arguments. Returns 0, or -1 with *message saying what is wrong (one line, raw text, without
 * "migvet:").
 */
int options_read(struct arena *arena, int argc, char **argv, struct options *options,
                 const char **message);

const char *command_name(enum command command);

/* -h: one screen. --help: everything. */
void help_short(struct buf *out);
void help_full(struct buf *out);

#endif
