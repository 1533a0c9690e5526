/* Views. */
#include "model/apply_op.h"

#include "model/query.h"

#include <string.h>

static const char *column_name(const struct query *query, struct node_list aliases, size_t i) {
    const char *alias = i < aliases.n ? node_string(aliases.v[i]) : NULL;
    return alias ? alias : query->columns.v[i].name;
}

/* Columns of views and of CREATE TABLE AS. */
bool query_names_differ(struct apply *apply, const struct query *query, struct node_list aliases) {
    for (size_t i = 0; i < query->columns.n; i++)
        for (size_t j = 0; j < i; j++)
            if (strcmp(column_name(query, aliases, i), column_name(query, aliases, j)) == 0)
                return !refuse(apply, query->columns_known, "42701",
                               "column \"%s\" specified more than once",
                               column_name(query, aliases, i));
    return true;
}

/* CREATE OR REPLACE VIEW may only add columns at the end (checkViewColumns). */
static bool may_replace(struct apply *apply, const struct relation *old, const struct query *query,
                        struct node_list aliases) {
    bool certain = object_is_certain(&old->object) && old->columns_known && query->columns_known;

    if (old->object.kind != OBJ_VIEW)
        return !refuse(apply, object_is_certain(&old->object), "42809", "\"%s\" is not a view",
                       old->object.name);
    if (query->columns.n < old->column_count)
        return !refuse(apply, certain, "42P16", "cannot drop columns from view");
    for (size_t i = 0; certain && i < old->column_count; i++)
        if (strcmp(old->columns[i].name, column_name(query, aliases, i)) != 0)
            return !refuse(apply, true, "42P16",
                           "cannot change name of view column \"%s\" to \"%s\"",
                           old->columns[i].name, column_name(query, aliases, i));
    return true;
}

static void set_columns(struct apply *apply, struct relation *view, const struct query *query,
                        struct node_list aliases) {
    view->columns_known = query->columns_known;
    for (size_t i = 0; i < query->columns.n; i++) {
        const char *name = column_name(query, aliases, i);
        struct column *column = relation_edit_column(apply->schema, view, name);
        if (!column) {
            column = relation_add_column(apply->schema, view);
            column->name = name;
        }
        column->type = query->columns.v[i].type;
        column->collation = query->columns.v[i].collation;
    }
}

/* A view that uses a temporary relation is temporary (isQueryUsingTempRelation). */
static bool uses_temporary(const struct apply *apply, struct references uses) {
    for (size_t i = 0; i < uses.n; i++) {
        const struct object *object = schema_object(apply->schema, uses.v[i].id);
        if (object_is_relation(object) && object->temporary)
            return true;
    }
    return false;
}

void apply_create_view(struct apply *apply) {
    const struct op *op = apply->op;
    const struct ViewStmt *stmt = node_as(ViewStmt, op->node);
    struct query query = query_analyse(apply->schema, stmt->query);
    bool temporary = op->temporary || uses_temporary(apply, query.uses);
    struct name resolved = resolve_new(apply, op->target, temporary);
    const struct relation *old = NULL;
    struct relation *view;

    if (op->replace && resolved.schema)
        old = schema_relation_by_id(
            apply->schema, schema_find(&apply->schema->relations, resolved.schema, resolved.name));
    if (!query_names_differ(apply, &query, stmt->aliases) ||
        (old && !may_replace(apply, old, &query, stmt->aliases)))
        return;
    view = old ? schema_edit_relation(apply->schema, old->object.id)
               : make_relation(apply, OBJ_VIEW,
                               temporary ? (struct name){TEMPORARY_SCHEMA, op->target.name}
                                         : op->target,
                               false);
    if (!view)
        return;
    view->rows = ROWS_MAYBE;
    view->definition = &stmt->tree_node;
    view->source = apply->statement;
    view->options = stmt->options;
    view->uses = query.uses;
    set_columns(apply, view, &query, stmt->aliases);
    schema_note_uses(apply->schema, view->object.id, query.uses);
}
