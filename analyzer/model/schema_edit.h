/*
 * Changing a schema: only for schema*.c and apply*.c. Objects are values shared by snapshots; within one
 * applied statement (an epoch) a relation that was copied once is changed in place, so that a table
 * of many columns is not copied for each.
 */
#ifndef MODEL_SCHEMA_EDIT_H
#define MODEL_SCHEMA_EDIT_H

#include "model/schema.h"

#define TEMPORARY_SCHEMA "pg_temp"

struct key {
    char bytes[1024];
};
/* Keys of the maps; valid as long as *key. */
const char *schema_key(struct key *key, const char *schema, const char *name);

object_id schema_find(const struct pmap *map, const char *schema, const char *name);
/* Along the search_path when the name has no schema. */
object_id schema_look_up(const struct schema *schema, const struct pmap *map, struct name name);
object_id schema_find_other(const struct schema *schema, int type, struct name name);
/* Whether objects of the kind (enum ObjectType) live in schemas. */
bool schema_kind_has_namespace(int type);
const char *schema_real_name(const char *schema);
/* value NULL: DEFAULT. */
const struct setting *schema_new_setting(struct arena *arena, const char *name, const char *value);
/* Where an unqualified name is created; NULL: no schema of the search_path exists. */
const char *schema_creation_namespace(const struct schema *schema);

/* A new epoch begins. */
void schema_begin_epoch(struct schema *schema);
object_id schema_new_id(struct schema *schema);

/* Enters a new object into all maps it belongs to; its id, kind and name are set. */
void schema_add(struct schema *schema, const struct object *object);
/* Takes it out of all maps. */
void schema_remove(struct schema *schema, object_id id);
/* Puts a changed copy in the place of the object with the same id and the same name. */
void schema_replace(struct schema *schema, const struct object *object);
/* Gives the object (found by id) another name and schema in all maps. */
void schema_rename(struct schema *schema, object_id id, const char *namespace, const char *name);

/* The relation to be changed: a copy the first time in an epoch. NULL: no relation has the id. */
struct relation *schema_edit_relation(struct schema *schema, object_id id);
/* A changed copy of another kind of object, already in its place. */
struct type *schema_edit_type(struct schema *schema, object_id id);
struct function *schema_edit_function(struct schema *schema, object_id id);
struct other *schema_edit_other(struct schema *schema, object_id id);

/* Within relation, which is being edited. What is returned may be changed until the next call. */
struct column *relation_add_column(struct schema *schema, struct relation *relation);
struct column *relation_edit_column(struct schema *schema, struct relation *relation,
                                    const char *name);
void relation_remove_column(struct schema *schema, struct relation *relation, const char *name);
/* The constraint gets an id when it has none, and its name is counted. */
struct constraint *relation_add_constraint(struct schema *schema, struct relation *relation,
                                           const struct constraint *constraint);
/* A changed copy in the constraint's place. */
struct constraint *relation_edit_constraint(struct schema *schema, struct relation *relation,
                                            object_id id);
void relation_rename_constraint(struct schema *schema, struct relation *relation, object_id id,
                                const char *name);
void relation_remove_constraint(struct schema *schema, struct relation *relation, object_id id);

void id_list_add(struct arena *arena, struct id_list *list, object_id id); /* once */
void id_list_remove(struct arena *arena, struct id_list *list, object_id id);

/* Remembers that user (or a part of it) refers to these; see depend.h. */
void schema_note_uses(struct schema *schema, object_id user, struct references uses);
void schema_note_use(struct schema *schema, object_id user, object_id used);

/* Whether any relation or domain of the schema has a constraint of this name. */
bool schema_has_constraint_name(const struct schema *schema, const char *namespace,
                                const char *name);
void schema_count_constraint_name(struct schema *schema, const char *namespace, const char *name,
                                  int change);

#endif
