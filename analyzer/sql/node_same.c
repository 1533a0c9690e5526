/* Comparing nodes by what they say, as PostgreSQL's equal() does. */
#include "sql/fields.h"

#include <string.h>

static bool same_string(const char *a, const char *b) {
    return a == b || (a && b && strcmp(a, b) == 0);
}

/* Where something is written says nothing of what it means. */
static bool is_location(const struct node_field *field) {
    static const char end[] = "location";
    const size_t len = sizeof(end) - 1;

    return field->kind == FIELD_INTEGER && field->name_len >= len &&
           memcmp(field->name + field->name_len - len, end, len) == 0;
}

static bool same_scalar(const struct node_field *field, const char *a, const char *b) {
    size_t size = field->kind == FIELD_CHARACTER ? sizeof(char)
                  : field->kind == FIELD_BOOLEAN ? sizeof(bool)
                                                 : sizeof(int);

    return memcmp(a, b, size) == 0;
}

static bool same_field(const struct node_field *field, const char *a, const char *b) {
    const char *string_a, *string_b;
    const struct node *node_a, *node_b;
    struct node_list list_a, list_b;

    switch (field->kind) {
    case FIELD_STRING:
        memcpy(&string_a, a, sizeof(string_a));
        memcpy(&string_b, b, sizeof(string_b));
        return same_string(string_a, string_b);
    case FIELD_CHILD:
    case FIELD_NODE:
        memcpy(&node_a, a, sizeof(node_a));
        memcpy(&node_b, b, sizeof(node_b));
        return node_same(node_a, node_b);
    case FIELD_LIST:
        memcpy(&list_a, a, sizeof(list_a));
        memcpy(&list_b, b, sizeof(list_b));
        return node_list_same(list_a, list_b);
    default:
        return is_location(field) || same_scalar(field, a, b);
    }
}

bool node_same(const struct node *a, const struct node *b) {
    const char *at_a = (const char *)a, *at_b = (const char *)b;

    if (a == b)
        return true;
    if (!a || !b || a->kind != b->kind || a->kind == NODE_UNKNOWN)
        return false;
    for (const struct node_field *field = node_types[a->kind].fields; field->name; field++)
        if (!same_field(field, at_a + field->offset, at_b + field->offset))
            return false;
    return true;
}

bool node_list_same(struct node_list a, struct node_list b) {
    if (a.n != b.n)
        return false;
    for (size_t i = 0; i < a.n; i++)
        if (!node_same(a.v[i], b.v[i]))
            return false;
    return true;
}
