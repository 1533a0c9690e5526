/*
 * Expressions: what type they have, how volatile they are, what follows from them. Names are
 * resolved against the schema and PostgreSQL's catalogue.
 *
 * Nothing fails; what is not known is said to be. Expressions of any size are safe: what is too
 * deep is unknown.
 */
#ifndef MODEL_EXPR_H
#define MODEL_EXPR_H

#include "model/expr_type.h"

/* Type and volatility of an expression. */
struct expr_info {
    struct type_use type;       /* name NULL: not known; "unknown": a quoted literal or NULL */
    enum volatility volatility; /* never NOT_FOUND */
    /*
     * What decides the volatility, or why it is unknown: the name of a function, operator or type
     * as written; NULL when nothing does (all is immutable).
     */
    const char *culprit;
    bool user_function; /* a function that is not built in is called */
    /*
     * A function or operator that neither server, schema nor an extension has for these types; NULL:
     * none. It proves something only of a complete history.
     */
    const char *missing;
};

/* What the names in an expression stand for. */
struct expr_scope {
    const struct schema *schema;
    const struct relation *relation; /* whose columns may be named; NULL: none */
    const struct column *added;      /* further columns that the statement adds; may be NULL */
    size_t added_count;
    const struct type_use *value;      /* of VALUE in a domain's CHECK; NULL: none */
    const struct function *function;   /* whose arguments may be named; NULL: none */
    const struct expr_info *arguments; /* one per argument of function */
};

struct expr_info expr_analyse(const struct expr_scope *scope, const struct node *expr);

/*
 * Whether the server takes a default expression for volatile (contain_volatile_functions, after
 * inlining of SQL functions). When YES or UNKNOWN, *culprit names the function that decides it; it
 * may be NULL. expr NULL: no.
 */
enum known expr_is_volatile(const struct schema *schema, const struct node *expr,
                            const char **culprit);

/* A default or generation expression of one column: also when the cast to its type is. */
enum known default_is_volatile(const struct schema *schema, const struct node *expr,
                               const struct type_use *column_type, const char **culprit);

/*
 * Whether a function's body is NULL as soon as one argument is, for each of them, so that a STRICT
 * function may be replaced by it (contain_nonstrict_functions).
 */
bool expr_is_strict(struct arena *arena, const struct schema *schema,
                    const struct function *function, const struct node *body);
/*
 * The one expression that a LANGUAGE sql function's body selects, when the server may put it in
 * the place of a call (inline_function); NULL otherwise.
 */
const struct node *expr_inlined_body(struct arena *arena, const struct function *function);

/* --- what is proved (expr_proof.c) --- */

/*
 * Whether a validated CHECK of the table, or the column's own NOT NULL, proves that it holds no
 * NULL, so that SET NOT NULL scans nothing (NotNullImpliedByRelConstraints).
 */
enum known not_null_is_proved(const struct schema *schema, const struct relation *relation,
                              const char *column);

/*
 * A constraint that left out (by name) does not count: it is dropped by the same statement.
 */
enum known not_null_is_proved_without(const struct schema *schema, const struct relation *relation,
                                      const char *column, const char *const *without, size_t n);

/*
 * Whether the validated constraints of a table prove that all its rows fit a bound of the parent
 * (PartConstraintImpliedByRelConstraint), so that ATTACH PARTITION scans nothing.
 */
enum known bound_is_proved(const struct schema *schema, const struct relation *parent,
                           const struct node *bound, const struct relation *candidate);
/* Whether they prove that none of a default partition's rows fits the bound. */
enum known bound_is_excluded(const struct schema *schema, const struct relation *parent,
                             const struct node *bound, const struct relation *default_partition);

#endif
