/* "did you mean": the nearest of a list of names. */
#ifndef BASE_SUGGEST_H
#define BASE_SUGGEST_H

#include <stddef.h>

/*
 * The name (of count) with the smallest edit distance (insert, delete, replace, swap of
 * neighbours) to word, without regard to ASCII case; NULL when none is near enough
 * (more than a third of the word's length, at least 1, at most 3, would have to change).
 * The first of equals wins. Names and words longer than 64 bytes are never near.
 */
const char *suggest_nearest(const char *word, const char *const *names, size_t count);

#endif
