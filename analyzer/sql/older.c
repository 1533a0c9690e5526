#include "sql/older.h"

#include "base/ascii.h"

#include <stdlib.h>
#include <string.h>

static bool is_name(const char *name, size_t len, const char *wanted) {
    return len == strlen(wanted) && memcmp(name, wanted, len) == 0;
}

/* Up to 17 RETURNING is a plain list of the statement. */
static struct node_list *returning_list(struct arena *arena, void *object, enum node_kind kind) {
    struct ReturningClause *clause = arena_new(arena, struct ReturningClause);

    clause->tree_node.kind = NODE_ReturningClause;
    if (kind == NODE_InsertStmt)
        ((struct InsertStmt *)object)->returningClause = clause;
    else if (kind == NODE_UpdateStmt)
        ((struct UpdateStmt *)object)->returningClause = clause;
    else if (kind == NODE_DeleteStmt)
        ((struct DeleteStmt *)object)->returningClause = clause;
    else
        ((struct MergeStmt *)object)->returningClause = clause;
    return &clause->exprs;
}

enum older_field older_field(struct arena *arena, void *object, enum node_kind kind,
                             const char *name, size_t len, struct node_list **list) {
    bool changes_rows = kind == NODE_InsertStmt || kind == NODE_UpdateStmt ||
                        kind == NODE_DeleteStmt || kind == NODE_MergeStmt;

    if (changes_rows && is_name(name, len, "returningList")) {
        *list = returning_list(arena, object, kind);
        return OLDER_LIST;
    }
    if ((kind == NODE_MergeWhenClause && is_name(name, len, "matched")) || /* 15, 16 */
        (kind == NODE_GrantRoleStmt && is_name(name, len, "admin_opt")))   /* 15 */
        return OLDER_FLAG;
    return OLDER_NONE;
}

/* 15 has the strategy of PARTITION BY as it was written. */
unsigned older_value(enum enum_id id, const char *name, size_t len) {
    if (id != ENUM_PartitionStrategy)
        return 0;
    if (len == 4 && ascii_ncasecmp(name, "hash", 4) == 0)
        return PARTITION_STRATEGY_HASH;
    if (len == 4 && ascii_ncasecmp(name, "list", 4) == 0)
        return PARTITION_STRATEGY_LIST;
    if (len == 5 && ascii_ncasecmp(name, "range", 5) == 0)
        return PARTITION_STRATEGY_RANGE;
    return 0;
}

/*
 * is_enforced came with 18, as did the initially_valid of NOT NULL. 18 itself leaves is_enforced
 * out of NOT NULL as a table constraint, which cannot be other than enforced.
 */
static void finish_constraint(struct Constraint *constraint, int major) {
    if (constraint->contype == CONSTR_NOTNULL) {
        constraint->is_enforced = true;
        constraint->initially_valid = !constraint->skip_validation;
    }
    if (major >= 18)
        return;
    if (constraint->contype == CONSTR_CHECK || constraint->contype == CONSTR_FOREIGN)
        constraint->is_enforced = true;
    if (constraint->contype == CONSTR_GENERATED)
        constraint->generated_kind = 's';
}

/* Up to 17 ALTER CONSTRAINT carries a Constraint, which can only say DEFERRABLE and INITIALLY DEFERRED. */
static void finish_alter_table_cmd(struct arena *arena, struct AlterTableCmd *cmd) {
    const struct Constraint *old;
    struct ATAlterConstraint *new;

    if (cmd->subtype != AT_AlterConstraint || !(old = node_if(Constraint, cmd->def)))
        return;
    new = arena_new(arena, struct ATAlterConstraint);
    new->tree_node.kind = NODE_ATAlterConstraint;
    new->conname = old->conname;
    new->is_enforced = true;
    new->alterDeferrability = true;
    new->deferrable = old->deferrable;
    new->initdeferred = old->initdeferred;
    cmd->def = &new->tree_node;
}

/* 15 knows only ADMIN, as a flag of the statement. */
static void finish_grant_role(struct arena *arena, struct GrantRoleStmt *grant) {
    struct Boolean *value = arena_new(arena, struct Boolean);
    struct DefElem *option = arena_new(arena, struct DefElem);
    const struct node **list = arena_array(arena, const struct node *, 1);

    value->tree_node.kind = NODE_Boolean;
    value->boolval = grant->is_grant;
    option->tree_node.kind = NODE_DefElem;
    option->defname = "admin";
    option->arg = &value->tree_node;
    option->defaction = DEFELEM_UNSPEC;
    option->location = -1;
    option->arg_location = -1;
    list[0] = &option->tree_node;
    grant->opt = (struct node_list){1, list};
}

static void finish_merge_when(struct MergeWhenClause *when, bool matched) {
    if (!when->matchKind)
        when->matchKind = matched ? MERGE_WHEN_MATCHED : MERGE_WHEN_NOT_MATCHED_BY_TARGET;
}

/* Where the location is in what was parsed; its start when it is none. */
static const char *source_at(const struct older_context *context, int location) {
    return context->source + (location > context->base ? location - context->base : 0);
}

static int negative_at(const char *minus) {
    const char *p = minus + 1;

    while (ascii_isspace(*p))
        p++;
    return (int)-strtol(p, NULL, 10);
}

const struct node *older_integer(struct arena *arena, int value) {
    struct Integer *integer = arena_new(arena, struct Integer);

    integer->tree_node.kind = NODE_Integer;
    integer->ival = value;
    return &integer->tree_node;
}

/* 15 prints no integer below 0: the source has it. */
static void finish_const(const struct older_context *context, struct A_Const *constant) {
    const char *start = source_at(context, constant->location);

    if (constant->ival && !constant->ival->ival && *start == '-')
        constant->ival = node_as(Integer, older_integer(context->arena, negative_at(start)));
}

/* "increment by -1": the value stands behind the option's words. */
static void finish_def_elem(const struct older_context *context, struct DefElem *option) {
    const struct Integer *integer = node_if(Integer, option->arg);
    const char *p = source_at(context, option->location);

    if (!integer || integer->ival)
        return;
    while (ascii_isalpha(*p) || *p == '_' || *p == '=' || ascii_isspace(*p))
        p++;
    if (*p == '-')
        option->arg = older_integer(context->arena, negative_at(p));
}

static void finish_before_17(const struct older_context *context, void *object,
                             enum node_kind kind) {
    if (kind == NODE_A_Const)
        finish_const(context, object);
    else if (kind == NODE_DefElem)
        finish_def_elem(context, object);
    else if (kind == NODE_GrantRoleStmt && context->flag)
        finish_grant_role(context->arena, object);
    else if (kind == NODE_AlterStatsStmt && !((struct AlterStatsStmt *)object)->stxstattarget)
        ((struct AlterStatsStmt *)object)->stxstattarget = older_integer(context->arena, 0);
}

/* An empty comment is none, and 18 says so itself. */
static void finish_comment(struct CommentStmt *comment) {
    if (comment->comment && !*comment->comment)
        comment->comment = NULL;
}

void older_finish(const struct older_context *context, void *object, enum node_kind kind) {
    switch (kind) {
    case NODE_Constraint:
        finish_constraint(object, context->major);
        break;
    case NODE_AlterTableCmd:
        finish_alter_table_cmd(context->arena, object);
        break;
    case NODE_MergeWhenClause:
        finish_merge_when(object, context->flag);
        break;
    case NODE_CommentStmt:
        finish_comment(object);
        break;
    default:
        if (context->major < 17)
            finish_before_17(context, object, kind);
    }
}
