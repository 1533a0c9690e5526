/*
 * Conditions as formulas over columns and constants, and what follows from them, as far as
 * predicate_implied_by (predtest.c) goes: the weak kind, in which a CHECK that is NULL holds.
 */
#ifndef MODEL_EXPR_FORMULA_H
#define MODEL_EXPR_FORMULA_H

#include "model/expr.h"

/* A constant, brought to a form that can be compared with others of its kind. */
enum value_kind {
    VALUE_OPAQUE, /* constant, but which one is not known here */
    VALUE_NUMBER,
    VALUE_TIME, /* date, timestamp: microseconds */
    VALUE_TEXT, /* = and <> can be told; the order depends on the collation */
    VALUE_BYTES /* ordered by bytes: uuid, boolean */
};

struct value {
    enum value_kind kind;
    long double number;
    long long time;
    const char *text;
};

enum compare_op { COMPARE_LT, COMPARE_LE, COMPARE_EQ, COMPARE_GE, COMPARE_GT, COMPARE_NE };

enum formula_kind {
    FORMULA_AND,
    FORMULA_OR,
    FORMULA_NULL,     /* column IS NULL */
    FORMULA_NOT_NULL, /* column IS NOT NULL */
    FORMULA_COMPARE,  /* column op value */
    FORMULA_OTHER,    /* anything else: implies nothing but itself */
};

struct formula {
    enum formula_kind kind;
    size_t n; /* of AND, OR; without any, AND is true and OR is false */
    const struct formula **parts;
    const char *column;
    enum compare_op op;
    struct value value;
};

const struct formula *formula_and(struct arena *arena, size_t n, const struct formula **parts);
const struct formula *formula_or(struct arena *arena, size_t n, const struct formula **parts);
const struct formula *formula_null(struct arena *arena, const char *column, bool null);
const struct formula *formula_compare(struct arena *arena, const char *column, enum compare_op op,
                                      struct value value);
const struct formula *formula_not(struct arena *arena, const struct formula *formula);

/* A condition on the rows of a relation; negated: its NOT. */
const struct formula *formula_of(struct arena *arena, const struct schema *schema,
                                 const struct relation *relation, const struct node *condition);

/* A constant as a column of this type compares it. False: the expression is no constant. */
bool value_of(const struct schema *schema, const struct type_use *column, const struct node *node,
              struct value *value);
/* <0, 0, >0 in *order; false when it is not known. */
bool value_compare(const struct value *a, const struct value *b, int *order);

/* Whether the premise implies the conclusion. */
enum known formula_implies(const struct formula *premise, const struct formula *conclusion);

#endif
