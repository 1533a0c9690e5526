/*
 * INHERITS (...): which tables it may name, and how their columns and CHECKs go together with each
 * other and the table's own (MergeAttributes, MergeCheckConstraint).
 */
#include "model/effects_check.h"

#include <string.h>

/* --- the parents --- */

static const char *wrong_kind(const struct relation *parent) {
    switch (parent->object.kind) {
    case OBJ_PARTITIONED_TABLE:
        return "a partitioned table";
    case OBJ_TABLE:
    case OBJ_FOREIGN_TABLE:
        return parent->partition_bound != NULL ? "a partition" : NULL;
    default:
        return "not a table or foreign table";
    }
}

static void check_parent(struct effects_work *work, const struct relation *parent,
                         const struct RangeVar *child) {
    const char *wrong = wrong_kind(parent);
    bool temporary = child->relpersistence == 't' ||
                     (child->schemaname != NULL && strcmp(child->schemaname, "pg_temp") == 0);

    if (wrong != NULL)
        effects_fail(work, "42809", "cannot inherit from \"%s\": it is %s", parent->object.name,
                     wrong);
    else if (parent->persistence == 't' && !temporary)
        effects_fail(work, "42809", "cannot inherit from temporary relation \"%s\"",
                     parent->object.name);
}

/* --- columns --- */

struct merged {
    const char *name, *collation;
    struct type_use type;
    const struct node *default_expr;
    enum generated_kind generated;
    bool conflict; /* of defaults, unless the table says its own */
};

struct inheritance {
    struct effects_work *work;
    VEC(struct merged) columns;
    VEC(const struct constraint *) checks;
};

static struct merged *find_column(struct inheritance *at, const char *name) {
    for (size_t i = 0; i < at->columns.n; i++)
        if (strcmp(at->columns.v[i].name, name) == 0)
            return &at->columns.v[i];
    return NULL;
}

static bool same_text(const char *a, const char *b) {
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* The type's own, said or not. */
static bool same_collation(const char *a, const char *b) {
    return same_text(a != NULL ? a : "default", b != NULL ? b : "default");
}

static void check_type(struct effects_work *work, const struct merged *old,
                       const struct type_use *type, const char *collation, const char *what) {
    if (type_use_same(&old->type, type) == KNOWN_NO ||
        (type_use_same(&old->type, type) == KNOWN_YES && !type_use_same_typmod(&old->type, type)))
        effects_fail(work, "42804", "%s \"%s\" has a type conflict", what, old->name);
    else if (!same_collation(old->collation, collation))
        effects_fail(work, "42P21", "%s \"%s\" has a collation conflict", what, old->name);
}

/* They may mean the same though they are not written the same, but for such as these. */
static bool is_constant(const struct node *expr) {
    const struct A_Const *constant = node_if(A_Const, expr);

    return constant != NULL && (constant->ival != NULL || constant->boolval != NULL);
}

static void merge_parent_column(struct inheritance *at, const struct column *column) {
    struct merged *old = find_column(at, column->name);

    if (old == NULL) {
        old = vec_add(at->work->arena, &at->columns);
        *old = (struct merged){column->name,         column->collation, column->type,
                               column->default_expr, column->generated, false};
        return;
    }
    check_type(at->work, old, &column->type, column->collation, "inherited column");
    if (old->generated != column->generated)
        effects_fail(at->work, "42611", "inherited column \"%s\" has a generation conflict",
                     old->name);
    if (column->default_expr == NULL)
        return;
    if (old->default_expr != NULL && !node_same(old->default_expr, column->default_expr))
        old->conflict = is_constant(old->default_expr) && is_constant(column->default_expr);
    old->default_expr = column->default_expr;
}

/* What the table's own definition of an inherited column says. */
struct own_column {
    const struct node *default_expr;
    bool generated, identity;
};

static struct own_column own_parts(const struct ColumnDef *def) {
    struct own_column own = {NULL, false, false};

    for (size_t i = 0; i < def->constraints.n; i++) {
        const struct Constraint *part = node_as(Constraint, def->constraints.v[i]);

        if (part->contype == CONSTR_DEFAULT)
            own.default_expr = part->raw_expr;
        own.generated |= part->contype == CONSTR_GENERATED;
        own.identity |= part->contype == CONSTR_IDENTITY;
    }
    return own;
}

/* Since 16 a child may give a generated column another expression, but make none of a plain one. */
static void check_generation(struct effects_work *work, const struct merged *old,
                             struct own_column own) {
    bool recent = work->schema->target >= 16;

    if (old->generated && own.default_expr != NULL)
        effects_fail(work, "42611",
                     "column \"%s\" inherits from generated column but specifies default",
                     old->name);
    else if (old->generated && own.identity)
        effects_fail(work, "42611",
                     "column \"%s\" inherits from generated column but specifies identity",
                     old->name);
    else if (own.generated && recent != (old->generated != GENERATED_NOT))
        effects_fail(work, "42611", "child column \"%s\" specifies generation expression",
                     old->name);
}

static void merge_own_column(struct inheritance *at, const struct ColumnDef *def) {
    struct merged *old = find_column(at, def->colname);
    struct type_use type = type_use_of(at->work->schema, def->typeName);
    struct own_column own = own_parts(def);

    if (old == NULL)
        return;
    check_type(at->work, old, &type,
               def->collClause != NULL ? node_list_last_string(def->collClause->collname) : NULL,
               "column");
    check_generation(at->work, old, own);
    if (own.default_expr != NULL || own.generated)
        old->conflict = false;
}

/* --- CHECKs --- */

static bool visit_plain(const struct node *node, void *context) {
    bool *plain = context;
    const struct ColumnRef *ref = node_if(ColumnRef, node);
    const struct A_Const *constant = node_if(A_Const, node);

    switch (node->kind) {
    case NODE_A_Expr:
    case NODE_BoolExpr:
    case NODE_NullTest:
    case NODE_String:
        return true;
    default:
        *plain &= (ref != NULL && ref->fields.n == 1) || (constant != NULL && !constant->sval);
        return false;
    }
}

/* Expressions of operators, columns and numbers: where they are written differently, they differ. */
static bool is_plain(struct effects_work *work, const struct node *expr) {
    bool plain = true;

    node_walk(work->arena, expr, visit_plain, &plain);
    return plain;
}

bool effects_checks_differ(struct effects_work *work, const struct node *a, const struct node *b) {
    return a != NULL && b != NULL && !node_same(a, b) && is_plain(work, a) && is_plain(work, b);
}

static void check_same(struct effects_work *work, const struct constraint *old, const char *name,
                       const struct node *expr) {
    if (same_text(old->name, name) && effects_checks_differ(work, old->expr, expr))
        effects_fail(work, "42710",
                     "check constraint name \"%s\" appears multiple times but with different "
                     "expressions",
                     name);
}

static void merge_checks(struct inheritance *at, const struct relation *parent) {
    for (size_t i = 0; i < parent->constraint_count; i++) {
        const struct constraint *check = parent->constraints[i];

        if (check->kind != CONSTRAINT_CHECK || check->no_inherit)
            continue;
        for (size_t j = 0; j < at->checks.n; j++)
            check_same(at->work, at->checks.v[j], check->name, check->expr);
        vec_push(at->work->arena, &at->checks, check);
    }
}

static void merge_own_check(struct inheritance *at, const struct op *op) {
    for (size_t i = 0; op->object != NULL && i < at->checks.n; i++)
        check_same(at->work, at->checks.v[i], op->object, node_as(Constraint, op->node)->raw_expr);
}

/* --- the whole --- */

static void merge_parents(struct inheritance *at, const struct CreateStmt *create) {
    for (size_t i = 0; i < create->inhRelations.n && !at->work->stopped; i++) {
        const struct RangeVar *range = node_as(RangeVar, create->inhRelations.v[i]);
        const struct relation *parent =
            schema_relation(at->work->schema, (struct name){range->schemaname, range->relname});

        if (parent == NULL || parent->object.assumed)
            continue;
        check_parent(at->work, parent, create->relation);
        for (size_t j = 0; j < parent->column_count && !at->work->stopped; j++)
            merge_parent_column(at, &parent->columns[j]);
        if (!at->work->stopped)
            merge_checks(at, parent);
    }
}

void effects_check_inherits(struct effects_work *work, const struct op *op,
                            const struct CreateStmt *create) {
    struct inheritance at = {.work = work};

    merge_parents(&at, create);
    for (size_t i = 0; i < work->all.n && !work->stopped; i++) {
        const struct op *own = &work->all.v[i];

        if (own->stmt == op->stmt && own->kind == OP_ADD_COLUMN)
            merge_own_column(&at, node_as(ColumnDef, own->node));
        else if (own->stmt == op->stmt && own->kind == OP_ADD_CHECK)
            merge_own_check(&at, own);
    }
    for (size_t i = 0; i < at.columns.n && !work->stopped; i++)
        if (at.columns.v[i].conflict)
            effects_fail(work, "42611", "column \"%s\" inherits conflicting default values",
                         at.columns.v[i].name);
}
