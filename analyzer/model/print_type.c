/* Types, functions and sequences. */
#include "model/print_sql.h"

#include "model/expr_type.h"

#include <string.h>

/* Of every enum object_kind that struct type holds. */
static void print_enum(struct printer *printer, const struct type *type) {
    print(printer, "CREATE TYPE ");
    print_object_name(printer, &type->object);
    print(printer, " AS ENUM (");
    for (size_t i = 0; i < type->labels.n; i++) {
        print(printer, "%s", i ? ", " : "");
        print_literal(printer, type->labels.v[i]);
    }
    print(printer, ");\n");
}

void print_domain_constraint(struct printer *printer, const struct domain_constraint *constraint) {
    struct span check;

    print(printer, " CONSTRAINT ");
    print_name(printer, constraint->name);
    if (!constraint->expr) {
        print(printer, " NOT NULL");
        return;
    }
    check =
        text_parenthesis(constraint->source,
                         text_find(constraint->source, (size_t)constraint->def->location, "check"));
    print(printer, " CHECK ");
    print_text(printer, constraint->source, check, constraint->expr);
}

static bool has_not_null_constraint(const struct type *type) {
    for (size_t i = 0; i < type->constraint_count; i++)
        if (!type->constraints[i].expr)
            return true;
    return false;
}

/* NOT VALID cannot be said in CREATE DOMAIN. */
static void print_unvalidated(struct printer *printer, const struct type *type) {
    for (size_t i = 0; i < type->constraint_count; i++) {
        if (type->constraints[i].validated)
            continue;
        print(printer, "ALTER DOMAIN ");
        print_object_name(printer, &type->object);
        print(printer, " ADD");
        print_domain_constraint(printer, &type->constraints[i]);
        print(printer, " NOT VALID;\n");
    }
}

static size_t default_end(const struct type *type) {
    /* In CREATE DOMAIN the next constraint ends the default; the span goes to the statement's end. */
    const struct CreateDomainStmt *create = node_if(CreateDomainStmt, type->definition);
    size_t end = type->default_span.end;

    for (size_t i = 0; create && i < create->constraints.n; i++) {
        const struct Constraint *other = node_if(Constraint, create->constraints.v[i]);
        if (other && (size_t)other->location > type->default_span.start &&
            (size_t)other->location < end && type->default_source == type->source)
            end = (size_t)other->location;
    }
    return end;
}

void print_domain_default(struct printer *printer, const struct type *type) {
    print_text(printer, type->default_source,
               (struct span){type->default_span.start, default_end(type)}, type->default_expr);
}

static void print_domain(struct printer *printer, const struct type *type) {
    print(printer, "CREATE DOMAIN ");
    print_object_name(printer, &type->object);
    print(printer, " AS ");
    print_type(printer, &type->base);
    print_collation(printer, type->collation);
    if (type->default_expr) {
        print(printer, " DEFAULT ");
        print_domain_default(printer, type);
    }
    if (type->not_null && !has_not_null_constraint(type))
        print(printer, " NOT NULL");
    for (size_t i = 0; i < type->constraint_count; i++)
        if (type->constraints[i].validated) {
            print(printer, "\n   ");
            print_domain_constraint(printer, &type->constraints[i]);
        }
    print(printer, ";\n");
    print_unvalidated(printer, type);
}

/* CREATE TYPE name ... with what stands behind the name in the migration. */
static void print_defined_type(struct printer *printer, const struct type *type,
                               const char *words) {
    struct span parenthesis = text_parenthesis(type->source, type->source->span.start);

    print(printer, "CREATE TYPE ");
    print_object_name(printer, &type->object);
    if (parenthesis.end > 0) {
        print(printer, "%s ", words);
        print_text(printer, type->source, parenthesis, NULL);
    }
    print(printer, ";\n");
}

void print_user_type(struct printer *printer, const struct type *type) {
    if (type->object.assumed) {
        print_unknown(printer, "%s %s was never seen being made",
                      object_kind_name(type->object.kind), type->object.name);
        return;
    }
    switch (type->object.kind) {
    case OBJ_ENUM:
        print_enum(printer, type);
        break;
    case OBJ_DOMAIN:
        print_domain(printer, type);
        break;
    case OBJ_RANGE:
        print_defined_type(printer, type, " AS RANGE");
        break;
    default:
        print_defined_type(printer, type, "");
        break;
    }
}

void print_composite_type(struct printer *printer, const struct relation *relation) {
    print(printer, "CREATE TYPE ");
    print_object_name(printer, &relation->object);
    print(printer, " AS (");
    for (size_t i = 0; i < relation->column_count; i++) {
        print(printer, "%s\n    ", i ? "," : "");
        print_name(printer, relation->columns[i].name);
        print(printer, " ");
        print_type(printer, &relation->columns[i].type);
        print_collation(printer, relation->columns[i].collation);
    }
    print(printer, "\n);\n");
}

/* --- functions --- */

/* NAME(TYPE, TYPE) as ALTER and COMMENT name it. */
static void print_signature(struct printer *printer, const struct function *function) {
    print_object_name(printer, &function->object);
    print(printer, "(");
    for (size_t i = 0; i < function->argument_count; i++) {
        print(printer, "%s", i ? ", " : "");
        print_type(printer, &function->arguments[i]);
    }
    print(printer, ")");
}

static const char *volatility_word(char volatility) {
    return volatility == 'i' ? "IMMUTABLE" : volatility == 's' ? "STABLE" : "VOLATILE";
}

static const char *routine_word(const struct function *function) {
    return function->object.kind == OBJ_PROCEDURE ? "PROCEDURE" : "FUNCTION";
}

static void print_setting(struct printer *printer, const struct VariableSetStmt *set) {
    if (set->kind == VAR_RESET || set->kind == VAR_SET_DEFAULT) {
        print(printer, " RESET %s", set->name);
        return;
    }
    print(printer, " SET %s TO ", set->name);
    for (size_t i = 0; i < set->args.n; i++) {
        const struct A_Const *value = node_if(A_Const, set->args.v[i]);
        print(printer, "%s", i ? ", " : "");
        if (value && value->sval)
            print_literal(printer, value->sval->sval);
        else if (value && value->ival)
            print(printer, "%d", value->ival->ival);
    }
}

/* What ALTER FUNCTION said, again. */
static void print_altered(struct printer *printer, const struct function *function) {
    if (function->altered.n == 0)
        return;
    print(printer, "ALTER %s ", routine_word(function));
    print_signature(printer, function);
    if (function->object.kind == OBJ_FUNCTION)
        print(printer, " %s%s", volatility_word(function->volatility),
              function->strict ? " STRICT" : " CALLED ON NULL INPUT");
    print(printer, " SECURITY %s", function->security_definer ? "DEFINER" : "INVOKER");
    for (size_t i = 0; i < function->altered.n; i++) {
        const struct DefElem *option = node_if(DefElem, function->altered.v[i]);
        const struct Integer *number = option ? node_if(Integer, option->arg) : NULL;
        const struct Boolean *boolean = option ? node_if(Boolean, option->arg) : NULL;
        if (option && node_if(VariableSetStmt, option->arg))
            print_setting(printer, node_as(VariableSetStmt, option->arg));
        else if (number &&
                 (strcmp(option->defname, "cost") == 0 || strcmp(option->defname, "rows") == 0))
            print(printer, " %s %d", option->defname, number->ival);
        else if (boolean && strcmp(option->defname, "leakproof") == 0)
            print(printer, "%s LEAKPROOF", boolean->boolval ? "" : " NOT");
        else if (option && strcmp(option->defname, "parallel") == 0 && node_string(option->arg))
            print(printer, " PARALLEL %s", node_string(option->arg));
    }
    print(printer, ";\n");
}

static void print_aggregate(struct printer *printer, const struct function *function) {
    struct span first = text_parenthesis(function->source, function->source->span.start);

    print(printer, "CREATE AGGREGATE ");
    print_object_name(printer, &function->object);
    print_text(printer, function->source, (struct span){first.start, function->source->span.end},
               NULL);
    print(printer, ";\n");
}

static void print_routine(struct printer *printer, const struct function *function,
                          const char *create) {
    struct span arguments = text_parenthesis(function->source, function->source->span.start);

    print(printer, "%s %s ", create, routine_word(function));
    print_object_name(printer, &function->object);
    print_text(printer, function->source,
               (struct span){arguments.start, function->source->span.end}, function->definition);
    print(printer, ";\n");
    print_altered(printer, function);
}

void print_function(struct printer *printer, const struct function *function) {
    if (function->object.kind == OBJ_AGGREGATE)
        print_aggregate(printer, function);
    else
        print_routine(printer, function, "CREATE");
}

void print_replaced_function(struct printer *printer, const struct function *function) {
    print_routine(printer, function, "CREATE OR REPLACE");
}

/* --- sequences --- */

void print_number_option(struct printer *printer, const char *words, const struct DefElem *option) {
    const struct Integer *integer = node_if(Integer, option->arg);
    const struct Float *real = node_if(Float, option->arg);

    if (integer)
        print(printer, " %s %d", words, integer->ival);
    else if (real)
        print(printer, " %s %s", words, real->fval);
}

void print_sequence_option(struct printer *printer, const struct DefElem *option) {
    static const struct {
        const char *name, *words;
    } numbers[] = {
        {"increment", "INCREMENT BY"}, {"minvalue", "MINVALUE"}, {"maxvalue", "MAXVALUE"},
        {"start", "START WITH"},       {"cache", "CACHE"},
    };
    const struct Boolean *cycle = node_if(Boolean, option->arg);

    for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
        if (strcmp(option->defname, numbers[i].name) == 0)
            print_number_option(printer, numbers[i].words, option);
    if (strcmp(option->defname, "cycle") == 0 && cycle)
        print(printer, "%s CYCLE", cycle->boolval ? "" : " NO");
}

void print_sequence_options(struct printer *printer, const struct relation *sequence) {
    for (size_t i = 0; i < sequence->options.n; i++)
        if (node_if(DefElem, sequence->options.v[i]))
            print_sequence_option(printer, node_as(DefElem, sequence->options.v[i]));
}

void print_sequence(struct printer *printer, const struct relation *sequence) {
    print(printer, "CREATE %sSEQUENCE ", sequence->persistence == 'u' ? "UNLOGGED " : "");
    print_object_name(printer, &sequence->object);
    if (sequence->sequence_type.name) {
        print(printer, " AS ");
        print_type(printer, &sequence->sequence_type);
    }
    print_sequence_options(printer, sequence);
    print(printer, ";\n");
}
