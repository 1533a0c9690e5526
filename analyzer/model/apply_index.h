/* For the files apply_index*.c and apply_key.c: making an index. */
#ifndef MODEL_APPLY_INDEX_H
#define MODEL_APPLY_INDEX_H

#include "model/apply_op.h"
#include "model/same_index.h"

struct index_definition {
    const char *name;                /* NULL: made up */
    enum constraint_kind constraint; /* 0: none */
    const struct index_column *columns;
    size_t count, key_count;
    const struct node *predicate, *definition;
    const struct statement *source;
    bool unique, nulls_not_distinct;
    enum known valid;
    const char *access_method, *tablespace;
    struct node_list options;
    object_id parent;
};

struct index_column index_column_of(const struct IndexElem *element);
/* The index, in the schema and the table's list; NULL: refused. */
struct relation *make_index(struct apply *apply, struct relation *table,
                            const struct index_definition *definition);
/* Whether a name is taken; where it may not be, for an index that is not certain, that goes. */
bool index_name_taken(struct apply *apply, const char *namespace, const char *name,
                      bool if_not_exists);
void attach_index(struct apply *apply, struct relation *child, object_id parent);

/* apply_index_copy.c */
/* Makes the counterparts of a new index of a partitioned table. */
void clone_to_partitions(struct apply *apply, object_id table, object_id index);

#endif
