#include "sql/lex_state.h"

#include "base/ascii.h"
#include "base/bug.h"

#include <stdlib.h>
#include <string.h>

/*
 * What a byte may begin: w a word, x a number, z a $, + an operator, ! an operator that may end in + or -,
 * a comma stands for all punctuation that is one token, ? for nothing; other characters stand for
 * themselves. Bytes above 127 are letters, as ident_start of scan.l has it. w, x and z are the classes
 * that a word goes on with.
 */
const char lexer_classes[] = "?????????     ??"
                             "????????????????"
                             " !\"!z!!',,++,+.+"
                             "xxxxxxxxxx:,+++!"
                             "!wwwwwwwwwwwwwww"
                             "wwwwwwwwwww,\\,!w"
                             "!wwwwwwwwwwwwwww"
                             "wwwwwwwwwww?!?!?"
                             "wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww"
                             "wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww"
                             "wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww"
                             "wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww";

enum { LONGEST_TEMPLATE = 256 };

void lexer_grow(struct lexer *lexer) {
    lexer->cap = lexer->cap ? lexer->cap + lexer->cap / 2 : (lexer->end - lexer->at) / 8 + 32;
    lexer->tokens = realloc(lexer->tokens, lexer->cap * sizeof(*lexer->tokens));
    if (!lexer->tokens)
        die_out_of_memory();
}

static size_t skip_word(struct lexer *lexer, size_t i) {
    while (i < lexer->end && is_word_byte(lexer->bytes[i])) {
        if (lexer->bytes[i] == '$' && (lexer->flags & LEX_DOLLAR) &&
            lexer_placeholder_end(lexer, i))
            break;
        i++;
    }
    return i;
}

static void lex_block_comment(struct lexer *lexer) {
    size_t i = lexer->at + 2, depth = 1;

    while (depth && i < lexer->end) {
        char c = lexer->bytes[i], next = byte_at(lexer, i + 1);
        bool opens = c == '/' && next == '*', closes = c == '*' && next == '/';
        depth = depth + opens - closes;
        i += opens || closes ? 2 : 1;
    }
    emit(lexer, depth ? TOKEN_BROKEN : TOKEN_BLOCK_COMMENT, i);
}

/*
 * Behind the closing quote of one part of a string: the offset of the next part's quote, or 0 when
 * there is none. Parts are joined over blanks and -- comments with at least one newline (scan.l,
 * quotecontinue).
 */
static size_t continued_at(const struct lexer *lexer, size_t i) {
    bool newline = false;

    for (; i < lexer->end; i++) {
        char c = lexer->bytes[i];
        if (c == '-' && byte_at(lexer, i + 1) == '-')
            i = lexer_line_end(lexer, i) - 1;
        else if (!ascii_isspace(c))
            return c == '\'' && newline ? i : 0;
        else if (c == '\n' || c == '\r')
            newline = true;
    }
    return 0;
}

/* Behind the {{ ... "x" ... }} at i in a quoted name, on one line; else behind its first brace. */
static size_t behind_quoted_template(const struct lexer *lexer, size_t i) {
    size_t end = i + 2;

    while (end < lexer->end && end - i < LONGEST_TEMPLATE && lexer->bytes[end] != '\n' &&
           lexer->bytes[end] != '}')
        end++;
    return byte_at(lexer, end) == '}' && byte_at(lexer, end + 1) == '}' ? end + 2 : i + 1;
}

/*
 * From behind an opening quote: the offset behind the closing one; SIZE_MAX when there is none. Two
 * quotes stand for one but in b'...' and x'...'; a backslash takes the next byte in e'...'. prefix: the
 * letter in front, in lower case, or the quote.
 */
static size_t skip_quoted(const struct lexer *lexer, size_t i, char quote, char prefix) {
    bool doubles = prefix != 'b' && prefix != 'x';
    bool templates = (lexer->flags & LEX_BRACES) && quote == '"';

    while (i < lexer->end) {
        char c = lexer->bytes[i++];
        if (templates && c == '{' && byte_at(lexer, i) == '{')
            i = behind_quoted_template(lexer, i - 1);
        if (c == '\\' && prefix == 'e')
            i++;
        else if (c == quote && doubles && byte_at(lexer, i) == quote)
            i++;
        else if (c == quote)
            return i;
    }
    return SIZE_MAX;
}

/* quote: the offset of the opening quote, behind a prefix such as E. */
static void lex_string(struct lexer *lexer, size_t quote) {
    char prefix = ascii_tolower(lexer->bytes[lexer->at]);
    size_t end = skip_quoted(lexer, quote + 1, '\'', prefix);

    while (end != SIZE_MAX && (quote = continued_at(lexer, end)) != 0)
        end = skip_quoted(lexer, quote + 1, '\'', prefix);
    emit(lexer, end == SIZE_MAX ? TOKEN_BROKEN : TOKEN_STRING, end == SIZE_MAX ? lexer->end : end);
}

static void lex_quoted_word(struct lexer *lexer, size_t quote) {
    size_t end = skip_quoted(lexer, quote + 1, '"', '"');

    emit(lexer, end == SIZE_MAX ? TOKEN_BROKEN : TOKEN_QUOTED_WORD,
         end == SIZE_MAX ? lexer->end : end);
}

/* The token's tag from $ to $ is text[at, body). */
static void lex_dollar_body(struct lexer *lexer, size_t body) {
    size_t tag = body - lexer->at, i = body;
    const char *dollar;

    while ((dollar = memchr(lexer->bytes + i, '$', lexer->end - i))) {
        i = (size_t)(dollar - lexer->bytes);
        if (lexer->end - i >= tag && memcmp(dollar, lexer->bytes + lexer->at, tag) == 0) {
            emit(lexer, TOKEN_DOLLAR_STRING, i + tag);
            return;
        }
        i++;
    }
    emit(lexer, TOKEN_BROKEN, lexer->end);
}

static void lex_dollar(struct lexer *lexer) {
    size_t i = lexer->at + 1;

    if (ascii_isdigit(byte_at(lexer, i))) {
        while (ascii_isdigit(byte_at(lexer, i)))
            i++;
        emit(lexer, TOKEN_PARAMETER, i);
        return;
    }
    if (class_of(byte_at(lexer, i)) == 'w')
        while (is_word_byte(byte_at(lexer, i)) && lexer->bytes[i] != '$')
            i++;
    if (byte_at(lexer, i) == '$')
        lex_dollar_body(lexer, i + 1);
    else
        emit(lexer, TOKEN_BROKEN, lexer->at + 1);
}

static bool is_digit_of(char c, int base) {
    if (base == 16 && ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')))
        return true;
    return ascii_isdigit(c) && c < '0' + base;
}

/* Digits with single underscores between them (PostgreSQL 16). */
static size_t skip_digits(const struct lexer *lexer, size_t i, int base) {
    while (is_digit_of(byte_at(lexer, i), base) ||
           (byte_at(lexer, i) == '_' && is_digit_of(byte_at(lexer, i + 1), base)))
        i++;
    return i;
}

static size_t skip_exponent(const struct lexer *lexer, size_t i) {
    size_t digits = i + 1;

    if (ascii_tolower(byte_at(lexer, i)) != 'e')
        return i;
    if (byte_at(lexer, digits) == '+' || byte_at(lexer, digits) == '-')
        digits++;
    return ascii_isdigit(byte_at(lexer, digits)) ? skip_digits(lexer, digits, 10) : i;
}

/* 0x1F, 0o17, 0b101 (PostgreSQL 16); at when there is none. */
static size_t skip_prefixed_number(const struct lexer *lexer, size_t at) {
    char c = ascii_tolower(byte_at(lexer, at + 1));
    int base = c == 'x' ? 16 : c == 'o' ? 8 : c == 'b' ? 2 : 0;
    size_t end;

    if (lexer->bytes[at] != '0' || !base)
        return at;
    end = skip_digits(lexer, at + 2, base);
    return end > at + 2 ? end : at;
}

static void lex_number(struct lexer *lexer) {
    size_t i = skip_prefixed_number(lexer, lexer->at);

    if (i == lexer->at) {
        i = skip_digits(lexer, i, 10);
        /* "1..10" is 1, .., 10 */
        if (byte_at(lexer, i) == '.' && byte_at(lexer, i + 1) != '.')
            i = skip_digits(lexer, i + 1, 10);
        i = skip_exponent(lexer, i);
    }
    emit(lexer, TOKEN_NUMBER, i);
}

static void lex_dot(struct lexer *lexer) {
    if (ascii_isdigit(byte_at(lexer, lexer->at + 1)))
        emit(lexer, TOKEN_NUMBER, skip_exponent(lexer, skip_digits(lexer, lexer->at + 1, 10)));
    else if (byte_at(lexer, lexer->at + 1) == '.')
        emit(lexer, TOKEN_OPERATOR, lexer->at + 2);
    else
        emit(lexer, TOKEN_PUNCT, lexer->at + 1);
}

/* Whether a comment begins at i. */
static bool is_comment_start(const struct lexer *lexer, size_t i) {
    char c = lexer->bytes[i], next = byte_at(lexer, i + 1);

    return (c == '-' && next == '-') || (c == '/' && next == '*');
}

static bool is_percent_placeholder(struct lexer *lexer, size_t i) {
    return (lexer->flags & LEX_PERCENT) && lexer->bytes[i] == '%' &&
           lexer_placeholder_end(lexer, i);
}

/*
 * A whole run of operator characters, up to a comment in it. A token of several characters does
 * not end in + or - unless it holds one of ~!@#^&|`?% (scan.l, rule {operator}). What is cut off
 * its end is + and - only, each a token of its own: so one look at the run is enough.
 */
static void lex_operators(struct lexer *lexer) {
    size_t limit = lexer->at, end = lexer->at;
    bool keeps_all = false;

    while (limit < lexer->end && is_operator_byte(lexer->bytes[limit]) &&
           !is_comment_start(lexer, limit) && !is_percent_placeholder(lexer, limit)) {
        char c = lexer->bytes[limit++];
        keeps_all = keeps_all || class_of(c) == '!';
        if (c != '+' && c != '-')
            end = limit;
    }
    if (keeps_all)
        end = limit;
    if (end > lexer->at)
        emit(lexer, TOKEN_OPERATOR, end);
    while (lexer->at < limit)
        emit(lexer, TOKEN_OPERATOR, lexer->at + 1);
}

static void lex_operator_or_comment(struct lexer *lexer) {
    if (!is_comment_start(lexer, lexer->at))
        lex_operators(lexer);
    else if (lexer->bytes[lexer->at] == '-')
        emit(lexer, TOKEN_LINE_COMMENT, lexer_line_end(lexer, lexer->at));
    else
        lex_block_comment(lexer);
}

static void lex_colon(struct lexer *lexer) {
    char next = byte_at(lexer, lexer->at + 1);
    size_t variable = lexer->psql || (lexer->flags & LEX_COLON) ? lexer_variable_end(lexer) : 0;

    if (next == ':' || next == '=')
        emit(lexer, TOKEN_OPERATOR, lexer->at + 2);
    else if (variable)
        emit(lexer, TOKEN_VARIABLE, variable);
    else
        emit(lexer, TOKEN_PUNCT, lexer->at + 1);
}

static void lex_space(struct lexer *lexer) {
    size_t i = lexer->at;

    while (i < lexer->end && ascii_isspace(lexer->bytes[i]))
        if (lexer->bytes[i++] == '\n' && lexer->copy_data_due)
            break;
    emit(lexer, TOKEN_SPACE, i);
    if (lexer->copy_data_due && lexer->bytes[i - 1] == '\n') {
        lexer->copy_data_due = false;
        lexer_copy_data(lexer);
    }
}

/* A word; or a string or quoted word behind a prefix. */
static void lex_word(struct lexer *lexer) {
    char first = ascii_tolower(lexer->bytes[lexer->at]);
    char second = byte_at(lexer, lexer->at + 1);

    if (second == '\'' && strchr("ebxn", first))
        lex_string(lexer, lexer->at + 1);
    else if (first == 'u' && second == '&' && byte_at(lexer, lexer->at + 2) == '\'')
        lex_string(lexer, lexer->at + 2);
    else if (first == 'u' && second == '&' && byte_at(lexer, lexer->at + 2) == '"')
        lex_quoted_word(lexer, lexer->at + 2);
    else
        emit(lexer, TOKEN_WORD, skip_word(lexer, lexer->at));
}

static void lex_token(struct lexer *lexer) {
    size_t placeholder =
        lexer->flags & LEX_PLACEHOLDERS ? lexer_placeholder_end(lexer, lexer->at) : 0;

    if (placeholder) {
        emit(lexer, TOKEN_VARIABLE, placeholder);
        return;
    }
    switch (class_of(lexer->bytes[lexer->at])) {
    case ' ':
        lex_space(lexer);
        break;
    case 'w':
        lex_word(lexer);
        break;
    case ',':
        emit(lexer, TOKEN_PUNCT, lexer->at + 1);
        break;
    case 'x':
        lex_number(lexer);
        break;
    case '\'':
        lex_string(lexer, lexer->at);
        break;
    case '"':
        lex_quoted_word(lexer, lexer->at);
        break;
    case '+':
    case '!':
        lex_operator_or_comment(lexer);
        break;
    case '.':
        lex_dot(lexer);
        break;
    case ':':
        lex_colon(lexer);
        break;
    case 'z':
        lex_dollar(lexer);
        break;
    case '\\':
        lexer_backslash(lexer);
        break;
    default:
        emit(lexer, TOKEN_BROKEN, lexer->at + 1);
    }
}

void lex(struct arena *arena, const char *bytes, struct span span, unsigned flags,
         struct tokens *out) {
    struct lexer lexer = {.bytes = bytes,
                          .at = span.start,
                          .end = span.end,
                          .psql = (flags & LEX_PSQL) != 0,
                          .flags = flags};
    size_t before = out->list.n;

    if (span.end > LONGEST_TEXT)
        BUG("a text of %zu bytes", span.end);
    while (lexer.at < lexer.end) {
        lex_token(&lexer);
        if (lexer.psql)
            lexer_watch_copy(&lexer, &lexer.tokens[lexer.n - 1]);
    }
    out->list.v = arena_grow(arena, out->list.v, before * sizeof(struct token),
                             (before + lexer.n) * sizeof(struct token));
    if (lexer.n)
        memcpy(out->list.v + before, lexer.tokens, lexer.n * sizeof(struct token));
    out->list.n = out->list.cap = before + lexer.n;
    free(lexer.tokens);
}

bool token_is_word(const char *bytes, const struct token *token, const char *keyword) {
    const char *word = bytes + token->start;
    size_t n = token->end - token->start;

    if (token->kind != TOKEN_WORD)
        return false;
    for (size_t i = 0; i < n; i++)
        if (ascii_tolower(word[i]) != keyword[i])
            return false; /* also where the keyword ends: no word holds a NUL */
    return keyword[n] == '\0';
}

bool token_is_unterminated(const char *bytes, const struct token *token) {
    char first = bytes[token->start];

    return token->kind == TOKEN_BROKEN &&
           (token->end - token->start > 1 || first == '\'' || first == '"');
}
