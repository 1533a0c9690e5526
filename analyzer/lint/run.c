/* The rules over a job's histories: reported migrations meet them statement by statement. */
#include "lint/context.h"

#include <string.h>

static bool wants(const struct rule *rule, enum op_kind kind) {
    if (rule->all_ops)
        return true;
    for (size_t i = 0; i < sizeof(rule->ops) / sizeof(rule->ops[0]) && rule->ops[i] != OP_UNKNOWN;
         i++)
        if (rule->ops[i] == kind)
            return true;
    return false;
}

static bool covered_by(const struct draft *draft, const char *name) {
    const struct rule *rule = draft->slot->entry->rule;
    const char *also = rule->reports[draft->report].covers;

    if (also && strcmp(also, name) == 0)
        return true;
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
            covered = covered_by(&context->drafts.v[j], context->drafts.v[i].slot->entry->name);
        if (!covered)
            context->drafts.v[kept++] = context->drafts.v[i];
    }
    context->drafts.n = kept;
}

static void note_done(struct rule_context *context, size_t first) {
    for (size_t i = first; i < context->drafts.n; i++) {
        const struct rule_slot *slot = context->drafts.v[i].slot;
        context->is_done[slot - context->rules->on.v] = slot->entry->rule->once_per_file;
    }
}

/* Found once for a kind: of a hundred rules an operation concerns about ten. */
static const struct rule_calls *calls_for(struct rule_context *context, enum op_kind kind) {
    struct rule_set *rules = context->rules;
    struct rule_calls *calls = &rules->calls[kind];
    size_t *indexes;

    if (calls->v)
        return calls;
    calls->v = indexes = arena_array(context->arena, size_t, rules->on.n);
    for (size_t i = 0; i < rules->on.n; i++) {
        const struct rule *rule = rules->on.v[i].entry->rule;
        if (rule->on_op && wants(rule, kind))
            indexes[calls->n++] = i;
    }
    return calls;
}

static void call_rules(struct rule_context *context, const struct op *op) {
    const struct rule_calls *calls = calls_for(context, op->kind);
    size_t first = context->drafts.n;

    context->op = NULL;
    context->target = rule_target(context, op);
    context->target_name = NULL;
    context->op = op;
    for (size_t i = 0; i < calls->n; i++) {
        const struct rule_slot *slot = &context->rules->on.v[calls->v[i]];
        if (context->is_done[calls->v[i]] ||
            (context->direction == DIRECTION_DOWN && !slot->entry->rule->in_downs))
            continue;
        context->slot = slot;
        slot->entry->rule->on_op(context, op);
    }
    context->op = NULL; /* at a section's end the schema is another */
    drop_covered(context, first);
    note_done(context, first);
}

static void judge(struct rule_context *context) {
    context->op_effects = arena_array(context->arena, const struct effects *, context->ops.n);
    for (size_t i = 0; i < context->ops.n; i++)
        call_rules(context, &context->ops.v[i]);
}

/* Whether somebody may have had a reason to run it outside of a transaction. */
static bool may_need_alone(const struct rule_context *context, const struct effects *effects) {
    static const enum op_kind kinds[] = {
        OP_UNKNOWN,
        OP_BEGIN,
        OP_COMMIT,
        OP_DO,
        OP_CALL,
        OP_SELECT,
        OP_INSERT,
        OP_UPDATE,
        OP_DELETE,
        OP_MERGE,
        OP_COPY_FROM,
        OP_REFRESH_MATVIEW,
        OP_VALIDATE_CONSTRAINT,
        OP_ALTER_DOMAIN_VALIDATE_CONSTRAINT,
        OP_ALTER_ENUM_ADD_VALUE,
    };
    struct ops ops = context->ops;

    if (!effects || effects->in_transaction_ok != KNOWN_YES)
        return true;
    for (size_t i = 0; i < ops.n; i++)
        for (size_t j = 0; j < sizeof(kinds) / sizeof(kinds[0]); j++)
            if (ops.v[i].kind == kinds[j])
                return true;
    return false;
}

/* Where statements run one by one, the last of several may fail and leave those before it. */
static void note_last(struct rule_context *context) {
    const struct walk *walk = &context->walk;

    if (walk->section->mode != TRANSACTION_PER_STATEMENT || walk->section_statements < 2 ||
        walk->migration->kind == MIGRATION_BASELINE || walk_statement(walk)->parent)
        return;
    context->last_statement = walk_statement(walk);
    context->before_last = walk->replay.schema;
}

static void meet_statement(void *visitor_context, const struct effects *effects) {
    struct rule_context *context = visitor_context;
    const struct walk *walk = &context->walk;
    struct ops ops = walk->ops[walk->index];

    context->schema = walk->replay.schema;
    context->in_transaction = walk_in_transaction(walk);
    context->ops = ops;
    context->statement_effects = effects;
    context->first_draft = context->drafts.n;
    context->may_need_alone = context->may_need_alone || may_need_alone(context, effects);
    note_last(context);
    if (walk->reported)
        waits_before(context);
    if (effects && walk->reported)
        judge(context);
    if (walk->migration->reported)
        way_back_statement(&context->way, walk, effects);
    context->first_unit_op += ops.n;
}

static void leave_statement(void *visitor_context, const struct effects *effects) {
    struct rule_context *context = visitor_context;

    if (context->walk.reported)
        waits_after(context, effects);
    if (context->walk.migration->reported)
        way_back_applied(&context->way, &context->walk, &context->schema);
    context->walk.may_forget =
        context->drafts.n == context->first_draft; /* findings tell of them */
}

static bool takes_back(enum op_kind kind) {
    return kind != OP_SELECT && kind != OP_SET && kind != OP_RESET && kind != OP_BEGIN &&
           kind != OP_COMMIT && kind != OP_ROLLBACK && kind != OP_DO;
}

static void note_up(struct rule_context *context) {
    const struct walk *walk = &context->walk;

    for (size_t i = 0; i < context->unit_ops.n; i++)
        context->changes_schema |= takes_back(context->unit_ops.v[i]->kind);
    if (walk->section->mode_why && walk->section->mode != TRANSACTION_UNKNOWN)
        context->opted_out = walk->section->mode_why;
    context->one_string |= walk->section->mode == TRANSACTION_SIMPLE_QUERY;
    context->up_statements += walk->section_statements;
    if (context->first_text)
        return;
    context->first_text = context->walk.section->text;
    if (walk->statements->list.n)
        context->first_statement = walk->statements->list.v[0];
}

static void read_directives(struct rule_context *context) {
    struct directives *directives = &context->directives;
    const struct walk *walk = &context->walk;
    size_t first = directives->list.n;

    directives_read(context->arena, walk->section->text, walk->statements, directives);
    for (size_t i = first; i < directives->list.n; i++)
        directives->list.v[i].reported = walk->reported;
}

static void begin_section(void *visitor_context) {
    struct rule_context *context = visitor_context;

    context->direction = context->walk.section->direction;
    context->last_statement = NULL;
    waits_section_begins(context);
    unit_ops_list(context);
    read_directives(context);
    if (context->walk.statements->dynamic.n)
        context->may_need_alone = true;
    if (context->walk.migration->reported)
        way_back_section_begins(&context->way, &context->walk);
    if (context->walk.reported && context->direction == DIRECTION_UP)
        note_up(context);
}

static void end_section(void *visitor_context) {
    struct rule_context *context = visitor_context;

    if (context->walk.migration->reported)
        way_back_section_ends(&context->way, &context->walk);
    if (!context->walk.reported)
        return;
    waits_section_ends(context);
    context->schema = context->walk.replay.schema;
    context->ops = (struct ops){0};
    for (size_t i = 0; i < context->rules->on.n; i++) {
        const struct rule *rule = context->rules->on.v[i].entry->rule;
        context->slot = &context->rules->on.v[i];
        if (rule->on_section_end && (context->direction == DIRECTION_UP || rule->in_downs))
            rule->on_section_end(context);
    }
}

/* The rules for a file (absolute): the same for all unless an override may tell files apart. */
static struct rule_set *rules_for(struct rule_context *context, const char *path) {
    const struct config *config = context->walk.history->config;

    if (context->rules && !config->overrides.n)
        return context->rules;
    return settings_for(context->arena, config, context->options,
                        walk_target(context->options, config), path);
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

static void describe_migration(struct rule_context *context) {
    const struct migration *migration = context->walk.migration;
    const struct history *history = context->walk.history;
    struct rule_migration *out = &context->migration;

    *out = (struct rule_migration){
        .name = migration->name,
        .up_path = migration->up_path,
        .front = front_name(history->front),
        .refusal = migration->refusal,
        .skipped_behind = migration->skipped_behind,
        .has_down = migration->down_path != NULL,
        .irreversible = says_irreversible(&context->directives),
        .downs_expected = migration->kind == MIGRATION_STEP && history->front_has_downs &&
                          !history->config->downs_none,
        .any_down_in_history = context->any_down,
    };
    out->changes_schema = context->changes_schema;
    out->opted_out = context->opted_out;
    out->statements = context->up_statements;
    out->one_string = context->one_string;
    out->may_need_alone = context->may_need_alone;
}

static void call_at_end(struct rule_context *context, bool of_history) {
    context->schema = context->walk.replay.schema;
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

static void note_lacking_down(struct rule_context *context) {
    const struct rule_migration *migration = &context->migration;

    if (context->lacks_down.set || !migration->downs_expected || migration->has_down ||
        migration->irreversible || !migration->changes_schema)
        return;
    context->lacks_down.set = true;
    context->lacks_down.statement = context->first_statement;
    context->lacks_down.text = context->first_text;
    context->lacks_down.migration_index = context->walk.migration_index;
    context->lacks_down.directives = context->directives;
}

static void begin_migration(void *visitor_context) {
    struct rule_context *context = visitor_context;
    const struct migration *migration = context->walk.migration;

    context->directives = (struct directives){0};
    context->changes_schema = context->one_string = context->may_need_alone = false;
    context->opted_out = NULL;
    context->up_statements = 0;
    context->first_text = NULL;
    context->first_statement = NULL;
    if (!migration->reported)
        return;
    context->rules = rules_for(context, migration->up_absolute ? migration->up_absolute
                                                               : migration->down_absolute);
    context->is_done = arena_array(context->arena, bool, context->rules->on.n);
    way_back_begins(&context->way, &context->walk);
}

static void end_migration(void *visitor_context) {
    struct rule_context *context = visitor_context;
    const struct migration *migration = context->walk.migration;

    if (!migration->reported)
        return;
    context->direction = DIRECTION_UP;
    describe_migration(context);
    if (migration->up_reported) {
        vec_push(context->arena, &context->report->migrations,
                 ((struct migration_line){migration->up_path, migration->name,
                                          impact_name(context->way.impact)}));
        note_lacking_down(context);
        call_at_end(context, false);
    }
    findings_settle(context, &context->directives);
    directives_settle(context, &context->directives);
}

static void begin_history(void *visitor_context) {
    struct rule_context *context = visitor_context;

    context->rules = NULL;
    context->lacks_down.set = false;
    context->any_down = any_down(context->walk.history);
}

static void meet_stray(struct rule_context *context, const struct left_out *stray) {
    struct directives directives = {0};
    struct statements cut = {0};

    context->first_statement = NULL;
    context->first_text = text_of_file(context->arena, stray->file);
    sql_cut(context->arena, context->first_text, 0, &cut);
    directives_read(context->arena, context->first_text, &cut, &directives);
    context->rules = rules_for(context, stray->absolute);
    for (size_t i = 0; i < context->rules->on.n; i++) {
        context->slot = &context->rules->on.v[i];
        if (context->slot->entry->rule->on_stray)
            context->slot->entry->rule->on_stray(context, stray);
    }
    if (!context->drafts.n) /* the rule is off */
        report_remark(context->report,
                      (struct remark){
                          .path = stray->path,
                          .message = arena_printf(context->arena, "%s: not analysed", stray->why)});
    findings_settle(context, &directives);
}

/* Behind all migrations. */
static void meet_strays(struct rule_context *context) {
    const struct history *history = context->walk.history;

    context->direction = DIRECTION_UP;
    context->walk.migration_index = history->migrations.n;
    for (size_t i = 0; i < history->left_out.n; i++)
        if (history->left_out.v[i].stray && history->left_out.v[i].file)
            meet_stray(context, &history->left_out.v[i]);
}

/* What is said of a history as a whole stands at its first migration that it is about. */
static void end_history(void *visitor_context) {
    struct rule_context *context = visitor_context;

    if (context->rules) {
        context->first_statement = context->lacks_down.statement;
        context->first_text = context->lacks_down.text;
        context->walk.migration_index = context->lacks_down.migration_index;
        call_at_end(context, true);
        findings_settle(context, &context->lacks_down.directives);
    }
    meet_strays(context);
}

static const struct walk_visitor visitor = {
    .history_begins = begin_history,
    .migration_begins = begin_migration,
    .section_begins = begin_section,
    .statement = meet_statement,
    .statement_applied = leave_statement,
    .section_ends = end_section,
    .migration_ends = end_migration,
    .history_ends = end_history,
};

void lint_run(struct job *job, const struct lint_options *options, struct report *report) {
    struct rule_context context = {.arena = job->arena, .options = options, .report = report};

    for (size_t i = 0; i < job->configs.n; i++)
        settings_check(job->configs.v[i], report);
    fingerprints_init(&context.fingerprints, job->arena);
    context.walk = (struct walk){.arena = job->arena,
                                 .options = options,
                                 .report = report,
                                 .visitor = &visitor,
                                 .context = &context};
    walk_job(&context.walk, job);
    fingerprints_release(&context.fingerprints);
    report_sort(report);
}
