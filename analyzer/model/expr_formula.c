#include "model/expr_formula.h"

#include "base/ascii.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DEPTH = 300 };

/* --- making --- */

static struct formula *new_formula(struct arena *arena, enum formula_kind kind) {
    struct formula *formula = arena_new(arena, struct formula);

    formula->kind = kind;
    return formula;
}

static const struct formula *junction(struct arena *arena, enum formula_kind kind, size_t n,
                                      const struct formula **parts) {
    struct formula *formula;

    if (n == 1)
        return parts[0];
    formula = new_formula(arena, kind);
    formula->n = n;
    formula->parts = arena_array(arena, const struct formula *, n);
    for (size_t i = 0; i < n; i++)
        formula->parts[i] = parts[i];
    return formula;
}

const struct formula *formula_and(struct arena *arena, size_t n, const struct formula **parts) {
    return junction(arena, FORMULA_AND, n, parts);
}

const struct formula *formula_or(struct arena *arena, size_t n, const struct formula **parts) {
    return junction(arena, FORMULA_OR, n, parts);
}

const struct formula *formula_null(struct arena *arena, const char *column, bool null) {
    struct formula *formula = new_formula(arena, null ? FORMULA_NULL : FORMULA_NOT_NULL);

    formula->column = column;
    return formula;
}

const struct formula *formula_compare(struct arena *arena, const char *column, enum compare_op op,
                                      struct value value) {
    struct formula *formula = new_formula(arena, FORMULA_COMPARE);

    formula->column = column;
    formula->op = op;
    formula->value = value;
    return formula;
}

static const struct formula *other(struct arena *arena) {
    return new_formula(arena, FORMULA_OTHER);
}

static enum compare_op opposite(enum compare_op op) {
    static const enum compare_op opposites[] = {
        [COMPARE_LT] = COMPARE_GE, [COMPARE_LE] = COMPARE_GT, [COMPARE_EQ] = COMPARE_NE,
        [COMPARE_GE] = COMPARE_LT, [COMPARE_GT] = COMPARE_LE, [COMPARE_NE] = COMPARE_EQ,
    };

    return opposites[op];
}

const struct formula *formula_not(struct arena *arena, const struct formula *formula) {
    struct formula * not ;

    switch (formula->kind) {
    case FORMULA_AND:
    case FORMULA_OR:
        not = new_formula(arena, formula->kind == FORMULA_AND ? FORMULA_OR : FORMULA_AND);
        not ->n = formula->n;
        not ->parts = arena_array(arena, const struct formula *, formula->n);
        for (size_t i = 0; i < formula->n; i++)
            not ->parts[i] = formula_not(arena, formula->parts[i]);
        return not ;
    case FORMULA_NULL:
    case FORMULA_NOT_NULL:
        return formula_null(arena, formula->column, formula->kind == FORMULA_NOT_NULL);
    case FORMULA_COMPARE:
        return formula_compare(arena, formula->column, opposite(formula->op), formula->value);
    default:
        return other(arena);
    }
}

/* --- reading --- */

struct reader {
    struct arena *arena;
    const struct schema *schema;
    const struct relation *relation;
    int depth;
};

static const struct formula *read(struct reader *reader, const struct node *node);

static bool parse_op(const char *name, enum compare_op *op) {
    static const struct {
        const char *name;
        enum compare_op op;
    } ops[] = {{"<", COMPARE_LT}, {"<=", COMPARE_LE}, {"=", COMPARE_EQ}, {">=", COMPARE_GE},
               {">", COMPARE_GT}, {"<>", COMPARE_NE}, {"!=", COMPARE_NE}};

    for (size_t i = 0; name != NULL && i < sizeof(ops) / sizeof(*ops); i++)
        if (strcmp(name, ops[i].name) == 0) {
            *op = ops[i].op;
            return true;
        }
    return false;
}

static enum compare_op mirrored(enum compare_op op) {
    static const enum compare_op mirrors[] = {
        [COMPARE_LT] = COMPARE_GT, [COMPARE_LE] = COMPARE_GE, [COMPARE_EQ] = COMPARE_EQ,
        [COMPARE_GE] = COMPARE_LE, [COMPARE_GT] = COMPARE_LT, [COMPARE_NE] = COMPARE_NE,
    };

    return mirrors[op];
}

static const struct column *column_of(struct reader *reader, const struct node *node) {
    const struct ColumnRef *ref = node_if(ColumnRef, node);
    const char *name = ref != NULL ? node_list_last_string(ref->fields) : NULL;

    return name != NULL && reader->relation != NULL ? relation_column(reader->relation, name)
                                                    : NULL;
}

/* A column's name, also of one that a table whose columns are not all known may have. */
static const char *column_name(struct reader *reader, const struct node *node) {
    const struct column *column = column_of(reader, node);
    const struct ColumnRef *ref = node_if(ColumnRef, node);

    if (column != NULL)
        return column->name;
    if (ref == NULL || reader->relation == NULL || reader->relation->columns_known)
        return NULL;
    return node_list_last_string(ref->fields);
}

static const struct formula *compare(struct reader *reader, enum compare_op op,
                                     const struct node *left, const struct node *right) {
    const struct column *column = column_of(reader, left);
    struct value value;

    if (column == NULL) {
        column = column_of(reader, right);
        right = left;
        op = mirrored(op);
    }
    if (column == NULL || !value_of(reader->schema, &column->type, right, &value))
        return other(reader->arena);
    return formula_compare(reader->arena, column->name, op, value);
}

static bool is_null_constant(const struct node *node) {
    const struct A_Const *constant = node_if(A_Const, node);

    return constant != NULL && constant->isnull;
}

/* x IS DISTINCT FROM NULL is x IS NOT NULL once constants are folded. */
static const struct formula *distinct(struct reader *reader, const struct A_Expr *node) {
    const char *column = column_name(reader, node->lexpr);
    const struct node *with = node->rexpr;

    if (column == NULL) {
        column = column_name(reader, node->rexpr);
        with = node->lexpr;
    }
    if (column == NULL || !is_null_constant(with))
        return other(reader->arena);
    return formula_null(reader->arena, column, node->kind == AEXPR_NOT_DISTINCT);
}

static const struct formula *in_list(struct reader *reader, const struct A_Expr *node) {
    const struct List *list = node_if(List, node->rexpr);
    const char *name = node_list_last_string(node->name);
    bool negated = name != NULL && strcmp(name, "<>") == 0;
    const struct formula **parts;

    if (list == NULL || list->items.n == 0)
        return other(reader->arena);
    parts = arena_array(reader->arena, const struct formula *, list->items.n);
    for (size_t i = 0; i < list->items.n; i++)
        parts[i] =
            compare(reader, negated ? COMPARE_NE : COMPARE_EQ, node->lexpr, list->items.v[i]);
    return junction(reader->arena, negated ? FORMULA_AND : FORMULA_OR, list->items.n, parts);
}

/* x = ANY (ARRAY[...]), x <> ALL (ARRAY[...]) */
static const struct formula *any_array(struct reader *reader, const struct A_Expr *node) {
    const struct node *right = node->rexpr;
    const struct TypeCast *cast = node_if(TypeCast, right);
    const struct A_ArrayExpr *array = node_if(A_ArrayExpr, cast != NULL ? cast->arg : right);
    enum compare_op op;

    if (array == NULL || array->elements.n == 0 ||
        !parse_op(node_list_last_string(node->name), &op))
        return other(reader->arena);
    const struct formula **parts =
        arena_array(reader->arena, const struct formula *, array->elements.n);
    for (size_t i = 0; i < array->elements.n; i++)
        parts[i] = compare(reader, op, node->lexpr, array->elements.v[i]);
    return junction(reader->arena, node->kind == AEXPR_OP_ANY ? FORMULA_OR : FORMULA_AND,
                    array->elements.n, parts);
}

static const struct formula *between(struct reader *reader, const struct A_Expr *node) {
    const struct List *list = node_if(List, node->rexpr);
    const struct formula *parts[2], *both;

    if (list == NULL || list->items.n != 2)
        return other(reader->arena);
    parts[0] = compare(reader, COMPARE_GE, node->lexpr, list->items.v[0]);
    parts[1] = compare(reader, COMPARE_LE, node->lexpr, list->items.v[1]);
    both = formula_and(reader->arena, 2, parts);
    return node->kind == AEXPR_NOT_BETWEEN ? formula_not(reader->arena, both) : both;
}

static const struct Boolean *is_truth(const struct node *node) {
    const struct A_Const *constant = node_if(A_Const, node);

    return constant != NULL ? constant->boolval : NULL;
}

/* simplify_boolean_equality: x = true is x, x = false is NOT x. */
static const struct formula *equals_truth(struct reader *reader, const struct A_Expr *node) {
    const struct Boolean *truth = is_truth(node->rexpr);
    const struct node *what = truth != NULL ? node->lexpr : node->rexpr;
    enum compare_op op;

    if (truth == NULL)
        truth = is_truth(node->lexpr);
    if (!parse_op(node_list_last_string(node->name), &op))
        return other(reader->arena);
    if (column_of(reader, what) != NULL || (op != COMPARE_EQ && op != COMPARE_NE))
        return compare(reader, op, node->lexpr, node->rexpr);
    if (truth->boolval == (op == COMPARE_EQ))
        return read(reader, what);
    return formula_not(reader->arena, read(reader, what));
}

static const struct formula *read_operator(struct reader *reader, const struct A_Expr *node) {
    enum compare_op op;

    switch (node->kind) {
    case AEXPR_OP:
        if (is_truth(node->rexpr) || is_truth(node->lexpr))
            return equals_truth(reader, node);
        if (node->lexpr == NULL || !parse_op(node_list_last_string(node->name), &op))
            return other(reader->arena);
        return compare(reader, op, node->lexpr, node->rexpr);
    case AEXPR_DISTINCT:
    case AEXPR_NOT_DISTINCT:
        return distinct(reader, node);
    case AEXPR_IN:
        return in_list(reader, node);
    case AEXPR_OP_ANY:
    case AEXPR_OP_ALL:
        return any_array(reader, node);
    case AEXPR_BETWEEN:
    case AEXPR_NOT_BETWEEN:
        return between(reader, node);
    default:
        return other(reader->arena);
    }
}

static const struct formula *read_boolean(struct reader *reader, const struct BoolExpr *node) {
    size_t n = node->args.n;
    const struct formula **parts = arena_array(reader->arena, const struct formula *, n);

    for (size_t i = 0; i < n; i++)
        parts[i] = read(reader, node->args.v[i]);
    if (node->boolop == NOT_EXPR)
        return n == 1 ? formula_not(reader->arena, parts[0]) : other(reader->arena);
    return junction(reader->arena, node->boolop == AND_EXPR ? FORMULA_AND : FORMULA_OR, n, parts);
}

/* ROW(a, b) IS NOT NULL says it of each. */
static const struct formula *null_test(struct reader *reader, const struct NullTest *test) {
    const char *column = column_name(reader, test->arg);
    const struct RowExpr *row = node_if(RowExpr, test->arg);
    bool null = test->nulltesttype == IS_NULL;
    const struct formula **parts;

    if (column != NULL)
        return formula_null(reader->arena, column, null);
    if (row == NULL)
        return other(reader->arena);
    parts = arena_array(reader->arena, const struct formula *, row->args.n);
    for (size_t i = 0; i < row->args.n; i++) {
        column = column_name(reader, row->args.v[i]);
        parts[i] =
            column != NULL ? formula_null(reader->arena, column, null) : other(reader->arena);
    }
    return junction(reader->arena, FORMULA_AND, row->args.n, parts);
}

static const struct formula *dispatch(struct reader *reader, const struct node *node) {
    const struct NullTest *test = node_if(NullTest, node);
    const struct A_Const *constant = node_if(A_Const, node);

    if (test != NULL)
        return null_test(reader, test);
    if (constant != NULL && constant->boolval != NULL)
        return new_formula(reader->arena, constant->boolval->boolval ? FORMULA_AND : FORMULA_OR);
    if (node->kind == NODE_BoolExpr)
        return read_boolean(reader, node_as(BoolExpr, node));
    if (node->kind == NODE_A_Expr)
        return read_operator(reader, node_as(A_Expr, node));
    return other(reader->arena);
}

static const struct formula *read(struct reader *reader, const struct node *node) {
    const struct formula *formula;

    if (node == NULL || reader->depth >= DEPTH)
        return other(reader->arena);
    reader->depth++;
    formula = dispatch(reader, node);
    reader->depth--;
    return formula;
}

const struct formula *formula_of(struct arena *arena, const struct schema *schema,
                                 const struct relation *relation, const struct node *condition) {
    struct reader reader = {arena, schema, relation, 0};

    return read(&reader, condition);
}

/* --- what follows --- */

static enum known either(enum known a, enum known b) {
    if (a == KNOWN_YES || b == KNOWN_YES)
        return KNOWN_YES;
    return a == UNKNOWN || b == UNKNOWN ? UNKNOWN : KNOWN_NO;
}

static enum known both(enum known a, enum known b) {
    if (a == KNOWN_NO || b == KNOWN_NO)
        return KNOWN_NO;
    return a == UNKNOWN || b == UNKNOWN ? UNKNOWN : KNOWN_YES;
}

/*
 * predtest.c, BT_implic_table: x op a implies x conclusion b, given how b compares with a. A bit
 * for each: b < a, b = a, b > a.
 */
static unsigned orders_that_imply(enum compare_op premise, enum compare_op conclusion) {
    enum { LT = 1, EQ = 2, GT = 4 };
    static const unsigned char table[6][6] = {
        [COMPARE_LT] = {[COMPARE_LT] = EQ | GT, [COMPARE_LE] = EQ | GT, [COMPARE_NE] = EQ | GT},
        [COMPARE_LE] = {[COMPARE_LT] = GT, [COMPARE_LE] = EQ | GT, [COMPARE_NE] = GT},
        [COMPARE_EQ] = {[COMPARE_LT] = GT,
                        [COMPARE_LE] = EQ | GT,
                        [COMPARE_EQ] = EQ,
                        [COMPARE_GE] = LT | EQ,
                        [COMPARE_GT] = LT,
                        [COMPARE_NE] = LT | GT},
        [COMPARE_GE] = {[COMPARE_GE] = LT | EQ, [COMPARE_GT] = LT, [COMPARE_NE] = LT},
        [COMPARE_GT] = {[COMPARE_GE] = LT | EQ, [COMPARE_GT] = LT | EQ, [COMPARE_NE] = LT | EQ},
        [COMPARE_NE] = {[COMPARE_NE] = EQ},
    };

    return table[premise][conclusion];
}

static enum known compare_implies(const struct formula *premise, const struct formula *conclusion) {
    unsigned orders = orders_that_imply(premise->op, conclusion->op);
    bool text = premise->value.kind == VALUE_TEXT;
    int order;

    if (orders == 0)
        return KNOWN_NO;
    if (!value_compare(&conclusion->value, &premise->value, &order))
        return UNKNOWN;
    if (text && order != 0 && orders != (1 | 4))
        return orders & (1 | 4) ? UNKNOWN : KNOWN_NO;
    return orders & (order < 0 ? 1u : order == 0 ? 2u : 4u) ? KNOWN_YES : KNOWN_NO;
}

static enum known atom_implies(const struct formula *premise, const struct formula *conclusion) {
    if (premise->kind != conclusion->kind || premise->kind == FORMULA_OTHER)
        return KNOWN_NO;
    if (strcmp(premise->column, conclusion->column) != 0)
        return KNOWN_NO;
    return premise->kind == FORMULA_COMPARE ? compare_implies(premise, conclusion) : KNOWN_YES;
}

static enum known implies_all(const struct formula *premise, const struct formula *conclusion) {
    enum known result = KNOWN_YES;

    for (size_t i = 0; i < conclusion->n; i++)
        result = both(result, formula_implies(premise, conclusion->parts[i]));
    return result;
}

static enum known implies_any(const struct formula *premise, const struct formula *conclusion) {
    enum known result = KNOWN_NO;

    for (size_t i = 0; i < conclusion->n; i++)
        result = either(result, formula_implies(premise, conclusion->parts[i]));
    return result;
}

static enum known any_implies(const struct formula *premise, const struct formula *conclusion) {
    enum known result = KNOWN_NO;

    for (size_t i = 0; i < premise->n; i++)
        result = either(result, formula_implies(premise->parts[i], conclusion));
    return result;
}

static enum known all_imply(const struct formula *premise, const struct formula *conclusion) {
    enum known result = KNOWN_YES;

    for (size_t i = 0; i < premise->n; i++)
        result = both(result, formula_implies(premise->parts[i], conclusion));
    return result;
}

/* predicate_implied_by_recurse */
enum known formula_implies(const struct formula *premise, const struct formula *conclusion) {
    if (conclusion->kind == FORMULA_AND)
        return implies_all(premise, conclusion);
    if (premise->kind == FORMULA_OR)
        return all_imply(premise, conclusion);
    if (conclusion->kind == FORMULA_OR)
        return premise->kind == FORMULA_AND
                   ? either(implies_any(premise, conclusion), any_implies(premise, conclusion))
                   : implies_any(premise, conclusion);
    if (premise->kind == FORMULA_AND)
        return any_implies(premise, conclusion);
    return atom_implies(premise, conclusion);
}
