/* ALTER COLUMN. */
#include "model/apply_op.h"
#include "model/coerce.h"

#include "model/depend.h"
#include "model/expr_type.h"

#include <string.h>

/* --- NOT NULL --- */

struct not_null_setting {
    object_id root; /* the relation that was named */
    const char *column, *name;
    bool local, validated;
};

static const struct constraint *not_null_constraint(const struct relation *relation,
                                                    const char *column) {
    for (size_t i = 0; i < relation->constraint_count; i++)
        if (relation->constraints[i]->kind == CONSTRAINT_NOT_NULL &&
            strcmp(relation->constraints[i]->columns.v[0], column) == 0)
            return relation->constraints[i];
    return NULL;
}

/* Since 18 every NOT NULL is a constraint with a name. */
static void put_not_null_constraint(struct apply *apply, struct relation *relation,
                                    struct not_null_setting *setting) {
    const struct constraint *old = not_null_constraint(relation, setting->column);
    bool at_root = relation->object.id == setting->root, inherited = false;
    const char *name = setting->name;
    struct constraint constraint = {.kind = CONSTRAINT_NOT_NULL, .enforced = true};
    const char **columns;

    /* In CREATE TABLE the table's own goes before one that is only inherited, and has its own name. */
    if (old && apply->op->in_create && setting->local && !old->local) {
        relation_remove_constraint(apply->schema, relation, old->id);
        inherited = true;
        old = NULL;
    }
    if (old) {
        struct constraint *copy = relation_edit_constraint(apply->schema, relation, old->id);
        copy->validated = copy->validated || setting->validated;
        copy->local = copy->local || (at_root && setting->local);
        copy->inherited = copy->inherited || !at_root;
        return;
    }
    if (!name || (!at_root && relation_constraint(relation, name)))
        name = choose_constraint_name(apply, relation, setting->column, "not_null");
    columns = arena_array(apply->arena, const char *, 1);
    columns[0] = setting->column;
    constraint.columns = (struct name_list){1, columns};
    constraint.name = name;
    constraint.source = apply->statement;
    constraint.validated = setting->validated;
    constraint.local = at_root && setting->local;
    constraint.inherited = inherited || !constraint.local;
    setting->name = name; /* the children's ones are called the same */
    relation_add_constraint(apply->schema, relation, &constraint);
}

static void put_not_null(struct apply *apply, struct relation *relation, void *context) {
    struct not_null_setting *setting = context;
    struct column *column = relation_edit_column(apply->schema, relation, setting->column);

    if (!column)
        return;
    if (setting->validated)
        column->not_null = KNOWN_YES;
    if (apply->schema->target >= 18)
        put_not_null_constraint(apply, relation, setting);
}

void set_not_null(struct apply *apply, struct relation *relation, const char *column,
                  const char *name, bool local, bool validated) {
    struct not_null_setting setting = {relation->object.id, column, name, local, validated};

    if (name && apply->schema->target >= 18 && !not_null_constraint(relation, column) &&
        constraint_name_taken(apply, relation, name))
        return;
    if (apply->op->in_create)
        put_not_null(apply, relation, &setting);
    else
        each_descendant(apply, relation->object.id, true, put_not_null, &setting);
}

static void put_null(struct apply *apply, struct relation *relation, void *context) {
    const char *name = context;
    struct column *column = relation_edit_column(apply->schema, relation, name);
    const struct constraint *constraint = not_null_constraint(relation, name);

    if (column)
        column->not_null = KNOWN_NO;
    if (constraint)
        relation_remove_constraint(apply->schema, relation, constraint->id);
}

static bool in_primary_key(const struct relation *relation, const char *column) {
    const struct constraint *key = relation_primary_key(relation);

    for (size_t i = 0; key && i < key->columns.n; i++)
        if (strcmp(key->columns.v[i], column) == 0)
            return true;
    return false;
}

static void drop_not_null(struct apply *apply, struct relation *relation,
                          const struct column *column) {
    const struct relation *parent =
        relation->parents.n ? schema_relation_by_id(apply->schema, relation->parents.v[0]) : NULL;
    const struct column *above = parent ? relation_column(parent, column->name) : NULL;
    const struct constraint *constraint;
    char *name = arena_strdup(apply->arena, column->name);

    if (column->identity) {
        refuse(apply, true, "42601", "column \"%s\" of relation \"%s\" is an identity column",
               column->name, relation->object.name);
        return;
    }
    if (in_primary_key(relation, column->name)) {
        refuse(apply, true, "42P16", "column \"%s\" is in a primary key", column->name);
        return;
    }
    if (is_partition(relation) && above && above->not_null == KNOWN_YES) {
        refuse(apply, true, "42P16", "column \"%s\" is marked NOT NULL in parent table",
               column->name);
        return;
    }
    constraint = not_null_constraint(relation, name);
    if (apply->schema->target >= 18 && constraint)
        drop_table_constraint(apply, relation, constraint);
    else if (apply->op->only)
        put_null(apply, relation, name);
    else
        each_descendant(apply, relation->object.id, true, put_null, name);
}

/* --- type --- */

struct type_setting {
    const char *column;
    struct type_use type;
    const char *collation;
};

static void put_sequence_type(struct apply *apply, const struct column *column) {
    struct relation *sequence = schema_edit_relation(apply->schema, column->owned_sequence);

    if (sequence && column->identity)
        sequence->sequence_type = column->type;
}

static void put_type(struct apply *apply, struct relation *relation, void *context) {
    const struct type_setting *setting = context;
    struct column *column = relation_edit_column(apply->schema, relation, setting->column);

    if (!column)
        return;
    column->type = setting->type;
    column->collation = setting->collation;
    column->storage = column->compression = NULL;
    schema_note_use(apply->schema, relation->object.id, column->type.user_type);
    put_sequence_type(apply, column);
}

bool in_partition_key(struct apply *apply, const struct relation *relation, const char *column) {
    const struct PartitionSpec *spec = node_if(PartitionSpec, relation->partition_spec);

    for (size_t i = 0; spec && i < spec->partParams.n; i++) {
        const struct PartitionElem *element = node_if(PartitionElem, spec->partParams.v[i]);
        if (element && element->name && strcmp(element->name, column) == 0)
            return true;
        if (element && element->expr && expr_names_column(apply->arena, element->expr, column))
            return true;
    }
    return false;
}

static bool may_alter_type(struct apply *apply, const struct relation *relation,
                           const struct column *column) {
    const struct relation *of = schema_relation_by_id(apply->schema, relation->of_type);
    const char *blocked;

    if (of)
        return !refuse(apply, true, "42809", "cannot alter column type of typed table");
    if (column->inherited)
        return !refuse(apply, true, "42P16", "cannot alter inherited column \"%s\"", column->name);
    if (in_partition_key(apply, relation, column->name))
        return !refuse(apply, true, "42P16",
                       "cannot alter column \"%s\" because it is part of the partition key of "
                       "relation \"%s\"",
                       column->name, relation->object.name);
    blocked = depend_row_type_user(apply->schema, relation->object.id);
    if (blocked)
        return !refuse(apply, true, "0A000",
                       "cannot alter table \"%s\" because column \"%s\" uses its row type",
                       relation->object.name, blocked);
    if (apply->op->only && relation->children.n > 0)
        return !refuse(apply, true, "42P16",
                       "type of inherited column \"%s\" must be changed in child tables too",
                       column->name);
    blocked = depend_blocks_type_change(apply->schema, relation, column);
    if (blocked) {
        bool old_generated = strstr(blocked, "generated") && apply->schema->target < 15;
        return !refuse(apply, true, old_generated ? "42601" : "0A000", "%s", blocked);
    }
    return true;
}

static void alter_type(struct apply *apply, struct relation *relation,
                       const struct column *column) {
    const struct ColumnDef *def = node_as(ColumnDef, node_as(AlterTableCmd, apply->op->node)->def);
    struct type_setting setting = {
        .column = column->name,
        .type = type_use_of(apply->schema, def->typeName),
        .collation = def->collClause ? node_list_last_string(def->collClause->collname) : NULL,
    };

    if (!may_alter_type(apply, relation, column))
        return;
    if (apply->op->only)
        put_type(apply, relation, &setting);
    else
        each_descendant(apply, relation->object.id, true, put_type, &setting);
}

/* --- identity --- */

static const char *generated_option(struct node_list options) {
    for (size_t i = 0; i < options.n; i++) {
        const struct DefElem *option = node_if(DefElem, options.v[i]);
        const struct Integer *value = option ? node_if(Integer, option->arg) : NULL;
        if (value && strcmp(option->defname, "generated") == 0)
            return value->ival == 'a' ? "a" : "d";
    }
    return NULL;
}

static void alter_identity(struct apply *apply, struct relation *relation, struct column *column) {
    const struct AlterTableCmd *action = node_as(AlterTableCmd, apply->op->node);
    const struct List *list = node_if(List, action->def);
    const char *generated = list ? generated_option(list->items) : NULL;
    object_id sequence = column->owned_sequence;

    if (!column->identity) {
        if (!apply->op->missing_ok)
            refuse(apply, column->unit != 0, "55000",
                   "column \"%s\" of relation \"%s\" is not an identity column", column->name,
                   relation->object.name);
        return;
    }
    if (apply->op->kind == OP_DROP_IDENTITY) {
        column->identity = '\0';
        column->owned_sequence = 0;
        forget_object(apply, sequence);
    } else if (generated) {
        column->identity = *generated;
    }
    if (list)
        alter_owned_sequence(apply, sequence, list->items);
}

/* --- the rest --- */

static const char *storage_name(const struct AlterTableCmd *action) {
    return node_string(action->def);
}

/* SET ... DEFAULT is no setting; an old grammar writes -1. */
static int statistics_target(const struct AlterTableCmd *action) {
    const struct Integer *value = node_if(Integer, action->def);
    return value ? value->ival : -1;
}

static void apply_property(struct apply *apply, struct column *column) {
    const struct AlterTableCmd *action = node_as(AlterTableCmd, apply->op->node);
    const struct List *list = node_if(List, action->def);

    switch (apply->op->kind) {
    case OP_SET_STATISTICS:
        column->statistics = statistics_target(action);
        break;
    case OP_SET_STORAGE:
        column->storage = storage_name(action);
        break;
    case OP_SET_COMPRESSION:
        column->compression = storage_name(action);
        break;
    case OP_SET_COLUMN_OPTIONS:
        if (list)
            column->options = options_merge(apply->arena, column->options, list->items);
        break;
    case OP_RESET_COLUMN_OPTIONS:
        if (list)
            column->options = options_without(apply->arena, column->options, list->items);
        break;
    default:
        break;
    }
}

static void drop_column(struct apply *apply, struct relation *relation) {
    const struct column *column = relation_column(relation, apply->op->column);

    if (!column) {
        if (!apply->op->missing_ok)
            refuse(apply, relation->columns_known, "42703",
                   "column \"%s\" of relation \"%s\" does not exist", apply->op->column,
                   relation->object.name);
        return;
    }
    drop_table_column(apply, relation, column);
}

/* Before 18 it suffices that the partitions have it (ATExecCheckNotNull). */
static bool all_not_null(struct apply *apply, const struct relation *relation, const char *name) {
    for (size_t i = 0; i < relation->children.n; i++) {
        const struct relation *child =
            schema_relation_by_id(apply->schema, relation->children.v[i]);
        const struct column *column = child ? relation_column(child, name) : NULL;
        if (!column || column->not_null != KNOWN_YES)
            return false;
    }
    return true;
}

static bool may_set_not_null(struct apply *apply, const struct relation *relation,
                             const struct column *column) {
    return !(apply->op->only && is_partitioned(relation) && relation->children.n > 0 &&
             column->not_null != KNOWN_YES &&
             (apply->schema->target >= 18 || !all_not_null(apply, relation, column->name)) &&
             refuse(apply, true, "42P16", "constraint must be added to child tables too"));
}

void apply_column_action(struct apply *apply) {
    struct relation *relation = edit_target(apply, OBJ_TABLE);
    struct column *column;

    if (!relation)
        return;
    if (apply->op->kind == OP_DROP_COLUMN) {
        drop_column(apply, relation);
        return;
    }
    if (!apply->op->column || relation->object.kind == OBJ_INDEX ||
        relation->object.kind == OBJ_PARTITIONED_INDEX)
        return; /* ALTER INDEX ... ALTER COLUMN 1 SET STATISTICS */
    column = need_column(apply, relation, apply->op->column);
    if (!column)
        return;
    switch (apply->op->kind) {
    case OP_SET_DEFAULT:
    case OP_DROP_DEFAULT:
        apply_set_default(apply, relation, column);
        break;
    case OP_SET_NOT_NULL:
        if (may_set_not_null(apply, relation, column))
            set_not_null(apply, relation, column->name, NULL, true, true);
        break;
    case OP_DROP_NOT_NULL:
        drop_not_null(apply, relation, column);
        break;
    case OP_SET_EXPRESSION:
    case OP_DROP_EXPRESSION:
        apply_expression(apply, relation, column);
        break;
    case OP_SET_IDENTITY:
    case OP_DROP_IDENTITY:
        alter_identity(apply, relation, column);
        break;
    case OP_ALTER_COLUMN_TYPE:
        alter_type(apply, relation, column);
        break;
    default:
        apply_property(apply, column);
        break;
    }
}
