/*
 * --format github: workflow commands, which GitHub's runner makes annotations of (ActionCommand.cs,
 * ExecutionContext.cs of actions/runner). It shows ten errors, ten warnings and ten notices of a step,
 * and drops the others without a word: so worst first, and a line about the rest.
 */
#include "source/escape.h"
#include "write/formats.h"

#include <string.h>

enum {
    PER_LEVEL = 10,
    MESSAGE_LIMIT = 4096, /* characters, after which the runner cuts; bytes here */
};

static const char *const level_names[] = {"error", "warning", "notice"};
enum level { LEVEL_ERROR, LEVEL_WARNING, LEVEL_NOTICE, LEVELS };

struct annotation {
    const char *path; /* NULL: of no file */
    unsigned line, column, end_line, end_column;
    const char *title;
    const char *about, *message, *why, *instead; /* "" where there is none */
};

struct commands {
    struct buf *out;
    const struct write_options *options;
    enum level level; /* that is written now */
    size_t shown;     /* of this level */
    size_t left_out;  /* of all */
};

/* Escapes for a command's message, or for the value of a property, in which more has a meaning. */
static void put_value(struct buf *out, const char *s, size_t n, const char *meaningful) {
    for (size_t i = 0; i < n; i++)
        if (s[i] && strchr(meaningful, s[i]))
            buf_printf(out, "%%%02X", (unsigned)(unsigned char)s[i]);
        else
            buf_putc(out, s[i]);
}

static void put_property(struct buf *out, const char *before, const char *value) {
    struct buf escaped = BUF_INIT;

    escape_line(&escaped, value, strlen(value));
    buf_puts(out, before);
    put_value(out, buf_str(&escaped), escaped.n, "%\r\n:,");
    buf_release(&escaped);
}

/* The text with its line ends, all else escaped. */
static void add_lines(struct buf *message, const char *text) {
    for (;;) {
        size_t n = strcspn(text, "\n");
        escape_line(message, text, n);
        if (!text[n])
            return;
        buf_putc(message, '\n');
        text += n + 1;
    }
}

static void put_message(struct buf *out, const struct annotation *annotation) {
    struct buf message = BUF_INIT;
    size_t n;

    buf_puts(&message, annotation->about);
    add_lines(&message, annotation->message);
    if (*annotation->why)
        buf_puts(&message, "\n\n");
    add_lines(&message, annotation->why);
    if (*annotation->instead)
        buf_puts(&message, "\n\nInstead:\n");
    add_lines(&message, annotation->instead);
    n = write_clipped(buf_str(&message), message.n, MESSAGE_LIMIT);
    put_value(out, buf_str(&message), n, "%\r\n");
    buf_release(&message);
}

/* GitHub takes columns only for what starts and ends in one line. */
static void put_region(struct buf *out, const struct annotation *annotation) {
    if (!annotation->line)
        return;
    buf_printf(out, ",line=%u", annotation->line);
    if (annotation->end_line > annotation->line)
        buf_printf(out, ",endLine=%u", annotation->end_line);
    else if (annotation->column)
        buf_printf(out, ",col=%u", annotation->column);
    if (annotation->end_line == annotation->line && annotation->end_column > annotation->column)
        buf_printf(out, ",endColumn=%u", annotation->end_column);
}

static void annotate(struct commands *commands, const struct annotation *annotation) {
    struct buf *out = commands->out;

    if (commands->shown++ >= PER_LEVEL) {
        commands->left_out++;
        return;
    }
    buf_printf(out, "::%s ", level_names[commands->level]);
    if (annotation->path) {
        put_property(out, "file=", annotation->path);
        put_region(out, annotation);
        buf_putc(out, ',');
    }
    put_property(out, "title=", annotation->title);
    buf_puts(out, "::");
    put_message(out, annotation);
    buf_putc(out, '\n');
}

static enum level level_of(const struct finding *finding) {
    if (finding->suppressed_by || finding->tier == TIER_MINOR)
        return LEVEL_NOTICE;
    return finding->tier == TIER_CRITICAL ? LEVEL_ERROR : LEVEL_WARNING;
}

static void annotate_finding(struct commands *commands, const struct finding *finding) {
    annotate(commands, &(struct annotation){
                           .path = finding->file->path,
                           .line = finding->start.line,
                           .column = finding->start.column,
                           .end_line = finding->end.line,
                           .end_column = finding->end.column,
                           .title = finding->rule,
                           .about = finding->suppressed_by ? "ignored: " : "",
                           .message = finding->what,
                           .why = finding->why,
                           .instead = finding->instead,
                       });
}

static void annotate_note(struct commands *commands, const char *path, unsigned line,
                          unsigned column, const char *title, const char *message) {
    annotate(commands, &(struct annotation){.path = path,
                                            .line = line,
                                            .column = column,
                                            .end_line = line,
                                            .title = title,
                                            .about = "",
                                            .message = message,
                                            .why = "",
                                            .instead = ""});
}

static const char *problem_title(const struct problem *problem) {
    switch (problem->scope) {
    case SCOPE_HISTORY:
        return "in the history before";
    case SCOPE_DOWN:
        return "in a down migration";
    default:
        return problem_kind_name(problem->kind);
    }
}

static void annotate_problems(struct commands *commands, const struct report *report) {
    for (size_t i = 0; i < report->problems.n; i++) {
        const struct problem *problem = &report->problems.v[i];
        bool reported = problem->scope == SCOPE_REPORTED;
        if (commands->level == (reported ? LEVEL_ERROR : LEVEL_NOTICE))
            annotate_note(commands, problem->path, problem->line, problem->column,
                          problem_title(problem), problem->message);
    }
}

static void annotate_notes(struct commands *commands, const struct report *report) {
    for (size_t i = 0; i < report->unanalysed.n; i++) {
        const struct unanalysed *place = &report->unanalysed.v[i];
        annotate_note(commands, place->path, place->line, place->column, "not analysed",
                      place->why);
    }
    for (size_t i = 0; i < report->remarks.n; i++) {
        const struct remark *remark = &report->remarks.v[i];
        annotate_note(commands, remark->path, remark->line, remark->column, "migvet",
                      remark->message);
    }
}

static void annotate_level(struct commands *commands, const struct report *report) {
    annotate_problems(commands, report);
    for (size_t i = 0; i < report->findings.n; i++) {
        const struct finding *finding = &report->findings.v[i];
        if (write_shows(commands->options, finding) && level_of(finding) == commands->level)
            annotate_finding(commands, finding);
    }
    if (commands->level == LEVEL_NOTICE)
        annotate_notes(commands, report);
}

void write_github(struct buf *out, const struct report *report,
                  const struct write_options *options) {
    struct commands commands = {.out = out, .options = options};

    for (commands.level = LEVEL_ERROR; commands.level < LEVELS; commands.level++) {
        commands.shown = 0;
        annotate_level(&commands, report);
    }
    if (commands.left_out)
        buf_printf(out,
                   "migvet: %zu more are not shown: GitHub shows %d errors, %d warnings and %d "
                   "notices of a step\n",
                   commands.left_out, PER_LEVEL, PER_LEVEL, PER_LEVEL);
}
