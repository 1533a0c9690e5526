/* Failures of INSERT, UPDATE, DELETE and MERGE (parse_target.c, rewriteHandler.c, CheckValidResultRel). */
#include "model/effects_check.h"
#include "model/query.h"

#include <string.h>

/* Foreign tables */

static bool has_handler(const struct CreateFdwStmt *wrapper) {
    for (size_t i = 0; i < wrapper->func_options.n; i++) {
        const struct DefElem *option = node_if(DefElem, wrapper->func_options.v[i]);

        if (option != NULL && option->defname != NULL && strcmp(option->defname, "handler") == 0)
            return option->arg != NULL;
    }
    return false;
}

static const struct node *definition_of(struct effects_work *work, int type, const char *name) {
    const struct other *other =
        name != NULL ? schema_other(work->schema, type, (struct name){NULL, name}) : NULL;

    return other != NULL ? other->definition : NULL;
}

void effects_check_handler(struct effects_work *work, const struct relation *table) {
    const struct CreateForeignServerStmt *server =
        node_if(CreateForeignServerStmt, definition_of(work, OBJECT_FOREIGN_SERVER, table->server));
    const struct CreateFdwStmt *wrapper =
        server != NULL ? node_if(CreateFdwStmt, definition_of(work, OBJECT_FDW, server->fdwname))
                       : NULL;

    if (wrapper != NULL && !has_handler(wrapper))
        effects_fail(work, "55000", "foreign-data wrapper \"%s\" has no handler", wrapper->fdwname);
}

/* The relation that is written */

bool effects_has_instead(const struct relation *view) {
    enum { TRIGGER_TYPE_INSTEAD = 1 << 6 };

    for (size_t i = 0; i < view->trigger_count; i++)
        if (view->triggers[i]->def == NULL ||
            (view->triggers[i]->def->timing & TRIGGER_TYPE_INSTEAD) != 0)
            return true;
    return view->rule_count > 0;
}

static void check_view(struct effects_work *work, const struct op *op,
                       const struct relation *view) {
    const char *what = op->kind == OP_INSERT   ? "insert into"
                       : op->kind == OP_DELETE ? "delete from"
                       : op->kind == OP_UPDATE ? "update"
                                               : NULL;

    if (what != NULL && !effects_has_instead(view) && !effects_view_is_updatable(work, view))
        effects_fail(work, "55000", "cannot %s view \"%s\"", what, view->object.name);
}

static void check_target(struct effects_work *work, const struct op *op,
                         const struct relation *relation) {
    const char *name = relation->object.name;

    switch (relation->object.kind) {
    case OBJ_MATVIEW:
        effects_fail(work, "42809", "cannot change materialized view \"%s\"", name);
        break;
    case OBJ_SEQUENCE:
        effects_fail(work, "42809", "cannot change sequence \"%s\"", name);
        break;
    case OBJ_INDEX:
    case OBJ_PARTITIONED_INDEX:
    case OBJ_COMPOSITE_TYPE:
        effects_fail(work, "42809", "cannot open relation \"%s\"", name);
        break;
    case OBJ_VIEW:
        check_view(work, op, relation);
        break;
    case OBJ_FOREIGN_TABLE:
        effects_check_handler(work, relation);
        break;
    default:
        break;
    }
}

/* Its columns */

static const struct column *find_column(struct effects_work *work, const struct relation *relation,
                                        const char *name) {
    const struct column *column = relation_column(relation, name);

    if (column == NULL && effects_is_system_column(name))
        effects_fail(work, "0A000", "cannot assign to system column \"%s\"", name);
    else if (column == NULL && relation->columns_known)
        effects_fail(work, "42703", "column \"%s\" of relation \"%s\" does not exist", name,
                     relation->object.name);
    return column;
}

/* Of a generated column it was called a syntax error before 14. */
static const char *not_default(const struct effects_work *work, const struct column *column) {
    return work->schema->target < 14 && column->generated != GENERATED_NOT ? "42601" : "428C9";
}

static bool is_default(const struct node *value) {
    return value != NULL && value->kind == NODE_SetToDefault;
}

/* Of a function whose result hangs on its arguments. */
static bool is_pseudo(const struct effects_work *work, const struct type_use *type) {
    const struct catalog_type *entry =
        type->user_type == 0 ? catalog_type(type->name, work->schema->target) : NULL;

    return entry != NULL && entry->kind == CATALOG_PSEUDO;
}

static void check_type(struct effects_work *work, const struct column *column,
                       const struct type_use *type) {
    struct coercion coercion;

    if (type->name == NULL || strcmp(type->name, "unknown") == 0 || is_pseudo(work, type) ||
        !type_use_known(work->schema, type) || !type_use_known(work->schema, &column->type))
        return;
    coercion = coercion_start(type);
    coercion_apply(work->schema, &coercion, &column->type, CATALOG_ASSIGNMENT);
    if (!coercion.possible)
        effects_fail(work, "42804", "column \"%s\" is of type %s but expression is of type %s",
                     column->name, type_use_text(work->arena, work->schema, &column->type),
                     type_use_text(work->arena, work->schema, type));
}

/* relation: whose columns the value may name; NULL: it stands in VALUES. */
static void check_value(struct effects_work *work, const struct relation *relation,
                        const struct column *column, const struct node *value) {
    struct expr_scope scope = {.schema = work->schema, .relation = relation};
    struct expr_info info;

    if (value == NULL || is_default(value) || work->stopped)
        return;
    info = expr_analyse(&scope, value);
    check_type(work, column, &info.type);
}

/* An element or a field of the column is set. */
static bool is_part(const struct ResTarget *target) {
    return target->indirection.n > 0;
}

static void check_twice(struct effects_work *work, struct node_list targets, size_t last) {
    const struct ResTarget *target = node_as(ResTarget, targets.v[last]);

    for (size_t i = 0; i < last; i++) {
        const struct ResTarget *other = node_if(ResTarget, targets.v[i]);

        if (other != NULL && strcmp(other->name, target->name) == 0 && !is_part(target))
            effects_fail(work, "42601", "multiple assignments to same column \"%s\"", target->name);
    }
}

struct other_search {
    const char *own; /* what the table is called here */
    bool joined;     /* other tables are named, too */
    bool found;
};

static bool visit_other(const struct node *node, void *context) {
    struct other_search *search = context;
    const struct ColumnRef *ref = node_if(ColumnRef, node);
    const char *first = ref != NULL && ref->fields.n > 0 ? node_string(ref->fields.v[0]) : NULL;

    if (ref != NULL &&
        (ref->fields.n == 1 ? search->joined : first == NULL || strcmp(first, search->own) != 0))
        search->found = true;
    return true;
}

/* Whether a value may name columns of other tables than the one that is changed. */
static bool names_others(struct effects_work *work, const struct op *op, const struct node *value) {
    const struct UpdateStmt *update = node_if(UpdateStmt, op->node);
    const struct InsertStmt *insert = node_if(InsertStmt, op->node);
    const struct RangeVar *range = update != NULL   ? update->relation
                                   : insert != NULL ? insert->relation
                                                    : NULL;
    struct other_search search = {.joined = update != NULL && update->fromClause.n > 0};

    if (range == NULL)
        return true;
    search.own = range->alias != NULL ? range->alias->aliasname : range->relname;
    node_walk(work->arena, value, visit_other, &search);
    return search.found;
}

static void check_set(struct effects_work *work, const struct op *op,
                      const struct relation *relation, struct node_list targets) {
    for (size_t i = 0; i < targets.n && !work->stopped; i++) {
        const struct ResTarget *target = node_if(ResTarget, targets.v[i]);
        const struct column *column = target != NULL && target->name != NULL
                                          ? find_column(work, relation, target->name)
                                          : NULL;

        if (column == NULL || is_part(target))
            continue;
        check_twice(work, targets, i);
        if (!is_default(target->val) &&
            (column->generated != GENERATED_NOT || column->identity == 'a'))
            effects_fail(work, not_default(work, column),
                         "column \"%s\" can only be updated to DEFAULT", column->name);
        if (target->val != NULL && target->val->kind != NODE_MultiAssignRef &&
            !effects_has_subquery(work, target->val) && !names_others(work, op, target->val))
            check_value(work, relation, column, target->val);
    }
}

/* INSERT */

/* OVERRIDING USER VALUE is for columns GENERATED ALWAYS too since 13. */
static bool overrides_identity(const struct effects_work *work, const struct InsertStmt *insert) {
    return insert->override == OVERRIDING_SYSTEM_VALUE ||
           (insert->override == OVERRIDING_USER_VALUE && work->schema->target >= 13);
}

static const struct column *nth_column(struct effects_work *work, const struct relation *relation,
                                       struct node_list targets, size_t n) {
    const struct ResTarget *target;

    if (targets.n == 0)
        return n < relation->column_count ? &relation->columns[n] : NULL;
    target = n < targets.n ? node_if(ResTarget, targets.v[n]) : NULL;
    return target != NULL && !is_part(target) ? find_column(work, relation, target->name) : NULL;
}

static void check_count(struct effects_work *work, const struct relation *relation,
                        struct node_list targets, size_t n) {
    size_t most = targets.n > 0 ? targets.n : relation->column_count;

    if (n > most && (targets.n > 0 || relation->columns_known))
        effects_fail(work, "42601", "INSERT has more expressions than target columns");
    else if (n < targets.n)
        effects_fail(work, "42601", "INSERT has more target columns than expressions");
}

static void check_given(struct effects_work *work, const struct InsertStmt *insert,
                        const struct column *column, const struct node *value) {
    if (is_default(value))
        return;
    if (column->generated != GENERATED_NOT ||
        (column->identity == 'a' && !overrides_identity(work, insert)))
        effects_fail(work, not_default(work, column),
                     "cannot insert a non-DEFAULT value into column \"%s\"", column->name);
}

static void check_row(struct effects_work *work, const struct InsertStmt *insert,
                      const struct relation *relation, struct node_list row) {
    check_count(work, relation, insert->cols, row.n);
    for (size_t i = 0; i < row.n && !work->stopped; i++) {
        const struct column *column = nth_column(work, relation, insert->cols, i);

        if (column == NULL)
            continue;
        check_given(work, insert, column, row.v[i]);
        if (!effects_has_subquery(work, row.v[i]))
            check_value(work, NULL, column, row.v[i]);
    }
}

/* VALUES of one length; one row is told as such by the server. */
static void check_rows(struct effects_work *work, const struct InsertStmt *insert,
                       const struct relation *relation, struct node_list rows) {
    const struct List *first = node_if(List, rows.v[0]);

    for (size_t i = 0; i < rows.n && !work->stopped; i++) {
        const struct List *row = node_if(List, rows.v[i]);

        if (row != NULL && first != NULL && row->items.n != first->items.n)
            effects_fail(work, "42601", "VALUES lists must all be the same length");
    }
    for (size_t i = 0; i < rows.n && i < 100 && !work->stopped; i++)
        if (node_if(List, rows.v[i]) != NULL)
            check_row(work, insert, relation, node_as(List, rows.v[i])->items);
}

/* It may be a quoted literal, which becomes anything. */
static bool is_text(const struct type_use *type) {
    return type->name != NULL && strcmp(type->name, "text") == 0;
}

/* What a SELECT gives. */
static void check_selected(struct effects_work *work, const struct InsertStmt *insert,
                           const struct relation *relation) {
    struct query query = query_analyse(work->schema, insert->selectStmt);

    if (!query.columns_known)
        return;
    check_count(work, relation, insert->cols, query.columns.n);
    for (size_t i = 0; i < query.columns.n && !work->stopped; i++) {
        const struct column *column = nth_column(work, relation, insert->cols, i);

        if (column == NULL)
            continue;
        check_given(work, insert, column, NULL);
        if (!is_text(&query.columns.v[i].type))
            check_type(work, column, &query.columns.v[i].type);
    }
}

static void check_columns_once(struct effects_work *work, const struct relation *relation,
                               struct node_list targets) {
    for (size_t i = 0; i < targets.n && !work->stopped; i++) {
        const struct ResTarget *target = node_if(ResTarget, targets.v[i]);

        if (target == NULL || target->name == NULL ||
            find_column(work, relation, target->name) == NULL || is_part(target))
            continue;
        for (size_t j = 0; j < i; j++)
            if (strcmp(node_as(ResTarget, targets.v[j])->name, target->name) == 0)
                effects_fail(work, "42701", "column \"%s\" specified more than once", target->name);
    }
}

/* name NULL: an expression. */
static bool has_element(struct node_list elements, const char *name) {
    for (size_t i = 0; i < elements.n; i++) {
        const struct IndexElem *elem = node_if(IndexElem, elements.v[i]);
        const char *its = elem != NULL ? elem->name : NULL;

        if (its == name || (its != NULL && name != NULL && strcmp(its, name) == 0))
            return true;
    }
    return false;
}

static bool has_key(const struct relation *index, const char *name) {
    for (size_t i = 0; i < index->index_key_count; i++) {
        const char *its = index->index_columns[i].column;

        if (its == name || (its != NULL && name != NULL && strcmp(its, name) == 0))
            return true;
    }
    return false;
}

/*
 * Whether the index can be the one that ON CONFLICT (a, b) infers: both name the same columns, how
 * often does not matter; an expression may be anything (infer_arbiter_indexes).
 */
static bool may_be_inferred(const struct relation *index, struct node_list elements) {
    if (!index->unique)
        return false;
    for (size_t i = 0; i < index->index_key_count; i++)
        if (!has_element(elements, index->index_columns[i].column))
            return false;
    for (size_t i = 0; i < elements.n; i++) {
        const struct IndexElem *elem = node_if(IndexElem, elements.v[i]);

        if (!has_key(index, elem != NULL ? elem->name : NULL))
            return false;
    }
    return true;
}

static void check_conflict(struct effects_work *work, const struct relation *relation,
                           const struct OnConflictClause *conflict) {
    const struct InferClause *infer = conflict->infer;

    if (infer == NULL || !effects_knows_all(work) || relation->object.assumed ||
        relation->object.kind == OBJ_VIEW)
        return;
    if (infer->conname != NULL) {
        if (relation_constraint(relation, infer->conname) == NULL)
            effects_fail(work, "42704", "constraint \"%s\" for table \"%s\" does not exist",
                         infer->conname, relation->object.name);
        return;
    }
    for (size_t i = 0; i < relation->indexes.n; i++) {
        const struct relation *index = effects_relation(work, relation->indexes.v[i]);

        if (index != NULL && may_be_inferred(index, infer->indexElems))
            return;
    }
    effects_fail(work, "42P10",
                 "there is no unique or exclusion constraint matching the ON CONFLICT "
                 "specification");
}

static void check_insert(struct effects_work *work, const struct op *op,
                         const struct InsertStmt *insert, const struct relation *relation) {
    const struct SelectStmt *select = node_if(SelectStmt, insert->selectStmt);

    check_columns_once(work, relation, insert->cols);
    if (select != NULL && select->valuesLists.n > 0)
        check_rows(work, insert, relation, select->valuesLists);
    else if (select != NULL && !work->stopped)
        check_selected(work, insert, relation);
    if (insert->onConflictClause != NULL && !work->stopped) {
        check_conflict(work, relation, insert->onConflictClause);
        check_set(work, op, relation, insert->onConflictClause->targetList);
    }
}

void effects_check_rows(struct effects_work *work, const struct op *op) {
    const struct relation *relation = schema_relation(work->schema, op->target);

    if (relation == NULL || work->stopped || op->statement->parent != NULL ||
        op->statement->ordinal == 0)
        return;
    if (relation->object.kind == OBJ_SEQUENCE) {
        check_target(work, op, relation);
        return;
    }
    if (op->kind == OP_INSERT)
        check_insert(work, op, node_as(InsertStmt, op->node), relation);
    else if (op->kind == OP_UPDATE)
        check_set(work, op, relation, node_as(UpdateStmt, op->node)->targetList);
    check_target(work, op, relation);
    if (!work->stopped)
        effects_check_replicated(work, op, relation);
}
