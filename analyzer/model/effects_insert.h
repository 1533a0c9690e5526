/* For effects*.c: the values that an INSERT gives to columns. */
#ifndef MODEL_EFFECTS_INSERT_H
#define MODEL_EFFECTS_INSERT_H

#include "model/effects_query.h"

struct inserted {
    const struct InsertStmt *insert;
    bool selected; /* one SELECT, whose targets are the only row */
    VEC(struct node_list) rows;
};

struct given {
    enum given_kind { GIVEN_UNKNOWN, GIVEN_VALUE, GIVEN_NULL, GIVEN_SEQUENCE } kind;
    const struct node *value; /* of GIVEN_VALUE: as written, or the column's default */
};

/* False: its rows are not known (UNION, VALUES of very many). */
bool inserted_rows(struct effects_work *work, const struct InsertStmt *insert,
                   struct inserted *inserted);
/* What the row gives to a column of the relation. */
struct given inserted_value(const struct effects_work *work, const struct inserted *inserted,
                            const struct relation *relation, const struct column *column,
                            size_t row);
bool given_is_null(const struct given *given);
/* Every row has a NULL in one of the columns. */
bool inserted_key_is_null(const struct effects_work *work, const struct inserted *inserted,
                          const struct relation *relation, const struct name_list *key);

/* Defaults of columns that are left out. */
void insert_defaults(struct effects_work *work, const struct inserted *inserted,
                     const struct relation *relation);
/* Those of columns that an UPDATE sets to DEFAULT. targets: ResTarget. */
void update_defaults(struct effects_work *work, struct node_list targets,
                     const struct relation *relation);
/* The partitions that the rows go to. */
void insert_routes(struct effects_work *work, const struct inserted *inserted,
                   const struct relation *relation);

/* What the rules and triggers of a relation do when its rows change (effects_fired.c). */
struct fired {
    enum CmdType event;
    struct node_list changed; /* ResTarget: of UPDATE */
};

/* False: a rule does something else INSTEAD, and nothing for certain of what was written is done. */
bool fire_rules(struct effects_work *work, const struct relation *relation,
                const struct fired *fired);
void fire_triggers(struct effects_work *work, const struct relation *relation,
                   const struct fired *fired);
void fire_truncate_triggers(struct effects_work *work, const struct relation *relation);

#endif
