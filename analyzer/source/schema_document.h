/* The schema that a history makes, for writers: plain data, all names resolved and quoted. */
#ifndef SOURCE_SCHEMA_DOCUMENT_H
#define SOURCE_SCHEMA_DOCUMENT_H

#include "source/report.h"

struct schema_column {
    const char *name, *type; /* type NULL: not known */
    int nullable;            /* 0, 1; -1: not known */
    bool has_default, identity, generated;
};

/* A constraint, index, trigger or policy of a relation. */
struct schema_part {
    const char *kind; /* "primary key", "foreign key", "index", "trigger" ... */
    const char *name;
    const char *detail; /* "(a, b)", "(a) references public.t (id) not valid" ... */
};

struct schema_item {
    const char *kind, *name; /* "table", "public.users" */
    bool assumed;            /* used, but never seen being made: there may be more to it */
    const char *path;        /* of the migration that made it; NULL: none did */
    unsigned line;
    const char *comment; /* NULL: none */
    VEC(struct schema_column) columns;
    VEC(struct schema_part) parts;
    VEC(const char *) labels; /* of an enum */
};

struct schema_history {
    const char *root, *front;
    int target;
    VEC(struct schema_item) items; /* sorted by kind and name */
    const char *sql;               /* that an empty server takes */
    size_t unknown;                /* comments in it that stand for what cannot be known */
};

struct schema_document {
    struct report *report;
    VEC(struct schema_history) histories;
};

#endif
