/* RENAME, OWNER TO, SET SCHEMA, COMMENT, and ALTER of everything but tables. */
#include "model/op_build.h"

static enum op_kind rename_kind(enum ObjectType type) {
    switch (type) {
    case OBJECT_TABLE:
    case OBJECT_FOREIGN_TABLE:
        return OP_RENAME_TABLE;
    case OBJECT_VIEW:
        return OP_RENAME_VIEW;
    case OBJECT_MATVIEW:
        return OP_RENAME_MATVIEW;
    case OBJECT_INDEX:
        return OP_RENAME_INDEX;
    case OBJECT_SEQUENCE:
        return OP_RENAME_SEQUENCE;
    case OBJECT_COLUMN:
        return OP_RENAME_COLUMN;
    case OBJECT_TABCONSTRAINT:
        return OP_RENAME_CONSTRAINT;
    case OBJECT_TRIGGER:
        return OP_RENAME_TRIGGER;
    case OBJECT_POLICY:
        return OP_RENAME_POLICY;
    case OBJECT_RULE:
        return OP_RENAME_RULE;
    case OBJECT_TYPE:
        return OP_RENAME_TYPE;
    case OBJECT_DOMAIN:
        return OP_RENAME_DOMAIN;
    case OBJECT_ATTRIBUTE:
        return OP_RENAME_ATTRIBUTE;
    case OBJECT_DOMCONSTRAINT:
        return OP_RENAME_DOMAIN_CONSTRAINT;
    case OBJECT_FUNCTION:
    case OBJECT_PROCEDURE:
    case OBJECT_ROUTINE:
    case OBJECT_AGGREGATE:
        return OP_RENAME_FUNCTION;
    case OBJECT_SCHEMA:
        return OP_RENAME_SCHEMA;
    default:
        return OP_RENAME_OTHER;
    }
}

static void name_renamed(struct op *op, const struct op_builder *builder,
                         const struct RenameStmt *rename) {
    if (rename->relation)
        op_set_target(op, builder, rename->relation);
    else if (rename->object)
        op->target = name_of_node(rename->object);
    else
        op->target.name = rename->subname; /* a schema, role, database ... */
    switch (op->kind) {
    case OP_RENAME_COLUMN:
    case OP_RENAME_ATTRIBUTE:
        op->column = rename->subname;
        break;
    case OP_RENAME_CONSTRAINT:
    case OP_RENAME_DOMAIN_CONSTRAINT:
    case OP_RENAME_TRIGGER:
    case OP_RENAME_POLICY:
    case OP_RENAME_RULE:
        op->object = rename->subname;
        break;
    default:
        break;
    }
}

static void build_rename(struct op_builder *builder, const struct RenameStmt *rename) {
    struct op *op =
        op_add(builder, rename_kind(rename->renameType), &rename->tree_node, &rename->tree_node);
    size_t word;

    name_renamed(op, builder, rename);
    /* Of a column the relation's kind: ALTER VIEW ... RENAME COLUMN. */
    op->object_type = op->kind == OP_RENAME_COLUMN || op->kind == OP_RENAME_ATTRIBUTE
                          ? (int)rename->relationType
                          : (int)rename->renameType;
    op->new_name = rename->newname;
    op->missing_ok = rename->missing_ok;
    op->cascade = rename->behavior == DROP_CASCADE;
    op->span = span_of_last(builder, 3);
    if (!rename->relation)
        return;
    word = words_skip_name(builder, word_at(builder, rename->relation->location));
    word = words_find(builder, word, "rename");
    if (word < words_count(builder))
        op->span = words_span(builder, (struct word_range){word, words_count(builder)});
}

/* The object of ALTER ... OWNER TO, SET SCHEMA, DEPENDS ON and COMMENT ON. */
static void name_object(struct op *op, enum ObjectType type, const struct node *object) {
    const struct List *list = node_if(List, object);

    switch (type) {
    case OBJECT_COLUMN:
        op->target = list ? name_of_list(list->items, 1) : (struct name){0};
        op->column = list ? node_list_last_string(list->items) : NULL;
        break;
    case OBJECT_TABCONSTRAINT:
    case OBJECT_TRIGGER:
    case OBJECT_POLICY:
    case OBJECT_RULE:
        op->target = list ? name_of_list(list->items, 1) : (struct name){0};
        op->object = list ? node_list_last_string(list->items) : NULL;
        break;
    case OBJECT_DOMCONSTRAINT: /* List (TypeName, String) */
        if (list && list->items.n == 2) {
            op->target = name_of_node(list->items.v[0]);
            op->object = node_string(list->items.v[1]);
        }
        break;
    case OBJECT_CAST:
    case OBJECT_TRANSFORM:
        break;
    default:
        op->target = name_of_node(object);
        break;
    }
}

static void build_set_schema(struct op_builder *builder,
                             const struct AlterObjectSchemaStmt *alter) {
    struct op *op = op_add(builder, OP_SET_SCHEMA, &alter->tree_node, &alter->tree_node);

    if (alter->relation)
        op_set_target(op, builder, alter->relation);
    else
        name_object(op, alter->objectType, alter->object);
    op->object_type = alter->objectType;
    op->new_name = alter->newschema;
    op->missing_ok = alter->missing_ok;
    op->span = span_of_last(builder, 3);
}

static void build_owner(struct op_builder *builder, const struct AlterOwnerStmt *alter) {
    struct op *op = op_add(builder, OP_OWNER, &alter->tree_node, &alter->tree_node);

    if (alter->relation)
        op_set_target(op, builder, alter->relation);
    else
        name_object(op, alter->objectType, alter->object);
    op->object_type = alter->objectType;
    op->new_name = alter->newowner ? alter->newowner->rolename : NULL;
    op->span = span_of_last(builder, 3);
}

static void build_depends(struct op_builder *builder, const struct AlterObjectDependsStmt *alter) {
    struct op *op = op_add(builder, OP_DEPENDS_ON_EXTENSION, &alter->tree_node, &alter->tree_node);

    if (alter->relation)
        op_set_target(op, builder, alter->relation);
    else
        name_object(op, alter->objectType, alter->object);
    op->object_type = alter->objectType;
    op->new_name = alter->extname ? alter->extname->sval : NULL;
    op->span = span_of_last(builder, 4);
}

static void build_comment(struct op_builder *builder, const struct node *stmt, enum ObjectType type,
                          const struct node *object, bool label) {
    struct op *op = op_add(builder, label ? OP_SECURITY_LABEL : OP_COMMENT, stmt, stmt);
    size_t word = words_find(builder, 2, "is");

    name_object(op, type, object);
    op->object_type = type;
    op->span = words_span(builder, (struct word_range){0, word});
}

static enum op_kind domain_action(char subtype) {
    switch (subtype) {
    case 'T':
        return OP_ALTER_DOMAIN_SET_DEFAULT;
    case 'N':
        return OP_ALTER_DOMAIN_DROP_NOT_NULL;
    case 'O':
        return OP_ALTER_DOMAIN_SET_NOT_NULL;
    case 'C':
        return OP_ALTER_DOMAIN_ADD_CONSTRAINT;
    case 'X':
        return OP_ALTER_DOMAIN_DROP_CONSTRAINT;
    case 'V':
        return OP_ALTER_DOMAIN_VALIDATE_CONSTRAINT;
    default:
        return OP_UNKNOWN;
    }
}

static void build_domain(struct op_builder *builder, const struct AlterDomainStmt *alter) {
    const struct Constraint *constraint = node_if(Constraint, alter->def);
    enum op_kind kind = domain_action(alter->subtype);
    struct op *op;

    if (alter->subtype == 'T' && !alter->def)
        kind = OP_ALTER_DOMAIN_DROP_DEFAULT;
    op = op_add(builder, kind, &alter->tree_node, &alter->tree_node);
    op->target = name_of_list(alter->typeName, 0);
    op->object_type = OBJECT_DOMAIN;
    op->object = constraint ? constraint->conname : alter->name;
    op->not_valid = constraint && constraint->skip_validation;
    op->missing_ok = alter->missing_ok;
    op->cascade = alter->behavior == DROP_CASCADE;
    op->span =
        words_span(builder, (struct word_range){words_skip_name(builder, 2), words_count(builder)});
}

/* The empty label is absent from the tree. */
static const char *label_of(const char *label) {
    return label ? label : "";
}

static void build_enum(struct op_builder *builder, const struct AlterEnumStmt *alter) {
    bool renames = word_is(builder, words_skip_name(builder, 2), "rename");
    struct op *op = op_add(builder, renames ? OP_ALTER_ENUM_RENAME_VALUE : OP_ALTER_ENUM_ADD_VALUE,
                           &alter->tree_node, &alter->tree_node);

    op->target = name_of_list(alter->typeName, 0);
    op->object_type = OBJECT_TYPE;
    op->column = label_of(renames ? alter->oldVal : alter->newVal);
    op->new_name = renames ? label_of(alter->newVal) : NULL;
    op->if_not_exists = alter->skipIfNewValExists;
    op->span =
        words_span(builder, (struct word_range){words_skip_name(builder, 2), words_count(builder)});
}

static void build_sequence(struct op_builder *builder, const struct AlterSeqStmt *alter) {
    struct op *op = op_add(builder, OP_ALTER_SEQUENCE, &alter->tree_node, &alter->tree_node);

    op_set_target(op, builder, alter->sequence);
    op->only = false;
    op->object_type = OBJECT_SEQUENCE;
    op->missing_ok = alter->missing_ok;
}

static void build_policy(struct op_builder *builder, const struct AlterPolicyStmt *alter) {
    struct op *op = op_add(builder, OP_ALTER_POLICY, &alter->tree_node, &alter->tree_node);

    op_set_target(op, builder, alter->table);
    op->only = false;
    op->object = alter->policy_name;
    op->span = span_to_relation(builder, alter->table);
}

static void build_function(struct op_builder *builder, const struct AlterFunctionStmt *alter) {
    struct op *op = op_add(builder, OP_ALTER_FUNCTION, &alter->tree_node, &alter->tree_node);

    op->target = name_of_node(alter->func ? &alter->func->tree_node : NULL);
    op->object_type = alter->objtype;
}

static void build_statistics(struct op_builder *builder, const struct AlterStatsStmt *alter) {
    struct op *op = op_add(builder, OP_ALTER_STATISTICS, &alter->tree_node, &alter->tree_node);

    op->target = name_of_list(alter->defnames, 0);
    op->missing_ok = alter->missing_ok;
}

static struct op *add_altered(struct op_builder *builder, enum op_kind kind,
                              const struct node *stmt, struct name name) {
    struct op *op = op_add(builder, kind, stmt, stmt);

    op->target = name;
    return op;
}

static bool build_of_any(struct op_builder *builder, const struct node *stmt) {
    switch (stmt->kind) {
    case NODE_RenameStmt:
        build_rename(builder, node_as(RenameStmt, stmt));
        return true;
    case NODE_AlterObjectSchemaStmt:
        build_set_schema(builder, node_as(AlterObjectSchemaStmt, stmt));
        return true;
    case NODE_AlterOwnerStmt:
        build_owner(builder, node_as(AlterOwnerStmt, stmt));
        return true;
    case NODE_AlterObjectDependsStmt:
        build_depends(builder, node_as(AlterObjectDependsStmt, stmt));
        return true;
    case NODE_CommentStmt:
        build_comment(builder, stmt, node_as(CommentStmt, stmt)->objtype,
                      node_as(CommentStmt, stmt)->object, false);
        return true;
    case NODE_SecLabelStmt:
        build_comment(builder, stmt, node_as(SecLabelStmt, stmt)->objtype,
                      node_as(SecLabelStmt, stmt)->object, true);
        return true;
    default:
        return false;
    }
}

static bool build_of_one_kind(struct op_builder *builder, const struct node *stmt) {
    switch (stmt->kind) {
    case NODE_AlterDomainStmt:
        build_domain(builder, node_as(AlterDomainStmt, stmt));
        return true;
    case NODE_AlterEnumStmt:
        build_enum(builder, node_as(AlterEnumStmt, stmt));
        return true;
    case NODE_AlterSeqStmt:
        build_sequence(builder, node_as(AlterSeqStmt, stmt));
        return true;
    case NODE_AlterPolicyStmt:
        build_policy(builder, node_as(AlterPolicyStmt, stmt));
        return true;
    case NODE_AlterFunctionStmt:
        build_function(builder, node_as(AlterFunctionStmt, stmt));
        return true;
    case NODE_AlterStatsStmt:
        build_statistics(builder, node_as(AlterStatsStmt, stmt));
        return true;
    case NODE_AlterOperatorStmt:
        add_altered(builder, OP_ALTER_OPERATOR, stmt,
                    name_of_list(node_as(AlterOperatorStmt, stmt)->opername->objname, 0));
        return true;
    case NODE_AlterTableMoveAllStmt:
        op_add(builder, OP_MOVE_ALL_IN_TABLESPACE, stmt, stmt)->object_type =
            node_as(AlterTableMoveAllStmt, stmt)->objtype;
        return true;
    default:
        return false;
    }
}

/* ALTER of what is found under one name; those of servers and roles have no further parts here. */
static bool build_by_name(struct op_builder *builder, const struct node *stmt) {
#define NAMED(type, op_kind, field)                                                                \
    case NODE_##type:                                                                              \
        add_altered(builder, op_kind, stmt, (struct name){NULL, node_as(type, stmt)->field});      \
        return true
#define LISTED(type, op_kind, field)                                                               \
    case NODE_##type:                                                                              \
        add_altered(builder, op_kind, stmt, name_of_list(node_as(type, stmt)->field, 0));          \
        return true
    switch (stmt->kind) {
        NAMED(AlterEventTrigStmt, OP_ALTER_EVENT_TRIGGER, trigname);
        NAMED(AlterExtensionStmt, OP_ALTER_EXTENSION_UPDATE, extname);
        NAMED(AlterExtensionContentsStmt, OP_ALTER_EXTENSION_CONTENTS, extname);
        NAMED(AlterPublicationStmt, OP_ALTER_PUBLICATION, pubname);
        NAMED(AlterSubscriptionStmt, OP_ALTER_SUBSCRIPTION, subname);
        NAMED(AlterFdwStmt, OP_ALTER_FOREIGN_DATA_WRAPPER, fdwname);
        NAMED(AlterForeignServerStmt, OP_ALTER_SERVER, servername);
        NAMED(AlterUserMappingStmt, OP_ALTER_USER_MAPPING, servername);
        NAMED(AlterDatabaseStmt, OP_ALTER_DATABASE, dbname);
        NAMED(AlterDatabaseSetStmt, OP_ALTER_DATABASE, dbname);
        NAMED(AlterDatabaseRefreshCollStmt, OP_ALTER_DATABASE, dbname);
        NAMED(AlterTableSpaceOptionsStmt, OP_ALTER_TABLESPACE, tablespacename);
        LISTED(AlterTypeStmt, OP_ALTER_BASE_TYPE, typeName);
        LISTED(AlterOpFamilyStmt, OP_ALTER_OPERATOR_FAMILY, opfamilyname);
        LISTED(AlterCollationStmt, OP_ALTER_COLLATION, collname);
        LISTED(AlterTSDictionaryStmt, OP_ALTER_TEXT_SEARCH, dictname);
        LISTED(AlterTSConfigurationStmt, OP_ALTER_TEXT_SEARCH, cfgname);
    default:
        return false;
    }
#undef NAMED
#undef LISTED
}

static bool build_roles(struct op_builder *builder, const struct node *stmt) {
    const struct RoleSpec *role = NULL;

    if (stmt->kind == NODE_AlterRoleStmt)
        role = node_as(AlterRoleStmt, stmt)->role;
    else if (stmt->kind == NODE_AlterRoleSetStmt)
        role = node_as(AlterRoleSetStmt, stmt)->role;
    else
        return false;
    add_altered(builder, OP_ALTER_ROLE, stmt, (struct name){NULL, role ? role->rolename : NULL});
    return true;
}

bool op_build_alter(struct op_builder *builder, const struct node *stmt) {
    return build_of_any(builder, stmt) || build_of_one_kind(builder, stmt) ||
           build_by_name(builder, stmt) || build_roles(builder, stmt);
}
