/* The commands. Each returns the exit code; what is printed goes into the outcome's buffers. */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include "cli/options.h"
#include "cli/supervisor.h"
#include "front/history.h"
#include "front/select.h"
#include "lint/lint.h"
#include "write/write.h"

struct cli {
    struct arena *arena;
    const struct options *options;
    bool color;
    bool links;                     /* standard output is a terminal, in colour */
    int width;                      /* of the terminal that standard output is; 0: none */
    struct file_bytes *stdin_bytes; /* NULL: "-" was not given */
    struct selection *selection;    /* NULL: all that is named */
};

void command_check(struct cli *cli, struct outcome *outcome);
void command_baseline(struct cli *cli, struct outcome *outcome);
void command_schema(struct cli *cli, struct outcome *outcome);
void command_locks(struct cli *cli, struct outcome *outcome);
void command_rollback(struct cli *cli, struct outcome *outcome);
void command_explain(struct cli *cli, struct outcome *outcome);
void command_rules(struct cli *cli, struct outcome *outcome);
void command_init(struct cli *cli, struct outcome *outcome);
void command_show_front(struct cli *cli, struct outcome *outcome);
void command_print_config(struct cli *cli, struct outcome *outcome);

/* "migvet: " and the message (escaped, one line) to err; exit code 2. */
void usage_error(struct outcome *outcome, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* A mistake in a configuration or baseline, at its place. */
void config_mistake(struct outcome *outcome, const struct config_error *error);

/* All rules for the writers, rule_registry_len of them. */
struct rule_doc *rule_docs(struct arena *arena);

/* Of the commands that take paths: what the command line says. */

/* Fills cli->selection, and asks git where it is about that; false with a usage error. */
bool selection_fill(struct cli *cli, struct outcome *outcome);
void front_options_fill(const struct cli *cli, struct front_options *front);
/* Target, completeness and transactions; false with a usage error. */
bool lint_options_fill(const struct cli *cli, struct lint_options *lint, struct outcome *outcome);
/* False with a usage error when there is none. */
bool paths_are_given(const struct cli *cli, struct outcome *outcome);
/* Without what only findings have. */
struct write_options write_options_of(const struct cli *cli);

#endif
