/* The names that the server gives to columns without one (parse_target.c, FigureColnameInternal). */
#include "model/query.h"

enum strength { NO_NAME, WEAK, STRONG };
enum { DEPTH = 200 };

static enum strength figure(const struct node *node, unsigned depth, const char **name);

static enum strength named(const char *value, const char **name) {
    if (value)
        *name = value;
    return value ? STRONG : NO_NAME;
}

static enum strength figure_cast(const struct TypeCast *cast, unsigned depth, const char **name) {
    enum strength strength = figure(cast->arg, depth, name);

    if (strength == STRONG || !cast->typeName)
        return strength;
    *name = node_list_last_string(cast->typeName->names);
    return WEAK;
}

static enum strength figure_case(const struct CaseExpr *node, unsigned depth, const char **name) {
    enum strength strength = figure(node->defresult, depth, name);

    if (strength == STRONG)
        return strength;
    *name = "case";
    return WEAK;
}

static enum strength figure_sublink(const struct SubLink *link, const char **name) {
    const struct SelectStmt *select = node_if(SelectStmt, link->subselect);
    const struct ResTarget *target;

    if (link->subLinkType == EXISTS_SUBLINK)
        return named("exists", name);
    if (link->subLinkType == ARRAY_SUBLINK)
        return named("array", name);
    while (select && select->larg)
        select = select->larg;
    if (link->subLinkType != EXPR_SUBLINK || !select || select->targetList.n == 0)
        return NO_NAME;
    target = node_if(ResTarget, select->targetList.v[0]);
    if (target && !target->name)
        return named(figure_column_name(target->val), name);
    return named(target ? target->name : NULL, name);
}

static enum strength figure_indirection(const struct A_Indirection *node, unsigned depth,
                                        const char **name) {
    for (size_t i = node->indirection.n; i > 0; i--)
        if (node_string(node->indirection.v[i - 1]))
            return named(node_string(node->indirection.v[i - 1]), name);
    return figure(node->arg, depth, name);
}

static const char *value_function(enum SQLValueFunctionOp op) {
    switch (op) {
    case SVFOP_CURRENT_DATE:
        return "current_date";
    case SVFOP_CURRENT_TIME:
    case SVFOP_CURRENT_TIME_N:
        return "current_time";
    case SVFOP_CURRENT_TIMESTAMP:
    case SVFOP_CURRENT_TIMESTAMP_N:
        return "current_timestamp";
    case SVFOP_LOCALTIME:
    case SVFOP_LOCALTIME_N:
        return "localtime";
    case SVFOP_LOCALTIMESTAMP:
    case SVFOP_LOCALTIMESTAMP_N:
        return "localtimestamp";
    case SVFOP_CURRENT_ROLE:
        return "current_role";
    case SVFOP_USER:
        return "user";
    case SVFOP_SESSION_USER:
        return "session_user";
    case SVFOP_CURRENT_CATALOG:
        return "current_catalog";
    case SVFOP_CURRENT_SCHEMA:
        return "current_schema";
    default:
        return "current_user";
    }
}

static const char *json_name(const struct node *node) {
    switch (node->kind) {
    case NODE_JsonParseExpr:
        return "json";
    case NODE_JsonScalarExpr:
        return "json_scalar";
    case NODE_JsonSerializeExpr:
        return "json_serialize";
    case NODE_JsonObjectConstructor:
        return "json_object";
    case NODE_JsonArrayConstructor:
    case NODE_JsonArrayQueryConstructor:
        return "json_array";
    case NODE_JsonObjectAgg:
        return "json_objectagg";
    case NODE_JsonArrayAgg:
        return "json_arrayagg";
    case NODE_JsonFuncExpr:
        switch (node_as(JsonFuncExpr, node)->op) {
        case JSON_EXISTS_OP:
            return "json_exists";
        case JSON_QUERY_OP:
            return "json_query";
        default:
            return "json_value";
        }
    default:
        return NULL;
    }
}

static enum strength figure(const struct node *node, unsigned depth, const char **name) {
    if (!node || depth > DEPTH)
        return NO_NAME;
    depth++;
    switch (node->kind) {
    case NODE_ColumnRef:
        return named(node_list_last_string(node_as(ColumnRef, node)->fields), name);
    case NODE_A_Indirection:
        return figure_indirection(node_as(A_Indirection, node), depth, name);
    case NODE_FuncCall:
        return named(node_list_last_string(node_as(FuncCall, node)->funcname), name);
    case NODE_A_Expr:
        return named(node_as(A_Expr, node)->kind == AEXPR_NULLIF ? "nullif" : NULL, name);
    case NODE_TypeCast:
        return figure_cast(node_as(TypeCast, node), depth, name);
    case NODE_CollateClause:
        return figure(node_as(CollateClause, node)->arg, depth, name);
    case NODE_GroupingFunc:
        return named("grouping", name);
    case NODE_SubLink:
        return figure_sublink(node_as(SubLink, node), name);
    case NODE_CaseExpr:
        return figure_case(node_as(CaseExpr, node), depth, name);
    case NODE_A_ArrayExpr:
        return named("array", name);
    case NODE_RowExpr:
        return named("row", name);
    case NODE_CoalesceExpr:
        return named("coalesce", name);
    case NODE_MinMaxExpr:
        return named(node_as(MinMaxExpr, node)->op == IS_GREATEST ? "greatest" : "least", name);
    case NODE_SQLValueFunction:
        return named(value_function(node_as(SQLValueFunction, node)->op), name);
    case NODE_XmlSerialize:
        return named("xmlserialize", name);
    default:
        return named(json_name(node), name);
    }
}

const char *figure_column_name(const struct node *expr) {
    const char *name = NULL;

    figure(expr, 0, &name);
    return name;
}
