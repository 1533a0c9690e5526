/* What would prove that a column holds no NULL, if it were validated. */
#include "lint/context.h"

#include <string.h>

static bool is_not_null_of(const struct constraint *constraint, const char *column) {
    return constraint->kind == CONSTRAINT_NOT_NULL && constraint->columns.n > 0 &&
           strcmp(constraint->columns.v[0], column) == 0;
}

/* Of a table that had this constraint alone, and validated. */
static bool would_prove(const struct rule_context *context, const struct relation *table,
                        const struct constraint *constraint, const char *column) {
    struct constraint valid = *constraint;
    const struct constraint *only = &valid;
    struct relation alone = *table;

    valid.validated = true;
    alone.constraints = &only;
    alone.constraint_count = 1;
    return not_null_is_proved(&context->schema, &alone, column) == KNOWN_YES;
}

const struct constraint *rule_unvalidated_proof(const struct rule_context *context,
                                                const struct op *op) {
    const struct relation *table = rule_target(context, op);

    for (size_t i = 0; table && i < table->constraint_count; i++) {
        const struct constraint *constraint = table->constraints[i];
        if (!constraint->validated && (is_not_null_of(constraint, op->column) ||
                                       would_prove(context, table, constraint, op->column)))
            return constraint;
    }
    return NULL;
}
