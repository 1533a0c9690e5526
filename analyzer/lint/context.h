/*
 * Inside lint: what a run holds while rules are called. Rules know it only as struct rule_context.
 */
#ifndef LINT_CONTEXT_H
#define LINT_CONTEXT_H

#include "base/buf.h"
#include "base/map.h"
#include "lint/directive.h"
#include "lint/lint.h"
#include "lint/walk.h"
#include "lint/way_back.h"

/* One rule as the configuration wants it for one file. */
struct rule_slot {
    const struct rule_entry *entry;
    enum tier tier;               /* 0: the report's own */
    struct rule_setting settings; /* its options */
};

struct rule_set {
    VEC(struct rule_slot) on; /* sorted by name */
    struct rule_calls {       /* of the rules that are called for operations of a kind */
        size_t n;
        const size_t *v; /* their indexes in on; NULL: not asked for yet */
    } calls[OP_KINDS];
};

/* A finding before it is decided whether it is shown. */
struct draft {
    const struct rule_slot *slot;
    size_t report;
    const struct op *op;               /* NULL: about the migration */
    const struct statement *statement; /* what a suppression comment must stand at; NULL: none */
    struct rule_text text;
    const struct effects *effects; /* NULL: none */
    struct span span;              /* in text_of */
    const struct text *text_of;
    enum direction direction;
    enum known in_transaction;
};

/* A table that others use, locked by an earlier statement of the open transaction. */
struct held_table {
    object_id id; /* 0: not known to the history */
    struct effect_lock lock;
    const struct op *by; /* the statement's first operation */
    size_t at;           /* among the locks that replay holds */
};

/* The transaction that is open, as far as rules ask (waits.c). */
struct open_transaction {
    VEC(struct held_table) held;
    const struct statement *body; /* the DO that is a transaction of its own; NULL: none is */
    const struct op *begin;       /* that opened the file's own transaction; NULL: none is open */
    bool unread;                  /* what stands behind begin was not all read */
};

/* What fingerprints were given, and room for the next (fingerprint.c). */
struct fingerprints {
    struct arena *arena;
    struct map seen; /* findings that are the same but for their place -> how many */
    const struct statement *statement; /* whose text is at hand; NULL: none yet */
    struct buf text, parts, hash;
};

struct rule_context {
    struct arena *arena;
    const struct lint_options *options;
    struct report *report;
    struct walk walk; /* where we are */
    struct rule_set *rules;
    const struct rule_slot *slot; /* the rule that is being called */

    bool *is_done; /* by index of the rule: it has its one finding of the file */

    struct schema schema;          /* before the statement */
    struct ops ops;                /* of the statement */
    const struct op *op;           /* that rules are called for; NULL: none */
    const struct relation *target; /* its: most rules ask */
    const char *target_name;       /* likewise; NULL: not asked for yet */
    const struct effects *statement_effects;
    const struct effects **op_effects; /* by op->index, computed when asked for */
    enum known in_transaction;
    enum direction direction;
    struct open_transaction open;

    VEC(const struct op *) unit_ops;          /* of the section, of all its statements */
    size_t first_unit_op;                     /* of the statement's operations among them */
    bool has_kind[OP_KINDS];                  /* among them */
    struct listed_ops *ops_by_kind[OP_KINDS]; /* only for unit_ops.c; NULL until asked for */
    struct map *ops_by_name;      /* only for unit_ops.c; without an arena until asked for */
    struct directives directives; /* of the migration */
    struct rule_migration migration;
    struct way_back way;             /* of the migration at hand, when it is reported */
    bool one_string, may_need_alone; /* as in rule_migration */
    const char *opted_out;
    size_t up_statements;
    bool any_down;       /* a migration of the history has a down */
    bool changes_schema; /* the migration's up does something that could be taken back */
    struct schema
        before_last; /* before the last statement of a section that runs them one by one */
    const struct statement *last_statement;  /* that one; NULL: no such section, or one statement */
    const struct statement *first_statement; /* of the migration's up; NULL: it is empty */
    const struct text *first_text;
    struct {
        bool set; /* a reported migration changes something and has no down */
        const struct statement *statement;
        const struct text *text;
        size_t migration_index;
        struct directives directives;
    } lacks_down;             /* the first of them */
    size_t first_draft;       /* of the statement at hand, when there are any */
    VEC(struct draft) drafts; /* of the section or migration at hand */
    struct fingerprints fingerprints;
};

/* unit_ops.c */

/* Some operations of the section, in order. */
struct listed_ops {
    VEC(const struct op *) list;
    VEC(size_t) places; /* of each among unit_ops */
};
/* Those of a kind. Found once for a section, for a large file has many. */
const struct listed_ops *unit_ops_of_kind(struct rule_context *context, enum op_kind kind);
/* The index in the list of the first that stands behind this place. */
size_t listed_ops_behind(const struct listed_ops *ops, size_t place);

/* settings.c */

/* The rules that are on for a file. path absolute. */
struct rule_set *settings_for(struct arena *arena, const struct config *config,
                              const struct lint_options *options, int target, const char *path);

/* context.c */

/* Whether the configuration names a relation in this rule's option. written: as in the statement. */
bool context_option_names(const struct rule_context *context, const char *key, struct name written);

/* unit_ops.c */

/* A section begins: its operations. */
void unit_ops_list(struct rule_context *context);

/* waits.c */

/* Before and after each statement (effects NULL: it could not be parsed), and at a section's end. */
void waits_before(struct rule_context *context);
void waits_after(struct rule_context *context, const struct effects *effects);
void waits_section_begins(struct rule_context *context);
void waits_section_ends(struct rule_context *context);

/* finding.c */

/* Applies directives to the drafts, appends them to the report as findings, and empties the list. */
void findings_settle(struct rule_context *context, struct directives *directives);
/* Remarks and problems for directives that match nothing or cannot be understood. */
void directives_settle(const struct rule_context *context, const struct directives *directives);

/* fingerprint.c */

void fingerprints_init(struct fingerprints *given, struct arena *arena);
void fingerprints_release(struct fingerprints *given);
/*
 * In the arena. The place in the file is no part of it, so that it survives edits elsewhere; equal statements of a
 * file are told apart by their order. statement NULL: none.
 */
const char *fingerprint_make(struct fingerprints *given, const struct finding *finding,
                             const struct statement *statement);

#endif
