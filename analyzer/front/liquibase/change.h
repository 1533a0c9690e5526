/* The change types of XML, YAML and JSON changelogs that make SQL of their attributes alone. */
#ifndef FRONT_LIQUIBASE_CHANGE_H
#define FRONT_LIQUIBASE_CHANGE_H

#include "base/buf.h"
#include "config/element.h"

/* Appends statements, each ended by ";\n". */
typedef void change_writer(struct buf *out, const struct element *change);

struct change_type {
    const char *name;
    change_writer *write;     /* NULL: nothing is run in the database */
    change_writer *take_back; /* NULL: Liquibase has no rollback of its own for it */
    bool has_rollback;        /* it has one, if only of nothing */
};

/* NULL: not one of them. */
const struct change_type *change_type_find(const char *name);

#endif
