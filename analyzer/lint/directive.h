/*
 * What comments tell migvet: suppressions and notes.
 *
 *     -- migvet:ignore rule[, rule] reason: text       the statement behind it, or the one it trails
 *     -- migvet:ignore-file rule[, rule] reason: text
 *     -- migvet:irreversible reason
 *     -- squawk-ignore rule, rule     -- squawk-ignore-file rule, rule
 */
#ifndef LINT_DIRECTIVE_H
#define LINT_DIRECTIVE_H

#include "lint/lint.h"

enum directive_kind { DIRECTIVE_IGNORE, DIRECTIVE_IGNORE_FILE, DIRECTIVE_IRREVERSIBLE };

struct directive_rule {
    const char *name;                    /* as written */
    size_t offset;                       /* in the text */
    const struct rule_entry *entries[8]; /* the rules it stands for; none: unknown */
    size_t entry_count;
    bool used;
};

struct directive {
    enum directive_kind kind;
    bool foreign;   /* squawk's: never reported as unmatched or unknown */
    bool all_rules; /* squawk-ignore without names */
    const struct text *text;
    size_t offset, end; /* of the comment, in the text */
    VEC(struct directive_rule) rules;
    const char *reason;                /* NULL: none */
    const struct statement *statement; /* that it holds for; NULL: none follows */
    bool reported;                     /* stands in what the user asked about */
    const char *mistake; /* NULL, or why it cannot be understood: "migvet:ignroe", no rule named */
};

struct directives {
    VEC(struct directive) list;
};

/* Finds the directives among the comments of a section's statements. */
void directives_read(struct arena *arena, const struct text *text,
                     const struct statements *statements, struct directives *out);

/*
 * The directive that suppresses this rule for this statement (NULL: the file as a whole), marked as used; or NULL.
 */
const struct directive *directives_match(struct directives *directives,
                                         const struct rule_entry *entry,
                                         const struct statement *statement);

#endif
