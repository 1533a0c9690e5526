/* What triggers may do for a column. */
#include "lint/context.h"

#include "base/ascii.h"

#include <string.h>

/* pg_trigger.h: TRIGGER_TYPE_BEFORE, TRIGGER_TYPE_INSERT */
enum { TYPE_BEFORE = 1 << 1, TYPE_INSERT = 1 << 2 };

static bool runs_before_insert(const struct CreateTrigStmt *def) {
    return def && def->row && (def->timing & TYPE_BEFORE) && (def->events & TYPE_INSERT);
}

/* A body that is no string, or not known, may name anything. */
static bool names(const struct function *function, const char *column) {
    size_t n = strlen(column);

    if (!function->body)
        return true;
    for (const char *at = function->body; *at; at++)
        if (ascii_ncasecmp(at, column, n) == 0)
            return true;
    return false;
}

static bool may_fill(const struct schema *schema, const struct trigger *trigger,
                     const char *column) {
    bool known = false;

    if (!runs_before_insert(trigger->def))
        return false;
    for (size_t i = 0; i < trigger->uses.n; i++) {
        const struct object *object = schema_object(schema, trigger->uses.v[i].id);
        if (!object || !object_is_function(object))
            continue;
        known = true;
        if (names((const struct function *)(const void *)object, column))
            return true;
    }
    return !known;
}

bool rule_trigger_may_fill(const struct rule_context *context, const struct op *op) {
    const struct relation *table = rule_target(context, op);
    struct unit_ops later = rule_later_ops(context, op);

    for (size_t i = 0; table && i < table->trigger_count; i++)
        if (may_fill(&context->schema, table->triggers[i], op->column))
            return true;
    for (size_t i = 0; i < later.n; i++)
        if (later.v[i]->kind == OP_CREATE_TRIGGER &&
            runs_before_insert(node_if(CreateTrigStmt, later.v[i]->node)) &&
            rule_same_target(context, later.v[i]->target, op->target))
            return true;
    return false;
}
