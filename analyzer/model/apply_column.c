/* Columns: added, with their defaults, identity and generation. */
#include "model/apply_op.h"

#include "model/depend.h"
#include "model/expr_type.h"

#include <string.h>

void each_descendant(struct apply *apply, object_id id, bool self, relation_visitor visit,
                     void *context) {
    struct {
        VEC(object_id) list;
    } queue = {0};

    vec_push(apply->arena, &queue.list, id);
    for (size_t i = 0; i < queue.list.n && !refused(apply); i++) {
        struct relation *relation = schema_edit_relation(apply->schema, queue.list.v[i]);
        const struct id_list seen = {.n = queue.list.n, .v = queue.list.v};
        if (!relation)
            continue;
        if (i > 0 || self)
            visit(apply, relation, context);
        for (size_t j = 0; j < relation->children.n; j++)
            if (!id_list_has(&seen, relation->children.v[j]))
                vec_push(apply->arena, &queue.list, relation->children.v[j]);
    }
}

static const char *collation_name(const struct CollateClause *clause) {
    return clause ? node_list_last_string(clause->collname) : NULL;
}

/* A type that nothing known has: an error only where nothing unknown can have made it. */
static bool check_type(struct apply *apply, const struct type_use *type) {
    if (!type->name || type_use_known(apply->schema, type))
        return true;
    return !refuse(apply,
                   knows_all(apply) &&
                       !schema_relation(apply->schema, (struct name){type->schema, type->name}),
                   "42704", "type \"%s\" does not exist", type->name);
}

static void define_column(struct apply *apply, struct relation *relation, struct column *column,
                          const struct ColumnDef *def) {
    column->name = def->colname;
    column->type = type_use_of(apply->schema, def->typeName);
    column->collation = collation_name(def->collClause);
    column->storage = def->storage_name;
    column->compression = def->compression;
    schema_note_use(apply->schema, relation->object.id, column->type.user_type);
    check_type(apply, &column->type);
}

/* Told twice, by a parent and here, or by a parent and CREATE TABLE ... PARTITION OF (c DEFAULT 1). */
static bool merge_in_create(struct apply *apply, struct relation *relation,
                            const struct ColumnDef *def) {
    struct column *column = relation_edit_column(apply->schema, relation, def->colname);

    if (!column)
        return false;
    if ((!column->inherited || column->local) && !relation->of_type) {
        refuse(apply, true, "42701", "column \"%s\" specified more than once", def->colname);
        return true;
    }
    column->local = true;
    if (column->type.name == NULL && def->typeName)
        column->type = type_use_of(apply->schema, def->typeName);
    return true;
}

static bool merge_existing(struct apply *apply, struct relation *relation,
                           const struct ColumnDef *def) {
    const struct column *old = relation_column(relation, def->colname);

    if (!old)
        return false;
    if (apply->op->if_not_exists) {
        vec_push(apply->arena, &apply->skipped_columns, def->colname);
        return true;
    }
    if (refuse(apply, old->unit != 0 || object_is_certain(&relation->object), "42701",
               "column \"%s\" of relation \"%s\" already exists", def->colname,
               relation->object.name))
        return true;
    relation_remove_column(apply->schema, relation, def->colname);
    return false;
}

static void add_to_child(struct apply *apply, struct relation *child, void *context) {
    const struct column *parent = context;
    inherit_column(apply, child, parent, is_partition(child));
}

static bool may_add_column(struct apply *apply, const struct relation *relation) {
    bool certain = object_is_certain(&relation->object);

    if (is_partition(relation) &&
        refuse(apply, certain, "42809", "cannot add column to a partition"))
        return false;
    if (relation->of_type && refuse(apply, certain, "42809", "cannot add column to typed table"))
        return false;
    if (apply->op->only && relation->children.n > 0 &&
        refuse(apply, certain, "42P16", "column must be added to child tables too"))
        return false;
    return true;
}

/* A default of a new column must be filled in wherever the row type is stored. */
static bool fills_rows(struct apply *apply, const struct relation *relation) {
    const char *user = depend_row_type_user(apply->schema, relation->object.id);

    return !user || !refuse(apply, true, "0A000",
                            "cannot alter table \"%s\" because column \"%s\" uses its row type",
                            relation->object.name, user);
}

/* DomainHasConstraints: the new column's NULLs must be tested in every row. */
static bool is_constrained(struct apply *apply, const struct ColumnDef *def) {
    struct type_use type = type_use_of(apply->schema, def->typeName);

    return type_use_constrained(apply->schema, &type) == KNOWN_YES;
}

void apply_add_column(struct apply *apply) {
    const struct op *op = apply->op;
    const struct ColumnDef *def = node_as(ColumnDef, op->node);
    struct relation *relation = edit_target(apply, OBJ_TABLE);
    struct column *column, copy;

    if (!relation || (!op->in_create && !may_add_column(apply, relation)))
        return;
    if (op->in_create ? merge_in_create(apply, relation, def)
                      : merge_existing(apply, relation, def))
        return;
    if (!op->in_create && is_constrained(apply, def) && !fills_rows(apply, relation))
        return;
    column = relation_add_column(apply->schema, relation);
    column->has_default = column->not_null = KNOWN_NO;
    define_column(apply, relation, column, def);
    if (apply->conditional || (op->if_not_exists && !relation->columns_known))
        column->unit = 0;
    copy = *column;
    if (!op->in_create)
        each_descendant(apply, relation->object.id, false, add_to_child, &copy);
}

static void remap_uses(struct apply *apply, const struct relation *from, const struct relation *to,
                       struct references *uses) {
    struct uses mapped = {.schema = apply->schema};

    for (size_t i = 0; i < uses->n; i++) {
        const struct column *column = uses->v[i].id == from->object.id && uses->v[i].column
                                          ? relation_column_by_number(from, uses->v[i].column)
                                          : NULL;
        const struct column *same = column ? relation_column(to, column->name) : NULL;
        if (same)
            uses_add(&mapped, to->object.id, same->number);
        else
            uses_add(&mapped, uses->v[i].id, uses->v[i].column);
    }
    *uses = uses_end(&mapped);
}

struct references uses_on(struct apply *apply, struct references uses, const struct relation *from,
                          const struct relation *to) {
    remap_uses(apply, from, to, &uses);
    return uses;
}

/* Identity goes to partitions only, and only since 17. */
static bool inherits_identity(const struct apply *apply, bool partition) {
    return partition && apply->schema->target >= 17;
}

void inherit_column(struct apply *apply, struct relation *child, const struct column *parent,
                    bool partition) {
    struct column *column = relation_edit_column(apply->schema, child, parent->name);
    unsigned number;

    if (column) {
        column->inherited = true;
        if (parent->not_null == KNOWN_YES)
            column->not_null = KNOWN_YES;
        if (parent->identity && inherits_identity(apply, partition))
            column->identity = parent->identity;
        return;
    }
    column = relation_add_column(apply->schema, child);
    number = column->number;
    *column = *parent;
    column->number = number;
    column->unit = apply->schema->unit;
    column->inherited = true;
    column->local = false;
    column->comment = NULL;
    column->statistics = -1;
    column->owned_sequence = 0;
    if (!inherits_identity(apply, partition))
        column->identity = '\0';
    schema_note_use(apply->schema, child->object.id, column->type.user_type);
    schema_note_uses(apply->schema, child->object.id, column->default_uses);
}

/* --- defaults --- */

static bool is_null_constant(const struct node *expr) {
    const struct A_Const *constant = node_if(A_Const, expr);
    const struct TypeCast *cast = node_if(TypeCast, expr);

    if (cast)
        return is_null_constant(cast->arg);
    return constant && constant->isnull;
}

struct default_setting {
    const char *column;
    const struct node *expr; /* NULL: drop it */
    struct span span;
    enum generated_kind generated;
    const struct relation *of; /* the relation that the statement names */
};

static void put_default(struct apply *apply, struct relation *relation, void *context) {
    const struct default_setting *setting = context;
    struct column *column = relation_edit_column(apply->schema, relation, setting->column);

    if (!column)
        return;
    column->default_expr = setting->expr;
    column->default_source = setting->span.end > 0 ? apply->statement : NULL;
    column->default_span = setting->span;
    column->has_default = setting->expr ? KNOWN_YES : KNOWN_NO;
    column->generated = setting->generated;
    column->default_type = column->type;
    column->default_uses = expression_uses(apply->schema, setting->expr, relation);
    schema_note_uses(apply->schema, relation->object.id, column->default_uses);
}

static bool may_set_default(struct apply *apply, const struct relation *relation,
                            const struct column *column) {
    if (column->identity) {
        refuse(apply, true, "42601", "column \"%s\" of relation \"%s\" is an identity column",
               column->name, relation->object.name);
        return false;
    }
    if (column->generated && !apply->op->is_inline) {
        refuse(apply, true, "42601", "column \"%s\" of relation \"%s\" is a generated column",
               column->name, relation->object.name);
        return false;
    }
    return true;
}

static const struct node *default_node(const struct op *op) {
    const struct AlterTableCmd *action = node_if(AlterTableCmd, op->node);
    return action ? action->def : node_as(Constraint, op->node)->raw_expr;
}

static void set_default(struct apply *apply, struct relation *relation,
                        struct default_setting setting) {
    if (apply->op->only || apply->op->in_create)
        put_default(apply, relation, &setting);
    else
        each_descendant(apply, relation->object.id, true, put_default, &setting);
}

void apply_set_default(struct apply *apply, struct relation *relation,
                       const struct column *column) {
    struct default_setting setting = {.column = apply->op->column};
    bool fills = apply->op->is_inline && !apply->op->in_create &&
                 !(apply->op->kind == OP_SET_DEFAULT && is_null_constant(default_node(apply->op)));

    if (!may_set_default(apply, relation, column) || (fills && !fills_rows(apply, relation)))
        return;
    if (apply->op->kind == OP_SET_DEFAULT) {
        setting.expr = default_node(apply->op);
        setting.span = span_behind(apply->statement, apply->op->span, "default");
        if (is_null_constant(setting.expr))
            setting.expr = NULL;
    }
    set_default(apply, relation, setting);
}

void apply_add_generated(struct apply *apply) {
    const struct Constraint *constraint = node_as(Constraint, apply->op->node);
    struct relation *relation = edit_target(apply, OBJ_TABLE);
    struct default_setting setting = {
        .column = apply->op->column,
        .expr = constraint->raw_expr,
        .span = span_behind(apply->statement, apply->op->span, "as"),
        .generated = constraint->generated_kind == 'v' ? GENERATED_VIRTUAL : GENERATED_STORED,
    };

    if (relation)
        set_default(apply, relation, setting);
}

/* SET EXPRESSION (17), DROP EXPRESSION (13). */
void apply_expression(struct apply *apply, struct relation *relation, struct column *column) {
    const struct AlterTableCmd *action = node_as(AlterTableCmd, apply->op->node);
    struct default_setting setting = {.column = column->name, .generated = column->generated};

    if (!column->generated) {
        if (apply->op->kind == OP_SET_EXPRESSION || !apply->op->missing_ok)
            refuse(apply, column->unit != 0, "55000",
                   "column \"%s\" of relation \"%s\" is not a generated column", column->name,
                   relation->object.name);
        return;
    }
    if (apply->op->kind == OP_SET_EXPRESSION) {
        setting.expr = action->def;
        setting.span = span_behind(apply->statement, apply->op->span, "as");
    } else {
        setting.generated = GENERATED_NOT;
    }
    set_default(apply, relation, setting);
}

/* --- serial and identity --- */

/* nextval('schema.sequence'::regclass), as transformColumnDefinition makes it. */
static const struct node *nextval_of(struct apply *apply, object_id sequence) {
    const struct object *object = schema_object(apply->schema, sequence);
    struct String *function = arena_new(apply->arena, struct String);
    struct String *text = arena_new(apply->arena, struct String);
    struct A_Const *constant = arena_new(apply->arena, struct A_Const);
    struct FuncCall *call = arena_new(apply->arena, struct FuncCall);
    const struct node **names = arena_array(apply->arena, const struct node *, 1);
    const struct node **args = arena_array(apply->arena, const struct node *, 1);

    *function = (struct String){{NODE_String}, "nextval"};
    *text = (struct String){{NODE_String}, display(apply, object)};
    *constant = (struct A_Const){.tree_node = {NODE_A_Const}, .sval = text};
    names[0] = &function->tree_node;
    args[0] = &constant->tree_node;
    *call =
        (struct FuncCall){.tree_node = {NODE_FuncCall}, .funcname = {1, names}, .args = {1, args}};
    return &call->tree_node;
}

void apply_add_serial(struct apply *apply) {
    struct relation *relation = edit_target(apply, OBJ_TABLE);
    struct column *column =
        relation ? relation_edit_column(apply->schema, relation, apply->op->column) : NULL;
    struct default_setting setting = {.column = apply->op->column};
    object_id sequence;

    if (!column)
        return;
    sequence =
        make_owned_sequence(apply, relation, column->name, &column->type, (struct node_list){0});
    column->owned_sequence = sequence;
    setting.expr = nextval_of(apply, sequence);
    set_default(apply, relation, setting);
    set_not_null(apply, relation, apply->op->column, NULL, true, true);
}

static bool is_identity_type(const struct type_use *type) {
    return !type->name || type->user_type ||
           (type->array_dimensions == 0 &&
            (strcmp(type->name, "int2") == 0 || strcmp(type->name, "int4") == 0 ||
             strcmp(type->name, "int8") == 0));
}

static bool may_be_identity(struct apply *apply, const struct relation *relation,
                            const struct column *column) {
    if (!is_identity_type(&column->type))
        return !refuse(apply, true, "22023",
                       "identity column type must be smallint, integer, or bigint");
    if (column->identity)
        return !refuse(apply, true, "55000",
                       "column \"%s\" of relation \"%s\" is already an identity column",
                       column->name, relation->object.name);
    if (column->has_default == KNOWN_YES)
        return !refuse(apply, true, apply->op->is_inline ? "42601" : "55000",
                       apply->op->is_inline
                           ? "both default and identity specified for column \"%s\" of table \"%s\""
                           : "column \"%s\" of relation \"%s\" already has a default value",
                       column->name, relation->object.name);
    if (!apply->op->is_inline && column->not_null == KNOWN_NO)
        return !refuse(apply, column->unit != 0, "55000",
                       "column \"%s\" of relation \"%s\" must be declared NOT NULL before "
                       "identity can be added",
                       column->name, relation->object.name);
    return true;
}

static void put_identity(struct apply *apply, struct relation *partition, void *context) {
    const struct column *parent = context;
    struct column *column = relation_edit_column(apply->schema, partition, parent->name);

    if (column && is_partition(partition))
        column->identity = parent->identity;
}

void apply_add_identity(struct apply *apply) {
    const struct Constraint *constraint = node_as(Constraint, apply->op->node);
    struct relation *relation = edit_target(apply, OBJ_TABLE);
    struct column *column = relation ? need_column(apply, relation, apply->op->column) : NULL;
    object_id sequence;

    if (!column || !may_be_identity(apply, relation, column))
        return;
    column->identity = constraint->generated_when;
    sequence =
        make_owned_sequence(apply, relation, column->name, &column->type, constraint->options);
    column = relation_edit_column(apply->schema, relation, apply->op->column);
    column->owned_sequence = sequence;
    if (apply->schema->target >= 17)
        each_descendant(apply, relation->object.id, false, put_identity, column);
    if (apply->op->is_inline)
        set_not_null(apply, relation, apply->op->column, NULL, true, true);
}
