#include "source/escape.h"

#include "source/utf8.h"

#include <string.h>

struct range {
    uint32_t first, last;
};

/* C0, DEL and C1; soft hyphen; zero-width and bidirectional controls; separators; BOM; tags. */
static const struct range unsafe[] = {
    {0x00, 0x1F},     {0x7F, 0x9F},     {0xAD, 0xAD},       {0x61C, 0x61C},
    {0x180E, 0x180E}, {0x200B, 0x200F}, {0x2028, 0x202E},   {0x2060, 0x206F},
    {0xFEFF, 0xFEFF}, {0xFFF9, 0xFFFB}, {0xE0000, 0xE007F},
};

int escape_is_needed(uint32_t code) {
    for (size_t i = 0; i < sizeof(unsafe) / sizeof(unsafe[0]); i++)
        if (code >= unsafe[i].first && code <= unsafe[i].last)
            return 1;
    return 0;
}

static void escape_code(struct buf *out, uint32_t code) {
    if (code == '\t')
        buf_puts(out, "\\t");
    else if (code == '\n')
        buf_puts(out, "\\n");
    else if (code == '\r')
        buf_puts(out, "\\r");
    else if (code < 0x80)
        buf_printf(out, "\\x%02X", (unsigned)code);
    else
        buf_printf(out, "\\u{%04X}", (unsigned)code);
}

/* Bytes at the start that need no second look: most text is nothing else. */
static size_t plain_length(const char *s, size_t n) {
    size_t i = 0;

    while (i < n && s[i] >= ' ' && s[i] < 0x7F && s[i] != '#')
        i++;
    return i;
}

void escape_line(struct buf *out, const char *s, size_t n) {
    for (size_t i = 0; i < n;) {
        uint32_t code = 0;
        size_t plain = plain_length(s + i, n - i), length;
        buf_add(out, s + i, plain);
        i += plain;
        if (i == n)
            break;
        length = utf8_decode(s + i, n - i, &code);
        if (!length)
            buf_printf(out, "\\x%02X", (unsigned)(unsigned char)s[i]);
        else if (escape_is_needed(code))
            escape_code(out, code);
        else if (n - i >= 3 && memcmp(s + i, "##[", 3) == 0)
            buf_puts(out, "#\\");
        else
            buf_add(out, s + i, length);
        i += length ? length : 1;
    }
}

static char *take(struct arena *arena, struct buf *buf) {
    char *copy = arena_strndup(arena, buf_str(buf), buf->n);

    buf_release(buf);
    return copy;
}

char *escape_string(struct arena *arena, const char *s) {
    struct buf buf = BUF_INIT;

    escape_line(&buf, s, strlen(s));
    return take(arena, &buf);
}

const char *escape_utf8(struct arena *arena, const char *s) {
    size_t n = strlen(s), i = 0, length;

    while (i < n && (length = utf8_length(s + i, n - i)) > 0)
        i += length;
    return i == n ? s : escape_utf8_n(arena, s, n);
}

const char *escape_utf8_n(struct arena *arena, const char *s, size_t n) {
    struct buf buf = BUF_INIT;

    for (size_t i = 0; i < n;) {
        size_t length = utf8_length(s + i, n - i);
        if (length)
            buf_add(&buf, s + i, length);
        else
            buf_printf(&buf, "\\x%02X", (unsigned)(unsigned char)s[i]);
        i += length ? length : 1;
    }
    return take(arena, &buf);
}

size_t escape_width(const char *s, size_t n) {
    struct buf buf = BUF_INIT;
    size_t width = 0;

    escape_line(&buf, s, n);
    for (size_t i = 0; i < buf.n;) {
        uint32_t code = 0;
        size_t length = utf8_decode(buf.s + i, buf.n - i, &code);
        width += (size_t)utf8_width(code);
        i += length ? length : 1;
    }
    buf_release(&buf);
    return width;
}
