/* Partition bounds: their form, and that they do not overlap (check_new_partition_bound). */
#include "model/effects_check.h"

#include "model/expr_formula.h"

#include <string.h>

struct bounds {
    struct effects_work *work;
    const struct relation *parent;
    const struct PartitionSpec *spec;
};

static const struct column *key_column(const struct bounds *bounds, size_t i) {
    const struct PartitionElem *elem = i < bounds->spec->partParams.n
                                           ? node_if(PartitionElem, bounds->spec->partParams.v[i])
                                           : NULL;

    return elem != NULL && elem->name != NULL ? relation_column(bounds->parent, elem->name) : NULL;
}

static bool is_null(const struct node *node) {
    const struct A_Const *constant = node_if(A_Const, node);

    return constant != NULL && constant->isnull;
}

/* --- LIST --- */

static bool same_value(const struct bounds *bounds, const struct node *a, const struct node *b) {
    const struct column *column = key_column(bounds, 0);
    struct value left, right;
    int order;

    if (is_null(a) || is_null(b))
        return is_null(a) && is_null(b);
    return column != NULL && value_of(bounds->work->schema, &column->type, a, &left) &&
           value_of(bounds->work->schema, &column->type, b, &right) &&
           value_compare(&left, &right, &order) && order == 0;
}

static bool lists_overlap(const struct bounds *bounds, struct node_list a, struct node_list b) {
    for (size_t i = 0; i < a.n; i++)
        for (size_t j = 0; j < b.n; j++)
            if (same_value(bounds, a.v[i], b.v[j]))
                return true;
    return false;
}

/* --- RANGE --- */

/* MINVALUE -1, a value 0, MAXVALUE 1. */
static int datum_infinity(const struct node *node) {
    const struct PartitionRangeDatum *datum = node_if(PartitionRangeDatum, node);
    const struct ColumnRef *ref = node_if(ColumnRef, node);
    const char *name = ref != NULL ? node_list_last_string(ref->fields) : NULL;

    if (datum != NULL)
        return datum->kind == PARTITION_RANGE_DATUM_MINVALUE   ? -1
               : datum->kind == PARTITION_RANGE_DATUM_MAXVALUE ? 1
                                                               : 0;
    if (name != NULL && strcmp(name, "minvalue") == 0)
        return -1;
    return name != NULL && strcmp(name, "maxvalue") == 0 ? 1 : 0;
}

static const struct node *datum_node(const struct node *node) {
    const struct PartitionRangeDatum *datum = node_if(PartitionRangeDatum, node);

    return datum != NULL ? datum->value : node;
}

static bool compare_datum(const struct bounds *bounds, size_t key, const struct node *a,
                          const struct node *b, int *order) {
    const struct column *column = key_column(bounds, key);
    int left = datum_infinity(a), right = datum_infinity(b);
    struct value x, y;

    if (left != 0 || right != 0) {
        *order = left - right;
        return true;
    }
    if (column == NULL || !value_of(bounds->work->schema, &column->type, datum_node(a), &x) ||
        !value_of(bounds->work->schema, &column->type, datum_node(b), &y) ||
        !value_compare(&x, &y, order))
        return false;
    return x.kind != VALUE_TEXT || *order == 0; /* the order of texts hangs on the collation */
}

/* <0, 0, >0 in *order; false when it is not known. */
static bool compare_bounds(const struct bounds *bounds, struct node_list a, struct node_list b,
                           int *order) {
    *order = 0;
    for (size_t i = 0; i < a.n && i < b.n && *order == 0; i++) {
        if (!compare_datum(bounds, i, a.v[i], b.v[i], order))
            return false;
        if (datum_infinity(a.v[i]) != 0 && *order == 0)
            return true;
    }
    return true;
}

static bool ranges_overlap(const struct bounds *bounds, const struct PartitionBoundSpec *a,
                           const struct PartitionBoundSpec *b) {
    int order;

    if (!compare_bounds(bounds, a->lowerdatums, b->upperdatums, &order) || order >= 0)
        return false;
    return compare_bounds(bounds, b->lowerdatums, a->upperdatums, &order) && order < 0;
}

/* transformPartitionBoundValue */
static void check_values(const struct bounds *bounds, struct node_list values) {
    for (size_t i = 0; i < values.n && !bounds->work->stopped; i++)
        if (datum_infinity(values.v[i]) == 0 && datum_node(values.v[i]) != NULL)
            effects_check_expression(bounds->work, EXPRESSION_BOUND, NULL, datum_node(values.v[i]));
}

/* transformPartitionRangeBounds, validateInfinityBounds */
static void check_range_values(const struct bounds *bounds, struct node_list values) {
    int infinity = 0;

    check_values(bounds, values);
    for (size_t i = 0; i < values.n && !bounds->work->stopped; i++)
        if (is_null(datum_node(values.v[i])))
            effects_fail(bounds->work, "42P17", "cannot specify NULL in range bound");
    for (size_t i = 0; i < values.n && !bounds->work->stopped; i++) {
        if (infinity != 0 && datum_infinity(values.v[i]) != infinity)
            effects_fail(bounds->work, "42804", "every bound following %s must also be %s",
                         infinity < 0 ? "MINVALUE" : "MAXVALUE",
                         infinity < 0 ? "MINVALUE" : "MAXVALUE");
        infinity = datum_infinity(values.v[i]);
    }
}

static void check_range(const struct bounds *bounds, const struct PartitionBoundSpec *bound,
                        const char *name) {
    int order;

    if (bound->lowerdatums.n != bounds->spec->partParams.n ||
        bound->upperdatums.n != bounds->spec->partParams.n)
        effects_fail(bounds->work, "42P16",
                     "FROM must specify exactly one value per partitioning column");
    check_range_values(bounds, bound->lowerdatums);
    check_range_values(bounds, bound->upperdatums);
    if (!bounds->work->stopped &&
        compare_bounds(bounds, bound->lowerdatums, bound->upperdatums, &order) && order >= 0)
        effects_fail(bounds->work, "42P17", "empty range bound specified for partition \"%s\"",
                     name);
}

/* --- HASH --- */

static int greatest_divisor(int a, int b) {
    while (b != 0) {
        int rest = a % b;

        a = b;
        b = rest;
    }
    return a;
}

static bool hashes_overlap(const struct PartitionBoundSpec *a, const struct PartitionBoundSpec *b) {
    int divisor = greatest_divisor(a->modulus, b->modulus);

    return divisor > 0 && a->remainder % divisor == b->remainder % divisor;
}

static void check_hash(const struct bounds *bounds, const struct PartitionBoundSpec *bound) {
    if (bound->modulus <= 0)
        effects_fail(bounds->work, "42P16",
                     "modulus for hash partition must be an integer value greater than zero");
    else if (bound->remainder >= bound->modulus)
        effects_fail(bounds->work, "42P16",
                     "remainder for hash partition must be less than modulus");
}

/* Every modulus divides the next larger one. */
static bool moduli_fit(const struct PartitionBoundSpec *a, const struct PartitionBoundSpec *b) {
    int less = a->modulus < b->modulus ? a->modulus : b->modulus;
    int more = a->modulus < b->modulus ? b->modulus : a->modulus;

    return less <= 0 || more % less == 0;
}

/* --- all --- */

static char strategy_letter(enum PartitionStrategy strategy) {
    return strategy == PARTITION_STRATEGY_LIST    ? 'l'
           : strategy == PARTITION_STRATEGY_RANGE ? 'r'
                                                  : 'h';
}

static bool overlap(const struct bounds *bounds, const struct PartitionBoundSpec *a,
                    const struct PartitionBoundSpec *b) {
    if (a->is_default || b->is_default)
        return a->is_default && b->is_default;
    switch (bounds->spec->strategy) {
    case PARTITION_STRATEGY_LIST:
        return lists_overlap(bounds, a->listdatums, b->listdatums);
    case PARTITION_STRATEGY_RANGE:
        return ranges_overlap(bounds, a, b);
    default:
        return hashes_overlap(a, b);
    }
}

static void check_form(const struct bounds *bounds, const struct PartitionBoundSpec *bound,
                       const char *name) {
    enum PartitionStrategy strategy = bounds->spec->strategy;

    if (bound->is_default) {
        if (strategy == PARTITION_STRATEGY_HASH)
            effects_fail(bounds->work, "42P16",
                         "a hash-partitioned table may not have a default partition");
        return;
    }
    if (bound->strategy != '\0' && bound->strategy != strategy_letter(strategy))
        effects_fail(bounds->work, "42P16", "invalid bound specification for a %s partition",
                     strategy == PARTITION_STRATEGY_LIST    ? "list"
                     : strategy == PARTITION_STRATEGY_RANGE ? "range"
                                                            : "hash");
    else if (strategy == PARTITION_STRATEGY_RANGE)
        check_range(bounds, bound, name);
    else if (strategy == PARTITION_STRATEGY_HASH)
        check_hash(bounds, bound);
    else
        check_values(bounds, bound->listdatums);
}

static void check_against(const struct bounds *bounds, const struct PartitionBoundSpec *bound,
                          const struct relation *other, const char *name) {
    const struct PartitionBoundSpec *its =
        other != NULL ? node_if(PartitionBoundSpec, other->partition_bound) : NULL;

    if (its == NULL)
        return;
    if (bounds->spec->strategy == PARTITION_STRATEGY_HASH && !its->is_default &&
        !moduli_fit(bound, its))
        effects_fail(bounds->work, "42P17",
                     "every hash partition modulus must be a factor of the next larger modulus");
    else if (overlap(bounds, bound, its))
        effects_fail(bounds->work, "42P17",
                     bound->is_default
                         ? "partition \"%s\" conflicts with existing default partition \"%s\""
                         : "partition \"%s\" would overlap partition \"%s\"",
                     name, other->object.name);
}

void effects_check_bound(struct effects_work *work, const struct relation *parent,
                         const struct PartitionBoundSpec *bound, const char *name) {
    struct bounds bounds = {work, parent, node_if(PartitionSpec, parent->partition_spec)};

    if (bounds.spec == NULL || bound == NULL)
        return;
    check_form(&bounds, bound, name);
    for (size_t i = 0; i < parent->children.n && !work->stopped; i++)
        check_against(&bounds, bound, effects_relation(work, parent->children.v[i]), name);
}

/* Which partition a row goes to */

static bool is_known(const struct bounds *bounds, size_t key, const struct node *node) {
    const struct column *column = key_column(bounds, key);
    struct value value;

    return is_null(node) ||
           (column != NULL && value_of(bounds->work->schema, &column->type, node, &value));
}

static enum known range_takes(const struct bounds *bounds, const struct PartitionBoundSpec *bound,
                              struct node_list values) {
    int order;

    for (size_t i = 0; i < values.n; i++)
        if (is_null(values.v[i]))
            return KNOWN_NO;
    if (!compare_bounds(bounds, bound->lowerdatums, values, &order))
        return UNKNOWN;
    if (order > 0)
        return KNOWN_NO;
    if (!compare_bounds(bounds, values, bound->upperdatums, &order))
        return UNKNOWN;
    return order < 0 ? KNOWN_YES : KNOWN_NO;
}

static enum known list_takes(const struct bounds *bounds, const struct PartitionBoundSpec *bound,
                             const struct node *value) {
    enum known takes = KNOWN_NO;

    if (!is_known(bounds, 0, value))
        return UNKNOWN;
    for (size_t i = 0; i < bound->listdatums.n; i++) {
        if (!is_known(bounds, 0, bound->listdatums.v[i]))
            takes = UNKNOWN;
        else if (same_value(bounds, bound->listdatums.v[i], value))
            return KNOWN_YES;
    }
    return takes;
}

enum known effects_bound_takes(struct effects_work *work, const struct relation *parent,
                               const struct relation *partition, struct node_list values) {
    struct bounds bounds = {work, parent, node_if(PartitionSpec, parent->partition_spec)};
    const struct PartitionBoundSpec *bound =
        node_if(PartitionBoundSpec, partition->partition_bound);

    if (bounds.spec == NULL || bound == NULL || values.n != bounds.spec->partParams.n)
        return UNKNOWN;
    if (bounds.spec->strategy == PARTITION_STRATEGY_LIST)
        return list_takes(&bounds, bound, values.v[0]);
    if (bounds.spec->strategy == PARTITION_STRATEGY_RANGE)
        return range_takes(&bounds, bound, values);
    return UNKNOWN;
}
