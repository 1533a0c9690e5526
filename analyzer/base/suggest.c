#include "base/suggest.h"

#include "base/ascii.h"

#include <string.h>

enum { LONGEST = 64 };

static size_t min2(size_t a, size_t b) {
    return a < b ? a : b;
}

/* Optimal string alignment distance, three rows at a time. */
static size_t distance(const char *a, size_t n, const char *b, size_t m) {
    size_t rows[3][LONGEST + 1];

    for (size_t j = 0; j <= m; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= n; i++) {
        size_t *row = rows[i % 3], *above = rows[(i - 1) % 3], *above2 = rows[(i + 1) % 3];
        row[0] = i;
        for (size_t j = 1; j <= m; j++) {
            char ca = ascii_tolower(a[i - 1]), cb = ascii_tolower(b[j - 1]);
            row[j] = min2(min2(above[j], row[j - 1]) + 1, above[j - 1] + (ca != cb));
            if (i > 1 && j > 1 && ca == ascii_tolower(b[j - 2]) && cb == ascii_tolower(a[i - 2]))
                row[j] = min2(row[j], above2[j - 2] + 1);
        }
    }
    return rows[n % 3][m];
}

const char *suggest_nearest(const char *word, const char *const *names, size_t count) {
    size_t n = strlen(word), best_distance = n / 3 < 1 ? 1 : min2(n / 3, 3);
    const char *best = NULL;

    if (n == 0 || n > LONGEST)
        return NULL;
    for (size_t i = 0; i < count; i++) {
        size_t m = strlen(names[i]), d;
        if (m > LONGEST)
            continue;
        d = distance(word, n, names[i], m);
        if (d < best_distance || (d == best_distance && !best)) {
            best = names[i];
            best_distance = d;
        }
    }
    return best;
}
