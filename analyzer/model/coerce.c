#include "model/coerce.h"
#include "model/op_object.h"

#include "base/arena.h"
#include "base/ascii.h"

#include <string.h>

enum {
    MAX_PRECISION = 6, /* MAX_TIMESTAMP_PRECISION and its like */
    INTERVAL_FULL_RANGE = 0x7FFF,
    INTERVAL_FULL_PRECISION = 0xFFFF,
};

/* --- modifiers: what the support functions of the length casts leave out --- */

static int precision_of(const struct type_use *use) {
    return use->typmod_count > 0 ? use->typmods[0] : -1;
}

/* varchar_support, varbit_support */
static bool length_is_wider(const struct type_use *from, const struct type_use *to) {
    int old = precision_of(from), new = precision_of(to);

    return new < 0 || (old >= 0 && old <= new);
}

/* numeric_support: the same scale, at least the precision */
static bool numeric_is_wider(const struct type_use *from, const struct type_use *to) {
    int old_scale = from->typmod_count > 1 ? from->typmods[1] : 0;
    int new_scale = to->typmod_count > 1 ? to->typmods[1] : 0;

    if (to->typmod_count == 0)
        return true;
    return from->typmod_count > 0 && old_scale == new_scale && from->typmods[0] <= to->typmods[0];
}

/* TemporalSimplify */
static bool time_is_wider(const struct type_use *from, const struct type_use *to) {
    int old = precision_of(from), new = precision_of(to);

    return new < 0 || new >= MAX_PRECISION || (old >= 0 && new >= old);
}

/* intervaltypmodleastfield: 0 seconds ... 5 years. */
static int interval_least_field(const struct type_use *use) {
    enum { MONTH = 1, YEAR = 2, DAY = 3, HOUR = 10, MINUTE = 11, SECOND = 12 };
    int range = use->typmod_count > 0 ? use->typmods[0] : INTERVAL_FULL_RANGE;

    if (range & 1 << SECOND)
        return 0;
    if (range & 1 << MINUTE)
        return 1;
    if (range & 1 << HOUR)
        return 2;
    if (range & 1 << DAY)
        return 3;
    return range & 1 << MONTH ? 4 : 5;
}

static int interval_precision(const struct type_use *use) {
    return use->typmod_count > 1 ? use->typmods[1] : INTERVAL_FULL_PRECISION;
}

/* interval_support */
static bool interval_is_wider(const struct type_use *from, const struct type_use *to) {
    int old = interval_least_field(from), new = interval_least_field(to);

    if (to->typmod_count == 0)
        return true;
    if (new > old)
        return false;
    return old > 0 || interval_precision(to) >= MAX_PRECISION ||
           interval_precision(to) >= interval_precision(from);
}

/* Whether applying to's modifiers to values with from's does nothing; both are the same type. */
static bool typmod_is_wider(const char *type, const struct type_use *from,
                            const struct type_use *to) {
    if (strcmp(type, "varchar") == 0 || strcmp(type, "varbit") == 0)
        return length_is_wider(from, to);
    if (strcmp(type, "numeric") == 0)
        return numeric_is_wider(from, to);
    if (strcmp(type, "interval") == 0)
        return interval_is_wider(from, to);
    if (ascii_starts_with(type, "time"))
        return time_is_wider(from, to);
    return false;
}

/* --- the session's time zone --- */

/* "+00:00", "-0", "<+00>-00" ...: an offset without a name of its own. */
static bool is_zero_offset(const char *zone) {
    return strchr(zone, '0') != NULL && zone[strspn(zone, "0+-:<>")] == '\0';
}

/* Names of zones that never had an offset; pg_get_timezone_offset is true of fixed zones only. */
enum known session_is_utc(const struct schema *schema) {
    static const char *const names[] = {"UTC",           "GMT",       "Etc/UTC",   "Etc/GMT",
                                        "Etc/Universal", "Etc/Zulu",  "Etc/UCT",   "Etc/Greenwich",
                                        "Etc/GMT0",      "Etc/GMT+0", "Etc/GMT-0", "Universal",
                                        "Zulu",          "UCT",       "Greenwich", "GMT0",
                                        "GMT+0",         "GMT-0",     "0",         "0.0"};
    const char *zone = schema_setting(schema, "timezone");

    if (zone == NULL)
        return UNKNOWN;
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        if (ascii_case_equal(zone, names[i]))
            return KNOWN_YES;
    return is_zero_offset(zone) ? KNOWN_YES : KNOWN_NO;
}

/* --- casts, one after the other --- */

struct coercion coercion_start(const struct type_use *type) {
    return (struct coercion){
        .rewrite = KNOWN_NO, .possible = true, .type = *type, .typmod_known = true};
}

static void need_rewrite(struct coercion *coercion) {
    coercion->rewrite = KNOWN_YES;
}

static void cannot_tell(struct coercion *coercion, const char *why) {
    if (coercion->rewrite == KNOWN_YES)
        return;
    coercion->rewrite = UNKNOWN;
    coercion->unknown_why = why;
}

static bool is_timestamp_pair(const char *from, const char *to) {
    return (strcmp(from, "timestamp") == 0 && strcmp(to, "timestamptz") == 0) ||
           (strcmp(from, "timestamptz") == 0 && strcmp(to, "timestamp") == 0);
}

/* TimestampTimestampTzRequiresRewrite */
static void between_timestamps(const struct schema *schema, struct coercion *coercion) {
    enum known utc = session_is_utc(schema);

    coercion->in_utc = true;
    if (utc == KNOWN_NO)
        need_rewrite(coercion);
    else if (utc == UNKNOWN)
        cannot_tell(coercion, "the session's TimeZone");
}

static void by_method(const struct schema *schema, struct coercion *coercion, const char *from,
                      const char *to, const struct catalog_cast *cast) {
    if (cast->method == CATALOG_BINARY)
        return;
    if (is_timestamp_pair(from, to))
        between_timestamps(schema, coercion);
    else
        need_rewrite(coercion);
}

/* Array to array goes element by element, where the elements can be cast; all are computed anew. */
static void of_elements(const struct schema *schema, struct coercion *coercion,
                        const struct type_use *target, int context) {
    struct type_use from = coercion->type, to = *target;
    struct coercion element;

    from.array_dimensions = to.array_dimensions = 0;
    element = coercion_start(&from);
    coercion_apply(schema, &element, &to, context);
    coercion->possible &= element.possible;
    need_rewrite(coercion);
}

/* From a literal or something without a type, any cast goes. */
static bool is_unknown_literal(const struct type_use *type) {
    return type->user_type == 0 && type->name != NULL && strcmp(type->name, "unknown") == 0;
}

/* enum catalog_context of a cast that the history made. */
static int cast_context(const struct other *cast) {
    const struct CreateCastStmt *create = node_if(CreateCastStmt, cast->definition);

    return create == NULL || create->context == COERCION_IMPLICIT ? CATALOG_IMPLICIT
           : create->context == COERCION_ASSIGNMENT               ? CATALOG_ASSIGNMENT
                                                                  : CATALOG_EXPLICIT;
}

static bool is_record(const struct type_use *type) {
    return type->user_type == 0 && type->name != NULL && strcmp(type->name, "record") == 0;
}

/* Between types that the catalogue does not have: enums, row types, and what is not known. */
static void of_user_types(const struct schema *schema, struct coercion *coercion,
                          const struct type_use *target, int context) {
    const char *from = type_use_catalog_name(schema, &coercion->type);
    const char *to = type_use_catalog_name(schema, target);
    bool to_string = to != NULL && (strcmp(to, "text") == 0 || strcmp(to, "varchar") == 0 ||
                                    strcmp(to, "bpchar") == 0);
    bool from_string = from != NULL && (strcmp(from, "text") == 0 || strcmp(from, "varchar") == 0 ||
                                        strcmp(from, "bpchar") == 0);
    const struct other *cast;

    if (!type_use_known(schema, &coercion->type) || !type_use_known(schema, target)) {
        cannot_tell(coercion, "the types");
        return;
    }
    if (coercion->type.array_dimensions > 0 && target->array_dimensions > 0) {
        of_elements(schema, coercion, target, context);
        return;
    }
    need_rewrite(coercion);
    if (is_unknown_literal(&coercion->type))
        return; /* of CASE and its like: any cast goes */
    if (is_record(&coercion->type) && to != NULL && strcmp(to, "record") == 0)
        return; /* ROW(...), field by field (coerce_record_to_complex) */
    cast = schema_other(schema, OBJECT_CAST, cast_name(schema, &coercion->type, target));
    if (cast != NULL)
        coercion->possible &= cast_context(cast) <= context;
    else if (to_string)
        coercion->possible &= context >= CATALOG_ASSIGNMENT;
    else if (from_string)
        coercion->possible &= context >= CATALOG_EXPLICIT;
    else
        coercion->possible = false;
}

/* Names that stand for a whole class of the schema's types. */
static bool is_class(const char *catalog_name) {
    return catalog_name == NULL || strncmp(catalog_name, "any", 3) == 0 ||
           strcmp(catalog_name, "record") == 0;
}

/* From base type to base type, modifiers aside. */
static void change_type(const struct schema *schema, struct coercion *coercion,
                        const struct type_use *target, int context) {
    const char *from = type_use_catalog_name(schema, &coercion->type);
    const char *to = type_use_catalog_name(schema, target);
    struct catalog_cast cast;

    if (type_use_same(&coercion->type, target) == KNOWN_YES)
        return;
    coercion->typmod_known = false;
    if (is_class(from) || is_class(to)) {
        of_user_types(schema, coercion, target, context);
    } else if (!catalog_cast(from, to, schema->target, &cast)) {
        coercion->possible = false;
        need_rewrite(coercion);
    } else {
        coercion->possible &= cast.context <= context;
        by_method(schema, coercion, from, to, &cast);
    }
}

static bool has_length_cast(const struct schema *schema, const struct type_use *type) {
    struct type_use element = *type;

    element.array_dimensions = 0;
    return catalog_length_cast(type_use_catalog_id(schema, &element), schema->target) != NULL;
}

/* coerce_type_typmod */
static void change_typmod(const struct schema *schema, struct coercion *coercion,
                          const struct type_use *target) {
    struct type_use from = *target;

    if (coercion->typmod_known)
        from = coercion->type;
    else
        from.typmod_count = 0;
    if (target->typmod_count == 0 || type_use_same_typmod(&from, target) ||
        !has_length_cast(schema, target))
        return;
    if (target->array_dimensions > 0 || !typmod_is_wider(target->name, &from, target))
        need_rewrite(coercion);
}

/* coerce_to_target_type: to the base type, its modifiers, and the domain's constraints. */
void coercion_apply(const struct schema *schema, struct coercion *coercion,
                    const struct type_use *target, int context) {
    struct type_use base = type_use_base(schema, target);
    struct type_use from = type_use_base(schema, &coercion->type);
    bool was_domain = type_use_domain(schema, &coercion->type) != NULL;
    bool same = type_use_same(&coercion->type, target) == KNOWN_YES;

    if (same && type_use_domain(schema, target) != NULL)
        return;
    coercion->type = from;
    if (was_domain)
        coercion->typmod_known = false; /* a column of a domain has no modifiers of its own */
    change_type(schema, coercion, &base, context);
    change_typmod(schema, coercion, &base);
    switch (type_use_constrained(schema, target)) {
    case KNOWN_YES:
        need_rewrite(coercion);
        break;
    case UNKNOWN:
        cannot_tell(coercion, "the new type");
        break;
    default:
        break;
    }
    coercion->type = *target;
    coercion->typmod_known = true;
}

/* --- USING --- */

static bool is_column(const struct node *node, const char *column) {
    const struct ColumnRef *ref = node_if(ColumnRef, node);
    const char *name = ref != NULL ? node_list_last_string(ref->fields) : NULL;

    return name != NULL && strcmp(name, column) == 0;
}

/* The type of an expression that is not the column itself, for the last cast. */
static struct coercion computed(const struct schema *schema, const struct relation *relation,
                                const struct node *node) {
    struct expr_scope scope = {.schema = schema, .relation = relation};
    struct expr_info info = expr_analyse(&scope, node);
    struct coercion coercion = coercion_start(&info.type);

    need_rewrite(&coercion);
    coercion.typmod_known = false;
    return coercion;
}

static struct coercion using_expression(const struct schema *schema,
                                        const struct relation *relation,
                                        const struct column *column, const struct node *node,
                                        int depth);

/*
 * A call of a SQL function that is only its argument is replaced by it; a type's name as a function
 * of one argument is a cast (func_get_detail).
 */
static const struct node *called_argument(const struct schema *schema, const struct FuncCall *call,
                                          struct arena *arena) {
    const char *name = node_list_last_string(call->funcname);
    size_t count = 0;
    const struct function *const *all =
        name != NULL && call->args.n == 1
            ? schema_functions(schema, (struct name){NULL, name}, &count)
            : NULL;
    const struct node *body = count == 1 ? expr_inlined_body(arena, all[0]) : NULL;
    const struct ParamRef *parameter = node_if(ParamRef, body);

    return parameter != NULL && parameter->number == 1 ? call->args.v[0] : NULL;
}

static bool is_cast_call(const struct schema *schema, const struct relation *relation,
                         const struct FuncCall *call, struct type_use *target) {
    const char *name = node_list_last_string(call->funcname);
    struct expr_scope scope = {.schema = schema, .relation = relation};
    const char *type;

    if (name == NULL || call->args.n != 1 || catalog_type(name, schema->target) == NULL)
        return false;
    struct expr_info info = expr_analyse(&scope, call->args.v[0]);
    type = type_use_catalog_name(schema, &info.type);
    if (type == NULL)
        return false;
    struct catalog_call found = catalog_call(name, 1, &type, schema->target);
    *target = type_use_builtin(name);
    return found.match == CATALOG_MATCH && found.function == NULL;
}

static struct coercion using_call(const struct schema *schema, const struct relation *relation,
                                  const struct column *column, const struct FuncCall *call,
                                  int depth) {
    struct arena scratch;
    struct type_use target;
    const struct node *argument;
    struct coercion coercion;

    arena_init(&scratch);
    argument = called_argument(schema, call, &scratch);
    if (argument != NULL) {
        coercion = using_expression(schema, relation, column, argument, depth);
    } else if (is_cast_call(schema, relation, call, &target)) {
        coercion = using_expression(schema, relation, column, call->args.v[0], depth);
        coercion_apply(schema, &coercion, &target, CATALOG_EXPLICIT);
    } else {
        coercion = computed(schema, relation, &call->tree_node);
    }
    arena_release(&scratch);
    return coercion;
}

static struct coercion using_expression(const struct schema *schema,
                                        const struct relation *relation,
                                        const struct column *column, const struct node *node,
                                        int depth) {
    const struct TypeCast *cast = node_if(TypeCast, node);
    const struct CollateClause *collate = node_if(CollateClause, node);

    if (is_column(node, column->name))
        return coercion_start(&column->type);
    if (collate != NULL && depth > 0)
        return using_expression(schema, relation, column, collate->arg, depth - 1);
    if (node->kind == NODE_FuncCall && depth > 0)
        return using_call(schema, relation, column, node_as(FuncCall, node), depth - 1);
    if (cast == NULL || depth == 0)
        return computed(schema, relation, node);
    struct coercion coercion = using_expression(schema, relation, column, cast->arg, depth - 1);
    struct type_use target = type_use_of(schema, cast->typeName);
    coercion_apply(schema, &coercion, &target, CATALOG_EXPLICIT);
    return coercion;
}

/* --- the whole change --- */

static const char *collation_of(const struct ColumnDef *def) {
    return def->collClause != NULL ? node_list_last_string(def->collClause->collname) : NULL;
}

static bool same_text(const char *a, const char *b) {
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static void decide(const struct schema *schema, const struct relation *relation,
                   const struct node *using, struct type_change *change) {
    struct coercion coercion = using != NULL
                                   ? using_expression(schema, relation, change->column, using, 50)
                                   : coercion_start(&change->old_type);

    if (coercion.type.name == NULL || is_unknown_literal(&coercion.type)) {
        change->rewrite = coercion.rewrite == KNOWN_NO ? UNKNOWN : coercion.rewrite;
        change->unknown_why = "the type of the column";
        return;
    }
    coercion_apply(schema, &coercion, &change->new_type, CATALOG_ASSIGNMENT);
    change->rewrite = coercion.rewrite;
    change->unknown_why = coercion.unknown_why;
    change->in_utc = coercion.in_utc && coercion.rewrite != KNOWN_YES;
    change->needs_using = !coercion.possible;
}

struct type_change type_change_of(struct arena *arena, const struct schema *schema,
                                  const struct relation *relation,
                                  const struct AlterTableCmd *cmd) {
    const struct ColumnDef *def = node_as(ColumnDef, cmd->def);
    struct type_change change = {.rewrite = UNKNOWN};

    change.new_type = type_use_of(schema, def->typeName);
    change.new_text = type_use_text(arena, schema, &change.new_type);
    change.new_collation = collation_of(def);
    change.column = relation != NULL ? relation_column(relation, cmd->name) : NULL;
    change.unknown_why = "the column's present type";
    if (change.column == NULL || change.column->type.name == NULL)
        return change;
    change.old_type = change.column->type;
    change.old_text = type_use_text(arena, schema, &change.old_type);
    change.old_collation = change.column->collation;
    change.same = type_use_same(&change.old_type, &change.new_type) == KNOWN_YES &&
                  type_use_same_typmod(&change.old_type, &change.new_type) &&
                  same_text(change.old_collation, change.new_collation);
    decide(schema, relation, def->raw_default, &change);
    return change;
}
