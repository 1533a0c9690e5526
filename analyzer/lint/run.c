/*
 * One pass over each history: old migrations are replayed silently, reported ones meet the
 * rules statement by statement before they are replayed too.
 */
#include "lint/context.h"

#include "base/path.h"

#include <string.h>

static enum problem_scope scope_of(const struct rule_context *context, bool reported) {
    if (context->direction == DIRECTION_DOWN)
        return SCOPE_DOWN;
    return reported ? SCOPE_REPORTED : SCOPE_HISTORY;
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

static void report_failure(struct rule_context *context, const struct statement *statement,
                           bool reported) {
    struct position at = text_position(statement->text, statement->error_offset);

    report_problem(context->report, (struct problem){
                                        .path = statement->text->file->path,
                                        .line = at.line,
                                        .column = at.column,
                                        .kind = kind_of(statement->failure),
                                        .scope = scope_of(context, reported),
                                        .message = statement->message,
                                        .file = statement->text->file,
                                    });
}

static void report_dynamic(struct rule_context *context, const struct statements *statements) {
    for (size_t i = 0; i < statements->dynamic.n; i++) {
        const struct dynamic_sql *dynamic = &statements->dynamic.v[i];
        struct position at = text_position(dynamic->text, dynamic->offset);
        vec_push(context->arena, &context->report->unanalysed,
                 ((struct unanalysed){.path = dynamic->text->file->path,
                                      .line = at.line,
                                      .column = at.column,
                                      .why = dynamic->why}));
    }
}

/* The runner's mode, unless an option overrules it. */
static enum transaction_mode mode_of(const struct rule_context *context,
                                     const struct section *section) {
    switch (context->options->transaction) {
    case LINT_IN_TRANSACTION:
        return TRANSACTION_FILE;
    case LINT_NO_TRANSACTION:
        return TRANSACTION_PER_STATEMENT;
    case LINT_AS_FRONT:
        break;
    }
    return section->mode;
}

static bool wants(const struct rule *rule, enum op_kind kind) {
    for (size_t i = 0; i < sizeof(rule->ops) / sizeof(rule->ops[0]) && rule->ops[i] != OP_UNKNOWN;
         i++)
        if (rule->ops[i] == kind)
            return true;
    return false;
}

static bool covered_by(const struct rule *rule, const char *name) {
    for (size_t i = 0; i < sizeof(rule->covers) / sizeof(rule->covers[0]) && rule->covers[i]; i++)
        if (strcmp(rule->covers[i], name) == 0)
            return true;
    return false;
}

/* Drops what another finding on the same operation covers. */
static void drop_covered(struct rule_context *context, size_t first) {
    size_t kept = first;

    for (size_t i = first; i < context->drafts.n; i++) {
        bool covered = false;
        for (size_t j = first; j < context->drafts.n && !covered; j++)
            covered = covered_by(context->drafts.v[j].slot->entry->rule,
                                 context->drafts.v[i].slot->entry->name);
        if (!covered)
            context->drafts.v[kept++] = context->drafts.v[i];
    }
    context->drafts.n = kept;
}

static void call_rules(struct rule_context *context, const struct op *op) {
    size_t first = context->drafts.n;

    for (size_t i = 0; i < context->rules->on.n; i++) {
        const struct rule *rule = context->rules->on.v[i].entry->rule;
        if (!rule->on_op || !wants(rule, op->kind))
            continue;
        if (context->direction == DIRECTION_DOWN && !rule->in_downs)
            continue;
        context->slot = &context->rules->on.v[i];
        rule->on_op(context, op);
    }
    drop_covered(context, first);
}

static void judge(struct rule_context *context) {
    context->op_effects = arena_array(context->arena, struct effects *, context->ops.n);
    for (size_t i = 0; i < context->ops.n; i++)
        call_rules(context, &context->ops.v[i]);
}

/* Tells the supervisor where we are; true when an earlier try died here. */
static bool is_casualty(struct rule_context *context, struct statement *statement) {
    const struct sql_progress *progress = context->options->progress;

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

static void run_statement(struct rule_context *context, struct statement *statement, struct ops ops,
                          bool reported) {
    if (!statement->tree || is_casualty(context, statement)) {
        report_failure(context, statement, reported);
        return;
    }
    context->schema = context->replay.schema;
    context->in_transaction = statement->parent ? KNOWN_YES : context->replay.in_transaction;
    context->ops = ops;
    context->statement_effects =
        effects_of_statement(context->arena, &context->schema, context->ops);
    if (reported)
        judge(context);
    replay_apply(&context->replay, context->ops, context->statement_effects);
    context->first_unit_op += ops.n;
}

/* All statements' operations first: a rule may look at what follows in its unit. */
static struct ops *list_ops(struct rule_context *context, const struct statements *statements) {
    struct ops *ops = arena_array(context->arena, struct ops, statements->list.n);

    context->unit_ops.n = 0;
    context->first_unit_op = 0;
    for (size_t i = 0; i < statements->list.n; i++) {
        if (!statements->list.v[i]->tree)
            continue;
        ops[i] = op_list(context->arena, statements->list.v[i]);
        for (size_t j = 0; j < ops[i].n; j++)
            vec_push(context->arena, &context->unit_ops, &ops[i].v[j]);
    }
    return ops;
}

/* Statements of the text itself; those inside DO blocks count with their DO. */
static size_t count_statements(const struct statements *statements) {
    size_t count = 0;

    for (size_t i = 0; i < statements->list.n; i++)
        count += !statements->list.v[i]->parent;
    return count;
}

static bool takes_back(enum op_kind kind) {
    return kind != OP_SELECT && kind != OP_SET && kind != OP_RESET && kind != OP_BEGIN &&
           kind != OP_COMMIT && kind != OP_ROLLBACK && kind != OP_DO;
}

static void note_up(struct rule_context *context, const struct section *section,
                    const struct statements *statements) {
    for (size_t i = 0; i < context->unit_ops.n; i++)
        context->changes_schema |= takes_back(context->unit_ops.v[i]->kind);
    if (context->first_text)
        return;
    context->first_text = section->text;
    if (statements->list.n)
        context->first_statement = statements->list.v[0];
}

static void read_directives(struct rule_context *context, const struct section *section,
                            const struct statements *statements, bool reported,
                            struct directives *directives) {
    size_t first = directives->list.n;

    directives_read(context->arena, section->text, statements, directives);
    for (size_t i = first; i < directives->list.n; i++)
        directives->list.v[i].reported = reported;
}

static void run_section(struct rule_context *context, const struct section *section, bool reported,
                        unsigned *ordinal, struct directives *directives) {
    struct statements *statements = parse_ahead_take(&context->ahead, section, *ordinal);
    struct ops *ops = list_ops(context, statements);
    size_t count = count_statements(statements);

    *ordinal += (unsigned)count;
    context->direction = section->direction;
    context->mode = mode_of(context, section);
    context->section_statements = count;
    read_directives(context, section, statements, reported, directives);
    if (reported && section->direction == DIRECTION_UP)
        note_up(context, section, statements);
    replay_begin_section(&context->replay, context->migration_index, context->mode, count);
    for (size_t i = 0; i < statements->list.n; i++)
        run_statement(context, statements->list.v[i], ops[i], reported);
    replay_end_section(&context->replay);
    if (reported) {
        context->report->statements += count;
        report_dynamic(context, statements);
    }
}

static const char *absolute_of(struct arena *arena, const struct history *history,
                               const char *path) {
    const char *below = path_below(history->root, path);

    if (strcmp(history->root, ".") == 0)
        below = path;
    return below ? path_join(arena, history->absolute_root, below) : path_absolute(arena, path);
}

static int target_of(const struct lint_options *options, const struct config *config) {
    if (options->target)
        return options->target;
    return config->target ? config->target : config_default_target;
}

/* The rules for a file: the same for all unless an override may tell files apart. */
static const struct rule_set *rules_for(struct rule_context *context, const char *path) {
    const struct config *config = context->history->config;

    if (context->rules && !config->overrides.n)
        return context->rules;
    return settings_for(context->arena, config, context->options,
                        target_of(context->options, config),
                        absolute_of(context->arena, context->history, path));
}

static bool says_irreversible(const struct directives *directives) {
    for (size_t i = 0; i < directives->list.n; i++)
        if (directives->list.v[i].kind == DIRECTIVE_IRREVERSIBLE)
            return true;
    return false;
}

static bool any_down(const struct history *history) {
    for (size_t i = 0; i < history->migrations.n; i++)
        if (history->migrations.v[i].down_path)
            return true;
    return false;
}

static void describe_migration(struct rule_context *context, const struct migration *migration,
                               const struct directives *directives) {
    const struct history *history = context->history;
    struct rule_migration *out = &context->migration;

    *out = (struct rule_migration){
        .name = migration->name,
        .up_path = migration->up_path,
        .front = front_name(history->front),
        .has_down = migration->down_path != NULL,
        .irreversible = says_irreversible(directives),
        .downs_expected = history->front_has_downs && !history->config->downs_none,
        .any_down_in_history = any_down(history),
    };
    out->changes_schema = context->changes_schema;
}

static void call_at_end(struct rule_context *context, bool of_history) {
    context->schema = context->replay.schema;
    context->ops = (struct ops){0};
    for (size_t i = 0; i < context->rules->on.n; i++) {
        const struct rule *rule = context->rules->on.v[i].entry->rule;
        void (*hook)(struct rule_context *) =
            of_history ? rule->on_history_end : rule->on_migration_end;
        context->slot = &context->rules->on.v[i];
        if (hook)
            hook(context);
    }
}

static bool section_reported(const struct migration *migration, const struct section *section) {
    if (!migration->reported)
        return false;
    return section->direction == DIRECTION_DOWN ? migration->down_reported : migration->up_reported;
}

static void run_ups(struct rule_context *context, const struct migration *migration,
                    struct directives *directives, unsigned *ordinal) {
    for (size_t i = 0; i < migration->sections.n; i++) {
        const struct section *section = &migration->sections.v[i];
        if (section->direction == DIRECTION_UP)
            run_section(context, section, section_reported(migration, section), ordinal,
                        directives);
    }
}

/* A down is run against the schema as it is after its up, and never enters the history. */
static void run_downs(struct rule_context *context, const struct migration *migration,
                      struct directives *directives, unsigned ordinal) {
    struct replay after_up = context->replay;

    if (migration->down_path &&
        strcmp(migration->down_path, migration->up_path ? migration->up_path : "") != 0)
        ordinal = 1;
    for (size_t i = 0; i < migration->sections.n; i++) {
        const struct section *section = &migration->sections.v[i];
        if (section->direction == DIRECTION_DOWN && migration->reported)
            run_section(context, section, section_reported(migration, section), &ordinal,
                        directives);
    }
    context->replay = after_up;
}

static void note_lacking_down(struct rule_context *context, const struct directives *directives) {
    const struct rule_migration *migration = &context->migration;

    if (context->lacks_down.set || !migration->downs_expected || migration->has_down ||
        migration->irreversible || !migration->changes_schema)
        return;
    context->lacks_down.set = true;
    context->lacks_down.statement = context->first_statement;
    context->lacks_down.text = context->first_text;
    context->lacks_down.migration_index = context->migration_index;
    context->lacks_down.directives = *directives;
}

static void run_migration(struct rule_context *context, const struct migration *migration) {
    struct directives directives = {0};
    unsigned ordinal = 1;

    context->changes_schema = false;
    context->first_text = NULL;
    context->first_statement = NULL;
    if (migration->reported)
        context->rules =
            rules_for(context, migration->up_path ? migration->up_path : migration->down_path);
    run_ups(context, migration, &directives, &ordinal);
    run_downs(context, migration, &directives, ordinal);
    if (!migration->reported)
        return;
    context->direction = DIRECTION_UP;
    describe_migration(context, migration, &directives);
    if (migration->up_reported && context->first_text) {
        note_lacking_down(context, &directives);
        call_at_end(context, false);
    }
    findings_settle(context, &directives);
    directives_settle(context, &directives);
    context->report->files +=
        (migration->up_path && migration->up_reported) +
        (migration->down_path && migration->down_reported &&
         (!migration->up_path || strcmp(migration->up_path, migration->down_path) != 0));
}

static size_t last_reported(const struct history *history) {
    size_t end = 0;

    for (size_t i = 0; i < history->migrations.n; i++)
        if (history->migrations.v[i].reported)
            end = i + 1;
    return end;
}

static void add_history_line(const struct rule_context *context, size_t replayed) {
    const struct history *history = context->history;

    vec_push(context->arena, &context->report->histories,
             ((struct history_line){
                 .root = history->root,
                 .front = front_name(history->front),
                 .target = target_of(context->options, history->config),
                 .files = history->migrations.n,
                 .replayed = replayed,
             }));
}

/* What is said of a history as a whole stands at its first migration that it is about. */
static void end_history(struct rule_context *context) {
    context->first_statement = context->lacks_down.statement;
    context->first_text = context->lacks_down.text;
    context->migration_index = context->lacks_down.migration_index;
    call_at_end(context, true);
    findings_settle(context, &context->lacks_down.directives);
}

/* The order in which run_migration asks for the sections. */
static void plan_migration(struct rule_context *context, const struct migration *migration) {
    for (enum direction direction = DIRECTION_UP; direction <= DIRECTION_DOWN; direction++)
        for (size_t i = 0; i < migration->sections.n; i++)
            if (migration->sections.v[i].direction == direction &&
                (direction == DIRECTION_UP || migration->reported))
                parse_ahead_add(context->arena, &context->ahead, &migration->sections.v[i]);
}

static void parse_all(struct rule_context *context, const struct job *job) {
    for (size_t i = 0; i < job->histories.n; i++) {
        const struct history *history = job->histories.v[i];
        size_t end = last_reported(history);
        for (size_t j = 0; j < end; j++)
            plan_migration(context, &history->migrations.v[j]);
    }
    parse_ahead_run(context->arena, &context->ahead, context->options->progress);
}

static void run_history(struct rule_context *context) {
    const struct history *history = context->history;
    const struct lint_options *options = context->options;
    size_t end = last_reported(history), replayed = 0;

    replay_init(&context->replay, context->arena, target_of(options, history->config),
                options->complete || history->config->history_complete);
    for (size_t i = 0; i < end; i++) {
        context->migration_index = i;
        run_migration(context, &history->migrations.v[i]);
        replayed += !history->migrations.v[i].reported;
    }
    if (end && context->rules)
        end_history(context);
    add_history_line(context, replayed);
}

void lint_run(struct job *job, const struct lint_options *options, struct report *report) {
    struct rule_context context = {.arena = job->arena, .options = options, .report = report};

    for (size_t i = 0; i < job->configs.n; i++)
        settings_check(job->configs.v[i], report);
    parse_all(&context, job);
    map_init(&context.fingerprints, job->arena);
    for (size_t i = 0; i < job->histories.n; i++) {
        context.history = job->histories.v[i];
        context.history_index = i;
        context.rules = NULL;
        context.lacks_down.set = false;
        run_history(&context);
    }
    report_sort(report);
}
