/*
 * For effects*.c: the rows of effects.def, and collecting what a statement does.
 */
#ifndef MODEL_EFFECTS_WORK_H
#define MODEL_EFFECTS_WORK_H

#include "model/coerce.h"
#include "model/effects.h"

/* Which statements may run in a transaction block. */
enum transaction_rule {
    TX_ALLOWED,
    TX_REFUSED,  /* PreventInTransactionBlock: 25001 */
    TX_REQUIRED, /* RequireTransactionBlock: 25P01 outside */
    TX_DEPENDS,  /* the row's apply function decides */
};

/* How an ALTER TABLE action goes on to partitions and inheriting tables, and with its lock. */
enum recursion {
    RECURSE_NEVER,
    RECURSE_SIMPLE,     /* all below, unless ONLY (ATSimpleRecursion) */
    RECURSE_ALWAYS,     /* all below, ONLY or not */
    RECURSE_PARTITIONS, /* partitions, not inheriting tables, unless ONLY */
    RECURSE_APPLY,      /* the row's apply function decides */
};

struct effects_work;
struct effect_row;
typedef void effect_function(struct effects_work *work, const struct op *op,
                             const struct effect_row *row);

/* One kind of operation on a range of versions. What is not said is 0: none, never, any. */
struct effect_row {
    enum op_kind kind;
    int since, until;          /* majors, both included; 0: no limit */
    enum lock_mode lock;       /* on the target */
    enum lock_mode other;      /* on the referenced table, parent, partition: op->other */
    enum lock_mode partitions; /* on partitions that the target's lock is not passed on to */
    enum lock_mode default_partition;
    enum lock_mode users; /* on tables with columns of the domain or type */
    enum recursion recurse;
    unsigned targets; /* KIND() of the relations that it may be said of; 0: no relation */
    enum transaction_rule transaction;
    effect_function *apply; /* NULL: nothing but the target's lock */
    const char *decided_by; /* where PostgreSQL decides it */
};

#define KIND(kind) (1u << (kind))
#define TABLES (KIND(OBJ_TABLE) | KIND(OBJ_PARTITIONED_TABLE))
#define INDEXES (KIND(OBJ_INDEX) | KIND(OBJ_PARTITIONED_INDEX))

extern const struct effect_row effect_rows[];
extern const size_t effect_row_count;
/* The row of a kind in a version; NULL where effects.def has none (a mistake that a test finds). */
const struct effect_row *effect_row(enum op_kind kind, int version);

/* What is done to one relation. */
struct effect_touch {
    object_id id; /* 0: not known to the schema */
    struct name name;
    enum object_kind kind;
    enum lock_mode lock;
    bool rewritten, rebuilt, scanned;
};

/* What an operation is said of. */
struct effect_target {
    const struct relation *relation; /* NULL: not known, or there is none */
    struct name resolved;
    bool found; /* known, or assumed to be there */
};

/* A column whose type an ALTER TABLE changes, of the target or of a table below it. */
struct effect_retype {
    const struct relation *relation;
    struct type_change change;
    bool rewritten;
};

struct effects_work {
    struct arena *arena;
    const struct schema *schema;
    struct ops ops; /* that are done */
    struct ops all; /* of the whole statement */
    struct effects *out;
    VEC(struct effect_touch) touched;
    VEC(object_id) dropped;    /* by this statement */
    bool stopped;              /* it fails for certain */
    int calls;                 /* of functions inside of one another */
    bool cascade;              /* of the DROP */
    bool maybe_void;           /* IF NOT EXISTS of what may be there: nothing is certain to fail */
    const struct schema *made; /* what becomes of the schema; NULL: refused, or not tried */

    /* ALTER TABLE */
    struct effect_target target;
    enum lock_mode lock;      /* the strongest of those that are done */
    const struct op *actions; /* all of them, done here or not */
    size_t action_count;
    VEC(struct effect_retype) retypes;
};

/* --- collecting --- */

void effects_lock(struct effects_work *work, const struct relation *relation, enum lock_mode mode);
/* The target, known or assumed to be of this kind. */
void effects_lock_target(struct effects_work *work, const struct effect_target *target,
                         enum object_kind kind, enum lock_mode mode);
void effects_lock_id(struct effects_work *work, object_id id, enum lock_mode mode);
/* A relation that the history never made. */
void effects_lock_name(struct effects_work *work, struct name resolved, enum object_kind kind,
                       enum lock_mode mode);
/* The table's storage and with it all its indexes; reads the old one. */
void effects_rewrite(struct effects_work *work, const struct relation *relation);
/* The storage alone: SET TABLESPACE copies it without reading rows. */
void effects_copy(struct effects_work *work, const struct relation *relation);
void effects_scan(struct effects_work *work, const struct relation *relation);
void effects_rebuild(struct effects_work *work, const struct relation *index);
void effects_rebuild_all(struct effects_work *work, const struct relation *relation);
/* What it is called after the statement; a NULL part of the name stays as it is. */
void effects_rename(struct effects_work *work, const struct relation *relation, struct name name);

/* The same of relations that are not known. */
void effects_rewrite_name(struct effects_work *work, struct name resolved);
void effects_scan_name(struct effects_work *work, struct name resolved);
void effects_rename_name(struct effects_work *work, struct name resolved, struct name name);

void effects_unknown(struct effects_work *work, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* It fails for certain; the first such failure stays, and nothing more is to be collected. */
void effects_fail(struct effects_work *work, const char *sqlstate, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* It fails if the condition holds. */
void effects_may_fail(struct effects_work *work, const char *condition, const char *sqlstate,
                      const char *format, ...) __attribute__((format(printf, 4, 5)));
/* It fails in a transaction, or only outside of one. */
void effects_refuse(struct effects_work *work, bool inside, const char *sqlstate,
                    const char *format, ...) __attribute__((format(printf, 4, 5)));
/* PreventInTransactionBlock: "%s cannot run inside a transaction block". */
void effects_refuse_transaction(struct effects_work *work, const char *what);

/* Brings what was touched into work->out. */
void effects_collect(struct effects_work *work);

/* --- asking --- */

/*
 * The relation of that name. A missing one is a failure (or, with missing_ok, nothing at all) where
 * the history is complete; otherwise it is assumed. what: "relation", "table", "view", for the message.
 */
struct effect_target effects_find(struct effects_work *work, struct name name, bool missing_ok,
                                  const char *what);
/* What the history did not make is not there. */
bool effects_knows_all(const struct effects_work *work);
/* A relation of the server's own, which nobody needs to be told of. */
bool effects_is_catalog(const struct schema *schema, struct name name);
/* As messages name it: "t" in double quotes' place, the schema left out where it is public's. */
const char *effects_name(struct effects_work *work, const struct relation *relation);

/* The relation and all below it, in the order of making, each once. */
struct id_list effects_all_below(struct effects_work *work, const struct relation *relation);
bool effects_has_children(const struct relation *relation);
/* It has rows of its own: a table that is not partitioned, or a materialized view. */
bool effects_has_storage(const struct relation *relation);
const struct relation *effects_relation(struct effects_work *work, object_id id);
bool effects_is_partition(const struct relation *relation);
/* Of one of these KIND()s, or assumed: then it may be of any. */
bool effects_may_be(const struct relation *relation, unsigned kinds);
/* The DEFAULT partition of a partitioned table; NULL: none. */
const struct relation *effects_default_partition(struct effects_work *work,
                                                 const struct relation *parent);
bool effects_is_dropped(const struct effects_work *work, object_id id);
/* "t has rows", as the condition of a failure. */
const char *effects_rows_condition(struct effects_work *work, const struct relation *relation);

/* --- the parts --- */

/* The table of a sequence that is OWNED BY one of its columns (effects_create.c). */
void effects_owning_table(struct effects_work *work, struct node_list options, enum lock_mode mode);
/* Syntax and features that the target version does not have yet; true when it fails so. */
bool effects_syntax(struct effects_work *work);
/* Of a statement in a function that the statement calls. */
struct effects *effects_nested(struct effects_work *work, struct ops ops);
/* All actions of one ALTER TABLE (INDEX, VIEW ...). */
void effects_alter_table(struct effects_work *work, const struct op *ops, size_t n);

#endif
