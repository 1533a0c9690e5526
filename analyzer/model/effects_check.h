/* For effects*.c: failures that are looked for before anything is predicted. */
#ifndef MODEL_EFFECTS_CHECK_H
#define MODEL_EFFECTS_CHECK_H

#include "model/effects_work.h"

/* Of any operation; of parts of a CREATE TABLE too. */
void effects_check(struct effects_work *work, const struct op *op);
/* The same of statements about other things than tables (effects_check_kinds.c). */
void effects_check_kind(struct effects_work *work, const struct op *op);
/* Of any statement in a transaction that is read only, or that still uses the relation. */
void effects_check_transaction(struct effects_work *work, const struct op *op);
void effects_check_session(struct effects_work *work, const struct op *op);
void effects_check_parameter(struct effects_work *work, const struct op *op);
void effects_check_foreign_part(struct effects_work *work, const struct op *op);
void effects_check_extension(struct effects_work *work, const struct op *op);
void effects_check_copy(struct effects_work *work, const struct op *op);
void effects_check_event_trigger(struct effects_work *work, const struct op *op);
void effects_check_function(struct effects_work *work, const struct op *op);
void effects_check_grant(struct effects_work *work, const struct op *op);
void effects_check_object(struct effects_work *work, const struct op *op);
void effects_check_policy(struct effects_work *work, const struct op *op);
void effects_check_publication(struct effects_work *work, const struct op *op);
void effects_check_rule(struct effects_work *work, const struct op *op);
void effects_check_sequence(struct effects_work *work, const struct op *op);
void effects_check_statistics(struct effects_work *work, const struct op *op);
void effects_check_trigger(struct effects_work *work, const struct op *op);
void effects_check_types(struct effects_work *work, const struct op *op);
/* An object that must be there; type: enum ObjectType. What may be made elsewhere is no certain failure. */
void effects_check_named(struct effects_work *work, int type, struct name name);
void effects_check_role(struct effects_work *work, const struct node *role);
void effects_check_roles(struct effects_work *work, struct node_list roles);
/* A function of the name is a procedure, or none, as CALL or an expression needs it. */
void effects_check_procedure(struct effects_work *work, struct name name, bool called);
/* UPDATE and DELETE of a published table need a replica identity. */
void effects_check_replicated(struct effects_work *work, const struct op *op,
                              const struct relation *relation);
/* A default of the type; expr NULL: none. column: for messages. */
void effects_check_default(struct effects_work *work, const struct node *expr,
                           const struct type_use *type, const char *column);
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

/* --- types (effects_check_type.c) --- */

/* A type that must exist, with modifiers that it takes. */
void effects_check_type(struct effects_work *work, const struct TypeName *name);
/* The type, collation, storage and compression of a new column. */
void effects_check_column_type(struct effects_work *work, const struct ColumnDef *def);
void effects_check_collation(struct effects_work *work, const struct CollateClause *clause);
void effects_check_collation_name(struct effects_work *work, struct node_list names);
void effects_check_collatable(struct effects_work *work, const struct type_use *use);
/* SET STORAGE and SET COMPRESSION of a column of the type. */
void effects_check_storage(struct effects_work *work, const char *wanted,
                           const struct type_use *use);
void effects_check_compression(struct effects_work *work, const char *wanted,
                               const struct type_use *use);

/* --- expressions (effects_check_expression.c) --- */

enum expression_kind {
    EXPRESSION_CHECK,
    EXPRESSION_DEFAULT,
    EXPRESSION_GENERATED,
    EXPRESSION_INDEX,
    EXPRESSION_PREDICATE,
    EXPRESSION_PARTITION_KEY,
    EXPRESSION_USING,
    EXPRESSION_BOUND,
};
/* What may not stand in it, and names that are not there; relation NULL: no columns are to be had. */
struct expr_info effects_check_expression(struct effects_work *work, enum expression_kind kind,
                                          const struct relation *relation, const struct node *expr);
/* Functions and operators that an expression calls must exist. */
void effects_check_functions(struct effects_work *work, const struct expr_info *info);
bool effects_has_aggregate(struct effects_work *work, const struct node *expr);
bool effects_has_subquery(struct effects_work *work, const struct node *expr);
/* A default or generation expression must become a value of the column's type by an assignment cast. */
void effects_check_default_type(struct effects_work *work, const struct expr_info *info,
                                const struct type_use *type, const char *column);
bool effects_is_system_column(const char *name);
/* A quoted literal that is read as a value of the type; of other expressions nothing is said. */
void effects_check_literal(struct effects_work *work, const struct node *expr,
                           const struct type_use *type);
/* Those in an expression that are cast, or compared with a column of the relation (NULL: none). */
void effects_check_literals(struct effects_work *work, const struct relation *relation,
                            const struct node *expr);

/* --- CREATE TABLE (effects_check_create.c, _definition.c, _inherit.c, _made.c) --- */

void effects_check_create(struct effects_work *work, const struct op *op);
void effects_check_into(struct effects_work *work, const struct IntoClause *into);
/* The schema that a new relation's name says. */
void effects_check_new_name(struct effects_work *work, const struct RangeVar *name);
void effects_check_on_commit(struct effects_work *work, const struct RangeVar *name, int action);
void effects_check_table_method(struct effects_work *work, const char *name);
/* A column's definition in CREATE TABLE (create) or ADD COLUMN (NULL). */
void effects_check_definition(struct effects_work *work, const struct op *op,
                              const struct CreateStmt *create);
void effects_check_identity_type(struct effects_work *work, const struct type_use *type);
void effects_check_column_def(struct effects_work *work, const struct op *op);
/* Whether two CHECKs cannot mean the same; not where they may, though they are written differently. */
bool effects_checks_differ(struct effects_work *work, const struct node *a, const struct node *b);
void effects_check_inherits(struct effects_work *work, const struct op *op,
                            const struct CreateStmt *create);
/*
 * What a statement made of tables and their parts is looked at when all of it is there: the columns
 * that expressions, keys and partition keys name.
 */
void effects_check_made(struct effects_work *work, const struct schema *made);

/* CREATE INDEX: expressions, what the access method can do, operator classes. */
void effects_check_index(struct effects_work *work, const struct IndexStmt *index,
                         const struct relation *relation);
/* ALTER INDEX index ATTACH PARTITION part */
void effects_check_index_part(struct effects_work *work, const struct relation *index,
                              const struct relation *part);
/* INHERIT, or ATTACH PARTITION of a table: what the two must have in common. */
void effects_check_joined(struct effects_work *work, const struct relation *parent,
                          const struct relation *child, bool attached);
void effects_check_attached_indexes(struct effects_work *work, const struct relation *parent,
                                    const struct relation *child);
/* The operator class of an indexed value, the default one where none is said. */
void effects_check_opclass(struct effects_work *work, const struct type_use *type,
                           struct node_list opclass, const char *method);
/* Names in a query; function: whose body it is, or NULL. */
void effects_check_query(struct effects_work *work, const struct node *query,
                         const struct function *function);
/* Columns that an expression names must be the relation's. */
void effects_check_columns(struct effects_work *work, const struct relation *relation,
                           const struct node *expr);
/* Storage parameters of a relation of the kind; am NULL: the default access method. */
enum parameters_of {
    PARAMETERS_CHANGE,
    PARAMETERS_CREATE, /* of a table: oids = false is taken, too */
};
void effects_check_parameters(struct effects_work *work, struct node_list options,
                              enum object_kind kind, const char *am, enum parameters_of what);
/* ALTER COLUMN ... SET (...) */
void effects_check_column_option(struct effects_work *work, const struct DefElem *option);
void effects_check_tablespace(struct effects_work *work, const char *name);

void effects_check_view(struct effects_work *work, const struct ViewStmt *view);
/* CREATE OR REPLACE VIEW must keep the types of the columns. */
void effects_check_replaced(struct effects_work *work, const struct ViewStmt *view,
                            const struct relation *old);
/* definition: of the view that the options are of, a ViewStmt. */
void effects_check_view_options(struct effects_work *work, struct node_list options,
                                const struct node *definition);
/* It has INSTEAD OF triggers, or rules. */
bool effects_has_instead(const struct relation *view);
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
/* The referencing side, when its table is there. */
void effects_check_referencing(struct effects_work *work, const struct op *op,
                               const struct relation *relation);
void effects_check_exclusion(struct effects_work *work, const struct Constraint *constraint,
                             const struct relation *relation);

#endif
