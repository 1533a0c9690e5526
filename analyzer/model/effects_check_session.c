/* Failures that hang on the session and its open transaction: parameters, savepoints, cursors, prepared statements. */
#include "model/effects_check.h"
#include "model/schema_edit.h"

#include "base/ascii.h"

#include <string.h>

/* --- READ ONLY (PreventCommandIfReadOnly, ExecCheckXactReadOnly) --- */

static bool is_on(const char *value) {
    return value != NULL && (ascii_case_equal(value, "on") || ascii_case_equal(value, "true"));
}

static bool writes_rows(const struct effects_work *work, const struct op *op) {
    const struct relation *relation = schema_relation(work->schema, op->target);

    return (op->kind >= OP_INSERT && op->kind <= OP_COPY_FROM) &&
           !(relation != NULL && relation->object.temporary);
}

/* ClassifyUtilityCommandAsReadOnly */
static bool defines(enum op_kind kind) {
    return kind != OP_UNKNOWN && kind < OP_REINDEX_INDEX && kind != OP_COMMENT;
}

static void check_read_only(struct effects_work *work, const struct op *op) {
    if (!is_on(schema_setting(work->schema, "transaction_read_only")))
        return;
    if (writes_rows(work, op) || defines(op->kind) || op->kind == OP_COMMENT)
        effects_fail(work, "25006", "cannot execute %s in a read-only transaction",
                     op_kind_words(op->kind));
}

/* --- relations in use (CheckTableNotInUse) --- */

static bool needs_alone(const struct op *op) {
    switch (op->kind) {
    case OP_DROP_TABLE:
    case OP_DROP_FOREIGN_TABLE:
    case OP_DROP_VIEW:
    case OP_DROP_MATVIEW:
    case OP_TRUNCATE:
    case OP_CREATE_INDEX:
    case OP_CLUSTER:
    case OP_REFRESH_MATVIEW:
        return true;
    default:
        return op->stmt != NULL && op->stmt->kind == NODE_AlterTableStmt;
    }
}

static const char *alone_words(const struct op *op) {
    if (op->stmt != NULL && op->stmt->kind == NODE_AlterTableStmt)
        return "ALTER TABLE";
    return op_kind_words(op->kind);
}

struct cursor_search {
    object_id id;
    bool found;
};

static void visit_cursor(const char *name, const void *value, void *context) {
    const struct session_query *cursor = value;
    struct cursor_search *search = context;

    (void)name;
    search->found |= !cursor->holds && id_list_has(&cursor->relations, search->id);
}

static void check_alone(struct effects_work *work, const struct op *op) {
    const struct relation *relation = schema_relation(work->schema, op->target);
    struct cursor_search cursors = {relation != NULL ? relation->object.id : 0, false};

    if (relation == NULL || !needs_alone(op))
        return;
    pmap_each(&work->schema->cursors, visit_cursor, &cursors);
    if (cursors.found)
        effects_refuse(
            work, true, "55006",
            "cannot %s \"%s\" because it is being used by active queries in this session",
            alone_words(op), relation->object.name);
    else if (id_list_has(&work->schema->pending, relation->object.id))
        effects_refuse(work, true, "55006",
                       "cannot %s \"%s\" because it has pending trigger events", alone_words(op),
                       relation->object.name);
    else if (id_list_has(&work->schema->perhaps, relation->object.id))
        effects_may_fail(work,
                         arena_printf(work->arena,
                                      "rows of %s changed before, in the same transaction",
                                      relation->object.name),
                         "55006", "cannot %s \"%s\" because it has pending trigger events",
                         alone_words(op), relation->object.name);
}

static bool is_used(const struct schema *schema) {
    return schema->cursors.root != NULL || schema->pending.n > 0 || schema->perhaps.n > 0;
}

void effects_check_transaction(struct effects_work *work, const struct op *op) {
    if (work->schema->settings.root != NULL)
        check_read_only(work, op);
    if (!work->stopped && is_used(work->schema))
        check_alone(work, op);
}

/* --- savepoints --- */

static void check_savepoint(struct effects_work *work, const struct op *op) {
    const struct savepoint_name *savepoint = work->schema->savepoints;

    while (savepoint != NULL && op->object != NULL && strcmp(savepoint->name, op->object) != 0)
        savepoint = savepoint->older;
    if (savepoint == NULL && op->object != NULL)
        effects_refuse(work, true, "3B001", "savepoint \"%s\" does not exist", op->object);
}

/* --- cursors and prepared statements --- */

/* PREPARE in another place of the session may have been before: where all is told it was not. */
static void check_prepared(struct effects_work *work, const char *name) {
    if (name != NULL && effects_knows_all(work) && pmap_get(&work->schema->prepared, name) == NULL)
        effects_fail(work, "26000", "prepared statement \"%s\" does not exist", name);
}

static void check_cursor(struct effects_work *work, const char *name) {
    if (name != NULL && effects_knows_all(work) && pmap_get(&work->schema->cursors, name) == NULL)
        effects_fail(work, "34000", "cursor \"%s\" does not exist", name);
}

static bool visit_current(const struct node *node, void *context) {
    const struct CurrentOfExpr *current = node_if(CurrentOfExpr, node);

    if (current != NULL && current->cursor_name != NULL)
        check_cursor(context, current->cursor_name);
    return true;
}

static void check_current(struct effects_work *work, const struct op *op) {
    const struct UpdateStmt *update = node_if(UpdateStmt, op->node);
    const struct DeleteStmt *delete = node_if(DeleteStmt, op->node);
    const struct node *where = update != NULL   ? update->whereClause
                               : delete != NULL ? delete->whereClause
                                                : NULL;

    if (op->statement->parent == NULL && node_if(CurrentOfExpr, where) != NULL)
        visit_current(where, work);
}

static void check_explained(struct effects_work *work, const struct ExplainStmt *explain) {
    static const struct {
        const char *name;
        int since;
    } known[] = {{"analyze", 12}, {"verbose", 12},  {"costs", 12},        {"buffers", 12},
                 {"wal", 13},     {"settings", 12}, {"generic_plan", 16}, {"timing", 12},
                 {"summary", 12}, {"format", 12},   {"serialize", 17},    {"memory", 17}};
    const struct ExecuteStmt *execute = node_if(ExecuteStmt, explain->query);

    for (size_t i = 0; i < explain->options.n && !work->stopped; i++) {
        const struct DefElem *option = node_if(DefElem, explain->options.v[i]);
        bool found = option == NULL || option->defname == NULL;

        for (size_t j = 0; !found && j < sizeof(known) / sizeof(*known); j++)
            found = strcmp(option->defname, known[j].name) == 0 &&
                    work->schema->target >= known[j].since;
        if (!found)
            effects_fail(work, "42601", "unrecognized EXPLAIN option \"%s\"", option->defname);
    }
    if (execute != NULL && !work->stopped)
        check_prepared(work, execute->name);
}

/* --- SET CONSTRAINTS (AfterTriggerSetState) --- */

static const struct constraint *find_constraint(struct effects_work *work, struct name name) {
    struct object_list all = schema_objects(work->schema, work->arena);
    const struct constraint *found = NULL;

    for (size_t i = 0; i < all.n; i++) {
        const struct relation *relation =
            object_is_relation(all.v[i]) ? effects_relation(work, all.v[i]->id) : NULL;

        if (relation != NULL && relation_constraint(relation, name.name) != NULL)
            found = relation_constraint(relation, name.name);
        if (found != NULL && found->deferrable)
            return found;
        for (size_t j = 0; relation != NULL && j < relation->trigger_count; j++)
            if (strcmp(relation->triggers[j]->name, name.name) == 0)
                return NULL; /* a constraint trigger */
    }
    return found;
}

static bool has_trigger(struct effects_work *work, const char *name) {
    struct object_list all = schema_objects(work->schema, work->arena);

    for (size_t i = 0; i < all.n; i++) {
        const struct relation *relation =
            object_is_relation(all.v[i]) ? effects_relation(work, all.v[i]->id) : NULL;

        for (size_t j = 0; relation != NULL && j < relation->trigger_count; j++)
            if (strcmp(relation->triggers[j]->name, name) == 0)
                return true;
    }
    return false;
}

static void check_constraints(struct effects_work *work, const struct ConstraintsSetStmt *set) {
    for (size_t i = 0; i < set->constraints.n && !work->stopped; i++) {
        const struct RangeVar *range = node_if(RangeVar, set->constraints.v[i]);
        struct name name = {NULL, range != NULL ? range->relname : NULL};
        const struct constraint *constraint;

        if (name.name == NULL || has_trigger(work, name.name))
            continue;
        constraint = find_constraint(work, name);
        if (constraint == NULL && effects_knows_all(work))
            effects_fail(work, "42704", "constraint \"%s\" does not exist", name.name);
        else if (constraint != NULL && !constraint->deferrable && !constraint->not_certain)
            effects_fail(work, "42809", "constraint \"%s\" is not deferrable", name.name);
    }
}

/* --- by kind --- */

static void check_isolation(struct effects_work *work, const struct op *op) {
    const struct VariableSetStmt *set = node_if(VariableSetStmt, op->node);

    for (size_t i = 0; set != NULL && i < set->args.n && work->schema->queried; i++) {
        const struct DefElem *option = node_if(DefElem, set->args.v[i]);

        if (option != NULL && option->defname != NULL && set->name != NULL &&
            strcmp(set->name, "TRANSACTION") == 0 &&
            strcmp(option->defname, "transaction_isolation") == 0)
            effects_refuse(work, true, "25001",
                           "SET TRANSACTION ISOLATION LEVEL must be called before any query");
    }
}

void effects_check_session(struct effects_work *work, const struct op *op) {
    switch (op->kind) {
    case OP_RELEASE:
    case OP_ROLLBACK_TO:
        check_savepoint(work, op);
        break;
    case OP_EXECUTE:
    case OP_DEALLOCATE:
        check_prepared(work, op->object);
        break;
    case OP_CLOSE_CURSOR:
        check_cursor(work, node_as(ClosePortalStmt, op->node)->portalname);
        break;
    case OP_UPDATE:
    case OP_DELETE:
        check_current(work, op);
        break;
    case OP_EXPLAIN:
        check_explained(work, node_as(ExplainStmt, op->node));
        break;
    case OP_SET_CONSTRAINTS:
        check_constraints(work, node_as(ConstraintsSetStmt, op->node));
        break;
    case OP_SET_TRANSACTION:
        check_isolation(work, op);
        break;
    case OP_PREPARE_TRANSACTION:
        effects_may_fail(work, "max_prepared_transactions is 0", "55000",
                         "prepared transactions are disabled");
        break;
    case OP_COMMIT_PREPARED:
    case OP_ROLLBACK_PREPARED:
        effects_may_fail(work, "there is no such prepared transaction", "42704",
                         "prepared transaction does not exist");
        break;
    case OP_LOAD:
        effects_may_fail(work, "the server has no such file", "58P01",
                         "could not access file \"%s\": No such file or directory",
                         node_as(LoadStmt, op->node)->filename);
        break;
    default:
        break;
    }
}
