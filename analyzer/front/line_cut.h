/*
 * How goose and sql-migrate find the ends of statements: at a line whose last word, before a comment, ends with a
 * semicolon, whatever it stands in; between the marks StatementBegin and StatementEnd nowhere (goose's
 * internal/sqlparser/parser.go, sql-migrate's sqlparse.go).
 */
#ifndef FRONT_LINE_CUT_H
#define FRONT_LINE_CUT_H

#include "front/history.h"

/* Sets line_cut of the migration's sections. word: that begins the marks, "+goose"; fold: their case does not count.
 * Where a go.mod stands above the history and does not name the front, nothing is known of the runner. */
void sections_check_lines(struct arena *arena, const struct history *history,
                          struct migration *migration, const char *word, bool fold);

#endif
