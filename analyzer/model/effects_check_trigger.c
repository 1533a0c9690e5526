/* Failures of CREATE TRIGGER, POLICY and RULE (trigger.c, policy.c, rewriteDefine.c). */
#include "model/effects_check.h"

#include <string.h>

enum {
    TRIGGER_TYPE_BEFORE = 1 << 1,
    TRIGGER_TYPE_INSERT = 1 << 2,
    TRIGGER_TYPE_DELETE = 1 << 3,
    TRIGGER_TYPE_UPDATE = 1 << 4,
    TRIGGER_TYPE_TRUNCATE = 1 << 5,
    TRIGGER_TYPE_INSTEAD = 1 << 6
};

/* --- OLD and NEW --- */

struct row_names {
    struct effects_work *work;
    const struct relation *relation;
    bool old, new; /* are named */
    bool subquery;
    const char *missing; /* a column that the relation does not have */
    const char *row;     /* of which that is */
};

static bool visit_row_name(const struct node *node, void *context) {
    struct row_names *names = context;
    const struct ColumnRef *ref = node_if(ColumnRef, node);
    const char *row = ref != NULL && ref->fields.n > 0 ? node_string(ref->fields.v[0]) : NULL;
    const char *column = ref != NULL && ref->fields.n > 1 ? node_string(ref->fields.v[1]) : NULL;

    names->subquery |= node->kind == NODE_SubLink;
    if (row == NULL || (strcmp(row, "old") != 0 && strcmp(row, "new") != 0))
        return true;
    names->old |= row[0] == 'o';
    names->new |= row[0] == 'n';
    if (column != NULL && names->missing == NULL && names->relation->columns_known &&
        relation_column(names->relation, column) == NULL && !effects_is_system_column(column)) {
        names->missing = column;
        names->row = row;
    }
    return true;
}

static struct row_names row_names_of(struct effects_work *work, const struct relation *relation,
                                     const struct node *node) {
    struct row_names names = {.work = work, .relation = relation};

    if (node != NULL)
        node_walk(work->arena, node, visit_row_name, &names);
    return names;
}

static void fail_missing(struct effects_work *work, const struct row_names *names) {
    effects_fail(work, "42703", "column %s.%s does not exist", names->row, names->missing);
}

/* --- triggers: on what, and when (CreateTriggerFiringOn) --- */

static void check_on_table(struct effects_work *work, const struct CreateTrigStmt *trigger,
                           const struct relation *relation) {
    const char *name = relation->object.name;

    if (trigger->timing & TRIGGER_TYPE_INSTEAD)
        effects_fail(work, "42809", "\"%s\" is a table", name);
    else if (relation->object.kind == OBJ_FOREIGN_TABLE && trigger->isconstraint)
        effects_fail(work, "42809", "\"%s\" is a foreign table", name);
    else if (trigger->transitionRels.n > 0 && relation->object.kind == OBJ_FOREIGN_TABLE)
        effects_fail(work, "42809", "\"%s\" is a foreign table", name);
    else if (trigger->transitionRels.n > 0 && trigger->row &&
             relation->object.kind == OBJ_PARTITIONED_TABLE)
        effects_fail(work, "0A000", "\"%s\" is a partitioned table", name);
    else if (trigger->transitionRels.n > 0 && trigger->row && relation->parents.n > 0)
        effects_fail(work, "0A000", "ROW triggers with transition tables are not supported on %s",
                     effects_is_partition(relation) ? "partitions" : "inheritance children");
}

static void check_on_view(struct effects_work *work, const struct CreateTrigStmt *trigger,
                          const struct relation *view) {
    if (!(trigger->timing & TRIGGER_TYPE_INSTEAD) &&
        (trigger->row || (trigger->events & TRIGGER_TYPE_TRUNCATE)))
        effects_fail(work, "42809", "\"%s\" is a view", view->object.name);
    else if (trigger->transitionRels.n > 0)
        effects_fail(work, "42809", "\"%s\" is a view", view->object.name);
    else if (trigger->isconstraint)
        effects_fail(work, "42809", "\"%s\" is a view", view->object.name);
}

static void check_target(struct effects_work *work, const struct CreateTrigStmt *trigger,
                         const struct relation *relation) {
    if (KIND(relation->object.kind) & (TABLES | KIND(OBJ_FOREIGN_TABLE)))
        check_on_table(work, trigger, relation);
    else if (relation->object.kind == OBJ_VIEW)
        check_on_view(work, trigger, relation);
    else
        effects_fail(work, "42809", "\"%s\" is not a table or view", relation->object.name);
}

static void check_timing(struct effects_work *work, const struct CreateTrigStmt *trigger) {
    bool instead = (trigger->timing & TRIGGER_TYPE_INSTEAD) != 0;

    if (trigger->row && (trigger->events & TRIGGER_TYPE_TRUNCATE))
        effects_fail(work, "0A000", "TRUNCATE FOR EACH ROW triggers are not supported");
    else if (instead && !trigger->row)
        effects_fail(work, "0A000", "INSTEAD OF triggers must be FOR EACH ROW");
    else if (instead && trigger->whenClause != NULL)
        effects_fail(work, "0A000", "INSTEAD OF triggers cannot have WHEN conditions");
    else if (instead && trigger->columns.n > 0)
        effects_fail(work, "0A000", "INSTEAD OF triggers cannot have column lists");
}

static bool is_one_event(int events) {
    return (events & (events - 1)) == 0;
}

static void check_transitions(struct effects_work *work, const struct CreateTrigStmt *trigger) {
    for (size_t i = 0; i < trigger->transitionRels.n && !work->stopped; i++) {
        const struct TriggerTransition *table =
            node_if(TriggerTransition, trigger->transitionRels.v[i]);

        if (table == NULL)
            continue;
        if (!table->isTable)
            effects_fail(work, "0A000",
                         "ROW variable naming in the REFERENCING clause is not "
                         "supported");
        else if (trigger->timing & TRIGGER_TYPE_BEFORE)
            effects_fail(work, "42P17",
                         "transition table name can only be specified for an AFTER trigger");
        else if (trigger->events & TRIGGER_TYPE_TRUNCATE)
            effects_fail(work, "42P17", "TRUNCATE triggers cannot specify transition tables");
        else if (!is_one_event(trigger->events))
            effects_fail(work, "0A000",
                         "transition tables cannot be specified for triggers with "
                         "more than one event");
        else if (trigger->columns.n > 0)
            effects_fail(work, "0A000",
                         "transition tables cannot be specified for triggers with column lists");
        else if (table->isNew && (trigger->events & TRIGGER_TYPE_DELETE))
            effects_fail(work, "42P17",
                         "NEW TABLE can only be specified for an INSERT or UPDATE "
                         "trigger");
        else if (!table->isNew && (trigger->events & TRIGGER_TYPE_INSERT))
            effects_fail(work, "42P17",
                         "OLD TABLE can only be specified for a DELETE or UPDATE "
                         "trigger");
    }
}

static void check_when(struct effects_work *work, const struct CreateTrigStmt *trigger,
                       const struct relation *relation) {
    struct row_names names = row_names_of(work, relation, trigger->whenClause);

    if (names.missing != NULL)
        fail_missing(work, &names);
    else if (names.subquery)
        effects_fail(work, "0A000", "cannot use subquery in trigger WHEN condition");
    else if (!trigger->row && (names.old || names.new))
        effects_fail(work, "42P17",
                     "statement trigger's WHEN condition cannot reference column values");
    else if (names.old && (trigger->events & TRIGGER_TYPE_INSERT))
        effects_fail(work, "42P17", "INSERT trigger's WHEN condition cannot reference OLD values");
    else if (names.new && (trigger->events & TRIGGER_TYPE_DELETE))
        effects_fail(work, "42P17", "DELETE trigger's WHEN condition cannot reference NEW values");
}

/* --- their functions --- */

static struct name name_of(struct node_list list) {
    return (struct name){list.n > 1 ? node_string(list.v[list.n - 2]) : NULL,
                         node_list_last_string(list)};
}

/* One of the server's or of an extension; those of triggers are not in the catalogue by all names. */
static bool may_be_built_in(struct effects_work *work, const char *name) {
    struct catalog_functions all = catalog_function(name, -1, work->schema->target);
    struct catalog_functions of_extensions =
        catalog_extension_function(name, -1, work->schema->target);

    return catalog_function_next(&all) != NULL || catalog_function_next(&of_extensions) != NULL;
}

static void check_function(struct effects_work *work, struct name name, const char *result) {
    size_t count, fitting = 0;
    const struct function *found = NULL;
    const struct function *const *all = schema_functions(work->schema, name, &count);

    for (size_t i = 0; i < count; i++)
        if (all[i]->argument_count == 0) {
            found = all[i];
            fitting++;
        }
    if (work->stopped || name.name == NULL)
        return;
    if (fitting == 0 && effects_knows_all(work) && !may_be_built_in(work, name.name))
        effects_fail(work, "42883", "function %s() does not exist", name.name);
    else if (fitting == 1 && found->result.name != NULL && !found->object.not_certain &&
             strcmp(found->result.name, result) != 0)
        effects_fail(work, "42P17", "function %s must return type %s", name.name, result);
}

static void check_columns(struct effects_work *work, const struct CreateTrigStmt *trigger,
                          const struct relation *relation) {
    for (size_t i = 0; i < trigger->columns.n && !work->stopped; i++) {
        const char *name = node_string(trigger->columns.v[i]);

        if (name == NULL)
            continue;
        if (relation->columns_known && relation_column(relation, name) == NULL)
            effects_fail(work, "42703", "column \"%s\" of relation \"%s\" does not exist", name,
                         relation->object.name);
        for (size_t j = 0; j < i; j++)
            if (strcmp(name, node_string(trigger->columns.v[j])) == 0)
                effects_fail(work, "42701", "column \"%s\" specified more than once", name);
    }
}

void effects_check_trigger(struct effects_work *work, const struct op *op) {
    const struct CreateTrigStmt *trigger = node_as(CreateTrigStmt, op->node);
    const struct relation *relation = schema_relation(work->schema, op->target);

    if (relation != NULL && !relation->object.assumed)
        check_target(work, trigger, relation);
    if (!work->stopped)
        check_timing(work, trigger);
    if (!work->stopped)
        check_transitions(work, trigger);
    if (relation != NULL && !work->stopped)
        check_when(work, trigger, relation);
    check_function(work, name_of(trigger->funcname), "trigger");
    if (relation != NULL && !relation->object.assumed)
        check_columns(work, trigger, relation);
}

/* CreateEventTrigger */
void effects_check_event_trigger(struct effects_work *work, const struct op *op) {
    static const char *const events[] = {"ddl_command_start", "ddl_command_end", "sql_drop",
                                         "table_rewrite", "login"};
    const struct CreateEventTrigStmt *trigger = node_as(CreateEventTrigStmt, op->node);
    size_t count = sizeof(events) / sizeof(*events) - (work->schema->target < 17);
    bool known = false;

    for (size_t i = 0; i < count && trigger->eventname != NULL; i++)
        known |= strcmp(trigger->eventname, events[i]) == 0;
    if (!known)
        effects_fail(work, "42601", "unrecognized event name \"%s\"", trigger->eventname);
    check_function(work, name_of(trigger->funcname), "event_trigger");
}

/* --- policies --- */

static void check_command(struct effects_work *work, const struct CreatePolicyStmt *create) {
    const char *command = create->cmd_name != NULL ? create->cmd_name : "all";

    if (create->with_check != NULL &&
        (strcmp(command, "select") == 0 || strcmp(command, "delete") == 0))
        effects_fail(work, "42601", "WITH CHECK cannot be applied to SELECT or DELETE");
    else if (create->qual != NULL && strcmp(command, "insert") == 0)
        effects_fail(work, "42601", "only WITH CHECK expression allowed for INSERT");
}

/* coerce_to_boolean */
static void check_boolean(struct effects_work *work, const struct relation *relation,
                          const struct node *condition) {
    struct expr_scope scope = {.schema = work->schema, .relation = relation};
    struct expr_info info;
    struct type_use base;

    if (condition == NULL || work->stopped)
        return;
    effects_check_columns(work, relation, condition);
    info = expr_analyse(&scope, condition);
    base = type_use_base(work->schema, &info.type);
    effects_check_functions(work, &info);
    if (base.name != NULL && strcmp(base.name, "unknown") != 0 &&
        (strcmp(base.name, "bool") != 0 || base.array_dimensions > 0) &&
        type_use_known(work->schema, &base))
        effects_fail(work, "42804", "argument of POLICY must be type boolean, not type %s",
                     type_use_text(work->arena, work->schema, &info.type));
}

void effects_check_policy(struct effects_work *work, const struct op *op) {
    const struct CreatePolicyStmt *create = node_if(CreatePolicyStmt, op->node);
    const struct AlterPolicyStmt *alter = node_if(AlterPolicyStmt, op->node);
    const struct relation *relation = schema_relation(work->schema, op->target);

    if (create != NULL)
        check_command(work, create);
    effects_check_roles(work, create != NULL  ? create->roles
                              : alter != NULL ? alter->roles
                                              : (struct node_list){0});
    if (relation == NULL || relation->object.assumed || work->stopped)
        return;
    if (!(KIND(relation->object.kind) & TABLES)) {
        effects_fail(work, "42809", "\"%s\" is not a table", relation->object.name);
        return;
    }
    check_boolean(work, relation, create != NULL ? create->qual : alter->qual);
    check_boolean(work, relation, create != NULL ? create->with_check : alter->with_check);
}

/* --- rules --- */

void effects_check_rule(struct effects_work *work, const struct op *op) {
    const struct RuleStmt *rule = node_as(RuleStmt, op->node);
    const struct relation *relation = schema_relation(work->schema, op->target);
    struct row_names names;

    if (relation == NULL || relation->object.assumed)
        return;
    if (relation->object.kind == OBJ_MATVIEW)
        effects_fail(work, "0A000", "rules on materialized views are not supported");
    else if (!(KIND(relation->object.kind) & (TABLES | KIND(OBJ_VIEW))))
        effects_fail(work, "42809", "\"%s\" is not a table or view", relation->object.name);
    if (work->stopped)
        return;
    names = row_names_of(work, relation, &rule->tree_node);
    if (names.missing != NULL)
        fail_missing(work, &names);
    else if (names.old && rule->event == CMD_INSERT)
        effects_fail(work, "42P17", "ON INSERT rule cannot use OLD");
    else if (names.new && rule->event == CMD_DELETE)
        effects_fail(work, "42P17", "ON DELETE rule cannot use NEW");
}
