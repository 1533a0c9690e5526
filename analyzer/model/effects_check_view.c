/* CREATE OR REPLACE VIEW: the columns that there are stay as they are (checkViewColumns, view.c). */
#include "model/effects_check.h"
#include "model/query.h"

#include <string.h>

static struct type_use shown_type(const struct query_column *column) {
    if (column->type.name != NULL && strcmp(column->type.name, "unknown") == 0)
        return type_use_builtin("text"); /* a quoted literal */
    return column->type;
}

static void check_column(struct effects_work *work, const struct column *old,
                         const struct query_column *new) {
    struct type_use type = shown_type(new);

    if (!type_use_known(work->schema, &old->type) || !type_use_known(work->schema, &type))
        return;
    if (type_use_same(&old->type, &type) == KNOWN_NO || !type_use_same_typmod(&old->type, &type))
        effects_fail(work, "42P16", "cannot change data type of view column \"%s\" from %s to %s",
                     old->name, type_use_text(work->arena, work->schema, &old->type),
                     type_use_text(work->arena, work->schema, &type));
}

void effects_check_view(struct effects_work *work, const struct ViewStmt *view,
                        const struct relation *old) {
    struct query query = query_analyse(work->schema, view->query);

    if (!query.columns_known || !old->columns_known || query.columns.n < old->column_count)
        return;
    for (size_t i = 0; i < old->column_count && !work->stopped; i++)
        check_column(work, &old->columns[i], &query.columns.v[i]);
}
