#include "lint/context.h"

#include <stdint.h>
#include <string.h>

/* Two independent 64-bit hashes: findings of a large repository must not collide. */
static const char *hash_of(struct arena *arena, const struct buf *buf) {
    uint64_t high = hash_bytes(buf_str(buf), buf->n, HASH_SEED);
    uint64_t low = hash_bytes(buf_str(buf), buf->n, high ^ 0x9E3779B97F4A7C15ULL);

    return arena_printf(arena, "%016llx%016llx", (unsigned long long)high, (unsigned long long)low);
}

static void add_part(struct buf *buf, const char *part) {
    buf_add(buf, part ? part : "", part ? strlen(part) : 0);
    buf_putc(buf, '\0');
}

/*
 * The place in the file is no part of it, so that it survives edits elsewhere; equal
 * statements of a file are told apart by their order.
 */
const char *fingerprint_make(struct arena *arena, const struct finding *finding,
                             const struct statement *statement, struct map *seen) {
    struct buf buf = BUF_INIT;
    const char *same;
    uintptr_t ordinal;

    add_part(&buf, finding->rule);
    add_part(&buf, finding->file->path);
    add_part(&buf, finding->object_kind);
    add_part(&buf, finding->object_name);
    if (statement)
        statement_normalise(&buf, statement);
    same = hash_of(arena, &buf);
    ordinal = (uintptr_t)map_get(seen, same) + 1;
    map_set(seen, same, (void *)ordinal);
    buf_printf(&buf, "%zu", (size_t)ordinal);
    same = hash_of(arena, &buf);
    buf_release(&buf);
    return same;
}
