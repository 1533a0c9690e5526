/* CREATE OR REPLACE VIEW: the columns that there are stay as they are (checkViewColumns, view.c). */
#include "model/effects_check.h"

#include <string.h>

/* All columns that a FROM clause gives; of names that it gives twice the type is not known. */
struct columns {
    VEC(struct column) list;
};

static void add_column(struct effects_work *work, struct columns *columns,
                       const struct column *column) {
    for (size_t i = 0; i < columns->list.n; i++)
        if (strcmp(columns->list.v[i].name, column->name) == 0) {
            columns->list.v[i].type = (struct type_use){0};
            return;
        }
    vec_push(work->arena, &columns->list, *column);
}

static void add_from(struct effects_work *work, struct columns *columns, const struct node *node,
                     int depth) {
    const struct RangeVar *range = node_if(RangeVar, node);
    const struct JoinExpr *join = node_if(JoinExpr, node);
    const struct relation *relation;

    if (join != NULL && depth < 100) {
        add_from(work, columns, join->larg, depth + 1);
        add_from(work, columns, join->rarg, depth + 1);
    }
    if (range == NULL)
        return;
    relation = schema_relation(work->schema, (struct name){range->schemaname, range->relname});
    for (size_t i = 0; relation != NULL && i < relation->column_count; i++)
        add_column(work, columns, &relation->columns[i]);
}

static struct type_use target_type(struct effects_work *work, const struct SelectStmt *select,
                                   const struct node *value) {
    struct columns columns = {0};
    struct expr_scope scope = {.schema = work->schema};

    for (size_t i = 0; i < select->fromClause.n; i++)
        add_from(work, &columns, select->fromClause.v[i], 0);
    scope.added = columns.list.v;
    scope.added_count = columns.list.n;
    struct expr_info info = expr_analyse(&scope, value);
    if (info.type.name != NULL && strcmp(info.type.name, "unknown") == 0)
        info.type = type_use_builtin("text"); /* a quoted literal */
    return info.type;
}

static bool has_star(const struct SelectStmt *select) {
    for (size_t i = 0; i < select->targetList.n; i++) {
        const struct ResTarget *target = node_if(ResTarget, select->targetList.v[i]);
        const struct ColumnRef *ref = target != NULL ? node_if(ColumnRef, target->val) : NULL;

        if (ref != NULL && ref->fields.n > 0 && ref->fields.v[ref->fields.n - 1] != NULL &&
            ref->fields.v[ref->fields.n - 1]->kind == NODE_A_Star)
            return true;
    }
    return false;
}

static const struct SelectStmt *plain_select(const struct node *query) {
    const struct SelectStmt *select = node_if(SelectStmt, query);

    return select != NULL && select->larg == NULL && select->valuesLists.n == 0 && !has_star(select)
               ? select
               : NULL;
}

static void check_column(struct effects_work *work, const struct SelectStmt *before,
                         const struct SelectStmt *after, size_t i, const char *name) {
    const struct ResTarget *old = node_if(ResTarget, before->targetList.v[i]);
    const struct ResTarget *new = node_if(ResTarget, after->targetList.v[i]);
    struct type_use from, to;

    if (old == NULL || new == NULL)
        return;
    from = target_type(work, before, old->val);
    to = target_type(work, after, new->val);
    if (!type_use_known(work->schema, &from) || !type_use_known(work->schema, &to))
        return;
    if (type_use_same(&from, &to) == KNOWN_NO)
        effects_fail(work, "42P16", "cannot change data type of view column \"%s\" from %s to %s",
                     name, type_use_text(work->arena, work->schema, &from),
                     type_use_text(work->arena, work->schema, &to));
}

void effects_check_view(struct effects_work *work, const struct ViewStmt *view,
                        const struct relation *old) {
    const struct ViewStmt *definition = node_if(ViewStmt, old->definition);
    const struct SelectStmt *before = definition != NULL ? plain_select(definition->query) : NULL;
    const struct SelectStmt *after = plain_select(view->query);

    if (before == NULL || after == NULL || before->targetList.n > after->targetList.n)
        return;
    for (size_t i = 0; i < before->targetList.n && !work->stopped; i++)
        check_column(work, before, after, i,
                     i < old->column_count ? old->columns[i].name : "?column?");
}
