/*
 * The structs of the typed tree as tables: what reads nodes from JSON and what walks them needs
 * to know no node by name. Only for sql/.
 */
#ifndef SQL_FIELDS_H
#define SQL_FIELDS_H

#include "sql/node.h"

#include <stdint.h>

enum field_kind {
    FIELD_STRING,
    FIELD_CHARACTER,
    FIELD_BOOLEAN,
    FIELD_INTEGER,
    FIELD_ENUM,
    FIELD_CHILD,
    FIELD_NODE,
    FIELD_LIST
};

enum enum_id {
#define BEGIN(type) ENUM_##type,
#define VALUE(type, name)
#define END(type)
#include "sql/enum.def"
#undef BEGIN
#undef VALUE
#undef END
    ENUM_IDS
};

struct node_field {
    const char *name; /* NULL behind the last */
    uint8_t name_len;
    uint8_t kind;    /* enum field_kind */
    uint16_t offset; /* in the struct */
    uint16_t type;   /* FIELD_ENUM: enum enum_id; FIELD_CHILD: enum node_kind */
};

struct node_type {
    const char *name;
    const struct node_field *fields;
    size_t size;
};

/* By enum node_kind; NODE_UNKNOWN has no fields. */
extern const struct node_type node_types[NODE_KINDS];

/* The kind of that name; NODE_UNKNOWN when there is none. */
enum node_kind node_kind_find(const char *name, size_t len);
/* The value of that name; 0 when the enum has none. */
unsigned enum_value_find(enum enum_id id, const char *name, size_t len);

#endif
