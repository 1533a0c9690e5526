#include "config/glob.h"

#include <stddef.h>
#include <string.h>

/* A part of a pattern or path: what stands between two slashes. */
struct part {
    const char *s;
    size_t n;
};

static struct part part_at(const char *s) {
    return (struct part){s, strcspn(s, "/")};
}

static const char *part_next(struct part part) {
    return part.s + part.n + (part.s[part.n] == '/');
}

static bool is_double_star(struct part part) {
    return part.n == 2 && part.s[0] == '*' && part.s[1] == '*';
}

struct class_name {
    const char *name;
    const char *ranges; /* pairs: first, last */
};

/* In the C locale. */
static const struct class_name class_names[] = {
    {"alnum", "azAZ09"},   {"alpha", "azAZ"},   {"blank", "  \t\t"}, {"cntrl", "\x01\x1f\x7f\x7f"},
    {"digit", "09"},       {"graph", "!~"},     {"lower", "az"},     {"print", " ~"},
    {"punct", "!/:@[`{~"}, {"space", "\t\r  "}, {"upper", "AZ"},     {"xdigit", "09afAF"},
};

static bool in_ranges(const char *ranges, unsigned char c) {
    for (; *ranges; ranges += 2)
        if ((unsigned char)ranges[0] <= c && c <= (unsigned char)ranges[1])
            return true;
    return false;
}

/* "[:name:]" at p: sets *end behind it and *found when c belongs to it. False when there is none. */
static bool match_class_name(const char *p, const char *limit, unsigned char c, const char **end,
                             bool *found) {
    const char *close;

    if (limit - p < 4 || p[1] != ':')
        return false;
    close = memchr(p + 2, ']', (size_t)(limit - (p + 2)));
    if (!close || close == p + 2 || close[-1] != ':')
        return false;
    *end = close + 1;
    for (size_t i = 0; i < sizeof(class_names) / sizeof(*class_names); i++) {
        size_t n = strlen(class_names[i].name);
        if ((size_t)(close - 1 - (p + 2)) == n && memcmp(p + 2, class_names[i].name, n) == 0)
            *found = *found || in_ranges(class_names[i].ranges, c);
    }
    return true;
}

/*
 * The bracket expression that starts at p (its '['), as git's wildmatch reads it: '!' or '^' negates, a ']' that comes
 * first is a member. Returns what follows it, NULL when it has no end; *found tells whether c is in it.
 */
static const char *match_class(const char *p, const char *limit, unsigned char c, bool *found) {
    bool negated, first = true, in = false;

    p++;
    negated = p < limit && (*p == '!' || *p == '^');
    p += negated;
    for (; p < limit && (first || *p != ']'); first = false) {
        unsigned char low, high;
        if (*p == '[' && match_class_name(p, limit, c, &p, &in))
            continue;
        if (*p == '\\' && p + 1 < limit)
            p++;
        low = high = (unsigned char)*p++;
        if (limit - p >= 2 && p[0] == '-' && p[1] != ']') {
            p += 1 + (p[1] == '\\' && limit - p > 2);
            high = (unsigned char)*p++;
        }
        in = in || (low <= c && c <= high);
    }
    *found = in != negated;
    return p < limit ? p + 1 : NULL;
}

/* Matches one character; returns what follows it in the pattern, NULL when c does not match. */
static const char *match_one(const char *p, const char *limit, char c) {
    const char *next;
    bool found;

    if (p == limit)
        return NULL;
    if (*p == '?')
        return p + 1;
    if (*p == '[') {
        next = match_class(p, limit, (unsigned char)c, &found);
        return next && found ? next : NULL;
    }
    if (*p == '\\' && p + 1 < limit)
        p++;
    return *p == c ? p + 1 : NULL;
}

/* One part against one part. Only the last star can need another try: time is at most the product of the lengths. */
static bool match_part(struct part pattern, struct part name) {
    const char *p = pattern.s, *p_end = p + pattern.n;
    const char *s = name.s, *s_end = s + name.n;
    const char *star = NULL, *retry = NULL;

    while (s < s_end) {
        const char *next;
        if (p < p_end && *p == '*') {
            star = ++p;
            retry = s;
            continue;
        }
        next = match_one(p, p_end, *s);
        if (!next && !star)
            return false;
        p = next ? next : star;
        s = next ? s + 1 : ++retry;
    }
    while (p < p_end && *p == '*')
        p++;
    return p == p_end;
}

/*
 * All parts of the pattern against all parts of path[0, end). "**" stands for any number of parts, and for at least
 * one at the pattern's end. As above, only the last "**" can need another try.
 */
static bool match_parts(const char *pattern, const char *path, const char *end) {
    const char *star = NULL, *retry = NULL;

    while (path < end) {
        struct part p = part_at(pattern), s = part_at(path);
        if (is_double_star(p)) {
            if (!pattern[p.n] || !pattern[p.n + 1])
                return true;
            star = pattern = part_next(p);
            retry = path;
            continue;
        }
        if (p.n && match_part(p, s)) {
            pattern = part_next(p);
            path = part_next(s);
            continue;
        }
        if (!star)
            return false;
        pattern = star;
        path = retry = part_next(part_at(retry));
    }
    return !*pattern;
}

/* A slash that is not the last character anchors the pattern. */
static bool is_anchored(const char *pattern) {
    const char *slash = strchr(pattern, '/');

    return slash && slash[1];
}

/* The pattern against path[0, end): the whole path, or a folder above it. */
static bool match_prefix(const char *pattern, const char *path, const char *end) {
    const char *base = end;

    if (is_anchored(pattern))
        return match_parts(pattern, path, end);
    while (base > path && base[-1] != '/')
        base--;
    return match_part(part_at(pattern), (struct part){base, (size_t)(end - base)});
}

bool glob_match(const char *pattern, const char *path) {
    size_t n = strlen(pattern);
    bool folders_only = n && pattern[n - 1] == '/';

    for (const char *end = path; *end; end++)
        if (end[1] == '/' && match_prefix(pattern, path, end + 1))
            return true;
    return !folders_only && *path && match_prefix(pattern, path, path + strlen(path));
}

/* Whether every "[" has its "]" in the same part, and every backslash something to escape. */
static bool classes_end(const char *pattern) {
    for (const char *p = pattern; *p; p++) {
        bool found;
        if (*p == '\\') {
            p++;
            if (!*p || *p == '/')
                return false;
        } else if (*p == '[') {
            p = match_class(p, p + strcspn(p, "/"), 0, &found);
            if (!p)
                return false;
            p--;
        }
    }
    return true;
}

bool glob_is_valid(const char *pattern) {
    const char *p = pattern;

    if (!*p || *p == '/' || *p == '!')
        return false;
    while (*p) {
        struct part part = part_at(p);
        if (part.n == 0 || (part.n == 2 && part.s[0] == '.' && part.s[1] == '.'))
            return false;
        if (part.n == 1 && part.s[0] == '.')
            return false;
        p = part_next(part);
    }
    return classes_end(pattern);
}
