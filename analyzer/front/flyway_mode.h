/* What Flyway finds in a file that cannot run in a transaction. */
#ifndef FRONT_FLYWAY_MODE_H
#define FRONT_FLYWAY_MODE_H

#include "source/text.h"

struct flyway_mode {
    const char *
        alone; /* the first statement of that kind, "CREATE INDEX CONCURRENTLY"; NULL: there is none */
    bool others; /* there are other statements, too */
};

/* As Flyway sees it, by the words that statements begin with; the server refuses more of them in a transaction. */
struct flyway_mode flyway_mode_of(struct arena *arena, const struct file *file);

#endif
