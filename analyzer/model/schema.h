/*
 * The schema as the server's catalogues would hold it, as far as the history tells. A struct schema is a
 * value: copying it is a snapshot (the maps in it are persistent, objects are never changed
 * in place but replaced by changed copies under the same id).
 *
 * Objects refer to each other by id, as the server's do by OID, so a rename breaks nothing.
 * An object that a statement uses without any statement having made it is *assumed* (object.assumed):
 * it exists, and what is not said of it is unknown.
 */
#ifndef MODEL_SCHEMA_H
#define MODEL_SCHEMA_H

#include "model/idmap.h"
#include "model/op.h"
#include "model/pmap.h"
#include "model/transaction.h"

typedef unsigned object_id; /* 0: none. The one typedef: of a number */

enum object_kind {
    OBJ_TABLE = 1,
    OBJ_PARTITIONED_TABLE,
    OBJ_FOREIGN_TABLE,
    OBJ_VIEW,
    OBJ_MATVIEW,
    OBJ_SEQUENCE,
    OBJ_INDEX,
    OBJ_PARTITIONED_INDEX,
    OBJ_COMPOSITE_TYPE,
    OBJ_ENUM,
    OBJ_DOMAIN,
    OBJ_RANGE,
    OBJ_BASE_TYPE, /* CREATE TYPE of C code, or a type of an extension */
    OBJ_FUNCTION,
    OBJ_PROCEDURE,
    OBJ_AGGREGATE,
    OBJ_SCHEMA,
    OBJ_EXTENSION,
    OBJ_CONSTRAINT, /* of a relation or domain */
    OBJ_TRIGGER,
    OBJ_POLICY,
    OBJ_RULE,
    OBJ_STATISTICS,
    OBJ_PUBLICATION,
    OBJ_OTHER, /* kept by kind and name only: cast, operator, collation, text search ... */
    OBJ_KINDS
};
const char *
object_kind_name(enum object_kind kind); /* "table", "partitioned table", "matview" ... */

/* Where an object was made. */
struct maker {
    size_t migration; /* index in the history; (size_t)-1: never seen being made */
    const struct statement *statement;
    unsigned unit; /* the unit's number: objects with the current unit's are "new here" */
};

/* The head of every object. */
struct object {
    object_id id;
    enum object_kind kind;
    const char *schema; /* NULL for kinds that live in none (schema, extension, publication) */
    const char *name;
    struct maker maker;
    bool assumed; /* never seen being made */
    bool
        not_certain; /* made only on a condition (IF NOT EXISTS of a name never seen, a DO block's IF): it exists, details and newness are not proved */
    bool temporary;
    const char *comment, *owner; /* NULL: none, or not known */
};

/*
 * What a definition uses, by id and not by name: objects, and columns of relations by their number
 * (0: the whole). As the server records in pg_depend.
 */
struct reference {
    object_id id;
    unsigned column;
};
struct references {
    size_t n;
    const struct reference *v;
};

/* A type as used by a column, argument or cast. */
struct type_use {
    object_id
        user_type; /* of an enum, domain, composite ... in the schema; 0: built in or unknown */
    const char *schema; /* NULL: pg_catalog or not qualified */
    const char *
        name; /* the catalogue's: "int4", "varchar"; or as written when unknown; NULL: type not known at all */
    int typmod_count;
    int typmods
        [4]; /* as written: varchar(20) {20}, numeric(10,2) {10,2}; interval: field mask first, as in the raw tree */
    int array_dimensions; /* 0: no array */
    bool setof;
};

enum generated_kind { GENERATED_NOT, GENERATED_STORED, GENERATED_VIRTUAL };

struct column {
    const char *name;
    unsigned number; /* pg_attribute.attnum: never changes, never used again */
    struct type_use type;
    enum known not_null;
    const struct node *default_expr; /* NULL: none; generated columns: the expression */
    const struct statement *
        default_source; /* whose text the expression's locations mean; NULL: none, or serial's nextval */
    struct span default_span; /* of the expression in default_source's text */
    struct references default_uses;
    struct type_use default_type; /* of the column when the default was set */
    enum known has_default;
    enum generated_kind generated;
    char identity;                     /* '\0', 'a' ALWAYS, 'd' BY DEFAULT */
    object_id owned_sequence;          /* of serial or identity */
    const char *collation;             /* NULL: the type's */
    const char *storage, *compression; /* NULL: the type's */
    int statistics;                    /* -1: default */
    struct node_list options;          /* DefElem: n_distinct ... in force */
    bool inherited;                    /* from a parent, not also defined here */
    bool local;
    unsigned unit; /* in which it was added */
    const char *comment;
};

enum constraint_kind {
    CONSTRAINT_CHECK = 1,
    CONSTRAINT_NOT_NULL,
    CONSTRAINT_UNIQUE,
    CONSTRAINT_PRIMARY_KEY,
    CONSTRAINT_FOREIGN_KEY,
    CONSTRAINT_EXCLUSION,
};

struct constraint {
    object_id id;
    enum constraint_kind kind;
    const char *name;
    struct name_list {
        size_t n;
        const char *const *v;
    } columns;                    /* its own side */
    const struct node *expr;      /* of a CHECK */
    const struct Constraint *def; /* as written; NULL when assumed */
    const struct statement *source;
    struct span span;       /* as written, in source's text */
    struct references uses; /* of a CHECK or EXCLUDE */
    bool validated, enforced, no_inherit, deferrable, initially_deferred, inherited, local;
    object_id index; /* of UNIQUE, PRIMARY KEY, EXCLUDE; the referenced index of a foreign key */
    object_id references; /* the referenced table */
    struct name_list reference_columns;
    unsigned unit;
    bool not_certain; /* made only on a condition */
    object_id parent; /* the constraint of the parent that it stands for */
    const char *comment;
};

struct index_column {
    const char *column;  /* NULL: an expression */
    const char *made_as; /* the column's name when the index was made: names are made up from it */
    const struct node *expr;
    const char *collation, *opclass; /* NULL: default */
    bool desc, nulls_first, nulls_given;
};

struct trigger {
    object_id id;
    const char *name;
    const struct CreateTrigStmt *def;
    const struct statement *source;
    struct references uses; /* its function, columns of UPDATE OF and WHEN */
    char enabled;           /* 'O', 'D', 'R', 'A' as in pg_trigger */
    object_id parent;       /* of a partition: the trigger of the parent that it was cloned from */
    const char *comment;
};

struct policy {
    object_id id;
    const char *name;
    const struct CreatePolicyStmt *def;
    const struct statement *source;
    struct references uses;
    struct policy_change { /* ALTER POLICY, newest first */
        const struct AlterPolicyStmt *alter;
        const struct statement *source;
        const struct policy_change *older;
    } const *changes;
    const char *comment;
};

struct rewrite_rule {
    object_id id;
    const char *name;
    const struct RuleStmt *def;
    const struct statement *source;
    struct references uses;
    char enabled;
    const char *comment;
};

enum rows_known { ROWS_MAYBE, ROWS_EMPTY, ROWS_SOME };

/* Everything that pg_class would hold: tables, views, sequences, indexes, composite types. */
struct relation {
    struct object object;
    struct relation_work *work; /* only for schema_edit.c: what may still be changed in place */
    unsigned last_column;       /* the highest column number ever used */
    enum rows_known rows;       /* ROWS_EMPTY: made by this history and never filled since */
    unsigned rows_unit; /* in which it became empty: the application may have filled it since */
    bool
        columns_known; /* false: assumed, or made by CREATE TABLE AS of something unknown: there may be more */
    size_t column_count;
    const struct column *columns; /* in order, dropped ones gone */
    size_t constraint_count;
    const struct constraint *const *constraints;
    size_t trigger_count;
    const struct trigger *const *triggers;
    size_t policy_count;
    const struct policy *const *policies;
    size_t rule_count;
    const struct rewrite_rule *const *rules;
    struct id_list {
        size_t n;
        const object_id *v;
        struct id_array *array; /* only for schema_edit.c: where v is, shared by older lists */
    } indexes,                  /* of a table or matview, in order of making */
        parents,       /* INHERITS or the one of PARTITION OF; of an index the partitioned one */
        children,      /* the other way */
        referenced_by; /* tables whose foreign keys reference this one */
    struct references uses;            /* of a view's query, an index's expressions and predicate */
    const struct node *partition_spec; /* PartitionSpec of a partitioned table */
    const struct node *partition_bound; /* PartitionBoundSpec of a partition */
    const struct statement *bound_source;
    char persistence; /* 'p', 'u' unlogged, 't' */
    bool row_security, force_row_security;
    char replica_identity;   /* 'd', 'n', 'f', 'i' */
    object_id replica_index; /* of 'i' */
    const struct node *
        definition; /* ViewStmt, CreateTableAsStmt, IndexStmt, CreateSeqStmt, CompositeTypeStmt ... */
    const struct statement *source; /* whose text the definition's locations mean */
    const char *access_method, *tablespace;
    struct node_list options; /* DefElem: storage parameters in force */
    object_id of_type;        /* typed table */
    const char *server;       /* of a foreign table */
    bool detach_pending;      /* DETACH CONCURRENTLY that did not end */
    bool not_populated;       /* matview WITH NO DATA */
    int on_commit;            /* enum OnCommitAction of a temporary table */

    /* index */
    object_id table;
    size_t index_column_count, index_key_count; /* all; key columns (the rest INCLUDE) */
    const struct index_column *index_columns;
    bool unique, nulls_not_distinct, primary, is_constraint, clustered;
    enum known valid; /* an index on ONLY a partitioned table is invalid until all are attached */
    const struct node *predicate;

    /* sequence */
    object_id owned_by; /* the table */
    const char *owned_column;
    struct type_use sequence_type;
};

struct domain_constraint {
    const char *name;
    const struct node *expr; /* NULL: NOT NULL */
    bool validated;
    const struct statement *source;
    const struct Constraint *def;
    struct span span;
    struct references uses;
};

/* Enum, domain, range, base type. (Composite types are relations.) */
struct type {
    struct object object;
    struct name_list labels;     /* of an enum, in order */
    const unsigned *label_units; /* in which unit each was added */
    struct type_use base;        /* of a domain; subtype of a range */
    bool not_null;
    const struct node *default_expr;
    const struct statement *default_source;
    struct span default_span; /* of the expression in default_source's text */
    size_t constraint_count;
    const struct domain_constraint *constraints;
    const struct node *definition;
    const struct statement *source;
    struct references uses; /* of a default or a domain's base type */
    const char *collation;
};

struct function {
    struct object object;
    size_t argument_count; /* IN, INOUT and VARIADIC */
    const struct type_use *arguments;
    const char *const *argument_names; /* an element may be NULL */
    size_t default_count;              /* trailing arguments with defaults */
    bool variadic;
    struct type_use result;
    char volatility; /* 'i', 's', 'v' */
    bool strict, security_definer;
    const char *language; /* lower case */
    const char *body;     /* NULL: BEGIN ATOMIC or not a string */
    const struct node *definition;
    const struct statement *source;
    struct node_list altered; /* DefElem: what ALTER FUNCTION said since */
    struct references uses;   /* types of arguments and result, what a BEGIN ATOMIC body uses */
};

/* What is kept by name: schemas, extensions, publications, statistics, collations, casts ... */
struct other {
    struct object object;
    int type; /* enum ObjectType */
    const struct node *definition;
    const struct statement *source;
    struct references uses;
    bool all_tables; /* of a publication */
    bool no_slot;    /* of a subscription: SET (slot_name = NONE) */
};

/* A cursor or prepared statement. */
struct session_query {
    const struct node *query;
    struct id_list relations; /* that it reads */
    bool holds;               /* a cursor WITH HOLD, which outlives the transaction */
};

struct savepoint_name {
    const char *name;
    const struct savepoint_name *older;
};

/* Which constraints wait for the end of the transaction. */
enum deferral {
    DEFERRAL_DECLARED, /* those that are INITIALLY DEFERRED */
    DEFERRAL_ALL,      /* SET CONSTRAINTS ALL DEFERRED */
    DEFERRAL_NONE,
    DEFERRAL_UNKNOWN, /* SET CONSTRAINTS of some */
};

struct setting {
    const char *name;      /* lower case */
    const char *value;     /* NULL: DEFAULT */
    struct name_list path; /* of search_path: its schemas, without "$user" */
};

struct schema {
    struct arena *arena;
    int target;                   /* major version, 12 to 18 */
    bool complete;                /* the history is complete: absence proves something */
    struct idmap objects;         /* id -> struct object * */
    struct pmap relations;        /* schema and name -> id (one name space, as pg_class) */
    struct pmap types;            /* likewise: enum, domain, range, base type */
    struct pmap functions;        /* schema and name -> list of ids */
    struct pmap others;           /* kind, schema and name -> id */
    struct pmap schemas;          /* name -> id */
    struct pmap constraint_names; /* schema and name -> how many relations and domains have one */
    struct idmap users;           /* id -> struct id_list: what may refer to it; see depend.h */
    struct pmap settings; /* session settings in force: search_path, lock_timeout, timezone ... */
    struct pmap session_settings;  /* those that outlive the transaction: without SET LOCAL */
    struct pmap prepared, cursors; /* of the session, by name: struct session_query */
    struct id_list pending,
        perhaps; /* of the open transaction: relations with checks that wait, or may; see apply_session.c */
    enum deferral deferral;
    const struct savepoint_name *savepoints; /* newest first */
    bool queried;                            /* a statement of it has taken a snapshot */
    /* As it was when the open transaction began; NULL: in none. Where that is not known, as if in one. */
    const struct schema *begun;
    object_id next_id; /* the last that was given */
    object_id
        own_from; /* objects from here on were made by the open (sub)transaction; 0: not known */
    bool has_unknown; /* code ran that may have made or dropped anything: absence proves nothing */
    bool has_temporary;  /* temporary objects were made in this session */
    bool acts_at_commit; /* some with ON COMMIT DROP or DELETE ROWS */
    unsigned epoch;      /* counts applied statements; only for schema_edit.c */
    unsigned type_edits; /* counts changes of types in place, such as new labels */
    unsigned unit;       /* the current one */
    size_t migration;
};

void schema_init(struct schema *schema, struct arena *arena, int target, bool complete);

/*
 * Looks a relation up as the server would: the schema given, or along the search_path in force
 * (temporary ones first). NULL when the history knows none.
 */
const struct relation *schema_relation(const struct schema *schema, struct name name);
/* The name as the server would resolve it: "public.t"; also for a relation that is not known (first schema of the search_path). */
struct name schema_resolve(const struct schema *schema, struct name name);
const char *schema_display(struct arena *arena,
                           struct name resolved); /* "public.users", quoted where needed */
const struct object *schema_object(const struct schema *schema, object_id id);
const struct relation *schema_relation_by_id(const struct schema *schema,
                                             object_id id); /* NULL for another kind */
/* What may refer to the object (depend.h tells what does); NULL: nothing. */
const struct id_list *schema_users(const struct schema *schema, object_id id);
const struct type *schema_type(const struct schema *schema, struct name name);
const struct column *relation_column(const struct relation *relation, const char *name);
bool id_list_has(const struct id_list *list, object_id id);
/* The same names in the same order. */
bool name_list_same(const struct name_list *a, const struct name_list *b);
/* Whether a parent of the child other than this one has such a column (attinhcount > 1). */
bool relation_other_parent_has(const struct schema *schema, const struct relation *child,
                               const struct relation *parent, const char *column);
const struct constraint *relation_constraint(const struct relation *relation, const char *name);
const struct function *const *schema_functions(const struct schema *schema, struct name name,
                                               size_t *count);
/* The value in force of a session setting, NULL when the history never set it. */
const char *schema_setting(const struct schema *schema, const char *name);

/* Kinds kept by name; type: enum ObjectType. Schema NULL where the kind lives in none. */
const struct other *schema_other(const struct schema *schema, int type, struct name name);
/* The schemas along which unqualified names are looked up and the first of which is created in; never empty. */
struct name_list schema_search_path(const struct schema *schema, struct arena *arena);
const struct column *relation_column_by_number(const struct relation *relation, unsigned number);
const struct constraint *relation_constraint_by_id(const struct relation *relation, object_id id);
/* NULL: none. */
const struct constraint *relation_primary_key(const struct relation *relation);
/* All objects in the order of their making. */
struct object_list {
    size_t n;
    const struct object *const *v;
};
struct object_list schema_objects(const struct schema *schema, struct arena *arena);

/*
 * Whether what the schema does not have does not exist: not where the history is not complete, and
 * an extension that is not of contrib may have made anything.
 */
bool schema_knows_all(const struct schema *schema);

/* Tables, views ...: what struct relation holds. */
bool object_is_relation(const struct object *object);
bool object_is_type(const struct object *object);     /* struct type */
bool object_is_function(const struct object *object); /* struct function */

/* Made in the current unit, for certain. */
bool object_is_new(const struct schema *schema, const struct object *object);
/* It holds no rows for certain: what another unit left empty may have been filled since. */
bool relation_is_empty(const struct schema *schema, const struct relation *relation);
/* New, and still empty (design: exemption N); or temporary. */
bool relation_is_new_and_empty(const struct schema *schema, const struct relation *relation);

#endif
