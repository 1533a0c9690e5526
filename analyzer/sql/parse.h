/*
 * One statement at a time through libpg_query. Only for sql/ and its tests.
 */
#ifndef SQL_PARSE_H
#define SQL_PARSE_H

#include "base/buf.h"
#include "sql/read_node.h"
#include "sql/statement.h"

/* Bytes of the text that are given to the library as others: as many of `with`, or blanks where it is NULL. */
struct source_edit {
    struct span span;
    const char *with;
};

struct sql_parser {
    struct arena *arena;
    struct node_reader reader;
    struct buf source;             /* what is given to the library */
    VEC(struct source_edit) edits; /* of the statement that is parsed next */
    const struct sql_progress *progress;
};

void sql_parser_init(struct sql_parser *parser, struct arena *arena,
                     const struct sql_progress *progress);
void sql_parser_release(struct sql_parser *parser);

/* Sets the statement's tree, or its failure, message and error_offset. All else is set already. */
void parse_statement(struct sql_parser *parser, struct statement *statement);

/*
 * What the library makes of a whole text: the number of statements, their spans in *spans, as the
 * library gives them (before 18 with blanks and comments in front); SIZE_MAX when it rejects the text.
 * A second opinion for tests.
 */
size_t parse_whole(struct arena *arena, const char *bytes, struct span **spans);

#endif
