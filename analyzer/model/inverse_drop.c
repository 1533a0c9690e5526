/* What now has and then does not: taken away under the names of now. */
#include "model/inverse_work.h"

#include "model/depend.h"

#include <string.h>

/* --- parts of relations that both have --- */

static bool has_trigger(const struct relation *relation, object_id id) {
    for (size_t i = 0; i < relation->trigger_count; i++)
        if (relation->triggers[i]->id == id)
            return true;
    return false;
}

/* Whether a part that now has comes from elsewhere: it goes with that. */
static bool goes_with_parent(const struct inverse_work *work, const struct trigger *trigger,
                             const struct relation *now) {
    for (size_t i = 0; trigger->parent && i < now->parents.n; i++) {
        const struct relation *parent = schema_relation_by_id(work->now.schema, now->parents.v[i]);
        if (parent && has_trigger(parent, trigger->parent))
            return true;
    }
    return false;
}

static void drop_part(struct inverse_work *work, const struct relation *relation, const char *kind,
                      const char *name) {
    print(&work->now, "DROP %s ", kind);
    print_name(&work->now, name);
    print(&work->now, " ON ");
    print_object_name(&work->now, &relation->object);
    print(&work->now, ";\n");
}

static const struct trigger *trigger_of(const struct relation *relation, object_id id) {
    for (size_t i = 0; i < relation->trigger_count; i++)
        if (relation->triggers[i]->id == id)
            return relation->triggers[i];
    return NULL;
}

static const struct policy *policy_of(const struct relation *relation, object_id id) {
    for (size_t i = 0; i < relation->policy_count; i++)
        if (relation->policies[i]->id == id)
            return relation->policies[i];
    return NULL;
}

static const struct rewrite_rule *rule_of(const struct relation *relation, object_id id) {
    for (size_t i = 0; i < relation->rule_count; i++)
        if (relation->rules[i]->id == id)
            return relation->rules[i];
    return NULL;
}

/* New ones, and those that are made anew because they were another way (inverse_attached makes them). */
static void drop_attached(struct inverse_work *work, const struct relation *now,
                          const struct relation *then) {
    for (size_t i = 0; i < now->trigger_count; i++) {
        const struct trigger *old = trigger_of(then, now->triggers[i]->id);
        if (!goes_with_parent(work, now->triggers[i], now) &&
            (!old || old->source != now->triggers[i]->source))
            drop_part(work, now, "TRIGGER", now->triggers[i]->name);
    }
    for (size_t i = 0; i < now->policy_count; i++) {
        const struct policy *old = policy_of(then, now->policies[i]->id);
        if (!old || old->source != now->policies[i]->source ||
            old->changes != now->policies[i]->changes)
            drop_part(work, now, "POLICY", now->policies[i]->name);
    }
    for (size_t i = 0; i < now->rule_count; i++) {
        const struct rewrite_rule *old = rule_of(then, now->rules[i]->id);
        if (!old || old->source != now->rules[i]->source)
            drop_part(work, now, "RULE", now->rules[i]->name);
    }
}

static bool names_new_column(const struct inverse_work *work, const struct relation *now,
                             const struct constraint *constraint) {
    for (size_t i = 0; i < constraint->columns.n; i++)
        if (inverse_column_is_new(work, now, constraint->columns.v[i]))
            return true;
    for (size_t i = 0; i < constraint->uses.n; i++) {
        const struct column *column =
            constraint->uses.v[i].id == now->object.id
                ? relation_column_by_number(now, constraint->uses.v[i].column)
                : NULL;
        if (column && inverse_column_is_new(work, now, column->name))
            return true;
    }
    return false;
}

static bool is_a_key(const struct constraint *constraint) {
    return constraint->kind == CONSTRAINT_PRIMARY_KEY || constraint->kind == CONSTRAINT_UNIQUE;
}

/* A constraint that a partition or child has from its parent goes with that one. */
static bool is_of_parent(const struct constraint *constraint, bool detached) {
    return !detached && (constraint->parent || (constraint->inherited && !constraint->local));
}

static bool is_kept(const struct relation *then, const struct constraint *constraint) {
    const struct constraint *old = relation_constraint_by_id(then, constraint->id);
    return old && !inverse_constraint_is_made_anew(constraint, old);
}

static void drop_constraint(struct inverse_work *work, const struct relation *now,
                            const struct constraint *constraint) {
    inverse_alter(&work->now, now, false);
    print(&work->now, " DROP CONSTRAINT ");
    print_name(&work->now, constraint->name);
    print(&work->now, ";\n");
}

/* Foreign keys first, for keys stand below them. */
static void drop_constraints(struct inverse_work *work, bool keys) {
    for (size_t i = 0; i < work->changed_count; i++) {
        const struct relation *now, *then;
        bool detached;
        if (!object_is_relation(work->changed[i].now))
            continue;
        now = INVERSE_AS(relation, work->changed[i].now);
        then = INVERSE_AS(relation, work->changed[i].then);
        detached = now->partition_bound && !then->partition_bound;
        for (size_t j = 0; j < now->constraint_count; j++) {
            const struct constraint *constraint = now->constraints[j];
            if (is_a_key(constraint) != keys || is_of_parent(constraint, detached) ||
                is_kept(then, constraint) || names_new_column(work, now, constraint))
                continue;
            drop_constraint(work, now, constraint);
        }
    }
}

void inverse_drop_parts(struct inverse_work *work) {
    for (size_t i = 0; i < work->changed_count; i++)
        if (object_is_relation(work->changed[i].now))
            drop_attached(work, INVERSE_AS(relation, work->changed[i].now),
                          INVERSE_AS(relation, work->changed[i].then));
    drop_constraints(work, false);
    drop_constraints(work, true);
}

/* --- partitions and inheritance --- */

static void take_from_parent(struct inverse_work *work, const struct relation *child,
                             const struct relation *parent) {
    if (child->partition_bound) {
        inverse_alter(&work->now, parent, false);
        print(&work->now, " DETACH PARTITION ");
        print_object_name(&work->now, &child->object);
    } else {
        inverse_alter(&work->now, child, false);
        print(&work->now, " NO INHERIT ");
        print_object_name(&work->now, &parent->object);
    }
    print(&work->now, ";\n");
}

static void detach_index(struct inverse_work *work, const struct relation *index) {
    inverse_obstacle(work, "index %s cannot be detached from the partitioned index again",
                     inverse_name(work, &index->object));
}

void inverse_detach(struct inverse_work *work) {
    for (size_t i = 0; i < work->changed_count; i++) {
        const struct relation *now = INVERSE_AS(relation, work->changed[i].now);
        const struct relation *then = INVERSE_AS(relation, work->changed[i].then);
        if (!object_is_relation(work->changed[i].now))
            continue;
        for (size_t j = 0; j < now->parents.n; j++) {
            const struct relation *parent =
                schema_relation_by_id(work->now.schema, now->parents.v[j]);
            const struct changed *table = inverse_changed(work, now->table);
            if (!parent || id_list_has(&then->parents, parent->object.id) ||
                !schema_object(work->then.schema, parent->object.id))
                continue;
            if (!object_is_index(&now->object))
                take_from_parent(work, now, parent);
            else if (!table || !INVERSE_AS(relation, table->now)->partition_bound ||
                     INVERSE_AS(relation, table->then)->partition_bound)
                detach_index(work, now);
        }
    }
}

/* --- whole objects --- */

static bool is_made(const struct inverse_work *work, object_id id) {
    if (id && work->how.base && !schema_object(work->how.base, id))
        return true;
    for (size_t i = 0; i < work->made.n; i++)
        if (work->made.v[i]->id == id)
            return true;
    return false;
}

static bool index_goes_along(const struct inverse_work *work, const struct relation *index) {
    const struct relation *table = schema_relation_by_id(work->now.schema, index->table);

    if (index->is_constraint || is_made(work, index->table))
        return true;
    for (size_t i = 0; i < index->parents.n; i++)
        if (is_made(work, index->parents.v[i]))
            return true;
    for (size_t i = 0; table && i < index->uses.n; i++) {
        const struct column *column =
            index->uses.v[i].id == table->object.id
                ? relation_column_by_number(table, index->uses.v[i].column)
                : NULL;
        if (column && inverse_column_is_new(work, table, column->name))
            return true;
    }
    for (size_t i = 0; table && i < index->index_column_count; i++)
        if (inverse_column_is_new(work, table, index->index_columns[i].column))
            return true;
    return false;
}

/* With its table or column, or with the identity that it numbers. */
static bool sequence_goes_along(const struct inverse_work *work, const struct relation *sequence) {
    const struct relation *table = schema_relation_by_id(work->now.schema, sequence->owned_by);
    const struct column *column = table ? relation_column(table, sequence->owned_column) : NULL;

    return column && (is_made(work, sequence->owned_by) || column->identity ||
                      inverse_column_is_new(work, table, column->name));
}

static bool goes_along(const struct inverse_work *work, const struct object *object) {
    const struct relation *relation = schema_relation_by_id(work->now.schema, object->id);

    if (object_is_index(object))
        return index_goes_along(work, relation);
    if (object->kind == OBJ_SEQUENCE)
        return sequence_goes_along(work, relation);
    return object->kind == OBJ_STATISTICS && INVERSE_AS(other, object)->uses.n > 0 &&
           is_made(work, INVERSE_AS(other, object)->uses.v[0].id);
}

static void drop_object(struct inverse_work *work, const struct object *object) {
    const char *kind = object_sql_kind(object);
    const struct CreateOpClassStmt *class =
        object->kind == OBJ_OTHER
            ? node_if(CreateOpClassStmt, INVERSE_AS(other, object)->definition)
            : NULL;

    if (!kind && !class) {
        inverse_obstacle(work, "how %s is dropped is not known", object->name);
        return;
    }
    if (object->not_certain)
        inverse_note(work, "%s may have been there before: then it stays",
                     inverse_name(work, object));
    print(&work->now, "DROP %s %s", class ? "OPERATOR CLASS" : kind,
          object_is_index(object) && work->how.concurrently ? "CONCURRENTLY " : "");
    print_object_name(&work->now, object);
    if (object_is_function(object))
        print_arguments(&work->now, object);
    if (class)
        print(&work->now, " USING %s", class->amname);
    print(&work->now, ";\n");
}

static void drop_kinds(struct inverse_work *work, bool views) {
    for (size_t i = work->made.n; i > 0; i--) {
        const struct object *object = work->made.v[i - 1];
        bool view = object->kind == OBJ_VIEW || object->kind == OBJ_MATVIEW;
        if (view == views && !goes_along(work, object))
            drop_object(work, object);
    }
}

static void drop_columns(struct inverse_work *work, const struct relation *now,
                         const struct relation *then) {
    bool attribute = now->object.kind == OBJ_COMPOSITE_TYPE;

    for (size_t i = now->column_count; i > 0; i--) {
        const struct column *column = &now->columns[i - 1];
        bool assumed = now->of_type || (!now->columns_known && column->unit == 0);
        if (assumed || relation_column_by_number(then, column->number) ||
            (column->inherited && !column->local))
            continue;
        inverse_alter(&work->now, now, false);
        print(&work->now, " DROP %s ", attribute ? "ATTRIBUTE" : "COLUMN");
        print_name(&work->now, column->name);
        print(&work->now, "%s;\n", attribute ? " CASCADE" : "");
    }
}

static bool has_own_columns(const struct object *object) {
    return object->kind == OBJ_TABLE || object->kind == OBJ_PARTITIONED_TABLE ||
           object->kind == OBJ_FOREIGN_TABLE || object->kind == OBJ_COMPOSITE_TYPE;
}

/* In the other order than that of making; columns before the types that they have. */
void inverse_drop_objects(struct inverse_work *work) {
    drop_kinds(work, true);
    for (size_t i = 0; i < work->changed_count; i++)
        if (has_own_columns(work->changed[i].now))
            drop_columns(work, INVERSE_AS(relation, work->changed[i].now),
                         INVERSE_AS(relation, work->changed[i].then));
    drop_kinds(work, false);
}
