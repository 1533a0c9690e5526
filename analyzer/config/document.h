/*
 * YAML and JSON documents as positioned trees of plain data (XML comes with the fronts that need
 * it). Reading keeps the order of keys, and every node knows its place, so that a mistake in a
 * configuration or changelog is reported at file:line:column. Aliases are refused (no expansion bombs),
 * duplicate keys are an error, depth is limited to 100.
 */
#ifndef CONFIG_DOCUMENT_H
#define CONFIG_DOCUMENT_H

#include "source/text.h"

enum document_kind { DOCUMENT_NULL, DOCUMENT_SCALAR, DOCUMENT_LIST, DOCUMENT_MAP };

struct document_pair;

struct document {
    enum document_kind kind;
    struct position start, end; /* in the file */
    const char *scalar;         /* the text, unquoted */
    size_t scalar_len;
    bool quoted; /* then "on" or "15" is a string and nothing else */
    size_t count;
    struct document **items;     /* of a list */
    struct document_pair *pairs; /* of a map, in order */
};

struct document_pair {
    const char *key;
    struct position key_start, key_end;
    struct document *value;
};

struct document_error {
    struct position at;
    const char *message;
};

/* The (first) document of the file; an empty file is DOCUMENT_NULL. NULL on error, with *error filled. JSON is read by the same function: it is YAML. */
struct document *document_read_yaml(struct arena *arena, const struct file *file,
                                    struct document_error *error);

/* The value of a key, NULL when it is absent or this is no map. */
const struct document *document_get(const struct document *map, const char *key);

#endif
