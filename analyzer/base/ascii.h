/*
 * Character classes and case folding of ASCII only: what SQL keywords, file names and
 * options need, the same in every locale. Bytes above 127 are never letters here.
 */
#ifndef BASE_ASCII_H
#define BASE_ASCII_H

#include <stdbool.h>
#include <stddef.h>

static inline bool ascii_isdigit(char c) {
    return c >= '0' && c <= '9';
}

static inline bool ascii_isupper(char c) {
    return c >= 'A' && c <= 'Z';
}

static inline bool ascii_islower(char c) {
    return c >= 'a' && c <= 'z';
}

static inline bool ascii_isalpha(char c) {
    return ascii_isupper(c) || ascii_islower(c);
}

static inline bool ascii_isalnum(char c) {
    return ascii_isalpha(c) || ascii_isdigit(c);
}

/* What PostgreSQL's scanner calls space: blank, tab, newline, carriage return, form feed, and since 16 vertical tab. */
static inline bool ascii_isspace(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static inline char ascii_tolower(char c) {
    return ascii_isupper(c) ? (char)(c + ('a' - 'A')) : c;
}
static inline char ascii_toupper(char c) {
    return (char)(ascii_islower(c) ? c - 'a' + 'A' : c);
}

/* Compares without regard to ASCII case; as strcasecmp in the C locale. */
int ascii_casecmp(const char *a, const char *b);
int ascii_ncasecmp(const char *a, const char *b, size_t n);
bool ascii_case_equal(const char *a, const char *b);
bool ascii_starts_with(const char *s, const char *prefix);
bool ascii_ends_with(const char *s, const char *suffix);

/*
 * Compares two runs of digits as numbers of any length (leading zeros do not count):
 * <0, 0, >0.
 */
int digits_compare(const char *a, size_t a_len, const char *b, size_t b_len);

#endif
