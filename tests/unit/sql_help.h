/* Texts out of strings, for the tests of sql/. */
#ifndef TESTS_SQL_HELP_H
#define TESTS_SQL_HELP_H

#include "base/arena.h"
#include "sql/statement.h"

#include <string.h>

static inline struct text *text_of_bytes(struct arena *arena, const char *bytes, size_t n) {
    char *copy = arena_strndup(arena, bytes, n);

    return text_of_file(arena, file_new(arena, "t.sql", copy, n));
}

static inline struct text *text_of(struct arena *arena, const char *sql) {
    return text_of_bytes(arena, sql, strlen(sql));
}

static inline struct statements *read_sql(struct arena *arena, const char *sql) {
    return sql_read(arena, text_of(arena, sql), 0, 1, NULL);
}

/* n copies of a string behind one another. */
static inline char *repeat(struct arena *arena, const char *s, size_t n) {
    size_t len = strlen(s);
    char *out = arena_alloc(arena, len * n + 1);

    for (size_t i = 0; i < n; i++)
        memcpy(out + i * len, s, len);
    return out;
}

#endif
