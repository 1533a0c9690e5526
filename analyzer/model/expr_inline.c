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
