/* UTF-8, byte by byte, without any locale. */
#ifndef SOURCE_UTF8_H
#define SOURCE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The length (1 to 4) of the valid character at s, of which n bytes may be read; 0 when there is
 * none (a stray or missing continuation byte, an overlong form, a surrogate, above U+10FFFF).
 */
size_t utf8_length(const char *s, size_t n);

/* The same, with the code point in *code. */
size_t utf8_decode(const char *s, size_t n, uint32_t *code);

static inline bool utf8_is_continuation(char c) {
    return ((unsigned char)c & 0xC0) == 0x80;
}

/* Columns of a terminal that the character takes: 0, 1 or 2 (control characters 0). */
int utf8_width(uint32_t code);

#endif
