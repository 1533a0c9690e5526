/*
 * Stepping through the JSON that libpg_query prints: compact, always well-formed, strings in
 * whatever bytes the SQL had (no valid UTF-8 is expected). Every function takes the place it starts
 * at and a JSON text that ends in a NUL; what is not as expected is a BUG, as the text is not input.
 * What is called for every field is inline: this is the hot path of the whole program.
 */
#ifndef SQL_JSON_H
#define SQL_JSON_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

_Noreturn void json_unexpected(const char *at);

/* Whether the next bytes are these; *at moves behind them if so. */
static inline bool json_accept(const char **at, const char *bytes) {
    const char *p = *at;

    for (; *bytes; bytes++, p++)
        if (*p != *bytes)
            return false;
    *at = p;
    return true;
}

static inline void json_expect(const char **at, char c) {
    if (**at != c)
        json_unexpected(*at);
    ++*at;
}

/* A string without escapes, such as a key: its bytes and length; *at moves behind the closing quote. */
static inline const char *json_plain(const char **at, size_t *len) {
    const char *start = *at + 1, *p = start;

    if (**at != '"')
        json_unexpected(*at);
    while (*p != '"')
        if (!*p++)
            json_unexpected(*at);
    *len = (size_t)(p - start);
    *at = p + 1;
    return start;
}

/* Whether the key at the quote p is this name of n bytes. */
static inline bool json_key_is(const char *p, const char *name, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (p[1 + i] != name[i])
            return false;
    return p[1 + n] == '"';
}

/*
 * The raw length of the string that starts at the quote at, and the offset of its first escape in it
 * (its length when there is none).
 */
size_t json_measure(const char *at, size_t *first_escape);
/*
 * Decodes the string at *at (json_measure's lengths) into out, which has room for the raw length; the
 * decoded length. *at moves behind it.
 */
size_t json_decode(const char **at, size_t raw_len, size_t first_escape, char *out);

/* FETCH ALL has a number that is no int: such are brought to the nearest int. */
static inline int json_integer(const char **at) {
    const char *p = *at;
    bool negative = *p == '-';
    long long value = 0;

    p += negative;
    if (*p < '0' || *p > '9')
        json_unexpected(*at);
    for (; *p >= '0' && *p <= '9'; p++)
        if (value <= INT_MAX)
            value = value * 10 + (*p - '0');
    *at = p;
    if (value > INT_MAX)
        return negative ? INT_MIN : INT_MAX;
    return (int)(negative ? -value : value);
}

static inline bool json_boolean(const char **at) {
    bool value = **at == 't';

    if (!json_accept(at, value ? "true" : "false"))
        json_unexpected(*at);
    return value;
}

/* Moves behind the value, whatever it is and however deep, without recursion. */
void json_skip(const char **at);

#endif
