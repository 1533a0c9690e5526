/* SELECT, CALL and DO: set_config, and code that may do anything. */
#include "model/apply_op.h"

#include "model/catalog.h"

#include "base/ascii.h"

#include <string.h>

/* --- set_config in a SELECT --- */

static const char *constant_text(const struct node *node) {
    const struct A_Const *constant = node_if(A_Const, node);
    const struct TypeCast *cast = node_if(TypeCast, node);

    if (cast)
        return constant_text(cast->arg);
    return constant && constant->sval ? constant->sval->sval : NULL;
}

static bool constant_true(const struct node *node) {
    const struct A_Const *constant = node_if(A_Const, node);
    const char *text = constant_text(node);

    if (text)
        return text[0] == 't' || text[0] == 'T';
    return constant && constant->boolval && constant->boolval->boolval;
}

/* A timeout that is computed is one nonetheless; of no other parameter would that help anybody. */
static const char *computed_value(const char *name, const struct node *value) {
    return node_if(A_Const, value) || !ascii_ends_with(name, "_timeout") ? NULL : "computed";
}

static void set_config(struct apply *apply, const struct FuncCall *call) {
    const char *name, *value;
    char *lower;

    name = constant_text(call->args.v[0]);
    value = constant_text(call->args.v[1]);
    if (!name)
        return;
    lower = arena_strdup(apply->arena, name);
    for (char *c = lower; *c; c++)
        *c = ascii_tolower(*c);
    if (!value)
        value = computed_value(lower, call->args.v[1]);
    if (value)
        put_setting(apply, lower, value, constant_true(call->args.v[2]));
}

/* --- code whose effects are not known --- */

/* A body with statements that define, or that are only known at run time. */
static bool body_is_opaque(struct arena *arena, const char *body) {
    static const char *const words[] = {"execute", "create", "alter", "drop", "call", "perform"};
    struct tokens tokens = {0};

    lex(arena, body, (struct span){0, strlen(body)}, 0, &tokens);
    for (size_t i = 0; i < tokens.list.n; i++)
        for (size_t j = 0; j < sizeof(words) / sizeof(*words); j++)
            if (token_is_word(body, &tokens.list.v[i], words[j]))
                return true;
    return false;
}

/* Static statements of a DO block are applied by themselves. */
static bool do_is_dynamic(struct arena *arena, const char *body) {
    struct tokens tokens = {0};

    lex(arena, body, (struct span){0, strlen(body)}, 0, &tokens);
    for (size_t i = 0; i < tokens.list.n; i++)
        if (token_is_word(body, &tokens.list.v[i], "execute"))
            return true;
    return false;
}

static bool is_catalogued(const char *name, int version) {
    struct catalog_functions builtin = catalog_function(name, -1, version);
    struct catalog_functions of_extensions = catalog_extension_function(name, -1, version);

    return catalog_function_next(&builtin) || catalog_function_next(&of_extensions);
}

static bool call_is_opaque(struct apply *apply, struct name name) {
    size_t count;
    const struct function *const *functions = schema_functions(apply->schema, name, &count);

    for (size_t i = 0; i < count; i++)
        if (!functions[i]->body || body_is_opaque(apply->arena, functions[i]->body))
            return true;
    return count == 0 && !is_catalogued(name.name, apply->schema->target);
}

static bool visit_call(const struct node *node, void *context) {
    struct apply *apply = context;
    const struct FuncCall *call = node_if(FuncCall, node);
    struct name name = call ? name_of_strings(call->funcname) : (struct name){0};

    if (!name.name)
        return true;
    if (strcmp(name.name, "set_config") == 0 && call->args.n == 3)
        set_config(apply, call);
    else if (!apply->schema->has_unknown && call_is_opaque(apply, name))
        apply->schema->has_unknown = true;
    return true;
}

void apply_calls(struct apply *apply) {
    const struct DoStmt *block = node_if(DoStmt, apply->op->node);

    node_walk(apply->arena, apply->op->node, visit_call, apply);
    for (size_t i = 0; block && i < block->args.n; i++) {
        const struct DefElem *argument = node_if(DefElem, block->args.v[i]);
        const char *body = argument ? node_string(argument->arg) : NULL;
        if (body && strcmp(argument->defname, "as") == 0 && do_is_dynamic(apply->arena, body))
            apply->schema->has_unknown = true;
    }
}
