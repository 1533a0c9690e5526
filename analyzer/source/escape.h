/*
 * What must happen to every string that came from outside (SQL, names, paths, configuration)
 * before it is printed for people: nothing that a terminal, or a CI runner that reads log
 * lines as commands, would act on may come through.
 */
#ifndef SOURCE_ESCAPE_H
#define SOURCE_ESCAPE_H

#include "base/arena.h"
#include "base/buf.h"

#include <stdint.h>

/*
 * Appends n bytes for one line of text output. Control characters (C0 with tab and newline,
 * DEL, C1), bidirectional controls, zero-width characters and invalid bytes become
 * \t, \n, \r, \xHH or \u{HHHH}; all else is copied. What GitHub's runner reads as a command
 * anywhere in a line ("##[") is broken with a backslash.
 */
void escape_line(struct buf *out, const char *s, size_t n);
char *escape_string(struct arena *arena, const char *s);

/*
 * A string that is valid UTF-8 for JSON and XML: invalid bytes become \xHH as text;
 * control characters stay (the format's writer escapes them). Returns s itself when it is valid.
 */
const char *escape_utf8(struct arena *arena, const char *s);
const char *escape_utf8_n(struct arena *arena, const char *s, size_t n);

/* Whether a terminal could act on the character or show nothing or something misleading. */
int escape_is_needed(uint32_t code);

/* Columns that escape_line's output for these bytes takes in a terminal. */
size_t escape_width(const char *s, size_t n);

#endif
