/*
 * --format text, for people: one block for each migration, a line for each statement, and under it what it does:
 *
 *     db/0041_x.up.sql  (transaction: one per file; goose)
 *
 *          1  ALTER TABLE users ADD COLUMN city text
 *             locks     ACCESS EXCLUSIVE  public.users (blocks reads and writes)
 *          3  UPDATE users SET city = ''
 *             held      ACCESS EXCLUSIVE public.users (line 1)
 *             locks     ROW EXCLUSIVE  public.users (blocks index builds and schema changes)
 *             scans     public.users
 *
 *        held until the end of the migration:
 *          from line 1  ACCESS EXCLUSIVE public.users, blocks reads and writes
 */
#include "source/escape.h"
#include "write/formats.h"
#include "write/locks_formats.h"
#include "write/wrap.h"

#include <stdio.h>
#include <string.h>

enum {
    LABEL = 10,        /* columns of "rewrites  " */
    PROSE_WIDTH = 100, /* longer lines are hard to read, however wide the terminal is */
    LEAST_WIDTH = 40,
    SQL_WIDTH = 120, /* where there is no terminal */
    LEAST_DIGITS = 4,
    NAMES = 8, /* relations named in a row, before "and 12 more" */
    ENDS = 20, /* relations told of at the end of a transaction */
};

enum style { PLAIN, STRONG, QUIET, BAD, WARNING };

static const char *const sequences[] = {
    [PLAIN] = "\033[0m",  [STRONG] = "\033[1m",     [QUIET] = "\033[2m",
    [BAD] = "\033[1;31m", [WARNING] = "\033[1;33m",
};

struct page {
    struct buf *out;
    const struct locks_document *document;
    const struct write_options *options;
    size_t digits;                      /* of line numbers, in this block */
    const struct locks_statement *told; /* the last one of which was told what is held */
    struct buf line;                    /* put together before it is wrapped */
    struct arena scratch;               /* of one statement */
};

static const char *sequence(const struct page *page, enum style style) {
    return page->options->color && style != PLAIN ? sequences[style] : "";
}

static void put_styled(struct page *page, enum style style, const char *s) {
    buf_puts(page->out, sequence(page, style));
    buf_puts(page->out, s);
    if (page->options->color && style != PLAIN)
        buf_puts(page->out, sequences[PLAIN]);
}

static enum style mode_style(unsigned strength) {
    return strength >= LOCKS_READS ? BAD : strength >= LOCKS_WRITES ? WARNING : PLAIN;
}

static size_t prose_width(const struct page *page) {
    int width = page->options->width;

    if (width <= 0 || width > PROSE_WIDTH)
        width = PROSE_WIDTH;
    return width < LEAST_WIDTH ? LEAST_WIDTH : (size_t)width;
}

static size_t sql_indent(const struct page *page) {
    return page->digits + 2;
}

/* Wraps what is in page->line, from this column on. */
static void put_line(struct page *page, size_t column) {
    wrap_prose(page->out, buf_str(&page->line), (struct wrap){column, prose_width(page)});
    buf_clear(&page->line);
}

static void put_label(struct page *page, const char *label, enum style style) {
    buf_repeat(page->out, ' ', sql_indent(page));
    put_styled(page, style, label);
    buf_repeat(page->out, ' ', LABEL - strlen(label));
}

static void put_row(struct page *page, const char *label, enum style style) {
    put_label(page, label, style);
    put_line(page, sql_indent(page) + LABEL);
}

/* What stands before name number i of count: "", ", " or " and 12 more"; false: it and all behind it are left out. */
static bool put_separator(struct buf *line, size_t i, size_t count) {
    if (i == NAMES && count > NAMES + 1) {
        buf_printf(line, " and %zu more", count - NAMES);
        return false;
    }
    buf_puts(line, i ? ", " : "");
    return true;
}

static void put_names(struct page *page, const char *label, enum style style,
                      const struct locks_names *names) {
    for (size_t i = 0; i < names->n; i++) {
        if (!put_separator(&page->line, i, names->n))
            break;
        buf_puts(&page->line, names->v[i]);
    }
    if (names->n)
        put_row(page, label, style);
}

static size_t longest_mode(const struct locks_groups *groups) {
    size_t longest = 0;

    for (size_t i = 0; i < groups->n; i++)
        if (strlen(groups->v[i].lock->mode) > longest)
            longest = strlen(groups->v[i].lock->mode);
    return longest;
}

static void add_group(struct page *page, const struct locks_list *locks,
                      const struct locks_group *group) {
    const struct locks_lock *lock = group->lock;
    size_t n = 0;

    for (; lock < locks->v + locks->n; lock++) {
        if (!locks_in_group(group, lock))
            continue;
        if (!put_separator(&page->line, n++, group->count))
            break;
        locks_put_relation(&page->line, lock);
    }
    locks_put_implied(&page->line, group);
    buf_printf(&page->line, " (%s)", group->lock->is_new ? "new here" : group->lock->blocks);
}

static void put_locks(struct page *page, const struct locks_statement *statement) {
    struct locks_groups groups = locks_group(&statement->locks);
    size_t mode_width = longest_mode(&groups) + 2;

    for (size_t i = 0; i < groups.n; i++) {
        const struct locks_lock *lock = groups.v[i].lock;
        put_label(page, i ? "" : "locks", QUIET);
        put_styled(page, lock->is_new ? QUIET : mode_style(lock->strength), lock->mode);
        buf_repeat(page->out, ' ', mode_width - strlen(lock->mode));
        add_group(page, &statement->locks, &groups.v[i]);
        put_line(page, sql_indent(page) + LABEL + mode_width);
    }
}

static unsigned line_of(const struct page *page, size_t statement) {
    return page->document->statements.v[statement].start.line;
}

static void add_held(struct page *page, const struct locks_statement *statement) {
    const struct locks_list *held = &statement->held;

    for (size_t i = 0; i < held->n; i++) {
        buf_puts(&page->line, i ? ", " : "");
        if (i == 0 || held->v[i].strength != held->v[i - 1].strength)
            buf_printf(&page->line, "%s ", held->v[i].mode);
        locks_put_relation(&page->line, &held->v[i]);
        buf_printf(&page->line, " (line %u)", line_of(page, held->v[i].since));
    }
    if (statement->held_count > held->n)
        buf_printf(&page->line, " and %zu more", statement->held_count - held->n);
}

static void put_held(struct page *page, const struct locks_statement *statement) {
    if (!locks_shows_held(page->document, statement))
        return;
    if (page->told && locks_same_held(page->told, statement))
        buf_puts(&page->line, "as before");
    else
        add_held(page, statement);
    page->told = statement;
    put_row(page, "held", QUIET);
}

static void put_failure(struct page *page, const struct locks_failure *failure) {
    if (!failure->sqlstate)
        return;
    if (failure->is_consequence) {
        buf_puts(&page->line, "the transaction has failed before");
        put_row(page, "skipped", BAD);
        return;
    }
    buf_printf(&page->line, "%s: %s", failure->sqlstate, failure->why);
    if (!failure->certain && failure->condition)
        buf_printf(&page->line, ", if %s", failure->condition);
    put_row(page, failure->certain ? "fails" : "may fail", failure->certain ? BAD : WARNING);
}

static void put_note(struct page *page, const char *note) {
    buf_puts(&page->line, note);
    put_row(page, "note", QUIET);
}

static void put_scans(struct page *page, const struct locks_statement *statement) {
    struct locks_names scans = locks_mere_scans(&page->scratch, statement);

    put_names(page, "scans", PLAIN, &scans);
}

static void put_unknown(struct page *page, const struct locks_statement *statement) {
    if (statement->may_rewrite)
        buf_puts(&page->line, statement->unknown.n ? "whether it rewrites a table; "
                                                   : "whether it rewrites a table");
    if (statement->may_rewrite && !statement->unknown.n)
        put_row(page, "unknown", PLAIN);
    put_names(page, "unknown", PLAIN, &statement->unknown);
}

static void put_effects(struct page *page, const struct locks_statement *statement) {
    put_failure(page, &statement->fails);
    put_held(page, statement);
    put_locks(page, statement);
    put_names(page, "rewrites", BAD, &statement->rewrites);
    put_names(page, "rebuilds", PLAIN, &statement->rebuilds);
    put_scans(page, statement);
    put_unknown(page, statement);
    if (locks_runs_alone(statement))
        put_note(page, "runs only outside of transactions");
    if (statement->is_conditional)
        put_note(page, statement->is_repeated ? "may run any number of times: it is in a loop"
                                              : "may not run: it depends on a condition");
}

static void put_statement(struct page *page, size_t index) {
    const struct locks_statement *statement = &page->document->statements.v[index];
    size_t indent = sql_indent(page) + (statement->is_nested ? 2 : 0);
    size_t width = page->options->width > 0 ? (size_t)page->options->width : SQL_WIDTH;

    buf_printf(page->out, "%*u  ", (int)page->digits, statement->start.line);
    buf_puts(page->out, statement->is_nested ? "  " : "");
    locks_put_sql(page->out, statement->sql,
                  width > indent + LEAST_WIDTH ? width - indent : LEAST_WIDTH);
    buf_putc(page->out, '\n');
    if (statement->error) {
        buf_puts(&page->line, statement->error);
        put_row(page, "error", BAD);
    } else {
        put_effects(page, statement);
    }
}

static void put_end_row(struct page *page, const struct locks_lock *lock, size_t digits) {
    size_t column = sql_indent(page) + strlen("from line ") + digits + 2;

    buf_repeat(page->out, ' ', sql_indent(page));
    buf_printf(page->out, "from line %*u  ", (int)digits, line_of(page, lock->since));
    put_styled(page, mode_style(lock->strength), lock->mode);
    buf_putc(page->out, ' ');
    locks_put_relation(&page->line, lock);
    buf_printf(&page->line, ", %s", lock->blocks);
    put_line(page, column + strlen(lock->mode) + 1);
}

static size_t digits_of(unsigned number) {
    return (size_t)snprintf(NULL, 0, "%u", number);
}

/* What the transaction that the statement ends has held. */
static void put_end(struct page *page, size_t index) {
    const struct locks_document *document = page->document;
    const struct locks_transaction *transaction =
        &document->transactions.v[document->statements.v[index].transaction];
    unsigned last = 0;

    for (size_t i = 0; i < transaction->locks.n; i++)
        if (line_of(page, transaction->locks.v[i].since) > last)
            last = line_of(page, transaction->locks.v[i].since);
    buf_putc(page->out, '\n');
    buf_repeat(page->out, ' ', page->digits);
    buf_puts(&page->line, "held until ");
    locks_put_end(&page->line, document, transaction);
    buf_putc(&page->line, ':');
    put_line(page, page->digits);
    for (size_t i = 0; i < transaction->locks.n; i++) {
        if (i == ENDS && transaction->locks.n > ENDS + 1) {
            buf_repeat(page->out, ' ', sql_indent(page));
            buf_printf(page->out, "and %zu more, no stronger ones\n", transaction->locks.n - ENDS);
            break;
        }
        put_end_row(page, &transaction->locks.v[i], digits_of(last));
    }
}

static void put_header(struct page *page, const struct locks_migration *migration) {
    struct buf path = BUF_INIT, words = BUF_INIT;
    size_t width = page->options->width > 0 ? (size_t)page->options->width : SQL_WIDTH;

    write_path(&path, migration->path);
    buf_printf(&words, "(%stransaction: %s; %s)",
               migration->direction == DIRECTION_DOWN ? "down; " : "", migration->transaction,
               migration->decided_by);
    put_styled(page, STRONG, buf_str(&path));
    buf_puts(page->out, escape_width(path.s, path.n) + 2 + words.n > width ? "\n  " : "  ");
    put_styled(page, QUIET, buf_str(&words));
    buf_puts(page->out, "\n\n");
    buf_release(&path);
    buf_release(&words);
}

static void put_migration(struct page *page, const struct locks_migration *migration) {
    size_t end = migration->first + migration->count;

    put_header(page, migration);
    page->digits = LEAST_DIGITS;
    if (migration->count && digits_of(line_of(page, end - 1)) > page->digits)
        page->digits = digits_of(line_of(page, end - 1));
    for (size_t i = migration->first; i < end; i++) {
        put_statement(page, i);
        arena_clear(&page->scratch);
        if (!locks_is_last(page->document, i) ||
            !locks_shows_end(page->document, page->document->statements.v[i].transaction))
            continue;
        put_end(page, i);
        if (i + 1 < end)
            buf_putc(page->out, '\n');
    }
    if (!migration->count)
        buf_printf(page->out, "%*sno statement\n", (int)page->digits, "");
}

/* Errors and notes, in the words of every other command. */
static void put_problems(struct page *page) {
    struct buf problems = BUF_INIT;

    write_text(&problems, page->document->report, page->options);
    if (problems.n && page->document->migrations.n)
        buf_putc(page->out, '\n');
    buf_add(page->out, buf_str(&problems), problems.n);
    buf_release(&problems);
}

void write_locks_text(struct buf *out, const struct locks_document *document,
                      const struct write_options *options) {
    struct page page = {.out = out, .document = document, .options = options};

    arena_init(&page.scratch);
    for (size_t i = 0; i < document->migrations.n; i++) {
        if (i)
            buf_putc(out, '\n');
        put_migration(&page, &document->migrations.v[i]);
    }
    put_problems(&page);
    buf_release(&page.line);
    arena_release(&page.scratch);
}
