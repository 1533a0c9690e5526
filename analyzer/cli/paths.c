/* What the commands that take paths have alike. */
#include "base/ascii.h"
#include "base/path.h"
#include "cli/cli.h"

#include <stdlib.h>

static bool read_commit(struct selection *selection, const char *given, struct outcome *outcome) {
    const char *why = selection_refuse_commit(given);

    selection->kind = SELECT_SINCE;
    selection->commit = given;
    if (!why)
        return true;
    usage_error(outcome, "--since wants a commit, and \"%s\" %s", given, why);
    return false;
}

static bool read_after(struct arena *arena, struct selection *selection, const char *given,
                       struct outcome *outcome) {
    selection->kind = SELECT_AFTER;
    selection->version = selection_version(arena, given);
    if (selection->version)
        return true;
    usage_error(outcome, "--after wants a version such as 0041 or 20240102030405, not \"%s\"",
                given);
    return false;
}

static bool read_latest(struct selection *selection, const char *given, struct outcome *outcome) {
    char *end;
    long count = strtol(given, &end, 10);

    selection->kind = SELECT_LATEST;
    selection->count = (size_t)count;
    if (ascii_isdigit(*given) && !*end && count >= 1)
        return true;
    usage_error(outcome, "--latest wants a number from 1, not \"%s\"", given);
    return false;
}

static bool read_selection(struct cli *cli, struct selection *selection, struct outcome *outcome) {
    const struct options *options = cli->options;

    if (options->given[OPTION_SINCE])
        return read_commit(selection, options->value[OPTION_SINCE], outcome);
    if (options->given[OPTION_AFTER])
        return read_after(cli->arena, selection, options->value[OPTION_AFTER], outcome);
    if (options->given[OPTION_LATEST])
        return read_latest(selection, options->value[OPTION_LATEST], outcome);
    selection->kind = SELECT_STAGED;
    return true;
}

bool selection_fill(struct cli *cli, struct outcome *outcome) {
    const struct options *options = cli->options;

    if (!options->given[OPTION_SINCE] && !options->given[OPTION_STAGED] &&
        !options->given[OPTION_AFTER] && !options->given[OPTION_LATEST])
        return true;
    cli->selection = arena_new(cli->arena, struct selection);
    if (!read_selection(cli, cli->selection, outcome))
        return false;
    selection_read(cli->selection, cli->arena, options->paths.v, options->paths.n);
    return true;
}

void front_options_fill(const struct cli *cli, struct front_options *front) {
    const struct options *options = cli->options;

    for (size_t i = 0; i < options->histories.n; i++)
        vec_push(cli->arena, &front->histories, options->histories.v[i]);
    for (size_t i = 0; i < options->vars.n; i++)
        vec_push(cli->arena, &front->vars, options->vars.v[i]);
    front->no_history = options->given[OPTION_NO_HISTORY];
    front->stdin_filename = options->value[OPTION_STDIN_FILENAME];
    front->stdin_bytes = cli->stdin_bytes;
    front->config_path = options->value[OPTION_CONFIG];
    front->no_config = options->given[OPTION_NO_CONFIG];
    front->selection = cli->selection;
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

static enum lint_transaction transaction_of(const struct options *options) {
    if (options->given[OPTION_IN_TRANSACTION])
        return LINT_IN_TRANSACTION;
    return options->given[OPTION_NO_TRANSACTION] ? LINT_NO_TRANSACTION : LINT_AS_FRONT;
}

bool lint_options_fill(const struct cli *cli, struct lint_options *lint, struct outcome *outcome) {
    lint->complete = cli->options->given[OPTION_HISTORY_COMPLETE];
    lint->transaction = transaction_of(cli->options);
    return read_version(cli, lint, outcome);
}

bool paths_are_given(const struct cli *cli, struct outcome *outcome) {
    if (cli->options->paths.n)
        return true;
    usage_error(outcome, "no path given: name files or folders of migrations, or - for "
                         "standard input");
    return false;
}

/* What reported paths are relative to, as far as one folder can tell. */
static const char *base_folder(struct arena *arena) {
    const char *cwd = path_absolute(arena, ".");
    const char *root = cwd ? config_repository_root(arena, cwd) : NULL;

    return root ? root : cwd;
}

struct write_options write_options_of(const struct cli *cli) {
    return (struct write_options){
        .color = cli->color,
        .links = cli->links,
        .base = base_folder(cli->arena),
        .width = cli->width,
        .version = MIGVET_VERSION,
        .grammar = sql_grammar_version(),
    };
}
