/* Failures of CREATE TYPE, CREATE DOMAIN, ALTER TYPE and ALTER DOMAIN (typecmds.c, pg_enum.c). */
#include "model/effects_check.h"
#include "model/names.h"

#include <string.h>

/* --- enums --- */

static void check_label(struct effects_work *work, const char *label) {
    if (label != NULL && strlen(label) > NAME_BYTES)
        effects_fail(work, "42602", "invalid enum label \"%s\"", label);
}

static void check_labels(struct effects_work *work, struct node_list labels) {
    for (size_t i = 0; i < labels.n && !work->stopped; i++) {
        const char *label = node_string(labels.v[i]);

        check_label(work, label);
        for (size_t j = 0; label != NULL && j < i; j++)
            if (node_string(labels.v[j]) != NULL && strcmp(label, node_string(labels.v[j])) == 0)
                effects_fail(work, "23505",
                             "duplicate key value violates unique constraint "
                             "\"pg_enum_typid_label_index\"");
    }
}

static void check_altered_enum(struct effects_work *work, const struct op *op) {
    const struct AlterEnumStmt *alter = node_as(AlterEnumStmt, op->node);
    const struct type *type = schema_type(work->schema, op->target);

    effects_check_named(work, OBJECT_TYPE, op->target);
    if (work->stopped)
        return;
    if (type != NULL ? type->object.kind != OBJ_ENUM
                     : schema_relation(work->schema, op->target) != NULL)
        effects_fail(work, "42809", "%s is not an enum", op->target.name);
    else
        check_label(work, alter->newVal);
}

/* --- composite types, ranges --- */

static void check_attributes(struct effects_work *work, struct node_list attributes) {
    for (size_t i = 0; i < attributes.n && !work->stopped; i++) {
        const struct ColumnDef *attribute = node_if(ColumnDef, attributes.v[i]);

        if (attribute == NULL)
            continue;
        effects_check_type(work, attribute->typeName);
        effects_check_collation(work, attribute->collClause);
        if (!work->stopped && effects_is_system_column(attribute->colname))
            effects_fail(work, "42701", "column name \"%s\" conflicts with a system column name",
                         attribute->colname);
    }
}

static const struct node *parameter_of(struct node_list parameters, const char *name) {
    for (size_t i = 0; i < parameters.n; i++) {
        const struct DefElem *parameter = node_if(DefElem, parameters.v[i]);

        if (parameter != NULL && parameter->defname != NULL &&
            strcmp(parameter->defname, name) == 0)
            return parameter->arg;
    }
    return NULL;
}

static void check_range(struct effects_work *work, const struct CreateRangeStmt *create) {
    static const char *const known[] = {"subtype",   "subtype_opclass", "collation",
                                        "canonical", "subtype_diff",    "multirange_type_name"};

    for (size_t i = 0; i < create->params.n; i++) {
        const struct DefElem *parameter = node_if(DefElem, create->params.v[i]);
        bool found = parameter == NULL || parameter->defname == NULL;

        for (size_t j = 0; !found && j < sizeof(known) / sizeof(*known); j++)
            found =
                strcmp(parameter->defname, known[j]) == 0 && (j < 5 || work->schema->target >= 14);
        if (!found)
            effects_fail(work, "42601", "type attribute \"%s\" not recognized", parameter->defname);
    }
    if (parameter_of(create->params, "subtype") == NULL)
        effects_fail(work, "42601", "type attribute \"subtype\" is required");
    else if (!work->stopped)
        effects_check_type(work, node_if(TypeName, parameter_of(create->params, "subtype")));
}

/* --- domains --- */

static const char *impossible(enum ConstrType type) {
    switch (type) {
    case CONSTR_UNIQUE:
        return "unique constraints not possible for domains";
    case CONSTR_PRIMARY:
        return "primary key constraints not possible for domains";
    case CONSTR_EXCLUSION:
        return "exclusion constraints not possible for domains";
    case CONSTR_FOREIGN:
        return "foreign key constraints not possible for domains";
    default:
        return NULL;
    }
}

static void check_domain_default(struct effects_work *work, const char *domain,
                                 const struct type_use *type, const struct node *expr) {
    effects_check_default(work, expr, type, domain);
}

static void check_domain_check(struct effects_work *work, const struct type_use *type,
                               const struct node *expr) {
    struct expr_scope scope = {.schema = work->schema, .value = type};
    struct expr_info info;

    if (expr == NULL)
        return;
    if (effects_has_subquery(work, expr)) {
        effects_fail(work, "0A000", "cannot use subquery in check constraint");
        return;
    }
    info = expr_analyse(&scope, expr);
    effects_check_functions(work, &info);
}

struct nullability {
    bool null, not_null, has_default;
};

static void check_domain_constraint(struct effects_work *work, const char *domain,
                                    const struct type_use *type,
                                    const struct Constraint *constraint, struct nullability *seen) {
    const char *why = impossible(constraint->contype);

    if (why != NULL)
        effects_fail(work, "42601", "%s", why);
    else if ((constraint->contype == CONSTR_NULL && seen->not_null) ||
             (constraint->contype == CONSTR_NOTNULL && seen->null))
        effects_fail(work, "42601", "conflicting NULL/NOT NULL constraints");
    else if (constraint->contype == CONSTR_DEFAULT && seen->has_default)
        effects_fail(work, "42601", "multiple default expressions");
    else if (constraint->contype == CONSTR_DEFAULT)
        check_domain_default(work, domain, type, constraint->raw_expr);
    else if (constraint->contype == CONSTR_CHECK && constraint->is_no_inherit)
        effects_fail(work, "42P16", "check constraints for domains cannot be marked NO INHERIT");
    else if (constraint->contype == CONSTR_CHECK)
        check_domain_check(work, type, constraint->raw_expr);
    seen->null |= constraint->contype == CONSTR_NULL;
    seen->not_null |= constraint->contype == CONSTR_NOTNULL;
    seen->has_default |= constraint->contype == CONSTR_DEFAULT;
}

/* DefineDomain */
static void check_created_domain(struct effects_work *work, const struct op *op) {
    const struct CreateDomainStmt *create = node_as(CreateDomainStmt, op->node);
    struct type_use type = type_use_of(work->schema, create->typeName);
    const struct catalog_type *known = type.name != NULL && type.user_type == 0
                                           ? catalog_type(type.name, work->schema->target)
                                           : NULL;
    struct nullability seen = {0};

    if (known != NULL && known->kind == CATALOG_PSEUDO)
        effects_fail(work, "42804", "\"%s\" is not a valid base type for a domain", type.name);
    effects_check_collation(work, create->collClause);
    for (size_t i = 0; i < create->constraints.n && !work->stopped; i++) {
        const struct Constraint *constraint = node_if(Constraint, create->constraints.v[i]);

        if (constraint != NULL)
            check_domain_constraint(work, op->target.name, &type, constraint, &seen);
    }
}

static void check_altered_domain(struct effects_work *work, const struct op *op) {
    const struct type *domain = schema_type(work->schema, op->target);
    const struct AlterDomainStmt *alter = node_if(AlterDomainStmt, op->node);
    const struct Constraint *constraint = alter != NULL ? node_if(Constraint, alter->def) : NULL;
    struct nullability seen = {0};

    effects_check_named(work, OBJECT_DOMAIN, op->target);
    if (work->stopped)
        return;
    if (domain != NULL ? domain->object.kind != OBJ_DOMAIN
                       : schema_relation(work->schema, op->target) != NULL) {
        effects_fail(work, "42809", "%s is not a domain", op->target.name);
        return;
    }
    if (domain == NULL)
        return;
    if (op->kind == OP_ALTER_DOMAIN_SET_DEFAULT)
        check_domain_default(work, domain->object.name, &domain->base, alter->def);
    else if (op->kind == OP_ALTER_DOMAIN_ADD_CONSTRAINT && constraint != NULL)
        check_domain_constraint(work, domain->object.name, &domain->base, constraint, &seen);
}

static void check_renamed_constraint(struct effects_work *work, const struct op *op) {
    const struct type *domain = schema_type(work->schema, op->target);

    for (size_t i = 0; domain != NULL && i < domain->constraint_count; i++)
        if (domain->constraints[i].name != NULL && op->object != NULL &&
            strcmp(domain->constraints[i].name, op->object) == 0)
            return;
    effects_check_named(work, OBJECT_DOMAIN, op->target);
    if (domain != NULL && !domain->object.assumed && domain->object.kind == OBJ_DOMAIN &&
        op->object != NULL && !domain->not_null)
        effects_fail(work, "42704", "constraint \"%s\" for domain %s does not exist", op->object,
                     domain->object.name);
}

void effects_check_types(struct effects_work *work, const struct op *op) {
    switch (op->kind) {
    case OP_CREATE_ENUM:
        check_labels(work, node_as(CreateEnumStmt, op->node)->vals);
        break;
    case OP_ALTER_ENUM_ADD_VALUE:
    case OP_ALTER_ENUM_RENAME_VALUE:
        check_altered_enum(work, op);
        break;
    case OP_CREATE_COMPOSITE_TYPE:
        check_attributes(work, node_as(CompositeTypeStmt, op->node)->coldeflist);
        break;
    case OP_CREATE_RANGE:
        check_range(work, node_as(CreateRangeStmt, op->node));
        break;
    case OP_CREATE_DOMAIN:
        check_created_domain(work, op);
        break;
    case OP_RENAME_DOMAIN_CONSTRAINT:
        check_renamed_constraint(work, op);
        break;
    default:
        check_altered_domain(work, op);
        break;
    }
}
