/* Constraints: CHECK, NOT NULL, those of indexes, and what ALTER TABLE does with them. */
#include "model/apply_op.h"

#include "model/depend.h"

#include <string.h>

struct name_list name_list_of(struct apply *apply, struct node_list list) {
    const char **names = arena_array(apply->arena, const char *, list.n);
    size_t n = 0;

    for (size_t i = 0; i < list.n; i++)
        if (node_string(list.v[i]))
            names[n++] = node_string(list.v[i]);
    return (struct name_list){n, names};
}

/* The one column that an expression names, else NULL: it goes into the name (AddRelationNewConstraints). */
static const char *only_column(const struct relation *relation, struct references uses) {
    const struct column *found = NULL;

    for (size_t i = 0; i < uses.n; i++) {
        if (uses.v[i].id != relation->object.id || !uses.v[i].column)
            continue;
        if (found)
            return NULL;
        found = relation_column_by_number(relation, uses.v[i].column);
    }
    return found ? found->name : NULL;
}

/* The columns that a CHECK names, in the order of the table. */
static struct name_list named_columns(struct apply *apply, const struct relation *relation,
                                      struct references uses) {
    const char **names = arena_array(apply->arena, const char *, relation->column_count);
    size_t n = 0;

    for (size_t i = 0; i < relation->column_count; i++)
        if (references_has(uses, relation->object.id, relation->columns[i].number))
            names[n++] = relation->columns[i].name;
    return (struct name_list){n, names};
}

struct constraint new_constraint(const struct apply *apply, enum constraint_kind kind) {
    const struct op *op = apply->op;

    return (struct constraint){
        .kind = kind,
        .name = op->object,
        .def = node_if(Constraint, op->node),
        .source = apply->statement,
        .span = op->span,
        .validated = !op->not_valid && !op->not_enforced,
        .enforced = !op->not_enforced,
        .deferrable = op->deferrable,
        .initially_deferred = op->initially_deferred,
        .local = true,
        .not_certain = apply->conditional,
    };
}

/* An equal name merges (MergeWithExistingConstraint); the expressions are taken to be the same. */
void inherit_check(struct apply *apply, struct relation *child,
                   const struct constraint *constraint) {
    const struct constraint *old = relation_constraint(child, constraint->name);
    const struct relation *parent = NULL;
    struct constraint copy = *constraint;

    if ((constraint->kind != CONSTRAINT_CHECK && constraint->kind != CONSTRAINT_NOT_NULL) ||
        constraint->no_inherit)
        return;
    if (old) {
        relation_edit_constraint(apply->schema, child, old->id)->inherited = true;
        return;
    }
    if (constraint->kind == CONSTRAINT_NOT_NULL) {
        set_not_null(apply, child, constraint->columns.v[0], constraint->name, false,
                     constraint->validated);
        return;
    }
    parent = child->parents.n ? schema_relation_by_id(apply->schema, child->parents.v[0]) : NULL;
    copy.id = 0;
    copy.inherited = true;
    copy.local = false;
    copy.parent = constraint->id;
    copy.comment = NULL;
    if (parent)
        copy.uses = uses_on(apply, constraint->uses, parent, child);
    relation_add_constraint(apply->schema, child, &copy);
    schema_note_uses(apply->schema, child->object.id, copy.uses);
}

static void add_check_to_child(struct apply *apply, struct relation *child, void *context) {
    inherit_check(apply, child, context);
}

static bool check_children(struct apply *apply, const struct relation *relation) {
    return !(apply->op->only && !apply->op->in_create && relation->children.n > 0 &&
             refuse(apply, object_is_certain(&relation->object), "42P16",
                    "constraint must be added to child tables too"));
}

static void add_check(struct apply *apply, struct relation *relation) {
    const struct Constraint *def = node_as(Constraint, apply->op->node);
    struct constraint check = new_constraint(apply, CONSTRAINT_CHECK), *made;

    check.expr = def->raw_expr;
    check.no_inherit = def->is_no_inherit;
    check.uses = expression_uses(apply->schema, check.expr, relation);
    check.columns = named_columns(apply, relation, check.uses);
    if (check.name && relation_constraint(relation, check.name) &&
        relation_constraint(relation, check.name)->inherited &&
        relation_constraint(relation, check.name)->kind == CONSTRAINT_CHECK) {
        relation_edit_constraint(apply->schema, relation,
                                 relation_constraint(relation, check.name)->id)
            ->local = true;
        return;
    }
    if (check.name && constraint_name_taken(apply, relation, check.name))
        return;
    if (!check.no_inherit && !check_children(apply, relation))
        return;
    if (!check.name)
        check.name =
            choose_constraint_name(apply, relation, only_column(relation, check.uses), "check");
    /* A new table has no rows that could break it: NOT VALID is ignored there. */
    if (apply->op->in_create && check.enforced)
        check.validated = true;
    made = relation_add_constraint(apply->schema, relation, &check);
    schema_note_uses(apply->schema, relation->object.id, check.uses);
    if (!apply->op->in_create && !check.no_inherit)
        each_descendant(apply, relation->object.id, false, add_check_to_child, made);
}

static void add_not_null(struct apply *apply, struct relation *relation) {
    struct column *column = need_column(apply, relation, apply->op->column);

    if (column)
        set_not_null(apply, relation, column->name, apply->op->object, true,
                     !apply->op->not_valid || apply->op->in_create);
}

void apply_add_constraint(struct apply *apply) {
    struct relation *relation = edit_target(apply, OBJ_TABLE);

    if (!relation)
        return;
    switch (apply->op->kind) {
    case OP_ADD_CHECK:
        add_check(apply, relation);
        break;
    case OP_ADD_NOT_NULL:
        add_not_null(apply, relation);
        break;
    case OP_ADD_FOREIGN_KEY:
        apply_add_foreign_key(apply, relation);
        break;
    default:
        add_index_constraint(apply, relation);
        break;
    }
}

/* --- what is done with them --- */

/* Constraints of a table whose constraints may not all be known are made up, as others are. */
static const struct constraint *need_constraint(struct apply *apply,
                                                const struct relation *relation) {
    const struct op *op = apply->op;
    const struct constraint *constraint = relation_constraint(relation, op->object);

    if (!constraint && !op->missing_ok)
        refuse(apply,
               !relation->object.assumed && !relation->object.not_certain &&
                   relation->columns_known,
               "42704", "constraint \"%s\" of relation \"%s\" does not exist", op->object,
               relation->object.name);
    return constraint;
}

static void mark_valid(struct apply *apply, struct relation *relation, void *context) {
    const char *name = context;
    const struct constraint *constraint = relation_constraint(relation, name);
    struct column *column;

    if (!constraint)
        return;
    relation_edit_constraint(apply->schema, relation, constraint->id)->validated = true;
    if (constraint->kind != CONSTRAINT_NOT_NULL)
        return;
    column = relation_edit_column(apply->schema, relation, constraint->columns.v[0]);
    if (column)
        column->not_null = KNOWN_YES;
}

static void validate(struct apply *apply, struct relation *relation,
                     const struct constraint *constraint) {
    char *name = arena_strdup(apply->arena, constraint->name);

    if (!constraint->enforced) {
        refuse(apply, true, "55000", "cannot validate NOT ENFORCED constraint");
        return;
    }
    if (constraint->kind != CONSTRAINT_CHECK && constraint->kind != CONSTRAINT_FOREIGN_KEY &&
        constraint->kind != CONSTRAINT_NOT_NULL) {
        refuse(apply, true, "42809",
               "constraint \"%s\" of relation \"%s\" is not a foreign key or check constraint",
               constraint->name, relation->object.name);
        return;
    }
    each_descendant(apply, relation->object.id, true, mark_valid, name);
}

static void alter_to(struct constraint *constraint, const struct node *def) {
    const struct ATAlterConstraint *alter = node_if(ATAlterConstraint, def);
    const struct Constraint *older = node_if(Constraint, def);

    if (older) {
        constraint->deferrable = older->deferrable;
        constraint->initially_deferred = older->initdeferred;
        return;
    }
    if (alter && alter->alterDeferrability) {
        constraint->deferrable = alter->deferrable;
        constraint->initially_deferred = alter->initdeferred;
    }
    if (alter && alter->alterEnforceability) {
        constraint->enforced = alter->is_enforced;
        constraint->validated = alter->is_enforced;
    }
    if (alter && alter->alterInheritability)
        constraint->no_inherit = alter->noinherit;
}

static void alter_constraint(struct apply *apply, struct relation *relation,
                             const struct constraint *constraint) {
    const struct AlterTableCmd *action = node_as(AlterTableCmd, apply->op->node);
    const struct ATAlterConstraint *alter = node_if(ATAlterConstraint, action->def);

    if (constraint->kind != CONSTRAINT_FOREIGN_KEY && !(alter && alter->alterInheritability)) {
        refuse(apply, true, "42809",
               "constraint \"%s\" of relation \"%s\" is not a foreign key constraint",
               constraint->name, relation->object.name);
        return;
    }
    alter_to(relation_edit_constraint(apply->schema, relation, constraint->id), action->def);
}

void apply_constraint_action(struct apply *apply) {
    struct relation *relation = edit_target(apply, OBJ_TABLE);
    const struct constraint *constraint;

    if (!relation)
        return;
    constraint = need_constraint(apply, relation);
    if (!constraint)
        return;
    if (apply->op->kind == OP_VALIDATE_CONSTRAINT)
        validate(apply, relation, constraint);
    else if (apply->op->kind == OP_ALTER_CONSTRAINT)
        alter_constraint(apply, relation, constraint);
    else
        drop_table_constraint(apply, relation, constraint);
}
