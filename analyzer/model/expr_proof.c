/* What validated constraints prove of a table's rows. */
#include "model/expr_formula.h"

#include "base/arena.h"

#include <string.h>

static bool is_left_out(const char *name, const char *const *without, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (name != NULL && strcmp(name, without[i]) == 0)
            return true;
    return false;
}

/*
 * What PartConstraintImpliedByRelConstraint may build on: NOT NULL columns, and CHECKs that are
 * validated and enforced, NO INHERIT ones too.
 */
static const struct formula *known_of(struct arena *arena, const struct schema *schema,
                                      const struct relation *relation, const char *const *without,
                                      size_t without_count) {
    VEC(const struct formula *) parts = {0};

    for (size_t i = 0; i < relation->column_count; i++)
        if (relation->columns[i].not_null == KNOWN_YES)
            vec_push(arena, &parts, formula_null(arena, relation->columns[i].name, false));
    for (size_t i = 0; i < relation->constraint_count; i++) {
        const struct constraint *constraint = relation->constraints[i];

        if (constraint->kind != CONSTRAINT_CHECK || !constraint->validated ||
            !constraint->enforced || is_left_out(constraint->name, without, without_count))
            continue;
        vec_push(arena, &parts, formula_of(arena, schema, relation, constraint->expr));
    }
    return formula_and(arena, parts.n, parts.v);
}

enum known not_null_is_proved_without(const struct schema *schema, const struct relation *relation,
                                      const char *column, const char *const *without, size_t n) {
    struct arena scratch;
    enum known proved;

    if (relation == NULL)
        return UNKNOWN;
    arena_init(&scratch);
    proved = formula_implies(known_of(&scratch, schema, relation, without, n),
                             formula_null(&scratch, column, false));
    arena_release(&scratch);
    if (proved == KNOWN_NO && relation->object.assumed)
        return UNKNOWN;
    return proved;
}

enum known not_null_is_proved(const struct schema *schema, const struct relation *relation,
                              const char *column) {
    return not_null_is_proved_without(schema, relation, column, NULL, 0);
}

/* --- partition bounds --- */

struct bound_reader {
    struct arena *arena;
    const struct schema *schema;
    const struct relation *parent;
    const struct PartitionSpec *spec;
    bool failed; /* an expression as key, or a value that is no constant */
};

static const char *key_column(const struct bound_reader *reader, size_t index) {
    const struct PartitionElem *elem =
        index < reader->spec->partParams.n
            ? node_if(PartitionElem, reader->spec->partParams.v[index])
            : NULL;

    return elem != NULL && elem->expr == NULL ? elem->name : NULL;
}

static struct value bound_value(struct bound_reader *reader, size_t key, const struct node *node) {
    const char *name = key_column(reader, key);
    const struct column *column = name != NULL ? relation_column(reader->parent, name) : NULL;
    struct value value = {0};

    if (column == NULL || !value_of(reader->schema, &column->type, node, &value))
        reader->failed = true;
    return value;
}

static bool is_null(const struct node *node) {
    const struct A_Const *constant = node_if(A_Const, node);

    return constant != NULL && constant->isnull;
}

/* get_qual_for_list */
static const struct formula *list_bound(struct bound_reader *reader,
                                        const struct PartitionBoundSpec *bound) {
    const char *column = key_column(reader, 0);
    struct arena *arena = reader->arena;
    VEC(const struct formula *) any = {0};
    bool null = false;

    if (column == NULL) {
        reader->failed = true;
        return NULL;
    }
    for (size_t i = 0; i < bound->listdatums.n; i++) {
        const struct node *datum = bound->listdatums.v[i];

        if (is_null(datum))
            null = true;
        else
            vec_push(arena, &any,
                     formula_compare(arena, column, COMPARE_EQ, bound_value(reader, 0, datum)));
    }
    if (null) {
        vec_push(arena, &any, formula_null(arena, column, true));
        return formula_or(arena, any.n, any.v);
    }
    const struct formula *both[] = {formula_null(arena, column, false),
                                    formula_or(arena, any.n, any.v)};
    return formula_and(arena, 2, both);
}

static const struct PartitionRangeDatum *range_datum(struct node_list list, size_t index) {
    return index < list.n ? node_if(PartitionRangeDatum, list.v[index]) : NULL;
}

/* MINVALUE and MAXVALUE stand as column references before parse analysis. */
enum datum_kind { DATUM_VALUE, DATUM_MIN, DATUM_MAX };

static enum datum_kind datum_kind(const struct node *node) {
    const struct PartitionRangeDatum *datum = node_if(PartitionRangeDatum, node);
    const struct ColumnRef *ref = node_if(ColumnRef, node);
    const char *name = ref != NULL ? node_list_last_string(ref->fields) : NULL;

    if (datum != NULL && datum->kind == PARTITION_RANGE_DATUM_MINVALUE)
        return DATUM_MIN;
    if (datum != NULL && datum->kind == PARTITION_RANGE_DATUM_MAXVALUE)
        return DATUM_MAX;
    if (name != NULL && strcmp(name, "minvalue") == 0)
        return DATUM_MIN;
    return name != NULL && strcmp(name, "maxvalue") == 0 ? DATUM_MAX : DATUM_VALUE;
}

static struct value datum_value(struct bound_reader *reader, struct node_list list, size_t key) {
    const struct PartitionRangeDatum *datum = range_datum(list, key);

    return bound_value(reader, key, datum != NULL ? datum->value : list.v[key]);
}

/*
 * One side of a range over several columns: (a > 1) OR (a = 1 AND b >= 2). lower: the side of the
 * lower bound.
 */
static const struct formula *range_side(struct bound_reader *reader, struct node_list list,
                                        bool lower) {
    struct arena *arena = reader->arena;
    enum datum_kind endless = lower ? DATUM_MIN : DATUM_MAX;
    VEC(const struct formula *) arms = {0};

    for (size_t last = 0; last < list.n; last++) {
        VEC(const struct formula *) arm = {0};
        bool closed = last + 1 == list.n || datum_kind(list.v[last + 1]) == endless;
        enum compare_op op = lower ? (closed ? COMPARE_GE : COMPARE_GT)
                                   : (closed && last + 1 < list.n ? COMPARE_LE : COMPARE_LT);

        if (datum_kind(list.v[last]) != DATUM_VALUE)
            break;
        for (size_t i = 0; i < last; i++)
            vec_push(arena, &arm,
                     formula_compare(arena, key_column(reader, i), COMPARE_EQ,
                                     datum_value(reader, list, i)));
        vec_push(
            arena, &arm,
            formula_compare(arena, key_column(reader, last), op, datum_value(reader, list, last)));
        vec_push(arena, &arms, formula_and(arena, arm.n, arm.v));
        if (closed && last + 1 < list.n)
            break;
    }
    if (arms.n == 0) /* from MINVALUE, or to MAXVALUE: no condition */
        return formula_and(arena, 0, NULL);
    return formula_or(arena, arms.n, arms.v);
}

/* get_qual_for_range */
static const struct formula *range_bound(struct bound_reader *reader,
                                         const struct PartitionBoundSpec *bound) {
    struct arena *arena = reader->arena;
    VEC(const struct formula *) parts = {0};
    size_t n = reader->spec->partParams.n;

    if (bound->lowerdatums.n != n || bound->upperdatums.n != n) {
        reader->failed = true;
        return NULL;
    }
    for (size_t i = 0; i < n; i++) {
        if (key_column(reader, i) == NULL) {
            reader->failed = true;
            return NULL;
        }
        vec_push(arena, &parts, formula_null(arena, key_column(reader, i), false));
    }
    vec_push(arena, &parts, range_side(reader, bound->lowerdatums, true));
    vec_push(arena, &parts, range_side(reader, bound->upperdatums, false));
    return formula_and(arena, parts.n, parts.v);
}

/* NULL: no formula can say it (hash, DEFAULT, expressions as keys). */
static const struct formula *bound_formula(struct bound_reader *reader, const struct node *node) {
    const struct PartitionBoundSpec *bound = node_if(PartitionBoundSpec, node);

    reader->spec = node_if(PartitionSpec, reader->parent->partition_spec);
    if (bound == NULL || reader->spec == NULL || bound->is_default)
        return NULL;
    switch (reader->spec->strategy) {
    case PARTITION_STRATEGY_LIST:
        return list_bound(reader, bound);
    case PARTITION_STRATEGY_RANGE:
        return range_bound(reader, bound);
    default:
        return NULL;
    }
}

/* The bounds of the partitioned table itself, where it is a partition of another. */
static const struct formula *with_ancestors(struct bound_reader *reader,
                                            const struct formula *formula) {
    const struct relation *relation = reader->parent;

    while (formula != NULL && !reader->failed && relation->partition_bound != NULL &&
           relation->parents.n > 0) {
        const struct relation *parent =
            schema_relation_by_id(reader->schema, relation->parents.v[0]);
        const struct formula *both[2] = {formula};

        if (parent == NULL)
            return NULL;
        reader->parent = parent;
        both[1] = bound_formula(reader, relation->partition_bound);
        if (both[1] == NULL)
            return NULL;
        formula = formula_and(reader->arena, 2, both);
        relation = parent;
    }
    return formula;
}

static bool has_checks(const struct relation *relation) {
    for (size_t i = 0; i < relation->constraint_count; i++)
        if (relation->constraints[i]->kind == CONSTRAINT_CHECK)
            return true;
    return false;
}

static bool is_hash(const struct relation *parent) {
    const struct PartitionSpec *spec = node_if(PartitionSpec, parent->partition_spec);

    return spec != NULL && spec->strategy == PARTITION_STRATEGY_HASH;
}

static enum known not_expressible(const struct relation *parent, const struct node *bound,
                                  const struct relation *candidate) {
    const struct PartitionBoundSpec *spec = node_if(PartitionBoundSpec, bound);

    if (parent->partition_spec == NULL || candidate->object.assumed)
        return UNKNOWN;
    if (is_hash(parent) || !has_checks(candidate))
        return KNOWN_NO;
    return spec != NULL && spec->is_default ? KNOWN_NO : UNKNOWN;
}

static enum known decide(const struct schema *schema, const struct relation *parent,
                         const struct node *bound, const struct relation *candidate,
                         bool excluded) {
    struct arena scratch;
    struct bound_reader reader = {.arena = &scratch, .schema = schema, .parent = parent};
    const struct formula *formula;
    enum known proved;

    arena_init(&scratch);
    formula = bound_formula(&reader, bound);
    if (!excluded)
        formula = with_ancestors(&reader, formula);
    if (formula == NULL || reader.failed)
        proved = not_expressible(parent, bound, candidate);
    else
        proved = formula_implies(known_of(&scratch, schema, candidate, NULL, 0),
                                 excluded ? formula_not(&scratch, formula) : formula);
    arena_release(&scratch);
    return proved == KNOWN_NO && candidate->object.assumed ? UNKNOWN : proved;
}

enum known bound_is_proved(const struct schema *schema, const struct relation *parent,
                           const struct node *bound, const struct relation *candidate) {
    return decide(schema, parent, bound, candidate, false);
}

enum known bound_is_excluded(const struct schema *schema, const struct relation *parent,
                             const struct node *bound, const struct relation *default_partition) {
    return decide(schema, parent, bound, default_partition, true);
}
