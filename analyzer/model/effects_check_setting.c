/* Failures of SET, RESET and SHOW (guc.c: set_config_option, parse_and_validate_value). */
#include "model/effects_check.h"

#include "base/ascii.h"

#include <stdlib.h>
#include <string.h>

/* Those that SHOW ALL hides, and names that SQL has for others. */
static bool is_hidden(const char *name) {
    static const char *const names[] = {"role",
                                        "session_authorization",
                                        "is_superuser",
                                        "seed",
                                        "time zone",
                                        "xmloption",
                                        "client_encoding",
                                        "session authorization",
                                        "all",
                                        "transaction isolation level",
                                        "ssl_renegotiation_limit",
                                        "tracing",
                                        "trace_notify",
                                        "trace_locks",
                                        "trace_userlocks",
                                        "trace_lwlocks",
                                        "debug_deadlocks",
                                        "log_btree_build_stats",
                                        "trace_syncscan",
                                        "optimize_bounded_sort",
                                        "wal_debug",
                                        "transaction_deferrable",
                                        "transaction_isolation",
                                        "transaction_read_only",
                                        "default_with_oids"};

    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

static bool is_word(const char *values, const char *word) {
    size_t n = strlen(word);

    for (const char *at = values; *at != '\0';) {
        size_t len = strcspn(at, ",");

        if (len == n && ascii_ncasecmp(at, word, n) == 0)
            return true;
        at += len + (at[len] == ',');
    }
    return false;
}

/* parse_bool: any beginning of a word that is no beginning of another. */
static bool is_boolean(const char *text) {
    static const char *const words[] = {"true", "false", "yes", "no", "on", "off", "1", "0"};
    size_t n = strlen(text);

    for (size_t i = 0; i < sizeof(words) / sizeof(*words) && n > 0; i++)
        if (n <= strlen(words[i]) && ascii_ncasecmp(words[i], text, n) == 0 &&
            !(n == 1 && (*text == 'o' || *text == 'O')))
            return true;
    return false;
}

/* Enums take other words for their values than those that they show. */
static bool is_enum(const struct catalog_parameter *parameter, const char *text) {
    return is_word(parameter->values, text) || is_boolean(text) ||
           is_word("debug,info,fatal,panic,archive,hot_standby", text);
}

static bool is_unit(const char *unit) {
    static const char *const units[] = {"",   "B",  "kB", "MB",  "GB", "TB",
                                        "us", "ms", "s",  "min", "h",  "d"};

    while (ascii_isspace(*unit))
        unit++;
    for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++)
        if (strncmp(unit, units[i], strlen(units[i])) == 0 &&
            strspn(unit + strlen(units[i]), " ") == strlen(unit + strlen(units[i])))
            return true;
    return false;
}

/* A number, out of bounds where it has no unit of its own. */
static bool is_number(const struct catalog_parameter *parameter, const char *text) {
    char *end;
    double number = strtod(text, &end);

    if (end == text && (strncmp(text, "0x", 2) != 0))
        return false;
    if (*end != '\0')
        return *parameter->unit != '\0' ? is_unit(end) : strspn(end, " ") == strlen(end);
    return (*parameter->least == '\0' || number >= atof(parameter->least)) &&
           (*parameter->most == '\0' || number <= atof(parameter->most));
}

static bool is_valid(const struct catalog_parameter *parameter, const char *text) {
    switch (parameter->type) {
    case CATALOG_BOOL:
        return is_boolean(text);
    case CATALOG_ENUM_WORD:
        return is_enum(parameter, text);
    case CATALOG_INTEGER:
    case CATALOG_REAL:
        return is_number(parameter, text);
    default:
        return true;
    }
}

static const char *value_of(struct effects_work *work, const struct VariableSetStmt *set) {
    const struct A_Const *constant = set->args.n == 1 ? node_if(A_Const, set->args.v[0]) : NULL;

    if (constant == NULL)
        return NULL;
    if (constant->sval != NULL)
        return constant->sval->sval;
    if (constant->ival != NULL)
        return arena_printf(work->arena, "%d", constant->ival->ival);
    return constant->fval != NULL ? constant->fval->fval : NULL;
}

static void check_value(struct effects_work *work, const struct catalog_parameter *parameter,
                        const struct VariableSetStmt *set) {
    const char *text = value_of(work, set);

    if (set->kind == VAR_SET_VALUE && text != NULL && !is_valid(parameter, text))
        effects_fail(work, "22023", "invalid value for parameter \"%s\": \"%s\"", parameter->name,
                     text);
}

static void check_context(struct effects_work *work, const struct catalog_parameter *parameter) {
    const char *name = parameter->name;

    if (parameter->context == CATALOG_INTERNAL)
        effects_fail(work, "55P02", "parameter \"%s\" cannot be changed", name);
    else if (parameter->context == CATALOG_POSTMASTER)
        effects_fail(work, "55P02",
                     "parameter \"%s\" cannot be changed without restarting the server", name);
    else if (parameter->context == CATALOG_SIGHUP)
        effects_fail(work, "55P02", "parameter \"%s\" cannot be changed now", name);
    else if (parameter->context == CATALOG_BACKEND)
        effects_fail(work, "55P02", "parameter \"%s\" cannot be set after connection start", name);
}

/* A zone has a name of letters, or is a number or an interval; the server's files have many. */
static void check_zone(struct effects_work *work, const struct VariableSetStmt *set) {
    const char *text = value_of(work, set);

    if (set->kind == VAR_SET_VALUE && text != NULL && strchr(text, '/') != NULL)
        effects_may_fail(work, "the server knows no such time zone", "22023",
                         "invalid value for parameter \"TimeZone\": \"%s\"", text);
}

static void check_role(struct effects_work *work, const struct VariableSetStmt *set) {
    const char *name = value_of(work, set);

    if (set->kind == VAR_SET_VALUE && name != NULL && strcmp(name, "none") != 0 &&
        effects_knows_all(work) &&
        schema_other(work->schema, OBJECT_ROLE, (struct name){NULL, name}) == NULL)
        effects_may_fail(work, "there is no such role", "22023", "role \"%s\" does not exist",
                         name);
}

void effects_check_parameter(struct effects_work *work, const struct op *op) {
    const struct VariableSetStmt *set = node_if(VariableSetStmt, op->node);
    const char *name = op->object;
    const struct catalog_parameter *parameter;

    if (name == NULL || strchr(name, '.') != NULL)
        return; /* of an extension, or anybody's own */
    parameter = catalog_parameter(name, work->schema->target);
    if (parameter == NULL && !is_hidden(name)) {
        effects_fail(work, "42704", "unrecognized configuration parameter \"%s\"", name);
        return;
    }
    if (set == NULL || op->kind == OP_SHOW)
        return;
    if (parameter != NULL) {
        check_context(work, parameter);
        if (!work->stopped)
            check_value(work, parameter, set);
    }
    if (strcmp(name, "timezone") == 0 || strcmp(name, "time zone") == 0)
        check_zone(work, set);
    else if (strcmp(name, "role") == 0)
        check_role(work, set);
}
