/* ALTER TABLE: columns made and changed, but for their types (effects_retype.c) and drops. */
#include "model/effects_alter.h"
#include "model/effects_apply.h"
#include "model/effects_query.h"

#include <string.h>

/* --- ADD COLUMN --- */

/* What a column definition says, as transformColumnDefinition reads it. */
struct added {
    struct type_use type;
    const struct node *default_expr;          /* NULL: none */
    bool not_null, stored, virtual, numbered; /* numbered: serial or identity */
    bool null_default;
};

static bool is_serial(const struct TypeName *type) {
    static const char *const names[] = {"smallserial", "serial2",   "serial",
                                        "serial4",     "bigserial", "serial8"};
    const char *name = type != NULL && type->names.n == 1 ? node_string(type->names.v[0]) : NULL;

    for (size_t i = 0; name != NULL && i < sizeof(names) / sizeof(*names); i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

static void read_constraint(struct added *added, const struct Constraint *constraint) {
    switch (constraint->contype) {
    case CONSTR_DEFAULT:
        added->default_expr = constraint->raw_expr;
        break;
    case CONSTR_NOTNULL:
    case CONSTR_PRIMARY:
        added->not_null = true;
        break;
    case CONSTR_IDENTITY:
        added->numbered = added->not_null = true;
        break;
    case CONSTR_GENERATED:
        added->virtual = constraint->generated_kind == 'v';
        added->stored = !added->virtual;
        break;
    default:
        break;
    }
}

static bool is_null_literal(const struct node *node) {
    const struct TypeCast *cast = node_if(TypeCast, node);
    const struct A_Const *constant = node_if(A_Const, cast != NULL ? cast->arg : node);

    return constant != NULL && constant->isnull;
}

static struct added read_column(const struct schema *schema, const struct ColumnDef *def) {
    struct added added = {.type = type_use_of(schema, def->typeName),
                          .default_expr = def->raw_default,
                          .not_null = def->is_not_null};

    added.numbered = is_serial(def->typeName);
    added.not_null |= added.numbered;
    for (size_t i = 0; i < def->constraints.n; i++) {
        const struct Constraint *constraint = node_if(Constraint, def->constraints.v[i]);

        if (constraint != NULL)
            read_constraint(&added, constraint);
    }
    added.null_default = added.default_expr != NULL && is_null_literal(added.default_expr);
    return added;
}

/* The default that a domain gives to its columns; CREATE DOMAIN copies the one of the domain below. */
static const struct node *domain_default(const struct schema *schema, const struct type_use *use) {
    struct type_use at = *use;
    const struct type *domain;

    while ((domain = type_use_domain(schema, &at)) != NULL) {
        if (domain->default_expr != NULL)
            return domain->default_expr;
        at = domain->base;
    }
    return NULL;
}

/* The default that old rows get; 12 does not look at a domain's own for a rewrite. */
static enum known default_rewrites(struct effects_work *work, const struct added *added) {
    const struct schema *schema = work->schema;
    const struct node *expr = added->default_expr;
    const char *culprit = NULL;
    enum known is_volatile;

    if (expr == NULL && schema->target >= 13)
        expr = domain_default(schema, &added->type);
    is_volatile = default_is_volatile(schema, expr, &added->type, &culprit);
    if (is_volatile == UNKNOWN)
        effects_unknown(work, "the volatility of %s",
                        culprit != NULL ? culprit : "the default expression");
    return is_volatile;
}

/* ATExecAddColumn: what cannot be done with a missing value. */
static enum known column_rewrites(struct effects_work *work, const struct added *added) {
    enum known by_default, constrained;

    if (added->virtual)
        return KNOWN_NO;
    if (added->stored || added->numbered)
        return KNOWN_YES;
    constrained = type_use_constrained(work->schema, &added->type);
    if (constrained == KNOWN_YES)
        return KNOWN_YES;
    by_default = default_rewrites(work, added);
    if (by_default == KNOWN_YES)
        return KNOWN_YES;
    if (constrained == UNKNOWN)
        effects_unknown(work, "type %s", type_use_text(work->arena, work->schema, &added->type));
    return by_default == UNKNOWN || constrained == UNKNOWN ? UNKNOWN : KNOWN_NO;
}

static bool has_value(struct effects_work *work, const struct added *added) {
    if (added->stored || added->numbered)
        return true;
    if (added->default_expr != NULL)
        return !added->null_default;
    return !added->virtual && domain_default(work->schema, &added->type) != NULL;
}

static bool domain_is_not_null(const struct schema *schema, const struct type_use *use) {
    struct type_use at = *use;
    const struct type *domain;

    while ((domain = type_use_domain(schema, &at)) != NULL) {
        if (domain->not_null)
            return true;
        at = domain->base;
    }
    return false;
}

static void need_values(struct effects_work *work, const struct relation *relation,
                        const struct added *added, const char *column) {
    if (relation == NULL || relation_is_empty(work->schema, relation) || has_value(work, added))
        return;
    if (added->not_null && !added->virtual)
        effects_may_fail(work, effects_rows_condition(work, relation), "23502",
                         "column \"%s\" of relation \"%s\" contains null values", column,
                         relation->object.name);
    else if (!added->virtual && domain_is_not_null(work->schema, &added->type))
        effects_may_fail(work, effects_rows_condition(work, relation), "23502",
                         "domain %s does not allow null values",
                         type_use_text(work->arena, work->schema, &added->type));
}

static void add_to_one(struct effects_work *work, const struct relation *relation,
                       const struct added *added, enum known rewrites, const char *column) {
    bool checks = added->not_null && !has_value(work, added);

    if (!effects_has_storage(relation))
        return;
    if (rewrites == KNOWN_YES)
        effects_rewrite(work, relation);
    else if (checks)
        effects_scan(work, relation);
    need_values(work, relation, added, column);
}

/* ATExecAddColumn: a child that has the column keeps it as it is, and so do those below it. */
static void add_to_all(struct effects_work *work, const struct relation *relation,
                       const struct added *added, enum known rewrites, const char *column) {
    effects_lock(work, relation, work->lock);
    if (relation != work->target.relation && relation_column(relation, column) != NULL)
        return;
    add_to_one(work, relation, added, rewrites, column);
    for (size_t i = 0; i < relation->children.n; i++) {
        const struct relation *child = effects_relation(work, relation->children.v[i]);

        if (child != NULL)
            add_to_all(work, child, added, rewrites, column);
    }
}

static void add_to_unknown(struct effects_work *work, const struct added *added,
                           enum known rewrites, const char *column) {
    struct name name = work->target.resolved;

    if (rewrites == KNOWN_YES)
        effects_rewrite_name(work, name);
    else if (added->not_null && !has_value(work, added))
        effects_scan_name(work, name);
    if (added->not_null && !has_value(work, added))
        effects_may_fail(work, "the table has rows", "23502",
                         "column \"%s\" of relation \"%s\" contains null values", column,
                         name.name);
}

void alter_add_column(struct effects_work *work, const struct op *op,
                      const struct effect_row *row) {
    const struct ColumnDef *def = node_as(ColumnDef, op->node);
    struct added added = read_column(work->schema, def);
    enum known rewrites = column_rewrites(work, &added);

    (void)row;
    if (rewrites == UNKNOWN)
        alter_cannot_exclude_rewrite(work);
    if (rewrites == KNOWN_YES && added.default_expr != NULL)
        effects_compute(work, added.default_expr);
    if (work->target.relation == NULL) {
        add_to_unknown(work, &added, rewrites, op->column);
        return;
    }
    add_to_all(work, work->target.relation, &added, rewrites, op->column);
}

/* Parts of a column that the ADD COLUMN itself accounts for. */
void alter_with_column(struct effects_work *work, const struct op *op,
                       const struct effect_row *row) {
    (void)work;
    (void)op;
    (void)row;
}

/* --- defaults, identity, expressions --- */

void alter_set_default(struct effects_work *work, const struct op *op,
                       const struct effect_row *row) {
    (void)row;
    if (op->is_inline)
        return;
    const struct column *column = alter_column(work, op->column);
    if (column != NULL && column->identity != '\0')
        effects_fail(work, "42601", "column \"%s\" of relation \"%s\" is an identity column",
                     column->name, work->target.resolved.name);
    else if (column != NULL && column->generated != GENERATED_NOT)
        effects_fail(work, "42601", "column \"%s\" of relation \"%s\" is a generated column",
                     column->name, work->target.resolved.name);
}

void alter_drop_default(struct effects_work *work, const struct op *op,
                        const struct effect_row *row) {
    alter_set_default(work, op, row);
}

/* The sequence of an identity column, made or dropped with it; changed, it is locked as by ALTER SEQUENCE. */
void alter_identity(struct effects_work *work, const struct op *op, const struct effect_row *row) {
    const struct column *column = op->is_inline ? NULL : alter_column(work, op->column);

    (void)row;
    if (column == NULL || column->identity == '\0')
        return;
    if (op->kind == OP_DROP_IDENTITY)
        effects_lock_id(work, column->owned_sequence, LOCK_ACCESS_EXCLUSIVE);
    else if (op->kind == OP_SET_IDENTITY)
        effects_lock_id(work, column->owned_sequence, LOCK_SHARE_ROW_EXCLUSIVE);
}

/* ATExecSetExpression: only a stored column's values are computed anew. */
void alter_set_expression(struct effects_work *work, const struct op *op,
                          const struct effect_row *row) {
    struct id_list all = alter_relations(work, op, row->recurse);

    if (all.n == 0)
        alter_rewrite_target(work);
    for (size_t i = 0; i < all.n; i++) {
        const struct relation *relation = effects_relation(work, all.v[i]);
        const struct column *column = relation_column(relation, op->column);

        if (column == NULL || !effects_has_storage(relation))
            continue;
        if (column->generated == GENERATED_STORED)
            effects_rewrite(work, relation);
        else if (column->generated == GENERATED_VIRTUAL && column->not_null == KNOWN_YES)
            effects_scan(work, relation);
    }
}

void alter_drop_expression(struct effects_work *work, const struct op *op,
                           const struct effect_row *row) {
    const struct column *column = alter_column(work, op->column);

    (void)row;
    if (column == NULL || column->generated == GENERATED_NOT)
        return;
    if (column->generated == GENERATED_VIRTUAL)
        effects_fail(
            work, "0A000",
            "ALTER TABLE / DROP EXPRESSION is not supported for virtual generated columns");
    else if (column->inherited)
        effects_fail(work, "42P16", "cannot drop generation expression from inherited column");
    else if (op->only && work->target.relation->children.n > 0)
        effects_fail(work, "0A000",
                     "ALTER TABLE / DROP EXPRESSION must be applied to child tables too");
}

void alter_column_attribute(struct effects_work *work, const struct op *op,
                            const struct effect_row *row) {
    (void)work;
    (void)op;
    (void)row;
}

/* --- NOT NULL --- */

/* Constraints that the same statement drops prove nothing: drops come first. */
static enum known proved(struct effects_work *work, const struct relation *relation,
                         const char *column) {
    VEC(const char *) dropped = {0};

    for (size_t i = 0; i < work->action_count; i++)
        if (work->actions[i].kind == OP_DROP_CONSTRAINT && work->actions[i].object != NULL)
            vec_push(work->arena, &dropped, work->actions[i].object);
    return not_null_is_proved_without(work->schema, relation, column, dropped.v, dropped.n);
}

static void check_not_null(struct effects_work *work, const struct relation *relation,
                           const char *name) {
    const struct column *column = relation_column(relation, name);
    enum known is_proved;

    if (!effects_has_storage(relation) || (column != NULL && column->not_null == KNOWN_YES))
        return;
    if (column == NULL && relation == work->target.relation && alter_adds_column(work, name))
        is_proved = KNOWN_NO;
    else
        is_proved = proved(work, relation, name);
    if (is_proved == UNKNOWN)
        effects_unknown(work, "the constraints of %s", relation->object.name);
    if (is_proved != KNOWN_NO)
        return;
    effects_scan(work, relation);
    if (!relation_is_empty(work->schema, relation))
        effects_may_fail(
            work, arena_printf(work->arena, "%s holds a NULL in %s", relation->object.name, name),
            "23502", "column \"%s\" of relation \"%s\" contains null values", name,
            relation->object.name);
}

/* A NOT VALID NOT NULL constraint (18) is validated, under the strong lock. */
static bool is_set(const struct relation *relation, const char *column) {
    const struct column *found = relation_column(relation, column);

    return found != NULL && found->not_null == KNOWN_YES;
}

static bool is_set_below(struct effects_work *work, const struct relation *relation,
                         const char *column) {
    for (size_t i = 0; i < relation->children.n; i++) {
        const struct relation *child = effects_relation(work, relation->children.v[i]);

        if (child != NULL && !is_set(child, column))
            return false;
    }
    return true;
}

/* Before 18 a partitioned table that has it already is left at once; one with inheriting tables is not. */
static bool goes_on(struct effects_work *work, const struct relation *relation,
                    const char *column) {
    if (!is_set(relation, column))
        return true;
    return work->schema->target < 18 && relation->object.kind != OBJ_PARTITIONED_TABLE;
}

void alter_set_not_null(struct effects_work *work, const struct op *op,
                        const struct effect_row *row) {
    const struct relation *relation = work->target.relation;
    struct id_list all;

    (void)row;
    if (relation == NULL) {
        effects_unknown(work, "the constraints of %s", work->target.resolved.name);
        effects_may_fail(work, "the column holds a NULL", "23502",
                         "column \"%s\" of relation \"%s\" contains null values", op->column,
                         work->target.resolved.name);
        return;
    }
    if (op->only && relation->object.kind == OBJ_PARTITIONED_TABLE && relation->children.n > 0 &&
        !is_set(relation, op->column) &&
        (work->schema->target >= 18 || !is_set_below(work, relation, op->column))) {
        effects_fail(work, "42P16", "constraint must be added to child tables too");
        return;
    }
    if (op->only && relation->object.kind != OBJ_PARTITIONED_TABLE) {
        check_not_null(work, relation, op->column);
        return;
    }
    if (!goes_on(work, relation, op->column))
        return;
    all = effects_all_below(work, relation);
    for (size_t i = 0; i < all.n; i++) {
        effects_lock_id(work, all.v[i], work->lock);
        check_not_null(work, effects_relation(work, all.v[i]), op->column);
    }
}

/* Since 18 it is a constraint that is dropped, from the children that inherit it too. */
static void drop_below(struct effects_work *work, const struct op *op,
                       const struct relation *relation) {
    if (!is_set(relation, op->column))
        return;
    for (size_t i = 0; i < relation->children.n; i++) {
        const struct relation *child = effects_relation(work, relation->children.v[i]);

        effects_lock(work, child, work->lock);
        if (child != NULL && !op->only)
            drop_below(work, op, child);
    }
}

void alter_drop_not_null(struct effects_work *work, const struct op *op,
                         const struct effect_row *row) {
    if (row->recurse == RECURSE_APPLY && work->target.relation != NULL)
        drop_below(work, op, work->target.relation);
}
