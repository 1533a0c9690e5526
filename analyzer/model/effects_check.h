/* For effects*.c: failures that are looked for before anything is predicted. */
#ifndef MODEL_EFFECTS_CHECK_H
#define MODEL_EFFECTS_CHECK_H

#include "model/effects_work.h"

/* Of any operation; of parts of a CREATE TABLE too. */
void effects_check(struct effects_work *work, const struct op *op);
/* Labels that the open transaction added to an enum must not be used in it. */
void effects_check_enums(struct effects_work *work);
/* A type that must exist. */
void effects_check_type(struct effects_work *work, const struct TypeName *name);

/* CREATE OR REPLACE VIEW must keep the types of the columns. */
void effects_check_view(struct effects_work *work, const struct ViewStmt *view,
                        const struct relation *old);

/* relation NULL: not known, or being created by the statement. */
void effects_check_key(struct effects_work *work, const struct op *op,
                       const struct relation *relation);
void effects_check_foreign_key(struct effects_work *work, const struct op *op,
                               const struct relation *relation);

#endif
