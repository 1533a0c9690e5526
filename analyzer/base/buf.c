#include "base/buf.h"

#include "base/bug.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ABOUT_A_LINE = 120 };

void buf_init(struct buf *buf) {
    *buf = (struct buf)BUF_INIT;
}

void buf_release(struct buf *buf) {
    free(buf->s);
    buf_init(buf);
}

void buf_clear(struct buf *buf) {
    buf->n = 0;
    if (buf->s)
        buf->s[0] = '\0';
}

static void make_room(struct buf *buf, size_t extra) {
    size_t cap = buf->cap ? buf->cap : 64;

    if (extra > SIZE_MAX / 4 - buf->n)
        die_out_of_memory();
    while (cap < buf->n + extra + 1)
        cap *= 2;
    buf->s = realloc(buf->s, cap);
    if (!buf->s)
        die_out_of_memory();
    buf->cap = cap;
}

/* For so many bytes more, and the NUL behind them. */
static inline void buf_reserve(struct buf *buf, size_t extra) {
    if (extra >= buf->cap - buf->n)
        make_room(buf, extra);
}

void buf_add(struct buf *buf, const void *bytes, size_t n) {
    buf_reserve(buf, n);
    if (n)
        memcpy(buf->s + buf->n, bytes, n);
    buf->n += n;
    buf->s[buf->n] = '\0';
}

void buf_puts(struct buf *buf, const char *s) {
    buf_add(buf, s, strlen(s));
}

void buf_put_number(struct buf *buf, size_t number) {
    char digits[3 * sizeof(number)], *end = digits + sizeof(digits), *p = end;

    do
        *--p = (char)('0' + number % 10);
    while (number /= 10);
    buf_add(buf, p, (size_t)(end - p));
}

void buf_repeat(struct buf *buf, char c, size_t n) {
    buf_reserve(buf, n);
    memset(buf->s + buf->n, c, n);
    buf->n += n;
    buf->s[buf->n] = '\0';
}

void buf_printf(struct buf *buf, const char *format, ...) {
    va_list args;

    va_start(args, format);
    buf_vprintf(buf, format, args);
    va_end(args);
}

void buf_vprintf(struct buf *buf, const char *format, va_list args) {
    va_list again;
    int n;

    buf_reserve(buf, ABOUT_A_LINE);
    va_copy(again, args);
    n = vsnprintf(buf->s + buf->n, buf->cap - buf->n, format, again);
    va_end(again);
    if (n < 0)
        BUG("bad format \"%s\"", format);
    if ((size_t)n >= buf->cap - buf->n) {
        buf_reserve(buf, (size_t)n);
        vsnprintf(buf->s + buf->n, (size_t)n + 1, format, args);
    }
    buf->n += (size_t)n;
}

char *buf_room(struct buf *buf, size_t n) {
    buf_reserve(buf, n);
    return buf->s + buf->n;
}

const char *buf_str(const struct buf *buf) {
    return buf->s ? buf->s : "";
}
