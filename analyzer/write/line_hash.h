/*
 * What other programs make of a file that they read as UTF-16: the columns of SARIF, and the hash of
 * each line that GitHub's code scanning knows an alert by when lines above it come and go
 * (primaryLocationLineHash, src/fingerprints.ts of codeql-action).
 */
#ifndef WRITE_LINE_HASH_H
#define WRITE_LINE_HASH_H

#include "source/text.h"

#include <stdint.h>

struct line_hash {
    uint64_t hash;
    size_t ordinal; /* among the lines of the file with this hash, from 1 */
    size_t start;   /* in units that count */
};

struct utf16_mark {
    size_t offset, units;
};

struct utf16_file {
    const struct file *file;
    VEC(struct line_hash) lines;
    VEC(struct utf16_mark) marks; /* of the first character in each 1024 bytes; unless ASCII */
};

/* Takes time in proportion to the file. */
void utf16_file_init(struct utf16_file *utf16, struct arena *arena, const struct file *file);

/* The column, from 1, in UTF-16 code units; in time that does not grow with the line. */
size_t utf16_column(const struct utf16_file *utf16, struct position position);

/*
 * Decodes one character, or the longest start of one where bytes are not valid, which counts as
 * U+FFFD (the Unicode Standard's "substitution of maximal subparts", as all decoders of the web do). n > 0.
 */
size_t utf16_decode(const char *s, size_t n, uint32_t *code);

#endif
