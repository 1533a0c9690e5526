/* DROP: one operation for each object, at the object's name. */
#include "model/op_build.h"

static enum op_kind drop_kind(enum ObjectType type) {
    switch (type) {
    case OBJECT_TABLE:
        return OP_DROP_TABLE;
    case OBJECT_FOREIGN_TABLE:
        return OP_DROP_FOREIGN_TABLE;
    case OBJECT_VIEW:
        return OP_DROP_VIEW;
    case OBJECT_MATVIEW:
        return OP_DROP_MATVIEW;
    case OBJECT_INDEX:
        return OP_DROP_INDEX;
    case OBJECT_SEQUENCE:
        return OP_DROP_SEQUENCE;
    case OBJECT_TYPE:
        return OP_DROP_TYPE;
    case OBJECT_DOMAIN:
        return OP_DROP_DOMAIN;
    case OBJECT_FUNCTION:
    case OBJECT_PROCEDURE:
    case OBJECT_ROUTINE:
    case OBJECT_AGGREGATE:
        return OP_DROP_FUNCTION;
    case OBJECT_SCHEMA:
        return OP_DROP_SCHEMA;
    case OBJECT_EXTENSION:
        return OP_DROP_EXTENSION;
    case OBJECT_TRIGGER:
        return OP_DROP_TRIGGER;
    case OBJECT_POLICY:
        return OP_DROP_POLICY;
    case OBJECT_RULE:
        return OP_DROP_RULE;
    case OBJECT_STATISTIC_EXT:
        return OP_DROP_STATISTICS;
    case OBJECT_PUBLICATION:
        return OP_DROP_PUBLICATION;
    default:
        return OP_DROP_OTHER;
    }
}

/* How many words name the kind behind DROP. */
static size_t kind_words(enum ObjectType type) {
    switch (type) {
    case OBJECT_MATVIEW:
    case OBJECT_FOREIGN_TABLE:
    case OBJECT_ACCESS_METHOD:
    case OBJECT_EVENT_TRIGGER:
    case OBJECT_OPCLASS:
    case OBJECT_OPFAMILY:
        return 2;
    case OBJECT_FDW:
    case OBJECT_TSPARSER:
    case OBJECT_TSDICTIONARY:
    case OBJECT_TSTEMPLATE:
    case OBJECT_TSCONFIGURATION:
        return 3;
    default:
        return 1;
    }
}

static size_t first_object_word(struct op_builder *builder, const struct DropStmt *drop) {
    size_t word = 1 + kind_words(drop->removeType);

    if (drop->removeType == OBJECT_LANGUAGE && word_is(builder, 1, "procedural"))
        word++;
    if (drop->concurrent)
        word++;
    if (drop->missing_ok)
        word += 2;
    return word;
}

static bool is_on_relation(enum ObjectType type) {
    return type == OBJECT_TRIGGER || type == OBJECT_POLICY || type == OBJECT_RULE;
}

static void name_dropped(struct op *op, enum ObjectType type, const struct node *object) {
    const struct List *list = node_if(List, object);

    if (is_on_relation(type) && list) {
        op->target = name_of_list(list->items, 1);
        op->object = node_list_last_string(list->items);
    } else if ((type == OBJECT_OPCLASS || type == OBJECT_OPFAMILY) && list && list->items.n > 0) {
        op->target = name_of_list(list->items, 0);
        if (list->items.n == 2)
            op->target.schema = NULL; /* the first is the access method */
    } else if (type != OBJECT_CAST && type != OBJECT_TRANSFORM) {
        op->target = name_of_node(object);
    }
}

static void build_drop(struct op_builder *builder, const struct DropStmt *drop) {
    size_t word = first_object_word(builder, drop);

    for (size_t i = 0; i < drop->objects.n; i++) {
        struct word_range range = words_element(builder, word);
        struct op *op =
            op_add(builder, drop_kind(drop->removeType), &drop->tree_node, drop->objects.v[i]);
        size_t next = range.end + 1;
        if (i + 1 == drop->objects.n && range.end > range.start + 1 &&
            (word_is(builder, range.end - 1, "cascade") ||
             word_is(builder, range.end - 1, "restrict")))
            range.end--;
        op->object_type = drop->removeType;
        op->missing_ok = drop->missing_ok;
        op->cascade = drop->behavior == DROP_CASCADE;
        op->concurrently = drop->concurrent;
        op->span = words_span(builder, range);
        name_dropped(op, drop->removeType, drop->objects.v[i]);
        word = next;
    }
}

static struct op *add_dropped(struct op_builder *builder, enum op_kind kind,
                              const struct node *stmt, const char *name, bool missing_ok) {
    struct op *op = op_add(builder, kind, stmt, stmt);

    op->target.name = name;
    op->missing_ok = missing_ok;
    return op;
}

static void build_drop_roles(struct op_builder *builder, const struct DropRoleStmt *drop) {
    size_t word = drop->missing_ok ? 4 : 2;

    for (size_t i = 0; i < drop->roles.n; i++) {
        struct word_range range = words_element(builder, word);
        const struct RoleSpec *role = node_if(RoleSpec, drop->roles.v[i]);
        struct op *op = add_dropped(builder, OP_DROP_ROLE, &drop->tree_node,
                                    role ? role->rolename : NULL, drop->missing_ok);
        op->object_type = OBJECT_ROLE;
        op->span = words_span(builder, range);
        word = range.end + 1;
    }
}

static void build_drop_subscription(struct op_builder *builder,
                                    const struct DropSubscriptionStmt *drop) {
    struct op *op = add_dropped(builder, OP_DROP_SUBSCRIPTION, &drop->tree_node, drop->subname,
                                drop->missing_ok);

    op->object_type = OBJECT_SUBSCRIPTION;
    op->cascade = drop->behavior == DROP_CASCADE;
}

static void build_drop_owned(struct op_builder *builder, const struct DropOwnedStmt *drop) {
    struct op *op = op_add(builder, OP_DROP_OWNED, &drop->tree_node, &drop->tree_node);
    op->cascade = drop->behavior == DROP_CASCADE;
}

bool op_build_drop(struct op_builder *builder, const struct node *stmt) {
    switch (stmt->kind) {
    case NODE_DropStmt:
        build_drop(builder, node_as(DropStmt, stmt));
        return true;
    case NODE_DropRoleStmt:
        build_drop_roles(builder, node_as(DropRoleStmt, stmt));
        return true;
    case NODE_DropSubscriptionStmt:
        build_drop_subscription(builder, node_as(DropSubscriptionStmt, stmt));
        return true;
    case NODE_DropOwnedStmt:
        build_drop_owned(builder, node_as(DropOwnedStmt, stmt));
        return true;
    case NODE_DropdbStmt:
        add_dropped(builder, OP_DROP_DATABASE, stmt, node_as(DropdbStmt, stmt)->dbname,
                    node_as(DropdbStmt, stmt)->missing_ok);
        return true;
    case NODE_DropTableSpaceStmt:
        add_dropped(builder, OP_DROP_TABLESPACE, stmt,
                    node_as(DropTableSpaceStmt, stmt)->tablespacename,
                    node_as(DropTableSpaceStmt, stmt)->missing_ok);
        return true;
    case NODE_DropUserMappingStmt:
        add_dropped(builder, OP_DROP_USER_MAPPING, stmt,
                    node_as(DropUserMappingStmt, stmt)->servername,
                    node_as(DropUserMappingStmt, stmt)->missing_ok);
        return true;
    default:
        return false;
    }
}
