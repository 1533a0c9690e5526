/*
 * Operations: what a statement does, one thing at a time, as the server's own transformation
 * splits it: each ALTER TABLE action, each inline constraint of a column, each object of a DROP.
 * op.def lists the kinds. Every statement has at least one operation (OP_UNKNOWN, OP_QUERY ... included).
 */
#ifndef MODEL_OP_H
#define MODEL_OP_H

#include "sql/statement.h"

enum op_kind {
#define OP(kind, words) OP_##kind,
#include "model/op.def"
#undef OP
    OP_KINDS
};

/* The words of the statement or clause: "ALTER TABLE ADD COLUMN". */
const char *op_kind_words(enum op_kind kind);

/* A name as written: NULL schema where it was not qualified. */
struct name {
    const char *schema, *name;
};

struct op {
    enum op_kind kind;
    const struct statement *statement;
    const struct node *
        node; /* that says it in full: AlterTableCmd, Constraint, IndexStmt, ColumnDef, DropStmt ... */
    const struct node *stmt; /* the statement's node */
    struct span span;        /* in statement->text: the clause, action or name; never empty */
    unsigned index;          /* of the operation in its statement, from 0 */

    struct name target; /* the relation, type, function ... it is about; name NULL: none */
    const char *column; /* the column, constraint's column, enum label ...; NULL: none */
    const char *
        object; /* the constraint, trigger, policy, rule ... on the target; NULL: none or unnamed */
    const char *new_name; /* RENAME TO, SET SCHEMA, SET TABLESPACE ... */
    struct name
        other;       /* the referenced table of a foreign key, the partition that is attached ... */
    int object_type; /* enum ObjectType of DROP, RENAME, COMMENT, OWNER ...; 0: does not apply */

    bool missing_ok;    /* IF EXISTS */
    bool if_not_exists; /* IF NOT EXISTS */
    bool replace;       /* OR REPLACE */
    bool cascade;
    bool concurrently;
    bool only;        /* ONLY */
    bool not_valid;   /* NOT VALID */
    bool is_inline;   /* a constraint or default inside a column definition */
    bool in_create;   /* of the table that this very statement creates */
    bool temporary;   /* CREATE TEMP, or a name in pg_temp */
    bool using_index; /* ADD UNIQUE or PRIMARY KEY USING INDEX: new_name is the index */
    bool deferrable, initially_deferred; /* of a constraint, inline ones with their attributes */
    bool not_enforced;                   /* NOT ENFORCED (18) */
};

struct ops {
    size_t n;
    const struct op *v;
};

/* The operations of a statement that was parsed (tree not NULL). */
struct ops op_list(struct arena *arena, const struct statement *statement);

#endif
