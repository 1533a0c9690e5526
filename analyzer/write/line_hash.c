#include "write/line_hash.h"

#include "base/map.h"
#include "source/utf8.h"

#include <inttypes.h>
#include <stdio.h>

enum {
    WINDOW = 100, /* units that a line's hash is made of, from the line's start on */
    FACTOR = 37,
    END_MARK = 65535,
    REPLACEMENT = 0xFFFD,
    MARK_DISTANCE = 1024,
};

struct roller {
    struct utf16_file *utf16;
    struct arena *arena;
    uint64_t hash, factor_of_first; /* FACTOR to the power of WINDOW */
    uint32_t window[WINDOW];
    size_t taken;    /* units that count, so far */
    size_t finished; /* lines whose hash is known */
    bool line_starts, after_cr;
};

/* How many bytes a character with this first byte has, and what the second may be; 0: no first byte. */
static size_t second_byte_range(unsigned char first, unsigned char *low, unsigned char *high) {
    *low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
    *high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
    if (first >= 0xC2 && first <= 0xDF)
        return 2;
    if (first >= 0xE0 && first <= 0xEF)
        return 3;
    return first >= 0xF0 && first <= 0xF4 ? 4 : 0;
}

size_t utf16_decode(const char *s, size_t n, uint32_t *code) {
    size_t length = utf8_decode(s, n, code), expected, i = 1;
    unsigned char low, high;

    if (length)
        return length;
    *code = REPLACEMENT;
    expected = second_byte_range((unsigned char)s[0], &low, &high);
    for (; i < expected && i < n; i++) {
        unsigned char byte = (unsigned char)s[i];
        if (i == 1 ? byte < low || byte > high : !utf8_is_continuation(s[i]))
            break;
    }
    return i;
}

static void take(struct roller *roller, uint32_t unit) {
    struct utf16_file *utf16 = roller->utf16;
    uint32_t *oldest = &roller->window[roller->taken % WINDOW];

    if (roller->finished < utf16->lines.n &&
        utf16->lines.v[roller->finished].start + WINDOW == roller->taken)
        utf16->lines.v[roller->finished++].hash = roller->hash;
    if (roller->line_starts)
        vec_push(roller->arena, &utf16->lines, ((struct line_hash){.start = roller->taken}));
    roller->line_starts = unit == '\n';
    roller->hash = roller->hash * FACTOR + unit - roller->factor_of_first * *oldest;
    *oldest = unit;
    roller->taken++;
}

/* Blanks and tabs do not count; CR, LF and CRLF count as LF. */
static void take_character(struct roller *roller, uint32_t code) {
    bool after_cr = roller->after_cr;

    roller->after_cr = code == '\r';
    if (code == ' ' || code == '\t' || (after_cr && code == '\n'))
        return;
    if (code >= 0x10000) {
        take(roller, 0xD800 + ((code - 0x10000) >> 10));
        take(roller, 0xDC00 + ((code - 0x10000) & 0x3FF));
    } else {
        take(roller, code == '\r' ? '\n' : code);
    }
}

static void take_end(struct roller *roller) {
    take(roller, END_MARK);
    roller->line_starts = false;
    for (int i = 0; i < WINDOW; i++)
        take(roller, 0);
}

static void count_equal(struct utf16_file *utf16) {
    struct arena arena;
    struct map seen;
    char key[17];

    arena_init(&arena);
    map_init(&seen, &arena);
    for (size_t i = 0; i < utf16->lines.n; i++) {
        struct line_hash *line = &utf16->lines.v[i];
        const struct line_hash *before;
        snprintf(key, sizeof key, "%016" PRIx64, line->hash);
        before = map_get(&seen, key);
        line->ordinal = before ? before->ordinal + 1 : 1;
        map_set(&seen, key, line);
    }
    arena_release(&arena);
}

void utf16_file_init(struct utf16_file *utf16, struct arena *arena, const struct file *file) {
    struct roller roller = {
        .utf16 = utf16, .arena = arena, .factor_of_first = 1, .line_starts = true};
    size_t units = 0, next = 0;

    *utf16 = (struct utf16_file){.file = file};
    for (int i = 0; i < WINDOW; i++)
        roller.factor_of_first *= FACTOR;
    for (size_t i = 0; i < file->len;) {
        uint32_t code = 0;
        if (!file->ascii && i >= next) {
            vec_push(arena, &utf16->marks, ((struct utf16_mark){i, units}));
            next = (i / MARK_DISTANCE + 1) * MARK_DISTANCE;
        }
        i += utf16_decode(file->bytes + i, file->len - i, &code);
        units += code >= 0x10000 ? 2 : 1;
        take_character(&roller, code);
    }
    take_end(&roller);
    count_equal(utf16);
}

static size_t units_before(const struct utf16_file *utf16, size_t offset) {
    const struct file *file = utf16->file;
    size_t mark = offset / MARK_DISTANCE, at, units;

    if (file->ascii || !utf16->marks.n)
        return offset;
    if (mark >= utf16->marks.n)
        mark = utf16->marks.n - 1;
    /* the first character of a block may start behind the offset */
    if (utf16->marks.v[mark].offset > offset)
        mark--;
    units = utf16->marks.v[mark].units;
    for (at = utf16->marks.v[mark].offset; at < offset;) {
        uint32_t code = 0;
        at += utf16_decode(file->bytes + at, file->len - at, &code);
        units += code >= 0x10000 ? 2 : 1;
    }
    return units;
}

size_t utf16_column(const struct utf16_file *utf16, struct position position) {
    size_t start = file_line(utf16->file, position.line).start;

    if (position.offset < start)
        return 1;
    return units_before(utf16, position.offset) - units_before(utf16, start) + 1;
}
