/* Storage parameters and options of views: WITH (...) and SET (...) (reloptions.c). */
#include "model/effects_check.h"

#include "base/ascii.h"

#include <stdlib.h>
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

/* What a value may be; of numbers between least and most. */
enum value_kind { BOOLEAN, INTEGER, REAL, WORDS };

struct parameter {
    const char *name;
    int kinds, since;
    enum value_kind value;
    double least, most;
    const char *words; /* " on off " */
};

enum { BILLION = 1000000000, INT_MOST = 2147483647 };
#define TABLE_AND_TOAST (HEAP | TOAST)

static const struct parameter parameters[] = {
    {"fillfactor", HEAP | BTREE | HASH | GIST | SPGIST, 12, INTEGER, 10, 100, NULL},
    {"toast_tuple_target", HEAP, 12, INTEGER, 128, 8160, NULL},
    {"parallel_workers", HEAP, 12, INTEGER, 0, 1024, NULL},
    {"user_catalog_table", HEAP, 12, BOOLEAN, 0, 0, NULL},
    {"autovacuum_enabled", TABLE_AND_TOAST, 12, BOOLEAN, 0, 0, NULL},
    {"autovacuum_vacuum_threshold", TABLE_AND_TOAST, 12, INTEGER, 0, INT_MOST, NULL},
    {"autovacuum_vacuum_max_threshold", TABLE_AND_TOAST, 18, INTEGER, -1, INT_MOST, NULL},
    {"autovacuum_vacuum_insert_threshold", TABLE_AND_TOAST, 13, INTEGER, -1, INT_MOST, NULL},
    {"autovacuum_analyze_threshold", HEAP, 12, INTEGER, 0, INT_MOST, NULL},
    {"autovacuum_vacuum_cost_delay", TABLE_AND_TOAST, 12, REAL, 0, 100, NULL},
    {"autovacuum_vacuum_cost_limit", TABLE_AND_TOAST, 12, INTEGER, 1, 10000, NULL},
    {"autovacuum_freeze_min_age", TABLE_AND_TOAST, 12, INTEGER, 0, BILLION, NULL},
    {"autovacuum_freeze_max_age", TABLE_AND_TOAST, 12, INTEGER, 100000, 2.0 * BILLION, NULL},
    {"autovacuum_freeze_table_age", TABLE_AND_TOAST, 12, INTEGER, 0, 2.0 * BILLION, NULL},
    {"autovacuum_multixact_freeze_min_age", TABLE_AND_TOAST, 12, INTEGER, 0, BILLION, NULL},
    {"autovacuum_multixact_freeze_max_age", TABLE_AND_TOAST, 12, INTEGER, 10000, 2.0 * BILLION,
     NULL},
    {"autovacuum_multixact_freeze_table_age", TABLE_AND_TOAST, 12, INTEGER, 0, 2.0 * BILLION, NULL},
    {"autovacuum_vacuum_scale_factor", TABLE_AND_TOAST, 12, REAL, 0, 100, NULL},
    {"autovacuum_vacuum_insert_scale_factor", TABLE_AND_TOAST, 13, REAL, 0, 100, NULL},
    {"autovacuum_analyze_scale_factor", HEAP, 12, REAL, 0, 100, NULL},
    {"log_autovacuum_min_duration", TABLE_AND_TOAST, 12, INTEGER, -1, INT_MOST, NULL},
    {"log_autoanalyze_min_duration", HEAP, 19, INTEGER, -1, INT_MOST, NULL},
    {"vacuum_index_cleanup", TABLE_AND_TOAST, 12, WORDS, 0, 0,
     " auto on off true false yes no 1 0 "},
    {"vacuum_truncate", TABLE_AND_TOAST, 12, BOOLEAN, 0, 0, NULL},
    {"vacuum_max_eager_freeze_failure_rate", TABLE_AND_TOAST, 18, REAL, 0, 1, NULL},
    {"security_barrier", VIEW, 12, BOOLEAN, 0, 0, NULL},
    {"security_invoker", VIEW, 15, BOOLEAN, 0, 0, NULL},
    {"check_option", VIEW, 12, WORDS, 0, 0, " local cascaded "},
    {"deduplicate_items", BTREE, 13, BOOLEAN, 0, 0, NULL},
    {"vacuum_cleanup_index_scale_factor", BTREE, 12, REAL, 0, 1e10, NULL},
    {"buffering", GIST, 12, WORDS, 0, 0, " auto on off "},
    {"fastupdate", GIN, 12, BOOLEAN, 0, 0, NULL},
    {"gin_pending_list_limit", GIN, 12, INTEGER, 64, INT_MOST, NULL},
    {"pages_per_range", BRIN, 12, INTEGER, 1, 131072, NULL},
    {"autosummarize", BRIN, 12, BOOLEAN, 0, 0, NULL},
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

/* --- values (parse_one_reloption) --- */

/* As text; NULL: none is given, which is true. */
static const char *value_text(struct effects_work *work, const struct node *node) {
    const struct Integer *integer = node_if(Integer, node);
    const struct Float *real = node_if(Float, node);
    const struct TypeName *word = node_if(TypeName, node);

    if (integer != NULL)
        return arena_printf(work->arena, "%d", integer->ival);
    if (real != NULL)
        return real->fval;
    return word != NULL ? node_list_last_string(word->names) : node_string(node);
}

/* parse_bool: a part of a word will do where it is no part of another. */
static bool is_boolean(const char *text) {
    static const char *const names[] = {"true", "false", "yes", "no", "on", "off", "1", "0"};
    size_t length = strlen(text);

    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        if (length > 0 && (length > 1 || text[0] != 'o') && length <= strlen(names[i]) &&
            ascii_ncasecmp(names[i], text, length) == 0)
            return true;
    return false;
}

static bool is_word(const char *words, const char *text) {
    size_t length = strlen(text);

    for (const char *word = words; *word != '\0'; word++)
        if (*word == ' ' && ascii_ncasecmp(word + 1, text, length) == 0 && word[1 + length] == ' ')
            return true;
    return false;
}

static void invalid(struct effects_work *work, const char *kind, const char *name,
                    const char *text) {
    effects_fail(work, "22023", "invalid value for %s option \"%s\": %s", kind, name, text);
}

static void check_number(struct effects_work *work, const struct parameter *parameter,
                         const char *text) {
    char *end;
    double value = strtod(text, &end);

    if (end == text)
        invalid(work, parameter->value == INTEGER ? "integer" : "floating point", parameter->name,
                text);
    else if (*end == '\0' && (value < parameter->least || value > parameter->most))
        effects_fail(work, "22023", "value %s out of bounds for option \"%s\"", text,
                     parameter->name);
}

static void check_value(struct effects_work *work, const struct parameter *parameter,
                        const struct node *node) {
    const char *text = node != NULL ? value_text(work, node) : "true";

    if (text == NULL)
        return;
    if (parameter->value == BOOLEAN && !is_boolean(text))
        invalid(work, "boolean", parameter->name, text);
    else if (parameter->value == WORDS && !is_word(parameter->words, text) &&
             (work->schema->target >= 14 || strcmp(parameter->name, "vacuum_index_cleanup") != 0))
        invalid(work, "enum", parameter->name, text);
    else if (work->schema->target < 14 && strcmp(parameter->name, "vacuum_index_cleanup") == 0 &&
             !is_boolean(text)) /* was one then */
        invalid(work, "boolean", parameter->name, text);
    else if (parameter->value == INTEGER || parameter->value == REAL)
        check_number(work, parameter, text);
}

/* --- one parameter --- */

static void check_parameter(struct effects_work *work, const struct DefElem *option, int kind) {
    const struct parameter *parameter = find_parameter(option->defname);
    bool toast = option->defnamespace != NULL && strcmp(option->defnamespace, "toast") == 0;

    if (option->defnamespace != NULL && (!toast || kind != HEAP))
        effects_fail(work, "22023", "unrecognized parameter namespace \"%s\"",
                     option->defnamespace);
    else if (parameter == NULL || parameter->since > work->schema->target ||
             !(parameter->kinds & (toast ? TOAST : kind)))
        effects_fail(work, "22023", "unrecognized parameter \"%s\"", option->defname);
    else
        check_value(work, parameter, option->arg);
}

/* attribute_reloptions: real numbers, of which the negative ones are parts of all rows. */
void effects_check_column_option(struct effects_work *work, const struct DefElem *option) {
    static const struct parameter known[] = {
        {"n_distinct", 0, 12, REAL, -1, 1e300, NULL},
        {"n_distinct_inherited", 0, 12, REAL, -1, 1e300, NULL},
    };

    for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
        if (strcmp(option->defname, known[i].name) == 0) {
            check_value(work, &known[i], option->arg);
            return;
        }
    effects_fail(work, "22023", "unrecognized parameter \"%s\"", option->defname);
}

/* WITH (oids = false) is what every table is; true is what none can be any more (transformRelOptions). */
static bool is_oids(struct effects_work *work, const struct DefElem *option,
                    enum parameters_of what) {
    const char *text = option->arg != NULL ? value_text(work, option->arg) : "true";

    if (what != PARAMETERS_CREATE || strcmp(option->defname, "oids") != 0 ||
        option->defnamespace != NULL)
        return false;
    if (text != NULL && (text[0] == 't' || strcmp(text, "1") == 0 || ascii_case_equal(text, "on")))
        effects_fail(work, "0A000", "tables declared WITH OIDS are not supported");
    return true;
}

static bool is_told_twice(struct node_list options, size_t at) {
    const struct DefElem *option = node_as(DefElem, options.v[at]);

    for (size_t i = 0; i < at; i++) {
        const struct DefElem *other = node_if(DefElem, options.v[i]);

        if (other != NULL && other->defname != NULL &&
            strcmp(other->defname, option->defname) == 0 &&
            (other->defnamespace == NULL) == (option->defnamespace == NULL))
            return true;
    }
    return false;
}

void effects_check_parameters(struct effects_work *work, struct node_list options,
                              enum object_kind kind, const char *am, enum parameters_of what) {
    int known = parameter_kind(kind, am);

    for (size_t i = 0; i < options.n && !work->stopped; i++) {
        const struct DefElem *option = node_if(DefElem, options.v[i]);

        if (option == NULL || option->defname == NULL || is_oids(work, option, what))
            continue;
        if (kind == OBJ_PARTITIONED_TABLE && work->schema->target >= 16)
            effects_fail(work, "42809",
                         "cannot specify storage parameters for a partitioned table");
        else if (kind == OBJ_PARTITIONED_TABLE)
            effects_fail(work, "22023", "unrecognized parameter \"%s\"", option->defname);
        else if (known != 0)
            check_parameter(work, option, known);
        if (is_told_twice(options, i))
            effects_fail(work, "22023", "parameter \"%s\" specified more than once",
                         option->defname);
    }
}
