/*
 * Who depends on whom, as pg_depend would tell, and what DROP does about it.
 */
#ifndef MODEL_DEPEND_H
#define MODEL_DEPEND_H

#include "model/schema.h"

/* A whole object, or a part of a relation that has no object of its own. */
enum part_kind {
    PART_WHOLE,
    PART_COLUMN,
    PART_DEFAULT, /* of a column: a default or generation expression */
    PART_CONSTRAINT,
    PART_TRIGGER,
    PART_POLICY,
    PART_RULE,
};

struct part {
    object_id object;
    enum part_kind kind;
    unsigned number; /* a column's number, or the id of a constraint, trigger ... */
};

/* How a dependent takes a DROP of what it depends on: pg_depend.deptype. */
enum dependency_kind {
    DEPENDENCY_NORMAL = 1,   /* stops it, or goes with CASCADE */
    DEPENDENCY_AUTO = 2,     /* goes with it */
    DEPENDENCY_INTERNAL = 4, /* is a piece of it, and goes with it */
};

struct dependency {
    struct part dependent;
    enum dependency_kind kind;
};

struct dependencies {
    VEC(struct dependency) list;
};

/* What depends on the part directly. */
struct dependencies depend_on(const struct schema *schema, struct part part);

/* "(integer,text)" */
const char *function_arguments(const struct schema *schema, const struct function *function);

/* In words: "view v", "constraint t_a_fkey on table t", "column a of table t". */
const char *part_describe(const struct schema *schema, struct part part);

/*
 * All that goes when these go (they themselves included), those of them that only CASCADE takes,
 * and the first of these, which stops it without CASCADE (object 0: none does).
 */
struct deletion {
    VEC(struct part) list, cascaded;
    struct part stopped_by, stopped_at; /* by: the dependent; at: what it depends on */
};
struct deletion deletion_of(const struct schema *schema, const struct part *parts, size_t n);

/* "t.c" when a stored column has the relation's row type, or one with it inside (find_composite_type_dependencies); else NULL. */
const char *depend_row_type_user(const struct schema *schema, object_id relation);

/*
 * Why the type of this column cannot be changed, in the server's words; NULL: it can
 * (ATPrepAlterColumnType, RememberAllDependentForRebuilding).
 */
const char *depend_blocks_type_change(const struct schema *schema, const struct relation *relation,
                                      const struct column *column);

#endif
