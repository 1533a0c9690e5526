/*
 * The contract with rules: all that a rule sees, and all that it may include.
 *
 * A rule is one file rules/<name>.c. It opens with a comment in Markdown, its documentation (first
 * line the summary; `## Why`, `## Instead`, ...), and ends with one definition:
 *
 *     RULE(drop_column) = {
 *         .ops = {OP_DROP_COLUMN},
 *         .on_op = check,
 *         .reports = {{"drop-column", TIER_CRITICAL}},
 *         .foreign_names = {"squawk:ban-drop-column"},
 *     };
 *
 * A rule asks and reports. It never walks the tree of a whole statement, compares version
 * numbers, keeps state between calls, or prints: effects and schema know, and lint decides what
 * is shown. Strings that it makes live in the run's arena (rule_printf).
 */
#ifndef LINT_RULE_H
#define LINT_RULE_H

#include "front/history.h"
#include "front/runner.h"
#include "model/coerce.h"
#include "model/effects.h"
#include "model/expr.h"
#include "model/narrowing.h"
#include "model/op.h"
#include "model/schema.h"
#include "source/report.h"

struct rule_context;

enum rule_default {
    RULE_ON,
    RULE_OPT_IN, /* off until named in the configuration */
};

enum rule_option_kind {
    RULE_OPTION_NAMES, /* a list of names: [countries, currencies] */
    RULE_OPTION_NUMBER,
    RULE_OPTION_SWITCH,
};

struct rule_option_spec {
    const char *key;
    enum rule_option_kind kind;
    const char *meaning; /* for people, one line */
};

struct rule_report {
    const char *id; /* tells the cases of one rule apart in its source */
    enum tier tier;
    const char *covers; /* one more rule that stays silent where this case is reported */
};

struct rule {
    enum op_kind ops[16]; /* the kinds that on_op gets; OP_UNKNOWN ends */
    bool all_ops;         /* it gets every kind */
    bool once_per_file;   /* only its first finding of a migration's ups counts */
    void (*on_op)(struct rule_context *context, const struct op *op);
    /* After the last statement of a section, with what it left open. */
    void (*on_section_end)(struct rule_context *context);
    /* After the last up section of a reported migration. */
    void (*on_migration_end)(struct rule_context *context);
    /* After the last reported migration of a history. */
    void (*on_history_end)(struct rule_context *context);
    /* For each file that looks like a migration and is never run, or that is missing: where it begins. */
    void (*on_stray)(struct rule_context *context, const struct left_out *stray);
    struct rule_report reports[4]; /* worst first; a rule with two tiers picks one by index */
    int since, until;              /* majors in which the danger exists; 0: all */
    enum rule_default by_default;
    const char *pack; /* the pack that turns it on too; NULL: none */
    struct rule_option_spec options[4];
    const char *foreign_names[13]; /* "squawk:adding-field-with-default" */
    const char *covers[8]; /* rules that stay silent on an operation that this one reported */
    bool in_downs;         /* on_op and on_section_end are called for down sections too */
};

#define RULE(id)                                                                                   \
    extern const struct rule rule_##id;                                                            \
    const struct rule rule_##id

struct rule_entry {
    const char *name; /* as the file: "drop-column" */
    const struct rule *rule;
    const char *doc; /* the Markdown of its leading comment */
};

/* Generated from rules/<name>.c, sorted by name. */
extern const struct rule_entry rule_registry[];
extern const size_t rule_registry_len;

/* Asking. */

/* The schema before the operation's statement; at a migration's or history's end, after it. */
const struct schema *rule_schema(const struct rule_context *context);
/* Of this operation alone. */
const struct effects *rule_effects(struct rule_context *context, const struct op *op);
/* Of a copy of it that the rule has changed (not_valid, concurrently): would the better form work? */
const struct effects *rule_effects_if(struct rule_context *context, const struct op *changed);
/* Of its whole statement. */
const struct effects *rule_statement_effects(struct rule_context *context);
/* The relation that the operation is about, as it was before; NULL: unknown to the history. */
const struct relation *rule_target(const struct rule_context *context, const struct op *op);
/* The table of the index that the operation is about (DROP INDEX, REINDEX INDEX); NULL: unknown. */
const struct relation *rule_indexed_table(const struct rule_context *context, const struct op *op);
/*
 * Of an ADD COLUMN, the first operation of this kind in its column definition (OP_ADD_SERIAL, an
 * inline OP_ADD_CHECK ...), or, with after, the next one behind that; NULL: none.
 */
const struct op *rule_column_part(const struct rule_context *context, const struct op *op,
                                  enum op_kind kind, const struct op *after);

/*
 * Whether nobody can be hurt by locks on, or rewrites of, the operation's relation: it is made by
 * this very statement, or in this unit and still empty, or in the transaction that is still open, so
 * that nobody else can see it; or it is temporary.
 */
bool rule_target_is_harmless(const struct rule_context *context, const struct op *op);
/* Whether it certainly has no rows: made by this statement, or in this unit and still empty. */
bool rule_target_is_empty(const struct rule_context *context, const struct op *op);
/*
 * Whether it would be harmless if the CREATE TABLE IF NOT EXISTS of this very unit has made it,
 * which no incomplete history proves: hedge, and take a lower tier.
 */
bool rule_target_may_be_new(const struct rule_context *context, const struct op *op);
/* The why of such a finding: two sentences. */
const char *rule_why_may_be_new(void);
/* Whether the configuration names the operation's relation in this rule's option (a list of names). */
bool rule_option_names_target(const struct rule_context *context, const char *key,
                              const struct op *op);

enum direction rule_direction(const struct rule_context *context);
/* Whether the statement runs inside a transaction with others, or would if sent as its runner does. */
enum known rule_in_transaction(const struct rule_context *context);
/* How its runner sends it: "golang-migrate sends the file as one query string ..."; a clause for people. */
const char *rule_transaction_words(const struct rule_context *context);
enum transaction_mode rule_transaction_mode(const struct rule_context *context);
/* The schema as it was when the open transaction began; NULL where none is known to be open. */
const struct schema *rule_schema_at_begin(const struct rule_context *context);

/* Whether the operation's relation is made in this very unit, with rows or without, or temporary:
 * no running application knows it. */
bool rule_target_is_new(const struct rule_context *context, const struct op *op);
/* What an OP_ALTER_COLUMN_TYPE does to the values. */
struct type_change rule_type_change(const struct rule_context *context, const struct op *op);
/* And to those of them that the new type cannot hold. */
struct narrowing rule_narrowing(const struct rule_context *context, const struct op *op);
/* The type that an ADD COLUMN or ALTER COLUMN TYPE (and the same inside CREATE TABLE) gives its
 * column; name NULL: not known. */
struct type_use rule_new_type(const struct rule_context *context, const struct op *op);
/* Whether nobody has to live with the operation's columns: of a temporary table, or of a foreign one,
 * whose types another server says. */
bool rule_column_is_passing(const struct rule_context *context, const struct op *op);
/* Whether the operation's column was added in this very unit. */
bool rule_column_is_new(const struct rule_context *context, const struct op *op);
/* Whether a BEFORE INSERT trigger may give the operation's column its value: one whose function names
 * it or is not known, or that is made later in this unit. */
bool rule_trigger_may_fill(const struct rule_context *context, const struct op *op);
/* The constraint that would prove that the operation's column holds no NULL, were it not NOT VALID;
 * NULL: none. */
const struct constraint *rule_unvalidated_proof(const struct rule_context *context,
                                                const struct op *op);
/* Whether the operation finds nothing to do: IF EXISTS of what is known not to exist, or IF NOT
 * EXISTS of what is known to. */
bool rule_does_nothing(const struct rule_context *context, const struct op *op);
/* Whether two operations are about the same relation, by the names as they stand at this statement. */
bool rule_same_target(const struct rule_context *context, struct name a, struct name b);

/*
 * The operations of the same unit's up section, in order: all of them, or those behind op. (Names
 * in them are as written; a later one may mean what an earlier one renamed.)
 */
struct unit_ops {
    size_t n;
    const struct op *const *v;
};
struct unit_ops rule_unit_ops(const struct rule_context *context);
/* Whether there is one of the kind among them. */
bool rule_unit_has(const struct rule_context *context, enum op_kind kind);
/* Those of the statement at hand. */
struct ops rule_statement_ops(const struct rule_context *context);
/* Whether no other statement of the section changes anything. */
bool rule_is_alone(const struct rule_context *context, const struct op *op);
struct unit_ops rule_later_ops(const struct rule_context *context, const struct op *op);
/*
 * Those whose target (without its schema) or new_name is this, and those of them behind op whose is its target. A
 * rule that would look at all operations for each of them takes forever on a large file: these are found by a table.
 */
struct unit_ops rule_ops_about(const struct rule_context *context, const char *name);
struct unit_ops rule_later_ops_about(const struct rule_context *context, const struct op *op);
/* Whether the operation's relation is dropped later in the unit. */
bool rule_table_is_dropped_later(const struct rule_context *context, const struct op *op);

/* Locks, transactions and timeouts (waits.c). */

/*
 * A lock on a table, foreign table or materialized view that others may use: it was not made in
 * this unit, not even perhaps, and is not temporary.
 */
struct rule_lock {
    const char *relation; /* "public.users" */
    enum lock_mode mode;
    const struct op *by; /* the first operation of the statement that took it */
};
/* The strongest such lock of this mode or above that the operation takes; false: none. */
bool rule_lock_taken(struct rule_context *context, const struct op *op, enum lock_mode least,
                     struct rule_lock *lock);
/*
 * The first such lock that an earlier statement of the same transaction took, of this mode or above;
 * none on what was dropped since, nor one that the effects (NULL: none) take as well. false: none is
 * held, as far as is known.
 */
bool rule_lock_held(struct rule_context *context, enum lock_mode least,
                    const struct effects *besides, struct rule_lock *lock);
/* The value in effect of a timeout, "2s"; NULL: none, 0, or left to the server's configuration. */
const char *rule_timeout(const struct rule_context *context, const char *parameter);
/* Whether the configuration says that the runner sets the timeouts. */
bool rule_timeouts_are_external(const struct rule_context *context);
/*
 * The BEGIN (or COMMIT AND CHAIN) of the file's own that is open at this point; NULL: none, or
 * something that could not be read stands behind it and may have ended it.
 */
const struct op *rule_open_begin(const struct rule_context *context);
/* Whether a transaction of the file's own is open, or may be: something could not be read. */
bool rule_may_be_in_own_transaction(const struct rule_context *context);
/* As rule_in_transaction, but of a statement in a DO block: whether the block runs in one. */
enum known rule_block_in_transaction(const struct rule_context *context);
/* Whether the operation stands in a loop of a DO block that commits in a loop. */
bool rule_loop_commits(const struct rule_context *context, const struct op *op);
/* The line of the operation in its file. */
size_t rule_line(const struct op *op);

/* Which rows of its table an INSERT, UPDATE, DELETE or MERGE is about; which a query reads (reach.c). */
enum rule_reach {
    REACH_ALL,  /* no condition, or one that always holds */
    REACH_SOME, /* a condition that may hold for most of them; rows of a query without bound */
    REACH_FEW,  /* bounded by a key, a list of values, LIMIT */
};
/* Of OP_INSERT, OP_UPDATE, OP_DELETE, OP_MERGE, OP_SELECT, OP_CREATE_TABLE_AS, OP_CREATE_MATVIEW and
 * OP_REFRESH_MATVIEW. Tables that the rule's option small_tables names, those made in this unit and
 * the server's own give few rows to a query. */
enum rule_reach rule_reach(const struct rule_context *context, const struct op *op);
/* The column of the table's one-column primary key, "id" where none is known; and a condition on it
 * that bounds a batch: "id > 0 AND id <= 1000". */
const char *rule_key_column(struct rule_context *context, const struct op *op);
const char *rule_key_range(struct rule_context *context, const struct op *op);

/* Of an ATTACH PARTITION: what is known of its three tables, and which are read in full (attach.c). */
struct rule_attach {
    const struct relation *parent, *partition,
        *preset; /* preset: the default one. NULL: not known, or none */
    const char *partition_name, *preset_name; /* "public.events_2024" */
    bool reads_partition, reads_preset;
    enum known proved; /* that the partition's rows fit; YES also where nobody waits for it */
};
struct rule_attach rule_attach(struct rule_context *context, const struct op *op);
/* The bound of an ATTACH PARTITION; NULL: none. */
const struct PartitionBoundSpec *rule_bound(const struct op *op);
/* The condition of a CHECK that proves the bound, or that excludes it; with dots where it is not known. */
const char *rule_bound_check(struct rule_context *context, const struct op *op, bool opposite);

/* The object that a DROP, RENAME TO or SET SCHEMA is said of, of whatever kind; NULL: not known. */
const struct object *rule_object(const struct rule_context *context, const struct op *op);
/* What a DROP (also of a column or constraint) with CASCADE takes along that its statement does not name (cascade.c). */
struct rule_cascade {
    bool known; /* that which is dropped */
    size_t n;
    const char *const *words, *const *sql; /* "view v" and "DROP VIEW public.v;" */
    bool all_new;                          /* made in this unit */
    bool all_made_again;                   /* views and functions that are made again later in it */
    bool all_known;                        /* there can be nothing else */
};
struct rule_cascade rule_cascade(struct rule_context *context, const struct op *op);
/* Of all that the statement drops; known: each of them. */
struct rule_cascade rule_cascade_of_all(struct rule_context *context);
/* "view v, view w and 3 more"; n > 0. */
const char *rule_cascade_words(struct rule_context *context, const struct rule_cascade *cascade);
/* The statements that drop all that by name, each on a line: what depends on something before it. */
const char *rule_cascade_sql(struct rule_context *context, const struct rule_cascade *cascade);

/*
 * The value that an ADD VALUE of the very transaction that is open has added and that the operation's
 * statement says, so that it fails (enum_use.c). used NO: none; UNKNOWN: it says the word, of a type
 * that is not known.
 */
struct rule_label_use {
    const struct op *added;
    enum known used;
};
struct rule_label_use rule_new_label_used(struct rule_context *context, const struct op *op);

/* The way back (way_back_rule.c). */

/* A certain failure of the down's statement at hand; sqlstate NULL: none. */
struct failure rule_down_failure(struct rule_context *context);
/*
 * Of a DROP TABLE or DROP COLUMN in a down: whether what it drops was there before the up, so that the up did not
 * make it.
 */
bool rule_was_there_before_up(const struct rule_context *context, const struct op *op);
/*
 * Of a DROP COLUMN in a down: the UPDATE of the up that has filled the column; NULL: none, or the down looks at the
 * column's values before.
 */
const struct op *rule_filled_by_up(const struct rule_context *context, const struct op *op);
/* At a migration's end: what up and down together leave, miss or do otherwise; nothing where that is not known. */
struct rule_difference {
    const char *kind; /* "left over", "missing", "different" */
    const char *object, *detail;
};
struct rule_differences {
    size_t n;
    const struct rule_difference *v;
};
struct rule_differences rule_down_differences(struct rule_context *context);
/* At a migration's end: steps of the up behind which something is gone for good, whatever a down does. */
struct rule_loss {
    const struct op *op;
    const char *what; /* "the values of public.users.city" */
};
struct rule_losses {
    size_t n;
    const struct rule_loss *v;
};
struct rule_losses rule_lost_by_up(struct rule_context *context);
/* At a migration's end. */

struct rule_migration {
    const char *name;                   /* "0041_drop_email" */
    const char *up_path;                /* NULL: it has no up */
    const char *front;                  /* "golang-migrate" */
    const struct tool_refusal *refusal; /* NULL: its tool has nothing against it */
    bool has_down;
    const char *
        skipped_behind; /* "0004_x", before it: a database that has run that never runs this; NULL */
    bool irreversible;  /* a note says so: -- migvet:irreversible reason */
    bool
        downs_expected; /* its framework or folder has downs, and the configuration does not say none */
    bool any_down_in_history;
    bool changes_schema;   /* it does anything that could be taken back */
    const char *opted_out; /* what makes an up section run in another way than its front's do:
                              "-- +goose NO TRANSACTION"; NULL: nothing */
    bool one_string;       /* its ups are sent as one query string each */
    size_t statements;     /* of its ups; those in DO blocks are not counted */
    bool may_need_alone;   /* a statement in it, or in its down, may refuse to run in a transaction,
                            or not be meant to */
};
const struct rule_migration *rule_migration(const struct rule_context *context);
/* At a history's end: downs are expected, no migration has one, and a reported one should. */
bool rule_downs_missing_everywhere(const struct rule_context *context);
/* "db/migrations" */
const char *rule_history_root(const struct rule_context *context);

/* The migration and its history (history.c); at a migration's end. */

const char *rule_runner_name(const struct rule_context *context); /* "goose" */
const struct runner *rule_runner(const struct rule_context *context);
/* What became of its up since the commit that the user compares with. */
struct rule_change {
    enum migration_change kind; /* CHANGE_UNKNOWN: there is no such commit */
    const char *since;          /* "main" */
    bool sql;                   /* EDITED, RENAMED: more than comments and blanks is another */
    const char *was;            /* RENAMED: "db/0005_x.sql" */
    bool version;               /* RENAMED: it has another version */
    const struct text *text;    /* EDITED: where the first difference stands */
    struct span span;
};
struct rule_change rule_change(struct rule_context *context);
/* The last migration behind it that was there at that commit, "0007_x"; NULL: none. */
const char *rule_later_applied(struct rule_context *context);
/* Another migration of its version; NULL: none, or it is that one that is reported. */
const char *rule_same_version(const struct rule_context *context);
/* What stands before the first mark of its file, without blanks and comments. end 0: nothing. */
struct rule_outside {
    const struct text *text;
    struct span span; /* the first of it */
};
struct rule_outside rule_outside(struct rule_context *context);

/* At the end of a section. */

/* Where its runner cuts it into other statements than the server would read; kind 0: nowhere. */
struct rule_cut {
    enum line_cut_kind kind;
    const struct text *text;
    struct span span;
    const char *marks[2]; /* that make it one statement: "-- +goose StatementBegin", "... End" */
};
struct rule_cut rule_cut(struct rule_context *context);

/* At the end of a section that runs statement by statement. */

/*
 * When its last statement fails, those before it stay done: the first that then fails in a second run. op
 * NULL: none that is known.
 */
struct rule_rerun {
    const struct op *op;
    struct failure failure;
    const struct statement *last; /* that fails in the first run */
};
struct rule_rerun rule_rerun(struct rule_context *context);

/* Reporting. */

/*
 * Three separate texts, whole sentences without line breaks; instead is SQL or words, and may hold
 * lines. object: what is named, "public.users.email".
 */
struct rule_text {
    const char *what, *why, *instead;
    const char *object_kind, *object_name; /* NULL: the operation's own */
    struct span span; /* the part of the statement that is meant; empty: the operation's own */
    const struct text
        *text; /* without an operation: what span is a part of; NULL: the statement's */
    bool
        own_locks_mislead; /* its locks are not listed: an earlier statement's matter, and why says so */
    /*
     * The operation of an earlier statement that the finding is about in the end; NULL: none. Of a
     * rule's findings of one cause the first is shown, and why says how many statements follow;
     * a graver one is shown beside it.
     */
    const struct op *cause;
};

/* report: index in rule.reports. op NULL: about the migration as a whole (at its first statement). */
void rule_report(struct rule_context *context, size_t report, const struct op *op,
                 struct rule_text text);
/* At a migration's end: reports at the down's first statement, where the down is reported; else as rule_report. */
void rule_report_down(struct rule_context *context, size_t report, struct rule_text text);

/* A string in the run's arena. */
const char *rule_printf(struct rule_context *context, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* The operation's target as it is known: "public.users"; quoted where SQL needs it. */
const char *rule_target_name(struct rule_context *context, const struct op *op);
/* The table of the index that the operation is about: "public.users", or "its table". */
const char *rule_indexed_table_name(struct rule_context *context, const struct op *op);
/* A name as SQL needs it: users, "Users", "order". */
const char *rule_ident(struct rule_context *context, const char *name);
/* As written, qualified or not, quoted where needed: for the SQL of `instead`. */
const char *rule_name_as_written(struct rule_context *context, struct name name);
/* A string as SQL needs it: 'st. john''s'; NULL: the empty one. */
const char *rule_literal(struct rule_context *context, const char *string);
/* A type for people and SQL: "varchar(20)", "int[]", "unknown type". */
const char *rule_type_name(struct rule_context *context, const struct type_use *type);
/* The statement's SQL on one line, comments dropped, without a semicolon, clipped when very long. */
const char *rule_sql(struct rule_context *context, const struct op *op);
/* The same, with `insert` put behind its words `after` (one or two keywords, "create index"). */
const char *rule_sql_with(struct rule_context *context, const struct op *op, const char *after,
                          const char *insert);
/* A CREATE INDEX with CONCURRENTLY, with a name, and without IF NOT EXISTS, which would hide an index
 * that a failed build left behind invalid. */
const char *rule_sql_concurrently(struct rule_context *context, const struct op *op);
/* The operation's own clause on one line, comments dropped: "ADD CHECK (x > 0)". */
const char *rule_clause(struct rule_context *context, const struct op *op);
/* Of an ADD COLUMN: the statement that adds name and type, and nothing else. */
const char *rule_sql_plain_column(struct rule_context *context, const struct op *op);
/* The same, numbered by a sequence of its own, as serial and identity would: for new rows; and what
 * is then to be done about the old ones. */
const char *rule_sql_numbered_column(struct rule_context *context, const struct op *op);
/* Another column in the place of the operation's, of this type; NULL: "...". */
const char *rule_sql_second_column(struct rule_context *context, const struct op *op,
                                   const char *type);
/* The clause of an ADD COLUMN without this part of it: "ADD COLUMN x integer". */
const char *rule_clause_without(struct rule_context *context, const struct op *op,
                                const struct op *part);
/* Of an ADD of a constraint to a table: its name, or one such as the server would give it. */
const char *rule_constraint_name(struct rule_context *context, const struct op *op);
/* Its clause with that name in it: "ADD CONSTRAINT t_x_check CHECK (x > 0)"; of one inside a column
 * definition (CHECK, REFERENCES), the clause that would add it to the table. */
const char *rule_constraint_clause(struct rule_context *context, const struct op *op);
/* Of an OP_ADD_UNIQUE or OP_ADD_PRIMARY_KEY: its index built concurrently, and the constraint made of it. */
const char *rule_sql_using_index(struct rule_context *context, const struct op *op);
/* How to run the operation's statement, which a transaction refuses. */
const char *rule_way_out(const struct rule_context *context, const struct op *op);
/* What to put behind SQL that a transaction refuses: a line of comment, or "" where it is outside.
 * each: it is more than one statement. */
const char *rule_note_alone(const struct rule_context *context, bool each);

#endif
