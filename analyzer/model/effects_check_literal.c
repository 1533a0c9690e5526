/*
 * Quoted literals that the input function of their type refuses. It is called while the statement
 * is read (coerce_type of an unknown constant), whether or not there are rows.
 */
#include "model/effects_check.h"

#include "base/ascii.h"

#include <stdlib.h>
#include <string.h>

static const char *skip_blanks(const char *text) {
    while (ascii_isspace(*text))
        text++;
    return text;
}

static void invalid(struct effects_work *work, const char *text, const struct type_use *type) {
    effects_fail(work, "22P02", "invalid input syntax for type %s: \"%s\"",
                 type_use_text(work->arena, work->schema, type), text);
}

/* --- numbers --- */

/* 0x1F, 0b1, 1_000: since 16. */
static bool may_be_newer(const struct effects_work *work, const char *text) {
    const char *start = skip_blanks(text);

    start += *start == '-' || *start == '+';
    return work->schema->target >= 16 &&
           (strchr(start, '_') != NULL || (start[0] == '0' && ascii_isalpha(start[1])));
}

static bool is_decimal(const char *text) {
    const char *at = skip_blanks(text);

    at += *at == '-' || *at == '+';
    if (!ascii_isdigit(*at))
        return false;
    while (ascii_isdigit(*at))
        at++;
    return *skip_blanks(at) == '\0';
}

/* pg_strtoint32_safe and its like */
static void check_integer(struct effects_work *work, const char *text,
                          const struct type_use *type) {
    double most = strcmp(type->name, "int2") == 0   ? 32768.0
                  : strcmp(type->name, "int4") == 0 ? 2147483648.0
                                                    : 9223372036854775808.0;
    double value;

    if (may_be_newer(work, text))
        return;
    if (!is_decimal(text)) {
        invalid(work, text, type);
        return;
    }
    value = strtod(text, NULL);
    if (value > most || value < -most)
        effects_fail(work, "22003", "value \"%s\" is out of range for type %s", text,
                     type_use_text(work->arena, work->schema, type));
}

/* A number, NaN or Infinity begins with neither of these. */
static void check_real(struct effects_work *work, const char *text, const struct type_use *type) {
    const char *start = skip_blanks(text);

    if (*start == '\0' || (ascii_isalpha(*start) && strchr("nNiI", *start) == NULL))
        invalid(work, text, type);
}

/* --- others --- */

/* parse_bool: a word's beginning will do where it is no other's. */
static void check_boolean(struct effects_work *work, const char *text,
                          const struct type_use *type) {
    static const char *const words[] = {"true", "false", "yes", "no", "on", "off", "1", "0"};
    const char *start = skip_blanks(text);
    size_t length = strlen(start);

    while (length > 0 && ascii_isspace(start[length - 1]))
        length--;
    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
        if (length > 0 && length <= strlen(words[i]) &&
            (length > 1 || ascii_tolower(start[0]) != 'o') &&
            ascii_ncasecmp(words[i], start, length) == 0)
            return;
    invalid(work, text, type);
}

static bool is_hex(char c) {
    return ascii_isdigit(c) || (ascii_tolower(c) >= 'a' && ascii_tolower(c) <= 'f');
}

static void check_uuid(struct effects_work *work, const char *text, const struct type_use *type) {
    size_t digits = 0;

    for (const char *c = text; *c != '\0'; c++) {
        digits += is_hex(*c);
        if (!is_hex(*c) && strchr("-{}", *c) == NULL)
            digits = 100;
    }
    if (digits != 32)
        invalid(work, text, type);
}

static void check_label(struct effects_work *work, const char *text, const struct type *type) {
    if (!effects_knows_all(work) || type->object.assumed || type->object.not_certain)
        return;
    for (size_t i = 0; i < type->labels.n; i++)
        if (strcmp(type->labels.v[i], text) == 0)
            return;
    effects_fail(work, "22P02", "invalid input value for enum %s: \"%s\"", type->object.name, text);
}

static void check_built_in(struct effects_work *work, const char *text,
                           const struct type_use *type) {
    static const struct {
        const char *type;
        void (*check)(struct effects_work *work, const char *text, const struct type_use *type);
    } checks[] = {
        {"int2", check_integer}, {"int4", check_integer}, {"int8", check_integer},
        {"float4", check_real},  {"float8", check_real},  {"numeric", check_real},
        {"bool", check_boolean}, {"uuid", check_uuid},
    };

    for (size_t i = 0; i < sizeof(checks) / sizeof(*checks); i++)
        if (strcmp(type->name, checks[i].type) == 0)
            checks[i].check(work, text, type);
}

void effects_check_literal(struct effects_work *work, const struct node *expr,
                           const struct type_use *type) {
    const struct A_Const *constant = node_if(A_Const, expr);
    struct type_use base = type_use_base(work->schema, type);
    const struct object *user = schema_object(work->schema, base.user_type);

    if (constant == NULL || constant->sval == NULL || base.name == NULL ||
        base.array_dimensions > 0)
        return;
    if (user != NULL && user->kind == OBJ_ENUM)
        check_label(work, constant->sval->sval, (const struct type *)(const void *)user);
    else if (user == NULL && type_use_known(work->schema, &base))
        check_built_in(work, constant->sval->sval, &base);
}

/* --- in expressions --- */

struct literal_search {
    struct effects_work *work;
    const struct relation *relation;
};

static const struct column *column_of(const struct literal_search *search,
                                      const struct node *node) {
    const struct ColumnRef *ref = node_if(ColumnRef, node);
    const char *name = ref != NULL && ref->fields.n == 1 ? node_string(ref->fields.v[0]) : NULL;

    return name != NULL && search->relation != NULL ? relation_column(search->relation, name)
                                                    : NULL;
}

/* A column compared with a literal: it is read as one of the column's type. */
static void check_comparison(const struct literal_search *search, const struct A_Expr *expr) {
    static const char *const names[] = {"=", "<>", "<", ">", "<=", ">="};
    const char *name = expr->name.n == 1 ? node_string(expr->name.v[0]) : NULL;
    const struct column *left = column_of(search, expr->lexpr);
    const struct column *right = column_of(search, expr->rexpr);
    bool compares = false;

    for (size_t i = 0; name != NULL && i < sizeof(names) / sizeof(*names); i++)
        compares |= strcmp(name, names[i]) == 0;
    if (!compares || expr->kind != AEXPR_OP)
        return;
    if (left != NULL)
        effects_check_literal(search->work, expr->rexpr, &left->type);
    if (right != NULL)
        effects_check_literal(search->work, expr->lexpr, &right->type);
}

static bool visit(const struct node *node, void *context) {
    const struct literal_search *search = context;
    const struct TypeCast *cast = node_if(TypeCast, node);
    struct type_use type;

    if (cast != NULL) {
        type = type_use_of(search->work->schema, cast->typeName);
        effects_check_literal(search->work, cast->arg, &type);
    } else if (node->kind == NODE_A_Expr) {
        check_comparison(search, node_as(A_Expr, node));
    }
    return node->kind != NODE_SubLink && !search->work->stopped;
}

void effects_check_literals(struct effects_work *work, const struct relation *relation,
                            const struct node *expr) {
    struct literal_search search = {work, relation};

    node_walk(work->arena, expr, visit, &search);
}
