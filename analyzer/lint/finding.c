/* From drafts to findings, with what comments say of them. */
#include "lint/context.h"

#include <string.h>

/* Every lock is held until its transaction ends; a statement alone is one of its own. */
static const char *held_until(const struct draft *draft) {
    return draft->in_transaction == KNOWN_NO ? "the end of the statement" : "commit";
}

static bool is_index(enum object_kind kind) {
    return kind == OBJ_INDEX || kind == OBJ_PARTITIONED_INDEX;
}

/* Effects name relations as after the statement; who reads of a rename knows the old name. */
static struct name name_before(const struct rule_context *context, const struct draft *draft,
                               struct name name) {
    const struct op *op = draft->op;

    if (op && op->new_name && op->kind == OP_RENAME_TABLE && strcmp(name.name, op->new_name) == 0)
        return schema_resolve(&context->schema, op->target);
    return name;
}

static void copy_locks(struct rule_context *context, struct finding *finding,
                       const struct draft *draft) {
    const struct effects *effects = draft->effects;

    for (size_t i = 0; i < effects->locks.n; i++) {
        const struct effect_lock *lock = &effects->locks.v[i];
        if (is_index(lock->kind)) /* who waits, waits for the table */
            continue;
        struct lock_line line = {
            .relation = schema_display(context->arena, name_before(context, draft, lock->relation)),
            .mode = lock_mode_name(lock->mode),
            .until = held_until(draft),
            .blocks_reads = lock_blocks_reads(lock->mode),
            .blocks_writes = lock_blocks_writes(lock->mode),
        };
        vec_push(context->arena, &finding->locks, line);
    }
    for (size_t i = 0; i < effects->rewrites.n; i++)
        vec_push(context->arena, &finding->rewrites,
                 schema_display(context->arena, effects->rewrites.v[i]));
    for (size_t i = 0; i < effects->scans.n; i++)
        vec_push(context->arena, &finding->scans,
                 schema_display(context->arena, effects->scans.v[i]));
}

static void place(struct finding *finding, const struct draft *draft) {
    const struct text *text = draft->text_of;

    finding->file = text_file(text, draft->span.start);
    finding->start = text_position(text, draft->span.start);
    finding->end = file_position(finding->file, text_file_end(text, draft->span));
}

/* A statement that the server refuses in the transaction it stands in locks nothing for long. */
static bool is_refused(const struct draft *draft) {
    return draft->in_transaction == KNOWN_YES && draft->effects->in_transaction_ok == KNOWN_NO;
}

static struct finding make_finding(struct rule_context *context, const struct draft *draft) {
    const struct rule_report *report = &draft->slot->entry->rule->reports[draft->report];
    struct finding finding = {
        .rule = draft->slot->entry->name,
        .tier = draft->slot->tier ? draft->slot->tier : report->tier,
        .what = draft->text.what,
        .why = draft->text.why,
        .instead = draft->text.instead ? draft->text.instead : "",
        .direction = draft->direction,
        .statement = draft->op ? draft->op->statement->ordinal : 0,
        .object_kind = draft->text.object_kind,
        .object_name = draft->text.object_name,
        .order = (context->walk.history_index << 32) + context->walk.migration_index * 2 +
                 (draft->direction == DIRECTION_DOWN),
    };

    if (draft->slot->entry->rule->once_per_file)
        finding.group =
            arena_printf(context->arena, "%s %s", finding.rule, context->walk.history->root);
    place(&finding, draft);
    if (draft->effects && !is_refused(draft))
        copy_locks(context, &finding, draft);
    finding.fingerprint =
        fingerprint_make(&context->fingerprints, &finding, draft->op ? draft->statement : NULL);
    return finding;
}

/* The comment that suppresses the draft; NULL: none does. */
static const struct directive *suppression(struct rule_context *context,
                                           struct directives *directives,
                                           const struct draft *draft) {
    const struct directive *directive;

    if (context->options->ignore_comments)
        return NULL;
    directive = directives_match(directives, draft->slot->entry, draft->statement);
    if (directive && context->walk.history->config->ignore_reason_required && !directive->reason)
        return NULL;
    return directive;
}

/* A finding that is shown for all of its cause. */
struct leader {
    const struct draft *draft;
    size_t finding;           /* in the report */
    size_t followers;         /* that are not shown */
    const struct draft *last; /* of them */
};
struct leaders {
    VEC(struct leader) list;
};

static struct leader *leader_of(struct leaders *leaders, const struct draft *draft) {
    for (size_t i = leaders->list.n; i-- > 0;) {
        struct leader *leader = &leaders->list.v[i];
        if (leader->draft->text.cause == draft->text.cause && leader->draft->slot == draft->slot &&
            leader->draft->report <= draft->report)
            return leader;
    }
    return NULL;
}

static bool is_led(struct leaders *leaders, const struct draft *draft) {
    struct leader *leader = draft->text.cause ? leader_of(leaders, draft) : NULL;

    if (!leader)
        return false;
    leader->followers++;
    leader->last = draft;
    return true;
}

static void tell_followers(struct rule_context *context, const struct leader *leader) {
    struct finding *finding = &context->report->findings.v[leader->finding];
    struct position last;

    if (!leader->followers)
        return;
    last = text_position(leader->last->text_of, leader->last->span.start);
    finding->why =
        leader->followers == 1
            ? arena_printf(context->arena, "%s So it does for the one in line %u.", finding->why,
                           last.line)
            : arena_printf(context->arena, "%s So it does for %zu later ones, up to line %u.",
                           finding->why, leader->followers, last.line);
}

void findings_settle(struct rule_context *context, struct directives *directives) {
    struct leaders leaders = {0};

    for (size_t i = 0; i < context->drafts.n; i++) {
        const struct draft *draft = &context->drafts.v[i];
        const struct directive *directive;
        struct finding finding;
        if (!draft->text_of)
            continue;
        directive = suppression(context, directives, draft);
        if (!directive && is_led(&leaders, draft))
            continue;
        finding = make_finding(context, draft);
        if (directive) {
            finding.suppressed_by = "comment";
            finding.suppressed_reason = directive->reason;
        } else if (draft->text.cause) {
            struct leader leader = {draft, context->report->findings.n, 0, NULL};
            vec_push(context->arena, &leaders.list, leader);
        }
        vec_push(context->arena, &context->report->findings, finding);
    }
    for (size_t i = 0; i < leaders.list.n; i++)
        tell_followers(context, &leaders.list.v[i]);
    context->drafts.n = 0;
}

static void problem_at(const struct rule_context *context, const struct directive *directive,
                       size_t offset, const char *message) {
    const struct file *file = text_file(directive->text, offset);
    struct position at = text_position(directive->text, offset);

    report_problem(context->report, (struct problem){.path = file->path,
                                                     .line = at.line,
                                                     .column = at.column,
                                                     .kind = PROBLEM_CONFIG,
                                                     .scope = SCOPE_REPORTED,
                                                     .message = message,
                                                     .file = file});
}

static void remark_at(const struct rule_context *context, const struct directive *directive,
                      const char *message) {
    struct position at = text_position(directive->text, directive->offset);

    report_remark(context->report,
                  (struct remark){.path = text_file(directive->text, directive->offset)->path,
                                  .line = at.line,
                                  .column = at.column,
                                  .message = message});
}

static void settle_rule(const struct rule_context *context, const struct directive *directive,
                        const struct directive_rule *rule) {
    const char *nearest = rule->entry_count ? NULL : lint_nearest_rule(rule->name);

    if (!rule->entry_count)
        problem_at(context, directive, rule->offset,
                   nearest
                       ? arena_printf(context->arena,
                                      "migvet:ignore names an unknown rule \"%s\"; did you "
                                      "mean \"%s\"?",
                                      rule->name, nearest)
                       : arena_printf(context->arena, "migvet:ignore names an unknown rule \"%s\"",
                                      rule->name));
    else if (!rule->used && !context->options->only)
        remark_at(context, directive,
                  arena_printf(context->arena, "migvet:ignore %s matches no finding: remove it",
                               rule->name));
}

static void settle_one(const struct rule_context *context, const struct directive *directive) {
    if (directive->foreign || !directive->reported)
        return;
    if (directive->mistake) {
        problem_at(context, directive, directive->offset, directive->mistake);
        return;
    }
    if (directive->kind == DIRECTIVE_IRREVERSIBLE) {
        if (!directive->reason)
            remark_at(context, directive, "migvet:irreversible gives no reason: say what is lost");
        return;
    }
    for (size_t i = 0; i < directive->rules.n; i++)
        settle_rule(context, directive, &directive->rules.v[i]);
    if (context->walk.history->config->ignore_reason_required && !directive->reason)
        remark_at(context, directive,
                  "migvet:ignore has no effect without \"reason:\" (ignore_reason: required)");
}

void directives_settle(const struct rule_context *context, const struct directives *directives) {
    if (context->options->ignore_comments)
        return;
    for (size_t i = 0; i < directives->list.n; i++)
        settle_one(context, &directives->list.v[i]);
}
