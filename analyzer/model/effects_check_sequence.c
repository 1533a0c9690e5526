/* Failures of CREATE and ALTER SEQUENCE, and of the options of identity columns (sequence.c: init_params). */
#include "model/effects_check.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static bool read_number(const struct node *node, long long *out) {
    const struct Integer *integer = node_if(Integer, node);
    const struct Float *number = node_if(Float, node);
    char *end;

    if (integer != NULL) {
        *out = integer->ival;
        return true;
    }
    if (number == NULL || number->fval == NULL)
        return false;
    errno = 0;
    *out = strtoll(number->fval, &end, 10);
    return errno == 0 && *end == '\0';
}

struct limits {
    long long least, most;
    const char *type;
};

static bool limits_of(const char *type, struct limits *out) {
    static const struct {
        const char *name;
        struct limits limits;
    } types[] = {
        {"int2", {-32768, 32767, "smallint"}},
        {"int4", {-2147483647 - 1, 2147483647, "integer"}},
        {"int8", {-9223372036854775807 - 1, 9223372036854775807, "bigint"}},
    };

    for (size_t i = 0; type != NULL && i < sizeof(types) / sizeof(*types); i++)
        if (strcmp(type, types[i].name) == 0) {
            *out = types[i].limits;
            return true;
        }
    return false;
}

static const struct DefElem *last_option(struct node_list options, const char *name) {
    const struct DefElem *found = NULL;

    for (size_t i = 0; i < options.n; i++) {
        const struct DefElem *option = node_if(DefElem, options.v[i]);

        if (option != NULL && option->defname != NULL && strcmp(option->defname, name) == 0)
            found = option;
    }
    return found;
}

/* The number that is given last, here or before; false: there is none, or it is no number. */
static bool given(struct node_list options, struct node_list before, const char *name,
                  long long *out) {
    const struct DefElem *option = last_option(options, name);

    if (option == NULL)
        option = last_option(before, name);
    return option != NULL && read_number(option->arg, out);
}

static void check_redundant(struct effects_work *work, struct node_list options) {
    for (size_t i = 0; i < options.n && !work->stopped; i++) {
        const struct DefElem *option = node_if(DefElem, options.v[i]);

        for (size_t j = 0; option != NULL && option->defname != NULL && j < i; j++) {
            const struct DefElem *other = node_if(DefElem, options.v[j]);

            if (other != NULL && other->defname != NULL &&
                strcmp(other->defname, option->defname) == 0)
                effects_fail(work, "42601", "conflicting or redundant options");
        }
    }
}

static void check_bounds(struct effects_work *work, struct node_list options,
                         struct node_list before, const struct limits *limits) {
    long long increment = 1, least, most, start, restart;
    bool has_start, changes;

    given(options, before, "increment", &increment);
    if (increment == 0)
        effects_fail(work, "22023", "INCREMENT must not be zero");
    most = increment > 0 ? limits->most : -1;
    least = increment > 0 ? 1 : limits->least;
    given(options, before, "maxvalue", &most);
    given(options, before, "minvalue", &least);
    if (most < limits->least || most > limits->most)
        effects_fail(work, "22023", "MAXVALUE (%lld) is out of range for sequence data type %s",
                     most, limits->type);
    else if (least < limits->least || least > limits->most)
        effects_fail(work, "22023", "MINVALUE (%lld) is out of range for sequence data type %s",
                     least, limits->type);
    else if (least >= most)
        effects_fail(work, "22023", "MINVALUE (%lld) must be less than MAXVALUE (%lld)", least,
                     most);
    start = increment > 0 ? least : most;
    has_start = given(options, before, "start", &start);
    if (has_start && start < least)
        effects_fail(work, "22023", "START value (%lld) cannot be less than MINVALUE (%lld)", start,
                     least);
    else if (has_start && start > most)
        effects_fail(work, "22023", "START value (%lld) cannot be greater than MAXVALUE (%lld)",
                     start, most);
    changes = last_option(options, "minvalue") != NULL ||
              last_option(options, "maxvalue") != NULL || last_option(options, "as") != NULL;
    if (given(options, (struct node_list){0}, "restart", &restart)) {
        if (restart < least)
            effects_fail(work, "22023", "RESTART value (%lld) cannot be less than MINVALUE (%lld)",
                         restart, least);
        else if (restart > most)
            effects_fail(work, "22023",
                         "RESTART value (%lld) cannot be greater than MAXVALUE (%lld)", restart,
                         most);
    } else if (changes && before.v != NULL && last_option(options, "restart") == NULL) {
        effects_may_fail(work, "the sequence is beyond its new bounds", "22023",
                         "RESTART value cannot be beyond MINVALUE or MAXVALUE");
    }
}

/* before: the options in force; v NULL: it is new. type: its own, where AS does not say another. */
static void check_options(struct effects_work *work, struct node_list options,
                          struct node_list before, const char *type) {
    const struct DefElem *as = last_option(options, "as");
    struct type_use use = {0};
    struct limits limits;
    long long cache;

    check_redundant(work, options);
    if (as != NULL && node_if(TypeName, as->arg) != NULL) {
        use = type_use_of(work->schema, node_as(TypeName, as->arg));
        type = use.user_type == 0 ? use.name : "";
        effects_check_type(work, node_as(TypeName, as->arg));
    }
    if (work->stopped || type == NULL)
        return;
    if (!limits_of(type, &limits)) {
        effects_fail(work, "22023", "sequence type must be smallint, integer, or bigint");
        return;
    }
    check_bounds(work, options, before, &limits);
    if (given(options, (struct node_list){0}, "cache", &cache) && cache <= 0)
        effects_fail(work, "22023", "CACHE (%lld) must be greater than zero", cache);
}

/* process_owned_by: table and sequence must be neighbours. */
static void check_owned_by(struct effects_work *work, struct node_list options,
                           const char *schema) {
    const struct DefElem *owned = last_option(options, "owned_by");
    const struct List *list = owned != NULL ? node_if(List, owned->arg) : NULL;
    const struct relation *table;
    struct name name;

    if (list == NULL || list->items.n < 2 || work->stopped)
        return;
    name = (struct name){list->items.n > 2 ? node_string(list->items.v[list->items.n - 3]) : NULL,
                         node_string(list->items.v[list->items.n - 2])};
    table = schema_relation(work->schema, name);
    if (table == NULL || table->object.assumed)
        return;
    if (!(KIND(table->object.kind) & (TABLES | KIND(OBJ_FOREIGN_TABLE) | KIND(OBJ_VIEW))))
        effects_fail(work, "42809", "sequence cannot be owned by relation \"%s\"",
                     table->object.name);
    else if (schema != NULL && strcmp(table->object.schema, schema) != 0)
        effects_fail(work, "55000", "sequence must be in same schema as table it is linked to");
}

static bool is_known(const struct relation *sequence) {
    return sequence != NULL && sequence->object.kind == OBJ_SEQUENCE && !sequence->object.assumed;
}

static void check_altered(struct effects_work *work, const struct AlterSeqStmt *alter,
                          const struct relation *sequence) {
    static const struct node *const none[1];
    struct node_list before = {0, none};

    if (!is_known(sequence)) {
        check_redundant(work, alter->options);
        return;
    }
    if (sequence->options.n > 0)
        before = sequence->options;
    check_options(work, alter->options, before, sequence->sequence_type.name);
    check_owned_by(work, alter->options, sequence->object.schema);
}

/* An identity column's sequence is of the column's type. */
static void check_identity(struct effects_work *work, const struct op *op) {
    const struct Constraint *constraint = node_if(Constraint, op->node);

    for (size_t i = 0; constraint != NULL && op->is_inline && i < work->all.n; i++) {
        const struct op *column = &work->all.v[i];
        const struct ColumnDef *def = node_if(ColumnDef, column->node);

        if (column->kind == OP_ADD_COLUMN && column->stmt == op->stmt && def != NULL &&
            def->typeName != NULL && strcmp(column->column, op->column) == 0) {
            struct type_use type = type_use_of(work->schema, def->typeName);

            if (type.user_type == 0)
                check_options(work, constraint->options, (struct node_list){0}, type.name);
        }
    }
}

void effects_check_sequence(struct effects_work *work, const struct op *op) {
    const struct CreateSeqStmt *create = node_if(CreateSeqStmt, op->node);
    const struct AlterSeqStmt *alter = node_if(AlterSeqStmt, op->node);

    if (create != NULL && !(op->if_not_exists && schema_relation(work->schema, op->target))) {
        check_options(work, create->options, (struct node_list){0}, "int8");
        check_owned_by(work, create->options, schema_resolve(work->schema, op->target).schema);
    } else if (alter != NULL) {
        check_altered(work, alter, schema_relation(work->schema, op->target));
    } else {
        check_identity(work, op);
    }
}
