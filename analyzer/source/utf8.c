#include "source/utf8.h"

#include <utf8proc.h>

static size_t expected_length(unsigned char first, uint32_t *code) {
    if (first < 0x80) {
        *code = first;
        return 1;
    }
    if (first >= 0xC2 && first <= 0xDF) {
        *code = first & 0x1Fu;
        return 2;
    }
    if (first >= 0xE0 && first <= 0xEF) {
        *code = first & 0x0Fu;
        return 3;
    }
    if (first >= 0xF0 && first <= 0xF4) {
        *code = first & 0x07u;
        return 4;
    }
    return 0;
}

static bool well_formed(size_t length, uint32_t code) {
    if (length == 3)
        return code >= 0x800 && (code < 0xD800 || code > 0xDFFF);
    if (length == 4)
        return code >= 0x10000 && code <= 0x10FFFF;
    return true;
}

size_t utf8_decode(const char *s, size_t n, uint32_t *code) {
    size_t length = n ? expected_length((unsigned char)s[0], code) : 0;

    if (length == 0 || length > n)
        return 0;
    for (size_t i = 1; i < length; i++) {
        if (!utf8_is_continuation(s[i]))
            return 0;
        *code = (*code << 6) | ((unsigned char)s[i] & 0x3Fu);
    }
    return well_formed(length, *code) ? length : 0;
}

size_t utf8_length(const char *s, size_t n) {
    uint32_t code = 0;

    if (n && (unsigned char)s[0] < 0x80)
        return 1;
    return utf8_decode(s, n, &code);
}

int utf8_width(uint32_t code) {
    return utf8proc_charwidth((utf8proc_int32_t)code);
}
