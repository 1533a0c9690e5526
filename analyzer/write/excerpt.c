#include "write/excerpt.h"

#include "source/escape.h"
#include "source/utf8.h"

#include <stdint.h>
#include <string.h>

enum {
    TAB = 4,
    ELLIPSIS = 3,
    LEAST_ROOM = 20,
    MAX_TRIM = 1000, /* blanks at the end of a line that are not shown */
    MAX_STACKED = 8, /* characters looked at for each column: many have no width */
};

struct glyph {
    size_t at, length;      /* bytes in the file */
    size_t column, columns; /* from 0, at the first glyph that was looked at */
};

/* The part of a line around the place. */
struct part {
    struct span line, seen; /* the line without blanks at its end; what was looked at */
    VEC(struct glyph) glyphs;
    size_t total; /* columns */
};

/* What of it is shown: glyphs from low to high, with dots where something is left out. */
struct view {
    size_t low, high; /* columns */
    bool dots_before, dots_behind;
};

static bool is_plain(char c) {
    return c >= ' ' && c < 0x7F;
}

/* What escape_line breaks, which is called glyph by glyph here and would not see it. */
static bool starts_command(const char *s, size_t n) {
    return n >= 3 && memcmp(s, "##[", 3) == 0;
}

static struct glyph glyph_at(const struct file *file, size_t at, size_t end, size_t column) {
    const char *s = file->bytes + at;
    uint32_t code = 0;
    size_t length = utf8_decode(s, end - at, &code);
    struct glyph glyph = {.at = at, .length = length ? length : 1, .column = column};

    if (*s == '\t')
        glyph.columns = TAB - column % TAB;
    else if (is_plain(*s))
        glyph.columns = starts_command(s, end - at) ? 2 : 1;
    else if (length && !escape_is_needed(code))
        glyph.columns = (size_t)utf8_width(code);
    else
        glyph.columns = escape_width(s, glyph.length);
    return glyph;
}

static struct span trimmed_line(const struct excerpt *excerpt) {
    struct span line = file_line(excerpt->file, excerpt->line);
    const char *bytes = excerpt->file->bytes;
    size_t least = line.end - line.start > MAX_TRIM ? line.end - MAX_TRIM : line.start;

    if (least < excerpt->start)
        least = excerpt->start;
    while (line.end > least && (bytes[line.end - 1] == ' ' || bytes[line.end - 1] == '\t'))
        line.end--;
    return line;
}

/* The place in the line, or its end. */
static size_t place_in(struct span line, size_t offset) {
    return offset < line.start ? line.start : offset > line.end ? line.end : offset;
}

/* The start of the character so many before the offset, or of the line. */
static size_t go_back(const struct file *file, struct span line, size_t offset, size_t characters) {
    while (offset > line.start && characters--) {
        size_t least = offset - line.start > 4 ? offset - 4 : line.start;
        offset--;
        while (offset > least && utf8_is_continuation(file->bytes[offset]))
            offset--;
    }
    return offset;
}

/* As many columns as there is room for, on both sides of the place. */
static void look_around(struct part *part, struct arena *arena, const struct excerpt *excerpt,
                        size_t room) {
    const struct file *file = excerpt->file;
    size_t place, at, stop = SIZE_MAX;

    part->line = trimmed_line(excerpt);
    place = place_in(part->line, excerpt->start);
    at = part->seen.start = go_back(file, part->line, place, room);
    while (at < part->line.end && part->total < stop && part->glyphs.n < room * MAX_STACKED) {
        struct glyph glyph = glyph_at(file, at, part->line.end, part->total);
        if (at <= place)
            stop = part->total + room + glyph.columns;
        vec_push(arena, &part->glyphs, glyph);
        part->total += glyph.columns;
        at += glyph.length;
    }
    part->seen.end = at;
}

/* The column of the first glyph that starts at or behind the offset. */
static size_t column_of(const struct part *part, size_t offset) {
    for (size_t i = 0; i < part->glyphs.n; i++)
        if (part->glyphs.v[i].at >= offset)
            return part->glyphs.v[i].column;
    return part->total;
}

/* A line that is too long is shown with the place at a third of the room, unless its start fits. */
static struct view choose_view(const struct part *part, size_t place, size_t room) {
    struct view view = {0};
    bool starts = part->seen.start == part->line.start, ends = part->seen.end == part->line.end;

    if (starts && ends && part->total <= room)
        return (struct view){.low = 0, .high = part->total};
    if (!starts || place > room * 2 / 3)
        view.low = place > room / 3 ? place - room / 3 : 0;
    if (ends && part->total < view.low + room)
        view.low = part->total > room ? part->total - room : 0;
    view.high = view.low + room;
    view.dots_before = view.low > 0 || !starts;
    view.dots_behind = view.high < part->total || !ends;
    view.low += view.dots_before ? ELLIPSIS : 0;
    view.high -= view.dots_behind ? ELLIPSIS : 0;
    return view;
}

static void put_glyph(struct buf *out, const struct file *file, const struct glyph *glyph) {
    const char *s = file->bytes + glyph->at;

    if (*s == '\t')
        buf_repeat(out, ' ', glyph->columns);
    else if (is_plain(*s))
        buf_puts(out, glyph->columns == 2 ? "#\\" : (const char[]){*s, '\0'});
    else
        escape_line(out, s, glyph->length);
}

/* Returns the column, in the output, of the line's column 0; it may be below 0. */
static ptrdiff_t put_source(struct buf *out, const struct excerpt *excerpt, const struct part *part,
                            struct view view) {
    ptrdiff_t shift = view.dots_before ? ELLIPSIS : 0;
    bool any = false;

    if (view.dots_before)
        buf_puts(out, "...");
    for (size_t i = 0; i < part->glyphs.n; i++) {
        const struct glyph *glyph = &part->glyphs.v[i];
        if (glyph->column < view.low || glyph->column + glyph->columns > view.high)
            continue;
        if (!any)
            shift -= (ptrdiff_t)glyph->column;
        any = true;
        put_glyph(out, excerpt->file, glyph);
    }
    if (view.dots_behind)
        buf_puts(out, "...");
    return shift;
}

static void put_mark(struct buf *out, const struct excerpt *excerpt, size_t column,
                     size_t columns) {
    buf_repeat(out, ' ', column);
    buf_puts(out, excerpt->mark_on);
    buf_putc(out, '^');
    if (columns > 1)
        buf_repeat(out, '~', columns - 1);
    buf_puts(out, excerpt->off);
    buf_putc(out, '\n');
}

static void put_gutter(struct buf *out, const struct excerpt *excerpt, size_t digits, bool number) {
    buf_puts(out, excerpt->gutter_on);
    buf_puts(out, "  ");
    if (number)
        buf_put_number(out, excerpt->line);
    else
        buf_repeat(out, ' ', digits);
    buf_puts(out, " |");
    buf_puts(out, excerpt->off);
}

/* Whether nothing of the line is cut off or shown as something else: then columns are bytes. */
static bool is_as_it_is(const struct file *file, struct span line, size_t room) {
    if (line.end - line.start > room)
        return false;
    for (size_t i = line.start; i < line.end; i++)
        if (!is_plain(file->bytes[i]) || file->bytes[i] == '#')
            return false;
    return true;
}

static size_t digits_of(unsigned number) {
    size_t digits = 1;

    while (number /= 10)
        digits++;
    return digits;
}

static void put_as_it_is(struct buf *out, const struct excerpt *excerpt, struct span line) {
    size_t place = place_in(line, excerpt->start), end = place_in(line, excerpt->end);
    size_t digits = digits_of(excerpt->line);

    put_gutter(out, excerpt, digits, true);
    if (line.end > line.start)
        buf_putc(out, ' ');
    buf_add(out, excerpt->file->bytes + line.start, line.end - line.start);
    buf_putc(out, '\n');
    put_gutter(out, excerpt, digits, false);
    buf_putc(out, ' ');
    put_mark(out, excerpt, place - line.start, end > place ? end - place : 1);
}

static void put_part(struct buf *out, struct arena *scratch, const struct excerpt *excerpt,
                     size_t room) {
    struct part part = {0};
    size_t place, end, digits = digits_of(excerpt->line);
    struct view view;
    ptrdiff_t shift;

    look_around(&part, scratch, excerpt, room);
    place = column_of(&part, excerpt->start);
    end = column_of(&part, excerpt->end);
    view = choose_view(&part, place, room);
    put_gutter(out, excerpt, digits, true);
    if (part.glyphs.n)
        buf_putc(out, ' ');
    shift = put_source(out, excerpt, &part, view);
    buf_putc(out, '\n');
    put_gutter(out, excerpt, digits, false);
    buf_putc(out, ' ');
    end = end > view.high ? view.high : end;
    put_mark(out, excerpt, (size_t)((ptrdiff_t)place + shift), end > place ? end - place : 1);
}

void excerpt_write(struct buf *out, struct arena *scratch, const struct excerpt *excerpt) {
    struct span line = trimmed_line(excerpt);
    size_t gutter = digits_of(excerpt->line) + 5;
    size_t room = excerpt->width > gutter + LEAST_ROOM ? excerpt->width - gutter : LEAST_ROOM;

    if (is_as_it_is(excerpt->file, line, room))
        put_as_it_is(out, excerpt, line);
    else
        put_part(out, scratch, excerpt, room);
}
