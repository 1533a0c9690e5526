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

/* The value of a placeholder. */
struct config_var {
    const char *name, *value;
    struct position at; /* of the name */
};

/* A framework of the user's own: front: {glob: ..., ...}. Its front's name is "configured". */
struct own_front {
    const char *
        glob; /* of its files, relative to the configuration's folder; NULL: there is no such front */
    bool by_path; /* order: path; else by the numbers that the names begin with */
    const char *up,
        *down; /* how the lines begin that begin a section; NULL: a file is one section */
    const char *transaction; /* one of own_front_transactions */
};
extern const char *const own_front_transactions[]; /* up to a NULL; the first is the default */

/* The keys at the top of a configuration. */
enum config_key {
    CONFIG_TARGET,
    CONFIG_FAIL_ON,
    CONFIG_HISTORY,
    CONFIG_TIMEOUTS,
    CONFIG_DOWNS,
    CONFIG_FRONT,
    CONFIG_PATHS,
    CONFIG_RULES,
    CONFIG_PACKS,
    CONFIG_IGNORE_REASON,
    CONFIG_OVERRIDES,
    CONFIG_VARS,
    CONFIG_KEY_COUNT
};

struct config {
    const char *path; /* of the file, as reported; NULL: defaults only */
    const char
        *folder; /* absolute; globs are relative to it: where the file stands, or for a file given
                           by --config the working directory. NULL: defaults only */
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
    VEC(struct config_var) vars;
    struct own_front own_front;
    const char *front; /* forced front's name; NULL. Checked by front/ (front_find) */
    struct position front_at;
    struct position at[CONFIG_KEY_COUNT]; /* of each key; line 0: not in the file */
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
 * The configuration for a file or folder (absolute): the file given (--config; NULL: none given), else none at all when off
 * (--no-config), else the one that config_find finds; the defaults when there is none. Returns as config_read.
 */
int config_load(struct arena *arena, const char *path, const char *given, bool off,
                struct config *config, struct config_error *error);
/*
 * The path of the .migvet.yml (or .migvet.yaml) that holds for a file or folder: the nearest one upward from it to the repository root (a folder
 * with .git) or, without one, to the file system's root. NULL: none.
 */
const char *config_find(struct arena *arena, const char *path);
/* The root of the repository that holds path (absolute); NULL: none. */
const char *config_repository_root(struct arena *arena, const char *path);
/* The two questions of which the above consist, for one folder: its own configuration, NULL when it has none; is it a root. */
const char *config_in_folder(struct arena *arena, const char *folder);
bool config_is_repository_root(struct arena *arena, const char *folder);

/*
 * How a path (absolute) is reported: relative to the root of its repository, else to the working directory when it is
 * below that, else as it is.
 */
const char *config_reported_path(struct arena *arena, const char *path);

/* path absolute. Whether the configuration's include and exclude let it be analysed. */
bool config_includes(struct arena *arena, const struct config *config, const char *absolute_path);
/* Whether everything in this folder (absolute) is excluded, so that there is no need to look into it. */
bool config_excludes_folder(const struct config *config, const char *absolute_folder);

/*
 * What holds for a rule in a file: overrides win over rules, later ones over earlier. Returns
 * settings merged: state, tier, and the last value of each option.
 */
struct rule_setting config_rule(struct arena *arena, const struct config *config, const char *rule,
                                const char *absolute_path);

/* The configuration as YAML, every key with its value in force and where it comes from. */
void config_print(struct buf *out, const struct config *config);

/* What was detected where a new configuration is to stand. */
struct config_detected {
    int target;          /* 0: the default */
    const char *front;   /* NULL: none was recognised */
    const char *root;    /* of the history, relative to the configuration's folder; NULL: none */
    bool starts_at_zero; /* the history's first migrations create what later ones change */
    bool downs;          /* it has down migrations */
};

/* The text of a new .migvet.yml: every key with a comment, what is not decided commented out. */
void config_template(struct buf *out, const struct config_detected *detected);

#endif
