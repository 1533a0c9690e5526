/* Where statements end. Only for sql/. */
#ifndef SQL_CUT_H
#define SQL_CUT_H

#include "sql/statement.h"

/*
 * The index of the semicolon that ends the statement whose first token this is, over those inside
 * CREATE RULE and BEGIN ATOMIC; the number of tokens when there is none.
 */
size_t cut_statement_end(const char *bytes, const struct tokens *tokens, size_t first);

#endif
