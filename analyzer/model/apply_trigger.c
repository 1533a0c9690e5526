/* Triggers, policies, rules and row security of relations. */
#include "model/apply_op.h"

#include "model/depend.h"

#include <string.h>

/* The lists of a relation are arrays that are never changed: adding and removing makes new ones. */
static struct relation *edit_by_id(struct apply *apply, object_id id) {
    return schema_edit_relation(apply->schema, id);
}

#define ATTACHED(type, singular, plural)                                                           \
    static size_t find_##singular(const struct relation *relation, const char *name) {             \
        size_t i = 0;                                                                              \
        while (i < relation->singular##_count && strcmp(relation->plural[i]->name, name) != 0)     \
            i++;                                                                                   \
        return i;                                                                                  \
    }                                                                                              \
    static void put_##singular(struct apply *apply, struct relation *relation, size_t index,       \
                               const struct type *item) {                                          \
        bool add = index == relation->singular##_count;                                            \
        const struct type **list =                                                                 \
            arena_array(apply->arena, const struct type *, relation->singular##_count + 1);        \
        for (size_t i = 0; i < relation->singular##_count; i++)                                    \
            list[i] = relation->plural[i];                                                         \
        list[index] = item;                                                                        \
        relation->plural = list;                                                                   \
        relation->singular##_count += add;                                                         \
    }                                                                                              \
    static void remove_##singular(struct apply *apply, struct relation *relation, object_id id) {  \
        const struct type **list =                                                                 \
            arena_array(apply->arena, const struct type *, relation->singular##_count);            \
        size_t n = 0;                                                                              \
        for (size_t i = 0; i < relation->singular##_count; i++)                                    \
            if (relation->plural[i]->id != id)                                                     \
                list[n++] = relation->plural[i];                                                   \
        relation->plural = list;                                                                   \
        relation->singular##_count = n;                                                            \
    }

ATTACHED(trigger, trigger, triggers)
ATTACHED(policy, policy, policies)
ATTACHED(rewrite_rule, rule, rules)

void remove_attached(struct apply *apply, struct relation *relation, int kind, object_id id) {
    if (kind == PART_TRIGGER)
        remove_trigger(apply, relation, id);
    else if (kind == PART_POLICY)
        remove_policy(apply, relation, id);
    else
        remove_rule(apply, relation, id);
}

/* --- triggers --- */

static struct references trigger_uses(struct apply *apply, const struct CreateTrigStmt *def,
                                      const struct relation *relation) {
    struct uses uses = {.schema = apply->schema};

    uses_add_function(&uses, name_of_strings(def->funcname), 0);
    for (size_t i = 0; i < def->columns.n; i++) {
        const struct column *column = relation_column(relation, node_string(def->columns.v[i]));
        if (column)
            uses_add(&uses, relation->object.id, column->number);
    }
    uses_add_expression(&uses, def->whenClause, relation);
    return uses_end(&uses);
}

/* A row trigger of a partitioned table is cloned to its partitions (CreateTriggerFiringOn). */
static void clone_trigger(struct apply *apply, const struct trigger *from, object_id partition,
                          bool replace) {
    struct relation *child = edit_by_id(apply, partition);
    struct trigger *copy = arena_new(apply->arena, struct trigger);
    size_t index;

    if (!from->def || !from->def->row)
        return;
    index = find_trigger(child, from->name);
    if (index < child->trigger_count && !replace &&
        refuse(apply, object_is_certain(&child->object), "42710",
               "trigger \"%s\" for relation \"%s\" already exists", from->name, child->object.name))
        return;
    *copy = *from;
    copy->id =
        index < child->trigger_count ? child->triggers[index]->id : schema_new_id(apply->schema);
    copy->parent = from->id;
    copy->comment = NULL;
    copy->uses = trigger_uses(apply, from->def, child);
    put_trigger(apply, child, index, copy);
    schema_note_uses(apply->schema, child->object.id, copy->uses);
    for (size_t i = 0; i < child->children.n; i++)
        clone_trigger(apply, copy, child->children.v[i], replace);
}

void clone_triggers(struct apply *apply, const struct relation *parent, object_id partition) {
    for (size_t i = 0; i < parent->trigger_count; i++)
        clone_trigger(apply, parent->triggers[i], partition, false);
}

void detach_triggers(struct apply *apply, struct relation *partition) {
    for (size_t i = partition->trigger_count; i > 0; i--)
        if (partition->triggers[i - 1]->parent)
            remove_trigger(apply, partition, partition->triggers[i - 1]->id);
}

static void create_trigger(struct apply *apply, struct relation *relation) {
    const struct CreateTrigStmt *def = node_as(CreateTrigStmt, apply->op->node);
    size_t index = find_trigger(relation, def->trigname);
    struct trigger *trigger = arena_new(apply->arena, struct trigger);
    bool exists = index < relation->trigger_count;

    if (exists && !def->replace &&
        refuse(apply, object_is_certain(&relation->object), "42710",
               "trigger \"%s\" for relation \"%s\" already exists", def->trigname,
               relation->object.name))
        return;
    if (exists)
        *trigger = *relation->triggers[index];
    else
        trigger->id = schema_new_id(apply->schema);
    trigger->name = def->trigname;
    trigger->def = def;
    trigger->source = apply->statement;
    trigger->enabled = 'O';
    trigger->uses = trigger_uses(apply, def, relation);
    put_trigger(apply, relation, index, trigger);
    schema_note_uses(apply->schema, relation->object.id, trigger->uses);
    if (is_partitioned(relation))
        for (size_t i = 0; i < relation->children.n; i++)
            clone_trigger(apply, trigger, relation->children.v[i], def->replace);
}

static char enabled_of(const struct node *node) {
    const struct AlterTableCmd *action = node_if(AlterTableCmd, node);

    switch (action ? action->subtype : AT_EnableTrig) {
    case AT_EnableAlwaysTrig:
    case AT_EnableAlwaysRule:
        return 'A';
    case AT_EnableReplicaTrig:
    case AT_EnableReplicaRule:
        return 'R';
    case AT_DisableTrig:
    case AT_DisableTrigAll:
    case AT_DisableTrigUser:
    case AT_DisableRule:
        return 'D';
    default:
        return 'O';
    }
}

static void enable_trigger(struct apply *apply, struct relation *relation, void *context) {
    const char *name = context;

    for (size_t i = 0; i < relation->trigger_count; i++) {
        struct trigger *copy;
        if (name && strcmp(relation->triggers[i]->name, name) != 0)
            continue;
        copy = arena_new(apply->arena, struct trigger);
        *copy = *relation->triggers[i];
        copy->enabled = enabled_of(apply->op->node);
        put_trigger(apply, relation, i, copy);
    }
}

static void enable_triggers(struct apply *apply, struct relation *relation) {
    const char *name = apply->op->object;
    char *copy = name ? arena_strdup(apply->arena, name) : NULL;

    if (name && find_trigger(relation, name) == relation->trigger_count &&
        refuse(apply, object_is_certain(&relation->object), "42704",
               "trigger \"%s\" for table \"%s\" does not exist", name, relation->object.name))
        return;
    if (is_partitioned(relation) && !apply->op->only)
        each_descendant(apply, relation->object.id, true, enable_trigger, copy);
    else
        enable_trigger(apply, relation, copy);
}

/* --- policies --- */

static struct references policy_uses(struct apply *apply, const struct node *qual,
                                     const struct node *check, const struct relation *relation) {
    struct uses uses = {.schema = apply->schema};

    uses_add_expression(&uses, qual, relation);
    uses_add_expression(&uses, check, relation);
    return uses_end(&uses);
}

static void create_policy(struct apply *apply, struct relation *relation) {
    const struct CreatePolicyStmt *def = node_as(CreatePolicyStmt, apply->op->node);
    size_t index = find_policy(relation, def->policy_name);
    struct policy *policy = arena_new(apply->arena, struct policy);

    if (index < relation->policy_count &&
        refuse(apply, object_is_certain(&relation->object), "42710",
               "policy \"%s\" for table \"%s\" already exists", def->policy_name,
               relation->object.name))
        return;
    policy->id = schema_new_id(apply->schema);
    policy->name = def->policy_name;
    policy->def = def;
    policy->source = apply->statement;
    policy->uses = policy_uses(apply, def->qual, def->with_check, relation);
    put_policy(apply, relation, index, policy);
    schema_note_uses(apply->schema, relation->object.id, policy->uses);
}

/* What ALTER POLICY does not say stays; its uses are only ever added to, which stops too much rather than too little. */
static void alter_policy(struct apply *apply, struct relation *relation) {
    const struct AlterPolicyStmt *alter = node_as(AlterPolicyStmt, apply->op->node);
    size_t index = find_policy(relation, alter->policy_name);
    struct policy *policy;
    struct policy_change *change;

    if (index == relation->policy_count) {
        refuse(apply, object_is_certain(&relation->object), "42704",
               "policy \"%s\" for table \"%s\" does not exist", alter->policy_name,
               relation->object.name);
        return;
    }
    policy = arena_new(apply->arena, struct policy);
    change = arena_new(apply->arena, struct policy_change);
    *policy = *relation->policies[index];
    *change = (struct policy_change){alter, apply->statement, policy->changes};
    policy->changes = change;
    if (alter->qual && (alter->with_check || !policy->def || !policy->def->with_check))
        policy->uses = policy_uses(apply, alter->qual, alter->with_check, relation);
    put_policy(apply, relation, index, policy);
    schema_note_uses(apply->schema, relation->object.id, policy->uses);
}

/* --- rules --- */

/* INSERT without a list of columns fills the first ones, as many as there are. */
static void add_inserted(struct apply *apply, struct uses *uses, const struct node *action) {
    const struct InsertStmt *insert = node_if(InsertStmt, action);
    const struct relation *table =
        insert && insert->relation
            ? schema_relation(apply->schema, (struct name){insert->relation->schemaname,
                                                           insert->relation->relname})
            : NULL;

    for (size_t i = 0; table && i < table->column_count; i++)
        if (insert->cols.n == 0)
            uses_add(uses, table->object.id, table->columns[i].number);
    for (size_t i = 0; table && i < insert->cols.n; i++) {
        const struct ResTarget *target = node_if(ResTarget, insert->cols.v[i]);
        const struct column *column = target ? relation_column(table, target->name) : NULL;
        if (column)
            uses_add(uses, table->object.id, column->number);
    }
}

/* OLD.x and NEW.x are columns of the rule's own table. */
struct old_and_new {
    struct uses *uses;
    const struct relation *relation;
};

static bool visit_old_and_new(const struct node *node, void *context) {
    struct old_and_new *visit = context;
    const struct ColumnRef *ref = node_if(ColumnRef, node);
    const char *first = ref && ref->fields.n > 1 ? node_string(ref->fields.v[0]) : NULL;
    const struct column *column;

    if (!first || (strcmp(first, "old") != 0 && strcmp(first, "new") != 0))
        return true;
    column = node_string(ref->fields.v[1])
                 ? relation_column(visit->relation, node_string(ref->fields.v[1]))
                 : NULL;
    if (column)
        uses_add(visit->uses, visit->relation->object.id, column->number);
    return true;
}

static struct references rule_uses(struct apply *apply, const struct RuleStmt *def,
                                   const struct relation *relation) {
    struct uses uses = {.schema = apply->schema};
    struct old_and_new visit = {&uses, relation};

    node_walk(apply->arena, &def->tree_node, visit_old_and_new, &visit);
    uses_add_expression(&uses, def->whereClause, NULL);
    for (size_t i = 0; i < def->actions.n; i++) {
        uses_add_expression(&uses, def->actions.v[i], NULL);
        add_inserted(apply, &uses, def->actions.v[i]);
    }
    return uses_end(&uses);
}

static void create_rule(struct apply *apply, struct relation *relation) {
    const struct RuleStmt *def = node_as(RuleStmt, apply->op->node);
    size_t index = find_rule(relation, def->rulename);
    struct rewrite_rule *rule = arena_new(apply->arena, struct rewrite_rule);

    if (index < relation->rule_count && !def->replace &&
        refuse(apply, object_is_certain(&relation->object), "42710",
               "rule \"%s\" for relation \"%s\" already exists", def->rulename,
               relation->object.name))
        return;
    rule->id = schema_new_id(apply->schema);
    rule->name = def->rulename;
    rule->def = def;
    rule->source = apply->statement;
    rule->enabled = 'O';
    rule->uses = rule_uses(apply, def, relation);
    put_rule(apply, relation, index, rule);
    schema_note_uses(apply->schema, relation->object.id, rule->uses);
}

static void enable_rule(struct apply *apply, struct relation *relation) {
    size_t index = find_rule(relation, apply->op->object);
    struct rewrite_rule *rule;

    if (index == relation->rule_count)
        return;
    rule = arena_new(apply->arena, struct rewrite_rule);
    *rule = *relation->rules[index];
    rule->enabled = enabled_of(apply->op->node);
    put_rule(apply, relation, index, rule);
}

/* --- all of them --- */

void drop_attached(struct apply *apply) {
    const struct op *op = apply->op;
    const struct relation *relation = schema_relation(apply->schema, op->target);
    enum part_kind kind = op->kind == OP_DROP_TRIGGER  ? PART_TRIGGER
                          : op->kind == OP_DROP_POLICY ? PART_POLICY
                                                       : PART_RULE;
    struct part part = {.kind = kind};
    size_t index, count;

    if (!relation) {
        if (!op->missing_ok)
            need_relation(apply, op->target, OBJ_TABLE, false);
        return;
    }
    part.object = relation->object.id;
    index = kind == PART_TRIGGER  ? find_trigger(relation, op->object)
            : kind == PART_POLICY ? find_policy(relation, op->object)
                                  : find_rule(relation, op->object);
    count = kind == PART_TRIGGER  ? relation->trigger_count
            : kind == PART_POLICY ? relation->policy_count
                                  : relation->rule_count;
    if (index == count) {
        if (!op->missing_ok)
            refuse(apply, object_is_certain(&relation->object), "42704",
                   "%s \"%s\" for %s \"%s\" does not exist",
                   kind == PART_TRIGGER  ? "trigger"
                   : kind == PART_POLICY ? "policy"
                                         : "rule",
                   op->object, kind == PART_RULE ? "relation" : "table", relation->object.name);
        return;
    }
    if (kind == PART_TRIGGER && relation->triggers[index]->parent &&
        refuse(apply, true, "2BP01",
               "cannot drop trigger %s on table %s because the trigger of its parent requires it",
               op->object, relation->object.name))
        return;
    part.number = kind == PART_TRIGGER  ? relation->triggers[index]->id
                  : kind == PART_POLICY ? relation->policies[index]->id
                                        : relation->rules[index]->id;
    drop_parts(apply, &part, 1, op->cascade);
}

/* --- RENAME and COMMENT --- */

/* A changed copy of a trigger, policy or rule: its new name, or its comment. */
static void change_trigger(struct apply *apply, struct relation *relation, size_t index,
                           const char *name, const char *comment) {
    struct trigger *copy = arena_new(apply->arena, struct trigger);

    *copy = *relation->triggers[index];
    copy->name = name;
    copy->comment = comment;
    put_trigger(apply, relation, index, copy);
}

static void change_policy(struct apply *apply, struct relation *relation, size_t index,
                          const char *name, const char *comment) {
    struct policy *copy = arena_new(apply->arena, struct policy);

    *copy = *relation->policies[index];
    copy->name = name;
    copy->comment = comment;
    put_policy(apply, relation, index, copy);
}

static void change_rule(struct apply *apply, struct relation *relation, size_t index,
                        const char *name, const char *comment) {
    struct rewrite_rule *copy = arena_new(apply->arena, struct rewrite_rule);

    *copy = *relation->rules[index];
    copy->name = name;
    copy->comment = comment;
    put_rule(apply, relation, index, copy);
}

static bool is_missing(struct apply *apply, const struct relation *relation, const char *what,
                       bool missing) {
    if (missing && !apply->op->missing_ok)
        refuse(apply, object_is_certain(&relation->object), "42704",
               "%s \"%s\" for %s \"%s\" does not exist", what, apply->op->object,
               strcmp(what, "rule") == 0 ? "relation" : "table", relation->object.name);
    return missing;
}

static void rename_trigger(struct apply *apply, struct relation *relation, void *context) {
    size_t index = find_trigger(relation, apply->op->object);

    (void)context;
    if (index < relation->trigger_count)
        change_trigger(apply, relation, index, apply->op->new_name,
                       relation->triggers[index]->comment);
}

static bool is_taken(struct apply *apply, const struct relation *relation, const char *what,
                     bool taken) {
    return taken && refuse(apply, object_is_certain(&relation->object), "42710",
                           "%s \"%s\" for relation \"%s\" already exists", what,
                           apply->op->new_name, relation->object.name);
}

/* Since 15 a trigger that was cloned to a partition is renamed with the parent's only (renametrig). */
static bool is_clone(struct apply *apply, const struct relation *relation, size_t index) {
    return relation->triggers[index]->parent && apply->schema->target >= 15 &&
           refuse(apply, object_is_certain(&relation->object),
                  apply->schema->target >= 18 ? "0A000" : "XX000",
                  "cannot rename trigger \"%s\" on table \"%s\"", apply->op->object,
                  relation->object.name);
}

void rename_attached(struct apply *apply) {
    const struct op *op = apply->op;
    struct relation *relation = edit_target(apply, OBJ_TABLE);
    size_t index;

    if (!relation)
        return;
    if (op->kind == OP_RENAME_TRIGGER) {
        index = find_trigger(relation, op->object);
        if (!is_missing(apply, relation, "trigger", index == relation->trigger_count) &&
            !is_clone(apply, relation, index) &&
            !is_taken(apply, relation, "trigger",
                      find_trigger(relation, op->new_name) < relation->trigger_count))
            each_descendant(apply, relation->object.id, true, rename_trigger, NULL);
    } else if (op->kind == OP_RENAME_POLICY) {
        index = find_policy(relation, op->object);
        if (!is_missing(apply, relation, "policy", index == relation->policy_count) &&
            !is_taken(apply, relation, "policy",
                      find_policy(relation, op->new_name) < relation->policy_count))
            change_policy(apply, relation, index, op->new_name, relation->policies[index]->comment);
    } else {
        index = find_rule(relation, op->object);
        if (!is_missing(apply, relation, "rule", index == relation->rule_count) &&
            !is_taken(apply, relation, "rule",
                      find_rule(relation, op->new_name) < relation->rule_count))
            change_rule(apply, relation, index, op->new_name, relation->rules[index]->comment);
    }
}

void comment_on_attached(struct apply *apply, const char *comment) {
    const struct op *op = apply->op;
    struct relation *relation = edit_target(apply, OBJ_TABLE);
    size_t index;

    if (!relation)
        return;
    if (op->object_type == OBJECT_TRIGGER) {
        index = find_trigger(relation, op->object);
        if (!is_missing(apply, relation, "trigger", index == relation->trigger_count))
            change_trigger(apply, relation, index, op->object, comment);
    } else if (op->object_type == OBJECT_POLICY) {
        index = find_policy(relation, op->object);
        if (!is_missing(apply, relation, "policy", index == relation->policy_count))
            change_policy(apply, relation, index, op->object, comment);
    } else {
        index = find_rule(relation, op->object);
        if (!is_missing(apply, relation, "rule", index == relation->rule_count))
            change_rule(apply, relation, index, op->object, comment);
    }
}

static bool row_security(struct relation *relation, enum op_kind kind) {
    switch (kind) {
    case OP_ENABLE_ROW_SECURITY:
        relation->row_security = true;
        return true;
    case OP_DISABLE_ROW_SECURITY:
        relation->row_security = false;
        return true;
    case OP_FORCE_ROW_SECURITY:
        relation->force_row_security = true;
        return true;
    case OP_NO_FORCE_ROW_SECURITY:
        relation->force_row_security = false;
        return true;
    default:
        return false;
    }
}

void apply_on_relation(struct apply *apply) {
    struct relation *relation = edit_target(apply, OBJ_TABLE);

    if (!relation || row_security(relation, apply->op->kind))
        return;
    switch (apply->op->kind) {
    case OP_CREATE_TRIGGER:
        create_trigger(apply, relation);
        break;
    case OP_CREATE_POLICY:
        create_policy(apply, relation);
        break;
    case OP_ALTER_POLICY:
        alter_policy(apply, relation);
        break;
    case OP_CREATE_RULE:
        create_rule(apply, relation);
        break;
    case OP_ENABLE_TRIGGER:
    case OP_DISABLE_TRIGGER:
        enable_triggers(apply, relation);
        break;
    default:
        enable_rule(apply, relation);
        break;
    }
}
