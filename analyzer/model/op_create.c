/* CREATE of everything but tables. */
#include "model/op_build.h"

static struct op *add_created(struct op_builder *builder, enum op_kind kind,
                              const struct node *stmt, struct name name) {
    static const char *const stops[] = {"(", "as", "with", "using", "for", "returns", NULL};
    struct op *op = op_add(builder, kind, stmt, stmt);

    op->target = name;
    if (name.name && !name.schema && builder->creates_in)
        op->target.schema = builder->creates_in;
    op->span = span_until(builder, stops);
    return op;
}

static struct name plain(const char *name) {
    return (struct name){NULL, name};
}

/* Objects whose relation says where their head ends: CREATE TRIGGER x ... ON t. */
static struct op *add_on_relation(struct op_builder *builder, enum op_kind kind,
                                  const struct node *stmt, const struct RangeVar *relation,
                                  const char *object) {
    struct op *op = op_add(builder, kind, stmt, stmt);

    op_set_target(op, builder, relation);
    op->only = false;
    op->object = object;
    op->span = span_to_relation(builder, relation);
    return op;
}

static void build_index(struct op_builder *builder, const struct IndexStmt *index) {
    struct op *op = add_on_relation(builder, OP_CREATE_INDEX, &index->tree_node, index->relation,
                                    index->idxname);

    op->only = index->relation && !index->relation->inh;
    op->concurrently = index->concurrent;
    op->if_not_exists = index->if_not_exists;
}

static void build_view(struct op_builder *builder, const struct ViewStmt *view) {
    struct op *op = add_on_relation(builder, OP_CREATE_VIEW, &view->tree_node, view->view, NULL);

    op->object_type = OBJECT_VIEW;
    op->replace = view->replace;
}

static void build_sequence(struct op_builder *builder, const struct CreateSeqStmt *sequence) {
    struct op *op = add_on_relation(builder, OP_CREATE_SEQUENCE, &sequence->tree_node,
                                    sequence->sequence, NULL);

    op->object_type = OBJECT_SEQUENCE;
    op->if_not_exists = sequence->if_not_exists;
}

static void build_function(struct op_builder *builder, const struct CreateFunctionStmt *function) {
    struct op *op =
        add_created(builder, function->is_procedure ? OP_CREATE_PROCEDURE : OP_CREATE_FUNCTION,
                    &function->tree_node, name_of_list(function->funcname, 0));

    op->object_type = function->is_procedure ? OBJECT_PROCEDURE : OBJECT_FUNCTION;
    op->replace = function->replace;
}

static enum op_kind defined_kind(enum ObjectType type) {
    switch (type) {
    case OBJECT_AGGREGATE:
        return OP_CREATE_AGGREGATE;
    case OBJECT_OPERATOR:
        return OP_CREATE_OPERATOR;
    case OBJECT_TYPE:
        return OP_CREATE_BASE_TYPE;
    case OBJECT_COLLATION:
        return OP_CREATE_COLLATION;
    default:
        return OP_CREATE_TEXT_SEARCH;
    }
}

static void build_defined(struct op_builder *builder, const struct DefineStmt *define) {
    struct op *op = add_created(builder, defined_kind(define->kind), &define->tree_node,
                                name_of_list(define->defnames, 0));

    op->object_type = define->kind;
    op->replace = define->replace;
    op->if_not_exists = define->if_not_exists;
}

/* transformCreateSchemaStmtElements: views may be written before their tables. */
static unsigned pass_of_element(const struct node *element) {
    switch (element != NULL ? element->kind : NODE_UNKNOWN) {
    case NODE_CreateSeqStmt:
        return 0;
    case NODE_CreateStmt:
        return 1;
    case NODE_ViewStmt:
        return 2;
    case NODE_IndexStmt:
        return 3;
    case NODE_CreateTrigStmt:
        return 4;
    default:
        return 5;
    }
}

static void build_elements(struct op_builder *builder, struct node_list elements) {
    for (unsigned pass = 0; pass <= 5; pass++)
        for (size_t i = 0; i < elements.n; i++)
            if (pass_of_element(elements.v[i]) == pass)
                op_build(builder, elements.v[i]);
}

/* The elements of CREATE SCHEMA are made in it. */
static void build_schema(struct op_builder *builder, const struct CreateSchemaStmt *schema) {
    static const char *const stops[] = {"create", "grant", NULL};
    const char *name = schema->schemaname, *outer = builder->creates_in;
    struct op *op;

    if (!name && schema->authrole)
        name = schema->authrole->rolename;
    op = op_add(builder, OP_CREATE_SCHEMA, &schema->tree_node, &schema->tree_node);
    op->target = plain(name);
    op->if_not_exists = schema->if_not_exists;
    op->span = span_until(builder, stops);
    builder->creates_in = name;
    if (name)
        build_elements(builder, schema->schemaElts);
    builder->creates_in = outer;
}

static void build_extension(struct op_builder *builder,
                            const struct CreateExtensionStmt *extension) {
    struct op *op =
        add_created(builder, OP_CREATE_EXTENSION, &extension->tree_node, plain(extension->extname));

    op->if_not_exists = extension->if_not_exists;
    op->cascade = option_is_on(extension->options, "cascade");
}

static void build_statistics(struct op_builder *builder, const struct CreateStatsStmt *statistics) {
    struct name name = name_of_list(statistics->defnames, 0);
    struct op *op =
        add_created(builder, OP_CREATE_STATISTICS, &statistics->tree_node, (struct name){0});

    op->object = name.name;
    op->if_not_exists = statistics->if_not_exists;
    op->span = builder->statement->span;
    if (statistics->relations.n > 0 && node_if(RangeVar, statistics->relations.v[0]))
        op->target = name_of_range_var(node_as(RangeVar, statistics->relations.v[0]));
}

static void build_trigger(struct op_builder *builder, const struct CreateTrigStmt *trigger) {
    struct op *op = add_on_relation(builder, OP_CREATE_TRIGGER, &trigger->tree_node,
                                    trigger->relation, trigger->trigname);

    op->replace = trigger->replace;
    op->other = name_of_range_var(trigger->constrrel);
}

static bool build_of_relations(struct op_builder *builder, const struct node *stmt) {
    switch (stmt->kind) {
    case NODE_IndexStmt:
        build_index(builder, node_as(IndexStmt, stmt));
        return true;
    case NODE_ViewStmt:
        build_view(builder, node_as(ViewStmt, stmt));
        return true;
    case NODE_CreateSeqStmt:
        build_sequence(builder, node_as(CreateSeqStmt, stmt));
        return true;
    case NODE_CreateStatsStmt:
        build_statistics(builder, node_as(CreateStatsStmt, stmt));
        return true;
    case NODE_CreateTrigStmt:
        build_trigger(builder, node_as(CreateTrigStmt, stmt));
        return true;
    case NODE_CreatePolicyStmt:
        add_on_relation(builder, OP_CREATE_POLICY, stmt, node_as(CreatePolicyStmt, stmt)->table,
                        node_as(CreatePolicyStmt, stmt)->policy_name);
        return true;
    case NODE_RuleStmt:
        add_on_relation(builder, OP_CREATE_RULE, stmt, node_as(RuleStmt, stmt)->relation,
                        node_as(RuleStmt, stmt)->rulename)
            ->replace = node_as(RuleStmt, stmt)->replace;
        return true;
    default:
        return false;
    }
}

static bool build_types(struct op_builder *builder, const struct node *stmt) {
    switch (stmt->kind) {
    case NODE_CompositeTypeStmt:
        op_set_target(add_created(builder, OP_CREATE_COMPOSITE_TYPE, stmt, (struct name){0}),
                      builder, node_as(CompositeTypeStmt, stmt)->typevar);
        return true;
    case NODE_CreateEnumStmt:
        add_created(builder, OP_CREATE_ENUM, stmt,
                    name_of_list(node_as(CreateEnumStmt, stmt)->typeName, 0));
        return true;
    case NODE_CreateRangeStmt:
        add_created(builder, OP_CREATE_RANGE, stmt,
                    name_of_list(node_as(CreateRangeStmt, stmt)->typeName, 0));
        return true;
    case NODE_CreateDomainStmt:
        add_created(builder, OP_CREATE_DOMAIN, stmt,
                    name_of_list(node_as(CreateDomainStmt, stmt)->domainname, 0));
        return true;
    case NODE_CreateFunctionStmt:
        build_function(builder, node_as(CreateFunctionStmt, stmt));
        return true;
    case NODE_DefineStmt:
        build_defined(builder, node_as(DefineStmt, stmt));
        return true;
    default:
        return false;
    }
}

/* CREATE of what has an unqualified name and nothing else that is needed. */
static bool build_named(struct op_builder *builder, const struct node *stmt) {
#define NAMED(type, op_kind, field)                                                                \
    case NODE_##type:                                                                              \
        add_created(builder, op_kind, stmt, plain(node_as(type, stmt)->field));                    \
        return true
    switch (stmt->kind) {
        NAMED(CreateEventTrigStmt, OP_CREATE_EVENT_TRIGGER, trigname);
        NAMED(CreatePublicationStmt, OP_CREATE_PUBLICATION, pubname);
        NAMED(CreateSubscriptionStmt, OP_CREATE_SUBSCRIPTION, subname);
        NAMED(CreatePLangStmt, OP_CREATE_LANGUAGE, plname);
        NAMED(CreateAmStmt, OP_CREATE_ACCESS_METHOD, amname);
        NAMED(CreateFdwStmt, OP_CREATE_FOREIGN_DATA_WRAPPER, fdwname);
        NAMED(CreateUserMappingStmt, OP_CREATE_USER_MAPPING, servername);
        NAMED(ImportForeignSchemaStmt, OP_IMPORT_FOREIGN_SCHEMA, local_schema);
        NAMED(CreateRoleStmt, OP_CREATE_ROLE, role);
        NAMED(CreatedbStmt, OP_CREATE_DATABASE, dbname);
        NAMED(CreateTableSpaceStmt, OP_CREATE_TABLESPACE, tablespacename);
    default:
        return false;
    }
#undef NAMED
}

static bool build_other(struct op_builder *builder, const struct node *stmt) {
    switch (stmt->kind) {
    case NODE_CreateForeignServerStmt:
        add_created(builder, OP_CREATE_SERVER, stmt,
                    plain(node_as(CreateForeignServerStmt, stmt)->servername))
            ->if_not_exists = node_as(CreateForeignServerStmt, stmt)->if_not_exists;
        return true;
    case NODE_CreateSchemaStmt:
        build_schema(builder, node_as(CreateSchemaStmt, stmt));
        return true;
    case NODE_CreateExtensionStmt:
        build_extension(builder, node_as(CreateExtensionStmt, stmt));
        return true;
    case NODE_CreateCastStmt:
        op_add(builder, OP_CREATE_CAST, stmt, stmt);
        return true;
    case NODE_CreateTransformStmt:
        op_add(builder, OP_CREATE_TRANSFORM, stmt, stmt)->replace =
            node_as(CreateTransformStmt, stmt)->replace;
        return true;
    case NODE_CreateConversionStmt:
        add_created(builder, OP_CREATE_CONVERSION, stmt,
                    name_of_list(node_as(CreateConversionStmt, stmt)->conversion_name, 0));
        return true;
    case NODE_CreateOpClassStmt:
        add_created(builder, OP_CREATE_OPERATOR_CLASS, stmt,
                    name_of_list(node_as(CreateOpClassStmt, stmt)->opclassname, 0));
        return true;
    case NODE_CreateOpFamilyStmt:
        add_created(builder, OP_CREATE_OPERATOR_FAMILY, stmt,
                    name_of_list(node_as(CreateOpFamilyStmt, stmt)->opfamilyname, 0));
        return true;
    default:
        return false;
    }
}

bool op_build_create(struct op_builder *builder, const struct node *stmt) {
    return build_of_relations(builder, stmt) || build_types(builder, stmt) ||
           build_named(builder, stmt) || build_other(builder, stmt);
}
