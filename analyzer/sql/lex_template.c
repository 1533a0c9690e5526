/* Placeholders that are filled in before any SQL is read, by runners and template engines. */
#include "base/ascii.h"
#include "sql/lex_state.h"

#include <string.h>

enum { LONGEST_NAME = 256 };

/* ${x}: up to the brace, on the same line. */
static size_t dollar_end(const struct lexer *lexer, size_t i) {
    for (size_t end = i + 2; end < lexer->end && end - i < LONGEST_NAME; end++) {
        char c = lexer->bytes[end];
        if (c == '}')
            return end > i + 2 ? end + 1 : 0;
        if (c == '\n' || c == '{' || c == '\'' || c == '"')
            return 0;
    }
    return 0;
}

/* %(x)s */
static size_t percent_end(const struct lexer *lexer, size_t i) {
    size_t end = i + 2;

    while (end - i < LONGEST_NAME && is_word_byte(byte_at(lexer, end)))
        end++;
    if (end == i + 2 || byte_at(lexer, end) != ')' || byte_at(lexer, end + 1) != 's')
        return 0;
    return is_word_byte(byte_at(lexer, end + 2)) ? 0 : end + 2;
}

/* {{ x }}, over lines too. Where none is closed, none behind it is either: no second look. */
static size_t braces_end(struct lexer *lexer, size_t i) {
    static const char openers[] = "{%#", closers[] = "}%#";
    char second = byte_at(lexer, i + 1);
    const char *kind = second ? strchr(openers, second) : NULL;
    const char *end = lexer->bytes + lexer->end, *p = lexer->bytes + i + 2;
    size_t index = kind ? (size_t)(kind - openers) : 0;

    if (!kind || lexer->unclosed[index])
        return 0;
    while ((p = memchr(p, '}', (size_t)(end - p)))) {
        if (index == 0 && p + 1 < end && p[1] == '}')
            return (size_t)(p - lexer->bytes) + 2;
        if (index && p > lexer->bytes + i + 2 && p[-1] == closers[index])
            return (size_t)(p - lexer->bytes) + 1;
        p++;
    }
    lexer->unclosed[index] = true;
    return 0;
}

size_t lexer_placeholder_end(struct lexer *lexer, size_t i) {
    char next = byte_at(lexer, i + 1);

    switch (lexer->bytes[i]) {
    case '$':
        return (lexer->flags & LEX_DOLLAR) && next == '{' ? dollar_end(lexer, i) : 0;
    case '{':
        return lexer->flags & LEX_BRACES ? braces_end(lexer, i) : 0;
    case '%':
        return (lexer->flags & LEX_PERCENT) && next == '(' ? percent_end(lexer, i) : 0;
    default:
        return 0;
    }
}

size_t lex_placeholder_end(const char *bytes, size_t n, size_t at, unsigned flags) {
    size_t end = n - at < LONGEST_NAME ? n : at + LONGEST_NAME;
    struct lexer lexer = {.bytes = bytes, .at = at, .end = end, .flags = flags};

    return lexer_placeholder_end(&lexer, at);
}
