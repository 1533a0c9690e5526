#define _GNU_SOURCE /* memmem */
#include "front/sections.h"

#include "base/ascii.h"
#include "sql/lex.h"

#include <string.h>

static bool line_is(const struct file *file, struct span line, const char *start) {
    size_t n = strlen(start);

    return line.end - line.start >= n && memcmp(file->bytes + line.start, start, n) == 0;
}

static bool is_blank(const struct file *file, struct span line) {
    for (size_t i = line.start; i < line.end; i++)
        if (!ascii_isspace(file->bytes[i]))
            return false;
    return true;
}

/*
 * pg_dump.c writes the comment; 15.14, 16.10 and 17.6 on write \restrict before anything else. Rails removes the
 * comment from db/structure.sql and leaves the settings.
 */
bool file_is_pg_dump(const struct file *file) {
    for (unsigned i = 1; i <= file->lines.n; i++) {
        struct span line = file_line(file, i);
        if (line_is(file, line, "-- PostgreSQL database "))
            return true;
        if (line_is(file, line, "\\restrict "))
            return true;
        if (line_is(file, line, "SET statement_timeout = 0;"))
            return i < file->lines.n &&
                   line_is(file, file_line(file, i + 1), "SET lock_timeout = 0;");
        if (!is_blank(file, line) && !line_is(file, line, "--"))
            return false;
    }
    return false;
}

/* A line that begins with a meta-command: SQL has no such lines, but for those in a string. */
static bool uses_psql(const struct file *file) {
    const char *p = file->bytes, *end = p + file->len;

    while ((p = memchr(p, '\\', (size_t)(end - p)))) {
        bool starts_line = p == file->bytes + file->bom || p[-1] == '\n' || p[-1] == '\r';
        p++;
        if (starts_line && (ascii_isalpha(*p) || *p == '.' || *p == '!'))
            return true;
    }
    return false;
}

static unsigned lex_flags_of(const struct file *file) {
    return file_is_pg_dump(file) || uses_psql(file) ? LEX_PSQL : 0;
}

void section_of_file(struct arena *arena, struct migration *migration, const struct file *file,
                     enum direction direction, enum transaction_mode mode, const char *mode_why) {
    vec_push(arena, &migration->sections,
             ((struct section){
                 .direction = direction,
                 .text = text_of_file(arena, file),
                 .mode = mode,
                 .mode_why = mode_why,
                 .flags = lex_flags_of(file),
                 .is_dump = file_is_pg_dump(file),
             }));
}

void render_whole_file(struct arena *arena, const struct history *history,
                       struct migration *migration, const struct file *file,
                       enum direction direction) {
    (void)history;
    section_of_file(arena, migration, file, direction, migration->front->mode, NULL);
}

static void add_section(struct arena *arena, struct migration *migration, const struct text *text,
                        struct marker marker, size_t start, size_t end) {
    size_t bom = text->file->bom;

    vec_push(arena, &migration->sections,
             ((struct section){
                 .direction = marker.direction,
                 .text = text_part(arena, text, (struct span){start - bom, end - bom}),
                 .mode = marker.mode,
                 .mode_why = marker.mode_why,
             }));
}

/* What stands in front of the first mark, which is at this place of the file. */
static void add_outside(struct arena *arena, struct migration *migration, const struct text *text,
                        size_t first) {
    size_t bom = text->file->bom;

    if (first > bom)
        migration->outside = text_part(arena, text, (struct span){0, first - bom});
}

void section_cut_at(struct arena *arena, struct migration *migration, const struct file *file,
                    enum direction direction, enum transaction_mode mode, const char *separator) {
    const struct text *text = text_of_file(arena, file);
    size_t start = 0, n = strlen(separator);
    struct text_builder builder;
    const char *found;

    text_build_init(&builder, arena, file);
    while ((found = memmem(text->bytes + start, text->len - start, separator, n))) {
        size_t at = (size_t)(found - text->bytes);
        text_build_copy(&builder, text, (struct span){start, at});
        text_build_made(&builder, text, at, ";", 1);
        text_build_copy(&builder, text, (struct span){at, at + n});
        start = at + n;
    }
    text_build_copy(&builder, text, (struct span){start, text->len});
    vec_push(
        arena, &migration->sections,
        ((struct section){.direction = direction, .text = text_build_end(&builder), .mode = mode}));
}

static bool marker_at(const struct file *file, unsigned line, marker_reader *read_marker,
                      struct marker *marker) {
    struct span span = file_line(file, line);

    if (!line_is(file, span, "--"))
        return false;
    return read_marker(file->bytes + span.start, span.end - span.start, marker);
}

/* What tells the markers: a function, or how their lines begin. */
struct marks {
    marker_reader *read;
    const char *up, *down;
    enum transaction_mode mode;
};

static bool mark_at(const struct file *file, unsigned line, const struct marks *marks,
                    struct marker *marker) {
    struct span span = file_line(file, line);

    *marker = (struct marker){.mode = marks->mode};
    if (marks->read)
        return marker_at(file, line, marks->read, marker);
    if (line_is(file, span, marks->up))
        return true;
    marker->direction = DIRECTION_DOWN;
    return marks->down && line_is(file, span, marks->down);
}

static void cut_at_marks(struct arena *arena, struct migration *migration, const struct file *file,
                         const struct marks *marks) {
    const struct text *text = text_of_file(arena, file);
    struct marker current = {0}, next;
    size_t start = 0, first = file->len;

    for (unsigned i = 1; i <= file->lines.n; i++) {
        size_t line_start = file->lines.v[i - 1];
        if (!mark_at(file, i, marks, &next))
            continue;
        if (start)
            add_section(arena, migration, text, current, start, line_start);
        else
            first = line_start;
        current = next;
        start = i < file->lines.n ? file->lines.v[i] : file->len;
    }
    if (start)
        add_section(arena, migration, text, current, start, file->len);
    add_outside(arena, migration, text, first);
}

void sections_by_markers(struct arena *arena, struct migration *migration, const struct file *file,
                         marker_reader *read_marker) {
    cut_at_marks(arena, migration, file, &(struct marks){.read = read_marker});
}

void sections_by_lines(struct arena *arena, struct migration *migration, const struct file *file,
                       const char *up, const char *down, enum transaction_mode mode) {
    cut_at_marks(arena, migration, file, &(struct marks){.up = up, .down = down, .mode = mode});
}

void section_before_marker(struct arena *arena, struct migration *migration,
                           const struct file *file, enum direction direction,
                           enum transaction_mode mode, marker_reader *read_marker) {
    struct marker marker = {direction, mode, NULL}, found;
    unsigned line = 1;

    while (line <= file->lines.n && !marker_at(file, line, read_marker, &found))
        line++;
    add_section(arena, migration, text_of_file(arena, file), marker, file->bom,
                line <= file->lines.n ? file->lines.v[line - 1] : file->len);
}

bool file_has_marker(const struct file *file, marker_reader *read_marker) {
    struct marker marker;

    for (unsigned i = 1; i <= file->lines.n; i++)
        if (marker_at(file, i, read_marker, &marker))
            return true;
    return false;
}

bool folder_has_marker(struct arena *arena, const struct folder *folder, bool numbered,
                       marker_reader *read_marker) {
    VEC(const char *) names = {0};

    for (size_t i = 0; i < folder->entries.n; i++) {
        const struct folder_entry *entry = &folder->entries.v[i];
        if (!entry->is_folder && ascii_ends_with(entry->name, ".sql") &&
            (!numbered || ascii_isdigit(entry->name[0])))
            vec_push(arena, &names, entry->name);
    }
    for (size_t i = 0; i < 3 && i < names.n; i++) {
        size_t at = i == 0 ? 0 : i == 1 ? names.n - 1 : names.n / 2;
        const struct file *file = folder_file(folder, names.v[at]);
        if (file && file_has_marker(file, read_marker))
            return true;
    }
    return false;
}

static size_t skip_space(const char *line, size_t n, size_t at) {
    while (at < n && ascii_isspace(line[at]))
        at++;
    return at;
}

size_t behind_comment_word(const char *line, size_t n, const char *word, bool fold) {
    size_t at = n >= 2 && memcmp(line, "--", 2) == 0 ? skip_space(line, n, 2) : n;

    return take_word(line, n, &at, word, fold) ? at : 0;
}

bool take_word(const char *line, size_t n, size_t *at, const char *word, bool fold) {
    size_t m = strlen(word);

    if (n - *at < m)
        return false;
    if (fold ? ascii_ncasecmp(line + *at, word, m) != 0 : memcmp(line + *at, word, m) != 0)
        return false;
    if (*at + m < n && !ascii_isspace(line[*at + m]))
        return false;
    *at = skip_space(line, n, *at + m);
    return true;
}

bool has_word(const char *line, size_t n, size_t at, const char *word) {
    while (at < n) {
        if (take_word(line, n, &at, word, false))
            return true;
        while (at < n && !ascii_isspace(line[at]))
            at++;
        at = skip_space(line, n, at);
    }
    return false;
}
