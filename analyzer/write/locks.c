#include "base/ascii.h"
#include "source/escape.h"
#include "source/utf8.h"
#include "write/formats.h"
#include "write/locks_formats.h"

#include <string.h>

const struct locks_writer locks_writers[] = {
    {"text", write_locks_text},
    {"json", write_locks_json},
    {"markdown", write_locks_markdown},
    {NULL, NULL},
};

const struct locks_writer *locks_writer_by_name(const char *name) {
    for (const struct locks_writer *writer = locks_writers; writer->name; writer++)
        if (strcmp(writer->name, name) == 0)
            return writer;
    return NULL;
}

static size_t columns_of(const char *s, size_t n) {
    uint32_t code = 0;

    if (!utf8_decode(s, n, &code) || escape_is_needed(code))
        return escape_width(s, n);
    return (size_t)utf8_width(code);
}

/* The bytes of the character at s, or 1 where there is none. Nothing behind the NUL is looked at. */
static size_t step_over(const char *s) {
    size_t available = 1, n;

    while (available < 4 && s[available])
        available++;
    n = utf8_length(s, available);
    return n ? n : 1;
}

void locks_put_sql(struct buf *out, const char *sql, size_t columns) {
    struct buf line = BUF_INIT;
    size_t used = 0, fits = 0; /* fits: bytes that leave room for the dots */

    for (size_t n; *sql && used <= columns; sql += n) {
        bool space = ascii_isspace(*sql);
        n = space ? strspn(sql, " \t\n\v\f\r") : step_over(sql);
        used += space ? 1 : columns_of(sql, n);
        buf_add(&line, space ? " " : sql, space ? 1 : n);
        if (used + 3 <= columns)
            fits = line.n;
    }
    escape_line(out, buf_str(&line), used > columns ? fits : line.n);
    if (used > columns)
        buf_puts(out, "...");
    buf_release(&line);
}

static bool same_group(const struct locks_lock *a, const struct locks_lock *b) {
    return a->strength == b->strength && a->is_new == b->is_new;
}

bool locks_in_group(const struct locks_group *group, const struct locks_lock *lock) {
    return same_group(group->lock, lock) && !lock->is_implied;
}

static struct locks_group *find_group(struct locks_groups *groups, const struct locks_lock *lock) {
    for (size_t i = 0; i < groups->n; i++)
        if (same_group(groups->v[i].lock, lock))
            return &groups->v[i];
    return NULL;
}

static void count_named(struct locks_groups *groups, const struct locks_lock *lock) {
    struct locks_group *group = find_group(groups, lock);

    if (!group) {
        group = &groups->v[groups->n++];
        group->lock = lock;
    }
    group->count++;
}

/* Where the table is locked more strongly still, its indexes are not worth a row of their own. */
static void count_implied(struct locks_groups *groups, const struct locks_lock *lock) {
    struct locks_group *group = find_group(groups, lock);

    if (group && strcmp(lock->kind, "sequence") == 0)
        group->sequences++;
    else if (group)
        group->indexes++;
}

struct locks_groups locks_group(const struct locks_list *list) {
    struct locks_groups groups = {0};

    for (size_t i = 0; i < list->n; i++)
        if (!list->v[i].is_implied)
            count_named(&groups, &list->v[i]);
    for (size_t i = 0; i < list->n; i++)
        if (list->v[i].is_implied)
            count_implied(&groups, &list->v[i]);
    return groups;
}

void locks_put_implied(struct buf *out, const struct locks_group *group) {
    if (group->indexes)
        buf_printf(out, " with %zu index%s", group->indexes, group->indexes == 1 ? "" : "es");
    if (group->sequences)
        buf_printf(out, " %s %zu sequence%s", group->indexes ? "and" : "with", group->sequences,
                   group->sequences == 1 ? "" : "s");
}

void locks_put_relation(struct buf *out, const struct locks_lock *lock) {
    if (strcmp(lock->kind, "table") != 0)
        buf_printf(out, "%s ", lock->kind);
    buf_puts(out, lock->relation);
}

void locks_put_end(struct buf *out, const struct locks_document *document,
                   const struct locks_transaction *transaction) {
    static const char *const words[] = {
        [LOCKS_COMMIT] = "COMMIT",
        [LOCKS_ROLLBACK] = "ROLLBACK",
        [LOCKS_END_OF_FILE] = "the end of the migration",
        [LOCKS_END_OF_ALL] = "the end of all pending migrations",
        [LOCKS_LEFT_OPEN] = "the end of the session, as no COMMIT follows",
        [LOCKS_END_OF_DO] = "the end of the DO block",
    };

    buf_puts(out, words[transaction->end]);
    if (transaction->end == LOCKS_COMMIT || transaction->end == LOCKS_ROLLBACK)
        buf_printf(out, " (line %u)", document->statements.v[transaction->last].start.line);
    if (transaction->is_assumed)
        buf_puts(out, ", if it runs in one transaction");
}

bool locks_is_last(const struct locks_document *document, size_t statement) {
    size_t transaction = document->statements.v[statement].transaction;

    return transaction != LOCKS_NONE && document->transactions.v[transaction].last == statement;
}

bool locks_shows_end(const struct locks_document *document, size_t transaction) {
    const struct locks_transaction *shown = &document->transactions.v[transaction];

    return shown->locks.n > 0 && shown->last > shown->first;
}

bool locks_shows_held(const struct locks_document *document,
                      const struct locks_statement *statement) {
    return statement->held.n && !statement->is_instant &&
           !document->transactions.v[statement->transaction].is_assumed;
}

bool locks_same_held(const struct locks_statement *a, const struct locks_statement *b) {
    if (a->transaction != b->transaction || a->held_count != b->held_count)
        return false;
    for (size_t i = 0; i < a->held.n && i < b->held.n; i++)
        if (a->held.v[i].strength != b->held.v[i].strength ||
            strcmp(a->held.v[i].relation, b->held.v[i].relation) != 0)
            return false;
    return a->held.n == b->held.n;
}

bool locks_runs_alone(const struct locks_statement *statement) {
    return statement->in_transaction_ok == LOCKS_NO && statement->in_transaction == LOCKS_NO;
}

static bool is_rewritten(const struct locks_statement *statement, const char *relation) {
    for (size_t i = 0; i < statement->rewrites.n; i++)
        if (strcmp(statement->rewrites.v[i], relation) == 0)
            return true;
    return false;
}

struct locks_names locks_mere_scans(struct arena *arena, const struct locks_statement *statement) {
    const char **names;
    size_t n = 0;

    if (!statement->rewrites.n)
        return statement->scans;
    names = arena_array(arena, const char *, statement->scans.n);
    for (size_t i = 0; i < statement->scans.n; i++)
        if (!is_rewritten(statement, statement->scans.v[i]))
            names[n++] = statement->scans.v[i];
    return (struct locks_names){n, names};
}

/* The strength of the strongest lock that others wait for. */
static unsigned strongest(const struct locks_statement *statement) {
    unsigned strength = 0;

    for (size_t i = 0; i < statement->locks.n; i++)
        if (!statement->locks.v[i].is_new && statement->locks.v[i].strength > strength)
            strength = statement->locks.v[i].strength;
    return strength;
}

static void put_part(struct buf *err, const char **separator, size_t count, const char *one,
                     const char *many) {
    if (!count)
        return;
    buf_printf(err, "%s%zu %s", *separator, count, count == 1 ? one : many);
    *separator = ", ";
}

void write_locks_summary(struct buf *err, const struct locks_document *document,
                         const struct write_options *options) {
    size_t reads = 0, writes = 0, rewrites = 0, fails = 0;
    const char *separator = "";

    for (size_t i = 0; i < document->statements.n; i++) {
        const struct locks_statement *statement = &document->statements.v[i];
        unsigned strength = strongest(statement);
        reads += strength >= LOCKS_READS;
        writes += strength >= LOCKS_WRITES && strength < LOCKS_READS;
        rewrites += statement->rewrites.n > 0;
        fails += statement->fails.certain && !statement->fails.is_consequence;
    }
    if (document->report->nothing_selected) {
        write_summary(err, document->report, options);
        return;
    }
    buf_puts(err, "migvet: ");
    put_part(err, &separator, reads, "blocks reads and writes", "block reads and writes");
    put_part(err, &separator, writes, "blocks writes", "block writes");
    put_part(err, &separator, rewrites, "rewrites a table", "rewrite tables");
    put_part(err, &separator, fails, "fails", "fail");
    if (!*separator)
        buf_puts(err, "nothing blocks reads or writes");
    write_summary_end(err, document->report, options);
}
