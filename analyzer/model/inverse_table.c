/* What hangs on relations that both have, and their state as a whole. */
#include "model/inverse_work.h"

#include <string.h>

typedef void (*relation_visitor)(struct inverse_work *work, const struct relation *now,
                                 const struct relation *then);

static void each_relation(struct inverse_work *work, relation_visitor visit) {
    for (size_t i = 0; i < work->changed_count; i++)
        if (object_is_relation(work->changed[i].now))
            visit(work, INVERSE_AS(relation, work->changed[i].now),
                  INVERSE_AS(relation, work->changed[i].then));
}

/* --- constraints --- */

/* CHECKs and NOT NULLs that a child has from its parent come back with that one's. */
static bool comes_with_parent(const struct inverse_work *work, const struct relation *then,
                              const struct constraint *constraint) {
    if ((constraint->kind != CONSTRAINT_CHECK && constraint->kind != CONSTRAINT_NOT_NULL) ||
        !constraint->inherited)
        return false;
    for (size_t i = 0; i < then->parents.n; i++) {
        const struct changed *parent = inverse_changed(work, then->parents.v[i]);
        if (parent && relation_constraint(INVERSE_AS(relation, parent->then), constraint->name) &&
            !relation_constraint(INVERSE_AS(relation, parent->now), constraint->name))
            return true;
    }
    return !constraint->local;
}

static void make_constraint(struct inverse_work *work, const struct relation *then,
                            const struct constraint *constraint) {
    if (constraint->kind == CONSTRAINT_FOREIGN_KEY)
        print_foreign_key(&work->then, then, constraint);
    else if (constraint->kind == CONSTRAINT_CHECK || constraint->kind == CONSTRAINT_NOT_NULL)
        print_added_check(&work->then, then, constraint);
    else
        print_key(&work->then, then, constraint);
    print_comment_on(&work->then, "CONSTRAINT", constraint->name, then, constraint->comment);
}

bool inverse_constraint_is_made_anew(const struct constraint *now, const struct constraint *then) {
    return now->validated && !then->validated && now->enforced == then->enforced;
}

static void alter_constraint(struct inverse_work *work, const struct relation *relation,
                             const struct constraint *now, const struct constraint *then) {
    bool deferral =
        now->deferrable != then->deferrable || now->initially_deferred != then->initially_deferred;
    bool enforcement = now->enforced != then->enforced;

    if (!deferral && !enforcement && now->no_inherit == then->no_inherit)
        return;
    inverse_alter(&work->then, relation, false);
    print(&work->then, " ALTER CONSTRAINT ");
    print_name(&work->then, then->name);
    if (deferral)
        print(&work->then, "%s%s", then->deferrable ? " DEFERRABLE" : " NOT DEFERRABLE",
              then->initially_deferred ? " INITIALLY DEFERRED" : "");
    if (enforcement)
        print(&work->then, "%s", then->enforced ? " ENFORCED" : " NOT ENFORCED");
    if (now->no_inherit != then->no_inherit)
        print(&work->then, "%s", then->no_inherit ? " NO INHERIT" : " INHERIT");
    print(&work->then, ";\n");
}

static void restore_constraints(struct inverse_work *work, const struct relation *now,
                                const struct relation *then, bool foreign) {
    bool attached = then->partition_bound && !now->partition_bound;

    for (size_t i = 0; i < then->constraint_count; i++) {
        const struct constraint *constraint = then->constraints[i];
        const struct constraint *there = relation_constraint_by_id(now, constraint->id);
        if ((constraint->kind == CONSTRAINT_FOREIGN_KEY) != foreign ||
            comes_with_parent(work, then, constraint) || (foreign && constraint->parent))
            continue;
        if (!there || inverse_constraint_is_made_anew(there, constraint))
            make_constraint(work, then, constraint);
        else if (!attached && !constraint->parent)
            alter_constraint(work, then, there, constraint);
    }
}

static void restore_keys(struct inverse_work *work, const struct relation *now,
                         const struct relation *then) {
    restore_constraints(work, now, then, false);
}

static void restore_foreign_keys(struct inverse_work *work, const struct relation *now,
                                 const struct relation *then) {
    restore_constraints(work, now, then, true);
}

void inverse_keys(struct inverse_work *work) {
    each_relation(work, restore_keys);
}

void inverse_foreign_keys(struct inverse_work *work) {
    each_relation(work, restore_foreign_keys);
}

/* --- triggers, rules, policies --- */

static void enable(struct inverse_work *work, const struct relation *then, const char *what,
                   const char *name, char enabled) {
    if (enabled != 'O') {
        print_enabled(&work->then, then, what, name, enabled);
        return;
    }
    print(&work->then, "ALTER TABLE ");
    print_object_name(&work->then, &then->object);
    print(&work->then, " ENABLE %s ", what);
    print_name(&work->then, name);
    print(&work->then, ";\n");
}

static void restore_triggers(struct inverse_work *work, const struct relation *now,
                             const struct relation *then) {
    for (size_t i = 0; i < then->trigger_count; i++) {
        const struct trigger *trigger = then->triggers[i], *there = NULL;
        for (size_t j = 0; j < now->trigger_count; j++)
            if (now->triggers[j]->id == trigger->id && now->triggers[j]->source == trigger->source)
                there = now->triggers[j];
        if (there && there->enabled != trigger->enabled)
            enable(work, then, "TRIGGER", trigger->name, trigger->enabled);
        if (there || !trigger->def)
            continue;
        if (!trigger->parent)
            print_trigger(&work->then, then, trigger);
        print_enabled(&work->then, then, "TRIGGER", trigger->name, trigger->enabled);
        print_comment_on(&work->then, "TRIGGER", trigger->name, then, trigger->comment);
    }
}

static void restore_rules(struct inverse_work *work, const struct relation *now,
                          const struct relation *then) {
    for (size_t i = 0; i < then->rule_count; i++) {
        const struct rewrite_rule *rule = then->rules[i], *there = NULL;
        for (size_t j = 0; j < now->rule_count; j++)
            if (now->rules[j]->id == rule->id && now->rules[j]->source == rule->source)
                there = now->rules[j];
        if (there && there->enabled != rule->enabled)
            enable(work, then, "RULE", rule->name, rule->enabled);
        if (there || !rule->def)
            continue;
        print_rule(&work->then, then, rule);
        print_enabled(&work->then, then, "RULE", rule->name, rule->enabled);
        print_comment_on(&work->then, "RULE", rule->name, then, rule->comment);
    }
}

static void restore_policies(struct inverse_work *work, const struct relation *now,
                             const struct relation *then) {
    for (size_t i = 0; i < then->policy_count; i++) {
        const struct policy *policy = then->policies[i];
        bool there = !policy->def;
        for (size_t j = 0; j < now->policy_count; j++)
            there = there || (now->policies[j]->id == policy->id &&
                              now->policies[j]->source == policy->source &&
                              now->policies[j]->changes == policy->changes);
        if (there)
            continue;
        print_policy(&work->then, then, policy);
        print_comment_on(&work->then, "POLICY", policy->name, then, policy->comment);
    }
}

void inverse_attached(struct inverse_work *work) {
    each_relation(work, restore_rules);
    each_relation(work, restore_triggers);
    each_relation(work, restore_policies);
}

/* --- views --- */

bool inverse_view_is_made_anew(const struct inverse_work *work, const struct changed *changed) {
    const struct relation *now = INVERSE_AS(relation, changed->now);
    const struct relation *then = INVERSE_AS(relation, changed->then);

    (void)work;
    if (changed->now->kind != OBJ_VIEW || now->source == then->source)
        return false;
    return !now->columns_known || !then->columns_known || now->column_count > then->column_count;
}

static void restore_query(struct inverse_work *work, const struct relation *now,
                          const struct relation *then) {
    if (then->object.kind == OBJ_VIEW && now->source != then->source)
        print_replaced_view(&work->then, then);
}

void inverse_views(struct inverse_work *work) {
    each_relation(work, restore_query);
}

/* --- the state of relations --- */

static void alter_with(struct inverse_work *work, const struct relation *relation,
                       const char *words) {
    inverse_alter(&work->then, relation, false);
    print(&work->then, " %s;\n", words);
}

static void restore_parents(struct inverse_work *work, const struct relation *now,
                            const struct relation *then) {
    if (object_is_index(&then->object))
        return;
    if (then->partition_bound && !now->partition_bound) {
        print_attachment(&work->then, then);
        return;
    }
    for (size_t i = 0; i < then->parents.n; i++) {
        if (id_list_has(&now->parents, then->parents.v[i]))
            continue;
        for (size_t j = 0; j < then->column_count; j++)
            if (!then->columns[j].local) {
                inverse_obstacle(work, "%s has its columns as its own, and not only from a parent",
                                 inverse_name(work, &then->object));
                break;
            }
        inverse_alter(&work->then, then, false);
        print(&work->then, " INHERIT ");
        print_object_name(&work->then, schema_object(work->then.schema, then->parents.v[i]));
        print(&work->then, ";\n");
    }
}

static void restore_options(struct inverse_work *work, const struct relation *now,
                            const struct relation *then) {
    bool replaced = then->object.kind == OBJ_VIEW && now->source != then->source;

    if (replaced || then->object.kind == OBJ_SEQUENCE ||
        (now->options.v == then->options.v && now->options.n == then->options.n))
        return;
    if (now->options.n > 0) {
        inverse_alter(&work->then, then, false);
        print_reset(&work->then, now->options);
    }
    if (then->options.n > 0) {
        inverse_alter(&work->then, then, false);
        print_set_options(&work->then, then->options);
    }
}

static bool is_heap(const struct relation *relation) {
    return relation->object.kind == OBJ_TABLE || relation->object.kind == OBJ_PARTITIONED_TABLE;
}

static void restore_storage(struct inverse_work *work, const struct relation *now,
                            const struct relation *then) {
    restore_options(work, now, then);
    if (now->persistence != then->persistence && is_heap(then))
        alter_with(work, then, then->persistence == 'u' ? "SET UNLOGGED" : "SET LOGGED");
    if (!inverse_same_text(now->access_method, then->access_method) && is_heap(then))
        alter_with(work, then,
                   arena_printf(work->arena, "SET ACCESS METHOD %s",
                                then->access_method ? then->access_method : "heap"));
    if (!inverse_same_text(now->tablespace, then->tablespace))
        alter_with(work, then,
                   arena_printf(work->arena, "SET TABLESPACE %s",
                                then->tablespace ? then->tablespace : "pg_default"));
    if (now->of_type && !then->of_type)
        alter_with(work, then, "NOT OF");
    else if (now->of_type != then->of_type)
        alter_with(
            work, then,
            arena_printf(work->arena, "OF %s",
                         inverse_name(work, schema_object(work->then.schema, then->of_type))));
}

static void restore_security(struct inverse_work *work, const struct relation *now,
                             const struct relation *then) {
    if (now->row_security != then->row_security)
        alter_with(work, then,
                   then->row_security ? "ENABLE ROW LEVEL SECURITY" : "DISABLE ROW LEVEL SECURITY");
    if (now->force_row_security != then->force_row_security)
        alter_with(work, then,
                   then->force_row_security ? "FORCE ROW LEVEL SECURITY"
                                            : "NO FORCE ROW LEVEL SECURITY");
}

static const struct relation *clustered_index(const struct schema *schema,
                                              const struct relation *table) {
    for (size_t i = 0; i < table->indexes.n; i++) {
        const struct relation *index = schema_relation_by_id(schema, table->indexes.v[i]);
        if (index && index->clustered)
            return index;
    }
    return NULL;
}

static void restore_order(struct inverse_work *work, const struct relation *table) {
    const struct relation *then = clustered_index(work->then.schema, table);

    alter_with(
        work, table,
        then ? arena_printf(work->arena, "CLUSTER ON %s",
                            schema_display(work->arena, (struct name){NULL, then->object.name}))
             : "SET WITHOUT CLUSTER");
}

/* Said of the table, once: where another of its indexes is marked. */
static void restore_clustering(struct inverse_work *work, const struct relation *table) {
    const struct relation *there = schema_relation_by_id(work->now.schema, table->object.id);
    const struct relation *now = there ? clustered_index(work->now.schema, there) : NULL;
    const struct relation *then = clustered_index(work->then.schema, table);

    if (now && !schema_object(work->then.schema, now->object.id))
        now = NULL; /* it is dropped */
    if ((now ? now->object.id : 0) != (then ? then->object.id : 0))
        restore_order(work, table);
}

static void visit_clustering(struct inverse_work *work) {
    object_id last = 0;

    for (size_t i = 0; i < work->changed_count; i++) {
        const struct object *object = work->changed[i].then;
        const struct relation *index = INVERSE_AS(relation, object);
        const struct relation *table =
            object_is_index(object) ? schema_relation_by_id(work->then.schema, index->table) : NULL;
        if (!table || table->object.id == last)
            continue;
        last = table->object.id;
        restore_clustering(work, table);
    }
}

static void restore_identity(struct inverse_work *work, const struct relation *now,
                             const struct relation *then) {
    if (now->replica_identity == then->replica_identity &&
        now->replica_index == then->replica_index)
        return;
    if (then->replica_identity == 'd')
        alter_with(work, then, "REPLICA IDENTITY DEFAULT");
    else
        print_replica_identity(&work->then, then);
}

static void restore_state(struct inverse_work *work, const struct relation *now,
                          const struct relation *then) {
    restore_parents(work, now, then);
    restore_storage(work, now, then);
    restore_security(work, now, then);
    restore_identity(work, now, then);
}

static void restore_owner(struct inverse_work *work, const struct object *now,
                          const struct object *then) {
    const char *kind = object_sql_kind(then);

    if (inverse_same_text(now->owner, then->owner))
        return;
    if (!then->owner || !kind) {
        inverse_obstacle(work, "the owner of %s before is not known", inverse_name(work, then));
        return;
    }
    print(&work->then, "ALTER %s ", kind);
    print_object_name(&work->then, then);
    if (object_is_function(then))
        print_arguments(&work->then, then);
    print(&work->then, " OWNER TO ");
    print_name(&work->then, then->owner);
    print(&work->then, ";\n");
}

void inverse_table_state(struct inverse_work *work) {
    each_relation(work, restore_state);
    visit_clustering(work);
    for (size_t i = 0; i < work->changed_count; i++)
        restore_owner(work, work->changed[i].now, work->changed[i].then);
}
