#include "write/json_out.h"

#include "source/escape.h"
#include "source/utf8.h"

#include <string.h>

static void json_comma(struct json_out *json) {
    if (json->comma)
        buf_putc(json->out, ',');
    json->comma = true;
}

void json_begin(struct json_out *json, char bracket) {
    json_comma(json);
    buf_putc(json->out, bracket);
    json->comma = false;
}

void json_end(struct json_out *json, char bracket) {
    buf_putc(json->out, bracket);
    json->comma = true;
}

void json_key(struct json_out *json, const char *key) {
    json_text(json, key);
    buf_putc(json->out, ':');
    json->comma = false;
}

void json_newline(struct json_out *json) {
    if (json->comma)
        buf_putc(json->out, ',');
    buf_putc(json->out, '\n');
    json->comma = false;
}

static void put_code(struct buf *out, uint32_t code) {
    if (code == '"' || code == '\\')
        buf_printf(out, "\\%c", (char)code);
    else if (code == '\n')
        buf_puts(out, "\\n");
    else if (code == '\t')
        buf_puts(out, "\\t");
    else if (code >= 0x10000)
        buf_printf(out, "\\u%04X\\u%04X", (unsigned)(0xD800 + ((code - 0x10000) >> 10)),
                   (unsigned)(0xDC00 + ((code - 0x10000) & 0x3FF)));
    else
        buf_printf(out, "\\u%04X", (unsigned)code);
}

static size_t put_character(struct buf *out, const char *s, size_t n) {
    uint32_t code = 0;
    size_t length = utf8_decode(s, n, &code);

    if (!length)
        buf_printf(out, "\\\\x%02X", (unsigned)(unsigned char)s[0]);
    else if (code == '"' || code == '\\' || escape_is_needed(code) ||
             (n >= 3 && memcmp(s, "##[", 3) == 0))
        put_code(out, code);
    else
        buf_add(out, s, length);
    return length ? length : 1;
}

static size_t plain_length(const char *s, size_t n) {
    size_t i = 0;

    while (i < n && s[i] >= ' ' && s[i] < 0x7F && s[i] != '"' && s[i] != '\\' && s[i] != '#')
        i++;
    return i;
}

void json_text_n(struct json_out *json, const char *s, size_t n) {
    json_comma(json);
    buf_putc(json->out, '"');
    for (size_t i = 0; i < n;) {
        size_t plain = plain_length(s + i, n - i);
        buf_add(json->out, s + i, plain);
        i += plain;
        if (i < n)
            i += put_character(json->out, s + i, n - i);
    }
    buf_putc(json->out, '"');
}

void json_text(struct json_out *json, const char *s) {
    if (s) {
        json_text_n(json, s, strlen(s));
        return;
    }
    json_comma(json);
    buf_puts(json->out, "null");
}

void json_number(struct json_out *json, size_t number) {
    json_comma(json);
    buf_printf(json->out, "%zu", number);
}

void json_boolean(struct json_out *json, bool value) {
    json_comma(json);
    buf_puts(json->out, value ? "true" : "false");
}

void json_member(struct json_out *json, const char *key, const char *s) {
    json_key(json, key);
    json_text(json, s);
}

void json_member_number(struct json_out *json, const char *key, size_t number) {
    json_key(json, key);
    json_number(json, number);
}

void json_member_begin(struct json_out *json, const char *key, char bracket) {
    json_key(json, key);
    json_begin(json, bracket);
}
