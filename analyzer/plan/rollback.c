#include "plan/rollback.h"

#include "lint/directive.h"
#include "lint/way_back.h"
#include "plan/down_file.h"

#include <string.h>

/* A step that is being put together: a statement, and those in its DO block. */
struct open_step {
    const struct statement *statement; /* NULL: none is open */
    struct schema before;
    VEC(struct ops) parts;
    bool fails;
    bool has_dynamic;
};

struct rollback_pass {
    struct arena *arena;
    struct rollback_document *document;
    struct walk walk;
    struct way_back way;
    struct open_step step;
    size_t first_step;
    enum reversal_class class;
    enum impact impact;
    struct directives directives;
};

/* --- steps --- */

static struct rollback_texts texts_of(const struct inverse_texts *texts) {
    return (struct rollback_texts){texts->list.n, texts->list.v};
}

/* The statement's own text on one line, comments left out. */
static const char *one_line(struct arena *arena, const struct statement *statement) {
    char *line = arena_alloc(arena, statement->span.end - statement->span.start + 1);
    size_t n = 0;

    for (size_t i = statement->first_token; i < statement->last_token; i++) {
        const struct token *token = &statement->tokens->list.v[i];
        if (!token_is_blank(token))
            for (size_t at = token->start; at < token->end; at++)
                line[n++] = statement->text->bytes[at];
        else if (n && line[n - 1] != ' ')
            line[n++] = ' ';
    }
    line[n] = '\0';
    return line;
}

static void add_step(struct rollback_pass *pass, const struct statement *statement,
                     const struct reversal *reversal) {
    if (reversal->class > pass->class)
        pass->class = reversal->class;
    if (reversal->impact > pass->impact)
        pass->impact = reversal->impact;
    vec_push(pass->arena, &pass->document->steps,
             ((struct rollback_step){
                 .file = statement->text->file,
                 .start = text_position(statement->text, statement->span.start),
                 .sql = one_line(pass->arena, statement),
                 .class = reversal_class_name(reversal->class),
                 .change = impact_name(reversal->impact),
                 .fails = reversal->fails,
                 .down = reversal->sql,
                 .in_unit = reversal->sql_in_unit,
                 .obstacles = texts_of(&reversal->obstacles),
                 .losses = texts_of(&reversal->losses),
                 .notes = texts_of(&reversal->notes),
             }));
}

static void close_step(struct rollback_pass *pass) {
    struct reversal reversal;
    struct step step = {
        .n = pass->step.parts.n,
        .v = pass->step.parts.v,
        .base = &pass->way.before,
        .fails = pass->step.fails,
        .has_dynamic = pass->step.has_dynamic,
    };

    if (!pass->step.statement)
        return;
    reversal_of(pass->arena, &pass->step.before, step, &reversal);
    add_step(pass, pass->step.statement, &reversal);
    pass->step = (struct open_step){0};
}

static bool is_in(const struct walk *walk, const struct statement *statement) {
    for (size_t i = 0; i < walk->statements->dynamic.n; i++) {
        const struct dynamic_sql *dynamic = &walk->statements->dynamic.v[i];
        struct position at = text_position(dynamic->text, dynamic->offset);
        struct position start = text_position(statement->text, statement->span.start);
        struct position end = text_position(statement->text, statement->span.end);
        if (at.offset >= start.offset && at.offset < end.offset)
            return true;
    }
    return false;
}

/* A statement that could not be read: nothing is known of it. */
static void add_unread(struct rollback_pass *pass, const struct statement *statement) {
    struct reversal reversal = {
        .class = REVERSAL_FORWARD_ONLY,
        .impact = IMPACT_DESTRUCTIVE,
        .sql = "",
        .sql_in_unit = "",
    };

    vec_push(pass->arena, &reversal.obstacles.list, "it could not be read");
    add_step(pass, statement, &reversal);
}

static bool is_transaction_control(struct ops ops) {
    return ops.n && ops.v[0].kind >= OP_BEGIN && ops.v[0].kind <= OP_ROLLBACK_PREPARED;
}

static void meet_up(struct rollback_pass *pass, const struct effects *effects) {
    const struct walk *walk = &pass->walk;
    const struct statement *statement = walk_statement(walk);

    if (!statement->parent) {
        close_step(pass);
        if (!effects)
            add_unread(pass, statement);
        if (!effects || is_transaction_control(walk->ops[walk->index]))
            return;
        pass->step.statement = statement;
        pass->step.before = walk->replay.schema;
        pass->step.has_dynamic = is_in(walk, statement);
    }
    if (effects && !statement->caught && !statement->conditional &&
        effects_failure(effects, walk_in_transaction(walk)).certain)
        pass->step.fails = true;
    if (pass->step.statement && effects)
        vec_push(pass->arena, &pass->step.parts, walk->ops[walk->index]);
    else if (pass->step.statement)
        pass->step.has_dynamic = true;
}

/* --- migrations --- */

static const char *note_of(const struct directives *directives) {
    for (size_t i = 0; i < directives->list.n; i++)
        if (directives->list.v[i].kind == DIRECTIVE_IRREVERSIBLE)
            return directives->list.v[i].reason ? directives->list.v[i].reason : "";
    return NULL;
}

static void add_differences(struct rollback_pass *pass, struct rollback_migration *out) {
    struct differences differences = way_back_differences(&pass->way);

    out->down_is_compared = way_back_is_followed(&pass->way);
    for (size_t i = 0; i < differences.list.n; i++)
        vec_push(pass->arena, &out->differences,
                 ((struct rollback_difference){
                     .kind = difference_kind_name(differences.list.v[i].kind),
                     .object = differences.list.v[i].object,
                     .detail = differences.list.v[i].detail,
                 }));
    for (size_t i = 0; i < pass->way.failures.n; i++) {
        const struct statement *statement = pass->way.failures.v[i].statement;
        vec_push(pass->arena, &out->failures,
                 ((struct rollback_failure){
                     .file = statement->text->file,
                     .start = text_position(statement->text, statement->span.start),
                     .sql = one_line(pass->arena, statement),
                     .why = pass->way.failures.v[i].failure.why,
                 }));
    }
}

static void add_migration(struct rollback_pass *pass) {
    const struct migration *migration = pass->walk.migration;
    struct rollback_migration out = {
        .name = migration->name,
        .front = front_name(migration->front),
        .up_path = migration->up_path,
        .down_path = migration->down_path,
        .up_absolute = migration->up_absolute,
        .class = reversal_class_name(pass->class),
        .change = impact_name(pass->impact),
        .note = note_of(&pass->directives),
        .first_step = pass->first_step,
        .step_count = pass->document->steps.n - pass->first_step,
    };

    add_differences(pass, &out);
    down_file_fill(pass->arena, pass->document, migration, &out);
    vec_push(pass->arena, &pass->document->migrations, out);
}

/* --- the visitor --- */

static void begin_migration(void *context) {
    struct rollback_pass *pass = context;

    if (!pass->walk.migration->reported)
        return;
    way_back_begins(&pass->way, &pass->walk);
    pass->step = (struct open_step){0};
    pass->first_step = pass->document->steps.n;
    pass->class = REVERSAL_EXACT;
    pass->impact = IMPACT_NONE;
    pass->directives = (struct directives){0};
}

static void begin_section(void *context) {
    struct rollback_pass *pass = context;
    const struct walk *walk = &pass->walk;

    if (!walk->migration->reported)
        return;
    way_back_section_begins(&pass->way, walk);
    directives_read(pass->arena, walk->section->text, walk->statements, &pass->directives);
}

static void meet_statement(void *context, const struct effects *effects) {
    struct rollback_pass *pass = context;

    if (!pass->walk.migration->reported)
        return;
    if (pass->walk.section->direction == DIRECTION_UP)
        meet_up(pass, effects);
    way_back_statement(&pass->way, &pass->walk, effects);
}

static void end_section(void *context) {
    struct rollback_pass *pass = context;

    if (!pass->walk.migration->reported)
        return;
    close_step(pass);
    way_back_section_ends(&pass->way, &pass->walk);
}

static void end_migration(void *context) {
    struct rollback_pass *pass = context;

    if (pass->walk.migration->reported && pass->walk.migration->up_path)
        add_migration(pass);
}

void rollback_run(struct job *job, const struct lint_options *options,
                  struct rollback_document *document, struct report *report) {
    static const struct walk_visitor visitor = {
        .migration_begins = begin_migration,
        .section_begins = begin_section,
        .statement = meet_statement,
        .section_ends = end_section,
        .migration_ends = end_migration,
    };
    struct rollback_pass pass = {.arena = job->arena, .document = document};

    pass.walk = (struct walk){.arena = job->arena,
                              .options = options,
                              .report = report,
                              .visitor = &visitor,
                              .context = &pass};
    walk_job(&pass.walk, job);
    document->report = report;
    report_sort(report);
}
