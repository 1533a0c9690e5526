/* Files that are for another database: told by the names of folders and files, and by what only its SQL has. */
#ifndef FRONT_DIALECT_H
#define FRONT_DIALECT_H

#include "front/folder.h"

/* "is for MySQL (its folder is mysql)", or NULL: the nearest name decides, and one of PostgreSQL's says that it is ours. */
const char *dialect_of_folder(struct arena *arena, const struct folder *folder);
/* Whether the name of a folder is a database's, PostgreSQL's or another's. */
bool dialect_in_name(const char *name);
/* The same of a file's name, "1_users.mysql.sql". */
const char *dialect_of_name(struct arena *arena, const char *name);
/* By the first word that PostgreSQL does not have: "is for MySQL (AUTO_INCREMENT in 1_users.sql:3)". */
const char *dialect_of_contents(struct arena *arena, const struct file *file);

#endif
