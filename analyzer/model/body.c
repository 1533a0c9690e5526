#include "model/body.h"

#include <string.h>

static struct statements *read_string(struct arena *arena, const char *body) {
    struct file *file = file_new(arena, "", body, strlen(body));

    return sql_read(arena, text_of_file(arena, file), 0, 1, NULL);
}

static struct node_list trees(struct arena *arena, const struct statements *statements) {
    VEC(const struct node *) list = {0};

    for (size_t i = 0; i < statements->list.n; i++) {
        const struct node *tree = statements->list.v[i]->tree;

        if (tree == NULL)
            return (struct node_list){0};
        vec_push(arena, &list, tree);
    }
    return (struct node_list){list.n, list.v};
}

/* BEGIN ATOMIC gives a list in a list, RETURN one statement. */
static struct node_list atomic(struct arena *arena, const struct node *body) {
    const struct List *list = node_if(List, body);

    while (list != NULL && list->items.n == 1 && node_if(List, list->items.v[0]) != NULL)
        list = node_if(List, list->items.v[0]);
    if (list != NULL)
        return list->items;
    const struct node **one = arena_array(arena, const struct node *, 1);
    one[0] = body;
    return (struct node_list){1, one};
}

struct node_list function_sql_body(struct arena *arena, const struct function *function) {
    const struct CreateFunctionStmt *create = node_if(CreateFunctionStmt, function->definition);

    if (create != NULL && create->sql_body != NULL)
        return atomic(arena, create->sql_body);
    if (function->body == NULL || function->language == NULL ||
        strcmp(function->language, "sql") != 0)
        return (struct node_list){0};
    return trees(arena, read_string(arena, function->body));
}

/* BEGIN ATOMIC has no text of its own; its statements are told by function_sql_body only. */
struct statements *function_statements(struct arena *arena, const struct function *function) {
    struct file *file;

    if (function->body == NULL || function->language == NULL)
        return NULL;
    if (strcmp(function->language, "sql") == 0)
        return read_string(arena, function->body);
    if (strcmp(function->language, "plpgsql") != 0)
        return NULL;
    file = file_new(arena, "", function->body, strlen(function->body));
    return sql_read_plpgsql(arena, text_of_file(arena, file), NULL);
}
