#include "model/uses.h"

#include "model/catalog.h"
#include "model/expr_type.h"
#include "model/schema_edit.h"

#include <string.h>

bool references_has(struct references references, object_id id, unsigned column) {
    for (size_t i = 0; i < references.n; i++)
        if (references.v[i].id == id && references.v[i].column == column)
            return true;
    return false;
}

struct references uses_end(const struct uses *uses) {
    return (struct references){uses->list.n, uses->list.v};
}

void uses_add(struct uses *uses, object_id id, unsigned column) {
    if (id && !references_has(uses_end(uses), id, column))
        vec_push(uses->schema->arena, &uses->list, ((struct reference){id, column}));
}

void uses_add_type(struct uses *uses, const struct type_use *type) {
    uses_add(uses, type->user_type, 0);
}

static bool accepts(const struct function *function, size_t arguments) {
    if (function->variadic)
        return arguments + 1 >= function->argument_count;
    return arguments <= function->argument_count &&
           arguments + function->default_count >= function->argument_count;
}

/* Where several may be meant, none is told: better to miss a dependency than to invent one. */
void uses_add_function(struct uses *uses, struct name name, size_t argument_count) {
    size_t count = 0, found = 0;
    const struct function *const *functions = schema_functions(uses->schema, name, &count);
    const struct function *match = NULL;

    for (size_t i = 0; i < count; i++)
        if (accepts(functions[i], argument_count)) {
            match = functions[i];
            found++;
        }
    if (found == 1)
        uses_add(uses, match->object.id, 0);
}

static const char *string_constant(const struct node *node) {
    const struct A_Const *constant = node_if(A_Const, node);
    return constant && constant->sval ? constant->sval->sval : NULL;
}

struct name regclass_name(struct arena *arena, const char *text) {
    struct tokens tokens = {0};
    struct name name = {0};

    lex(arena, text, (struct span){0, strlen(text)}, 0, &tokens);
    for (size_t i = 0; i < tokens.list.n; i++) {
        const struct token *token = &tokens.list.v[i];
        if (token->kind != TOKEN_WORD && token->kind != TOKEN_QUOTED_WORD)
            continue;
        name.schema = name.name;
        name.name = token_identifier(arena, text, token);
    }
    return name;
}

static void add_regclass(struct uses *uses, const char *text) {
    const struct relation *relation =
        text ? schema_relation(uses->schema, regclass_name(uses->schema->arena, text)) : NULL;

    if (relation)
        uses_add(uses, relation->object.id, 0);
}

static bool is_sequence_function(const char *name) {
    return strcmp(name, "nextval") == 0 || strcmp(name, "currval") == 0 ||
           strcmp(name, "setval") == 0;
}

static void add_call(struct uses *uses, const struct FuncCall *call) {
    struct name name = {0};

    if (call->funcname.n > 0)
        name.name = node_string(call->funcname.v[call->funcname.n - 1]);
    if (call->funcname.n > 1)
        name.schema = node_string(call->funcname.v[call->funcname.n - 2]);
    if (!name.name)
        return;
    if (is_sequence_function(name.name) && call->args.n > 0)
        add_regclass(uses, string_constant(call->args.v[0]));
    uses_add_function(uses, name, call->args.n);
}

static void add_cast(struct uses *uses, const struct TypeCast *cast) {
    struct type_use type = type_use_of(uses->schema, cast->typeName);

    uses_add_type(uses, &type);
    if (type.name && strcmp(type.name, "regclass") == 0 && type.user_type == 0)
        add_regclass(uses, string_constant(cast->arg));
}

struct visit {
    struct uses *uses;
    const struct relation *relation;
};

static void add_column(struct visit *visit, const struct ColumnRef *ref) {
    size_t n = ref->fields.n;
    const char *last = n > 0 ? node_string(ref->fields.v[n - 1]) : NULL;
    const struct column *column = last ? relation_column(visit->relation, last) : NULL;

    /* (composite).field is read as table.column when it has no parentheses, so the first may be a column too. */
    if (!column && n > 1)
        column = relation_column(visit->relation, node_string(ref->fields.v[0]));
    if (column)
        uses_add(visit->uses, visit->relation->object.id, column->number);
}

static bool visit_node(const struct node *node, void *context) {
    struct visit *visit = context;
    const struct RangeVar *range = node_if(RangeVar, node);
    const struct relation *relation;

    if (node->kind == NODE_FuncCall) {
        add_call(visit->uses, node_as(FuncCall, node));
    } else if (node->kind == NODE_TypeCast) {
        add_cast(visit->uses, node_as(TypeCast, node));
    } else if (node->kind == NODE_ColumnRef && visit->relation) {
        add_column(visit, node_as(ColumnRef, node));
    } else if (range) {
        relation =
            schema_relation(visit->uses->schema, (struct name){range->schemaname, range->relname});
        if (relation)
            uses_add(visit->uses, relation->object.id, 0);
    }
    return true;
}

void uses_add_expression(struct uses *uses, const struct node *expr,
                         const struct relation *relation) {
    struct visit visit = {uses, relation};

    if (expr)
        node_walk(uses->schema->arena, expr, visit_node, &visit);
}

struct references expression_uses(const struct schema *schema, const struct node *expr,
                                  const struct relation *relation) {
    struct uses uses = {.schema = schema};

    uses_add_expression(&uses, expr, relation);
    return uses_end(&uses);
}
