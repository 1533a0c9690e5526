/*
 * Syntax and features that came with a later major than the target: the target's own grammar would
 * reject them. The grammar that read the statement knows them all.
 */
#include "model/effects_apply.h"

#include "base/ascii.h"

#include <string.h>

struct checker {
    struct effects_work *work;
    int version;
};

static void since(struct checker *checker, int major, const char *near) {
    if (checker->version < major)
        effects_fail(checker->work, "42601", "syntax error at or near \"%s\"", near);
}

static const struct DefElem *option_named(struct node_list options, const char *name) {
    for (size_t i = 0; i < options.n; i++) {
        const struct DefElem *option = node_if(DefElem, options.v[i]);

        if (option != NULL && option->defname != NULL && ascii_case_equal(option->defname, name))
            return option;
    }
    return NULL;
}

/* --- columns and constraints --- */

static void check_column(struct checker *checker, const struct ColumnDef *column) {
    if (column->compression != NULL)
        since(checker, 14, "COMPRESSION");
    if (column->storage_name != NULL)
        since(checker, 16, "STORAGE");
}

static void check_generated(struct checker *checker, const struct Constraint *constraint) {
    if (constraint->generated_kind == 'v')
        since(checker, 18, "VIRTUAL");
}

static void check_constraint(struct checker *checker, const struct Constraint *constraint) {
    if (constraint->nulls_not_distinct)
        since(checker, 15, "NULLS");
    if (constraint->fk_del_set_cols.n > 0)
        since(checker, 15, "(");
    if (constraint->without_overlaps)
        since(checker, 18, "WITHOUT");
    if (constraint->fk_with_period || constraint->pk_with_period)
        since(checker, 18, "PERIOD");
    switch (constraint->contype) {
    case CONSTR_GENERATED:
        check_generated(checker, constraint);
        break;
    case CONSTR_ATTR_ENFORCED:
    case CONSTR_ATTR_NOT_ENFORCED:
        since(checker, 18, "ENFORCED");
        break;
    case CONSTR_CHECK:
    case CONSTR_FOREIGN:
        if (sql_grammar_major() >= 18 && !constraint->is_enforced)
            since(checker, 18, "ENFORCED");
        break;
    case CONSTR_NOTNULL:
        if (constraint->keys.n > 0 || constraint->conname != NULL)
            if (constraint->keys.n > 0)
                since(checker, 18, "NOT");
        break;
    default:
        break;
    }
}

/* --- ALTER TABLE --- */

static void check_alter_constraint(struct checker *checker, const struct ATAlterConstraint *alter) {
    if (alter->alterEnforceability)
        since(checker, 18, "ENFORCED");
    if (alter->alterInheritability && checker->version < 18)
        effects_fail(checker->work, "0A000", "%s constraints cannot be marked NO INHERIT",
                     checker->version == 12 ? "ALTER CONSTRAINT statement" : "FOREIGN KEY");
}

static void check_partition(struct checker *checker, const struct AlterTableCmd *cmd) {
    const struct PartitionCmd *partition = node_if(PartitionCmd, cmd->def);

    if (partition != NULL && partition->concurrent)
        since(checker, 14, "CONCURRENTLY");
    if (cmd->subtype == AT_DetachPartitionFinalize)
        since(checker, 14, "FINALIZE");
}

static void check_action(struct checker *checker, const struct AlterTableCmd *cmd) {
    switch (cmd->subtype) {
    case AT_DropExpression:
        since(checker, 13, "EXPRESSION");
        break;
    case AT_SetCompression:
        since(checker, 14, "COMPRESSION");
        break;
    case AT_SetAccessMethod:
        since(checker, cmd->name == NULL ? 17 : 15, cmd->name == NULL ? "DEFAULT" : "ACCESS");
        break;
    case AT_SetStorage:
        if (cmd->def != NULL && node_string(cmd->def) != NULL &&
            ascii_case_equal(node_string(cmd->def), "default"))
            since(checker, 16, "DEFAULT");
        break;
    case AT_SetStatistics:
        if (cmd->def == NULL)
            since(checker, 17, "DEFAULT");
        break;
    case AT_SetExpression:
        since(checker, 17, "EXPRESSION");
        break;
    case AT_AlterConstraint:
        if (node_if(ATAlterConstraint, cmd->def) != NULL)
            check_alter_constraint(checker, node_as(ATAlterConstraint, cmd->def));
        break;
    case AT_DetachPartition:
    case AT_DetachPartitionFinalize:
        check_partition(checker, cmd);
        break;
    default:
        break;
    }
}

/* ALTER SEQUENCE SET LOGGED is read as ALTER TABLE, which before 15 is no good for it. */
static void check_alter(struct checker *checker, const struct AlterTableStmt *alter) {
    const struct AlterTableCmd *cmd =
        alter->cmds.n > 0 ? node_if(AlterTableCmd, alter->cmds.v[0]) : NULL;

    if (cmd == NULL || alter->objtype != OBJECT_SEQUENCE || checker->version >= 15)
        return;
    if (cmd->subtype == AT_SetLogged || cmd->subtype == AT_SetUnLogged)
        effects_fail(checker->work, "42809", "\"%s\" is not a table", alter->relation->relname);
}

/* --- other statements --- */

static void check_publication(struct checker *checker, struct node_list objects) {
    for (size_t i = 0; i < objects.n; i++) {
        const struct PublicationObjSpec *object = node_if(PublicationObjSpec, objects.v[i]);

        if (object == NULL)
            continue;
        if (object->pubobjtype == PUBLICATIONOBJ_TABLES_IN_SCHEMA ||
            object->pubobjtype == PUBLICATIONOBJ_TABLES_IN_CUR_SCHEMA)
            since(checker, 15, "TABLES");
        if (object->pubtable != NULL && object->pubtable->whereClause != NULL)
            since(checker, 15, "WHERE");
        if (object->pubtable != NULL && object->pubtable->columns.n > 0)
            since(checker, 15, "(");
    }
}

/* The statement's second word is a parenthesis: REINDEX (CONCURRENTLY) TABLE t. */
static bool has_option_list(const struct statement *statement) {
    size_t words = 0;

    for (size_t i = statement->first_token; i < statement->last_token; i++) {
        const struct token *token = &statement->tokens->list.v[i];

        if (token_is_blank(token))
            continue;
        if (++words == 2)
            return token_is_char(statement->text->bytes, token, '(');
    }
    return false;
}

static void check_reindex(struct checker *checker, const struct ReindexStmt *reindex) {
    if (option_named(reindex->params, "tablespace") != NULL)
        since(checker, 14, "TABLESPACE");
    if (option_named(reindex->params, "concurrently") != NULL &&
        has_option_list(checker->work->ops.v[0].statement))
        since(checker, 14, "CONCURRENTLY");
    if (checker->version < 16 && reindex->name == NULL &&
        (reindex->kind == REINDEX_OBJECT_DATABASE || reindex->kind == REINDEX_OBJECT_SYSTEM))
        effects_fail(checker->work, "42601", "syntax error at end of input");
}

static void check_statistics(struct checker *checker, const struct CreateStatsStmt *statistics) {
    for (size_t i = 0; i < statistics->exprs.n; i++) {
        const struct StatsElem *elem = node_if(StatsElem, statistics->exprs.v[i]);

        if (elem != NULL && elem->expr != NULL && checker->version < 14)
            effects_fail(checker->work, "0A000",
                         "only simple column references are allowed in CREATE STATISTICS");
    }
    if (statistics->defnames.n == 0)
        since(checker, 16, "ON");
}

static void check_grant(struct checker *checker, const struct GrantStmt *grant) {
    for (size_t i = 0; i < grant->privileges.n; i++) {
        const struct AccessPriv *privilege = node_if(AccessPriv, grant->privileges.v[i]);

        if (privilege != NULL && privilege->priv_name != NULL && checker->version < 17 &&
            ascii_case_equal(privilege->priv_name, "maintain"))
            effects_fail(checker->work, "42601", "unrecognized privilege type \"%s\"",
                         privilege->priv_name);
    }
    if (grant->objtype == OBJECT_PARAMETER_ACL)
        since(checker, 15, "PARAMETER");
}

static void check_domain(struct checker *checker, const struct AlterDomainStmt *alter) {
    const struct Constraint *constraint = node_if(Constraint, alter->def);

    if (alter->subtype == 'C' && constraint != NULL && constraint->contype == CONSTR_NOTNULL)
        since(checker, 17, "NOT");
}

static void check_rename(struct checker *checker, const struct RenameStmt *rename) {
    if (rename->renameType == OBJECT_COLUMN && rename->relationType == OBJECT_VIEW)
        since(checker, 13, "COLUMN");
}

static void check_vacuum(struct checker *checker, const struct VacuumStmt *vacuum) {
    for (size_t i = 0; i < vacuum->rels.n; i++) {
        const struct VacuumRelation *relation = node_if(VacuumRelation, vacuum->rels.v[i]);

        if (relation != NULL && relation->relation != NULL && !relation->relation->inh)
            since(checker, 18, "ONLY");
    }
}

static void check_merge(struct checker *checker, const struct MergeStmt *merge) {
    since(checker, 15, "MERGE");
    if (merge->returningClause != NULL)
        since(checker, 17, "RETURNING");
    for (size_t i = 0; i < merge->mergeWhenClauses.n; i++) {
        const struct MergeWhenClause *when = node_if(MergeWhenClause, merge->mergeWhenClauses.v[i]);

        if (when != NULL && when->matchKind == MERGE_WHEN_NOT_MATCHED_BY_SOURCE)
            since(checker, 17, "BY");
    }
}

static void check_function(struct checker *checker, const struct CreateFunctionStmt *function) {
    if (function->sql_body != NULL)
        since(checker, 14, "BEGIN");
}

static void check_trigger(struct checker *checker, const struct CreateTrigStmt *trigger) {
    if (trigger->replace)
        since(checker, 14, "TRIGGER");
}

static void check_sequence(struct checker *checker, const struct CreateSeqStmt *sequence) {
    if (sequence->sequence != NULL && sequence->sequence->relpersistence == 'u' &&
        checker->version < 15)
        effects_fail(checker->work, "0A000", "unlogged sequences are not supported");
}

static void check_drop_database(struct checker *checker, const struct DropdbStmt *drop) {
    if (drop->options.n > 0)
        since(checker, 13, "WITH");
}

static void check_index(struct checker *checker, const struct IndexStmt *index) {
    if (index->nulls_not_distinct)
        since(checker, 15, "NULLS");
}

static void check_returning(struct checker *checker, const struct ReturningClause *clause) {
    if (clause->options.n > 0)
        since(checker, 18, "WITH");
}

static void check_subscription(struct checker *checker, const struct AlterSubscriptionStmt *alter) {
    if (alter->kind == ALTER_SUBSCRIPTION_ADD_PUBLICATION ||
        alter->kind == ALTER_SUBSCRIPTION_DROP_PUBLICATION)
        since(checker, 14, "PUBLICATION");
    if (alter->kind == ALTER_SUBSCRIPTION_SKIP)
        since(checker, 15, "SKIP");
}

static void check_definition(struct checker *checker, const struct node *node) {
    switch (node->kind) {
    case NODE_AlterTableStmt:
        check_alter(checker, node_as(AlterTableStmt, node));
        break;
    case NODE_AlterTableCmd:
        check_action(checker, node_as(AlterTableCmd, node));
        break;
    case NODE_ColumnDef:
        check_column(checker, node_as(ColumnDef, node));
        break;
    case NODE_Constraint:
        check_constraint(checker, node_as(Constraint, node));
        break;
    case NODE_IndexStmt:
        check_index(checker, node_as(IndexStmt, node));
        break;
    case NODE_CreateTrigStmt:
        check_trigger(checker, node_as(CreateTrigStmt, node));
        break;
    case NODE_CreateFunctionStmt:
        check_function(checker, node_as(CreateFunctionStmt, node));
        break;
    case NODE_CreateSeqStmt:
        check_sequence(checker, node_as(CreateSeqStmt, node));
        break;
    case NODE_CreateStatsStmt:
        check_statistics(checker, node_as(CreateStatsStmt, node));
        break;
    default:
        break;
    }
}

static void check_other(struct checker *checker, const struct node *node) {
    switch (node->kind) {
    case NODE_CreatePublicationStmt:
        check_publication(checker, node_as(CreatePublicationStmt, node)->pubobjects);
        break;
    case NODE_AlterPublicationStmt:
        check_publication(checker, node_as(AlterPublicationStmt, node)->pubobjects);
        break;
    case NODE_AlterSubscriptionStmt:
        check_subscription(checker, node_as(AlterSubscriptionStmt, node));
        break;
    case NODE_ReindexStmt:
        check_reindex(checker, node_as(ReindexStmt, node));
        break;
    case NODE_GrantStmt:
        check_grant(checker, node_as(GrantStmt, node));
        break;
    case NODE_AlterDomainStmt:
        check_domain(checker, node_as(AlterDomainStmt, node));
        break;
    case NODE_AlterStatsStmt:
        since(checker, 13, "STATISTICS");
        break;
    case NODE_AlterTypeStmt:
        since(checker, 13, "(");
        break;
    case NODE_RenameStmt:
        check_rename(checker, node_as(RenameStmt, node));
        break;
    case NODE_VacuumStmt:
        check_vacuum(checker, node_as(VacuumStmt, node));
        break;
    case NODE_DropdbStmt:
        check_drop_database(checker, node_as(DropdbStmt, node));
        break;
    case NODE_AlterDatabaseRefreshCollStmt:
        since(checker, 15, "REFRESH");
        break;
    default:
        break;
    }
}

static void check_query(struct checker *checker, const struct node *node) {
    switch (node->kind) {
    case NODE_MergeStmt:
        check_merge(checker, node_as(MergeStmt, node));
        break;
    case NODE_ReturningClause:
        check_returning(checker, node_as(ReturningClause, node));
        break;
    case NODE_JsonIsPredicate:
    case NODE_JsonObjectConstructor:
    case NODE_JsonArrayConstructor:
    case NODE_JsonArrayQueryConstructor:
    case NODE_JsonObjectAgg:
    case NODE_JsonArrayAgg:
        since(checker, 16, "JSON");
        break;
    case NODE_JsonFuncExpr:
    case NODE_JsonTable:
    case NODE_JsonParseExpr:
    case NODE_JsonScalarExpr:
    case NODE_JsonSerializeExpr:
        since(checker, 17, "JSON");
        break;
    case NODE_CTESearchClause:
        since(checker, 14, "SEARCH");
        break;
    case NODE_CTECycleClause:
        since(checker, 14, "CYCLE");
        break;
    default:
        break;
    }
}

static bool visit(const struct node *node, void *context) {
    struct checker *checker = context;

    check_definition(checker, node);
    check_other(checker, node);
    check_query(checker, node);
    /* A domain's NOT NULL looks like a table's. */
    return !checker->work->stopped && node->kind != NODE_AlterDomainStmt;
}

/* Rows of data hold no syntax that is new, and there may be very many of them. */
static bool is_plain_insert(const struct node *node) {
    const struct InsertStmt *insert = node_if(InsertStmt, node);
    const struct SelectStmt *select =
        insert != NULL ? node_if(SelectStmt, insert->selectStmt) : NULL;

    return select != NULL && select->valuesLists.n > 0 && insert->returningClause == NULL &&
           insert->withClause == NULL;
}

bool effects_syntax(struct effects_work *work) {
    struct checker checker = {work, work->schema->target};
    const struct node *last = NULL;

    if (work->schema->target >= CATALOG_NEWEST)
        return false;
    for (size_t i = 0; i < work->ops.n && !work->stopped; i++) {
        const struct node *node = work->ops.v[i].stmt;

        if (node == NULL || node == last || is_plain_insert(node))
            continue;
        last = node;
        node_walk(work->arena, node, visit, &checker);
    }
    return work->stopped;
}
