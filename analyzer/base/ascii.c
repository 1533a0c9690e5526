#include "base/ascii.h"

#include <string.h>

int ascii_casecmp(const char *a, const char *b) {
    return ascii_ncasecmp(a, b, (size_t)-1);
}

int ascii_ncasecmp(const char *a, const char *b, size_t n) {
    for (size_t i = 0; i < n; i++) {
        unsigned char ca = (unsigned char)ascii_tolower(a[i]);
        unsigned char cb = (unsigned char)ascii_tolower(b[i]);
        if (ca != cb)
            return ca < cb ? -1 : 1;
        if (!ca)
            return 0;
    }
    return 0;
}

bool ascii_case_equal(const char *a, const char *b) {
    return ascii_casecmp(a, b) == 0;
}

bool ascii_starts_with(const char *s, const char *prefix) {
    return strncmp(s, prefix, strlen(prefix)) == 0;
}

bool ascii_ends_with(const char *s, const char *suffix) {
    size_t n = strlen(s), m = strlen(suffix);

    return n >= m && memcmp(s + n - m, suffix, m) == 0;
}

static void skip_zeros(const char **digits, size_t *len) {
    while (*len && **digits == '0') {
        ++*digits;
        --*len;
    }
}

int digits_compare(const char *a, size_t a_len, const char *b, size_t b_len) {
    skip_zeros(&a, &a_len);
    skip_zeros(&b, &b_len);
    if (a_len != b_len)
        return a_len < b_len ? -1 : 1;
    return memcmp(a, b, a_len);
}
