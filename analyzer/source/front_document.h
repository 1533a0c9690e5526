/* What was made of paths, for writers: histories, their order, and who sends what in which transaction. */
#ifndef SOURCE_FRONT_DOCUMENT_H
#define SOURCE_FRONT_DOCUMENT_H

#include "source/report.h"

struct front_section {
    enum direction direction;
    const char *path;
    unsigned line;           /* where its SQL begins; 0: the file was not read */
    const char *transaction; /* "one per file"; NULL: the file was not read */
    const char *why; /* what makes the transaction another than the framework's usual one; NULL */
};

struct front_migration {
    const char *version, *name;
    const char *kind;    /* "step", "repeatable" ... */
    const char *refusal; /* why its runner refuses it; NULL */
    bool reported;
    VEC(struct front_section) sections;
};

struct front_left_out {
    const char *path, *kind, *why;
};

struct front_history {
    const char *root, *front;
    const char *
        evidence; /* "configuration", "contents", "manifest", "names"; "told": the user's configuration names the front */
    const char *why;
    const char *foreign; /* why nothing of it is analysed: it is not for PostgreSQL; NULL */
    VEC(struct front_migration) migrations;
    VEC(struct front_left_out) left_out;
};

struct front_document {
    struct report *report;
    VEC(struct front_history) histories;
};

#endif
