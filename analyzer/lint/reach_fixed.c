/* Which columns conditions fix, and whether these are a key. */
#include "lint/reach.h"

#include <string.h>

enum { MAX_FIXED = 32 };

/* The columns of one source that are compared with values. */
struct fixed {
    const struct source *source;
    const char *equal[MAX_FIXED], *above[MAX_FIXED], *below[MAX_FIXED];
    size_t equals, aboves, belows;
    bool at_cursor;
};

/* --- names --- */

static const char *field(const struct ColumnRef *ref, size_t from_end) {
    return ref->fields.n < from_end ? NULL : node_string(ref->fields.v[ref->fields.n - from_end]);
}

static const struct source *source_named(const struct reach *reach, const char *name) {
    for (size_t i = 0; name && i < reach->n; i++)
        if (reach->sources[i].name && strcmp(reach->sources[i].name, name) == 0)
            return &reach->sources[i];
    return NULL;
}

/* Whether an unqualified name may be a column of the source. */
static bool may_have(const struct reach *reach, const struct source *source, const char *column) {
    const struct relation *relation = source->relation;

    if (!relation || !relation->columns_known)
        return !reach->in_code;
    return relation_column(relation, column) != NULL || strcmp(column, "ctid") == 0;
}

const char *reach_column(const struct reach *reach, const struct source *source,
                         const struct node *node) {
    const struct ColumnRef *ref = node_if(ColumnRef, reach_without_casts(node));
    const char *name = ref ? field(ref, 1) : NULL;

    if (!name)
        return NULL;
    if (ref->fields.n > 1)
        return source_named(reach, field(ref, 2)) == source ? name : NULL;
    if (source->relation && source->relation->columns_known)
        return may_have(reach, source, name) ? name : NULL;
    return name;
}

/* --- values --- */

struct value_search {
    const struct reach *reach;
    bool varies;
};

static bool ref_varies(const struct reach *reach, const struct ColumnRef *ref) {
    const struct source *source = source_named(reach, field(ref, 2));

    if (ref->fields.n > 1)
        return source ? !source->few : !reach->in_code;
    for (size_t i = 0; i < reach->n; i++)
        if (!reach->sources[i].few && field(ref, 1) &&
            may_have(reach, &reach->sources[i], field(ref, 1)))
            return true;
    return false;
}

static bool visit_value(const struct node *node, void *context) {
    struct value_search *search = context;
    const struct ColumnRef *ref = node_if(ColumnRef, node);

    if (ref && ref_varies(search->reach, ref))
        search->varies = true;
    return node->kind != NODE_SubLink; /* a scalar query gives one value */
}

/* The same for all rows that are looked at: a constant, a parameter, a variable. */
static bool is_value(const struct reach *reach, const struct node *node) {
    const struct SubLink *query = node_if(SubLink, reach_without_casts(node));
    struct value_search search = {.reach = reach};

    if (!node)
        return false;
    if (query)
        return query->subLinkType == EXPR_SUBLINK;
    node_walk(reach->context->arena, node, visit_value, &search);
    return !search.varies;
}

static bool are_values(const struct reach *reach, const struct node *list) {
    const struct List *items = node_if(List, list);

    for (size_t i = 0; items && i < items->items.n; i++)
        if (!is_value(reach, items->items.v[i]))
            return false;
    return items != NULL;
}

/* The right side of = ANY: a list, or what a query gives. */
static bool is_short_array(const struct reach *reach, const struct node *node) {
    const struct SubLink *query = node_if(SubLink, reach_without_casts(node));

    if (query)
        return query->subLinkType == ARRAY_SUBLINK && reach_query_is_few(reach, query->subselect);
    return is_value(reach, node);
}

/* --- conditions that fix a column --- */

static void add(const char **list, size_t *n, const char *column) {
    if (column && *n < MAX_FIXED)
        list[(*n)++] = column;
}

static void fix_by_comparison(const struct reach *reach, struct fixed *fixed,
                              const struct A_Expr *expr, const struct node *column,
                              const struct node *value, bool turned) {
    const char *op = node_list_last_string(expr->name);
    const char *name = reach_column(reach, fixed->source, column);

    if (!op || !name || !is_value(reach, value))
        return;
    if (strcmp(op, "=") == 0)
        add(fixed->equal, &fixed->equals, name);
    else if (op[0] == (turned ? '<' : '>'))
        add(fixed->above, &fixed->aboves, name);
    else if (op[0] == (turned ? '>' : '<') && op[1] != '>')
        add(fixed->below, &fixed->belows, name);
}

static bool is_between(const struct reach *reach, const struct A_Expr *expr) {
    return (expr->kind == AEXPR_BETWEEN || expr->kind == AEXPR_BETWEEN_SYM) &&
           are_values(reach, expr->rexpr);
}

static bool says_equal(const struct A_Expr *expr) {
    const char *op = node_list_last_string(expr->name);

    return op && strcmp(op, "=") == 0;
}

static void fix_by_expr(const struct reach *reach, struct fixed *fixed, const struct A_Expr *expr) {
    const char *column = reach_column(reach, fixed->source, expr->lexpr);

    if (expr->kind == AEXPR_OP) {
        fix_by_comparison(reach, fixed, expr, expr->lexpr, expr->rexpr, false);
        fix_by_comparison(reach, fixed, expr, expr->rexpr, expr->lexpr, true);
    } else if (expr->kind == AEXPR_IN && says_equal(expr) && are_values(reach, expr->rexpr)) {
        add(fixed->equal, &fixed->equals, column);
    } else if (expr->kind == AEXPR_OP_ANY && says_equal(expr) &&
               is_short_array(reach, expr->rexpr)) {
        add(fixed->equal, &fixed->equals, column);
    } else if (is_between(reach, expr)) {
        add(fixed->above, &fixed->aboves, column);
        add(fixed->below, &fixed->belows, column);
    }
}

/* IN (SELECT ...) */
static void fix_by_query(const struct reach *reach, struct fixed *fixed,
                         const struct SubLink *link) {
    if (link->subLinkType == ANY_SUBLINK && link->operName.n == 0 &&
        reach_query_is_few(reach, link->subselect))
        add(fixed->equal, &fixed->equals, reach_column(reach, fixed->source, link->testexpr));
}

static void fix(const struct reach *reach, struct fixed *fixed, const struct node *condition,
                unsigned depth) {
    const struct BoolExpr *junction = node_if(BoolExpr, condition);
    const struct A_Expr *expr = node_if(A_Expr, condition);
    const struct SubLink *link = node_if(SubLink, condition);

    if (junction && junction->boolop == AND_EXPR)
        for (size_t i = 0; i < junction->args.n && depth < REACH_DEPTH; i++)
            fix(reach, fixed, junction->args.v[i], depth + 1);
    else if (expr)
        fix_by_expr(reach, fixed, expr);
    else if (link)
        fix_by_query(reach, fixed, link);
    else if (node_if(CurrentOfExpr, condition))
        fixed->at_cursor = true;
}

/* --- keys --- */

static bool lists(const char *const *names, size_t n, const char *name) {
    for (size_t i = 0; i < n; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

/* Numbers lie close together, and so do the places of rows; text and times may not. */
bool reach_ranges_are_narrow(const struct relation *relation, const char *name) {
    const struct column *column = relation ? relation_column(relation, name) : NULL;

    if (!column || !column->type.name || column->type.array_dimensions)
        return true;
    return strcmp(column->type.name, "int2") == 0 || strcmp(column->type.name, "int4") == 0 ||
           strcmp(column->type.name, "int8") == 0;
}

static bool is_fixed(const struct fixed *fixed, const char *column) {
    if (lists(fixed->equal, fixed->equals, column))
        return true;
    return lists(fixed->above, fixed->aboves, column) &&
           lists(fixed->below, fixed->belows, column) &&
           reach_ranges_are_narrow(fixed->source->relation, column);
}

static bool fixes_index(const struct fixed *fixed, const struct relation *index) {
    if (!index->unique || index->predicate || index->index_key_count == 0)
        return false;
    for (size_t i = 0; i < index->index_key_count; i++)
        if (!index->index_columns[i].column || !is_fixed(fixed, index->index_columns[i].column))
            return false;
    return true;
}

static const struct relation *unique_index(const struct schema *schema,
                                           const struct relation *table, size_t i) {
    const struct relation *index = schema_relation_by_id(schema, table->indexes.v[i]);

    return index && index->unique ? index : NULL;
}

/* Names that are keys as a rule, where the table's own keys are not known. */
static bool looks_like_key(const char *column) {
    static const char *const names[] = {"id",   "uuid", "guid", "key",
                                        "code", "slug", "name", "email"};
    const char *end = strrchr(column, '_');

    return lists(names, sizeof(names) / sizeof(names[0]), end ? end + 1 : column);
}

static bool fixes_likely_key(const struct fixed *fixed) {
    for (size_t i = 0; i < fixed->equals; i++)
        if (looks_like_key(fixed->equal[i]))
            return true;
    for (size_t i = 0; i < fixed->aboves; i++)
        if (looks_like_key(fixed->above[i]) && is_fixed(fixed, fixed->above[i]))
            return true;
    return false;
}

static bool fixes_key(const struct schema *schema, const struct fixed *fixed) {
    const struct relation *table = fixed->source->relation;
    bool any = false;

    if (fixed->at_cursor || is_fixed(fixed, "ctid"))
        return true;
    for (size_t i = 0; table && i < table->indexes.n; i++) {
        const struct relation *index = unique_index(schema, table, i);
        any |= index != NULL;
        if (index && fixes_index(fixed, index))
            return true;
    }
    return (!any || !table->columns_known) && fixes_likely_key(fixed);
}

/* --- conditions as a whole --- */

static bool holds_few(const struct reach *reach, const struct source *source,
                      const struct node *condition, unsigned depth);

static bool every_arm_holds_few(const struct reach *reach, const struct source *source,
                                const struct BoolExpr *junction, unsigned depth) {
    for (size_t i = 0; i < junction->args.n; i++)
        if (!holds_few(reach, source, junction->args.v[i], depth + 1))
            return false;
    return true;
}

/* Whether the condition alone lets few of the source's rows through. */
static bool holds_few(const struct reach *reach, const struct source *source,
                      const struct node *condition, unsigned depth) {
    const struct BoolExpr *junction = node_if(BoolExpr, condition);
    struct fixed fixed = {.source = source};

    if (junction && depth > REACH_DEPTH)
        return false;
    if (junction && junction->boolop == OR_EXPR)
        return every_arm_holds_few(reach, source, junction, depth);
    if (junction && junction->boolop == AND_EXPR)
        for (size_t i = 0; i < junction->args.n; i++)
            if (node_if(BoolExpr, junction->args.v[i]) &&
                holds_few(reach, source, junction->args.v[i], depth + 1))
                return true;
    fix(reach, &fixed, condition, depth);
    return fixes_key(&reach->context->schema, &fixed);
}

bool reach_settles(const struct reach *reach, const struct source *source) {
    struct fixed fixed = {.source = source};

    for (size_t i = 0; i < reach->conditions.n; i++) {
        if (holds_few(reach, source, reach->conditions.v[i], 0))
            return true;
        fix(reach, &fixed, reach->conditions.v[i], 0);
    }
    return fixes_key(&reach->context->schema, &fixed);
}
