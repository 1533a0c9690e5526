/*
 * How many rows a statement is about, as far as its conditions tell: all, few, or nobody knows.
 *
 * A table gives few rows when its key is fixed: compared with values, or with columns of another
 * source that gives few. So sources are settled one by one until no more can be.
 */
#include "lint/context.h"

#include <string.h>

enum { MAX_SOURCES = 16, MAX_FIXED = 32, MAX_DEPTH = 32, MAX_QUERIES = 1000 };

/* What a query reads by name. */
struct source {
    const char *name;                /* its alias, else its own */
    const struct relation *relation; /* NULL: not a table, or not known */
    bool few;
};

struct reach {
    const struct rule_context *context;
    const struct reach *outer; /* whose WITH queries are visible; NULL: none */
    const struct WithClause *with;
    struct source sources[MAX_SOURCES];
    size_t n;
    bool too_many;                       /* sources */
    VEC(const struct node *) conditions; /* all of them hold */
    bool in_code;                        /* names may be variables of the DO block */
    unsigned depth;
    unsigned *budget; /* queries that may still be looked at: they may be named many times */
};

/* The columns of one source that are compared with values. */
struct fixed {
    const struct source *source;
    const char *equal[MAX_FIXED], *above[MAX_FIXED], *below[MAX_FIXED];
    size_t equals, aboves, belows;
    bool at_cursor;
};

static bool query_is_few(const struct reach *outer, const struct node *query);
static bool holds_few(const struct reach *reach, const struct source *source,
                      const struct node *condition, unsigned depth);

/* --- names --- */

static const struct node *without_casts(const struct node *node) {
    const struct TypeCast *cast;

    while ((cast = node_if(TypeCast, node)))
        node = cast->arg;
    return node;
}

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

/* The source's column that a node names; NULL: it is something else. */
static const char *column_of(const struct reach *reach, const struct source *source,
                             const struct node *node) {
    const struct ColumnRef *ref = node_if(ColumnRef, without_casts(node));
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
    const struct SubLink *query = node_if(SubLink, without_casts(node));
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
    const struct SubLink *query = node_if(SubLink, without_casts(node));

    if (query)
        return query->subLinkType == ARRAY_SUBLINK && query_is_few(reach, query->subselect);
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
    const char *name = column_of(reach, fixed->source, column);

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
    const char *column = column_of(reach, fixed->source, expr->lexpr);

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
        query_is_few(reach, link->subselect))
        add(fixed->equal, &fixed->equals, column_of(reach, fixed->source, link->testexpr));
}

static void fix(const struct reach *reach, struct fixed *fixed, const struct node *condition,
                unsigned depth) {
    const struct BoolExpr *junction = node_if(BoolExpr, condition);
    const struct A_Expr *expr = node_if(A_Expr, condition);
    const struct SubLink *link = node_if(SubLink, condition);

    if (junction && junction->boolop == AND_EXPR)
        for (size_t i = 0; i < junction->args.n && depth < MAX_DEPTH; i++)
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
static bool ranges_are_narrow(const struct relation *relation, const char *name) {
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
           ranges_are_narrow(fixed->source->relation, column);
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

/* --- sources --- */

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

    if (junction && depth > MAX_DEPTH)
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

static bool settles(const struct reach *reach, const struct source *source) {
    struct fixed fixed = {.source = source};

    for (size_t i = 0; i < reach->conditions.n; i++) {
        if (holds_few(reach, source, reach->conditions.v[i], 0))
            return true;
        fix(reach, &fixed, reach->conditions.v[i], 0);
    }
    return fixes_key(&reach->context->schema, &fixed);
}

static void settle(struct reach *reach) {
    bool changed = true;

    while (changed) {
        changed = false;
        for (size_t i = 0; i < reach->n; i++)
            if (!reach->sources[i].few && settles(reach, &reach->sources[i]))
                changed = reach->sources[i].few = true;
    }
}

static void add_source(struct reach *reach, struct source source) {
    if (reach->n < MAX_SOURCES)
        reach->sources[reach->n++] = source;
    else
        reach->too_many = true;
}

static const struct node *with_query(const struct reach *reach, const char *name) {
    for (; reach; reach = reach->outer)
        for (size_t i = 0; reach->with && i < reach->with->ctes.n; i++) {
            const struct CommonTableExpr *query = node_if(CommonTableExpr, reach->with->ctes.v[i]);
            if (query && query->ctename && strcmp(query->ctename, name) == 0)
                return query->ctequery;
        }
    return NULL;
}

static bool is_small(const struct rule_context *context, const struct relation *relation,
                     struct name name) {
    if (relation &&
        (relation->object.temporary || object_is_new(&context->schema, &relation->object)))
        return true;
    return context_option_names(context, "small_tables", name);
}

static void add_table(struct reach *reach, const struct RangeVar *table, bool is_target) {
    struct name name = {table->schemaname, table->relname};
    const struct node *query = name.schema || is_target ? NULL : with_query(reach, name.name);
    struct source source = {.name = table->alias ? table->alias->aliasname : name.name};

    if (query) {
        source.few = query_is_few(reach, query);
    } else {
        source.relation = schema_relation(&reach->context->schema, name);
        source.few = !is_target && is_small(reach->context, source.relation, name);
    }
    add_source(reach, source);
}

static void add_condition(struct reach *reach, const struct node *condition) {
    if (condition)
        vec_push(reach->context->arena, &reach->conditions, condition);
}

static void add_item(struct reach *reach, const struct node *item) {
    const struct RangeVar *table = node_if(RangeVar, item);
    const struct RangeSubselect *query = node_if(RangeSubselect, item);
    const struct RangeFunction *function = node_if(RangeFunction, item);
    const struct Alias *alias = query ? query->alias : function ? function->alias : NULL;

    if (table)
        add_table(reach, table, false);
    else
        add_source(reach, (struct source){.name = alias ? alias->aliasname : NULL,
                                          .few = function ||
                                                 (query && query_is_few(reach, query->subquery))});
}

/* A chain of joins hangs on the left; on the right it may nest as well. */
static void add_join(struct reach *reach, const struct node *item, unsigned depth) {
    const struct JoinExpr *join;

    while ((join = node_if(JoinExpr, item))) {
        add_condition(reach, join->quals);
        if (depth < MAX_DEPTH)
            add_join(reach, join->rarg, depth + 1);
        else
            reach->too_many = true;
        item = join->larg;
    }
    if (item)
        add_item(reach, item);
}

static void add_items(struct reach *reach, struct node_list items) {
    for (size_t i = 0; i < items.n; i++)
        add_join(reach, items.v[i], 0);
}

static bool all_are_few(const struct reach *reach) {
    for (size_t i = 0; i < reach->n; i++)
        if (!reach->sources[i].few)
            return false;
    return !reach->too_many;
}

/* --- queries --- */

static bool is_limited(const struct SelectStmt *select) {
    const struct A_Const *limit = node_if(A_Const, select->limitCount);

    return select->limitCount && !(limit && limit->isnull);
}

static struct reach inside(const struct reach *outer, const struct WithClause *with) {
    return (struct reach){.context = outer->context,
                          .outer = outer,
                          .with = with,
                          .in_code = outer->in_code,
                          .depth = outer->depth + 1,
                          .budget = outer->budget};
}

static bool plain_query_is_few(const struct reach *outer, const struct SelectStmt *select) {
    struct reach reach = inside(outer, select->withClause);

    if (select->valuesLists.n || is_limited(select) || !select->fromClause.n)
        return true;
    add_items(&reach, select->fromClause);
    add_condition(&reach, select->whereClause);
    settle(&reach);
    return all_are_few(&reach);
}

/* Whether it gives few rows. Of a WITH query that changes rows, those are a matter of its own. */
static bool query_is_few(const struct reach *outer, const struct node *query) {
    const struct SelectStmt *select = node_if(SelectStmt, query);

    if (outer->depth > MAX_DEPTH || *outer->budget == 0)
        return false;
    --*outer->budget;
    for (; select && select->larg; select = select->larg) {
        struct reach inner = inside(outer, select->withClause);
        if (is_limited(select))
            return true;
        if (!query_is_few(&inner, &select->rarg->tree_node))
            return false;
    }
    return !select || plain_query_is_few(outer, select);
}

/* --- conditions that always hold --- */

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
    const struct A_Const *constant = node_if(A_Const, without_casts(node));

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
        for (size_t j = i + 1; j < arms.n && j < i + MAX_FIXED; j++) {
            const struct NullTest *a = node_if(NullTest, arms.v[i]);
            const struct NullTest *b = node_if(NullTest, arms.v[j]);
            if (a && b && a->nulltesttype != b->nulltesttype && same_column(a->arg, b->arg))
                return true;
        }
    return false;
}

static bool never_null(const struct reach *reach, const struct node *node) {
    const char *name = column_of(reach, &reach->sources[0], node);
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

    if (depth > MAX_DEPTH)
        return false;
    if (junction)
        return junction_is_true(reach, junction, depth);
    if (expr)
        return compares_equal(expr);
    if (test)
        return test->nulltesttype == IS_NOT_NULL && never_null(reach, test->arg);
    return is_constant(node, true);
}

/* --- statements --- */

static enum rule_reach of_condition(struct reach *reach, const struct node *where) {
    if (!where || always(reach, where, 0))
        return REACH_ALL;
    if (is_constant(where, false))
        return REACH_FEW;
    add_condition(reach, where);
    settle(reach);
    return reach->sources[0].few ? REACH_FEW : REACH_SOME;
}

static enum rule_reach of_insert(struct reach *reach, const struct InsertStmt *insert) {
    reach->with = insert->withClause;
    return !insert->selectStmt || query_is_few(reach, insert->selectStmt) ? REACH_FEW : REACH_SOME;
}

static enum rule_reach of_merge(struct reach *reach, const struct MergeStmt *merge) {
    reach->with = merge->withClause;
    add_item(reach, merge->sourceRelation);
    return all_are_few(reach) ? REACH_FEW : REACH_SOME;
}

enum rule_reach rule_reach(const struct rule_context *context, const struct op *op) {
    unsigned budget = MAX_QUERIES;
    struct reach reach = {
        .context = context, .in_code = op->statement->parent != NULL, .budget = &budget};
    const struct UpdateStmt *update = node_if(UpdateStmt, op->node);
    const struct DeleteStmt *delete = node_if(DeleteStmt, op->node);

    if (node_if(InsertStmt, op->node))
        return of_insert(&reach, node_as(InsertStmt, op->node));
    if (node_if(MergeStmt, op->node))
        return of_merge(&reach, node_as(MergeStmt, op->node));
    if (!update && !delete)
        return REACH_FEW;
    reach.with = update ? update->withClause : delete->withClause;
    add_table(&reach, update ? update->relation : delete->relation, true);
    add_items(&reach, update ? update->fromClause : delete->usingClause);
    return of_condition(&reach, update ? update->whereClause : delete->whereClause);
}

const char *rule_key_column(struct rule_context *context, const struct op *op) {
    const struct relation *table = rule_target(context, op);
    const struct constraint *key = table ? relation_primary_key(table) : NULL;

    return rule_ident(context, key && key->columns.n == 1 ? key->columns.v[0] : "id");
}
