#include "cli/cli.h"
#include "plan/rollback.h"
#include "source/escape.h"
#include "write/rollback.h"

#include <string.h>

struct rollback_command {
    struct cli *cli;
    const struct rollback_writer *writer;
    struct lint_options lint;
};

static void tell(struct outcome *outcome, const char *what, const char *path, const char *why) {
    buf_printf(&outcome->err, "migvet: %s ", what);
    escape_line(&outcome->err, path, strlen(path));
    if (why) {
        buf_puts(&outcome->err, ": ");
        escape_line(&outcome->err, why, strlen(why));
    }
    buf_putc(&outcome->err, '\n');
}

/* Nothing that is there is overwritten; a section is added behind what the file holds. */
static bool write_down(struct arena *arena, const struct rollback_migration *migration,
                       struct outcome *outcome) {
    bool in_up =
        migration->up_absolute && strcmp(migration->write_path, migration->up_absolute) == 0;
    const char *why;

    if (!in_up && file_exists(migration->write_path)) {
        tell(outcome, "not overwritten:", migration->write_path, NULL);
        return false;
    }
    if (file_write(arena, migration->write_path, migration->write_text,
                   strlen(migration->write_text), &why) < 0) {
        tell(outcome, "cannot write", migration->write_path, why);
        return false;
    }
    tell(outcome, "wrote", migration->write_path, NULL);
    return true;
}

/* False: a down is missing still, though the framework would run one. */
static bool write_downs(struct arena *arena, const struct rollback_document *document,
                        struct outcome *outcome) {
    bool all = true;

    for (size_t i = 0; i < document->migrations.n; i++) {
        const struct rollback_migration *migration = &document->migrations.v[i];
        if (migration->write_path)
            all = write_down(arena, migration, outcome) && all;
        else if (migration->write_refusal) {
            tell(outcome, "no down for", migration->up_path, migration->write_refusal);
            all = all && migration->written == ROLLBACK_LACKS_DOWN;
        }
    }
    return all;
}

static void analyse(void *context, const struct sql_progress *progress, struct outcome *outcome) {
    struct rollback_command *command = context;
    struct cli *cli = command->cli;
    struct write_options write = write_options_of(cli);
    struct front_options front = {0};
    struct report report;
    struct rollback_document document = {0};
    struct job job;

    report_init(&report, cli->arena);
    front_options_fill(cli, &front);
    command->lint.progress = progress;
    job_make(&job, cli->arena, &front, cli->options->paths.v, cli->options->paths.n, &report);
    rollback_run(&job, &command->lint, &document, &report);
    outcome->exit_code = report_exit_code(&report);
    if (cli->options->given[OPTION_WRITE]) {
        if (!write_downs(cli->arena, &document, outcome))
            outcome->exit_code = 2;
    } else {
        command->writer->write(&outcome->out, &document, &write);
    }
    if (!cli->options->given[OPTION_QUIET])
        write_rollback_summary(&outcome->err, &document, &write);
}

void command_rollback(struct cli *cli, struct outcome *outcome) {
    struct rollback_command command = {.cli = cli};
    const char *format = cli->options->value[OPTION_FORMAT];

    command.writer = rollback_writer_by_name(format ? format : "text");
    if (!command.writer)
        usage_error(outcome, "rollback knows the formats text, json and markdown, not \"%s\"",
                    format);
    else if (lint_options_fill(cli, &command.lint, outcome) && paths_are_given(cli, outcome))
        supervise(analyse, &command, outcome);
}
