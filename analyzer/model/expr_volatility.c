/*
 * Volatility of expressions, as contain_volatile_functions sees it (clauses.c), with the type
 * inference that finding the function meant needs (parse_expr.c, parse_func.c).
 */
#include "model/expr.h"

#include "base/arena.h"

#include <stdlib.h>
#include <string.h>

enum {
    DEPTH = 1000, /* of nodes; deeper is unknown */
    INLINING = 8, /* functions inside functions */
};

struct walk {
    struct arena *scratch; /* freed when the whole expression is done */
    const struct expr_scope *scope;
    int depth;
    int inlining;
};

static struct expr_info analyse(struct walk *walk, const struct node *node);

static struct expr_info info_of(const char *type, enum volatility volatility) {
    return (struct expr_info){.type = type_use_builtin(type), .volatility = volatility};
}

static struct expr_info constant(const char *type) {
    return info_of(type, VOLATILITY_IMMUTABLE);
}

static struct expr_info unknown(const char *culprit) {
    return (struct expr_info){.volatility = VOLATILITY_UNKNOWN, .culprit = culprit};
}

/* Adds what a part says to the whole; the whole's type stays. */
static void join(struct expr_info *whole, const struct expr_info *part) {
    enum volatility joined = volatility_join(whole->volatility, part->volatility);

    if (joined != whole->volatility)
        whole->culprit = part->culprit;
    whole->volatility = joined;
    whole->user_function |= part->user_function;
    if (whole->missing == NULL)
        whole->missing = part->missing;
}

static void join_volatility(struct expr_info *whole, enum volatility volatility,
                            const char *culprit) {
    struct expr_info part = {.volatility = volatility, .culprit = culprit};

    join(whole, &part);
}

static void join_list(struct walk *walk, struct expr_info *whole, struct node_list list) {
    for (size_t i = 0; i < list.n; i++) {
        struct expr_info part = analyse(walk, list.v[i]);

        join(whole, &part);
    }
}

/* --- literals --- */

static struct expr_info number(const char *digits) {
    char *end;

    if (digits[strspn(digits, "0123456789")] != '\0')
        return constant("numeric");
    unsigned long long value = strtoull(digits, &end, 10);
    return constant(strlen(digits) < 20 && value <= INT64_MAX ? "int8" : "numeric");
}

static struct expr_info literal(const struct A_Const *node) {
    if (node->ival != NULL)
        return constant("int4");
    if (node->fval != NULL)
        return number(node->fval->fval);
    if (node->boolval != NULL)
        return constant("bool");
    if (node->bsval != NULL)
        return constant("bit");
    return constant("unknown");
}

static struct expr_info value_function(const struct SQLValueFunction *node) {
    switch (node->op) {
    case SVFOP_CURRENT_DATE:
        return info_of("date", VOLATILITY_STABLE);
    case SVFOP_CURRENT_TIME:
    case SVFOP_CURRENT_TIME_N:
        return info_of("timetz", VOLATILITY_STABLE);
    case SVFOP_CURRENT_TIMESTAMP:
    case SVFOP_CURRENT_TIMESTAMP_N:
        return info_of("timestamptz", VOLATILITY_STABLE);
    case SVFOP_LOCALTIME:
    case SVFOP_LOCALTIME_N:
        return info_of("time", VOLATILITY_STABLE);
    case SVFOP_LOCALTIMESTAMP:
    case SVFOP_LOCALTIMESTAMP_N:
        return info_of("timestamp", VOLATILITY_STABLE);
    default:
        return info_of("name", VOLATILITY_STABLE);
    }
}

/* --- names --- */

static const struct column *find_column(const struct expr_scope *scope, const char *name) {
    const struct column *column =
        scope->relation != NULL ? relation_column(scope->relation, name) : NULL;

    for (size_t i = 0; column == NULL && i < scope->added_count; i++)
        if (strcmp(scope->added[i].name, name) == 0)
            column = &scope->added[i];
    return column;
}

static const struct expr_info *find_argument(const struct expr_scope *scope, const char *name) {
    const struct function *function = scope->function;

    for (size_t i = 0; function != NULL && i < function->argument_count; i++) {
        const char *argument = function->argument_names ? function->argument_names[i] : NULL;

        if (argument != NULL && strcmp(argument, name) == 0)
            return &scope->arguments[i];
    }
    return NULL;
}

static struct expr_info column_reference(struct walk *walk, const struct ColumnRef *node) {
    const char *name = node_list_last_string(node->fields);
    const struct expr_scope *scope = walk->scope;
    struct expr_info info = {.volatility = VOLATILITY_IMMUTABLE};
    const struct expr_info *argument = name != NULL ? find_argument(scope, name) : NULL;

    if (argument != NULL)
        return *argument;
    if (name == NULL)
        return info;
    if (scope->value != NULL && strcmp(name, "value") == 0) {
        info.type = *scope->value;
        return info;
    }
    const struct column *column = find_column(scope, name);
    if (column != NULL)
        info.type = column->type;
    return info;
}

static struct expr_info parameter(struct walk *walk, const struct ParamRef *node) {
    const struct function *function = walk->scope->function;

    if (function == NULL || node->number < 1 || (size_t)node->number > function->argument_count)
        return (struct expr_info){.volatility = VOLATILITY_IMMUTABLE};
    return walk->scope->arguments[node->number - 1];
}

/* --- casts --- */

static bool is_string_type(const char *name) {
    return strcmp(name, "text") == 0 || strcmp(name, "varchar") == 0 || strcmp(name, "bpchar") == 0;
}

/*
 * An enum or row type has no row in pg_cast: to and from strings it goes by its text form, whose
 * functions are stable (record_out, enum_out).
 */
static void join_user_cast(struct expr_info *info, const char *from, const char *to) {
    bool enumeration = strcmp(from, "anyenum") == 0 || strcmp(to, "anyenum") == 0;

    if (enumeration && (is_string_type(from) || is_string_type(to)))
        join_volatility(info, VOLATILITY_STABLE, "anyenum");
    else if (strcmp(from, to) != 0)
        join_volatility(info, VOLATILITY_STABLE, NULL);
}

static void join_cast(const struct schema *schema, struct expr_info *info,
                      const struct type_use *target) {
    const char *from = type_use_catalog_name(schema, &info->type);
    const char *to = type_use_catalog_name(schema, target);
    struct catalog_cast cast;

    if (from != NULL && strcmp(from, "unknown") == 0)
        return; /* a quoted literal becomes a constant of the type when the statement is parsed */
    if (type_use_same(&info->type, target) == KNOWN_YES)
        return;
    if (from != NULL && strcmp(from, "record") == 0) { /* field by field */
        join_volatility(info, VOLATILITY_UNKNOWN, target->name);
        return;
    }
    if (from == NULL || to == NULL)
        join_volatility(
            info, info->volatility == VOLATILITY_UNKNOWN ? VOLATILITY_UNKNOWN : VOLATILITY_STABLE,
            target->name);
    else if (catalog_cast(from, to, schema->target, &cast))
        join_volatility(info, (enum volatility)cast.volatility, cast.function);
    else
        join_user_cast(info, from, to);
}

static struct expr_info type_cast(struct walk *walk, const struct TypeCast *node) {
    struct expr_info info = analyse(walk, node->arg);
    struct type_use target = type_use_of(walk->scope->schema, node->typeName);

    join_cast(walk->scope->schema, &info, &target);
    info.type = target;
    return info;
}

/* --- functions --- */

static struct type_use catalog_type_use(unsigned id) {
    const char *name = catalog_type_name(id);
    struct type_use use = {0};

    if (name != NULL && name[0] == '_')
        return (struct type_use){.name = name + 1, .array_dimensions = 1};
    use.name = name;
    return use;
}

/* A polymorphic result says nothing that a later look-up could use. */
static struct type_use call_result(unsigned id) {
    struct type_use use = catalog_type_use(id);

    if (use.name != NULL && strncmp(use.name, "any", 3) == 0)
        use.name = NULL;
    return use;
}

struct arguments {
    int n;
    bool named;
    struct expr_info *info;
    const char **types; /* the catalogue's names */
};

static void read_arguments(struct walk *walk, struct arguments *arguments, struct node_list list) {
    const struct schema *schema = walk->scope->schema;

    *arguments = (struct arguments){.n = (int)list.n};
    arguments->info = arena_array(walk->scratch, struct expr_info, list.n);
    arguments->types = arena_array(walk->scratch, const char *, list.n);
    for (size_t i = 0; i < list.n; i++) {
        const struct NamedArgExpr *named = node_if(NamedArgExpr, list.v[i]);

        arguments->named |= named != NULL;
        arguments->info[i] = analyse(walk, named != NULL ? named->arg : list.v[i]);
        arguments->types[i] =
            named != NULL ? NULL : type_use_catalog_name(schema, &arguments->info[i].type);
    }
    for (size_t i = 0; arguments->named && i < list.n; i++)
        arguments->types[i] = NULL;
}

static bool takes(const struct function *function, const struct arguments *arguments) {
    size_t n = (size_t)arguments->n;

    if (function->variadic)
        return n + 1 >= function->argument_count;
    return n <= function->argument_count && n + function->default_count >= function->argument_count;
}

/* 2: the same types, 1: it may be meant, 0: it cannot. */
static int fit(const struct schema *schema, const struct function *function,
               const struct arguments *arguments) {
    int best = 2;

    if (!takes(function, arguments))
        return 0;
    for (int i = 0; i < arguments->n && (size_t)i < function->argument_count; i++) {
        const struct type_use *given = &arguments->info[i].type;
        const char *wanted = type_use_catalog_name(schema, &function->arguments[i]);
        struct catalog_cast cast;

        if (arguments->named || type_use_same(given, &function->arguments[i]) != KNOWN_YES)
            best = 1;
        if (best == 2 || arguments->types[i] == NULL || wanted == NULL)
            continue;
        if (strncmp(wanted, "any", 3) != 0 &&
            !catalog_cast(arguments->types[i], wanted, schema->target, &cast))
            return 0;
    }
    return best;
}

static struct expr_info call_of(struct walk *walk, const struct function *function,
                                const struct arguments *arguments);

/* The schema's functions that may be meant, joined. Returns whether there is one. */
static bool user_call(struct walk *walk, struct name name, const struct arguments *arguments,
                      struct expr_info *info) {
    const struct schema *schema = walk->scope->schema;
    size_t count;
    const struct function *const *all = schema_functions(schema, name, &count);
    int best = 0, fits = 0;

    for (size_t i = 0; i < count; i++) {
        int how = fit(schema, all[i], arguments);

        if (how == 0 || how < best)
            continue;
        struct expr_info one = call_of(walk, all[i], arguments);
        if (how > best) {
            *info = one;
            fits = 0;
        } else if (one.volatility != info->volatility) {
            *info = unknown(name.name);
        }
        best = how;
        fits++;
    }
    if (fits > 1)
        info->type = (struct type_use){0};
    return fits > 0;
}

static struct expr_info declared(const struct function *function) {
    struct expr_info info = {.type = function->result, .user_function = true};

    info.volatility = function->volatility == 'i'   ? VOLATILITY_IMMUTABLE
                      : function->volatility == 's' ? VOLATILITY_STABLE
                                                    : VOLATILITY_VOLATILE;
    info.culprit = info.volatility == VOLATILITY_IMMUTABLE ? NULL : function->object.name;
    return info;
}

/*
 * inline_function: the body takes the place of the call, unless it is more volatile than the label
 * promises. (The further conditions, on parameters used twice, only keep volatile arguments from
 * being doubled; those are volatile anyway.)
 */
static bool inline_call(struct walk *walk, const struct function *function,
                        const struct arguments *arguments, struct expr_info *info) {
    const struct node *body =
        walk->inlining < INLINING ? expr_inlined_body(walk->scratch, function) : NULL;
    struct expr_scope scope = {
        .schema = walk->scope->schema, .function = function, .arguments = arguments->info};
    struct walk inner = {walk->scratch, &scope, walk->depth, walk->inlining + 1};

    if (body == NULL || arguments->named || (size_t)arguments->n != function->argument_count)
        return false;
    struct expr_info inlined = analyse(&inner, body);
    if (inlined.volatility == VOLATILITY_UNKNOWN)
        return false;
    if (inlined.volatility > info->volatility ||
        (function->strict && !expr_is_strict(walk->scratch, walk->scope->schema, function, body)))
        return false;
    info->volatility = inlined.volatility;
    info->culprit = inlined.culprit != NULL /* a name in the body, which is freed with scratch */
                        ? arena_strdup(walk->scope->schema->arena, inlined.culprit)
                        : NULL;
    return true;
}

static struct expr_info call_of(struct walk *walk, const struct function *function,
                                const struct arguments *arguments) {
    struct expr_info info = declared(function);

    inline_call(walk, function, arguments, &info);
    for (int i = 0; i < arguments->n; i++)
        join(&info, &arguments->info[i]);
    return info;
}

static struct expr_info catalog_info(const struct catalog_call *call,
                                     const struct arguments *arguments, const char *name) {
    struct expr_info info = {.type = call_result(call->result)};

    info.volatility =
        call->volatility == VOLATILITY_NOT_FOUND ? VOLATILITY_UNKNOWN : call->volatility;
    info.culprit = info.volatility == VOLATILITY_IMMUTABLE ? NULL : name;
    for (int i = 0; i < arguments->n; i++)
        join(&info, &arguments->info[i]);
    return info;
}

static bool has_extension(const struct schema *schema, const struct catalog_function *function) {
    const char *extension = function != NULL ? catalog_extension_name(function->extension) : NULL;

    return extension == NULL ||
           schema_other(schema, OBJECT_EXTENSION, (struct name){NULL, extension}) != NULL;
}

static bool all_known(const struct arguments *arguments) {
    for (int i = 0; i < arguments->n; i++)
        if (arguments->types[i] == NULL)
            return false;
    return !arguments->named;
}

/* Whether there is a function of the name at all, whatever its arguments. */
static bool is_known_name(const struct schema *schema, struct name name) {
    struct catalog_functions all = catalog_function(name.name, -1, schema->target);
    size_t count;

    if (catalog_function_next(&all) != NULL)
        return true;
    schema_functions(schema, name, &count);
    return count > 0;
}

/* Input and output of types are not in the catalogue. */
static bool is_support_name(const char *name) {
    static const char *const ends[] = {"in", "out", "recv", "send"};
    size_t n = strlen(name);

    for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++)
        if (n > strlen(ends[i]) && strcmp(name + n - strlen(ends[i]), ends[i]) == 0)
            return true;
    return false;
}

struct field_search {
    const char *name;
    bool found;
};

static void visit_relation(const void *value, void *context) {
    const struct object *object = value;
    struct field_search *search = context;

    if (!search->found && object_is_relation(object))
        search->found =
            relation_column((const struct relation *)(const void *)object, search->name) != NULL;
}

/* Of a row of any relation; what is missing proves nothing where there may be others. */
static bool may_be_field(const struct schema *schema, const char *name) {
    struct field_search search = {.name = name, .found = !schema_knows_all(schema)};

    if (!search.found)
        idmap_each(&schema->objects, visit_relation, &search);
    return search.found;
}

/*
 * x(row) may mean row.x, and x(value) a cast to type x (ParseFuncOrColumn, func_get_detail). A range
 * type makes functions of its name and of its multirange type's.
 */
static bool may_be_no_function(const struct schema *schema, struct name name,
                               const struct arguments *arguments) {
    const struct type_use *first = &arguments->info[0].type;
    const struct relation *row;

    if (schema_type(schema, name) != NULL || type_is_multirange(schema, name) ||
        is_support_name(name.name))
        return true;
    if (arguments->n != 1 || arguments->named || name.schema != NULL)
        return false;
    row = schema_relation_by_id(schema, type_use_row(schema, first));
    return first->name == NULL ? may_be_field(schema, name.name)
                               : row != NULL && relation_column(row, name.name) != NULL;
}

static struct expr_info resolve(struct walk *walk, struct name name,
                                const struct arguments *arguments) {
    int version = walk->scope->schema->target;
    const char *const *types = arguments->named ? NULL : arguments->types;
    bool catalog = name.schema == NULL || strcmp(name.schema, "pg_catalog") == 0;
    struct catalog_call call = {.match = CATALOG_NO_MATCH};
    struct expr_info info;

    if (catalog)
        call = catalog_call(name.name, arguments->n, types, version);
    if (call.match == CATALOG_MATCH)
        return catalog_info(&call, arguments, name.name);
    if (user_call(walk, name, arguments, &info))
        return info;
    if (call.match == CATALOG_MATCHES)
        return catalog_info(&call, arguments, name.name);
    call = catalog_extension_call(name.name, arguments->n, types, version);
    if (call.match != CATALOG_NO_MATCH) {
        info = catalog_info(&call, arguments, name.name);
        info.user_function = true;
        if (!has_extension(walk->scope->schema, call.function))
            info.missing = name.name;
        return info;
    }
    info = unknown(name.name);
    if (!may_be_no_function(walk->scope->schema, name, arguments) &&
        (!is_known_name(walk->scope->schema, name) || (catalog && all_known(arguments))))
        info.missing = name.name;
    for (int i = 0; i < arguments->n; i++)
        join(&info, &arguments->info[i]);
    return info;
}

static struct name qualified(struct node_list names) {
    if (names.n == 0)
        return (struct name){0};
    return (struct name){names.n > 1 ? node_string(names.v[names.n - 2]) : NULL,
                         node_string(names.v[names.n - 1])};
}

/* WITHIN GROUP (ORDER BY ...) gives further arguments (ParseFuncOrColumn). */
static struct node_list arguments_of(struct walk *walk, const struct FuncCall *node) {
    size_t n = node->args.n;
    const struct node **all;

    if (!node->agg_within_group)
        return node->args;
    all = arena_array(walk->scratch, const struct node *, n + node->agg_order.n);
    for (size_t i = 0; i < n; i++)
        all[i] = node->args.v[i];
    for (size_t i = 0; i < node->agg_order.n; i++) {
        const struct SortBy *sort = node_if(SortBy, node->agg_order.v[i]);

        all[n + i] = sort != NULL ? sort->node : node->agg_order.v[i];
    }
    return (struct node_list){n + node->agg_order.n, all};
}

static struct expr_info function_call(struct walk *walk, const struct FuncCall *node) {
    struct name name = qualified(node->funcname);
    struct arguments arguments;
    struct expr_info info;

    if (name.name == NULL)
        return unknown(NULL);
    read_arguments(walk, &arguments, arguments_of(walk, node));
    info = resolve(walk, name, &arguments);
    if (!node->agg_within_group)
        join_list(walk, &info, node->agg_order);
    if (node->agg_filter != NULL) {
        struct expr_info filter = analyse(walk, node->agg_filter);

        join(&info, &filter);
    }
    return info;
}

/* --- operators --- */

static struct expr_info operation(struct walk *walk, const char *name, int n,
                                  const struct expr_info *operands) {
    const struct schema *schema = walk->scope->schema;
    const char *types[2];
    struct expr_info info = {.volatility = VOLATILITY_IMMUTABLE};

    for (int i = 0; i < n; i++)
        types[i] = type_use_catalog_name(schema, &operands[i].type);
    struct catalog_call call = catalog_operation(name, n, types, schema->target);
    if (call.match == CATALOG_NO_MATCH) {
        info = unknown(name);
        if (types[0] != NULL && types[n - 1] != NULL &&
            schema_other(schema, OBJECT_OPERATOR, (struct name){NULL, name}) == NULL)
            info.missing = name;
    } else if (call.volatility == VOLATILITY_UNKNOWN)
        info = unknown(name);
    else if (call.volatility != VOLATILITY_IMMUTABLE)
        info = (struct expr_info){.volatility = call.volatility, .culprit = name};
    info.type = call_result(call.result);
    for (int i = 0; i < n; i++)
        join(&info, &operands[i]);
    return info;
}

static struct expr_info boolean(struct expr_info info) {
    info.type = type_use_builtin("bool");
    return info;
}

/* x op ANY (array), x IN (list), x BETWEEN a AND b: op between x and each. */
static struct expr_info against_list(struct walk *walk, const char *op, const struct A_Expr *node) {
    struct expr_info operands[2] = {analyse(walk, node->lexpr)};
    const struct List *list = node_if(List, node->rexpr);
    struct expr_info whole = {.volatility = VOLATILITY_IMMUTABLE};

    for (size_t i = 0; list != NULL && i < list->items.n; i++) {
        operands[1] = analyse(walk, list->items.v[i]);
        struct expr_info one = operation(walk, op, 2, operands);

        join(&whole, &one);
    }
    return boolean(whole);
}

static struct expr_info against_array(struct walk *walk, const char *op,
                                      const struct A_Expr *node) {
    struct expr_info operands[2] = {analyse(walk, node->lexpr), analyse(walk, node->rexpr)};
    struct type_use *array = &operands[1].type;

    if (array->array_dimensions > 0)
        array->array_dimensions = 0;
    return boolean(operation(walk, op, 2, operands));
}

static struct expr_info plain_operator(struct walk *walk, const char *op,
                                       const struct A_Expr *node) {
    struct expr_info operands[2] = {analyse(walk, node->lexpr != NULL ? node->lexpr : node->rexpr)};

    if (node->lexpr == NULL)
        return operation(walk, op, 1, operands);
    operands[1] = analyse(walk, node->rexpr);
    return operation(walk, op, 2, operands);
}

static const char *between_operator(enum A_Expr_Kind kind) {
    return kind == AEXPR_NOT_BETWEEN || kind == AEXPR_NOT_BETWEEN_SYM ? "<" : ">=";
}

static struct expr_info operator_expression(struct walk *walk, const struct A_Expr *node) {
    const char *op = node_list_last_string(node->name);
    struct expr_info info;

    if (op == NULL)
        return unknown(NULL);
    switch (node->kind) {
    case AEXPR_OP_ANY:
    case AEXPR_OP_ALL:
        return against_array(walk, op, node);
    case AEXPR_IN:
        return against_list(walk, op, node);
    case AEXPR_BETWEEN:
    case AEXPR_NOT_BETWEEN:
    case AEXPR_BETWEEN_SYM:
    case AEXPR_NOT_BETWEEN_SYM:
        return against_list(walk, between_operator(node->kind), node);
    case AEXPR_DISTINCT:
    case AEXPR_NOT_DISTINCT:
        return boolean(plain_operator(walk, op, node));
    case AEXPR_NULLIF:
        info = plain_operator(walk, op, node);
        info.type = analyse(walk, node->lexpr).type;
        return info;
    case AEXPR_SIMILAR: /* similar_to_escape(), and then a regular expression's match */
        return boolean(plain_operator(walk, "~", node));
    default:
        return plain_operator(walk, op, node);
    }
}

/* --- the rest --- */

static struct expr_info common_type(struct walk *walk, struct node_list list) {
    const struct schema *schema = walk->scope->schema;
    const char **types = arena_array(walk->scratch, const char *, list.n);
    struct expr_info whole = {.volatility = VOLATILITY_IMMUTABLE};
    const char *common = NULL;

    for (size_t i = 0; i < list.n; i++) {
        struct expr_info part = analyse(walk, list.v[i]);

        types[i] = type_use_catalog_name(schema, &part.type);
        if (i == 0)
            whole.type = part.type;
        join(&whole, &part);
    }
    if (list.n > 0)
        common = catalog_common_type((int)list.n, types, schema->target);
    if (common != NULL && strncmp(common, "any", 3) != 0 && common[0] != '_' &&
        strcmp(common, "record") != 0)
        whole.type = type_use_builtin(common);
    return whole;
}

static struct expr_info array_constructor(struct walk *walk, const struct A_ArrayExpr *node) {
    struct expr_info info = common_type(walk, node->elements);

    if (node->elements.n == 0)
        return constant("unknown"); /* ARRAY[]::int[] */
    if (info.type.array_dimensions == 0)
        info.type.array_dimensions = 1;
    info.type.typmod_count = 0;
    return info;
}

/* Literals that eval_const_expressions decides by: what they rule out is never looked at. */
static bool is_literal(const struct node *node, bool *null, bool *truth) {
    const struct TypeCast *cast = node_if(TypeCast, node);
    const struct A_Const *constant = node_if(A_Const, cast != NULL ? cast->arg : node);

    if (constant == NULL)
        return false;
    *null = constant->isnull;
    *truth = constant->boolval != NULL && constant->boolval->boolval;
    return true;
}

/* COALESCE up to its first constant that is not NULL. */
static struct expr_info coalesce(struct walk *walk, const struct CoalesceExpr *node) {
    struct node_list list = node->args;
    bool null, truth;

    for (size_t i = 0; i < list.n; i++)
        if (is_literal(list.v[i], &null, &truth) && !null)
            list.n = i + 1;
    return common_type(walk, list);
}

static struct expr_info case_expression(struct walk *walk, const struct CaseExpr *node) {
    struct expr_info whole = {.volatility = VOLATILITY_IMMUTABLE};
    struct expr_info operands[2], part;

    operands[0] = analyse(walk, node->arg);
    for (size_t i = 0; i < node->args.n; i++) {
        const struct CaseWhen *when = node_if(CaseWhen, node->args.v[i]);

        bool null = false, truth = false;

        if (when == NULL)
            continue;
        bool literal = node->arg == NULL && is_literal(when->expr, &null, &truth);
        if (literal && !truth)
            continue;
        operands[1] = analyse(walk, when->expr);
        part = node->arg != NULL ? operation(walk, "=", 2, operands) : operands[1];
        join(&whole, &part);
        part = analyse(walk, when->result);
        if (whole.type.name == NULL)
            whole.type = part.type;
        join(&whole, &part);
        if (literal)
            return whole;
    }
    part = analyse(walk, node->defresult);
    if (whole.type.name == NULL || strcmp(whole.type.name, "unknown") == 0)
        whole.type = part.type;
    join(&whole, &part);
    return whole;
}

static struct expr_info subscript(struct walk *walk, const struct A_Indirection *node) {
    struct expr_info info = analyse(walk, node->arg);
    const struct type_use *type = &info.type;

    if (type->array_dimensions > 0 && node->indirection.n > 0) {
        const struct A_Indices *indices = node_if(A_Indices, node->indirection.v[0]);

        if (indices != NULL && !indices->is_slice)
            info.type.array_dimensions = 0;
    } else if (type->name == NULL || strcmp(type->name, "jsonb") != 0) {
        info.type = (struct type_use){0};
    }
    join_list(walk, &info, node->indirection);
    return info;
}

static struct expr_info boolean_of(struct walk *walk, struct node_list list) {
    struct expr_info whole = {.volatility = VOLATILITY_IMMUTABLE};

    join_list(walk, &whole, list);
    return boolean(whole);
}

static struct expr_info row(struct walk *walk, struct node_list list) {
    struct expr_info whole = {.volatility = VOLATILITY_IMMUTABLE};

    join_list(walk, &whole, list);
    whole.type = type_use_builtin("record");
    return whole;
}

/* What is below a node of which nothing else is known: subqueries, JSON constructors, XML. */
struct below {
    struct walk *walk;
    struct expr_info whole;
};

static bool visit_below(const struct node *node, void *context) {
    struct below *below = context;

    if (node->kind != NODE_FuncCall && node->kind != NODE_SQLValueFunction &&
        node->kind != NODE_TypeCast)
        return true;
    struct expr_info part = analyse(below->walk, node);
    join(&below->whole, &part);
    return false;
}

static struct expr_info opaque(struct walk *walk, const struct node *node, const char *type) {
    struct below below = {walk, {.volatility = VOLATILITY_IMMUTABLE}};

    node_walk(walk->scratch, node, visit_below, &below);
    below.whole.type = (struct type_use){.name = type};
    return below.whole;
}

static struct expr_info dispatch(struct walk *walk, const struct node *node) {
    struct expr_info info;

    switch (node->kind) {
    case NODE_A_Const:
        return literal(node_as(A_Const, node));
    case NODE_TypeCast:
        return type_cast(walk, node_as(TypeCast, node));
    case NODE_FuncCall:
        return function_call(walk, node_as(FuncCall, node));
    case NODE_SQLValueFunction:
        return value_function(node_as(SQLValueFunction, node));
    case NODE_A_Expr:
        return operator_expression(walk, node_as(A_Expr, node));
    case NODE_ColumnRef:
        return column_reference(walk, node_as(ColumnRef, node));
    case NODE_ParamRef:
        return parameter(walk, node_as(ParamRef, node));
    case NODE_BoolExpr:
        return boolean_of(walk, node_as(BoolExpr, node)->args);
    case NODE_NullTest:
        info = analyse(walk, node_as(NullTest, node)->arg);
        return boolean(info);
    case NODE_BooleanTest:
        info = analyse(walk, node_as(BooleanTest, node)->arg);
        return boolean(info);
    case NODE_CaseExpr:
        return case_expression(walk, node_as(CaseExpr, node));
    case NODE_CoalesceExpr:
        return coalesce(walk, node_as(CoalesceExpr, node));
    case NODE_MinMaxExpr:
        return common_type(walk, node_as(MinMaxExpr, node)->args);
    case NODE_A_ArrayExpr:
        return array_constructor(walk, node_as(A_ArrayExpr, node));
    case NODE_RowExpr:
        return row(walk, node_as(RowExpr, node)->args);
    case NODE_A_Indirection:
        return subscript(walk, node_as(A_Indirection, node));
    case NODE_A_Indices:
        info = analyse(walk, node_as(A_Indices, node)->lidx);
        join_volatility(&info, analyse(walk, node_as(A_Indices, node)->uidx).volatility, NULL);
        return info;
    case NODE_CollateClause:
        return analyse(walk, node_as(CollateClause, node)->arg);
    case NODE_NamedArgExpr:
        return analyse(walk, node_as(NamedArgExpr, node)->arg);
    case NODE_String:
    case NODE_A_Star:
        return (struct expr_info){.volatility = VOLATILITY_IMMUTABLE};
    case NODE_XmlExpr:
        return opaque(walk, node, node_as(XmlExpr, node)->op == IS_DOCUMENT ? "bool" : "xml");
    default:
        return opaque(walk, node, NULL);
    }
}

static struct expr_info analyse(struct walk *walk, const struct node *node) {
    struct expr_info info;

    if (node == NULL)
        return (struct expr_info){.volatility = VOLATILITY_IMMUTABLE};
    if (walk->depth >= DEPTH)
        return unknown(NULL);
    walk->depth++;
    info = dispatch(walk, node);
    walk->depth--;
    return info;
}

/* --- asked by others --- */

struct expr_info expr_analyse(const struct expr_scope *scope, const struct node *expr) {
    struct arena scratch;
    struct walk walk = {&scratch, scope, 0, 0};
    struct expr_info info;

    arena_init(&scratch);
    info = analyse(&walk, expr);
    arena_release(&scratch);
    return info;
}

static enum known volatile_known(const struct expr_info *info, const char **culprit) {
    *culprit = info->culprit;
    return info->volatility == VOLATILITY_VOLATILE  ? KNOWN_YES
           : info->volatility == VOLATILITY_UNKNOWN ? UNKNOWN
                                                    : KNOWN_NO;
}

enum known expr_is_volatile(const struct schema *schema, const struct node *expr,
                            const char **culprit) {
    struct expr_scope scope = {.schema = schema};
    struct expr_info info = expr_analyse(&scope, expr);

    return volatile_known(&info, culprit);
}

enum known default_is_volatile(const struct schema *schema, const struct node *expr,
                               const struct type_use *column_type, const char **culprit) {
    struct expr_scope scope = {.schema = schema};
    struct expr_info info = expr_analyse(&scope, expr);

    if (column_type != NULL && expr != NULL)
        join_cast(schema, &info, column_type);
    return volatile_known(&info, culprit);
}
