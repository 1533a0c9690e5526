#include "base/bug.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void bug_at(const char *file, int line, const char *format, ...) {
    va_list args;

    fprintf(stderr, "migvet: internal error at %s:%d: ", file, line);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
    _exit(2);
}

void die_out_of_memory(void) {
    static const char message[] = "migvet: out of memory\n";

    /* write, not stdio: stdio may allocate */
    if (write(STDERR_FILENO, message, sizeof(message) - 1) < 0)
        _exit(2);
    _exit(2);
}
