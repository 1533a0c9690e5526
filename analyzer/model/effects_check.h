/* For effects*.c: failures that are looked for before anything is predicted. */
#ifndef MODEL_EFFECTS_CHECK_H
#define MODEL_EFFECTS_CHECK_H

#include "model/effects_work.h"

/* Of any operation; of parts of a CREATE TABLE too. */
void effects_check(struct effects_work *work, const struct op *op);
/* Labels that the open transaction added to an enum must not be used in it. */
void effects_check_enums(struct effects_work *work);
/* A bound of the right form that overlaps no other partition's. */
void effects_check_bound(struct effects_work *work, const struct relation *parent,
                         const struct PartitionBoundSpec *bound, const char *name);
/* Of actions on constraints, and on relations as a whole. */
void effects_check_constraint(struct effects_work *work, const struct op *op,
                              const struct relation *relation);
void effects_check_relation(struct effects_work *work, const struct op *op,
                            const struct relation *relation);
/* Of actions on a column that is there. */
void effects_check_column(struct effects_work *work, const struct op *op,
                          const struct relation *relation);
void effects_check_collation(struct effects_work *work, const struct CollateClause *clause);
/* Functions and operators that an expression calls must exist. */
void effects_check_functions(struct effects_work *work, const struct expr_info *info);
bool effects_is_system_column(const char *name);
bool effects_has_subquery(struct effects_work *work, const struct node *expr);
/* A type that must exist. */
void effects_check_type(struct effects_work *work, const struct TypeName *name);

/* CREATE OR REPLACE VIEW must keep the types of the columns. */
void effects_check_view(struct effects_work *work, const struct ViewStmt *view,
                        const struct relation *old);

/* relation NULL: not known, or being created by the statement. */
void effects_check_key(struct effects_work *work, const struct op *op,
                       const struct relation *relation);
/* Whether a column of one type may reference one of the other. */
enum known effects_can_reference(const struct schema *schema, const struct type_use *from,
                                 const struct type_use *to);
void effects_check_foreign_key(struct effects_work *work, const struct op *op,
                               const struct relation *relation);

#endif
