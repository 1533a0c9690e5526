/*
 * The least that any linter on libpg_query can take: reads the files whose paths stand on standard input, a line each,
 * and has the library's parser split every one. Prints how many bytes and statements that were.
 */
#include <pg_query.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LARGEST = 64 << 20 };

struct totals {
    size_t files, bytes, statements, rejected;
};

/* The file's bytes with a NUL behind them, in a buffer that is used again; NULL: unreadable. */
static const char *read_file(const char *path, size_t *n) {
    static char buffer[LARGEST + 1];
    FILE *file = fopen(path, "rb");

    if (!file)
        return NULL;
    setvbuf(file, NULL, _IONBF, 0);
    *n = fread(buffer, 1, LARGEST, file);
    buffer[*n] = '\0';
    fclose(file);
    return buffer;
}

static int split(const char *path, struct totals *totals) {
    size_t n;
    const char *bytes = read_file(path, &n);
    PgQuerySplitResult result;

    if (!bytes) {
        perror(path);
        return -1;
    }
    result = pg_query_split_with_parser(bytes);
    totals->files++;
    totals->bytes += n;
    if (result.error)
        totals->rejected++;
    else
        totals->statements += (size_t)result.n_stmts;
    pg_query_free_split_result(result);
    return 0;
}

int main(void) {
    struct totals totals = {0};
    char path[4096];

    while (fgets(path, sizeof(path), stdin)) {
        path[strcspn(path, "\n")] = '\0';
        if (split(path, &totals) < 0)
            return EXIT_FAILURE;
    }
    printf("%zu %zu %zu %zu\n", totals.files, totals.bytes, totals.statements, totals.rejected);
    return EXIT_SUCCESS;
}
