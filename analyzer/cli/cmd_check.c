#include "base/path.h"
#include "cli/cli.h"
#include "lint/lint.h"
#include "write/write.h"

#include "base/suggest.h"

#include <stdlib.h>
#include <string.h>

void front_options_fill(const struct cli *cli, struct front_options *front) {
    const struct options *options = cli->options;

    for (size_t i = 0; i < options->histories.n; i++)
        vec_push(cli->arena, &front->histories, options->histories.v[i]);
    front->no_history = options->given[OPTION_NO_HISTORY];
    front->stdin_filename = options->value[OPTION_STDIN_FILENAME];
    front->stdin_bytes = cli->stdin_bytes;
    front->config_path = options->value[OPTION_CONFIG];
    front->no_config = options->given[OPTION_NO_CONFIG];
}

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

static bool read_version(const struct cli *cli, struct lint_options *lint,
                         struct outcome *outcome) {
    const char *value = cli->options->value[OPTION_PG_VERSION];
    char *end;
    long major;

    if (!value)
        return true;
    major = strtol(value, &end, 10);
    lint->target = (int)major;
    if (*value && !*end && major >= 12 && major <= 18)
        return true;
    usage_error(outcome, "--pg-version wants a major version from 12 to 18, not \"%s\"", value);
    return false;
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

static enum lint_transaction transaction_of(const struct options *options) {
    if (options->given[OPTION_IN_TRANSACTION])
        return LINT_IN_TRANSACTION;
    return options->given[OPTION_NO_TRANSACTION] ? LINT_NO_TRANSACTION : LINT_AS_FRONT;
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

/* What reported paths are relative to, as far as one folder can tell. */
static const char *base_folder(struct arena *arena) {
    const char *cwd = path_absolute(arena, ".");
    const char *root = cwd ? config_repository_root(arena, cwd) : NULL;

    return root ? root : cwd;
}

static void print_report(struct cli *cli, const struct writer *writer, struct report *report,
                         struct outcome *outcome) {
    struct write_options write = {
        .color = cli->color,
        .links = cli->links,
        .base = base_folder(cli->arena),
        .width = cli->width,
        .show_suppressed = cli->options->given[OPTION_SHOW_SUPPRESSED],
        .version = MIGVET_VERSION,
        .grammar = sql_grammar_version(),
        .rules = rule_docs(cli->arena),
        .rule_count = rule_registry_len,
    };

    writer->write(&outcome->out, report, &write);
    if (!cli->options->given[OPTION_QUIET])
        write_summary(&outcome->err, report, &write);
    outcome->exit_code = report_exit_code(report);
}

struct check {
    struct cli *cli;
    const struct writer *writer;
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
    report.fail_on = threshold_of(&job, check->fail_on);
    print_report(cli, check->writer, &report, outcome);
}

void command_check(struct cli *cli, struct outcome *outcome) {
    struct check check = {.cli = cli};

    check.writer = choose_writer(cli, outcome);
    if (!check.writer || !read_version(cli, &check.lint, outcome) ||
        !read_threshold(cli, &check.fail_on, outcome) || !read_rule(cli, &check.lint, outcome))
        return;
    if (!cli->options->paths.n) {
        usage_error(outcome, "no path given: name files or folders of migrations, or - for "
                             "standard input");
        return;
    }
    check.lint.complete = cli->options->given[OPTION_HISTORY_COMPLETE];
    check.lint.transaction = transaction_of(cli->options);
    check.lint.ignore_comments = cli->options->given[OPTION_NO_INLINE];
    supervise(analyse, &check, outcome);
}
