#include "write/excerpt.h"

#include "source/escape.h"
#include "source/utf8.h"

#include <stdio.h>

enum {
    TAB = 4,
    ELLIPSIS = 3,
    LEAST_ROOM = 20,
    REACH = 8, /* bytes looked at on each side of the place, for each column there is room for */
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

static struct glyph glyph_at(const struct file *file, size_t at, size_t end, size_t column) {
    const char *s = file->bytes + at;
    size_t length = utf8_length(s, end - at);
    struct glyph glyph = {.at = at, .length = length ? length : 1, .column = column};

    if (*s == '\t')
        glyph.columns = TAB - column % TAB;
    else if (*s >= ' ' && *s < 0x7F)
        glyph.columns = 1;
    else
        glyph.columns = escape_width(s, glyph.length);
    return glyph;
}

static struct span trimmed_line(const struct excerpt *excerpt) {
    struct span line = file_line(excerpt->file, excerpt->line);
    const char *bytes = excerpt->file->bytes;

    while (line.end > line.start && line.end > excerpt->start &&
           (bytes[line.end - 1] == ' ' || bytes[line.end - 1] == '\t'))
        line.end--;
    return line;
}

static void look_around(struct part *part, struct arena *arena, const struct excerpt *excerpt,
                        size_t reach) {
    const struct file *file = excerpt->file;
    size_t at = excerpt->start, to;

    part->line = trimmed_line(excerpt);
    at = at < part->line.start ? part->line.start : at > part->line.end ? part->line.end : at;
    to = part->line.end - at > reach ? at + reach : part->line.end;
    at = at - part->line.start > reach ? at - reach : part->line.start;
    while (at > part->line.start && at < to && utf8_is_continuation(file->bytes[at]))
        at++;
    part->seen.start = at;
    while (at < to) {
        struct glyph glyph = glyph_at(file, at, part->line.end, part->total);
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
    if (file->bytes[glyph->at] == '\t')
        buf_repeat(out, ' ', glyph->columns);
    else
        escape_line(out, file->bytes + glyph->at, glyph->length);
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

static void put_gutter(struct buf *out, const struct excerpt *excerpt, int digits, bool number) {
    buf_puts(out, excerpt->gutter_on);
    if (number)
        buf_printf(out, "  %*u |", digits, excerpt->line);
    else
        buf_printf(out, "  %*s |", digits, "");
    buf_puts(out, excerpt->off);
}

void excerpt_write(struct buf *out, struct arena *scratch, const struct excerpt *excerpt) {
    struct part part = {0};
    int digits = snprintf(NULL, 0, "%u", excerpt->line);
    size_t gutter = (size_t)digits + 5;
    size_t room = excerpt->width > gutter + LEAST_ROOM ? excerpt->width - gutter : LEAST_ROOM;
    size_t place, end;
    struct view view;
    ptrdiff_t shift;

    look_around(&part, scratch, excerpt, room * REACH);
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
