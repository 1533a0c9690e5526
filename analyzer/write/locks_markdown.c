/*
 * --format markdown, for a comment on a pull request: a table for each migration, and one for what each of its
 * transactions holds at its end. Everything that came from outside stands in code spans, where Markdown
 * knows no mark-up, mentions or links.
 */
#include "source/escape.h"
#include "write/formats.h"
#include "write/locks_formats.h"
#include "write/markdown.h"

#include <string.h>

enum {
    SQL_COLUMNS = 100,
    NAMES = 8, /* relations named in a cell, before "and 12 more" */
    ENDS = 20, /* rows of the table at the end of a transaction */
};

struct sheet {
    struct buf *out;
    const struct locks_document *document;
    const struct locks_statement *told; /* the last one of which was told what is held */
    struct arena scratch;               /* of one statement */
};

static void put_sql(struct sheet *sheet, const char *sql) {
    struct buf escaped = BUF_INIT;

    locks_put_sql(&escaped, sql, SQL_COLUMNS);
    markdown_span(sheet->out, &escaped);
    buf_release(&escaped);
}

/* Between two entries of a cell, and not before the first. */
static void put_break(struct sheet *sheet, bool *any) {
    buf_puts(sheet->out, *any ? "<br>" : "");
    *any = true;
}

/* False: this one and all behind it are left out. */
static bool put_separator(struct sheet *sheet, size_t i, size_t count) {
    if (i == NAMES && count > NAMES + 1) {
        buf_printf(sheet->out, " and %zu more", count - NAMES);
        return false;
    }
    buf_puts(sheet->out, i ? ", " : "");
    return true;
}

static void put_relation(struct sheet *sheet, const struct locks_lock *lock) {
    if (strcmp(lock->kind, "table") != 0)
        buf_printf(sheet->out, "%s ", lock->kind);
    markdown_code(sheet->out, lock->relation);
}

/* What applications wait for stands out. */
static void put_mode(struct sheet *sheet, const struct locks_lock *lock) {
    const char *mark = lock->strength >= LOCKS_WRITES && !lock->is_new ? "**" : "";

    buf_printf(sheet->out, "%s%s%s", mark, lock->mode, mark);
}

static unsigned line_of(const struct sheet *sheet, size_t statement) {
    return sheet->document->statements.v[statement].start.line;
}

static void put_group(struct sheet *sheet, const struct locks_list *locks,
                      const struct locks_group *group) {
    size_t n = 0;

    put_mode(sheet, group->lock);
    buf_puts(sheet->out, " on ");
    for (const struct locks_lock *lock = group->lock; lock < locks->v + locks->n; lock++) {
        if (!locks_in_group(group, lock))
            continue;
        if (!put_separator(sheet, n++, group->count))
            break;
        put_relation(sheet, lock);
    }
    locks_put_implied(sheet->out, group);
    buf_printf(sheet->out, ", %s", group->lock->is_new ? "new here" : group->lock->blocks);
}

static void put_held(struct sheet *sheet, const struct locks_statement *statement) {
    const struct locks_list *held = &statement->held;

    buf_puts(sheet->out, "while holding ");
    for (size_t i = 0; i < held->n; i++) {
        buf_puts(sheet->out, i ? ", " : "");
        if (i == 0 || held->v[i].strength != held->v[i - 1].strength)
            buf_printf(sheet->out, "%s on ", held->v[i].mode);
        put_relation(sheet, &held->v[i]);
        buf_printf(sheet->out, " (line %u)", line_of(sheet, held->v[i].since));
    }
    if (statement->held_count > held->n)
        buf_printf(sheet->out, " and %zu more", statement->held_count - held->n);
}

static void put_lock_cell(struct sheet *sheet, const struct locks_statement *statement) {
    struct locks_groups groups = locks_group(&statement->locks);
    bool any = false;

    for (size_t i = 0; i < groups.n; i++) {
        put_break(sheet, &any);
        put_group(sheet, &statement->locks, &groups.v[i]);
    }
    if (!locks_shows_held(sheet->document, statement))
        return;
    put_break(sheet, &any);
    if (sheet->told && locks_same_held(sheet->told, statement))
        buf_puts(sheet->out, "while holding the same as before");
    else
        put_held(sheet, statement);
    sheet->told = statement;
}

static void put_names(struct sheet *sheet, const char *verb, const struct locks_names *names,
                      bool *any) {
    if (!names->n)
        return;
    put_break(sheet, any);
    buf_puts(sheet->out, verb);
    for (size_t i = 0; i < names->n; i++) {
        if (!put_separator(sheet, i, names->n))
            return;
        markdown_code(sheet->out, names->v[i]);
    }
}

static void put_failure(struct sheet *sheet, const struct locks_failure *failure, bool *any) {
    if (!failure->sqlstate)
        return;
    put_break(sheet, any);
    if (failure->is_consequence) {
        buf_puts(sheet->out, "skipped: the transaction has failed before");
        return;
    }
    buf_printf(sheet->out, "**%s** with %s: ", failure->certain ? "fails" : "may fail",
               failure->sqlstate);
    markdown_code(sheet->out, failure->why);
    if (failure->certain || !failure->condition)
        return;
    buf_puts(sheet->out, " if ");
    markdown_code(sheet->out, failure->condition);
}

static void put_scans(struct sheet *sheet, const struct locks_statement *statement, bool *any) {
    struct locks_names scans = locks_mere_scans(&sheet->scratch, statement);

    put_names(sheet, "scans ", &scans, any);
}

static void put_unknown(struct sheet *sheet, const struct locks_statement *statement, bool *any) {
    if (statement->may_rewrite) {
        put_break(sheet, any);
        buf_puts(sheet->out, "not known: whether it rewrites a table");
    }
    put_names(sheet, "not known: ", &statement->unknown, any);
}

static void put_work_cell(struct sheet *sheet, const struct locks_statement *statement) {
    bool any = false;

    if (statement->error) {
        buf_puts(sheet->out, "**error**: ");
        markdown_code(sheet->out, statement->error);
        return;
    }
    put_failure(sheet, &statement->fails, &any);
    put_names(sheet, "**rewrites** ", &statement->rewrites, &any);
    put_names(sheet, "rebuilds ", &statement->rebuilds, &any);
    put_scans(sheet, statement, &any);
    put_unknown(sheet, statement, &any);
    if (locks_runs_alone(statement)) {
        put_break(sheet, &any);
        buf_puts(sheet->out, "runs only outside of transactions");
    }
}

static void put_statement(struct sheet *sheet, size_t index) {
    const struct locks_statement *statement = &sheet->document->statements.v[index];

    buf_printf(sheet->out, "| %u | ", statement->start.line);
    if (statement->is_nested)
        buf_puts(sheet->out, statement->is_conditional ? "in DO, if: " : "in DO: ");
    put_sql(sheet, statement->sql);
    buf_puts(sheet->out, " | ");
    put_lock_cell(sheet, statement);
    buf_puts(sheet->out, " | ");
    put_work_cell(sheet, statement);
    buf_puts(sheet->out, " |\n");
    arena_clear(&sheet->scratch);
}

static void put_statements(struct sheet *sheet, const struct locks_migration *migration) {
    if (!migration->count) {
        buf_puts(sheet->out, "No statement.\n");
        return;
    }
    buf_puts(sheet->out, "| Line | Statement | Locks | Work |\n"
                         "|---:|---|---|---|\n");
    for (size_t i = 0; i < migration->count; i++)
        put_statement(sheet, migration->first + i);
}

static void put_end(struct sheet *sheet, const struct locks_transaction *transaction) {
    buf_puts(sheet->out, "\nHeld until ");
    locks_put_end(sheet->out, sheet->document, transaction);
    buf_puts(sheet->out, ":\n\n| From line | Lock | On | Effect |\n|---:|---|---|---|\n");
    for (size_t i = 0; i < transaction->locks.n; i++) {
        const struct locks_lock *lock = &transaction->locks.v[i];
        if (i == ENDS && transaction->locks.n > ENDS + 1) {
            buf_printf(sheet->out, "| | | and %zu more, no stronger ones | |\n",
                       transaction->locks.n - ENDS);
            return;
        }
        buf_printf(sheet->out, "| %u | ", line_of(sheet, lock->since));
        put_mode(sheet, lock);
        buf_puts(sheet->out, " | ");
        put_relation(sheet, lock);
        buf_printf(sheet->out, " | %s |\n", lock->blocks);
    }
}

static void put_migration(struct sheet *sheet, const struct locks_migration *migration) {
    const struct locks_document *document = sheet->document;

    buf_puts(sheet->out, "### ");
    markdown_code(sheet->out, migration->path);
    buf_printf(sheet->out, "\n\n%sTransaction: %s (%s). PostgreSQL %d.\n\n",
               migration->direction == DIRECTION_DOWN ? "Down. " : "", migration->transaction,
               migration->decided_by, migration->target);
    put_statements(sheet, migration);
    for (size_t i = migration->first; i < migration->first + migration->count; i++)
        if (locks_is_last(document, i) &&
            locks_shows_end(document, document->statements.v[i].transaction))
            put_end(sheet, &document->transactions.v[document->statements.v[i].transaction]);
}

void write_locks_markdown(struct buf *out, const struct locks_document *document,
                          const struct write_options *options) {
    struct sheet sheet = {.out = out, .document = document};

    (void)options;
    arena_init(&sheet.scratch);
    for (size_t i = 0; i < document->migrations.n; i++) {
        buf_puts(out, i ? "\n" : "");
        put_migration(&sheet, &document->migrations.v[i]);
    }
    markdown_problems(out, document->report);
    arena_release(&sheet.scratch);
}
