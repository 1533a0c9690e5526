/* What the commands that take paths have alike. */
#include "base/path.h"
#include "cli/cli.h"

#include <stdlib.h>

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
