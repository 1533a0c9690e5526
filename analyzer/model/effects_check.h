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
/* Whether rows with such values in the partition key go to it, and not to the DEFAULT partition. */
enum known effects_bound_takes(struct effects_work *work, const struct relation *parent,
                               const struct relation *partition, struct node_list values);
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

/* CREATE INDEX: expressions, what the access method can do, operator classes. */
void effects_check_index(struct effects_work *work, const struct IndexStmt *index,
                         const struct relation *relation);
/* Names in a query; function: whose body it is, or NULL. */
void effects_check_query(struct effects_work *work, const struct node *query,
                         const struct function *function);
/* Columns that an expression names must be the relation's. */
void effects_check_columns(struct effects_work *work, const struct relation *relation,
                           const struct node *expr);
/* Storage parameters of a relation of the kind; am NULL: the default access method. */
void effects_check_parameters(struct effects_work *work, struct node_list options,
                              enum object_kind kind, const char *am);
void effects_check_tablespace(struct effects_work *work, const char *name);

void effects_check_view(struct effects_work *work, const struct ViewStmt *view);
/* CREATE OR REPLACE VIEW must keep the types of the columns. */
void effects_check_replaced(struct effects_work *work, const struct ViewStmt *view,
                            const struct relation *old);
/* definition: of the view that the options are of, a ViewStmt. */
void effects_check_view_options(struct effects_work *work, struct node_list options,
                                const struct node *definition);
/* Whether it can be written through; also where that is not known. */
bool effects_view_is_updatable(struct effects_work *work, const struct relation *view);
/* The wrapper of a foreign table must have a handler for its rows to be read. */
void effects_check_handler(struct effects_work *work, const struct relation *table);
/* INSERT, UPDATE, DELETE, MERGE: the target, and the columns that are given values. */
void effects_check_rows(struct effects_work *work, const struct op *op);

/* relation NULL: not known, or being created by the statement. */
void effects_check_key(struct effects_work *work, const struct op *op,
                       const struct relation *relation);
/* Whether a column of one type may reference one of the other. */
enum known effects_can_reference(const struct schema *schema, const struct type_use *from,
                                 const struct type_use *to);
void effects_check_foreign_key(struct effects_work *work, const struct op *op,
                               const struct relation *relation);

#endif
