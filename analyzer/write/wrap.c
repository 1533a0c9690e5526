#include "write/wrap.h"

#include "base/ascii.h"
#include "source/escape.h"
#include "source/utf8.h"
#include "write/formats.h"

#include <stdbool.h>
#include <string.h>

enum { SQL_CONTINUATION = 4 };

/* Where a line may be broken: the words between such places, one after the other. */
struct words {
    const char *s;
    size_t n;
    bool sql;   /* blanks in quotes are no place */
    char quote; /* that is open at the next word */
    bool whole; /* the rest is one word: a comment, a dollar quote */
};

static void follow_quotes(struct words *words, size_t i) {
    char c = words->s[i];
    char next = i + 1 < words->n ? words->s[i + 1] : '\0';

    if (words->quote)
        words->quote = c == words->quote ? '\0' : words->quote;
    else if (c == '\'' || c == '"')
        words->quote = c;
    else if ((c == '-' || c == '$') && next == c)
        words->whole = true;
}

/* A blank, unless it is in quotes or a command would come to the start of a line. */
static bool breaks(const struct words *words, size_t i) {
    return words->s[i] == ' ' && !words->quote && !words->whole &&
           !write_starts_command(words->s + i, words->n - i);
}

/* The length of the word at the start of what is left. */
static size_t word_length(struct words *words) {
    size_t i = 0;

    while (i < words->n && words->s[i] == ' ')
        i++;
    for (; i < words->n && !breaks(words, i); i++)
        if (words->sql)
            follow_quotes(words, i);
    return i;
}

static size_t width_of(const char *s, size_t n) {
    size_t width = 0;

    for (size_t i = 0; i < n;) {
        uint32_t code = 0;
        size_t length = (unsigned char)s[i] < 0x80 ? 1 : utf8_decode(s + i, n - i, &code);
        width += code < 0x80 ? 1 : (size_t)utf8_width(code);
        i += length ? length : 1;
    }
    return width;
}

static size_t count_blanks(const char *s, size_t n) {
    size_t i = 0;

    while (i < n && s[i] == ' ')
        i++;
    return i;
}

/*
 * Puts the words on lines; the cursor stands at wrap.indent. Further lines start with so many more
 * blanks, and the prefix.
 */
static void put_words(struct buf *out, struct words words, struct wrap wrap, size_t more,
                      const char *prefix) {
    size_t column = wrap.indent;
    bool first = true;

    if (column + words.n <=
        wrap.width) { /* no character takes more columns than bytes: the line fits as it is */
        buf_add(out, words.s, words.n);
        words.n = 0;
    }
    while (words.n) {
        size_t n = word_length(&words), blanks = first ? 0 : count_blanks(words.s, n);
        size_t width = width_of(words.s, n);
        if (!first && blanks && column + width > wrap.width) {
            buf_putc(out, '\n');
            buf_repeat(out, ' ', wrap.indent + more);
            buf_puts(out, prefix);
            column = wrap.indent + more + strlen(prefix) + width - blanks;
            buf_add(out, words.s + blanks, n - blanks);
        } else {
            buf_add(out, words.s, n);
            column += width;
        }
        words.s += n;
        words.n -= n;
        first = false;
    }
    buf_putc(out, '\n');
}

/* A line that starts with a word in capitals, or a comment, or is indented, is SQL. */
static bool is_sql(const char *s, size_t n) {
    size_t capitals = 0;

    if (n && (s[0] == ' ' || s[0] == ')' || s[n - 1] == ';'))
        return true;
    while (capitals < n && ascii_isupper(s[capitals]))
        capitals++;
    return capitals > 1 && (capitals == n || !ascii_isalnum(s[capitals]));
}

static void put_line(struct buf *out, const char *s, size_t n, struct wrap wrap, bool may_be_sql) {
    struct words words = {.s = s, .n = n};
    size_t blanks = count_blanks(s, n);

    if (write_starts_command(s, n))
        buf_putc(out, '\\');
    if (may_be_sql && n - blanks >= 3 && memcmp(s + blanks, "-- ", 3) == 0) {
        put_words(out, words, wrap, blanks, "-- ");
        return;
    }
    words.sql = may_be_sql && is_sql(s, n);
    put_words(out, words, wrap, words.sql ? blanks + SQL_CONTINUATION : 0, "");
}

/* The line with each tab at its start made four blanks; what follows is escaped. */
static void escape_indented(struct buf *out, const char *s, size_t n) {
    size_t i = 0;

    for (; i < n && (s[i] == ' ' || s[i] == '\t'); i++)
        buf_repeat(out, ' ', s[i] == '\t' ? 4 : 1);
    if (n > i && s[n - 1] == '\r')
        n--;
    escape_line(out, s + i, n - i);
}

static void wrap_lines(struct buf *out, const char *text, struct wrap wrap, bool may_be_sql) {
    struct buf line = BUF_INIT;
    bool first = true;

    for (const char *next; text; text = next) {
        const char *end = strchr(text, '\n');
        size_t n = end ? (size_t)(end - text) : strlen(text);
        next = end && end[1] ? end + 1 : NULL;
        buf_clear(&line);
        escape_indented(&line, text, n);
        if (!first && line.n)
            buf_repeat(out, ' ', wrap.indent);
        first = false;
        put_line(out, buf_str(&line), line.n, wrap, may_be_sql);
    }
    buf_release(&line);
}

void wrap_prose(struct buf *out, const char *text, struct wrap wrap) {
    wrap_lines(out, text, wrap, false);
}

void wrap_sql(struct buf *out, const char *text, struct wrap wrap) {
    wrap_lines(out, text, wrap, true);
}
