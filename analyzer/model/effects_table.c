#include "model/effects_apply.h"

const struct effect_row effect_rows[] = {
#define ROW(op, ...) {.kind = OP_##op, __VA_ARGS__},
#include "model/effects.def"
#undef ROW
};
const size_t effect_row_count = sizeof(effect_rows) / sizeof(*effect_rows);

static bool holds(const struct effect_row *row, int version) {
    return (row->since == 0 || row->since <= version) && (row->until == 0 || row->until >= version);
}

/* The rows are sorted by kind. */
const struct effect_row *effect_row(enum op_kind kind, int version) {
    size_t low = 0, high = effect_row_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (effect_rows[middle].kind < kind)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < effect_row_count && effect_rows[low].kind == kind; low++)
        if (holds(&effect_rows[low], version))
            return &effect_rows[low];
    return NULL;
}
