/*
 * What the grammars of PostgreSQL 15 to 17 print otherwise than that of 18 is brought to the
 * newest form here, so that nobody above knows the difference. Only for sql/read_node.c.
 */
#ifndef SQL_OLDER_H
#define SQL_OLDER_H

#include "base/arena.h"
#include "sql/fields.h"
#include "sql/node.h"

/* A field that the structs do not have: a list, to be read into *list, a flag, to be kept for older_finish, or nothing known. */
enum older_field { OLDER_NONE, OLDER_LIST, OLDER_FLAG };
enum older_field older_field(struct arena *arena, void *object, enum node_kind kind,
                             const char *name, size_t len, struct node_list **list);

/* A value of an enum that older grammars print as free text; 0 when it is none. */
unsigned older_value(enum enum_id id, const char *name, size_t len);

struct older_context {
    struct arena *arena;
    int major;          /* of the grammar */
    const char *source; /* what was parsed */
    int base;           /* locations minus base are offsets in source */
    bool flag;          /* an OLDER_FLAG of the node was true */
};

/* An Integer node, where an older grammar prints a number. */
const struct node *older_integer(struct arena *arena, int value);

/* Whether older_finish has anything to do with such a node. */
static inline bool older_concerns(enum node_kind kind) {
    return kind == NODE_A_Const || kind == NODE_DefElem || kind == NODE_Constraint ||
           kind == NODE_AlterTableCmd || kind == NODE_MergeWhenClause || kind == NODE_CommentStmt ||
           kind == NODE_GrantRoleStmt || kind == NODE_AlterStatsStmt;
}

/* The node is complete: what older grammars leave out is filled in. */
void older_finish(const struct older_context *context, void *object, enum node_kind kind);

#endif
