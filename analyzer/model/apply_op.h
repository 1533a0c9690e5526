/*
 * For the files apply_*.c: applying one operation after another. A refusal that is certain stops
 * the statement; the caller then drops the changed schema.
 */
#ifndef MODEL_APPLY_OP_H
#define MODEL_APPLY_OP_H

#include "model/apply.h"
#include "model/schema_edit.h"
#include "model/uses.h"

struct apply {
    struct schema *schema;
    struct arena *arena;
    const struct op *op;
    const struct statement *statement;
    bool conditional; /* the statement may not run: what it makes is not certain */
    struct refusal refusal;
    object_id replaced; /* the next new object takes the place of this one, and its id */
    object_id created;  /* the relation that CREATE TABLE makes */
    const struct node *
        skipped; /* the statement whose CREATE ... IF NOT EXISTS found one: its other operations are void */
    VEC(const char *) skipped_columns; /* ADD COLUMN IF NOT EXISTS that found one */
    VEC(object_id) done;               /* relations that a recursion has come to already */
};

/*
 * The server refuses this. Where it hangs on an object that is not certain, or the statement itself
 * stands under a condition, the refusal is noted as uncertain, and false is returned; true: stop.
 */
bool refuse(struct apply *apply, bool certain, const char *sqlstate, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
bool refused(const struct apply *apply);

struct maker apply_maker(const struct apply *apply);
/* The head of a new object. */
struct object new_object(struct apply *apply, enum object_kind kind, struct name resolved);
/* The namespace and name in which CREATE makes it; refuses when there is none. schema NULL: refused. */
struct name resolve_new(struct apply *apply, struct name name, bool temporary);
bool object_is_certain(
    const struct object *object); /* neither assumed nor conditional; NULL: false */
/* Of a list of String nodes. */
struct name name_of_strings(struct node_list list);
/* What names the object of RENAME, OWNER TO, SET SCHEMA, COMMENT: ObjectWithArgs, List ...; NULL: a RangeVar. */
const struct node *named_node(const struct op *op);
const char *display(const struct apply *apply, const struct object *object);

/*
 * The relation that is meant, to be used by ALTER and its like. Where none is known and the history
 * may be incomplete, one of the kind is assumed; else the statement is refused. missing_ok: NULL without a
 * refusal. NULL also when refused.
 */
const struct relation *need_relation(struct apply *apply, struct name name, enum object_kind kind,
                                     bool missing_ok);
/* The relation that op->target means; of an inline part the one being created. */
struct relation *edit_target(struct apply *apply, enum object_kind kind);
/* The column; where columns may be unknown it is made up. NULL: refused. */
struct column *need_column(struct apply *apply, struct relation *relation, const char *name);
/* The same where it is only to be there. */
bool has_column(struct apply *apply, struct relation *relation, const char *name);
bool is_system_column(const char *name);
struct column *assume_column(struct apply *apply, struct relation *relation, const char *name);
/* Whether what is not in the schema does not exist. */
bool knows_all(struct apply *apply);
bool is_partitioned(const struct relation *relation);
bool is_table(const struct relation *relation); /* ordinary, partitioned or foreign */
bool is_partition(const struct relation *relation);

/* Names that the server makes up; see names.h. */
const char *choose_relation_name(struct apply *apply, const char *name1, const char *name2,
                                 const char *label, const char *namespace, bool is_constraint);
const char *choose_constraint_name(struct apply *apply, const struct relation *relation,
                                   const char *column, const char *label);
/* Of CREATE STATISTICS; an element NULL is an expression. */
const char *choose_statistics_name(struct apply *apply, const struct relation *table,
                                   const char *const *columns, size_t n);
/* Refuses when the relation has a constraint of this name. True: stop. */
bool constraint_name_taken(struct apply *apply, const struct relation *relation, const char *name);

/* Where an operation's expression stands in the statement's text: behind the keyword. */
struct span span_behind(const struct statement *statement, struct span span, const char *keyword);

/* apply_create_table.c */
void apply_create_table(struct apply *apply);
void apply_create_table_as(struct apply *apply);
void apply_add_inherit(struct apply *apply);
struct relation *make_relation(struct apply *apply, enum object_kind kind, struct name name,
                               bool if_not_exists);

/* apply_column.c */
void apply_add_column(struct apply *apply);
void apply_add_serial(struct apply *apply);
void apply_add_identity(struct apply *apply);
void apply_add_generated(struct apply *apply);
void apply_set_default(struct apply *apply, struct relation *relation, const struct column *column);
void apply_expression(struct apply *apply, struct relation *relation, struct column *column);
/* The relation (when self) and all that inherit from it, each once. */
typedef void (*relation_visitor)(struct apply *apply, struct relation *relation, void *context);
void each_descendant(struct apply *apply, object_id id, bool self, relation_visitor visit,
                     void *context);
/* What a definition on one table uses when it is said of another one with the same columns. */
struct references uses_on(struct apply *apply, struct references uses, const struct relation *from,
                          const struct relation *to);

/* apply_alter_column.c */
void apply_column_action(struct apply *apply); /* those of ALTER COLUMN, DROP COLUMN */
/* As a column of it, or named in an expression of it (has_partition_attrs). */
bool in_partition_key(struct apply *apply, const struct relation *relation, const char *column);
/* Here and in all children. name: of the constraint (18), NULL: made up. */
void set_not_null(struct apply *apply, struct relation *relation, const char *column,
                  const char *name, bool local, bool validated);
void inherit_column(struct apply *apply, struct relation *child, const struct column *column,
                    bool partition);

/* apply_like.c */
void apply_like(struct apply *apply);

/* apply_constraint.c */
void apply_add_constraint(struct apply *apply);
void apply_constraint_action(struct apply *apply); /* DROP, VALIDATE, ALTER CONSTRAINT */
void inherit_check(struct apply *apply, struct relation *child,
                   const struct constraint *constraint);
struct name_list name_list_of(struct apply *apply, struct node_list list);

/* A constraint as the operation says it. */
struct constraint new_constraint(const struct apply *apply, enum constraint_kind kind);

/* apply_foreign_key.c */
void apply_add_foreign_key(struct apply *apply, struct relation *relation);
void clone_foreign_keys(struct apply *apply, const struct relation *parent, object_id partition);

/* apply_index.c */
void apply_create_index(struct apply *apply);
/* The key columns' names; false when one is an expression, or none is known. */
bool index_key_names(struct apply *apply, const struct relation *index, struct name_list *out);
void add_index_constraint(struct apply *apply, struct relation *relation);
/* Makes, or finds, the partition's counterparts of the partitioned table's indexes. */
void clone_indexes(struct apply *apply, const struct relation *parent, object_id partition);
/* The same index on another table, for LIKE INCLUDING INDEXES and partitions. */
object_id copy_index(struct apply *apply, const struct relation *index, object_id table,
                     object_id parent_index);

/* apply_partition.c */
void apply_partition_action(struct apply *apply);
void apply_drop_inherit(struct apply *apply);
void apply_alter_inherit(struct apply *apply, struct relation *child);
void become_partition(struct apply *apply, const struct relation *parent, object_id partition,
                      const struct node *bound);

/* apply_sequence.c */
void apply_create_sequence(struct apply *apply);
void apply_alter_sequence(struct apply *apply);
void alter_owned_sequence(struct apply *apply, object_id sequence, struct node_list options);
object_id make_owned_sequence(struct apply *apply, struct relation *table, const char *column,
                              const struct type_use *type, struct node_list options);

/* apply_view.c */
void apply_create_view(struct apply *apply);
struct query;
/* Refuses when two columns have the same name. */
bool query_names_differ(struct apply *apply, const struct query *query, struct node_list aliases);

/* apply_type.c */
void apply_type(struct apply *apply);
/* A new type of the operation's name; NULL: refused. */
struct type *make_type(struct apply *apply, enum object_kind kind);
/* The type that the operation means, to be changed; assumed where it may exist; NULL: refused. */
struct type *edit_type(struct apply *apply, enum object_kind kind);
/* apply_domain.c */
void create_domain(struct apply *apply);
void alter_domain(struct apply *apply);
/* apply_function.c */
void apply_function(struct apply *apply);
/* apply_trigger.c */
void apply_on_relation(struct apply *apply); /* triggers, policies, rules, row security */
void clone_triggers(struct apply *apply, const struct relation *parent, object_id partition);
void detach_triggers(struct apply *apply, struct relation *partition);
void drop_attached(struct apply *apply);
void rename_attached(struct apply *apply);
void comment_on_attached(struct apply *apply, const char *comment);
/* kind: enum part_kind of a trigger, policy or rule */
void remove_attached(struct apply *apply, struct relation *relation, int kind, object_id id);
/* apply_drop.c */
void apply_drop(struct apply *apply, const struct op *ops, size_t n); /* all of one DROP */
void drop_table_column(struct apply *apply, struct relation *relation, const struct column *column);
void drop_table_constraint(struct apply *apply, struct relation *relation,
                           const struct constraint *constraint);
/* Takes the object out of the schema, and out of the lists of its parents, children and table. */
void forget_object(struct apply *apply, object_id id);
/* The same for what was not certain to be there: the new object of its name gets its id, so that what refers to it does so on. */
void replace_object(struct apply *apply, object_id id);
/* The function that is meant; NULL when there is none, or it is refused. wanted NULL: by the name alone. */
const struct function *find_function(struct apply *apply, const struct ObjectWithArgs *wanted);
/* Removes the objects with what goes with them; refuses without cascade where something would stop it. */
struct part;
void drop_parts(struct apply *apply, const struct part *parts, size_t n, bool cascade);
/* apply_rename.c */
void apply_rename(struct apply *apply);
void apply_set_schema(struct apply *apply);
void apply_owner(struct apply *apply);
void apply_comment(struct apply *apply);
/* apply_rows.c */
void apply_rows(struct apply *apply);
/* apply_setting.c */
void apply_setting(struct apply *apply);
void put_setting(struct apply *apply, const char *name, const char *value, bool local);
/* apply_session.c */
void apply_session(struct apply *apply);
/* Of BEGIN and SET TRANSACTION. */
void apply_transaction_options(struct apply *apply, struct node_list options);
/* apply_call.c */
void apply_calls(struct apply *apply);
/* apply_table_option.c */
void apply_table_option(struct apply *apply);
void mark_clustered(struct apply *apply, const struct relation *table, const char *index);
struct node_list options_merge(struct arena *arena, struct node_list old, struct node_list set);
struct node_list options_without(struct arena *arena, struct node_list old, struct node_list reset);
/* apply_other.c */
void apply_other(struct apply *apply);

#endif
