/* Actions on a relation as a whole: SET LOGGED, TABLESPACE, storage parameters, CLUSTER ON, OF ... */
#include "model/apply_op.h"

#include "model/expr_type.h"

#include <string.h>

static void set_persistence(struct apply *apply, struct relation *relation, char persistence) {
    if (relation->persistence == 't' &&
        refuse(apply, true, "42P16",
               "cannot change logged status of table \"%s\" because it is temporary",
               relation->object.name))
        return;
    relation->persistence = persistence;
    for (size_t i = 0; i < relation->indexes.n; i++) {
        struct relation *index = schema_edit_relation(apply->schema, relation->indexes.v[i]);
        if (index)
            index->persistence = persistence;
    }
    for (size_t i = 0; apply->schema->target >= 15 && i < relation->column_count; i++) {
        struct relation *sequence =
            schema_edit_relation(apply->schema, relation->columns[i].owned_sequence);
        if (sequence)
            sequence->persistence = persistence;
    }
}

void mark_clustered(struct apply *apply, const struct relation *table, const char *index) {
    for (size_t i = 0; i < table->indexes.n; i++) {
        struct relation *other = schema_edit_relation(apply->schema, table->indexes.v[i]);
        if (other)
            other->clustered = index && strcmp(other->object.name, index) == 0;
    }
}

static void set_replica_identity(struct apply *apply, struct relation *relation) {
    const struct AlterTableCmd *action = node_as(AlterTableCmd, apply->op->node);
    const struct ReplicaIdentityStmt *identity = node_if(ReplicaIdentityStmt, action->def);

    if (!identity)
        return;
    relation->replica_identity = identity->identity_type;
    relation->replica_index = 0;
    for (size_t i = 0; identity->name && i < relation->indexes.n; i++) {
        const struct object *index = schema_object(apply->schema, relation->indexes.v[i]);
        if (index && strcmp(index->name, identity->name) == 0)
            relation->replica_index = index->id;
    }
}

static struct node_list action_options(const struct op *op) {
    const struct List *list = node_if(List, node_as(AlterTableCmd, op->node)->def);
    return list ? list->items : (struct node_list){0};
}

static void set_of_type(struct apply *apply, struct relation *relation) {
    const struct AlterTableCmd *action = node_as(AlterTableCmd, apply->op->node);
    struct type_use type = type_use_of(apply->schema, node_if(TypeName, action->def));

    relation->of_type = type.user_type;
    schema_note_use(apply->schema, relation->object.id, type.user_type);
}

static void set_option(struct apply *apply, struct relation *relation) {
    const struct op *op = apply->op;

    switch (op->kind) {
    case OP_SET_LOGGED:
        set_persistence(apply, relation, 'p');
        break;
    case OP_SET_UNLOGGED:
        set_persistence(apply, relation, 'u');
        break;
    case OP_SET_ACCESS_METHOD:
        relation->access_method = op->new_name;
        break;
    case OP_SET_TABLESPACE:
        relation->tablespace = op->new_name;
        break;
    case OP_SET_STORAGE_PARAMETERS:
        relation->options = options_merge(apply->arena, relation->options, action_options(op));
        break;
    case OP_RESET_STORAGE_PARAMETERS:
        relation->options = options_without(apply->arena, relation->options, action_options(op));
        break;
    case OP_CLUSTER_ON:
        mark_clustered(apply, relation, op->object);
        break;
    case OP_SET_WITHOUT_CLUSTER:
        mark_clustered(apply, relation, NULL);
        break;
    case OP_REPLICA_IDENTITY:
        set_replica_identity(apply, relation);
        break;
    case OP_SET_OF_TYPE:
        set_of_type(apply, relation);
        break;
    case OP_DROP_OF_TYPE:
        relation->of_type = 0;
        break;
    default:
        break;
    }
}

void apply_table_option(struct apply *apply) {
    struct relation *relation = apply->op->target.name ? edit_target(apply, OBJ_TABLE) : NULL;

    if (relation)
        set_option(apply, relation);
}
