#include "model/narrowing.h"

#include <string.h>

enum {
    UNBOUNDED = -1,
    FULL_PRECISION = 6, /* of times: MAX_TIMESTAMP_PRECISION */
};

/* One change of a base type, with its modifiers. */
struct step {
    struct arena *arena;
    const struct type_use *from, *to;
    const char *old, *new; /* their names in the catalogue */
    bool is_explicit;      /* a cast that is written */
};

static struct narrowing none(void) {
    return (struct narrowing){NARROWING_NONE, NULL};
}

static struct narrowing fails(const char *what) {
    return (struct narrowing){NARROWING_FAILS, what};
}

static struct narrowing cuts(const char *what) {
    return (struct narrowing){NARROWING_CUTS, what};
}

static bool is(const char *name, const char *wanted) {
    return strcmp(name, wanted) == 0;
}

/* --- strings (varchar.c, varbit.c) --- */

static bool is_string(const char *name) {
    return is(name, "text") || is(name, "varchar") || is(name, "bpchar");
}

static bool is_bits(const char *name) {
    return is(name, "bit") || is(name, "varbit");
}

static int length_of(const struct type_use *type) {
    return type->typmod_count > 0 ? type->typmods[0] : UNBOUNDED;
}

static struct narrowing of_strings(const struct step *step, const char *unit) {
    int old = length_of(step->from), new = length_of(step->to);

    if (new == UNBOUNDED || (old != UNBOUNDED && old <= new))
        return none();
    if (step->is_explicit)
        return cuts(arena_printf(step->arena, "what is behind the first %d %s", new, unit));
    return fails(arena_printf(step->arena, "values of more than %d %s", new, unit));
}

/* --- numbers (int8.c, numeric.c, float.c) --- */

/* Decimal digits that any of its values may need; 0: no integer type. */
static int integer_digits(const char *name) {
    return is(name, "int2") ? 5 : is(name, "int4") ? 10 : is(name, "int8") ? 19 : 0;
}

/* Decimal digits that it keeps for certain. */
static int float_digits(const char *name) {
    return is(name, "float4") ? 6 : is(name, "float8") ? 15 : 0;
}

static int scale_of(const struct type_use *type) {
    return type->typmod_count > 1 ? type->typmods[1] : 0;
}

/* Before the decimal point. */
static int whole_digits(const struct type_use *type) {
    return type->typmod_count > 0 ? type->typmods[0] - scale_of(type) : UNBOUNDED;
}

static struct narrowing too_many_digits(const struct step *step, int digits) {
    return fails(
        arena_printf(step->arena, "numbers of more than %d digits before the point", digits));
}

static struct narrowing digits_behind(const struct step *step, int scale) {
    return cuts(scale <= 0
                    ? "what is behind the decimal point"
                    : arena_printf(step->arena, "digits behind the decimal place %d", scale));
}

static struct narrowing to_float(const struct step *step, int digits) {
    int needed = integer_digits(step->old);

    if (is(step->old, "numeric"))
        needed = step->from->typmod_count > 0 ? step->from->typmods[0] : digits + 1;
    else if (float_digits(step->old))
        needed = float_digits(step->old);
    if (needed <= digits)
        return none();
    return cuts(arena_printf(step->arena, "digits beyond the first %d", digits));
}

static struct narrowing to_integer(const struct step *step, int digits) {
    bool whole =
        is(step->old, "numeric") && step->from->typmod_count > 0 && scale_of(step->from) <= 0;
    int old = integer_digits(step->old);

    if (whole) /* all of nine digits fit into integer, but not all of ten */
        old = whole_digits(step->from) + 1;
    if (!old)
        return cuts("what is behind the decimal point");
    if (old <= digits)
        return none();
    return fails(digits == 5    ? "numbers beyond the range of smallint"
                 : digits == 10 ? "numbers beyond the range of integer"
                                : "numbers beyond the range of bigint");
}

static struct narrowing to_numeric(const struct step *step) {
    int old = integer_digits(step->old), new = whole_digits(step->to);
    bool bounded = is(step->old, "numeric") && step->from->typmod_count > 0;

    if (new == UNBOUNDED)
        return none();
    if (old)
        return old > new ? too_many_digits(step, new) : none();
    if (!bounded || scale_of(step->from) > scale_of(step->to))
        return digits_behind(step, scale_of(step->to));
    return whole_digits(step->from) > new ? too_many_digits(step, new) : none();
}

static struct narrowing of_numbers(const struct step *step) {
    if (is(step->new, "numeric"))
        return to_numeric(step);
    if (integer_digits(step->new))
        return to_integer(step, integer_digits(step->new));
    if (float_digits(step->new))
        return to_float(step, float_digits(step->new));
    if (is(step->new, "bool"))
        return cuts("every number but 0 and 1");
    return none();
}

/* --- times (timestamp.c, date.c) --- */

static bool is_timestamp(const char *name) {
    return is(name, "timestamp") || is(name, "timestamptz");
}

static bool is_time(const char *name) {
    return is(name, "time") || is(name, "timetz");
}

/* interval has the mask of its fields first. */
static int precision_of(const struct type_use *type, const char *name) {
    int at = is(name, "interval") ? 1 : 0;

    return type->typmod_count > at && type->typmods[at] < FULL_PRECISION ? type->typmods[at]
                                                                         : FULL_PRECISION;
}

static struct narrowing of_precision(const struct step *step) {
    int new = precision_of(step->to, step->new);

    if (precision_of(step->from, step->old) <= new)
        return none();
    return cuts(new == 0
                    ? "fractions of a second"
                    : arena_printf(step->arena, "fractions of a second beyond %d digits", new));
}

static struct narrowing of_times(const struct step *step) {
    if (is_timestamp(step->old) && is(step->new, "date"))
        return cuts("the time of day");
    if (is_timestamp(step->old) && is_time(step->new))
        return cuts("the date");
    if (is(step->old, "interval") && is(step->new, "time"))
        return cuts("days, months and years");
    if (is(step->old, "timetz") && is(step->new, "time"))
        return cuts("the time zone");
    return of_precision(step);
}

/* --- all --- */

static bool is_number(const char *name) {
    return is(name, "numeric") || integer_digits(name) || float_digits(name);
}

static bool has_time(const char *name) {
    return is_timestamp(name) || is_time(name) || is(name, "interval");
}

static struct narrowing of_step(const struct step *step) {
    if (is_string(step->old) && is_string(step->new))
        return of_strings(step, "characters");
    if (is_bits(step->old) && is_bits(step->new))
        return of_strings(step, "bits");
    if (is_number(step->old))
        return of_numbers(step);
    if (has_time(step->old))
        return of_times(step);
    if (is(step->old, "inet") && is(step->new, "cidr"))
        return cuts("the host part of addresses");
    return none();
}

static bool is_column(const struct node *node, const char *column) {
    const struct ColumnRef *ref = node_if(ColumnRef, node);
    const char *name = ref != NULL ? node_list_last_string(ref->fields) : NULL;

    return name != NULL && strcmp(name, column) == 0;
}

/* USING column, or column::type of that very type. */
static bool is_understood(const struct schema *schema, const struct type_change *change,
                          const struct node *using, bool *is_explicit) {
    const struct TypeCast *cast = node_if(TypeCast, using);
    struct type_use target;

    *is_explicit = cast != NULL;
    if (using == NULL || is_column(using, change->column->name))
        return true;
    if (cast == NULL || !is_column(cast->arg, change->column->name))
        return false;
    target = type_use_of(schema, cast->typeName);
    return type_use_same(&target, &change->new_type) == KNOWN_YES &&
           type_use_same_typmod(&target, &change->new_type);
}

struct narrowing narrowing_of(struct arena *arena, const struct schema *schema,
                              const struct type_change *change, const struct node *using) {
    struct type_use from, to;
    struct step step = {.arena = arena, .from = &from, .to = &to};

    if (change->column == NULL || change->old_type.name == NULL || change->new_type.name == NULL ||
        !is_understood(schema, change, using, &step.is_explicit))
        return none();
    from = type_use_base(schema, &change->old_type);
    to = type_use_base(schema, &change->new_type);
    if ((from.array_dimensions > 0) != (to.array_dimensions > 0))
        return none();
    from.array_dimensions = to.array_dimensions = 0;
    step.old = type_use_catalog_name(schema, &from);
    step.new = type_use_catalog_name(schema, &to);
    return step.old != NULL && step.new != NULL ? of_step(&step) : none();
}
