#include "sql/json.h"

#include "base/ascii.h"
#include "base/bug.h"

#include <string.h>

_Noreturn void json_unexpected(const char *at) {
    BUG("libpg_query's JSON is not understood at: %.40s", at);
}

size_t json_measure(const char *at, size_t *first_escape) {
    const char *start = at + 1, *p = start;

    if (*at != '"')
        json_unexpected(at);
    while (*p && *p != '"' && *p != '\\')
        p++;
    *first_escape = (size_t)(p - start);
    while (*p && *p != '"')
        p += *p == '\\' && p[1] ? 2 : 1;
    if (!*p)
        json_unexpected(at);
    return (size_t)(p - start);
}

static int hex_value(char c) {
    c = ascii_tolower(c);
    if (ascii_isdigit(c))
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 0;
}

/* p: behind the backslash. libpg_query escapes control characters only, so \u is one byte. */
static const char *decode_escape(const char *p, char *out) {
    static const char letters[] = "bfnrt", values[] = "\b\f\n\r\t";
    const char *found = strchr(letters, *p);

    if (*p == 'u') {
        *out = (char)(hex_value(p[3]) << 4 | hex_value(p[4]));
        return p + 5;
    }
    *out = found ? values[found - letters] : *p;
    return p + 1;
}

size_t json_decode(const char **at, size_t raw_len, size_t first_escape, char *out) {
    const char *p = *at + 1, *end = p + raw_len;
    size_t n = first_escape;

    memcpy(out, p, n);
    for (p += n; p < end; n++) {
        if (*p == '\\')
            p = decode_escape(p + 1, out + n);
        else
            out[n] = *p++;
    }
    *at = end + 1;
    return n;
}

void json_skip(const char **at) {
    size_t depth = 0, escape;

    do {
        switch (**at) {
        case '{':
        case '[':
            depth++;
            ++*at;
            break;
        case '}':
        case ']':
            depth--;
            ++*at;
            break;
        case '"':
            *at += json_measure(*at, &escape) + 2;
            break;
        case '\0':
            json_unexpected(*at);
        default:
            ++*at;
        }
    } while (depth || (**at != ',' && **at != '}' && **at != ']'));
}
