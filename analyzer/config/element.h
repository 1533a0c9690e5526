/*
 * XML documents as positioned trees. Nothing is fetched, and entities of a document's own are refused (a small file of them can be
 * a very large document); depth and number of elements are limited.
 */
#ifndef CONFIG_ELEMENT_H
#define CONFIG_ELEMENT_H

#include "config/document.h"
#include "source/text.h"

struct element_attribute {
    const char *name, *value;
    size_t offset; /* in the file: where a search for the value's lines begins */
};

/* A run of text. */
struct element_chunk {
    size_t offset; /* in the file */
    const char *bytes;
    size_t len;
    bool verbatim; /* so it stands in the file; else it stands for what is there */
};

struct element {
    const char *name;  /* without its prefix */
    size_t start, end; /* of its opening tag, in the file */
    VEC(struct element_attribute) attributes;
    VEC(struct element *) children;
    VEC(struct element_chunk) chunks; /* what stands in it and in no child */
};

/* The root of the file's document. NULL on error, with *error filled. */
struct element *element_read_xml(struct arena *arena, const struct file *file,
                                 struct document_error *error);

/* NULL when there is none. */
const char *element_get(const struct element *element, const char *name);
const struct element *element_child(const struct element *element, const char *name);

#endif
