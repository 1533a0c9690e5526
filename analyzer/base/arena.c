#include "base/arena.h"

#include "base/bug.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ALIGNMENT = 16, FIRST_BLOCK = 4096, LARGEST_BLOCK = 1 << 20 };

struct arena_block {
    struct arena_block *older;
    size_t size; /* of the whole block */
};

void arena_init(struct arena *arena) {
    *arena = (struct arena){0};
}

void arena_clear(struct arena *arena) {
    for (struct arena_block *block = arena->blocks; block;) {
        struct arena_block *older = block->older;
        free(block);
        block = older;
    }
    *arena = (struct arena){0};
}

void arena_release(struct arena *arena) {
    arena_clear(arena);
}

/* The newest block of the arena stays the newest: its free part is still in use. */
void arena_adopt(struct arena *arena, struct arena *other) {
    struct arena_block **end = &arena->blocks;

    if (!arena->blocks) {
        *arena = *other;
    } else {
        while (*end)
            end = &(*end)->older;
        *end = other->blocks;
        arena->used += other->used;
    }
    *other = (struct arena){0};
}

struct arena_mark arena_mark(const struct arena *arena) {
    return (struct arena_mark){arena->blocks, arena->next, arena->used};
}

static void drop_newest_block(struct arena *arena) {
    struct arena_block *block = arena->blocks;

    arena->blocks = block->older;
    free(block);
}

static size_t header_size(void) {
    return (sizeof(struct arena_block) + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
}

/* The oldest block stays, for the next use; what was used of a block is zeroed again. */
void arena_rewind(struct arena *arena, struct arena_mark mark) {
    char *end = arena->next;

    if (arena->used == mark.used)
        return;
    while (arena->blocks != mark.block && arena->blocks->older) {
        drop_newest_block(arena);
        end = arena->end = (char *)arena->blocks + arena->blocks->size;
    }
    arena->next = mark.next ? mark.next : (char *)arena->blocks + header_size();
    memset(arena->next, 0, (size_t)(end - arena->next));
    arena->used = mark.used;
}

/* Blocks double up to LARGEST_BLOCK, so that a small file costs little. */
static void arena_add_block(struct arena *arena, size_t wanted) {
    size_t size = arena->blocks ? arena->blocks->size * 2 : FIRST_BLOCK;
    struct arena_block *block;

    if (size > LARGEST_BLOCK)
        size = LARGEST_BLOCK;
    if (size < wanted + header_size())
        size = wanted + header_size();
    block = calloc(1, size); /* mostly fresh pages of the system, which are zeroed already */
    if (!block)
        die_out_of_memory();
    block->older = arena->blocks;
    block->size = size;
    arena->blocks = block;
    arena->next = (char *)block + header_size();
    arena->end = (char *)block + size;
}

/* What is free was never written, or zeroed since. */
void *arena_alloc(struct arena *arena, size_t size) {
    void *memory;

    if (size > SIZE_MAX / 2)
        die_out_of_memory();
    size = (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
    if ((size_t)(arena->end - arena->next) < size || !arena->next)
        arena_add_block(arena, size);
    memory = arena->next;
    arena->next += size;
    arena->used += size;
    return memory;
}

void *arena_calloc(struct arena *arena, size_t count, size_t size) {
    if (size && count > SIZE_MAX / size)
        die_out_of_memory();
    return arena_alloc(arena, count * size);
}

/* Whether the memory is the newest of the arena, and may be made longer where it stands. */
static bool is_extensible(const struct arena *arena, const void *memory, size_t size,
                          size_t new_size) {
    size_t whole = (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);

    return size && (const char *)memory + whole == arena->next && new_size >= whole &&
           new_size <= SIZE_MAX / 2 &&
           (size_t)(arena->end - arena->next) >= new_size - whole + ALIGNMENT;
}

void *arena_grow(struct arena *arena, void *old, size_t old_size, size_t new_size) {
    void *memory;

    if (is_extensible(arena, old, old_size, new_size)) {
        arena_alloc(arena, new_size - (size_t)(arena->next - (char *)old));
        return old;
    }
    memory = arena_alloc(arena, new_size);
    if (old_size)
        memcpy(memory, old, old_size);
    return memory;
}

char *arena_strdup(struct arena *arena, const char *s) {
    return arena_strndup(arena, s, strlen(s));
}

char *arena_strndup(struct arena *arena, const char *s, size_t n) {
    char *copy = arena_alloc(arena, n + 1);

    if (n)
        memcpy(copy, s, n);
    return copy;
}

char *arena_printf(struct arena *arena, const char *format, ...) {
    va_list args;
    char *text;

    va_start(args, format);
    text = arena_vprintf(arena, format, args);
    va_end(args);
    return text;
}

char *arena_vprintf(struct arena *arena, const char *format, va_list args) {
    char line[512], *text;
    va_list again;
    int n;

    va_copy(again, args);
    n = vsnprintf(line, sizeof(line), format, again);
    va_end(again);
    if (n < 0)
        BUG("bad format \"%s\"", format);
    if ((size_t)n < sizeof(line))
        return arena_strndup(arena, line, (size_t)n);
    text = arena_alloc(arena, (size_t)n + 1);
    vsnprintf(text, (size_t)n + 1, format, args);
    return text;
}
