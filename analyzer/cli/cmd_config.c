#include "cli/cli.h"

void command_print_config(struct cli *cli, struct outcome *outcome) {
    const struct options *options = cli->options;
    const char *path = options->value[OPTION_CONFIG];
    struct config_error error;
    struct config config;

    config_init(&config);
    if (!path && !options->given[OPTION_NO_CONFIG])
        path = config_find(cli->arena, options->value[OPTION_PRINT_CONFIG]);
    if (path && config_read(cli->arena, path, &config, &error) < 0) {
        if (error.at.line)
            usage_error(outcome, "%s:%u:%u: %s", error.path, error.at.line, error.at.column,
                        error.message);
        else
            usage_error(outcome, "%s: %s", error.path, error.message);
        return;
    }
    config_print(&outcome->out, &config);
}
