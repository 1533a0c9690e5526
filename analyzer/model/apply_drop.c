/* DROP, and what goes with it. */
#include "model/apply_op.h"

#include "model/depend.h"
#include "model/expr_type.h"
#include "model/op_object.h"

#include <string.h>

/* --- taking things away --- */

static void unlink_relation(struct apply *apply, const struct relation *relation) {
    struct relation *other;

    for (size_t i = 0; i < relation->parents.n; i++)
        if ((other = schema_edit_relation(apply->schema, relation->parents.v[i])))
            id_list_remove(apply->arena, &other->children, relation->object.id);
    for (size_t i = 0; i < relation->children.n; i++)
        if ((other = schema_edit_relation(apply->schema, relation->children.v[i])))
            id_list_remove(apply->arena, &other->parents, relation->object.id);
    if (relation->table && (other = schema_edit_relation(apply->schema, relation->table)))
        id_list_remove(apply->arena, &other->indexes, relation->object.id);
    for (size_t i = 0; i < relation->constraint_count; i++)
        if ((other = schema_edit_relation(apply->schema, relation->constraints[i]->references)))
            id_list_remove(apply->arena, &other->referenced_by, relation->object.id);
}

static void disown_sequence(struct apply *apply, const struct relation *sequence) {
    struct relation *table = schema_edit_relation(apply->schema, sequence->owned_by);
    struct column *column =
        table ? relation_edit_column(apply->schema, table, sequence->owned_column) : NULL;

    if (column && column->owned_sequence == sequence->object.id)
        column->owned_sequence = 0;
}

void forget_object(struct apply *apply, object_id id) {
    const struct relation *relation = schema_relation_by_id(apply->schema, id);

    if (relation) {
        unlink_relation(apply, relation);
        disown_sequence(apply, relation);
    }
    schema_remove(apply->schema, id);
}

void replace_object(struct apply *apply, object_id id) {
    forget_object(apply, id);
    apply->replaced = id;
}

static void remove_default(struct apply *apply, struct relation *relation, unsigned number) {
    const struct column *found = relation_column_by_number(relation, number);
    struct column *column =
        found ? relation_edit_column(apply->schema, relation, found->name) : NULL;

    if (!column)
        return;
    column->default_expr = NULL;
    column->has_default = KNOWN_NO;
    column->default_uses = (struct references){0};
}

static bool still_references(const struct relation *relation, object_id table) {
    for (size_t i = 0; i < relation->constraint_count; i++)
        if (relation->constraints[i]->references == table)
            return true;
    return false;
}

static void remove_constraint(struct apply *apply, struct relation *relation, object_id id) {
    const struct constraint *constraint = relation_constraint_by_id(relation, id);
    object_id references = constraint ? constraint->references : 0;
    struct relation *table;

    if (constraint && constraint->kind == CONSTRAINT_NOT_NULL) {
        struct column *column =
            relation_edit_column(apply->schema, relation, constraint->columns.v[0]);
        if (column)
            column->not_null = KNOWN_NO;
    }
    relation_remove_constraint(apply->schema, relation, id);
    table = schema_edit_relation(apply->schema, references);
    if (table && !still_references(relation, references))
        id_list_remove(apply->arena, &table->referenced_by, relation->object.id);
}

static void remove_part(struct apply *apply, struct part part) {
    struct relation *relation;
    const struct column *column;

    if (part.kind == PART_WHOLE) {
        forget_object(apply, part.object);
        return;
    }
    relation = schema_edit_relation(apply->schema, part.object);
    if (!relation)
        return;
    column = relation_column_by_number(relation, part.number);
    if (part.kind == PART_COLUMN && column)
        relation_remove_column(apply->schema, relation, column->name);
    else if (part.kind == PART_DEFAULT)
        remove_default(apply, relation, part.number);
    else if (part.kind == PART_CONSTRAINT)
        remove_constraint(apply, relation, part.number);
    else
        remove_attached(apply, relation, part.kind, part.number);
}

/* Whether all that is needed to say what depends on it is certain. */
static bool part_is_certain(const struct apply *apply, struct part part) {
    return object_is_certain(schema_object(apply->schema, part.object));
}

void drop_parts(struct apply *apply, const struct part *parts, size_t n, bool cascade) {
    struct deletion deletion = deletion_of(apply->schema, parts, n);

    if (!cascade && deletion.stopped_by.object &&
        refuse(apply, part_is_certain(apply, deletion.stopped_by), "2BP01",
               "cannot drop %s because other objects depend on %s: %s depends on %s",
               n > 1 ? "desired object(s)" : part_describe(apply->schema, parts[0]),
               n > 1 ? "them" : "it", part_describe(apply->schema, deletion.stopped_by),
               part_describe(apply->schema, deletion.stopped_at)))
        return;
    for (size_t i = 0; i < deletion.list.n; i++)
        remove_part(apply, deletion.list.v[i]);
}

/* --- DROP COLUMN and DROP CONSTRAINT --- */

static bool may_drop_column(struct apply *apply, const struct relation *relation,
                            const struct column *column) {
    if (relation->of_type)
        return !refuse(apply, true, "42809", "cannot drop column from typed table");
    if (column->inherited)
        return !refuse(apply, true, "42P16", "cannot drop inherited column \"%s\"", column->name);
    if (in_partition_key(apply, relation, column->name))
        return !refuse(apply, true, "42P16",
                       "cannot drop column \"%s\" because it is part of the partition key of "
                       "relation \"%s\"",
                       column->name, relation->object.name);
    if (is_partitioned(relation) && apply->op->only && relation->children.n > 0)
        return !refuse(apply, true, "42P16",
                       "cannot drop column from only the partitioned table when partitions exist");
    return true;
}

struct part_list {
    VEC(struct part) list;
};

/* In a diamond of inheritance a child is come to twice. */
static bool has_part(const struct part_list *parts, object_id object, unsigned number) {
    for (size_t i = 0; i < parts->list.n; i++)
        if (parts->list.v[i].object == object && parts->list.v[i].number == number)
            return true;
    return false;
}

/* The children's copies go too, unless they have the column of their own (ATExecDropColumn). */
static void add_column_parts(struct apply *apply, struct part_list *parts,
                             const struct relation *relation, const char *name, bool only) {
    const struct column *column = relation_column(relation, name);
    const struct id_list children = relation->children;

    if (has_part(parts, relation->object.id, column->number))
        return;
    vec_push(apply->arena, &parts->list,
             ((struct part){relation->object.id, PART_COLUMN, column->number}));
    for (size_t i = 0; i < children.n; i++) {
        struct relation *child = schema_edit_relation(apply->schema, children.v[i]);
        struct column *copy = child ? relation_edit_column(apply->schema, child, name) : NULL;
        if (!copy)
            continue;
        if (only)
            copy->local = true;
        if (relation_other_parent_has(apply->schema, child, relation, name))
            continue;
        copy->inherited = false;
        if (!copy->local && in_partition_key(apply, child, name) &&
            refuse(apply, true, "42P16",
                   "cannot drop column \"%s\" because it is part of the partition key of relation "
                   "\"%s\"",
                   name, child->object.name))
            return;
        if (!copy->local)
            add_column_parts(apply, parts, child, name, false);
    }
}

void drop_table_column(struct apply *apply, struct relation *relation,
                       const struct column *column) {
    struct part_list parts = {0};

    if (!may_drop_column(apply, relation, column))
        return;
    add_column_parts(apply, &parts, relation, column->name, apply->op->only);
    drop_parts(apply, parts.list.v, parts.list.n, apply->op->cascade);
}

static bool other_parent_checks(const struct apply *apply, const struct relation *child,
                                const struct relation *parent, const char *name) {
    for (size_t i = 0; i < child->parents.n; i++) {
        const struct relation *other = schema_relation_by_id(apply->schema, child->parents.v[i]);
        if (other && other->object.id != parent->object.id && relation_constraint(other, name))
            return true;
    }
    return false;
}

static bool goes_to_children(const struct constraint *constraint) {
    return (constraint->kind == CONSTRAINT_CHECK || constraint->kind == CONSTRAINT_NOT_NULL) &&
           !constraint->no_inherit;
}

/* The children's copies of a CHECK or NOT NULL, unless they are their own, too (ATExecDropConstraint). */
static void add_constraint_parts(struct apply *apply, struct part_list *parts,
                                 const struct relation *relation,
                                 const struct constraint *constraint, bool only) {
    const struct id_list children = relation->children;

    if (has_part(parts, relation->object.id, constraint->id))
        return;
    vec_push(apply->arena, &parts->list,
             ((struct part){relation->object.id, PART_CONSTRAINT, constraint->id}));
    for (size_t i = 0; goes_to_children(constraint) && i < children.n; i++) {
        struct relation *child = schema_edit_relation(apply->schema, children.v[i]);
        const struct constraint *same = child ? relation_constraint(child, constraint->name) : NULL;
        struct constraint *copy;
        if (!same || !same->inherited ||
            other_parent_checks(apply, child, relation, constraint->name))
            continue;
        copy = relation_edit_constraint(apply->schema, child, same->id);
        copy->inherited = false;
        if (only)
            copy->local = true;
        if (!copy->local)
            add_constraint_parts(apply, parts, child, copy, false);
    }
}

void drop_table_constraint(struct apply *apply, struct relation *relation,
                           const struct constraint *constraint) {
    struct part_list parts = {0};

    if (constraint->inherited && !constraint->local) {
        refuse(apply, true, "42P16", "cannot drop inherited constraint \"%s\" of relation \"%s\"",
               constraint->name, relation->object.name);
        return;
    }
    add_constraint_parts(apply, &parts, relation, constraint, apply->op->only);
    drop_parts(apply, parts.list.v, parts.list.n, apply->op->cascade);
}

/* --- finding what is named --- */

static bool kind_fits(enum op_kind op, enum object_kind kind) {
    switch (op) {
    case OP_DROP_TABLE:
        return kind == OBJ_TABLE || kind == OBJ_PARTITIONED_TABLE;
    case OP_DROP_FOREIGN_TABLE:
        return kind == OBJ_FOREIGN_TABLE;
    case OP_DROP_VIEW:
        return kind == OBJ_VIEW;
    case OP_DROP_MATVIEW:
        return kind == OBJ_MATVIEW;
    case OP_DROP_INDEX:
        return kind == OBJ_INDEX || kind == OBJ_PARTITIONED_INDEX;
    case OP_DROP_SEQUENCE:
        return kind == OBJ_SEQUENCE;
    default:
        return true;
    }
}

static const char *wanted_words(enum op_kind op) {
    switch (op) {
    case OP_DROP_FOREIGN_TABLE:
        return "foreign table";
    case OP_DROP_VIEW:
        return "view";
    case OP_DROP_MATVIEW:
        return "materialized view";
    case OP_DROP_INDEX:
        return "index";
    case OP_DROP_SEQUENCE:
        return "sequence";
    default:
        return "table";
    }
}

static void missing(struct apply *apply, const char *sqlstate, const char *what) {
    if (!apply->op->missing_ok)
        refuse(apply, knows_all(apply), sqlstate, "%s \"%s\" does not exist", what,
               apply->op->target.name);
}

/* An index that a constraint, or a partitioned index, needs. */
static bool index_is_free(struct apply *apply, const struct relation *index) {
    const struct relation *parent =
        index->parents.n ? schema_relation_by_id(apply->schema, index->parents.v[0]) : NULL;
    const struct relation *table = schema_relation_by_id(apply->schema, index->table);

    if (parent)
        return !refuse(apply, true, "2BP01", "cannot drop index %s because index %s requires it",
                       index->object.name, parent->object.name);
    for (size_t i = 0; table && i < table->constraint_count; i++)
        if (table->constraints[i]->index == index->object.id &&
            table->constraints[i]->kind != CONSTRAINT_FOREIGN_KEY)
            return !refuse(apply, true, "2BP01",
                           "cannot drop index %s because constraint %s on table %s requires it",
                           index->object.name, table->constraints[i]->name, table->object.name);
    return true;
}

static bool sequence_is_free(struct apply *apply, const struct relation *sequence) {
    const struct relation *table = schema_relation_by_id(apply->schema, sequence->owned_by);
    const struct column *column = table ? relation_column(table, sequence->owned_column) : NULL;

    return !(column && column->identity &&
             refuse(apply, true, "2BP01",
                    "cannot drop sequence %s because column %s of table %s requires it",
                    sequence->object.name, column->name, table->object.name));
}

static bool may_drop_concurrently(struct apply *apply, const struct relation *index) {
    if (!apply->op->concurrently || index->object.temporary) /* there it does nothing */
        return true;
    if (index->object.kind == OBJ_PARTITIONED_INDEX)
        return !refuse(apply, true, "0A000", "cannot drop partitioned index \"%s\" concurrently",
                       index->object.name);
    if (apply->op->cascade)
        return !refuse(apply, true, "0A000", "DROP INDEX CONCURRENTLY does not support CASCADE");
    return true;
}

static object_id find_relation(struct apply *apply) {
    const struct op *op = apply->op;
    const struct relation *relation = schema_relation(apply->schema, op->target);

    if (!relation) {
        missing(apply, op->kind == OP_DROP_INDEX ? "42704" : "42P01", wanted_words(op->kind));
        return 0;
    }
    if (!kind_fits(op->kind, relation->object.kind) &&
        refuse(apply, object_is_certain(&relation->object), "42809", "\"%s\" is not %s %s",
               relation->object.name, op->kind == OP_DROP_INDEX ? "an" : "a",
               wanted_words(op->kind)))
        return 0;
    if (op->kind == OP_DROP_INDEX &&
        (!index_is_free(apply, relation) || !may_drop_concurrently(apply, relation)))
        return 0;
    if (op->kind == OP_DROP_SEQUENCE && !sequence_is_free(apply, relation))
        return 0;
    return relation->object.id;
}

static object_id find_type(struct apply *apply) {
    const struct op *op = apply->op;
    const struct type *type = schema_type(apply->schema, op->target);
    const struct relation *row = schema_relation(apply->schema, op->target);

    if (type && op->kind == OP_DROP_DOMAIN && type->object.kind != OBJ_DOMAIN) {
        refuse(apply, true, "42809", "\"%s\" is not a domain", type->object.name);
        return 0;
    }
    if (type)
        return type->object.id;
    if (row && row->object.kind == OBJ_COMPOSITE_TYPE && op->kind == OP_DROP_TYPE)
        return row->object.id;
    if (row)
        refuse(apply, object_is_certain(&row->object), "2BP01",
               "cannot drop type %s because table %s requires it", row->object.name,
               row->object.name);
    else
        missing(apply, "42704", "type");
    return 0;
}

static bool same_arguments(const struct apply *apply, const struct function *function,
                           const struct ObjectWithArgs *wanted) {
    if (wanted->objargs.n != function->argument_count)
        return false;
    for (size_t i = 0; i < wanted->objargs.n; i++) {
        struct type_use type = type_use_of(apply->schema, node_if(TypeName, wanted->objargs.v[i]));
        if (type_use_same(&type, &function->arguments[i]) == KNOWN_NO)
            return false;
    }
    return true;
}

static const char *argument_words(struct apply *apply, const struct ObjectWithArgs *wanted) {
    const char *list = "";

    for (size_t i = 0; wanted && i < wanted->objargs.n; i++) {
        struct type_use type = type_use_of(apply->schema, node_if(TypeName, wanted->objargs.v[i]));
        list = arena_printf(apply->arena, "%s%s%s", list, i ? ", " : "",
                            type_use_text(apply->arena, apply->schema, &type));
    }
    return arena_printf(apply->arena, "(%s)", list);
}

/* FUNCTION, PROCEDURE and AGGREGATE are said of their own kind, ROUTINE of any (LookupFuncWithArgs). */
static bool routine_fits(struct apply *apply, const struct function *function) {
    int type = apply->op->object_type;
    enum object_kind kind = function->object.kind;
    const char *wrong = type == OBJECT_FUNCTION && kind == OBJ_PROCEDURE    ? "a function"
                        : type == OBJECT_PROCEDURE && kind != OBJ_PROCEDURE ? "a procedure"
                        : type == OBJECT_AGGREGATE && kind != OBJ_AGGREGATE ? "an aggregate"
                                                                            : NULL;

    if (type == OBJECT_FUNCTION && kind == OBJ_AGGREGATE && apply->op->kind == OP_DROP_FUNCTION)
        return !refuse(apply, object_is_certain(&function->object), "42809",
                       "%s is an aggregate function", function->object.name);
    return !wrong || !refuse(apply, object_is_certain(&function->object), "42809", "%s is not %s",
                             function->object.name, wrong);
}

/* The server's own, or of an extension: nothing that a history would tell of. */
static bool comes_with_server(const struct apply *apply, struct name name) {
    struct catalog_functions built_in = catalog_function(name.name, -1, apply->schema->target);
    struct catalog_functions of_extensions =
        catalog_extension_function(name.name, -1, apply->schema->target);

    return catalog_function_next(&built_in) || catalog_function_next(&of_extensions);
}

const struct function *find_function(struct apply *apply, const struct ObjectWithArgs *wanted) {
    size_t count = 0, found = 0;
    const struct function *match = NULL;
    const struct function *const *functions =
        schema_functions(apply->schema, apply->op->target, &count);

    for (size_t i = 0; i < count; i++)
        if (!wanted || wanted->args_unspecified || same_arguments(apply, functions[i], wanted)) {
            match = functions[i];
            found++;
        }
    if (found > 1 && wanted && wanted->args_unspecified)
        refuse(apply, true, "42725", "function name \"%s\" is not unique", apply->op->target.name);
    else if (found == 0 && !apply->op->missing_ok && !comes_with_server(apply, apply->op->target))
        refuse(apply, knows_all(apply), "42883", "function %s%s does not exist",
               apply->op->target.name, argument_words(apply, wanted));
    return found == 1 && routine_fits(apply, match) ? match : NULL;
}

/* One that the history did not make may come with the server, or with an extension. */
static object_id find_cast(struct apply *apply) {
    const struct op *op = apply->op;
    const struct List *types = node_if(List, op->node);
    object_id id = op_object(apply->schema, op);
    struct type_use source, target;
    struct catalog_cast cast;

    if (id || !types || types->items.n != 2 || op->missing_ok)
        return id;
    source = type_use_of(apply->schema, node_if(TypeName, types->items.v[0]));
    target = type_use_of(apply->schema, node_if(TypeName, types->items.v[1]));
    if (type_use_known(apply->schema, &source) && type_use_known(apply->schema, &target) &&
        !(source.user_type == 0 && target.user_type == 0 &&
          catalog_cast(source.name, target.name, apply->schema->target, &cast)))
        refuse(apply, knows_all(apply), "42704", "cast from type %s to type %s does not exist",
               type_use_text(apply->arena, apply->schema, &source),
               type_use_text(apply->arena, apply->schema, &target));
    return 0;
}

static object_id find_other(struct apply *apply) {
    const struct op *op = apply->op;
    int type = op->object_type;
    struct name name = op->target;
    const struct other *other;

    if (type == OBJECT_CAST)
        return find_cast(apply);
    if (op->kind == OP_DROP_STATISTICS && op->object && !name.name)
        name.name = op->object;
    other = schema_other(apply->schema, type, name);
    if (other)
        return other->object.id;
    if (type == OBJECT_SCHEMA)
        missing(apply, "3F000", "schema");
    else if (type == OBJECT_PUBLICATION)
        missing(apply, "42704", "publication");
    else if (type == OBJECT_STATISTIC_EXT)
        missing(apply, "42704", "statistics object");
    return 0;
}

static object_id find_dropped(struct apply *apply) {
    const struct function *function;

    switch (apply->op->kind) {
    case OP_DROP_TABLE:
    case OP_DROP_FOREIGN_TABLE:
    case OP_DROP_VIEW:
    case OP_DROP_MATVIEW:
    case OP_DROP_INDEX:
    case OP_DROP_SEQUENCE:
        return find_relation(apply);
    case OP_DROP_TYPE:
    case OP_DROP_DOMAIN:
        return find_type(apply);
    case OP_DROP_FUNCTION:
        function = find_function(apply, node_if(ObjectWithArgs, apply->op->node));
        return function ? function->object.id : 0;
    default:
        return find_other(apply);
    }
}

void apply_drop(struct apply *apply, const struct op *ops, size_t n) {
    struct part *parts = arena_array(apply->arena, struct part, n);
    size_t count = 0;
    bool cascade = ops->cascade;

    for (size_t i = 0; i < n && !refused(apply); i++) {
        apply->op = &ops[i];
        if (ops[i].kind == OP_DROP_TRIGGER || ops[i].kind == OP_DROP_POLICY ||
            ops[i].kind == OP_DROP_RULE) {
            drop_attached(apply);
            continue;
        }
        parts[count].object = find_dropped(apply);
        count += parts[count].object != 0;
    }
    if (count > 0 && !refused(apply))
        drop_parts(apply, parts, count, cascade);
}
