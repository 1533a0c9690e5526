/*
 * The configuration, .migvet.yml, as plain data. What it means is decided by those who use it; rule and
 * pack names are checked by lint (which knows them).
 */
#ifndef CONFIG_CONFIG_H
#define CONFIG_CONFIG_H

#include "base/buf.h"
#include "config/document.h"
#include "source/report.h"

enum setting_state { SETTING_UNSET, SETTING_ON, SETTING_OFF };

struct rule_option {
    const char *key;
    const struct document *value;
    struct position at; /* of the key */
};

/* What a file says of one rule. */
struct rule_setting {
    const char *rule;
    struct position at; /* of the name */
    enum setting_state state;
    enum tier tier;                  /* 0: the rule's own */
    VEC(struct rule_option) options; /* all but tier: the rule declares what it takes */
};

struct override {
    VEC(const char *) paths; /* globs, relative to the configuration's folder */
    VEC(struct rule_setting) rules;
};

struct config {
    const char *path;   /* of the file, as reported; NULL: defaults only */
    const char *folder; /* absolute, where the file stands; paths and globs are relative to it */
    const struct file *file; /* NULL: defaults only */
    int target;              /* 12 to 18; 0: not set */
    int fail_on;             /* enum tier; 0: never; -1: not set */
    bool history_complete;
    bool timeouts_external;
    bool downs_none;
    bool ignore_reason_required;
    VEC(const char *) include, exclude; /* globs */
    VEC(struct rule_setting) rules;
    VEC(const char *) packs;
    VEC(struct position) pack_positions; /* beside packs */
    VEC(struct override) overrides;
    const char *front; /* forced front's name; NULL */
};

/* An error in a configuration: at a place, in the words of the user. */
struct config_error {
    const char *path;
    struct position at; /* line 0: the file as a whole */
    const char *message;
};

extern const int
    config_default_target; /* the oldest major still supported upstream at release time */

void config_init(struct config *config);
/* Reads the file at path (absolute or relative to the working directory). Returns 0, or -1 with *error filled. */
int config_read(struct arena *arena, const char *path, struct config *config,
                struct config_error *error);
/*
 * The path of the .migvet.yml that holds for a file or folder: the nearest one upward from it to the repository root (a folder
 * with .git) or, without one, to the file system's root. NULL: none.
 */
const char *config_find(struct arena *arena, const char *path);
/* The root of the repository that holds path (absolute); NULL: none. */
const char *config_repository_root(struct arena *arena, const char *path);

/* path absolute. Whether the configuration's include and exclude let it be analysed. */
bool config_includes(struct arena *arena, const struct config *config, const char *absolute_path);

/*
 * What holds for a rule in a file: overrides win over rules, later ones over earlier. Returns
 * settings merged: state, tier, and the last value of each option.
 */
struct rule_setting config_rule(struct arena *arena, const struct config *config, const char *rule,
                                const char *absolute_path);

/* The configuration as YAML, every key with its value in force and where it comes from. */
void config_print(struct buf *out, const struct config *config);

#endif
