/*
 * Stepping through the JSON that libpg_query prints: compact, always well-formed, strings in
 * whatever bytes the SQL had (no valid UTF-8 is expected). Every function takes the place it starts
 * at and a JSON text that ends in a NUL; what is not as expected is a BUG, as the text is not input.
 */
#ifndef SQL_JSON_H
#define SQL_JSON_H

#include <stdbool.h>
#include <stddef.h>

/* Whether the next bytes are these; *at moves behind them if so. */
bool json_accept(const char **at, const char *bytes);
void json_expect(const char **at, char c);

/* A string without escapes, such as a key: its bytes and length; *at moves behind the closing quote. */
const char *json_plain(const char **at, size_t *len);

/*
 * The raw length of the string that starts at the quote *at, and the offset of its first escape in it
 * (its length when there is none). *at stays.
 */
size_t json_measure(const char *at, size_t *first_escape);
/* Decodes the string at *at (json_measure's length) into out, which has room for that length; the decoded length. *at moves on. */
size_t json_decode(const char **at, size_t raw_len, size_t first_escape, char *out);

long long json_integer(const char **at);
bool json_boolean(const char **at);

/* Moves behind the value, whatever it is and however deep, without recursion. */
void json_skip(const char **at);

#endif
