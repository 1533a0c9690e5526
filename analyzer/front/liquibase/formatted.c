/* Formatted SQL: comments say where changesets begin, and what takes them back. */
#include "base/ascii.h"
#include "front/liquibase/changelog.h"

#include <string.h>

/* A changeset that is being read. */
struct changeset {
    const char *id; /* "author:id" */
    bool runs, in_transaction, conditional, reruns, ignoring;
    size_t ignore_lines; /* how many more */
    bool in_rollback;    /* in a comment of several lines */
    const char *delimiter, *rollback_delimiter;
    struct text_builder up, down;
    bool has_down;
};

struct reader {
    struct arena *arena;
    const struct history *history;
    struct migration *migration;
    const struct text *text;
    struct changeset *open;
    VEC(struct changeset *) done;
};

/* The rest of the line behind "--" and this word, in any case; NULL. */
static const char *behind(const char *line, const char *word) {
    size_t n = strlen(word);

    line += strspn(line, " \t");
    if (strncmp(line, "--", 2) != 0)
        return NULL;
    line += 2;
    line += strspn(line, " \t");
    if (ascii_ncasecmp(line, word, n) != 0 || ascii_isalnum(line[n]))
        return NULL;
    return line + n;
}

/* The value of "name:value" or name:"value"; NULL. */
static const char *attribute(struct arena *arena, const char *line, const char *name) {
    size_t n = strlen(name);

    for (const char *p = line; *p; p++) {
        bool begins = p == line || ascii_isspace(p[-1]);
        if (!begins || ascii_ncasecmp(p, name, n) != 0 || p[n] != ':')
            continue;
        p += n + 1;
        if (*p == '"' || *p == '\'')
            return arena_strndup(arena, p + 1, strcspn(p + 1, *p == '"' ? "\"" : "'"));
        return arena_strndup(arena, p, strcspn(p, " \t"));
    }
    return NULL;
}

static bool flag(struct arena *arena, const char *line, const char *name, bool otherwise) {
    const char *value = attribute(arena, line, name);

    return value ? ascii_case_equal(value, "true") : otherwise;
}

static void close_changeset(struct reader *reader) {
    if (reader->open && reader->open->runs)
        vec_push(reader->arena, &reader->done, reader->open);
    reader->open = NULL;
}

static void open_changeset(struct reader *reader, const char *line) {
    struct arena *arena = reader->arena;
    struct changeset *changeset = arena_new(arena, struct changeset);

    close_changeset(reader);
    changeset->runs = dbms_is_ours(attribute(arena, line, "dbms")) &&
                      !context_is_foreign(attribute(arena, line, "context")) &&
                      !context_is_foreign(attribute(arena, line, "contextFilter")) &&
                      !flag(arena, line, "ignore", false);
    changeset->conditional = changeset_is_conditional(NULL, attribute(arena, line, "context"),
                                                      attribute(arena, line, "labels")) ||
                             attribute(arena, line, "contextFilter");
    changeset->in_transaction = flag(arena, line, "runInTransaction", true);
    line += strspn(line, " \t");
    changeset->id = arena_strndup(arena, line, strcspn(line, " \t\r"));
    changeset->reruns =
        flag(arena, line, "runOnChange", false) || flag(arena, line, "runAlways", false);
    changeset->delimiter = attribute(arena, line, "endDelimiter");
    changeset->rollback_delimiter = attribute(arena, line, "rollbackEndDelimiter");
    text_build_init(&changeset->up, arena, reader->text->file);
    text_build_init(&changeset->down, arena, reader->text->file);
    reader->open = changeset;
}

/* The first definition of a property holds, and what the user says before all. */
static void read_property(struct reader *reader, const char *line) {
    const char *name = attribute(reader->arena, line, "name");
    const char *value = attribute(reader->arena, line, "value");

    if (name && value && dbms_is_ours(attribute(reader->arena, line, "dbms")) &&
        !map_has(reader->history->variables, name))
        map_set(reader->history->variables, name, arena_strdup(reader->arena, value));
}

/* What the lines between ignoreLines:start and ignoreLines:end hold is not for Liquibase, as are the N behind ignoreLines:N. */
static void read_ignore(struct changeset *changeset, const char *rest) {
    rest += strspn(rest, ": \t");
    changeset->ignoring = ascii_starts_with(rest, "start");
    for (; ascii_isdigit(*rest) && changeset->ignore_lines < 1000000; rest++)
        changeset->ignore_lines = changeset->ignore_lines * 10 + (size_t)(*rest - '0');
}

static void add_down(struct reader *reader, struct span span) {
    struct changeset *changeset = reader->open;
    const char *sql = reader->text->bytes + span.start;

    changeset->has_down = true;
    while (ascii_isspace(*sql))
        sql++;
    if (ascii_ncasecmp(sql, "not required", 12) == 0 || ascii_ncasecmp(sql, "empty", 5) == 0 ||
        ascii_ncasecmp(sql, "changesetId", 11) == 0 || ascii_ncasecmp(sql, "changeset", 9) == 0)
        return;
    text_build_copy(&changeset->down, reader->text, span);
    text_build_made(&changeset->down, reader->text, span.end, "\n", 1);
}

/* A line of the slash-and-star form of rollback, of which the first and the last are none of its SQL. */
static bool read_rollback_comment(struct reader *reader, const char *line, struct span span) {
    struct changeset *changeset = reader->open;
    const char *start = line + strspn(line, " \t"), *close = strstr(line, "*/");

    if (!changeset->in_rollback) {
        if (strncmp(start, "/*", 2) != 0)
            return false;
        start += 2 + strspn(start + 2, " \t");
        if (ascii_ncasecmp(start, "liquibase rollback", 18) != 0)
            return false;
        changeset->in_rollback = !close;
        return true;
    }
    changeset->in_rollback = !close;
    if (close)
        span.end = span.start + (size_t)(close - line);
    add_down(reader, span);
    return true;
}

/* A line of a changeset that is not for the database; others are part of its SQL, comments too. */
static bool read_directive(struct reader *reader, const char *line, struct span span) {
    struct changeset *changeset = reader->open;
    const char *rest;

    if ((rest = behind(line, "ignoreLines"))) {
        read_ignore(changeset, rest);
        return true;
    }
    if (changeset->ignoring || changeset->ignore_lines) {
        changeset->ignore_lines -= changeset->ignore_lines > 0;
        return true;
    }
    if (read_rollback_comment(reader, line, span))
        return true;
    rest = behind(line, "preconditions");
    if (rest && changeset_is_conditional(attribute(reader->arena, rest, "onFail"), NULL, NULL))
        changeset->conditional = true;
    rest = behind(line, "rollback");
    if (rest)
        add_down(reader, (struct span){span.start + (size_t)(rest - line), span.end});
    return rest != NULL;
}

static void read_line(struct reader *reader, struct span span) {
    const char *line =
        arena_strndup(reader->arena, reader->text->bytes + span.start, span.end - span.start);
    const char *rest;

    if ((rest = behind(line, "changeset"))) {
        open_changeset(reader, rest);
    } else if ((rest = behind(line, "property"))) {
        read_property(reader, rest);
    } else if (reader->open && !read_directive(reader, line, span)) {
        text_build_copy(&reader->open->up, reader->text, span);
        text_build_made(&reader->open->up, reader->text, span.end, "\n", 1);
    }
}

static struct section make_section(struct reader *reader, struct changeset *changeset,
                                   enum direction direction) {
    bool up = direction == DIRECTION_UP;
    struct text_builder *lines = up ? &changeset->up : &changeset->down;
    const char *delimiter = up ? changeset->delimiter : changeset->rollback_delimiter;
    struct text *text = text_build_end(lines);
    struct text_builder builder;

    text_build_init(&builder, reader->arena, reader->text->file);
    append_sql(&builder, text, (struct span){0, text->len}, delimiter);
    return (struct section){.direction = direction,
                            .text = text_build_end(&builder),
                            .conditional = changeset->conditional,
                            .reruns = changeset->reruns,
                            .id = changeset->id};
}

/* The last changeset is taken back first. */
static void add_sections(struct reader *reader) {
    for (size_t i = 0; i < reader->done.n; i++) {
        struct changeset *changeset = reader->done.v[i];
        add_changeset(reader->arena, reader->migration,
                      make_section(reader, changeset, DIRECTION_UP), changeset->in_transaction);
    }
    for (size_t i = reader->done.n; i-- > 0;) {
        struct changeset *changeset = reader->done.v[i];
        if (changeset->has_down)
            add_changeset(reader->arena, reader->migration,
                          make_section(reader, changeset, DIRECTION_DOWN),
                          changeset->in_transaction);
    }
}

void formatted_render(struct arena *arena, const struct history *history,
                      struct migration *migration, const struct file *file) {
    struct reader reader = {.arena = arena,
                            .history = history,
                            .migration = migration,
                            .text = text_of_file(arena, file)};

    for (unsigned i = 1; i <= file->lines.n; i++) {
        struct span line = file_line(file, i);
        read_line(&reader, (struct span){line.start - file->bom, line.end - file->bom});
    }
    close_changeset(&reader);
    add_sections(&reader);
}
