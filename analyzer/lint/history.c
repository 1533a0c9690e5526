/* What rules ask about a migration as one of its history: its runner, its neighbours, what git says of it. */
#include "base/ascii.h"
#include "base/path.h"
#include "front/candidates.h"
#include "front/front.h"
#include "lint/context.h"

#include <string.h>

const char *rule_runner_name(const struct rule_context *context) {
    return front_name(context->walk.history->front);
}

const struct runner *rule_runner(const struct rule_context *context) {
    return &context->walk.history->front->runner;
}

static const struct migration *neighbour(const struct rule_context *context, size_t index) {
    const struct history *history = context->walk.history;

    return index < history->migrations.n ? &history->migrations.v[index] : NULL;
}

/* What the migration's file is called, or its folder where it has one: "0005_x.up.sql". */
static const char *own_name(const struct rule_context *context, const char *path) {
    if (context->walk.history->front->depth)
        path = path_folder(context->arena, path);
    return path_base(path);
}

/* The length of the version in a name: up to "__" behind a letter, else up to "_" or a dot. */
static size_t version_length(const char *name) {
    const char *twice = ascii_isdigit(*name) ? NULL : strstr(name, "__");

    return twice ? (size_t)(twice - name) : strcspn(name, "_.");
}

static bool is_same_version(const struct rule_context *context, const char *a, const char *b) {
    return rule_runner(context)->numbers ? versions_compare(a, b) == 0 : strcmp(a, b) == 0;
}

static bool has_version_of(const struct rule_context *context, const char *name,
                           const char *other) {
    return is_same_version(context, arena_strndup(context->arena, name, version_length(name)),
                           arena_strndup(context->arena, other, version_length(other)));
}

/* The texts of a direction, one token that is not blank after the other. */
struct reader {
    const struct section *sections;
    size_t count, section, token;
    struct tokens tokens; /* of the section */
};

static bool begin_next(struct arena *arena, struct reader *reader) {
    const struct section *section;

    while (reader->section < reader->count &&
           reader->sections[reader->section].direction != DIRECTION_UP)
        reader->section++;
    if (reader->section == reader->count)
        return false;
    section = &reader->sections[reader->section];
    reader->tokens.list.n = reader->token = 0;
    lex(arena, section->text->bytes, (struct span){0, section->text->len}, section->flags,
        &reader->tokens);
    return true;
}

/* The next token, and its text; NULL at the end. */
static const struct token *read_token(struct arena *arena, struct reader *reader,
                                      const struct text **text) {
    for (;; reader->section++, reader->tokens.list.n = 0) {
        if (!reader->tokens.list.n && !begin_next(arena, reader))
            return NULL;
        while (reader->token < reader->tokens.list.n) {
            const struct token *token = &reader->tokens.list.v[reader->token++];
            if (token_is_blank(token))
                continue;
            *text = reader->sections[reader->section].text;
            return token;
        }
    }
}

/* Words in another case are the same words. */
static bool is_same_token(const struct text *a, const struct token *at, const struct text *b,
                          const struct token *bt) {
    const char *left = a->bytes + at->start, *right = b->bytes + bt->start;
    size_t n = at->end - at->start;

    if (at->kind != bt->kind || bt->end - bt->start != n)
        return false;
    return at->kind == TOKEN_WORD ? ascii_ncasecmp(left, right, n) == 0
                                  : memcmp(left, right, n) == 0;
}

/* Sets where the migration's SQL first differs from what it was; false when it does not. */
static bool find_difference(struct arena *arena, const struct migration *migration,
                            struct rule_change *change) {
    struct reader now = {.sections = migration->sections.v, .count = migration->sections.n};
    struct reader then = {.sections = migration->before.v, .count = migration->before.n};
    const struct text *text = NULL, *old_text = NULL;
    const struct token *token, *old;

    do {
        token = read_token(arena, &now, &text);
        old = read_token(arena, &then, &old_text);
    } while (token && old && is_same_token(text, token, old_text, old));
    if (token) {
        change->text = text;
        change->span = (struct span){token->start, token->end};
    }
    return token || old;
}

/* The next section of the direction from i on; NULL: none. */
static const struct section *next_up(const struct section *sections, size_t count, size_t *i) {
    while (*i < count)
        if (sections[(*i)++].direction == DIRECTION_UP)
            return &sections[*i - 1];
    return NULL;
}

static bool is_same_text(const struct section *a, const struct section *b) {
    return a->text->len == b->text->len && a->mode == b->mode &&
           memcmp(a->text->bytes, b->text->bytes, a->text->len) == 0;
}

static bool has_same_words(struct arena *arena, const struct section *a, const struct section *b) {
    struct reader left = {.sections = a, .count = 1}, right = {.sections = b, .count = 1};
    const struct text *text = NULL, *other_text = NULL;
    const struct token *token, *other;

    do {
        token = read_token(arena, &left, &text);
        other = read_token(arena, &right, &other_text);
    } while (token && other && is_same_token(text, token, other_text, other));
    return !token && !other;
}

static const struct section *section_of_id(const struct section *sections, size_t count,
                                           const char *id) {
    const struct section *section;

    for (size_t i = 0; (section = next_up(sections, count, &i));)
        if (section->id && strcmp(section->id, id) == 0)
            return section;
    return NULL;
}

/* The first section that was there with other words, and is not run again anyway; NULL: none. */
static const struct section *changed_section(struct arena *arena,
                                             const struct migration *migration) {
    const struct section *section, *was;

    for (size_t i = 0; (section = next_up(migration->sections.v, migration->sections.n, &i));) {
        if (!section->id || section->reruns)
            continue;
        was = section_of_id(migration->before.v, migration->before.n, section->id);
        if (was && !is_same_text(section, was) && !has_same_words(arena, section, was))
            return section;
    }
    return NULL;
}

/* Of a migration that may get more sections, each known by its id. */
static bool find_changed_section(struct arena *arena, const struct migration *migration,
                                 struct rule_change *change) {
    const struct section *changed = changed_section(arena, migration);
    struct reader reader = {.sections = changed, .count = 1};
    const struct text *text = NULL;
    const struct token *token = changed ? read_token(arena, &reader, &text) : NULL;

    if (token) {
        change->text = text;
        change->span = (struct span){token->start, token->end};
    }
    return changed;
}

/* A file that moved with its folder has kept its name. */
static void judge_rename(struct rule_context *context, const struct migration *migration,
                         struct rule_change *change) {
    const char *now = own_name(context, migration->up_path);
    const char *then = own_name(context, migration->was->path);

    if (strcmp(now, then) == 0)
        change->kind = CHANGE_EDITED;
    change->was = migration->was->path;
    change->version = !has_version_of(context, now, then);
}

/* Whether its ups are as they were, byte for byte. */
static bool has_same_ups(const struct migration *migration) {
    const struct section *now, *then;
    size_t i = 0, j = 0;

    do {
        now = next_up(migration->sections.v, migration->sections.n, &i);
        then = next_up(migration->before.v, migration->before.n, &j);
    } while (now && then && is_same_text(now, then));
    return !now && !then;
}

struct rule_change rule_change(struct rule_context *context) {
    const struct migration *migration = context->walk.migration;
    struct rule_change change = {.kind = migration->change, .since = context->walk.since};

    if (migration->kind !=
        MIGRATION_STEP) /* it is run whenever it changes, or only on new databases */
        change.kind = CHANGE_UNKNOWN;
    if (!migration->was || change.kind == CHANGE_UNKNOWN)
        return change;
    if (rule_runner(context)->grows) {
        change.sql = find_changed_section(context->arena, migration, &change);
        if (!change.sql && change.kind == CHANGE_EDITED)
            change.kind = CHANGE_NONE;
    } else {
        change.sql = find_difference(context->arena, migration, &change);
    }
    if (change.kind == CHANGE_RENAMED)
        judge_rename(context, migration, &change);
    if (change.kind == CHANGE_EDITED && has_same_ups(migration))
        change.kind = CHANGE_NONE;
    return change;
}

/* It was there at the commit under the version that it has now. */
static bool was_there(struct rule_context *context, const struct migration *migration) {
    if (migration->change != CHANGE_RENAMED || !migration->was)
        return migration->change == CHANGE_NONE || migration->change == CHANGE_EDITED;
    return has_version_of(context, own_name(context, migration->up_path),
                          own_name(context, migration->was->path));
}

const char *rule_later_applied(struct rule_context *context) {
    const struct history *history = context->walk.history;

    if (!*context->walk.migration->version)
        return NULL;
    for (size_t i = history->migrations.n; i-- > context->walk.migration_index + 1;) {
        const struct migration *later = &history->migrations.v[i];
        if (*later->version && later->up_path && was_there(context, later) &&
            !is_same_version(context, later->version, context->walk.migration->version))
            return later->name;
    }
    return NULL;
}

static bool is_twin(const struct rule_context *context, const struct migration *other) {
    const struct migration *migration = context->walk.migration;

    return other && other->up_path && migration->up_path && *migration->version &&
           is_same_version(context, migration->version, other->version);
}

/* The later one is told, or the one that is new, or the one that the user asks about. */
const char *rule_same_version(const struct rule_context *context) {
    const struct migration *migration = context->walk.migration;
    const struct migration *before = neighbour(context, context->walk.migration_index - 1);
    const struct migration *behind = neighbour(context, context->walk.migration_index + 1);

    if (is_twin(context, before) &&
        (!before->reported || before->change != CHANGE_NEW || migration->change == CHANGE_NEW))
        return before->name;
    if (is_twin(context, behind) &&
        (!behind->reported || (migration->change == CHANGE_NEW && behind->change != CHANGE_NEW)))
        return behind->name;
    return NULL;
}

struct rule_outside rule_outside(struct rule_context *context) {
    const struct text *text = context->walk.migration->outside;
    struct tokens tokens = {0};

    if (!text)
        return (struct rule_outside){0};
    lex(context->arena, text->bytes, (struct span){0, text->len}, 0, &tokens);
    for (size_t i = 0; i < tokens.list.n; i++) {
        const struct token *token = &tokens.list.v[i];
        if (!token_is_blank(token) && !token_is_char(text->bytes, token, ';'))
            return (struct rule_outside){text, {token->start, token->end}};
    }
    return (struct rule_outside){0};
}

struct rule_cut rule_cut(struct rule_context *context) {
    const struct section *section = context->walk.section;
    const char *word = strcmp(rule_runner_name(context), "goose") == 0 ? "goose" : "migrate";

    return (struct rule_cut){
        .kind = section->line_cut.kind,
        .text = section->text,
        .span = section->line_cut.span,
        .marks = {rule_printf(context, "-- +%s StatementBegin", word),
                  rule_printf(context, "-- +%s StatementEnd", word)},
    };
}

/* Applies the statement once more, and says how it fails. */
static struct failure run_again(struct rule_context *context, struct replay *replay,
                                struct ops ops) {
    const struct effects *effects = effects_of_statement(context->arena, &replay->schema, ops);
    struct failure failure = effects_failure(effects, KNOWN_NO);

    replay_apply(replay, ops, effects);
    return failure;
}

static bool begins_transaction(struct ops ops) {
    return ops.n && (ops.v[0].kind == OP_BEGIN || ops.v[0].kind == OP_DO);
}

struct rule_rerun rule_rerun(struct rule_context *context) {
    struct walk *walk = &context->walk;
    const struct statements *statements = walk->statements;
    struct rule_rerun rerun = {.last = context->last_statement};
    struct replay replay;

    if (!rerun.last)
        return rerun;
    replay_init(&replay, context->arena, context->schema.target, context->schema.complete);
    replay.schema = context->before_last;
    replay_begin_section(&replay, walk->migration_index, TRANSACTION_PER_STATEMENT,
                         walk->section_statements);
    for (size_t i = 0; i < statements->list.n && statements->list.v[i] != rerun.last; i++) {
        if (!statements->list.v[i]->tree || begins_transaction(walk->ops[i]))
            break;
        rerun.failure = run_again(context, &replay, walk->ops[i]);
        if (!rerun.failure.sqlstate || !rerun.failure.certain)
            continue;
        rerun.op = &walk->ops[i].v[0];
        break;
    }
    return rerun;
}
