#include "lint/context.h"

#include <string.h>

const struct schema *rule_schema(const struct rule_context *context) {
    return &context->schema;
}

const struct effects *rule_effects(struct rule_context *context, const struct op *op) {
    const struct effects **effects = &context->op_effects[op->index];

    if (!*effects && context->ops.n == 1)
        *effects = context->statement_effects;
    if (!*effects)
        *effects = effects_of_op(&context->walk.effects, &context->schema, context->ops, op,
                                 context->statement_effects);
    return *effects;
}

const struct effects *rule_effects_if(struct rule_context *context, const struct op *changed) {
    return effects_of_op(&context->walk.effects, &context->schema, context->ops, changed, NULL);
}

const struct effects *rule_statement_effects(struct rule_context *context) {
    return context->statement_effects;
}

const struct relation *rule_target(const struct rule_context *context, const struct op *op) {
    if (op == context->op)
        return context->target;
    return op->target.name ? schema_relation(&context->schema, op->target) : NULL;
}

bool rule_target_is_empty(const struct rule_context *context, const struct op *op) {
    const struct relation *relation = rule_target(context, op);

    if (op->in_create || op->temporary)
        return true;
    return relation && relation_is_new_and_empty(&context->schema, relation);
}

/* A dump is restored into a database that nobody uses yet: what it makes is its own. */
static bool is_restored(const struct rule_context *context, const struct relation *relation) {
    return strcmp(front_name(context->walk.history->front), "pg-dump") == 0 &&
           object_is_new(&context->schema, &relation->object);
}

/* Made in the open transaction: the schema as it was at its BEGIN does not have it. */
static bool is_invisible(const struct rule_context *context, const struct relation *relation) {
    const struct schema *before = rule_schema_at_begin(context);

    return before && !relation->object.not_certain && !relation->object.assumed &&
           !schema_object(before, relation->object.id);
}

const struct relation *rule_indexed_table(const struct rule_context *context, const struct op *op) {
    const struct relation *index = rule_target(context, op);

    return index ? schema_relation_by_id(&context->schema, index->table) : NULL;
}

/* The parts of a column stand behind it, up to the next operation that is none. */
const struct op *rule_column_part(const struct rule_context *context, const struct op *op,
                                  enum op_kind kind, const struct op *after) {
    size_t first = (after ? after : op)->index + 1;

    for (size_t i = first; i < context->ops.n && context->ops.v[i].is_inline; i++)
        if (context->ops.v[i].kind == kind)
            return &context->ops.v[i];
    return NULL;
}

bool rule_target_is_harmless(const struct rule_context *context, const struct op *op) {
    const struct relation *relation = rule_target(context, op);

    return rule_target_is_empty(context, op) ||
           (relation && (is_invisible(context, relation) || is_restored(context, relation)));
}

bool rule_target_may_be_new(const struct rule_context *context, const struct op *op) {
    const struct relation *relation = rule_target(context, op);

    return relation && relation->object.not_certain && relation->rows == ROWS_EMPTY &&
           relation->object.maker.unit == context->schema.unit;
}

static const struct document *option_value(const struct rule_context *context, const char *key) {
    const struct rule_setting *settings = &context->slot->settings;

    for (size_t i = settings->options.n; i-- > 0;)
        if (strcmp(settings->options.v[i].key, key) == 0)
            return settings->options.v[i].value;
    return NULL;
}

/* "t" means public.t, or t in whatever schema the search_path gives; "s.t" means just that. */
static bool names_relation(const char *listed, struct name resolved, struct name written) {
    size_t n = resolved.schema ? strlen(resolved.schema) : 0;

    if (n && strncmp(listed, resolved.schema, n) == 0 && listed[n] == '.' &&
        strcmp(listed + n + 1, resolved.name) == 0)
        return true;
    if (strcmp(listed, resolved.name) != 0)
        return false;
    return !written.schema || (n && strcmp(resolved.schema, "public") == 0);
}

bool context_option_names(const struct rule_context *context, const char *key,
                          struct name written) {
    const struct document *value = option_value(context, key);
    struct name resolved;

    if (!value || value->kind != DOCUMENT_LIST || !written.name)
        return false;
    resolved = schema_resolve(&context->schema, written);
    for (size_t i = 0; i < value->count; i++)
        if (value->items[i]->kind == DOCUMENT_SCALAR &&
            names_relation(value->items[i]->scalar, resolved, written))
            return true;
    return false;
}

bool rule_option_names_target(const struct rule_context *context, const char *key,
                              const struct op *op) {
    return context_option_names(context, key, op->target);
}

enum direction rule_direction(const struct rule_context *context) {
    return context->direction;
}

enum known rule_in_transaction(const struct rule_context *context) {
    return context->in_transaction;
}

const struct schema *rule_schema_at_begin(const struct rule_context *context) {
    const struct replay *replay = &context->walk.replay;

    if (replay->in_transaction != KNOWN_YES || !replay->savepoints.n)
        return NULL;
    return &replay->savepoints.v[0].schema;
}

enum transaction_mode rule_transaction_mode(const struct rule_context *context) {
    return context->walk.mode;
}

/* In a DO block that matters to the transaction around the block. */
static bool ends_transaction(const struct rule_context *context) {
    enum op_kind kind = context->ops.v[0].kind;

    return kind == OP_COMMIT || kind == OP_ROLLBACK;
}

const char *rule_transaction_words(const struct rule_context *context) {
    struct arena *arena = context->arena;
    const char *front = front_name(context->walk.history->front);

    if (context->ops.n && context->ops.v[0].statement->parent && !ends_transaction(context))
        return "a DO block always runs inside a transaction";
    if (context->walk.replay.explicit_transaction)
        return "it stands between BEGIN and COMMIT";
    if (context->options->transaction == LINT_IN_TRANSACTION)
        return "the file runs inside one transaction (--in-transaction)";
    switch (context->walk.mode) {
    case TRANSACTION_ALL:
        return arena_printf(arena, "%s runs all pending migrations in one transaction", front);
    case TRANSACTION_FILE:
        return arena_printf(arena, "%s runs each %s in one transaction", front,
                            front_unit(context->walk.history->front));
    case TRANSACTION_SIMPLE_QUERY:
        return arena_printf(arena,
                            "%s sends the file as one query string, and a string with more than "
                            "one statement is one transaction",
                            front);
    case TRANSACTION_PIPELINE:
        return arena_printf(arena, "%s sends the file as one pipeline, which is one transaction",
                            front);
    case TRANSACTION_PER_STATEMENT:
        return arena_printf(arena, "%s runs each statement alone", front);
    case TRANSACTION_UNKNOWN:
        break;
    }
    return "how this file is run is not known";
}

struct ops rule_statement_ops(const struct rule_context *context) {
    return context->ops;
}

/* Statements of a DO block count with it. */
static const struct statement *outer_statement(const struct op *op) {
    const struct statement *statement = op->statement;

    while (statement->parent)
        statement = statement->parent;
    return statement;
}

static bool changes_nothing(enum op_kind kind) {
    return kind == OP_SELECT || kind == OP_SET || kind == OP_RESET ||
           (kind >= OP_BEGIN && kind <= OP_ROLLBACK_TO);
}

bool rule_is_alone(const struct rule_context *context, const struct op *op) {
    for (size_t i = 0; i < context->unit_ops.n; i++)
        if (!changes_nothing(context->unit_ops.v[i]->kind) &&
            outer_statement(context->unit_ops.v[i]) != outer_statement(op))
            return false;
    return true;
}

bool rule_target_is_new(const struct rule_context *context, const struct op *op) {
    const struct relation *relation = rule_target(context, op);

    if (op->in_create || op->temporary)
        return true;
    return relation &&
           (object_is_new(&context->schema, &relation->object) || relation->object.temporary);
}

bool rule_column_is_new(const struct rule_context *context, const struct op *op) {
    const struct relation *relation = rule_target(context, op);
    const struct column *column = NULL;

    if (relation && op->column)
        column = relation_column(relation, op->column);
    if (!column || column->unit != context->schema.unit)
        return false;
    /* CREATE TABLE IF NOT EXISTS may have found the table, with the column */
    return !(relation->object.not_certain && relation->object.maker.unit == column->unit);
}

/* Only a complete history proves that something is not there. */
static bool is_absent(const struct rule_context *context, const struct op *op) {
    const struct relation *relation = rule_target(context, op);

    if (!context->schema.complete)
        return false;
    if (!relation)
        return true;
    return op->column && relation->columns_known && !relation_column(relation, op->column);
}

static bool is_there(const struct rule_context *context, const struct op *op) {
    const struct relation *relation = rule_target(context, op);

    if (!relation || !op->column)
        return relation != NULL;
    return relation_column(relation, op->column) != NULL;
}

struct type_use rule_new_type(const struct rule_context *context, const struct op *op) {
    const struct AlterTableCmd *action = node_if(AlterTableCmd, op->node);
    const struct ColumnDef *column = node_if(ColumnDef, action ? action->def : op->node);

    return column ? type_use_of(&context->schema, column->typeName) : (struct type_use){0};
}

bool rule_column_is_passing(const struct rule_context *context, const struct op *op) {
    const struct relation *table = rule_target(context, op);

    if (op->temporary || op->stmt->kind == NODE_CreateForeignTableStmt)
        return true;
    return table && (table->object.temporary || table->object.kind == OBJ_FOREIGN_TABLE);
}

struct type_change rule_type_change(const struct rule_context *context, const struct op *op) {
    return type_change_of(context->arena, &context->schema, rule_target(context, op),
                          node_as(AlterTableCmd, op->node));
}

struct narrowing rule_narrowing(const struct rule_context *context, const struct op *op) {
    const struct type_change change = rule_type_change(context, op);
    const struct ColumnDef *def = node_as(ColumnDef, node_as(AlterTableCmd, op->node)->def);

    return narrowing_of(context->arena, &context->schema, &change, def->raw_default);
}

bool rule_does_nothing(const struct rule_context *context, const struct op *op) {
    if (op->if_not_exists)
        return is_there(context, op);
    return op->missing_ok && is_absent(context, op);
}

bool rule_same_target(const struct rule_context *context, struct name a, struct name b) {
    struct name left, right;

    if (!a.name || !b.name || strcmp(a.name, b.name) != 0)
        return false;
    left = schema_resolve(&context->schema, a);
    right = schema_resolve(&context->schema, b);
    return left.schema && right.schema ? strcmp(left.schema, right.schema) == 0
                                       : left.schema == right.schema;
}

const struct rule_migration *rule_migration(const struct rule_context *context) {
    return &context->migration;
}

bool rule_downs_missing_everywhere(const struct rule_context *context) {
    return context->lacks_down.set && !context->migration.any_down_in_history;
}

const char *rule_history_root(const struct rule_context *context) {
    return context->walk.history->root;
}

static void place_at_start(const struct rule_context *context, struct draft *draft) {
    draft->statement = context->first_statement;
    draft->text_of = draft->text.text ? draft->text.text : context->first_text;
    if (draft->text.text)
        draft->span = draft->text.span;
    else if (draft->statement)
        draft->span = draft->statement->span;
}

/* What the finding is about, unless the rule says otherwise: the column, else the relation. */
static void name_object(struct rule_context *context, const struct op *op, struct rule_text *text) {
    const struct relation *relation = rule_target(context, op);

    if (!op->target.name)
        return;
    text->object_kind = relation ? object_kind_name(relation->object.kind) : "table";
    text->object_name = rule_target_name(context, op);
    if (!op->column)
        return;
    text->object_kind = "column";
    text->object_name =
        rule_printf(context, "%s.%s", text->object_name, rule_ident(context, op->column));
}

void rule_report(struct rule_context *context, size_t report, const struct op *op,
                 struct rule_text text) {
    struct draft draft = {
        .slot = context->slot,
        .report = report,
        .op = op,
        .text = text,
        .direction = context->direction,
        .in_transaction = context->in_transaction,
    };

    if (op && !draft.text.object_kind)
        name_object(context, op, &draft.text);
    if (op) {
        draft.statement = op->statement;
        draft.text_of = op->statement->text;
        draft.span = text.span.end ? text.span : op->span;
    } else {
        place_at_start(context, &draft);
    }
    if (op && context->ops.n && !text.own_locks_mislead)
        draft.effects = rule_effects(context, op);
    vec_push(context->arena, &context->drafts, draft);
}
