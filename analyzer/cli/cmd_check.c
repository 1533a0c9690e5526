#include "cli/cli.h"
#include "lint/baseline.h"
#include "lint/lint.h"
#include "write/write.h"

#include "base/suggest.h"

#include <string.h>

static const struct writer *choose_writer(const struct cli *cli, struct outcome *outcome) {
    const char *name = cli->options->value[OPTION_FORMAT];
    const struct writer *writer = writer_by_name(name ? name : "text");
    const char *names[16], *nearest;
    size_t n = 0;

    if (writer)
        return writer;
    for (const struct writer *each = writers; each->name && n < 16; each++)
        names[n++] = each->name;
    nearest = suggest_nearest(name, names, n);
    usage_error(outcome, "unknown format \"%s\"; %s%s%s", name, nearest ? "did you mean \"" : "",
                nearest ? nearest : "known are text, json, sarif, gcc and github",
                nearest ? "\"?" : "");
    return NULL;
}

static bool read_threshold(const struct cli *cli, int *fail_on, struct outcome *outcome) {
    const char *value = cli->options->value[OPTION_FAIL_ON];

    *fail_on = -1;
    if (!value)
        return true;
    *fail_on = (int)tier_from_name(value);
    if (*fail_on || strcmp(value, "never") == 0)
        return true;
    usage_error(outcome, "--fail-on wants critical, major, minor or never, not \"%s\"", value);
    return false;
}

static bool read_rule(const struct cli *cli, struct lint_options *lint, struct outcome *outcome) {
    const char *nearest;

    lint->only = cli->options->value[OPTION_RULE];
    if (!lint->only || lint_rule(lint->only))
        return true;
    nearest = lint_nearest_rule(lint->only);
    usage_error(outcome, "unknown rule \"%s\"%s%s%s", lint->only,
                nearest ? "; did you mean \"" : "", nearest ? nearest : "",
                nearest ? "\"?" : "; see migvet rules");
    return false;
}

/*
 * The strictest threshold among the configurations of what is reported (others were only looked at);
 * the option wins over all.
 */
static enum tier threshold_of(const struct job *job, int given) {
    enum tier strictest = 0;

    if (given >= 0)
        return (enum tier)given;
    for (size_t i = 0; i < job->histories.n; i++) {
        int fail_on = job->histories.v[i]->config->fail_on;
        enum tier tier = fail_on < 0 ? TIER_MAJOR : (enum tier)fail_on;
        if (tier && (!strictest || tier < strictest))
            strictest = tier;
    }
    return strictest;
}

static void print_report(struct cli *cli, const struct writer *writer, struct report *report,
                         struct outcome *outcome) {
    struct write_options write = write_options_of(cli);

    write.show_suppressed = cli->options->given[OPTION_SHOW_SUPPRESSED];
    write.rules = rule_docs(cli->arena);
    write.rule_count = rule_registry_len;
    if (writer)
        writer->write(&outcome->out, report, &write);
    else
        write_baseline(&outcome->out, report);
    if (!cli->options->given[OPTION_QUIET])
        write_summary(&outcome->err, report, &write);
    if (!writer)
        report->fail_on = 0; /* findings are what was asked for */
    outcome->exit_code = report_exit_code(report);
}

struct check {
    struct cli *cli;
    const struct writer *writer; /* NULL: the findings become a baseline */
    struct baseline *baseline;   /* known findings; NULL: none */
    struct lint_options lint;
    int fail_on;
};

static void analyse(void *context, const struct sql_progress *progress, struct outcome *outcome) {
    struct check *check = context;
    struct cli *cli = check->cli;
    struct front_options front = {0};
    struct report report;
    struct job job;

    report_init(&report, cli->arena);
    front_options_fill(cli, &front);
    check->lint.progress = progress;
    job_make(&job, cli->arena, &front, cli->options->paths.v, cli->options->paths.n, &report);
    lint_run(&job, &check->lint, &report);
    if (check->baseline)
        baseline_apply(check->baseline, &job, &report);
    report.fail_on = threshold_of(&job, check->fail_on);
    print_report(cli, check->writer, &report, outcome);
}

static bool read_baseline(struct check *check, struct outcome *outcome) {
    const char *path = check->cli->options->value[OPTION_BASELINE];
    struct config_error error;

    if (!path)
        return true;
    check->baseline = arena_new(check->cli->arena, struct baseline);
    if (baseline_read(check->cli->arena, path, check->baseline, &error) == 0)
        return true;
    config_mistake(outcome, &error);
    return false;
}

void command_check(struct cli *cli, struct outcome *outcome) {
    struct check check = {.cli = cli};

    check.writer = choose_writer(cli, outcome);
    if (!check.writer || !lint_options_fill(cli, &check.lint, outcome) ||
        !read_threshold(cli, &check.fail_on, outcome) || !read_rule(cli, &check.lint, outcome) ||
        !paths_are_given(cli, outcome) || !read_baseline(&check, outcome))
        return;
    check.lint.ignore_comments = cli->options->given[OPTION_NO_INLINE];
    supervise(analyse, &check, outcome);
}

void command_baseline(struct cli *cli, struct outcome *outcome) {
    struct check check = {.cli = cli, .fail_on = -1};

    if (!lint_options_fill(cli, &check.lint, outcome) || !read_rule(cli, &check.lint, outcome) ||
        !paths_are_given(cli, outcome))
        return;
    check.lint.ignore_comments = cli->options->given[OPTION_NO_INLINE];
    supervise(analyse, &check, outcome);
}
