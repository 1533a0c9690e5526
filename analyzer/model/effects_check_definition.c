/* What the parts of one column's definition say against each other (transformColumnDefinition). */
#include "model/effects_check.h"

#include <string.h>

struct definition {
    const struct op *op;
    const struct ColumnDef *def;
    bool serial, typed, partition, foreign;
    bool nullable_said, not_null, primary, has_default, identity, generated;
};

static bool is_serial(const struct TypeName *name) {
    static const char *const names[] = {"smallserial", "serial2",   "serial",
                                        "serial4",     "bigserial", "serial8"};
    const char *last =
        name != NULL && name->names.n == 1 ? node_list_last_string(name->names) : NULL;

    for (size_t i = 0; last != NULL && i < sizeof(names) / sizeof(*names); i++)
        if (strcmp(last, names[i]) == 0)
            return true;
    return false;
}

/* --- one part after the other --- */

static void twice(struct effects_work *work, const struct definition *at, const char *what) {
    effects_fail(work, "42601", "multiple %s specified for column \"%s\" of table \"%s\"", what,
                 at->def->colname, at->op->target.name);
}

static void conflicting_null(struct effects_work *work, const struct definition *at) {
    effects_fail(work, "42601",
                 "conflicting NULL/NOT NULL declarations for column \"%s\" of table \"%s\"",
                 at->def->colname, at->op->target.name);
}

static void see_null(struct effects_work *work, struct definition *at) {
    if ((at->nullable_said && at->not_null) || (at->primary && work->schema->target >= 18))
        conflicting_null(work, at);
    at->nullable_said = true;
    at->not_null = false;
}

static void see_not_null(struct effects_work *work, struct definition *at) {
    if (at->nullable_said && !at->not_null)
        conflicting_null(work, at);
    at->nullable_said = at->not_null = true;
}

static void see_default(struct effects_work *work, struct definition *at) {
    if (at->has_default)
        twice(work, at, "default values");
    at->has_default = true;
}

static void see_identity(struct effects_work *work, struct definition *at) {
    if (at->typed)
        effects_fail(work, "0A000", "identity columns are not supported on typed tables");
    else if (at->partition)
        effects_fail(work, "0A000", "identity columns are not supported on partitions");
    else if (at->identity)
        effects_fail(work, "42601",
                     "multiple identity specifications for column \"%s\" of table \"%s\"",
                     at->def->colname, at->op->target.name);
    else if (at->nullable_said && !at->not_null)
        conflicting_null(work, at);
    at->identity = at->nullable_said = at->not_null = true;
}

static void see_generated(struct effects_work *work, struct definition *at) {
    if (at->typed)
        effects_fail(work, "0A000", "generated columns are not supported on typed tables");
    else if (at->partition && work->schema->target < 16)
        effects_fail(work, "0A000", "generated columns are not supported on partitions");
    else if (at->generated)
        effects_fail(work, "42601",
                     "multiple generation clauses specified for column \"%s\" of table \"%s\"",
                     at->def->colname, at->op->target.name);
    at->generated = true;
}

/* Since 18 a primary key's NOT NULL is a constraint like any other. */
static void see_primary(struct effects_work *work, struct definition *at) {
    if (at->nullable_said && !at->not_null && work->schema->target >= 18)
        conflicting_null(work, at);
    at->primary = true;
}

static void see_part(struct effects_work *work, struct definition *at, enum ConstrType type) {
    switch (type) {
    case CONSTR_NULL:
        see_null(work, at);
        break;
    case CONSTR_NOTNULL:
        see_not_null(work, at);
        break;
    case CONSTR_DEFAULT:
        see_default(work, at);
        break;
    case CONSTR_IDENTITY:
        see_identity(work, at);
        break;
    case CONSTR_GENERATED:
        see_generated(work, at);
        break;
    case CONSTR_PRIMARY:
        see_primary(work, at);
        break;
    default:
        break;
    }
}

static void check_pairs(struct effects_work *work, const struct definition *at) {
    const char *pair = at->has_default && at->identity    ? "default and identity"
                       : at->has_default && at->generated ? "default and generation expression"
                       : at->identity && at->generated    ? "identity and generation expression"
                                                          : NULL;

    if (pair != NULL)
        effects_fail(work, "42601", "both %s specified for column \"%s\" of table \"%s\"", pair,
                     at->def->colname, at->op->target.name);
}

/* --- DEFERRABLE and its like (transformConstraintAttrs) --- */

static bool takes_attributes(const struct Constraint *constraint) {
    return constraint != NULL &&
           (constraint->contype == CONSTR_PRIMARY || constraint->contype == CONSTR_UNIQUE ||
            constraint->contype == CONSTR_EXCLUSION || constraint->contype == CONSTR_FOREIGN);
}

struct attributes {
    const struct Constraint *of;
    bool deferrability, initially, deferrable, deferred;
};

static void see_deferrable(struct effects_work *work, struct attributes *at, bool deferrable) {
    if (!takes_attributes(at->of))
        effects_fail(work, "42601", "misplaced %sDEFERRABLE clause", deferrable ? "" : "NOT ");
    else if (at->deferrability)
        effects_fail(work, "42601", "multiple DEFERRABLE/NOT DEFERRABLE clauses not allowed");
    else if (!deferrable && at->deferred)
        effects_fail(work, "42601", "constraint declared INITIALLY DEFERRED must be DEFERRABLE");
    at->deferrability = true;
    at->deferrable = deferrable;
}

static void see_initially(struct effects_work *work, struct attributes *at, bool deferred) {
    if (!takes_attributes(at->of))
        effects_fail(work, "42601", "misplaced INITIALLY %s clause",
                     deferred ? "DEFERRED" : "IMMEDIATE");
    else if (at->initially)
        effects_fail(work, "42601", "multiple INITIALLY IMMEDIATE/DEFERRED clauses not allowed");
    else if (deferred && at->deferrability && !at->deferrable)
        effects_fail(work, "42601", "constraint declared INITIALLY DEFERRED must be DEFERRABLE");
    at->initially = true;
    at->deferred = deferred;
}

static void see_attribute(struct effects_work *work, struct attributes *at,
                          const struct Constraint *constraint) {
    switch (constraint->contype) {
    case CONSTR_ATTR_DEFERRABLE:
    case CONSTR_ATTR_NOT_DEFERRABLE:
        see_deferrable(work, at, constraint->contype == CONSTR_ATTR_DEFERRABLE);
        break;
    case CONSTR_ATTR_DEFERRED:
    case CONSTR_ATTR_IMMEDIATE:
        see_initially(work, at, constraint->contype == CONSTR_ATTR_DEFERRED);
        break;
    case CONSTR_ATTR_ENFORCED:
    case CONSTR_ATTR_NOT_ENFORCED:
        if (at->of == NULL ||
            (at->of->contype != CONSTR_CHECK && at->of->contype != CONSTR_FOREIGN))
            effects_fail(work, "42601", "misplaced %sENFORCED clause",
                         constraint->contype == CONSTR_ATTR_ENFORCED ? "" : "NOT ");
        break;
    default:
        *at = (struct attributes){.of = constraint};
        break;
    }
}

static void check_attributes(struct effects_work *work, struct node_list constraints) {
    struct attributes at = {0};

    for (size_t i = 0; i < constraints.n && !work->stopped; i++)
        see_attribute(work, &at, node_as(Constraint, constraints.v[i]));
}

/* --- the whole --- */

/* generateSerialExtraStmts, identity columns */
void effects_check_identity_type(struct effects_work *work, const struct type_use *type) {
    bool known = type_use_known(work->schema, type);
    bool fits = type->user_type == 0 && type->array_dimensions == 0 && known &&
                (strcmp(type->name, "int2") == 0 || strcmp(type->name, "int4") == 0 ||
                 strcmp(type->name, "int8") == 0);

    if (known && !fits)
        effects_fail(work, "22023", "identity column type must be smallint, integer, or bigint");
}

static void check_serial(struct effects_work *work, struct definition *at) {
    at->serial = is_serial(at->def->typeName);
    if (!at->serial)
        return;
    if (at->def->typeName->arrayBounds.n > 0)
        effects_fail(work, "0A000", "array of serial is not implemented");
    at->has_default = true;
}

void effects_check_definition(struct effects_work *work, const struct op *op,
                              const struct CreateStmt *create) {
    struct definition at = {
        .op = op,
        .def = node_as(ColumnDef, op->node),
        .typed = create != NULL && create->ofTypename != NULL,
        .partition = create != NULL && create->partbound != NULL,
    };

    check_serial(work, &at);
    check_attributes(work, at.def->constraints);
    for (size_t i = 0; i < at.def->constraints.n && !work->stopped; i++)
        see_part(work, &at, node_as(Constraint, at.def->constraints.v[i])->contype);
    if (at.serial && !work->stopped)
        see_not_null(work, &at);
    if (work->stopped)
        return;
    check_pairs(work, &at);
    if (at.identity && at.def->typeName != NULL && !work->stopped) {
        struct type_use type = type_use_of(work->schema, at.def->typeName);

        effects_check_identity_type(work, &type);
    }
}
