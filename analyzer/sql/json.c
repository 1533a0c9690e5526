#include "sql/json.h"

#include "base/ascii.h"
#include "base/bug.h"

#include <string.h>

static _Noreturn void unexpected(const char *at) {
    BUG("libpg_query's JSON is not understood at: %.40s", at);
}

bool json_accept(const char **at, const char *bytes) {
    size_t n = strlen(bytes);

    if (strncmp(*at, bytes, n) != 0)
        return false;
    *at += n;
    return true;
}

void json_expect(const char **at, char c) {
    if (**at != c)
        unexpected(*at);
    ++*at;
}

const char *json_plain(const char **at, size_t *len) {
    const char *start = *at + 1, *p = start;

    if (**at != '"')
        unexpected(*at);
    while (*p != '"')
        if (!*p++)
            unexpected(*at);
    *len = (size_t)(p - start);
    *at = p + 1;
    return start;
}

size_t json_measure(const char *at, size_t *first_escape) {
    const char *start = at + 1, *p = start;

    if (*at != '"')
        unexpected(at);
    while (*p && *p != '"' && *p != '\\')
        p++;
    *first_escape = (size_t)(p - start);
    while (*p && *p != '"')
        p += *p == '\\' && p[1] ? 2 : 1;
    if (!*p)
        unexpected(at);
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

long long json_integer(const char **at) {
    bool negative = json_accept(at, "-");
    long long value = 0;

    if (!ascii_isdigit(**at))
        unexpected(*at);
    while (ascii_isdigit(**at) && value < (1LL << 58))
        value = value * 10 + (*(*at)++ - '0');
    return negative ? -value : value;
}

bool json_boolean(const char **at) {
    if (json_accept(at, "true"))
        return true;
    if (!json_accept(at, "false"))
        unexpected(*at);
    return false;
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
            unexpected(*at);
        default:
            ++*at;
        }
    } while (depth || (**at != ',' && **at != '}' && **at != ']'));
}
