/* The SQL inside of DO blocks. Only for sql/. */
#ifndef SQL_PLPGSQL_H
#define SQL_PLPGSQL_H

#include "sql/parse.h"

/* What is read, and where to. */
struct plpgsql_target {
    struct sql_parser *parser;
    struct statements *out; /* gets statements and notes */
    const struct statement
        *parent;    /* of the statements; its flags hold for them too; may be NULL */
    unsigned level; /* of EXECUTE and DO inside one another */
};

/* Reads the body of a DO statement; other statements are left alone. */
void plpgsql_read_do(const struct plpgsql_target *target, const struct statement *statement);
void plpgsql_read_body(const struct plpgsql_target *target, const struct text *body);

#endif
