/*
 * A baseline: findings that are known and accepted, by fingerprint, so that only new ones count.
 * The file is JSON, as "migvet baseline" writes it:
 *
 *     {"version": 1, "findings": [{"fingerprint": "...", "rule": "...", "file": "...", "message": "..."}]}
 */
#ifndef CONFIG_BASELINE_H
#define CONFIG_BASELINE_H

#include "base/map.h"
#include "config/config.h"

struct baseline_entry {
    const char *fingerprint, *rule, *file;
    bool used; /* a finding of this run has the fingerprint */
};

struct baseline {
    const char *path;
    VEC(struct baseline_entry *) list; /* in the order of the file */
    struct map by_fingerprint;         /* -> struct baseline_entry */
};

/* Returns 0, or -1 with *error filled. */
int baseline_read(struct arena *arena, const char *path, struct baseline *baseline,
                  struct config_error *error);

#endif
