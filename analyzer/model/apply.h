/*
 * Applies a statement to a schema, as the server's catalogues would change, or refuses it as the server would.
 * Pure: nothing but the schema given changes, so it can be tried on a copy.
 */
#ifndef MODEL_APPLY_H
#define MODEL_APPLY_H

#include "model/schema.h"

struct refusal {
    const char *sqlstate; /* NULL: not refused */
    const char *message;  /* the server's words */
    bool certain; /* false: it hangs on what is not known for sure, and was applied nevertheless */
};

/*
 * Applies the operations of one statement. False when the server refuses it for certain: then the
 * schema is as it was. *refusal always tells.
 */
bool schema_apply(struct schema *schema, struct ops ops, struct refusal *refusal);

/* Names are looked for in this schema first, as CREATE SCHEMA's elements do. */
void schema_enter(struct schema *schema, const char *name);

/*
 * The relations and columns that the statement changes, and that the history never made, are assumed
 * as they are before it: what the statement then does to them can be told by comparing.
 */
void schema_assume(struct schema *schema, struct ops ops);

/* What the end of a transaction does: ON COMMIT, and settings that were LOCAL to it. */
void schema_commit(struct schema *schema);
/* What a new transaction starts with. */
void schema_begin_transaction(struct schema *schema);
/* What the end of a session does: temporary objects go, settings are the defaults again. */
void schema_end_session(struct schema *schema);

#endif
