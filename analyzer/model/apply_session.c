/* What a session and its transaction keep besides the schema: cursors, prepared statements, deferred checks. */
#include "model/apply_op.h"

#include <string.h>

/* --- cursors and prepared statements --- */

static void note_relation(struct apply *apply, struct session_query *query, object_id id) {
    struct id_list list = query->relations;
    const struct relation *relation = schema_relation_by_id(apply->schema, id);

    if (!relation || id_list_has(&list, id))
        return;
    id_list_add(apply->arena, &query->relations, id);
    for (size_t i = 0; relation->object.kind == OBJ_VIEW && i < relation->uses.n; i++)
        note_relation(apply, query, relation->uses.v[i].id);
}

struct relation_search {
    struct apply *apply;
    struct session_query *query;
};

static bool visit_relation(const struct node *node, void *context) {
    struct relation_search *search = context;
    const struct RangeVar *range = node_if(RangeVar, node);
    const struct relation *relation =
        range ? schema_relation(search->apply->schema,
                                (struct name){range->schemaname, range->relname})
              : NULL;

    if (relation)
        note_relation(search->apply, search->query, relation->object.id);
    return true;
}

static struct session_query *new_query(struct apply *apply, const struct node *query) {
    struct session_query *made = arena_new(apply->arena, struct session_query);
    struct relation_search search = {apply, made};

    made->query = query;
    if (query)
        node_walk(apply->arena, query, visit_relation, &search);
    return made;
}

static void declare(struct apply *apply) {
    enum { CURSOR_OPT_HOLD = 0x0020 };
    const struct DeclareCursorStmt *declared = node_as(DeclareCursorStmt, apply->op->node);
    struct session_query *cursor = new_query(apply, declared->query);

    cursor->holds = (declared->options & CURSOR_OPT_HOLD) != 0;
    apply->schema->cursors =
        pmap_set(apply->arena, apply->schema->cursors, declared->portalname, cursor);
}

static void close_cursor(struct apply *apply) {
    const struct ClosePortalStmt *closed = node_as(ClosePortalStmt, apply->op->node);

    if (closed->portalname)
        apply->schema->cursors =
            pmap_remove(apply->arena, apply->schema->cursors, closed->portalname);
    else
        apply->schema->cursors = (struct pmap){0};
}

static void prepare(struct apply *apply) {
    const struct PrepareStmt *prepared = node_as(PrepareStmt, apply->op->node);

    apply->schema->prepared = pmap_set(apply->arena, apply->schema->prepared, prepared->name,
                                       new_query(apply, prepared->query));
}

static void deallocate(struct apply *apply) {
    const char *name = apply->op->object;

    apply->schema->prepared =
        name ? pmap_remove(apply->arena, apply->schema->prepared, name) : (struct pmap){0};
}

/* --- checks that wait for the end of the transaction --- */

static void note_pending(struct apply *apply, const struct relation *relation, bool certain) {
    struct schema *schema = apply->schema;

    id_list_add(apply->arena, certain && !apply->conditional ? &schema->pending : &schema->perhaps,
                relation->object.id);
}

static bool waits(const struct apply *apply, bool deferrable, bool initially_deferred) {
    return apply->schema->deferral == DEFERRAL_ALL       ? deferrable
           : apply->schema->deferral == DEFERRAL_UNKNOWN ? deferrable
                                                         : initially_deferred;
}

static bool sets_any(const struct UpdateStmt *update, const struct name_list *columns) {
    for (size_t i = 0; update && i < update->targetList.n; i++) {
        const struct ResTarget *target = node_if(ResTarget, update->targetList.v[i]);
        for (size_t j = 0; target && target->name && j < columns->n; j++)
            if (strcmp(columns->v[j], target->name) == 0)
                return true;
    }
    return false;
}

static bool inserts_values(const struct apply *apply) {
    const struct InsertStmt *insert = node_if(InsertStmt, apply->op->node);
    const struct SelectStmt *select = insert ? node_if(SelectStmt, insert->selectStmt) : NULL;

    return insert && !insert->onConflictClause && apply->schema->deferral != DEFERRAL_UNKNOWN &&
           (!insert->selectStmt || (select && select->valuesLists.n > 0));
}

/* A foreign key's own side (RI_FKey_check_ins, RI_FKey_fk_upd_check_required). */
static void note_own_keys(struct apply *apply, const struct relation *relation) {
    const struct UpdateStmt *update = node_if(UpdateStmt, apply->op->node);

    for (size_t i = 0; i < relation->constraint_count; i++) {
        const struct constraint *key = relation->constraints[i];
        if (key->kind == CONSTRAINT_FOREIGN_KEY && key->enforced &&
            waits(apply, key->deferrable, key->initially_deferred) &&
            (!update || sets_any(update, &key->columns)))
            note_pending(apply, relation,
                         inserts_values(apply) && relation->rule_count == 0 &&
                             relation->trigger_count == 0 && !key->not_certain);
    }
}

static bool goes_without_action(const struct constraint *key, bool deleted) {
    char action = !key->def ? 'a' : deleted ? key->def->fk_del_action : key->def->fk_upd_action;

    return action == 'a' || action == '\0';
}

/* The referenced side: rows that go, or get another key. */
static void note_referencing(struct apply *apply, const struct relation *relation) {
    const struct UpdateStmt *update = node_if(UpdateStmt, apply->op->node);

    for (size_t i = 0; i < relation->referenced_by.n; i++) {
        const struct relation *from =
            schema_relation_by_id(apply->schema, relation->referenced_by.v[i]);
        for (size_t j = 0; from && j < from->constraint_count; j++) {
            const struct constraint *key = from->constraints[j];
            if (key->kind == CONSTRAINT_FOREIGN_KEY && key->references == relation->object.id &&
                waits(apply, key->deferrable, key->initially_deferred) &&
                goes_without_action(key, !update) &&
                (!update || sets_any(update, &key->reference_columns)))
                note_pending(apply, relation, false);
        }
    }
}

static void note_triggers(struct apply *apply, const struct relation *relation) {
    enum { TRIGGER_INSERT = 1 << 2, TRIGGER_DELETE = 1 << 3, TRIGGER_UPDATE = 1 << 4 };
    int event = apply->op->kind == OP_INSERT   ? TRIGGER_INSERT
                : apply->op->kind == OP_DELETE ? TRIGGER_DELETE
                                               : TRIGGER_UPDATE;

    for (size_t i = 0; i < relation->trigger_count; i++) {
        const struct CreateTrigStmt *def = relation->triggers[i]->def;
        if (def && def->isconstraint && (def->events & event) &&
            waits(apply, def->deferrable, def->initdeferred) &&
            relation->triggers[i]->enabled != 'D')
            note_pending(apply, relation, false);
    }
}

static void note_changes(struct apply *apply) {
    const struct relation *relation = schema_relation(apply->schema, apply->op->target);

    if (!relation || relation->object.kind != OBJ_TABLE)
        return;
    if (apply->op->kind == OP_INSERT || apply->op->kind == OP_UPDATE)
        note_own_keys(apply, relation);
    if (apply->op->kind == OP_DELETE || apply->op->kind == OP_UPDATE)
        note_referencing(apply, relation);
    note_triggers(apply, relation);
}

/* IMMEDIATE runs what waits. Of single constraints it is not told apart which. */
static void set_constraints(struct apply *apply) {
    const struct ConstraintsSetStmt *set = node_as(ConstraintsSetStmt, apply->op->node);
    struct schema *schema = apply->schema;

    if (set->constraints.n > 0) {
        schema->deferral = DEFERRAL_UNKNOWN;
        schema->pending = schema->perhaps = (struct id_list){0};
    } else if (set->deferred) {
        schema->deferral = DEFERRAL_ALL;
    } else {
        schema->deferral = DEFERRAL_NONE;
        schema->pending = schema->perhaps = (struct id_list){0};
    }
}

/* --- READ ONLY --- */

void apply_transaction_options(struct apply *apply, struct node_list options) {
    for (size_t i = 0; i < options.n; i++) {
        const struct DefElem *option = node_if(DefElem, options.v[i]);
        const struct A_Const *value = option ? node_if(A_Const, option->arg) : NULL;
        if (option && option->defname && strcmp(option->defname, "transaction_read_only") == 0 &&
            value && value->ival)
            put_setting(apply, "transaction_read_only", value->ival->ival ? "on" : "off", true);
    }
}

static void set_transaction(struct apply *apply) {
    const struct VariableSetStmt *set = node_if(VariableSetStmt, apply->op->node);

    if (set && set->name && strcmp(set->name, "TRANSACTION") == 0)
        apply_transaction_options(apply, set->args);
}

/* Statements that take a snapshot (analyze_requires_snapshot, PlannedStmtRequiresSnapshot). */
static bool takes_snapshot(enum op_kind kind) {
    return !(kind >= OP_SET && kind <= OP_ROLLBACK_PREPARED) && kind != OP_LOCK_TABLE &&
           kind != OP_FETCH && kind != OP_CHECKPOINT && kind != OP_DEALLOCATE;
}

void apply_session(struct apply *apply) {
    if (takes_snapshot(apply->op->kind))
        apply->schema->queried = true;
    switch (apply->op->kind) {
    case OP_DECLARE_CURSOR:
        declare(apply);
        break;
    case OP_CLOSE_CURSOR:
        close_cursor(apply);
        break;
    case OP_PREPARE:
        prepare(apply);
        break;
    case OP_DEALLOCATE:
        deallocate(apply);
        break;
    case OP_INSERT:
    case OP_UPDATE:
    case OP_DELETE:
        note_changes(apply);
        break;
    case OP_SET_CONSTRAINTS:
        set_constraints(apply);
        break;
    case OP_SET_TRANSACTION:
        set_transaction(apply);
        break;
    default:
        break;
    }
}
