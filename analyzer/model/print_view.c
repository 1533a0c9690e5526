/* Views, whose text is that of the migration as long as it still means the same. */
#include "model/print_sql.h"

#include "model/query.h"
#include "model/uses.h"

static bool same_uses(struct references a, struct references b) {
    if (a.n != b.n)
        return false;
    for (size_t i = 0; i < a.n; i++)
        if (!references_has(b, a.v[i].id, a.v[i].column))
            return false;
    return true;
}

static const struct node *query_of(const struct relation *view) {
    const struct ViewStmt *stmt = node_if(ViewStmt, view->definition);
    const struct CreateTableAsStmt *as = node_if(CreateTableAsStmt, view->definition);

    return stmt ? stmt->query : as ? as->query : NULL;
}

static bool still_fits(const struct printer *printer, const struct relation *view) {
    const struct node *query = query_of(view);
    struct query now;

    if (!query)
        return false;
    now = query_analyse(printer->schema, query);
    return same_uses(view->uses, now.uses) &&
           (!now.columns_known || now.columns.n == view->column_count);
}

static void print_columns(struct printer *printer, const struct relation *view) {
    if (!view->columns_known || view->column_count == 0)
        return;
    print(printer, " (");
    for (size_t i = 0; i < view->column_count; i++) {
        print(printer, "%s", i ? ", " : "");
        print_name(printer, view->columns[i].name);
    }
    print(printer, ")");
}

/* The query, with its WITH CHECK OPTION; of a matview without WITH [NO] DATA. */
static struct span query_span(const struct relation *view) {
    const struct statement *source = view->source;
    size_t as = text_find(source, source->span.start, "as");
    struct span span = {as + 2, source->span.end};

    if (view->object.kind == OBJ_MATVIEW)
        for (size_t i = source->last_token; i > source->first_token; i--) {
            const struct token *token = &source->tokens->list.v[i - 1];
            if (token_is_word(source->text->bytes, token, "with")) {
                span.end = token->start;
                break;
            }
            if (!token_is_blank(token) && !token_is_word(source->text->bytes, token, "data") &&
                !token_is_word(source->text->bytes, token, "no"))
                break;
        }
    return span;
}

static void print_created_view(struct printer *printer, const struct relation *view,
                               const char *create) {
    bool matview = view->object.kind == OBJ_MATVIEW;

    if (!view->source || view->object.assumed || !still_fits(printer, view)) {
        print_unknown(printer, "%s %s: its text does not fit the schema any more",
                      object_kind_name(view->object.kind), view->object.name);
        return;
    }
    print(printer, "%s %sVIEW ", create, matview ? "MATERIALIZED " : "");
    print_object_name(printer, &view->object);
    print_columns(printer, view);
    print_options(printer, view->options);
    print(printer, " AS ");
    print_text(printer, view->source, query_span(view), NULL);
    print(printer, "%s;\n", matview ? " WITH NO DATA" : "");
}

void print_view(struct printer *printer, const struct relation *view) {
    print_created_view(printer, view, "CREATE");
}

void print_replaced_view(struct printer *printer, const struct relation *view) {
    print_created_view(printer, view, "CREATE OR REPLACE");
}
