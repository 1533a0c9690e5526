/* Functions, procedures and DO: what the statements in their bodies do. */
#include "model/body.h"
#include "model/effects_apply.h"
#include "model/effects_check.h"
#include "model/effects_query.h"

#include "base/ascii.h"

#include <string.h>

enum { CALL_DEPTH = 8 };

/* --- CREATE FUNCTION --- */

static const char *string_option(const struct CreateFunctionStmt *create, const char *name) {
    for (size_t i = 0; i < create->options.n; i++) {
        const struct DefElem *option = node_if(DefElem, create->options.v[i]);
        const struct List *list = option != NULL ? node_if(List, option->arg) : NULL;

        if (option == NULL || option->defname == NULL || strcmp(option->defname, name) != 0)
            continue;
        return list != NULL ? (list->items.n > 0 ? node_string(list->items.v[0]) : NULL)
                            : node_string(option->arg);
    }
    return NULL;
}

static bool bodies_are_checked(const struct effects_work *work) {
    const char *setting = schema_setting(work->schema, "check_function_bodies");

    return setting == NULL || !(ascii_case_equal(setting, "off") ||
                                ascii_case_equal(setting, "false") || strcmp(setting, "0") == 0);
}

/* A function as far as its body is concerned: what it calls its arguments. */
static struct function function_of(struct effects_work *work,
                                   const struct CreateFunctionStmt *create) {
    struct function function = {.definition = &create->tree_node};
    const char **names = arena_array(work->arena, const char *, create->parameters.n);

    for (size_t i = 0; i < create->parameters.n; i++)
        names[i] = node_as(FunctionParameter, create->parameters.v[i])->name;
    function.object.name = node_list_last_string(create->funcname);
    function.argument_count = create->parameters.n;
    function.argument_names = names;

    function.language = string_option(create, "language");
    function.body = string_option(create, "as");
    if (function.language == NULL && create->sql_body != NULL)
        function.language = "sql";
    return function;
}

/* fmgr_sql_validator analyses and rewrites the body of a LANGUAGE sql function: its tables are locked. */
void effect_of_create_function(struct effects_work *work, const struct op *op,
                               const struct effect_row *row) {
    const struct CreateFunctionStmt *create = node_as(CreateFunctionStmt, op->node);
    struct function function = function_of(work, create);
    struct reading reading = {.work = work, .rewritten = true};
    struct node_list body;

    (void)row;
    if (function.language == NULL || !ascii_case_equal(function.language, "sql"))
        return;
    if (create->sql_body == NULL && !bodies_are_checked(work))
        return;
    function.language = "sql";
    body = function_sql_body(work->arena, &function);
    for (size_t i = 0; i < body.n && !work->stopped; i++) {
        effects_read(&reading, body.v[i]);
        effects_check_query(work, body.v[i], &function);
    }
}

/* --- CALL, DO --- */

static bool ends_transaction(const struct ops *ops) {
    return ops->n > 0 && (ops->v[0].kind == OP_COMMIT || ops->v[0].kind == OP_ROLLBACK);
}

/* What cannot run in a function at all, neither in a transaction nor outside of one. */
static void merge_refusal(struct effects_work *work, const struct effects *part) {
    if (part->inside.sqlstate == NULL)
        return;
    effects_fail(work, part->inside.sqlstate, "%s", part->inside.why);
}

/* Of a body that was read for this statement only, while the lock is held longer. */
static struct name lasting_name(struct effects_work *work, struct name name) {
    struct arena *arena = work->schema->arena;

    return (struct name){name.schema ? arena_strdup(arena, name.schema) : NULL,
                         arena_strdup(arena, name.name)};
}

static void merge_locks(struct effects_work *work, const struct effects *part) {
    for (size_t i = 0; i < part->locks.n; i++) {
        const struct effect_lock *lock = &part->locks.v[i];
        const struct relation *relation = schema_relation(work->schema, lock->relation);

        if (relation != NULL)
            effects_lock(work, relation, lock->mode);
        else
            effects_lock_name(work, lasting_name(work, lock->relation), lock->kind, lock->mode);
    }
}

static const struct relation *named(struct effects_work *work, struct name name) {
    return schema_relation(work->schema, name);
}

static void merge_rest(struct effects_work *work, const struct effects *part) {
    for (size_t i = 0; i < part->rewrites.n; i++)
        if (named(work, part->rewrites.v[i]) != NULL)
            effects_copy(work, named(work, part->rewrites.v[i]));
    for (size_t i = 0; i < part->scans.n; i++)
        if (named(work, part->scans.v[i]) != NULL)
            effects_scan(work, named(work, part->scans.v[i]));
    for (size_t i = 0; i < part->rebuilds.n; i++)
        if (named(work, part->rebuilds.v[i]) != NULL)
            effects_rebuild(work, named(work, part->rebuilds.v[i]));
    for (size_t i = 0; i < part->unknown.n; i++)
        effects_unknown(work, "%s", part->unknown.v[i]);
}

static void run_statement(struct effects_work *work, const struct statement *statement) {
    struct ops ops = op_list(work->arena, statement);
    struct effects *part;

    if (ends_transaction(&ops)) {
        effects_refuse(work, true, "2D000", "invalid transaction termination");
        return;
    }
    part = effects_nested(work, ops);
    merge_refusal(work, part);
    merge_locks(work, part);
    merge_rest(work, part);
    if (part->failure.sqlstate != NULL && !statement->caught && !statement->conditional)
        effects_may_fail(work, "the body runs", part->failure.sqlstate, "%s", part->failure.why);
}

static const struct function *called(struct effects_work *work, struct name name) {
    size_t count;
    const struct function *const *all = schema_functions(work->schema, name, &count);

    return count == 1 ? all[0] : NULL;
}

static void run_body(struct effects_work *work, const struct function *function,
                     const struct statements *body) {
    for (size_t i = 0; i < body->list.n && !work->stopped; i++) {
        const struct statement *statement = body->list.v[i];

        if (statement->tree != NULL)
            run_statement(work, statement);
        else
            effects_unknown(work, "a statement of %s", function->object.name);
    }
    if (body->dynamic.n > 0)
        effects_unknown(work, "dynamic SQL in %s", function->object.name);
}

static void run_function(struct effects_work *work, const struct function *function,
                         const struct name *name) {
    const struct statements *body =
        function != NULL ? function_statements(work->arena, function) : NULL;

    if (body == NULL || work->calls >= CALL_DEPTH) {
        effects_unknown(work, "what %s does", name->name);
        return;
    }
    work->calls++;
    run_body(work, function, body);
    work->calls--;
}

void effect_of_call(struct effects_work *work, const struct op *op, const struct effect_row *row) {
    (void)row;
    run_function(work, called(work, op->target), &op->target);
}

/* Of a name that is the server's own, or an extension's, nothing is known to lock tables. */
void effects_run_function(struct effects_work *work, struct name name) {
    size_t count;
    const struct function *const *all = schema_functions(work->schema, name, &count);

    if (count == 1 && all[0]->body != NULL)
        run_function(work, all[0], &name);
}

/* The statements inside follow as statements of their own. */
void effect_of_do(struct effects_work *work, const struct op *op, const struct effect_row *row) {
    (void)work;
    (void)op;
    (void)row;
}
