/* psql's meta-commands, as far as they decide what is read. */
#include "base/ascii.h"
#include "base/path.h"
#include "front/expand.h"
#include "sql/lex.h"

#include <string.h>

enum { DEEPEST = 16, MOST_FILES = 1000, MOST_BYTES = 64 << 20 };

/* What a command does to the analysis. */
enum effect {
    NO_EFFECT,
    SETS,
    UNSETS,
    INCLUDES,
    INCLUDES_RELATIVE,
    BEGINS_IF,
    ELIF,
    ELSE,
    ENDS_IF,
    QUITS,
    RUNS_RESULTS,
    RUNS_SHELL,
    UNKNOWN_COMMAND
};

/* psql 18's commands; \d and its like, \l, \do ... are told by their first letter. */
static const struct {
    const char *name;
    enum effect effect;
} commands[] = {
    {"set", SETS},
    {"unset", UNSETS},
    {"prompt", UNSETS},
    {"getenv", UNSETS},
    {"i", INCLUDES},
    {"include", INCLUDES},
    {"ir", INCLUDES_RELATIVE},
    {"include_relative", INCLUDES_RELATIVE},
    {"if", BEGINS_IF},
    {"elif", ELIF},
    {"else", ELSE},
    {"endif", ENDS_IF},
    {"q", QUITS},
    {"quit", QUITS},
    {"gexec", RUNS_RESULTS},
    {"!", RUNS_SHELL},
};

static const char *const harmless[] = {
    "a",
    "bind",
    "bind_named",
    "c",
    "C",
    "connect",
    "cd",
    "close",
    "close_prepared",
    "conninfo",
    "copy",
    "copyright",
    "crosstabview",
    "e",
    "edit",
    "ef",
    "ev",
    "echo",
    "encoding",
    "endpipeline",
    "errverbose",
    "f",
    "flush",
    "flushrequest",
    "g",
    "gdesc",
    "getresults",
    "gset",
    "gx",
    "h",
    "help",
    "H",
    "html",
    "l",
    "lo_export",
    "lo_import",
    "lo_list",
    "lo_unlink",
    "o",
    "out",
    "p",
    "parse",
    "password",
    "print",
    "pset",
    "qecho",
    "r",
    "reset",
    "restrict",
    "s",
    "sendpipeline",
    "setenv",
    "sf",
    "startpipeline",
    "sv",
    "syncpipeline",
    "t",
    "T",
    "timing",
    "unrestrict",
    "w",
    "warn",
    "watch",
    "write",
    "x",
    "z",
    "zS",
    "?",
    ";",
    ":",
    "\\",
    "",
};

/* A command in a text, and how far its arguments are read. */
struct command {
    struct expander *expander;
    const struct text *text;
    struct span span;
    const char *name;
    size_t at; /* in the text */
};

static enum effect effect_of(const char *name) {
    for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++)
        if (strcmp(commands[i].name, name) == 0)
            return commands[i].effect;
    for (size_t i = 0; i < sizeof(harmless) / sizeof(*harmless); i++)
        if (strcmp(harmless[i], name) == 0)
            return NO_EFFECT;
    return name[0] == 'd' || name[0] == 'l' ? NO_EFFECT : UNKNOWN_COMMAND;
}

static char byte_at(const struct command *command, size_t i) {
    return i < command->span.end ? command->text->bytes[i] : '\0';
}

static void read_name(struct command *command) {
    size_t start = command->span.start + 1, end = start;

    if (byte_at(command, start) == '!')
        end++;
    else
        while (byte_at(command, end) && !ascii_isspace(byte_at(command, end)) &&
               !strchr("'\"`|", byte_at(command, end)))
            end++;
    command->name =
        arena_strndup(command->expander->arena, command->text->bytes + start, end - start);
    command->at = end;
}

/* An argument as psqlscanslash.l reads it. */
struct argument {
    VEC(char) bytes;
    bool any;     /* there is one */
    bool unknown; /* a variable in it has no value, or a shell makes it */
};

static void add(struct command *command, struct argument *argument, const char *bytes, size_t n) {
    for (size_t i = 0; i < n; i++)
        vec_push(command->expander->arena, &argument->bytes, bytes[i]);
}

static size_t word_end(const struct command *command, size_t i) {
    while (ascii_isalnum(byte_at(command, i)) || byte_at(command, i) == '_' ||
           (unsigned char)byte_at(command, i) > 127)
        i++;
    return i;
}

/* :x, :'x', :"x", :{?x} at the colon; moves behind it. */
static void add_variable(struct command *command, struct argument *argument) {
    char kind = byte_at(command, command->at + 1);
    size_t head = kind == '{' ? 2 : kind == '\'' || kind == '"', start = command->at + 1 + head;
    size_t end = word_end(command, start);
    const char *name =
        arena_strndup(command->expander->arena, command->text->bytes + start, end - start);
    const char *value = map_get(&command->expander->variables, name);

    if (end == start) { /* a colon and nothing else */
        add(command, argument, ":", 1);
        command->at++;
        return;
    }
    command->at = end + (head > 0);
    if (kind == '{')
        value = value ? "true" : "false";
    else if (!value)
        argument->unknown = true;
    if (value)
        add(command, argument, value, strlen(value));
}

static char escaped(char c) {
    static const char from[] = "nrtbf", to[] = "\n\r\t\b\f";
    const char *p = strchr(from, c);

    return c && p ? to[p - from] : c;
}

/* From behind the opening quote: '...' with '' and escapes, "..." as it is. */
static void add_quoted(struct command *command, struct argument *argument, char quote) {
    for (char c; (c = byte_at(command, command->at)); command->at++) {
        if (c == quote) {
            command->at++;
            if (quote != '\'' || byte_at(command, command->at) != quote)
                return;
        } else if (c == '\\' && quote == '\'' && byte_at(command, command->at + 1)) {
            c = escaped(byte_at(command, ++command->at));
        }
        add(command, argument, &c, 1);
    }
}

static void add_part(struct command *command, struct argument *argument) {
    char c = byte_at(command, command->at);

    if (c == ':') {
        add_variable(command, argument);
    } else if (c == '\'' || c == '"') {
        command->at++;
        add_quoted(command, argument, c);
    } else if (c == '`') {
        argument->unknown = true;
        command->at++;
        add_quoted(command, argument, c);
    } else {
        add(command, argument, &c, 1);
        command->at++;
    }
}

static struct argument next_argument(struct command *command) {
    struct argument argument = {0};

    while (ascii_isspace(byte_at(command, command->at)))
        command->at++;
    for (char c; (c = byte_at(command, command->at)) && !ascii_isspace(c);) {
        argument.any = true;
        add_part(command, &argument);
    }
    vec_push(command->expander->arena, &argument.bytes, '\0');
    return argument;
}

static void note(const struct command *command, const char *why) {
    expand_note(command->expander, command->text, command->span.start, why);
}

/* --- variables --- */

/* The values of all arguments behind the name, joined. */
static void set_variable(struct command *command) {
    struct argument name = next_argument(command), value = {0}, next;

    if (!name.any || name.unknown)
        return;
    for (next = next_argument(command); next.any; next = next_argument(command)) {
        value.unknown = value.unknown || next.unknown;
        add(command, &value, next.bytes.v, next.bytes.n - 1);
    }
    vec_push(command->expander->arena, &value.bytes, '\0');
    if (value.unknown)
        map_remove(&command->expander->variables, name.bytes.v);
    else
        map_set(&command->expander->variables, name.bytes.v, value.bytes.v);
}

static void unset_variable(struct command *command) {
    struct argument name = next_argument(command);

    if (name.any && strcmp(command->name, "prompt") == 0) /* \prompt [text] name */
        for (struct argument next = next_argument(command); next.any; next = next_argument(command))
            name = next;
    if (name.any)
        map_remove(&command->expander->variables, name.bytes.v);
}

/* --- conditions --- */

bool psql_is_active(const struct expander *expander) {
    for (size_t i = 0; i < expander->conditions.n; i++)
        if (!expander->conditions.v[i].active)
            return false;
    return !expander->ended;
}

/* As ParseVariableBool does: a word may be cut short. */
static bool is_true(const char *word) {
    static const char *const words[] = {"true", "yes", "on", "1"};
    size_t n = strlen(word);

    for (size_t i = 0; n && i < sizeof(words) / sizeof(*words); i++)
        if (n <= strlen(words[i]) && ascii_ncasecmp(word, words[i], n) == 0)
            return i != 2 || n == 2; /* "o" is neither */
    return false;
}

static void begin_if(struct command *command) {
    struct expander *expander = command->expander;
    struct argument argument = next_argument(command);
    bool above = psql_is_active(expander);
    struct condition condition = {0};

    condition.unknown = above && argument.unknown;
    condition.taken = condition.active = argument.unknown || is_true(argument.bytes.v);
    vec_push(expander->arena, &expander->conditions, condition);
    if (condition.unknown)
        note(command, "the condition of \\if is not known; its first branch is read, no other");
}

/* \elif and \else */
static void begin_branch(struct command *command, bool is_else) {
    struct expander *expander = command->expander;
    struct argument argument = {0};
    struct condition *condition;

    if (!expander->conditions.n)
        return;
    condition = &expander->conditions.v[expander->conditions.n - 1];
    condition->active = !condition->taken;
    if (condition->active && !is_else) {
        argument = next_argument(command);
        condition->active = argument.unknown || is_true(argument.bytes.v);
        condition->unknown = argument.unknown;
        if (argument.unknown && psql_is_active(expander))
            note(command, "the condition of \\elif is not known; its branch is read, no later one");
    }
    condition->taken = condition->taken || condition->active;
}

/* --- \i --- */

/* The folder that is not to be left. */
static const char *bound_of(const struct expander *expander) {
    return files_bound(expander->history->files, path_folder(expander->arena, expander->open.v[0]));
}

static const char *refuse(const struct command *command, const char *absolute) {
    struct expander *expander = command->expander;
    const char *bound = bound_of(expander);

    for (size_t i = 0; i < expander->open.n; i++)
        if (strcmp(expander->open.v[i], absolute) == 0)
            return "it includes itself";
    if (expander->open.n > DEEPEST)
        return arena_printf(expander->arena, "files are included more than %d deep", DEEPEST);
    if (expander->included >= MOST_FILES)
        return arena_printf(expander->arena, "more than %d files are included", MOST_FILES);
    if (!path_below(bound, absolute))
        return "it lies outside of the repository";
    return NULL;
}

static bool is_there(const struct expander *expander, const char *absolute) {
    struct files *files = expander->history->files;

    return path_below(bound_of(expander), absolute) && !files_read(files, absolute)->why;
}

/*
 * \ir goes from the folder of the file it stands in, \i from where psql was started, which is not known: the first
 * folder above, up to the repository's root, that has such a file.
 */
static const char *find_file(const struct command *command, const char *name, bool relative) {
    struct expander *expander = command->expander;
    struct arena *arena = expander->arena;
    const char *folder = path_folder(arena, expander->open.v[expander->open.n - 1]);
    const char *first = path_clean(arena, path_join(arena, folder, name));
    const char *bound = bound_of(expander);

    if (relative || name[0] == '/')
        return first;
    for (const char *at = folder; path_below(bound, at); at = path_folder(arena, at)) {
        const char *path = path_clean(arena, path_join(arena, at, name));
        if (is_there(expander, path))
            return path;
        if (strcmp(at, bound) == 0 || strcmp(at, "/") == 0)
            break;
    }
    return first;
}

/* What of a statement is open at its end, psql sends. */
static void end_statement(struct expander *expander, const struct text *text) {
    size_t n = expander->builder.bytes.n;

    while (n && ascii_isspace(expander->builder.bytes.v[n - 1]))
        n--;
    text_build_made(&expander->builder, text, text->len, "\n", 1);
    if (n && expander->builder.bytes.v[n - 1] != ';')
        text_build_made(&expander->builder, text, text->len, ";\n", 2);
}

static void include_text(struct expander *expander, const char *absolute, const struct file *file) {
    const struct text *text = text_of_file(expander->arena, file);
    size_t conditions = expander->conditions.n;

    vec_push(expander->arena, &expander->open, absolute);
    map_set(&expander->history->files->included, absolute, expander);
    expander->included++;
    expander->included_bytes += text->len;
    expand_text(expander, text, (struct span){0, text->len}, expander->flags);
    if (expander->conditions.n > conditions)
        expander->conditions.n = conditions;
    expander->ended = false;
    end_statement(expander, text);
    expander->open.n--;
}

/* Whether the command has to stay, as nothing takes its place. */
static bool include(struct command *command, bool relative) {
    struct expander *expander = command->expander;
    struct argument argument = next_argument(command);
    const char *absolute, *why;
    const struct reading *reading;

    if (!argument.any || argument.unknown) {
        note(command,
             arena_printf(expander->arena, "which file \\%s reads is not known", command->name));
        return true;
    }
    absolute = find_file(command, argument.bytes.v, relative);
    why = refuse(command, absolute);
    reading = why ? NULL : files_read(expander->history->files, absolute);
    if (reading && reading->why)
        why = reading->why;
    if (!why && expander->included_bytes + reading->file->len > MOST_BYTES)
        why = "more than 64 MiB are included";
    if (!why) {
        include_text(expander, absolute, reading->file);
        return false;
    }
    expand_problem(expander, command->text, command->span.start,
                   reading && reading->why ? reading->kind : PROBLEM_LIMIT,
                   arena_printf(expander->arena, "\\%s cannot read %s: %s", command->name,
                                argument.bytes.v, why));
    return true;
}

/* --- */

static bool run_active(struct command *command, enum effect effect) {
    switch (effect) {
    case SETS:
        set_variable(command);
        return true;
    case UNSETS:
        unset_variable(command);
        return true;
    case INCLUDES:
    case INCLUDES_RELATIVE:
        return include(command, effect == INCLUDES_RELATIVE);
    case QUITS:
        command->expander->ended = true;
        return false;
    case RUNS_RESULTS:
        note(command, "\\gexec runs the statements that a query returns");
        return true;
    case RUNS_SHELL:
        note(command, "\\! runs a command of the shell");
        return true;
    case UNKNOWN_COMMAND:
        note(command,
             arena_printf(command->expander->arena, "psql has no command \\%.40s", command->name));
        return true;
    default:
        return true;
    }
}

bool psql_command(struct expander *expander, const struct text *text, struct span span) {
    struct command command = {.expander = expander, .text = text, .span = span};
    enum effect effect;

    read_name(&command);
    effect = effect_of(command.name);
    if (effect == BEGINS_IF)
        begin_if(&command);
    else if (effect == ELIF || effect == ELSE)
        begin_branch(&command, effect == ELSE);
    else if (effect == ENDS_IF && expander->conditions.n)
        expander->conditions.n--;
    else if (effect != ENDS_IF && psql_is_active(expander))
        return run_active(&command, effect);
    return false;
}
