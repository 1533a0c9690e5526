/* Functions, procedures, aggregates. */
#include "model/apply_op.h"

#include "model/body.h"
#include "model/expr_type.h"
#include "model/query.h"

#include "base/ascii.h"

#include <string.h>

static const struct DefElem *option_named(struct node_list options, const char *name) {
    for (size_t i = 0; i < options.n; i++) {
        const struct DefElem *option = node_if(DefElem, options.v[i]);
        if (option && option->defname && strcmp(option->defname, name) == 0)
            return option;
    }
    return NULL;
}

static bool option_bool(struct node_list options, const char *name, bool otherwise) {
    const struct DefElem *option = option_named(options, name);
    const struct Boolean *value = option ? node_if(Boolean, option->arg) : NULL;
    const struct Integer *number = option ? node_if(Integer, option->arg) : NULL;

    if (value)
        return value->boolval;
    if (number)
        return number->ival != 0;
    return option ? true : otherwise;
}

static char volatility_of(struct node_list options, char otherwise) {
    const struct DefElem *option = option_named(options, "volatility");
    const char *word = option ? node_string(option->arg) : NULL;

    if (!word)
        return otherwise;
    return word[0] == 'i' ? 'i' : word[0] == 's' ? 's' : 'v';
}

static const char *lower(struct arena *arena, const char *word) {
    char *copy = arena_strdup(arena, word);

    for (char *c = copy; *c; c++)
        *c = ascii_tolower(*c);
    return copy;
}

static bool is_input(const struct FunctionParameter *parameter) {
    return parameter->mode != FUNC_PARAM_OUT && parameter->mode != FUNC_PARAM_TABLE;
}

static void read_parameters(struct apply *apply, struct function *function,
                            struct node_list parameters) {
    struct type_use *types = arena_array(apply->arena, struct type_use, parameters.n);
    const char **names = arena_array(apply->arena, const char *, parameters.n);

    for (size_t i = 0; i < parameters.n; i++) {
        const struct FunctionParameter *parameter = node_if(FunctionParameter, parameters.v[i]);
        if (!parameter || !is_input(parameter))
            continue;
        names[function->argument_count] = parameter->name;
        types[function->argument_count] = type_use_of(apply->schema, parameter->argType);
        types[function->argument_count++].typmod_count = 0; /* the server forgets them */
        function->default_count += parameter->defexpr != NULL;
        function->variadic = function->variadic || parameter->mode == FUNC_PARAM_VARIADIC;
    }
    function->arguments = types;
    function->argument_names = names;
}

/* Without RETURNS, the type of the only OUT parameter, or a record of several; nothing: void. */
static struct type_use result_of_parameters(struct apply *apply, struct node_list parameters) {
    struct type_use result = {.name = "void"};
    size_t n = 0;

    for (size_t i = 0; i < parameters.n; i++) {
        const struct FunctionParameter *parameter = node_if(FunctionParameter, parameters.v[i]);
        if (!parameter ||
            (parameter->mode != FUNC_PARAM_OUT && parameter->mode != FUNC_PARAM_INOUT &&
             parameter->mode != FUNC_PARAM_TABLE))
            continue;
        result = type_use_of(apply->schema, parameter->argType);
        if (parameter->mode == FUNC_PARAM_TABLE)
            result.setof = true;
        n++;
    }
    if (n > 1)
        result = (struct type_use){.name = "record", .setof = result.setof};
    return result;
}

static void read_body(struct apply *apply, struct function *function,
                      const struct CreateFunctionStmt *create) {
    const struct DefElem *language = option_named(create->options, "language");
    const struct DefElem *as = option_named(create->options, "as");
    const struct List *parts = as ? node_if(List, as->arg) : NULL;

    function->language = language && node_string(language->arg)
                             ? lower(apply->arena, node_string(language->arg))
                             : "sql";
    if (!create->sql_body && parts && parts->items.n == 1)
        function->body = node_string(parts->items.v[0]);
}

/* What a body that is no string uses, the columns too; a string's is looked at when it runs. */
static void add_body(struct uses *uses, struct apply *apply, const struct function *function) {
    struct node_list body = {0};

    if (!function->body)
        body = function_sql_body(apply->arena, function);
    for (size_t i = 0; i < body.n; i++) {
        struct references used = query_analyse(apply->schema, body.v[i]).uses;
        uses_add_expression(uses, body.v[i], NULL);
        for (size_t j = 0; j < used.n; j++)
            uses_add(uses, used.v[j].id, used.v[j].column);
    }
}

static struct references function_uses(struct apply *apply, const struct function *function,
                                       const struct CreateFunctionStmt *create) {
    struct uses uses = {.schema = apply->schema};

    for (size_t i = 0; i < function->argument_count; i++)
        uses_add_type(&uses, &function->arguments[i]);
    uses_add_type(&uses, &function->result);
    for (size_t i = 0; i < create->parameters.n; i++) {
        const struct FunctionParameter *parameter =
            node_if(FunctionParameter, create->parameters.v[i]);
        if (parameter)
            uses_add_expression(&uses, parameter->defexpr, NULL);
    }
    add_body(&uses, apply, function);
    return uses_end(&uses);
}

static bool same_arguments(const struct function *a, const struct function *b) {
    if (a->argument_count != b->argument_count)
        return false;
    for (size_t i = 0; i < a->argument_count; i++)
        if (type_use_same(&a->arguments[i], &b->arguments[i]) == KNOWN_NO)
            return false;
    return true;
}

static const struct function *existing(struct apply *apply, const struct function *function) {
    size_t count = 0;
    const struct function *const *all = schema_functions(
        apply->schema, (struct name){function->object.schema, function->object.name}, &count);

    for (size_t i = 0; i < count; i++)
        if (same_arguments(all[i], function))
            return all[i];
    return NULL;
}

static bool may_replace(struct apply *apply, const struct function *old,
                        const struct function *function) {
    bool certain = object_is_certain(&old->object);

    if (!apply->op->replace)
        return !refuse(apply, certain, "42723",
                       "function \"%s\" already exists with same argument types", old->object.name);
    if (old->object.kind != function->object.kind)
        return !refuse(apply, certain, "42809", "cannot change routine kind");
    if (type_use_same(&old->result, &function->result) == KNOWN_NO ||
        old->result.setof != function->result.setof)
        return !refuse(apply, certain, "42P13", "cannot change return type of existing function");
    for (size_t i = 0; i < old->argument_count; i++)
        if (old->argument_names[i] &&
            (!function->argument_names[i] ||
             strcmp(old->argument_names[i], function->argument_names[i]) != 0))
            return !refuse(apply, certain, "42P13", "cannot change name of input parameter \"%s\"",
                           old->argument_names[i]);
    if (function->default_count < old->default_count)
        return !refuse(apply, certain, "42P13",
                       "cannot remove parameter defaults from existing function");
    return true;
}

static void put_function(struct apply *apply, struct function *function) {
    const struct function *old = existing(apply, function);

    if (old && !may_replace(apply, old, function))
        return;
    if (old) {
        function->object.id = old->object.id;
        function->object.comment = old->object.comment;
        function->object.owner = old->object.owner;
        schema_replace(apply->schema, &function->object);
    } else {
        schema_add(apply->schema, &function->object);
    }
    schema_note_uses(apply->schema, function->object.id, function->uses);
}

static void create_function(struct apply *apply) {
    const struct CreateFunctionStmt *create = node_as(CreateFunctionStmt, apply->op->node);
    struct name resolved = resolve_new(apply, apply->op->target, false);
    struct function *function;

    if (!resolved.schema)
        return;
    function = arena_new(apply->arena, struct function);
    function->object =
        new_object(apply, create->is_procedure ? OBJ_PROCEDURE : OBJ_FUNCTION, resolved);
    read_parameters(apply, function, create->parameters);
    function->result = create->returnType ? type_use_of(apply->schema, create->returnType)
                                          : result_of_parameters(apply, create->parameters);
    read_body(apply, function, create);
    function->volatility = volatility_of(create->options, 'v');
    function->strict = option_bool(create->options, "strict", false);
    function->security_definer = option_bool(create->options, "security", false);
    function->definition = &create->tree_node;
    function->source = apply->statement;
    function->uses = function_uses(apply, function, create);
    put_function(apply, function);
}

/* Before 8.2 an aggregate's only argument was said as basetype; "ANY" is none (DefineAggregate). */
static void read_base_type(struct apply *apply, struct function *function,
                           struct node_list options) {
    const struct DefElem *option = option_named(options, "basetype");
    const struct TypeName *type = option ? node_if(TypeName, option->arg) : NULL;
    const char *word = option ? node_string(option->arg) : NULL;
    struct type_use *argument = arena_new(apply->arena, struct type_use);

    if (type && type->names.n == 1)
        word = node_string(type->names.v[0]);
    if (!type || (word && ascii_case_equal(word, "any")))
        return;
    *argument = type_use_of(apply->schema, type);
    function->arguments = argument;
    function->argument_count = 1;
}

/* The arguments of CREATE AGGREGATE: a list of parameters, and how many are direct. */
static void create_aggregate(struct apply *apply) {
    const struct DefineStmt *define = node_as(DefineStmt, apply->op->node);
    const struct List *parameters = define->args.n > 0 ? node_if(List, define->args.v[0]) : NULL;
    struct name resolved = resolve_new(apply, apply->op->target, false);
    struct function *function;

    if (!resolved.schema)
        return;
    function = arena_new(apply->arena, struct function);
    function->object = new_object(apply, OBJ_AGGREGATE, resolved);
    if (parameters)
        read_parameters(apply, function, parameters->items);
    else if (define->oldstyle)
        read_base_type(apply, function, define->definition);
    function->volatility = 'i';
    function->language = "internal";
    function->definition = &define->tree_node;
    function->source = apply->statement;
    put_function(apply, function);
}

static void alter_function(struct apply *apply) {
    const struct AlterFunctionStmt *alter = node_as(AlterFunctionStmt, apply->op->node);
    const struct function *found = find_function(apply, alter->func);
    struct function *function =
        found ? schema_edit_function(apply->schema, found->object.id) : NULL;

    if (!function)
        return;
    function->volatility = volatility_of(alter->actions, function->volatility);
    function->strict = option_bool(alter->actions, "strict", function->strict);
    function->security_definer =
        option_bool(alter->actions, "security", function->security_definer);
    function->altered = options_merge(apply->arena, function->altered, alter->actions);
}

void apply_function(struct apply *apply) {
    if (apply->op->kind == OP_ALTER_FUNCTION)
        alter_function(apply);
    else if (apply->op->kind == OP_CREATE_AGGREGATE)
        create_aggregate(apply);
    else
        create_function(apply);
}
