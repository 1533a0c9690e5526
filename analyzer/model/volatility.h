/* pg_proc.provolatile, and the same said of a whole expression. */
#ifndef MODEL_VOLATILITY_H
#define MODEL_VOLATILITY_H

enum volatility {
    VOLATILITY_UNKNOWN, /* one of the next three; 0, so that what nobody set is unknown */
    VOLATILITY_IMMUTABLE,
    VOLATILITY_STABLE,
    VOLATILITY_VOLATILE,
    VOLATILITY_NOT_FOUND, /* only from look-ups by name: there is no such thing */
};

/*
 * Of an expression with parts of these two: VOLATILE when one is, else UNKNOWN when one is (or was
 * not found), else STABLE when one is.
 */
static inline enum volatility volatility_join(enum volatility a, enum volatility b) {
    if (a == VOLATILITY_VOLATILE || b == VOLATILITY_VOLATILE) {
        return VOLATILITY_VOLATILE;
    }
    if (a == VOLATILITY_UNKNOWN || a == VOLATILITY_NOT_FOUND || b == VOLATILITY_UNKNOWN ||
        b == VOLATILITY_NOT_FOUND) {
        return VOLATILITY_UNKNOWN;
    }
    return a > b ? a : b;
}

#endif
