/*
 * Expressions, keys and partition keys, looked at when the statement's table is there with all its
 * columns: the server, too, makes the columns first (DefineRelation, ATRewriteCatalogs).
 */
#include "model/effects_check.h"

#include "model/effects_alter.h"

#include <string.h>

enum { MAX_COLUMNS = 1600, MAX_KEYS = 32 }; /* MaxHeapAttributeNumber, PARTITION_MAX_KEYS */

/* --- CHECK, GENERATED --- */

static void check_check(struct effects_work *work, const struct op *op,
                        const struct relation *relation) {
    const struct Constraint *constraint = node_as(Constraint, op->node);

    effects_check_expression(work, EXPRESSION_CHECK, relation, constraint->raw_expr);
    if (!work->stopped && constraint->is_no_inherit &&
        relation->object.kind == OBJ_PARTITIONED_TABLE)
        effects_fail(work, "42P16", "cannot add NO INHERIT constraint to partitioned table \"%s\"",
                     relation->object.name);
}

/* cookDefault */
static void check_generated(struct effects_work *work, const struct relation *relation,
                            const struct node *expr, const struct column *column) {
    struct expr_info info = effects_check_expression(work, EXPRESSION_GENERATED, relation, expr);

    if (work->stopped)
        return;
    if (info.volatility == VOLATILITY_STABLE || info.volatility == VOLATILITY_VOLATILE)
        effects_fail(work, "42P17", "generation expression is not immutable");
    else if (column->generated == GENERATED_VIRTUAL && info.user_function)
        effects_fail(work, "0A000", "generation expression uses user-defined function");
    else
        effects_check_default_type(work, &info, &column->type, column->name);
}

static bool is_ascii(const char *text) {
    for (; *text != '\0'; text++)
        if ((unsigned char)*text >= 0x80)
            return false;
    return true;
}

/* Blanks at the end are cut off where they are too many (varchar_input). */
static size_t length_of(const char *text) {
    size_t length = strlen(text);

    while (length > 0 && text[length - 1] == ' ')
        length--;
    return length;
}

/* The default of a new column is computed at once: its value must be one of the column's type. */
static void check_first_value(struct effects_work *work, const struct op *op,
                              const struct relation *relation, const struct column *column) {
    const struct A_Const *value = node_if(A_Const, node_as(Constraint, op->node)->raw_expr);
    const char *type = column->type.user_type == 0 ? column->type.name : NULL;
    long number = value != NULL && value->ival != NULL ? value->ival->ival : 0;

    if (value == NULL || type == NULL || relation->object.kind != OBJ_TABLE ||
        column->type.array_dimensions > 0)
        return;
    if (strcmp(type, "int2") == 0 && (number > 32767 || number < -32768))
        effects_fail(work, "22003", "smallint out of range");
    else if (value->sval != NULL && column->type.typmod_count == 1 && is_ascii(value->sval->sval) &&
             (strcmp(type, "varchar") == 0 || strcmp(type, "bpchar") == 0) &&
             length_of(value->sval->sval) > (size_t)column->type.typmods[0])
        effects_fail(work, "22001", "value too long for type %s",
                     type_use_text(work->arena, work->schema, &column->type));
}

static const struct node *generation_of(const struct op *op) {
    const struct Constraint *constraint = node_if(Constraint, op->node);

    return constraint != NULL ? constraint->raw_expr : node_as(AlterTableCmd, op->node)->def;
}

/* --- keys --- */

static struct IndexElem *element_of(struct effects_work *work, const char *column) {
    struct IndexElem *elem = arena_new(work->arena, struct IndexElem);

    *elem = (struct IndexElem){.tree_node = {NODE_IndexElem}, .name = column};
    return elem;
}

static struct node_list elements_of(struct effects_work *work, struct node_list names) {
    const struct node **list = arena_array(work->arena, const struct node *, names.n);

    for (size_t i = 0; i < names.n; i++)
        list[i] = &element_of(work, node_string(names.v[i]))->tree_node;
    return (struct node_list){names.n, list};
}

static const struct IndexElem *excluded_element(const struct node *pair) {
    const struct List *list = node_if(List, pair);

    return list != NULL && list->items.n == 2 ? node_if(IndexElem, list->items.v[0]) : NULL;
}

static struct node_list excluded_elements(struct effects_work *work, struct node_list pairs) {
    const struct node **list = arena_array(work->arena, const struct node *, pairs.n);
    size_t n = 0;

    for (size_t i = 0; i < pairs.n; i++)
        if (excluded_element(pairs.v[i]) != NULL)
            list[n++] = &excluded_element(pairs.v[i])->tree_node;
    return (struct node_list){n, list};
}

static struct node_list key_elements(struct effects_work *work, const struct op *op,
                                     const struct Constraint *constraint) {
    const struct node **one;

    if (op->kind == OP_ADD_EXCLUSION)
        return excluded_elements(work, constraint->exclusions);
    if (!op->is_inline)
        return elements_of(work, constraint->keys);
    one = arena_array(work->arena, const struct node *, 1);
    one[0] = &element_of(work, op->column)->tree_node;
    return (struct node_list){1, one};
}

/* transformIndexConstraint: the index that a constraint is. */
static struct IndexStmt index_of(struct effects_work *work, const struct op *op) {
    const struct Constraint *constraint = node_as(Constraint, op->node);

    return (struct IndexStmt){
        .tree_node = {NODE_IndexStmt},
        .accessMethod = constraint->without_overlaps ? "gist" : constraint->access_method,
        .tableSpace = constraint->indexspace,
        .indexParams = key_elements(work, op, constraint),
        .indexIncludingParams = elements_of(work, constraint->including),
        .options = constraint->options,
        .whereClause = constraint->where_clause,
        .unique = op->kind != OP_ADD_EXCLUSION && !constraint->without_overlaps,
    };
}

static void check_names(struct effects_work *work, const struct op *op, struct node_list keys) {
    for (size_t i = 0; i < keys.n; i++)
        for (size_t j = 0; j < i; j++)
            if (strcmp(node_string(keys.v[i]), node_string(keys.v[j])) == 0)
                effects_fail(work, "42701", "column \"%s\" appears twice in %s constraint",
                             node_string(keys.v[i]),
                             op->kind == OP_ADD_PRIMARY_KEY ? "primary key" : "unique");
}

static bool is_range(struct effects_work *work, const struct type_use *use) {
    struct type_use base = type_use_base(work->schema, use);
    const struct object *user = schema_object(work->schema, base.user_type);
    const struct catalog_type *type =
        catalog_type_of_id(type_use_catalog_id(work->schema, &base), work->schema->target);

    if (user != NULL)
        return user->kind == OBJ_RANGE || user->kind == OBJ_BASE_TYPE;
    return type == NULL || type->kind == CATALOG_RANGE || type->kind == CATALOG_MULTIRANGE;
}

static void check_without_overlaps(struct effects_work *work, const struct relation *relation,
                                   struct node_list keys) {
    const char *last = keys.n > 0 ? node_string(keys.v[keys.n - 1]) : NULL;
    const struct column *column = last != NULL ? relation_column(relation, last) : NULL;

    if (column != NULL && !is_range(work, &column->type))
        effects_fail(work, "42804",
                     "column \"%s\" in WITHOUT OVERLAPS is not a range or multirange type", last);
}

static void check_key(struct effects_work *work, const struct op *op,
                      const struct relation *relation) {
    const struct Constraint *constraint = node_as(Constraint, op->node);
    struct IndexStmt index;

    if (op->using_index)
        return;
    check_names(work, op, constraint->keys);
    if (constraint->without_overlaps && !work->stopped)
        check_without_overlaps(work, relation, constraint->keys);
    index = index_of(work, op);
    if (!work->stopped)
        effects_check_index(work, &index, relation);
    if (!work->stopped && op->kind == OP_ADD_EXCLUSION)
        effects_check_exclusion(work, constraint, relation);
}

/* --- PARTITION BY (transformPartitionSpec, ComputePartitionAttrs) --- */

/* NULL: an expression. The relation's own name is the whole row. */
static const char *elem_column(const struct relation *relation, const struct PartitionElem *elem) {
    const struct ColumnRef *ref = node_if(ColumnRef, elem->expr);
    const char *name = ref != NULL && ref->fields.n == 1 ? node_string(ref->fields.v[0]) : NULL;

    if (name != NULL &&
        (strcmp(name, relation->object.name) != 0 || relation_column(relation, name) != NULL))
        return name;
    return elem->expr == NULL ? elem->name : NULL;
}

static struct type_use check_partition_column(struct effects_work *work,
                                              const struct relation *relation, const char *name) {
    const struct column *column = relation_column(relation, name);

    if (effects_is_system_column(name))
        effects_fail(work, "42P17", "cannot use system column \"%s\" in partition key", name);
    else if (column == NULL && relation->columns_known)
        effects_fail(work, "42703", "column \"%s\" named in partition key does not exist", name);
    else if (column != NULL && column->generated != GENERATED_NOT)
        effects_fail(work, "42P17", "cannot use generated column in partition key");
    return column != NULL ? column->type : (struct type_use){0};
}

static struct type_use check_partition_expression(struct effects_work *work,
                                                  const struct relation *relation,
                                                  const struct node *expr) {
    struct expr_info info =
        effects_check_expression(work, EXPRESSION_PARTITION_KEY, relation, expr);

    if (work->stopped)
        return (struct type_use){0};
    if (node_if(A_Const, expr) != NULL)
        effects_fail(work, "42P17", "cannot use constant expression as partition key");
    else if (info.volatility == VOLATILITY_STABLE || info.volatility == VOLATILITY_VOLATILE)
        effects_fail(work, "42P17",
                     "functions in partition key expression must be marked IMMUTABLE");
    return info.type;
}

static void check_partition_elem(struct effects_work *work, const struct relation *relation,
                                 const struct PartitionSpec *spec,
                                 const struct PartitionElem *elem) {
    const char *method = spec->strategy == PARTITION_STRATEGY_HASH ? "hash" : "btree";
    const char *column = elem_column(relation, elem);
    struct type_use type = column != NULL ? check_partition_column(work, relation, column)
                                          : check_partition_expression(work, relation, elem->expr);

    if (work->stopped || type.name == NULL)
        return;
    if (elem->collation.n > 0)
        effects_check_collatable(work, &type);
    if (!work->stopped)
        effects_check_opclass(work, &type, elem->opclass, method);
}

static void check_partition_spec(struct effects_work *work, const struct relation *relation) {
    const struct PartitionSpec *spec = node_if(PartitionSpec, relation->partition_spec);

    if (spec == NULL)
        return;
    if (spec->partParams.n > MAX_KEYS)
        effects_fail(work, "54011", "cannot partition using more than %d columns", MAX_KEYS);
    else if (spec->strategy == PARTITION_STRATEGY_LIST && spec->partParams.n > 1)
        effects_fail(work, "42P17",
                     "cannot use \"list\" partition strategy with more than one column");
    for (size_t i = 0; i < spec->partParams.n && !work->stopped; i++)
        check_partition_elem(work, relation, spec, node_as(PartitionElem, spec->partParams.v[i]));
}

/* --- the whole --- */

/* The table or column that is there already, or may be, is left as it is. */
static bool may_be_void(const struct effects_work *work, const struct op *op) {
    const struct relation *before;

    if (!op->if_not_exists)
        return false;
    before = schema_relation(work->schema, op->target);
    if (op->stmt->kind != NODE_AlterTableStmt || before == NULL)
        return before != NULL || !schema_knows_all(work->schema);
    return !before->columns_known || alter_is_void(work, op, before);
}

static void check_count(struct effects_work *work, const struct relation *relation) {
    if (relation->last_column > MAX_COLUMNS)
        effects_fail(work, "54011", "tables can have at most %d columns", MAX_COLUMNS);
}

/* CheckAttributeNamesTypes: what a query is made into. */
static void check_query_columns(struct effects_work *work, const struct relation *relation) {
    check_count(work, relation);
    for (size_t i = 0; i < relation->column_count && !work->stopped; i++) {
        const struct column *column = &relation->columns[i];

        if (effects_is_system_column(column->name))
            effects_fail(work, "42701", "column name \"%s\" conflicts with a system column name",
                         column->name);
        else if (column->type.user_type == 0 && column->type.name != NULL &&
                 strcmp(column->type.name, "record") == 0)
            effects_fail(work, "42P16", "column \"%s\" has pseudo-type record", column->name);
    }
}

static void check_op(struct effects_work *work, const struct op *op,
                     const struct relation *relation) {
    const struct column *column = op->column != NULL ? relation_column(relation, op->column) : NULL;

    switch (op->kind) {
    case OP_CREATE_TABLE:
    case OP_CREATE_PARTITION:
        check_count(work, relation);
        check_partition_spec(work, relation);
        break;
    case OP_CREATE_TABLE_AS:
    case OP_CREATE_MATVIEW:
        check_query_columns(work, relation);
        break;
    case OP_ADD_COLUMN:
        check_count(work, relation);
        break;
    case OP_ADD_CHECK:
        check_check(work, op, relation);
        break;
    case OP_SET_DEFAULT:
        if (column != NULL && op->is_inline && !op->in_create)
            check_first_value(work, op, relation, column);
        break;
    case OP_ADD_GENERATED:
    case OP_SET_EXPRESSION:
        if (column != NULL)
            check_generated(work, relation, generation_of(op), column);
        break;
    case OP_ADD_UNIQUE:
    case OP_ADD_PRIMARY_KEY:
    case OP_ADD_EXCLUSION:
        check_key(work, op, relation);
        break;
    case OP_ADD_FOREIGN_KEY:
        effects_check_referencing(work, op, relation);
        break;
    default:
        break;
    }
}

void effects_check_made(struct effects_work *work, const struct schema *made) {
    for (size_t i = 0; i < work->ops.n && !work->stopped; i++) {
        const struct op *op = &work->ops.v[i];
        bool wanted = (op->kind >= OP_ADD_COLUMN && op->kind <= OP_ADD_EXCLUSION) ||
                      op->kind == OP_SET_EXPRESSION || op->kind == OP_SET_DEFAULT ||
                      (op->kind >= OP_CREATE_TABLE && op->kind <= OP_CREATE_MATVIEW);
        const struct relation *relation =
            wanted && !may_be_void(work, op) ? schema_relation(made, op->target) : NULL;

        if (relation != NULL)
            check_op(work, op, relation);
    }
}
