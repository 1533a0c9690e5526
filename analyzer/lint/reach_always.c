/* Conditions that leave no row out. */
#include "lint/reach.h"

#include <string.h>

enum { MAX_ARMS = 32 };

const struct node *reach_without_casts(const struct node *node) {
    const struct TypeCast *cast;

    while ((cast = node_if(TypeCast, node)))
        node = cast->arg;
    return node;
}

static bool same_constant(const struct A_Const *a, const struct A_Const *b) {
    if (!a || !b || a->isnull || b->isnull)
        return false;
    if (a->ival && b->ival)
        return a->ival->ival == b->ival->ival;
    if (a->sval && b->sval)
        return strcmp(a->sval->sval, b->sval->sval) == 0;
    return a->boolval && b->boolval && a->boolval->boolval == b->boolval->boolval;
}

static bool same_column(const struct node *a, const struct node *b) {
    const struct ColumnRef *left = node_if(ColumnRef, a), *right = node_if(ColumnRef, b);

    if (!left || !right || left->fields.n != right->fields.n)
        return false;
    for (size_t i = 0; i < left->fields.n; i++) {
        const char *one = node_string(left->fields.v[i]), *other = node_string(right->fields.v[i]);
        if (!one || !other || strcmp(one, other) != 0)
            return false;
    }
    return true;
}

static bool is_constant(const struct node *node, bool wanted) {
    const struct A_Const *constant = node_if(A_Const, reach_without_casts(node));

    if (constant && constant->sval && node->kind == NODE_TypeCast)
        return constant->sval->sval[0] == (wanted ? 't' : 'f');
    return constant && constant->boolval && constant->boolval->boolval == wanted;
}

static bool compares_equal(const struct A_Expr *expr) {
    const char *op = node_list_last_string(expr->name);

    if (!op || (expr->kind != AEXPR_OP && expr->kind != AEXPR_NOT_DISTINCT))
        return false;
    if (strcmp(op, "=") != 0 && strcmp(op, ">=") != 0 && strcmp(op, "<=") != 0)
        return false;
    return same_column(expr->lexpr, expr->rexpr) ||
           same_constant(node_if(A_Const, expr->lexpr), node_if(A_Const, expr->rexpr));
}

/* x IS NULL OR x IS NOT NULL */
static bool tests_both(struct node_list arms) {
    for (size_t i = 0; i < arms.n; i++)
        for (size_t j = i + 1; j < arms.n && j < i + MAX_ARMS; j++) {
            const struct NullTest *a = node_if(NullTest, arms.v[i]);
            const struct NullTest *b = node_if(NullTest, arms.v[j]);
            if (a && b && a->nulltesttype != b->nulltesttype && same_column(a->arg, b->arg))
                return true;
        }
    return false;
}

static bool never_null(const struct reach *reach, const struct node *node) {
    const char *name = reach_column(reach, &reach->sources[0], node);
    const struct relation *relation = reach->sources[0].relation;
    const struct column *column = name && relation ? relation_column(relation, name) : NULL;

    return column && column->not_null == KNOWN_YES;
}

static bool always(const struct reach *reach, const struct node *node, unsigned depth);

static bool junction_is_true(const struct reach *reach, const struct BoolExpr *junction,
                             unsigned depth) {
    bool is_or = junction->boolop == OR_EXPR;

    if (junction->boolop == NOT_EXPR)
        return junction->args.n == 1 && is_constant(junction->args.v[0], false);
    for (size_t i = 0; i < junction->args.n; i++)
        if (always(reach, junction->args.v[i], depth + 1) == is_or)
            return is_or;
    return is_or ? tests_both(junction->args) : true;
}

/* For every row, or for every row but those with a NULL. */
static bool always(const struct reach *reach, const struct node *node, unsigned depth) {
    const struct BoolExpr *junction = node_if(BoolExpr, node);
    const struct A_Expr *expr = node_if(A_Expr, node);
    const struct NullTest *test = node_if(NullTest, node);

    if (depth > REACH_DEPTH)
        return false;
    if (junction)
        return junction_is_true(reach, junction, depth);
    if (expr)
        return compares_equal(expr);
    if (test)
        return test->nulltesttype == IS_NOT_NULL && never_null(reach, test->arg);
    return is_constant(node, true);
}

bool reach_always(const struct reach *reach, const struct node *condition) {
    return always(reach, condition, 0);
}

bool reach_never(const struct node *condition) {
    return is_constant(condition, false);
}
