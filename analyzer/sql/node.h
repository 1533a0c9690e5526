/*
 * The typed tree: what PostgreSQL's grammar makes of a statement, as C structs with
 * PostgreSQL's own names (struct IndexStmt, struct AlterTableCmd, struct ColumnDef ...).
 * All of it lives in the arena of the file; nothing is ever changed after reading.
 *
 *     if (node->kind == NODE_IndexStmt) {
 *         const struct IndexStmt *index = node_as(IndexStmt, node);
 *
 * Locations (fields named location) are bytes from 0 in statement->text, -1 or 0 when the grammar
 * gives none or it is the statement's first byte. A field that is absent in JSON is NULL, false or 0.
 */
#ifndef SQL_NODE_H
#define SQL_NODE_H

#include <stdbool.h>
#include <stddef.h>

enum node_kind {
    NODE_UNKNOWN, /* a node of a grammar newer than node.def: see struct unknown_node */
#define BEGIN(type) NODE_##type,
#define STRING(type, field)
#define CHARACTER(type, field)
#define BOOLEAN(type, field)
#define INTEGER(type, field)
#define ENUM(type, field, name)
#define CHILD(type, field, name)
#define NODE(type, field)
#define LIST(type, field)
#define END(type)
#include "sql/node.def"
#undef BEGIN
#undef STRING
#undef CHARACTER
#undef BOOLEAN
#undef INTEGER
#undef ENUM
#undef CHILD
#undef NODE
#undef LIST
#undef END
    NODE_KINDS
};

struct node {
    enum node_kind kind;
};

struct node_list {
    size_t n;
    const struct node *const *v;
};

/* Carried, never dropped: its name, and the nodes found anywhere below it. */
struct unknown_node {
    struct node tree_node;
    const char *name;
    struct node_list children;
};

#define BEGIN(type) enum type { type##_unknown,
#define VALUE(type, name) name,
#define END(type)                                                                                  \
    }                                                                                              \
    ;
#include "sql/enum.def"
#undef BEGIN
#undef VALUE
#undef END

#define BEGIN(type)                                                                                \
    struct type {                                                                                  \
        struct node tree_node;
#define STRING(type, field) const char *field;
#define CHARACTER(type, field) char field;
#define BOOLEAN(type, field) bool field;
#define INTEGER(type, field) int field;
#define ENUM(type, field, name) enum name field;
#define CHILD(type, field, name) const struct name *field;
#define NODE(type, field) const struct node *field;
#define LIST(type, field) struct node_list field;
#define END(type)                                                                                  \
    }                                                                                              \
    ;
#include "sql/node.def"
#undef BEGIN
#undef STRING
#undef CHARACTER
#undef BOOLEAN
#undef INTEGER
#undef ENUM
#undef CHILD
#undef NODE
#undef LIST
#undef END

/* The node as its struct; the kind must be right (BUG otherwise). */
#define node_as(type, pointer) ((const struct type *)node_check((pointer), NODE_##type))
/* The node as its struct, or NULL when it is NULL or of another kind. */
#define node_if(type, pointer) ((const struct type *)node_only((pointer), NODE_##type))

const void *node_check(const struct node *node, enum node_kind kind);
const void *node_only(const struct node *node, enum node_kind kind);

const char *node_kind_name(enum node_kind kind); /* "IndexStmt" */

/*
 * Visits the node and all below it, parents first, left to right, without recursion. The visitor
 * returns false to leave out what is below the node.
 */
struct arena;
void node_walk(struct arena *arena, const struct node *node,
               bool (*visit)(const struct node *node, void *context), void *context);

/* They say the same, wherever they are written; false when a part is of no known kind. */
bool node_same(const struct node *a, const struct node *b);
bool node_list_same(struct node_list a, struct node_list b);

/* The string of a String node, else NULL. */
const char *node_string(const struct node *node);
/* The last of a list of String nodes (an unqualified name), NULL for an empty list. */
const char *node_list_last_string(struct node_list list);

#endif
