#include "lint/context.h"

#include <stdint.h>
#include <string.h>

/* Bytes of a statement: a longer one counts as its hash, for it may have a finding for each of a thousand parts. */
enum { LONG_STATEMENT = 16384 };

void fingerprints_init(struct fingerprints *given, struct arena *arena) {
    *given = (struct fingerprints){.arena = arena};
    map_init(&given->seen, arena);
}

void fingerprints_release(struct fingerprints *given) {
    buf_release(&given->parts);
    buf_release(&given->text);
    buf_release(&given->hash);
}

static void add_hash(struct buf *buf, uint64_t hash) {
    for (int shift = 60; shift >= 0; shift -= 4)
        buf_putc(buf, "0123456789abcdef"[hash >> shift & 15]);
}

static void add_part(struct buf *buf, const char *part) {
    buf_add(buf, part ? part : "", part ? strlen(part) : 0);
    buf_putc(buf, '\0');
}

/* The findings of a statement follow each other. */
static void read_statement(struct fingerprints *given, const struct statement *statement) {
    struct buf *text = &given->text;

    given->statement = statement;
    buf_clear(text);
    statement_normalise(text, statement);
    if (text->n <= LONG_STATEMENT)
        return;
    given->hash.n = 0;
    add_hash(&given->hash, hash_bytes(text->s, text->n, HASH_SEED));
    add_hash(&given->hash, hash_words(text->s, text->n));
    buf_clear(text);
    buf_add(text, given->hash.s, given->hash.n);
}

static void read_parts(struct fingerprints *given, const struct finding *finding,
                       const struct statement *statement) {
    buf_clear(&given->parts);
    add_part(&given->parts, finding->rule);
    add_part(&given->parts, finding->file->path);
    add_part(&given->parts, finding->object_kind);
    add_part(&given->parts, finding->object_name);
    if (!statement)
        return;
    if (given->statement != statement)
        read_statement(given, statement);
    buf_add(&given->parts, given->text.s, given->text.n);
}

/* How many findings had these parts, with this one. */
static size_t count_same(struct fingerprints *given, uint64_t first) {
    uintptr_t count;

    buf_clear(&given->hash);
    add_hash(&given->hash, first);
    add_hash(&given->hash, hash_words(given->parts.s, given->parts.n));
    count = (uintptr_t)map_get(&given->seen, given->hash.s) + 1;
    map_set(&given->seen, given->hash.s, (void *)count);
    return count;
}

/* Two independent 64-bit hashes: findings of a large repository must not collide. */
const char *fingerprint_make(struct fingerprints *given, const struct finding *finding,
                             const struct statement *statement) {
    struct buf *parts = &given->parts;
    uint64_t first;
    size_t before;

    read_parts(given, finding, statement);
    first = hash_bytes(parts->s, parts->n, HASH_SEED);
    before = parts->n;
    buf_put_number(parts, count_same(given, first));
    first = hash_bytes(parts->s + before, parts->n - before, first);
    buf_clear(&given->hash);
    add_hash(&given->hash, first);
    add_hash(&given->hash, hash_bytes(parts->s, parts->n, first ^ 0x9E3779B97F4A7C15ULL));
    return arena_strndup(given->arena, given->hash.s, given->hash.n);
}
