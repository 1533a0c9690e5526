/* ATTACH PARTITION: what it reads, and a CHECK that would spare it that. */
#include "lint/context.h"

#include <string.h>

/* A constant as SQL; NULL: something else. */
static const char *constant(struct rule_context *context, const struct node *node) {
    const struct PartitionRangeDatum *datum = node_if(PartitionRangeDatum, node);
    const struct A_Const *value = node_if(A_Const, datum ? datum->value : node);

    if (!value)
        return NULL;
    if (value->ival)
        return rule_printf(context, "%d", value->ival->ival);
    if (value->fval)
        return value->fval->fval;
    if (value->boolval)
        return value->boolval->boolval ? "true" : "false";
    if (!value->sval || strchr(value->sval->sval, '\\'))
        return NULL;
    return rule_literal(context, value->sval->sval);
}

static bool is_infinite(const struct node *node) {
    const struct PartitionRangeDatum *datum = node_if(PartitionRangeDatum, node);
    const struct ColumnRef *word = node_if(ColumnRef, node);
    const char *name = word ? node_list_last_string(word->fields) : NULL;

    if (datum)
        return datum->kind != PARTITION_RANGE_DATUM_VALUE;
    return name && (strcmp(name, "minvalue") == 0 || strcmp(name, "maxvalue") == 0);
}

static const char *range(struct rule_context *context, const struct PartitionBoundSpec *bound,
                         const char *key, bool opposite) {
    const struct node *low = bound->lowerdatums.v[0], *high = bound->upperdatums.v[0];
    const char *from = constant(context, low), *to = constant(context, high);
    const char *above, *below;

    if ((!from && !is_infinite(low)) || (!to && !is_infinite(high)) || (!from && !to))
        return NULL;
    above = from ? rule_printf(context, "%s %s %s", key, opposite ? "<" : ">=", from) : "";
    below = to ? rule_printf(context, "%s %s %s", key, opposite ? ">=" : "<", to) : "";
    return rule_printf(context, "%s%s%s%s%s", opposite ? "" : key,
                       opposite ? "" : " IS NOT NULL AND ", above,
                       !from || !to ? ""
                       : opposite   ? " OR "
                                    : " AND ",
                       below);
}

static const char *list(struct rule_context *context, const struct PartitionBoundSpec *bound,
                        const char *key, bool opposite) {
    const char *values = "";

    for (size_t i = 0; i < bound->listdatums.n; i++) {
        const char *value = constant(context, bound->listdatums.v[i]);
        if (!value)
            return NULL;
        values = rule_printf(context, "%s%s%s", values, i ? ", " : "", value);
    }
    if (opposite)
        return rule_printf(context, "%s NOT IN (%s)", key, values);
    return rule_printf(context, "%s IS NOT NULL AND %s IN (%s)", key, key, values);
}

/* The name of the one column that the table is partitioned by; NULL: there are others, or it is not known. */
static const char *single_key(struct rule_context *context, const struct relation *parent) {
    const struct PartitionSpec *spec =
        parent ? node_if(PartitionSpec, parent->partition_spec) : NULL;
    const struct PartitionElem *key =
        spec && spec->partParams.n == 1 ? node_if(PartitionElem, spec->partParams.v[0]) : NULL;

    return key && key->name ? rule_ident(context, key->name) : NULL;
}

const struct PartitionBoundSpec *rule_bound(const struct op *op) {
    const struct AlterTableCmd *cmd = node_if(AlterTableCmd, op->node);
    const struct PartitionCmd *partition = cmd ? node_if(PartitionCmd, cmd->def) : NULL;

    return partition ? partition->bound : NULL;
}

const char *rule_bound_check(struct rule_context *context, const struct op *op, bool opposite) {
    const struct PartitionBoundSpec *bound = rule_bound(op);
    const char *key = single_key(context, rule_target(context, op)), *check = NULL;

    if (key && bound && bound->lowerdatums.n == 1 && bound->upperdatums.n == 1)
        check = range(context, bound, key, opposite);
    else if (key && bound && bound->listdatums.n)
        check = list(context, bound, key, opposite);
    if (check)
        return check;
    return opposite ? "NOT (...)" : "... IS NOT NULL AND ...";
}

/* It, or a table below it, is read from end to end. */
static bool is_read(struct rule_context *context, const struct op *op,
                    const struct relation *relation) {
    const struct effects *effects = rule_effects(context, op);

    for (size_t i = 0; relation && i < effects->scans.n; i++)
        if (strcmp(effects->scans.v[i].name, relation->object.name) == 0 &&
            strcmp(effects->scans.v[i].schema, relation->object.schema) == 0)
            return true;
    for (size_t i = 0; relation && i < relation->children.n; i++)
        if (is_read(context, op,
                    schema_relation_by_id(rule_schema(context), relation->children.v[i])))
            return true;
    return false;
}

static const struct relation *default_partition(struct rule_context *context,
                                                const struct relation *parent) {
    for (size_t i = 0; parent && i < parent->children.n; i++) {
        const struct relation *child =
            schema_relation_by_id(rule_schema(context), parent->children.v[i]);
        const struct PartitionBoundSpec *bound =
            child ? node_if(PartitionBoundSpec, child->partition_bound) : NULL;
        if (bound && bound->is_default)
            return child;
    }
    return NULL;
}

static const char *name_of(struct rule_context *context, const struct relation *relation) {
    return rule_name_as_written(context,
                                (struct name){relation->object.schema, relation->object.name});
}

struct rule_attach rule_attach(struct rule_context *context, const struct op *op) {
    const struct op partition = {.kind = op->kind, .target = op->other};
    const struct schema *schema = rule_schema(context);
    const struct PartitionBoundSpec *bound = rule_bound(op);
    struct rule_attach attach = {
        .parent = rule_target(context, op),
        .partition = rule_target(context, &partition),
        .partition_name = rule_target_name(context, &partition),
        .proved = UNKNOWN,
    };

    attach.preset = default_partition(context, attach.parent);
    if (attach.preset)
        attach.preset_name = name_of(context, attach.preset);
    attach.reads_preset = attach.preset && is_read(context, op, attach.preset);
    if (rule_target_is_harmless(context, &partition)) {
        attach.proved = KNOWN_YES;
        return attach;
    }
    attach.reads_partition = is_read(context, op, attach.partition);
    if (attach.parent && attach.partition && bound)
        attach.proved = bound_is_proved(schema, attach.parent, &bound->tree_node, attach.partition);
    return attach;
}
