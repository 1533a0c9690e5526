/* Bodies of LANGUAGE sql functions that the server puts in the place of a call (inline_function). */
#include "model/body.h"
#include "model/expr.h"

#include <string.h>

/* SELECT with nothing but one expression. */
static const struct node *selected(const struct node *tree) {
    const struct SelectStmt *select = node_if(SelectStmt, tree);
    const struct ResTarget *target;

    if (select == NULL || select->targetList.n != 1 || select->fromClause.n > 0 ||
        select->whereClause != NULL || select->groupClause.n > 0 || select->havingClause != NULL ||
        select->windowClause.n > 0 || select->distinctClause.n > 0 || select->sortClause.n > 0 ||
        select->limitOffset != NULL || select->limitCount != NULL || select->withClause != NULL ||
        select->valuesLists.n > 0 || select->larg != NULL || select->intoClause != NULL ||
        select->lockingClause.n > 0)
        return NULL;
    target = node_if(ResTarget, select->targetList.v[0]);
    return target != NULL ? target->val : NULL;
}

static bool has_settings(const struct function *function) {
    const struct CreateFunctionStmt *create = node_if(CreateFunctionStmt, function->definition);

    for (size_t i = 0; create != NULL && i < create->options.n; i++) {
        const struct DefElem *option = node_if(DefElem, create->options.v[i]);

        if (option != NULL && option->defname != NULL && strcmp(option->defname, "set") == 0)
            return true;
    }
    return false;
}

/* What pg_proc.prosrc or prosqlbody evaluates, when it is a single expression. */
static const struct node *body_expression(struct arena *arena, const struct function *function) {
    struct node_list body = function_sql_body(arena, function);
    const struct ReturnStmt *result;

    if (body.n != 1)
        return NULL;
    result = node_if(ReturnStmt, body.v[0]);
    return result != NULL ? result->returnval : selected(body.v[0]);
}

const struct node *expr_inlined_body(struct arena *arena, const struct function *function) {
    if (function->language == NULL || strcmp(function->language, "sql") != 0)
        return NULL;
    if (function->object.kind != OBJ_FUNCTION || function->security_definer ||
        function->result.setof || has_settings(function))
        return NULL;
    return body_expression(arena, function);
}

struct strict_search {
    const struct schema *schema;
    const struct function *function;
    bool strict;
    unsigned long long used; /* bits of the first 64 arguments */
};

static void use_argument(struct strict_search *search, const struct ColumnRef *ref) {
    const struct function *function = search->function;
    const char *name = node_list_last_string(ref->fields);

    for (size_t i = 0; name != NULL && i < function->argument_count && i < 64; i++) {
        const char *argument = function->argument_names ? function->argument_names[i] : NULL;

        if (argument != NULL && strcmp(argument, name) == 0)
            search->used |= 1ULL << i;
    }
}

/* Built-in operators are strict; of functions the catalogue knows. */
static bool call_is_strict(const struct strict_search *search, const struct FuncCall *call) {
    const char *name = node_list_last_string(call->funcname);
    struct catalog_functions all;
    const struct catalog_function *function;
    bool strict = false;

    if (name == NULL)
        return false;
    all = catalog_function(name, (int)call->args.n, search->schema->target);
    while ((function = catalog_function_next(&all)) != NULL) {
        strict = (function->flags & CATALOG_STRICT) != 0;
        if (!strict)
            return false;
    }
    return strict;
}

static bool visit_strict(const struct node *node, void *context) {
    struct strict_search *search = context;

    switch (node->kind) {
    case NODE_ParamRef:
        if (node_as(ParamRef, node)->number >= 1 && node_as(ParamRef, node)->number <= 64)
            search->used |= 1ULL << (node_as(ParamRef, node)->number - 1);
        return false;
    case NODE_ColumnRef:
        use_argument(search, node_as(ColumnRef, node));
        return false;
    case NODE_A_Expr:
        search->strict &= node_as(A_Expr, node)->kind == AEXPR_OP;
        break;
    case NODE_FuncCall:
        search->strict &= call_is_strict(search, node_as(FuncCall, node));
        break;
    case NODE_A_Const:
    case NODE_TypeCast:
    case NODE_TypeName:
    case NODE_String:
    case NODE_Integer:
    case NODE_Float:
    case NODE_Boolean:
        break;
    default:
        search->strict = false;
        break;
    }
    return search->strict;
}

bool expr_is_strict(struct arena *arena, const struct schema *schema,
                    const struct function *function, const struct node *body) {
    struct strict_search search = {schema, function, true, 0};
    size_t n = function->argument_count;

    node_walk(arena, body, visit_strict, &search);
    return search.strict && n < 64 && search.used == (1ULL << n) - 1;
}
