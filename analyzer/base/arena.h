/*
 * Arenas own all memory of the analyzer. What is allocated lives until the arena
 * is cleared or released; there is no single free. Out of memory ends the run.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct arena_block;

struct arena {
    struct arena_block *blocks; /* newest first */
    char *next, *end;           /* free part of the newest block */
    size_t used;                /* bytes handed out since init or clear */
};

void arena_init(struct arena *arena);
/* Frees everything; the arena can be used again. */
void arena_clear(struct arena *arena);
/* Frees everything; the arena is as after arena_init. */
void arena_release(struct arena *arena);

/* Takes over all that other holds; other is empty afterwards. */
void arena_adopt(struct arena *arena, struct arena *other);

/* Frees all that was allocated since the mark was taken. */
struct arena_mark {
    struct arena_block *block;
    char *next;
    size_t used;
};
struct arena_mark arena_mark(const struct arena *arena);
void arena_rewind(struct arena *arena, struct arena_mark mark);

/* Zeroed memory for any type, aligned to 16 bytes; never NULL, also for size 0. */
void *arena_alloc(struct arena *arena, size_t size);
/* As arena_alloc for count * size; ends the run when that overflows. */
void *arena_calloc(struct arena *arena, size_t count, size_t size);
/*
 * A larger copy of old, all of whose old_size bytes are taken over, the rest zeroed; or old itself, where there is room
 * behind it. Old must not be used any more.
 */
void *arena_grow(struct arena *arena, void *old, size_t old_size, size_t new_size);

char *arena_strdup(struct arena *arena, const char *s);
/* The first n bytes of s (which may hold NUL bytes), with a NUL behind them. */
char *arena_strndup(struct arena *arena, const char *s, size_t n);
char *arena_printf(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
char *arena_vprintf(struct arena *arena, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));

#define arena_new(arena, type) ((type *)arena_alloc((arena), sizeof(type)))
#define arena_array(arena, type, count) ((type *)arena_calloc((arena), (count), sizeof(type)))

#endif
