#include "sql/literal.h"

#include "base/ascii.h"

#include <string.h>

enum { NAME_BYTES = 63 }; /* NAMEDATALEN - 1 */

static void init_dollar(struct literal_reader *reader, const struct token *token) {
    const char *second = memchr(reader->bytes + token->start + 1, '$', token->end - token->start);
    size_t tag = (size_t)(second - reader->bytes) + 1 - token->start;

    reader->at = token->start + tag;
    reader->end = token->end - tag;
}

void literal_init(struct literal_reader *reader, const char *bytes, const struct token *token) {
    size_t at = token->start;

    *reader = (struct literal_reader){.bytes = bytes};
    if (token->kind == TOKEN_DOLLAR_STRING) {
        init_dollar(reader, token);
        return;
    }
    reader->quote = token->kind == TOKEN_QUOTED_WORD ? '"' : '\'';
    if (bytes[at] != reader->quote)
        reader->escape = ascii_tolower(bytes[at]);
    if (reader->escape && reader->escape != 'e' && reader->escape != 'u')
        reader->escape = '\0';
    while (bytes[at] != reader->quote)
        at++;
    reader->at = at + 1;
    reader->end = token->end - 1;
}

/* At a quote that ends one part of a continued string: moves on behind the next part's quote. */
static void next_line_part(struct literal_reader *reader) {
    size_t at = reader->at + 1;

    while (reader->bytes[at] != reader->quote) {
        if (reader->bytes[at] == '-')
            while (reader->bytes[at] != '\n' && reader->bytes[at] != '\r')
                at++;
        else
            at++;
    }
    reader->at = at + 1;
}

static int digit_value(char c) {
    if (ascii_isdigit(c))
        return c - '0';
    c = ascii_tolower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 99;
}

/* Reads up to max digits from offset at; the number of digits. */
static size_t read_digits(const struct literal_reader *reader, size_t at, int base, size_t max,
                          uint32_t *value) {
    size_t n = 0;

    *value = 0;
    while (n < max && at + n < reader->end && digit_value(reader->bytes[at + n]) < base)
        *value = *value * (uint32_t)base + (uint32_t)digit_value(reader->bytes[at + n++]);
    return n;
}

static void make_byte(struct literal_part *part, size_t len, uint32_t byte) {
    part->len = len;
    part->made[0] = (char)(unsigned char)byte;
    part->made_len = 1;
}

static void make_code_point(struct literal_part *part, size_t len, uint32_t code) {
    part->len = len;
    part->made_len = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    if (code < 0x80) {
        part->made[0] = (char)code;
        return;
    }
    for (size_t i = part->made_len - 1; i > 0; i--, code >>= 6)
        part->made[i] = (char)(0x80 | (code & 0x3F));
    part->made[0] = (char)((0xF0 << (4 - part->made_len)) | code);
}

/* The value of digits hexadecimal digits behind a prefix of the escape, joined with the low half of a surrogate pair where one follows. */
static bool make_unicode(struct literal_reader *reader, struct literal_part *part, size_t prefix,
                         size_t digits) {
    uint32_t code, low;
    size_t len = prefix + digits, second = part->start + len;

    if (read_digits(reader, part->start + prefix, 16, digits, &code) != digits || code > 0x10FFFF)
        return false;
    if (code >= 0xD800 && code < 0xDC00 && second + len <= reader->end &&
        reader->bytes[second] == '\\' &&
        read_digits(reader, second + prefix, 16, digits, &low) == digits && low >= 0xDC00 &&
        low < 0xE000) {
        code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
        len *= 2;
    }
    make_code_point(part, len, code);
    return true;
}

/* \b \f \n \r \t \v; 0 for others. scan.l, unescape_single_char */
static char control_escape(char c) {
    static const char letters[] = "bfnrtv", values[] = "\b\f\n\r\t\v";
    const char *found = c ? strchr(letters, c) : NULL;

    return found ? values[found - letters] : '\0';
}

/* At a backslash of an E string. */
static void read_e_escape(struct literal_reader *reader, struct literal_part *part) {
    size_t at = part->start + 1, n;
    char c = at < reader->end ? reader->bytes[at] : '\\';
    uint32_t value;

    if (control_escape(c))
        make_byte(part, 2, (unsigned char)control_escape(c));
    else if ((n = read_digits(reader, at, 8, 3, &value)))
        make_byte(part, 1 + n, value);
    else if (c == 'x' && (n = read_digits(reader, at + 1, 16, 2, &value)))
        make_byte(part, 2 + n, value);
    else if (!(c == 'u' && make_unicode(reader, part, 2, 4)) &&
             !(c == 'U' && make_unicode(reader, part, 2, 8)))
        make_byte(part, 2, (unsigned char)c);
}

/* At a backslash of U&: \XXXX, \+XXXXXX, \\; anything else stands for itself (the server refuses it). */
static void read_u_escape(struct literal_reader *reader, struct literal_part *part) {
    size_t at = part->start + 1;

    if (at < reader->end && reader->bytes[at] == '+' && make_unicode(reader, part, 2, 6))
        return;
    if (make_unicode(reader, part, 1, 4))
        return;
    make_byte(part, at < reader->end && reader->bytes[at] == '\\' ? 2 : 1, '\\');
}

static bool is_special(const struct literal_reader *reader, char c) {
    return (reader->quote && c == reader->quote) || (reader->escape && c == '\\');
}

bool literal_next(struct literal_reader *reader, struct literal_part *part) {
    size_t start;

    while (reader->at < reader->end && reader->quote &&
           reader->bytes[reader->at] == reader->quote &&
           reader->bytes[reader->at + 1] != reader->quote)
        next_line_part(reader);
    start = reader->at;
    *part = (struct literal_part){.start = start};
    if (start >= reader->end)
        return false;
    while (reader->at < reader->end && !is_special(reader, reader->bytes[reader->at]))
        reader->at++;
    part->len = reader->at - start;
    part->verbatim = part->len > 0;
    if (part->verbatim)
        return true;
    if (reader->bytes[start] == reader->quote)
        make_byte(part, 2, (unsigned char)reader->quote);
    else if (reader->escape == 'e')
        read_e_escape(reader, part);
    else
        read_u_escape(reader, part);
    reader->at = start + part->len;
    return true;
}

/* Decoding never makes anything longer. */
static char *decode(struct arena *arena, const char *bytes, const struct token *token, size_t *n) {
    char *out = arena_alloc(arena, token->end - token->start + 1);
    struct literal_reader reader;
    struct literal_part part;

    *n = 0;
    literal_init(&reader, bytes, token);
    while (literal_next(&reader, &part)) {
        const char *from = part.verbatim ? bytes + part.start : part.made;
        size_t len = part.verbatim ? part.len : part.made_len;
        memcpy(out + *n, from, len);
        *n += len;
    }
    out[*n] = '\0';
    return out;
}

char *token_string(struct arena *arena, const char *bytes, const struct token *token) {
    size_t n;

    return decode(arena, bytes, token, &n);
}

char *token_identifier(struct arena *arena, const char *bytes, const struct token *token) {
    size_t n = token->end - token->start;
    char *name;

    if (token->kind == TOKEN_QUOTED_WORD) {
        name = decode(arena, bytes, token, &n);
    } else {
        name = arena_strndup(arena, bytes + token->start, n);
        for (size_t i = 0; i < n; i++)
            name[i] = ascii_tolower(name[i]);
    }
    if (n > NAME_BYTES) {
        n = NAME_BYTES;
        while (n && ((unsigned char)name[n] & 0xC0) == 0x80)
            n--;
        name[n] = '\0';
    }
    return name;
}

void literal_append(struct text_builder *builder, const struct text *text,
                    const struct token *token) {
    struct literal_reader reader;
    struct literal_part part;

    literal_init(&reader, text->bytes, token);
    while (literal_next(&reader, &part)) {
        if (part.verbatim)
            text_build_copy(builder, text, (struct span){part.start, part.start + part.len});
        else
            text_build_made(builder, text, part.start, part.made, part.made_len);
    }
}

struct text *literal_text(struct arena *arena, const struct text *text, const struct token *token) {
    struct literal_reader reader;
    struct text_builder builder;

    if (token->kind == TOKEN_DOLLAR_STRING) {
        literal_init(&reader, text->bytes, token);
        return text_part(arena, text, (struct span){reader.at, reader.end});
    }
    text_build_init(&builder, arena, text_file(text, token->start));
    literal_append(&builder, text, token);
    return text_build_end(&builder);
}
