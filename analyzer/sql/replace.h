/* Changed copies of trees. */
#ifndef SQL_REPLACE_H
#define SQL_REPLACE_H

#include "base/arena.h"
#include "sql/node.h"

/*
 * The tree with other nodes in the places of some: replace returns the node that stands there instead (it is
 * taken as it is), or NULL to leave it and look below. What does not change is shared with the old tree;
 * the old pointer itself comes back when nothing changes. A tree too deep (1000 levels) is left as it is there.
 */
const struct node *
node_replace(struct arena *arena, const struct node *node,
             const struct node *(*replace)(const struct node *node, void *context), void *context);

#endif
