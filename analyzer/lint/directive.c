#include "lint/directive.h"

#include "base/ascii.h"

#include <string.h>

struct comment {
    const char *s; /* behind the dashes and blanks */
    size_t n;
    size_t offset; /* of s in the text */
};

static struct comment comment_of(const struct text *text, const struct token *token) {
    const char *s = text->bytes + token->start + 2, *end = text->bytes + token->end;

    while (s < end && (*s == ' ' || *s == '\t'))
        s++;
    while (end > s && ascii_isspace(end[-1]))
        end--;
    return (struct comment){s, (size_t)(end - s), (size_t)(s - text->bytes)};
}

/* Takes the word off the comment's front when it stands there as a whole. */
static bool take_word(struct comment *comment, const char *word) {
    size_t n = strlen(word);

    if (comment->n < n || memcmp(comment->s, word, n) != 0)
        return false;
    if (comment->n > n && !ascii_isspace(comment->s[n]) && comment->s[n] != ':')
        return false;
    comment->s += n;
    comment->n -= n;
    comment->offset += n;
    return true;
}

static void skip_separators(struct comment *comment) {
    while (comment->n && (ascii_isspace(*comment->s) || *comment->s == ',')) {
        comment->s++;
        comment->n--;
        comment->offset++;
    }
}

static const char *rest(struct arena *arena, const struct comment *comment) {
    struct comment left = *comment;

    if (left.n && *left.s == ':') {
        left.s++;
        left.n--;
    }
    skip_separators(&left);
    return left.n ? arena_strndup(arena, left.s, left.n) : NULL;
}

static size_t name_length(const struct comment *comment) {
    size_t n = 0;

    while (n < comment->n &&
           (ascii_isalnum(comment->s[n]) || comment->s[n] == '-' || comment->s[n] == '_'))
        n++;
    return n;
}

static bool names_rule(const struct rule_entry *entry, const char *prefix, const char *name) {
    size_t n = strlen(prefix);

    for (size_t i = 0; i < 12 && entry->rule->foreign_names[i]; i++)
        if (strncmp(entry->rule->foreign_names[i], prefix, n) == 0 &&
            strcmp(entry->rule->foreign_names[i] + n, name) == 0)
            return true;
    return false;
}

static void add_entry(struct directive_rule *rule, const struct rule_entry *entry) {
    if (rule->entry_count < sizeof(rule->entries) / sizeof(rule->entries[0]))
        rule->entries[rule->entry_count++] = entry;
}

static void resolve(const struct directive *directive, struct directive_rule *rule) {
    const struct rule_entry *entry = directive->foreign ? NULL : lint_rule(rule->name);

    if (entry)
        add_entry(rule, entry);
    for (size_t i = 0; directive->foreign && i < rule_registry_len; i++)
        if (names_rule(&rule_registry[i], "squawk:", rule->name))
            add_entry(rule, &rule_registry[i]);
}

/* "rule[, rule] [reason: text]" */
static void read_rules(struct arena *arena, struct comment *comment, struct directive *directive) {
    for (;;) {
        struct directive_rule rule = {0};
        size_t n;
        skip_separators(comment);
        if (!directive->foreign && take_word(comment, "reason")) {
            directive->reason = rest(arena, comment);
            return;
        }
        n = name_length(comment);
        if (!n)
            return;
        rule.name = arena_strndup(arena, comment->s, n);
        rule.offset = comment->offset;
        resolve(directive, &rule);
        vec_push(arena, &directive->rules, rule);
        comment->s += n;
        comment->n -= n;
        comment->offset += n;
    }
}

static void read_ours(struct arena *arena, struct comment *comment, struct directive *directive) {
    if (take_word(comment, "migvet:irreversible")) {
        directive->kind = DIRECTIVE_IRREVERSIBLE;
        directive->reason = rest(arena, comment);
        return;
    }
    if (take_word(comment, "migvet:ignore-file"))
        directive->kind = DIRECTIVE_IGNORE_FILE;
    else if (!take_word(comment, "migvet:ignore")) {
        directive->mistake = "unknown migvet directive: known are migvet:ignore, "
                             "migvet:ignore-file and migvet:irreversible";
        return;
    }
    read_rules(arena, comment, directive);
    if (!directive->rules.n)
        directive->mistake = "names no rule: write the rules to be ignored, as in "
                             "\"migvet:ignore drop-column reason: ...\"";
    else if (comment->n)
        directive->mistake = "cannot be understood behind the rules: a reason begins with "
                             "\"reason:\"";
    if (directive->reason)
        directive->mistake = directive->rules.n ? NULL : directive->mistake;
}

/* Whether the comment is a directive at all. */
static bool read_directive(struct arena *arena, const struct text *text, const struct token *token,
                           struct directive *directive) {
    struct comment comment = comment_of(text, token);

    *directive = (struct directive){.text = text, .offset = token->start, .end = token->end};
    if (comment.n > 7 && memcmp(comment.s, "migvet:", 7) == 0) {
        read_ours(arena, &comment, directive);
        return true;
    }
    directive->foreign = true;
    if (take_word(&comment, "squawk-ignore-file"))
        directive->kind = DIRECTIVE_IGNORE_FILE;
    else if (!take_word(&comment, "squawk-ignore"))
        return false;
    read_rules(arena, &comment, directive);
    directive->all_rules = directive->rules.n == 0;
    return true;
}

static bool same_line(const struct text *text, size_t a, size_t b) {
    for (size_t i = a; i < b; i++)
        if (text->bytes[i] == '\n' || text->bytes[i] == '\r')
            return false;
    return true;
}

/*
 * The statement that a comment at this offset belongs to: the one it stands in, else the one that ends before it on the
 * same line, else the next.
 */
static const struct statement *statement_at(const struct text *text,
                                            const struct statements *statements, size_t offset) {
    const struct statement *before = NULL;

    for (size_t i = 0; i < statements->list.n; i++) {
        const struct statement *statement = statements->list.v[i];
        if (statement->text != text)
            continue;
        if (statement->span.start > offset) {
            if (before && same_line(text, before->end_with_semicolon, offset))
                return before;
            return statement;
        }
        if (offset < statement->span.end)
            return statement;
        before = statement;
    }
    return before && same_line(text, before->end_with_semicolon, offset) ? before : NULL;
}

static void read_text(struct arena *arena, const struct text *text, const struct tokens *tokens,
                      const struct statements *statements, struct directives *out) {
    for (size_t i = 0; i < tokens->list.n; i++) {
        const struct token *token = &tokens->list.v[i];
        struct directive directive;
        if (token->kind != TOKEN_LINE_COMMENT || !read_directive(arena, text, token, &directive))
            continue;
        if (directive.kind == DIRECTIVE_IGNORE)
            directive.statement = statement_at(text, statements, token->start);
        vec_push(arena, &out->list, directive);
    }
}

/* The bodies of DO blocks are texts of their own; their statements stand one behind the other. */
void directives_read(struct arena *arena, const struct text *text,
                     const struct statements *statements, struct directives *out) {
    const struct text *last = text;

    read_text(arena, text, &statements->tokens, statements, out);
    for (size_t i = 0; i < statements->list.n; i++) {
        const struct statement *statement = statements->list.v[i];
        if (statement->text == text || statement->text == last)
            continue;
        last = statement->text;
        read_text(arena, last, statement->tokens, statements, out);
    }
}

static bool names_entry(struct directive *directive, const struct rule_entry *entry) {
    bool found = directive->all_rules;

    for (size_t i = 0; i < directive->rules.n; i++)
        for (size_t j = 0; j < directive->rules.v[i].entry_count; j++)
            if (directive->rules.v[i].entries[j] == entry) {
                directive->rules.v[i].used = true;
                found = true;
            }
    return found;
}

/* Whether a directive at outer holds for the statement: it is that statement, or the DO that holds it. */
static bool holds_for(const struct statement *outer, const struct statement *statement) {
    for (; statement; statement = statement->parent)
        if (statement == outer)
            return true;
    return false;
}

const struct directive *directives_match(struct directives *directives,
                                         const struct rule_entry *entry,
                                         const struct statement *statement) {
    for (size_t i = 0; i < directives->list.n; i++) {
        struct directive *directive = &directives->list.v[i];
        bool applies = directive->kind == DIRECTIVE_IGNORE_FILE ||
                       (directive->kind == DIRECTIVE_IGNORE && directive->statement &&
                        holds_for(directive->statement, statement));
        if (applies && !directive->mistake && names_entry(directive, entry))
            return directive;
    }
    return NULL;
}
