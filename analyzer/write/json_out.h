/*
 * JSON, written as it comes: nothing is kept but the buffer, so that a report of any size takes no
 * second copy. Commas come by themselves; that containers are closed and members have
 * keys is up to the caller.
 *
 * Strings may hold any byte but NUL: invalid UTF-8 becomes \xHH as text. Control characters, what a
 * terminal could act on, and what GitHub's runner reads as a command ("##[") are written as \uHHHH,
 * so that the value stays the same.
 */
#ifndef WRITE_JSON_OUT_H
#define WRITE_JSON_OUT_H

#include "base/buf.h"

#include <stdbool.h>

struct json_out {
    struct buf *out;
    bool comma; /* the next key or element needs one */
};

void json_begin(struct json_out *json, char bracket); /* '{' or '[' */
void json_end(struct json_out *json, char bracket);   /* '}' or ']' */
void json_key(struct json_out *json, const char *key);
/* The next key or element starts a new line. */
void json_newline(struct json_out *json);

void json_text(struct json_out *json, const char *s); /* NULL: null */
void json_text_n(struct json_out *json, const char *s, size_t n);
void json_number(struct json_out *json, size_t number);
void json_boolean(struct json_out *json, bool value);

/* A key and its value. */
void json_member(struct json_out *json, const char *key, const char *s);
void json_member_number(struct json_out *json, const char *key, size_t number);
/* A key and the bracket that opens its value. */
void json_member_begin(struct json_out *json, const char *key, char bracket);

#endif
