/*
 * Names that the server makes up: t_a_b_idx, t_pkey, t_a_fkey1 ... (makeObjectName,
 * ChooseRelationName, ChooseConstraintName in indexcmds.c and pg_constraint.c).
 */
#ifndef MODEL_NAMES_H
#define MODEL_NAMES_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>

enum { NAME_BYTES = 63 }; /* NAMEDATALEN - 1 */

/* name1_name2_label in at most 63 bytes, the longer of the first two cut first, at characters; name2 may be NULL. */
char *name_make(struct arena *arena, const char *name1, const char *name2, const char *label);

/*
 * The first of label, label1, label2 ... that makes a name which is not taken.
 */
char *name_choose(struct arena *arena, const char *name1, const char *name2, const char *label,
                  bool (*taken)(const char *name, void *context), void *context);

/* Column names joined with underscores, cut as ChooseIndexNameAddition does; an element NULL stands for "expr". */
char *name_addition(struct arena *arena, const char *const *columns, size_t count);

/* The name cut to 63 bytes at a character, as the server cuts identifiers. */
char *name_clip(struct arena *arena, const char *name);

/* The identifier as SQL, in double quotes where it needs them (quote_identifier). */
const char *name_quote(struct arena *arena, const char *name);

#endif
