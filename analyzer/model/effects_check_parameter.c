/* Storage parameters and options of views: WITH (...) and SET (...) (reloptions.c). */
#include "model/effects_check.h"

#include "base/ascii.h"

#include <string.h>

enum {
    HEAP = 1,
    TOAST = 2,
    VIEW = 4,
    BTREE = 8,
    HASH = 16,
    GIST = 32,
    GIN = 64,
    BRIN = 128,
    SPGIST = 256
};

struct parameter {
    const char *name;
    int kinds, since;
    long least, most; /* of integers; both 0: not tested */
};

static const struct parameter parameters[] = {
    {"fillfactor", HEAP | BTREE | HASH | GIST | SPGIST, 12, 10, 100},
    {"toast_tuple_target", HEAP, 12, 128, 8160},
    {"parallel_workers", HEAP, 12, 0, 1024},
    {"user_catalog_table", HEAP, 12, 0, 0},
    {"autovacuum_enabled", HEAP | TOAST, 12, 0, 0},
    {"autovacuum_vacuum_threshold", HEAP | TOAST, 12, 0, 0},
    {"autovacuum_vacuum_max_threshold", HEAP | TOAST, 18, 0, 0},
    {"autovacuum_vacuum_insert_threshold", HEAP | TOAST, 13, 0, 0},
    {"autovacuum_analyze_threshold", HEAP, 12, 0, 0},
    {"autovacuum_vacuum_cost_delay", HEAP | TOAST, 12, 0, 0},
    {"autovacuum_vacuum_cost_limit", HEAP | TOAST, 12, 0, 0},
    {"autovacuum_freeze_min_age", HEAP | TOAST, 12, 0, 0},
    {"autovacuum_freeze_max_age", HEAP | TOAST, 12, 0, 0},
    {"autovacuum_freeze_table_age", HEAP | TOAST, 12, 0, 0},
    {"autovacuum_multixact_freeze_min_age", HEAP | TOAST, 12, 0, 0},
    {"autovacuum_multixact_freeze_max_age", HEAP | TOAST, 12, 0, 0},
    {"autovacuum_multixact_freeze_table_age", HEAP | TOAST, 12, 0, 0},
    {"autovacuum_vacuum_scale_factor", HEAP | TOAST, 12, 0, 0},
    {"autovacuum_vacuum_insert_scale_factor", HEAP | TOAST, 13, 0, 0},
    {"autovacuum_analyze_scale_factor", HEAP, 12, 0, 0},
    {"log_autovacuum_min_duration", HEAP | TOAST, 12, 0, 0},
    {"log_autoanalyze_min_duration", HEAP, 19, 0, 0},
    {"vacuum_index_cleanup", HEAP | TOAST, 12, 0, 0},
    {"vacuum_truncate", HEAP | TOAST, 12, 0, 0},
    {"vacuum_max_eager_freeze_failure_rate", HEAP | TOAST, 18, 0, 0},
    {"security_barrier", VIEW, 12, 0, 0},
    {"security_invoker", VIEW, 15, 0, 0},
    {"check_option", VIEW, 12, 0, 0},
    {"deduplicate_items", BTREE, 13, 0, 0},
    {"vacuum_cleanup_index_scale_factor", BTREE, 12, 0, 0},
    {"buffering", GIST, 12, 0, 0},
    {"fastupdate", GIN, 12, 0, 0},
    {"gin_pending_list_limit", GIN, 12, 64, 2147483647},
    {"pages_per_range", BRIN, 12, 1, 131072},
    {"autosummarize", BRIN, 12, 0, 0},
};

static const struct parameter *find_parameter(const char *name) {
    for (size_t i = 0; i < sizeof(parameters) / sizeof(*parameters); i++)
        if (ascii_case_equal(name, parameters[i].name))
            return &parameters[i];
    return NULL;
}

static int index_kind(const char *am) {
    static const struct {
        const char *am;
        int kind;
    } kinds[] = {{"btree", BTREE}, {"hash", HASH}, {"gist", GIST},
                 {"gin", GIN},     {"brin", BRIN}, {"spgist", SPGIST}};

    for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
        if (strcmp(am, kinds[i].am) == 0)
            return kinds[i].kind;
    return 0;
}

/* 0: nothing is known of its parameters. */
static int parameter_kind(enum object_kind kind, const char *am) {
    switch (kind) {
    case OBJ_TABLE:
    case OBJ_MATVIEW:
        return am == NULL || strcmp(am, "heap") == 0 ? HEAP : 0;
    case OBJ_VIEW:
        return VIEW;
    case OBJ_INDEX:
    case OBJ_PARTITIONED_INDEX:
        return index_kind(am != NULL ? am : "btree");
    default:
        return 0;
    }
}

static bool integer_of(const struct node *node, long *value) {
    const struct Integer *integer = node_if(Integer, node);

    if (integer == NULL)
        return false;
    *value = integer->ival;
    return true;
}

static void check_parameter(struct effects_work *work, const struct DefElem *option, int kind) {
    const struct parameter *parameter = find_parameter(option->defname);
    bool toast = option->defnamespace != NULL && strcmp(option->defnamespace, "toast") == 0;
    long value;

    if (parameter == NULL || parameter->since > work->schema->target ||
        !(parameter->kinds & (toast ? TOAST : kind)))
        effects_fail(work, "22023", "unrecognized parameter \"%s\"", option->defname);
    else if (parameter->most > 0 && integer_of(option->arg, &value) &&
             (value < parameter->least || value > parameter->most))
        effects_fail(work, "22023", "value %ld out of bounds for option \"%s\"", value,
                     parameter->name);
}

void effects_check_parameters(struct effects_work *work, struct node_list options,
                              enum object_kind kind, const char *am) {
    int known = parameter_kind(kind, am);

    for (size_t i = 0; i < options.n && !work->stopped; i++) {
        const struct DefElem *option = node_if(DefElem, options.v[i]);

        if (option == NULL || option->defname == NULL || strcmp(option->defname, "oids") == 0)
            continue;
        if (kind == OBJ_PARTITIONED_TABLE && work->schema->target >= 16)
            effects_fail(work, "42809",
                         "cannot specify storage parameters for a partitioned table");
        else if (kind == OBJ_PARTITIONED_TABLE)
            effects_fail(work, "22023", "unrecognized parameter \"%s\"", option->defname);
        else if (known != 0)
            check_parameter(work, option, known);
    }
}
