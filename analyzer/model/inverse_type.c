/* Types, functions, sequences and publications that both have. */
#include "model/inverse_work.h"

#include "model/expr_type.h"

#include <string.h>

static void alter(struct inverse_work *work, const struct object *object) {
    print(&work->then, "ALTER %s ", object_sql_kind(object));
    print_object_name(&work->then, object);
}

/* --- enums --- */

static bool has_label(const struct type *type, const char *label) {
    for (size_t i = 0; i < type->labels.n; i++)
        if (strcmp(type->labels.v[i], label) == 0)
            return true;
    return false;
}

static void restore_labels(struct inverse_work *work, const struct type *now,
                           const struct type *then) {
    if (now->labels.n != then->labels.n) {
        for (size_t i = 0; i < now->labels.n; i++)
            if (!has_label(then, now->labels.v[i]))
                inverse_obstacle(work, "the value %s cannot be taken out of enum %s again",
                                 now->labels.v[i], inverse_name(work, &then->object));
        return;
    }
    for (size_t i = 0; i < now->labels.n; i++) {
        if (strcmp(now->labels.v[i], then->labels.v[i]) == 0)
            continue;
        alter(work, &then->object);
        print(&work->then, " RENAME VALUE ");
        print_literal(&work->then, now->labels.v[i]);
        print(&work->then, " TO ");
        print_literal(&work->then, then->labels.v[i]);
        print(&work->then, ";\n");
    }
}

/* --- domains --- */

static const struct domain_constraint *find_constraint(const struct type *type,
                                                       const struct domain_constraint *wanted) {
    for (size_t i = 0; i < type->constraint_count; i++)
        if (type->constraints[i].source == wanted->source &&
            type->constraints[i].def == wanted->def)
            return &type->constraints[i];
    return NULL;
}

static void drop_constraints(struct inverse_work *work, const struct type *now,
                             const struct type *then) {
    for (size_t i = 0; i < now->constraint_count; i++) {
        const struct domain_constraint *constraint = &now->constraints[i];
        const struct domain_constraint *old = find_constraint(then, constraint);
        if (old && old->validated == constraint->validated &&
            strcmp(old->name, constraint->name) == 0)
            continue;
        alter(work, &then->object);
        if (old && old->validated == constraint->validated) {
            print(&work->then, " RENAME CONSTRAINT ");
            print_name(&work->then, constraint->name);
            print(&work->then, " TO ");
            print_name(&work->then, old->name);
        } else {
            print(&work->then, " DROP CONSTRAINT ");
            print_name(&work->then, constraint->name);
        }
        print(&work->then, ";\n");
    }
}

static void add_constraints(struct inverse_work *work, const struct type *now,
                            const struct type *then) {
    for (size_t i = 0; i < then->constraint_count; i++) {
        const struct domain_constraint *constraint = &then->constraints[i];
        const struct domain_constraint *there = find_constraint(now, constraint);
        if (there && there->validated == constraint->validated)
            continue;
        alter(work, &then->object);
        print(&work->then, " ADD");
        print_domain_constraint(&work->then, constraint);
        print(&work->then, "%s;\n", constraint->validated ? "" : " NOT VALID");
    }
}

static void restore_domain(struct inverse_work *work, const struct type *now,
                           const struct type *then) {
    if (now->default_source != then->default_source) {
        alter(work, &then->object);
        print(&work->then, then->default_expr ? " SET DEFAULT " : " DROP DEFAULT");
        if (then->default_expr)
            print_domain_default(&work->then, then);
        print(&work->then, ";\n");
    }
    drop_constraints(work, now, then);
    if (now->not_null != then->not_null && work->then.schema->target < 17) {
        alter(work, &then->object);
        print(&work->then, " %s NOT NULL;\n", then->not_null ? "SET" : "DROP");
    }
    add_constraints(work, now, then);
}

/* --- functions --- */

static void restore_function(struct inverse_work *work, const struct function *now,
                             const struct function *then) {
    if (now->source == then->source && now->altered.v == then->altered.v)
        return;
    if (!then->source || then->object.assumed || then->object.not_certain)
        inverse_obstacle(work, "what function %s did before is not known",
                         inverse_name(work, &then->object));
    else if (then->object.kind == OBJ_AGGREGATE)
        inverse_obstacle(work, "aggregate %s cannot be replaced in its place",
                         inverse_name(work, &then->object));
    else
        print_replaced_function(&work->then, then);
}

/* --- sequences --- */

/* What is not said is the default: all is said. */
static void print_all_options(struct inverse_work *work, const struct relation *sequence) {
    static const char *const names[] = {"increment", "minvalue", "maxvalue",
                                        "start",     "cache",    "cycle"};
    static const char *const defaults[] = {" INCREMENT BY 1", " NO MINVALUE", " NO MAXVALUE",
                                           " START WITH 1",   " CACHE 1",     " NO CYCLE"};

    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        const struct DefElem *option = option_named(sequence->options, names[i]);
        const struct DefElem *first = option_named(sequence->options, "minvalue");
        if (option && (option->arg || strcmp(names[i], "cycle") == 0))
            print_sequence_option(&work->then, option);
        else if (strcmp(names[i], "start") == 0 && first && first->arg)
            print_number_option(&work->then, "START WITH", first);
        else
            print(&work->then, "%s", defaults[i]);
    }
}

static bool same_options(const struct relation *a, const struct relation *b) {
    return a->options.v == b->options.v && a->options.n == b->options.n;
}

static void restore_ownership(struct inverse_work *work, const struct relation *now,
                              const struct relation *then) {
    const struct relation *table = schema_relation_by_id(work->then.schema, then->owned_by);
    const struct column *column = table ? relation_column(table, then->owned_column) : NULL;

    if (now->owned_by == then->owned_by && inverse_same_text(now->owned_column, then->owned_column))
        return;
    if (column && column->identity)
        return;
    alter(work, &then->object);
    print(&work->then, " OWNED BY ");
    if (column) {
        print_object_name(&work->then, &table->object);
        print(&work->then, ".");
        print_name(&work->then, column->name);
    } else {
        print(&work->then, "NONE");
    }
    print(&work->then, ";\n");
}

/* A renamed column is still the one that owns it: then only its name differs, and it follows. */
static bool owner_was_renamed(const struct inverse_work *work, const struct relation *now,
                              const struct relation *then) {
    const struct relation *a = schema_relation_by_id(work->now.schema, now->owned_by);
    const struct relation *b = schema_relation_by_id(work->then.schema, then->owned_by);
    const struct column *x = a ? relation_column(a, now->owned_column) : NULL;
    const struct column *y = b ? relation_column(b, then->owned_column) : NULL;

    return x && y && a->object.id == b->object.id && x->number == y->number;
}

static bool same_sequence_type(const struct relation *a, const struct relation *b) {
    return inverse_same_text(a->sequence_type.name, b->sequence_type.name);
}

static bool is_owner_retyped(const struct inverse_work *work, const struct relation *then) {
    const struct relation *table = schema_relation_by_id(work->then.schema, then->owned_by);
    const struct column *column = table ? relation_column(table, then->owned_column) : NULL;

    return column && column->identity && inverse_changed(work, then->owned_by);
}

static void restore_sequence(struct inverse_work *work, const struct relation *now,
                             const struct relation *then) {
    bool type = !same_sequence_type(now, then) && !is_owner_retyped(work, then);

    if (!same_options(now, then) || type) {
        alter(work, &then->object);
        if (then->sequence_type.name) {
            print(&work->then, " AS ");
            print_type(&work->then, &then->sequence_type);
        }
        print_all_options(work, then);
        print(&work->then, ";\n");
    }
    if (!owner_was_renamed(work, now, then))
        restore_ownership(work, now, then);
}

/* --- publications --- */

static bool same_uses(struct references a, struct references b) {
    if (a.n != b.n)
        return false;
    for (size_t i = 0; i < a.n; i++)
        if (a.v[i].id != b.v[i].id || a.v[i].column != b.v[i].column)
            return false;
    return true;
}

static void drop_published(struct inverse_work *work, const struct other *now) {
    for (size_t i = 0; i < now->uses.n; i++) {
        const struct relation *table = schema_relation_by_id(work->now.schema, now->uses.v[i].id);
        if (!table || now->uses.v[i].column)
            continue;
        alter(work, &now->object);
        print(&work->then, " DROP TABLE ");
        print_object_name(&work->now, &table->object);
        print(&work->then, ";\n");
    }
}

static void restore_publication(struct inverse_work *work, const struct other *now,
                                const struct other *then) {
    bool any = false;

    if (same_uses(now->uses, then->uses))
        return;
    for (size_t i = 0; i < then->uses.n; i++) {
        const struct relation *table = schema_relation_by_id(work->then.schema, then->uses.v[i].id);
        if (!table || then->uses.v[i].column) {
            inverse_obstacle(work, "what publication %s had besides whole tables is not known",
                             then->object.name);
            continue;
        }
        if (any)
            print(&work->then, ", ");
        else {
            alter(work, &then->object);
            print(&work->then, " SET TABLE ");
        }
        any = true;
        print_object_name(&work->then, &table->object);
    }
    if (any)
        print(&work->then, ";\n");
    else if (then->uses.n == 0)
        drop_published(work, now);
}

void inverse_types(struct inverse_work *work) {
    for (size_t i = 0; i < work->changed_count; i++) {
        const struct object *now = work->changed[i].now, *then = work->changed[i].then;
        if (now->kind == OBJ_ENUM)
            restore_labels(work, INVERSE_AS(type, now), INVERSE_AS(type, then));
        else if (now->kind == OBJ_DOMAIN)
            restore_domain(work, INVERSE_AS(type, now), INVERSE_AS(type, then));
        else if (object_is_function(now))
            restore_function(work, INVERSE_AS(function, now), INVERSE_AS(function, then));
        else if (now->kind == OBJ_SEQUENCE)
            restore_sequence(work, INVERSE_AS(relation, now), INVERSE_AS(relation, then));
        else if (now->kind == OBJ_PUBLICATION)
            restore_publication(work, INVERSE_AS(other, now), INVERSE_AS(other, then));
    }
}
