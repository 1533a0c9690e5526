/*
 * A growable byte string on the heap, for output that is built piece by piece.
 * buf->s is always NUL-terminated and valid, and may hold NUL bytes before buf->n.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdarg.h>
#include <stddef.h>

struct buf {
    char *s;
    size_t n, cap;
};

#define BUF_INIT                                                                                   \
    { 0 }

void buf_init(struct buf *buf);
void buf_release(struct buf *buf); /* frees; the buf is as after buf_init */
void buf_clear(struct buf *buf);   /* empties, keeps the memory */

void buf_add(struct buf *buf, const void *bytes, size_t n);
void buf_puts(struct buf *buf, const char *s);
void buf_put_number(struct buf *buf, size_t number); /* in decimal digits */
static inline void buf_putc(struct buf *buf, char c) {
    if (buf->n + 1 >= buf->cap) {
        buf_add(buf, &c, 1);
        return;
    }
    buf->s[buf->n++] = c;
    buf->s[buf->n] = '\0';
}
void buf_repeat(struct buf *buf, char c, size_t n);
void buf_printf(struct buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));
void buf_vprintf(struct buf *buf, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));

/* Where so many bytes more can be written; buf->n and the NUL are the caller's to move. */
char *buf_room(struct buf *buf, size_t n);

/* The contents as a C string, "" when nothing was ever added; valid until the next change. */
const char *buf_str(const struct buf *buf);

#endif
