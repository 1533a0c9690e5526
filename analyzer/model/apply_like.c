/* CREATE TABLE (LIKE source INCLUDING ...) (transformTableLikeClause, expandTableLikeClause). */
#include "model/apply_op.h"

#include "model/expr_type.h"

#include <string.h>

/* parsenodes.h, TableLikeOption. */
enum {
    LIKE_COMMENTS = 1 << 0,
    LIKE_COMPRESSION = 1 << 1,
    LIKE_CONSTRAINTS = 1 << 2,
    LIKE_DEFAULTS = 1 << 3,
    LIKE_GENERATED = 1 << 4,
    LIKE_IDENTITY = 1 << 5,
    LIKE_INDEXES = 1 << 6,
    LIKE_STORAGE = 1 << 8,
};

static void copy_default(struct apply *apply, struct relation *table, const struct relation *source,
                         struct column *column, const struct column *old, int options) {
    bool wanted = (options & (old->generated ? LIKE_GENERATED : LIKE_DEFAULTS)) != 0;

    if (!wanted) {
        column->default_expr = NULL;
        column->has_default = KNOWN_NO;
        column->generated = GENERATED_NOT;
        column->default_uses = (struct references){0};
        return;
    }
    column->default_uses = uses_on(apply, old->default_uses, source, table);
    schema_note_uses(apply->schema, table->object.id, column->default_uses);
}

/* Since 18 the NOT NULL keeps its name where that is free. */
static const char *not_null_name(const struct relation *table, const struct relation *source,
                                 const char *column) {
    for (size_t i = 0; i < source->constraint_count; i++) {
        const struct constraint *constraint = source->constraints[i];
        if (constraint->kind == CONSTRAINT_NOT_NULL &&
            strcmp(constraint->columns.v[0], column) == 0)
            return relation_constraint(table, constraint->name) ? NULL : constraint->name;
    }
    return NULL;
}

/* A parent gives the column as well: they become one (MergeAttributes). */
static void merge_column(struct apply *apply, struct relation *table, const struct relation *source,
                         const struct column *old, int options) {
    struct column *column = relation_edit_column(apply->schema, table, old->name);

    if (!column->inherited || column->local) {
        refuse(apply, true, "42701", "column \"%s\" specified more than once", old->name);
        return;
    }
    if (type_use_same(&column->type, &old->type) == KNOWN_NO) {
        refuse(apply, true, "42804", "column \"%s\" has a type conflict", old->name);
        return;
    }
    column->local = true;
    if (old->default_expr && (options & (old->generated ? LIKE_GENERATED : LIKE_DEFAULTS))) {
        column->default_expr = old->default_expr;
        column->default_source = old->default_source;
        column->default_span = old->default_span;
        column->default_type = old->default_type;
        column->has_default = old->has_default;
        column->generated = old->generated;
        copy_default(apply, table, source, column, old, options);
    }
    if (old->not_null == KNOWN_YES)
        set_not_null(apply, table, old->name, not_null_name(table, source, old->name), true, true);
}

static void copy_column(struct apply *apply, struct relation *table, const struct relation *source,
                        const struct column *old, int options) {
    struct column *column;
    unsigned number;

    if (relation_column(table, old->name)) {
        merge_column(apply, table, source, old, options);
        return;
    }
    column = relation_add_column(apply->schema, table);
    number = column->number;
    *column = *old;
    column->number = number;
    column->unit = apply->schema->unit;
    column->inherited = false;
    column->local = true;
    column->owned_sequence = 0;
    column->identity = '\0';
    column->statistics = -1;
    column->not_null = old->not_null == KNOWN_YES ? KNOWN_NO : old->not_null;
    column->options = (struct node_list){0};
    if (!(options & LIKE_STORAGE))
        column->storage = NULL;
    if (!(options & LIKE_COMPRESSION))
        column->compression = NULL;
    if (!(options & LIKE_COMMENTS))
        column->comment = NULL;
    copy_default(apply, table, source, column, old, options);
    schema_note_use(apply->schema, table->object.id, column->type.user_type);
    if (old->not_null == KNOWN_YES)
        set_not_null(apply, table, old->name, not_null_name(table, source, old->name), true, true);
}

static struct DefElem *number_option(struct apply *apply, const char *name, int value) {
    struct DefElem *option = arena_new(apply->arena, struct DefElem);
    struct Integer *number = arena_new(apply->arena, struct Integer);

    *number = (struct Integer){{NODE_Integer}, value};
    *option = (struct DefElem){.tree_node = {NODE_DefElem}, .arg = &number->tree_node};
    option->defname = name;
    return option;
}

/* The source's options with the limit that its type set (sequence_options tells all of them). */
static struct node_list copied_options(struct apply *apply, const struct relation *sequence) {
    const char *type = sequence->sequence_type.name;
    int limit = type && strcmp(type, "int4") == 0   ? 2147483647
                : type && strcmp(type, "int2") == 0 ? 32767
                                                    : 0;
    const struct node *only[1];

    if (!limit)
        return sequence->options;
    only[0] = &number_option(apply, "maxvalue", limit)->tree_node;
    return options_merge(apply->arena, (struct node_list){1, only}, sequence->options);
}

/* The sequence's options are copied, its type is not: it is the default, bigint. */
static void copy_identity(struct apply *apply, struct relation *table, const struct column *old) {
    const struct type_use bigint = type_use_builtin("int8");
    const struct relation *sequence = schema_relation_by_id(apply->schema, old->owned_sequence);
    struct column *column = relation_edit_column(apply->schema, table, old->name);

    if (!column || !old->identity)
        return;
    column->identity = old->identity;
    column->has_default = KNOWN_NO;
    column->default_expr = NULL;
    column->owned_sequence =
        make_owned_sequence(apply, table, column->name, &bigint,
                            sequence ? copied_options(apply, sequence) : (struct node_list){0});
}

static void copy_check(struct apply *apply, struct relation *table, const struct relation *source,
                       const struct constraint *old, int options) {
    struct constraint copy = *old;

    if (old->kind != CONSTRAINT_CHECK)
        return;
    if (relation_constraint(table, old->name)) {
        if (relation_constraint(table, old->name)->inherited)
            return; /* MergeWithExistingConstraint */
        refuse(apply, true, "42710", "constraint \"%s\" for relation \"%s\" already exists",
               old->name, table->object.name);
        return;
    }
    copy.id = 0;
    copy.inherited = false;
    copy.local = true;
    copy.parent = 0;
    copy.validated = copy.enforced;
    copy.uses = uses_on(apply, old->uses, source, table);
    if (!(options & LIKE_COMMENTS))
        copy.comment = NULL;
    relation_add_constraint(apply->schema, table, &copy);
    schema_note_uses(apply->schema, table->object.id, copy.uses);
}

/* transformTableLikeClause */
static bool may_be_copied(struct apply *apply, const struct relation *source) {
    enum object_kind kind = source->object.kind;

    return (kind != OBJ_INDEX && kind != OBJ_PARTITIONED_INDEX && kind != OBJ_SEQUENCE) ||
           !refuse(apply, object_is_certain(&source->object), "42809",
                   "relation \"%s\" is invalid in LIKE clause", source->object.name);
}

void apply_like(struct apply *apply) {
    const struct TableLikeClause *like = node_as(TableLikeClause, apply->op->node);
    struct relation *table = edit_target(apply, OBJ_TABLE);
    const struct relation *source = need_relation(apply, apply->op->other, OBJ_TABLE, false);
    int options = like->options;
    struct id_list indexes;

    if (!table || !source || !may_be_copied(apply, source))
        return;
    if (!source->columns_known)
        table->columns_known = false;
    for (size_t i = 0; i < source->column_count; i++)
        copy_column(apply, table, source, &source->columns[i], options);
    for (size_t i = 0; (options & LIKE_IDENTITY) && i < source->column_count; i++)
        copy_identity(apply, table, &source->columns[i]);
    for (size_t i = 0; (options & LIKE_CONSTRAINTS) && i < source->constraint_count; i++)
        copy_check(apply, table, source, source->constraints[i], options);
    indexes = source->indexes;
    for (size_t i = 0; (options & LIKE_INDEXES) && i < indexes.n; i++) {
        const struct relation *index = schema_relation_by_id(apply->schema, indexes.v[i]);
        if (index)
            copy_index(apply, index, table->object.id, 0);
    }
}
