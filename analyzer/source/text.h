/*
 * Files, and the texts that are cut out of them.
 *
 * A file is the bytes as they stand on disk. A text is what is analysed as one piece of
 * SQL: a whole file, one section of it, the body of a DO block, a string of a program.
 * Each text knows where its bytes came from, so that every position leads back to the file.
 *
 * Offsets in a text are bytes from 0 in text->bytes; offsets in a file are bytes from 0
 * with a byte order mark counted; lines and columns are from 1, columns in code points
 * (a byte that is not valid UTF-8 counts as one). Lines end at LF, CRLF or a lone CR.
 */
#ifndef SOURCE_TEXT_H
#define SOURCE_TEXT_H

#include "base/arena.h"
#include "base/vec.h"

#include <stdbool.h>
#include <stddef.h>

struct span {
    size_t start, end; /* bytes, the end exclusive */
};

struct position {
    unsigned line, column; /* from 1 */
    size_t offset;         /* bytes from 0, in the file */
};

struct file {
    const char *path;  /* as it is reported: relative to the repository root or working directory */
    const char *bytes; /* a NUL behind the last one */
    size_t len;
    size_t bom;             /* 3 when the file starts with a UTF-8 byte order mark, else 0 */
    VEC(size_t) lines;      /* offset of each line's first byte */
    bool ascii;             /* no byte above 127 */
    size_t invalid_utf8;    /* offset of the first byte that is no valid UTF-8, or len */
    VEC(size_t) characters; /* code points before each multiple of 1024 bytes; unless ascii */
};

/*
 * The file of these bytes; they must outlive it and have a NUL behind them. The path is
 * copied. Never fails: see file_refusal for bytes that are no text.
 */
struct file *file_new(struct arena *arena, const char *path, const char *bytes, size_t len);

/*
 * Why these bytes cannot be analysed at all, with *at set to the offset: a NUL byte, UTF-16
 * or UTF-32. NULL when they can (invalid UTF-8 can).
 */
const char *file_refusal(const struct file *file, size_t *at);

struct position file_position(const struct file *file, size_t offset);
/* The line's bytes without its end; line from 1. */
struct span file_line(const struct file *file, unsigned line);
/* Code points in [start, end) of the file. */
size_t file_count_characters(const struct file *file, size_t start, size_t end);

/* A run of a text that came from one run of a file. */
struct origin {
    size_t start;      /* in the text; it goes on to the next origin's start or the end */
    size_t file_start; /* in the file */
    const struct file *file;
    bool verbatim; /* byte by byte; else every byte of it came from file_start */
};

struct text {
    const struct file *file; /* in which it begins; what it includes stands in others */
    const char *bytes;       /* a NUL behind the last one */
    size_t len;
    bool marked; /* placeholders without a value stand in it as marks: see sql/placeholder.h */
    VEC(struct origin) origins; /* sorted by start, the first at 0 */
};

/* The whole file behind its byte order mark. */
struct text *text_of_file(struct arena *arena, const struct file *file);
/* A part of another text; shares its bytes unless a NUL must be put behind them. */
struct text *text_part(struct arena *arena, const struct text *text, struct span span);
/*
 * A text built from pieces, of one file or several: text_build_init, then text_build_copy (a run of another
 * text), text_build_equal (other bytes, as many as the run of the text that they stand for) and text_build_made (bytes
 * that stand for something at that place of the text, such as the value of an escape), then text_build_end.
 */
struct text_builder {
    struct arena *arena;
    struct text *text;
    VEC(char) bytes;
};
/* file: of the text as a whole. */
void text_build_init(struct text_builder *builder, struct arena *arena, const struct file *file);
void text_build_copy(struct text_builder *builder, const struct text *text, struct span span);
void text_build_equal(struct text_builder *builder, const struct text *text, struct span span,
                      const char *bytes);
void text_build_made(struct text_builder *builder, const struct text *text, size_t offset,
                     const char *bytes, size_t len);
struct text *text_build_end(struct text_builder *builder);

/* The file that this byte of the text came from, and where it stands there. offset may be len: then the place behind the last byte. */
const struct file *text_file(const struct text *text, size_t offset);
size_t text_file_offset(const struct text *text, size_t offset);
/* The same for the end of a span (exclusive) that begins at start: behind the last byte that stands in the file of the first. */
size_t text_file_end(const struct text *text, struct span span);
struct position text_position(const struct text *text, size_t offset);

#endif
