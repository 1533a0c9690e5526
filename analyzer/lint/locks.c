#include "lint/locks.h"

#include "lint/locks_held.h"
#include "lint/walk.h"
#include "sql/placeholder.h"

enum { HELD_SHOWN = 4 }; /* locks of the transaction that are told with each statement */

struct locks_pass {
    struct arena *arena;
    struct locks_document *document;
    struct walk walk;
    struct locks_held held;
    size_t open;                  /* the transaction that is open; LOCKS_NONE */
    const struct statement *body; /* the DO that is a transaction of its own; NULL: none is */
    struct schema before;         /* the statement */
    size_t migration_index;       /* of the last of document->migrations, in its history */
};

/* What is known of a relation that a statement locks. */
struct lock_facts {
    const struct relation *relation; /* NULL: the history does not know it */
    bool is_new, is_implied;         /* as in locks_lock */
};

static struct locks_statement *last_statement(const struct locks_pass *pass) {
    return &pass->document->statements.v[pass->document->statements.n - 1];
}

static enum locks_answer answer_of(enum known known) {
    return known == KNOWN_YES ? LOCKS_YES : known == KNOWN_NO ? LOCKS_NO : LOCKS_UNKNOWN;
}

/* The statement's own text; a run of blanks and comments is one blank. */
static const char *one_line(struct arena *arena, const struct statement *statement) {
    char *line = arena_alloc(arena, statement->span.end - statement->span.start + 1);
    const char *bytes = statement->text->bytes;
    size_t n = 0;

    for (size_t i = statement->first_token; i < statement->last_token; i++) {
        const struct token *token = &statement->tokens->list.v[i];
        if (!token_is_blank(token))
            for (size_t at = token->start; at < token->end; at++)
                line[n++] = bytes[at];
        else if (n && line[n - 1] != ' ')
            line[n++] = ' ';
    }
    if (statement->text->marked)
        placeholder_unmark(line, n);
    line[n] = '\0';
    return line;
}

static bool is_index(enum object_kind kind) {
    return kind == OBJ_INDEX || kind == OBJ_PARTITIONED_INDEX;
}

static const struct relation *find_relation(const struct locks_pass *pass, struct name name) {
    const struct relation *after = schema_relation(&pass->walk.replay.schema, name);

    return after ? after : schema_relation(&pass->before, name);
}

static bool is_new(const struct locks_pass *pass, const struct relation *relation) {
    return relation &&
           (relation->object.temporary || object_is_new(&pass->before, &relation->object));
}

/* The table that an index is on, or that owns a sequence; 0: none. */
static object_id table_of(const struct relation *relation) {
    if (!relation)
        return 0;
    return is_index(relation->object.kind) ? relation->table : relation->owned_by;
}

static const char *key_of(const struct locks_pass *pass, object_id id) {
    return arena_printf(pass->arena, "%u", id);
}

/* Finds what is locked as strongly as its table is by the same statement. */
static void find_implied(const struct locks_pass *pass, const struct effects *effects,
                         struct lock_facts *facts) {
    struct map modes; /* of locks, by the relation's id */

    map_init(&modes, pass->arena);
    for (size_t i = 0; i < effects->locks.n; i++)
        if (facts[i].relation)
            map_set(&modes, key_of(pass, facts[i].relation->object.id),
                    (void *)(uintptr_t)effects->locks.v[i].mode);
    for (size_t i = 0; i < effects->locks.n; i++) {
        object_id table = table_of(facts[i].relation);
        if (table)
            facts[i].is_implied =
                (uintptr_t)map_get(&modes, key_of(pass, table)) >= effects->locks.v[i].mode;
    }
}

/* One for each lock of the effects, after they were applied. */
static const struct lock_facts *facts_of(const struct locks_pass *pass,
                                         const struct effects *effects) {
    struct lock_facts *facts = arena_array(pass->arena, struct lock_facts, effects->locks.n);
    bool any = false;

    for (size_t i = 0; i < effects->locks.n; i++) {
        facts[i].relation = find_relation(pass, effects->locks.v[i].relation);
        facts[i].is_new = is_new(pass, facts[i].relation);
        any |= table_of(facts[i].relation) != 0;
    }
    if (any)
        find_implied(pass, effects, facts);
    return facts;
}

/* Appends the locks of one mode, on indexes or on all else. */
static size_t list_mode(const struct locks_pass *pass, const struct effects *effects,
                        const struct lock_facts *facts, enum lock_mode mode, bool indexes,
                        struct locks_lock *list, size_t n) {
    for (size_t i = 0; i < effects->locks.n; i++) {
        const struct effect_lock *lock = &effects->locks.v[i];
        if (lock->mode != mode || is_index(lock->kind) != indexes)
            continue;
        list[n] = locks_lock_of(pass->arena, lock);
        list[n].is_new = facts[i].is_new;
        list[n].is_implied = facts[i].is_implied;
        list[n++].since = pass->document->statements.n - 1;
    }
    return n;
}

static struct locks_list list_locks(const struct locks_pass *pass, const struct effects *effects,
                                    const struct lock_facts *facts) {
    struct locks_lock *list = arena_array(pass->arena, struct locks_lock, effects->locks.n);
    size_t n = 0;

    for (enum lock_mode mode = LOCK_ACCESS_EXCLUSIVE; mode > LOCK_NONE; mode--)
        for (int indexes = 0; indexes < 2 && n < effects->locks.n; indexes++)
            n = list_mode(pass, effects, facts, mode, indexes, list, n);
    return (struct locks_list){n, list};
}

static struct locks_names display_names(struct arena *arena, const struct name *names, size_t n) {
    const char **list = arena_array(arena, const char *, n);

    for (size_t i = 0; i < n; i++)
        list[i] = schema_display(arena, names[i]);
    return (struct locks_names){n, list};
}

static struct locks_failure failure_from(struct failure failure) {
    return (struct locks_failure){
        .sqlstate = failure.sqlstate,
        .why = failure.why,
        .certain = failure.sqlstate && failure.certain,
        .condition = failure.certain ? NULL : failure.condition,
    };
}

/* The grammar's verdict is the server's where it is the server's grammar; 14 took postfix operators out of it. */
static struct locks_failure failure_of_syntax(const struct locks_pass *pass,
                                              const struct statement *statement) {
    int target = pass->walk.replay.schema.target;

    if (statement->failure != PARSE_SYNTAX)
        return (struct locks_failure){0};
    return (struct locks_failure){
        .sqlstate = "42601",
        .why = statement->message,
        .certain = target >= 14 && target <= sql_grammar_major(),
        .condition = arena_printf(pass->arena, "PostgreSQL %d rejects it as %d does", target,
                                  sql_grammar_major()),
    };
}

static bool is_transaction_end(const struct op *op) {
    return op->kind == OP_COMMIT || op->kind == OP_ROLLBACK || op->kind == OP_PREPARE_TRANSACTION;
}

/* In the body of a DO too, but not where the DO is in a transaction. */
static bool ends_transaction(const struct locks_pass *pass, const struct op *op) {
    return (pass->body || !op->statement->parent) && is_transaction_end(op);
}

/* A DO may commit unless it is in a transaction itself (_SPI_commit); whatever else is in it, is in its own. */
static enum known transaction_around(const struct walk *walk) {
    struct ops ops = walk->ops[walk->index];

    return ops.n && is_transaction_end(&ops.v[0]) ? walk->replay.in_transaction
                                                  : walk_in_transaction(walk);
}

static struct locks_failure failure_of(const struct locks_pass *pass,
                                       const struct effects *effects) {
    const struct walk *walk = &pass->walk;
    struct ops ops = walk->ops[walk->index];

    if (walk->replay.failed && ops.n && !ends_transaction(pass, &ops.v[0]) &&
        ops.v[0].kind != OP_ROLLBACK_TO)
        return (struct locks_failure){
            .sqlstate = "25P02",
            .why = "current transaction is aborted, commands ignored until end of transaction "
                   "block",
            .certain = true,
            .is_consequence = true,
        };
    return failure_from(effects_failure(effects, transaction_around(walk)));
}

static void open_transaction(struct locks_pass *pass, size_t first, bool is_assumed) {
    struct locks_transaction transaction = {.is_assumed = is_assumed, .first = first};

    pass->open = pass->document->transactions.n;
    vec_push(pass->arena, &pass->document->transactions, transaction);
    locks_held_clear(&pass->held);
}

static void close_transaction(struct locks_pass *pass, size_t last, enum locks_end end) {
    struct locks_transaction *transaction;

    if (pass->open == LOCKS_NONE)
        return;
    transaction = &pass->document->transactions.v[pass->open];
    transaction->last = last;
    transaction->end = end;
    if (!transaction->is_refuted)
        transaction->locks = locks_held_list(&pass->held, &pass->walk.replay.schema, SIZE_MAX);
    locks_held_clear(&pass->held);
    pass->open = LOCKS_NONE;
}

static const struct statement *outermost(const struct statement *statement) {
    while (statement->parent)
        statement = statement->parent;
    return statement;
}

/* Whether statements of its body follow the statement. */
static bool has_body(const struct walk *walk) {
    const struct statements *statements = walk->statements;

    return walk->index + 1 < statements->list.n &&
           statements->list.v[walk->index + 1]->parent == walk_statement(walk);
}

static bool begins_transaction(const struct walk *walk) {
    struct ops ops = walk->ops[walk->index];

    return ops.n && ops.v[0].kind == OP_BEGIN && !walk_statement(walk)->parent;
}

static void leave_body(struct locks_pass *pass) {
    if (!pass->body || outermost(walk_statement(&pass->walk)) == pass->body)
        return;
    close_transaction(pass, pass->document->statements.n - 1, LOCKS_END_OF_DO);
    pass->body = NULL;
}

/* Finds the transaction of the statement that is about to be added. */
static void enter_transaction(struct locks_pass *pass) {
    const struct walk *walk = &pass->walk;
    size_t next = pass->document->statements.n;
    enum known known = walk->replay.in_transaction;

    leave_body(pass);
    if (begins_transaction(walk) && known != KNOWN_YES) {
        close_transaction(pass, next - 1, LOCKS_END_OF_FILE);
        open_transaction(pass, next, false);
        return;
    }
    if (pass->open != LOCKS_NONE)
        return;
    if (!pass->body && known == KNOWN_NO && has_body(walk))
        pass->body = walk_statement(walk);
    if (pass->body || known != KNOWN_NO)
        open_transaction(pass, next, !pass->body && known == UNKNOWN);
}

static bool is_instant(const struct walk *walk) {
    struct ops ops = walk->ops[walk->index];
    enum op_kind kind = ops.n ? ops.v[0].kind : OP_UNKNOWN;

    return kind == OP_SET || kind == OP_RESET || kind == OP_SET_TRANSACTION || kind == OP_SHOW ||
           (kind >= OP_BEGIN && kind <= OP_ROLLBACK_PREPARED);
}

static struct locks_statement new_statement(const struct locks_pass *pass) {
    const struct statement *statement = walk_statement(&pass->walk);

    return (struct locks_statement){
        .file = text_file(statement->text, statement->span.start),
        .start = text_position(statement->text, statement->span.start),
        .sql = one_line(pass->arena, statement),
        .direction = pass->walk.section->direction,
        .is_nested = statement->parent != NULL,
        .is_conditional = statement->conditional,
        .is_repeated = statement->in_loop,
        .is_instant = is_instant(&pass->walk),
        .in_transaction_ok = LOCKS_UNKNOWN,
        .in_transaction = answer_of(walk_in_transaction(&pass->walk)),
        .transaction = pass->open,
    };
}

static void add_held(struct locks_pass *pass, struct locks_statement *statement) {
    if (pass->open == LOCKS_NONE)
        return;
    statement->held = locks_held_list(&pass->held, &pass->walk.replay.schema, HELD_SHOWN);
    statement->held_count = locks_held_count(&pass->held);
}

static void add_effects(const struct locks_pass *pass, const struct effects *effects,
                        struct locks_statement *statement) {
    struct arena *arena = pass->arena;

    statement->in_transaction_ok = answer_of(effects->in_transaction_ok);
    statement->fails = failure_of(pass, effects);
    statement->unknown = (struct locks_names){effects->unknown.n, effects->unknown.v};
    if (statement->fails.is_consequence)
        return;
    statement->may_rewrite = effects->rewrite_known == KNOWN_NO;
    statement->rewrites = display_names(arena, effects->rewrites.v, effects->rewrites.n);
    statement->rebuilds = display_names(arena, effects->rebuilds.v, effects->rebuilds.n);
    statement->scans = display_names(arena, effects->scans.v, effects->scans.n);
}

static void add_statement(void *context, const struct effects *effects) {
    struct locks_pass *pass = context;
    struct locks_statement added;

    if (!pass->walk.reported)
        return;
    enter_transaction(pass);
    added = new_statement(pass);
    add_held(pass, &added);
    if (effects) {
        add_effects(pass, effects, &added);
    } else {
        added.error = walk_statement(&pass->walk)->message;
        added.fails = failure_of_syntax(pass, walk_statement(&pass->walk));
    }
    vec_push(pass->arena, &pass->document->statements, added);
    pass->before = pass->walk.replay.schema;
}

/*
 * What the replay holds more than before it, which are the statement's locks. It forgets at once what is taken
 * outside of transactions; a DO holds that to its end.
 */
static void take_locks(struct locks_pass *pass, const struct effects *effects,
                       const struct lock_facts *facts) {
    const struct replay *replay = &pass->walk.replay;
    size_t taken = last_statement(pass)->fails.certain ? 0 : effects->locks.n;

    if (!pass->body) {
        locks_held_give_back(&pass->held, replay->held.n);
        taken = replay->held.n - pass->held.steps.n;
    }
    for (size_t i = 0; i < taken && i < effects->locks.n; i++)
        locks_held_take(&pass->held, &effects->locks.v[i], facts[i].relation,
                        facts[i].is_new || facts[i].is_implied, pass->document->statements.n - 1);
}

/* What only applying it brought to light; where it is not certain, nobody could say on what it hangs. */
static void add_refusal(const struct locks_pass *pass, struct locks_statement *statement) {
    const struct refusal *refusal = &pass->walk.replay.refusal;

    if (!statement->fails.sqlstate && refusal->sqlstate && refusal->certain)
        statement->fails = (struct locks_failure){
            .sqlstate = refusal->sqlstate, .why = refusal->message, .certain = true};
}

/* What refuses to run in a transaction shows that the file is not run in one. */
static void refute_transaction(const struct locks_pass *pass, const struct locks_statement *by) {
    struct locks_transaction *transaction = &pass->document->transactions.v[pass->open];

    transaction->is_refuted |= transaction->is_assumed && by->in_transaction_ok == LOCKS_NO;
}

static void finish_statement(void *context, const struct effects *effects) {
    struct locks_pass *pass = context;
    struct locks_statement *statement;
    struct ops ops = pass->walk.ops[pass->walk.index];
    const struct lock_facts *facts;

    if (!pass->walk.reported)
        return;
    statement = last_statement(pass);
    facts = facts_of(pass, effects);
    add_refusal(pass, statement);
    if (!statement->fails.is_consequence)
        statement->locks = list_locks(pass, effects, facts);
    if (pass->open == LOCKS_NONE)
        return;
    refute_transaction(pass, statement);
    if (ops.n && ends_transaction(pass, &ops.v[0]))
        close_transaction(pass, pass->document->statements.n - 1,
                          ops.v[0].kind == OP_ROLLBACK ? LOCKS_ROLLBACK : LOCKS_COMMIT);
    else
        take_locks(pass, effects, facts);
}

static const char *decided_by(const struct walk *walk) {
    switch (walk->options->transaction) {
    case LINT_IN_TRANSACTION:
        return "--in-transaction";
    case LINT_NO_TRANSACTION:
        return "--no-transaction";
    case LINT_AS_FRONT:
        break;
    }
    return front_name(walk->history->front);
}

/* One for each direction of a migration, however many sections it has. */
static void begin_section(void *context) {
    struct locks_pass *pass = context;
    const struct walk *walk = &pass->walk;
    const struct locks_document *document = pass->document;
    struct locks_migration migration = {
        .path = walk->section->text->file->path,
        .direction = walk->section->direction,
        .transaction = transaction_mode_name(walk->mode),
        .decided_by = decided_by(walk),
        .target = walk->replay.schema.target,
        .first = document->statements.n,
    };

    pass->open = LOCKS_NONE;
    pass->body = NULL;
    if (!walk->reported ||
        (pass->migration_index == walk->migration_index &&
         document->migrations.v[document->migrations.n - 1].direction == migration.direction))
        return;
    pass->migration_index = walk->migration_index;
    vec_push(pass->arena, &pass->document->migrations, migration);
}

static enum locks_end end_of_section(const struct locks_pass *pass) {
    if (pass->body)
        return LOCKS_END_OF_DO;
    if (pass->walk.replay.explicit_transaction)
        return LOCKS_LEFT_OPEN;
    return pass->walk.mode == TRANSACTION_ALL ? LOCKS_END_OF_ALL : LOCKS_END_OF_FILE;
}

static void end_section(void *context) {
    struct locks_pass *pass = context;
    struct locks_document *document = pass->document;
    struct locks_migration *migration;

    if (!pass->walk.reported)
        return;
    migration = &document->migrations.v[document->migrations.n - 1];
    migration->count = document->statements.n - migration->first;
    close_transaction(pass, document->statements.n - 1, end_of_section(pass));
}

static void begin_history(void *context) {
    struct locks_pass *pass = context;

    pass->migration_index = LOCKS_NONE;
}

static const struct walk_visitor visitor = {
    .history_begins = begin_history,
    .section_begins = begin_section,
    .statement = add_statement,
    .statement_applied = finish_statement,
    .section_ends = end_section,
};

void locks_run(struct job *job, const struct lint_options *options,
               struct locks_document *document) {
    struct locks_pass pass = {.arena = job->arena, .document = document, .open = LOCKS_NONE};

    locks_held_init(&pass.held, job->arena);
    pass.walk = (struct walk){.arena = job->arena,
                              .options = options,
                              .report = document->report,
                              .visitor = &visitor,
                              .context = &pass};
    walk_job(&pass.walk, job);
    report_sort(document->report);
}
