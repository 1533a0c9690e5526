/* Failures of COPY (copy.c: DoCopy, ProcessCopyOptions; copyto.c, copyfrom.c). */
#include "model/effects_check.h"

#include "base/ascii.h"

#include <string.h>

/* --- options --- */

struct copy_option {
    const char *name;
    int since;
    bool csv; /* goes with CSV only */
};

static const struct copy_option options[] = {
    {"format", 12, false},        {"freeze", 12, false},    {"delimiter", 12, false},
    {"null", 12, false},          {"default", 16, false},   {"header", 12, false},
    {"quote", 12, true},          {"escape", 12, true},     {"force_quote", 12, true},
    {"force_not_null", 12, true}, {"force_null", 12, true}, {"convert_selectively", 12, false},
    {"encoding", 12, false},      {"on_error", 17, false},  {"log_verbosity", 17, false},
    {"reject_limit", 18, false},
};

static const struct copy_option *option_of(const char *name) {
    for (size_t i = 0; i < sizeof(options) / sizeof(*options); i++)
        if (strcmp(options[i].name, name) == 0)
            return &options[i];
    return NULL;
}

static const struct DefElem *given(struct node_list list, const char *name) {
    for (size_t i = 0; i < list.n; i++) {
        const struct DefElem *option = node_if(DefElem, list.v[i]);

        if (option != NULL && option->defname != NULL && strcmp(option->defname, name) == 0)
            return option;
    }
    return NULL;
}

static void check_option(struct effects_work *work, struct node_list list, size_t index,
                         const char *format) {
    const struct DefElem *option = node_if(DefElem, list.v[index]);
    const struct copy_option *known =
        option != NULL && option->defname != NULL ? option_of(option->defname) : NULL;

    if (option == NULL || option->defname == NULL)
        return;
    if (known == NULL || known->since > work->schema->target)
        effects_fail(work, "42601", "option \"%s\" not recognized", option->defname);
    else if (given(list, option->defname) != option)
        effects_fail(work, "42601", "conflicting or redundant options");
    else if (known->csv && strcmp(format, "csv") != 0)
        effects_fail(work, work->schema->target >= 17 ? "22023" : "0A000",
                     "COPY %s requires CSV mode", option->defname);
}

static bool is_on(const struct DefElem *option) {
    const char *word = option != NULL ? node_string(option->arg) : NULL;
    const struct Boolean *boolean = option != NULL ? node_if(Boolean, option->arg) : NULL;
    const struct Integer *number = option != NULL ? node_if(Integer, option->arg) : NULL;

    if (word != NULL)
        return !ascii_case_equal(word, "false") && !ascii_case_equal(word, "off");
    if (boolean != NULL)
        return boolean->boolval;
    return option != NULL && (number == NULL || number->ival != 0);
}

static void check_options(struct effects_work *work, const struct CopyStmt *copy) {
    const struct DefElem *named = given(copy->options, "format");
    const char *format = named != NULL ? node_string(named->arg) : "text";

    if (format == NULL)
        return;
    if (strcmp(format, "text") != 0 && strcmp(format, "csv") != 0 &&
        strcmp(format, "binary") != 0) {
        effects_fail(work, "22023", "COPY format \"%s\" not recognized", format);
        return;
    }
    for (size_t i = 0; i < copy->options.n && !work->stopped; i++)
        check_option(work, copy->options, i, format);
    if (strcmp(format, "binary") == 0 &&
        (given(copy->options, "delimiter") != NULL || given(copy->options, "null") != NULL))
        effects_fail(work, "42601", "cannot specify DELIMITER or NULL in BINARY mode");
    else if (is_on(given(copy->options, "header")) && strcmp(format, "csv") != 0 &&
             (work->schema->target < 15 || strcmp(format, "binary") == 0))
        effects_fail(work, "0A000", "COPY HEADER available only in CSV mode");
}

/* --- columns (CopyGetAttnums) --- */

static void check_columns(struct effects_work *work, const struct CopyStmt *copy,
                          const struct relation *relation) {
    for (size_t i = 0; i < copy->attlist.n && !work->stopped; i++) {
        const char *name = node_string(copy->attlist.v[i]);
        const struct column *column = name != NULL ? relation_column(relation, name) : NULL;

        if (name == NULL)
            continue;
        if (column == NULL && relation->columns_known)
            effects_fail(work, "42703", "column \"%s\" of relation \"%s\" does not exist", name,
                         relation->object.name);
        else if (column != NULL && column->generated != GENERATED_NOT)
            effects_fail(work, "42P10", "column \"%s\" is a generated column", name);
        for (size_t j = 0; j < i; j++)
            if (strcmp(name, node_string(copy->attlist.v[j])) == 0)
                effects_fail(work, "42701", "column \"%s\" specified more than once", name);
    }
}

/* --- from where to where --- */

static bool has_insert_trigger(const struct relation *view) {
    enum { TRIGGER_TYPE_INSERT = 1 << 2, TRIGGER_TYPE_INSTEAD = 1 << 6 };

    for (size_t i = 0; i < view->trigger_count; i++)
        if (view->triggers[i]->def == NULL ||
            ((view->triggers[i]->def->timing & TRIGGER_TYPE_INSTEAD) &&
             (view->triggers[i]->def->events & TRIGGER_TYPE_INSERT)))
            return true;
    return false;
}

/* BeginCopyTo: since 18 a materialized view will do. */
static const char *not_copied_from(const struct effects_work *work,
                                   const struct relation *relation) {
    switch (relation->object.kind) {
    case OBJ_TABLE:
        return NULL;
    case OBJ_MATVIEW:
        return work->schema->target >= 18 ? NULL : "materialized view";
    case OBJ_VIEW:
        return "view";
    case OBJ_FOREIGN_TABLE:
        return "foreign table";
    case OBJ_SEQUENCE:
        return "sequence";
    case OBJ_PARTITIONED_TABLE:
        return "partitioned table";
    default:
        return "non-table relation";
    }
}

/* CopyFrom */
static const char *not_copied_to(const struct relation *relation) {
    switch (relation->object.kind) {
    case OBJ_TABLE:
    case OBJ_PARTITIONED_TABLE:
    case OBJ_FOREIGN_TABLE:
        return NULL;
    case OBJ_VIEW:
        return has_insert_trigger(relation) ? NULL : "view";
    case OBJ_MATVIEW:
        return "materialized view";
    case OBJ_SEQUENCE:
        return "sequence";
    default:
        return "non-table relation";
    }
}

/* Only what this transaction made or emptied may be frozen. */
static void check_freeze(struct effects_work *work, const struct CopyStmt *copy,
                         const struct relation *relation) {
    const struct schema *begun = work->schema->begun;

    if (!is_on(given(copy->options, "freeze")))
        return;
    if (relation->object.kind == OBJ_PARTITIONED_TABLE)
        effects_fail(work, "0A000", "cannot perform COPY FREEZE on a partitioned table");
    else if (!relation_is_empty(work->schema, relation) && !relation->object.assumed &&
             (begun == NULL || schema_relation_by_id(begun, relation->object.id) != NULL))
        effects_fail(work, "55000",
                     "cannot perform COPY FREEZE because the table was not created or truncated "
                     "in the current subtransaction");
}

static void check_file(struct effects_work *work, const struct CopyStmt *copy) {
    if (copy->filename == NULL || copy->is_program)
        return;
    if (!copy->is_from && copy->filename[0] != '/')
        effects_fail(work, "42602", "relative path not allowed for COPY to file");
    else if (copy->is_from && strncmp(copy->filename, "/dev/", 5) != 0)
        effects_may_fail(work, "the server cannot read the file", "58P01",
                         "could not open file \"%s\" for reading: No such file or directory",
                         copy->filename);
}

static void check_relation(struct effects_work *work, const struct CopyStmt *copy,
                           const struct relation *relation) {
    const char *wrong;

    check_columns(work, copy, relation);
    if (work->stopped)
        return;
    if (!copy->is_from) {
        wrong = not_copied_from(work, relation);
        if (wrong != NULL)
            effects_fail(work, "42809", "cannot copy from %s \"%s\"", wrong, relation->object.name);
        if (!work->stopped)
            check_options(work, copy);
        return;
    }
    check_options(work, copy);
    if (work->stopped)
        return;
    wrong = not_copied_to(relation);
    if (wrong != NULL)
        effects_fail(work, "42809", "cannot copy to %s \"%s\"", wrong, relation->object.name);
    else
        check_freeze(work, copy, relation);
}

void effects_check_copy(struct effects_work *work, const struct op *op) {
    const struct CopyStmt *copy = node_as(CopyStmt, op->node);
    const struct relation *relation =
        copy->relation != NULL ? schema_relation(work->schema, op->target) : NULL;

    if (relation != NULL && !relation->object.assumed)
        check_relation(work, copy, relation);
    else
        check_options(work, copy);
    if (!work->stopped)
        check_file(work, copy);
}
