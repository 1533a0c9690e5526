/* ALTER TABLE as a whole: the lock it takes, on what, and its plain actions (tablecmds.c). */
#include "model/effects_apply.h"

#include "model/effects_alter.h"
#include "model/effects_check.h"

#include "base/ascii.h"

#include <string.h>

/* --- the lock level: AlterTableGetLockLevel --- */

/* Storage parameters whose change needs more than the usual lock (reloptions.c). */
static bool is_heavy_parameter(const char *name) {
    static const char *const names[] = {
        "user_catalog_table", "security_barrier", "security_invoker",
        "check_option",       "fastupdate",       "gin_pending_list_limit",
        "buffering",          "pages_per_range",  "autosummarize",
    };

    for (size_t i = 0; name != NULL && i < sizeof(names) / sizeof(*names); i++)
        if (ascii_case_equal(name, names[i]))
            return true;
    return false;
}

static enum lock_mode parameters_lock(const struct op *op, const struct effect_row *row) {
    const struct AlterTableCmd *cmd = node_if(AlterTableCmd, op->node);
    const struct List *options = cmd != NULL ? node_if(List, cmd->def) : NULL;

    for (size_t i = 0; options != NULL && i < options->items.n; i++) {
        const struct DefElem *option = node_if(DefElem, options->items.v[i]);

        if (option != NULL && is_heavy_parameter(option->defname))
            return LOCK_ACCESS_EXCLUSIVE;
    }
    return row->lock;
}

static enum lock_mode lock_of(const struct op *op, const struct effect_row *row) {
    if (op->kind == OP_SET_STORAGE_PARAMETERS || op->kind == OP_RESET_STORAGE_PARAMETERS)
        return parameters_lock(op, row);
    if (op->kind == OP_DETACH_PARTITION && op->concurrently)
        return LOCK_SHARE_UPDATE_EXCLUSIVE;
    return row->lock;
}

static enum lock_mode strongest_lock(struct effects_work *work, const struct op *ops, size_t n) {
    enum lock_mode strongest = LOCK_NONE;

    for (size_t i = 0; i < n; i++) {
        enum lock_mode lock = lock_of(&ops[i], effect_row(ops[i].kind, work->schema->target));

        if (ops[i].is_inline) /* it comes with its column */
            lock = LOCK_ACCESS_EXCLUSIVE;
        if (lock > strongest)
            strongest = lock;
    }
    return strongest;
}

/* --- the target --- */

static const char *type_words(int object_type) {
    switch (object_type) {
    case OBJECT_INDEX:
        return "an index";
    case OBJECT_VIEW:
        return "a view";
    case OBJECT_MATVIEW:
        return "a materialized view";
    case OBJECT_SEQUENCE:
        return "a sequence";
    case OBJECT_FOREIGN_TABLE:
        return "a foreign table";
    case OBJECT_TYPE:
        return "a composite type";
    default:
        return "a table";
    }
}

/* RangeVarCallbackForAlterRelation: ALTER TABLE goes for most kinds, the others for their own. */
static bool said_rightly(int object_type, enum object_kind kind) {
    switch (object_type) {
    case OBJECT_INDEX:
        return kind == OBJ_INDEX || kind == OBJ_PARTITIONED_INDEX;
    case OBJECT_VIEW:
        return kind == OBJ_VIEW;
    case OBJECT_MATVIEW:
        return kind == OBJ_MATVIEW;
    case OBJECT_SEQUENCE:
        return kind == OBJ_SEQUENCE;
    case OBJECT_FOREIGN_TABLE:
        return kind == OBJ_FOREIGN_TABLE;
    case OBJECT_TYPE:
        return kind == OBJ_COMPOSITE_TYPE;
    default:
        return kind != OBJ_COMPOSITE_TYPE;
    }
}

enum object_kind alter_kind_of(int object_type) {
    switch (object_type) {
    case OBJECT_INDEX:
        return OBJ_INDEX;
    case OBJECT_VIEW:
        return OBJ_VIEW;
    case OBJECT_MATVIEW:
        return OBJ_MATVIEW;
    case OBJECT_SEQUENCE:
        return OBJ_SEQUENCE;
    case OBJECT_FOREIGN_TABLE:
        return OBJ_FOREIGN_TABLE;
    case OBJECT_TYPE:
        return OBJ_COMPOSITE_TYPE;
    default:
        return OBJ_TABLE;
    }
}

static bool find_target(struct effects_work *work, const struct op *op) {
    bool missing_ok = node_as(AlterTableStmt, op->stmt)->missing_ok;
    struct effect_target target = effects_find(work, op->target, missing_ok, "relation");
    const struct relation *relation = target.relation;

    work->target = target;
    if (!target.found)
        return false;
    if (relation != NULL && !relation->object.assumed &&
        !said_rightly(op->object_type, relation->object.kind)) {
        effects_fail(work, "42809", "\"%s\" is not %s", relation->object.name,
                     type_words(op->object_type));
        return false;
    }
    return true;
}

/* --- actions --- */

static bool is_key(const struct op *op) {
    return op->kind == OP_ADD_FOREIGN_KEY || op->kind == OP_ADD_UNIQUE ||
           op->kind == OP_ADD_PRIMARY_KEY || op->kind == OP_ADD_EXCLUSION;
}

/* An index on a table that may be partitioned. */
static bool is_on_assumed(struct effects_work *work, const struct relation *relation) {
    const struct relation *table = effects_relation(work, relation->table);

    return table != NULL && table->object.assumed;
}

/* ATSimplePermissions */
static bool target_allows(struct effects_work *work, const struct op *op,
                          const struct effect_row *row) {
    const struct relation *relation = work->target.relation;

    if (relation == NULL || row->targets == 0 || effects_may_be(relation, row->targets) ||
        is_on_assumed(work, relation))
        return true;
    if (is_key(op) && relation->object.kind == OBJ_FOREIGN_TABLE) {
        effects_fail(work, "0A000", "%s constraints are not supported on foreign tables",
                     op->kind == OP_ADD_FOREIGN_KEY ? "foreign key" : "unique");
        return false;
    }
    if ((op->kind == OP_ATTACH_PARTITION || op->kind == OP_DETACH_PARTITION) &&
        work->schema->target < 18 && relation->object.kind == OBJ_TABLE) {
        effects_fail(work, "42P17", "table \"%s\" is not partitioned", relation->object.name);
        return false;
    }
    if (op->kind == OP_ATTACH_INDEX_PARTITION && work->schema->target == 12) {
        effects_fail(work, "42P17", "index \"%s\" is not partitioned", relation->object.name);
        return false;
    }
    if (work->schema->target >= 15)
        effects_fail(work, "42809", "ALTER action %s cannot be performed on relation \"%s\"",
                     op_kind_words(op->kind), relation->object.name);
    else
        effects_fail(work, "42809", "\"%s\" is of the wrong kind", relation->object.name);
    return false;
}

void alter_lock_below(struct effects_work *work, const struct relation *relation) {
    struct id_list all = effects_all_below(work, relation);

    for (size_t i = 1; i < all.n; i++)
        effects_lock_id(work, all.v[i], work->lock);
}

/* Which relations an action is done to: the target and, by its recursion, what is below. */
struct id_list alter_relations(struct effects_work *work, const struct op *op,
                               enum recursion recurse) {
    const struct relation *relation = work->target.relation;
    struct id_list only = {0};

    if (relation == NULL)
        return only;
    bool below = recurse == RECURSE_ALWAYS || (recurse == RECURSE_SIMPLE && !op->only) ||
                 (recurse == RECURSE_PARTITIONS && !op->only &&
                  relation->object.kind == OBJ_PARTITIONED_TABLE);
    if (below)
        return effects_all_below(work, relation);
    only.n = 1;
    only.v = &relation->object.id;
    return only;
}

static void recurse(struct effects_work *work, const struct op *op, const struct effect_row *row) {
    struct id_list relations =
        op->is_inline ? (struct id_list){0} : alter_relations(work, op, row->recurse);

    for (size_t i = 1; i < relations.n; i++)
        effects_lock_id(work, relations.v[i], work->lock);
}

static void apply_action(struct effects_work *work, const struct op *op) {
    const struct effect_row *row = effect_row(op->kind, work->schema->target);
    const struct relation *relation = work->target.relation;

    if (!target_allows(work, op, row))
        return;
    if (alter_is_void(work, op, relation)) {
        if (work->schema->target < 13 && op->kind == OP_ADD_COLUMN)
            effects_check_type(work, node_as(ColumnDef, op->node)->typeName);
        return;
    }
    work->maybe_void =
        op->if_not_exists && !op->in_create && (relation == NULL || !relation->columns_known);
    effects_check(work, op);
    work->maybe_void = false;
    if (work->stopped)
        return;
    recurse(work, op, row);
    if (row->apply != NULL)
        row->apply(work, op, row);
}

/* What ALTER TABLE refuses before it looks at the table at all. */
static void refuse_transaction(struct effects_work *work, const struct op *ops, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (ops[i].kind == OP_DETACH_PARTITION && ops[i].concurrently)
            effects_refuse_transaction(work, "ALTER TABLE ... DETACH CONCURRENTLY");
}

/* Of one ALTER TABLE: those that are done, and those beside them. */
static void find_actions(struct effects_work *work, const struct node *stmt) {
    struct ops all = work->all;
    size_t first = 0, end;

    while (first < all.n && all.v[first].stmt != stmt)
        first++;
    for (end = first; end < all.n && all.v[end].stmt == stmt;)
        end++;
    work->actions = all.v + first;
    work->action_count = end - first;
}

void effects_alter_table(struct effects_work *work, const struct op *ops, size_t n) {
    refuse_transaction(work, ops, n);
    work->lock = strongest_lock(work, ops, n);
    find_actions(work, ops[0].stmt);
    if (!find_target(work, &ops[0]))
        return;
    effects_lock_target(work, &work->target, alter_kind_of(ops[0].object_type), work->lock);
    for (size_t i = 0; i < n && !work->stopped; i++)
        apply_action(work, &ops[i]);
    if (!work->stopped)
        alter_finish_types(work);
}

/* --- small helpers of the actions --- */

const struct column *alter_column(struct effects_work *work, const char *name) {
    const struct relation *relation = work->target.relation;

    return relation != NULL && name != NULL ? relation_column(relation, name) : NULL;
}

void alter_scan_target(struct effects_work *work) {
    if (work->target.relation != NULL)
        effects_scan(work, work->target.relation);
    else
        effects_scan_name(work, work->target.resolved);
}

void alter_rewrite_target(struct effects_work *work) {
    if (work->target.relation != NULL)
        effects_rewrite(work, work->target.relation);
    else
        effects_rewrite_name(work, work->target.resolved);
}

void alter_cannot_exclude_rewrite(struct effects_work *work) {
    work->out->rewrite_known = KNOWN_NO;
}

bool alter_adds_column(const struct effects_work *work, const char *name) {
    for (size_t i = 0; i < work->action_count; i++)
        if (work->actions[i].kind == OP_ADD_COLUMN && work->actions[i].column != NULL &&
            strcmp(work->actions[i].column, name) == 0)
            return true;
    return false;
}

bool alter_is_void(const struct effects_work *work, const struct op *op,
                   const struct relation *relation) {
    bool constraint =
        op->kind >= OP_ADD_CHECK && op->kind <= OP_ADD_EXCLUSION && op->kind != OP_ADD_NOT_NULL;

    if (op->in_create || !op->if_not_exists || relation == NULL || op->column == NULL ||
        (op->kind != OP_ADD_COLUMN && !op->is_inline) || (constraint && work->schema->target < 13))
        return false;
    return relation_column(relation, op->column) != NULL;
}
