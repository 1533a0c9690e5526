/* What rules ask about the way back. */
#include "lint/context.h"

#include <string.h>

struct failure rule_down_failure(struct rule_context *context) {
    const struct statement *statement = walk_statement(&context->walk);
    struct failure none = {0}, failure;

    if (context->direction != DIRECTION_DOWN || !context->statement_effects ||
        context->walk.replay.failed || statement->caught || statement->conditional ||
        context->way.up_is_lost)
        return none;
    failure = effects_failure(context->statement_effects, context->in_transaction);
    return failure.certain ? failure : none;
}

static const struct column *dropped_column(const struct relation *relation, const struct op *op) {
    return relation && op->kind == OP_DROP_COLUMN ? relation_column(relation, op->column) : NULL;
}

/* Statements of the down before this one that work on rows may carry the values over. */
static bool rows_were_kept(const struct rule_context *context) {
    for (size_t i = 0; i < context->first_unit_op; i++) {
        enum op_kind kind = context->unit_ops.v[i]->kind;
        if (kind == OP_UPDATE || kind == OP_INSERT || kind == OP_MERGE ||
            kind == OP_CREATE_TABLE_AS)
            return true;
    }
    return false;
}

bool rule_was_there_before_up(const struct rule_context *context, const struct op *op) {
    const struct relation *relation = rule_target(context, op);
    const struct relation *before =
        relation ? schema_relation_by_id(&context->way.start, relation->object.id) : NULL;
    const struct column *column = dropped_column(relation, op);

    if (context->direction != DIRECTION_DOWN || context->way.up_is_lost || !before ||
        before->object.assumed || rows_were_kept(context))
        return false;
    if (op->kind == OP_DROP_TABLE)
        return true;
    return column && relation_column_by_number(before, column->number);
}

static bool sets_column(const struct op *op, const char *column) {
    const struct UpdateStmt *update = node_if(UpdateStmt, op->node);

    for (size_t i = 0; update && i < update->targetList.n; i++) {
        const struct ResTarget *target = node_if(ResTarget, update->targetList.v[i]);
        if (target && target->name && strcmp(target->name, column) == 0)
            return !node_if(A_Const, target->val);
    }
    return false;
}

const struct op *rule_filled_by_up(const struct rule_context *context, const struct op *op) {
    const struct relation *relation = rule_target(context, op);

    if (context->direction != DIRECTION_DOWN || !dropped_column(relation, op) ||
        rule_was_there_before_up(context, op) || rows_were_kept(context) ||
        !context->way.losses.n || !schema_relation_by_id(&context->way.start, relation->object.id))
        return NULL;
    for (size_t i = 0; i < context->way.updates.n; i++) {
        const struct op *update = context->way.updates.v[i];
        if (strcmp(update->target.name, relation->object.name) == 0 &&
            sets_column(update, op->column))
            return update;
    }
    return NULL;
}

struct rule_differences rule_down_differences(struct rule_context *context) {
    struct differences differences = way_back_differences(&context->way);
    struct rule_difference *list =
        arena_array(context->arena, struct rule_difference, differences.list.n);

    for (size_t i = 0; i < differences.list.n; i++)
        list[i] = (struct rule_difference){
            .kind = difference_kind_name(differences.list.v[i].kind),
            .object = differences.list.v[i].object,
            .detail = differences.list.v[i].detail,
        };
    return (struct rule_differences){differences.list.n, list};
}

struct rule_losses rule_lost_by_up(struct rule_context *context) {
    size_t n = 0;
    struct rule_loss *list = arena_array(context->arena, struct rule_loss, context->way.losses.n);

    for (size_t i = 0; i < context->way.losses.n; i++)
        if (way_back_is_lost(&context->way, &context->way.losses.v[i]))
            list[n++] =
                (struct rule_loss){context->way.losses.v[i].op, context->way.losses.v[i].what};
    return (struct rule_losses){n, list};
}

void rule_report_down(struct rule_context *context, size_t report, struct rule_text text) {
    const struct statement *first = context->first_statement;
    const struct text *first_text = context->first_text;

    if (context->way.first_down) {
        context->first_statement = context->way.first_down;
        context->first_text = context->way.first_down->text;
        context->direction = DIRECTION_DOWN;
    }
    rule_report(context, report, NULL, text);
    context->first_statement = first;
    context->first_text = first_text;
    context->direction = DIRECTION_UP;
}
