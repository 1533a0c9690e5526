#define _GNU_SOURCE /* stat */
#include "base/path.h"
#include "cli/cli.h"
#include "lint/lint.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

static void complain(struct outcome *outcome, const char *path, unsigned line, unsigned column,
                     const char *message) {
    if (line)
        usage_error(outcome, "%s:%u:%u: %s", path, line, column, message);
    else
        usage_error(outcome, "%s: %s", path, message);
}

/* What only lint can tell: rules, packs and options that there are not. */
static void check_names(struct cli *cli, const struct config *config, struct outcome *outcome) {
    struct report report;

    report_init(&report, cli->arena);
    settings_check(config, &report);
    for (size_t i = 0; i < report.problems.n; i++) {
        const struct problem *problem = &report.problems.v[i];
        complain(outcome, problem->path, problem->line, problem->column, problem->message);
    }
}

void config_mistake(struct outcome *outcome, const struct config_error *error) {
    complain(outcome, error->path, error->at.line, error->at.column, error->message);
}

void command_print_config(struct cli *cli, struct outcome *outcome) {
    const struct options *options = cli->options;
    const char *given = options->value[OPTION_PRINT_CONFIG];
    const char *path = path_absolute(cli->arena, given);
    struct config_error error;
    struct config config;
    struct stat st;

    if (!path || stat(*given ? path : "", &st) < 0) {
        usage_error(outcome, "%s: %s", given, strerror(errno));
        return;
    }
    if (config_load(cli->arena, path, options->value[OPTION_CONFIG],
                    options->given[OPTION_NO_CONFIG], &config, &error) < 0) {
        config_mistake(outcome, &error);
        return;
    }
    config_print(&outcome->out, &config);
    check_names(cli, &config, outcome);
}
