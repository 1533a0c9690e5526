/*
 * What is said of a statement that libpg_query rejects. Only for sql/parse.c.
 */
#ifndef SQL_FAILURE_H
#define SQL_FAILURE_H

#include "sql/statement.h"

enum { FAILURE_QUOTES = 60 }; /* bytes of the text that a message quotes at the most */

/*
 * The statement has the library's message and its place. Tells newer syntax (PARSE_NEWER) and limits
 * (PARSE_LIMIT) from mistakes, shortens what the message quotes, and adds a hint where the text looks
 * like another database's SQL or a template.
 */
void failure_explain(struct arena *arena, struct statement *statement);

#endif
