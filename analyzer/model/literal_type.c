#include "model/literal_type.h"

#include <string.h>

struct named_table {
    const char *name; /* the alias, where there is one */
    const struct relation *relation;
};

struct search {
    const struct schema *schema;
    const struct literal_visitor *visitor;
    VEC(struct named_table) tables;      /* that the statement names */
    VEC(const struct ColumnDef *) added; /* columns that it makes */
    bool unknown_table;
    VEC(const struct node *) told; /* literals whose type was found, where others are wanted too */
    const struct RangeVar *made;   /* by the statement; NULL: none */
};

static const struct type_use unknown_type; /* without a name */

static const char *literal_text(const struct node *node) {
    const struct A_Const *value = node_if(A_Const, node);

    return value && value->sval ? value->sval->sval : NULL;
}

static bool is_sought(const struct search *search, const char *text) {
    const struct literal_visitor *visitor = search->visitor;

    return text && (!visitor->is_sought || visitor->is_sought(text, visitor->context));
}

/* --- types --- */

static struct type_use named_type(const struct search *search, const struct TypeName *name) {
    return name ? type_use_of(search->schema, name) : unknown_type;
}

static struct type_use column_type(const struct relation *table, const char *name) {
    const struct column *column = relation_column(table, name);

    return column ? column->type : unknown_type;
}

static bool same_type(const struct type_use *a, const struct type_use *b) {
    return a->name && b->name && a->user_type == b->user_type && strcmp(a->name, b->name) == 0 &&
           a->array_dimensions == b->array_dimensions;
}

/* Of a column that may be any table's of the statement: where several have it, they must agree. */
static struct type_use any_column_type(const struct search *search, const char *name) {
    struct type_use type = unknown_type;

    for (size_t i = 0; i < search->added.n; i++)
        if (search->added.v[i]->colname && strcmp(search->added.v[i]->colname, name) == 0)
            return named_type(search, search->added.v[i]->typeName);
    for (size_t i = 0; i < search->tables.n; i++) {
        const struct column *column = relation_column(search->tables.v[i].relation, name);
        if (column && type.name && !same_type(&type, &column->type))
            return unknown_type;
        if (column)
            type = column->type;
    }
    return search->unknown_table ? unknown_type : type;
}

/* Of a table that is called so; where subqueries call several so, they must agree. */
static struct type_use qualified_type(const struct search *search, const char *table,
                                      const char *name) {
    struct type_use type = unknown_type;

    for (size_t i = 0; i < search->tables.n; i++) {
        struct type_use one;
        if (strcmp(search->tables.v[i].name, table) != 0)
            continue;
        one = column_type(search->tables.v[i].relation, name);
        if (type.name && !same_type(&type, &one))
            return unknown_type;
        type = one;
    }
    return type;
}

/* table.column, or a column that only one table can have. */
static struct type_use reference_type(const struct search *search, const struct ColumnRef *ref) {
    const char *name = node_list_last_string(ref->fields);
    const char *table = ref->fields.n == 2 ? node_string(ref->fields.v[0]) : NULL;

    if (!name)
        return unknown_type;
    return table ? qualified_type(search, table, name) : any_column_type(search, name);
}

static struct type_use expr_type(const struct search *search, const struct node *expr) {
    if (node_if(TypeCast, expr))
        return named_type(search, node_as(TypeCast, expr)->typeName);
    if (node_if(ColumnRef, expr))
        return reference_type(search, node_as(ColumnRef, expr));
    return unknown_type;
}

/* --- telling --- */

/* The type of an expression is found: of a literal, or of each literal in a list or ARRAY[...]. */
static void tell(struct search *search, const struct node *node, struct type_use type) {
    const struct List *list = node_if(List, node);
    const struct A_ArrayExpr *array = node_if(A_ArrayExpr, node);
    const struct node_list *items = list ? &list->items : array ? &array->elements : NULL;
    const char *text = literal_text(node);

    if (!type.name)
        return;
    if (array && type.array_dimensions > 0)
        type.array_dimensions = 0;
    for (size_t i = 0; items && i < items->n; i++)
        tell(search, items->v[i], type);
    if (!is_sought(search, text))
        return;
    search->visitor->typed(text, &type, search->visitor->context);
    if (search->visitor->untyped)
        vec_push(search->schema->arena, &search->told, node);
}

/* SET c = 'x', in UPDATE and ON CONFLICT. */
static void tell_targets(struct search *search, const struct relation *table,
                         const struct node_list *targets) {
    for (size_t i = 0; i < targets->n; i++) {
        const struct ResTarget *target = node_if(ResTarget, targets->v[i]);
        if (target && target->name && !target->indirection.n)
            tell(search, target->val, column_type(table, target->name));
    }
}

/* Of the i-th column of an INSERT. */
static struct type_use inserted_type(const struct relation *table, const struct node_list *columns,
                                     size_t i) {
    const struct ResTarget *target = i < columns->n ? node_if(ResTarget, columns->v[i]) : NULL;

    if (target)
        return column_type(table, target->name);
    if (columns->n || !table || !table->columns_known || i >= table->column_count)
        return unknown_type;
    return table->columns[i].type;
}

static void tell_row(struct search *search, const struct relation *table,
                     const struct node_list *columns, const struct node_list *row) {
    for (size_t i = 0; i < row->n; i++) {
        const struct ResTarget *target = node_if(ResTarget, row->v[i]);
        tell(search, target ? target->val : row->v[i], inserted_type(table, columns, i));
    }
}

static const struct relation *table_of(const struct search *search, const struct RangeVar *name) {
    return name ? schema_relation(search->schema, (struct name){name->schemaname, name->relname})
                : NULL;
}

static void tell_insert(struct search *search, const struct InsertStmt *insert) {
    const struct relation *table = table_of(search, insert->relation);
    const struct SelectStmt *select = node_if(SelectStmt, insert->selectStmt);

    for (size_t i = 0; select && i < select->valuesLists.n; i++) {
        const struct List *row = node_if(List, select->valuesLists.v[i]);
        if (row)
            tell_row(search, table, &insert->cols, &row->items);
    }
    if (select && !select->valuesLists.n)
        tell_row(search, table, &insert->cols, &select->targetList);
    if (insert->onConflictClause)
        tell_targets(search, table, &insert->onConflictClause->targetList);
}

static void tell_default(struct search *search, const struct AlterTableCmd *cmd) {
    if (cmd->subtype == AT_ColumnDefault && cmd->def && cmd->name)
        tell(search, cmd->def, any_column_type(search, cmd->name));
}

static void tell_column(struct search *search, const struct ColumnDef *column) {
    for (size_t i = 0; i < column->constraints.n; i++) {
        const struct Constraint *constraint = node_if(Constraint, column->constraints.v[i]);
        if (constraint && constraint->contype == CONSTR_DEFAULT)
            tell(search, constraint->raw_expr, named_type(search, column->typeName));
    }
}

/* A bare literal gets the type of the other side. */
static void tell_operator(struct search *search, const struct A_Expr *expr) {
    if (!expr->lexpr || !expr->rexpr)
        return;
    tell(search, expr->lexpr, expr_type(search, expr->rexpr));
    tell(search, expr->rexpr, expr_type(search, expr->lexpr));
}

static bool was_told(const struct search *search, const struct node *node) {
    for (size_t i = 0; i < search->told.n; i++)
        if (search->told.v[i] == node)
            return true;
    return false;
}

static void tell_untyped(const struct search *search, const struct node *node) {
    const struct literal_visitor *visitor = search->visitor;
    const char *text = literal_text(node);

    if (visitor->untyped && is_sought(search, text) && !was_told(search, node))
        visitor->untyped(text, visitor->context);
}

/* Parents come before what is in them, and know its type. */
static bool visit(const struct node *node, void *context) {
    struct search *search = context;

    switch (node->kind) {
    case NODE_TypeCast:
        tell(search, node_as(TypeCast, node)->arg, expr_type(search, node));
        break;
    case NODE_InsertStmt:
        tell_insert(search, node_as(InsertStmt, node));
        break;
    case NODE_UpdateStmt:
        tell_targets(search, table_of(search, node_as(UpdateStmt, node)->relation),
                     &node_as(UpdateStmt, node)->targetList);
        break;
    case NODE_AlterTableCmd:
        tell_default(search, node_as(AlterTableCmd, node));
        break;
    case NODE_ColumnDef:
        tell_column(search, node_as(ColumnDef, node));
        break;
    case NODE_A_Expr:
        tell_operator(search, node_as(A_Expr, node));
        break;
    default:
        tell_untyped(search, node);
        break;
    }
    return true;
}

static bool note_name(const struct node *node, void *context) {
    struct search *search = context;
    const struct RangeVar *name = node_if(RangeVar, node);
    const struct relation *table = name != search->made ? table_of(search, name) : NULL;

    if (node->kind == NODE_ColumnDef)
        vec_push(search->schema->arena, &search->added, node_as(ColumnDef, node));
    if (table)
        vec_push(
            search->schema->arena, &search->tables,
            ((struct named_table){name->alias ? name->alias->aliasname : name->relname, table}));
    search->unknown_table |= name && name != search->made && (!table || !table->columns_known);
    return true;
}

/* Statements whose strings are no values: names, comments, parameters. */
static bool has_values(const struct node *stmt) {
    switch (stmt->kind) {
    case NODE_VariableSetStmt:
    case NODE_AlterRoleSetStmt:
    case NODE_AlterDatabaseSetStmt:
    case NODE_AlterSystemStmt:
        return false;
    default:
        return true;
    }
}

/* The relation that the statement makes of a query, whose columns cannot be meant in it. */
static const struct RangeVar *made_by(const struct node *stmt) {
    const struct ViewStmt *view = node_if(ViewStmt, stmt);
    const struct CreateTableAsStmt *as = node_if(CreateTableAsStmt, stmt);

    return view ? view->view : as && as->into ? as->into->rel : NULL;
}

void literal_types(const struct schema *schema, const struct node *stmt,
                   const struct literal_visitor *visitor) {
    struct search search = {.schema = schema, .visitor = visitor, .made = made_by(stmt)};

    if (!has_values(stmt))
        return;
    node_walk(schema->arena, stmt, note_name, &search);
    node_walk(schema->arena, stmt, visit, &search);
}
