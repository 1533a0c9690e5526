#include "cli/cli.h"
#include "front/show.h"
#include "write/front.h"

#include <string.h>

struct show_command {
    struct cli *cli;
    const char *format;
};

static void show(void *context, const struct sql_progress *progress, struct outcome *outcome) {
    struct show_command *command = context;
    struct cli *cli = command->cli;
    struct write_options write = write_options_of(cli);
    struct front_options front = {0};
    struct report report;
    struct front_document document = {.report = &report};
    struct job job;

    (void)progress;
    report_init(&report, cli->arena);
    front_options_fill(cli, &front);
    job_make(&job, cli->arena, &front, cli->options->paths.v, cli->options->paths.n, &report);
    front_document_fill(&document, &job);
    write_front(&outcome->out, command->format, &document, &write);
    outcome->exit_code = report_exit_code(&report);
}

void command_show_front(struct cli *cli, struct outcome *outcome) {
    const char *format = cli->options->value[OPTION_FORMAT];
    struct show_command command = {.cli = cli, .format = format ? format : "text"};

    if (strcmp(command.format, "text") != 0 && strcmp(command.format, "json") != 0)
        usage_error(outcome, "--show-front knows the formats text and json, not \"%s\"", format);
    else if (paths_are_given(cli, outcome))
        supervise(show, &command, outcome);
}
