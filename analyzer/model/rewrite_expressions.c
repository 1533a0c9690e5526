#include "model/rewrite_expressions.h"

#include "sql/replace.h"

struct rewriting {
    struct schema *schema;
    node_replacer replace;
    void *context;
};

static const struct node *rewrite(const struct rewriting *rewriting, const struct node *node) {
    return node ? node_replace(rewriting->schema->arena, node, rewriting->replace,
                               rewriting->context)
                : NULL;
}

static void in_columns(const struct rewriting *rewriting, struct relation *relation) {
    for (size_t i = 0; i < relation->column_count; i++) {
        const struct node *expr = rewrite(rewriting, relation->columns[i].default_expr);
        if (expr != relation->columns[i].default_expr)
            relation_edit_column(rewriting->schema, relation, relation->columns[i].name)
                ->default_expr = expr;
    }
}

static void in_constraints(const struct rewriting *rewriting, struct relation *relation) {
    for (size_t i = 0; i < relation->constraint_count; i++) {
        const struct constraint *old = relation->constraints[i];
        const struct node *expr = rewrite(rewriting, old->expr);
        if (expr != old->expr)
            relation_edit_constraint(rewriting->schema, relation, old->id)->expr = expr;
    }
}

static void in_index(const struct rewriting *rewriting, object_id id) {
    struct relation *index = schema_edit_relation(rewriting->schema, id);
    struct index_column *columns;

    if (!index)
        return;
    columns = arena_array(rewriting->schema->arena, struct index_column, index->index_column_count);
    for (size_t i = 0; i < index->index_column_count; i++) {
        columns[i] = index->index_columns[i];
        columns[i].expr = rewrite(rewriting, columns[i].expr);
    }
    index->index_columns = columns;
    index->predicate = rewrite(rewriting, index->predicate);
}

static void in_policies(const struct rewriting *rewriting, struct relation *relation) {
    const struct policy **list =
        arena_array(rewriting->schema->arena, const struct policy *, relation->policy_count);

    for (size_t i = 0; i < relation->policy_count; i++) {
        const struct policy *old = relation->policies[i];
        const struct node *def = rewrite(rewriting, old->def ? &old->def->tree_node : NULL);
        struct policy *copy;
        list[i] = old;
        if (!old->def || def == &old->def->tree_node)
            continue;
        copy = arena_new(rewriting->schema->arena, struct policy);
        *copy = *old;
        copy->def = node_as(CreatePolicyStmt, def);
        list[i] = copy;
    }
    relation->policies = list;
}

static void in_triggers(const struct rewriting *rewriting, struct relation *relation) {
    const struct trigger **list =
        arena_array(rewriting->schema->arena, const struct trigger *, relation->trigger_count);

    for (size_t i = 0; i < relation->trigger_count; i++) {
        const struct trigger *old = relation->triggers[i];
        const struct node *def = rewrite(rewriting, old->def ? &old->def->tree_node : NULL);
        struct trigger *copy;
        list[i] = old;
        if (!old->def || def == &old->def->tree_node)
            continue;
        copy = arena_new(rewriting->schema->arena, struct trigger);
        *copy = *old;
        copy->def = node_as(CreateTrigStmt, def);
        list[i] = copy;
    }
    relation->triggers = list;
}

void rewrite_expressions(struct schema *schema, struct relation *relation, node_replacer replace,
                         void *context) {
    struct rewriting rewriting = {schema, replace, context};

    in_columns(&rewriting, relation);
    in_constraints(&rewriting, relation);
    for (size_t i = 0; i < relation->indexes.n; i++)
        in_index(&rewriting, relation->indexes.v[i]);
    if (relation->policy_count > 0)
        in_policies(&rewriting, relation);
    if (relation->trigger_count > 0)
        in_triggers(&rewriting, relation);
}
