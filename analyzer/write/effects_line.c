/* The line on what a statement locks, rewrites and scans. */
#include "model/lock.h"
#include "write/formats.h"

#include <string.h>

enum { NAMES = 3 }; /* relations named in a line, before "and 12 more" */

static bool same_lock(const struct lock_line *a, const struct lock_line *b) {
    return strcmp(a->mode, b->mode) == 0 && a->blocks_reads == b->blocks_reads &&
           a->blocks_writes == b->blocks_writes &&
           strcmp(a->until ? a->until : "", b->until ? b->until : "") == 0;
}

/* Index of the first lock that is like this one but for the relation. */
static size_t first_like(const struct finding *finding, size_t i) {
    size_t first = 0;

    while (!same_lock(&finding->locks.v[first], &finding->locks.v[i]))
        first++;
    return first;
}

/* "a", "a and b", "a, b and c", "a, b, c and 12 more": the name that is number i of count. */
static void put_name(struct buf *out, const char *name, size_t i, size_t count) {
    bool last = i + 1 == count && count <= NAMES + 1;

    if (i == NAMES && !last)
        buf_printf(out, " and %zu more", count - NAMES);
    if (i >= NAMES && !last)
        return;
    buf_puts(out, i == 0 ? "" : last ? " and " : ", ");
    buf_puts(out, name);
}

static void put_lock_relations(struct buf *out, const struct finding *finding, size_t first) {
    size_t count = 0, n = 0;

    for (size_t i = first; i < finding->locks.n; i++)
        count += same_lock(&finding->locks.v[first], &finding->locks.v[i]);
    for (size_t i = first; i < finding->locks.n; i++)
        if (same_lock(&finding->locks.v[first], &finding->locks.v[i]))
            put_name(out, finding->locks.v[i].relation, n++, count);
}

static void put_blocked(struct buf *out, const struct lock_line *lock) {
    enum lock_mode mode = lock_mode_from_name(lock->mode);

    if (mode) {
        buf_puts(out, ", ");
        buf_puts(out, lock_blocks_what(mode));
    } else if (lock->blocks_reads || lock->blocks_writes) {
        buf_printf(out, ", blocks %s%s%s", lock->blocks_reads ? "reads" : "",
                   lock->blocks_reads && lock->blocks_writes ? " and " : "",
                   lock->blocks_writes ? "writes" : "");
    }
}

/* Locks of the same kind are one line. Returns how many lines. */
static size_t put_locks(struct buf *out, const struct finding *finding) {
    size_t lines = 0;

    for (size_t i = 0; i < finding->locks.n; i++) {
        const struct lock_line *lock = &finding->locks.v[i];
        if (first_like(finding, i) != i)
            continue;
        buf_puts(out, lines++ ? "\n" : "");
        buf_puts(out, lock->mode);
        buf_puts(out, " on ");
        put_lock_relations(out, finding, i);
        put_blocked(out, lock);
        if (!lock->until)
            continue;
        buf_puts(out, ", until ");
        buf_puts(out, lock->until);
    }
    return lines;
}

static bool contains(const char *const *names, size_t count, const char *name) {
    for (size_t i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

/* "rewrites the table" where it is clear which one. */
static void put_work(struct buf *out, const struct finding *finding, const char *verb,
                     const char *const *names, size_t count) {
    buf_puts(out, verb);
    buf_putc(out, ' ');
    if (count == 1 && finding->locks.n == 1 &&
        strcmp(names[0], finding->locks.v[0].relation) == 0) {
        buf_puts(out, "the table");
        return;
    }
    for (size_t i = 0; i < count; i++)
        put_name(out, names[i], i, count);
}

void write_effects(struct buf *out, const struct finding *finding) {
    size_t lines = put_locks(out, finding);
    const char *separator = lines == 1 ? "; " : lines ? "\n" : "";
    bool scans = finding->scans.n > 0;

    if (finding->rewrites.n) {
        buf_puts(out, separator);
        put_work(out, finding, "rewrites", finding->rewrites.v, finding->rewrites.n);
        separator = "; ";
        /* what is written again is read, too */
        scans = scans && !contains(finding->rewrites.v, finding->rewrites.n, finding->scans.v[0]);
    }
    if (scans) {
        buf_puts(out, separator);
        put_work(out, finding, "scans", finding->scans.v, finding->scans.n);
    }
}
