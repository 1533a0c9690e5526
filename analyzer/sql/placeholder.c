#include "sql/placeholder.h"

#include "base/ascii.h"
#include "base/map.h"

#include <stdio.h>
#include <string.h>

enum { HIGH = 0x80, LONGEST = 40, HEAD = 24 };

/* What placeholders open with, and the byte that a mark has for it: "%(" and "${" differ in what follows. */
static const struct {
    char opener, next;
    unsigned char mark;
} kinds[] = {{'%', '(', 0xFE}, {'$', '{', 0xFE}, {'{', '\0', 0xFF}, {':', '\0', 0xC0}};

enum { KINDS = sizeof(kinds) / sizeof(*kinds) };

static unsigned char mark_of(char opener) {
    for (size_t i = 0; i < KINDS; i++)
        if (kinds[i].opener == opener)
            return kinds[i].mark;
    return kinds[0].mark;
}

static bool is_opener(char c) {
    for (size_t i = 0; i < KINDS; i++)
        if (kinds[i].mark == (unsigned char)c)
            return true;
    return false;
}

static bool is_high(char c) {
    return ((unsigned char)c & HIGH) != 0;
}

static char low(char c) {
    return (char)((unsigned char)c & ~HIGH);
}

static char high(char c) {
    char out = (char)((unsigned char)c | HIGH);

    if (is_high(c) || is_opener(out) || ascii_isspace(c))
        c = ascii_isspace(c) ? ' ' : '?';
    return (char)((unsigned char)c | HIGH);
}

static char opener_of(const char *mark) {
    for (size_t i = 0; i < KINDS; i++)
        if (kinds[i].mark == (unsigned char)mark[0] &&
            (!kinds[i].next || kinds[i].next == low(mark[1])))
            return kinds[i].opener;
    return '?';
}

/* Its beginning, and a hash of it all, as names are cut off after 63 bytes: two different ones must not become the same. */
static size_t shorten(const char *bytes, size_t n, char *out) {
    unsigned hash = (unsigned)hash_bytes(bytes, n, HASH_SEED) & 0xFFFFFF;
    const char *closer = bytes[0] == '$' ? "}" : bytes[0] == '%' ? ")s" : "}}";

    if (bytes[0] == ':')
        closer = "";
    return (size_t)snprintf(out, LONGEST, "%.*s#%06x%s", HEAD, bytes, hash, closer);
}

void placeholder_mark(const char *bytes, size_t n, char *out, bool at_end) {
    char short_form[LONGEST];
    size_t len = n;

    memset(out, ' ', n);
    if (n >= LONGEST) {
        len = shorten(bytes, n, short_form);
        bytes = short_form;
        out += at_end ? n - len : 0;
    }
    out[0] = (char)mark_of(bytes[0]);
    for (size_t i = 1; i < len; i++)
        out[i] = high(bytes[i]);
}

bool placeholder_find(const char *bytes, size_t n, size_t from, struct span *mark) {
    for (size_t i = from; i < n; i++) {
        if (!is_opener(bytes[i]) || i + 1 == n || !is_high(bytes[i + 1]))
            continue;
        *mark = (struct span){i, i + 1};
        while (mark->end < n && is_high(bytes[mark->end]) && !is_opener(bytes[mark->end]))
            mark->end++;
        return true;
    }
    return false;
}

void placeholder_unmark(char *bytes, size_t n) {
    struct span mark = {0, 0};

    while (placeholder_find(bytes, n, mark.end, &mark)) {
        bytes[mark.start] = opener_of(bytes + mark.start);
        for (size_t i = mark.start + 1; i < mark.end; i++)
            bytes[i] = low(bytes[i]);
    }
}

bool placeholder_is_string(const char *mark, size_t n) {
    return n > 2 && opener_of(mark) == ':' && low(mark[1]) == '\'';
}

/* "${name}" as '$name', ":'name'" as ':name', filled up with blanks. */
static void take_string(char *mark, size_t n) {
    size_t to = 1;
    char opener = opener_of(mark);

    for (size_t i = 1; i < n; i++) {
        char c = low(mark[i]);
        mark[i] = ' ';
        if (to + 1 < n - 1 && (ascii_isalnum(c) || c == '_' || c == '.' || c == '-'))
            mark[++to] = c;
    }
    mark[0] = '\'';
    if (n > 2)
        mark[1] = opener;
    mark[n - 1] = '\'';
}

void placeholder_take_form(char *mark, size_t n, enum placeholder_form form) {
    if (form == PLACEHOLDER_STRING) {
        take_string(mark, n);
    } else if (form != PLACEHOLDER_NAME) {
        memset(mark, ' ', n);
        if (form == PLACEHOLDER_NUMBER)
            mark[0] = '1';
    }
}

bool placeholder_in_name(const char *name) {
    if (name[0] == ':' && (ascii_isalpha(name[1]) || strchr("_'\"{", name[1])))
        return name[1] != '\0';
    return strstr(name, "${") || strstr(name, "{{") || strstr(name, "%(");
}
