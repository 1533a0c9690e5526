#include "model/label_use.h"

#include "model/expr_type.h"

#include <string.h>

struct label_search {
    const struct schema *schema;
    struct name name;
    const struct type *type; /* NULL: not known */
    const char *label;
    VEC(const struct relation *) tables; /* that the statement names */
    VEC(const struct ColumnDef *) added; /* columns that it makes */
    bool unknown_table;
    VEC(const struct node *) settled; /* literals that are of another type */
    enum known found;
};

static struct arena *arena_of(const struct label_search *search) {
    return search->schema->arena;
}

/* --- which type --- */

static bool is_called(const struct label_search *search, const struct type_use *use) {
    return strcmp(use->name, search->name.name) == 0 &&
           (!use->schema || !search->name.schema || strcmp(use->schema, search->name.schema) == 0);
}

/* Whether a value of this type is one of the enum's. */
static enum known is_enum(const struct label_search *search, const struct type_use *use) {
    struct type_use base = type_use_base(search->schema, use);

    if (!base.name)
        return UNKNOWN;
    if (base.array_dimensions)
        return KNOWN_NO;
    if (base.user_type && search->type)
        return base.user_type == search->type->object.id ? KNOWN_YES : KNOWN_NO;
    return is_called(search, &base) ? KNOWN_YES : KNOWN_NO;
}

static enum known is_enum_name(const struct label_search *search, const struct TypeName *name) {
    struct type_use use;

    if (!name)
        return UNKNOWN;
    use = type_use_of(search->schema, name);
    return is_enum(search, &use);
}

static enum known column_is_enum(const struct label_search *search, const struct relation *table,
                                 const char *name) {
    const struct column *column = relation_column(table, name);

    return column ? is_enum(search, &column->type) : UNKNOWN;
}

/* Of a column that may be any table's of the statement. */
static enum known any_column_is_enum(const struct label_search *search, const char *name) {
    bool other = false;

    for (size_t i = 0; i < search->added.n; i++)
        if (search->added.v[i]->colname && strcmp(search->added.v[i]->colname, name) == 0)
            return is_enum_name(search, search->added.v[i]->typeName);
    for (size_t i = 0; i < search->tables.n; i++) {
        if (!relation_column(search->tables.v[i], name))
            continue;
        if (column_is_enum(search, search->tables.v[i], name) != KNOWN_NO)
            return column_is_enum(search, search->tables.v[i], name);
        other = true;
    }
    return other && !search->unknown_table ? KNOWN_NO : UNKNOWN;
}

static enum known expr_is_enum(const struct label_search *search, const struct node *expr) {
    const struct ColumnRef *column = node_if(ColumnRef, expr);
    const struct TypeCast *cast = node_if(TypeCast, expr);

    if (cast)
        return is_enum_name(search, cast->typeName);
    if (column && node_list_last_string(column->fields))
        return any_column_is_enum(search, node_list_last_string(column->fields));
    return UNKNOWN;
}

/* --- what is said --- */

static bool says_label(const struct label_search *search, const struct node *node) {
    const struct A_Const *value = node_if(A_Const, node);

    return value && value->sval && strcmp(value->sval->sval, search->label) == 0;
}

/* The type of an expression is known: of a literal, or of each literal in a list or ARRAY[...]. */
static void settle(struct label_search *search, const struct node *node, enum known verdict) {
    const struct List *list = node_if(List, node);
    const struct A_ArrayExpr *array = node_if(A_ArrayExpr, node);
    const struct node_list *items = list ? &list->items : array ? &array->elements : NULL;

    for (size_t i = 0; items && i < items->n; i++)
        settle(search, items->v[i], verdict);
    if (!says_label(search, node))
        return;
    if (verdict == KNOWN_YES)
        search->found = KNOWN_YES;
    else if (verdict == KNOWN_NO)
        vec_push(arena_of(search), &search->settled, node);
}

/* SET c = 'x', in UPDATE, ON CONFLICT and MERGE. */
static void settle_targets(struct label_search *search, const struct relation *table,
                           const struct node_list *targets) {
    for (size_t i = 0; i < targets->n; i++) {
        const struct ResTarget *target = node_if(ResTarget, targets->v[i]);
        if (target && target->name && !target->indirection.n)
            settle(search, target->val, column_is_enum(search, table, target->name));
    }
}

/* The verdict on the i-th column of an INSERT. */
static enum known inserted_is_enum(const struct label_search *search, const struct relation *table,
                                   const struct node_list *columns, size_t i) {
    const struct ResTarget *target = i < columns->n ? node_if(ResTarget, columns->v[i]) : NULL;

    if (target)
        return column_is_enum(search, table, target->name);
    if (columns->n || !table || !table->columns_known || i >= table->column_count)
        return UNKNOWN;
    return is_enum(search, &table->columns[i].type);
}

static void settle_row(struct label_search *search, const struct relation *table,
                       const struct node_list *columns, const struct node_list *row) {
    for (size_t i = 0; i < row->n; i++) {
        const struct ResTarget *target = node_if(ResTarget, row->v[i]);
        settle(search, target ? target->val : row->v[i],
               inserted_is_enum(search, table, columns, i));
    }
}

static void settle_insert(struct label_search *search, const struct InsertStmt *insert) {
    const struct RangeVar *name = insert->relation;
    const struct relation *table = schema_relation(
        search->schema, (struct name){name ? name->schemaname : NULL, name ? name->relname : ""});
    const struct SelectStmt *select = node_if(SelectStmt, insert->selectStmt);

    for (size_t i = 0; select && i < select->valuesLists.n; i++) {
        const struct List *row = node_if(List, select->valuesLists.v[i]);
        if (row)
            settle_row(search, table, &insert->cols, &row->items);
    }
    if (select && !select->valuesLists.n)
        settle_row(search, table, &insert->cols, &select->targetList);
    if (insert->onConflictClause)
        settle_targets(search, table, &insert->onConflictClause->targetList);
}

static void settle_update(struct label_search *search, const struct UpdateStmt *update) {
    const struct RangeVar *name = update->relation;

    if (name)
        settle_targets(
            search, schema_relation(search->schema, (struct name){name->schemaname, name->relname}),
            &update->targetList);
}

static void settle_command(struct label_search *search, const struct AlterTableCmd *cmd) {
    if (cmd->subtype == AT_ColumnDefault && cmd->def && cmd->name)
        settle(search, cmd->def, any_column_is_enum(search, cmd->name));
}

static void settle_column(struct label_search *search, const struct ColumnDef *column) {
    for (size_t i = 0; i < column->constraints.n; i++) {
        const struct Constraint *constraint = node_if(Constraint, column->constraints.v[i]);
        if (constraint && constraint->contype == CONSTR_DEFAULT)
            settle(search, constraint->raw_expr, is_enum_name(search, column->typeName));
    }
}

/* Both sides of an operator have one type, where one of them is a bare literal. */
static void settle_operator(struct label_search *search, const struct A_Expr *expr) {
    if (expr->lexpr && expr->rexpr) {
        settle(search, expr->lexpr, expr_is_enum(search, expr->rexpr));
        settle(search, expr->rexpr, expr_is_enum(search, expr->lexpr));
    }
}

static bool is_settled(const struct label_search *search, const struct node *node) {
    for (size_t i = 0; i < search->settled.n; i++)
        if (search->settled.v[i] == node)
            return true;
    return false;
}

/* Parents come before what is in them, and know its type better. */
static bool visit(const struct node *node, void *context) {
    struct label_search *search = context;

    if (node->kind == NODE_TypeCast)
        settle(search, node_as(TypeCast, node)->arg,
               is_enum_name(search, node_as(TypeCast, node)->typeName));
    else if (node->kind == NODE_InsertStmt)
        settle_insert(search, node_as(InsertStmt, node));
    else if (node->kind == NODE_UpdateStmt)
        settle_update(search, node_as(UpdateStmt, node));
    else if (node->kind == NODE_AlterTableCmd)
        settle_command(search, node_as(AlterTableCmd, node));
    else if (node->kind == NODE_ColumnDef)
        settle_column(search, node_as(ColumnDef, node));
    else if (node->kind == NODE_A_Expr)
        settle_operator(search, node_as(A_Expr, node));
    else if (says_label(search, node) && !is_settled(search, node) && search->found == KNOWN_NO)
        search->found = UNKNOWN;
    return search->found != KNOWN_YES;
}

static bool note_name(const struct node *node, void *context) {
    struct label_search *search = context;
    const struct RangeVar *name = node_if(RangeVar, node);
    const struct relation *table;

    if (node->kind == NODE_ColumnDef)
        vec_push(arena_of(search), &search->added, node_as(ColumnDef, node));
    if (!name)
        return true;
    table = schema_relation(search->schema, (struct name){name->schemaname, name->relname});
    if (table)
        vec_push(arena_of(search), &search->tables, table);
    search->unknown_table |= !table || !table->columns_known;
    return true;
}

/* Statements whose strings are no values: names, comments, parameters. */
static bool has_values(const struct node *stmt) {
    switch (stmt->kind) {
    case NODE_VariableSetStmt:
    case NODE_AlterEnumStmt:
    case NODE_CommentStmt:
    case NODE_AlterRoleSetStmt:
    case NODE_AlterDatabaseSetStmt:
    case NODE_TransactionStmt:
        return false;
    default:
        return true;
    }
}

enum known label_is_used(const struct schema *schema, const struct node *stmt, struct name name,
                         const char *label) {
    struct label_search search = {
        .schema = schema,
        .name = name,
        .type = schema_type(schema, name),
        .label = label,
        .found = KNOWN_NO,
    };

    if (!has_values(stmt))
        return KNOWN_NO;
    node_walk(schema->arena, stmt, note_name, &search);
    node_walk(schema->arena, stmt, visit, &search);
    return search.found;
}

static bool has_label(const struct type *type, const char *label) {
    for (size_t i = 0; type && i < type->labels.n; i++)
        if (strcmp(type->labels.v[i], label) == 0)
            return true;
    return false;
}

bool label_is_unsafe(const struct schema *schema, const struct schema *at_begin, struct name name,
                     const char *label) {
    const struct type *now = schema_type(schema, name);
    const struct object *then = now ? schema_object(at_begin, now->object.id) : NULL;

    if (!now) /* no file makes the enum; what was added is new, as far as is known */
        return true;
    if (!has_label(now, label))
        return false;
    if (!then)
        return schema->target < 17;
    return !has_label((const struct type *)(const void *)then, label);
}
