#define _GNU_SOURCE /* TIOCGWINSZ, isatty */
#include "cli/cli.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { STDIN_LIMIT = 64 << 20 };

static bool is_set(const char *name) {
    const char *value = getenv(name);

    return value && *value;
}

/* --color, then NO_COLOR, then CLICOLOR_FORCE, then whether it is a terminal that can. */
static bool wants_color(const struct options *options, struct outcome *outcome) {
    const char *when = options->value[OPTION_COLOR];
    const char *term = getenv("TERM");

    if (when && strcmp(when, "always") == 0)
        return true;
    if (when && strcmp(when, "never") == 0)
        return false;
    if (when && strcmp(when, "auto") != 0)
        usage_error(outcome, "--color wants always, never or auto, not \"%s\"", when);
    if (is_set("NO_COLOR"))
        return false;
    if (is_set("CLICOLOR_FORCE") && strcmp(getenv("CLICOLOR_FORCE"), "0") != 0)
        return true;
    return !options->given[OPTION_OUTPUT] && isatty(STDOUT_FILENO) && term &&
           strcmp(term, "dumb") != 0;
}

static int terminal_width(void) {
    struct winsize size;
    const char *columns = getenv("COLUMNS");

    if (!isatty(STDOUT_FILENO))
        return 0;
    if (columns && atoi(columns) > 0)
        return atoi(columns);
    return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

/* Standard input is read before the analysis forks: a second try needs it again. */
static bool read_stdin(struct cli *cli, struct outcome *outcome) {
    const char *why;

    for (size_t i = 0; i < cli->options->paths.n; i++) {
        if (strcmp(cli->options->paths.v[i], "-") != 0 || cli->stdin_bytes)
            continue;
        cli->stdin_bytes = arena_new(cli->arena, struct file_bytes);
        if (file_read_fd(cli->arena, STDIN_FILENO, STDIN_LIMIT, cli->stdin_bytes, &why) < 0) {
            usage_error(outcome, "standard input: %s", why);
            return false;
        }
    }
    return true;
}

static void print_version(struct outcome *outcome) {
    buf_printf(&outcome->out, "migvet %s (grammar of PostgreSQL %s, targets 12 to 18)\n",
               MIGVET_VERSION, sql_grammar_version());
}

static void dispatch(struct cli *cli, struct outcome *outcome) {
    const struct options *options = cli->options;

    if (options->given[OPTION_HELP])
        help_full(&outcome->out);
    else if (options->given[OPTION_SHORT_HELP])
        help_short(&outcome->out);
    else if (options->given[OPTION_VERSION])
        print_version(outcome);
    else if (options->given[OPTION_PRINT_CONFIG])
        command_print_config(cli, outcome);
    else if (options->command == COMMAND_EXPLAIN)
        command_explain(cli, outcome);
    else if (options->command == COMMAND_RULES)
        command_rules(cli, outcome);
    else if (options->command == COMMAND_INIT)
        command_init(cli, outcome);
    else if (!read_stdin(cli, outcome) || !selection_fill(cli, outcome))
        return;
    else if (options->given[OPTION_SHOW_FRONT])
        command_show_front(cli, outcome);
    else if (options->command == COMMAND_LOCKS)
        command_locks(cli, outcome);
    else if (options->command == COMMAND_SCHEMA)
        command_schema(cli, outcome);
    else if (options->command == COMMAND_ROLLBACK)
        command_rollback(cli, outcome);
    else if (options->command == COMMAND_BASELINE)
        command_baseline(cli, outcome);
    else
        command_check(cli, outcome);
}

/* Writes all of it; false with errno set. */
static bool print(int fd, const struct buf *buf) {
    for (size_t done = 0; done < buf->n;) {
        ssize_t n = write(fd, buf->s + done, buf->n - done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return false;
        done += (size_t)n;
    }
    return true;
}

/*
 * A reader that has seen enough (EPIPE) is told nothing; all else that goes wrong is. Where no report
 * was made, an older one in a file stays.
 */
static void deliver(struct arena *arena, const struct options *options, struct outcome *outcome) {
    const char *file = options->value[OPTION_OUTPUT], *why = NULL;

    if (file && (outcome->out.n || outcome->exit_code < 2)) {
        if (file_write(arena, file, buf_str(&outcome->out), outcome->out.n, &why) < 0)
            usage_error(outcome, "%s: %s", file, why);
    } else if (!print(STDOUT_FILENO, &outcome->out)) {
        if (errno != EPIPE)
            usage_error(outcome, "standard output: %s", strerror(errno));
        outcome->exit_code = 2;
    }
    print(STDERR_FILENO, &outcome->err);
}

static void run(struct arena *arena, int argc, char **argv, struct options *options,
                struct outcome *outcome) {
    struct cli cli = {.arena = arena, .options = options};
    const char *message;

    if (argc < 2) {
        help_short(&outcome->err);
        outcome->exit_code = 2;
        return;
    }
    if (options_read(arena, argc, argv, options, &message) < 0) {
        usage_error(outcome, "%s", message);
        return;
    }
    cli.color = wants_color(options, outcome);
    cli.links = cli.color && isatty(STDOUT_FILENO);
    cli.width = terminal_width();
    if (!outcome->exit_code)
        dispatch(&cli, outcome);
}

int main(int argc, char **argv) {
    struct options options = {0};
    struct outcome outcome = {0};
    struct arena arena;

    signal(SIGPIPE, SIG_IGN);
    arena_init(&arena);
    run(&arena, argc, argv, &options, &outcome);
    deliver(&arena, &options, &outcome);
    buf_release(&outcome.out);
    buf_release(&outcome.err);
    arena_release(&arena);
    return outcome.exit_code;
}
