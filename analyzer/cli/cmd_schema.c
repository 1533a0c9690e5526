#include "cli/cli.h"
#include "lint/schema.h"
#include "write/schema.h"

#include <string.h>

struct schema_command {
    struct cli *cli;
    const char *format;
    struct lint_options lint;
};

static void analyse(void *context, const struct sql_progress *progress, struct outcome *outcome) {
    struct schema_command *command = context;
    struct cli *cli = command->cli;
    struct write_options write = write_options_of(cli);
    struct front_options front = {0};
    struct report report;
    struct schema_document document = {.report = &report};
    struct job job;

    report_init(&report, cli->arena);
    front_options_fill(cli, &front);
    command->lint.progress = progress;
    job_make(&job, cli->arena, &front, cli->options->paths.v, cli->options->paths.n, &report);
    schema_run(&job, &command->lint, &document);
    write_schema(&outcome->out, command->format, &document, &write);
    if (!cli->options->given[OPTION_QUIET])
        write_schema_summary(&outcome->err, &document);
    outcome->exit_code = report_exit_code(&report);
}

void command_schema(struct cli *cli, struct outcome *outcome) {
    const char *format = cli->options->value[OPTION_FORMAT];
    struct schema_command command = {.cli = cli, .format = format ? format : "sql"};

    if (strcmp(command.format, "sql") != 0 && strcmp(command.format, "json") != 0 &&
        strcmp(command.format, "text") != 0)
        usage_error(outcome, "schema knows the formats sql, json and text, not \"%s\"", format);
    else if (lint_options_fill(cli, &command.lint, outcome) && paths_are_given(cli, outcome))
        supervise(analyse, &command, outcome);
}
