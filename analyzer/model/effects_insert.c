/* INSERT: what follows from the values that are written in it. */
#include "model/effects_insert.h"
#include "model/effects_check.h"

#include <string.h>

enum { ROWS_READ = 1000 }; /* of VALUES; more are not looked into */

bool inserted_rows(struct effects_work *work, const struct InsertStmt *insert,
                   struct inserted *inserted) {
    const struct SelectStmt *select = node_if(SelectStmt, insert->selectStmt);

    *inserted = (struct inserted){.insert = insert};
    if (select == NULL) { /* DEFAULT VALUES */
        vec_push(work->arena, &inserted->rows, (struct node_list){0});
        return insert->selectStmt == NULL;
    }
    if (select->larg != NULL || select->valuesLists.n > ROWS_READ)
        return false;
    for (size_t i = 0; i < select->valuesLists.n; i++) {
        const struct List *row = node_if(List, select->valuesLists.v[i]);

        if (row == NULL)
            return false;
        vec_push(work->arena, &inserted->rows, row->items);
    }
    if (select->valuesLists.n == 0) {
        inserted->selected = true;
        vec_push(work->arena, &inserted->rows, select->targetList);
    }
    return true;
}

/* Where the column is among those that are given; (size_t)-1: nowhere. */
static size_t position(const struct InsertStmt *insert, const struct relation *relation,
                       const struct column *column) {
    for (size_t i = 0; i < insert->cols.n; i++) {
        const struct ResTarget *target = node_if(ResTarget, insert->cols.v[i]);

        if (target != NULL && strcmp(target->name, column->name) == 0)
            return i;
    }
    return insert->cols.n > 0 ? (size_t)-1 : (size_t)(column - relation->columns);
}

static bool has_star(struct node_list targets) {
    for (size_t i = 0; i < targets.n; i++) {
        const struct ResTarget *target = node_if(ResTarget, targets.v[i]);
        const struct ColumnRef *ref = target != NULL ? node_if(ColumnRef, target->val) : NULL;

        if (ref != NULL && ref->fields.n > 0 &&
            ref->fields.v[ref->fields.n - 1]->kind == NODE_A_Star)
            return true;
    }
    return false;
}

/* What a column gets without a value; a domain's default where it has none of its own (build_column_default). */
static struct given default_value(const struct effects_work *work, const struct column *column) {
    const struct object *type = schema_object(work->schema, column->type.user_type);
    const struct type *domain =
        type != NULL && type->kind == OBJ_DOMAIN ? (const struct type *)(const void *)type : NULL;

    if (column->owned_sequence != 0)
        return (struct given){GIVEN_SEQUENCE, NULL};
    if (column->default_expr != NULL)
        return (struct given){GIVEN_VALUE, column->default_expr};
    if (domain != NULL && column->type.array_dimensions == 0 && domain->default_expr != NULL)
        return (struct given){GIVEN_VALUE, domain->default_expr};
    return (struct given){GIVEN_NULL, NULL};
}

struct given inserted_value(const struct effects_work *work, const struct inserted *inserted,
                            const struct relation *relation, const struct column *column,
                            size_t row) {
    struct node_list values = inserted->rows.v[row];
    size_t at = position(inserted->insert, relation, column);
    const struct node *value = NULL;

    if (column->identity != '\0' && inserted->insert->override == OVERRIDING_USER_VALUE)
        return default_value(work, column);
    if (inserted->selected && has_star(values))
        return (struct given){.kind = GIVEN_UNKNOWN};
    if (at < values.n)
        value = inserted->selected ? node_as(ResTarget, values.v[at])->val : values.v[at];
    if (value != NULL && value->kind != NODE_SetToDefault)
        return (struct given){GIVEN_VALUE, value};
    return default_value(work, column);
}

bool given_is_null(const struct given *given) {
    const struct A_Const *constant = node_if(A_Const, given->value);

    return given->kind == GIVEN_NULL || (constant != NULL && constant->isnull);
}

/* MATCH SIMPLE: a key with a NULL in it refers to nothing. */
bool inserted_key_is_null(const struct effects_work *work, const struct inserted *inserted,
                          const struct relation *relation, const struct name_list *key) {
    for (size_t row = 0; row < inserted->rows.n; row++) {
        bool is_null = false;

        for (size_t i = 0; i < key->n; i++) {
            const struct column *column = relation_column(relation, key->v[i]);
            struct given given = column != NULL
                                     ? inserted_value(work, inserted, relation, column, row)
                                     : (struct given){.kind = GIVEN_UNKNOWN};

            is_null |= given_is_null(&given);
        }
        if (!is_null)
            return false;
    }
    return inserted->rows.n > 0;
}

static void use_default(struct effects_work *work, const struct column *column,
                        const struct given *given) {
    if (given->kind == GIVEN_SEQUENCE)
        effects_lock_id(work, column->owned_sequence, LOCK_ROW_EXCLUSIVE);
    else if (given->kind == GIVEN_VALUE)
        effects_compute(work, given->value);
}

/* Sequences and functions that columns left out take their values from. */
void insert_defaults(struct effects_work *work, const struct inserted *inserted,
                     const struct relation *relation) {
    for (size_t i = 0; i < relation->column_count; i++) {
        const struct column *column = &relation->columns[i];
        struct given preset = default_value(work, column);

        for (size_t row = 0; row < inserted->rows.n; row++) {
            struct given given = inserted_value(work, inserted, relation, column, row);

            if (given.kind != preset.kind || given.value != preset.value)
                continue;
            use_default(work, column, &preset);
            break;
        }
    }
}

void update_defaults(struct effects_work *work, struct node_list targets,
                     const struct relation *relation) {
    for (size_t i = 0; i < targets.n; i++) {
        const struct ResTarget *target = node_if(ResTarget, targets.v[i]);
        const struct column *column =
            target != NULL && target->val != NULL && target->val->kind == NODE_SetToDefault
                ? relation_column(relation, target->name)
                : NULL;

        if (column != NULL) {
            struct given preset = default_value(work, column);

            use_default(work, column, &preset);
        }
    }
}

/* Partitions that rows go to are locked one by one as they are hit. */

static bool key_values(struct effects_work *work, const struct inserted *inserted,
                       const struct relation *relation, const struct PartitionSpec *spec,
                       size_t row, struct node_list *values) {
    static const struct A_Const null = {.tree_node = {NODE_A_Const}, .isnull = true};
    const struct node **nodes = arena_array(work->arena, const struct node *, spec->partParams.n);

    for (size_t i = 0; i < spec->partParams.n; i++) {
        const struct PartitionElem *elem = node_if(PartitionElem, spec->partParams.v[i]);
        const struct column *column =
            elem != NULL && elem->name != NULL ? relation_column(relation, elem->name) : NULL;
        struct given given;

        if (column == NULL)
            return false;
        given = inserted_value(work, inserted, relation, column, row);
        if (given.kind == GIVEN_UNKNOWN || given.kind == GIVEN_SEQUENCE)
            return false;
        nodes[i] = given.kind == GIVEN_NULL ? &null.tree_node : given.value;
    }
    *values = (struct node_list){spec->partParams.n, nodes};
    return true;
}

static const struct relation *partition_of(struct effects_work *work, const struct relation *parent,
                                           struct node_list values, bool *known) {
    for (size_t i = 0; i < parent->children.n; i++) {
        const struct relation *child = effects_relation(work, parent->children.v[i]);
        const struct PartitionBoundSpec *bound =
            child != NULL ? node_if(PartitionBoundSpec, child->partition_bound) : NULL;
        enum known takes = UNKNOWN;

        if (bound != NULL && bound->is_default)
            continue;
        if (bound != NULL)
            takes = effects_bound_takes(work, parent, child, values);
        if (takes == KNOWN_YES)
            return child;
        if (takes == UNKNOWN)
            *known = false;
    }
    return *known ? effects_default_partition(work, parent) : NULL;
}

/* False when it is not known. The columns' names are those of the table that is inserted into. */
static bool route_row(struct effects_work *work, const struct inserted *inserted,
                      const struct relation *relation, size_t row) {
    const struct relation *at = relation;

    while (at->object.kind == OBJ_PARTITIONED_TABLE) {
        const struct PartitionSpec *spec = node_if(PartitionSpec, at->partition_spec);
        const struct relation *next;
        struct node_list values;
        bool known = true;

        if (spec == NULL || !key_values(work, inserted, relation, spec, row, &values))
            return false;
        next = partition_of(work, at, values, &known);
        if (!known)
            return false;
        if (next == NULL) {
            if (!at->object.assumed && effects_knows_all(work))
                effects_may_fail(work, "no partition takes the row", "23514",
                                 "no partition of relation \"%s\" found for row", at->object.name);
            return false;
        }
        effects_lock(work, next, LOCK_ROW_EXCLUSIVE);
        at = next;
    }
    return true;
}

void insert_routes(struct effects_work *work, const struct inserted *inserted,
                   const struct relation *relation) {
    bool known = inserted->rows.n > 0;

    if (relation->object.kind != OBJ_PARTITIONED_TABLE || relation->children.n == 0)
        return;
    for (size_t row = 0; known && row < inserted->rows.n; row++)
        known = route_row(work, inserted, relation, row);
    if (!known)
        effects_unknown(work, "which partitions of %s the rows go to", relation->object.name);
}
