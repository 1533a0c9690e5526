#define _GNU_SOURCE /* getopt_long */
#include "cli/options.h"

#include "base/suggest.h"
#include "write/wrap.h"

#include <getopt.h>
#include <string.h>

enum {
    CHECK = COMMAND_CHECK,
    EXPLAIN = COMMAND_EXPLAIN,
    RULES = COMMAND_RULES,
    INIT = COMMAND_INIT,
    LOCKS = COMMAND_LOCKS,
    BASELINE = COMMAND_BASELINE,
    SCHEMA = COMMAND_SCHEMA,
    ROLLBACK = COMMAND_ROLLBACK,
};
enum {
    FINDINGS = CHECK | BASELINE,
    ANALYSIS = FINDINGS | LOCKS | SCHEMA | ROLLBACK,
    EVERY = ANALYSIS | EXPLAIN | RULES | INIT,
};

struct option_row {
    const char *name;
    char letter;
    const char *argument;
    unsigned commands;
    const char *group;
    const char *help;
};

static const struct option_row rows[] = {
#define OPTION(id, name, letter, argument, commands, group, help)                                  \
    [OPTION_##id] = {name, letter, argument, commands, group, help},
#include "cli/options.def"
#undef OPTION
};

static const struct {
    enum command command;
    const char *name, *arguments, *help;
} commands[] = {
    {COMMAND_CHECK, "check", "PATH...", "lint files, folders, or - for standard input"},
    {COMMAND_SCHEMA, "schema", "PATH...", "the schema that the migrations make, as SQL"},
    {COMMAND_LOCKS, "locks", "PATH...", "what each statement locks, rewrites and scans"},
    {COMMAND_ROLLBACK, "rollback", "PATH...", "the way back: the down of each step, or why not"},
    {COMMAND_EXPLAIN, "explain", "RULE|LOCK", "what a rule or lock means, and what to do instead"},
    {COMMAND_RULES, "rules", "", "list all rules"},
    {COMMAND_BASELINE, "baseline", "PATH...", "print the findings as a file for --baseline"},
    {COMMAND_INIT, "init", "[FOLDER]", "write a .migvet.yml with what was detected"},
};
enum { COMMANDS = sizeof(commands) / sizeof(commands[0]) };

const char *command_name(enum command command) {
    for (size_t i = 0; i < COMMANDS; i++)
        if (commands[i].command == command)
            return commands[i].name;
    return "?";
}

enum { FIRST_LONG = 256 }; /* getopt's value of row i is FIRST_LONG + i */

static void getopt_tables(char *letters, struct option *longs) {
    size_t n = 0;

    *letters++ = ':'; /* tell a missing argument from an unknown option */
    for (int i = 0; i < OPTION_COUNT; i++) {
        if (rows[i].letter) {
            *letters++ = rows[i].letter;
            if (rows[i].argument)
                *letters++ = ':';
        }
        if (rows[i].name[0])
            longs[n++] =
                (struct option){rows[i].name, rows[i].argument != NULL, NULL, FIRST_LONG + i};
    }
    *letters = '\0';
    longs[n] = (struct option){0};
}

static int row_of(int found) {
    for (int i = 0; i < OPTION_COUNT; i++)
        if (found == FIRST_LONG + i || (rows[i].letter && found == rows[i].letter))
            return i;
    return -1;
}

static const char *unknown_option(struct arena *arena, const char *argument) {
    const char *names[OPTION_COUNT], *nearest;
    char *word;
    size_t n = 0;

    if (strncmp(argument, "--", 2) != 0)
        return arena_printf(arena, "unknown option %s; see migvet -h", argument);
    for (int i = 0; i < OPTION_COUNT; i++)
        if (rows[i].name[0])
            names[n++] = rows[i].name;
    word = arena_strndup(arena, argument + 2, strcspn(argument + 2, "="));
    nearest = suggest_nearest(word, names, n);
    return nearest ? arena_printf(arena, "unknown option --%s; did you mean --%s?", word, nearest)
                   : arena_printf(arena, "unknown option --%s; see migvet --help", word);
}

/* getopt takes the start of a name for the whole. */
static const char *abbreviated(struct arena *arena, int row, char **argv) {
    const char *word = argv[optind - 1], *name = rows[row].name;
    size_t n;

    if (optarg == word) /* an argument of its own */
        word = argv[optind - 2];
    n = strcspn(word + 2, "=");
    if (strlen(name) == n)
        return NULL;
    return arena_printf(arena, "unknown option --%.*s; did you mean --%s?", (int)n, word + 2, name);
}

static const char *option_mistake(struct arena *arena, int found, char **argv) {
    const char *argument = argv[optind - 1];

    if (found == '?' && optopt >= FIRST_LONG)
        return arena_printf(arena, "option --%s takes no argument", rows[optopt - FIRST_LONG].name);
    if (found == ':')
        return optopt < FIRST_LONG ? arena_printf(arena, "option -%c wants an argument: %s", optopt,
                                                  rows[row_of(optopt)].argument)
                                   : arena_printf(arena, "option %s wants an argument: %s",
                                                  argument, rows[row_of(optopt)].argument);
    if (found == '?' && optopt)
        return arena_printf(arena, "unknown option -%c; see migvet -h", optopt);
    return unknown_option(arena, argument);
}

/* The command's name may stand anywhere before the paths; without one it is check. */
static void take_command(struct options *options) {
    options->command = COMMAND_CHECK;
    for (size_t i = 0; options->paths.n && i < COMMANDS; i++) {
        if (strcmp(options->paths.v[0], commands[i].name) != 0)
            continue;
        options->command = commands[i].command;
        options->paths.v++;
        options->paths.n--;
        options->paths.cap--;
        return;
    }
}

static bool names_stdin(const struct options *options) {
    for (size_t i = 0; i < options->paths.n; i++)
        if (strcmp(options->paths.v[i], "-") == 0)
            return true;
    return false;
}

/* How the options that select migrations do not go together, or with standard input. */
static const char *clashing_selection(struct arena *arena, const struct options *options) {
    static const enum option_id selecting[] = {OPTION_SINCE, OPTION_STAGED, OPTION_AFTER,
                                               OPTION_LATEST};
    const char *first = NULL;

    for (size_t i = 0; i < sizeof(selecting) / sizeof(selecting[0]); i++) {
        const char *name = rows[selecting[i]].name;
        if (!options->given[selecting[i]])
            continue;
        if (first)
            return arena_printf(arena, "--%s and --%s exclude each other", first, name);
        if (names_stdin(options))
            return arena_printf(arena, "--%s selects among files: \"-\" does not go with it", name);
        first = name;
    }
    return NULL;
}

static const char *misplaced(struct arena *arena, const struct options *options) {
    for (int i = 0; i < OPTION_COUNT; i++)
        if (options->given[i] && !(rows[i].commands & options->command))
            return arena_printf(arena, "option --%s does not go with \"migvet %s\"", rows[i].name,
                                command_name(options->command));
    if (options->given[OPTION_IN_TRANSACTION] && options->given[OPTION_NO_TRANSACTION])
        return "--in-transaction and --no-transaction exclude each other";
    if (options->given[OPTION_CONFIG] && options->given[OPTION_NO_CONFIG])
        return "--config and --no-config exclude each other";
    if (options->given[OPTION_HISTORY] && options->given[OPTION_NO_HISTORY])
        return "--history and --no-history exclude each other";
    if (options->given[OPTION_STDIN_FILENAME] && !names_stdin(options))
        return "--stdin-filename wants \"-\" among the paths: it names standard input";
    for (size_t i = 0; i < options->vars.n; i++)
        if (!strchr(options->vars.v[i] + (*options->vars.v[i] != '\0'), '='))
            return arena_printf(arena, "--var wants NAME=VALUE, not \"%s\"", options->vars.v[i]);
    return clashing_selection(arena, options);
}

int options_read(struct arena *arena, int argc, char **argv, struct options *options,
                 const char **message) {
    char letters[3 * OPTION_COUNT];
    struct option longs[OPTION_COUNT + 1];
    int found;

    *options = (struct options){0};
    getopt_tables(letters, longs);
    opterr = 0;
    while ((found = getopt_long(argc, argv, letters, longs, NULL)) != -1) {
        int row = found == '?' || found == ':' ? -1 : row_of(found);
        if (row < 0) {
            *message = option_mistake(arena, found, argv);
            return -1;
        }
        *message = found >= FIRST_LONG ? abbreviated(arena, row, argv) : NULL;
        if (*message)
            return -1;
        options->given[row] = true;
        options->value[row] = optarg;
        if (row == OPTION_HISTORY)
            vec_push(arena, &options->histories, optarg);
        if (row == OPTION_VAR)
            vec_push(arena, &options->vars, optarg);
    }
    for (int i = optind; i < argc; i++)
        vec_push(arena, &options->paths, argv[i]);
    take_command(options);
    *message = misplaced(arena, options);
    return *message ? -1 : 0;
}

enum { HELP_WIDTH = 80, HELP_INDENT = 28 };

/* The first n bytes of a help text. */
static void put_help(struct buf *out, const char *help, size_t n) {
    struct buf text = BUF_INIT;

    buf_add(&text, help, n);
    wrap_prose(out, buf_str(&text), (struct wrap){HELP_INDENT, HELP_WIDTH});
    buf_release(&text);
}

/* The length of the help's first clause, which says enough where room is short. */
static size_t first_clause(const char *help) {
    size_t n = 0;

    while (help[n] && help[n] != ';' && help[n] != ':' && !(help[n] == ' ' && help[n + 1] == '['))
        n++;
    return n;
}

static void pad(struct buf *out, size_t start) {
    size_t used = out->n - start;

    if (used + 1 > HELP_INDENT) {
        buf_putc(out, '\n');
        used = 0;
    }
    buf_repeat(out, ' ', HELP_INDENT - used);
}

/* n: of the help. */
static void option_line(struct buf *out, const struct option_row *row, size_t n) {
    size_t start = out->n;

    buf_puts(out, "  ");
    if (row->letter)
        buf_printf(out, "-%c%s", row->letter, row->name[0] ? ", " : "");
    else
        buf_puts(out, "    ");
    if (row->name[0])
        buf_printf(out, "--%s", row->name);
    if (row->argument)
        buf_printf(out, " %s", row->argument);
    pad(out, start);
    put_help(out, row->help, n);
}

static void command_lines(struct buf *out) {
    buf_puts(out, "Commands:\n");
    for (size_t i = 0; i < COMMANDS; i++) {
        size_t start = out->n;
        buf_printf(out, "  %s %s", commands[i].name, commands[i].arguments);
        pad(out, start);
        put_help(out, commands[i].help, strlen(commands[i].help));
    }
}

static void exit_lines(struct buf *out) {
    buf_puts(out,
             "Exit codes:\n"
             "  0  nothing at or above the threshold (--fail-on)\n"
             "  1  findings at or above it\n"
             "  2  the job could not be done in full: usage, unreadable file, SQL that does\n"
             "     not parse, a limit, no migration; what was found is printed all the same\n");
}

void help_short(struct buf *out) {
    static const enum option_id often[] = {OPTION_FORMAT,  OPTION_FAIL_ON,    OPTION_SINCE,
                                           OPTION_HISTORY, OPTION_PG_VERSION, OPTION_HELP};

    buf_puts(out, "migvet reads PostgreSQL migrations and says what they will do to a database.\n\n"
                  "Usage: migvet [check] [options] PATH...\n\n");
    command_lines(out);
    buf_puts(out, "\nOften used:\n");
    for (size_t i = 0; i < sizeof(often) / sizeof(often[0]); i++)
        option_line(out, &rows[often[i]], first_clause(rows[often[i]].help));
    buf_puts(out, "\nExit codes: 0 clean, 1 findings, 2 could not do the job in full.\n");
}

void help_full(struct buf *out) {
    const char *group = "";

    buf_puts(out, "migvet reads PostgreSQL migrations and says, before they run, what they will "
                  "do\nto a live database: who blocks whom, what is rewritten or scanned, what "
                  "breaks\nthe running application, what fails, what cannot be taken back.\n\n"
                  "Usage: migvet [check] [options] PATH...\n"
                  "       migvet COMMAND [options] ...\n\n"
                  "\"migvet PATH\" means \"migvet check PATH\"; a command's name wins over a "
                  "path's.\n\n");
    command_lines(out);
    for (int i = 0; i < OPTION_COUNT; i++) {
        if (strcmp(rows[i].group, group) != 0)
            buf_printf(out, "\n%s:\n", rows[i].group);
        group = rows[i].group;
        option_line(out, &rows[i], strlen(rows[i].help));
    }
    buf_putc(out, '\n');
    exit_lines(out);
    buf_puts(out, "\nExamples:\n"
                  "  migvet db/migrations\n"
                  "  migvet check --since origin/main db/migrations\n"
                  "  migvet check --format sarif -o migvet.sarif db/migrations\n"
                  "  migvet check --stdin-filename db/migrations/0042_x.up.sql - <buffer.sql\n"
                  "  migvet locks db/migrations/0042_x.up.sql\n"
                  "  migvet explain drop-column\n"
                  "  migvet explain \"SHARE ROW EXCLUSIVE\"\n");
}
