/*
 * --format json, version 1: keys are only ever added. Each statement and transaction stands on a line of its own.
 * A statement's "transaction" is the place of one in "transactions", from 0, or null where the statement is
 * committed alone; what is held when it starts are the locks of the statements before it there.
 */
#include "write/json_report.h"
#include "write/locks_formats.h"

static void put_answer(struct json_out *json, const char *key, enum locks_answer answer) {
    json_key(json, key);
    if (answer == LOCKS_UNKNOWN)
        json_text(json, NULL);
    else
        json_boolean(json, answer == LOCKS_YES);
}

static void put_failure(struct json_out *json, const struct locks_failure *failure) {
    json_key(json, "fails");
    if (!failure->sqlstate) {
        json_text(json, NULL);
        return;
    }
    json_begin(json, '{');
    json_member(json, "sqlstate", failure->sqlstate);
    json_member(json, "why", failure->why);
    json_key(json, "certain");
    json_boolean(json, failure->certain);
    json_member(json, "if", failure->certain ? NULL : failure->condition);
    json_end(json, '}');
}

static void put_lock(struct json_out *json, const struct locks_lock *lock) {
    json_member(json, "relation", lock->relation);
    json_member(json, "kind", lock->kind);
    json_member(json, "mode", lock->mode);
    json_member_begin(json, "blocks", '[');
    if (lock->strength >= LOCKS_READS)
        json_text(json, "reads");
    if (lock->strength >= LOCKS_WRITES)
        json_text(json, "writes");
    json_end(json, ']');
    json_key(json, "new");
    json_boolean(json, lock->is_new);
}

static void put_names(struct json_out *json, const char *key, const struct locks_names *names) {
    json_member_begin(json, key, '[');
    for (size_t i = 0; i < names->n; i++)
        json_text(json, names->v[i]);
    json_end(json, ']');
}

static void put_effects(struct json_out *json, const struct locks_statement *statement) {
    json_member_begin(json, "locks", '[');
    for (size_t i = 0; i < statement->locks.n; i++) {
        json_begin(json, '{');
        put_lock(json, &statement->locks.v[i]);
        json_end(json, '}');
    }
    json_end(json, ']');
    put_names(json, "rewrites", &statement->rewrites);
    put_names(json, "rebuilds", &statement->rebuilds);
    put_names(json, "scans", &statement->scans);
    put_names(json, "unknown", &statement->unknown);
}

static void put_statement(struct json_out *json, const struct locks_statement *statement) {
    json_newline(json);
    json_begin(json, '{');
    json_member(json, "file", statement->file->path);
    json_member_number(json, "line", statement->start.line);
    json_member_number(json, "column", statement->start.column);
    json_member(json, "sql", statement->sql);
    json_member(json, "direction", direction_name(statement->direction));
    put_answer(json, "in_transaction_ok", statement->in_transaction_ok);
    put_failure(json, &statement->fails);
    put_effects(json, statement);
    put_answer(json, "in_transaction", statement->in_transaction);
    json_key(json, "transaction");
    if (statement->transaction == LOCKS_NONE)
        json_text(json, NULL);
    else
        json_number(json, statement->transaction);
    json_end(json, '}');
}

static const char *end_word(enum locks_end end) {
    static const char *const words[] = {
        [LOCKS_COMMIT] = "commit",
        [LOCKS_ROLLBACK] = "rollback",
        [LOCKS_END_OF_FILE] = "end of migration",
        [LOCKS_END_OF_ALL] = "end of all pending migrations",
        [LOCKS_LEFT_OPEN] = "end of session",
        [LOCKS_END_OF_DO] = "end of do",
    };

    return words[end];
}

/* "certain": false where it is one only if the file runs in one transaction. */
static void put_transaction(struct json_out *json, const struct locks_document *document,
                            const struct locks_transaction *transaction) {
    const struct locks_statement *first = &document->statements.v[transaction->first];

    json_newline(json);
    json_begin(json, '{');
    json_member(json, "file", first->file->path);
    json_member_number(json, "line", first->start.line);
    json_member_number(json, "end_line", document->statements.v[transaction->last].start.line);
    json_key(json, "certain");
    json_boolean(json, !transaction->is_assumed);
    json_member(json, "end", end_word(transaction->end));
    json_member_begin(json, "locks", '[');
    for (size_t i = 0; i < transaction->locks.n; i++) {
        const struct locks_lock *lock = &transaction->locks.v[i];
        json_begin(json, '{');
        put_lock(json, lock);
        json_member_number(json, "from_line", document->statements.v[lock->since].start.line);
        json_end(json, '}');
    }
    json_end(json, ']');
    json_end(json, '}');
}

static void put_statements(struct json_out *json, const struct locks_document *document) {
    json_member_begin(json, "statements", '[');
    for (size_t i = 0; i < document->statements.n; i++)
        put_statement(json, &document->statements.v[i]);
    json_end(json, ']');
    json_newline(json);
    json_member_begin(json, "transactions", '[');
    for (size_t i = 0; i < document->transactions.n; i++)
        put_transaction(json, document, &document->transactions.v[i]);
    json_end(json, ']');
}

void write_locks_json(struct buf *out, const struct locks_document *document,
                      const struct write_options *options) {
    struct json_out json = {.out = out};

    json_begin(&json, '{');
    json_member_number(&json, "version", 1);
    json_report_tool(&json, options);
    json_newline(&json);
    json_report_histories(&json, document->report);
    json_newline(&json);
    put_statements(&json, document);
    json_newline(&json);
    json_report_errors(&json, document->report);
    json_newline(&json);
    json_report_not_analyzed(&json, document->report);
    json_newline(&json);
    json_report_remarks(&json, document->report);
    json_end(&json, '}');
    buf_putc(out, '\n');
}
