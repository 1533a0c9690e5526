#include "model/transaction.h"

const char *transaction_mode_name(enum transaction_mode mode) {
    static const char *const names[] = {
        [TRANSACTION_UNKNOWN] = "unknown",
        [TRANSACTION_ALL] = "all pending together",
        [TRANSACTION_FILE] = "one per file",
        [TRANSACTION_SIMPLE_QUERY] = "one simple-query string",
        [TRANSACTION_PER_STATEMENT] = "per statement",
        [TRANSACTION_PIPELINE] = "pipeline",
    };

    return names[mode];
}
