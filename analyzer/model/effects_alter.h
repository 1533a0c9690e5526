/* For the actions of ALTER TABLE: effects_alter*.c. */
#ifndef MODEL_EFFECTS_ALTER_H
#define MODEL_EFFECTS_ALTER_H

#include "model/effects_work.h"

/* OBJ_VIEW of OBJECT_VIEW ...: what a relation that is not known is taken for. */
enum object_kind alter_kind_of(int object_type);

/* Locks everything below a relation with the statement's lock. */
void alter_lock_below(struct effects_work *work, const struct relation *relation);
/* The target and what is below it, as far as the action goes on there; empty: the target is not known. */
struct id_list alter_relations(struct effects_work *work, const struct op *op,
                               enum recursion recurse);

/* A column of the target; NULL: not known. */
const struct column *alter_column(struct effects_work *work, const char *name);
/* Whether the statement itself adds the column. */
bool alter_adds_column(const struct effects_work *work, const char *name);
/*
 * ADD COLUMN IF NOT EXISTS of a column that is there, or a part of it: nothing is done. Before 13
 * its constraints were added all the same.
 */
bool alter_is_void(const struct effects_work *work, const struct op *op,
                   const struct relation *relation);
void alter_scan_target(struct effects_work *work);
void alter_rewrite_target(struct effects_work *work);
void alter_cannot_exclude_rewrite(struct effects_work *work);

/* What follows from all changed column types of the statement (ATPostAlterTypeCleanup). */
void alter_finish_types(struct effects_work *work);

#endif
