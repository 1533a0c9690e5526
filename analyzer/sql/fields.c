#include "sql/fields.h"

#include <string.h>

#define FIELD(type, field, kind, of)                                                               \
    {#field, sizeof(#field) - 1, kind, offsetof(struct type, field), of},

#define BEGIN(type) static const struct node_field fields_##type[] = {
#define STRING(type, field) FIELD(type, field, FIELD_STRING, 0)
#define CHARACTER(type, field) FIELD(type, field, FIELD_CHARACTER, 0)
#define BOOLEAN(type, field) FIELD(type, field, FIELD_BOOLEAN, 0)
#define INTEGER(type, field) FIELD(type, field, FIELD_INTEGER, 0)
#define ENUM(type, field, name) FIELD(type, field, FIELD_ENUM, ENUM_##name)
#define CHILD(type, field, name) FIELD(type, field, FIELD_CHILD, NODE_##name)
#define NODE(type, field) FIELD(type, field, FIELD_NODE, 0)
#define LIST(type, field) FIELD(type, field, FIELD_LIST, 0)
#define END(type)                                                                                  \
    { 0 }                                                                                          \
    }                                                                                              \
    ;
#include "sql/node.def"
#undef BEGIN
#undef STRING
#undef CHARACTER
#undef BOOLEAN
#undef INTEGER
#undef ENUM
#undef CHILD
#undef NODE
#undef LIST
#undef END

static const struct node_field fields_unknown[] = {{0}};

#define STRING(type, field)
#define CHARACTER(type, field)
#define BOOLEAN(type, field)
#define INTEGER(type, field)
#define ENUM(type, field, name)
#define CHILD(type, field, name)
#define NODE(type, field)
#define LIST(type, field)
#define END(type)

const struct node_type node_types[NODE_KINDS] = {
    {"unknown", fields_unknown, sizeof(struct unknown_node)},
#define BEGIN(type) {#type, fields_##type, sizeof(struct type)},
#include "sql/node.def"
#undef BEGIN
};

/*
 * len is a constant where this is inlined, so that the compiler keeps the comparisons with names of
 * that length only: a search of all names in a few instructions, without a table to be built.
 */
static inline __attribute__((always_inline)) enum node_kind kind_of_length(const char *name,
                                                                           size_t len) {
#define BEGIN(type)                                                                                \
    if (len == sizeof(#type) - 1 && memcmp(name, #type, sizeof(#type) - 1) == 0)                   \
        return NODE_##type;
#include "sql/node.def"
#undef BEGIN
    return NODE_UNKNOWN;
}

enum node_kind node_kind_find(const char *name, size_t len) {
    switch (len) {
#define LENGTH(n)                                                                                  \
    case n:                                                                                        \
        return kind_of_length(name, n);
        LENGTH(4)
        LENGTH(5)
        LENGTH(6)
        LENGTH(7)
        LENGTH(8)
        LENGTH(9)
        LENGTH(10)
        LENGTH(11)
        LENGTH(12)
        LENGTH(13)
        LENGTH(14)
        LENGTH(15)
        LENGTH(16)
        LENGTH(17)
        LENGTH(18)
        LENGTH(19)
        LENGTH(20)
#undef LENGTH
    default:
        return kind_of_length(name, len);
    }
}

#undef STRING
#undef CHARACTER
#undef BOOLEAN
#undef INTEGER
#undef ENUM
#undef CHILD
#undef NODE
#undef LIST
#undef END

#define BEGIN(type) static unsigned find_##type(const char *name, size_t len) {
#define VALUE(type, value)                                                                         \
    if (len == sizeof(#value) - 1 && memcmp(name, #value, sizeof(#value) - 1) == 0)                \
        return value;
#define END(type)                                                                                  \
    return 0;                                                                                      \
    }
#include "sql/enum.def"
#undef BEGIN
#undef VALUE
#undef END

unsigned enum_value_find(enum enum_id id, const char *name, size_t len) {
    static unsigned (*const find[ENUM_IDS])(const char *, size_t) = {
#define BEGIN(type) find_##type,
#define VALUE(type, value)
#define END(type)
#include "sql/enum.def"
#undef BEGIN
#undef VALUE
#undef END
    };
    return find[id](name, len);
}
