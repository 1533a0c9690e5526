/* Constants in conditions and partition bounds, in a form that compares as the server compares them. */
#include "model/expr_formula.h"

#include "base/arena.h"
#include "base/ascii.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool type_is(const char *type, const char *const *names, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (strcmp(type, names[i]) == 0)
            return true;
    return false;
}

static bool is_integer(const char *type) {
    static const char *const names[] = {"int2", "int4", "int8", "oid"};

    return type_is(type, names, 4);
}

static bool is_number(const char *type) {
    static const char *const names[] = {"numeric", "float4", "float8"};

    return is_integer(type) || type_is(type, names, 3);
}

static bool is_time(const char *type) {
    return strcmp(type, "date") == 0 || strcmp(type, "timestamp") == 0;
}

static bool is_text(const char *type) {
    static const char *const names[] = {"text", "varchar", "bpchar", "name"};

    return type_is(type, names, 4);
}

/* --- dates, as ISO 8601 writes them --- */

static long long days_from_civil(long long year, int month, int day) {
    long long y = month <= 2 ? year - 1 : year;
    long long era = (y >= 0 ? y : y - 399) / 400;
    long long of_era = y - era * 400;
    long long of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year;
}

/* Seconds and their fraction, in microseconds; what follows in *rest. */
static bool parse_clock(const char *text, long long *micros, const char **rest) {
    int hour, minute, read = 0;
    double second = 0;

    if (sscanf(text, "%2d:%2d%n", &hour, &minute, &read) != 2 || read == 0)
        return false;
    text += read;
    if (*text == ':') {
        char *end;

        second = strtod(text + 1, &end);
        text = end;
    }
    *micros = (hour * 60LL + minute) * 60000000 + llround(second * 1e6);
    *rest = text;
    return true;
}

static bool parse_time(const char *text, bool date_only, long long *micros) {
    int year, month, day, read = 0;
    long long clock = 0;

    if (sscanf(text, "%4d-%2d-%2d%n", &year, &month, &day, &read) != 3 || read < 8)
        return false;
    if (month < 1 || month > 12 || day < 1 || day > 31)
        return false;
    text += read;
    if (*text == 'T' || *text == ' ') {
        if (!parse_clock(text + 1, &clock, &text))
            return false;
    }
    if (*text != '\0')
        return false;
    *micros = days_from_civil(year, month, day) * 86400000000LL + (date_only ? 0 : clock);
    return true;
}

/* --- literals --- */

static struct value opaque(void) {
    return (struct value){.kind = VALUE_OPAQUE};
}

static struct value number_value(const char *digits) {
    char *end;
    long double number = strtold(digits, &end);

    if (*digits == '\0' || *end != '\0' || !isfinite(number))
        return opaque();
    return (struct value){.kind = VALUE_NUMBER, .number = number};
}

static struct value bool_value(const char *text) {
    static const char *const yes[] = {"t", "true", "y", "yes", "on", "1"};

    for (size_t i = 0; i < sizeof(yes) / sizeof(*yes); i++)
        if (ascii_case_equal(text, yes[i]))
            return (struct value){.kind = VALUE_BYTES, .text = "t"};
    return (struct value){.kind = VALUE_BYTES, .text = "f"};
}

/* A quoted literal of a type; compared is the type of the column it is compared with. */
static struct value string_value(const char *type, const char *text) {
    long long micros;

    if (is_number(type))
        return number_value(text);
    if (is_time(type))
        return parse_time(text, strcmp(type, "date") == 0, &micros)
                   ? (struct value){.kind = VALUE_TIME, .time = micros}
                   : opaque();
    if (is_text(type))
        return (struct value){.kind = VALUE_TEXT, .text = text};
    if (strcmp(type, "bool") == 0)
        return bool_value(text);
    if (strcmp(type, "uuid") == 0 && strlen(text) == 36)
        return (struct value){.kind = VALUE_BYTES, .text = text};
    return opaque();
}

/* Enums, timestamptz ...: equal texts are equal values, nothing more is known. */
static bool literal_value(const char *type, const struct A_Const *node, struct value *value) {
    if (node->isnull)
        return false;
    if (node->ival != NULL)
        *value = (struct value){.kind = VALUE_NUMBER, .number = node->ival->ival};
    else if (node->fval != NULL)
        *value = number_value(node->fval->fval);
    else if (node->boolval != NULL)
        *value = (struct value){.kind = VALUE_BYTES, .text = node->boolval->boolval ? "t" : "f"};
    else if (node->sval != NULL)
        *value = string_value(type, node->sval->sval);
    else
        *value = opaque();
    return true;
}

/* A cast to a type whose comparison with the column is another operator than the column's own. */
static bool compares_alike(const char *column, const char *constant) {
    if (strcmp(column, constant) == 0)
        return true;
    return (is_integer(column) && is_integer(constant)) || (is_time(column) && is_time(constant)) ||
           (is_text(column) && is_text(constant));
}

static bool negated(const struct schema *schema, const struct type_use *column,
                    const struct A_Expr *node, struct value *value) {
    const char *op = node_list_last_string(node->name);

    if (node->kind != AEXPR_OP || node->lexpr != NULL || op == NULL || strcmp(op, "-") != 0)
        return false;
    if (!value_of(schema, column, node->rexpr, value))
        return false;
    value->number = -value->number;
    return true;
}

static bool cast_value(const struct schema *schema, const struct type_use *column,
                       const struct TypeCast *node, struct value *value) {
    struct type_use target = type_use_of(schema, node->typeName);
    const char *from = type_use_catalog_name(schema, column);
    const char *to = type_use_catalog_name(schema, &target);

    if (from == NULL || to == NULL || !compares_alike(from, to))
        return false;
    return value_of(schema, &target, node->arg, value);
}

static bool find_reference(const struct node *node, void *context) {
    bool *found = context;

    *found |= node->kind == NODE_ColumnRef || node->kind == NODE_ParamRef;
    return !*found;
}

/* make_date(2025, 1, 1): the planner computes it, and we cannot. */
static bool is_constant(const struct schema *schema, const struct node *node) {
    struct expr_scope scope = {.schema = schema};
    struct arena scratch;
    bool references = false;

    arena_init(&scratch);
    node_walk(&scratch, node, find_reference, &references);
    arena_release(&scratch);
    return !references && expr_analyse(&scope, node).volatility == VOLATILITY_IMMUTABLE;
}

bool value_of(const struct schema *schema, const struct type_use *column, const struct node *node,
              struct value *value) {
    const char *type = type_use_catalog_name(schema, column);
    const struct A_Const *literal = node_if(A_Const, node);

    if (node == NULL || type == NULL)
        return false;
    if (literal != NULL)
        return !(is_integer(type) && literal->fval != NULL && strchr(literal->fval->fval, '.')) &&
               literal_value(type, literal, value);
    if (node->kind == NODE_TypeCast)
        return cast_value(schema, column, node_as(TypeCast, node), value);
    if (node->kind == NODE_A_Expr && negated(schema, column, node_as(A_Expr, node), value))
        return true;
    if (!is_constant(schema, node))
        return false;
    *value = opaque();
    return true;
}

bool value_compare(const struct value *a, const struct value *b, int *order) {
    if (a->kind != b->kind)
        return false;
    switch (a->kind) {
    case VALUE_NUMBER:
        *order = (a->number > b->number) - (a->number < b->number);
        return true;
    case VALUE_TIME:
        *order = (a->time > b->time) - (a->time < b->time);
        return true;
    case VALUE_TEXT:
        *order = strcmp(a->text, b->text);
        return true;
    case VALUE_BYTES:
        *order = ascii_casecmp(a->text, b->text);
        return true;
    default:
        return false;
    }
}
