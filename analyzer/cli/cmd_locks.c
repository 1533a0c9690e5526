#include "cli/cli.h"
#include "lint/locks.h"
#include "write/locks.h"

struct locks_command {
    struct cli *cli;
    const struct locks_writer *writer;
    struct lint_options lint;
};

static void analyse(void *context, const struct sql_progress *progress, struct outcome *outcome) {
    struct locks_command *command = context;
    struct cli *cli = command->cli;
    struct write_options write = write_options_of(cli);
    struct front_options front = {0};
    struct report report;
    struct locks_document document = {.report = &report};
    struct job job;

    report_init(&report, cli->arena);
    front_options_fill(cli, &front);
    command->lint.progress = progress;
    job_make(&job, cli->arena, &front, cli->options->paths.v, cli->options->paths.n, &report);
    locks_run(&job, &command->lint, &document);
    command->writer->write(&outcome->out, &document, &write);
    if (!cli->options->given[OPTION_QUIET])
        write_locks_summary(&outcome->err, &document, &write);
    outcome->exit_code = report_exit_code(&report);
}

void command_locks(struct cli *cli, struct outcome *outcome) {
    struct locks_command command = {.cli = cli};
    const char *format = cli->options->value[OPTION_FORMAT];

    command.writer = locks_writer_by_name(format ? format : "text");
    if (!command.writer)
        usage_error(outcome, "locks knows the formats text, json and markdown, not \"%s\"", format);
    else if (lint_options_fill(cli, &command.lint, outcome) && paths_are_given(cli, outcome))
        supervise(analyse, &command, outcome);
}
