#include "base/path.h"
#include "cli/cli.h"

void command_print_config(struct cli *cli, struct outcome *outcome) {
    const struct options *options = cli->options;
    const char *path = path_absolute(cli->arena, options->value[OPTION_PRINT_CONFIG]);
    struct config_error error;
    struct config config;

    if (config_load(cli->arena, path, options->value[OPTION_CONFIG],
                    options->given[OPTION_NO_CONFIG], &config, &error) == 0)
        config_print(&outcome->out, &config);
    else if (error.at.line)
        usage_error(outcome, "%s:%u:%u: %s", error.path, error.at.line, error.at.column,
                    error.message);
    else
        usage_error(outcome, "%s: %s", error.path, error.message);
}
