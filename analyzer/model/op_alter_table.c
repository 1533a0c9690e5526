/* ALTER TABLE, and ALTER INDEX, VIEW, SEQUENCE, FOREIGN TABLE, TYPE where the server reads them as such. */
#include "model/op_build.h"

/* What an action is where nothing else than its subtype decides. */
static enum op_kind plain_action(enum AlterTableType subtype) {
    static const enum op_kind kinds[] = {
        [AT_AddColumn] = OP_ADD_COLUMN,
        [AT_AddColumnToView] = OP_ADD_COLUMN,
        [AT_ColumnDefault] = OP_SET_DEFAULT,
        [AT_DropNotNull] = OP_DROP_NOT_NULL,
        [AT_SetNotNull] = OP_SET_NOT_NULL,
        [AT_SetExpression] = OP_SET_EXPRESSION,
        [AT_DropExpression] = OP_DROP_EXPRESSION,
        [AT_SetStatistics] = OP_SET_STATISTICS,
        [AT_SetOptions] = OP_SET_COLUMN_OPTIONS,
        [AT_ResetOptions] = OP_RESET_COLUMN_OPTIONS,
        [AT_SetStorage] = OP_SET_STORAGE,
        [AT_SetCompression] = OP_SET_COMPRESSION,
        [AT_DropColumn] = OP_DROP_COLUMN,
        [AT_AlterConstraint] = OP_ALTER_CONSTRAINT,
        [AT_ValidateConstraint] = OP_VALIDATE_CONSTRAINT,
        [AT_DropConstraint] = OP_DROP_CONSTRAINT,
        [AT_AlterColumnType] = OP_ALTER_COLUMN_TYPE,
        [AT_AlterColumnGenericOptions] = OP_SET_COLUMN_FOREIGN_OPTIONS,
        [AT_ChangeOwner] = OP_OWNER,
        [AT_ClusterOn] = OP_CLUSTER_ON,
        [AT_DropCluster] = OP_SET_WITHOUT_CLUSTER,
        [AT_SetLogged] = OP_SET_LOGGED,
        [AT_SetUnLogged] = OP_SET_UNLOGGED,
        [AT_DropOids] = OP_SET_WITHOUT_OIDS,
        [AT_SetAccessMethod] = OP_SET_ACCESS_METHOD,
        [AT_SetTableSpace] = OP_SET_TABLESPACE,
        [AT_SetRelOptions] = OP_SET_STORAGE_PARAMETERS,
        [AT_ReplaceRelOptions] = OP_SET_STORAGE_PARAMETERS,
        [AT_ResetRelOptions] = OP_RESET_STORAGE_PARAMETERS,
        [AT_EnableTrig] = OP_ENABLE_TRIGGER,
        [AT_EnableAlwaysTrig] = OP_ENABLE_TRIGGER,
        [AT_EnableReplicaTrig] = OP_ENABLE_TRIGGER,
        [AT_EnableTrigAll] = OP_ENABLE_TRIGGER,
        [AT_EnableTrigUser] = OP_ENABLE_TRIGGER,
        [AT_DisableTrig] = OP_DISABLE_TRIGGER,
        [AT_DisableTrigAll] = OP_DISABLE_TRIGGER,
        [AT_DisableTrigUser] = OP_DISABLE_TRIGGER,
        [AT_EnableRule] = OP_ENABLE_RULE,
        [AT_EnableAlwaysRule] = OP_ENABLE_RULE,
        [AT_EnableReplicaRule] = OP_ENABLE_RULE,
        [AT_DisableRule] = OP_DISABLE_RULE,
        [AT_AddInherit] = OP_ADD_INHERIT,
        [AT_DropInherit] = OP_DROP_INHERIT,
        [AT_AddOf] = OP_SET_OF_TYPE,
        [AT_DropOf] = OP_DROP_OF_TYPE,
        [AT_ReplicaIdentity] = OP_REPLICA_IDENTITY,
        [AT_EnableRowSecurity] = OP_ENABLE_ROW_SECURITY,
        [AT_DisableRowSecurity] = OP_DISABLE_ROW_SECURITY,
        [AT_ForceRowSecurity] = OP_FORCE_ROW_SECURITY,
        [AT_NoForceRowSecurity] = OP_NO_FORCE_ROW_SECURITY,
        [AT_GenericOptions] = OP_SET_FOREIGN_OPTIONS,
        [AT_AttachPartition] = OP_ATTACH_PARTITION,
        [AT_DetachPartition] = OP_DETACH_PARTITION,
        [AT_DetachPartitionFinalize] = OP_DETACH_PARTITION_FINALIZE,
        [AT_AddIdentity] = OP_ADD_IDENTITY,
        [AT_SetIdentity] = OP_SET_IDENTITY,
        [AT_DropIdentity] = OP_DROP_IDENTITY,
    };

    return (size_t)subtype < sizeof(kinds) / sizeof(*kinds) ? kinds[subtype] : OP_UNKNOWN;
}

static enum op_kind attribute_action(enum op_kind kind) {
    switch (kind) {
    case OP_ADD_COLUMN:
        return OP_ADD_ATTRIBUTE;
    case OP_DROP_COLUMN:
        return OP_DROP_ATTRIBUTE;
    case OP_ALTER_COLUMN_TYPE:
        return OP_ALTER_ATTRIBUTE_TYPE;
    default:
        return kind;
    }
}

static enum op_kind action_kind(const struct AlterTableStmt *alter,
                                const struct AlterTableCmd *action) {
    enum op_kind kind = plain_action(action->subtype);

    if (action->subtype == AT_ColumnDefault && !action->def)
        return OP_DROP_DEFAULT;
    if (kind == OP_ATTACH_PARTITION && alter->objtype == OBJECT_INDEX)
        return OP_ATTACH_INDEX_PARTITION;
    if (alter->objtype == OBJECT_TYPE)
        return attribute_action(kind);
    return kind;
}

/* Actions whose AlterTableCmd.name is a column's. */
static bool names_column(enum op_kind kind) {
    switch (kind) {
    case OP_SET_DEFAULT:
    case OP_DROP_DEFAULT:
    case OP_SET_NOT_NULL:
    case OP_DROP_NOT_NULL:
    case OP_SET_EXPRESSION:
    case OP_DROP_EXPRESSION:
    case OP_SET_STATISTICS:
    case OP_SET_STORAGE:
    case OP_SET_COMPRESSION:
    case OP_SET_COLUMN_OPTIONS:
    case OP_RESET_COLUMN_OPTIONS:
    case OP_SET_COLUMN_FOREIGN_OPTIONS:
    case OP_DROP_COLUMN:
    case OP_ALTER_COLUMN_TYPE:
    case OP_ADD_IDENTITY:
    case OP_SET_IDENTITY:
    case OP_DROP_IDENTITY:
    case OP_DROP_ATTRIBUTE:
    case OP_ALTER_ATTRIBUTE_TYPE:
        return true;
    default:
        return false;
    }
}

static bool names_what_is_new(enum op_kind kind) {
    return kind == OP_SET_TABLESPACE || kind == OP_SET_ACCESS_METHOD;
}

static void read_action_def(struct op *op, const struct node *def) {
    const struct PartitionCmd *partition = node_if(PartitionCmd, def);
    const struct ATAlterConstraint *alter = node_if(ATAlterConstraint, def);
    const struct ColumnDef *attribute = node_if(ColumnDef, def);
    const struct Constraint *constraint = node_if(Constraint, def);

    if (partition) {
        op->other = name_of_range_var(partition->name);
        op->concurrently = partition->concurrent;
    } else if (alter) {
        op->object = alter->conname;
    } else if (op->kind == OP_ALTER_CONSTRAINT && constraint) {
        op->object = constraint->conname; /* grammars before 18 */
    } else if (op->kind == OP_ADD_ATTRIBUTE && attribute) {
        op->column = attribute->colname;
    } else if (op->kind == OP_ADD_INHERIT || op->kind == OP_DROP_INHERIT ||
               op->kind == OP_SET_OF_TYPE) {
        op->other = name_of_node(def);
    }
}

static void read_action(struct op *op, const struct AlterTableCmd *action) {
    const struct RoleSpec *owner = action->newowner;

    op->missing_ok = op->missing_ok || action->missing_ok;
    op->cascade = action->behavior == DROP_CASCADE;
    if (names_column(op->kind))
        op->column = action->name;
    else if (names_what_is_new(op->kind))
        op->new_name = action->name;
    else
        op->object = action->name;
    if (op->kind == OP_OWNER)
        op->new_name = owner ? owner->rolename : NULL;
    read_action_def(op, action->def);
}

static void add_constraint_action(struct op_builder *builder, const struct op *base,
                                  const struct Constraint *constraint) {
    struct op *op = op_add_constraint(builder, base->stmt, constraint, NULL);

    if (!op)
        return;
    op->target = base->target;
    op->span = base->span;
    op->object_type = base->object_type;
    op->only = base->only;
    op->temporary = base->temporary;
    op->missing_ok = base->missing_ok;
}

static void add_action(struct op_builder *builder, const struct op *base,
                       const struct AlterTableStmt *alter, const struct AlterTableCmd *action) {
    enum op_kind kind = action_kind(alter, action);
    struct op *op;

    if (action->subtype == AT_AddConstraint && node_if(Constraint, action->def)) {
        add_constraint_action(builder, base, node_as(Constraint, action->def));
        return;
    }
    if (kind == OP_ADD_COLUMN) {
        struct op column = *base;
        column.if_not_exists = action->missing_ok;
        op_add_column(builder, column, node_as(ColumnDef, action->def));
        return;
    }
    op = op_add(builder, kind, base->stmt, &action->tree_node);
    op->target = base->target;
    op->span = base->span;
    op->object_type = base->object_type;
    op->only = base->only;
    op->temporary = base->temporary;
    op->missing_ok = base->missing_ok;
    if (kind == OP_ADD_IDENTITY)
        op->node = action->def;
    read_action(op, action);
}

/* Behind the name: a parenthesis of ONLY (t), and the * of old. */
static size_t first_action_word(struct op_builder *builder, const struct RangeVar *relation) {
    size_t word = words_skip_name(builder, word_at(builder, relation->location));
    const struct tokens *tokens = builder->statement->tokens;

    while (word < words_count(builder) &&
           (word_is_char(builder, word, ')') ||
            tokens->list.v[builder->words[word]].kind == TOKEN_OPERATOR))
        word++;
    return word;
}

static void build_alter_table(struct op_builder *builder, const struct AlterTableStmt *alter) {
    size_t word = first_action_word(builder, alter->relation);
    struct op *head = op_add(builder, OP_UNKNOWN, &alter->tree_node, &alter->tree_node), base;

    op_set_target(head, builder, alter->relation);
    head->object_type = alter->objtype;
    head->missing_ok = alter->missing_ok;
    base = *head;
    builder->ops.n--;
    for (size_t i = 0; i < alter->cmds.n; i++) {
        struct word_range clause = words_element(builder, word);
        base.span = words_span(builder, clause);
        base.index = 0;
        add_action(builder, &base, alter, node_as(AlterTableCmd, alter->cmds.v[i]));
        word = clause.end + 1;
    }
}

bool op_build_alter_table(struct op_builder *builder, const struct node *stmt) {
    if (stmt->kind != NODE_AlterTableStmt)
        return false;
    build_alter_table(builder, node_as(AlterTableStmt, stmt));
    return true;
}
