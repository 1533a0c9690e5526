#include "base/path.h"
#include "cli/cli.h"
#include "lint/lint.h"

#include <string.h>

static bool has_down(const struct history *history) {
    for (size_t i = 0; i < history->migrations.n; i++)
        if (history->migrations.v[i].down_path)
            return true;
    return false;
}

/* The history with the most migrations is the one that the configuration is for. */
static const struct history *largest(const struct job *job) {
    const struct history *found = NULL;

    for (size_t i = 0; i < job->histories.n; i++)
        if (!found || job->histories.v[i]->migrations.n > found->migrations.n)
            found = job->histories.v[i];
    return found;
}

struct init {
    struct cli *cli;
    const char *folder;
};

static void detect(void *context, const struct sql_progress *progress, struct outcome *outcome) {
    struct init *init = context;
    struct arena *arena = init->cli->arena;
    struct front_options front = {.no_config = true};
    struct config_detected detected = {0};
    const struct history *history;
    const char *absolute = path_absolute(arena, init->folder);
    struct report report;
    struct job job;

    (void)progress;
    report_init(&report, arena);
    job_make(&job, arena, &front, &init->folder, 1, &report);
    history = largest(&job);
    if (history) {
        detected.front = history->migrations.n > 1 ? front_name(history->front) : NULL;
        if (absolute && directory_exists(history->absolute_root))
            detected.root = path_below(absolute, history->absolute_root);
        detected.starts_at_zero = lint_history_is_complete(arena, history);
        detected.downs = has_down(history);
    }
    config_template(&outcome->out, &detected);
}

static void write_file(struct cli *cli, const char *path, struct outcome *outcome) {
    const char *why;

    if (file_write(cli->arena, path, buf_str(&outcome->out), outcome->out.n, &why) < 0)
        usage_error(outcome, "%s: %s", path, why);
    else
        buf_printf(&outcome->err, "migvet: wrote %s\n", path);
    buf_clear(&outcome->out);
}

void command_init(struct cli *cli, struct outcome *outcome) {
    struct init init = {cli, cli->options->paths.n ? cli->options->paths.v[0] : "."};
    const char *path = path_join(cli->arena, init.folder, ".migvet.yml");

    if (cli->options->paths.n > 1) {
        usage_error(outcome, "init takes one folder");
        return;
    }
    if (!directory_exists(init.folder)) {
        usage_error(outcome, "%s: not a folder", init.folder);
        return;
    }
    if (file_exists(path) && !cli->options->given[OPTION_FORCE]) {
        usage_error(outcome, "%s is there already; --force overwrites it", path);
        return;
    }
    supervise(detect, &init, outcome);
    if (outcome->exit_code == 0)
        write_file(cli, path, outcome);
}
