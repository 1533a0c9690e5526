/* Domains. */
#include "model/apply_op.h"

#include "model/expr_type.h"
#include "model/names.h"

#include <string.h>

static void note_domain_uses(struct apply *apply, const struct type *type) {
    schema_note_uses(apply->schema, type->object.id, type->uses);
    schema_note_use(apply->schema, type->object.id, type->base.user_type);
    for (size_t i = 0; i < type->constraint_count; i++)
        schema_note_uses(apply->schema, type->object.id, type->constraints[i].uses);
}

struct taken_name {
    struct apply *apply;
    const char *namespace;
};

static bool is_taken(const char *name, void *context) {
    struct taken_name *taken = context;
    return schema_has_constraint_name(taken->apply->schema, taken->namespace, name);
}

static const struct domain_constraint *find_constraint(const struct type *type, const char *name) {
    for (size_t i = 0; name && i < type->constraint_count; i++)
        if (type->constraints[i].name && strcmp(type->constraints[i].name, name) == 0)
            return &type->constraints[i];
    return NULL;
}

static void put_constraints(struct type *type, struct domain_constraint *list, size_t n) {
    type->constraints = list;
    type->constraint_count = n;
}

static struct domain_constraint *copy_constraints(struct apply *apply, const struct type *type) {
    struct domain_constraint *list =
        arena_array(apply->arena, struct domain_constraint, type->constraint_count + 1);

    if (type->constraint_count > 0)
        memcpy(list, type->constraints, type->constraint_count * sizeof(*list));
    return list;
}

static void add_domain_constraint(struct apply *apply, struct type *type,
                                  const struct Constraint *def) {
    struct taken_name taken = {apply, type->object.schema};
    struct domain_constraint *list = copy_constraints(apply, type);
    struct domain_constraint *added = &list[type->constraint_count];

    if (def->conname && find_constraint(type, def->conname) &&
        refuse(apply, object_is_certain(&type->object), "42710",
               "constraint \"%s\" for domain \"%s\" already exists", def->conname,
               type->object.name))
        return;
    added->name = def->conname
                      ? def->conname
                      : name_choose(apply->arena, type->object.name, NULL,
                                    def->raw_expr ? "check" : "not_null", is_taken, &taken);
    added->expr = def->raw_expr;
    added->validated = !def->skip_validation;
    added->source = apply->statement;
    added->def = def;
    added->uses = expression_uses(apply->schema, def->raw_expr, NULL);
    put_constraints(type, list, type->constraint_count + 1);
    schema_count_constraint_name(apply->schema, type->object.schema, added->name, 1);
}

/* NOT NULL is a constraint with a name since 17. */
static void set_domain_not_null(struct apply *apply, struct type *type,
                                const struct Constraint *def) {
    type->not_null = true;
    if (apply->schema->target >= 17 && def)
        add_domain_constraint(apply, type, def);
}

static void set_domain_default(struct apply *apply, struct type *type, const struct node *expr,
                               struct span span) {
    type->default_expr = expr;
    type->default_source = expr ? apply->statement : NULL;
    type->default_span = expr ? span_behind(apply->statement, span, "default") : (struct span){0};
    type->uses = expression_uses(apply->schema, expr, NULL);
}

static void add_domain_part(struct apply *apply, struct type *type,
                            const struct Constraint *constraint) {
    if (constraint->contype == CONSTR_CHECK) {
        add_domain_constraint(apply, type, constraint);
    } else if (constraint->contype == CONSTR_NOTNULL) {
        set_domain_not_null(apply, type, constraint);
    } else if (constraint->contype == CONSTR_DEFAULT) {
        set_domain_default(
            apply, type, constraint->raw_expr,
            (struct span){(size_t)constraint->location, apply->op->statement->span.end});
    }
}

void create_domain(struct apply *apply) {
    const struct CreateDomainStmt *create = node_as(CreateDomainStmt, apply->op->node);
    struct type *type = make_type(apply, OBJ_DOMAIN);

    if (!type)
        return;
    type->base = type_use_of(apply->schema, create->typeName);
    type->collation =
        create->collClause ? node_list_last_string(create->collClause->collname) : NULL;
    for (size_t i = 0; i < create->constraints.n && !refused(apply); i++)
        if (node_if(Constraint, create->constraints.v[i]))
            add_domain_part(apply, type, node_as(Constraint, create->constraints.v[i]));
    note_domain_uses(apply, type);
}

static void drop_domain_constraint(struct apply *apply, struct type *type, const char *name,
                                   bool missing_ok) {
    const struct domain_constraint *found = find_constraint(type, name);
    struct domain_constraint *list;
    size_t n = 0;

    if (!found) {
        if (!missing_ok)
            refuse(apply, object_is_certain(&type->object), "42704",
                   "constraint \"%s\" of domain \"%s\" does not exist", name, type->object.name);
        return;
    }
    if (!found->expr)
        type->not_null = false;
    list = copy_constraints(apply, type);
    for (size_t i = 0; i < type->constraint_count; i++)
        if (&type->constraints[i] != found)
            list[n++] = type->constraints[i];
    schema_count_constraint_name(apply->schema, type->object.schema, name, -1);
    put_constraints(type, list, n);
}

static void validate_domain_constraint(struct apply *apply, struct type *type) {
    const struct domain_constraint *found = find_constraint(type, apply->op->object);
    struct domain_constraint *list;

    if (!found) {
        refuse(apply, object_is_certain(&type->object), "42704",
               "constraint \"%s\" of domain \"%s\" does not exist", apply->op->object,
               type->object.name);
        return;
    }
    list = copy_constraints(apply, type);
    list[found - type->constraints].validated = true;
    put_constraints(type, list, type->constraint_count);
}

static void drop_domain_not_null(struct apply *apply, struct type *type) {
    type->not_null = false;
    for (size_t i = 0; i < type->constraint_count; i++)
        if (!type->constraints[i].expr) {
            drop_domain_constraint(apply, type, type->constraints[i].name, true);
            return;
        }
}

void alter_domain(struct apply *apply) {
    const struct AlterDomainStmt *alter = node_as(AlterDomainStmt, apply->op->node);
    struct type *type = edit_type(apply, OBJ_DOMAIN);
    static const struct Constraint not_null = {.contype = CONSTR_NOTNULL};

    if (!type)
        return;
    switch (apply->op->kind) {
    case OP_ALTER_DOMAIN_SET_DEFAULT:
    case OP_ALTER_DOMAIN_DROP_DEFAULT:
        set_domain_default(apply, type, alter->def, apply->op->span);
        break;
    case OP_ALTER_DOMAIN_SET_NOT_NULL:
        if (!type->not_null)
            set_domain_not_null(apply, type, &not_null);
        break;
    case OP_ALTER_DOMAIN_DROP_NOT_NULL:
        drop_domain_not_null(apply, type);
        break;
    case OP_ALTER_DOMAIN_ADD_CONSTRAINT:
        add_domain_part(apply, type, node_as(Constraint, alter->def));
        break;
    case OP_ALTER_DOMAIN_DROP_CONSTRAINT:
        drop_domain_constraint(apply, type, alter->name, alter->missing_ok);
        break;
    default:
        validate_domain_constraint(apply, type);
        break;
    }
    note_domain_uses(apply, type);
}
