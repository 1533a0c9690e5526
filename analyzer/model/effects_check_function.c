/* Failures of functions, procedures, aggregates, casts, CALL and DO (functioncmds.c, pg_proc.c, functions.c). */
#include "model/body.h"
#include "model/effects_check.h"
#include "model/op_object.h"
#include "model/query.h"

#include "base/ascii.h"

#include <string.h>

static struct name name_of(struct node_list list) {
    return (struct name){list.n > 1 ? node_string(list.v[list.n - 2]) : NULL,
                         node_list_last_string(list)};
}

static const struct node *option_of(struct node_list options, const char *name) {
    for (size_t i = 0; i < options.n; i++) {
        const struct DefElem *option = node_if(DefElem, options.v[i]);

        if (option != NULL && option->defname != NULL && ascii_case_equal(option->defname, name))
            return option->arg;
    }
    return NULL;
}

/* --- functions that are named --- */

/* Of the server or of contrib; what takes or gives internal values is not in the catalogue. */
static bool may_come_with_server(const struct effects_work *work, struct name name) {
    struct catalog_functions built_in = catalog_function(name.name, -1, work->schema->target);
    struct catalog_functions of_extensions =
        catalog_extension_function(name.name, -1, work->schema->target);

    return (name.schema != NULL && strcmp(name.schema, "pg_catalog") == 0) ||
           catalog_function_next(&built_in) != NULL ||
           catalog_function_next(&of_extensions) != NULL;
}

/* By the name alone: with the arguments there may be conversions. */
static bool is_missing(struct effects_work *work, struct name name) {
    size_t count;

    schema_functions(work->schema, name, &count);
    return name.name != NULL && count == 0 && effects_knows_all(work) &&
           !may_come_with_server(work, name);
}

static void check_there(struct effects_work *work, struct name name, const char *what) {
    if (!work->stopped && is_missing(work, name))
        effects_fail(work, "42883", "%s %s does not exist", what, name.name);
}

/* --- CREATE FUNCTION --- */

static bool is_input(const struct FunctionParameter *parameter) {
    return parameter->mode != FUNC_PARAM_OUT && parameter->mode != FUNC_PARAM_TABLE;
}

static bool same_name(const char *a, const char *b) {
    return a != NULL && b != NULL && strcmp(a, b) == 0;
}

/* One goes in, the other comes out. */
static bool are_apart(const struct FunctionParameter *a, const struct FunctionParameter *b) {
    return is_input(a) != is_input(b) && a->mode != FUNC_PARAM_INOUT && b->mode != FUNC_PARAM_INOUT;
}

static void check_parameter_name(struct effects_work *work, const char *language,
                                 struct node_list parameters, size_t last) {
    const struct FunctionParameter *parameter = node_as(FunctionParameter, parameters.v[last]);
    bool unique = strcmp(language, "plpgsql") == 0; /* add_parameter_name */

    for (size_t i = 0; i < last; i++) {
        const struct FunctionParameter *other = node_as(FunctionParameter, parameters.v[i]);

        if (same_name(parameter->name, other->name) && *parameter->name != '\0' &&
            (unique || !are_apart(parameter, other)))
            effects_fail(work, "42P13", "parameter name \"%s\" used more than once",
                         parameter->name);
    }
}

/* A shell is taken but in SQL functions (interpret_function_parameter_list, compute_return_type). */
static void check_function_type(struct effects_work *work, const char *language,
                                const struct TypeName *name) {
    struct type_use use = type_use_of(work->schema, name);

    if (!type_use_is_shell(work->schema, &use))
        effects_check_type(work, name);
    else if (strcmp(language, "sql") == 0)
        effects_fail(work, "42P13", "SQL function cannot accept shell type %s", use.name);
}

/* interpret_function_parameter_list */
static void check_parameters(struct effects_work *work, const char *language,
                             struct node_list parameters) {
    bool defaults = false;

    for (size_t i = 0; i < parameters.n && !work->stopped; i++) {
        const struct FunctionParameter *parameter = node_as(FunctionParameter, parameters.v[i]);

        check_function_type(work, language, parameter->argType);
        if (work->stopped)
            return;
        check_parameter_name(work, language, parameters, i);
        if (parameter->defexpr != NULL && !is_input(parameter))
            effects_fail(work, "42P13", "only input parameters can have default values");
        if (is_input(parameter) && defaults && parameter->defexpr == NULL)
            effects_fail(work, "42P13",
                         "input parameters after one with a default value must also have "
                         "defaults");
        defaults |= parameter->defexpr != NULL;
    }
}

static bool bodies_are_checked(const struct effects_work *work) {
    const char *setting = schema_setting(work->schema, "check_function_bodies");

    return setting == NULL || !(ascii_case_equal(setting, "off") ||
                                ascii_case_equal(setting, "false") || strcmp(setting, "0") == 0);
}

static bool is_column_list(const struct SelectStmt *select) {
    const struct ResTarget *only =
        select->targetList.n == 1 ? node_if(ResTarget, select->targetList.v[0]) : NULL;
    const struct ColumnRef *ref = only != NULL ? node_if(ColumnRef, only->val) : NULL;

    /* A star may stand for one column. */
    return ref != NULL && ref->fields.n > 0 &&
           node_string(ref->fields.v[ref->fields.n - 1]) == NULL;
}

static void mismatch(struct effects_work *work, const struct type_use *result) {
    effects_fail(work, "42P13", "return type mismatch in function declared to return %s",
                 type_use_text(work->arena, work->schema, result));
}

/* Before 13 nothing was cast for the result. */
static bool fits_unchanged(const struct effects_work *work, const struct type_use *from,
                           const struct type_use *to) {
    unsigned source = type_use_catalog_id(work->schema, from);
    unsigned target = type_use_catalog_id(work->schema, to);

    return work->schema->target >= 13 || source == CATALOG_TYPE_none ||
           target == CATALOG_TYPE_none || from->user_type != 0 ||
           catalog_binary_coercible(source, target, work->schema->target);
}

/* The one value that a plain SELECT gives (check_sql_stmt_retval). */
static void check_selected(struct effects_work *work, const struct SelectStmt *select,
                           const struct function *function, const struct type_use *result) {
    struct expr_scope scope = {.schema = work->schema, .function = NULL};
    const struct ResTarget *only;
    struct expr_info info;
    struct coercion coercion;

    if (select->larg != NULL || select->valuesLists.n > 0 || is_column_list(select))
        return;
    if (select->targetList.n != 1) {
        mismatch(work, result);
        return;
    }
    only = node_if(ResTarget, select->targetList.v[0]);
    if (only == NULL || select->fromClause.n > 0 || function->argument_count > 0)
        return;
    info = expr_analyse(&scope, only->val);
    if (info.type.name == NULL || strcmp(info.type.name, "unknown") == 0 ||
        !type_use_known(work->schema, &info.type))
        return;
    coercion = coercion_start(&info.type);
    coercion_apply(work->schema, &coercion, result, CATALOG_ASSIGNMENT);
    if (!coercion.possible || !fits_unchanged(work, &info.type, result))
        mismatch(work, result);
}

static bool is_scalar(const struct effects_work *work, const struct type_use *result) {
    const struct catalog_type *type = result->name != NULL && result->user_type == 0
                                          ? catalog_type(result->name, work->schema->target)
                                          : NULL;

    return type != NULL && type->kind != CATALOG_PSEUDO && result->array_dimensions == 0;
}

static bool returns_rows(const struct node *query) {
    switch (query->kind) {
    case NODE_SelectStmt:
        return node_as(SelectStmt, query)->intoClause == NULL;
    case NODE_InsertStmt:
        return node_as(InsertStmt, query)->returningClause != NULL;
    case NODE_UpdateStmt:
        return node_as(UpdateStmt, query)->returningClause != NULL;
    case NODE_DeleteStmt:
        return node_as(DeleteStmt, query)->returningClause != NULL;
    case NODE_MergeStmt:
        return node_as(MergeStmt, query)->returningClause != NULL;
    default:
        return false;
    }
}

static void check_result(struct effects_work *work, const struct CreateFunctionStmt *create,
                         const struct function *function, struct node_list body) {
    struct type_use result = type_use_of(work->schema, create->returnType);
    const struct node *last = body.n > 0 ? body.v[body.n - 1] : NULL;

    if (last == NULL || !is_scalar(work, &result) || last->kind == NODE_ReturnStmt)
        return;
    if (!returns_rows(last))
        mismatch(work, &result);
    else if (last->kind == NODE_SelectStmt)
        check_selected(work, node_as(SelectStmt, last), function, &result);
}

static bool has_syntax_error(struct effects_work *work, const char *body) {
    struct file *file = file_new(work->arena, "", body, strlen(body));
    const struct statements *statements =
        sql_read(work->arena, text_of_file(work->arena, file), 0, 1, NULL);

    for (size_t i = 0; i < statements->list.n; i++)
        if (statements->list.v[i]->failure == PARSE_SYNTAX)
            return true;
    return false;
}

/* fmgr_sql_validator */
static void check_sql_body(struct effects_work *work, const struct CreateFunctionStmt *create) {
    const struct List *parts = node_if(List, option_of(create->options, "as"));
    struct function function = {.definition = &create->tree_node, .language = "sql"};

    if (parts != NULL && parts->items.n > 0)
        function.body = node_string(parts->items.v[0]);
    function.argument_count = create->parameters.n;
    if (create->sql_body == NULL && !bodies_are_checked(work))
        return;
    if (function.body != NULL && create->sql_body == NULL &&
        has_syntax_error(work, function.body)) {
        effects_fail(work, "42601", "syntax error in the body of function %s",
                     node_list_last_string(create->funcname));
        return;
    }
    if (!create->is_procedure && create->returnType != NULL && !create->returnType->pct_type)
        check_result(work, create, &function, function_sql_body(work->arena, &function));
}

/* What arguments must be to tell the type of a result: of one kind, those of the other tell nothing. */
enum polymorphic { NOT_POLYMORPHIC, ANY_SIMPLE, ANY_RANGE, COMPATIBLE_SIMPLE, COMPATIBLE_RANGE };

static enum polymorphic polymorphic_kind(const struct TypeName *name) {
    static const char *const names[][6] = {
        [ANY_SIMPLE] = {"anyelement", "anyarray", "anynonarray", "anyenum"},
        [ANY_RANGE] = {"anyrange", "anymultirange"},
        [COMPATIBLE_SIMPLE] = {"anycompatible", "anycompatiblearray", "anycompatiblenonarray"},
        [COMPATIBLE_RANGE] = {"anycompatiblerange", "anycompatiblemultirange"},
    };
    const char *type = name != NULL ? node_list_last_string(name->names) : NULL;

    for (size_t kind = ANY_SIMPLE; type != NULL && kind <= COMPATIBLE_RANGE; kind++)
        for (size_t i = 0; i < 6 && names[kind][i] != NULL; i++)
            if (strcmp(names[kind][i], type) == 0)
                return (enum polymorphic)kind;
    return NOT_POLYMORPHIC;
}

static bool tells(enum polymorphic argument, enum polymorphic result) {
    switch (result) {
    case ANY_SIMPLE:
        return argument == ANY_SIMPLE || argument == ANY_RANGE;
    case COMPATIBLE_SIMPLE:
        return argument == COMPATIBLE_SIMPLE || argument == COMPATIBLE_RANGE;
    default:
        return argument == result;
    }
}

/* check_valid_polymorphic_signature */
static void check_polymorphic(struct effects_work *work, const struct TypeName *result,
                              struct node_list parameters) {
    enum polymorphic kind = polymorphic_kind(result);

    if (kind == NOT_POLYMORPHIC || work->stopped)
        return;
    for (size_t i = 0; i < parameters.n; i++) {
        const struct FunctionParameter *parameter = node_as(FunctionParameter, parameters.v[i]);

        if (is_input(parameter) && tells(polymorphic_kind(parameter->argType), kind))
            return;
    }
    effects_fail(work, "42P13", "cannot determine result data type");
}

static void check_results(struct effects_work *work, const struct CreateFunctionStmt *create) {
    check_polymorphic(work, create->returnType, create->parameters);
    for (size_t i = 0; i < create->parameters.n; i++) {
        const struct FunctionParameter *parameter =
            node_as(FunctionParameter, create->parameters.v[i]);

        if (!is_input(parameter) || parameter->mode == FUNC_PARAM_INOUT)
            check_polymorphic(work, parameter->argType, create->parameters);
    }
}

/* A type that is missing becomes a shell for what is written in C. */
static bool may_make_shell(const char *language) {
    return strcmp(language, "c") == 0 || strcmp(language, "internal") == 0;
}

static void check_created(struct effects_work *work, const struct CreateFunctionStmt *create) {
    const char *language = node_string(option_of(create->options, "language"));

    if (language == NULL && create->sql_body == NULL) {
        effects_fail(work, "42P13", "no language specified");
        return;
    }
    if (language == NULL)
        language = "sql";
    effects_check_named(work, OBJECT_LANGUAGE, (struct name){NULL, language});
    if (work->stopped)
        return;
    check_parameters(work, language, create->parameters);
    if (work->stopped)
        return;
    if (create->returnType != NULL && !may_make_shell(language))
        check_function_type(work, language, create->returnType);
    check_results(work, create);
    if (!work->stopped && strcmp(language, "sql") == 0)
        check_sql_body(work, create);
    else if (!work->stopped && strcmp(language, "c") == 0)
        effects_may_fail(work, "its library is not installed", "58P01",
                         "could not access the file of function %s",
                         node_list_last_string(create->funcname));
}

/* --- aggregates, casts --- */

/* What has an internal state may use functions that are not in the catalogue. */
static void check_aggregate(struct effects_work *work, const struct DefineStmt *define) {
    static const char *const functions[] = {"sfunc", "finalfunc", "combinefunc", "msfunc"};
    const struct TypeName *state = node_if(TypeName, option_of(define->definition, "stype"));
    const char *name = state != NULL ? node_list_last_string(state->names) : NULL;

    if (name == NULL || strcmp(name, "internal") == 0)
        return;
    effects_check_type(work, state);
    for (size_t i = 0; i < sizeof(functions) / sizeof(*functions); i++) {
        const struct node *value = option_of(define->definition, functions[i]);
        const struct TypeName *function = node_if(TypeName, value);

        if (function != NULL)
            check_there(work, name_of(function->names), "function");
    }
}

static void check_operator(struct effects_work *work, const struct DefineStmt *define) {
    const struct node *value = option_of(define->definition, "function");
    const struct TypeName *function =
        node_if(TypeName, value != NULL ? value : option_of(define->definition, "procedure"));

    if (function != NULL)
        check_there(work, name_of(function->names), "function");
}

static void check_cast(struct effects_work *work, const struct CreateCastStmt *create) {
    effects_check_type(work, create->sourcetype);
    if (!work->stopped)
        effects_check_type(work, create->targettype);
    if (create->func != NULL)
        check_there(work, name_of(create->func->objname), "function");
}

/* --- CALL, DO --- */

void effects_check_procedure(struct effects_work *work, struct name name, bool called) {
    size_t count, procedures = 0;
    const struct function *const *all = schema_functions(work->schema, name, &count);

    for (size_t i = 0; i < count; i++)
        procedures += all[i]->object.kind == OBJ_PROCEDURE;
    if (work->stopped || count == 0)
        return;
    if (called && procedures == 0)
        effects_fail(work, "42809", "%s is not a procedure", name.name);
    else if (!called && procedures == count)
        effects_fail(work, "42809", "%s is a procedure", name.name);
}

static void check_call(struct effects_work *work, const struct op *op) {
    effects_check_procedure(work, op->target, true);
    check_there(work, op->target, "procedure");
}

static void check_do(struct effects_work *work, const struct DoStmt *block) {
    const char *language = node_string(option_of(block->args, "language"));

    if (language == NULL)
        return;
    effects_check_named(work, OBJECT_LANGUAGE, (struct name){NULL, language});
    if (strcmp(language, "sql") == 0 || may_make_shell(language))
        effects_fail(work, "0A000", "language \"%s\" does not support inline code execution",
                     language);
}

/* --- RENAME, SET SCHEMA --- */

static bool same_arguments(const struct function *a, const struct function *b) {
    if (a->argument_count != b->argument_count)
        return false;
    for (size_t i = 0; i < a->argument_count; i++)
        if (type_use_same(&a->arguments[i], &b->arguments[i]) != KNOWN_YES)
            return false;
    return true;
}

static void check_new_name(struct effects_work *work, const struct op *op) {
    object_id id = op_object(work->schema, op);
    const struct object *object = id != 0 ? schema_object(work->schema, id) : NULL;
    const struct function *function =
        object_is_function(object) ? (const struct function *)(const void *)object : NULL;
    struct name name;
    size_t count;
    const struct function *const *all;

    if (function == NULL)
        return;
    name = op->kind == OP_SET_SCHEMA ? (struct name){op->new_name, object->name}
                                     : (struct name){object->schema, op->new_name};
    all = schema_functions(work->schema, name, &count);
    for (size_t i = 0; i < count; i++)
        if (all[i] != function && !all[i]->object.not_certain && same_arguments(all[i], function))
            effects_fail(work, "42723", "function %s already exists in schema \"%s\"", name.name,
                         name.schema);
}

void effects_check_function(struct effects_work *work, const struct op *op) {
    switch (op->kind) {
    case OP_CREATE_FUNCTION:
    case OP_CREATE_PROCEDURE:
        check_created(work, node_as(CreateFunctionStmt, op->node));
        break;
    case OP_CREATE_AGGREGATE:
        check_aggregate(work, node_as(DefineStmt, op->node));
        break;
    case OP_CREATE_OPERATOR:
        check_operator(work, node_as(DefineStmt, op->node));
        break;
    case OP_CREATE_CAST:
        check_cast(work, node_as(CreateCastStmt, op->node));
        break;
    case OP_CALL:
        check_call(work, op);
        break;
    case OP_DO:
        check_do(work, node_as(DoStmt, op->node));
        break;
    default:
        check_new_name(work, op);
        break;
    }
}
