/* CREATE TABLE in its forms, and what columns are made of. */
#include "model/op_build.h"

#include <string.h>

static bool is_attribute(const struct Constraint *constraint) {
    return constraint->contype >= CONSTR_ATTR_DEFERRABLE &&
           constraint->contype <= CONSTR_ATTR_NOT_ENFORCED;
}

static enum op_kind constraint_op(const struct Constraint *constraint) {
    switch (constraint->contype) {
    case CONSTR_NOTNULL:
        return OP_ADD_NOT_NULL;
    case CONSTR_DEFAULT:
        return OP_SET_DEFAULT;
    case CONSTR_IDENTITY:
        return OP_ADD_IDENTITY;
    case CONSTR_GENERATED:
        return OP_ADD_GENERATED;
    case CONSTR_CHECK:
        return OP_ADD_CHECK;
    case CONSTR_PRIMARY:
        return OP_ADD_PRIMARY_KEY;
    case CONSTR_UNIQUE:
        return OP_ADD_UNIQUE;
    case CONSTR_EXCLUSION:
        return OP_ADD_EXCLUSION;
    case CONSTR_FOREIGN:
        return OP_ADD_FOREIGN_KEY;
    default:
        return OP_UNKNOWN;
    }
}

static bool can_be_not_enforced(const struct Constraint *constraint) {
    return constraint->contype == CONSTR_CHECK || constraint->contype == CONSTR_FOREIGN;
}

struct op *op_add_constraint(struct op_builder *builder, const struct node *stmt,
                             const struct Constraint *constraint, const char *column) {
    enum op_kind kind = constraint_op(constraint);
    struct op *op;

    if (kind == OP_UNKNOWN)
        return NULL;
    op = op_add(builder, kind, stmt, &constraint->tree_node);
    op->column = column;
    op->object = constraint->conname;
    op->other = name_of_range_var(constraint->pktable);
    op->not_valid = constraint->skip_validation;
    op->using_index = constraint->indexname != NULL;
    op->new_name = constraint->indexname;
    op->deferrable = constraint->deferrable || constraint->initdeferred;
    op->initially_deferred = constraint->initdeferred;
    /* Grammars before 18 have no such field, and no such constraints. */
    op->not_enforced =
        can_be_not_enforced(constraint) && sql_grammar_major() >= 18 && !constraint->is_enforced;
    if (kind == OP_ADD_NOT_NULL && !column && constraint->keys.n > 0)
        op->column = node_string(constraint->keys.v[0]);
    return op;
}

/* An attribute stands behind the constraint that it belongs to (transformConstraintAttrs). */
static void apply_attribute(struct op *op, const struct Constraint *attribute) {
    switch (attribute->contype) {
    case CONSTR_ATTR_DEFERRABLE:
        op->deferrable = true;
        break;
    case CONSTR_ATTR_DEFERRED:
        op->deferrable = op->initially_deferred = true;
        break;
    case CONSTR_ATTR_NOT_ENFORCED:
        op->not_enforced = true;
        break;
    case CONSTR_ATTR_ENFORCED:
        op->not_enforced = false;
        break;
    default:
        break;
    }
}

/* From the constraint to the next one that is not an attribute, or the end of the column. */
static struct span inline_span(struct op_builder *builder, struct node_list list, size_t index,
                               struct word_range element) {
    const struct Constraint *constraint = node_as(Constraint, list.v[index]);
    struct word_range range = {word_at(builder, constraint->location), element.end};

    for (size_t i = index + 1; i < list.n; i++) {
        const struct Constraint *next = node_as(Constraint, list.v[i]);
        size_t word = word_at(builder, next->location);
        if (!is_attribute(next) && word > range.start && word < range.end) {
            range.end = word;
            break;
        }
    }
    if (range.start >= range.end)
        range = element;
    return words_span(builder, range);
}

static bool is_serial(const struct ColumnDef *column) {
    static const char *const names[] = {"smallserial", "serial2",   "serial",
                                        "serial4",     "bigserial", "serial8"};
    const char *name;

    if (!column->typeName || column->typeName->names.n != 1)
        return false;
    name = node_string(column->typeName->names.v[0]);
    for (size_t i = 0; name && i < sizeof(names) / sizeof(*names); i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

/* What the column's operation says of its parts, too. */
static void part_of_column(struct op *op, const struct op *column, struct span span) {
    op->target = column->target;
    op->column = column->column;
    op->span = span;
    op->object_type = column->object_type;
    op->only = column->only;
    op->temporary = column->temporary;
    op->if_not_exists = column->if_not_exists;
    op->missing_ok = column->missing_ok;
    op->in_create = column->in_create;
    op->is_inline = true;
}

static void add_inline_constraints(struct op_builder *builder, const struct op *column_op,
                                   struct node_list list, struct word_range element) {
    struct op column = *column_op, *last = NULL;

    for (size_t i = 0; i < list.n; i++) {
        const struct Constraint *constraint = node_as(Constraint, list.v[i]);
        struct op *op;
        if (is_attribute(constraint)) {
            if (last)
                apply_attribute(last, constraint);
            continue;
        }
        op = op_add_constraint(builder, column.stmt, constraint, column.column);
        if (op)
            part_of_column(op, &column, inline_span(builder, list, i, element));
        last = op;
    }
}

void op_add_column(struct op_builder *builder, struct op base, const struct ColumnDef *column) {
    size_t word = word_at(builder, column->location);
    struct word_range element = words_element(builder, word);
    struct op *op = op_add(builder, OP_ADD_COLUMN, base.stmt, &column->tree_node);
    unsigned index = op->index;

    base.kind = OP_ADD_COLUMN;
    base.node = &column->tree_node;
    base.index = index;
    base.column = column->colname;
    if (base.in_create)
        base.span = words_span(builder, element);
    *op = base;
    if (is_serial(column))
        part_of_column(op_add(builder, OP_ADD_SERIAL, base.stmt, &column->tree_node), &base,
                       words_span(builder, (struct word_range){word, word + 2}));
    add_inline_constraints(builder, &base, column->constraints, element);
}

static void add_like(struct op_builder *builder, const struct op *base,
                     const struct TableLikeClause *like) {
    size_t word = word_at(builder, like->relation->location);
    struct word_range element = words_element(builder, word);
    struct op *op = op_add(builder, OP_COPY_TABLE_DEFINITION, base->stmt, &like->tree_node);

    if (element.start > 0 && element.end > element.start)
        element.start--;
    op->target = base->target;
    op->temporary = base->temporary;
    op->in_create = true;
    op->other = name_of_range_var(like->relation);
    op->span = words_span(builder, element);
}

static void add_table_constraint(struct op_builder *builder, const struct op *base,
                                 const struct Constraint *constraint) {
    struct op *op = op_add_constraint(builder, base->stmt, constraint, NULL);

    if (!op)
        return;
    op->target = base->target;
    op->temporary = base->temporary;
    op->if_not_exists = base->if_not_exists;
    op->in_create = true;
    op->span = words_span(builder, words_element(builder, word_at(builder, constraint->location)));
}

static void add_elements(struct op_builder *builder, const struct op *base,
                         struct node_list elements) {
    for (size_t i = 0; i < elements.n; i++) {
        const struct node *element = elements.v[i];
        if (!element)
            continue;
        if (element->kind == NODE_ColumnDef)
            op_add_column(builder, *base, node_as(ColumnDef, element));
        else if (element->kind == NODE_Constraint)
            add_table_constraint(builder, base, node_as(Constraint, element));
        else if (element->kind == NODE_TableLikeClause)
            add_like(builder, base, node_as(TableLikeClause, element));
    }
}

static void add_parents(struct op_builder *builder, const struct op *base,
                        struct node_list parents) {
    for (size_t i = 0; i < parents.n; i++) {
        const struct RangeVar *parent = node_as(RangeVar, parents.v[i]);
        struct op *op = op_add(builder, OP_ADD_INHERIT, base->stmt, parents.v[i]);
        op->target = base->target;
        op->temporary = base->temporary;
        op->if_not_exists = base->if_not_exists;
        op->in_create = true;
        op->other = name_of_range_var(parent);
        op->span = span_of_relation(builder, parent);
    }
}

static void build_create_table(struct op_builder *builder, const struct CreateStmt *create,
                               const struct node *stmt) {
    bool foreign = stmt->kind == NODE_CreateForeignTableStmt;
    bool partition = create->partbound != NULL;
    struct op *op = op_add(builder,
                           foreign     ? OP_CREATE_FOREIGN_TABLE
                           : partition ? OP_CREATE_PARTITION
                                       : OP_CREATE_TABLE,
                           stmt, stmt);
    struct op base;

    op_set_target(op, builder, create->relation);
    op->only = false;
    op->object_type = foreign ? OBJECT_FOREIGN_TABLE : OBJECT_TABLE;
    op->if_not_exists = create->if_not_exists;
    op->span = span_to_relation(builder, create->relation);
    if (partition && create->inhRelations.n > 0)
        op->other = name_of_range_var(node_as(RangeVar, create->inhRelations.v[0]));
    base = *op;
    base.in_create = true;
    base.other = (struct name){0};
    if (!partition)
        add_parents(builder, &base, create->inhRelations);
    add_elements(builder, &base, create->tableElts);
    add_elements(builder, &base, create->constraints);
}

static void build_create_table_as(struct op_builder *builder, const struct IntoClause *into,
                                  const struct node *stmt, bool matview, bool if_not_exists) {
    struct op *op = op_add(builder, matview ? OP_CREATE_MATVIEW : OP_CREATE_TABLE_AS, stmt, stmt);

    op_set_target(op, builder, into->rel);
    op->only = false;
    op->object_type = matview ? OBJECT_MATVIEW : OBJECT_TABLE;
    op->if_not_exists = if_not_exists;
    op->span = span_to_relation(builder, into->rel);
}

/* INTO belongs to the leftmost SELECT of a set operation. */
static const struct IntoClause *select_into(const struct node *stmt) {
    const struct SelectStmt *select = node_if(SelectStmt, stmt);

    while (select && select->larg)
        select = select->larg;
    return select ? select->intoClause : NULL;
}

bool op_build_table(struct op_builder *builder, const struct node *stmt) {
    const struct IntoClause *into = select_into(stmt);

    if (into && into->rel) {
        build_create_table_as(builder, into, stmt, false, false);
    } else if (stmt->kind == NODE_CreateStmt) {
        build_create_table(builder, node_as(CreateStmt, stmt), stmt);
    } else if (stmt->kind == NODE_CreateForeignTableStmt) {
        build_create_table(builder, node_as(CreateForeignTableStmt, stmt)->base, stmt);
    } else if (stmt->kind == NODE_CreateTableAsStmt) {
        const struct CreateTableAsStmt *as = node_as(CreateTableAsStmt, stmt);
        build_create_table_as(builder, as->into, stmt, as->objtype == OBJECT_MATVIEW,
                              as->if_not_exists);
    } else {
        return false;
    }
    return true;
}
