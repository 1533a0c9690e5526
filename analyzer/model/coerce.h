/*
 * What ALTER COLUMN TYPE does to a table: whether its values are rewritten, which indexes and
 * constraints are made anew, and whether it works at all. As ATPrepAlterColumnType,
 * ATColumnChangeRequiresRewrite and CheckIndexCompatible decide.
 */
#ifndef MODEL_COERCE_H
#define MODEL_COERCE_H

#include "model/expr.h"

struct type_change {
    enum known rewrite;          /* of the table (and with it of all its indexes) */
    const char *unknown_why;     /* when UNKNOWN: "the type of column x", "the time zone" ... */
    bool needs_using;            /* without USING it fails: there is no assignment cast (42804) */
    bool same;                   /* to the very type (and collation) that it has */
    bool in_utc;                 /* no rewrite only because the session's TimeZone is UTC */
    const struct column *column; /* NULL: not known */
    struct type_use old_type, new_type;
    const char *old_text, *new_text;           /* as people write them; NULL: not known */
    const char *old_collation, *new_collation; /* NULL: the type's own */
};

/* cmd: the AlterTableCmd (AT_AlterColumnType). relation NULL: a table that is not known. */
struct type_change type_change_of(struct arena *arena, const struct schema *schema,
                                  const struct relation *relation, const struct AlterTableCmd *cmd);

/* A value kept as it is, cast: what ATColumnChangeRequiresRewrite sees of an expression. */
struct coercion {
    enum known rewrite;
    bool possible; /* there is such a cast */
    bool in_utc;
    struct type_use type; /* of the result */
    bool typmod_known;    /* the result's values are known to fit type's modifiers */
    const char *unknown_why;
};
struct coercion coercion_start(const struct type_use *type);
/* context: enum catalog_context */
void coercion_apply(const struct schema *schema, struct coercion *coercion,
                    const struct type_use *target, int context);

/* Whether the session's TimeZone is one without any offset; UNKNOWN when the history never set it. */
enum known session_is_utc(const struct schema *schema);

/*
 * Whether an index keeps its file when a column that it names gets another type or collation and
 * the table is not rewritten (CheckIndexCompatible). UNKNOWN when an operator class is not known.
 */
enum known index_survives(const struct schema *schema, const struct relation *index,
                          const struct type_change *change);

/* Whether an index depends on a column: as key, INCLUDE, in an expression or its predicate. */
bool index_uses_column(struct arena *arena, const struct relation *index, const char *column);
/* Whether an expression names a column of its table. */
bool expr_names_column(struct arena *arena, const struct node *expr, const char *column);

#endif
