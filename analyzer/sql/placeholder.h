/*
 * Placeholders that a runner or a template engine fills in: ${x}, {{ x }}, %(x)s, psql's :x, :'x', :"x". Where the value
 * is not known, the placeholder stays in the text as a mark: as many bytes, each of which belongs to a word, so that
 * "${prefix}_users" is one name. A mark can be turned back: names in trees are written as the file has them.
 *
 * A mark's first byte is one that UTF-8 never has, and tells the kind; the others are the placeholder's with the highest
 * bit set. In a text with text->marked only.
 */
#ifndef SQL_PLACEHOLDER_H
#define SQL_PLACEHOLDER_H

#include "source/text.h"

#include <stdbool.h>
#include <stddef.h>

/* Writes the mark of the placeholder, of n bytes, to out. What is longer than a name can be is shortened, with blanks for the
 * rest: behind it, or in front of it where a name goes on behind it. */
void placeholder_mark(const char *bytes, size_t n, char *out, bool at_end);
/* Turns the marks in bytes back into what they stand for; the length stays. */
void placeholder_unmark(char *bytes, size_t n);
/* The span of the first mark in bytes[from, n), false when there is none. */
bool placeholder_find(const char *bytes, size_t n, size_t from, struct span *mark);

/* What a mark may be taken for, in the order in which it is tried. */
enum placeholder_form {
    PLACEHOLDER_NAME,
    PLACEHOLDER_STRING,
    PLACEHOLDER_NUMBER,
    PLACEHOLDER_NOTHING,
    PLACEHOLDER_FORMS
};
/* Whether this one can only be a string (:'x'). */
bool placeholder_is_string(const char *mark, size_t n);
/* Overwrites a mark with as many bytes that are such. */
void placeholder_take_form(char *mark, size_t n, enum placeholder_form form);

/* Whether the name (turned back) holds a placeholder, and must not be put in quotes. */
bool placeholder_in_name(const char *name);

#endif
