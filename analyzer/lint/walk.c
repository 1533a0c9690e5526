#include "lint/walk.h"

#include <string.h>

static void call(const struct walk *walk, void (*hook)(void *context)) {
    if (hook)
        hook(walk->context);
}

static void call_for_statement(const struct walk *walk,
                               void (*hook)(void *context, const struct effects *effects),
                               const struct effects *effects) {
    if (hook)
        hook(walk->context, effects);
}

int walk_target(const struct lint_options *options, const struct config *config) {
    if (options->target)
        return options->target;
    return config->target ? config->target : config_default_target;
}

enum known walk_in_transaction(const struct walk *walk) {
    return walk_statement(walk)->parent ? KNOWN_YES : walk->replay.in_transaction;
}

/* The runner's mode, unless an option overrules it. */
static enum transaction_mode mode_of(const struct walk *walk, const struct section *section) {
    switch (walk->options->transaction) {
    case LINT_IN_TRANSACTION:
        return TRANSACTION_FILE;
    case LINT_NO_TRANSACTION:
        return TRANSACTION_PER_STATEMENT;
    case LINT_AS_FRONT:
        break;
    }
    return section->mode;
}

static enum problem_scope scope_of(const struct walk *walk) {
    if (walk->section->direction == DIRECTION_DOWN)
        return SCOPE_DOWN;
    return walk->reported ? SCOPE_REPORTED : SCOPE_HISTORY;
}

static enum problem_kind kind_of(enum parse_failure failure) {
    switch (failure) {
    case PARSE_NEWER:
        return PROBLEM_NEWER_SYNTAX;
    case PARSE_LIMIT:
        return PROBLEM_LIMIT;
    case PARSE_CRASHED:
        return PROBLEM_CRASH;
    case PARSE_OK:
    case PARSE_SYNTAX:
        break;
    }
    return PROBLEM_SYNTAX;
}

static void report_failure(const struct walk *walk, const struct statement *statement) {
    const struct file *file = text_file(statement->text, statement->error_offset);
    struct position at = text_position(statement->text, statement->error_offset);

    report_problem(walk->report, (struct problem){
                                     .path = file->path,
                                     .line = at.line,
                                     .column = at.column,
                                     .kind = kind_of(statement->failure),
                                     .scope = scope_of(walk),
                                     .message = statement->message,
                                     .file = file,
                                 });
}

static bool says_first(struct walk *walk, const struct section_note *note) {
    if (!note->once)
        return true;
    if (map_has(&walk->said, note->why))
        return false;
    map_set(&walk->said, note->why, walk);
    return true;
}

/* What is missing is a problem wherever the section stands; a gap in what is reported. */
static void report_notes(struct walk *walk) {
    for (size_t i = 0; i < walk->section->notes.n; i++) {
        const struct section_note *note = &walk->section->notes.v[i];
        struct position at = file_position(note->file, note->offset);
        if (note->is_problem)
            report_problem(walk->report, (struct problem){.path = note->file->path,
                                                          .line = at.line,
                                                          .column = at.column,
                                                          .kind = note->kind,
                                                          .scope = scope_of(walk),
                                                          .message = note->why,
                                                          .file = note->file});
        else if (walk->reported && says_first(walk, note))
            vec_push(walk->arena, &walk->report->unanalysed,
                     ((struct unanalysed){.path = note->file->path,
                                          .line = at.line,
                                          .column = at.column,
                                          .why = note->why}));
    }
}

static void report_dynamic(const struct walk *walk) {
    for (size_t i = 0; i < walk->statements->dynamic.n; i++) {
        const struct dynamic_sql *dynamic = &walk->statements->dynamic.v[i];
        struct position at = text_position(dynamic->text, dynamic->offset);
        vec_push(walk->arena, &walk->report->unanalysed,
                 ((struct unanalysed){.path = text_file(dynamic->text, dynamic->offset)->path,
                                      .line = at.line,
                                      .column = at.column,
                                      .why = dynamic->why}));
    }
}

/* Tells the supervisor where we are; true when an earlier try died here. */
static bool is_casualty(const struct walk *walk, struct statement *statement) {
    const struct sql_progress *progress = walk->options->progress;

    if (!progress)
        return false;
    progress->before(progress->context, statement->text, statement->span.start);
    if (!progress->skip(progress->context, statement->text, statement->span.start,
                        &statement->message))
        return false;
    statement->tree = NULL;
    statement->failure = PARSE_CRASHED;
    statement->error_offset = statement->span.start;
    return true;
}

static void walk_one(struct walk *walk, struct statement *statement) {
    struct ops ops = walk->ops[walk->index];
    struct arena_mark mark = arena_mark(&walk->effects);
    struct effects *effects;

    if (!statement->tree || is_casualty(walk, statement)) {
        report_failure(walk, statement);
        call_for_statement(walk, walk->visitor->statement, NULL);
        return;
    }
    walk->may_forget = false;
    effects = effects_of_statement(&walk->effects, &walk->replay.schema, ops);
    replay_reach(&walk->replay, ops, effects);
    call_for_statement(walk, walk->visitor->statement, effects);
    replay_apply(&walk->replay, ops, effects);
    call_for_statement(walk, walk->visitor->statement_applied, effects);
    if (walk->may_forget)
        arena_rewind(&walk->effects, mark);
}

/* All statements' operations first: a visitor may look at what follows. */
static const struct ops *list_ops(const struct walk *walk) {
    const struct statements *statements = walk->statements;
    struct ops *ops = arena_array(walk->arena, struct ops, statements->list.n);

    for (size_t i = 0; i < statements->list.n; i++)
        if (statements->list.v[i]->tree)
            ops[i] = op_list(walk->arena, statements->list.v[i]);
    return ops;
}

static size_t count_statements(const struct statements *statements) {
    size_t count = 0;

    for (size_t i = 0; i < statements->list.n; i++)
        count += !statements->list.v[i]->parent;
    return count;
}

static bool is_reported(const struct migration *migration, const struct section *section) {
    if (!migration->reported)
        return false;
    return section->direction == DIRECTION_DOWN ? migration->down_reported : migration->up_reported;
}

static void begin_section(struct walk *walk, const struct section *section) {
    walk->section = section;
    walk->reported = is_reported(walk->migration, section);
    walk->mode = mode_of(walk, section);
    walk->statements = parse_ahead_take(&walk->ahead, section, walk->first_ordinal);
    walk->ops = list_ops(walk);
    walk->section_statements = count_statements(walk->statements);
    walk->first_ordinal += (unsigned)walk->section_statements;
    walk->replay.in_release =
        walk->release && walk->migration->reported && section->direction == DIRECTION_UP;
    replay_begin_section(&walk->replay, walk->migration_index, walk->mode,
                         walk->section_statements);
    call(walk, walk->visitor->section_begins);
}

static void walk_section(struct walk *walk, const struct section *section) {
    begin_section(walk, section);
    report_notes(walk);
    for (walk->index = 0; walk->index < walk->statements->list.n; walk->index++)
        walk_one(walk, walk->statements->list.v[walk->index]);
    call(walk, walk->visitor->section_ends);
    replay_end_section(&walk->replay);
    if (!walk->reported)
        return;
    walk->report->statements += walk->section_statements;
    report_dynamic(walk);
}

static void walk_ups(struct walk *walk) {
    const struct migration *migration = walk->migration;

    walk->first_ordinal = 1;
    for (size_t i = 0; i < migration->sections.n; i++)
        if (migration->sections.v[i].direction == DIRECTION_UP)
            walk_section(walk, &migration->sections.v[i]);
}

static bool is_one_file(const struct migration *migration) {
    return migration->up_path && migration->down_path &&
           strcmp(migration->up_path, migration->down_path) == 0;
}

/* A down is run against the schema as it is after its up, and never enters the history. */
static void walk_downs(struct walk *walk) {
    const struct migration *migration = walk->migration;
    struct replay after_up = walk->replay;

    if (!is_one_file(migration))
        walk->first_ordinal = 1;
    for (size_t i = 0; i < migration->sections.n; i++)
        if (migration->sections.v[i].direction == DIRECTION_DOWN && migration->reported)
            walk_section(walk, &migration->sections.v[i]);
    walk->replay = after_up;
}

static size_t count_files(const struct migration *migration) {
    return (migration->up_path && migration->up_reported) +
           (migration->down_path && migration->down_reported && !is_one_file(migration));
}

static void walk_migration(struct walk *walk, size_t index) {
    walk->migration_index = index;
    walk->migration = &walk->history->migrations.v[index];
    call(walk, walk->visitor->migration_begins);
    walk_ups(walk);
    walk_downs(walk);
    call(walk, walk->visitor->migration_ends);
    if (walk->migration->reported)
        walk->report->files += count_files(walk->migration);
}

/* How many of its migrations are walked: none behind the last reported one. */
static size_t walked_migrations(const struct history *history) {
    size_t end = 0;

    for (size_t i = 0; i < history->migrations.n; i++)
        if (history->migrations.v[i].reported)
            end = i + 1;
    return end;
}

static void add_history_line(const struct walk *walk, size_t replayed) {
    const struct history *history = walk->history;

    vec_push(walk->arena, &walk->report->histories,
             ((struct history_line){
                 .root = history->root,
                 .front = front_name(history->front),
                 .target = walk_target(walk->options, history->config),
                 .files = history->migrations.n,
                 .replayed = replayed,
             }));
}

static void walk_history(struct walk *walk) {
    const struct history *history = walk->history;
    size_t end = walked_migrations(history), replayed = 0;

    replay_init(&walk->replay, walk->arena, walk_target(walk->options, history->config),
                walk->options->complete || history->config->history_complete);
    map_init(&walk->said, walk->arena);
    call(walk, walk->visitor->history_begins);
    for (size_t i = 0; i < end; i++) {
        walk_migration(walk, i);
        replayed += !history->migrations.v[i].reported;
    }
    if (end || history->left_out.n)
        call(walk, walk->visitor->history_ends);
    add_history_line(walk, replayed);
}

/* The order in which walk_migration asks for the sections. */
static void plan_migration(struct walk *walk, const struct migration *migration) {
    for (enum direction direction = DIRECTION_UP; direction <= DIRECTION_DOWN; direction++)
        for (size_t i = 0; i < migration->sections.n; i++)
            if (migration->sections.v[i].direction == direction &&
                (direction == DIRECTION_UP || migration->reported))
                parse_ahead_add(walk->arena, &walk->ahead, &migration->sections.v[i]);
}

static void parse_all(struct walk *walk, const struct job *job) {
    for (size_t i = 0; i < job->histories.n; i++) {
        const struct history *history = job->histories.v[i];
        size_t end = walked_migrations(history);
        for (size_t j = 0; j < end; j++)
            plan_migration(walk, &history->migrations.v[j]);
    }
    parse_ahead_run(walk->arena, &walk->ahead, walk->options->progress);
}

void walk_job(struct walk *walk, const struct job *job) {
    walk->release = job->release;
    walk->since = job->since;
    arena_init(&walk->effects);
    parse_all(walk, job);
    for (size_t i = 0; i < job->histories.n; i++) {
        walk->history = job->histories.v[i];
        walk->history_index = i;
        walk_history(walk);
    }
    arena_adopt(walk->arena, &walk->effects);
}
